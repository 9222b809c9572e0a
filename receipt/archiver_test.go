package receipt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
)

// The cashier hands each receipt to the archive before anybody gets it by mail.
func ExampleNewArchiver() {
	ctx, store := context.Background(), &memory.Store{}
	archiver := receipt.NewArchiver(store, store.Archive(), receipt.ArchiverConfig{})
	cashier := payment.NewCashier(store, payment.Config{Handlers: []payment.Handler{archiver.Handle}})

	p := storetest.Position(1)
	_ = store.Positions().Insert(ctx, p)
	_, _ = cashier.Record(ctx, storetest.Receipt(p, "c110729d258c4ab1b765fe902aae41d6")) // a station does so
	_, err := cashier.DeliverPending(ctx)
	fmt.Println(err)
	for r, err := range store.Archive().List(ctx, receipt.Period{}) {
		fmt.Println(r.Day, r.LogValue(), err)
	}
	// Output:
	// <nil>
	// 2026-11-23 99999000013/c110729d258c4ab1b765fe902aae41d6.json <nil>
	// 2026-11-23 99999000013/c110729d258c4ab1b765fe902aae41d6.xml <nil>
}

func ExampleArchiver_Handle() {
	store := &memory.Store{}
	archiver := receipt.NewArchiver(store, store.Archive(), receipt.ArchiverConfig{})
	fmt.Println(archiver.Handle(context.Background(), payment.Event{Kind: payment.PositionUpdated}))
	// Output: <nil>
}

// Whoever hands a receipt out hands out what is kept.
func ExampleArchiver_Documents() {
	store := &memory.Store{}
	printed := 0
	archiver := receipt.NewArchiver(store, store.Archive(), receipt.ArchiverConfig{
		Print: func(context.Context, receipt.Receipt) (page, data []byte, err error) {
			printed++
			return []byte("%PDF-1.7"), []byte("{}"), nil
		},
	})
	p := storetest.Position(1)
	r, _ := receipt.New(storetest.Receipt(p, "iur"), p, payment.Sandbox)
	for range 2 {
		documents, err := archiver.Documents(context.Background(), r)
		fmt.Println(len(documents), documents[0].Kind, documents[1].Kind, err)
	}
	fmt.Println("printed", printed)
	// Output:
	// 2 pdf json <nil>
	// 2 pdf json <nil>
	// printed 1
}

// registry is a cashier whose receipts are archived.
type registry struct {
	store    storetest.Store
	archiver *receipt.Archiver
	cashier  *payment.Cashier
	p        payment.Position
}

func newRegistry(t *testing.T, store storetest.Store, cfg receipt.ArchiverConfig) *registry {
	t.Helper()
	cfg.Now = func() time.Time { return archivedAt }
	a := &registry{store: store, archiver: receipt.NewArchiver(store, store.Archive(), cfg), p: storetest.Position(1)}
	a.cashier = payment.NewCashier(store, payment.Config{Handlers: []payment.Handler{a.archiver.Handle}})
	require.NoError(t, store.Positions().Insert(t.Context(), a.p))
	return a
}

func (a *registry) record(t *testing.T, id string) error {
	t.Helper()
	_, err := a.cashier.Record(t.Context(), storetest.Receipt(a.p, id))
	require.NoError(t, err)
	return a.deliver(t)
}

func (a *registry) deliver(t *testing.T) error {
	t.Helper()
	_, err := a.cashier.DeliverPending(t.Context())
	return err
}

// contents returns what is kept, by receipt id and kind.
func (a *registry) contents(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for r, err := range a.store.Archive().List(t.Context(), receipt.Period{}) {
		require.NoError(t, err)
		require.Equal(t, archivedAt, r.At)
		d, err := a.store.Archive().Get(t.Context(), r.DocumentKey)
		require.NoError(t, err)
		all[r.ReceiptID+"."+string(r.Kind)] = string(d.Content)
	}
	return all
}

// TestArchiver: each receipt once, the first and the second one; what is kept stays, also
// when it would be printed otherwise later.
func TestArchiver(t *testing.T) {
	disk, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Config{})
	require.NoError(t, err)
	defer disk.Close()
	for name, store := range map[string]storetest.Store{"memory": &memory.Store{}, "sqlite": disk} {
		t.Run(name, func(t *testing.T) {
			version := 1
			draw := func(_ context.Context, r receipt.Receipt) (page, data []byte, err error) {
				return fmt.Appendf(nil, "page %d of %s", version, r.IUR), fmt.Appendf(nil, "data %d of %s", version, r.IUR), nil
			}
			a := newRegistry(t, store, receipt.ArchiverConfig{Print: draw})
			require.NoError(t, a.record(t, "one"))
			require.NoError(t, a.record(t, "two"))
			raw := string(storetest.Receipt(a.p, "one").Raw)
			want := map[string]string{
				"one.xml": raw, "one.pdf": "page 1 of one", "one.json": "data 1 of one",
				"two.xml": raw, "two.pdf": "page 1 of two", "two.json": "data 1 of two",
			}
			require.Equal(t, want, a.contents(t))

			version = 2
			require.NoError(t, store.RTs().Replace(t.Context(), func() payment.RT {
				rt := storetest.Receipt(a.p, "one")
				rt.Raw = []byte("<other/>")
				return rt
			}()))
			for e, err := range store.Outbox().List(t.Context(), payment.EventFilter{}) {
				require.NoError(t, err)
				require.NoError(t, a.archiver.Handle(t.Context(), e))
			}
			require.Equal(t, want, a.contents(t))
		})
	}
}

// TestArchiverTogether: of many at once, all have the same documents.
func TestArchiverTogether(t *testing.T) {
	var mu sync.Mutex
	n := 0
	a := newRegistry(t, &memory.Store{}, receipt.ArchiverConfig{Print: func(context.Context, receipt.Receipt) (page, data []byte, err error) {
		mu.Lock()
		defer mu.Unlock()
		n++
		return fmt.Appendf(nil, "page %d", n), fmt.Appendf(nil, "data %d", n), nil
	}})
	r, err := receipt.New(storetest.Receipt(a.p, "iur"), a.p, "")
	require.NoError(t, err)
	var wg sync.WaitGroup
	all := make([][]receipt.Document, 8)
	for i := range all {
		wg.Go(func() {
			documents, err := a.archiver.Documents(t.Context(), r)
			if err != nil {
				t.Error(err)
			}
			all[i] = documents
		})
	}
	wg.Wait()
	for _, documents := range all {
		require.Equal(t, all[0], documents)
	}
}

// TestArchiverWithoutPage: a page that can never be made holds nothing up; anything else
// waits, and nothing half is kept.
func TestArchiverWithoutPage(t *testing.T) {
	fail := error(pagonline.NewError(pagonline.CodeTextInvalid, pagonline.Same("3")).At("debtor").Because(errors.New("Mario")))
	var data []byte
	var logged bytes.Buffer
	a := newRegistry(t, &memory.Store{}, receipt.ArchiverConfig{
		Log:   slog.New(slog.NewTextHandler(&logged, nil)),
		Print: func(context.Context, receipt.Receipt) (page, _ []byte, err error) { return []byte("half"), data, fail },
	})
	require.ErrorIs(t, a.record(t, "iur"), pagonline.ErrInvalid, "nor are data there")
	require.Len(t, a.contents(t), 1, "the message")
	data, fail = []byte("signed"), io.ErrUnexpectedEOF
	require.ErrorIs(t, a.deliver(t), io.ErrUnexpectedEOF)
	require.Len(t, a.contents(t), 1)
	fail = pagonline.NewError(pagonline.CodeTextInvalid, pagonline.Same("3")).At("debtor").Because(errors.New("Mario"))
	require.NoError(t, a.deliver(t))
	require.Equal(t, map[string]string{"iur.xml": string(storetest.Receipt(a.p, "iur").Raw), "iur.json": "signed"}, a.contents(t))
	require.Contains(t, logged.String(), "code=text_invalid field=debtor")
	require.NotContains(t, logged.String(), "Mario")
}

// TestArchiverLeavesOthers: what is of no position here, and what came without a message.
func TestArchiverLeavesOthers(t *testing.T) {
	a := newRegistry(t, &memory.Store{}, receipt.ArchiverConfig{})
	rt := storetest.Receipt(a.p, "copy")
	rt.Creditor = "01234567890"
	_, err := a.cashier.Record(t.Context(), rt)
	require.NoError(t, err)
	require.NoError(t, a.deliver(t))
	require.Empty(t, a.contents(t))
	rt = storetest.Receipt(a.p, "iur")
	rt.Raw = nil
	_, err = a.cashier.Record(t.Context(), rt)
	require.NoError(t, err)
	require.NoError(t, a.deliver(t))
	r, err := receipt.Load(t.Context(), a.store, "owner", a.p.Key, "")
	require.NoError(t, err)
	want, err := r.Canonical()
	require.NoError(t, err)
	require.Equal(t, map[string]string{"iur.json": string(want)}, a.contents(t))
}
