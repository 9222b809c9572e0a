package desk

import (
	"context"
	"errors"
	"iter"

	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
)

// Store keeps the cases of the desk, beside the quotes, notices and receipts that they
// are about. Its contract is tested by the package storetest.
type Store interface {
	// Do runs work as one transaction, which the stores of other packages join; see
	// [payment.Store].
	Do(ctx context.Context, work func(ctx context.Context) error) error

	Cases() Cases
	HelpCases() HelpCases
	Quotes() quote.Quotes
	Positions() payment.Positions
	RTs() payment.RTs
	Quarantine() payment.Quarantine
	Outbox() payment.Outbox
}

// Cases keeps cases by their ID. Institute and protocol never change; a notice is of
// one case at most.
type Cases interface {
	// Insert adds c, or returns [ErrExists] if its ID is there or one of its notices is
	// of another case.
	Insert(ctx context.Context, c Case) error
	// Get returns the case, or [ErrNotFound].
	Get(ctx context.Context, id string) (Case, error)
	// ByPosition returns the case that has the notice, or [ErrNotFound].
	ByPosition(ctx context.Context, k payment.Key) (Case, error)
	// ByProtocol returns the institute's cases with the same [quote.IndexKey] as p, the
	// newest first.
	ByProtocol(ctx context.Context, institute string, p causale.Protocol) ([]Case, error)
	// Update hands the case to change, and keeps what change made of it if it returns
	// nil; notices may come and go. Its error is change's, [ErrNotFound], or [ErrExists]
	// for a notice of another case.
	Update(ctx context.Context, id string, change func(*Case) error) error
	// List returns the cases that match f, the oldest first.
	List(ctx context.Context, f Filter) iter.Seq2[Case, error]

	// Mark returns the ID of the last event that the desk has seen, 0 at first.
	Mark(ctx context.Context) (int64, error)
	// SetMark keeps it.
	SetMark(ctx context.Context, event int64) error
}

// Filter selects cases. Empty fields select all.
type Filter struct {
	Institute string
	Pending   bool // those of which [Case.Pending] is true
}

// HelpCases keeps help cases by their ID. The owner never changes.
type HelpCases interface {
	// Insert adds h, or returns [ErrExists].
	Insert(ctx context.Context, h HelpCase) error
	// Get returns the help case, or [ErrNotFound].
	Get(ctx context.Context, id string) (HelpCase, error)
	// Update works as that of [Cases].
	Update(ctx context.Context, id string, change func(*HelpCase) error) error
	// List returns the help cases that match f, the oldest first.
	List(ctx context.Context, f HelpFilter) iter.Seq2[HelpCase, error]
}

// HelpFilter selects help cases. Empty fields select all.
type HelpFilter struct {
	Owner  string
	Status HelpStatus
}

// What a [Store] returns.
var (
	ErrNotFound = errors.New("desk: not in the store")
	ErrExists   = errors.New("desk: already in the store")
)
