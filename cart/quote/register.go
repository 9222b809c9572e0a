package quote

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment"
)

// Register is where the institutes keep their quotes. It is safe for concurrent use;
// several registers, in several processes, may share a store. What it does joins the
// unit of work that its context carries, and is one of its own where there is none.
type Register struct {
	catalog *catalog.Catalog
	store   Store
	cashier *payment.Cashier
	cfg     Config
	random  io.Reader
}

// Config says how a register works. The zero value of each field works.
type Config struct {
	// Now is the clock. Default: the system's.
	Now func() time.Time
}

// NewRegister returns a register for the institutes of c. The cashier must work with
// the same store.
func NewRegister(c *catalog.Catalog, store Store, cashier *payment.Cashier, cfg Config) *Register {
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	return &Register{catalog: c, store: store, cashier: cashier, cfg: cfg, random: rand.Reader}
}

// now returns the time without the part that a store does not keep.
func (r *Register) now() time.Time { return r.cfg.Now().UTC().Round(0) }

// Issue makes a quote with a new code. Asking again for the same under an equal
// protocol returns the quote that is there, whatever has become of it, so that a batch
// can be run again; one that was superseded does not count.
//
// Its error names the field, and has [pagonline.CodeConflict] if a live quote says
// something else under that protocol: [Register.Supersede] it. It has
// [pagonline.CodeQuotePaid] if that one was paid and the year of both is known,
// [pagonline.CodeQuoteExpired] for a last day that is over,
// [pagonline.CodeReasonRequired] for nothing without a reason,
// [pagonline.CodeNotAllowed] for a service of fixed price, [pagonline.CodePayerName],
// [pagonline.CodeRequiredField], [pagonline.CodeTextTooLong], or it is that of
// [catalog.Catalog.Offer] or of [causale.Template.Detail].
func (r *Register) Issue(ctx context.Context, req Request) (Quote, error) {
	var q Quote
	err := r.store.Do(ctx, func(ctx context.Context) error {
		var err error
		q, err = r.issue(ctx, req, "")
		return err
	})
	return one(q, err)
}

// Check does all that [Register.Issue] does, but writes nothing. Its error is that of
// Issue.
func (r *Register) Check(ctx context.Context, req Request) error {
	_, _, err := r.plan(ctx, req, "")
	return public(err)
}

// issue returns the quote that req asks for, in a unit of work; replaces is the id of
// the one that it takes the place of, "" for none.
func (r *Register) issue(ctx context.Context, req Request, replaces string) (Quote, error) {
	q, found, err := r.plan(ctx, req, replaces)
	if err != nil || found {
		return q, err
	}
	q.ID, q.IssuedAt = rand.Text(), r.now()
	for range 3 { // a code that is there already comes once in a hundred million times
		if q.Code, err = newCode(r.random); err != nil {
			return Quote{}, err
		}
		if err = r.store.Quotes().Insert(ctx, q); !errors.Is(err, ErrExists) {
			break
		}
	}
	return q, err
}

// plan returns the quote that is there for req, or the one to add.
func (r *Register) plan(ctx context.Context, req Request, replaces string) (q Quote, found bool, err error) {
	offer, err := r.offer(req)
	if err != nil {
		return Quote{}, false, err
	}
	wanted, err := draft(offer, req)
	if err != nil {
		return Quote{}, false, err
	}
	held, err := r.store.Quotes().ByProtocol(ctx, wanted.Institute, wanted.Protocol)
	if err != nil {
		return Quote{}, false, err
	}
	for _, q := range held {
		if q.ID == replaces || !q.Protocol.Equal(wanted.Protocol) {
			continue
		}
		if q, err = r.seen(ctx, q); err != nil {
			return Quote{}, false, err
		}
		switch {
		case q.Status == Superseded:
		case asks(offer, req, q) && (replaces == "" || q.Status.Live()):
			return q, true, nil
		case q.Status.Live():
			return Quote{}, false, pagonline.NewError(pagonline.CodeConflict).At("protocol").Because(errOther)
		case q.Status == Paid && q.Protocol.Year() != 0 && wanted.Protocol.Year() != 0:
			return Quote{}, false, q.refusal()
		}
	}
	if wanted.late(r.now()) {
		return Quote{}, false, pagonline.NewError(pagonline.CodeQuoteExpired, day(wanted.ExpiresOn)).At("expiresOn")
	}
	return wanted, false, nil
}

// offer returns the service of a request, if quotes can be made for it.
func (r *Register) offer(req Request) (catalog.Offer, error) {
	offer, err := r.catalog.Offer(strings.TrimSpace(req.Institute), strings.TrimSpace(req.Service))
	if err != nil {
		return catalog.Offer{}, err
	}
	if kind := offer.Service.Price.Kind; kind != catalog.ByQuote && kind != catalog.ByTariff {
		return catalog.Offer{}, pagonline.NewError(pagonline.CodeNotAllowed).At("service").Because(errPrice)
	}
	return offer, nil
}

// What the log is told.
var (
	errOther   = errors.New("quote: another one is live under this protocol")
	errPrice   = errors.New("quote: the service has its price and needs no quote")
	errNothing = errors.New("quote: nothing is due")
	// Its successor has another protocol than the one that was asked for.
	errSuccessor = errors.New("quote: superseded by another one already")
	// The institute has another creditor than it had: supersede the quote.
	errCreditor = errors.New("quote: of another creditor")
)

// one returns the quote, or nothing with an error that the user can be told.
func one(q Quote, err error) (Quote, error) {
	if err != nil {
		return Quote{}, public(err)
	}
	return q, nil
}

// public tells the user what the store said.
func public(err error) error {
	if errors.Is(err, ErrNotFound) {
		return pagonline.NewError(pagonline.CodeNotFound).Because(err)
	}
	return err
}
