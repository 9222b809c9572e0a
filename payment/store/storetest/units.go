package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/payment"
)

func testNumbers(t *testing.T, st Store) {
	ctx := t.Context()
	equal(t, "the first serial", value(st.Numbers().Next(ctx, "99999000013", 1))(t), uint64(1))
	equal(t, "the first serial of another code", value(st.Numbers().Next(ctx, "99999000013", 2))(t), uint64(1))
	equal(t, "the first serial of another creditor", value(st.Numbers().Next(ctx, "01234567890", 1))(t), uint64(1))

	seen := map[uint64]bool{1: true}
	for _, end := range []error{nil, errTest, nil, errTest, errTest, nil} {
		var taken []uint64
		err := st.Do(ctx, func(ctx context.Context) error {
			taken = nil // a unit may run again
			for range 5 {
				n, err := st.Numbers().Next(ctx, "99999000013", 1)
				if err != nil {
					return err
				}
				taken = append(taken, n)
			}
			return end
		})
		wantErr(t, "Do", err, end)
		equal(t, "serials taken", len(taken), 5)
		for _, n := range taken {
			if seen[n] {
				t.Errorf("serial %d was given twice", n) // those of a failed unit are spent
			}
			seen[n] = true
		}
	}
}

func testUnits(t *testing.T, st Store) {
	ctx, p, c := t.Context(), Position(1), Cart("c1")
	fill := func(ctx context.Context) error {
		return errors.Join(
			st.Positions().Insert(ctx, p), st.Carts().Insert(ctx, c), st.Orders().Insert(ctx, order("a", p.Key)),
			st.RTs().Insert(ctx, Receipt(p, "iur")), st.Outbox().Append(ctx, payment.Event{Kind: "x", At: at(1)}),
			st.Quarantine().Put(ctx, payment.QuarantinedMessage{Operation: "x", ReceivedAt: at(1)}),
		)
	}
	absent := func(ctx context.Context, what string) {
		t.Helper()
		_, err := st.Positions().Get(ctx, p.Key)
		wantErr(t, what+": position", err, payment.ErrNotFound)
		_, err = st.Orders().Get(ctx, "a")
		wantErr(t, what+": order", err, payment.ErrNotFound)
		_, err = st.RTs().Get(ctx, p.Creditor, "iur")
		wantErr(t, what+": receipt", err, payment.ErrNotFound)
		_, err = st.Carts().Get(ctx, "c1")
		wantErr(t, what+": cart", err, cart.ErrNotFound)
		equal(t, what+": events", len(collect(t, st.Outbox().List(ctx, payment.EventFilter{}))), 0)
		equal(t, what+": quarantine", len(collect(t, st.Quarantine().List(ctx))), 0)
		equal(t, what+": list", len(collect(t, st.Positions().List(ctx, payment.PositionFilter{}))), 0)
		equal(t, what+": orders of it", len(value(st.Orders().ByPosition(ctx, p.Key))(t)), 0)
	}

	wantErr(t, "Do", st.Do(ctx, func(inner context.Context) error {
		must(t, fill(inner))
		equal(t, "what the unit itself sees", value(st.Positions().Get(inner, p.Key))(t), p)
		equal(t, "events that the unit sees", len(collect(t, st.Outbox().List(inner, payment.EventFilter{}))), 1)
		absent(ctx, "seen from outside, before the end")
		return errTest
	}), errTest)
	absent(ctx, "after a failed unit")

	// An inner unit that fails takes its own part with it, and no more.
	in(t, st, func(ctx context.Context) {
		must(t, st.Carts().Insert(ctx, Cart("kept")))
		wantErr(t, "inner Do", st.Do(ctx, func(ctx context.Context) error {
			must(t, fill(ctx))
			must(t, st.Carts().Update(ctx, "kept", func(c *cart.Cart) error {
				c.Owner = "lost"
				return nil
			}))
			return errTest
		}), errTest)
		absent(ctx, "after a failed inner unit")
		must(t, st.Do(ctx, fill))
	})
	equal(t, "position", value(st.Positions().Get(ctx, p.Key))(t), p)
	equal(t, "cart of the outer unit", value(st.Carts().Get(ctx, "kept"))(t), Cart("kept"))
	equal(t, "events", len(collect(t, st.Outbox().List(ctx, payment.EventFilter{}))), 1)

	// A rule may look at other tables of its unit.
	must(t, st.Positions().Update(ctx, p.Key, func(q *payment.Position) error { return nil }))
	in(t, st, func(ctx context.Context) {
		must(t, st.Positions().Update(ctx, p.Key, func(q *payment.Position) error {
			q.Owner = value(st.Carts().Get(ctx, "c1"))(t).ID
			return st.Orders().Update(ctx, "a", func(o *payment.Order) error {
				o.Owner = q.Owner
				return nil
			})
		}))
	})
	equal(t, "owner of the order", value(st.Orders().Get(ctx, "a"))(t).Owner, "c1")
	equal(t, "owner of the position", value(st.Positions().Get(ctx, p.Key))(t).Owner, "c1")

	// A rule that has written elsewhere and fails takes that with it, and no more.
	for _, first := range []string{"", "written before"} {
		in(t, st, func(ctx context.Context) {
			if first != "" {
				must(t, st.Carts().Insert(ctx, Cart(first)))
			}
			wantErr(t, "Update", st.Positions().Update(ctx, p.Key, func(*payment.Position) error {
				must(t, st.Carts().Insert(ctx, Cart("of the rule")))
				return errTest
			}), errTest)
		})
		_, err := st.Carts().Get(ctx, "of the rule")
		wantErr(t, "after a rule that failed", err, cart.ErrNotFound)
	}
	equal(t, "cart before the rule", value(st.Carts().Get(ctx, "written before"))(t), Cart("written before"))

	// A part that finds a key there already says so, and leaves the rest.
	in(t, st, func(ctx context.Context) {
		must(t, st.Carts().Update(ctx, "kept", func(c *cart.Cart) error {
			c.Owner = "changed"
			return nil
		}))
		_ = st.Do(ctx, func(ctx context.Context) error {
			return errors.Join(st.Carts().Insert(ctx, Cart("lost")), st.Carts().Insert(ctx, Cart("kept")))
		})
	})
	equal(t, "owner of the cart before", value(st.Carts().Get(ctx, "kept"))(t).Owner, "changed")
	_, err := st.Carts().Get(ctx, "lost")
	wantErr(t, "with a key that was there", err, cart.ErrNotFound)

	// A panic ends the unit and leaves the store in order.
	func() {
		defer func() { _ = recover() }()
		_ = st.Do(ctx, func(ctx context.Context) error {
			must(t, st.Carts().Insert(ctx, Cart("c2")))
			panic("on purpose")
		})
	}()
	_, err = st.Carts().Get(ctx, "c2")
	wantErr(t, "after a panic", err, cart.ErrNotFound)
	must(t, st.Carts().Insert(ctx, Cart("c2")))

	ended, cancel := context.WithCancel(ctx)
	cancel()
	wantErr(t, "Do with an ended context", st.Do(ended, func(context.Context) error { return nil }), context.Canceled)
}

// workers is how many callers the concurrent tests have.
const workers = 64

func testConcurrency(t *testing.T, st Store) {
	ctx, p := t.Context(), Position(1)
	must(t, st.Positions().Insert(ctx, p))
	const rounds = 4
	var mu sync.Mutex
	seen, stored := map[uint64]bool{}, 0
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range rounds {
				n, err := st.Numbers().Next(ctx, p.Creditor, 1)
				if err == nil {
					err = st.Positions().Update(ctx, p.Key, func(p *payment.Position) error {
						p.Option++
						return nil
					})
				}
				err2 := st.RTs().Insert(ctx, Receipt(p, "the same"))
				mu.Lock()
				if err != nil || seen[n] {
					t.Errorf("serial %d twice or %v", n, err)
				}
				seen[n] = true
				switch {
				case err2 == nil:
					stored++
				case !errors.Is(err2, payment.ErrExists):
					t.Error(err2)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	equal(t, "receipts stored", stored, 1)
	equal(t, "updates kept", value(st.Positions().Get(ctx, p.Key))(t).Option, p.Option+workers*rounds)
}
