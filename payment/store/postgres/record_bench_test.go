package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/internal/recordtest"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
)

// bareLoop is what somebody would write by hand with pgx, and what pgbench -M prepared
// does: each receipt is a SERIALIZABLE transaction whose statements, prepared, go out one
// after the other, each with its answer; a transaction that the server ends for the sake
// of another runs again. The pool has as many connections as ours, with the same settings.
// Pipelined, it sends all that it reads in one go, and all that it writes in another, with
// the commit, which nobody could do who had to look at what he read before he writes; it
// is the limit.
type bareLoop struct {
	pool      *pgxpool.Pool
	pipelined bool
	again     atomic.Int64 // runs that were not the first
}

func newBareLoop(b *testing.B, dsn string, pipelined bool) *bareLoop {
	b.Helper()
	cfg, err := pgxpool.ParseConfig(dsn)
	require.NoError(b, err)
	cfg.MaxConns = 16
	cfg.ConnConfig.RuntimeParams["enable_seqscan"] = "off"
	pool, err := pgxpool.NewWithConfig(b.Context(), cfg)
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	return &bareLoop{pool: pool, pipelined: pipelined}
}

func (l *bareLoop) Record(ctx context.Context, _ payment.RT, script []recordtest.Statement) error {
	run := l.oneByOne
	if l.pipelined {
		run = l.atOnce
	}
	for {
		err := l.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error { return run(ctx, conn, script) })
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "40001" {
			return err
		}
		l.again.Add(1)
	}
}

func (l *bareLoop) oneByOne(ctx context.Context, conn *pgxpool.Conn, script []recordtest.Statement) error {
	return pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.Serializable}, func(tx pgx.Tx) error {
		for _, s := range script {
			if !s.Reads {
				if _, err := tx.Exec(ctx, s.Text, s.Args...); err != nil {
					return err
				}
				continue
			}
			rows, err := tx.Query(ctx, s.Text, s.Args...)
			if err != nil {
				return err
			}
			for rows.Next() {
				rows.RawValues()
			}
			if rows.Close(); rows.Err() != nil {
				return rows.Err()
			}
		}
		return nil
	})
}

func (l *bareLoop) atOnce(ctx context.Context, conn *pgxpool.Conn, script []recordtest.Statement) error {
	reads, writes := &pgx.Batch{}, &pgx.Batch{}
	reads.Queue("BEGIN ISOLATION LEVEL SERIALIZABLE")
	for _, s := range script {
		if s.Reads {
			reads.Queue(s.Text, s.Args...)
		} else {
			writes.Queue(s.Text, s.Args...)
		}
	}
	writes.Queue("COMMIT")
	err := conn.SendBatch(ctx, reads).Close()
	if err == nil {
		err = conn.SendBatch(ctx, writes).Close()
	}
	if err != nil {
		_, _ = conn.Exec(ctx, "ROLLBACK")
	}
	return err
}

// comparison is what a receipt costs in each way, and how many runs of it were not the first.
type comparison struct {
	bare, pipelined, ours recordtest.Cost
	bareAgain, oursAgain  float64
}

// compareRecord runs all in turn, each in a schema of its own.
func compareRecord(b *testing.B, report func(b *testing.B, c comparison)) {
	b.Helper()
	postgrestest.Server(b)
	for _, callers := range recordtest.Callers {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			dsns, stores := [4]string{}, [4]*postgres.Store{}
			for i := range dsns {
				dsns[i] = postgrestest.Schema(b)
				stores[i] = open(b, dsns[i], postgres.Config{})
			}
			bare, pipelined, ours := newBareLoop(b, dsns[0], false), newBareLoop(b, dsns[1], true), recordtest.NewOffice(stores[2])
			costs := recordtest.Compare(b, callers, stores[3].Tables,
				recordtest.Contender{Open: recordtest.NewOffice(stores[0]).Open, Record: bare.Record},
				recordtest.Contender{Open: recordtest.NewOffice(stores[1]).Open, Record: pipelined.Record},
				recordtest.Contender{Open: ours.Open, Record: func(ctx context.Context, r payment.RT, _ []recordtest.Statement) error {
					return ours.Record(ctx, r)
				}})
			receipts := float64(b.N * recordtest.Size(callers))
			report(b, comparison{
				costs[0], costs[1], costs[2], float64(bare.again.Load()) / receipts, float64(ours.Again.Load()) / receipts,
			})
		})
	}
}

// BenchmarkBarePostgres is the baseline of [BenchmarkRecordRTPostgres]: ns/op is of one
// receipt.
func BenchmarkBarePostgres(b *testing.B) {
	compareRecord(b, func(b *testing.B, c comparison) {
		b.ReportMetric(c.bare.Wall, "ns/op")
		b.ReportMetric(c.pipelined.Wall, "pipelined-ns/op")
		b.ReportMetric(c.bareAgain, "again/op")
	})
}

// BenchmarkRecordRTPostgres records receipts, each durable when its caller goes on: ns/op
// is of one, x-bare how many times as many as by hand are recorded in a time, again/op how
// many of them had to run again.
func BenchmarkRecordRTPostgres(b *testing.B) {
	compareRecord(b, func(b *testing.B, c comparison) {
		b.ReportMetric(c.ours.Wall, "ns/op")
		b.ReportMetric(c.bare.Wall, "bare-ns/op")
		b.ReportMetric(c.bare.Ratio, "x-bare")
		b.ReportMetric(c.pipelined.Ratio, "x-pipelined")
		b.ReportMetric(c.oursAgain, "again/op")
	})
}
