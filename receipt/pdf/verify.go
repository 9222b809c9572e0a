package pdf

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf/internal/read"
	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// CheckPage is the name of the check that compares what the pages show with the data.
const CheckPage = "page"

// Verify looks at a receipt as a file. The JSON inside it is verified by its signature,
// see [receipt.VerifySignedJSON]. Then the pages: if this printer is the one that the
// JSON names (version, title, fonts), it draws the receipt again, and the file must be
// the same to the byte, or as another release of Go would pack it. If it is not, but
// every text on the pages is, another program has saved the file anew: the word is
// [receipt.Resaved], to be looked at with care, since a picture may lie over a text. If
// this printer is another, each value of the JSON must be on the pages, no other amount,
// and no drawing but the code. A text that was edited makes the file altered.
//
// The file is untrusted, and may have up to 16 MB.
func (p *Printer) Verify(file []byte, keys receipt.KeyRing, want receipt.Expectations) receipt.Verdict {
	f, err := read.Open(file)
	if err != nil {
		return refuse(receipt.Unsigned, receipt.CheckSignature, "Il file non è un PDF leggibile.", "The file is not a PDF that can be read.")
	}
	data, ok := f.Attachment(attachment)
	if !ok {
		return refuse(receipt.Unsigned, receipt.CheckSignature, "Nel file non ci sono i dati della ricevuta.", "The file does not hold the data of the receipt.")
	}
	v := receipt.VerifySignedJSON(data, keys, want)
	if v.Word != receipt.Authentic || v.Receipt == nil {
		return v
	}
	proof, err := receipt.ParseSignedJSON(data)
	if err != nil {
		return refuse(receipt.Altered, CheckPage, "I dati non sono quelli emessi.", "The data are not those that were issued.")
	}
	r := *v.Receipt
	own, err := p.Receipt(r, ReceiptOptions{Proof: &proof})
	mine := r.Rendering != nil && r.Rendering.Renderer == p.name && slices.Equal(r.Rendering.Fonts, p.fonts)
	switch shown, drawings, whole := shownText(f); {
	case err == nil && same(own, file):
		return page(v, receipt.Authentic, true, "Il documento è quello emesso.", "The document is the one that was issued.")
	case whole && mine && err == nil && shown == ownText(own):
		return page(v, receipt.Resaved, false,
			"Il documento è stato salvato da un altro programma: i testi sono quelli firmati, l'aspetto no.",
			"The document was saved by another program: its texts are those that were signed, its looks may not be.")
	case whole && !mine && drawings == expectedDrawings(f, r) && holds(shown, r):
		return page(v, receipt.Authentic, true,
			"Il documento è di un'altra versione; i valori che mostra sono quelli firmati.",
			"The document is of another version; the values that it shows are those that were signed.")
	default:
		return page(v, receipt.Altered, false, "Le pagine non mostrano i dati firmati.", "The pages do not show the data that were signed.")
	}
}

// same reports whether two files are the same, whatever the Go release that packed them.
func same(own, file []byte) bool {
	if bytes.Equal(own, file) {
		return true
	}
	if len(file) > 2*len(own) {
		return false
	}
	a, ok1 := tagged.Unpacked(own)
	b, ok2 := tagged.Unpacked(file)
	return ok1 && ok2 && bytes.Equal(a, b)
}

// page adds the check of the pages.
func page(v receipt.Verdict, word receipt.Word, ok bool, it, en string) receipt.Verdict {
	v.Word = word
	v.Checks = append(v.Checks, receipt.Check{Name: CheckPage, OK: ok, Text: pagonline.Text{It: it, En: en}})
	if word == receipt.Altered {
		v.Receipt = nil
	}
	return v
}

func refuse(word receipt.Word, name, it, en string) receipt.Verdict {
	return receipt.Verdict{Word: word, Checks: []receipt.Check{{Name: name, Text: pagonline.Text{It: it, En: en}}}}
}

// shownText returns all text of the pages without blanks, in the order in which it is
// drawn, and how many drawings there are beside it; whole is false if a part of it cannot
// be read.
func shownText(f *read.File) (text string, drawings int, whole bool) {
	var b strings.Builder
	whole = true
	for _, page := range f.Pages() {
		pieces, ok := f.Content(page)
		whole = whole && ok
		for _, piece := range pieces {
			whole = whole && !piece.Missing
			if piece.Drawing {
				drawings++
			}
			b.WriteString(squeeze(piece.Text))
		}
	}
	return b.String(), drawings, whole
}

// expectedDrawings is how many drawings a receipt has: its code on its white, and the
// watermark of each page. One more could lie over a text.
func expectedDrawings(f *read.File, r receipt.Receipt) int {
	if r.Environment == payment.Production {
		return 2
	}
	return 2 + len(f.Pages())
}

func ownText(file []byte) string {
	f, err := read.Open(file)
	if err != nil {
		return ""
	}
	text, _, _ := shownText(f)
	return text
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// holds reports whether the text shows each value of a receipt and, beyond them, no
// amount.
func holds(text string, r receipt.Receipt) bool {
	lang := "it"
	if r.Rendering != nil {
		lang = r.Rendering.Language
	}
	amounts := 0
	for _, row := range slices.Concat(upperRows(r, lang), lowerRows(r, lang)) {
		value := squeeze(row.value)
		if !strings.Contains(text, value) {
			return false
		}
		amounts += strings.Count(value, "€")
	}
	for _, item := range r.Items {
		if !strings.Contains(text, squeeze(euros(item.Amount, lang))) {
			return false
		}
		amounts++
	}
	return strings.Count(text, "€") == amounts
}
