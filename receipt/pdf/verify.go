package pdf

import (
	"bytes"
	"errors"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf/internal/read"
	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// CheckPage is the name of the check that compares what the pages show with the data.
const CheckPage = "page"

// Verify looks at a receipt as a file. The JSON inside it is verified by its signature,
// see [receipt.VerifySignedJSON]. Then the pages, which are drawn again:
//
//   - The file is the same to the byte, or as another release of Go would pack it: it is
//     authentic. A title and a help that are not this printer's are taken from the page,
//     where the JSON says that the issuer had some of its own.
//   - This printer is the one that the JSON names, and every text is the same: another
//     program has saved the file anew, or something was added behind what was issued, a
//     seal ([receipt.Sealer]) for one. The word is [receipt.Resaved], and the check says
//     which of the two: to be looked at with care, since a picture may lie over a text.
//   - The JSON names another version or other fonts: each label, value and code must be
//     there, in order and at its place, and nothing else. Then the file is authentic if it
//     is as this module writes files, resaved if it is not: if it has annotations, say,
//     or an object twice. What this cannot see is a font whose letters look like others.
//   - The data are of a later version, or hold letters that this printer's fonts lack: the
//     pages are not compared, and the word is resaved.
//
// Everything else is altered. An encrypted file is unsigned, whatever it holds.
//
// The file is untrusted, and may have up to 16 MB.
func (p *Printer) Verify(file []byte, keys receipt.KeyRing, want receipt.Expectations) receipt.Verdict {
	f, err := read.Open(file)
	switch {
	case errors.Is(err, read.ErrEncrypted):
		return refuse(receipt.Unsigned, receipt.CheckSignature,
			"Il file è cifrato e non si può leggere: verificare il file senza cifratura.", "The file is encrypted and cannot be read: verify the file without encryption.")
	case err != nil:
		return refuse(receipt.Unsigned, receipt.CheckSignature, "Il file non è un PDF leggibile.", "The file is not a PDF that can be read.")
	}
	data, ok := f.Attachment(attachment)
	if !ok {
		return refuse(receipt.Unsigned, receipt.CheckSignature, "Nel file non ci sono i dati della ricevuta.", "The file does not hold the data of the receipt.")
	}
	v := receipt.VerifySignedJSON(data, keys, want)
	switch {
	case v.Word != receipt.Authentic:
		return v
	case v.Receipt == nil:
		return page(v, receipt.Resaved, false,
			"I dati sono di una versione successiva: le pagine non sono state confrontate.", "The data are of a later version: the pages were not compared.")
	}
	proof, err := receipt.ParseSignedJSON(data)
	if err != nil {
		return refuse(receipt.Altered, CheckPage, "I dati non sono quelli emessi.", "The data are not those that were issued.")
	}
	return p.pages(v, f, file, proof)
}

// pages compares the pages with the data, which are those that were signed.
func (p *Printer) pages(v receipt.Verdict, f *read.File, file []byte, proof receipt.Proof) receipt.Verdict {
	shown := shownBy(f)
	issuer, mine, right := p.issuer(v.Receipt.Rendering, shown)
	if !right {
		return page(v, receipt.Altered, false, "Titolo o assistenza non sono quelli di chi ha emesso la ricevuta.", "Title or help are not those of who issued the receipt.")
	}
	drawn, err := issuer.receipt(*v.Receipt, ReceiptOptions{Proof: &proof})
	if err != nil {
		return page(v, receipt.Resaved, false,
			"I caratteri di questo programma non bastano a ridisegnare la ricevuta: le pagine non sono state confrontate.",
			"The fonts of this program do not suffice to draw the receipt again: the pages were not compared.")
	}
	again := own(drawn)
	switch {
	case same(drawn, file):
		return page(v, receipt.Authentic, true, "Il documento è quello emesso.", "The document is the one that was issued.")
	case !shown.whole:
	case mine && shown.text == again.text && (len(shown.codes) == 0 || shown.holdsCode(proof)):
		return resaved(v, drawn, file)
	case !mine && shown.like(again) && shown.holdsCode(proof):
		if !asWritten(f, file) {
			return resaved(v, drawn, file)
		}
		return page(v, receipt.Authentic, true,
			"Il documento è di un'altra versione; i valori e il codice che mostra sono quelli firmati.",
			"The document is of another version; the values and the code that it shows are those that were signed.")
	}
	return page(v, receipt.Altered, false, "Le pagine non mostrano i dati firmati.", "The pages do not show the data that were signed.")
}

// issuer returns the printer that a receipt names, as far as this one can stand in for
// it; mine says that it is this one. The name tells by a hash that an issuer has a title
// and a help of its own: then they are read from the page, and right says that they are
// those of which the hash was signed.
func (p *Printer) issuer(named *receipt.Rendering, s shown) (issuer *Printer, mine, right bool) {
	if named == nil || equal(p.Rendering(named.Language), *named) {
		return p, true, true
	}
	issuer = &Printer{cfg: p.cfg, set: p.set, fonts: p.fonts, version: named.Renderer}
	issuer.cfg.ReceiptTitle, issuer.cfg.Help = defaultTitle, defaultHelp
	version, ours := strings.CutPrefix(named.Renderer, family)
	version, _, ownWords := strings.Cut(version, "/")
	if !ours || !ownWords || len(s.entries) == 0 {
		return issuer, false, true
	}
	issuer.version, issuer.ownWords = family+version, true
	for _, c := range s.entries {
		if c.tag == string(tagged.H1) {
			issuer.cfg.ReceiptTitle = pagonline.Same(c.text)
			break
		}
	}
	lang := language(named.Language)
	if help, found := strings.CutPrefix(s.entries[len(s.entries)-1].text, helpLabel.In(lang)); found {
		issuer.cfg.Help = help
	}
	return issuer, false, issuer.name(lang) == named.Renderer
}

// resaved says what was done to a file whose texts are right.
func resaved(v receipt.Verdict, drawn, file []byte) receipt.Verdict {
	if begin, _, found := bytes.Cut(file, []byte("\n%%EOF\n")); bytes.HasPrefix(file, drawn) || found && same(drawn, append(bytes.Clone(begin), "\n%%EOF\n"...)) {
		return page(v, receipt.Resaved, false,
			"Il documento emesso è intero; dopo, al file è stato aggiunto altro (un sigillo, per esempio), che qui non si verifica.",
			"The document that was issued is whole; something was added to the file behind it (a seal, for one), which is not verified here.")
	}
	return page(v, receipt.Resaved, false,
		"Il documento è stato salvato da un altro programma: i testi sono quelli firmati, l'aspetto no.",
		"The document was saved by another program: its texts are those that were signed, its looks may not be.")
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
