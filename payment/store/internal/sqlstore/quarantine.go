package sqlstore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"

	"github.com/pagonline/pagonline/payment"
)

type quarantine Tables

func (s quarantine) Put(ctx context.Context, m payment.QuarantinedMessage) error {
	digest := sha256.Sum256(m.Raw)
	return s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `INSERT INTO quarantine (operation, reason, digest, raw, received_at, times, noted)
			VALUES ($1, $2, $3, $4, $5, 1, 1)
			ON CONFLICT (digest, operation, reason) DO UPDATE
			SET times = quarantine.times + 1, resolved_at = '', resolved_by = '', note = ''`,
			m.Operation, m.Reason, digest[:], notNil(m.Raw), instant(m.ReceivedAt))
		if err != nil {
			return err
		}
		for _, n := range m.Numbers() {
			_, err := s.DB.Exec(ctx, `INSERT INTO quarantine_notices (number, message)
				SELECT $1, seq FROM quarantine WHERE digest = $2 AND operation = $3 AND reason = $4
				ON CONFLICT (number, message) DO NOTHING`,
				n.String(), digest[:], m.Operation, m.Reason)
			if err != nil {
				return err
			}
		}
		return nil
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
	return s.those(ctx, `seq > $1`)
}

func (s quarantine) Open(ctx context.Context) iter.Seq2[payment.QuarantinedMessage, error] {
	return s.those(ctx, `resolved_at = '' AND seq > $1`)
}

func (s quarantine) those(ctx context.Context, where string) iter.Seq2[payment.QuarantinedMessage, error] {
	return pages(func(last int64) ([]numbered[payment.QuarantinedMessage], error) {
		return s.list(ctx, selectQuarantine+fmt.Sprintf(` WHERE %s ORDER BY seq LIMIT %d`, where, page), last)
	})
}

// ByPosition reads those that hold the number, and those of an older program, which may
// be at work beside this one.
func (s quarantine) ByPosition(ctx context.Context, k payment.Key) ([]payment.QuarantinedMessage, error) {
	var found []numbered[payment.QuarantinedMessage]
	for _, part := range []struct {
		where string
		args  []any
	}{
		{`seq IN (SELECT message FROM quarantine_notices WHERE number = $1)`, []any{k.Number.String()}},
		{`noted = 0`, nil},
	} {
		more, err := s.list(ctx, selectQuarantine+` WHERE `+part.where, part.args...)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	slices.SortFunc(found, func(a, b numbered[payment.QuarantinedMessage]) int { return cmp.Compare(a.seq, b.seq) })
	var about []payment.QuarantinedMessage
	for _, m := range found {
		if m.value.About(k) {
			about = append(about, m.value)
		}
	}
	return about, nil
}

// note looks for numbers in the messages of older programs.
func (s quarantine) note(ctx context.Context) error {
	for {
		found, err := s.list(ctx, selectQuarantine+fmt.Sprintf(` WHERE noted = 0 ORDER BY seq LIMIT %d`, page))
		if err != nil {
			return err
		}
		for _, m := range found {
			for _, n := range m.value.Numbers() {
				_, err := s.DB.Exec(ctx, `INSERT INTO quarantine_notices (number, message) VALUES ($1, $2)
					ON CONFLICT (number, message) DO NOTHING`, n.String(), m.seq)
				if err != nil {
					return err
				}
			}
			if _, err := s.DB.Exec(ctx, `UPDATE quarantine SET noted = 1 WHERE seq = $1`, m.seq); err != nil {
				return err
			}
		}
		if len(found) < page {
			return nil
		}
	}
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
