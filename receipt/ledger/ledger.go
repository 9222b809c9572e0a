// Package ledger writes the books of an institute: the register that the rules of 1994
// ask for, and a payer's purchases, as CSV or as lines of JSON.
//
// [Register] yields the rows of a period from a store, [WriteRegister] writes them and
// returns the totals; [Purchases] and [WritePurchases] do so for what somebody bought.
// Rows are read and written one after another: a year takes no more memory than a day.
//
// # The register
//
// The head of the institute keeps registers that show (a) the form of payment, (b) the
// payer's name, (c) the causale with the amounts, (d) the numbers of receipt and of
// quietanza di tesoreria, (e) the capitolo d'entrata (regulation in G.U. of 11.03.1994,
// 094G0194, art. 25 c. 3). These are the columns form, payer, causale and amount, receipt
// and treasury, capitolo; the others say where, when and for what. There is a row for
// each share of a receipt that the creditor got, in the order of payment, by days of
// Europe/Rome. Second payments and refunds are rows of their own, and the sums keep both:
// what came in, what of it twice, what went back, what is left. A receipt whose shares do
// not add up is reported, in its row and in the [Summary], and hides nothing; so is a
// refund whose receipt is not in the store, which has a row without payer and capitolo.
//
// # Formats
//
// [CSV] is RFC 4180: commas, CR LF, UTF-8, names of columns as in JSON, amounts as
// "12.50", dates as 2026-11-23. [Spreadsheet] is what a spreadsheet takes in Italy:
// semicolons, a byte order mark, "12,50", 23/11/2026, Italian headings and words.
// [JSONLines] is one object a line.
//
// Text in a cell of a CSV that begins with =, +, -, @, their full-width forms, a tab or a
// line break, blanks or quotes before it or not, would run as a formula: it gets an
// apostrophe in front ([Guard]). So does the part of a text behind a comma, a semicolon, a
// tab or a line break, where a spreadsheet that expects the other profile begins a cell;
// and what begins with an apostrophe, so that [Unguard] always restores it. In a
// Spreadsheet the same holds for text that would become a date, or a number that loses
// digits: an IUV, a notice number, a protocol such as 3/2024. Amounts and dates, which we
// write, get none, nor does anything in JSON. Line breaks inside a cell are written as a
// line feed, and bytes that are no UTF-8 as U+FFFD.
package ledger

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// Receipts is the ability that [Register] needs of a store's [payment.RTs]; the stores of
// this module have it.
type Receipts interface {
	// Between returns the receipts paid from one instant to before another (those without
	// one by when they came), in their order, without their messages; an instant that is
	// zero is no bound.
	Between(ctx context.Context, from, before time.Time) iter.Seq2[payment.RT, error]
}

// Movement says what a row is.
type Movement string

// The movements.
const (
	Payment       Movement = "payment"
	SecondPayment Movement = "second_payment" // of a notice that was paid already: to refund
	Refunded      Movement = "refund"
)

// Row is one row of the register.
type Row struct {
	Date      pagonline.Date `json:"date"` // in Rome
	Movement  Movement       `json:"movement"`
	Form      string         `json:"form"` // (a)
	Payer     string         `json:"payer"`
	Causale   string         `json:"causale"`
	Amount    euro.Delta     `json:"amount"`   // below zero for a refund
	Receipt   string         `json:"receipt"`  // (d), the IUR
	Treasury  string         `json:"treasury"` // (d), "" while it is not known
	Capitolo  string         `json:"capitolo"` // (e), as in "29/2584/03"; "" if it is not known
	Institute string         `json:"institute"`
	Service   string         `json:"service"`
	Protocol  string         `json:"protocol"`
	IUV       string         `json:"iuv"`
	Notice    notice.Number  `json:"notice"`
	Creditor  string         `json:"creditor"` // whose register it is
	Category  string         `json:"category"` // taxonomy of the share
	// Of a receipt's first row: what was paid less what was due, what of it other
	// creditors got, and its amount less the sum of its shares, which should be nothing.
	Difference euro.Delta  `json:"difference,omitzero"`
	Others     euro.Amount `json:"others,omitzero"`
	Mismatch   euro.Delta  `json:"mismatch,omitzero"`
	// First marks the first row of a receipt or refund.
	First bool `json:"-"`
	// Orphan marks a refund whose receipt is not in the store: the row says of it only
	// what the refund does.
	Orphan bool `json:"-"`
}

// LogValue gives the log the receipt and the movement.
func (r Row) LogValue() slog.Value {
	return slog.GroupValue(slog.String("receipt", payment.JournalCode(r.Receipt)), slog.String("movement", string(r.Movement)))
}

// Refund is money that went back, by other means than pagoPA.
type Refund struct {
	On        pagonline.Date
	Creditor  string // who had received it, 11 digits
	Institute string // code; "" if it is not known
	ReceiptID string // of the payment it goes back from
	Amount    euro.Amount
	Reference string // of the order or transfer
}

// LogValue gives the log the receipt.
func (r Refund) LogValue() slog.Value { return slog.StringValue(payment.JournalCode(r.ReceiptID)) }

// Config says what a register holds. The zero value is the register of all that the
// store has, with the capitoli that accounts and categories name.
type Config struct {
	Creditor  string // fiscal code; default: all
	Institute string // code; default: all
	// Revenue returns the capitolo of a share where neither its account nor its category
	// names one. Default: not known.
	Revenue func(payment.Purchase, payment.Credit) causale.Revenue
	// Treasury returns the number of the quietanza di tesoreria of a share, "" while it
	// is not known. Default: not known.
	Treasury func(context.Context, payment.RT, payment.Credit) (string, error)
	// Refunds yields the refunds of a period in the order of their days: see
	// [DeskRefunds]. Default: none.
	Refunds RefundSource
}
