package catalog

import (
	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// Service is what an institute sells. Its code is unique within the institute only:
// the same service has other labels elsewhere.
type Service struct {
	Code     string // as in "fotocopie"
	Label    string // as in "Servizio di Fotocopie"
	Price    Price
	Causale  causale.Template
	Mailbox  string          // where the payer sends the receipt; "" for nowhere
	Taxonomy string          // taxonomy code; default: the creditor's
	Closed   bool            // no longer sold
	Revenue  causale.Revenue // the State's account for it; none if not known
	Fields   []Field         // what else the form asks for
	Stamp    []StampAct      // the acts that pay stamp duty; none: no duty
}

// Field is a field of the form that only some services have.
type Field struct {
	Code     string // as in "visit-date"
	Label    pagonline.Text
	Kind     FieldKind
	Required bool
}

// PaymentDate is the code of the field in which some institutes ask for the day of the
// payment; left open, it is today.
const PaymentDate = "payment-date"

// FieldKind is what may be written into a [Field].
type FieldKind string

// The kinds of fields.
const (
	TextField FieldKind = "text" // 1 to 140 characters
	DateField FieldKind = "date" // yyyy-mm-dd
)

// PriceKind says how a service's price comes about.
type PriceKind string

// The kinds of prices.
const (
	// ByQuote: the payer writes the whole amount of the quote he got; quantity 1.
	ByQuote PriceKind = "quote"
	// Fixed: the same for everybody, times the quantity.
	Fixed PriceKind = "fixed"
	// ByTariff: by the institute's price list.
	ByTariff PriceKind = "tariff"
	// Free: nothing, for a reason that must be given.
	Free PriceKind = "free"
)

// Price is what a service costs.
type Price struct {
	Kind        PriceKind
	Amount      euro.Amount // of one piece, for Fixed
	MaxQuantity int         // for Fixed; default 999. The others have 1.
	Tariff      Tariff      // for ByTariff

	code string // of the service, in a catalogue
}

// Quantities returns the least and the largest quantity that can be bought at once.
func (p Price) Quantities() (least, most int) {
	switch {
	case p.Kind != Fixed:
		return 1, 1
	case p.MaxQuantity > 0:
		return 1, p.MaxQuantity
	default:
		return 1, 999
	}
}
