package sqlstore

import (
	"context"

	"github.com/pagonline/pagonline/payment"
)

// Forget implements [payment.Forgetter].
func (t Tables) Forget(ctx context.Context, keys ...payment.Key) (done payment.Forgotten, err error) {
	err = t.DB.Do(ctx, func(ctx context.Context) error {
		done = payment.Forgotten{}
		f := forgetting{Tables: t, done: &done}
		for _, k := range keys {
			for _, step := range []func(context.Context, payment.Key) error{f.receipts, f.orders, f.cases, f.position} {
				if err := step(ctx, k); err != nil {
					return err
				}
			}
			if err := f.messages(ctx, k, keys); err != nil {
				return err
			}
		}
		return nil
	})
	return done, err
}

// forgetting counts what it deletes.
type forgetting struct {
	Tables
	done *payment.Forgotten
}

// remove runs a DELETE and adds what it took to n, which may be nil.
func (f forgetting) remove(ctx context.Context, n *int, statement string, args ...any) error {
	deleted, err := f.DB.Exec(ctx, statement, args...)
	if n != nil {
		*n += int(deleted)
	}
	return err
}

// pairs returns the rows of two texts that a query selects.
func (f forgetting) pairs(ctx context.Context, query string, args ...any) (all [][2]string, err error) {
	err = f.DB.Query(ctx, func(row Row) error {
		var p [2]string
		err := row.Scan(&p[0], &p[1])
		all = append(all, p)
		return err
	}, query, args...)
	return all, err
}

// receipts deletes those for a notice, whoever received them, and what was made of them.
func (f forgetting) receipts(ctx context.Context, k payment.Key) error {
	found, err := f.pairs(ctx, `SELECT creditor, receipt_id FROM rts WHERE issuer = $1 AND number = $2`, k.Creditor, k.Number.String())
	if err != nil {
		return err
	}
	for _, r := range found {
		if err := f.remove(ctx, &f.done.Documents, `DELETE FROM archive WHERE creditor = $1 AND receipt_id = $2`, r[0], r[1]); err != nil {
			return err
		}
		if err := f.remove(ctx, nil, `DELETE FROM receipt_uses WHERE creditor = $1 AND receipt = $2`, r[0], r[1]); err != nil {
			return err
		}
	}
	return f.remove(ctx, &f.done.Receipts, `DELETE FROM rts WHERE issuer = $1 AND number = $2`, k.Creditor, k.Number.String())
}

// orders deletes those that hold a notice.
func (f forgetting) orders(ctx context.Context, k payment.Key) error {
	found, err := f.pairs(ctx, `SELECT o.id, o.status FROM order_positions p JOIN orders o ON o.seq = p.order_seq
		WHERE p.creditor = $1 AND p.number = $2`, k.Creditor, k.Number.String())
	if err != nil {
		return err
	}
	for _, o := range found {
		for _, part := range []struct {
			n         *int
			statement string
		}{
			{nil, `DELETE FROM order_positions WHERE order_seq = (SELECT seq FROM orders WHERE id = $1)`},
			{nil, `DELETE FROM deliveries WHERE event IN (SELECT seq FROM events WHERE order_id = $1)`},
			{&f.done.Events, `DELETE FROM events WHERE order_id = $1`},
			{&f.done.Orders, `DELETE FROM orders WHERE id = $1`},
		} {
			if err := f.remove(ctx, part.n, part.statement, o[0]); err != nil {
				return err
			}
		}
	}
	return nil
}

// cases deletes the desk's case that has a notice.
func (f forgetting) cases(ctx context.Context, k payment.Key) error {
	found, err := f.pairs(ctx, `SELECT case_id, number FROM desk_positions WHERE creditor = $1 AND number = $2`, k.Creditor, k.Number.String())
	if err != nil || len(found) == 0 {
		return err
	}
	if err := f.remove(ctx, nil, `DELETE FROM desk_positions WHERE case_id = $1`, found[0][0]); err != nil {
		return err
	}
	return f.remove(ctx, &f.done.Cases, `DELETE FROM desk_cases WHERE id = $1`, found[0][0])
}

func (f forgetting) position(ctx context.Context, k payment.Key) error {
	for _, part := range []struct {
		n         *int
		statement string
	}{
		{nil, `DELETE FROM deliveries WHERE event IN (SELECT seq FROM events WHERE creditor = $1 AND number = $2)`},
		{&f.done.Events, `DELETE FROM events WHERE creditor = $1 AND number = $2`},
		{&f.done.Positions, `DELETE FROM positions WHERE creditor = $1 AND number = $2`},
	} {
		if err := f.remove(ctx, part.n, part.statement, k.Creditor, k.Number.String()); err != nil {
			return err
		}
	}
	return nil
}

// messages deletes those of the quarantine; their numbers go with them.
func (f forgetting) messages(ctx context.Context, k payment.Key, all []payment.Key) error {
	found, err := f.Quarantine().ByPosition(ctx, k)
	if err != nil {
		return err
	}
	for _, m := range found {
		if !m.AboutNoOther(all) {
			continue
		}
		if err := f.remove(ctx, &f.done.Messages, `DELETE FROM quarantine WHERE seq = $1`, m.ID); err != nil {
			return err
		}
	}
	return nil
}
