package sqlstore

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"

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

// notNil keeps an empty message from becoming NULL.
func notNil(b []byte) []byte { return append([]byte{}, b...) }

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

type quarantine Tables

func (s quarantine) Put(ctx context.Context, m payment.QuarantinedMessage) error {
	digest := sha256.Sum256(m.Raw)
	return s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `INSERT INTO quarantine (operation, reason, digest, raw, received_at, times)
			VALUES ($1, $2, $3, $4, $5, 1)
			ON CONFLICT (digest, operation, reason) DO UPDATE SET times = quarantine.times + 1`,
			m.Operation, m.Reason, digest[:], notNil(m.Raw), instant(m.ReceivedAt))
		return err
	})
}

func (s quarantine) List(ctx context.Context) iter.Seq2[payment.QuarantinedMessage, error] {
	return pages(func(last int64) (all []numbered[payment.QuarantinedMessage], err error) {
		err = s.DB.Query(ctx, func(row Row) error {
			var m payment.QuarantinedMessage
			var at string
			err := row.Scan(&m.ID, &m.Operation, &m.Reason, &m.Raw, &at, &m.Times)
			if err == nil {
				m.ReceivedAt, err = parseInstant(at)
			}
			all = append(all, numbered[payment.QuarantinedMessage]{m.ID, m})
			return err
		}, fmt.Sprintf(`SELECT seq, operation, reason, raw, received_at, times FROM quarantine
			WHERE seq > $1 ORDER BY seq LIMIT %d`, page), last)
		return all, err
	})
}
