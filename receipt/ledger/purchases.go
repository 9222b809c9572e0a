package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt"
)

// Purchase is one row of a payer's purchases (acquisti).
type Purchase struct {
	Date      pagonline.Date `json:"date"` // on which its notice was issued
	Status    payment.Status `json:"status"`
	Institute string         `json:"institute"`
	Service   string         `json:"service"`
	Causale   string         `json:"causale"`
	Quantity  int            `json:"quantity"`
	UnitPrice euro.Amount    `json:"unitPrice"`
	Amount    euro.Amount    `json:"amount"` // what is due, or was
	Notice    notice.Number  `json:"notice"`
	IUV       string         `json:"iuv"`
	Receipt   string         `json:"receipt"` // the IUR, "" before it is paid
	PSP       string         `json:"psp"`
	PaidOn    pagonline.Date `json:"paidOn"`
	Ready     bool           `json:"receiptReady"` // the receipt can be had
}

// LogValue gives the log the notice and the state.
func (p Purchase) LogValue() slog.Value {
	return slog.GroupValue(slog.String("notice", p.Notice.String()), slog.String("status", string(p.Status)))
}

// Purchases yields what owner bought or is to pay, the newest first, by the day on which
// its notice was issued. Nobody, "", has bought nothing.
func Purchases(ctx context.Context, store payment.Store, owner string, p receipt.Period) iter.Seq2[Purchase, error] {
	return func(yield func(Purchase, error) bool) {
		if owner == "" {
			return
		}
		for pos, err := range store.Positions().List(ctx, payment.PositionFilter{Owner: owner}) {
			if err == nil && !p.Has(pagonline.DateOf(pos.OpenedAt)) {
				continue
			}
			var row Purchase
			if err == nil {
				row, err = purchase(ctx, store, pos)
			}
			if err != nil {
				yield(Purchase{}, fmt.Errorf("ledger: %w", err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func purchase(ctx context.Context, store payment.Store, p payment.Position) (Purchase, error) {
	row := Purchase{
		Date: pagonline.DateOf(p.OpenedAt), Status: p.Status, Institute: p.Purchase.Institute, Service: p.Purchase.Service,
		Causale: p.Purchase.Detail.String(), Quantity: p.Purchase.Quantity, UnitPrice: p.Purchase.UnitPrice, Amount: p.Amount(),
		Notice: p.Number, IUV: p.Number.IUV().String(), Receipt: p.ReceiptID, PaidOn: pagonline.DateOf(p.PaidAt),
	}
	if !p.Status.Settled() {
		return row, nil
	}
	rt, err := store.RTs().Get(ctx, p.Creditor, p.ReceiptID)
	switch {
	case err == nil:
		row.PSP, row.Ready = rt.PSP.Company, true
	case !errors.Is(err, payment.ErrNotFound):
		return Purchase{}, err
	}
	return row, nil
}
