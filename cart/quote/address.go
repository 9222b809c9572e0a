package quote

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// debtor returns the payer whom the quote names, at its address, as the one who owes: a
// natural person without a fiscal code.
func (q Quote) debtor() (payment.Subject, error) {
	s := payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: q.Payer}
	if q.Address == "" {
		return s, nil
	}
	parts := strings.Split(q.Address, ",")
	for i, part := range parts {
		if parts[i] = strings.TrimSpace(part); parts[i] == "" {
			return s, badAddress()
		}
	}
	last := len(parts) - 1
	if isCountry(parts[last]) {
		s.Country, parts, last = parts[last], parts[:last], last-1
	}
	if last < 1 {
		return s, badAddress()
	}
	s.Street = strings.Join(parts[:last], ", ")
	s.City = parts[last]
	if code, town, ok := strings.Cut(s.City, " "); ok && strings.ContainsAny(code, "0123456789") {
		s.PostalCode, s.City = code, town
	}
	if town, province, ok := strings.Cut(s.City, "("); ok {
		s.City, s.Province = strings.TrimSpace(town), strings.TrimSpace(strings.TrimSuffix(province, ")"))
		if !strings.HasSuffix(province, ")") || s.City == "" || s.Province == "" {
			return s, badAddress()
		}
	}
	for _, f := range []struct {
		text string
		most int // of pagoPA's schemas
	}{{s.Street, 70}, {s.PostalCode, 16}, {s.City, 35}, {s.Province, 35}} {
		if n := utf8.RuneCountInString(f.text); n > f.most {
			return s, pagonline.NewError(pagonline.CodeTextTooLong,
				pagonline.Same(strconv.Itoa(n)), pagonline.Same(strconv.Itoa(f.most))).At("address")
		}
	}
	return s, nil
}

func isCountry(s string) bool {
	return len(s) == 2 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

func badAddress() error {
	return pagonline.NewError(pagonline.CodeInputSyntax,
		pagonline.Text{It: "indirizzo: via, CAP città (provincia)", En: "address: street, postal code and town (province)"}).At("address")
}
