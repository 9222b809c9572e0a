package sqlstore

import (
	"context"
	"fmt"
	"iter"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
)

type outbox Tables

// Append never says that something exists: it would be understood of the receipt.
func (s outbox) Append(ctx context.Context, e payment.Event) error {
	return s.DB.Join(ctx, func(ctx context.Context) error {
		return s.DB.Write(ctx, `INSERT INTO events (kind, creditor, number, order_id, receipt_id, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			string(e.Kind), e.Position.Creditor, e.Position.Number.String(), e.Order, e.ReceiptID, instant(e.At))
	})
}

// List hands out all of one position or order. Whoever reads the others goes by rising
// IDs, and would never come back for one that was committed late: he gets settled events
// only, and those of his own transaction.
func (s outbox) List(ctx context.Context, f payment.EventFilter) iter.Seq2[payment.Event, error] {
	var where filter
	if f.Position != (payment.Key{}) {
		where.and("creditor =", f.Position.Creditor)
		where.and("number =", f.Position.Number.String())
	}
	where.equal("order_id", f.Order)
	if f.Pending {
		where.conditions = append(where.conditions, "delivered = 0")
	}
	limit := page
	if f.Limit > 0 {
		limit = min(page, f.Limit)
	}
	follows := f.Position == (payment.Key{}) && f.Order == ""
	all := pages(func(last int64) ([]numbered[payment.Event], error) {
		w := where.clone()
		if follows {
			settled, err := s.DB.Settled(ctx)
			if err != nil {
				return nil, err
			}
			w.and(s.Dialect.Place+" <=", settled)
		}
		w.and("seq >", max(last, f.After))
		return s.list(ctx, `SELECT seq, kind, creditor, number, order_id, receipt_id, at FROM events`+
			w.String()+fmt.Sprintf(` ORDER BY seq LIMIT %d`, limit), w.args...)
	})
	if f.Limit == 0 {
		return all
	}
	return func(yield func(payment.Event, error) bool) {
		left := f.Limit
		for e, err := range all {
			if !yield(e, err) {
				return
			}
			if left--; left == 0 {
				return
			}
		}
	}
}

func (s outbox) list(ctx context.Context, query string, args ...any) (all []numbered[payment.Event], err error) {
	err = s.DB.Query(ctx, func(row Row) error {
		var e payment.Event
		var number, at string
		err := row.Scan(&e.ID, &e.Kind, &e.Position.Creditor, &number, &e.Order, &e.ReceiptID, &at)
		if err != nil {
			return err
		}
		if number != "" {
			if e.Position.Number, err = notice.ParseSyntax(number); err != nil {
				return err
			}
		}
		e.At, err = parseInstant(at)
		all = append(all, numbered[payment.Event]{e.ID, e})
		return err
	}, query, args...)
	return all, err
}

func (s outbox) Delivered(ctx context.Context, id int64) error {
	return s.DB.Join(ctx, func(ctx context.Context) error {
		changed, err := s.DB.Exec(ctx, `UPDATE events SET delivered = 1 WHERE seq = $1`, id)
		if err == nil && changed == 0 {
			err = payment.ErrNotFound
		}
		return err
	})
}
