package sqlstore

import (
	"context"

	"github.com/pagonline/pagonline/payment"
)

type rts Tables

func (s rts) Insert(ctx context.Context, r payment.RT) error {
	doc, err := encode(r)
	if err != nil {
		return err
	}
	return insert(ctx, s.DB, payment.ErrExists,
		`INSERT INTO rts (creditor, receipt_id, issuer, number, doc, raw) VALUES ($1, $2, $3, $4, $5, $6)`,
		r.Creditor, r.ReceiptID, r.Issuer, r.Number.String(), doc, notNil(r.Raw))
}

func (s rts) Replace(ctx context.Context, r payment.RT) error {
	doc, err := encode(r)
	if err != nil {
		return err
	}
	return s.DB.Join(ctx, func(ctx context.Context) error {
		changed, err := s.DB.Exec(ctx, `UPDATE rts SET doc = $1, raw = $2 WHERE creditor = $3 AND receipt_id = $4`,
			doc, notNil(r.Raw), r.Creditor, r.ReceiptID)
		if err == nil && changed == 0 {
			err = payment.ErrNotFound
		}
		return err
	})
}

// notNil keeps an empty message from becoming NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func (s rts) Get(ctx context.Context, creditor, receiptID string) (payment.RT, error) {
	found, err := s.list(ctx, `SELECT doc, raw FROM rts WHERE creditor = $1 AND receipt_id = $2`, creditor, receiptID)
	if err == nil && len(found) == 0 {
		err = payment.ErrNotFound
	}
	if err != nil {
		return payment.RT{}, err
	}
	return found[0], nil
}

func (s rts) ByPosition(ctx context.Context, k payment.Key) ([]payment.RT, error) {
	return s.list(ctx, `SELECT doc, raw FROM rts WHERE issuer = $1 AND number = $2 AND creditor = issuer ORDER BY seq`,
		k.Creditor, k.Number.String())
}

func (s rts) list(ctx context.Context, query string, args ...any) (all []payment.RT, err error) {
	err = s.DB.Query(ctx, func(row Row) error {
		var doc string
		var raw []byte
		if err := row.Scan(&doc, &raw); err != nil {
			return err
		}
		r, err := decode[payment.RT](doc)
		if len(raw) > 0 {
			r.Raw = raw
		}
		all = append(all, r)
		return err
	}, query, args...)
	return all, err
}
