package faulty_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/faulty"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
)

// collision is 64 workers who send receipts at the same moment, the same one by so many.
type collision struct{ receipts, each int }

var (
	crowd = collision{1, 64}
	pairs = collision{32, 2}
)

// collide makes so many rounds. In every other one the workers ask for the notice first,
// and while others pay it. The worlds share a store.
func (c collision) collide(t *testing.T, rounds int, worlds ...*world) {
	t.Helper()
	calls, began := 0, time.Now()
	for round := range rounds {
		var notices []payment.Position
		for i := range c.receipts {
			notices = append(notices, worlds[0].open(fmt.Sprintf("%v-%d-%d", c, round, i)))
		}
		said := make([][]string, c.receipts)
		start := make(chan struct{})
		var all sync.WaitGroup
		for i, p := range notices {
			said[i] = make([]string, c.each)
			body, ask := sendRT(wire.SendRT, p, "iur-"+p.Number.String()), message(wire.GetPayment, p).Append(nil)
			for j := range c.each {
				station := worlds[(i+j)%len(worlds)].station
				all.Go(func() {
					<-start
					if round%2 == 1 {
						_, answer := deliver(background, station, http.MethodPost, "/", ask)
						if word := outcome(string(answer)); word != "OK" && word != "PAA_PAGAMENTO_DUPLICATO" {
							t.Errorf("getPayment: %s", answer)
						}
					}
					status, answer := deliver(background, station, http.MethodPost, "/", body)
					said[i][j] = fmt.Sprint(status, string(answer))
				})
			}
		}
		close(start)
		all.Wait()
		for _, answers := range said {
			require.Contains(t, answers[0], "200<?xml")
			require.Contains(t, answers[0], "<outcome>OK</outcome>")
			for _, answer := range answers {
				require.Equal(t, answers[0], answer)
			}
			calls += c.each
		}
	}
	once(t, worlds[len(worlds)-1].store.Inner)
	t.Logf("%d receipts sent by %d at once: %d calls, one insert each; %v", rounds*c.receipts, c.each, calls, time.Since(began).Round(time.Millisecond))
}

// once: every notice was paid once, and every call is in the journal.
func once(t *testing.T, st faulty.Inner) {
	t.Helper()
	kinds := map[payment.Key]string{}
	for _, e := range collect(st.Outbox().List(background, payment.EventFilter{})) {
		kinds[e.Position] += string(e.Kind) + " "
	}
	for _, p := range collect(st.Positions().List(background, payment.PositionFilter{})) {
		require.Len(t, must(st.RTs().ByPosition(background, p.Key)), 1)
		require.Equal(t, payment.Paid, p.Status)
		require.Equal(t, "position.open receipt.recorded position.paid ", kinds[p.Key])
	}
	require.Empty(t, unpaired(background, st))
}

// TestCollisions: of many who bring the same receipt at once, on the synchronous wire,
// one is the first, and all get the same answer.
func TestCollisions(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		w := newWorld(&memory.Store{})
		crowd.collide(t, soaktest.Size(4, 160, 10_000), w)
		pairs.collide(t, soaktest.Size(4, 320, 3200), w)
	})
	t.Run("SQLite", func(t *testing.T) {
		st, done := onSQLite(t)()
		defer done()
		w := newWorld(st)
		crowd.collide(t, soaktest.Size(1, 160/slow, 10_000/slow), w)
		pairs.collide(t, soaktest.Size(1, 160/slow, 3200/slow), w)
	})
	t.Run("PostgreSQL", func(t *testing.T) { // two programs
		dsn := postgrestest.Schema(t)
		var worlds []*world
		for range 2 {
			st := must(postgres.Open(background, dsn, postgres.Config{}))
			defer st.Close()
			worlds = append(worlds, newWorld(st))
		}
		crowd.collide(t, soaktest.Size(1, 16, 1000), worlds...)
		pairs.collide(t, soaktest.Size(1, 16, 1000), worlds...)
	})
}
