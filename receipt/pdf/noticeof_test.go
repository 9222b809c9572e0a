package pdf_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt/pdf"
)

// position returns the n-th position of a debt.
func position(option int, amount string) payment.Position {
	number, err := notice.Issue(1, uint64(option)+1)
	if err != nil {
		panic(err)
	}
	protocol := causale.MustParseProtocol("345/2024")
	return payment.Position{
		Key:     payment.Key{Creditor: "99999000013", Number: number},
		Company: "Ente creditore di prova", Office: "Archivio di Stato di Livorno", Debt: "d", Option: option,
		Debtor: payment.Subject{
			Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi",
			Street: "Via Roma", Civic: "1", PostalCode: "57123", City: "Livorno", Province: "LI", Country: "IT",
		},
		Wire:     causale.Wire{Protocol: protocol, Institute: "Archivio di Stato di Livorno", Service: "Fotocopie"},
		Purchase: payment.Purchase{Service: "Fotocopie", Protocol: protocol},
		Terms: payment.Terms{
			Transfers: []payment.Transfer{{Amount: euro.MustParse(amount), Creditor: "99999000013"}},
		},
	}
}

func TestNoticeOf(t *testing.T) {
	payee := pdf.PayeeOf(catalog.Creditor{FiscalCode: "99999000013", CBILL: "A1B2C", Contacts: catalog.Contacts{Web: "https://example.org"}}, nil)
	require.True(t, payee.Site)
	require.Nil(t, payee.Postal, "no account, no slip")

	one := pdf.NoticeOf(payee, position(0, "12.50"))
	require.Equal(t, pdf.Recipient{Name: "Mario Rossi", Street: "Via Roma 1", Town: "57123 Livorno (LI)"}, one.Debtor)
	require.Equal(t, "Archivio di Stato di Livorno", one.Creditor.Office)
	require.Equal(t, "12.50", one.Whole.Amount.String())
	require.Empty(t, one.Instalments)
	require.Contains(t, one.Subject, "345/2024")

	plan := pdf.NoticeOf(payee, position(0, "12.50"), position(1, "6.25"), position(2, "6.25"))
	require.Equal(t, one.Whole, plan.Whole)
	require.Len(t, plan.Instalments, 2)
	require.Len(t, pdf.NoticeOf(payee, position(1, "6.25"), position(2, "6.25")).Instalments, 2, "no payment in one")
	require.False(t, pdf.NoticeOf(payee, position(2, "6.25")).Whole.Number.IsZero(), "one instalment alone")

	postal := pdf.PayeeOf(catalog.Creditor{PostalAccount: "12345678", PostalHolder: "Ente", PostalAuthorisation: "AUT. DB/0000/000 00000 DEL 01/01/2026"}, nil)
	require.Equal(t, "12345678", postal.Postal.Account)
	require.Nil(t, pdf.PayeeOf(catalog.Creditor{PostalAccount: "12345678"}, nil).Postal, "no authorisation, no slip")
}

// TestSubjectOf: what a PSP shows, or as much of it as the paper takes.
func TestSubjectOf(t *testing.T) {
	long := strings.Repeat("à", 70)
	for _, c := range []struct{ institute, service, protocol, want string }{
		{"Archivio di Stato di Livorno", "Fotocopie", "345/2024", "Prot. 345/2024 - Archivio di Stato di Livorno - Fotocopie"},
		{long, "Fotocopie", "345/2024", "Fotocopie prot. 345/2024"},
		{long, long, "345/2024", "Prot. 345/2024 - " + long},
		{long, "fotocopie", "", "À" + long[2:] + " - fotocopie"},
		{long, long, "1234567890123456789/2024", "À" + long[2:]},
	} {
		p := payment.Position{Wire: causale.Wire{Institute: c.institute, Service: c.service}, Purchase: payment.Purchase{Service: c.service}}
		if c.protocol != "" {
			p.Wire.Protocol = causale.MustParseProtocol(c.protocol)
			p.Purchase.Protocol = p.Wire.Protocol
		}
		require.Equal(t, c.want, pdf.NoticeOf(pdf.Payee{}, p).Subject)
	}
}

func ExampleNoticeOf() {
	payee := pdf.PayeeOf(catalog.Creditor{FiscalCode: "99999000013", CBILL: "A1B2C"}, nil)
	n := pdf.NoticeOf(payee, position(0, "12.50"))
	n.Lang, n.Environment = "it+en", payment.Sandbox
	printer, err := pdf.New(pdf.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := printer.Notice(n)
	fmt.Println(string(file[:8]), err)
	fmt.Println(n.Subject)
	fmt.Println(n.Whole.Number, n.Whole.Amount, n.Debtor.Town)
	// Output:
	// %PDF-1.7 <nil>
	// Prot. 345/2024 - Archivio di Stato di Livorno - Fotocopie
	// 301000000000000144 12.50 57123 Livorno (LI)
}

func ExamplePayeeOf() {
	p := pdf.PayeeOf(catalog.Creditor{FiscalCode: "99999000013", CBILL: "A1B2C", Contacts: catalog.Contacts{Phone: "0586 000000"}}, nil)
	fmt.Println(p.CBILL, p.Info)
	// Output: A1B2C Tel. 0586 000000
}
