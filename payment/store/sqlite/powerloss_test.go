package sqlite_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/internal/crashtest"
	"github.com/pagonline/pagonline/payment/store/internal/disktest"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// dataDir is where the program has its database, in directories that it makes.
const dataDir = "office/data"

// What the program whose power fails says of its backup.
const (
	backupBegins = "backup begins"
	backupMade   = "backup made"
	restoredMade = "database made of it"
)

// unplugged is the program whose power fails: it serves callers, from two openings of the
// database, and makes a backup meanwhile, and a database of that. It ends without closing.
func unplugged(t *testing.T, dir, marks string, debts int) {
	t.Helper()
	said, err := os.OpenFile(marks, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	ledger := &crashtest.Ledger{Note: func(f crashtest.Fact) {
		line, err := json.Marshal(f)
		if err == nil {
			_, err = said.Write(line)
		}
		if err != nil {
			panic(err)
		}
	}}
	callers := crashtest.NewCallers(ledger, "a", 4)
	callers.Debts = debts
	for _, meanwhile := range []func(*sqlite.Store) error{
		func(*sqlite.Store) error { return moveLog(t.Context(), filepath.Join(dir, dataDir, sqlite.FileName)) },
		func(st *sqlite.Store) error {
			backup := filepath.Join(dir, "backup.db")
			ledger.Mark(backupBegins)
			if err := st.Backup(t.Context(), backup); err != nil {
				return err
			}
			ledger.Mark(backupMade)
			_, err := sqlite.Restore(t.Context(), backup, filepath.Join(dir, "restored"), sqlite.Config{})
			ledger.Mark(restoredMade)
			return err
		},
	} {
		st := open(t, filepath.Join(dir, dataDir))
		ctx, stop := context.WithCancel(t.Context())
		ready, ended, made := make(chan string, 1), make(chan error, 1), make(chan error, 1)
		go func() { ended <- crashtest.Serve(ctx, st, func(url string) { ready <- url }) }()
		go func() { made <- meanwhile(st) }()
		require.NoError(t, errors.Join(callers.Run(ctx, <-ready), <-made))
		stop()
		require.NoError(t, <-ended)
		if ledger.Count(crashtest.Marked) > 0 {
			os.Exit(0)
		}
		require.NoError(t, st.Close())
	}
}

// moveLog moves what is in the log into the database, a few times, as SQLite does when
// there is more of it; after that the log begins anew.
func moveLog(ctx context.Context, path string) error {
	raw, err := sql.Open("sqlite", path+"?_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	for range 5 {
		time.Sleep(20 * time.Millisecond)
		_, e := raw.ExecContext(ctx, "PRAGMA wal_checkpoint(RESTART)")
		err = errors.Join(err, e)
	}
	return errors.Join(err, raw.Close())
}

// TestPowerLoss lets the power fail after any operation on a file, with a disk that has
// kept all, nothing, or any part of what was not synced: what was acknowledged before is
// there, and all fits together. It finds out a database that is not synced, or whose name
// is not, and callers who are told too early.
func TestPowerLoss(t *testing.T) {
	if dir := os.Getenv("PAGONLINE_TEST_UNPLUGGED"); dir != "" {
		unplugged(t, dir, os.Getenv("PAGONLINE_TEST_MARKS"), soaktest.Size(2, 8, 16))
	}
	t.Parallel()
	dir, marks := inMemory(t), filepath.Join(t.TempDir(), "marks")
	require.NoError(t, os.WriteFile(marks, nil, 0o600))
	program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPowerLoss$")
	program.Env = append(os.Environ(), "PAGONLINE_TEST_UNPLUGGED="+dir, "PAGONLINE_TEST_MARKS="+marks)
	recorded := disktest.Record(t, program, dir, marks)

	of := func(r disktest.Recording) outages {
		return outages{recorded: r, facts: factsOf(t, r), dir: inMemory(t), losses: disktest.Losses}
	}
	n, all := soaktest.Size(20, 1100, 6000), of(recorded)
	require.NoError(t, all.try(t.Context(), n))
	t.Logf("%d operations on files, %d facts; the power failed %d times, and nothing was lost", len(recorded), len(all.facts), n)

	database, log := dataDir+"/"+sqlite.FileName, dataDir+"/"+sqlite.FileName+"-wal"
	unsynced := func(which func(path string) bool) outages {
		return of(recorded.Without(func(op disktest.Op) bool { return op.Kind == disktest.Sync && which(op.Path) }))
	}
	moved := 0
	early := of(recorded)
	early.facts = told(early.facts, recorded, log)
	for name, control := range map[string]outages{
		"synchronous=OFF":          unsynced(func(path string) bool { return path == database || path == log }),
		"the log is not synced":    unsynced(func(path string) bool { return path == log }),
		"no directory is synced":   unsynced(func(path string) bool { return path == "." || path == dataDir }),
		"told before it is synced": early,
		"the log begins anew, and the database is not synced": unsynced(func(path string) bool {
			if path == database {
				moved++
			}
			return path == database && moved > 1 // the first one is of a new database
		}),
	} {
		control.losses = disktest.Losses[:1]
		err := control.try(t.Context(), 40)
		require.Error(t, err, name)
		t.Logf("%s: %.150s", name, err)
	}
}

// told returns facts that are told when what they are about begins to be written into the
// log, and not when the log is synced.
func told(facts []fact, r disktest.Recording, log string) (early []fact) {
	begins, synced := 0, 0
	for i, op := range r {
		switch {
		case op.Kind == disktest.Sync && op.Path == log:
			begins, synced = synced, i+1
		case op.Kind == disktest.Mark:
			f := facts[len(early)]
			f.after = begins + 1
			early = append(early, f)
		}
	}
	return early
}

// outages lets the power of a program fail.
type outages struct {
	recorded disktest.Recording
	facts    []fact
	losses   []disktest.Loss
	dir      string
}

// fact is one that is known after so many operations.
type fact struct {
	crashtest.Fact
	after int
}

func factsOf(t *testing.T, r disktest.Recording) (all []fact) {
	t.Helper()
	for i, op := range r {
		if op.Kind == disktest.Mark {
			f := fact{after: i + 1}
			require.NoError(t, json.Unmarshal(op.Data, &f.Fact))
			all = append(all, f)
		}
	}
	return all
}

// try lets it fail n times, and returns what the first failure that broke something has broken.
func (o outages) try(ctx context.Context, n int) error {
	var next, failed atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, n)
	for range 2 {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && failed.Load() == 0; i = int(next.Add(1)) - 1 {
				at, loss := 1+i*len(o.recorded)/n, o.losses[i%len(o.losses)]
				if err := o.once(ctx, at, loss, rand.New(rand.NewPCG(uint64(i), 0))); err != nil {
					errs[i] = fmt.Errorf("no power after %d operations, %s: %w", at, loss.Name, err)
					failed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// once lets it fail after so many operations, and compares what is left with what was
// known by then.
func (o outages) once(ctx context.Context, at int, loss disktest.Loss, chance *rand.Rand) (err error) {
	dir, err := os.MkdirTemp(o.dir, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	files := o.recorded.Crash(at, loss, chance)
	if err := files.Put(dir); err != nil {
		return err
	}
	known := sort.Search(len(o.facts), func(i int) bool { return o.facts[i].after > at })
	ledger, said := &crashtest.Ledger{}, map[string]int{}
	for i, f := range o.facts[:known] {
		ledger.Add(f.Fact)
		said[f.Mark] = i
	}
	if err := intact(ctx, filepath.Join(dir, dataDir), ledger, known); err != nil {
		return err
	}
	// One look in eight will do when nobody works on the copies any more.
	return o.copies(ctx, dir, files, ledger, said, said[restoredMade] == 0 || chance.IntN(8) == 0)
}

// copies looks at the backup, and at the database that was made of it: each is whole or
// not there, and there if somebody heard so.
func (o outages) copies(ctx context.Context, dir string, files disktest.Files, ledger *crashtest.Ledger, said map[string]int, closely bool) error {
	for name, done := range map[string]string{"backup.db": backupMade, "restored/" + sqlite.FileName: restoredMade} {
		_, made := said[done]
		if _, there := files[name]; !there {
			if made {
				return fmt.Errorf("%s is lost", name)
			}
			continue
		}
		if !closely {
			continue
		}
		of := filepath.Join(dir, "restored")
		if name == "backup.db" {
			of = filepath.Join(dir, "restored again")
			if _, err := sqlite.Restore(ctx, filepath.Join(dir, name), of, sqlite.Config{}); err != nil {
				return err
			}
		}
		if err := intact(ctx, of, ledger, said[backupBegins]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// intact compares a database with the first facts of the ledger.
func intact(ctx context.Context, dir string, ledger *crashtest.Ledger, facts int) (err error) {
	st, err := sqlite.Open(ctx, dir, sqlite.Config{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	findings, err := st.Check(ctx)
	for _, f := range findings {
		err = errors.Join(err, fmt.Errorf("%s: %s (%d: %s)", f.Rule, f.Means, f.Count, f.First))
	}
	if err != nil {
		return err
	}
	return ledger.CheckCopy(ctx, st, facts)
}
