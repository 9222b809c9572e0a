package faulty_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/faulty"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

var errDisk = errors.New("disk I/O error")

// TestStore: a store in front changes nothing until its hook says so.
func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Store { return faulty.New(&memory.Store{}, nil) })
}

// at returns a store whose call of this name has the outcome.
func at(inner faulty.Inner, name string, outcome error) *faulty.Store {
	return faulty.New(inner, func(_ context.Context, c faulty.Call) error {
		if c.Name == name {
			return outcome
		}
		return nil
	})
}

// insert is a unit that writes a position and its event.
func insert(st payment.Store, n uint64) func(context.Context) error {
	return func(ctx context.Context) error {
		p := storetest.Position(n)
		return errors.Join(st.Positions().Insert(ctx, p), st.Outbox().Append(ctx, payment.Event{Kind: "position.open", Position: p.Key}))
	}
}

// holds reports whether the store has the position, and whether it has its event.
func holds(t *testing.T, st payment.Store, n uint64) (position, event bool) {
	t.Helper()
	k := storetest.Position(n).Key
	_, err := st.Positions().Get(t.Context(), k)
	return err == nil, len(collect(st.Outbox().List(t.Context(), payment.EventFilter{Position: k}))) > 0
}

func TestOutcomes(t *testing.T) {
	for _, c := range []struct {
		name, call      string
		outcome         error
		position, event bool // what is kept
	}{
		{"no unit begins", faulty.Begin, faulty.Fail(errDisk), false, false},
		{"nor if that is not told", faulty.Begin, faulty.Lose(errDisk), false, false},
		{"a call is not made", "Outbox.Append", faulty.Fail(errDisk), false, false},
		{"an answer is lost", "Outbox.Append", faulty.Lose(errDisk), false, false},
		{"nothing is committed", faulty.Commit, faulty.Fail(errDisk), false, false},
		{"all is committed", faulty.Commit, faulty.Lose(errDisk), true, true},
	} {
		inner := &memory.Store{}
		st := at(inner, c.call, c.outcome)
		require.ErrorIs(t, st.Do(t.Context(), insert(st, 1)), errDisk, c.name)
		position, event := holds(t, inner, 1)
		require.Equal(t, []bool{c.position, c.event}, []bool{position, event}, c.name)
		require.NoError(t, inner.Do(t.Context(), insert(inner, 2)), "no unit is left over")
	}
}

// TestOutside: a call that is no part of a unit is one of its own.
func TestOutside(t *testing.T) {
	inner := &memory.Store{}
	require.ErrorIs(t, insert(at(inner, "Outbox.Append", faulty.Lose(errDisk)), 1)(t.Context()), errDisk)
	position, event := holds(t, inner, 1)
	require.True(t, position && event)

	rows := 0
	for _, err := range at(inner, "Outbox.List", faulty.Lose(errDisk)).Outbox().List(t.Context(), payment.EventFilter{}) {
		if rows++; rows == 2 {
			require.ErrorIs(t, err, errDisk)
		}
	}
	require.Equal(t, 2, rows)
	for _, err := range at(inner, "Outbox.List", faulty.Fail(errDisk)).Outbox().List(t.Context(), payment.EventFilter{}) {
		require.ErrorIs(t, err, errDisk)
	}
	_, err := at(inner, "Positions.Get", faulty.Fail(faulty.Unavailable("busy"))).Positions().Get(t.Context(), storetest.Position(1).Key)
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
}

// TestAgain: a unit that runs again has what its last run did, and no more.
func TestAgain(t *testing.T) {
	inner, runs := &memory.Store{}, 0
	st := faulty.New(inner, func(_ context.Context, c faulty.Call) error {
		if c.Name == faulty.Commit && runs < 3 {
			return faulty.ErrAgain
		}
		return nil
	})
	require.NoError(t, st.Do(t.Context(), func(ctx context.Context) error {
		runs++
		return insert(st, 1)(ctx)
	}))
	require.Equal(t, 3, runs)
	require.Len(t, collect(inner.Outbox().List(t.Context(), payment.EventFilter{})), 1)
	require.Equal(t, 10, st.Calls(), "the beginning is one call; each run has two, and its commit")
}

// TestContext: a context that is over ends the next call, a commit included.
func TestContext(t *testing.T) {
	inner := &memory.Store{}
	ctx, cancel := context.WithCancel(t.Context())
	st := faulty.New(inner, func(_ context.Context, c faulty.Call) error {
		if c.Name == faulty.Commit {
			cancel()
		}
		return nil
	})
	require.ErrorIs(t, st.Do(ctx, insert(st, 1)), context.Canceled)
	position, event := holds(t, inner, 1)
	require.False(t, position || event)
	_, err := st.Orders().Get(ctx, "order")
	require.ErrorIs(t, err, context.Canceled)
}
