// Package pdf prints the two papers that a payer holds in his hands: before the payment
// the notice (avviso di pagamento), after it the receipt.
//
//	printer, err := pdf.New(pdf.Config{})
//	rendering := printer.Rendering("it")
//	r.Rendering = &rendering
//	proof, err := keys.Sign(r)
//	file, err := printer.Receipt(r, pdf.ReceiptOptions{Proof: &proof})
//	…
//	verdict := printer.Verify(file, publicKeys, receipt.Expectations{})
//
// Files are tagged for screen readers and made to be kept: built to the rules of
// PDF/UA-1, and of PDF/A-2a (the notice) or PDF/A-3a (the receipt, whose JSON is
// attached). The official validator, veraPDF, can be run on them. The same input gives
// the same bytes as long as [Printer.Rendering] and the Go release are the same; no clock
// is read.
//
// A [Printer] prepares its fonts once and may be used by many goroutines.
//
// # Characters
//
// Letters and accents are composed, blanks of every kind become one blank, signs get
// their usual stand-in (a hyphen that does not break becomes a hyphen), and a letter
// that a font lacks loses its accents. What has no such form, and letters written from
// right to left, are refused with [pagonline.CodeTextInvalid] at the field. Nothing is
// left out in silence.
//
// # Outside production
//
// Every page says "FAC-SIMILE – NON PAGABILE", across the page for the eye, and once
// at the head of the document for the screen reader.
package pdf

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-fonts/liberation/liberationmonobold"
	"github.com/go-fonts/liberation/liberationmonoregular"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// Config says how papers look.
type Config struct {
	// Fonts are the faces. Default: Liberation, which is free (SIL OFL 1.1).
	Fonts Fonts
	// ReceiptTitle is the head of receipts, for an institute that names them otherwise.
	// Default: "Ricevuta di pagamento", "Payment receipt".
	ReceiptTitle pagonline.Text
	// Help says where the payer finds help, as in "help@example.org". Default: the
	// portal's help desk.
	Help string
	// PagoPA is the logo of pagoPA on notices, 14.9 by 10.1 mm, as those who adhere get
	// it with the official models. It is a trade mark that this module does not hold.
	// Default: the name in letters.
	PagoPA *Logo
}

// Fonts are TrueType files with outlines (table glyf). The official pair of the notice
// is Titillium Web and Roboto Mono. All four are given, or none.
type Fonts struct {
	Regular, Bold, Mono, MonoBold []byte
}

// The places of the faces in the set.
const (
	regular = iota
	bold
	mono
	monoBold
)

// Printer prints notices and receipts.
type Printer struct {
	cfg   Config
	set   *tagged.Set
	fonts []string // names and hashes
	// version is the renderer, without what tells that title and help are not the default.
	version string
	// ownWords: title or help are not the default.
	ownWords bool
}

// New prepares a printer. Its error is about the fonts.
func New(cfg Config) (*Printer, error) {
	f := cfg.Fonts
	if f.Regular == nil && f.Bold == nil && f.Mono == nil && f.MonoBold == nil {
		f = Fonts{liberationsansregular.TTF, liberationsansbold.TTF, liberationmonoregular.TTF, liberationmonobold.TTF}
	}
	set, err := tagged.NewSet(f.Regular, f.Bold, f.Mono, f.MonoBold)
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	p := &Printer{cfg: cfg, set: set}
	for i, file := range [][]byte{f.Regular, f.Bold, f.Mono, f.MonoBold} {
		sum := sha256.Sum256(file)
		p.fonts = append(p.fonts, set.Face(i).Name()+" "+hex.EncodeToString(sum[:8]))
	}
	p.version, p.ownWords = renderer, cfg.ReceiptTitle != (pagonline.Text{}) || cfg.Help != ""
	if cfg.ReceiptTitle == (pagonline.Text{}) {
		p.cfg.ReceiptTitle = defaultTitle
	}
	if cfg.Help == "" {
		p.cfg.Help = defaultHelp
	}
	return p, nil
}

// family names this package, and renderer the version of what it draws too.
const (
	family   = "pagonline/pdf/"
	renderer = family + "1"
)

// What Config says where it says nothing.
var (
	defaultTitle = pagonline.Text{It: "Ricevuta di pagamento", En: "Payment receipt"}
	helpLabel    = pagonline.Text{It: "Assistenza: ", En: "Help: "}
)

const defaultHelp = "pagopa.helpdesk@cultura.gov.it · (+39) 06 67231"

// Rendering names the renderer (and, as a hash, a title and a help of its own), its fonts
// and the language of a receipt, as its JSON holds them: with the same ones the same receipt
// becomes the same bytes, under one release of Go. It is put into the receipt before that
// is signed.
func (p *Printer) Rendering(lang string) receipt.Rendering {
	lang = language(lang)
	return receipt.Rendering{Renderer: p.name(lang), Language: lang, Fonts: slices.Clone(p.fonts)}
}

// name returns what the printer calls itself in a language. Words of its own are in it as
// a hash, of which what a page shows is held to be the words that were signed.
func (p *Printer) name(lang string) string {
	if !p.ownWords {
		return p.version
	}
	words := []string{p.cfg.ReceiptTitle.In(lang), p.cfg.Help}
	for i, text := range words {
		if fitted, _, ok := p.set.Fit(text); ok {
			text = fitted // as it is printed
		}
		words[i] = strings.Join(strings.Fields(text), " ")
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", words))
	return p.version + "/" + hex.EncodeToString(sum[:16])
}

// language returns the language of a receipt.
func language(lang string) string {
	if lang == "en" {
		return "en"
	}
	return "it"
}

// facsimile stands on everything that is not of production, in every language.
const facsimile = "FAC-SIMILE – NON PAGABILE"

// maxText is the longest text of a field that is printed, in characters.
const maxText = 500

// paper is a document in the making. Its first mistake stays in err.
type paper struct {
	*tagged.Document
	set *tagged.Set
	env payment.Environment
	err error
}

// fit bounds a text and writes it in the characters of the fonts.
func (p *paper) fit(field, text string) string {
	switch n := utf8.RuneCountInString(text); {
	case len(text) > maxText && n > maxText:
		p.fail(pagonline.NewError(pagonline.CodeTextTooLong, pagonline.Same(strconv.Itoa(n)), pagonline.Same(strconv.Itoa(maxText))).At(field))
		return ""
	case text == "":
		return ""
	}
	fitted, r, ok := p.set.Fit(text)
	if !ok {
		place := utf8.RuneCountInString(text[:max(strings.IndexRune(text, r), 0)]) + 1
		p.fail(pagonline.NewError(pagonline.CodeTextInvalid, pagonline.Same(strconv.Itoa(place))).At(field))
	}
	return fitted
}

func (p *paper) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// page begins a page, and marks it outside production.
func (p *paper) page() {
	p.Page()
	if p.env != payment.Production {
		p.Artifact("Watermark", func() {
			p.Watermark(bold, tagged.MM(2600), tagged.MM(24000), 44*tagged.Point, 0xe2e2e2, facsimile)
		})
	}
}

// facsimile says at the head of the document what the watermark says.
func (p *paper) facsimile(x, y tagged.Unit) {
	if p.env == payment.Production {
		return
	}
	p.Open(tagged.Paragraph)
	p.Ink(0xb00020)
	p.Text(bold, x, y, 9*tagged.Point, facsimile)
	p.Ink(0)
	p.Close()
}

// bytes ends the document.
func (p *paper) bytes() ([]byte, error) {
	file, err := p.Bytes()
	switch {
	case p.err != nil:
		return nil, p.err
	case err != nil:
		return nil, pagonline.NewError(pagonline.CodeInternal).Because(err)
	}
	return file, nil
}

// line draws one line in an element of its own.
func (p *paper) line(tag tagged.Tag, face int, x, y, size tagged.Unit, text string) {
	if text == "" {
		return
	}
	p.Open(tag)
	p.Text(face, x, y, size, text)
	p.Close()
}

// lines draws text broken at width, and returns the baseline below the last line.
func (p *paper) lines(face int, x, y, size, pitch, width tagged.Unit, text string) tagged.Unit {
	for _, line := range p.set.Face(face).Wrap(text, size, width) {
		p.Text(face, x, y, size, line)
		y += pitch
	}
	return y
}
