package quote_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
)

// TestIssueOnce: many who issue the same protocol at once get one quote.
func TestIssueOnce(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		var mu sync.Mutex
		got := map[string]int{}
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				q, err := o.Issue(context.Background(), request())
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				got[q.ID+q.Code.String()]++
			})
		}
		wg.Wait()
		require.Len(t, got, 1)
	})
}

// TestIssueJoins: what the caller's unit of work undoes was not issued.
func TestIssueJoins(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		failed := errors.New("on purpose")
		var q quote.Quote
		require.ErrorIs(t, o.store.Do(t.Context(), func(ctx context.Context) error {
			var err error
			if q, err = o.Issue(ctx, request()); err != nil {
				return err
			}
			if _, err = o.Notice(ctx, q.ID, debtor, "owner"); err != nil {
				return err
			}
			return failed
		}), failed)
		_, err := o.Get(t.Context(), q.ID)
		fails(t, err, pagonline.CodeNotFound, "")
		o.issue(t)
	})
}

// TestCodeDrawnTwice: a code that is there already is drawn again.
func TestCodeDrawnTwice(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		zeros, ones := make([]byte, 10), bytes.Repeat([]byte{255, 1}, 10) // 255 favours some characters and is passed over
		quote.WithRandom(o.Register, bytes.NewReader(append(append(zeros, zeros...), ones...)))
		require.Equal(t, "2222222222", o.issue(t).Code.String())
		require.Equal(t, "3333333333", o.issue(t, protocol("1/2024")).Code.String())
		_, err := o.Issue(t.Context(), request(protocol("2/2024")))
		require.ErrorContains(t, err, "draw a code")
		quote.WithRandom(o.Register, bytes.NewReader(make([]byte, 30)))
		_, err = o.Issue(t.Context(), request(protocol("2/2024")))
		require.ErrorIs(t, err, quote.ErrExists, "not for ever")
	})
}
