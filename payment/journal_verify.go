package payment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"time"
)

// ErrTampered is wrapped by [Cashier.PruneJournal]'s error if the journal is not what
// was sealed.
var ErrTampered = errors.New("payment: the journal was changed after it was sealed")

// JournalReport is what [Cashier.VerifyJournal] saw.
type JournalReport struct {
	Seals    int    `json:"seals"`    // there
	Entries  int    `json:"entries"`  // there and sealed
	Pruned   int    `json:"pruned"`   // gone, by [Cashier.PruneJournal]
	Unsealed int    `json:"unsealed"` // not sealed yet: nothing can be said of them
	Last     Anchor `json:"last"`     // of the last seal; zero if there is none
	// Findings is what is wrong, in the order of the seals, none if all is well: the
	// first hundred, Found in all.
	Findings []JournalFinding `json:"findings"`
	Found    int              `json:"found"`
}

// OK reports whether everything that is sealed is what it was.
func (r JournalReport) OK() bool { return r.Found == 0 }

// maxFindings is how many findings a report holds, for each of them is one that an
// attacker may have made.
const maxFindings = 100

func (r *JournalReport) add(findings ...JournalFinding) {
	r.Found += len(findings)
	r.Findings = append(r.Findings, findings[:min(len(findings), maxFindings-len(r.Findings))]...)
}

// VerifyJournal looks for entries and seals that were changed, removed, inserted or
// moved since they were sealed, and says where. It holds a batch at a time, and nobody
// waits for it; sealing and pruning may go on.
//
// Anchors that were kept elsewhere find what the journal alone cannot show: that its
// end was cut off, or all of it made anew.
func (c *Cashier) VerifyJournal(ctx context.Context, anchors ...Anchor) (JournalReport, error) {
	v := verification{cashier: c, journal: c.store.Journal(), anchors: slices.Clone(anchors)}
	err := v.unsealed(ctx)
	for more := true; more && err == nil; {
		more, err = v.seals(ctx)
	}
	if err != nil {
		return JournalReport{}, fmt.Errorf("verify journal: %w", err)
	}
	v.report.Last = v.last.Anchor()
	for _, a := range v.anchors {
		v.report.add(JournalFinding{Kind: AnchorLost, Seal: a.Seal})
	}
	if !v.report.OK() {
		c.cfg.Log.ErrorContext(ctx, "journal was tampered with", slog.Int("findings", v.report.Found),
			slog.String("first", v.report.Findings[0].Text().En))
	}
	return v.report, nil
}

// verification is one run of VerifyJournal.
type verification struct {
	cashier *Cashier
	journal Journal
	anchors []Anchor    // those not met yet
	last    JournalSeal // the one that was looked at last
	report  JournalReport
}

// unsealed counts the entries without a seal. One with a number that no seal can have
// is none of them.
func (v *verification) unsealed(ctx context.Context) error {
	for place := (JournalPlace{math.MinInt64, math.MinInt64}); ; {
		entries, err := v.journal.Walk(ctx, place, sealBatch)
		if err != nil {
			return err
		}
		for _, e := range entries {
			switch {
			case e.Seal > 0:
				return nil
			case e.Seal < 0:
				v.report.add(JournalFinding{Kind: EntryInserted, Seal: e.Seal, Entry: e.ID})
			default:
				v.report.Unsealed++
			}
			place = JournalPlace{e.Seal, e.ID}
		}
		if len(entries) < sealBatch {
			return nil
		}
	}
}

// sealPage is how many seals are read at a time, each with its list.
const sealPage = 20

// seals looks at the next seals and reports whether there may be more.
func (v *verification) seals(ctx context.Context) (more bool, err error) {
	seals, err := v.journal.Seals(ctx, v.last.Number, sealPage)
	if err != nil {
		return false, err
	}
	for _, s := range seals {
		if err := v.seal(ctx, s); err != nil {
			return false, err
		}
	}
	if len(seals) > 0 {
		return true, nil
	}
	return v.beyond(ctx)
}

// beyond looks for entries of seals behind the last one. Seal and entries may just have
// been written together, so it decides in a unit of work.
func (v *verification) beyond(ctx context.Context) (more bool, err error) {
	place := JournalPlace{v.last.Number, math.MaxInt64}
	entries, err := v.journal.Walk(ctx, place, 1)
	if err != nil || len(entries) == 0 {
		return false, err
	}
	err = v.cashier.Do(ctx, func(ctx context.Context) error {
		seals, err := v.journal.Seals(ctx, v.last.Number, 1)
		if more = len(seals) > 0; err != nil || more {
			return err
		}
		entries, err = v.journal.Walk(ctx, place, maxFindings)
		return err
	})
	if err != nil || more {
		return more, err
	}
	for i, e := range entries {
		if i == 0 || e.Seal != entries[i-1].Seal {
			v.report.add(JournalFinding{Kind: SealRemoved, Seal: e.Seal, Through: e.Seal})
		}
	}
	return false, nil
}

// seal looks at one seal and its entries. What seems wrong is looked at again in a unit
// of work, for the seal may have been pruned while its entries were read.
func (v *verification) seal(ctx context.Context, s JournalSeal) error {
	findings, entries, err := v.cashier.compare(ctx, s)
	if err == nil && len(findings) > 0 {
		err = v.cashier.Do(ctx, func(ctx context.Context) error {
			again, err := v.journal.Seals(ctx, s.Number-1, 1)
			if err == nil && len(again) == 1 {
				s = again[0]
				findings, entries, err = v.cashier.compare(ctx, s)
			}
			return err
		})
	}
	if err != nil {
		return err
	}
	changed := len(findings) > 0 && findings[0].Kind == SealChanged
	switch {
	case s.Number != v.last.Number+1:
		v.report.add(JournalFinding{Kind: SealRemoved, Seal: v.last.Number + 1, Through: s.Number - 1})
	case !changed && s.Previous != v.last.Hash && s.Previous != v.last.Digest():
		v.report.add(JournalFinding{Kind: SealReplaced, Seal: s.Number})
	}
	v.anchors = slices.DeleteFunc(v.anchors, func(a Anchor) bool { return a == s.Anchor() })
	v.report.add(findings...)
	v.report.Seals++
	v.report.Entries += entries
	if s.pruned() {
		v.report.Pruned += s.Count
	}
	v.last = s
	return nil
}

// compare says what differs between a seal and the entries that have its number, and
// how many of these there are.
func (c *Cashier) compare(ctx context.Context, s JournalSeal) (findings []JournalFinding, n int, err error) {
	entries, err := entriesOf(ctx, c.store.Journal(), s.Number, len(s.Entries)+maxFindings)
	if err != nil {
		return nil, 0, err
	}
	if s.Digest() != s.Hash || !s.pruned() && (len(s.Entries) != s.Count || contentOf(s.Entries) != s.Content) {
		return []JournalFinding{{Kind: SealChanged, Seal: s.Number}}, len(entries), nil
	}
	if s.pruned() && !s.before(retained(c.now())) {
		findings = append(findings, JournalFinding{Kind: PrunedEarly, Seal: s.Number})
	}
	return append(findings, s.compare(entries)...), len(entries), nil
}

// compare goes along the list and the entries, both in the order of their IDs.
func (s JournalSeal) compare(entries []JournalEntry) (findings []JournalFinding) {
	found := func(kind JournalFindingKind, id int64) {
		findings = append(findings, JournalFinding{Kind: kind, Seal: s.Number, Entry: id})
	}
	listed := s.Entries
	for _, e := range entries {
		for len(listed) > 0 && listed[0].ID < e.ID {
			found(EntryRemoved, listed[0].ID)
			listed = listed[1:]
		}
		if len(listed) == 0 || listed[0].ID > e.ID {
			found(EntryInserted, e.ID)
			continue
		}
		if listed[0].Digest != e.Digest() {
			found(EntryChanged, e.ID)
		}
		listed = listed[1:]
	}
	for _, l := range listed {
		found(EntryRemoved, l.ID)
	}
	return findings
}

// pruned reports whether the list of entries is gone.
func (s JournalSeal) pruned() bool { return len(s.Entries) == 0 }

// before reports whether the seal and all it covers are older than t. That of the seal
// counts too: an entry may say what instant it likes.
func (s JournalSeal) before(t time.Time) bool { return s.To.Before(t) && s.At.Before(t) }
