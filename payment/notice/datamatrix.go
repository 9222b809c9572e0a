package notice

import (
	"log/slog"
	"strings"
	"unicode/utf8"
)

// DataMatrix is what the code of the postal slip says (bollettino PA, TD 896): 256
// characters at fixed places. It is printed if and only if the creditor collects on a
// postal account. It names the debtor: it belongs on the debtor's own slip only.
type DataMatrix struct {
	Number   Number
	Account  string // postal account, 1 to 12 digits
	Cents    int64  // amount due; the slip has room for 9,999,999,999
	Creditor string // fiscal code, 11 digits
	Debtor   string // fiscal code, "" if not known
	Name     string // of the debtor
	Subject  string // of the notice
}

// LogValue gives the log the notice number.
func (d DataMatrix) LogValue() slog.Value { return d.Number.LogValue() }

// The places of the fields, and their lengths in characters.
const (
	dmPrefix   = "codfase=NBPA;"
	dmLength   = 256
	dmDebtor   = 16
	dmName     = 40
	dmSubject  = 110
	maxDMCents = 9_999_999_999
)

// Text returns the 256 characters. Debtor, name and subject are written as the slip
// wants them: letters without accents and in capitals, ASCII only, what has no such
// form as a blank; then cut at 16, 40 and 110 and filled with blanks. Its error has
// [pagonline.CodeCodeUnreadable].
func (d DataMatrix) Text() (string, error) {
	if d.Number.IsZero() || d.Account == "" || len(d.Account) > 12 || !allDigits(d.Account) ||
		len(d.Creditor) != 11 || !allDigits(d.Creditor) || d.Cents < 0 || d.Cents > maxDMCents {
		return "", unreadable("dati fuori formato", "data out of form")
	}
	var cents [16]byte
	put8(cents[0:8], uint64(d.Cents)/100_000_000)
	put8(cents[8:16], uint64(d.Cents)%100_000_000)
	var b strings.Builder
	b.Grow(dmLength)
	b.WriteString(dmPrefix + "18" + d.Number.String() + "12")
	b.WriteString(strings.Repeat("0", 12-len(d.Account)) + d.Account)
	b.WriteString("10" + string(cents[6:]) + "3896" + "1P1" + d.Creditor)
	for _, f := range []struct {
		text string
		size int
	}{{d.Debtor, dmDebtor}, {d.Name, dmName}, {d.Subject, dmSubject}} {
		text := fold(f.text)
		text = text[:min(len(text), f.size)]
		b.WriteString(text + strings.Repeat(" ", f.size-len(text)))
	}
	b.WriteString(strings.Repeat(" ", 12) + "A")
	return b.String(), nil
}

// ParseDataMatrix reads the text of a slip's code, check digits unseen. Some
// printers keep lower case and accents, and some readers lose a blank of the
// padding; both are read. Its error has [pagonline.CodeCodeUnreadable].
func ParseDataMatrix(s string) (DataMatrix, error) {
	if len(s) > dmLength*utf8.UTFMax || !strings.HasPrefix(s, dmPrefix) {
		return DataMatrix{}, unreadable("non è un codice di bollettino", "not the code of a postal slip")
	}
	r := []rune(s)
	if len(r) < dmLength-1 || len(r) > dmLength || r[len(r)-1] != 'A' {
		return DataMatrix{}, unreadable("servono 256 caratteri", "256 characters are needed")
	}
	at := func(from, to int) string { return string(r[from:to]) }
	number, account, cents, creditor := at(15, 33), at(35, 47), at(49, 59), at(66, 77)
	filler := at(len(r)-13, len(r)-1)
	if at(13, 15)+at(33, 35)+at(47, 49)+at(59, 66) != "18"+"12"+"10"+"38961P1" || strings.Trim(filler, " ") != "" {
		return DataMatrix{}, unreadable("campi fissi errati", "wrong fixed fields")
	}
	n, err := ParseSyntax(number)
	if err != nil {
		return DataMatrix{}, unreadable("numero avviso", "notice number")
	}
	if !allDigits(account) || !allDigits(cents) || !allDigits(creditor) {
		return DataMatrix{}, unreadable("conto, importo o codice fiscale", "account, amount or fiscal code")
	}
	var value int64
	for i := range len(cents) {
		value = value*10 + int64(cents[i]-'0')
	}
	name, subject := at(93, 133), at(133, len(r)-13)
	if len(r) < dmLength { // a blank is lost, most likely between the two
		name, subject, _ = strings.Cut(at(93, len(r)-13), "  ")
	}
	return DataMatrix{
		Number: n, Account: account, Cents: value, Creditor: creditor,
		Debtor: strings.TrimSpace(at(77, 93)), Name: strings.TrimSpace(name), Subject: strings.TrimSpace(subject),
	}, nil
}
