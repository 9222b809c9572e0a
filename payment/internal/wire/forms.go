package wire

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// form is the text form of a simple type of the schemas.
type form[T comparable] struct {
	parse  func(s string) (v T, ok bool)
	append func(b []byte, v T) []byte
}

// text is a string of least to most characters, white space kept.
func text(least, most int) form[string] {
	return form[string]{
		parse: func(s string) (string, bool) {
			n := len(s) // the characters are no more
			if n > most || least > 1 {
				n = utf8.RuneCountInString(s)
			}
			return s, n >= least && n <= most
		},
		append: appendEscaped,
	}
}

// some is text that must also satisfy a rule.
func some(most int, rule func(string) bool) form[string] {
	f := text(1, most)
	return form[string]{
		parse: func(s string) (string, bool) {
			s, ok := f.parse(s)
			return s, ok && rule(s)
		},
		append: appendEscaped,
	}
}

// digits is a string of exactly n digits.
func digits(n int) form[string] {
	return some(n, func(s string) bool { return len(s) == n && areDigits(s) })
}

func areDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// oneOf is one of the values of an enumeration.
func oneOf[T ~string](values ...T) form[T] {
	return form[T]{
		parse: func(s string) (T, bool) {
			for _, v := range values {
				if s == string(v) {
					return v, true
				}
			}
			return "", false
		},
		append: func(b []byte, v T) []byte { return appendEscaped(b, string(v)) },
	}
}

// collapse does what the schemas' white space rule does to numbers, dates and truth
// values.
func collapse(s string) string {
	if s != "" && s[0] > ' ' && s[len(s)-1] > ' ' {
		return s
	}
	return strings.Trim(s, " \t\r\n")
}

// amount is stAmount, notZero stAmountNotZero.
var amount = form[euro.Amount]{
	parse: func(s string) (euro.Amount, bool) {
		a, err := euro.Parse(collapse(s))
		return a, err == nil
	},
	append: func(b []byte, a euro.Amount) []byte {
		b, _ = a.AppendText(b)
		return b
	},
}

var notZero = form[euro.Amount]{
	parse: func(s string) (euro.Amount, bool) {
		a, ok := amount.parse(s)
		return a, ok && !a.IsZero()
	},
	append: amount.append,
}

// pointed is a form whose zero value is a value: nil is absent.
func pointed[T comparable](f form[T]) form[*T] {
	return form[*T]{
		parse: func(s string) (*T, bool) {
			v, ok := f.parse(s)
			return &v, ok
		},
		append: func(b []byte, v *T) []byte { return f.append(b, *v) },
	}
}

// truth is xsd:boolean.
var truth = form[bool]{
	parse: func(s string) (bool, bool) {
		s = collapse(s)
		return s == "true" || s == "1", s == "true" || s == "false" || s == "1" || s == "0"
	},
	append: strconv.AppendBool,
}

// number is xsd:int.
var number = form[int32]{
	parse: func(s string) (int32, bool) {
		n, err := strconv.ParseInt(collapse(s), 10, 32)
		return int32(n), err == nil
	},
	append: func(b []byte, n int32) []byte { return strconv.AppendInt(b, int64(n), 10) },
}

// transferID is stIdTransfer.
var transferID = form[int]{
	parse: func(s string) (int, bool) {
		n, ok := number.parse(s)
		return int(n), ok && n >= 1 && n <= 5
	},
	append: func(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) },
}

// bytes64 is xsd:base64Binary, as a string of the bytes.
var bytes64 = form[string]{
	parse: func(s string) (string, bool) {
		b, err := base64.StdEncoding.Strict().DecodeString(joined(s))
		return string(b), err == nil
	},
	append: func(b []byte, v string) []byte { return base64.StdEncoding.AppendEncode(b, []byte(v)) },
}

// joined takes the white space out of base64.
func joined(s string) string {
	if !strings.ContainsAny(s, " \t\r\n") {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, s)
}

// hash is stBase64Binary72: base64 of 4 to 72 characters, kept as such.
var hash = form[string]{
	parse: func(s string) (string, bool) {
		s = strings.Join(strings.Fields(s), " ")
		_, ok := bytes64.parse(s)
		return joined(s), ok && len(s) >= 4 && len(s) <= 72
	},
	append: appendEscaped,
}

var (
	anyText                = text(0, math.MaxInt)
	text5                  = text(5, 5)
	text16, text35, text70 = text(1, 16), text(1, 35), text(1, 70)
	text140, text210       = text(1, 140), text(1, 210)
	fiscalCodePA           = digits(11)
	noticeNumber           = digits(18)
	country                = some(2, isCountry)
	email                  = some(256, isEmail)
	subjectKind            = oneOf(payment.Natural, payment.Legal)
	outcomes               = oneOf("OK", "KO")
)

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

func isCountry(s string) bool {
	return len(s) == 2 && 'A' <= s[0] && s[0] <= 'Z' && 'A' <= s[1] && s[1] <= 'Z'
}

// isEmail is [payment.ValidEmail], the pattern of stEMail, twenty times as fast:
// [a-zA-Z0-9_\.\+\-]+@[a-zA-Z0-9\-]+(\.[a-zA-Z0-9\-]+)*.
func isEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	for i := range len(local) {
		ok = ok && (isAlphanumeric(local[i]) || strings.IndexByte("_.+-", local[i]) >= 0)
	}
	last := byte('.') // no two points together, none at an end
	for i := range len(domain) {
		c := domain[i]
		ok = ok && (isAlphanumeric(c) || c == '-' || c == '.' && last != '.')
		last = c
	}
	return ok && local != "" && last != '.' && len(s) <= 256
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// appendEscaped appends s as character data.
func appendEscaped(b []byte, s string) []byte {
	plain := 0
	for i, r := range s {
		var escaped string
		switch {
		case r == '&':
			escaped = "&amp;"
		case r == '<':
			escaped = "&lt;"
		case r == '>':
			escaped = "&gt;"
		case r == '\r':
			escaped = "&#13;"
		case r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError:
			escaped = "\ufffd" // no XML can say it
		default:
			continue
		}
		b = append(append(b, s[plain:i]...), escaped...)
		_, size := utf8.DecodeRuneInString(s[i:])
		plain = i + size
	}
	return append(b, s[plain:]...)
}
