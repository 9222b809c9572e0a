package storetest

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// Entry returns an entry of the journal; n makes it another one.
func Entry(n int) payment.JournalEntry {
	e := payment.JournalEntry{
		At: at(n % 60), Creditor: "99999000013", IUV: "01000000000000144", Token: fmt.Sprintf("token-%d", n),
		Notice: "301000000000000144", PSP: "ABI00000", PaymentType: "CP", Component: "station", Category: payment.Interface,
		Operation: "paSendRTV2", Subtype: payment.Request, Requester: "NodoDeiPagamentiSPC", Responder: "99999000013_01",
		Station: "99999000013_01", Channel: "00000000000_01", Parameters: payment.JournalParameters{Status: 200, Detail: "repeat"},
	}
	return e.WithMessage(fmt.Appendf(nil, "<message>%d</message>", n))
}

// JournalSeal returns a seal of the entries; its hashes are not right.
func JournalSeal(number int64, entries ...payment.JournalEntry) payment.JournalSeal {
	s := payment.JournalSeal{
		Number: number, At: at(50), From: at(1), To: at(2), Count: len(entries), Content: payment.Digest{1},
		Previous: payment.Digest{2}, Hash: payment.Digest{3, 31: byte(number)},
	}
	for _, e := range entries {
		s.Entries = append(s.Entries, payment.SealedEntry{ID: e.ID, Digest: e.Digest()})
	}
	return s
}

// everything is the place before all entries.
var everything = payment.JournalPlace{Seal: math.MinInt64, ID: math.MinInt64}

// walked returns all entries in the order of Walk, read in pages of two.
func walked(ctx context.Context, t *testing.T, st Store) (all []payment.JournalEntry) {
	t.Helper()
	for place := everything; ; {
		page := value(st.Journal().Walk(ctx, place, 2))(t)
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		last := page[len(page)-1]
		place = payment.JournalPlace{Seal: last.Seal, ID: last.ID}
	}
}

// appended adds entries and returns them with the IDs that they got.
func appended(ctx context.Context, t *testing.T, st Store, entries ...payment.JournalEntry) []payment.JournalEntry {
	t.Helper()
	before := map[int64]bool{}
	for _, e := range walked(ctx, t, st) {
		before[e.ID] = true
	}
	must(t, st.Journal().Append(ctx, entries...))
	var added []payment.JournalEntry
	for _, e := range walked(ctx, t, st) {
		if !before[e.ID] {
			added = append(added, e)
		}
	}
	if len(added) != len(entries) {
		t.Fatalf("%d entries appended, want %d", len(added), len(entries))
	}
	for i := range added {
		want := entries[i]
		want.ID = added[i].ID
		equal(t, "an entry", added[i], want)
	}
	return added
}

func testJournal(t *testing.T, st Store) {
	ctx := t.Context()
	equal(t, "Walk of nothing", len(walked(ctx, t, st)), 0)
	must(t, st.Journal().Append(ctx))
	late, early, bare := Entry(9), Entry(3), payment.JournalEntry{At: at(5), Operation: "x"}
	early.Operation, early.Notice, early.IUV, early.Creditor = "paVerifyPaymentNotice", "302000000000000133", "", "01234567890"
	all := appended(ctx, t, st, late, early, bare)
	for i, e := range all {
		if e.ID < 1 || i > 0 && e.ID <= all[i-1].ID {
			t.Errorf("ID %d", e.ID)
		}
	}
	late, early, bare = all[0], all[1], all[2]
	again := appended(ctx, t, st, Entry(9))[0] // nothing is unique
	for _, c := range []struct {
		filter payment.JournalFilter
		want   []payment.JournalEntry
	}{
		{payment.JournalFilter{}, []payment.JournalEntry{early, bare, late, again}},
		{payment.JournalFilter{Notice: late.Notice}, []payment.JournalEntry{late, again}},
		{payment.JournalFilter{IUV: late.IUV, Operation: "paSendRTV2", Creditor: late.Creditor}, []payment.JournalEntry{late, again}},
		{payment.JournalFilter{Operation: "paVerifyPaymentNotice"}, []payment.JournalEntry{early}},
		{payment.JournalFilter{Creditor: "01234567890"}, []payment.JournalEntry{early}},
		{payment.JournalFilter{Notice: "none"}, nil},
		{payment.JournalFilter{From: at(3), To: at(9)}, []payment.JournalEntry{early, bare}},
		{payment.JournalFilter{From: at(3).Add(1), To: at(9).Add(1)}, []payment.JournalEntry{bare, late, again}},
		{payment.JournalFilter{From: at(5)}, []payment.JournalEntry{bare, late, again}},
		{payment.JournalFilter{To: at(5).Add(-time.Millisecond)}, []payment.JournalEntry{early}},
	} {
		equal(t, fmt.Sprintf("List %+v", c.filter), collect(t, st.Journal().List(ctx, c.filter)), c.want)
	}
	for _, err := range st.Journal().List(ctx, payment.JournalFilter{}) {
		must(t, err)
		break // a list may be left early, and the store goes on
	}
	const many = 603 // more than a page of any store, at one instant
	entries := make([]payment.JournalEntry, many)
	for i := range entries {
		entries[i] = Entry(i)
		entries[i].At, entries[i].Notice = at(30), "303000000000000122"
	}
	must(t, st.Journal().Append(ctx, entries...))
	seen := collect(t, st.Journal().List(ctx, payment.JournalFilter{Notice: "303000000000000122"}))
	equal(t, "a long List", len(seen), many)
	for i := range seen {
		if seen[i].Token != entries[i].Token {
			t.Fatalf("entry %d of a long List is %s", i, seen[i].Token)
		}
	}
}

func testJournalSeals(t *testing.T, st Store) {
	ctx, j := t.Context(), st.Journal()
	_, err := j.LastSeal(ctx)
	wantErr(t, "LastSeal of none", err, payment.ErrNotFound)
	wantErr(t, "Prune of none", j.Prune(ctx, 1), payment.ErrNotFound)
	equal(t, "Seals of none", len(value(j.Seals(ctx, 0, 10))(t)), 0)
	e := appended(ctx, t, st, Entry(1), Entry(2), Entry(3), Entry(4), Entry(5))

	// A seal covers the entries that it lists, be there earlier ones or not.
	first := JournalSeal(1, e[1], e[3])
	must(t, j.AddSeal(ctx, first))
	wantErr(t, "AddSeal with a number that is there", j.AddSeal(ctx, JournalSeal(1, e[0])), payment.ErrExists)
	wantErr(t, "AddSeal of a sealed entry", j.AddSeal(ctx, JournalSeal(2, e[0], e[1])), payment.ErrExists)
	none := Entry(9)
	none.ID = 1_000_000
	wantErr(t, "AddSeal of no entry", j.AddSeal(ctx, JournalSeal(2, e[0], none)), payment.ErrExists)
	second := JournalSeal(2, e[0], e[4])
	must(t, j.AddSeal(ctx, second))
	e[1].Seal, e[3].Seal, e[0].Seal, e[4].Seal = 1, 1, 2, 2
	equal(t, "Walk", walked(ctx, t, st), []payment.JournalEntry{e[2], e[1], e[3], e[0], e[4]})
	equal(t, "Walk from a place", value(j.Walk(ctx, payment.JournalPlace{Seal: 1, ID: e[1].ID}, 2))(t), []payment.JournalEntry{e[3], e[0]})
	equal(t, "Walk from behind a seal", value(j.Walk(ctx, payment.JournalPlace{Seal: 0, ID: math.MaxInt64}, 1))(t), e[1:2])
	equal(t, "Walk to the end", len(value(j.Walk(ctx, payment.JournalPlace{Seal: 2, ID: math.MaxInt64}, 9))(t)), 0)
	equal(t, "Seals", value(j.Seals(ctx, 0, 10))(t), []payment.JournalSeal{first, second})
	equal(t, "Seals with a limit", value(j.Seals(ctx, 0, 1))(t), []payment.JournalSeal{first})
	equal(t, "Seals after one", value(j.Seals(ctx, 1, 10))(t), []payment.JournalSeal{second})
	equal(t, "LastSeal", value(j.LastSeal(ctx))(t), second)

	must(t, j.Prune(ctx, 1))
	must(t, j.Prune(ctx, 1))
	first.Entries = nil
	equal(t, "Seals after Prune", value(j.Seals(ctx, 0, 10))(t), []payment.JournalSeal{first, second})
	equal(t, "Walk after Prune", walked(ctx, t, st), []payment.JournalEntry{e[2], e[0], e[4]})
	equal(t, "List after Prune", collect(t, j.List(ctx, payment.JournalFilter{})), []payment.JournalEntry{e[0], e[2], e[4]})
	must(t, j.Prune(ctx, 2))
	wantErr(t, "AddSeal of a pruned entry", j.AddSeal(ctx, JournalSeal(3, e[4])), payment.ErrExists)
	sixth := appended(ctx, t, st, Entry(6))[0]
	if sixth.ID <= e[4].ID {
		t.Errorf("ID %d was given twice", sixth.ID)
	}
	must(t, j.AddSeal(ctx, JournalSeal(3, e[2], sixth)))
	equal(t, "LastSeal", value(j.LastSeal(ctx))(t).Number, int64(3))
	got := value(j.Seals(ctx, 2, 1))(t)
	got[0].Entries[0].ID = 99 // the caller's copy is his own
	equal(t, "after Seals", value(j.LastSeal(ctx))(t), JournalSeal(3, e[2], sixth))
}
