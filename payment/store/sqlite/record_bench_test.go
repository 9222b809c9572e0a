package sqlite_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/internal/recordtest"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// bareLoop is group commit as somebody would write it by hand who has nothing else to
// do: one goroutine owns the connection, takes the receipts that wait, runs their
// statements, which are prepared, in one transaction, and answers all when it is on the
// disk. Nothing undoes a single receipt: if one fails, all that came with it do. The
// file has the same tables and the connection the same pragmas.
//
// All values are ready made, so that its cost is the database's alone. By hand it does
// beside this what nobody can do without who has a receipt and wants these rows: each caller
// hashes both messages and makes the receipt's JSON, the one goroutine reads the
// position's JSON and makes it anew.
type bareLoop struct {
	conn   *sql.Conn
	known  map[string]*sql.Stmt
	queue  chan bareReceipt
	byHand bool
}

type bareReceipt struct {
	script []recordtest.Statement
	done   chan error
}

func newBareLoop(b *testing.B, dir string, byHand bool) *bareLoop {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, sqlite.FileName)+
		"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)"+
		"&_pragma=temp_store(MEMORY)&_pragma=cache_size(-16384)&_pragma=wal_autocheckpoint(2000)")
	require.NoError(b, err)
	conn, err := db.Conn(context.Background())
	require.NoError(b, err)
	l := &bareLoop{conn: conn, known: map[string]*sql.Stmt{}, queue: make(chan bareReceipt, 64), byHand: byHand}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.run()
	}()
	b.Cleanup(func() {
		close(l.queue)
		<-ended
		require.NoError(b, conn.Close())
		require.NoError(b, db.Close())
	})
	return l
}

func (l *bareLoop) Record(_ context.Context, r payment.RT, script []recordtest.Statement) error {
	if l.byHand {
		if _, err := json.Marshal(r); err != nil {
			return err
		}
		sha256.Sum256(r.Raw)
		sha256.Sum256(r.Raw[:len(r.Raw)/8])
	}
	done := make(chan error, 1)
	l.queue <- bareReceipt{script, done}
	return <-done
}

func (l *bareLoop) run() {
	var group []bareReceipt
	for r := range l.queue {
		group = append(group[:0], r)
		err := l.exec(recordtest.Statement{Text: "BEGIN IMMEDIATE"})
		for waiting := true; waiting && err == nil; {
			for _, s := range group[len(group)-1].script {
				if err = l.exec(s); err != nil {
					break
				}
			}
			select {
			case r, waiting = <-l.queue:
				if waiting {
					group = append(group, r)
				}
			default:
				waiting = false
			}
		}
		if err == nil {
			err = l.exec(recordtest.Statement{Text: "COMMIT"})
		}
		for _, r := range group {
			r.done <- err
		}
	}
}

func (l *bareLoop) exec(s recordtest.Statement) error {
	ctx := context.Background()
	stmt, ok := l.known[s.Text]
	if !ok {
		var err error
		if stmt, err = l.conn.PrepareContext(ctx, s.Text); err != nil {
			return err
		}
		l.known[s.Text] = stmt
	}
	if !s.Reads {
		_, err := stmt.ExecContext(ctx, s.Args...)
		return err
	}
	rows, err := stmt.QueryContext(ctx, s.Args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	found, values := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range values {
		values[i] = &found[i]
	}
	for rows.Next() {
		if err := rows.Scan(values...); err != nil {
			return err
		}
		if l.byHand && len(values) == 1 { // the position
			if err := anew(found[0]); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}

// anew reads a position and makes its JSON again.
func anew(doc []byte) error {
	var p payment.Position
	if err := json.Unmarshal(doc, &p); err != nil {
		return err
	}
	_, err := json.Marshal(p)
	return err
}

// compareRecord runs all in turn, each on a file of its own.
func compareRecord(b *testing.B, report func(b *testing.B, bare, byHand, ours recordtest.Cost)) {
	b.Helper()
	for _, callers := range recordtest.Callers {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			stores := [4]*sqlite.Store{}
			dirs := [4]string{b.TempDir(), b.TempDir(), b.TempDir(), b.TempDir()}
			for i := range stores {
				st, err := sqlite.Open(b.Context(), dirs[i], sqlite.Config{})
				require.NoError(b, err)
				defer st.Close()
				stores[i] = st
			}
			ours := recordtest.NewOffice(stores[2])
			costs := recordtest.Compare(b, callers, stores[3].Tables,
				recordtest.Contender{Open: recordtest.NewOffice(stores[0]).Open, Record: newBareLoop(b, dirs[0], false).Record},
				recordtest.Contender{Open: recordtest.NewOffice(stores[1]).Open, Record: newBareLoop(b, dirs[1], true).Record},
				recordtest.Contender{Open: ours.Open, Record: func(ctx context.Context, r payment.RT, _ []recordtest.Statement) error {
					return ours.Record(ctx, r)
				}})
			report(b, costs[0], costs[1], costs[2])
		})
	}
}

// BenchmarkBareGroupCommit is the baseline of [BenchmarkRecordRT]: ns/op is of one receipt.
func BenchmarkBareGroupCommit(b *testing.B) {
	compareRecord(b, func(b *testing.B, bare, byHand, _ recordtest.Cost) {
		b.ReportMetric(bare.Wall, "ns/op")
		b.ReportMetric(byHand.Wall, "by-hand-ns/op")
		b.ReportMetric(bare.CPU, "cpu-ns/op")
	})
}

// BenchmarkRecordRT records receipts, each durable when its caller goes on: ns/op is of
// one, x-bare how many times as many as the bare loop it records in a time, x-by-hand the
// same beside the loop that makes its values too.
func BenchmarkRecordRT(b *testing.B) {
	compareRecord(b, func(b *testing.B, bare, byHand, ours recordtest.Cost) {
		b.ReportMetric(ours.Wall, "ns/op")
		b.ReportMetric(ours.CPU, "cpu-ns/op")
		b.ReportMetric(bare.Wall, "bare-ns/op")
		b.ReportMetric(bare.CPU, "bare-cpu-ns/op")
		b.ReportMetric(byHand.CPU, "by-hand-cpu-ns/op")
		b.ReportMetric(bare.Ratio, "x-bare")
		b.ReportMetric(byHand.Ratio, "x-by-hand")
	})
}
