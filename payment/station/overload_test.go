package station_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/station"
)

// slowStore takes its time, or as long as the test wants, for what it is asked.
type slowStore struct {
	payment.Store
	read, write func(ctx context.Context)
}

func (s slowStore) Do(ctx context.Context, work func(context.Context) error) error {
	if inside, _ := ctx.Value(slowStore{}.key()).(bool); !inside {
		s.write(ctx)
		ctx = context.WithValue(ctx, slowStore{}.key(), true)
	}
	return s.Store.Do(ctx, work)
}

type slowKey struct{}

func (slowStore) key() slowKey { return slowKey{} }

func (s slowStore) Positions() payment.Positions { return slowPositions{s.Store.Positions(), s.read} }

type slowPositions struct {
	payment.Positions
	read func(ctx context.Context)
}

func (s slowPositions) Get(ctx context.Context, k payment.Key) (payment.Position, error) {
	s.read(ctx)
	if err := ctx.Err(); err != nil {
		return payment.Position{}, err
	}
	return s.Positions.Get(ctx, k)
}

// slow makes the office's store slow for the station.
func (o *office) slow(cfg station.Config, read, write func(context.Context)) {
	cashier := payment.NewCashier(slowStore{o.store, read, write}, payment.Config{Now: func() time.Time { return o.now }})
	o.handler = station.New(cashier, []station.Creditor{identifiers}, cfg)
}

// outcome is what one of many callers got.
type outcome struct {
	status int
	code   string // the fault's
}

// all sends the bodies at the same time.
func (o *office) all(operation wire.Operation, bodies ...[]byte) []outcome {
	got := make([]outcome, len(bodies))
	var wg sync.WaitGroup
	for i, body := range bodies {
		wg.Go(func() {
			w := httptest.NewRecorder()
			o.handler.ServeHTTP(w, httptest.NewRequestWithContext(o.t.Context(), http.MethodPost, "/", bytes.NewReader(body)))
			got[i] = outcome{status: w.Code}
			if answer, err := wire.DecodeResponse(w.Body.Bytes(), operation); err == nil && answer.Fault != nil {
				got[i].code = answer.Fault.Code
			}
		})
	}
	wg.Wait()
	return got
}

func repeat(n int, body []byte) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = body
	}
	return all
}

// TestShedding: with a slow store those are answered who can be within 2 s, the others
// are told at once; and receipts go by.
func TestShedding(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: takes seconds")
	}
	o := newOffice(t, station.Config{})
	p := o.open()
	o.slow(station.Config{Seats: 4, NoJournal: true},
		func(context.Context) { time.Sleep(300 * time.Millisecond) }, func(context.Context) {})
	verify := ask(wire.Verify, p.Number.String()).Append(nil)
	for range 3 { // it learns how long a call takes
		o.all(wire.Verify, repeat(4, verify)...)
	}
	var receipts []outcome
	done := make(chan struct{})
	go func() {
		defer close(done)
		time.Sleep(50 * time.Millisecond)
		r := receipt(p, "iur")
		receipts = o.all(wire.SendRT, r.Append(nil))
	}()
	got := o.all(wire.Verify, repeat(60, verify)...)
	<-done
	answered, shed := 0, 0
	for _, c := range got {
		require.Equal(t, http.StatusOK, c.status)
		switch c.code {
		case "", "PAA_PAGAMENTO_DUPLICATO": // the receipt came meanwhile
			answered++
		case "PAA_SYSTEM_ERROR":
			shed++
		default:
			t.Fatal(c.code)
		}
	}
	require.GreaterOrEqual(t, answered, 12, "whom 2 s are enough for, with some to spare: %v", got)
	require.GreaterOrEqual(t, shed, 20)
	require.Equal(t, http.StatusOK, receipts[0].status)
	require.Empty(t, receipts[0].code)
}

// TestFullHouse: while every seat is taken, who asks hears PAA_SYSTEM_ERROR, wrong
// messages are told so, and nothing that can wait is told no.
func TestFullHouse(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: takes seconds")
	}
	o := newOffice(t, station.Config{})
	p := o.open()
	open := make(chan struct{})
	o.slow(station.Config{Seats: 1, NoJournal: true}, func(context.Context) { <-open }, func(context.Context) {})
	verify := ask(wire.Verify, p.Number.String()).Append(nil)
	first := make(chan []outcome)
	go func() { first <- o.all(wire.Verify, verify) }()
	time.Sleep(50 * time.Millisecond)
	got := o.all(wire.Verify, verify)
	require.Equal(t, "PAA_SYSTEM_ERROR", got[0].code)
	wrong := ask(wire.Verify, unissued)
	wrong.Broker = "x"
	require.Equal(t, "PAA_ID_INTERMEDIARIO_ERRATO", o.all(wire.Verify, wrong.Append(nil))[0].code, "costs no seat")
	close(open)
	require.Empty(t, (<-first)[0].code)
}

// TestReceiptsShed: too many receipts are told to come again, and never no.
func TestReceiptsShed(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	open := make(chan struct{})
	o.slow(station.Config{ReceiptSeats: 1}, func(context.Context) {}, func(context.Context) { <-open })
	const more = 200 // beyond those that may wait at the same time
	body := receipt(p, "iur").Append(nil)
	codes := make(chan outcome)
	for range 1 + 1024 + more {
		go func() { codes <- o.all(wire.SendRT, body)[0] }()
	}
	for range more { // nobody else can be answered yet
		require.Equal(t, http.StatusServiceUnavailable, (<-codes).status)
	}
	close(open)
	for range 1 + 1024 {
		c := <-codes
		require.Equal(t, http.StatusOK, c.status)
		require.Empty(t, c.code)
	}
}

// TestAskersShed: beyond those that may wait, who asks is told so before his message is
// read, save for what the node would not write; receipts go by.
func TestAskersShed(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	open := make(chan struct{})
	o.slow(station.Config{Seats: 1, NoJournal: true}, func(ctx context.Context) {
		if _, writes := ctx.Value(slowKey{}).(bool); !writes {
			<-open
		}
	}, func(context.Context) {})
	const more = 100
	body := ask(wire.Verify, p.Number.String()).Append(nil)
	codes := make(chan outcome)
	for range 1 + 1024 + more {
		go func() { codes <- o.all(wire.Verify, body)[0] }()
	}
	for range more { // nobody else can be answered yet
		require.Equal(t, outcome{http.StatusOK, "PAA_SYSTEM_ERROR"}, <-codes)
	}
	foreign := ask(wire.GetPayment, p.Number.String())
	foreign.PA = "01234567890"
	require.Equal(t, "PAA_ID_DOMINIO_ERRATO", o.all(wire.GetPayment, foreign.Append(nil))[0].code)
	require.Empty(t, o.all(wire.SendRT, receipt(p, "iur").Append(nil))[0].code)
	close(open)
	for range 1 + 1024 {
		c := <-codes
		require.Equal(t, http.StatusOK, c.status)
		require.Contains(t, []string{"PAA_PAGAMENTO_DUPLICATO", "PAA_SYSTEM_ERROR", ""}, c.code)
	}
}

// TestReceiptOutlivesCaller: who hangs up while his receipt is stored finds it stored.
func TestReceiptOutlivesCaller(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	ctx, hangUp := context.WithCancel(t.Context())
	o.slow(station.Config{}, func(context.Context) {}, func(context.Context) { hangUp() })
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(receipt(p, "iur").Append(nil))))
	require.Equal(t, http.StatusOK, w.Code)
	_, err := o.store.RTs().Get(t.Context(), creditor, "iur")
	require.NoError(t, err)
}

// TestMemoryBound: what is being read at the same time has a bound of its own.
func TestMemoryBound(t *testing.T) {
	o := newOffice(t, station.Config{MaxMemory: 1 << 15, MaxBody: 1 << 20})
	p := o.open()
	large := append(receipt(p, "iur").Append(nil), bytes.Repeat([]byte(" "), 1<<16)...)
	status, _ := o.post(large)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Empty(t, o.fault(receipt(p, "iur")), "and is free again")
}

// TestMemoryIsCountedExactly: while a body grows, the old bytes count beside the new
// ones, and all of them are given back.
func TestMemoryIsCountedExactly(t *testing.T) {
	const peak = 16<<10 + 64<<10 // of a body of 20 KiB, when it outgrows 16
	for _, c := range []struct {
		most int64
		want int
	}{{peak, http.StatusOK}, {peak - 1, http.StatusServiceUnavailable}} {
		o := newOffice(t, station.Config{MaxMemory: c.most})
		body := ask(wire.Verify, o.open().Number.String()).Append(nil)
		body = append(body, bytes.Repeat([]byte(" "), 20<<10-len(body))...)
		for range 100 {
			status, _ := o.post(body)
			require.Equal(t, c.want, status)
		}
	}
}
