package sqlite

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// Who has gone away when its turn comes leaves the others of the group alone.
func TestGroupLeft(t *testing.T) {
	d := openDB(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	g, leads, err := d.join(t.Context())
	require.NoError(t, err)
	require.True(t, leads)
	kept, err := d.part(t.Context(), g, &unit{}, insert(d, 1))
	require.NoError(t, err)
	require.True(t, kept)
	kept, err = d.part(gone, g, &unit{}, insert(d, 2))
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, kept)
	<-d.turn
	d.commit(g)
	require.NoError(t, g.err)
	require.Equal(t, []int{1}, seen(t, d))
}

// A part that panics cannot be kept, even if the unit of work goes on.
func TestPanicInside(t *testing.T) {
	d := openDB(t)
	_ = d.Do(t.Context(), func(ctx context.Context) error {
		require.NoError(t, insert(d, 1)(ctx))
		func() {
			defer func() { require.NotNil(t, recover()) }()
			_ = d.Do(ctx, func(ctx context.Context) error {
				require.NoError(t, insert(d, 2)(ctx))
				panic("in a part")
			})
		}()
		return nil
	})
	require.NotContains(t, seen(t, d), 2)
}

// Serials that a failed unit had are not given out again, even if it failed for want of more.
func TestSerialsOfAFailedUnit(t *testing.T) {
	d := openDB(t)
	k := counter{"99999000013", 1}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, d.reserve(gone, k, map[counter][]uint64{k: {1, 2}}))
	_, ok := d.numbers.take(k)
	require.False(t, ok)
}
