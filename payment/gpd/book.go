package gpd

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// book is what GPD and ACA have in common.
type book struct {
	api  *api
	cfg  Config
	form form
	busy stripes
}

// at is the address of a creditor's debts, or of one of them.
func at(creditor string, iupd ...string) []string {
	return append([]string{"organizations", creditor, "debtpositions"}, iupd...)
}

func publishNow(now bool) url.Values {
	return url.Values{"toPublish": {strconv.FormatBool(now)}}
}

// Create adds a debt. If it is published, it can be paid from its options' ValidFrom
// on; else it is a draft. Its error names a field that is wrong or missing, has
// [pagonline.CodeConflict] if the debt or one of its notices is there already or it is
// late (then it wraps [payment.ErrExpired]), or wraps [pagonline.ErrDenied] for notices
// that are not the subscription's, [pagonline.ErrUnavailable], or
// [pagonline.ErrInternal] for a key that is refused.
func (b *book) Create(ctx context.Context, d Debt, published bool) error {
	if err := first(d.check(), d.checkNew(b.api.now())); err != nil {
		return err
	}
	_, err := b.api.do(ctx, call{
		method: http.MethodPost, path: at(d.Creditor), query: publishNow(published), body: b.form.encode(d),
	})
	return err
}

// Update makes a debt what d says: notices that d has not are taken away. The validity
// of a debt that has begun stays. Its error is that of [Client.Create], or
// [pagonline.CodeNotFound], or wraps [payment.ErrPaid] if the debt is paid. One that is
// paid in part is an error with [pagonline.CodeConflict].
func (b *book) Update(ctx context.Context, d Debt, published bool) error {
	if err := d.check(); err != nil {
		return err
	}
	_, err := b.api.do(ctx, call{
		method: http.MethodPut, path: at(d.Creditor, d.IUPD), query: publishNow(published), body: b.form.encode(d),
	})
	return b.explained(ctx, err, d.Creditor, d.IUPD)
}

// PublishDraft makes a draft payable. Its error is that of [Client.Update].
func (b *book) PublishDraft(ctx context.Context, creditor, iupd string) error {
	if err := named(creditor, iupd); err != nil {
		return err
	}
	_, err := b.api.do(ctx, call{method: http.MethodPost, path: at(creditor, iupd, "publish")})
	return b.explained(ctx, err, creditor, iupd)
}

// Delete takes a debt away. Its error is that of [Client.Update].
func (b *book) Delete(ctx context.Context, creditor, iupd string) error {
	if err := named(creditor, iupd); err != nil {
		return err
	}
	_, err := b.api.do(ctx, call{method: http.MethodDelete, path: at(creditor, iupd)})
	return b.explained(ctx, err, creditor, iupd)
}

// Get returns a debt. Its error has [pagonline.CodeNotFound], or is that of
// [Client.Create].
func (b *book) Get(ctx context.Context, creditor, iupd string) (Debt, error) {
	if err := named(creditor, iupd); err != nil {
		return Debt{}, err
	}
	body, err := b.api.do(ctx, call{method: http.MethodGet, path: at(creditor, iupd)})
	if err != nil {
		return Debt{}, err
	}
	return b.form.decode(body)
}

// explained looks at the debt that a conflict was about: the services say why in words
// only, and the state is plain.
func (b *book) explained(ctx context.Context, err error, creditor, iupd string) error {
	refused, ok := errors.AsType[*Error](err)
	if !ok || refused.Status != http.StatusConflict {
		return err
	}
	d, lookErr := b.Get(ctx, creditor, iupd)
	if lookErr == nil && (d.Status == Paid || d.Status == Reported) {
		return refused.because(pagonline.CodeAlreadyPaid, payment.ErrPaid)
	}
	return err
}

// Filter selects debts. The zero value selects all, those first that came first.
type Filter struct {
	Status Status
	// A range of due dates, or one of payment dates, at most 30 days; where one end
	// is missing the services take 30 days.
	DueFrom, DueTo   pagonline.Date
	PaidFrom, PaidTo pagonline.Date
	By               Order
	Descending       bool
}

// Order is by what a list is ordered.
type Order string

// The orders of a list. The default is ByInserted.
const (
	ByInserted Order = "INSERTED_DATE"
	ByIUPD     Order = "IUPD"
	ByStatus   Order = "STATUS"
	ByCompany  Order = "COMPANY_NAME"
)

// pageSize is the largest that there is.
const pageSize = 50

func (f Filter) query() (url.Values, error) {
	q := url.Values{"limit": {strconv.Itoa(pageSize)}, "orderby": {string(ByInserted)}, "ordering": {"ASC"}}
	due, paid := f.DueFrom != f.DueTo || !f.DueFrom.IsZero(), f.PaidFrom != f.PaidTo || !f.PaidFrom.IsZero()
	if due && paid {
		return nil, syntax("paidFrom")
	}
	for _, r := range []struct {
		field    string
		from, to pagonline.Date
	}{{"due_date", f.DueFrom, f.DueTo}, {"payment_date", f.PaidFrom, f.PaidTo}} {
		if !r.to.IsZero() && r.to.Before(r.from) {
			return nil, syntax(r.field + "_to")
		}
		if !r.from.IsZero() {
			q.Set(r.field+"_from", r.from.String())
		}
		if !r.to.IsZero() {
			q.Set(r.field+"_to", r.to.String())
		}
	}
	if f.Status != "" {
		q.Set("status", string(f.Status))
	}
	if f.By != "" {
		q.Set("orderby", string(f.By))
	}
	if f.Descending {
		q.Set("ordering", "DESC")
	}
	return q, nil
}

// List returns a creditor's debts that match f, page by page as they are read. It ends
// at the first error, which is that of [Client.Get] or names a field of f.
func (b *book) List(ctx context.Context, creditor string, f Filter) iter.Seq2[Debt, error] {
	return func(yield func(Debt, error) bool) {
		q, err := f.query()
		if err == nil && !eleven.MatchString(creditor) {
			err = syntax("creditor")
		}
		for page, pages := 0, 1; err == nil && page < pages; page++ {
			q.Set("page", strconv.Itoa(page))
			var body []byte
			if body, err = b.api.do(ctx, call{method: http.MethodGet, path: at(creditor), query: q}); err != nil {
				break
			}
			var all []Debt
			if all, pages, err = b.form.page(body); err != nil {
				break
			}
			for _, d := range all {
				if !yield(d, nil) {
					return
				}
			}
			if len(all) == 0 {
				return // whatever the count of pages says
			}
		}
		if err != nil {
			yield(Debt{}, err)
		}
	}
}

// stripes let one debt be changed by one call at a time: what is written is the whole
// debt, read before.
type stripes struct {
	seed maphash.Seed
	held []chan struct{}
}

func newStripes() stripes {
	s := stripes{seed: maphash.MakeSeed(), held: make([]chan struct{}, 32)}
	for i := range s.held {
		s.held[i] = make(chan struct{}, 1)
	}
	return s
}

// hold waits for the debt and returns what lets it go.
func (s stripes) hold(ctx context.Context, name string) (release func(), err error) {
	held := s.held[maphash.String(s.seed, name)%uint64(len(s.held))]
	select {
	case held <- struct{}{}:
		return func() { <-held }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("gpd: %w", ctx.Err())
	}
}
