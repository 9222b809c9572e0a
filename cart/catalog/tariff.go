package catalog

import (
	"github.com/shopspring/decimal"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
)

// Tariff is a price list (tariffario).
type Tariff struct {
	Entries []Entry
	Minimum euro.Amount // the least that a request costs, unless it is free; zero: any
}

// Entry is one line of a price list (voce di tariffa).
type Entry struct {
	Code  string // unique in its tariff, as in "a4-bn"
	Label string // as the institute prints it, as in "fotocopia b/n A4"
	Unit  Unit
	Rule  Rule
	// Minimum is the least that this line costs, unless it is free; zero: any.
	Minimum euro.Amount
	// Limit is how many pieces the institute makes at once, in all lines of a request;
	// more are a warning, not an error. 0: any.
	Limit int
}

// Unit is what an entry counts.
type Unit string

// The units.
const (
	Page         Unit = "page"          // pagina, facciata
	Image        Unit = "image"         // immagine, scatto
	ArchivalUnit Unit = "archival-unit" // unità archivistica: a busta, a register
	Piece        Unit = "piece"         // anything else that is counted
	Support      Unit = "support"       // CD, DVD, pen drive
	Parcel       Unit = "parcel"        // postage
)

// Rule says how the price of an entry comes about: a value of one of the types below,
// not a pointer to one.
type Rule interface {
	// price returns the exact price of what is asked, and writes how it came about.
	price(w *work, e *Entry, asked *Asked) (exact, error)
	// check reports what is wrong with the rule itself.
	check(r *report)
}

// The rules.
type (
	// Each costs the same for every piece.
	Each struct{ Price euro.Amount }

	// FirstNext costs First for the first piece and Next for each further one.
	FirstNext struct{ First, Next euro.Amount }

	// BySize costs, for every piece, the price of the first step that is not smaller
	// than its size. Beyond the last step a quote is needed.
	BySize struct{ Steps []SizeStep }

	// ByFormat costs, for every piece, the price of its format, as in "A3".
	ByFormat struct{ Prices []NamedPrice }

	// ByQuality costs, for every piece, the price of its quality, as in "300dpi".
	ByQuality struct{ Prices []NamedPrice }

	// Hourly costs Hour for every hour and Piece for every piece.
	Hourly struct{ Hour, Piece euro.Amount }

	// Every costs Price for every started batch of Pieces.
	Every struct {
		Pieces int
		Price  euro.Amount
	}

	// Multiple costs Factor times what the entry Of would, as publication does: its
	// exact price, before rounding and minimum.
	Multiple struct {
		Of     string
		Factor decimal.Decimal
	}

	// Formula costs, for every piece, Price times the coefficient of the use times that
	// of the number of copies (DM 161/2023 as changed by DM 108/2024).
	Formula struct {
		Price  euro.Amount
		Uses   []Coefficient
		Copies []CopiesStep // none: the number of copies does not matter
	}

	// OnRequest has no price: the institute makes a quote.
	OnRequest struct{}

	// Gratis costs nothing; the request must give its reason.
	Gratis struct{}
)

// SizeStep is a step of [BySize]: pieces of up to UpTo megabytes, that size included.
// UpTo zero, in the last step, is without bound.
type SizeStep struct {
	UpTo  decimal.Decimal
	Price euro.Amount
}

// NamedPrice is the price of a format or of a quality.
type NamedPrice struct {
	Name  string
	Price euro.Amount
}

// Coefficient is what a use is multiplied with.
type Coefficient struct {
	Use    string // as in "monografia"
	Factor decimal.Decimal
}

// CopiesStep is the coefficient of up to UpTo copies, that number included. UpTo 0, in
// the last step, is without bound.
type CopiesStep struct {
	UpTo   int
	Factor decimal.Decimal
}

// Request is what somebody wants priced.
type Request struct {
	Items  []Asked `json:"items"`
	Reason string  `json:"reason,omitempty"` // why nothing is due; mandatory where nothing is
}

// Asked is one line of a [Request]. What a rule does not need is not looked at.
type Asked struct {
	Code    string          `json:"code"`
	Count   int             `json:"count"`
	SizeMB  decimal.Decimal `json:"sizeMB,omitzero"` // of each piece
	Format  string          `json:"format,omitempty"`
	Quality string          `json:"quality,omitempty"`
	Hours   decimal.Decimal `json:"hours,omitzero"`
	Use     string          `json:"use,omitempty"`
	Copies  int             `json:"copies,omitempty"`
}

// Charge is a price that explains itself. Its total is the sum of its lines.
type Charge struct {
	Total    euro.Amount      `json:"total"`
	Lines    []Line           `json:"lines"`
	Warnings []pagonline.Text `json:"warnings"`
	Reason   string           `json:"reason,omitempty"` // as it was given
}

// Line is one line of a [Charge]. It was rounded once, half up.
type Line struct {
	Code   string         `json:"code"` // of the entry, or [MinimumCode]
	Count  int            `json:"count"`
	Unit   Unit           `json:"unit"`
	Amount euro.Amount    `json:"amount"`
	Rule   pagonline.Text `json:"rule"` // as in "25 × 0,08 €", "25 × €0.08"
}
