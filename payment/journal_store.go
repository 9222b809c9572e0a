package payment

import (
	"context"
	"iter"
	"time"
)

// Journal keeps the event journal and its seals. An entry never changes but for the
// number of its seal, which it gets once.
type Journal interface {
	// Append adds the entries and gives each an ID, from 1, that no other ever had nor
	// will have. IDs need not grow as transactions end: nobody waits for another's.
	Append(ctx context.Context, entries ...JournalEntry) error
	// List returns the entries that match f, in the order of their instants and then
	// of their IDs.
	List(ctx context.Context, f JournalFilter) iter.Seq2[JournalEntry, error]
	// Walk returns the entries after a place in the order of their seals' numbers, those
	// without a seal (0) first, and then of their IDs; at most limit.
	Walk(ctx context.Context, after JournalPlace, limit int) ([]JournalEntry, error)

	// AddSeal adds s and writes its number into its entries. It returns [ErrExists] if
	// there is a seal of this number, or one of the entries is gone or has a seal.
	AddSeal(ctx context.Context, s JournalSeal) error
	// Seals returns the seals with larger numbers, in their order; at most limit.
	Seals(ctx context.Context, after int64, limit int) ([]JournalSeal, error)
	// LastSeal returns the one with the largest number, or [ErrNotFound].
	LastSeal(ctx context.Context) (JournalSeal, error)
	// Prune deletes the entries that have this seal, and the seal's list of them; the
	// rest of the seal stays. It returns [ErrNotFound] if there is no such seal.
	Prune(ctx context.Context, number int64) error
}

// JournalFilter selects entries. Empty fields select all.
type JournalFilter struct {
	From, To  time.Time // from From on, before To
	Creditor  string
	Notice    string
	IUV       string
	Operation string
}

// JournalPlace is an entry's place in the order of [Journal.Walk].
type JournalPlace struct{ Seal, ID int64 }
