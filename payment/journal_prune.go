package payment

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/pagonline/pagonline"
)

// journalMonths is how long the journal is kept at least (SANP 3.12, appendix "Giornale
// degli Eventi").
const journalMonths = 24

// retained is the instant from which on the journal must be kept. It never goes back: on
// February 29th it is the end of a February that had no such day.
func retained(now time.Time) time.Time {
	t := now.UTC().AddDate(0, -journalMonths, 0)
	if t.Day() != now.UTC().Day() {
		t = t.Truncate(24 * time.Hour)
	}
	return t
}

// PrunedJournal counts what [Cashier.PruneJournal] deleted, or would.
type PrunedJournal struct {
	Seals   int `json:"seals"`
	Entries int `json:"entries"`
}

// PruneJournal deletes the entries from before an instant, those that are sealed, by
// whole seals: one goes when all of its entries, and itself, are older. The seals stay,
// so that what is left can be verified; the journal notes each deletion. No instant means
// all that may go.
//
// What is younger than 24 months may not: the error then has [pagonline.CodeNotAllowed].
// Entries that are not what was sealed stay as evidence, and the error wraps
// [ErrTampered]. With an error comes what was deleted before it.
//
// dryRun counts and deletes nothing.
func (c *Cashier) PruneJournal(ctx context.Context, before time.Time, dryRun bool) (PrunedJournal, error) {
	var done PrunedJournal
	limit := retained(c.now())
	if before.IsZero() {
		before = limit
	}
	if before.After(limit) {
		return done, pagonline.NewError(pagonline.CodeNotAllowed).At("before").
			Because(fmt.Errorf("payment: the journal is kept for %d months: nothing after %s goes", journalMonths, limit.Format(time.RFC3339)))
	}
	for after := int64(0); ; {
		seals, err := c.store.Journal().Seals(ctx, after, sealPage)
		if err != nil {
			return done, fmt.Errorf("prune journal: %w", err)
		}
		if len(seals) == 0 {
			break
		}
		for _, s := range seals {
			after = s.Number
			if s.pruned() || !s.before(before) {
				continue
			}
			n, err := c.pruneSeal(ctx, s.Number, dryRun)
			if err != nil {
				return done, fmt.Errorf("prune journal: seal %d: %w", s.Number, err)
			}
			done.Seals, done.Entries = done.Seals+1, done.Entries+n
		}
	}
	if done.Seals > 0 && !dryRun {
		c.cfg.Log.InfoContext(ctx, "journal pruned", slog.Int("seals", done.Seals), slog.Int("entries", done.Entries))
	}
	return done, nil
}

// pruneSeal deletes the entries of one seal, in a unit of work. Another process may have
// done so meanwhile.
func (c *Cashier) pruneSeal(ctx context.Context, number int64, dryRun bool) (n int, err error) {
	err = c.Do(ctx, func(ctx context.Context) error {
		n = 0
		seals, err := c.store.Journal().Seals(ctx, number-1, 1)
		if err != nil || len(seals) == 0 || seals[0].Number != number || seals[0].pruned() {
			return err
		}
		s := seals[0]
		findings, _, err := c.compare(ctx, s)
		if err != nil {
			return err
		}
		if len(findings) > 0 {
			return fmt.Errorf("%w: %s", ErrTampered, findings[0].Text().En)
		}
		n = s.Count
		if dryRun {
			return nil
		}
		if err := c.store.Journal().Prune(ctx, number); err != nil {
			return err
		}
		return c.AppendJournal(ctx, JournalEntry{
			Component: "journal", Category: Internal, Operation: "journal.prune", Subtype: Response, Outcome: "OK",
			Parameters: JournalParameters{Detail: fmt.Sprintf("seal:%d,entries:%d", number, n)},
		})
	})
	return n, err
}
