// Package sqlstore is what the SQL stores share: the tables, the statements, the form
// of the rows. An adapter brings the database and its transactions.
package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment"
)

// DB is one database. Statements have parameters $1, $2, …, in their order.
type DB interface {
	// Do runs work as one transaction, or as a part of the one that ctx carries.
	Do(ctx context.Context, work func(ctx context.Context) error) error
	// Join is Do for a part that writes once, as its last step, so that there is nothing
	// to undo when it fails. If it has written and fails all the same, the transaction's
	// work runs again, and then each part can be undone.
	Join(ctx context.Context, work func(ctx context.Context) error) error
	// Exec runs a statement in the transaction that ctx carries and returns how many
	// rows it changed.
	Exec(ctx context.Context, statement string, args ...any) (changed int64, err error)
	// Write is Exec for who does not need to know how many rows changed. It may run later,
	// before the next query or at the end; if it fails then, the transaction's work runs
	// again, and in that run it fails at once. The args are the caller's again when it
	// returns.
	Write(ctx context.Context, statement string, args ...any) error
	// Query runs a query, in the transaction if ctx carries one, and hands each row to
	// scan. Scan must not use the database.
	Query(ctx context.Context, scan func(row Row) error, query string, args ...any) error
	// IsDuplicate reports whether err says that a unique key was there already.
	IsDuplicate(err error) bool
	// Settled returns a seq of the table events: a transaction that is under way, or
	// ends later than what ctx carries can see, may still add events after it, but none
	// before or there.
	Settled(ctx context.Context) (seq int64, err error)
}

// Row is one row of a result.
type Row interface {
	Scan(dest ...any) error
}

// Tables are the sub-stores over one database.
type Tables struct {
	DB      DB
	Dialect Dialect
}

// Positions returns the positions.
func (t Tables) Positions() payment.Positions { return positions(t) }

// Orders returns the orders.
func (t Tables) Orders() payment.Orders { return orders(t) }

// RTs returns the receipts.
func (t Tables) RTs() payment.RTs { return rts(t) }

// Quarantine returns the messages that were refused or not understood.
func (t Tables) Quarantine() payment.Quarantine { return quarantine(t) }

// Outbox returns the events.
func (t Tables) Outbox() payment.Outbox { return outbox(t) }

// Carts returns the carts.
func (t Tables) Carts() cart.Carts { return carts(t) }

// Quotes returns the quotes.
func (t Tables) Quotes() quote.Quotes { return quotes(t) }

// insert runs an INSERT in a transaction; a key that is there already is exists.
func insert(ctx context.Context, db DB, exists error, statement string, args ...any) error {
	err := db.Join(ctx, func(ctx context.Context) error {
		return db.Write(ctx, statement, args...)
	})
	if db.IsDuplicate(err) {
		return exists
	}
	return err
}

// change is the Update of every table with a doc: it selects the row by args, runs
// rule on it, and runs the statement with the new doc as $1, what columns makes of the
// new value after it, and args last.
func change[T any](
	ctx context.Context, db DB, notFound error, rule func(*T) error,
	query, statement string, columns func(*T) []any, args ...any,
) error {
	return db.Join(ctx, func(ctx context.Context) error {
		v, err := one[T](ctx, db, notFound, query, args...)
		if err != nil {
			return err
		}
		if err := rule(&v); err != nil {
			return err
		}
		doc, err := encode(v)
		if err != nil {
			return err
		}
		return db.Write(ctx, statement, append(append([]any{doc}, columns(&v)...), args...)...)
	})
}

// one returns the value whose doc the query selects.
func one[T any](ctx context.Context, db DB, notFound error, query string, args ...any) (v T, err error) {
	all, err := docs[T](ctx, db, query, args...)
	if err == nil && len(all) == 0 {
		err = notFound
	}
	if err != nil {
		return v, err
	}
	return all[0], nil
}

// docs returns the values whose docs the query selects.
func docs[T any](ctx context.Context, db DB, query string, args ...any) (all []T, err error) {
	err = db.Query(ctx, func(row Row) error {
		var doc string
		if err := row.Scan(&doc); err != nil {
			return err
		}
		v, err := decode[T](doc)
		all = append(all, v)
		return err
	}, query, args...)
	return all, err
}

func encode(v any) (string, error) {
	var b strings.Builder // which is not copied, as what Marshal returns would be
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		return "", fmt.Errorf("sqlstore: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func decode[T any](doc string) (v T, err error) {
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		return v, fmt.Errorf("sqlstore: a row that cannot be read: %w", err)
	}
	return v, nil
}

// instant is the text form of t; its length does not vary, so that it sorts.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }

func parseInstant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, errors.New("sqlstore: a row with no instant")
	}
	return t.UTC(), nil
}
