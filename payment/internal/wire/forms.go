package wire

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// text is a string of least to most characters, white space kept.
func text(least, most int) form[string] {
	return form[string]{
		parse: func(s string) (string, bool) {
			n := utf8.RuneCountInString(s)
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
	return some(n, func(s string) bool { return len(s) == n && strings.Trim(s, "0123456789") == "" })
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
func collapse(s string) string { return strings.Trim(s, " \t\r\n") }

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

// date is xsd:date; a zone is allowed and means nothing to a civil date.
var date = form[pagonline.Date]{
	parse: func(s string) (pagonline.Date, bool) {
		s = collapse(s)
		if len(s) > 10 && zone(s[10:]) {
			s = s[:10]
		}
		d, err := pagonline.ParseDate(s)
		return d, err == nil
	},
	append: func(b []byte, d pagonline.Date) []byte { return append(b, d.String()...) },
}

// instant is xsd:dateTime. Without a zone it is of Europe/Rome. It is written with the
// offset of Rome.
var instant = form[time.Time]{
	parse: func(s string) (time.Time, bool) {
		s = collapse(s)
		const layout = "2006-01-02T15:04:05"
		if len(s) < len(layout) {
			return time.Time{}, false
		}
		rest := s[len(layout):]
		fraction := 0
		if strings.HasPrefix(rest, ".") {
			for fraction = 1; fraction < len(rest) && '0' <= rest[fraction] && rest[fraction] <= '9'; {
				fraction++
			}
		}
		if fraction == 1 || rest[fraction:] != "" && !zone(rest[fraction:]) {
			return time.Time{}, false
		}
		form := layout
		if rest[fraction:] != "" {
			form += "Z07:00"
		}
		value := s[:len(layout)] + rest[:min(fraction, 10)] + rest[fraction:] // nanoseconds will do
		t, err := time.ParseInLocation(form, value, pagonline.Rome())
		return t.UTC(), err == nil && t.Year() > 0
	},
	append: func(b []byte, t time.Time) []byte {
		return t.In(pagonline.Rome()).AppendFormat(b, time.RFC3339Nano)
	},
}

// zone reports whether s is a time zone of XML Schema: Z, or ±hh:mm up to 14:00.
func zone(s string) bool {
	if s == "Z" {
		return true
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' {
		return false
	}
	t, err := time.Parse("15:04", s[1:])
	return err == nil && (t.Hour() < 14 || t.Hour() == 14 && t.Minute() == 0)
}

// transferID is stIdTransfer.
var transferID = form[int]{
	parse: func(s string) (int, bool) {
		s = collapse(s)
		if len(s) != 1 || s[0] < '1' || s[0] > '5' {
			return 0, false
		}
		return int(s[0] - '0'), true
	},
	append: func(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) },
}

// bytes64 is xsd:base64Binary, as a string of the bytes.
var bytes64 = form[string]{
	parse: func(s string) (string, bool) {
		s = strings.Map(func(r rune) rune {
			if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
				return -1
			}
			return r
		}, s)
		b, err := base64.StdEncoding.Strict().DecodeString(s)
		return string(b), err == nil
	},
	append: func(b []byte, v string) []byte { return base64.StdEncoding.AppendEncode(b, []byte(v)) },
}

var (
	text16, text35, text70 = text(1, 16), text(1, 35), text(1, 70)
	text140, text210       = text(1, 140), text(1, 210)
	fiscalCodePA           = digits(11)
	noticeNumber           = digits(18)
	country                = some(2, func(s string) bool { return len(s) == 2 && strings.Trim(s, upper) == "" })
	email                  = some(256, payment.ValidEmail)
	subjectKind            = oneOf(payment.Natural, payment.Legal)
)

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// appendEscaped appends s as character data.
func appendEscaped(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '\r':
			b = append(b, "&#13;"...)
		case r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF:
			b = utf8.AppendRune(b, utf8.RuneError) // no XML can say it
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}
