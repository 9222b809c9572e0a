package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// A statement that the server refuses before the transaction has begun takes along what
// was to be sent with it: the unit cannot go on as if it had been.
func TestRefusedAtFirst(t *testing.T) {
	dsn := database(t)
	st := open(t, dsn, postgres.Config{})
	postgrestest.Exec(t, dsn, "ALTER TABLE quotes RENAME TO away")
	late, next := storetest.Position(1), storetest.Position(2)
	err := st.Do(t.Context(), func(ctx context.Context) error {
		require.NoError(t, st.Positions().Insert(ctx, late))
		_ = st.Do(ctx, func(ctx context.Context) error {
			_, err := st.Quotes().Get(ctx, "x")
			return err
		}) // work does not mind
		return nil
	})
	if err == nil {
		_, err = st.Positions().Get(t.Context(), late.Key)
		require.NoError(t, err, "the unit has succeeded")
	}
	err = st.Do(t.Context(), func(ctx context.Context) error {
		if _, err := st.Quotes().Get(ctx, "other"); err == nil {
			return errors.New("no table")
		}
		_ = st.Positions().Insert(ctx, next)
		_, _ = st.Positions().Get(ctx, next.Key)
		return errors.New("failed")
	})
	require.Error(t, err)
	_, err = st.Positions().Get(t.Context(), next.Key)
	require.ErrorIs(t, err, payment.ErrNotFound, "the unit has failed")
}

// What is handed over is the caller's again, although it is sent later.
func TestBytesHandedOver(t *testing.T) {
	st := open(t, database(t), postgres.Config{})
	p := storetest.Position(1)
	r := storetest.Receipt(p, "iur")
	raw := []byte("<receipt/>")
	require.NoError(t, st.Do(t.Context(), func(ctx context.Context) error {
		r.Raw = raw
		err := st.RTs().Insert(ctx, r)
		clear(raw)
		return err
	}))
	kept, err := st.RTs().Get(t.Context(), r.Creditor, r.ReceiptID)
	require.NoError(t, err)
	require.Equal(t, "<receipt/>", string(kept.Raw))
}

// A part that panics cannot be kept, even if the unit of work goes on.
func TestPanicInside(t *testing.T) {
	st := open(t, database(t), postgres.Config{})
	inside := storetest.Position(1)
	_ = st.Do(t.Context(), func(ctx context.Context) error {
		func() {
			defer func() { require.NotNil(t, recover()) }()
			_ = st.Do(ctx, func(ctx context.Context) error {
				require.NoError(t, st.Positions().Insert(ctx, inside))
				panic("in a part")
			})
		}()
		return nil
	})
	_, err := st.Positions().Get(t.Context(), inside.Key)
	require.ErrorIs(t, err, payment.ErrNotFound)
}

// An event whose ID is taken, as after a restore that forgot the sequence, does not make
// a receipt one that was there before.
func TestEventIDTaken(t *testing.T) {
	dsn := database(t)
	st := open(t, dsn, postgres.Config{})
	p := storetest.Position(1)
	require.NoError(t, st.Positions().Insert(t.Context(), p))
	for range 4 {
		require.NoError(t, st.Outbox().Append(t.Context(), payment.Event{Kind: "x", At: p.OpenedAt}))
	}
	// In each of two runs the event of the receipt finds room, and that of the payment none.
	postgrestest.Exec(t, dsn, "DELETE FROM events WHERE seq IN (1, 3)")
	postgrestest.Exec(t, dsn, "SELECT setval('events_seq_seq', 1, false)")
	cashier := payment.NewCashier(st, payment.Config{})
	r := storetest.Receipt(p, "iur")
	_, err := cashier.Record(t.Context(), r)
	require.Error(t, err)
	require.NotErrorIs(t, err, payment.ErrExists)
	_, err = st.RTs().Get(t.Context(), r.Creditor, r.ReceiptID)
	require.ErrorIs(t, err, payment.ErrNotFound)
	recorded, err := cashier.Record(t.Context(), r)
	require.NoError(t, err)
	require.False(t, recorded.Repeat)
}
