package ledger

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

// RefundSource yields the refunds of a period in the order of their days.
type RefundSource func(ctx context.Context, p receipt.Period) iter.Seq2[Refund, error]

// DeskRefunds returns the refunds that the desk has recorded as executed. They are held
// in memory while a register is written, refunds only.
func DeskRefunds(cases desk.Cases) RefundSource {
	return func(ctx context.Context, p receipt.Period) iter.Seq2[Refund, error] {
		return func(yield func(Refund, error) bool) {
			var all []Refund
			for c, err := range cases.List(ctx, desk.Filter{}) {
				if err != nil {
					yield(Refund{}, err)
					return
				}
				for _, r := range c.Refunds {
					if r.Status == desk.RefundExecuted && p.Has(r.ExecutedOn) {
						all = append(all, Refund{
							On: r.ExecutedOn, Creditor: r.Position.Creditor, Institute: c.Institute,
							ReceiptID: r.ReceiptID, Amount: r.Amount, Reference: r.Reference,
						})
					}
				}
			}
			slices.SortStableFunc(all, func(a, b Refund) int {
				return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.ReceiptID, b.ReceiptID))
			})
			for _, r := range all {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

// formRefund is the form under which a refund stands.
const formRefund = "rimborso"

// refund writes the rows of a refund. One of all that the creditor got goes back from each
// share; a part of several shares under different capitoli names none, for nobody said
// from which it goes back. One whose receipt is not there is written all the same.
func (r register) refund(f Refund, yield func(Row) bool) error {
	rt, err := r.store.RTs().Get(r.ctx, f.Creditor, f.ReceiptID)
	switch {
	case errors.Is(err, payment.ErrNotFound):
		return r.orphan(f, yield)
	case err != nil:
		return err
	}
	row, bought, mine, err := r.about(rt)
	if err != nil || !mine {
		return err
	}
	shares, _, _, err := split(rt)
	if err != nil {
		return err
	}
	back, err := r.backFrom(rt, bought, shares, f.Amount)
	if err != nil {
		return err
	}
	for _, c := range back {
		if err := r.share(&row, rt, bought, c); err != nil {
			return err
		}
		if c.ID == 0 { // of no share in particular
			row.Capitolo = ""
		}
		row.Date, row.Movement, row.Form, row.Treasury = f.On, Refunded, formRefund, f.Reference
		row.Amount = c.Amount.Minus(euro.Amount{}).Neg()
		if !yield(row) {
			return errEnough
		}
		row.First = false
	}
	return nil
}

// orphan writes the row of a refund whose receipt is not in the store.
func (r register) orphan(f Refund, yield func(Row) bool) error {
	if r.cfg.Creditor != "" && r.cfg.Creditor != f.Creditor || r.cfg.Institute != "" && r.cfg.Institute != f.Institute {
		return nil
	}
	row := Row{
		Date: f.On, Movement: Refunded, Form: formRefund, Amount: f.Amount.Minus(euro.Amount{}).Neg(),
		Receipt: f.ReceiptID, Treasury: f.Reference, Creditor: f.Creditor, First: true, Orphan: true,
	}
	if !yield(row) {
		return errEnough
	}
	return nil
}

// backFrom returns the shares from which an amount goes back.
func (r register) backFrom(rt payment.RT, bought payment.Purchase, shares []payment.Credit, amount euro.Amount) ([]payment.Credit, error) {
	var all euro.Total
	capitoli := map[string]bool{}
	for _, c := range shares {
		var row Row
		if err := r.share(&row, rt, bought, c); err != nil {
			return nil, err
		}
		capitoli[row.Capitolo] = true
		all, _ = all.Add(c.Amount) // they fit in one receipt
	}
	switch part := (payment.Credit{Amount: amount}); {
	case all.Cents() == amount.Cents() && len(shares) > 0:
		return shares, nil
	case len(capitoli) == 1:
		part = shares[0]
		part.Amount = amount
		return []payment.Credit{part}, nil
	default:
		return []payment.Credit{part}, nil
	}
}
