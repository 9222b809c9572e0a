package faulty

import (
	"context"
	"iter"
	"time"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

type carts struct {
	cart.Carts
	s *Store
}

// Carts returns the carts.
func (s *Store) Carts() cart.Carts { return carts{s.Inner.Carts(), s} }

func (o carts) Insert(ctx context.Context, c cart.Cart) error {
	return o.s.do(ctx, "Carts.Insert", func() error { return o.Carts.Insert(ctx, c) })
}

func (o carts) Get(ctx context.Context, id string) (cart.Cart, error) {
	return get(ctx, o.s, "Carts.Get", func() (cart.Cart, error) { return o.Carts.Get(ctx, id) })
}

func (o carts) Update(ctx context.Context, id string, change func(*cart.Cart) error) error {
	return o.s.do(ctx, "Carts.Update", func() error { return o.Carts.Update(ctx, id, change) })
}

func (o carts) Prune(ctx context.Context, before time.Time) (int, error) {
	return get(ctx, o.s, "Carts.Prune", func() (int, error) { return o.Carts.Prune(ctx, before) })
}

type quotes struct {
	quote.Quotes
	s *Store
}

// Quotes returns the quotes.
func (s *Store) Quotes() quote.Quotes { return quotes{s.Inner.Quotes(), s} }

func (o quotes) Insert(ctx context.Context, q quote.Quote) error {
	return o.s.do(ctx, "Quotes.Insert", func() error { return o.Quotes.Insert(ctx, q) })
}

func (o quotes) Get(ctx context.Context, id string) (quote.Quote, error) {
	return get(ctx, o.s, "Quotes.Get", func() (quote.Quote, error) { return o.Quotes.Get(ctx, id) })
}

func (o quotes) ByCode(ctx context.Context, c quote.Code) (quote.Quote, error) {
	return get(ctx, o.s, "Quotes.ByCode", func() (quote.Quote, error) { return o.Quotes.ByCode(ctx, c) })
}

func (o quotes) ByProtocol(ctx context.Context, institute string, p causale.Protocol) ([]quote.Quote, error) {
	return get(ctx, o.s, "Quotes.ByProtocol", func() ([]quote.Quote, error) { return o.Quotes.ByProtocol(ctx, institute, p) })
}

func (o quotes) Update(ctx context.Context, id string, change func(*quote.Quote) error) error {
	return o.s.do(ctx, "Quotes.Update", func() error { return o.Quotes.Update(ctx, id, change) })
}

func (o quotes) List(ctx context.Context, f quote.Filter) iter.Seq2[quote.Quote, error] {
	return list(ctx, o.s, "Quotes.List", o.Quotes.List(ctx, f))
}

type cases struct {
	desk.Cases
	s *Store
}

// Cases returns the cases of the desk.
func (s *Store) Cases() desk.Cases { return cases{s.Inner.Cases(), s} }

func (o cases) Insert(ctx context.Context, c desk.Case) error {
	return o.s.do(ctx, "Cases.Insert", func() error { return o.Cases.Insert(ctx, c) })
}

func (o cases) Get(ctx context.Context, id string) (desk.Case, error) {
	return get(ctx, o.s, "Cases.Get", func() (desk.Case, error) { return o.Cases.Get(ctx, id) })
}

func (o cases) ByPosition(ctx context.Context, k payment.Key) (desk.Case, error) {
	return get(ctx, o.s, "Cases.ByPosition", func() (desk.Case, error) { return o.Cases.ByPosition(ctx, k) })
}

func (o cases) ByProtocol(ctx context.Context, institute string, p causale.Protocol) ([]desk.Case, error) {
	return get(ctx, o.s, "Cases.ByProtocol", func() ([]desk.Case, error) { return o.Cases.ByProtocol(ctx, institute, p) })
}

func (o cases) Update(ctx context.Context, id string, change func(*desk.Case) error) error {
	return o.s.do(ctx, "Cases.Update", func() error { return o.Cases.Update(ctx, id, change) })
}

func (o cases) List(ctx context.Context, f desk.Filter) iter.Seq2[desk.Case, error] {
	return list(ctx, o.s, "Cases.List", o.Cases.List(ctx, f))
}

func (o cases) Mark(ctx context.Context) (int64, error) {
	return get(ctx, o.s, "Cases.Mark", func() (int64, error) { return o.Cases.Mark(ctx) })
}

func (o cases) SetMark(ctx context.Context, event int64) error {
	return o.s.do(ctx, "Cases.SetMark", func() error { return o.Cases.SetMark(ctx, event) })
}

type helpCases struct {
	desk.HelpCases
	s *Store
}

// HelpCases returns the help cases.
func (s *Store) HelpCases() desk.HelpCases { return helpCases{s.Inner.HelpCases(), s} }

func (o helpCases) Insert(ctx context.Context, h desk.HelpCase) error {
	return o.s.do(ctx, "HelpCases.Insert", func() error { return o.HelpCases.Insert(ctx, h) })
}

func (o helpCases) Get(ctx context.Context, id string) (desk.HelpCase, error) {
	return get(ctx, o.s, "HelpCases.Get", func() (desk.HelpCase, error) { return o.HelpCases.Get(ctx, id) })
}

func (o helpCases) Update(ctx context.Context, id string, change func(*desk.HelpCase) error) error {
	return o.s.do(ctx, "HelpCases.Update", func() error { return o.HelpCases.Update(ctx, id, change) })
}

func (o helpCases) List(ctx context.Context, f desk.HelpFilter) iter.Seq2[desk.HelpCase, error] {
	return list(ctx, o.s, "HelpCases.List", o.HelpCases.List(ctx, f))
}

type archive struct {
	receipt.Archive
	s *Store
}

// Archive returns the archive.
func (s *Store) Archive() receipt.Archive { return archive{s.Inner.Archive(), s} }

func (o archive) Put(ctx context.Context, d receipt.Document) error {
	return o.s.do(ctx, "Archive.Put", func() error { return o.Archive.Put(ctx, d) })
}

func (o archive) Get(ctx context.Context, k receipt.DocumentKey) (receipt.Document, error) {
	return get(ctx, o.s, "Archive.Get", func() (receipt.Document, error) { return o.Archive.Get(ctx, k) })
}

func (o archive) List(ctx context.Context, p receipt.Period) iter.Seq2[receipt.Record, error] {
	return list(ctx, o.s, "Archive.List", o.Archive.List(ctx, p))
}

type sent struct {
	receipt.Sent
	s *Store
}

// Sent returns the messages that were sent.
func (s *Store) Sent() receipt.Sent { return sent{s.Inner.Sent(), s} }

func (o sent) Claim(ctx context.Context, id string, now, until time.Time) error {
	return o.s.do(ctx, "Sent.Claim", func() error { return o.Sent.Claim(ctx, id, now, until) })
}

func (o sent) Settle(ctx context.Context, id string, sending receipt.Sending) error {
	return o.s.do(ctx, "Sent.Settle", func() error { return o.Sent.Settle(ctx, id, sending) })
}

func (o sent) Parked(ctx context.Context) iter.Seq2[receipt.Sending, error] {
	return list(ctx, o.s, "Sent.Parked", o.Sent.Parked(ctx))
}

type uses struct {
	receipt.Uses
	s *Store
}

// Uses returns which request holds each receipt.
func (s *Store) Uses() receipt.Uses { return uses{s.Inner.Uses(), s} }

func (o uses) Holder(ctx context.Context, key receipt.UseKey) (request string, held bool, err error) {
	err = o.s.do(ctx, "Uses.Holder", func() (err error) {
		request, held, err = o.Uses.Holder(ctx, key)
		return err
	})
	return request, held, err
}

func (o uses) Claim(ctx context.Context, key receipt.UseKey, request string) (holder string, won bool, err error) {
	err = o.s.do(ctx, "Uses.Claim", func() (err error) {
		holder, won, err = o.Uses.Claim(ctx, key, request)
		return err
	})
	return holder, won, err
}
