// Package mail writes and sends what payer and office are told by e-mail: a payment was
// taken in charge, it is paid (with the receipt), it is not known to be paid; the receipt
// for the service's mailbox; a quote with its instructions; copies, rejections, refunds.
//
// A [Writer] makes a [Message] of each, in Italian or English; nothing is sent by that.
// A [Post] sends messages over a [Transport], in general an [SMTP] server, and remembers
// them in a [receipt.Sent]. [Handler] joins both to the outbox: give it to the cashier
// ([payment.Config]), and each event sends its message.
//
//	w, err := mail.NewWriter(mail.Address{Email: "pagamenti@archivio.example"}, mail.WriterConfig{})
//	server, err := mail.NewSMTP("smtp.archivio.example:587", mail.SMTPConfig{Username: …, Password: …})
//	post := mail.NewPost(store.Sent(), server, mail.PostConfig{})
//	cashier := payment.NewCashier(store, payment.Config{
//		Handlers: []payment.Handler{mail.Handler(store, w, post, mail.HandlerConfig{})},
//	})
//
// # What a message is
//
// One recipient, no copies, the envelope's sender is the From: what certified mail (PEC,
// RFC 6109) asks. multipart/mixed: text and HTML as alternatives, then the files. The
// HTML is for every reader: language, title, one heading, a table with header cells, no
// pictures, no scripts, nothing loaded from elsewhere. Auto-Submitted (RFC 3834) keeps
// machines from answering; Content-Language names the language. Subjects name the
// institute and the payment, never a person. Outside production each text begins with
// "FAC-SIMILE – NON PAGABILE".
//
// What comes from outside (reasons, names, protocols) is bounded, and its control
// characters are blanks, before it meets a header or a text; addresses are those of
// [ValidEmail]. Equal inputs give equal bytes: time comes from the clock of the
// [WriterConfig], boundaries from the message's id.
//
// # Once
//
// A message's id is derived from event, kind and environment. Before it is sent it is
// claimed in [receipt.Sent], afterwards marked as sent there: the event may come again,
// to many processes at once, and the message goes out once. One case remains: if the
// process dies, or the connection breaks, after the server has taken the message and
// before that is marked, it is sent again when the claim has run out, with the same
// Message-ID, by which mailboxes can tell. The other way round a message would be lost.
//
// A refusal for good (SMTP 5xx, or an address that is none) is parked: logged, listed by
// [receipt.Sent], and not tried again until somebody frees it. All else is temporary, a
// refusal of the sender included, who is set here: the event waits in the outbox and comes
// again. A payer without e-mail is normal and gets
// none.
package mail

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
)

// Kind says what a message is for.
type Kind string

// The kinds of messages.
const (
	KindInCharge Kind = "in_charge"
	KindPaid     Kind = "paid"
	KindNotYet   Kind = "not_yet_paid"
	KindHandIn   Kind = "hand_in" // the receipt, to the service's mailbox
	KindQuote    Kind = "quote"
	KindCopies   Kind = "copies"
	KindRefund   Kind = "refund"
	KindRejected Kind = "rejected" // there will be no copies
)

// Address is a mailbox. The log gets nothing of it.
type Address struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email"` // see [ValidEmail]; "" for nobody
}

// ValidEmail reports whether messages go to s: it is what [identity.CanonicalEmail] keeps,
// which all who have an account or a contact are written to at, or what pagoPA takes
// ([payment.ValidEmail]). Both are ASCII: a domain of another script is to be written as
// "xn--…".
func ValidEmail(s string) bool {
	kept, err := identity.CanonicalEmail(s)
	return err == nil && len(kept) == len(s) || payment.ValidEmail(s)
}

// LogValue gives the log whether there is an address.
func (a Address) LogValue() slog.Value { return slog.BoolValue(a.Email != "") }

// File is an attachment.
type File struct {
	Name      string // other characters than A–Z, a–z, 0–9, dot, hyphen become hyphens
	MediaType string // as in "application/pdf"
	Content   []byte
}

// LogValue gives the log how many bytes it has: its name and content are a payer's.
func (f File) LogValue() slog.Value { return slog.IntValue(len(f.Content)) }

// MaxFiles is how many bytes the files of one message may have: a third more than that
// on the wire still is what certified mail takes.
const MaxFiles = 20 << 20

// Message is a message that can be sent. The log gets its id and kind.
type Message struct {
	ID       string // the Message-ID, without its brackets
	Kind     Kind
	From     Address
	To       Address
	ReplyTo  Address // "" for From
	Subject  string
	Lang     string // "it" or "en"
	Date     time.Time
	Text     string // lines end with a line feed
	HTML     string
	Files    []File
	boundary string // of its parts, without the number
}

// LogValue gives the log what names nobody.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", m.ID), slog.String("kind", string(m.Kind)))
}

// Check returns nil if m can be sent. Its error names the field, with
// [pagonline.CodeInputSyntax] for an address that is none and [pagonline.CodeTextTooLong]
// for too many bytes; it repeats nothing of them.
func (m Message) Check() error {
	for _, a := range []struct {
		field    string
		address  Address
		optional bool
	}{{"from", m.From, false}, {"to", m.To, false}, {"replyTo", m.ReplyTo, true}} {
		if !ValidEmail(a.address.Email) && (!a.optional || a.address.Email != "") {
			return pagonline.NewError(pagonline.CodeInputSyntax,
				pagonline.Text{It: "indirizzo e-mail non valido", En: "invalid e-mail address"}).At(a.field)
		}
	}
	size := 0
	for _, f := range m.Files {
		size += len(f.Content)
	}
	if size > MaxFiles {
		return pagonline.NewError(pagonline.CodeTextTooLong, pagonline.Same(strconv.Itoa(size)), pagonline.Same(strconv.Itoa(MaxFiles))).At("files")
	}
	return nil
}

// EventRef returns the name of an event of the outbox in an [Envelope].
func EventRef(e payment.Event) string {
	return fmt.Sprintf("%d %s %s %s %s %d", e.ID, e.Kind, e.Position, e.Order, e.ReceiptID, e.At.UnixNano())
}

// digest names a message: 32 small letters and digits, always the same for the same
// three. It tells nothing of them.
func digest(env payment.Environment, kind Kind, event string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", env, kind, event))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:20]))
}

// lines is [receipt.Line] for a text of many lines.
func lines(s string, limit int) string {
	if len(s) > limit {
		s = s[:limit]
	}
	var b strings.Builder
	for l := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		end := len(l) - len(strings.TrimLeft(l, " "))
		b.WriteString(l[:end] + receipt.Line(l[end:], 2000) + "\n")
	}
	return strings.TrimRight(b.String(), "\n ")
}
