package faulty_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/faulty"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
)

// op is one call about a notice, of which two receipts go about, each with one of two
// contents.
type op struct {
	kind     string // "send", "verify" or "read", which looks into the store
	receipt  int
	content  byte
	said     string // "" if nobody knows what became of it: it may still happen
	from, to int64  // begun and answered, on one clock
}

// register is what a notice should be: the contents of its receipts, 0 for none.
type register [2]byte

// does returns what the register says to o, and what it is afterwards.
func (r register) does(o op) (string, register) {
	switch {
	case o.kind == "read":
		return string(r[o.receipt]), r
	case o.kind == "verify" && r == register{}:
		return "OK", r
	case o.kind == "verify":
		return "PAA_PAGAMENTO_DUPLICATO", r
	case r[o.receipt] == 0:
		r[o.receipt] = o.content
		return "OK", r
	case r[o.receipt] == o.content:
		return "OK", r
	default:
		return "PAA_RECEIPT_DUPLICATA", r
	}
}

// linearizable reports whether the calls, at most 64, can be put in an order, each between
// its beginning and its answer, in which a register says what was said.
func linearizable(ops []op) bool {
	type place struct {
		done uint64
		register
	}
	seen := map[place]bool{}
	var from func(p place) bool
	from = func(p place) bool {
		if seen[p] {
			return false
		}
		seen[p] = true
		next, left := int64(math.MaxInt64), false
		for i, o := range ops {
			if p.done&(1<<i) == 0 && o.said != "" {
				next, left = min(next, o.to), true
			}
		}
		if !left {
			return true
		}
		for i, o := range ops {
			if p.done&(1<<i) != 0 || o.from > next {
				continue
			}
			says, after := p.does(o)
			if (o.said == says || o.said == "") && from(place{p.done | 1<<i, after}) {
				return true
			}
		}
		return false
	}
	return from(place{})
}

func TestLinearizable(t *testing.T) {
	for _, c := range []struct {
		name string
		ops  []op
		want bool
	}{
		{"one after the other", []op{{"send", 0, 'a', "OK", 1, 2}, {"send", 0, 'a', "OK", 3, 4}, {"send", 0, 'b', "PAA_RECEIPT_DUPLICATA", 5, 6}}, true},
		{"both were the first", []op{{"send", 0, 'a', "OK", 1, 3}, {"send", 0, 'b', "OK", 2, 4}}, false},
		{"nobody was", []op{{"send", 0, 'a', "PAA_RECEIPT_DUPLICATA", 1, 2}}, false},
		{"lost", []op{{"send", 0, 'a', "OK", 1, 2}, {"read", 0, 0, "\x00", 3, 4}}, false},
		{"lost from sight", []op{{"send", 1, 'a', "OK", 1, 2}, {"verify", 0, 0, "OK", 3, 4}}, false},
		{"at the same time", []op{{"send", 1, 'a', "OK", 1, 4}, {"verify", 0, 0, "OK", 2, 3}}, true},
		{"seen, and then not", []op{{"send", 1, 'a', "OK", 1, 9}, {"verify", 0, 0, "PAA_PAGAMENTO_DUPLICATO", 2, 3}, {"verify", 0, 0, "OK", 4, 5}}, false},
		{"unknown, and it happened later", []op{{"send", 0, 'a', "", 1, 0}, {"verify", 0, 0, "OK", 2, 3}, {"send", 0, 'b', "PAA_RECEIPT_DUPLICATA", 4, 5}}, true},
		{"unknown, and it never happened", []op{{"send", 0, 'a', "", 1, 0}, {"send", 0, 'b', "OK", 4, 5}, {"read", 0, 0, "b", 6, 7}}, true},
		{"unknown, and it came before it began", []op{{"verify", 0, 0, "PAA_PAGAMENTO_DUPLICATO", 1, 2}, {"send", 0, 'a', "", 3, 0}}, false},
	} {
		require.Equal(t, c.want, linearizable(c.ops), c.name)
	}
}

// history is what eight clients were told about some notices, while the store failed.
type history struct {
	clock atomic.Int64
	mu    sync.Mutex
	seed  int
	rand  *rand.Rand
	ops   [][]op // by notice
}

func (h *history) intn(n int) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rand.IntN(n)
}

// fails is a hook that fails one call in twenty.
func (h *history) fails(_ context.Context, c faulty.Call) error {
	switch h.intn(60) {
	case 0:
		return faulty.Fail(errBusy)
	case 1:
		return faulty.Lose(errLost)
	case 2:
		if c.Unit {
			return faulty.ErrAgain
		}
	}
	return nil
}

// call makes a call about a notice, and writes down what was said.
func (h *history) call(w *world, notice int, p payment.Position) {
	o := op{kind: "verify"}
	body := message(wire.Verify, p).Append(nil)
	if h.intn(4) > 0 {
		o = op{kind: "send", receipt: h.intn(2), content: "aab"[h.intn(3)]}
		body = sendRT(wire.SendRT, p, fmt.Sprintf("%s-%d", p.Number, o.receipt), func(rt *payment.RT) { rt.Description = string(o.content) })
	}
	o.from = h.clock.Add(1)
	status, answer := deliver(background, w.station, http.MethodPost, "/", body)
	o.to = h.clock.Add(1)
	if word := outcome(string(answer)); status == http.StatusOK && word != "PAA_SYSTEM_ERROR" {
		o.said = word
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops[notice] = append(h.ops[notice], o)
}

// check makes a history of so many calls, and finds an order for it.
func (h *history) check(t *testing.T, calls int, worlds ...*world) (unknown int) {
	t.Helper()
	const clients, notices = 8, 12
	var all []payment.Position
	for i := range notices {
		all = append(all, worlds[0].open(fmt.Sprintf("history-%d-%d", h.seed, i)))
	}
	h.ops = make([][]op, notices)
	for _, w := range worlds {
		w.hook = h.fails
	}
	var working sync.WaitGroup
	for i := range clients {
		working.Go(func() {
			for range calls / clients {
				n := h.intn(notices)
				h.call(worlds[i%len(worlds)], n, all[n])
			}
		})
	}
	working.Wait()
	for _, w := range worlds {
		w.hook = nil
	}
	for i, p := range all {
		for receipt := range 2 {
			o := op{kind: "read", receipt: receipt, said: "\x00", from: h.clock.Add(1)}
			for _, rt := range must(worlds[0].store.Inner.RTs().ByPosition(background, p.Key)) {
				if rt.ReceiptID == fmt.Sprintf("%s-%d", p.Number, receipt) {
					o.said = rt.Description
				}
			}
			o.to = h.clock.Add(1)
			h.ops[i] = append(h.ops[i], o)
		}
		for _, o := range h.ops[i] {
			if o.said == "" {
				unknown++
			}
		}
		require.LessOrEqual(t, len(h.ops[i]), 64)
		require.True(t, linearizable(h.ops[i]), "no order for %+v", h.ops[i])
	}
	return unknown
}

// TestHistories: whatever clients are told while the store fails under them, it is what a
// register of receipts would have said, one call after the other.
func TestHistories(t *testing.T) {
	histories := func(t *testing.T, n int, worlds ...*world) {
		t.Helper()
		const calls = 240
		unknown := 0
		for seed := range n {
			h := &history{seed: seed, rand: rand.New(rand.NewPCG(uint64(seed), 7))}
			unknown += h.check(t, calls, worlds...)
		}
		require.Empty(t, violations(background, worlds[0].store.Inner))
		t.Logf("%d histories of %d calls, of which %d have no answer", n, calls, unknown)
	}
	t.Run("memory", func(t *testing.T) {
		for range soaktest.Size(1, 20, 1000) {
			histories(t, 20/slow, newWorld(&memory.Store{}))
		}
	})
	t.Run("SQLite", func(t *testing.T) {
		st, done := onSQLite(t)()
		defer done()
		histories(t, soaktest.Size(1, 30, 1000), newWorld(st))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		dsn := postgrestest.Schema(t)
		var worlds []*world
		for range 2 {
			st := must(postgres.Open(background, dsn, postgres.Config{}))
			defer st.Close()
			worlds = append(worlds, newWorld(st))
		}
		histories(t, soaktest.Size(1, 10, 500), worlds...)
	})
}
