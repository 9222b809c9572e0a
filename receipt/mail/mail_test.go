package mail_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"flag"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/mail"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	sender   = mail.Address{Name: "Archivio di Stato di Livorno – pagamenti", Email: "pagamenti@example.org"}
	helpDesk = mail.Address{Email: "aiuto@example.org"}
	now      = time.Date(2026, 11, 23, 10, 5, 0, 7, time.UTC)
)

func writer(t *testing.T, env payment.Environment) *mail.Writer {
	t.Helper()
	w, err := mail.NewWriter(sender, mail.WriterConfig{Environment: env, HelpDesk: helpDesk, Now: func() time.Time { return now }})
	require.NoError(t, err)
	return w
}

func to(lang string) mail.Envelope {
	return mail.Envelope{Event: "1", To: mail.Address{Name: "Mario Rossi", Email: "mario.rossi@example.org"}, Lang: lang}
}

func paid(t *testing.T, env payment.Environment) receipt.Receipt {
	t.Helper()
	p := storetest.Position(1)
	r, err := receipt.New(storetest.Receipt(p, "c110729d258c4ab1b765fe902aae41d6"), p, env)
	require.NoError(t, err)
	return r
}

// message returns some message.
func message(t *testing.T) mail.Message {
	t.Helper()
	m, err := writer(t, "").Paid(to("it"), paid(t, ""), mail.File{Name: "ricevuta.pdf", MediaType: "application/pdf", Content: []byte("%PDF-1.7 …")})
	require.NoError(t, err)
	return m
}

// every returns a message of each kind.
func every(t *testing.T, lang string, env payment.Environment) map[string]mail.Message {
	t.Helper()
	w, r, p, q := writer(t, env), paid(t, env), storetest.Position(1), storetest.Position(2)
	open := payment.Verdict{Finding: payment.FindingOpen, Retry: true}
	file := mail.File{Name: "ricevuta " + r.IUV + ".json", MediaType: "application/json", Content: []byte(`{"schemaVersion":1}`)}
	receiptMail, err := w.Paid(to(lang), r, file)
	require.NoError(t, err)
	handIn, err := w.HandIn(to(lang), r, to(lang).To, file)
	require.NoError(t, err)
	notYet, err := w.NotYetPaid(to(lang), []mail.Case{{Position: p, Verdict: open}})
	require.NoError(t, err)
	second := r
	second.Second = true
	secondMail, err := w.Paid(to(lang), second)
	require.NoError(t, err)
	return map[string]mail.Message{
		"paid": receiptMail, "hand-in": handIn, "not-yet": notYet, "second": secondMail,
		"in-charge":     w.InCharge(to(lang), []payment.Position{p}),
		"in-charge-two": w.InCharge(to(lang), []payment.Position{p, q}),
		"quote": w.Quote(to(lang), mail.QuoteLetter{
			Institute: "Archivio di Stato di Livorno", Service: "Servizio di Fotocopie", Protocol: "345/2024", Amount: euro.MustParse("1012.50"),
			ExpiresOn: pagonline.DateOf(now), Instructions: "Come pagare\n\n 1. Aprire il portale.\n    Poi <premere> \"ACCOUNT\".\n", Link: "https://pay.example/q?c=1&d=2",
		}),
		"copies": w.Copies(to(lang), mail.CopiesLetter{
			Institute: "Archivio di Stato di Livorno", Protocol: "345/2024", How: pagonline.Text{It: "per posta", En: "by post"}, Until: pagonline.DateOf(now),
		}),
		"rejected": w.Rejected(to(lang), mail.RejectionLetter{
			Institute: "Archivio di Stato di Livorno", Protocol: "345/2024", Reason: "Il registro è in restauro.", Paid: true,
		}),
		"refund": w.Refund(to(lang), mail.RefundLetter{
			Step: mail.RefundExecuted, Institute: "Archivio di Stato di Livorno", IUV: r.IUV, IUR: r.IUR, Amount: r.Amount,
			Reason: "pagato due volte", On: pagonline.DateOf(now), Reference: "ordinativo 12/2026",
		}),
	}
}

// TestGolden: the bytes of each message are known, line by line.
func TestGolden(t *testing.T) {
	for _, lang := range []string{"it", "en"} {
		for name, m := range every(t, lang, payment.Sandbox) {
			b, err := m.Bytes()
			require.NoError(t, err)
			again, err := every(t, lang, payment.Sandbox)[name].Bytes()
			require.NoError(t, err)
			require.Equal(t, b, again, "same bytes")
			got := strings.ReplaceAll(string(b), "\r\n", "\n") + "\n==== the text\n" + m.Text + "\n==== the HTML\n" + m.HTML
			file := filepath.Join("testdata", name+"."+lang+".txt")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o750))
				require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), got, file)
		}
	}
}

// parsed is a message as a mailbox reads it.
type parsed struct {
	header     netmail.Header
	subject    string
	text, html string
	files      map[string]string
}

func parse(t *testing.T, b []byte) parsed {
	t.Helper()
	for l := range strings.SplitSeq(string(b), "\r\n") {
		require.LessOrEqual(t, len(l), 998)
		if strings.Contains(l, "=?utf-8") {
			require.LessOrEqual(t, len(l), 76)
		}
		require.NotContains(t, l, "\r")
		require.NotContains(t, l, "\n")
	}
	require.False(t, strings.ContainsFunc(string(b), func(r rune) bool { return r > 126 || r < 32 && r != '\r' && r != '\n' }), "ASCII only")
	m, err := netmail.ReadMessage(bytes.NewReader(b))
	require.NoError(t, err)
	p := parsed{header: m.Header, files: map[string]string{}}
	p.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	require.NoError(t, err)
	_, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	require.NoError(t, err)
	outer := multipart.NewReader(m.Body, parameters["boundary"])
	part, err := outer.NextPart()
	require.NoError(t, err)
	_, parameters, err = mime.ParseMediaType(part.Header.Get("Content-Type"))
	require.NoError(t, err)
	inner := multipart.NewReader(part, parameters["boundary"])
	for _, into := range []*string{&p.text, &p.html} {
		part, err := inner.NextPart()
		require.NoError(t, err)
		content, err := io.ReadAll(part)
		require.NoError(t, err)
		*into = strings.ReplaceAll(string(content), "\r\n", "\n")
	}
	_, err = inner.NextPart()
	require.Equal(t, io.EOF, err)
	for {
		part, err := outer.NextPart()
		if errors.Is(err, io.EOF) {
			return p
		}
		require.NoError(t, err)
		content, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
		require.NoError(t, err)
		p.files[part.FileName()] = string(content)
	}
}

func TestEveryMessage(t *testing.T) {
	seen := map[string]bool{}
	for _, env := range []payment.Environment{payment.Sandbox, payment.UAT, payment.Production} {
		for _, lang := range []string{"it", "en"} {
			for name, m := range every(t, lang, env) {
				b, err := m.Bytes()
				require.NoError(t, err)
				p := parse(t, b)
				require.Equal(t, m.Subject, p.subject)
				require.Equal(t, m.Text, p.text)
				require.Equal(t, m.HTML, p.html)
				require.Equal(t, lang, p.header.Get("Content-Language"))
				require.Equal(t, "auto-generated", p.header.Get("Auto-Submitted"))
				require.Equal(t, "Mon, 23 Nov 2026 10:05:00 +0000", p.header.Get("Date"))
				require.Equal(t, "<"+m.ID+">", p.header.Get("Message-Id"))
				require.Contains(t, m.HTML, `<html lang="`+lang+`">`)
				require.Equal(t, 1, strings.Count(m.HTML, "<h1>"))
				for _, person := range []string{"Mario", "Rossi", "example.org", "RSSMRA"} {
					require.NotContains(t, m.Subject, person, name)
				}
				require.Empty(t, p.header.Get("Cc")+p.header.Get("Bcc"))
				from, err := p.header.AddressList("From")
				require.NoError(t, err)
				require.Equal(t, sender.Name, from[0].Name)
				if env == payment.Production {
					require.NotContains(t, m.Text+m.HTML, "FAC-SIMILE")
				} else {
					require.True(t, strings.HasPrefix(m.Text, "FAC-SIMILE – NON PAGABILE\n"), name)
					require.Contains(t, m.HTML, "FAC-SIMILE – NON PAGABILE")
				}
				if lang == "it" && name != "second" && name != "in-charge-two" {
					require.False(t, seen[m.ID], "one id for one event, kind and environment")
					seen[m.ID] = true
				}
			}
		}
	}
	paidMail := every(t, "en", payment.Production)["paid"]
	require.Equal(t, "Payment receipt – Archivio di Stato di Livorno – IUV "+paid(t, "").IUV, paidMail.Subject)
	require.Equal(t, helpDesk, paidMail.ReplyTo)
	handIn := every(t, "it", payment.Production)["hand-in"]
	require.Equal(t, "345/2024", handIn.Subject)
	require.Equal(t, "mario.rossi@example.org", handIn.ReplyTo.Email)
}

func TestHandInWithoutProtocolOrPayer(t *testing.T) {
	r := paid(t, payment.Sandbox)
	r.Protocol = causale.Protocol{}
	m, err := writer(t, "").HandIn(to("it"), r, mail.Address{Email: "no address"})
	require.NoError(t, err)
	require.Equal(t, "IUV "+r.IUV, m.Subject)
	require.Empty(t, m.ReplyTo)
	require.NoError(t, m.Check())
}

func TestEnvironmentsNeverMix(t *testing.T) {
	_, err := writer(t, payment.Production).Paid(to("it"), paid(t, payment.Sandbox))
	require.Equal(t, pagonline.CodeEnvironment, pagonline.CodeOf(err))
	_, err = writer(t, payment.UAT).HandIn(to("it"), paid(t, payment.Production), mail.Address{})
	require.Equal(t, pagonline.CodeEnvironment, pagonline.CodeOf(err))
}

// TestNotYetPaid: it is said only where the resolver says it.
func TestNotYetPaid(t *testing.T) {
	w, p := writer(t, ""), storetest.Position(1)
	for _, f := range []payment.Finding{
		payment.FindingPaid, payment.FindingSecond, payment.FindingReversed, payment.FindingNoReceipt, payment.FindingMissing,
		payment.FindingQuarantined, payment.FindingInCharge, payment.FindingUnderWay, payment.FindingLate, payment.FindingElsewhere,
		payment.FindingDraft, payment.FindingWithdrawn, payment.FindingExpired, payment.FindingUnknown,
	} {
		_, err := w.NotYetPaid(to("it"), []mail.Case{{Position: p, Verdict: payment.Verdict{Finding: f, Retry: true}}})
		require.ErrorIs(t, err, mail.ErrVerdict, f)
	}
	_, err := w.NotYetPaid(to("it"), nil)
	require.ErrorIs(t, err, mail.ErrVerdict)
	_, err = w.NotYetPaid(to("it"), []mail.Case{{Position: p, Verdict: payment.Verdict{Finding: payment.FindingOpen}}})
	require.ErrorIs(t, err, mail.ErrVerdict, "trying again must be safe")
	// A position without any fact but that it is open is such a case.
	v := payment.Resolve(payment.Facts{Position: p, Now: now})
	m, err := w.NotYetPaid(to("it"), []mail.Case{{Position: p, Verdict: v}})
	require.NoError(t, err)
	require.Contains(t, m.Text, "non risulta ancora pagato")
}

func TestNewWriterRefuses(t *testing.T) {
	for field, c := range map[string]struct {
		from string
		cfg  mail.WriterConfig
	}{
		"from":    {"no address", mail.WriterConfig{}},
		"replyTo": {"a@example.org", mail.WriterConfig{HelpDesk: mail.Address{Email: "x\r\nBcc: y@example.org"}}},
		"domain":  {"a@example.org", mail.WriterConfig{Domain: "a b"}},
	} {
		_, err := mail.NewWriter(mail.Address{Email: c.from}, c.cfg)
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), field)
		require.Equal(t, field, pagonline.AsError(err).Field)
	}
}

func TestCheckRefusesTooMuch(t *testing.T) {
	m := message(t)
	m.Files = []mail.File{{Content: make([]byte, mail.MaxFiles)}, {Content: []byte("x")}}
	require.Equal(t, pagonline.CodeTextTooLong, pagonline.CodeOf(m.Check()))
}

// FuzzInjection: whatever a payer or a catalogue says, it makes no header, no part and no
// markup, and a mailbox reads the message that was written.
func FuzzInjection(f *testing.F) {
	f.Add("345/2024", "Archivio", "ricevuta.pdf", "Mario", "text")
	f.Add("1\r\nBcc: evil@example.org", "a\nb\x00c", "..\\..\"\r\n.exe", "\"x\" <y@z>\r\n", "</pre><script>\r\n--=_1_1\r\n.\r\n")
	f.Add("=?utf-8?q?x?=", "a  b   c", "", "", "")
	f.Add(strings.Repeat("è", 500), "\u202eevil\u2028", "=?utf-8?q?x?=", strings.Repeat("a ", 300), strings.Repeat("x", 3000))
	f.Fuzz(func(t *testing.T, protocol, institute, file, name, text string) {
		w := writer(t, "")
		e := mail.Envelope{Event: protocol, To: mail.Address{Name: name, Email: "mario.rossi@example.org"}, Lang: institute}
		m := w.Quote(e, mail.QuoteLetter{
			Institute: institute, Protocol: protocol, Service: text, Instructions: text, Link: text,
			Files: []mail.File{{Name: file, MediaType: text, Content: []byte(text)}},
		})
		b, err := m.Bytes()
		require.NoError(t, err)
		p := parse(t, b)
		require.Len(t, p.header, 10, "no header of its own")
		require.Equal(t, m.Subject, p.subject)
		require.LessOrEqual(t, utf8.RuneCountInString(p.subject), 200)
		require.Equal(t, m.Text, p.text)
		require.Equal(t, m.HTML, p.html)
		require.Equal(t, 1, strings.Count(m.HTML, "</main>"))
		require.NotContains(t, m.HTML, "<script")
		require.Len(t, p.files, 1)
		for n, content := range p.files {
			require.Equal(t, text, content)
			require.NotContains(t, n, "..\\")
		}
		list, err := p.header.AddressList("To")
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, "mario.rossi@example.org", list[0].Address)
	})
}
