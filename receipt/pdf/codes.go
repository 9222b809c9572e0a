package pdf

import (
	"fmt"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt/pdf/internal/datamatrix"
	"github.com/pagonline/pagonline/receipt/pdf/internal/qr"
	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// noticeVersion is the QR version of notices: 33 by 33 modules.
const noticeVersion = 4

// The sides of the codes as the official notice has them: of the payment in one and of
// two instalments beside each other, and of three.
const wideCode, narrowCode = 2489, 2015

// qr draws the code of a payment.
func (s *slate) qr(x, y, side int, d Due) {
	text, err := notice.QR{Number: d.Number, Creditor: s.n.Creditor.FiscalCode, Cents: d.Amount.Cents()}.Text()
	if err != nil {
		s.fail(pagonline.AsError(err).At("creditor.fiscalCode"))
		return
	}
	rows, err := qr.Encode(text, noticeVersion)
	if err != nil {
		s.fail(pagonline.NewError(pagonline.CodeInternal).Because(err))
		return
	}
	box := tagged.Box{X: mm(x), Y: mm(y), W: mm(side), H: mm(side)}
	alt := pagonline.Text{It: "Codice QR pagoPA per l'avviso %s, %s euro, ente %s", En: "pagoPA QR code of notice %s, %s euros, creditor %s"}.In(s.first.lang)
	s.Open(tagged.Figure, tagged.Attr{Alt: fmt.Sprintf(alt, d.Number.Grouped(), s.euros(d.Amount), s.n.Creditor.FiscalCode), Box: box})
	s.LeanModules(box, rows)
	s.Close()
}

// dataMatrix draws the code of a slip: 22.9 mm, in a frame of four corners.
func (s *slate) dataMatrix(x, y int, d Due) {
	text, err := notice.DataMatrix{
		Number: d.Number, Account: s.n.Creditor.Postal.Account, Cents: d.Amount.Cents(), Creditor: s.n.Creditor.FiscalCode,
		Debtor: s.n.Debtor.FiscalCode, Name: s.n.Debtor.Name, Subject: s.n.Subject,
	}.Text()
	if err != nil {
		s.fail(pagonline.AsError(err).At("creditor.postal"))
		return
	}
	rows, err := datamatrix.Encode(text)
	if err != nil {
		rows, err = datamatrix.Encode(withoutPunctuation(text))
	}
	if err != nil {
		s.fail(pagonline.NewError(pagonline.CodeInternal).Because(err))
		return
	}
	box := tagged.Box{X: mm(x), Y: mm(y), W: mm(2294), H: mm(2294)}
	s.Open(tagged.Figure, tagged.Attr{Alt: "Codice Data Matrix del bollettino postale per l'avviso " + d.Number.Grouped(), Box: box, Lang: "it"})
	s.LeanModules(box, rows)
	s.Close()
	s.Artifact("Layout", func() {
		const out, side, arm, thick = 240, 2774, 449, 60
		boxes := make([]tagged.Box, 0, 8)
		for _, right := range [2]int{0, 1} {
			for _, low := range [2]int{0, 1} {
				boxes = append(boxes,
					tagged.Box{X: mm(x - out + right*(side-arm)), Y: mm(y - out + low*(side-thick)), W: mm(arm), H: mm(thick)},
					tagged.Box{X: mm(x - out + right*(side-thick)), Y: mm(y - out + low*(side-arm)), W: mm(thick), H: mm(arm)})
			}
		}
		s.Fill(frameGrey, boxes...)
	})
}

// The places of name and subject in the text of a slip's code.
const slipNameAt, slipEndAt = 93, 243

// withoutPunctuation writes name and subject in letters, digits and blanks, which take
// a third less room than signs; so they always fit.
func withoutPunctuation(text string) string {
	return text[:slipNameAt] + strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return ' '
	}, text[slipNameAt:slipEndAt]) + text[slipEndAt:]
}
