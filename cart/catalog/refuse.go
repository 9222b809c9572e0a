package catalog

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
)

// reason returns why nothing is due, trimmed.
func reason(s string) (string, error) {
	if s = trimmed(s); s == "" {
		return "", pagonline.NewError(pagonline.CodeReasonRequired).At("reason")
	}
	return s, plain("reason", s, maxReason)
}

// trimmed returns s without blanks around, and with plain blanks inside: a text that was
// copied from a page has others.
func trimmed(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "\u00a0", " "))
}

// plain checks that s has at most limit characters, all of which can be shown.
func plain(field, s string, limit int) error {
	if n := utf8.RuneCountInString(s); n > limit {
		return pagonline.NewError(pagonline.CodeTextTooLong, number(n), number(limit)).At(field)
	}
	at := 0
	for _, c := range s {
		at++
		if c == utf8.RuneError || !unicode.IsPrint(c) {
			return pagonline.NewError(pagonline.CodeTextInvalid, number(at)).At(field)
		}
	}
	return nil
}

func number(n int) pagonline.Text { return pagonline.Same(strconv.Itoa(n)) }

// tooMany says that a field has more of what it holds than it may.
func tooMany(field string, what pagonline.Text, most int) error {
	e := pagonline.NewError(pagonline.CodeTooManyItems, number(most)).At(field)
	n := strconv.Itoa(most)
	e.Text = pagonline.Text{It: what.It + ": al massimo " + n + ".", En: what.En + ": " + n + " at most."}
	return e
}

func tooManyItems(most int) error {
	return tooMany("items", pagonline.Text{It: "Troppe voci", En: "Too many items"}, most)
}

func badCount(least, most int) *pagonline.Error {
	return pagonline.NewError(pagonline.CodeQuantity, number(least), number(most))
}

// broken is the error of an entry that [Tariff.Validate] refuses.
func broken(code string) error {
	return pagonline.NewError(pagonline.CodeCatalogInvalid, pagonline.Same(code),
		pagonline.Text{It: "regola non valida", En: "invalid rule"}).At("code")
}

// incomplete names an item that cannot be priced as it is asked for, the field that is
// wrong with it, and perhaps what is.
func incomplete(code, field string, why pagonline.Text) error {
	it, en := shown(code), shown(code)
	if why != (pagonline.Text{}) {
		it, en = it+", "+why.It, en+", "+why.En
	}
	return pagonline.NewError(pagonline.CodeTariffItem, pagonline.Text{It: it, En: en}).At(field)
}

// shown returns a code as an error may show it: nobody's code is longer.
func shown(code string) string {
	if utf8.RuneCountInString(code) > maxCode {
		code = string([]rune(code)[:maxCode]) + "…"
	}
	return strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return '�'
		}
		return c
	}, code)
}

// inItem says in which item err's field is.
func inItem(i int, err error) error {
	e := pagonline.AsError(err)
	at := "items[" + strconv.Itoa(i) + "]"
	if e.Field != "" {
		at += "." + e.Field
	}
	return e.At(at)
}
