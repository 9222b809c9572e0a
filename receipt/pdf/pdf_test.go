package pdf_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf"
	"github.com/pagonline/pagonline/receipt/pdf/internal/check"
	"github.com/pagonline/pagonline/receipt/pdf/internal/read"
)

// TestRules runs the checker of the rules of PDF/UA and PDF/A over the matrix.
func TestRules(t *testing.T) {
	all := documents(t)
	require.GreaterOrEqual(t, len(all), 60)
	for name, file := range all {
		require.Empty(t, check.File(file), name)
	}
}

// TestCheckerSees breaks a file, one rule at a time.
func TestCheckerSees(t *testing.T) {
	file := signed(must(pdf.New(pdf.Config{})), testReceipt(payment.UAT), "it")
	require.Empty(t, check.File(file))
	for _, c := range [][2]string{
		{"%PDF-1.7", "%PDF-2.0"},
		{"/Lang(it)", "/Xang(it)"},
		{"/Marked true", "/Marked null"},
		{"/DisplayDocTitle true", "/DisplayDocTitle null"},
		{"<pdfuaid:part>1", "<pdfuaid:part>9"},
		{"<pdfaid:part>3", "<pdfaid:part>2"},
		{"/Tabs/S", "/Tabs/R"},
		{"/Scope/Row", "/Skope/Row"},
		{"/S/H2", "/S/H4"},
		{"/S/TR", "/S/TD"},
		{"/Alt", "/Xlt"},
		{"/BBox", "/XBox"},
		{"/AFRelationship", "/AFRelationshiq"},
		{"/MCID 3", "/MCID 4"},
		{"/FontFile2", "/FontFile9"},
		{"/CIDToGIDMap/Identity", "/CIDToGIDMap/Identitx"},
		{"/GTS_PDFA1", "/GTS_PDFX1"},
		{"/ParentTree ", "/ParentTrex "},
	} {
		broken := bytes.Replace(file, []byte(c[0]), []byte(c[1]), 1)
		require.NotEqual(t, file, broken, c)
		require.NotEmpty(t, check.File(broken), c)
	}
}

// TestSameBytes prints the matrix twice, and one document by many goroutines.
func TestSameBytes(t *testing.T) {
	first, second := documents(t), documents(t)
	for name := range first {
		require.True(t, bytes.Equal(first[name], second[name]), name)
	}
	p := must(pdf.New(pdf.Config{}))
	want := signed(p, testReceipt(payment.UAT), "it")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if !bytes.Equal(want, signed(p, testReceipt(payment.UAT), "it")) {
					t.Error("another file")
				}
			}
		})
	}
	wg.Wait()
}

// shown returns the text of the pages, artifacts apart.
func shown(t *testing.T, file []byte) (text, artifacts string, pages int) {
	t.Helper()
	f, err := read.Open(file)
	require.NoError(t, err)
	var a, b strings.Builder
	for _, page := range f.Pages() {
		pieces, ok := f.Content(page)
		require.True(t, ok)
		for _, piece := range pieces {
			if piece.Mark.Artifact {
				b.WriteString(piece.Text + "\n")
			} else if piece.Text != "" {
				a.WriteString(piece.Text + "\n")
			}
		}
	}
	return a.String(), b.String(), len(f.Pages())
}

func TestReceipt(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	text, artifacts, pages := shown(t, signed(p, testReceipt(payment.Production), "it"))
	require.Equal(t, 1, pages)
	require.NotContains(t, text, "FAC-SIMILE")
	require.Contains(t, artifacts, "IUR c110729d258c4ab1b765fe902aae41d6")
	for _, want := range []string{
		"Ricevuta di pagamento\n", "Esito: pagamento eseguito\n", "Importo\n12,50 €\n", "Commissione del PSP\n1,50 €\n", "Totale\n14,00 €\n",
		"23/11/2026 11:00:40\n", "Istituto\nArchivio di Stato di Livorno\n", "Quantità\n1\n", "345/2024\n", "3010 0000 0000 0001 44\n",
		"IUV\n01000000000000144\n", "Debitore\nMario Rossi\nEseguito da\nDitta di prova\n", "Codice di verifica\n", "9/0701100AP/\n", "quietanza soggetta a bollo",
	} {
		require.Contains(t, text, want)
	}
	text, _, _ = shown(t, signed(p, testReceipt(payment.UAT), "en"))
	require.True(t, strings.HasPrefix(text, "FAC-SIMILE – NON PAGABILE\nPayment receipt\nOutcome: paid\n"), text)
	require.Contains(t, text, "23 November 2026, 11:00:40\n")
	require.Contains(t, text, "12.50 €\n")
}

// TestReceiptOfManyItems goes over pages, and marks each of them.
func TestReceiptOfManyItems(t *testing.T) {
	r := testReceipt(payment.UAT)
	for i := range 200 {
		item := r.Items[0]
		item.Amount = must(euro.Cents(int64(i + 1)))
		r.Items = append(r.Items, item)
	}
	text, artifacts, pages := shown(t, must(must(pdf.New(pdf.Config{})).Receipt(r, pdf.ReceiptOptions{})))
	require.Greater(t, pages, 4)
	require.Equal(t, 201, strings.Count(text, "9/0701100AP/"))
	require.Equal(t, pages, strings.Count(artifacts, "IUR "))
	r.Items = make([]receipt.Item, 1001)
	_, err := must(pdf.New(pdf.Config{})).Receipt(r, pdf.ReceiptOptions{})
	require.Equal(t, pagonline.CodeTooManyItems, pagonline.CodeOf(err))
}

func TestTitle(t *testing.T) {
	p := must(pdf.New(pdf.Config{ReceiptTitle: pagonline.Same("Quietanza"), Help: "help@example.org"}))
	text, _, _ := shown(t, must(p.Receipt(testReceipt(payment.Production), pdf.ReceiptOptions{})))
	require.True(t, strings.HasPrefix(text, "Quietanza\n"), text)
	require.Contains(t, text, "help@example.org")
}

// TestCharacters holds the rule of what is printed, replaced and refused.
func TestCharacters(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	for name, want := range map[string]string{
		"e\u0301":            "é",
		"a\u00a0b\tc":        "a b c",
		"co\u00adop":         "coop",
		"x\u2011y":           "x-y",
		"Łukasz Ğőñ č ž ß":   "Łukasz Ğőñ č ž ß",
		"Γιώργος":            "Γιώργος",
		"Nguye\u0302\u0303n": "Nguyễn",
	} {
		r := testReceipt(payment.Production)
		r.Debtor.Name = name
		file, err := p.Receipt(r, pdf.ReceiptOptions{})
		require.NoError(t, err, name)
		text, _, _ := shown(t, file)
		require.Contains(t, text, "Debitore\n"+want+"\n")
	}
	for _, name := range []string{"漢字", "שלום", "مرحبا", "😀", "\x80"} {
		r := testReceipt(payment.Production)
		r.Debtor.Name = "Mario " + name
		_, err := p.Receipt(r, pdf.ReceiptOptions{})
		require.Equal(t, pagonline.CodeTextInvalid, pagonline.CodeOf(err), name)
		require.Equal(t, "debtor", pagonline.AsError(err).Field)
		require.Contains(t, pagonline.AsError(err).En, "position 7")
	}
	r := testReceipt(payment.Production)
	r.Institute.Name = strings.Repeat("è", 501)
	_, err := p.Receipt(r, pdf.ReceiptOptions{})
	require.Equal(t, pagonline.CodeTextTooLong, pagonline.CodeOf(err))
	require.Equal(t, "institute", pagonline.AsError(err).Field)
}

func TestFonts(t *testing.T) {
	for _, fonts := range []pdf.Fonts{
		{Regular: []byte("no font")},
		{Regular: make([]byte, 100), Bold: make([]byte, 100), Mono: make([]byte, 100), MonoBold: make([]byte, 100)},
	} {
		_, err := pdf.New(pdf.Config{Fonts: fonts})
		require.Error(t, err)
	}
}

func TestNotice(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	text, _, pages := shown(t, must(p.Notice(testNotice(0, true))))
	require.Equal(t, 1, pages)
	for _, want := range []string{
		"AVVISO DI PAGAMENTO\n", "Fotocopie, prot. 345/2024\nENTE CREDITORE\n99999000013\nEnte creditore di prova\n", "DESTINATARIO\nRSSMRA80A01H501U\nMario Rossi\n",
		"QUANTO E QUANDO PAGARE?\nImporto\n1.500,00 Euro\nentro il\n31/12/2026\n", "DOVE PAGARE?\nvai su pagopa.gov.it\nPAGA CON L’APP IO\n",
		"DATI PER IL PAGAMENTO\nRata unica entro il 31/12/2026\n", "Cod. CBILL\nAB123\nCod. Avviso\n3010 0000 0000 0001 44\nCod. Fiscale Ente\n99999000013\n",
		"BOLLETTINO POSTALE PA\nRata unica entro 31/12/2026\n", "sul C/C n. \n000000123456\n", "AUT. DB/XXXX/XXX 12345 DEL 01/01/2026\n",
	} {
		require.Contains(t, text, want)
	}
	n := testNotice(0, false)
	n.Whole.On, n.Lang, n.Environment = pagonline.Date{}, "en", ""
	text, _, _ = shown(t, must(p.Notice(n)))
	require.Contains(t, text, "FAC-SIMILE – NON PAGABILE\nPAYMENT NOTICE\n")
	require.Contains(t, text, "HOW MUCH TO PAY?\nAmount\n1,500.00 Euro\nDuring")
	require.NotContains(t, text, "IO app")
}

func TestNoticeRefuses(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	for field, c := range map[string]struct {
		code pagonline.Code
		edit func(*pdf.Notice)
	}{
		"lang":                          {pagonline.CodeInputSyntax, func(n *pdf.Notice) { n.Lang = "de" }},
		"subject":                       {pagonline.CodeTextTooLong, func(n *pdf.Notice) { n.Subject = strings.Repeat("è", 91) }},
		"debtor.name":                   {pagonline.CodeRequiredField, func(n *pdf.Notice) { n.Debtor.Name = " " }},
		"debtor.street":                 {pagonline.CodeTextInvalid, func(n *pdf.Notice) { n.Debtor.Street = "漢" }},
		"instalments":                   {pagonline.CodeQuantity, func(n *pdf.Notice) { n.Instalments = n.Instalments[:1] }},
		"instalments[1].amount":         {pagonline.CodeAmountRange, func(n *pdf.Notice) { n.Instalments[1].Amount = euro.Amount{} }},
		"whole.number":                  {pagonline.CodeNoticeInvalid, func(n *pdf.Notice) { n.Whole.Number, n.Instalments = notice.Number{}, nil }},
		"creditor.fiscalCode":           {pagonline.CodeCodeUnreadable, func(n *pdf.Notice) { n.Creditor.FiscalCode = "1" }},
		"creditor.postal":               {pagonline.CodeCodeUnreadable, func(n *pdf.Notice) { n.Creditor.Postal.Account = "x" }},
		"creditor.postal.authorization": {pagonline.CodeRequiredField, func(n *pdf.Notice) { n.Creditor.Postal.Authorization = "" }},
	} {
		n := testNotice(2, true)
		c.edit(&n)
		_, err := p.Notice(n)
		require.Equal(t, c.code, pagonline.CodeOf(err), field)
		require.Equal(t, field, pagonline.AsError(err).Field)
	}
	for _, lang := range []string{"en+it", "it+it", "it+", "+it", "de+it", "xx", "it+en+fr"} {
		n := testNotice(0, false)
		n.Lang = lang
		_, err := p.Notice(n)
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), lang)
	}
}

// TestVersion keeps what this version prints: when it fails, the renderer's number must
// rise, or a receipt that was issued would no longer be known.
func TestVersion(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	require.Equal(t, "pagonline/pdf/1", p.Rendering("").Renderer)
	text, artifacts, _ := shown(t, signed(p, testReceipt(payment.Production), "it"))
	sum := sha256.Sum256([]byte(text + artifacts))
	require.Equal(t, "f1db437d5b5c1e5d", hex.EncodeToString(sum[:8]))
}
