package sqlstore

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"

	"github.com/pagonline/pagonline/payment"
)

type quarantine Tables

func (s quarantine) Put(ctx context.Context, m payment.QuarantinedMessage) error {
	digest := sha256.Sum256(m.Raw)
	return s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `INSERT INTO quarantine (operation, reason, digest, raw, received_at, times)
			VALUES ($1, $2, $3, $4, $5, 1)
			ON CONFLICT (digest, operation, reason) DO UPDATE
			SET times = quarantine.times + 1, resolved_at = '', resolved_by = '', note = ''`,
			m.Operation, m.Reason, digest[:], notNil(m.Raw), instant(m.ReceivedAt))
		return err
	})
}

const selectQuarantine = `SELECT seq, operation, reason, raw, received_at, times, resolved_at, resolved_by, note FROM quarantine`

func (s quarantine) Get(ctx context.Context, id int64) (payment.QuarantinedMessage, error) {
	found, err := s.list(ctx, selectQuarantine+` WHERE seq = $1`, id)
	if err == nil && len(found) == 0 {
		err = payment.ErrNotFound
	}
	if err != nil {
		return payment.QuarantinedMessage{}, err
	}
	return found[0].value, nil
}

func (s quarantine) Update(ctx context.Context, id int64, rule func(*payment.QuarantinedMessage) error) error {
	return s.DB.Do(ctx, func(ctx context.Context) error {
		m, err := s.Get(ctx, id)
		if err != nil {
			return err
		}
		if err := rule(&m); err != nil {
			return err
		}
		at := ""
		if !m.Open() {
			at = instant(m.ResolvedAt)
		}
		_, err = s.DB.Exec(ctx, `UPDATE quarantine SET resolved_at = $1, resolved_by = $2, note = $3 WHERE seq = $4`,
			at, m.ResolvedBy, m.Note, id)
		return err
	})
}

func (s quarantine) List(ctx context.Context) iter.Seq2[payment.QuarantinedMessage, error] {
	return pages(func(last int64) ([]numbered[payment.QuarantinedMessage], error) {
		return s.list(ctx, selectQuarantine+fmt.Sprintf(` WHERE seq > $1 ORDER BY seq LIMIT %d`, page), last)
	})
}

func (s quarantine) list(ctx context.Context, query string, args ...any) (all []numbered[payment.QuarantinedMessage], err error) {
	err = s.DB.Query(ctx, func(row Row) error {
		var m payment.QuarantinedMessage
		var at, resolved string
		err := row.Scan(&m.ID, &m.Operation, &m.Reason, &m.Raw, &at, &m.Times, &resolved, &m.ResolvedBy, &m.Note)
		if err == nil {
			m.ReceivedAt, err = parseInstant(at)
		}
		if err == nil && resolved != "" {
			m.ResolvedAt, err = parseInstant(resolved)
		}
		all = append(all, numbered[payment.QuarantinedMessage]{m.ID, m})
		return err
	}, query, args...)
	return all, err
}
