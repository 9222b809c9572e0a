package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
)

type (
	quotes struct{ *Store }
	// quoteIndex names a list of quotes: all, those of an institute, those of an
	// institute and a protocol, those of an addressee, the one with a code.
	quoteIndex struct{ institute, protocol, owner, code string }
)

// Quotes returns the quotes.
func (s *Store) Quotes() quote.Quotes { return quotes{s} }

func (s quotes) Insert(ctx context.Context, q quote.Quote) error {
	return s.write(ctx, func() error {
		_, found := s.quotes.get(true, q.ID)
		_, drawn := s.quoteIDs.get(true, quoteIndex{code: q.Code.String()})
		if found || drawn {
			return quote.ErrExists
		}
		s.quotes.put(q.ID, cloneQuote(q))
		for _, i := range []quoteIndex{
			{}, {institute: q.Institute}, {institute: q.Institute, protocol: quote.IndexKey(q.Protocol)}, {code: q.Code.String()},
		} {
			add(&s.quoteIDs, i, q.ID)
		}
		if q.Addressee != "" {
			add(&s.quoteIDs, quoteIndex{owner: q.Addressee}, q.ID)
		}
		return nil
	})
}

func (s quotes) Get(ctx context.Context, id string) (quote.Quote, error) {
	return get(ctx, s.Store, &s.quotes, id, quote.ErrNotFound, cloneQuote)
}

func (s quotes) ByCode(ctx context.Context, c quote.Code) (quote.Quote, error) {
	if c.IsZero() {
		return quote.Quote{}, quote.ErrNotFound
	}
	found := s.find(ctx, quoteIndex{code: c.String()}, quote.Filter{})
	if len(found) == 0 {
		return quote.Quote{}, quote.ErrNotFound
	}
	return found[0], nil
}

func (s quotes) ByProtocol(ctx context.Context, institute string, p causale.Protocol) ([]quote.Quote, error) {
	return s.find(ctx, quoteIndex{institute: institute, protocol: quote.IndexKey(p)}, quote.Filter{}), nil
}

func (s quotes) Update(ctx context.Context, id string, change func(*quote.Quote) error) error {
	return update(ctx, s.Store, &s.quotes, id, quote.ErrNotFound, cloneQuote, change)
}

func (s quotes) List(ctx context.Context, f quote.Filter) iter.Seq2[quote.Quote, error] {
	return func(yield func(quote.Quote, error) bool) {
		i := quoteIndex{institute: f.Institute}
		if f.Owner != "" {
			i = quoteIndex{owner: f.Owner}
		}
		for _, q := range s.find(ctx, i, f) {
			if !yield(q, nil) {
				return
			}
		}
	}
}

// find returns the quotes of a list that match f, the newest first.
func (s quotes) find(ctx context.Context, i quoteIndex, f quote.Filter) (found []quote.Quote) {
	s.read(ctx, func(inside bool) {
		ids, _ := s.quoteIDs.get(inside, i)
		for _, id := range slices.Backward(ids) {
			q, _ := s.quotes.get(inside, id)
			if (f.Institute == "" || f.Institute == q.Institute) && (f.Owner == "" || f.Owner == q.Addressee) &&
				(f.Status == "" || f.Status == q.Status) {
				found = append(found, cloneQuote(q))
			}
		}
	})
	return found
}

func cloneQuote(q quote.Quote) quote.Quote {
	q.Lines = slices.Clone(q.Lines)
	return q
}
