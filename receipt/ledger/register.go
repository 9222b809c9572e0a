package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt"
)

// Register yields the rows of a period, by day; on one day payments stand before refunds.
// Its error is the store's, or has [pagonline.CodeInternal] for one that has not the
// ability of [Receipts].
func Register(ctx context.Context, store payment.Store, p receipt.Period, cfg Config) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		r := register{ctx: ctx, store: store, cfg: cfg}
		err := r.walk(p, func(row Row) bool { return yield(row, nil) })
		if err != nil && !errors.Is(err, errEnough) {
			yield(Row{}, fmt.Errorf("ledger: %w", err))
		}
	}
}

// errEnough says that the caller wants no more rows.
var errEnough = errors.New("enough")

type register struct {
	ctx   context.Context //nolint:containedctx // of one walk
	store payment.Store
	cfg   Config
}

// walk merges receipts and refunds.
func (r register) walk(p receipt.Period, yield func(Row) bool) error {
	receipts, ok := r.store.RTs().(Receipts)
	if !ok {
		return pagonline.NewError(pagonline.CodeInternal).Because(errors.New("ledger: this store cannot list receipts by day"))
	}
	refund, stop := iter.Pull2(r.refunds(p))
	defer stop()
	next, err, more := refund()
	// before writes the refunds of days before d, all for none.
	before := func(d pagonline.Date) error {
		for ; more && (err != nil || d.IsZero() || next.On.Before(d)); next, err, more = refund() {
			if err == nil {
				err = r.refund(next, yield)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	from, end := p.Instants()
	for rt, err := range receipts.Between(r.ctx, from, end) {
		if err == nil {
			err = before(day(rt))
		}
		if err == nil {
			err = r.payment(rt, yield)
		}
		if err != nil {
			return err
		}
	}
	return before(pagonline.Date{})
}

func (r register) refunds(p receipt.Period) iter.Seq2[Refund, error] {
	if r.cfg.Refunds == nil {
		return func(func(Refund, error) bool) {}
	}
	return r.cfg.Refunds(r.ctx, p)
}

// day is the day of a payment, in Rome.
func day(rt payment.RT) pagonline.Date {
	if rt.PaidAt.IsZero() {
		return pagonline.DateOf(rt.ReceivedAt)
	}
	return pagonline.DateOf(rt.PaidAt)
}

// payment writes the rows of a receipt: its shares of who received it.
func (r register) payment(rt payment.RT, yield func(Row) bool) error {
	row, purchase, mine, err := r.about(rt)
	if err != nil || !mine {
		return err
	}
	shares, others, mismatch, err := split(rt)
	if err != nil {
		return err
	}
	row.Difference, row.Others, row.Mismatch = rt.Difference, others, mismatch
	if len(shares) == 0 && !yield(row) { // what others got is not hidden
		return errEnough
	}
	for _, c := range shares {
		if err := r.share(&row, rt, purchase, c); err != nil {
			return err
		}
		row.Amount = c.Amount.Minus(euro.Amount{})
		if !yield(row) {
			return errEnough
		}
		row.First, row.Difference, row.Others, row.Mismatch = false, euro.Delta{}, euro.Amount{}, euro.Delta{}
	}
	return nil
}

// split returns the shares of who received the receipt, what others got, and the amount
// less the sum of all shares.
func split(rt payment.RT) (shares []payment.Credit, others euro.Amount, mismatch euro.Delta, err error) {
	rest := rt.Amount.Minus(euro.Amount{}).Cents()
	for _, c := range rt.Transfers {
		rest -= c.Amount.Cents()
		if c.Creditor == rt.Creditor {
			shares = append(shares, c)
		} else if others, err = others.Add(c.Amount); err != nil {
			return nil, euro.Amount{}, euro.Delta{}, err
		}
	}
	mismatch, err = euro.DeltaCents(rest)
	return shares, others, mismatch, err
}

// about begins the rows of a receipt. It reports false for one that is not of this
// register.
func (r register) about(rt payment.RT) (row Row, bought payment.Purchase, mine bool, err error) {
	if !rt.OK || r.cfg.Creditor != "" && r.cfg.Creditor != rt.Creditor {
		return Row{}, bought, false, nil
	}
	p, err := r.store.Positions().Get(r.ctx, rt.PositionKey())
	if err != nil && !errors.Is(err, payment.ErrNotFound) { // a secondary creditor has no position
		return Row{}, bought, false, err
	}
	if r.cfg.Institute != "" && r.cfg.Institute != p.Purchase.InstituteCode {
		return Row{}, bought, false, nil
	}
	row = Row{
		Date: day(rt), Movement: Payment, Form: form(rt), Payer: rt.Debtor.Name, Causale: p.Purchase.Detail.String(),
		Receipt: rt.ReceiptID, Institute: p.Purchase.Institute, Service: p.Purchase.Service,
		Protocol: p.Purchase.Protocol.String(), IUV: rt.IUV, Notice: rt.Number, Creditor: rt.Creditor, First: true,
	}
	if rt.Payer != nil {
		row.Payer = rt.Payer.Name
	}
	if row.Institute == "" {
		row.Institute = rt.Office
	}
	if rt.Second {
		row.Movement = SecondPayment
	}
	return row, p.Purchase, true, nil
}

// form is the form of payment: pagoPA, the method where it is known, and who took it.
func form(rt payment.RT) string {
	parts := []string{"pagoPA"}
	for _, s := range []string{rt.Method, rt.PSP.Company} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// share fills in what a share says.
func (r register) share(row *Row, rt payment.RT, bought payment.Purchase, c payment.Credit) (err error) {
	row.Category, row.Causale = c.Category, bought.Detail.String()
	if row.Causale == "" {
		row.Causale = c.Remittance
	}
	row.Capitolo = capitolo(c).String()
	if row.Capitolo == "" && r.cfg.Revenue != nil {
		row.Capitolo = r.cfg.Revenue(bought, c).String()
	}
	if r.cfg.Treasury != nil {
		row.Treasury, err = r.cfg.Treasury(r.ctx, rt, c)
	}
	return err
}

// capitolo is what the share itself says: its account, if it is one of the State's
// treasury, or its category, if that is of the kind 0 (capitolo e articolo di entrata;
// pagoPA, datiSpecificiRiscossione).
func capitolo(c payment.Credit) causale.Revenue {
	if r, _, ok := causale.RevenueFromIBAN(c.IBAN); ok {
		return r
	}
	if code, ok := strings.CutPrefix(c.Category, "0/"); ok {
		r, _ := causale.ParseRevenue(code)
		return r
	}
	return causale.Revenue{}
}
