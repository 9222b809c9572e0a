package sqlstore

import (
	"context"
	"fmt"
	"iter"

	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
)

type quotes Tables

func (s quotes) Insert(ctx context.Context, q quote.Quote) error {
	doc, err := encode(q)
	if err != nil {
		return err
	}
	return insert(ctx, s.DB, quote.ErrExists,
		`INSERT INTO quotes (id, code, institute, protocol, addressee, status, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		q.ID, q.Code.String(), q.Institute, quote.IndexKey(q.Protocol), q.Addressee, string(q.Status), doc)
}

const selectQuote = `SELECT doc FROM quotes WHERE id = $1`

func (s quotes) Get(ctx context.Context, id string) (quote.Quote, error) {
	return one[quote.Quote](ctx, s.DB, quote.ErrNotFound, selectQuote, id)
}

func (s quotes) ByCode(ctx context.Context, c quote.Code) (quote.Quote, error) {
	return one[quote.Quote](ctx, s.DB, quote.ErrNotFound, `SELECT doc FROM quotes WHERE code = $1 AND code <> ''`, c.String())
}

func (s quotes) ByProtocol(ctx context.Context, institute string, p causale.Protocol) ([]quote.Quote, error) {
	return docs[quote.Quote](ctx, s.DB, `SELECT doc FROM quotes WHERE institute = $1 AND protocol = $2 ORDER BY seq DESC`,
		institute, quote.IndexKey(p))
}

func (s quotes) Update(ctx context.Context, id string, rule func(*quote.Quote) error) error {
	return change(ctx, s.DB, quote.ErrNotFound, rule, selectQuote,
		`UPDATE quotes SET doc = $1, status = $2 WHERE id = $3`,
		func(q *quote.Quote) []any { return []any{string(q.Status)} }, id)
}

func (s quotes) List(ctx context.Context, f quote.Filter) iter.Seq2[quote.Quote, error] {
	var where filter
	where.equal("institute", f.Institute)
	where.equal("addressee", f.Owner)
	where.equal("status", string(f.Status))
	return pages(func(last int64) ([]numbered[quote.Quote], error) {
		w := where.clone()
		if last > 0 {
			w.and("seq <", last)
		}
		return numberedDocs[quote.Quote](ctx, s.DB,
			`SELECT seq, doc FROM quotes`+w.String()+fmt.Sprintf(` ORDER BY seq DESC LIMIT %d`, page), w.args...)
	})
}
