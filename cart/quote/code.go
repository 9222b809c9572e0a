package quote

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"

	"github.com/pagonline/pagonline"
)

// Code opens a quote: who has it in hand holds the quote. It is 10 characters out of
// 25, some 10^14 of them, drawn at random. Codes compare with ==; the zero value is
// none. The log gets none of them.
type Code struct{ text string }

const (
	codeLength = 10
	// alphabet has no two characters that look alike, and no vowels, so that a code
	// spells no word.
	alphabet = "23456789CDFGHJKMNPQRTVWXY"
)

// lookAlikes are letters that people write where they read another one.
var lookAlikes = map[rune]rune{'B': '8', 'S': '5', 'Z': '2', 'U': 'V'}

// ParseCode reads a code as people write it: in capitals or not, with blanks and
// hyphens anywhere. Its error has [pagonline.CodeInputSyntax] and does not repeat the
// input.
func ParseCode(s string) (Code, error) {
	if len(s) > 8*codeLength {
		return Code{}, badCode()
	}
	var b [codeLength]byte
	n := 0
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			continue
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		if meant, ok := lookAlikes[r]; ok {
			r = meant
		}
		if n == codeLength || r > unicode.MaxASCII || strings.IndexByte(alphabet, byte(r)) < 0 {
			return Code{}, badCode()
		}
		b[n] = byte(r)
		n++
	}
	if n < codeLength {
		return Code{}, badCode()
	}
	return Code{string(b[:])}, nil
}

func badCode() error {
	return pagonline.NewError(pagonline.CodeInputSyntax,
		pagonline.Text{It: "codice del preventivo", En: "code of the quote"}).At("code")
}

// newCode draws a code: every one is as likely as any other.
func newCode(random io.Reader) (Code, error) {
	const fair = 256 / len(alphabet) * len(alphabet) // bytes beyond it would favour some characters
	var code, drawn [codeLength]byte
	for n := 0; n < codeLength; {
		if _, err := io.ReadFull(random, drawn[:]); err != nil {
			return Code{}, fmt.Errorf("quote: draw a code: %w", err)
		}
		for _, b := range drawn {
			if n < codeLength && int(b) < fair {
				code[n] = alphabet[int(b)%len(alphabet)]
				n++
			}
		}
	}
	return Code{string(code[:])}, nil
}

// same compares two codes in a time that does not tell where they differ. None is the
// same as nothing.
func (c Code) same(o Code) bool {
	return subtle.ConstantTimeCompare([]byte(c.padded()), []byte(o.padded())) == 1 && !c.IsZero()
}

func (c Code) padded() string {
	if c.IsZero() {
		return strings.Repeat("-", codeLength)
	}
	return c.text
}

// IsZero reports whether c is none.
func (c Code) IsZero() bool { return c.text == "" }

// String returns the ten characters, "" for none.
func (c Code) String() string { return c.text }

// Grouped returns the code as it is printed, as in "CDF23-456GH"; "" for none.
func (c Code) Grouped() string {
	if c.IsZero() {
		return ""
	}
	return c.text[:codeLength/2] + "-" + c.text[codeLength/2:]
}

// LogValue hides the code.
func (c Code) LogValue() slog.Value { return slog.StringValue("quote code") }

// MarshalText returns the ten characters, the empty text for none.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.text), nil }

// UnmarshalText reads a code; the empty text is none.
func (c *Code) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = Code{}
		return nil
	}
	read, err := ParseCode(string(b))
	if err != nil {
		return err
	}
	*c = read
	return nil
}
