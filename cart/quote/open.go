package quote

import (
	"context"
	"errors"
	"log/slog"

	"github.com/pagonline/pagonline/causale"
)

// Access is how somebody asks for a quote: by its protocol, and by the code printed on
// it or as its addressee, signed in.
type Access struct {
	Institute string // "" for any
	Protocol  causale.Protocol
	Code      string // as he wrote it; see [ParseCode]
	Owner     string // who he is: an opaque id, "" for nobody
}

// LogValue gives the log what opens nothing.
func (a Access) LogValue() slog.Value { return slog.GroupValue(slog.String("institute", a.Institute)) }

// Open returns the quote for who holds it, if it can be paid. To all others its error
// has [pagonline.CodeQuoteUnknown], whether there is such a quote or not: the same
// answer after the same work. The quote is found by its code, which nobody else has,
// and its protocol compared with the one asked for; or it is found among those of its
// addressee. What others hold is never looked at.
//
// The holder is told more: [pagonline.CodeQuoteOtherInstitute],
// [pagonline.CodeQuoteExpired], [pagonline.CodeQuotePaid] or
// [pagonline.CodeQuoteWithdrawn].
func (r *Register) Open(ctx context.Context, a Access) (Quote, error) {
	q, err := r.byCode(ctx, a)
	if errors.Is(err, ErrNotFound) {
		q, err = r.byOwner(ctx, a)
	}
	switch {
	case errors.Is(err, ErrNotFound):
		return Quote{}, unknown()
	case err != nil:
		return Quote{}, err
	case a.Institute != "" && a.Institute != q.Institute:
		return Quote{}, r.otherInstitute(q)
	}
	if q, err = r.seen(ctx, q); err == nil {
		err = q.refusal()
	}
	return one(q, err)
}

// byCode returns the quote with the code and the protocol. A code out of form is
// looked for too.
func (r *Register) byCode(ctx context.Context, a Access) (Quote, error) {
	code, malformed := ParseCode(a.Code)
	q, err := r.store.Quotes().ByCode(ctx, code)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Quote{}, err
	}
	if !q.Code.same(code) || malformed != nil || !q.Protocol.Equal(a.Protocol) {
		return Quote{}, ErrNotFound
	}
	return q, nil
}

// byOwner returns the newest quote with the protocol that is addressed to the owner;
// one of the institute that was asked, if there is one.
func (r *Register) byOwner(ctx context.Context, a Access) (Quote, error) {
	if a.Owner == "" {
		return Quote{}, ErrNotFound
	}
	var other Quote
	for q, err := range r.store.Quotes().List(ctx, Filter{Owner: a.Owner}) {
		switch {
		case err != nil:
			return Quote{}, err
		case !q.Protocol.Equal(a.Protocol):
		case a.Institute == "" || a.Institute == q.Institute:
			return q, nil
		case other.ID == "":
			other = q
		}
	}
	if other.ID == "" {
		return Quote{}, ErrNotFound
	}
	return other, nil
}
