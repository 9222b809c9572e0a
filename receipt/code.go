package receipt

import (
	"crypto/sha256"
	"strings"
	"unicode"

	"github.com/pagonline/pagonline"
)

// Code is what is read out on the telephone (codice di verifica), to be compared with
// the register: the first 80 bits of the SHA-256 of the signed payload in 16 characters,
// and a check character. It proves nothing by itself. Codes compare with ==; the zero
// value is none.
type Code struct{ text string }

const (
	codeLength = 16 + 1
	codeGroup  = 4
	// alphabet32 has no I, L, O and U (Crockford's base 32).
	alphabet32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// codeOf returns the code of a payload's text.
func codeOf(payload string) Code {
	sum := sha256.Sum256([]byte(payload))
	b := append32(make([]byte, 0, codeLength), sum[:10])
	return Code{string(append(b, checkCharacter(b)))}
}

// append32 writes src in groups of five bits, the highest first; what is left of a last
// group is not written.
func append32(dst, src []byte) []byte {
	value, bits := 0, 0
	for _, c := range src {
		value, bits = value<<8|int(c), bits+8
		for ; bits >= 5; bits -= 5 {
			dst = append(dst, alphabet32[value>>(bits-5)&31])
		}
		value &= 1<<bits - 1
	}
	return dst
}

// checkCharacter weighs each character with another power of x in GF(32), modulo
// x⁵+x²+1. So no single wrong character and no two that changed places go unnoticed.
func checkCharacter(b []byte) byte {
	sum := 0
	for _, c := range b {
		if sum = (sum ^ strings.IndexByte(alphabet32, c)) << 1; sum > 31 {
			sum ^= 0b100101
		}
	}
	return alphabet32[sum]
}

// ParseCode reads a code as people say and write it: in capitals or not, with blanks and
// hyphens anywhere, O for 0, I or L for 1. Its error has [pagonline.CodeInputSyntax] and
// does not repeat the input.
func ParseCode(s string) (Code, error) {
	if len(s) > 8*codeLength {
		return Code{}, badCode()
	}
	b := make([]byte, 0, codeLength)
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r):
			continue
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		}
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if len(b) == codeLength || r > unicode.MaxASCII || strings.IndexByte(alphabet32, byte(r)) < 0 {
			return Code{}, badCode()
		}
		b = append(b, byte(r))
	}
	if len(b) != codeLength || checkCharacter(b[:codeLength-1]) != b[codeLength-1] {
		return Code{}, badCode()
	}
	return Code{string(b)}, nil
}

func badCode() error {
	return pagonline.NewError(pagonline.CodeInputSyntax,
		pagonline.Text{It: "codice di verifica", En: "verification code"}).At("code")
}

// IsZero reports whether c is none.
func (c Code) IsZero() bool { return c.text == "" }

// String returns the 17 characters, "" for none.
func (c Code) String() string { return c.text }

// Grouped returns the code as it is printed, in groups of four with the check character
// at the end; "" for none.
func (c Code) Grouped() string {
	var b strings.Builder
	for i := 0; i < len(c.text); i += codeGroup {
		if i > 0 {
			b.WriteByte('-')
		}
		b.WriteString(c.text[i:min(i+codeGroup, len(c.text))])
	}
	return b.String()
}

// MarshalText returns the 17 characters, the empty text for none.
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
