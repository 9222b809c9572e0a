package desk

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
)

// The longest texts, in characters.
const (
	maxBy        = 70
	maxReason    = 500
	maxReference = 60
	maxHelp      = 2000
)

// fieldNames are the fields as people know them.
var fieldNames = map[string]pagonline.Text{
	"by":        {It: "operatore", En: "clerk"},
	"how":       {It: "modalità", En: "way"},
	"reason":    {It: "motivo", En: "reason"},
	"reference": {It: "riferimento", En: "reference"},
	"receipt":   {It: "ricevuta", En: "receipt"},
	"category":  {It: "categoria", En: "category"},
	"text":      {It: "testo", En: "text"},
	"on":        {It: "data", En: "date"},
}

func fieldName(field string) pagonline.Text {
	if name, ok := fieldNames[field]; ok {
		return name
	}
	return pagonline.Same(field)
}

// text checks a text of one line that must be there, and holds no card number.
func text(field, s string, limit int) error { return checkText(field, s, limit, false, "") }

// lines checks a text of several lines; known is a number in it that is no card's.
func lines(field, s, known string, limit int) error { return checkText(field, s, limit, true, known) }

func checkText(field, s string, limit int, several bool, known string) error {
	if n := utf8.RuneCountInString(s); n > limit {
		return pagonline.NewError(pagonline.CodeTextTooLong, pagonline.Same(strconv.Itoa(n)), pagonline.Same(strconv.Itoa(limit))).At(field)
	}
	if strings.TrimSpace(s) == "" {
		return pagonline.NewError(pagonline.CodeRequiredField, fieldName(field)).At(field)
	}
	for at, rest := 1, s; rest != ""; at++ {
		r, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
		allowed := several && (r == '\n' || r == '\r' || r == '\t')
		if r == utf8.RuneError && size == 1 || unicode.IsControl(r) && !allowed {
			return pagonline.NewError(pagonline.CodeTextInvalid, pagonline.Same(strconv.Itoa(at))).At(field)
		}
	}
	if hasCardBut(s, known) {
		return pagonline.NewError(pagonline.CodeSensitiveData).At(field)
	}
	return nil
}
