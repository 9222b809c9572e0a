package gpd

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Claim says that a notice was paid: a row of a reporting flow does, or GPD in that form.
type Claim struct {
	Key payment.Key
	// Row names the payment (IUR) and its day, and has a code; nothing else counts.
	Row payment.FlowEntry
}

// LogValue gives the log the notice.
func (c Claim) LogValue() slog.Value { return slog.StringValue(c.Key.String()) }

// Claims yields what was paid, whether the receipt came or not.
type Claims func(ctx context.Context) iter.Seq2[Claim, error]

// How far back [Client.Claims] looks, in days: the services list 30 at most.
const (
	claimsFrom = 30
	claimsTo   = 2
)

// Claims returns what GPD knows as paid to a creditor, for [Recover]: the payments of a
// month, but for the last two days, in which the node repeats receipts by itself.
func (c *Client) Claims(creditor string) Claims {
	return func(ctx context.Context) iter.Seq2[Claim, error] {
		return func(yield func(Claim, error) bool) {
			today := pagonline.DateOf(c.api.now())
			from, to := today.AddDays(-claimsFrom), today.AddDays(-claimsTo)
			// GPD gives a debt a day of payment when nothing is left to pay.
			for _, f := range []Filter{{PaidFrom: from, PaidTo: to}, {Status: PartiallyPaid}} {
				for d, err := range c.List(ctx, creditor, f) {
					if err != nil {
						yield(Claim{}, err)
						return
					}
					for claim := range d.claims(creditor) {
						if on := claim.Row.PaidOn; on.Before(from) || to.Before(on) {
							continue
						}
						if !yield(claim, nil) {
							return
						}
					}
				}
			}
		}
	}
}

// claims yields the payments of a debt.
func (d Debt) claims(creditor string) iter.Seq[Claim] {
	return func(yield func(Claim) bool) {
		for _, o := range d.Options {
			for _, i := range o.Installments {
				if !i.Status.Paid() || i.ReceiptID == "" || i.Number.IsZero() {
					continue
				}
				row := payment.FlowEntry{
					IUV: i.IUV, IUR: i.ReceiptID, Amount: i.Amount.Minus(euro.Amount{}), Code: payment.FlowExecuted, PaidOn: pagonline.DateOf(i.PaidAt),
				}
				if !yield(Claim{payment.Key{Creditor: creditor, Number: i.Number}, row}) {
					return
				}
			}
		}
	}
}

// RecoverConfig says how receipts are recovered. The zero value works.
type RecoverConfig struct {
	// Log gets what an operator should know; no personal data. Default: nothing.
	Log *slog.Logger
}

// Recover returns a task that records the receipts which never came, to be run again and
// again, as once an hour. Of the claims it asks biz-events for those
//
//   - that were paid, by a notice that the store has;
//   - whose receipt the store does not have, nor one of the notice that waits in quarantine;
//   - that are 48 hours old, for as long the node repeats a receipt, or say that there is
//     none (codes 8 and 9 of a flow);
//   - that nobody has asked for: see [payment.Cashier.SeekReceipt],
//
// the oldest first, as far as the budget goes; the next run goes on. Each is asked for
// once, and so no loop can be (SANP 3.12, getOrganizationReceipt). Where biz-events gave no
// answer the run ends, and later ones of the same process try up to twice again; what
// remains is for the creditor, as [payment.Resolve] says.
//
// What is found is recorded as any receipt, and the node's own takes its place should it
// come after all: see [payment.Cashier.Record]. The task's error is the store's, that of
// the claims, or of a call that failed.
func Recover(store payment.Store, from *Receipts, claims Claims, cfg RecoverConfig) func(context.Context) error {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	r := &recovery{
		store: store, from: from, claims: claims, log: cfg.Log, unanswered: map[string]int{},
		cashier: payment.NewCashier(store, payment.Config{Now: from.api.now, Log: cfg.Log}),
	}
	return r.run
}

type recovery struct {
	store   payment.Store
	cashier *payment.Cashier
	from    *Receipts
	claims  Claims
	log     *slog.Logger

	mu         sync.Mutex // one run at a time
	unanswered map[string]int
}

const (
	// repeats is how long the node repeats a receipt that no station took: 48 attempts,
	// one each hour (SANP 3.12, paSendRT).
	repeats = 48 * time.Hour
	// askTimes is how often one receipt is asked for where there is no answer.
	askTimes = 3
	// maxMissing bounds what one run looks at.
	maxMissing = 1000
)

func (r *recovery) run(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	missing, err := r.missing(ctx)
	if err != nil {
		return err
	}
	var failures []error
	for _, c := range missing {
		more, err := r.recover(ctx, c)
		if failures = append(failures, err); !more {
			break
		}
	}
	return errors.Join(failures...)
}

// missing returns the claims that biz-events may be asked about, the oldest first.
func (r *recovery) missing(ctx context.Context) (all []Claim, err error) {
	for c, err := range r.claims(ctx) {
		if err != nil {
			return nil, fmt.Errorf("recover receipts: %w", err)
		}
		due, err := r.due(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("recover receipt of %s: %w", c.Key, err)
		}
		if due {
			all = append(all, c)
		}
		if len(all) == maxMissing {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b Claim) int { return a.Row.PaidOn.Compare(b.Row.PaidOn) })
	return all, nil
}

func (r *recovery) due(ctx context.Context, c Claim) (bool, error) {
	row := c.Row
	if !row.Code.Paid() || row.IUR == "" {
		return false, nil
	}
	if !row.Code.NoReceipt() && (row.PaidOn.IsZero() || r.from.api.now().Before(row.PaidOn.End().Add(repeats))) {
		return false, nil
	}
	_, err := r.store.RTs().Get(ctx, c.Key.Creditor, row.IUR)
	if err == nil || !errors.Is(err, payment.ErrNotFound) {
		return false, err
	}
	f, err := r.cashier.Facts(ctx, c.Key)
	if err != nil || f.Position.Status == "" || f.Refused {
		return false, err
	}
	return !slices.Contains(f.Sought, row.IUR) || r.again(row.IUR), nil
}

// again reports whether a receipt may be asked for once more.
func (r *recovery) again(iur string) bool {
	n := r.unanswered[iur]
	return 0 < n && n < askTimes
}

// recover asks for one receipt. More says that others may be asked for.
func (r *recovery) recover(ctx context.Context, c Claim) (more bool, err error) {
	iur, receipt := c.Row.IUR, slog.Group("receipt", slog.String("position", c.Key.String()), slog.String("id", payment.JournalCode(c.Row.IUR)))
	err = r.from.spend(ctx)
	if errors.Is(err, errSpent) {
		return false, nil
	}
	var first bool
	if err == nil {
		first, err = r.cashier.SeekReceipt(ctx, c.Key, iur)
	}
	if err != nil {
		return false, err
	}
	if !first && !r.again(iur) {
		return true, nil // another process was faster
	}
	found, err := r.from.ask(ctx, c.Key.Creditor, iur, c.Key.Number.IUV().String(), true)
	switch {
	case err == nil:
		_, err = r.cashier.Record(ctx, found.RT(c.Key.Creditor))
		if err == nil {
			r.log.InfoContext(ctx, "receipt recovered from biz-events", receipt)
		}
		if err == nil || errors.Is(err, payment.ErrRefused) { // then it is in quarantine
			delete(r.unanswered, iur)
			return true, err
		}
	case errors.Is(err, pagonline.ErrNotFound):
		delete(r.unanswered, iur)
		r.log.WarnContext(ctx, "biz-events does not have the receipt either", receipt)
		return true, nil
	}
	r.unanswered[iur]++
	return false, fmt.Errorf("recover receipt of %s: %w", c.Key, err)
}
