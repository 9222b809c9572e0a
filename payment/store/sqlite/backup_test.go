package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// request is what somebody owes, n makes it another debt.
func request(n int) payment.OpenRequest {
	p := storetest.Position(uint64(n))
	return payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: p.Creditor, Name: p.Company, Segregation: 1}, Office: p.Office, Debtor: p.Debtor,
		Wire: causale.Wire{Protocol: p.Purchase.Protocol, Institute: p.Office, Service: "Fotocopie"}, Purchase: p.Purchase, Terms: p.Terms,
	}
}

// pay opens a position and records its receipt.
func pay(ctx context.Context, c *payment.Cashier, n int) (payment.Position, error) {
	p, err := c.Open(ctx, request(n))
	if err != nil {
		return p, err
	}
	r := storetest.Receipt(p, "iur-"+p.Number.String())
	r.Transfers[0].Amount = r.Amount
	_, err = c.Record(ctx, r)
	return p, err
}

// TestBackupWhileWriting: each backup that is made under running writers holds what was
// acknowledged before it began, fits together, and goes on without giving a number twice.
func TestBackupWhileWriting(t *testing.T) {
	st := open(t, t.TempDir())
	defer st.Close()
	cashier := payment.NewCashier(st, payment.Config{})
	var mu sync.Mutex
	paid := map[payment.Key]bool{}
	var n atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	failed := make(chan error, 8)
	var writers sync.WaitGroup
	for range cap(failed) {
		writers.Go(func() {
			for ctx.Err() == nil {
				p, err := pay(context.WithoutCancel(ctx), cashier, int(n.Add(1)))
				if err != nil {
					failed <- err
					return
				}
				mu.Lock()
				paid[p.Key] = true
				mu.Unlock()
			}
		})
	}
	type copied struct {
		file  string
		acked []payment.Key
	}
	var backups []copied
	for i := range 3 {
		for last := n.Load(); n.Load() < last+50 && len(failed) == 0; {
			time.Sleep(time.Millisecond)
		}
		mu.Lock()
		acked := make([]payment.Key, 0, len(paid))
		for k := range paid {
			acked = append(acked, k)
		}
		mu.Unlock()
		file := filepath.Join(t.TempDir(), fmt.Sprintf("backup-%d.db", i))
		require.NoError(t, st.Backup(t.Context(), file))
		backups = append(backups, copied{file, acked})
	}
	stop()
	writers.Wait()
	close(failed)
	require.NoError(t, <-failed)
	findings, err := st.Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, findings)

	for _, b := range backups {
		info, err := os.Stat(b.file)
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, "others must not read it")
		dir := t.TempDir()
		done, err := sqlite.Restore(t.Context(), b.file, dir, sqlite.Config{})
		require.NoError(t, err)
		require.False(t, done.LastEvent.IsZero())
		again := open(t, dir)
		for _, k := range b.acked {
			p, err := again.Positions().Get(t.Context(), k)
			require.NoError(t, err)
			require.Equal(t, payment.Paid, p.Status)
		}
		findings, err := again.Check(t.Context())
		require.NoError(t, err)
		require.Empty(t, findings)
		for i := range 30 { // what was issued after the backup stays issued
			p, err := pay(t.Context(), payment.NewCashier(again, payment.Config{}), 1_000_000+i)
			require.NoError(t, err)
			require.NotContains(t, paid, p.Key)
		}
		require.NoError(t, again.Close())
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(backups[0].file), ".*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestRestoreMovesOn: nothing that may have been given out since the backup is given out
// again: serials, also of counters that are newer, IDs, and what opens a session.
func TestRestoreMovesOn(t *testing.T) {
	dir := t.TempDir()
	st := open(t, dir)
	defer st.Close()
	next := func(st *sqlite.Store, segregation uint8) uint64 {
		serial, err := st.Numbers().Next(t.Context(), "99999000013", segregation)
		require.NoError(t, err)
		return serial
	}
	event := func(st *sqlite.Store) (id int64) {
		require.NoError(t, st.Outbox().Append(t.Context(), payment.Event{Kind: "x"}))
		for e, err := range st.Outbox().List(t.Context(), payment.EventFilter{}) {
			require.NoError(t, err)
			id = e.ID
		}
		return id
	}
	next(st, 1)
	require.NoError(t, st.Sessions().Insert(t.Context(), identity.Session{ID: "a"}))
	backup := filepath.Join(t.TempDir(), "backup.db")
	require.NoError(t, st.Backup(t.Context(), backup))
	one, two, id := next(st, 1), next(st, 2), event(st)

	for times := uint64(1); times <= 2; times++ {
		dir := t.TempDir()
		_, err := sqlite.Restore(t.Context(), backup, dir, sqlite.Config{})
		require.NoError(t, err)
		again := open(t, dir)
		require.Greater(t, next(again, 1), one)
		require.Greater(t, next(again, 2), two+times*1_000_000_000-1)
		require.Greater(t, event(again), id)
		_, err = again.Sessions().Get(t.Context(), "a")
		require.ErrorIs(t, err, identity.ErrNotFound)
		backup = filepath.Join(t.TempDir(), "backup.db")
		require.NoError(t, again.Backup(t.Context(), backup))
		require.NoError(t, again.Close())
	}
}

func TestBackupOverwritesNothing(t *testing.T) {
	st := open(t, t.TempDir())
	defer st.Close()
	file := filepath.Join(t.TempDir(), "there")
	require.NoError(t, os.WriteFile(file, []byte("precious"), 0o600))
	err := st.Backup(t.Context(), file)
	require.Equal(t, pagonline.CodeNotAllowed, pagonline.CodeOf(err))
	require.Contains(t, pagonline.AsError(err).It, "C'è già un file")
	require.Contains(t, pagonline.AsError(err).En, "a file of this name")
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "precious", string(kept))
	require.Error(t, st.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "dir")))

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	require.ErrorIs(t, st.Backup(ended, filepath.Join(dir, "backup.db")), context.Canceled)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries, "what failed leaves nothing")
}

// TestRestoreRefuses: and leaves nothing where it refuses.
func TestRestoreRefuses(t *testing.T) {
	dir := t.TempDir()
	st := open(t, dir)
	defer st.Close()
	for n := range 20 {
		_, err := pay(t.Context(), payment.NewCashier(st, payment.Config{}), n)
		require.NoError(t, err)
	}
	whole := filepath.Join(t.TempDir(), "backup.db")
	require.NoError(t, st.Backup(t.Context(), whole))
	content, err := os.ReadFile(whole)
	require.NoError(t, err)
	file := func(content []byte) string {
		name := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(name, content, 0o600))
		return name
	}
	changed := func(statement string) string {
		name := file(content)
		raw, err := sql.Open("sqlite", name)
		require.NoError(t, err)
		_, err = raw.ExecContext(t.Context(), statement)
		require.NoError(t, err)
		require.NoError(t, raw.Close())
		return name
	}
	torn := slices.Clone(content)
	for i := len(torn) / 3; i < len(torn)*2/3; i++ {
		torn[i] = 0x55
	}
	for name, c := range map[string]struct{ backup, means string }{
		"nothing":      {filepath.Join(t.TempDir(), "none"), "no such file"},
		"empty":        {file(nil), "no such table"},
		"no database":  {file([]byte("no database, but a long enough text to look like a file of something else, in 100 bytes and more.")), "not a database"},
		"another's":    {changed("DELETE FROM meta WHERE key = 'environment'"), "no backup"},
		"newer":        {changed("UPDATE meta SET value = '999' WHERE key = 'version'"), "tables of version 999"},
		"half":         {file(content[:len(content)/2]), ""},
		"torn":         {file(torn), ""},
		"no reference": {changed("PRAGMA foreign_keys = 0; INSERT INTO order_positions VALUES ('x', 'y', 99)"), "references"},
		"in use":       {filepath.Join(dir, sqlite.FileName), "a database in use"},
	} {
		t.Run(name, func(t *testing.T) {
			target := filepath.Join(t.TempDir(), "restored")
			_, err := sqlite.Restore(t.Context(), c.backup, target, sqlite.Config{})
			require.Error(t, err)
			require.Contains(t, details(err), c.means)
			entries, _ := os.ReadDir(target)
			require.Empty(t, entries)
		})
	}
	_, err = sqlite.Restore(t.Context(), whole, t.TempDir(), sqlite.Config{Environment: payment.Production})
	require.ErrorContains(t, err, `of the environment "sandbox", not "production"`)
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		occupied := t.TempDir()
		name := filepath.Join(occupied, sqlite.FileName+suffix)
		require.NoError(t, os.WriteFile(name, []byte("mine"), 0o600))
		_, err = sqlite.Restore(t.Context(), whole, occupied, sqlite.Config{})
		require.Equal(t, pagonline.CodeNotAllowed, pagonline.CodeOf(err), suffix)
		require.Contains(t, pagonline.AsError(err).It, "c'è già un database", suffix)
		require.Contains(t, pagonline.AsError(err).En, "a database already", suffix)
		kept, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, "mine", string(kept))
	}
}

// details are what the log would be told.
func details(err error) string {
	var all []string
	for e := err; e != nil; e = errors.Unwrap(e) {
		all = append(all, e.Error())
		if coded, ok := errors.AsType[*pagonline.Error](e); ok && coded.Detail != nil {
			all = append(all, coded.Detail.Error())
		}
	}
	return strings.Join(all, " ")
}

// TestRestoreOlder: a backup of an older program gets what is missing.
func TestRestoreOlder(t *testing.T) {
	backup := filepath.Join(t.TempDir(), "old.db")
	first, err := os.ReadFile("../internal/sqlstore/migrations/sqlite/0001_payment.sql")
	require.NoError(t, err)
	raw, err := sql.Open("sqlite", backup)
	require.NoError(t, err)
	_, err = raw.ExecContext(t.Context(), "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);"+
		"INSERT INTO meta (key, value) VALUES ('version', '1'), ('environment', 'sandbox');"+string(first))
	require.NoError(t, err)
	require.NoError(t, raw.Close())
	dir := t.TempDir()
	_, err = sqlite.Restore(t.Context(), backup, dir, sqlite.Config{})
	require.NoError(t, err)
	st := open(t, dir)
	defer st.Close()
	require.NoError(t, st.Quotes().Insert(t.Context(), storetest.Quote(1)))
}
