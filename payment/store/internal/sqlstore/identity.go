package sqlstore

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/pagonline/pagonline/identity"
)

type (
	pendings  Tables
	replays   Tables
	exchanges Tables
	counters  Tables
)

// Pendings returns the sign-ins that are under way.
func (t Tables) Pendings() identity.PendingStore { return pendings(t) }

// Replays returns what was taken once.
func (t Tables) Replays() identity.ReplayGuard { return replays(t) }

// Audit returns the log of sign-ins.
func (t Tables) Audit() identity.AuditLog { return exchanges(t) }

// Counters returns the attempts.
func (t Tables) Counters() identity.Counters { return counters(t) }

// remove runs a DELETE in a transaction and returns how many rows it took.
func remove(ctx context.Context, db DB, statement string, args ...any) (n int, err error) {
	err = db.Do(ctx, func(ctx context.Context) error {
		deleted, err := db.Exec(ctx, statement, args...)
		n = int(deleted)
		return err
	})
	return n, err
}

// take selects a doc and deletes its row, by one key, in one transaction.
func take[T any](ctx context.Context, db DB, table, column, key string) (v T, err error) {
	err = db.Do(ctx, func(ctx context.Context) (err error) {
		where := ` FROM ` + table + ` WHERE ` + column + ` = $1`
		if v, err = one[T](ctx, db, identity.ErrNotFound, `SELECT doc`+where, key); err != nil {
			return err
		}
		deleted, err := db.Exec(ctx, `DELETE`+where, key)
		if err == nil && deleted == 0 { // somebody else was faster
			err = identity.ErrNotFound
		}
		return err
	})
	return v, err
}

func (s pendings) Put(ctx context.Context, p identity.Pending) error {
	doc, err := encode(p)
	if err != nil {
		return err
	}
	return insert(ctx, s.DB, identity.ErrExists, `INSERT INTO pendings (handle, expires, doc) VALUES ($1, $2, $3)`,
		p.Handle, instant(p.Expires), doc)
}

func (s pendings) Take(ctx context.Context, handle string) (identity.Pending, error) {
	return take[identity.Pending](ctx, s.DB, "pendings", "handle", handle)
}

func (s pendings) Prune(ctx context.Context, before time.Time) (int, error) {
	return remove(ctx, s.DB, `DELETE FROM pendings WHERE expires < $1`, instant(before))
}

func (s replays) First(ctx context.Context, key string, until time.Time) (first bool, err error) {
	err = s.DB.Do(ctx, func(ctx context.Context) error {
		added, err := s.DB.Exec(ctx, `INSERT INTO replays (key, expires) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING`, key, instant(until))
		first = added == 1
		return err
	})
	return first && err == nil, err
}

func (s replays) Prune(ctx context.Context, before time.Time) (int, error) {
	return remove(ctx, s.DB, `DELETE FROM replays WHERE expires < $1`, instant(before))
}

func (s exchanges) Append(ctx context.Context, e identity.Exchange) error {
	doc, err := encode(e)
	if err != nil {
		return err
	}
	return s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `INSERT INTO exchanges (at, request_id, response_id, assertion_id, subject, doc) VALUES ($1, $2, $3, $4, $5, $6)`,
			instant(e.At), e.RequestID, e.ResponseID, e.AssertionID, e.Subject, doc)
		return err
	})
}

func (s exchanges) List(ctx context.Context, f identity.ExchangeFilter) iter.Seq2[identity.Exchange, error] {
	var where filter
	where.equal("request_id", f.RequestID)
	where.equal("response_id", f.ResponseID)
	where.equal("assertion_id", f.AssertionID)
	where.equal("subject", f.Subject)
	if !f.From.IsZero() {
		where.and("at >=", instant(f.From))
	}
	if !f.To.IsZero() {
		where.and("at <", instant(f.To))
	}
	return pages(func(last int64) ([]numbered[identity.Exchange], error) {
		w := where.clone()
		w.and("seq >", last)
		found, err := numberedDocs[identity.Exchange](ctx, s.DB,
			`SELECT seq, doc FROM exchanges`+w.String()+fmt.Sprintf(` ORDER BY seq LIMIT %d`, page), w.args...)
		for i := range found {
			found[i].value.ID = found[i].seq
		}
		return found, err
	})
}

func (s exchanges) Prune(ctx context.Context, before time.Time) (int, error) {
	return remove(ctx, s.DB, `DELETE FROM exchanges WHERE at < $1`, instant(before))
}

func (s counters) Hit(ctx context.Context, key string, at time.Time, window time.Duration) (n int, err error) {
	err = s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `INSERT INTO attempts (key, ends, count) VALUES ($1, $2, 1)
			ON CONFLICT (key) DO UPDATE SET
				count = CASE WHEN attempts.ends > $3 THEN attempts.count + 1 ELSE 1 END,
				ends = CASE WHEN attempts.ends > $3 THEN attempts.ends ELSE excluded.ends END`,
			key, instant(at.Add(window)), instant(at))
		if err != nil {
			return err
		}
		return s.DB.Query(ctx, func(row Row) error { return row.Scan(&n) }, `SELECT count FROM attempts WHERE key = $1`, key)
	})
	return n, err
}

func (s counters) Reset(ctx context.Context, key string) error {
	_, err := remove(ctx, s.DB, `DELETE FROM attempts WHERE key = $1`, key)
	return err
}

func (s counters) Prune(ctx context.Context, before time.Time) (int, error) {
	return remove(ctx, s.DB, `DELETE FROM attempts WHERE ends < $1`, instant(before))
}
