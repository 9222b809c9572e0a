package payment_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// archive is a journal in a file, and a hand that can reach into the file.
type archive struct {
	*office
	t      *testing.T
	rand   *rand.Rand
	raw    *sql.DB
	sealed []payment.JournalEntry // those that are there
	seals  []payment.JournalSeal
	anchor payment.Anchor
}

func newArchive(t *testing.T, seed uint64) *archive {
	t.Helper()
	dir := t.TempDir()
	st, err := sqlite.Open(t.Context(), dir, sqlite.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	raw, err := sql.Open("sqlite", "file:"+filepath.Join(dir, sqlite.FileName)+"?_pragma=synchronous(OFF)&_pragma=busy_timeout(10000)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	raw.SetMaxOpenConns(1)
	return &archive{office: newOffice(t, st), t: t, rand: rand.New(rand.NewPCG(seed, 1)), raw: raw}
}

func (a *archive) exec(statement string, args ...any) (changed int64) {
	a.t.Helper()
	result, err := a.raw.ExecContext(a.t.Context(), statement, args...)
	require.NoError(a.t, err, statement)
	changed, err = result.RowsAffected()
	require.NoError(a.t, err)
	return changed
}

func (a *archive) verify(anchors ...payment.Anchor) payment.JournalReport {
	a.t.Helper()
	report, err := a.VerifyJournal(a.t.Context(), anchors...)
	require.NoError(a.t, err)
	return report
}

// live appends, seals, prunes and lets time pass, and takes care that there are some
// seals with entries, some without, and some entries that are not sealed.
func (a *archive) live(steps int) {
	a.t.Helper()
	ctx, serial := a.t.Context(), 0
	appendSome := func() {
		for range 1 + a.rand.IntN(4) {
			e := storetest.Entry(serial)
			e.At = a.now.Add(-time.Duration(a.rand.IntN(100_000)) * time.Millisecond)
			serial++
			require.NoError(a.t, a.AppendJournal(ctx, e, e.Answer(a.now, nil, "OK")))
		}
	}
	seal := func() {
		appendSome()
		_, err := a.SealJournal(ctx)
		require.NoError(a.t, err)
	}
	prune := func() {
		_, err := a.PruneJournal(ctx, time.Time{}, false)
		require.NoError(a.t, err)
	}
	for range steps {
		switch a.rand.IntN(6) {
		case 0, 1:
			appendSome()
		case 2, 3:
			seal()
		case 4:
			a.now = a.now.AddDate(0, a.rand.IntN(9), a.rand.IntN(30))
		case 5:
			prune()
		}
		report := a.verify()
		require.True(a.t, report.OK(), "%+v", report)
	}
	seal()
	a.now = a.now.AddDate(0, 25, 0)
	prune()
	for range 4 {
		seal()
	}
	appendSome()
	var err error
	a.anchor, err = a.JournalAnchor(ctx)
	require.NoError(a.t, err)
	report := a.verify(a.anchor)
	require.True(a.t, report.OK(), "%+v", report)
	require.Positive(a.t, report.Pruned)
	require.Positive(a.t, report.Unsealed)
	require.Equal(a.t, a.anchor, report.Last)

	a.seals, err = a.store.Journal().Seals(ctx, 0, 1000)
	require.NoError(a.t, err)
	a.sealed = nil
	for _, e := range entries(a.t, a.office, payment.JournalFilter{}) {
		if e.Seal > 0 {
			a.sealed = append(a.sealed, e)
		}
	}
	require.Len(a.t, a.sealed, report.Entries)
	a.exec(`CREATE TABLE kept_journal AS SELECT * FROM journal`)
	a.exec(`CREATE TABLE kept_seals AS SELECT * FROM journal_seals`)
}

// restore undoes a tampering.
func (a *archive) restore() {
	a.exec(`DELETE FROM journal; INSERT INTO journal SELECT * FROM kept_journal;
		DELETE FROM journal_seals; INSERT INTO journal_seals SELECT * FROM kept_seals`)
}

// entry picks one that is sealed and there; another one each time it is called with
// others.
func (a *archive) entry(others ...payment.JournalEntry) payment.JournalEntry {
	for {
		e := a.sealed[a.rand.IntN(len(a.sealed))]
		fresh := true
		for _, o := range others {
			fresh = fresh && e.ID != o.ID && e.Seal != o.Seal
		}
		if fresh {
			return e
		}
	}
}

// seal picks one that has entries.
func (a *archive) seal() payment.JournalSeal { return a.seals[a.entry().Seal-1] }

var journalColumns = []string{
	"at", "creditor", "iuv", "token", "notice", "psp", "payment_type", "component", "category", "operation", "subtype", "requester",
	"responder", "station", "channel", "size", "sha256", "answers", "http_status", "fault", "detail", "outcome",
}

// write puts seals into the file, with the hashes that they should have from there on.
func (a *archive) write(seals ...payment.JournalSeal) {
	for i, s := range seals {
		var list []byte
		for _, e := range s.Entries {
			list = append(binary.BigEndian.AppendUint64(list, uint64(e.ID)), e.Digest[:]...)
		}
		if len(s.Entries) > 0 {
			s.Content = sha256.Sum256(list)
		}
		if i > 0 {
			s.Previous = seals[i-1].Hash
		}
		s.Hash = s.Digest()
		seals[i] = s
		a.exec(`UPDATE journal_seals SET content = ?, previous = ?, hash = ?, entries = ? WHERE number = ?`,
			s.Content[:], s.Previous[:], s.Hash[:], append([]byte{}, list...), s.Number)
	}
}

// forge changes an entry and what its seal knows of it.
func (a *archive) forge() []payment.JournalSeal {
	e := a.entry()
	seals := append([]payment.JournalSeal(nil), a.seals[e.Seal-1:]...)
	e.Outcome = "FORGED"
	a.exec(`UPDATE journal SET outcome = 'FORGED' WHERE id = ?`, e.ID)
	seals[0].Entries = append([]payment.SealedEntry(nil), seals[0].Entries...)
	for i := range seals[0].Entries {
		if seals[0].Entries[i].ID == e.ID {
			seals[0].Entries[i].Digest = e.Digest()
		}
	}
	return seals
}

// TestTamperingIsFound: whatever happened to a journal before, what is done to it by hand
// is found, and where; and before and afterwards nobody is accused.
func TestTamperingIsFound(t *testing.T) {
	journals := 2
	if testing.Short() {
		journals = 1
	}
	for seed := range journals {
		a := newArchive(t, uint64(seed))
		a.live(10)
		for _, tampering := range tamperings() {
			want := tampering.do(a)
			report := a.verify(a.anchor)
			for _, finding := range want {
				require.Contains(t, report.Findings, finding, tampering.name)
			}
			for _, finding := range report.Findings {
				require.NotEmpty(t, finding.Text().En)
				require.NotContains(t, finding.Text().It+finding.Text().En, "{")
			}
			// Nothing but an anchor can tell that all was made anew.
			require.Equal(t, want[0].Kind == payment.AnchorLost, a.verify().OK(), tampering.name)
			a.restore()
		}
		report := a.verify(a.anchor)
		require.True(t, report.OK(), "%+v", report)
	}
}

// TestEvidenceIsNotPruned: entries that are not what was sealed stay.
func TestEvidenceIsNotPruned(t *testing.T) {
	a := newArchive(t, 7)
	for range 3 {
		require.NoError(t, a.AppendJournal(t.Context(), storetest.Entry(1)))
		_, err := a.SealJournal(t.Context())
		require.NoError(t, err)
	}
	a.exec(`UPDATE journal SET outcome = 'OK' WHERE id = 2`)
	a.now = a.now.AddDate(3, 0, 0)
	for _, dryRun := range []bool{true, false} {
		done, err := a.PruneJournal(t.Context(), time.Time{}, dryRun)
		require.ErrorIs(t, err, payment.ErrTampered)
		require.ErrorContains(t, err, "Entry 2, of seal 2, was changed.")
		require.Equal(t, payment.PrunedJournal{Seals: 1, Entries: 1}, done)
	}
	require.Len(t, entries(t, a.office, payment.JournalFilter{Operation: "paSendRTV2"}), 2)
}

// TestManyFindings: a report stays small.
func TestManyFindings(t *testing.T) {
	a := newArchive(t, 8)
	for i := range 300 {
		require.NoError(t, a.AppendJournal(t.Context(), storetest.Entry(i)))
	}
	_, err := a.SealJournal(t.Context())
	require.NoError(t, err)
	a.exec(`UPDATE journal SET outcome = 'x'`)
	report := a.verify()
	require.Len(t, report.Findings, 100)
	require.Equal(t, 300, report.Found)
}
