package memory

import (
	"bytes"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/pagonline/pagonline/identity"
)

type (
	pendings  struct{ *Store }
	replays   struct{ *Store }
	exchanges struct{ *Store }
	counters  struct{ *Store }
	// window is a run of attempts, from the first until it ends.
	window struct {
		ends  time.Time
		count int
	}
)

// Pendings returns the sign-ins that are under way.
func (s *Store) Pendings() identity.PendingStore { return pendings{s} }

// Replays returns what was taken once.
func (s *Store) Replays() identity.ReplayGuard { return replays{s} }

// Audit returns the log of sign-ins.
func (s *Store) Audit() identity.AuditLog { return exchanges{s} }

// Counters returns the attempts.
func (s *Store) Counters() identity.Counters { return counters{s} }

// prune deletes what is over, and returns how much that was.
func prune[K comparable, V any](ctx context.Context, s *Store, t *table[K, V], over func(V) bool) (n int, err error) {
	err = s.write(ctx, func() error {
		n = 0
		for k, v := range t.all(true) {
			if over(v) {
				t.remove(k)
				n++
			}
		}
		return nil
	})
	return n, err
}

func clonePending(p identity.Pending) identity.Pending {
	p.Request, p.State = bytes.Clone(p.Request), bytes.Clone(p.State)
	return p
}

func (s pendings) Put(ctx context.Context, p identity.Pending) error {
	return s.write(ctx, func() error {
		if _, found := s.pendings.get(true, p.Handle); found {
			return identity.ErrExists
		}
		s.pendings.put(p.Handle, clonePending(p))
		return nil
	})
}

func (s pendings) Take(ctx context.Context, handle string) (p identity.Pending, err error) {
	err = s.write(ctx, func() (err error) {
		p, err = take(&s.pendings, handle)
		return err
	})
	return p, err
}

// take removes what is kept under k and returns it, or [identity.ErrNotFound].
func take[K comparable, V any](t *table[K, V], k K) (v V, err error) {
	v, found := t.get(true, k)
	if !found {
		return v, identity.ErrNotFound
	}
	t.remove(k)
	return v, nil
}

func (s pendings) Prune(ctx context.Context, before time.Time) (int, error) {
	return prune(ctx, s.Store, &s.pendings, func(p identity.Pending) bool { return p.Expires.Before(before) })
}

func (s replays) First(ctx context.Context, key string, until time.Time) (first bool, err error) {
	err = s.write(ctx, func() error {
		_, again := s.replays.get(true, key)
		if first = !again; first {
			s.replays.put(key, until)
		}
		return nil
	})
	return first, err
}

func (s replays) Prune(ctx context.Context, before time.Time) (int, error) {
	return prune(ctx, s.Store, &s.replays, func(until time.Time) bool { return until.Before(before) })
}

func cloneExchange(e identity.Exchange) identity.Exchange {
	e.Request, e.Response = bytes.Clone(e.Request), bytes.Clone(e.Response)
	return e
}

func (s exchanges) Append(ctx context.Context, e identity.Exchange) error {
	return s.write(ctx, func() error {
		e.ID = s.next("exchanges")
		s.exchanges.put(e.ID, cloneExchange(e))
		return nil
	})
}

func (s exchanges) List(ctx context.Context, f identity.ExchangeFilter) iter.Seq2[identity.Exchange, error] {
	return func(yield func(identity.Exchange, error) bool) {
		var found []identity.Exchange
		s.read(ctx, func(inside bool) {
			for _, e := range s.exchanges.all(inside) {
				if exchanged(e, f) {
					found = append(found, cloneExchange(e))
				}
			}
		})
		slices.SortFunc(found, func(a, b identity.Exchange) int { return int(a.ID - b.ID) })
		for _, e := range found {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func exchanged(e identity.Exchange, f identity.ExchangeFilter) bool {
	return !e.At.Before(f.From) && (f.To.IsZero() || e.At.Before(f.To)) &&
		(f.RequestID == "" || f.RequestID == e.RequestID) && (f.ResponseID == "" || f.ResponseID == e.ResponseID) &&
		(f.AssertionID == "" || f.AssertionID == e.AssertionID) && (f.Subject == "" || f.Subject == e.Subject)
}

func (s exchanges) Prune(ctx context.Context, before time.Time) (int, error) {
	return prune(ctx, s.Store, &s.exchanges, func(e identity.Exchange) bool { return e.At.Before(before) })
}

func (s counters) Hit(ctx context.Context, key string, at time.Time, length time.Duration) (n int, err error) {
	err = s.write(ctx, func() error {
		w, _ := s.windows.get(true, key)
		if !at.Before(w.ends) {
			w = window{ends: at.Add(length)}
		}
		w.count++
		n = w.count
		s.windows.put(key, w)
		return nil
	})
	return n, err
}

func (s counters) Reset(ctx context.Context, key string) error {
	return s.write(ctx, func() error {
		s.windows.remove(key)
		return nil
	})
}

func (s counters) Prune(ctx context.Context, before time.Time) (int, error) {
	return prune(ctx, s.Store, &s.windows, func(w window) bool { return w.ends.Before(before) })
}
