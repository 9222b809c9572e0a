package payment_test

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
)

// tampering is one way to change a journal. It returns the findings that there must be,
// kind and seal or entry; others may come with them.
type tampering struct {
	name string
	do   func(a *archive) []payment.JournalFinding
}

func one(kind payment.JournalFindingKind, seal, entry int64) []payment.JournalFinding {
	return []payment.JournalFinding{{Kind: kind, Seal: seal, Entry: entry}}
}

func tamperings() []tampering {
	all := []tampering{
		{name: "entry removed", do: func(a *archive) []payment.JournalFinding {
			e := a.entry()
			a.exec(`DELETE FROM journal WHERE id = ?`, e.ID)
			return one(payment.EntryRemoved, e.Seal, e.ID)
		}},
		{name: "all entries of a seal removed", do: func(a *archive) []payment.JournalFinding {
			s := a.seal()
			a.exec(`DELETE FROM journal WHERE seal = ?`, s.Number)
			return one(payment.EntryRemoved, s.Number, s.Entries[len(s.Entries)-1].ID)
		}},
		{name: "entry inserted", do: func(a *archive) []payment.JournalFinding {
			s := a.seals[a.rand.IntN(len(a.seals))] // pruned ones too
			id := int64(1_000_000)
			for _, e := range entries(a.t, a.office, payment.JournalFilter{}) {
				if e.Seal == s.Number && a.rand.IntN(2) == 0 {
					id = -e.ID // before all others
				}
			}
			a.exec(`INSERT INTO journal SELECT ?, ?, `+strings.Join(journalColumns, ", ")+` FROM kept_journal LIMIT 1`, id, s.Number)
			return one(payment.EntryInserted, s.Number, id)
		}},
		{name: "entry of a seal that there cannot be", do: func(a *archive) []payment.JournalFinding {
			a.exec(`INSERT INTO journal SELECT 1000000, -7, ` + strings.Join(journalColumns, ", ") + ` FROM kept_journal LIMIT 1`)
			return one(payment.EntryInserted, -7, 1_000_000)
		}},
		{name: "entry of a seal to come", do: func(a *archive) []payment.JournalFinding {
			a.exec(`INSERT INTO journal SELECT 1000000, 1000000, ` + strings.Join(journalColumns, ", ") + ` FROM kept_journal LIMIT 1`)
			return []payment.JournalFinding{{Kind: payment.SealRemoved, Seal: 1_000_000, Through: 1_000_000}}
		}},
		{name: "entries swapped", do: func(a *archive) []payment.JournalFinding {
			e := a.entry()
			o := a.entry(e)
			a.exec(`UPDATE journal SET id = -1 WHERE id = ?`, e.ID)
			a.exec(`UPDATE journal SET id = ?, seal = ? WHERE id = ?`, e.ID, e.Seal, o.ID)
			a.exec(`UPDATE journal SET id = ?, seal = ? WHERE id = -1`, o.ID, o.Seal)
			return append(one(payment.EntryChanged, e.Seal, e.ID), one(payment.EntryChanged, o.Seal, o.ID)...)
		}},
		{name: "entry moved to another seal", do: func(a *archive) []payment.JournalFinding {
			e := a.entry()
			o := a.entry(e)
			a.exec(`UPDATE journal SET seal = ? WHERE id = ?`, o.Seal, e.ID)
			return append(one(payment.EntryRemoved, e.Seal, e.ID), one(payment.EntryInserted, o.Seal, e.ID)...)
		}},
		{name: "entry no longer sealed", do: func(a *archive) []payment.JournalFinding {
			e := a.entry()
			a.exec(`UPDATE journal SET seal = 0 WHERE id = ?`, e.ID)
			return one(payment.EntryRemoved, e.Seal, e.ID)
		}},
		{name: "entry renumbered", do: func(a *archive) []payment.JournalFinding {
			e := a.entry()
			a.exec(`UPDATE journal SET id = 1000000 WHERE id = ?`, e.ID)
			return append(one(payment.EntryRemoved, e.Seal, e.ID), one(payment.EntryInserted, e.Seal, 1_000_000)...)
		}},
		{name: "seal removed", do: func(a *archive) []payment.JournalFinding {
			s := a.seals[a.rand.IntN(len(a.seals))]
			a.exec(`DELETE FROM journal_seals WHERE number = ?`, s.Number)
			return []payment.JournalFinding{{Kind: payment.SealRemoved, Seal: s.Number, Through: s.Number}}
		}},
		{name: "seal and entries removed", do: func(a *archive) []payment.JournalFinding {
			s := a.seals[a.rand.IntN(len(a.seals)-1)]
			a.exec(`DELETE FROM journal_seals WHERE number = ?`, s.Number)
			a.exec(`DELETE FROM journal WHERE seal = ?`, s.Number)
			return []payment.JournalFinding{{Kind: payment.SealRemoved, Seal: s.Number, Through: s.Number}}
		}},
		{name: "first seals removed", do: func(a *archive) []payment.JournalFinding {
			n := 1 + a.rand.Int64N(int64(len(a.seals)-1))
			a.exec(`DELETE FROM journal_seals WHERE number <= ?`, n)
			a.exec(`DELETE FROM journal WHERE seal BETWEEN 1 AND ?`, n)
			return []payment.JournalFinding{{Kind: payment.SealRemoved, Seal: 1, Through: n}}
		}},
		{name: "all seals removed", do: func(a *archive) []payment.JournalFinding {
			a.exec(`DELETE FROM journal_seals`)
			return []payment.JournalFinding{{Kind: payment.SealRemoved, Seal: a.anchor.Seal, Through: a.anchor.Seal}}
		}},
		{name: "seals swapped", do: func(a *archive) []payment.JournalFinding {
			s := a.seals[a.rand.IntN(len(a.seals)-1)]
			a.exec(`UPDATE journal_seals SET number = -1 WHERE number = ?`, s.Number)
			a.exec(`UPDATE journal_seals SET number = ? WHERE number = ?`, s.Number, s.Number+1)
			a.exec(`UPDATE journal_seals SET number = ? WHERE number = -1`, s.Number+1)
			return append(one(payment.SealChanged, s.Number, 0), one(payment.SealChanged, s.Number+1, 0)...)
		}},
		{name: "pruned too early", do: func(a *archive) []payment.JournalFinding {
			s := a.seal()
			a.exec(`DELETE FROM journal WHERE seal = ?`, s.Number)
			a.exec(`UPDATE journal_seals SET entries = x'' WHERE number = ?`, s.Number)
			return one(payment.PrunedEarly, s.Number, 0)
		}},
		{name: "pruned early and older than it is", do: func(a *archive) []payment.JournalFinding {
			s := a.seal()
			a.exec(`DELETE FROM journal WHERE seal = ?`, s.Number)
			a.exec(`UPDATE journal_seals SET entries = x'', at = 0, from_at = 0, to_at = 0 WHERE number = ?`, s.Number)
			return one(payment.SealChanged, s.Number, 0)
		}},
		{name: "stray bytes behind a list", do: func(a *archive) []payment.JournalFinding {
			s := a.seals[a.rand.IntN(len(a.seals))]
			a.exec(`UPDATE journal_seals SET entries = CAST(entries || x'00' AS BLOB) WHERE number = ?`, s.Number)
			return one(payment.SealChanged, s.Number, 0)
		}},
		{name: "a list that says less", do: func(a *archive) []payment.JournalFinding {
			s := a.seal()
			a.exec(`UPDATE journal_seals SET entries = substr(entries, 41) WHERE number = ?`, s.Number)
			if len(s.Entries) == 1 {
				return append(one(payment.PrunedEarly, s.Number, 0), one(payment.EntryInserted, s.Number, s.Entries[0].ID)...)
			}
			return one(payment.SealChanged, s.Number, 0)
		}},
		{name: "entry changed with its seal", do: func(a *archive) []payment.JournalFinding {
			seals := a.forge()
			a.write(seals[0])
			if len(seals) == 1 { // nothing follows
				return one(payment.AnchorLost, a.anchor.Seal, 0)
			}
			return one(payment.SealReplaced, seals[1].Number, 0)
		}},
		{name: "entry changed with its seal and all that follow", do: func(a *archive) []payment.JournalFinding {
			a.write(a.forge()...)
			return one(payment.AnchorLost, a.anchor.Seal, 0)
		}},
		{name: "end cut off", do: func(a *archive) []payment.JournalFinding {
			n := 1 + a.rand.IntN(len(a.seals))
			a.exec(`DELETE FROM journal_seals WHERE number >= ?`, n)
			a.exec(`DELETE FROM journal WHERE seal >= ?`, n)
			return one(payment.AnchorLost, a.anchor.Seal, 0)
		}},
		{name: "all made anew", do: func(a *archive) []payment.JournalFinding {
			a.exec(`DELETE FROM journal_seals; UPDATE journal SET seal = 0`)
			for range a.seals {
				_, err := a.SealJournal(a.t.Context())
				require.NoError(a.t, err)
			}
			return one(payment.AnchorLost, a.anchor.Seal, 0)
		}},
	}
	for _, column := range journalColumns {
		all = append(all, tampering{name: "entry's " + column + " changed", do: func(a *archive) []payment.JournalFinding {
			e := a.entry()
			change := `CAST(` + column + ` || 'x' AS TEXT)`
			switch column {
			case "at", "size", "http_status":
				change = column + ` + 1`
			}
			require.EqualValues(a.t, 1, a.exec(`UPDATE journal SET `+column+` = `+change+` WHERE id = ?`, e.ID))
			return one(payment.EntryChanged, e.Seal, e.ID)
		}})
	}
	for column, change := range map[string]string{
		"at": "at - 1", "from_at": "from_at + 1", "to_at": "to_at - 1", "count": "count + 1",
		"content": "randomblob(32)", "previous": "randomblob(32)", "hash": "randomblob(32)", "hash = x'', previous": "x''",
	} {
		all = append(all, tampering{name: "seal's " + column + " changed", do: func(a *archive) []payment.JournalFinding {
			s := a.seals[a.rand.IntN(len(a.seals))]
			a.exec(`UPDATE journal_seals SET `+column+` = `+change+` WHERE number = ?`, s.Number)
			return one(payment.SealChanged, s.Number, 0)
		}})
	}
	return all
}
