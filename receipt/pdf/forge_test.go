package pdf_test

import (
	"bytes"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf"
)

// forgeries are receipts that show something else than was signed.
var forgeries = map[string]func(*receipt.Receipt, *receipt.Proof){
	"amount":          func(r *receipt.Receipt, _ *receipt.Proof) { r.Amount = euro.MustParse("912.50") },
	"debtor":          func(r *receipt.Receipt, _ *receipt.Proof) { r.Debtor.Name = "Dott. Mario Rossi e Luigi Verdi" },
	"institute":       func(r *receipt.Receipt, _ *receipt.Proof) { r.Institute.Name += " e di Roma" },
	"quantity":        func(r *receipt.Receipt, _ *receipt.Proof) { r.Quantity = 112 },
	"outcome":         func(r *receipt.Receipt, _ *receipt.Proof) { r.Second = true },
	"item":            func(r *receipt.Receipt, _ *receipt.Proof) { r.Items[0].Description = "Altro" },
	"item's category": func(r *receipt.Receipt, _ *receipt.Proof) { r.Items[0].Category = "9/0000000XX/" },
	"one item more":   func(r *receipt.Receipt, _ *receipt.Proof) { r.Items = append(r.Items, r.Items[0]) },
	"no fee":          func(r *receipt.Receipt, _ *receipt.Proof) { r.Fee = nil },
	"no payer":        func(r *receipt.Receipt, _ *receipt.Proof) { r.Payer = nil },
	"id in the foot":  func(r *receipt.Receipt, _ *receipt.Proof) { r.IUR = "0" + r.IUR[1:] },
	"no watermark":    func(r *receipt.Receipt, _ *receipt.Proof) { r.Environment = payment.Production },
	"another code": func(r *receipt.Receipt, proof *receipt.Proof) {
		other := testReceipt(payment.Production)
		other.Quantity++
		proof.Code = must(testKeys().Sign(other)).Code
	},
	"another QR code": func(r *receipt.Receipt, proof *receipt.Proof) {
		other := testReceipt(payment.Production)
		other.Quantity++
		proof.QR = must(testKeys().Sign(other)).QR
	},
}

// issuers are printers that are not the one that verifies.
func issuers(t *testing.T) map[string]*pdf.Printer {
	t.Helper()
	plain := must(pdf.New(pdf.Config{}))
	return map[string]*pdf.Printer{
		"help":           must(pdf.New(pdf.Config{Help: "Sportello, tel. 0586 000000, help@example.org, dalle 9 alle 13 nei giorni feriali e il sabato dalle 10"})),
		"title":          must(pdf.New(pdf.Config{ReceiptTitle: pagonline.Same("Quietanza")})),
		"fonts":          must(pdf.New(pdf.Config{Fonts: dejavu(t)})),
		"fonts and help": must(pdf.New(pdf.Config{Fonts: dejavu(t), Help: "help@example.org"})),
		"version":        plain.Named("pagonline/pdf/0"),
		"later version":  must(pdf.New(pdf.Config{Help: "help@example.org"})).Later("pagonline/pdf/99"),
	}
}

// TestForgeries shows papers that were drawn anew around a genuine proof: whoever
// verifies, none is authentic.
func TestForgeries(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	for by, issuer := range issuers(t) {
		for _, lang := range []string{"it", "en"} {
			rendering := issuer.Rendering(lang)
			r := testReceipt(payment.UAT)
			r.Rendering = &rendering
			proof := must(testKeys().Sign(r))
			genuine := must(issuer.Receipt(r, pdf.ReceiptOptions{Proof: &proof}))
			require.Equal(t, receipt.Authentic, issuer.Verify(genuine, testKeys(), receipt.Expectations{}).Word, by)
			v := p.Verify(genuine, testKeys(), receipt.Expectations{})
			require.Equal(t, receipt.Authentic, v.Word, "%s: %v", by, v.Checks)
			require.True(t, v.OK(), by)
			for name, change := range forgeries {
				shown, shownProof := testReceipt(payment.UAT), proof
				shown.Rendering = &rendering
				change(&shown, &shownProof)
				forged := must(issuer.Forge(shown, shownProof, proof))
				v := p.Verify(forged, testKeys(), receipt.Expectations{})
				require.Equal(t, receipt.Altered, v.Word, "%s: %s: %v", by, name, v.Checks)
				require.Nil(t, v.Receipt)
			}
		}
	}
}

// TestForgedLooks moves, hides and splits texts of a paper whose fonts this printer does
// not have.
func TestForgedLooks(t *testing.T) {
	p, issuer := must(pdf.New(pdf.Config{})), must(pdf.New(pdf.Config{Fonts: dejavu(t)}))
	file := signed(issuer, testReceipt(payment.Production), "it")
	amount := regexp.MustCompile(`BT/F1 9\.5 Tf 1 0 0 1 181\.\d+ [\d.]+ Tm<[0-9A-F]{28}>Tj ET\n`) // "12,50 €"
	replace := func(old, text string) func([]byte) []byte {
		return func(b []byte) []byte {
			return amount.ReplaceAllFunc(b, func(line []byte) []byte {
				require.Contains(t, string(line), old)
				return bytes.Replace(line, []byte(old), []byte(text), 1)
			})
		}
	}
	for name, edit := range map[string]func([]byte) []byte{
		"elsewhere": replace("1 0 0 1 181", "1 0 0 1 281"),
		"too small": replace("F1 9.5 Tf", "F1 0.5 Tf"),
		"white":     replace("BT", "1 1 1 rg\nBT"),
		"in pieces": func(b []byte) []byte {
			return amount.ReplaceAllFunc(b, func(line []byte) []byte {
				at := bytes.Index(line, []byte("Tm<")) + len("Tm<") + 4
				return slices.Concat(line[:at], []byte(">Tj ET BT/F1 9.5 Tf 1 0 0 1 300 600 Tm<"), line[at:])
			})
		},
		"more text": replace("BT", "BT/F1 9.5 Tf 1 0 0 1 300 600 Tm<00140014>Tj ET\nBT"),
		"more text, an artifact": func(b []byte) []byte {
			return append(bytes.Clone(b), "/Artifact BMC\nBT/F1 9 Tf 1 0 0 1 300 600 Tm<00140014>Tj ET\nEMC\n"...)
		},
		"a box": func(b []byte) []byte { return append(bytes.Clone(b), "/Artifact BMC\n0 0 9 9 re f\nEMC\n"...) },
		"none":  replace("<", "<>Tj%"),
		"twice": func(b []byte) []byte { return append(bytes.Clone(b), b...) },
	} {
		changed := edited(t, file, edit)
		require.Equal(t, receipt.Altered, p.Verify(changed, testKeys(), receipt.Expectations{}).Word, name)
	}
	for name, edit := range map[string]func([]byte) []byte{
		"not seen":  replace(" Tm<", " Tm 3 Tr<"),
		"clipped":   replace("BT", "0 0 1 1 re W n\nBT"),
		"a picture": func(b []byte) []byte { return append(bytes.Clone(b), "BI /W 1 /H 1 /BPC 8 /CS /G ID 0 EI\n"...) },
	} {
		changed := edited(t, file, edit)
		require.Equal(t, receipt.Resaved, p.Verify(changed, testKeys(), receipt.Expectations{}).Word, name)
	}
	for name, changed := range map[string][]byte{
		"saved anew":      edited(t, file, bytes.Clone),
		"an annotation":   bytes.Replace(file, []byte("/Tabs/S"), []byte("/Annots[<</Type/Annot/Subtype/FreeText/Contents(ANNULLATA)>>]"), 1),
		"turned":          bytes.Replace(file, []byte("/Tabs/S"), []byte("/Rotate 180"), 1),
		"an object twice": append(bytes.Clone(file), "4 0 obj null endobj\n"...),
	} {
		v := p.Verify(changed, testKeys(), receipt.Expectations{})
		require.Equal(t, receipt.Resaved, v.Word, name)
		require.False(t, v.OK(), name)
	}
}

// TestVerifyOfManyItems goes over pages that other fonts end elsewhere.
func TestVerifyOfManyItems(t *testing.T) {
	p, issuer := must(pdf.New(pdf.Config{})), must(pdf.New(pdf.Config{Fonts: dejavu(t)}))
	r := testReceipt(payment.UAT)
	for len(r.Items) < 1000 {
		r.Items = append(r.Items, r.Items[0])
	}
	file := signed(issuer, r, "it")
	v := p.Verify(file, testKeys(), receipt.Expectations{})
	require.Equal(t, receipt.Authentic, v.Word, v.Checks)
	require.Equal(t, receipt.Resaved, issuer.Verify(append(file, '\n'), testKeys(), receipt.Expectations{}).Word)
}

// TestVerifyAccents verifies a paper on which a letter has lost its accent.
func TestVerifyAccents(t *testing.T) {
	issuer := must(pdf.New(pdf.Config{Fonts: dejavu(t)}))
	r := testReceipt(payment.Production)
	r.Debtor.Name = "Nguyễn Ǹino"
	require.Equal(t, receipt.Authentic, must(pdf.New(pdf.Config{})).Verify(signed(issuer, r, "it"), testKeys(), receipt.Expectations{}).Word)
	r.Debtor.Name = "Mario Ա" // a letter that this printer has not
	v := must(pdf.New(pdf.Config{})).Verify(signed(issuer, r, "it"), testKeys(), receipt.Expectations{})
	require.Equal(t, receipt.Resaved, v.Word)
	require.Contains(t, v.Checks[len(v.Checks)-1].It, "non sono state confrontate")
}

// TestVerifyAdditions adds something behind what was issued, as a seal does.
func TestVerifyAdditions(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	file := signed(p, testReceipt(payment.Production), "it")
	update := "900 0 obj<</Type/Sig/Filter/Adobe.PPKLite/Contents<00>>>endobj\ntrailer<</Root 1 0 R/Prev 1>>\nstartxref\n1\n%%EOF\n"
	v := p.Verify(append(bytes.Clone(file), update...), testKeys(), receipt.Expectations{})
	require.Equal(t, receipt.Resaved, v.Word)
	require.Contains(t, v.Checks[len(v.Checks)-1].It, "è stato aggiunto altro")
	require.False(t, v.OK())

	shown := regexp.MustCompile(`(\d+) 0 obj\n<</Type/Page/`).FindSubmatch(file)
	hidden := string(shown[1]) + " 0 obj<</Type/Page/Contents 901 0 R>>endobj 901 0 obj<</Length 1>>stream\n \nendstream endobj\n"
	require.Equal(t, receipt.Altered, p.Verify(append(bytes.Clone(file), hidden...), testKeys(), receipt.Expectations{}).Word)
}

// TestVerifyLaterVersion does not vouch for pages that it does not compare.
func TestVerifyLaterVersion(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	r := testReceipt(payment.Production)
	r.SchemaVersion = 99
	v := p.Verify(signed(p, r, "it"), testKeys(), receipt.Expectations{})
	require.Equal(t, receipt.Resaved, v.Word, v.Checks)
	require.Contains(t, v.Checks[len(v.Checks)-1].En, "were not compared")
	require.Nil(t, v.Receipt)
}

// TestForgedWords: title and help of an issuer's own are held to what was signed, whoever
// verifies.
func TestForgedWords(t *testing.T) {
	issuer, other := must(pdf.New(pdf.Config{Help: "aiuto@vero.example"})), must(pdf.New(pdf.Config{}))
	r := testReceipt(payment.Production)
	rendering := issuer.Rendering("it")
	r.Rendering = &rendering
	proof := must(testKeys().Sign(r))
	for name, cfg := range map[string]pdf.Config{
		"title and help": {ReceiptTitle: pagonline.Same("Quietanza liberatoria"), Help: "chiamare 899 000 000 per il rimborso"},
		"help":           {Help: "chiamare 899 000 000 per il rimborso"},
		"none":           {},
	} {
		forged := must(must(pdf.New(cfg)).Named(rendering.Renderer).Receipt(r, pdf.ReceiptOptions{Proof: &proof}))
		for _, p := range []*pdf.Printer{issuer, other} {
			require.Equal(t, receipt.Altered, p.Verify(forged, testKeys(), receipt.Expectations{}).Word, name)
		}
	}
	file := must(issuer.Receipt(r, pdf.ReceiptOptions{Proof: &proof}))
	require.Equal(t, receipt.Authentic, other.Verify(file, testKeys(), receipt.Expectations{}).Word)
}

// TestAccents: a font that lacks a letter loses its accents; it gives none.
func TestAccents(t *testing.T) {
	for _, c := range []struct {
		shown, own string
		alike      bool
	}{
		{"Mario Rossi", "Mario Rossi", true},
		{"Niccolo", "Niccolò", true},
		{"Nicco\u0300", "Niccò", true},
		{"Mario Rössï", "Mario Rossi", false},
		{"Rossò", "Rossó", false},
		{"Ross", "Rossi", false},
	} {
		require.Equal(t, c.alike, pdf.Alike(c.shown, c.own), "%s for %s", c.shown, c.own)
	}
}
