package quote

import (
	"context"
	"errors"
	"iter"
	"strings"
	"unicode"

	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
)

// Store keeps quotes, beside the positions and receipts that say whether they were
// paid. Its contract is tested by the package storetest.
type Store interface {
	// Do runs work as one transaction, which the stores of other packages join; see
	// [payment.Store]. What work read stays so until its end: of two that find no quote
	// and add one, the second finds the first one's.
	Do(ctx context.Context, work func(ctx context.Context) error) error

	Quotes() Quotes
	Positions() payment.Positions
	RTs() payment.RTs
}

// Quotes keeps quotes by their ID. What they are found by never changes: ID, code,
// institute, protocol and addressee.
type Quotes interface {
	// Insert adds q, or returns [ErrExists] if its ID or its code is there.
	Insert(ctx context.Context, q Quote) error
	// Get returns the quote, or [ErrNotFound].
	Get(ctx context.Context, id string) (Quote, error)
	// ByCode returns the quote with this code, or [ErrNotFound], as for none.
	ByCode(ctx context.Context, c Code) (Quote, error)
	// ByProtocol returns the institute's quotes with the same [IndexKey] as p, the
	// newest first.
	ByProtocol(ctx context.Context, institute string, p causale.Protocol) ([]Quote, error)
	// Update hands the quote to change, and keeps what change made of it if it returns
	// nil. Its error is change's, or [ErrNotFound].
	Update(ctx context.Context, id string, change func(*Quote) error) error
	// List returns the quotes that match f, the newest first; the status is the stored
	// one.
	List(ctx context.Context, f Filter) iter.Seq2[Quote, error]
}

// Filter selects quotes. Empty fields select all.
type Filter struct {
	Institute string
	Owner     string // the addressee
	Status    Status
}

// What a [Store] returns.
var (
	ErrNotFound = errors.New("quote: not in the store")
	ErrExists   = errors.New("quote: already in the store")
)

// IndexKey returns what a store finds a protocol by: protocols that are equal have the
// same one, but not all that have the same one are equal.
func IndexKey(p causale.Protocol) string {
	if n := p.Number(); n != "" {
		return strings.TrimLeft(n, "0")
	}
	return strings.Map(foldRune, p.String())
}

// foldRune returns the least of the characters that are the same but for capitals, as
// [strings.EqualFold] has it.
func foldRune(r rune) rune {
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return least
}
