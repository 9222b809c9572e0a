package payment_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

func entries(t *testing.T, o *office, f payment.JournalFilter) (all []payment.JournalEntry) {
	t.Helper()
	for e, err := range o.store.Journal().List(t.Context(), f) {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

func TestJournalKeepsCodesOnly(t *testing.T) {
	for _, c := range []struct{ said, kept string }{
		{"", ""},
		{"99999000013_01", "99999000013_01"},
		{"c110729d258c4ab1b765fe902aae41d6", "c110729d258c4ab1b765fe902aae41d6"},
		{"receipt.transferList[2]/IBAN", "receipt.transferList[2]/IBAN"},
		{"Mario Rossi", "?"},
		{"mario.rossi@example.org", "?"},
		{"RSSMRA80A01H501U", "?"},
		{"rssmra80a01h501x", "?"}, // wrong check letter
		{"RSSMRAULALMHRLMX", "?"}, // digits as letters
		{"receipt.RSSMRA80A01H501U.x", "?"},
		{"receipt.transferCategory", "receipt.transferCategory"}, // 16 letters
		{"RSSMRA80A01H501", "RSSMRA80A01H501"},
		{"via\nlattea", "?"},
		{"caffè", "?"},
		{"\x00", "?"},
		{"\xff", "?"},
		{"<a>", "?"},
		{`"`, "?"},
		{"<", "?"},
		{strings.Repeat("1", 128), strings.Repeat("1", 128)},
		{strings.Repeat("1", 129), "?"},
		{strings.Repeat("x", 1<<20), "?"},
	} {
		o := newOffice(t, &memory.Store{})
		e := payment.JournalEntry{
			Creditor: c.said, IUV: c.said, Token: c.said, Notice: c.said, PSP: c.said, PaymentType: c.said, Component: c.said,
			Operation: "x", Subtype: payment.Response, Requester: c.said, Responder: c.said, Station: c.said, Channel: c.said,
			Parameters: payment.JournalParameters{SHA256: c.said, Answers: c.said, Fault: c.said, Detail: c.said}, Outcome: c.said,
		}
		require.NoError(t, o.AppendJournal(t.Context(), e))
		want := payment.JournalEntry{
			ID: 1, At: o.now, Creditor: c.kept, IUV: c.kept, Token: c.kept, Notice: c.kept, PSP: c.kept, PaymentType: c.kept, Component: c.kept,
			Category: payment.Interface, Operation: "x", Subtype: payment.Response, Requester: c.kept, Responder: c.kept,
			Station: c.kept, Channel: c.kept,
			Parameters: payment.JournalParameters{SHA256: c.kept, Answers: c.kept, Fault: c.kept, Detail: c.kept}, Outcome: c.kept,
		}
		require.Equal(t, []payment.JournalEntry{want}, entries(t, o, payment.JournalFilter{}))
	}
}

func TestJournalWantsOperationAndSubtype(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	for _, e := range []payment.JournalEntry{
		{},
		{Operation: "x"},
		{Subtype: payment.Request},
		{Operation: "x", Subtype: "OTHER"},
		{Operation: "x", Subtype: payment.Request, Category: "OTHER"},
	} {
		require.Error(t, o.AppendJournal(t.Context(), verifyCall(), e))
	}
	require.Empty(t, entries(t, o, payment.JournalFilter{}))
	require.NoError(t, o.AppendJournal(t.Context()))
}

// TestJournalLine: all of SANP's fields, always, instants in UTC with milliseconds; and
// what was written can be read.
func TestJournalLine(t *testing.T) {
	names := []string{
		"eventDateTime", "domainIdentifier", "uniquePaymentIdentifier", "paymentContextCode", "noticeNumber",
		"paymentServiceProviderIdentifier", "paymentType", "component", "eventCategory", "eventType", "eventSubtype",
		"requesterIdentifier", "responderIdentifier", "paIntermediaryStationIdentifier", "paymentChannel",
		"interfaceSpecificParameters", "outcome",
	}
	o := newOffice(t, &memory.Store{})
	e := storetest.Entry(1)
	e.At = time.Date(2026, 11, 23, 11, 0, 0, 999_999, time.FixedZone("", 3600))
	require.NoError(t, o.AppendJournal(t.Context(), e, payment.JournalEntry{Operation: "x", Subtype: payment.Request}))
	var out bytes.Buffer
	n, err := o.ExportJournal(t.Context(), &out, payment.JournalFilter{})
	require.NoError(t, err)
	require.Equal(t, 2, n)
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	require.Len(t, lines, 2)
	for _, line := range lines {
		require.True(t, strings.HasPrefix(line, `{"eventDateTime":"2026-11-23T`), line)
		var fields map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &fields))
		require.Len(t, fields, len(names))
		for _, name := range names {
			require.Contains(t, fields, name)
		}
	}
	var read payment.JournalEntry
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &read))
	e.At = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	require.Equal(t, e, read)
	require.Contains(t, lines[1], "T10:00:00.000Z")
}

// failing is where a disk is full.
type failing struct{ room int }

func (f *failing) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errors.New("disk full")
	}
	return len(b), nil
}

func TestExportFails(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	for i := range 100 {
		require.NoError(t, o.AppendJournal(t.Context(), storetest.Entry(i)))
	}
	for _, room := range []int{0, 10_000} {
		n, err := o.ExportJournal(t.Context(), &failing{room}, payment.JournalFilter{})
		require.ErrorContains(t, err, "disk full")
		require.Less(t, n, 101)
	}
}

// TestJournalRidesWithTheReceipt: entries and receipt are kept together.
func TestJournalRidesWithTheReceipt(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p, err := o.Open(t.Context(), request("d"))
		require.NoError(t, err)
		call := func(fail error) error {
			return o.Do(t.Context(), func(ctx context.Context) error {
				if _, err := o.Record(ctx, storetest.Receipt(p, "iur")); err != nil {
					return err
				}
				e := storetest.Entry(1)
				if err := o.AppendJournal(ctx, e, e.Answer(o.Now(), []byte("<ok/>"), "OK")); err != nil {
					return err
				}
				return fail
			})
		}
		full := errors.New("disk full")
		require.ErrorIs(t, call(full), full)
		require.Empty(t, entries(t, o, payment.JournalFilter{}))
		_, err = o.store.RTs().Get(t.Context(), creditor, "iur")
		require.ErrorIs(t, err, payment.ErrNotFound)
		require.NoError(t, call(nil))
		require.Len(t, entries(t, o, payment.JournalFilter{Operation: "paSendRTV2"}), 2)
		_, err = o.store.RTs().Get(t.Context(), creditor, "iur")
		require.NoError(t, err)
	})
}

func TestPruneJournal(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, start := t.Context(), o.now
		note := func(at time.Time) {
			t.Helper()
			o.now = at
			require.NoError(t, o.AppendJournal(ctx, payment.JournalEntry{Operation: "x", Subtype: payment.Request}))
		}
		prune := func(before time.Time, dryRun bool) payment.PrunedJournal {
			t.Helper()
			done, err := o.PruneJournal(ctx, before, dryRun)
			require.NoError(t, err)
			return done
		}
		note(start)
		note(start)
		_, err := o.SealJournal(ctx) // seal 1, old
		require.NoError(t, err)
		note(start)
		note(start.AddDate(0, 1, 0))
		_, err = o.SealJournal(ctx) // seal 2, of two months
		require.NoError(t, err)
		note(start.AddDate(0, 0, 0)) // an old event that is sealed late
		o.now = start.AddDate(0, 3, 0)
		_, err = o.SealJournal(ctx) // seal 3
		require.NoError(t, err)
		note(start) // never sealed

		o.now = start.AddDate(0, 24, 0)
		for _, before := range []time.Time{start.Add(1), o.now, o.now.AddDate(1, 0, 0)} {
			for _, dryRun := range []bool{true, false} {
				_, err = o.PruneJournal(ctx, before, dryRun)
				require.Equal(t, pagonline.CodeNotAllowed, pagonline.CodeOf(err))
			}
		}
		require.Equal(t, payment.PrunedJournal{}, prune(start, false))
		o.now = o.now.Add(time.Millisecond)
		require.Equal(t, payment.PrunedJournal{Seals: 1, Entries: 2}, prune(time.Time{}, true))
		require.Len(t, entries(t, o, payment.JournalFilter{}), 6, "a trial deletes nothing")
		require.Equal(t, payment.PrunedJournal{Seals: 1, Entries: 2}, prune(time.Time{}, false))
		require.Equal(t, payment.PrunedJournal{}, prune(time.Time{}, false))
		o.now = start.AddDate(0, 26, 0)
		require.Equal(t, payment.PrunedJournal{Seals: 1, Entries: 2}, prune(time.Time{}, false))
		require.Len(t, entries(t, o, payment.JournalFilter{Operation: "journal.prune"}), 2)
		_, err = o.SealJournal(ctx)
		require.NoError(t, err)
		o.now = start.AddDate(0, 28, 0)
		require.Equal(t, payment.PrunedJournal{Seals: 1, Entries: 1}, prune(time.Time{}, false))
		report, err := o.VerifyJournal(ctx)
		require.NoError(t, err)
		require.True(t, report.OK(), report)
		require.Equal(t, 4, report.Seals)
		require.Equal(t, 5, report.Pruned)
		require.Equal(t, 3, report.Entries)
		require.Equal(t, 1, report.Unsealed)
	})
}

// TestRetention: twenty-four months of the calendar, and on February 29th not a day less.
func TestRetention(t *testing.T) {
	for _, c := range []struct{ now, latest string }{
		{"2028-11-23T09:00:00Z", "2026-11-23T09:00:00Z"},
		{"2028-02-28T23:00:00Z", "2026-02-28T23:00:00Z"},
		{"2028-02-29T00:00:00Z", "2026-03-01T00:00:00Z"},
		{"2028-02-29T23:00:00Z", "2026-03-01T00:00:00Z"},
		{"2028-03-01T00:00:00Z", "2026-03-01T00:00:00Z"},
		{"2030-02-28T12:00:00Z", "2028-02-28T12:00:00Z"},
		{"2028-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"},
	} {
		instant := func(s string) time.Time {
			at, err := time.Parse(time.RFC3339, s)
			require.NoError(t, err)
			return at
		}
		o := newOffice(t, &memory.Store{})
		o.now = instant(c.now)
		_, err := o.PruneJournal(t.Context(), instant(c.latest), true)
		require.NoError(t, err, c.now)
		_, err = o.PruneJournal(t.Context(), instant(c.latest).Add(1), true)
		require.Error(t, err, c.now)
	}
}

func TestParseAnchorRefuses(t *testing.T) {
	digits := strings.Repeat("0", 64)
	for _, s := range []string{
		"", ":", "1", "1:", digits, "1:" + digits[1:], "1:" + digits + "0", "-1:" + digits, "x:" + digits, "1:" + digits[1:] + "g",
		"99999999999999999999:" + digits, "1:" + digits + strings.Repeat(" ", 1000), "9223372036854775808:" + digits,
	} {
		_, err := payment.ParseAnchor(s)
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), s)
	}
}

func FuzzParseAnchor(f *testing.F) {
	f.Add("12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := payment.ParseAnchor(s)
		if err != nil {
			return
		}
		again, err := payment.ParseAnchor(a.String())
		if err != nil || again != a {
			t.Errorf("%q: %v, then %v, %v", s, a, again, err)
		}
	})
}

// FuzzJournalEntry: whatever a message said, the row is codes, reads back as it was, and
// has one line.
func FuzzJournalEntry(f *testing.F) {
	f.Add("301000000000000144", "Mario Rossi", int64(1_700_000_000_000))
	f.Fuzz(func(t *testing.T, notice, psp string, ms int64) {
		o := newOffice(t, &memory.Store{})
		at := time.UnixMilli(ms % 100_000_000_000_000) // years that have four digits
		if at.Year() < 1 || at.Year() > 9999 {
			return
		}
		err := o.AppendJournal(t.Context(), payment.JournalEntry{At: at, Notice: notice, PSP: psp, Operation: "x", Subtype: payment.Request})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := o.ExportJournal(t.Context(), &out, payment.JournalFilter{}); err != nil {
			t.Fatal(err)
		}
		var read payment.JournalEntry
		if err := json.Unmarshal(out.Bytes(), &read); err != nil || bytes.Count(out.Bytes(), []byte("\n")) != 1 {
			t.Fatalf("%q: %v", out.Bytes(), err)
		}
		held := entries(t, o, payment.JournalFilter{})[0]
		held.ID = 0
		if fmt.Sprint(held) != fmt.Sprint(read) || held.Digest() != read.Digest() {
			t.Errorf("held %+v, read %+v", held, read)
		}
	})
}
