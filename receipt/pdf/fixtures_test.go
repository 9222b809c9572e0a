package pdf_test

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // a mistake of the test
	}
	return v
}

func day(text string) pagonline.Date { return must(pagonline.ParseDate(text)) }

// testKeys returns a ring that signs with a key that is no secret.
func testKeys() receipt.KeyRing {
	key := ed25519.NewKeyFromSeed([]byte(strings.Repeat("t", ed25519.SeedSize)))
	return must(receipt.KeyRing{}.Rotate(key, day("2026-01-01")))
}

func testReceipt(env payment.Environment) receipt.Receipt {
	position := storetest.Position(1)
	r := must(receipt.New(storetest.Receipt(position, "c110729d258c4ab1b765fe902aae41d6"), position, env))
	r.Items[0].Description = "/RFB/01000000000000144/12.50/TXT/Fotocopie prot. 345/2024"
	return r
}

// signed returns a receipt as a printer issues it.
func signed(p *pdf.Printer, r receipt.Receipt, lang string) []byte {
	rendering := p.Rendering(lang)
	r.Rendering = &rendering
	proof := must(testKeys().Sign(r))
	return must(p.Receipt(r, pdf.ReceiptOptions{Proof: &proof}))
}

func number(n int) notice.Number { return must(notice.Issue(1, uint64(n))) }

func testNotice(instalments int, postal bool) pdf.Notice {
	n := pdf.Notice{
		Environment: payment.Production, Subject: "Fotocopie, prot. 345/2024",
		Creditor: pdf.Payee{
			FiscalCode: "99999000013", Name: "Ente creditore di prova", Office: "Archivio di Stato di Livorno",
			Info: "Tel. 0586 000000 · archivio@example.org", CBILL: "AB123", Site: true,
		},
		Debtor: pdf.Recipient{FiscalCode: "RSSMRA80A01H501U", Name: "Mario Rossi", Street: "Via di Prova 1", Town: "57123 Livorno (LI)"},
		Whole:  pdf.Due{Number: number(1), Amount: euro.MustParse("1500.00"), On: day("2026-12-31")},
	}
	for i := range instalments {
		n.Instalments = append(n.Instalments, pdf.Due{Number: number(i + 2), Amount: euro.MustParse("150.00"), On: day("2026-12-31").AddDays(30 * i)})
	}
	if postal {
		n.Creditor.Postal = &pdf.Postal{Account: "123456", Authorization: "AUT. DB/XXXX/XXX 12345 DEL 01/01/2026"}
	}
	return n
}

// long makes a notice as full as it may be, of letters that Latin-1 does not have.
func long(n pdf.Notice) pdf.Notice {
	fill := func(text string, size int) string { return string([]rune(strings.Repeat(text, size))[:size]) }
	n.Subject = fill("Riproduzioni di čžšß łñőğ ", 90)
	n.Creditor.Name, n.Creditor.Office = fill("Biblioteca Žužek-Łódź ", 70), fill("Sezione dei fondi antichi ", 70)
	n.Creditor.Info = fill("Tel. 0586 000000 · archivio@example.org ", 100)
	n.Debtor.Name, n.Debtor.Street = fill("Ğüçlü Őrsné Nuñez ", 70), fill("Straße der langen Namen 123, ", 140)
	n.Debtor.Town = fill("57123 Livorno (LI) ", 60)
	n.Whole.Amount = euro.MustParse("99999999.99")
	return n
}

// notices returns the notices of the matrix: every language, form and length.
func notices(t *testing.T) map[string]pdf.Notice {
	t.Helper()
	all := map[string]pdf.Notice{}
	put := func(name string, n pdf.Notice) { all[name] = n }
	for _, lang := range []string{"it", "en", "fr", "sl", "it+en", "it+fr", "it+sl", "it+de"} {
		for _, instalments := range []int{0, 2, 3} {
			n := testNotice(instalments, instalments != 3)
			n.Lang = lang
			put(fmt.Sprint(lang, instalments), n)
		}
		n := long(testNotice(2, true))
		n.Lang, n.Environment = lang, payment.Sandbox
		put(lang+" long", n)
	}
	for _, lang := range []string{"en", "it+fr", "it+de"} {
		for _, instalments := range []int{5, 6, 10, 13} {
			n := long(testNotice(instalments, false))
			n.Lang = lang
			put(fmt.Sprint(lang, " many ", instalments), n)
			n = long(testNotice(instalments, true))
			n.Lang, n.Whole = lang, pdf.Due{}
			put(fmt.Sprint(lang, " many with slips ", instalments), n)
		}
	}
	for n := 4; n <= 12; n++ {
		put(fmt.Sprint("plan ", n), testNotice(n, false))
		put(fmt.Sprint("plan with slips ", n), testNotice(n, true))
	}
	only := testNotice(4, false)
	only.Whole = pdf.Due{}
	put("instalments only", only)
	only = testNotice(12, false)
	only.Whole, only.Lang = pdf.Due{}, "it+sl"
	put("many instalments only", only)
	put("12 pages", testNotice(33, true))
	withLogo := testNotice(2, true)
	withLogo.Creditor.Logo = must(pdf.NewLogo(logoFile(354, 200)))
	put("logo", withLogo)
	empty := testNotice(0, false)
	empty.Creditor.Office, empty.Creditor.Info, empty.Creditor.CBILL, empty.Creditor.Site = "", "", "", false
	empty.Debtor, empty.Whole.On, empty.Environment = pdf.Recipient{Name: "Rossi"}, pagonline.Date{}, ""
	put("empty", empty)
	return all
}

// documents returns the matrix: every language, form and length that papers have.
func documents(t *testing.T) map[string][]byte {
	t.Helper()
	p := must(pdf.New(pdf.Config{}))
	all := map[string][]byte{}
	for name, n := range notices(t) {
		file, err := p.Notice(n)
		require.NoError(t, err, name)
		all["notice "+name] = file
	}
	for _, lang := range []string{"it", "en"} {
		for _, env := range []payment.Environment{payment.Production, payment.UAT} {
			r := testReceipt(env)
			all[fmt.Sprint("receipt ", lang, env)] = signed(p, r, lang)
			r.Debtor.Name, r.Payer, r.Fee, r.Second = "Γιώργος Łukasz Ğőñ č ž ß", nil, nil, true
			all[fmt.Sprint("receipt without proof ", lang, env)] = must(p.Receipt(r, pdf.ReceiptOptions{Lang: lang}))
			for range 300 {
				r.Items = append(r.Items, r.Items[0])
			}
			all[fmt.Sprint("receipt of many items ", lang, env)] = signed(p, r, lang)
		}
	}
	return all
}
