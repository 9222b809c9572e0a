package notice

import (
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
)

// QR is what the QR code of a notice says ("Avviso di pagamento", codice QR).
type QR struct {
	Number   Number
	Creditor string // fiscal code, 11 digits
	Cents    int64  // amount due, 0 to 99,999,999,999
}

// AppendText appends "PAGOPA|002|number|creditor|cents", the cents with at least two
// digits. Its error has [pagonline.CodeCodeUnreadable].
func (q QR) AppendText(b []byte) ([]byte, error) {
	if q.Number.IsZero() || len(q.Creditor) != 11 || !allDigits(q.Creditor) || q.Cents < 0 || q.Cents > maxQRCents {
		return b, unreadable("dati fuori formato", "data out of form")
	}
	b = append(b, "PAGOPA|002|"...)
	b = append(b, q.Number.digits[:]...)
	b = append(b, '|')
	b = append(b, q.Creditor...)
	b = append(b, '|')
	if q.Cents < 10 {
		b = append(b, '0')
	}
	return strconv.AppendInt(b, q.Cents, 10), nil
}

// maxQRCents has 11 digits, the longest amount of the code.
const maxQRCents = 99_999_999_999

// Text returns the text of the code; see [QR.AppendText].
func (q QR) Text() (string, error) {
	b, err := q.AppendText(nil)
	return string(b), err
}

// ParseQR reads the text of a QR code as PSPs do: the notice number's check digits
// are not enforced (ask Number.CheckOK), the amount may be padded with zeros or have
// one digit. Its error has [pagonline.CodeCodeUnreadable].
func ParseQR(s string) (QR, error) {
	head, rest, _ := strings.Cut(s, "|")
	version, rest, _ := strings.Cut(rest, "|")
	number, rest, _ := strings.Cut(rest, "|")
	creditor, cents, found := strings.Cut(rest, "|")
	switch {
	case !found || head != "PAGOPA":
		return QR{}, unreadable("non è un codice pagoPA", "not a pagoPA code")
	case version != "002":
		return QR{}, unreadable("versione sconosciuta", "unknown version")
	case len(creditor) != 11 || !allDigits(creditor):
		return QR{}, unreadable("codice fiscale dell'ente", "fiscal code of the creditor")
	case cents == "" || len(cents) > 11 || !allDigits(cents):
		return QR{}, unreadable("importo", "amount")
	}
	n, err := ParseSyntax(number)
	if err != nil {
		return QR{}, unreadable("numero avviso", "notice number")
	}
	value, err := strconv.ParseInt(cents, 10, 64)
	if err != nil {
		return QR{}, unreadable("importo", "amount")
	}
	return QR{Number: n, Creditor: creditor, Cents: value}, nil
}

func unreadable(it, en string) error {
	return pagonline.NewError(pagonline.CodeCodeUnreadable, pagonline.Text{It: it, En: en})
}
