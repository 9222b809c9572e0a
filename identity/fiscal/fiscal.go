// Package fiscal reads Italian fiscal codes: the codice fiscale of a person (16
// letters and digits, DM 23/12/1976, with omocodia) and the 11 digits that bodies,
// companies (partita IVA) and some persons have.
//
// A [Code] is right or it is none: [Parse] checks the form, the date in it and the
// check character. What a foreign country gives its people is no fiscal code.
package fiscal

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/pagonline/pagonline"
)

// Code is a fiscal code, in capitals. Codes compare with ==; the zero value is none.
// A code names a person: the log gets it masked.
type Code struct{ text string }

// Parse reads a code; blanks around it and lower case are forgiven. Its error has
// [pagonline.CodeFiscalCode] and does not repeat the input.
func Parse(s string) (Code, error) {
	s = strings.TrimSpace(s)
	upper := strings.ToUpper(s)
	// Capitals of some letters beyond ASCII are ASCII: the length tells them.
	if len(upper) == len(s) && (len(s) == 16 && personOK(upper) || len(s) == 11 && digitsOK(s)) {
		return Code{upper}, nil
	}
	return Code{}, pagonline.NewError(pagonline.CodeFiscalCode)
}

// MustParse is [Parse] for constants and tests: it panics where Parse fails.
func MustParse(s string) Code {
	c, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return c
}

// IsZero reports whether c is none.
func (c Code) IsZero() bool { return c.text == "" }

// IsPerson reports whether c is the 16-character code of a person. Eleven digits
// are those of a body or company; few persons have them, provisionally.
func (c Code) IsPerson() bool { return len(c.text) == 16 }

// String returns the code in capitals, "" for none.
func (c Code) String() string { return c.text }

// Masked returns the code with all but its last three characters starred.
func (c Code) Masked() string {
	if c.IsZero() {
		return ""
	}
	return strings.Repeat("*", len(c.text)-3) + c.text[len(c.text)-3:]
}

// LogValue masks the code.
func (c Code) LogValue() slog.Value { return slog.StringValue(c.Masked()) }

// MarshalText returns the code, the empty text for none.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.text), nil }

// UnmarshalText reads a code; the empty text is none.
func (c *Code) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = Code{}
		return nil
	}
	read, err := Parse(string(b))
	if err != nil {
		return fmt.Errorf("fiscal: %w", err)
	}
	*c = read
	return nil
}
