package pdf

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf/internal/qr"
	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// ReceiptOptions is what a printed receipt holds beside the receipt itself.
type ReceiptOptions struct {
	// Lang is the language of a receipt without a Rendering, "en" for English, else
	// Italian. A receipt that has a Rendering is in the language of that.
	Lang string
	// Proof is the signature of this very receipt, which has the [Printer.Rendering] of
	// this printer: its QR code and its code for the telephone are printed, and the file
	// that is attached holds it. Nil for none.
	Proof *receipt.Proof
}

// maxItems bounds the items of a receipt: an RT has five, a receipt of a whole order more.
const maxItems = 1000

// attachment is the name of the JSON inside a receipt.
const attachment = "receipt.json"

// Receipt prints a receipt: what the clerk reads before he releases the copies on the
// upper half of the first page, below it who took part and the items, on as many pages
// as they need. Rows without a value are left out; what the payer spent is parted in
// amount, fee of the PSP, total. Its JSON is attached as receipt.json: with a proof as
// [receipt.Proof.SignedJSON] writes it, else the canonical one.
//
// Its error is a [*pagonline.Error]: [pagonline.CodeTextTooLong] or
// [pagonline.CodeTextInvalid] for a text that cannot be printed,
// [pagonline.CodeTooManyItems], or that of [receipt.Receipt.Canonical]. With a proof it is
// [pagonline.CodeReceiptAltered] if that is not of this receipt, and at the field
// rendering [pagonline.CodeRequiredField] or [pagonline.CodeInputSyntax] if what was
// signed does not name this printer: such a paper would not stand [Printer.Verify].
func (p *Printer) Receipt(r receipt.Receipt, o ReceiptOptions) ([]byte, error) {
	if o.Proof != nil {
		if err := p.belongs(*o.Proof, r); err != nil {
			return nil, err
		}
	}
	return p.receipt(r, o)
}

// belongs looks whether a proof is that of the receipt, as this printer draws it.
func (p *Printer) belongs(proof receipt.Proof, r receipt.Receipt) error {
	if r.Rendering == nil {
		return pagonline.NewError(pagonline.CodeRequiredField, pagonline.Same("rendering")).At("rendering")
	}
	if own := p.Rendering(r.Rendering.Language); !equal(own, *r.Rendering) {
		return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{It: "rendering di un'altra stampante", En: "rendering of another printer"}).At("rendering")
	}
	data, err := r.Canonical()
	if err != nil {
		return err
	}
	if !bytes.Equal(data, proof.JSON) {
		return pagonline.NewError(pagonline.CodeReceiptAltered).At("proof")
	}
	return nil
}

func equal(a, b receipt.Rendering) bool {
	return a.Renderer == b.Renderer && a.Language == b.Language && slices.Equal(a.Fonts, b.Fonts)
}

// receipt draws a receipt, whoever signed it.
func (p *Printer) receipt(r receipt.Receipt, o ReceiptOptions) ([]byte, error) {
	if len(r.Items) > maxItems {
		return nil, pagonline.NewError(pagonline.CodeTooManyItems, pagonline.Same(strconv.Itoa(maxItems))).At("items")
	}
	if r.Rendering != nil {
		o.Lang = r.Rendering.Language
	}
	o.Lang = language(o.Lang)
	if o.Proof != nil {
		return p.draw(r, o, o.Proof.SignedJSON())
	}
	data, err := r.Canonical()
	if err != nil {
		return nil, err
	}
	return p.draw(r, o, data)
}

// draw draws a receipt and attaches data to it.
func (p *Printer) draw(r receipt.Receipt, o ReceiptOptions, data []byte) ([]byte, error) {
	s := &sheet{paper: paper{set: p.set, env: r.Environment}, lang: o.Lang, mark: "IUR " + r.IUR, edge: rightEdge}
	title := s.fit("title", p.cfg.ReceiptTitle.In(o.Lang))
	info := tagged.Info{Title: title + " – IUV " + s.fit("iuv", r.IUV), Lang: o.Lang, Creator: s.fit("creditor", r.Creditor.Name), Producer: p.name(o.Lang), Attach: []tagged.Attachment{{
		Name: attachment, MIME: "application/json", Modified: r.PaidAt.UTC().Format("D:20060102150405Z"), Data: data,
		Description: pagonline.Text{It: "I dati di questa ricevuta", En: "The data of this receipt"}.In(o.Lang),
	}}}
	if r.Environment != payment.Production {
		info.Title = "FAC-SIMILE – " + info.Title
	}
	s.Document = p.set.New(info)
	s.receipt(p.cfg, title, r, o)
	return s.bytes()
}

// The columns of a receipt.
const (
	leftEdge   = tagged.Unit(15 * 72_000_000 / 25_400)
	valueEdge  = tagged.Unit(64 * 72_000_000 / 25_400)
	codeEdge   = tagged.Unit(162 * 72_000_000 / 25_400) // where the code begins
	rightEdge  = tagged.Unit(195 * 72_000_000 / 25_400)
	bottomEdge = tagged.Unit(280 * 72_000_000 / 25_400)
)

func (s *sheet) receipt(cfg Config, title string, r receipt.Receipt, o ReceiptOptions) {
	s.page()
	s.facsimile(leftEdge, tagged.MM(1150))
	s.line(tagged.H1, bold, leftEdge, tagged.MM(2000), 20*tagged.Point, title)
	outcome := pagonline.Text{It: "Esito: pagamento eseguito", En: "Outcome: paid"}
	if r.Second {
		outcome = pagonline.Text{It: "Esito: pagato una seconda volta, da rimborsare", En: "Outcome: paid a second time, to be refunded"}
	}
	s.line(tagged.Paragraph, bold, leftEdge, tagged.MM(2650), 12*tagged.Point, outcome.In(s.lang))

	s.y = tagged.MM(3450)
	if o.Proof != nil {
		s.edge = codeEdge - tagged.MM(500)
	}
	s.heading(pagonline.Text{It: "Pagamento", En: "Payment"})
	s.table(upperRows(r, s.lang))
	s.edge = rightEdge
	s.proof(o.Proof)
	s.y = max(s.y+tagged.MM(400), tagged.MM(12800))
	s.heading(pagonline.Text{It: "Ente, debitore e prestatore", En: "Creditor, debtor and provider"})
	s.table(lowerRows(r, s.lang))
	if len(r.Items) > 0 {
		s.y += tagged.MM(400)
		s.heading(pagonline.Text{It: "Dettaglio voci", En: "Items"})
		s.items(r.Items)
	}
	s.y += tagged.MM(500)
	s.paragraph(pagonline.Text{
		It: "Questa ricevuta attesta il pagamento registrato da pagoPA. Non è una quietanza soggetta a bollo.",
		En: "This receipt certifies the payment recorded by pagoPA. It is no formal quittance.",
	}.In(s.lang))
	s.paragraph(helpLabel.In(s.lang) + s.fit("help", cfg.Help))
	s.foot()
}

// upperRows are what a clerk reads: the rows 4 to 8, 11 and 15.
func upperRows(r receipt.Receipt, lang string) []row {
	when := r.PaidAt.In(pagonline.Rome()).Format("02/01/2006 15:04:05")
	if lang == "en" {
		when = r.PaidAt.In(pagonline.Rome()).Format("2 January 2006, 15:04:05")
	}
	rows := []row{{"amount", pagonline.Text{It: "Importo", En: "Amount"}, euros(r.Amount, lang), bold}}
	if r.Fee != nil {
		rows = append(rows,
			row{"fee", pagonline.Text{It: "Commissione del PSP", En: "PSP fee"}, euros(*r.Fee, lang), regular},
			row{"total", pagonline.Text{It: "Totale", En: "Total"}, euros(r.Total(), lang), regular})
	}
	if !r.Difference.IsZero() {
		rows = append(rows, row{"difference", pagonline.Text{It: "Differenza dal dovuto", En: "Difference from due"}, euros(r.Difference, lang), regular})
	}
	var quantity, price string
	if r.Quantity > 0 { // else there was no line of a cart
		quantity, price = strconv.Itoa(r.Quantity), euros(r.UnitPrice, lang)
	}
	return append(rows,
		row{"paidAt", pagonline.Text{It: "Data e ora del pagamento", En: "Payment date and time"}, when, regular},
		row{"institute", pagonline.Text{It: "Istituto", En: "Institute"}, r.Institute.Name, bold},
		row{"service", pagonline.Text{It: "Servizio", En: "Service"}, r.Service.Name, regular},
		row{"quantity", pagonline.Text{It: "Quantità", En: "Quantity"}, quantity, regular},
		row{"unitPrice", pagonline.Text{It: "Prezzo unitario", En: "Unit price"}, price, regular},
		row{"causale", pagonline.Text{It: "Oggetto / causale", En: "Payment reason"}, r.Causale.String(), regular},
		row{"protocol", pagonline.Text{It: "Protocollo del preventivo", En: "Quote protocol no."}, r.Protocol.String(), bold},
		row{"notice", pagonline.Text{It: "Codice avviso", En: "Notice code"}, r.Notice.Grouped(), mono},
		row{"iuv", pagonline.Same("IUV"), r.IUV, mono},
		row{"iur", pagonline.Text{It: "Identificativo ricevuta (IUR)", En: "Receipt id (IUR)"}, r.IUR, mono},
	)
}

func lowerRows(r receipt.Receipt, lang string) []row {
	code := pagonline.Text{It: "Codice fiscale", En: "Tax code"}
	codeOf := func(whose string) pagonline.Text {
		return pagonline.Text{It: code.It + " " + whose, En: code.En}
	}
	rows := []row{
		{"creditor", pagonline.Text{It: "Ente creditore", En: "Creditor"}, r.Creditor.Name, regular},
		{"creditor", codeOf("ente"), r.Creditor.FiscalCode, mono},
		{"debtor", pagonline.Text{It: "Debitore", En: "Debtor"}, r.Debtor.Name, regular},
		{"debtor", codeOf("debitore"), r.Debtor.FiscalCode, mono},
	}
	if r.Payer != nil {
		rows = append(rows, row{"payer", pagonline.Text{It: "Eseguito da", En: "Paid by"}, r.Payer.Name, regular},
			row{"payer", codeOf("versante"), r.Payer.FiscalCode, mono})
	}
	return append(rows,
		row{"psp", pagonline.Text{It: "Prestatore (PSP)", En: "Payment provider"}, r.PSP.String(), regular},
		row{"method", pagonline.Text{It: "Metodo", En: "Method"}, r.Method, regular},
		row{"appliedOn", pagonline.Text{It: "Data applicativa", En: "Application date"}, r.AppliedOn.Localized(lang), regular},
		row{"transferOn", pagonline.Text{It: "Data di accredito", En: "Transfer date"}, r.TransferOn.Localized(lang), regular},
	)
}

func euros(a interface{ Localized(lang string) string }, lang string) string {
	return a.Localized(lang) + " €"
}

// proof draws the signed code, 33 mm wide, beside the upper rows, and the code to say
// on the telephone below it.
func (s *sheet) proof(proof *receipt.Proof) {
	if proof == nil {
		return
	}
	back := s.y
	s.y = tagged.MM(3450)
	s.headingAt(codeEdge, pagonline.Text{It: "Verifica", En: "Verification"})
	rows, err := qr.Encode(proof.QR, 0)
	if err != nil {
		s.fail(pagonline.NewError(pagonline.CodeCodeUnreadable, pagonline.Text{It: "testo troppo lungo", En: "text too long"}).At("proof"))
		return
	}
	const side = rightEdge - codeEdge
	box := tagged.Box{X: codeEdge, Y: tagged.MM(3650), W: side, H: side}
	s.Open(tagged.Figure, tagged.Attr{Alt: pagonline.Text{It: "Codice QR con i dati firmati di questa ricevuta", En: "QR code with the signed data of this receipt"}.In(s.lang), Box: box})
	s.Modules(box, rows)
	s.Close()
	y := box.Y + side
	s.line(tagged.Paragraph, regular, codeEdge, y+tagged.MM(500), 8*tagged.Point, pagonline.Text{It: "Codice di verifica", En: "Verification code"}.In(s.lang))
	code := s.fit("proof", proof.Code.Grouped())
	s.line(tagged.Paragraph, mono, codeEdge, y+tagged.MM(950), s.set.Face(mono).Shrink(code, 10*tagged.Point, 5*tagged.Point, side), code)
	s.y = max(back, y+tagged.MM(1000))
}

// items draws the table of the items, its head again on every page.
func (s *sheet) items(items []receipt.Item) {
	label := [...]pagonline.Text{{It: "Descrizione", En: "Description"}, {It: "Tassonomia", En: "Taxonomy"}, {It: "Ente", En: "Creditor"}, {It: "Importo", En: "Amount"}}
	x := [...]tagged.Unit{leftEdge, tagged.MM(11000), tagged.MM(14200), rightEdge}
	cell := func(tag tagged.Tag, attr tagged.Attr, draw func()) {
		s.Open(tag, attr)
		draw()
		s.Close()
	}
	const size = 9 * tagged.Point
	s.Open(tagged.Table)
	s.Open(tagged.Row)
	for i, l := range label {
		cell(tagged.Header, tagged.Attr{Scope: "Column"}, func() {
			if i == 3 {
				s.Right(bold, x[i], s.y, size, l.In(s.lang))
				return
			}
			s.Text(bold, x[i], s.y, size, l.In(s.lang))
		})
	}
	s.Close()
	s.y += tagged.MM(500)
	for i, item := range items {
		field := "items[" + strconv.Itoa(i) + "]"
		text := s.set.Face(regular).Wrap(s.fit(field+".description", cmp.Or(item.Description, "–")), size, x[1]-x[0]-tagged.MM(300))
		s.room(tagged.MM(420) * tagged.Unit(len(text)))
		s.Open(tagged.Row)
		y := s.y
		cell(tagged.Cell, tagged.Attr{}, func() {
			for _, line := range text {
				s.Text(regular, x[0], s.y, size, line)
				s.y += tagged.MM(420)
			}
		})
		category := s.fit(field+".category", cmp.Or(item.Category, "–"))
		cell(tagged.Cell, tagged.Attr{}, func() {
			s.Text(mono, x[1], y, s.set.Face(mono).Shrink(category, 8*tagged.Point, 5*tagged.Point, x[2]-x[1]-tagged.MM(200)), category)
		})
		cell(tagged.Cell, tagged.Attr{}, func() { s.Text(mono, x[2], y, 8*tagged.Point, s.fit(field+".creditor", cmp.Or(item.Creditor, "–"))) })
		cell(tagged.Cell, tagged.Attr{}, func() { s.Right(regular, x[3], y, size, euros(item.Amount, s.lang)) })
		s.Close()
		s.y += tagged.MM(80)
	}
	s.Close()
}
