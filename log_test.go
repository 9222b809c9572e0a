package pagonline_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/fiscal"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/psp"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
	post "github.com/pagonline/pagonline/receipt/mail"
	"github.com/pagonline/pagonline/receipt/pdf"
)

// TestNothingPersonalIsLogged logs a value of every type that may name a person, as a
// careless program would: as it is, and by a pointer.
func TestNothingPersonalIsLogged(t *testing.T) {
	const name, code, mail = "Fiammetta Inventata", "RSSMRA80A01H501U", "fiammetta@example.org"
	person := identity.Person{
		Subject:   identity.SubjectID{Scheme: identity.SPID, Value: code},
		GivenName: "Fiammetta", FamilyName: "Inventata", FiscalCode: fiscal.MustParse(code), Email: mail, ForeignID: code,
	}
	subject := payment.Subject{Kind: payment.Natural, Code: code, Name: name, Email: mail}
	detail, err := causale.NewDetail(name)
	require.NoError(t, err)
	position := storetest.Position(1)
	position.Debtor, position.Purchase.Detail = subject, detail
	rt := storetest.Receipt(position, "iur")
	rt.Debtor, rt.Payer, rt.Raw = subject, &subject, []byte(name)
	item := cart.Item{Detail: detail, Institute: "AS-LI", Service: "fotocopie"}
	document, err := receipt.New(rt, position, payment.Sandbox)
	require.NoError(t, err)

	for _, handler := range []func(*bytes.Buffer) slog.Handler{
		func(out *bytes.Buffer) slog.Handler { return slog.NewTextHandler(out, nil) },
		func(out *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(out, nil) },
	} {
		for _, v := range []any{
			person, &person, person.Subject, person.FiscalCode,
			identity.Authentication{Person: person},
			&identity.Authentication{Person: person},
			subject, &subject, detail, position, &position, position.Purchase,
			payment.Order{Email: mail},
			payment.OrderRequest{Email: mail},
			payment.OpenRequest{Debtor: subject},
			rt, &rt,
			payment.GatewayRequest{Email: mail},
			payment.Outcome{Payer: &subject},
			notice.DataMatrix{Name: name, Debtor: code, Subject: name},
			cart.Form{Payer: name, Subject: name, Detail: name},
			item, &item,
			cart.Ref{ID: code, Owner: name},
			quote.Row{Request: quote.Request{Payer: name, Subject: name}},
			catalog.Fill{Causale: name, Payer: name, Subject: code},
			desk.HelpCase{Text: name},
			desk.HelpRequest{Text: name},
			desk.Refund{Note: name},
			post.Address{Name: name, Email: mail},
			post.Envelope{To: post.Address{Name: name, Email: mail}},
			post.QuoteLetter{Instructions: name},
			post.CopiesLetter{Reference: name},
			post.RefundLetter{Reason: name},
			post.Case{Position: position},
			post.Message{To: post.Address{Name: name, Email: mail}, Subject: name, Text: name},
			pdf.Recipient{FiscalCode: code, Name: name, Street: name},
			pdf.Notice{Debtor: pdf.Recipient{Name: name}},
			cart.Cart{Items: []cart.Item{item}},
			cart.SendRequest{Debtor: subject, Email: mail},
			document, &document,
			psp.Outcome{Outcome: payment.Outcome{Payer: &subject}},
			psp.Identity{Password: name},
			gpd.Debt{Options: []gpd.Option{{Debtor: subject}}},
			gpd.Option{Debtor: subject},
			gpd.Installment{Description: name},
			gpd.Recovered{},
			payment.Facts{Position: position, Receipts: []payment.RT{rt}},
			quote.Quote{Payer: name, Subject: name, Detail: detail},
			quote.Request{Payer: name, Subject: name, Detail: name},
			quote.Access{Owner: name},
		} {
			var out bytes.Buffer
			slog.New(handler(&out)).Info("x", "value", v)
			for _, canary := range []string{"Fiammetta", "Inventata", code, mail} {
				require.NotContains(t, out.String(), canary, "%T", v)
			}
		}
	}
}
