package pdf_test

import (
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf"
)

// TestReceiptOfAnotherProof holds that no paper is issued which its own printer would
// call altered.
func TestReceiptOfAnotherProof(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	other := must(pdf.New(pdf.Config{Help: "help@example.org"}))
	as := func(rendering *receipt.Rendering) (receipt.Receipt, *receipt.Proof) {
		r := testReceipt(payment.Production)
		r.Rendering = rendering
		proof := must(testKeys().Sign(r))
		return r, &proof
	}
	italian, english, foreign, french := p.Rendering("it"), p.Rendering("en"), other.Rendering("it"), p.Rendering("it")
	french.Language = "fr"

	r, proof := as(&italian)
	_, err := p.Receipt(r, pdf.ReceiptOptions{Proof: proof})
	require.NoError(t, err)
	inEnglish := must(p.Receipt(r, pdf.ReceiptOptions{Proof: proof, Lang: "en"}))
	require.Equal(t, receipt.Authentic, p.Verify(inEnglish, testKeys(), receipt.Expectations{}).Word, "the language is that of the signed rendering")

	edited := r
	edited.Quantity++
	unsaid, unsaidProof := as(nil)
	elsewhere, elsewhereProof := as(&foreign)
	unknown, unknownProof := as(&french)
	translated := r
	translated.Rendering = &english
	for name, c := range map[string]struct {
		r     receipt.Receipt
		proof *receipt.Proof
		code  pagonline.Code
		field string
	}{
		"of another receipt":           {edited, proof, pagonline.CodeReceiptAltered, "proof"},
		"of another language":          {translated, proof, pagonline.CodeReceiptAltered, "proof"},
		"without a rendering":          {unsaid, unsaidProof, pagonline.CodeRequiredField, "rendering"},
		"of another printer":           {elsewhere, elsewhereProof, pagonline.CodeInputSyntax, "rendering"},
		"in a language that is no one": {unknown, unknownProof, pagonline.CodeInputSyntax, "rendering"},
	} {
		_, err := p.Receipt(c.r, pdf.ReceiptOptions{Proof: c.proof})
		require.Equal(t, c.code, pagonline.CodeOf(err), name)
		require.Equal(t, c.field, pagonline.AsError(err).Field, name)
	}
}

// TestReceiptWithoutLine prints what was paid without a line of a cart.
func TestReceiptWithoutLine(t *testing.T) {
	r := testReceipt(payment.Production)
	r.Quantity, r.UnitPrice = 0, euro.Amount{}
	p := must(pdf.New(pdf.Config{}))
	file := signed(p, r, "it")
	text, _, _ := shown(t, file)
	require.NotContains(t, text, "Quantità")
	require.NotContains(t, text, "Prezzo unitario")
	require.Equal(t, receipt.Authentic, p.Verify(file, testKeys(), receipt.Expectations{}).Word)
}

// TestReceiptMetadata bounds and fits what goes into title and metadata.
func TestReceiptMetadata(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	r := testReceipt(payment.Production)
	r.IUV, r.Creditor.Name = "0100\x00\n00144", "Ente\u2028creditore\x01 di\tprova"
	file := must(p.Receipt(r, pdf.ReceiptOptions{}))
	meta := string(regexp.MustCompile(`(?s)<\?xpacket begin.*<\?xpacket end`).Find(file))
	require.Contains(t, meta, "IUV 0100 00144<")
	require.Contains(t, meta, "<rdf:li>Ente creditore di prova<")
	for dec := xml.NewDecoder(strings.NewReader(meta[strings.Index(meta, "<x:xmpmeta"):strings.LastIndex(meta, "<?")])); ; {
		if _, err := dec.Token(); err != nil {
			require.ErrorIs(t, err, io.EOF)
			break
		}
	}
	r.IUV = strings.Repeat("0", 501)
	_, err := p.Receipt(r, pdf.ReceiptOptions{})
	require.Equal(t, pagonline.CodeTextTooLong, pagonline.CodeOf(err))
	require.Equal(t, "iuv", pagonline.AsError(err).Field)
}
