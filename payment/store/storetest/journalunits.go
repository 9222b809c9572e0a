package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/pagonline/pagonline/payment"
)

// testJournalUnits: what a unit of work wrote into the journal, sealed or pruned goes
// with it.
func testJournalUnits(t *testing.T, st Store) {
	ctx, j := t.Context(), st.Journal()
	kept := appended(ctx, t, st, Entry(1), Entry(2))
	must(t, j.AddSeal(ctx, JournalSeal(1, kept[0])))
	kept[0].Seal = 1
	asItWas := func(what string) {
		t.Helper()
		equal(t, what+": entries", walked(ctx, t, st), []payment.JournalEntry{kept[1], kept[0]})
		equal(t, what+": List", len(collect(t, j.List(ctx, payment.JournalFilter{}))), 2)
		equal(t, what+": seals", value(j.Seals(ctx, 0, 9))(t), []payment.JournalSeal{JournalSeal(1, kept[0])})
	}
	change := func(inner context.Context) {
		n := len(walked(inner, t, st)) + 1 // two more, one less
		must(t, j.Append(inner, Entry(3), Entry(4)))
		must(t, j.AddSeal(inner, JournalSeal(2, kept[1])))
		must(t, j.Prune(inner, 1))
		equal(t, "what the unit sees", len(walked(inner, t, st)), n)
		equal(t, "its list", len(collect(t, j.List(inner, payment.JournalFilter{}))), n)
		equal(t, "its seals", len(value(j.Seals(inner, 0, 9))(t)), 2)
		equal(t, "its last seal", value(j.LastSeal(inner))(t).Number, int64(2))
	}
	wantErr(t, "Do", st.Do(ctx, func(inner context.Context) error {
		must(t, st.RTs().Insert(inner, Receipt(Position(1), "iur")))
		change(inner)
		asItWas("seen from outside, before the end")
		return errTest
	}), errTest)
	asItWas("after a failed unit")

	in(t, st, func(outer context.Context) {
		must(t, j.Append(outer, Entry(5)))
		wantErr(t, "inner Do", st.Do(outer, func(inner context.Context) error {
			change(inner)
			return errTest
		}), errTest)
		equal(t, "after a failed inner unit", len(walked(outer, t, st)), 3)
		must(t, st.RTs().Insert(outer, Receipt(Position(1), "iur")))
	})
	equal(t, "entries", len(walked(ctx, t, st)), 3)
	equal(t, "entries without a seal", len(value(j.Walk(ctx, everything, 9))(t)), 3)

	// A seal that is refused marks none of its entries.
	pair := appended(ctx, t, st, Entry(6), Entry(7))
	wantErr(t, "AddSeal", j.AddSeal(ctx, JournalSeal(2, pair[0], kept[0], pair[1])), payment.ErrExists)
	wantErr(t, "AddSeal", j.AddSeal(ctx, JournalSeal(1, pair[0])), payment.ErrExists)
	for _, e := range walked(ctx, t, st) {
		if e.ID != kept[0].ID && e.Seal != 0 {
			t.Errorf("entry %d has seal %d", e.ID, e.Seal)
		}
	}
	equal(t, "seals", len(value(j.Seals(ctx, 0, 9))(t)), 1)
}

// testJournalConcurrency: many append, some seal at the same time; every entry gets one
// seal, and of two seals with one number one is refused whole.
func testJournalConcurrency(t *testing.T, st Store) {
	ctx, j := t.Context(), st.Journal()
	const rounds, sealers = 2, 3
	var appending, sealing sync.WaitGroup
	for i := range workers {
		appending.Go(func() {
			for round := range rounds {
				if err := st.Do(ctx, func(ctx context.Context) error {
					return j.Append(ctx, Entry(i), Entry(round))
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	for range sealers {
		sealing.Go(func() {
			for end := false; ; {
				n, err := sealOnce(ctx, st)
				if err != nil {
					t.Error(err)
					return
				}
				if n > 0 {
					continue
				}
				if end {
					return
				}
				select {
				case <-done:
					end = true
				default:
				}
			}
		})
	}
	appending.Wait()
	close(done)
	sealing.Wait()
	seals := map[int64]map[int64]bool{}
	for _, e := range walked(ctx, t, st) {
		if seals[e.Seal] == nil {
			seals[e.Seal] = map[int64]bool{}
		}
		seals[e.Seal][e.ID] = true
	}
	equal(t, "entries without a seal", len(seals[0]), 0)
	total := 0
	for i, s := range value(j.Seals(ctx, 0, 1_000_000))(t) {
		equal(t, "number of a seal", s.Number, int64(i+1))
		equal(t, fmt.Sprintf("entries of seal %d", s.Number), len(seals[s.Number]), len(s.Entries))
		for _, e := range s.Entries {
			if !seals[s.Number][e.ID] {
				t.Errorf("seal %d lists entry %d, which has another", s.Number, e.ID)
			}
		}
		total += len(s.Entries)
	}
	equal(t, "sealed entries", total, workers*rounds*2)
}

// sealOnce seals some entries and returns how many there were.
func sealOnce(ctx context.Context, st Store) (int, error) {
	j := st.Journal()
	last, err := j.Seals(ctx, 0, 1_000_000)
	if err != nil {
		return 0, err
	}
	entries, err := j.Walk(ctx, everything, 20)
	for i, e := range entries {
		if e.Seal != 0 {
			entries = entries[:i]
			break
		}
	}
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	err = j.AddSeal(ctx, JournalSeal(int64(len(last)+1), entries...))
	if errors.Is(err, payment.ErrExists) { // another was faster
		err = nil
	}
	return len(entries), err
}

// fillJournal writes entries and seals, and returns what tests that they are there for
// the next process.
func fillJournal(t *testing.T, st Store) func(st Store) {
	t.Helper()
	ctx := t.Context()
	e := appended(ctx, t, st, Entry(1), Entry(2), Entry(3))
	must(t, st.Journal().AddSeal(ctx, JournalSeal(1, e[0])))
	must(t, st.Journal().AddSeal(ctx, JournalSeal(2, e[1])))
	must(t, st.Journal().Prune(ctx, 1))
	e[1].Seal = 2
	pruned := JournalSeal(1, e[0])
	pruned.Entries = nil
	return func(st Store) {
		equal(t, "journal", walked(ctx, t, st), []payment.JournalEntry{e[2], e[1]})
		equal(t, "seals", value(st.Journal().Seals(ctx, 0, 9))(t), []payment.JournalSeal{pruned, JournalSeal(2, e[1])})
		if next := appended(ctx, t, st, Entry(4))[0]; next.ID <= e[2].ID {
			t.Errorf("ID %d was given twice", next.ID)
		}
	}
}
