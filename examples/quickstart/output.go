package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/receipt"
)

// result is what happened, as -json prints it.
type result struct {
	Person struct {
		Scheme identity.Scheme `json:"scheme"`
	} `json:"person"`
	Cart     cartOutput      `json:"cart"`
	Notice   noticeOutput    `json:"notice"`
	Checkout *checkoutOutput `json:"checkout"`
	Position []string        `json:"position"` // the states it went through
	Order    []string        `json:"order"`
	SOAP     []soapOutput    `json:"soap"`
	Receipt  *receiptOutput  `json:"receipt"`
	Mail     *mailOutput     `json:"mail"`            // what the payer was told of the outcome
	Files    *filesOutput    `json:"files,omitempty"` // where they stay
	Listen   *listening      `json:"listen,omitempty"`

	position payment.Position
	full     *receipt.Receipt
}

type (
	cartOutput struct {
		Items []itemOutput `json:"items"`
		Total euro.Amount  `json:"total"`
	}
	itemOutput struct {
		Institute string      `json:"institute"`
		Service   string      `json:"service"`
		Quantity  int         `json:"quantity"`
		UnitPrice euro.Amount `json:"unitPrice"`
		Amount    euro.Amount `json:"amount"`
		Causale   string      `json:"causale"`
	}
	noticeOutput struct {
		Number   string `json:"number"`
		IUV      string `json:"iuv"`
		Creditor string `json:"creditor"`
		QR       string `json:"qr"`
	}
	checkoutOutput struct {
		Location string `json:"location"`
	}
	soapOutput struct {
		Operation string `json:"operation"`
		Outcome   string `json:"outcome"`
		Fault     string `json:"fault,omitempty"`
	}
	receiptOutput struct {
		IUR     string       `json:"iur"`
		IUV     string       `json:"iuv"`
		Amount  euro.Amount  `json:"amount"`
		Fee     *euro.Amount `json:"fee"`
		Causale string       `json:"causale"`
		PSP     string       `json:"psp"`
		PaidAt  time.Time    `json:"paidAt"`
	}
	mailOutput struct {
		To      string `json:"to"`
		Subject string `json:"subject"`
		Text    string `json:"text"`
	}
	filesOutput struct {
		Notice  string `json:"notice"`
		Receipt string `json:"receipt,omitempty"`
		Key     string `json:"key"`
	}
)

// result reads from the store what became of a position.
func (t *town) result(ctx context.Context, person identity.Person, k payment.Key, location string) (*result, error) {
	p, err := t.store.Positions().Get(ctx, k)
	if err != nil {
		return nil, err
	}
	r := &result{position: p, Order: []string{}, SOAP: []soapOutput{}}
	r.Person.Scheme = person.Subject.Scheme
	r.Cart = cartOutput{Total: p.Amount(), Items: []itemOutput{{
		Institute: p.Purchase.InstituteCode, Service: p.Purchase.ServiceCode, Quantity: p.Purchase.Quantity,
		UnitPrice: p.Purchase.UnitPrice, Amount: p.Amount(), Causale: p.Purchase.Detail.String(),
	}}}
	qr, err := p.QR().Text()
	if err != nil {
		return nil, err
	}
	r.Notice = noticeOutput{p.Number.String(), p.Number.IUV().String(), p.Creditor, qr}
	if location != "" {
		r.Checkout = &checkoutOutput{location}
	}
	if r.Position, err = t.history(ctx, payment.EventFilter{Position: k}, "position."); err != nil {
		return nil, err
	}
	orders, err := t.store.Orders().ByPosition(ctx, k)
	if err != nil {
		return nil, err
	}
	if len(orders) > 0 { // the last one
		if r.Order, err = t.history(ctx, payment.EventFilter{Order: orders[0].ID}, "order."); err != nil {
			return nil, err
		}
	}
	for _, c := range t.pagopa.Calls() {
		r.SOAP = append(r.SOAP, soapOutput{c.Operation, c.Outcome, c.Fault})
	}
	r.Mail = t.letters.outcome(p)
	full, err := receipt.Load(ctx, t.store, p.Owner, k, payment.Sandbox)
	switch {
	case pagonline.CodeOf(err) == pagonline.CodeReceiptNotReady:
		return r, nil
	case err != nil:
		return nil, err
	}
	if err := t.papers.receipt(ctx, full); err != nil {
		return nil, err
	}
	r.full = &full
	r.Receipt = &receiptOutput{
		IUR: full.IUR, IUV: full.IUV, Amount: full.Amount, Fee: full.Fee, Causale: full.Causale.String(),
		PSP: full.PSP.Name, PaidAt: full.PaidAt,
	}
	return r, nil
}

// history returns the states that the events tell of.
func (t *town) history(ctx context.Context, f payment.EventFilter, prefix string) (states []string, err error) {
	for e, err := range t.store.Outbox().List(ctx, f) {
		if err != nil {
			return nil, err
		}
		if state, ok := strings.CutPrefix(string(e.Kind), prefix); ok {
			states = append(states, state)
		}
	}
	return states, nil
}

// printer writes the outcome where it belongs.
type printer struct {
	options
	stdout, stderr io.Writer
}

// failure prints err and returns the exit status: 2 for what the user can mend.
func (p printer) failure(err error) int {
	e := pagonline.AsError(err)
	if errors.Is(e, pagonline.ErrInternal) || errors.Is(e, pagonline.ErrUnavailable) {
		_, _ = fmt.Fprintln(p.stderr, "quickstart:", err)
		return 1
	}
	if !p.json {
		_, _ = fmt.Fprintln(p.stderr, e.In(p.lang))
		return 2
	}
	_ = p.encode(map[string]*pagonline.Error{"error": e})
	return 2
}

// encode prints one JSON object, characters as they are.
func (p printer) encode(v any) error {
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// success prints what happened.
func (p printer) success(r *result) error {
	if p.json {
		return p.encode(r)
	}
	_, err := io.WriteString(p.stdout, p.story(r))
	return err
}

// story tells the walk in the portal's words.
func (p printer) story(r *result) string {
	var b strings.Builder
	say := func(it, en string, args ...any) {
		fmt.Fprintf(&b, pagonline.Text{It: it, En: en}.In(p.lang)+"\n", args...)
	}
	bought := r.position.Purchase
	say("Accesso: %s (identità di prova)", "Signed in: %s (test identity)", r.position.Debtor.Name)
	say("Istituto: %s", "Institute: %s", bought.Institute)
	say("Servizio: %s", "Service: %s", bought.Service)
	say("Quantità: %d    Prezzo unitario: %s €", "Quantity: %d    Unit price: %s €", bought.Quantity, bought.UnitPrice.Localized(p.lang))
	say("Dettaglio causale: %s", "Payment reason: %s", bought.Detail)
	say("VISUALIZZA CARRELLO: totale %s €", "VISUALIZZA CARRELLO (cart): total %s €", r.Cart.Total.Localized(p.lang))
	say("Codice avviso: %s", "Notice number: %s", r.position.Number.Grouped())
	if r.Checkout != nil {
		say("INVIA PAGAMENTO: %s", "INVIA PAGAMENTO (send): %s", r.Checkout.Location)
	}
	switch choice := choices[p.pay]; {
	case choice == sandbox.Pay && r.Checkout != nil:
		say("Presa in carico dell'operazione. Chiudi.", "Taken in charge. Close.")
	case choice == sandbox.Pay:
		say("Pagato allo sportello di un PSP.", "Paid at a PSP's counter.")
	case choice == sandbox.Refuse:
		say("Pagamento rifiutato: l'avviso resta pagabile.", "Payment refused: the notice can still be paid.")
	default:
		say("Pagamento abbandonato: l'avviso resta pagabile.", "Payment abandoned: the notice can still be paid.")
	}
	if r.full == nil {
		say("VISUALIZZA ACQUISTI: da pagare", "VISUALIZZA ACQUISTI (purchases): to be paid")
	} else {
		say("VISUALIZZA ACQUISTI: pagato\n", "VISUALIZZA ACQUISTI (purchases): paid\n")
		b.WriteString(r.full.Text(p.lang))
	}
	if r.Mail != nil {
		say("\nE-mail a %s: %s", "\nE-mail to %s: %s", r.Mail.To, r.Mail.Subject)
	}
	if r.Files != nil {
		say("\nFile: %s", "\nFiles: %s", strings.TrimSpace(r.Files.Notice+"  "+r.Files.Receipt))
		say("Chiave pubblica: %s", "Public key: %s", r.Files.Key)
	}
	if r.full == nil && (p.data != "" || p.named != "") {
		where := fmt.Sprintf("-data %q", p.data)
		if p.named != "" {
			where = fmt.Sprintf("-database %q", p.database)
		}
		again := fmt.Sprintf("go run ./examples/quickstart -mode %s %s -notice %s", p.mode, where, r.position.Number)
		say("Per pagarlo: %s", "To pay it: %s", again)
	}
	if r.Listen != nil {
		say("\nStazione: %s    Sandbox: %s", "\nStation: %s    Sandbox: %s", r.Listen.Station, r.Listen.Sandbox)
	}
	return b.String()
}
