package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
)

// debtID returns the ID of the case about a debt without a quote.
func debtID(creditor, debt string) string { return creditor + "-" + debt }

// debt returns the debt that the case is about.
func (c Case) debt() string {
	if c.Quote != "" {
		return c.Quote
	}
	return strings.TrimPrefix(c.ID, c.Creditor+"-")
}

// open returns the ID of the case that id leads to, and puts it into the store if it is
// not there. Its error is [ErrNotFound] where there is neither quote nor debt.
func (d *Desk) open(ctx context.Context, id string) (string, error) {
	c, err := d.store.Cases().Get(ctx, id)
	switch {
	case err == nil && c.Status == Merged:
		return d.open(ctx, c.MergedInto)
	case !errors.Is(err, ErrNotFound):
		return id, err
	}
	if c, err = d.draft(ctx, id); err != nil {
		return "", err
	}
	if c.ID != id {
		return d.open(ctx, c.ID)
	}
	return id, d.store.Cases().Insert(ctx, c)
}

// draft returns the case that id leads to, as it begins: that of the quote, or of the
// one that took its place; that of the debt, or of the quote which was paid by it.
func (d *Desk) draft(ctx context.Context, id string) (Case, error) {
	q, err := d.store.Quotes().Get(ctx, id)
	if err == nil {
		q, err = d.successor(ctx, q)
		return d.ofQuote(q), err
	}
	creditor, debt, found := strings.Cut(id, "-")
	if !errors.Is(err, quote.ErrNotFound) || !found || creditor == "" || debt == "" {
		return Case{}, cmp.Or(notFound(err), err)
	}
	var c Case
	for p, err := range d.store.Positions().List(ctx, payment.PositionFilter{Creditor: creditor, Debt: debt}) {
		if err != nil {
			return Case{}, err
		}
		if c = d.ofDebt(p); p.Status.Settled() {
			q, found, err := d.quoteOf(ctx, p)
			if found {
				c = d.ofQuote(q)
			}
			return c, err
		}
	}
	if c.ID == "" {
		return Case{}, ErrNotFound
	}
	return c, nil
}

// notFound returns [ErrNotFound] for what a register says of a quote that it has not.
func notFound(err error) error {
	if errors.Is(err, quote.ErrNotFound) {
		return ErrNotFound
	}
	return nil
}

func (d *Desk) ofQuote(q quote.Quote) Case {
	return Case{
		ID: q.ID, Creditor: q.Creditor, Institute: q.Institute, Service: q.Service, Protocol: q.Protocol, Quote: q.ID,
		Due: q.Amount, ByQuote: true, Status: Waiting, OpenedAt: d.now(),
	}
}

func (d *Desk) ofDebt(p payment.Position) Case {
	return Case{
		ID: debtID(p.Creditor, p.Debt), Creditor: p.Creditor, Institute: p.Purchase.InstituteCode, Service: p.Purchase.ServiceCode,
		Protocol: protocolOf(p), ByQuote: d.byQuote(p), Status: Waiting, OpenedAt: d.now(),
	}
}

// byQuote reports whether what was bought is paid by quote. A service that the
// catalogue no longer has is one of those.
func (d *Desk) byQuote(p payment.Position) bool {
	in, err := d.catalog.Institute(p.Purchase.InstituteCode)
	if err != nil {
		return true
	}
	i := slices.IndexFunc(in.Services, func(s catalog.Service) bool { return s.Code == p.Purchase.ServiceCode })
	return i < 0 || in.Services[i].Price.Kind == catalog.ByQuote || in.Services[i].Price.Kind == catalog.ByTariff
}

// protocolOf returns the protocol that a purchase names, none if it names none for
// certain.
func protocolOf(p payment.Position) causale.Protocol {
	if !p.Purchase.Protocol.IsZero() {
		return p.Purchase.Protocol
	}
	read, err := causale.Read(p.Purchase.Detail.String())
	if err != nil || read.Confidence == causale.Weak {
		return causale.Protocol{}
	}
	return read.Protocol
}

// quoteOf returns the quote that a notice was paid for, if the register has it.
func (d *Desk) quoteOf(ctx context.Context, p payment.Position) (quote.Quote, bool, error) {
	q, err := d.store.Quotes().Get(ctx, p.Debt)
	found := err == nil
	if errors.Is(err, quote.ErrNotFound) {
		q, found, err = d.quoteByProtocol(ctx, p)
	}
	if err == nil && found {
		q, err = d.successor(ctx, q)
	}
	return q, found, err
}

// successor returns the quote that took the place of q, which may be q itself.
func (d *Desk) successor(ctx context.Context, q quote.Quote) (quote.Quote, error) {
	for q.SupersededBy != "" { // a quote gives way once, to a newer one
		var err error
		if q, err = d.store.Quotes().Get(ctx, q.SupersededBy); err != nil {
			return quote.Quote{}, err
		}
	}
	return q, nil
}

// quoteByProtocol looks at the institute that the reason names, then at the one that
// was paid.
func (d *Desk) quoteByProtocol(ctx context.Context, p payment.Position) (quote.Quote, bool, error) {
	protocol := protocolOf(p)
	if protocol.IsZero() {
		return quote.Quote{}, false, nil
	}
	institutes := []string{p.Purchase.InstituteCode}
	if named, ok := d.catalog.Recognise(p.Purchase.Detail.String()); ok && named.Code != institutes[0] {
		institutes = []string{named.Code, institutes[0]}
	}
	for _, institute := range institutes {
		held, err := d.store.Quotes().ByProtocol(ctx, institute, protocol)
		if err != nil {
			return quote.Quote{}, false, err
		}
		held = slices.DeleteFunc(held, func(q quote.Quote) bool {
			return !q.Protocol.Equal(protocol) || q.Status == quote.Superseded || q.Creditor != p.Creditor ||
				pagonline.DateOf(p.PaidAt).Before(pagonline.DateOf(q.IssuedAt))
		})
		if len(held) > 1 { // the year is not known: only the amount tells them apart
			held = slices.DeleteFunc(held, func(q quote.Quote) bool { return q.Amount != p.Amount() })
		}
		if len(held) == 1 {
			return held[0], true, nil
		}
	}
	return quote.Quote{}, false, nil
}
