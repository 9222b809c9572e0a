package mail

import (
	"html"
	"log/slog"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
)

// facsimile stands on everything that is not of production, in every language.
const facsimile = "FAC-SIMILE – NON PAGABILE"

// Writer writes messages. It is safe for concurrent use.
type Writer struct {
	from Address
	cfg  WriterConfig
}

// WriterConfig says how messages are written. The zero value is for trials.
type WriterConfig struct {
	// Environment is what the messages are of; outside production they say so. Default:
	// [payment.Sandbox].
	Environment payment.Environment
	// HelpDesk gets the answers of payers. Default: who sends.
	HelpDesk Address
	// Domain stands in the messages' ids. Default: that of the sender's address.
	Domain string
	// Now is the clock, for the messages' dates. Default: the system's.
	Now func() time.Time
}

// NewWriter returns a writer whose messages come from that address. Its error names the
// field, with [pagonline.CodeInputSyntax], for an address or domain that is none.
func NewWriter(from Address, cfg WriterConfig) (*Writer, error) {
	if cfg.Environment == "" {
		cfg.Environment = payment.Sandbox
	}
	if cfg.Domain == "" {
		_, cfg.Domain, _ = strings.Cut(from.Email, "@")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if err := (Message{From: from, To: from, ReplyTo: cfg.HelpDesk}).Check(); err != nil {
		return nil, err
	}
	if !ValidEmail("id@" + cfg.Domain) {
		return nil, pagonline.NewError(pagonline.CodeInputSyntax,
			pagonline.Text{It: "dominio non valido", En: "invalid domain"}).At("domain")
	}
	return &Writer{from: from, cfg: cfg}, nil
}

// Envelope says of a message to whom it goes, in which language, and what has happened:
// for one event, kind and environment there is one message.
type Envelope struct {
	Event string // [EventRef], or any name that is never given twice
	To    Address
	Lang  string // "en" for English, Italian for everything else
}

// LogValue gives the log what has happened.
func (e Envelope) LogValue() slog.Value { return slog.StringValue(e.Event) }

// letter is what a message says, before it is text and HTML.
type letter struct {
	kind    Kind
	subject string
	title   string
	before  []string // paragraphs
	rows    []row
	exact   string   // a text whose lines stand as they are
	after   []string // paragraphs
	real    bool     // of production
}

// row is a label and what stands beside it; without a label it begins a table of that
// name.
type row struct{ label, value string }

// message makes the message; replies is who gets the answers.
func (w *Writer) message(e Envelope, l letter, replies Address, files []File) Message {
	name := digest(w.cfg.Environment, l.kind, e.Event)
	lang := "it"
	if e.Lang == "en" {
		lang = "en"
	}
	l.real = w.cfg.Environment == payment.Production
	return Message{
		ID: name + "@" + w.cfg.Domain, Kind: l.kind, From: w.from, To: e.To, ReplyTo: replies,
		Subject: receipt.Line(l.subject, 200), Lang: lang, Date: w.cfg.Now().UTC().Truncate(time.Second),
		Text: l.text(), HTML: l.html(lang), Files: files, boundary: name,
	}
}

// add adds a row; one without a value is left out.
func (l *letter) add(label, value string) {
	if value = receipt.Line(value, 500); value != "" {
		l.rows = append(l.rows, row{label, value})
	}
}

func (l letter) text() string {
	var b strings.Builder
	if !l.real {
		b.WriteString(facsimile + "\n\n")
	}
	b.WriteString(receipt.Line(l.title, 200) + "\n\n")
	for _, p := range l.before {
		b.WriteString(p + "\n\n")
	}
	for i, r := range l.rows {
		switch {
		case r.label != "":
			b.WriteString(r.label + ": " + r.value + "\n")
		case i > 0:
			b.WriteString("\n" + r.value + "\n")
		default:
			b.WriteString(r.value + "\n")
		}
	}
	if len(l.rows) > 0 {
		b.WriteByte('\n')
	}
	if l.exact != "" {
		b.WriteString(l.exact + "\n\n")
	}
	for _, p := range l.after {
		b.WriteString(p + "\n\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (l letter) html(lang string) string {
	var b strings.Builder
	title := html.EscapeString(receipt.Line(l.title, 200))
	b.WriteString("<!DOCTYPE html>\n<html lang=\"" + lang + "\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width\">\n<title>" + title + "</title>\n</head>\n<body>\n<main>\n")
	if !l.real {
		b.WriteString("<p><strong>" + facsimile + "</strong></p>\n")
	}
	b.WriteString("<h1>" + title + "</h1>\n")
	for _, p := range l.before {
		b.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
	}
	l.tables(&b, lang)
	if l.exact != "" {
		b.WriteString("<pre style=\"white-space: pre-wrap\">" + html.EscapeString(l.exact) + "</pre>\n")
	}
	for _, p := range l.after {
		b.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return b.String()
}

// tables writes the rows.
func (l letter) tables(b *strings.Builder, lang string) {
	for i, r := range l.rows {
		name := pagonline.Text{It: "Dati del pagamento", En: "Data of the payment"}.In(lang)
		if r.label == "" {
			name = r.value
		}
		if i > 0 && r.label == "" {
			b.WriteString("</table>\n")
		}
		if i == 0 || r.label == "" {
			b.WriteString("<table>\n<caption>" + html.EscapeString(name) + "</caption>\n")
		}
		if r.label != "" {
			b.WriteString("<tr><th scope=\"row\" style=\"text-align: left\">" + html.EscapeString(r.label) + "</th><td>" + html.EscapeString(r.value) + "</td></tr>\n")
		}
	}
	if len(l.rows) > 0 {
		b.WriteString("</table>\n")
	}
}

// joined puts what is not "" together with dashes, as subjects have it.
func joined(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p = receipt.Line(p, 90); p != "" {
			if b.Len() > 0 {
				b.WriteString(" – ")
			}
			b.WriteString(p)
		}
	}
	return b.String()
}
