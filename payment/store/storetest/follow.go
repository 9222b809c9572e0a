package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/pagonline/pagonline/payment"
)

// testFollow: who reads on after the last event that he saw sees them all, in their
// order, whatever is being written meanwhile and however it ends.
func testFollow(t *testing.T, st Store) {
	ctx := t.Context()
	const writers, rounds = 4, 8
	var writing sync.WaitGroup
	for i := range writers {
		writing.Go(func() {
			for round := range rounds {
				err := st.Do(ctx, func(ctx context.Context) error {
					for range 1 + (i+round)%2 {
						if err := st.Outbox().Append(ctx, payment.Event{Kind: "x", At: at(i)}); err != nil {
							return err
						}
					}
					if round%4 == 3 {
						return errTest
					}
					return nil
				})
				if err != nil && !errors.Is(err, errTest) {
					t.Error(err)
				}
			}
		})
	}
	written := make(chan struct{})
	go func() { writing.Wait(); close(written) }()
	var seen []int64
	last := int64(0)
	for end := false; !end; {
		select {
		case <-written:
			end = true // and once more, for what came last
		default:
		}
		for e, err := range st.Outbox().List(ctx, payment.EventFilter{After: last}) {
			must(t, err)
			last = e.ID
			seen = append(seen, e.ID)
		}
	}
	var all []int64
	for e, err := range st.Outbox().List(ctx, payment.EventFilter{}) {
		must(t, err)
		all = append(all, e.ID)
	}
	equal(t, "events seen by following", seen, all)
	equal(t, "events", len(all), 36)
}
