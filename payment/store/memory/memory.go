// Package memory keeps everything in memory: for tests, simulations and first steps.
// Nothing survives the process.
package memory

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

// Store implements the stores of this module. The zero value is an empty store; it is
// safe for concurrent use and must not be copied.
type Store struct {
	writing sync.Mutex   // held by the one unit of work
	mu      sync.RWMutex // guards what follows
	current *unit        // the unit of work, if there is one

	positions     table[payment.Key, payment.Position]
	keys          table[index, []payment.Key]
	orders        table[string, payment.Order]
	orderIDs      table[payment.Key, []string]
	rts           table[rtKey, payment.RT]
	rtKeys        table[payment.Key, []rtKey]
	quarantine    table[int64, payment.QuarantinedMessage]
	quarantineIDs table[content, int64]
	events        table[int64, event]
	deliveries    table[deliveryKey, payment.Delivery]
	entries       table[int64, *payment.JournalEntry]
	seals         table[int64, payment.JournalSeal]
	carts         table[string, cart.Cart]
	quotes        table[string, quote.Quote]
	quoteIDs      table[quoteIndex, []string]
	documents     table[receipt.DocumentKey, receipt.Document]
	sendings      table[string, sending]
	cases         table[string, desk.Case]
	caseIDs       table[caseIndex, []string]
	caseOf        table[payment.Key, string] // the ID of the case that has the notice; "" for none
	help          table[string, desk.HelpCase]
	helpIDs       table[string, []string]
	used          table[receipt.UseKey, string]
	pendings      table[string, identity.Pending]
	replays       table[string, time.Time] // until when
	exchanges     table[int64, identity.Exchange]
	sessions      table[string, identity.Session]
	accounts      table[string, identity.Account]
	accountOf     table[string, string] // the ID of the account that has the address
	contacts      table[string, identity.Contact]
	tokens        table[string, identity.Token]
	windows       table[string, window]
	sequences     table[string, int64] // the last id given, by name
	serials       map[counter]uint64   // no table: what was counted stays counted
}

var (
	_ payment.Store  = (*Store)(nil)
	_ cart.Store     = (*Store)(nil)
	_ quote.Store    = (*Store)(nil)
	_ desk.Store     = (*Store)(nil)
	_ identity.Store = (*Store)(nil)
)

// unit is a unit of work; its address is what the context carries.
type unit struct{ _ byte }

type unitKey struct{}

// Do runs work as one transaction. Others write when it has ended; they read, all the
// time, what was committed before.
func (s *Store) Do(ctx context.Context, work func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !s.inside(ctx) {
		s.writing.Lock()
		defer s.writing.Unlock()
		u := &unit{}
		s.locked(func() { s.current = u })
		defer s.locked(func() { s.current = nil })
		ctx = context.WithValue(ctx, unitKey{}, u)
	}
	s.locked(func() { s.each(stack.push) })
	end := stack.drop
	defer func() { s.locked(func() { s.each(end) }) }()
	err := work(ctx)
	if err == nil {
		end = stack.fold
	}
	return err
}

// inside reports whether ctx belongs to the unit of work that is running.
func (s *Store) inside(ctx context.Context) bool {
	u, _ := ctx.Value(unitKey{}).(*unit)
	s.mu.RLock()
	defer s.mu.RUnlock()
	return u != nil && u == s.current
}

func (s *Store) locked(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// read runs do, telling it whether ctx sees what the unit of work has changed.
func (s *Store) read(ctx context.Context, do func(inside bool)) {
	inside := s.inside(ctx)
	s.mu.RLock()
	defer s.mu.RUnlock()
	do(inside)
}

// write runs do in a unit of work.
func (s *Store) write(ctx context.Context, do func() error) error {
	return s.Do(ctx, func(context.Context) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		return do()
	})
}

// each applies a step to all tables.
func (s *Store) each(step func(stack)) {
	for _, t := range []stack{
		&s.positions, &s.keys, &s.orders, &s.orderIDs, &s.rts, &s.rtKeys, &s.quarantine, &s.quarantineIDs, &s.events, &s.deliveries,
		&s.entries, &s.seals, &s.carts, &s.quotes, &s.quoteIDs, &s.documents, &s.sendings, &s.sequences,
		&s.cases, &s.caseIDs, &s.caseOf, &s.help, &s.helpIDs, &s.used,
		&s.pendings, &s.replays, &s.exchanges, &s.sessions, &s.accounts, &s.accountOf, &s.contacts, &s.tokens, &s.windows,
	} {
		step(t)
	}
}

// stack is what all tables can do.
type stack interface {
	push() // begins a layer
	drop() // forgets the top layer
	fold() // puts the top layer into the one below
}

// table is a map in layers: what is committed, then what a unit of work and its inner
// ones have put on top.
type table[K comparable, V any] struct{ layers []map[K]cell[V] }

// cell is what a layer says of a key: its value, or that it is gone.
type cell[V any] struct {
	value V
	gone  bool
}

func (t *table[K, V]) push() {
	if len(t.layers) == 0 {
		t.layers = append(t.layers, map[K]cell[V]{})
	}
	t.layers = append(t.layers, nil)
}

func (t *table[K, V]) drop() { t.layers = t.layers[:len(t.layers)-1] }

func (t *table[K, V]) fold() {
	top := t.layers[len(t.layers)-1]
	t.drop()
	for k, c := range top {
		t.set(k, c)
	}
}

// put sets k in the top layer.
func (t *table[K, V]) put(k K, v V) { t.set(k, cell[V]{value: v}) }

// remove takes k out, in the top layer.
func (t *table[K, V]) remove(k K) { t.set(k, cell[V]{gone: true}) }

func (t *table[K, V]) set(k K, c cell[V]) {
	top := &t.layers[len(t.layers)-1]
	if *top == nil {
		*top = map[K]cell[V]{}
	}
	if (*top)[k] = c; c.gone && len(t.layers) == 1 {
		delete(*top, k) // nothing below can show through
	}
}

// get returns the value of k, from the committed layer only unless inside.
func (t *table[K, V]) get(inside bool, k K) (v V, ok bool) {
	for i, layer := range slices.Backward(t.layers) {
		if i > 0 && !inside {
			continue
		}
		if c, ok := layer[k]; ok {
			return c.value, !c.gone
		}
	}
	return v, false
}

// all returns the table as one map, from the committed layer only unless inside.
func (t *table[K, V]) all(inside bool) map[K]V {
	all := map[K]V{}
	for i, layer := range t.layers {
		if i > 0 && !inside {
			break
		}
		for k, c := range layer {
			if all[k] = c.value; c.gone {
				delete(all, k)
			}
		}
	}
	return all
}
