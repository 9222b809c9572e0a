package ledger

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// column is a column of a CSV: its name, its Italian heading, what it says of a row.
type column[T any] struct {
	name, heading string
	cell          func(e *encoder, r *T)
}

var registerColumns = []column[Row]{
	{"date", "Data", func(e *encoder, r *Row) { e.date(r.Date) }},
	{"movement", "Movimento", func(e *encoder, r *Row) { e.word(string(r.Movement), movements[r.Movement]) }},
	{"form", "Forma di pagamento", func(e *encoder, r *Row) { e.text(r.Form) }},
	{"payer", "Nome del versante", func(e *encoder, r *Row) { e.text(r.Payer) }},
	{"causale", "Causale", func(e *encoder, r *Row) { e.text(r.Causale) }},
	{"amount", "Importo", func(e *encoder, r *Row) { e.money(r.Amount.String()) }},
	{"receipt", "Numero ricevuta", func(e *encoder, r *Row) { e.text(r.Receipt) }},
	{"treasury", "Numero quietanza di tesoreria", func(e *encoder, r *Row) { e.text(r.Treasury) }},
	{"capitolo", "Capitolo d'entrata", func(e *encoder, r *Row) { e.text(r.Capitolo) }},
	{"institute", "Istituto", func(e *encoder, r *Row) { e.text(r.Institute) }},
	{"service", "Servizio", func(e *encoder, r *Row) { e.text(r.Service) }},
	{"protocol", "Protocollo", func(e *encoder, r *Row) { e.text(r.Protocol) }},
	{"iuv", "IUV", func(e *encoder, r *Row) { e.text(r.IUV) }},
	{"notice", "Codice avviso", func(e *encoder, r *Row) { e.text(r.Notice.String()) }},
	{"creditor", "Codice fiscale ente", func(e *encoder, r *Row) { e.text(r.Creditor) }},
	{"category", "Tassonomia", func(e *encoder, r *Row) { e.text(r.Category) }},
	{"difference", "Differenza dal dovuto", func(e *encoder, r *Row) { e.money(r.Difference.String()) }},
	{"others", "Quote di altri enti", func(e *encoder, r *Row) { e.money(r.Others.String()) }},
	{"mismatch", "Scarto tra importo e quote", func(e *encoder, r *Row) { e.money(r.Mismatch.String()) }},
}

var movements = map[Movement]string{Payment: "pagamento", SecondPayment: "secondo pagamento", Refunded: "rimborso"}

var purchaseColumns = []column[Purchase]{
	{"date", "Data", func(e *encoder, r *Purchase) { e.date(r.Date) }},
	{"status", "Stato", func(e *encoder, r *Purchase) { e.word(string(r.Status), statuses[r.Status]) }},
	{"institute", "Istituto", func(e *encoder, r *Purchase) { e.text(r.Institute) }},
	{"service", "Servizio", func(e *encoder, r *Purchase) { e.text(r.Service) }},
	{"causale", "Causale", func(e *encoder, r *Purchase) { e.text(r.Causale) }},
	{"quantity", "Quantità", func(e *encoder, r *Purchase) { e.number(r.Quantity) }},
	{"unitPrice", "Prezzo unitario", func(e *encoder, r *Purchase) { e.money(r.UnitPrice.String()) }},
	{"amount", "Importo", func(e *encoder, r *Purchase) { e.money(r.Amount.String()) }},
	{"notice", "Codice avviso", func(e *encoder, r *Purchase) { e.text(r.Notice.String()) }},
	{"iuv", "IUV", func(e *encoder, r *Purchase) { e.text(r.IUV) }},
	{"receipt", "Identificativo ricevuta (IUR)", func(e *encoder, r *Purchase) { e.text(r.Receipt) }},
	{"psp", "Prestatore (PSP)", func(e *encoder, r *Purchase) { e.text(r.PSP) }},
	{"paidOn", "Data pagamento", func(e *encoder, r *Purchase) { e.date(r.PaidOn) }},
	{"receiptReady", "Ricevuta disponibile", func(e *encoder, r *Purchase) {
		e.word(strconv.FormatBool(r.Ready), map[bool]string{true: "sì", false: "no"}[r.Ready])
	}},
}

var statuses = map[payment.Status]string{
	payment.Draft: "in preparazione", payment.Open: "da pagare", payment.Expired: "scaduto", payment.Cancelled: "annullato",
	payment.Paid: "pagato", payment.Reported: "rendicontato", payment.Reconciled: "riconciliato",
}

// WriteRegister writes the rows and returns their totals. Its error is that of a row, of
// w, or has [pagonline.CodeInputSyntax] for a format that is none; what was written until
// then is not the whole.
func WriteRegister(w io.Writer, f Format, rows iter.Seq2[Row, error]) (Summary, error) {
	var s summing
	_, err := write(w, f, registerColumns, rows, s.add)
	return s.summary(), err
}

// WritePurchases writes the rows and returns how many there are. Its error is that of
// [WriteRegister].
func WritePurchases(w io.Writer, f Format, rows iter.Seq2[Purchase, error]) (int, error) {
	return write(w, f, purchaseColumns, rows, func(Purchase) error { return nil })
}

// write writes a heading and the rows, and hands each row to count.
func write[T any](w io.Writer, f Format, columns []column[T], rows iter.Seq2[T, error], count func(T) error) (n int, err error) {
	e := encoder{italian: f == Spreadsheet}
	out := bufio.NewWriterSize(w, 64<<10)
	line := func(r *T) error {
		e.begin()
		for _, c := range columns {
			if r != nil {
				c.cell(&e, r)
			} else {
				e.word(c.name, c.heading)
			}
		}
		_, err := out.Write(e.end())
		return err
	}
	switch f {
	case CSV:
		err = line(nil)
	case Spreadsheet:
		_, _ = out.WriteString("\ufeff") // the buffer keeps an error for the next write
		err = line(nil)
	case JSONLines:
		lines := json.NewEncoder(out)
		lines.SetEscapeHTML(false)
		line = func(r *T) error { return lines.Encode(r) }
	default:
		err = pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{It: "formato csv, csv-it o json", En: "format csv, csv-it or json"}).At("format")
	}
	if err != nil {
		return 0, err
	}
	for r, err := range rows {
		if err == nil {
			err = count(r)
		}
		if err == nil {
			err = line(&r)
		}
		if err != nil {
			return n, fmt.Errorf("ledger: row %d: %w", n+1, err)
		}
		n++
	}
	return n, out.Flush()
}
