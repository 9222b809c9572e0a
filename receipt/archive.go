package receipt

import (
	"context"
	"crypto/sha256"
	"iter"
	"log/slog"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// MaxDocument is how many bytes one archived document may have.
const MaxDocument = 16 << 20

// Archive keeps the documents of receipts as they were, for as long as the law asks: the
// RT as pagoPA sent it, the PDF and the JSON as the payer got them. Nothing in it is ever
// changed. Its contract is tested by the package storetest.
type Archive interface {
	// Put keeps d. The same document again changes nothing, its day and instant stay the
	// first ones. Other content under the same key is refused with
	// [pagonline.CodeReceiptAltered]. Other errors are those of [Document.Check].
	Put(ctx context.Context, d Document) error
	// Get returns the document; its error has [pagonline.CodeNotFound]. A store that finds
	// other bytes than it was given returns one with [pagonline.CodeReceiptAltered].
	Get(ctx context.Context, k DocumentKey) (Document, error)
	// List returns what the period holds, in the order of day, creditor, receipt id and
	// kind, byte by byte.
	List(ctx context.Context, p Period) iter.Seq2[Record, error]
}

// DocumentKind says what a document is.
type DocumentKind string

// The kinds of documents; each is the ending of its file name.
const (
	RTDocument   DocumentKind = "xml"  // the message in which the RT came
	PDFDocument  DocumentKind = "pdf"  // the receipt to read
	JSONDocument DocumentKind = "json" // the receipt as data, canonical
)

// DocumentKey names an archived document.
type DocumentKey struct {
	Creditor  string       `json:"creditor"` // who received the RT, 11 digits
	ReceiptID string       `json:"receiptId"`
	Kind      DocumentKind `json:"kind"`
}

// Record says of an archived document all but its content.
type Record struct {
	DocumentKey
	Day    pagonline.Date `json:"day"` // of the payment, in Rome: what periods count
	At     time.Time      `json:"at"`  // when it was archived
	Size   int            `json:"size"`
	SHA256 Hash           `json:"sha256"`
}

// Document is a record with its content.
type Document struct {
	Record
	Content []byte `json:"-"`
}

// LogValue gives the log the key.
func (k DocumentKey) LogValue() slog.Value {
	return slog.StringValue(k.Creditor + "/" + k.ReceiptID + "." + string(k.Kind))
}

// NewDocument returns the document to archive of a receipt of creditor's that was paid
// then; at is now. Content is not copied.
func NewDocument(k DocumentKey, paidAt, at time.Time, content []byte) Document {
	return Document{Content: content, Record: Record{
		DocumentKey: k, Day: pagonline.DateOf(paidAt), At: at.UTC(), Size: len(content), SHA256: sha256.Sum256(content),
	}}
}

// Document returns a file of the receipt as a document to archive; at is now.
func (r Receipt) Document(kind DocumentKind, content []byte, at time.Time) Document {
	return NewDocument(DocumentKey{r.Creditor.FiscalCode, r.IUR, kind}, r.PaidAt, at, content)
}

// DocumentOf returns the message in which an RT came as a document to archive. An RT that
// does not say when it was paid counts for the day on which it came.
func DocumentOf(rt payment.RT, at time.Time) Document {
	paid := rt.PaidAt
	if paid.IsZero() {
		paid = rt.ReceivedAt
	}
	return NewDocument(DocumentKey{rt.Creditor, rt.ReceiptID, RTDocument}, paid, at, rt.Raw)
}

// Check returns nil if d can be archived. Its error names the field, with
// [pagonline.CodeRequiredField] for what is missing, [pagonline.CodeTextTooLong] for
// content of more than [MaxDocument] bytes, [pagonline.CodeInputSyntax] for the rest, or
// it has [pagonline.CodeReceiptAltered] where size or hash are not the content's.
func (d Document) Check() error {
	wrong := func(field, it, en string) error {
		return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{It: it, En: en}).At(field)
	}
	switch {
	case len(d.Content) == 0:
		return pagonline.NewError(pagonline.CodeRequiredField, pagonline.Text{It: "contenuto", En: "content"}).At("content")
	case len(d.Content) > MaxDocument:
		return pagonline.NewError(pagonline.CodeTextTooLong,
			pagonline.Same(strconv.Itoa(len(d.Content))), pagonline.Same(strconv.Itoa(MaxDocument))).At("content")
	case !digits11(d.Creditor):
		return wrong("creditor", "codice fiscale dell'ente, 11 cifre", "the creditor's fiscal code, 11 digits")
	case d.ReceiptID == "" || !utf8.ValidString(d.ReceiptID) || utf8.RuneCountInString(d.ReceiptID) > 35: // stText35
		return wrong("receiptId", "da 1 a 35 caratteri", "1 to 35 characters")
	case d.Kind != RTDocument && d.Kind != PDFDocument && d.Kind != JSONDocument:
		return wrong("kind", "xml, pdf o json", "xml, pdf or json")
	case d.Day.IsZero() || d.At.IsZero():
		return wrong("day", "giorno e istante", "day and instant")
	}
	return d.Verify()
}

// Verify returns nil if the content is that of the record: its size and its hash. Its
// error has [pagonline.CodeReceiptAltered].
func (d Document) Verify() error {
	if d.Size != len(d.Content) || d.SHA256 != sha256.Sum256(d.Content) {
		return pagonline.NewError(pagonline.CodeReceiptAltered)
	}
	return nil
}

// Again returns nil if d says of itself what was archived under its key before, else an
// error with [pagonline.CodeReceiptAltered]: what a store answers to a second Put.
func (d Document) Again(before Record) error {
	if d.Size != before.Size || d.SHA256 != before.SHA256 {
		return pagonline.NewError(pagonline.CodeReceiptAltered)
	}
	return nil
}

func digits11(s string) bool {
	if len(s) != 11 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
