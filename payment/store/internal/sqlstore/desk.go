package sqlstore

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

type (
	cases     Tables
	helpCases Tables
	uses      Tables
)

// Cases returns the cases of the desk.
func (t Tables) Cases() desk.Cases { return cases(t) }

// HelpCases returns the help cases.
func (t Tables) HelpCases() desk.HelpCases { return helpCases(t) }

// Uses returns for which request each receipt was shown.
func (t Tables) Uses() receipt.Uses { return uses(t) }

func (s cases) Insert(ctx context.Context, c desk.Case) error {
	doc, err := encode(c)
	if err != nil {
		return err
	}
	return s.DB.Do(ctx, func(ctx context.Context) error {
		err := insert(ctx, s.DB, desk.ErrExists,
			`INSERT INTO desk_cases (id, institute, protocol, pending, doc) VALUES ($1, $2, $3, $4, $5)`,
			c.ID, c.Institute, quote.IndexKey(c.Protocol), flag(c.Pending()), doc)
		if err != nil {
			return err
		}
		return s.hold(ctx, c)
	})
}

// flag is a truth as SQL has it.
func flag(v bool) int {
	if v {
		return 1
	}
	return 0
}

// hold makes the list of the case's notices anew.
func (s cases) hold(ctx context.Context, c desk.Case) error {
	if _, err := s.DB.Exec(ctx, `DELETE FROM desk_positions WHERE case_id = $1`, c.ID); err != nil {
		return err
	}
	for _, k := range c.Positions {
		err := insert(ctx, s.DB, desk.ErrExists, `INSERT INTO desk_positions (creditor, number, case_id) VALUES ($1, $2, $3)`,
			k.Creditor, k.Number.String(), c.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

const selectCase = `SELECT doc FROM desk_cases WHERE id = $1`

func (s cases) Get(ctx context.Context, id string) (desk.Case, error) {
	return one[desk.Case](ctx, s.DB, desk.ErrNotFound, selectCase, id)
}

func (s cases) ByPosition(ctx context.Context, k payment.Key) (desk.Case, error) {
	return one[desk.Case](ctx, s.DB, desk.ErrNotFound,
		`SELECT doc FROM desk_cases WHERE id = (SELECT case_id FROM desk_positions WHERE creditor = $1 AND number = $2)`,
		k.Creditor, k.Number.String())
}

func (s cases) ByProtocol(ctx context.Context, institute string, p causale.Protocol) ([]desk.Case, error) {
	return docs[desk.Case](ctx, s.DB, `SELECT doc FROM desk_cases WHERE institute = $1 AND protocol = $2 ORDER BY seq DESC`,
		institute, quote.IndexKey(p))
}

func (s cases) Update(ctx context.Context, id string, rule func(*desk.Case) error) error {
	return s.DB.Do(ctx, func(ctx context.Context) error {
		var after desk.Case
		err := change(ctx, s.DB, desk.ErrNotFound, func(c *desk.Case) error {
			err := rule(c)
			after = *c
			return err
		}, selectCase, `UPDATE desk_cases SET doc = $1, pending = $2 WHERE id = $3`,
			func(c *desk.Case) []any { return []any{flag(c.Pending())} }, id)
		if err != nil {
			return err
		}
		return s.hold(ctx, after)
	})
}

func (s cases) List(ctx context.Context, f desk.Filter) iter.Seq2[desk.Case, error] {
	var where filter
	where.equal("institute", f.Institute)
	if f.Pending {
		where.conditions = append(where.conditions, "pending = 1")
	}
	return ascending[desk.Case](ctx, s.DB, "desk_cases", where)
}

// ascending lists the docs of a table, the oldest first.
func ascending[T any](ctx context.Context, db DB, table string, where filter) iter.Seq2[T, error] {
	return pages(func(last int64) ([]numbered[T], error) {
		w := where.clone()
		w.and("seq >", last)
		return numberedDocs[T](ctx, db,
			`SELECT seq, doc FROM `+table+w.String()+fmt.Sprintf(` ORDER BY seq LIMIT %d`, page), w.args...)
	})
}

func (s cases) Mark(ctx context.Context) (mark int64, err error) {
	err = s.DB.Query(ctx, func(row Row) error { return row.Scan(&mark) },
		`SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'desk_mark'`)
	return mark, err
}

func (s cases) SetMark(ctx context.Context, event int64) error {
	return s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `INSERT INTO meta (key, value) VALUES ('desk_mark', $1)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, strconv.FormatInt(event, 10))
		return err
	})
}

func (s helpCases) Insert(ctx context.Context, h desk.HelpCase) error {
	doc, err := encode(h)
	if err != nil {
		return err
	}
	return insert(ctx, s.DB, desk.ErrExists,
		`INSERT INTO help_cases (id, owner, status, doc) VALUES ($1, $2, $3, $4)`, h.ID, h.Owner, string(h.Status), doc)
}

const selectHelp = `SELECT doc FROM help_cases WHERE id = $1`

func (s helpCases) Get(ctx context.Context, id string) (desk.HelpCase, error) {
	return one[desk.HelpCase](ctx, s.DB, desk.ErrNotFound, selectHelp, id)
}

func (s helpCases) Update(ctx context.Context, id string, rule func(*desk.HelpCase) error) error {
	return change(ctx, s.DB, desk.ErrNotFound, rule, selectHelp, `UPDATE help_cases SET doc = $1, status = $2 WHERE id = $3`,
		func(h *desk.HelpCase) []any { return []any{string(h.Status)} }, id)
}

func (s helpCases) List(ctx context.Context, f desk.HelpFilter) iter.Seq2[desk.HelpCase, error] {
	var where filter
	where.equal("owner", f.Owner)
	where.equal("status", string(f.Status))
	return ascending[desk.HelpCase](ctx, s.DB, "help_cases", where)
}

func (s uses) Holder(ctx context.Context, k receipt.UseKey) (request string, held bool, err error) {
	err = s.DB.Query(ctx, func(row Row) error {
		held = true
		return row.Scan(&request)
	}, `SELECT request FROM receipt_uses WHERE creditor = $1 AND receipt = $2`, k.Creditor, k.Receipt)
	return request, held, err
}

func (s uses) Claim(ctx context.Context, k receipt.UseKey, request string) (holder string, won bool, err error) {
	err = s.DB.Do(ctx, func(ctx context.Context) error {
		n, err := s.DB.Exec(ctx, `INSERT INTO receipt_uses (creditor, receipt, request) VALUES ($1, $2, $3)
			ON CONFLICT (creditor, receipt) DO NOTHING`, k.Creditor, k.Receipt, request)
		if err != nil {
			return err
		}
		won = n == 1
		holder, _, err = s.Holder(ctx, k)
		return err
	})
	return holder, won, err
}
