package identity

import (
	"context"
	"iter"
	"log/slog"
	"time"
)

// AuditMonths is how long the rules want the exchange of a sign-in kept, at least (SPID
// technical rules, section on the log).
const AuditMonths = 24

// Exchange is one sign-in as the rules want it kept: what was asked and what was
// answered, byte by byte, and the names to find it by.
type Exchange struct {
	ID             int64 // of the log, rising; set by the store
	Scheme         Scheme
	At             time.Time // when the answer came
	Outcome        string    // "ok", or the public code of the error
	RequestID      string
	RequestIssued  time.Time
	ResponseID     string
	ResponseIssued time.Time
	ResponseIssuer string
	AssertionID    string
	// Subject is the NameID of the assertion and Qualifier its NameQualifier.
	Subject   string
	Qualifier string
	Request   []byte
	// Response is the answer; of one that nobody vouches for a provider may keep the
	// beginning and a hash, and says in what form.
	Response []byte
}

// LogValue gives the log the ids and the outcome; the answer holds a person.
func (e Exchange) LogValue() slog.Value {
	return slog.GroupValue(slog.String("scheme", string(e.Scheme)), slog.String("request", e.RequestID), slog.String("outcome", e.Outcome))
}

// AuditLog keeps exchanges for at least [AuditMonths]. Nothing in it is ever changed. A
// sign-in that cannot be logged fails.
type AuditLog interface {
	// Append adds e, with the next ID.
	Append(ctx context.Context, e Exchange) error
	// List returns the exchanges that match f, the oldest first.
	List(ctx context.Context, f ExchangeFilter) iter.Seq2[Exchange, error]
	// Prune deletes what is older than before and returns how many. Who calls it keeps
	// to AuditMonths.
	Prune(ctx context.Context, before time.Time) (int, error)
}

// ExchangeFilter selects exchanges. Empty fields select all.
type ExchangeFilter struct {
	From, To    time.Time // At: from From until before To
	RequestID   string
	ResponseID  string
	AssertionID string
	Subject     string
}
