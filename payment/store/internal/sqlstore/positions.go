package sqlstore

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/pagonline/pagonline/payment"
)

type positions Tables

func (s positions) Insert(ctx context.Context, p payment.Position) error {
	doc, err := encode(p)
	if err != nil {
		return err
	}
	return insert(ctx, s.DB, payment.ErrExists,
		`INSERT INTO positions (creditor, number, owner, debt, status, doc, last_day) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		p.Creditor, p.Number.String(), p.Owner, p.Debt, string(p.Status), doc, lastDay(&p))
}

// lastDay is NULL for what can be paid late. It does not change with the status: see
// 0011_expiry.sql.
func lastDay(p *payment.Position) any {
	if p.LastDay().IsZero() {
		return nil
	}
	return p.LastDay().String()
}

const selectPosition = `SELECT doc FROM positions WHERE creditor = $1 AND number = $2`

func (s positions) Get(ctx context.Context, k payment.Key) (payment.Position, error) {
	return one[payment.Position](ctx, s.DB, payment.ErrNotFound, selectPosition, k.Creditor, k.Number.String())
}

func (s positions) Update(ctx context.Context, k payment.Key, rule func(*payment.Position) error) error {
	return change(ctx, s.DB, payment.ErrNotFound, rule, selectPosition,
		`UPDATE positions SET doc = $1, status = $2, owner = $3, last_day = $4 WHERE creditor = $5 AND number = $6`,
		func(p *payment.Position) []any { return []any{string(p.Status), p.Owner, lastDay(p)} },
		k.Creditor, k.Number.String())
}

// page is how many rows of a list are read at a time, so that no cursor stays open
// while the caller works.
const page = 100

// newestFirst ends the query for a page.
var newestFirst = fmt.Sprintf(` ORDER BY seq DESC LIMIT %d`, page)

func (s positions) List(ctx context.Context, f payment.PositionFilter) iter.Seq2[payment.Position, error] {
	var where filter
	where.equal("creditor", f.Creditor)
	where.equal("owner", f.Owner)
	where.equal("debt", f.Debt)
	if f.Except != (payment.Key{}) {
		where.except("creditor, number", f.Except.Creditor, f.Except.Number.String())
	}
	if !f.LastDay.IsZero() {
		where.and("last_day =", f.LastDay.String())
		where.and("status =", string(payment.Open))
	}
	return pages(func(last int64) ([]numbered[payment.Position], error) {
		w := where.clone()
		if last > 0 {
			w.and("seq <", last)
		}
		return numberedDocs[payment.Position](ctx, s.DB,
			`SELECT seq, doc FROM positions`+w.String()+newestFirst, w.args...)
	})
}

// numbered is a value with its place in the table.
type numbered[T any] struct {
	seq   int64
	value T
}

func numberedDocs[T any](ctx context.Context, db DB, query string, args ...any) (all []numbered[T], err error) {
	err = db.Query(ctx, func(row Row) error {
		var n numbered[T]
		var doc string
		if err := row.Scan(&n.seq, &doc); err != nil {
			return err
		}
		n.value, err = decode[T](doc)
		all = append(all, n)
		return err
	}, query, args...)
	return all, err
}

// pages yields the values of one page after the other; next gets the place of the
// last one, 0 at first.
func pages[T any](next func(last int64) ([]numbered[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for last := int64(0); ; {
			rows, err := next(last)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, row := range rows {
				if !yield(row.value, nil) {
					return
				}
				last = row.seq
			}
			if len(rows) < page {
				return
			}
		}
	}
}

// filter builds a WHERE of conditions that must all hold.
type filter struct {
	conditions []string
	args       []any
}

// and adds a condition whose parameter comes last, as in "seq <".
func (f *filter) and(condition string, arg any) {
	f.args = append(f.args, arg)
	f.conditions = append(f.conditions, condition+" $"+strconv.Itoa(len(f.args)))
}

// equal adds column = value, unless value is empty.
func (f *filter) equal(column, value string) {
	if value != "" {
		f.and(column+" =", value)
	}
}

// except adds a condition on two columns that together have another value.
func (f *filter) except(columns, first, second string) {
	n := len(f.args)
	f.args = append(f.args, first, second)
	f.conditions = append(f.conditions, "("+columns+") <> ($"+strconv.Itoa(n+1)+", $"+strconv.Itoa(n+2)+")")
}

func (f *filter) clone() filter {
	return filter{append([]string(nil), f.conditions...), append([]any(nil), f.args...)}
}

func (f *filter) String() string {
	if len(f.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(f.conditions, " AND ")
}
