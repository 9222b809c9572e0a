package faulty

import (
	"context"
	"iter"

	"github.com/pagonline/pagonline/payment"
)

type positions struct {
	payment.Positions
	s *Store
}

// Positions returns the positions.
func (s *Store) Positions() payment.Positions { return positions{s.Inner.Positions(), s} }

func (o positions) Insert(ctx context.Context, p payment.Position) error {
	return o.s.do(ctx, "Positions.Insert", func() error { return o.Positions.Insert(ctx, p) })
}

func (o positions) Get(ctx context.Context, k payment.Key) (payment.Position, error) {
	return get(ctx, o.s, "Positions.Get", func() (payment.Position, error) { return o.Positions.Get(ctx, k) })
}

func (o positions) Update(ctx context.Context, k payment.Key, change func(*payment.Position) error) error {
	return o.s.do(ctx, "Positions.Update", func() error { return o.Positions.Update(ctx, k, change) })
}

func (o positions) List(ctx context.Context, f payment.PositionFilter) iter.Seq2[payment.Position, error] {
	return list(ctx, o.s, "Positions.List", o.Positions.List(ctx, f))
}

type orders struct {
	payment.Orders
	s *Store
}

// Orders returns the orders.
func (s *Store) Orders() payment.Orders { return orders{s.Inner.Orders(), s} }

func (o orders) Insert(ctx context.Context, v payment.Order) error {
	return o.s.do(ctx, "Orders.Insert", func() error { return o.Orders.Insert(ctx, v) })
}

func (o orders) Get(ctx context.Context, id string) (payment.Order, error) {
	return get(ctx, o.s, "Orders.Get", func() (payment.Order, error) { return o.Orders.Get(ctx, id) })
}

func (o orders) Update(ctx context.Context, id string, change func(*payment.Order) error) error {
	return o.s.do(ctx, "Orders.Update", func() error { return o.Orders.Update(ctx, id, change) })
}

func (o orders) ByPosition(ctx context.Context, k payment.Key) ([]payment.Order, error) {
	return get(ctx, o.s, "Orders.ByPosition", func() ([]payment.Order, error) { return o.Orders.ByPosition(ctx, k) })
}

type receipts struct {
	payment.RTs
	s *Store
}

// RTs returns the receipts.
func (s *Store) RTs() payment.RTs { return receipts{s.Inner.RTs(), s} }

func (o receipts) Insert(ctx context.Context, r payment.RT) error {
	return o.s.do(ctx, "RTs.Insert", func() error { return o.RTs.Insert(ctx, r) })
}

func (o receipts) Get(ctx context.Context, creditor, receiptID string) (payment.RT, error) {
	return get(ctx, o.s, "RTs.Get", func() (payment.RT, error) { return o.RTs.Get(ctx, creditor, receiptID) })
}

func (o receipts) Replace(ctx context.Context, r payment.RT) error {
	return o.s.do(ctx, "RTs.Replace", func() error { return o.RTs.Replace(ctx, r) })
}

func (o receipts) ByPosition(ctx context.Context, k payment.Key) ([]payment.RT, error) {
	return get(ctx, o.s, "RTs.ByPosition", func() ([]payment.RT, error) { return o.RTs.ByPosition(ctx, k) })
}

type quarantine struct {
	payment.Quarantine
	s *Store
}

// Quarantine returns the messages that were refused.
func (s *Store) Quarantine() payment.Quarantine { return quarantine{s.Inner.Quarantine(), s} }

func (o quarantine) Put(ctx context.Context, m payment.QuarantinedMessage) error {
	return o.s.do(ctx, "Quarantine.Put", func() error { return o.Quarantine.Put(ctx, m) })
}

func (o quarantine) Get(ctx context.Context, id int64) (payment.QuarantinedMessage, error) {
	return get(ctx, o.s, "Quarantine.Get", func() (payment.QuarantinedMessage, error) { return o.Quarantine.Get(ctx, id) })
}

func (o quarantine) Update(ctx context.Context, id int64, change func(*payment.QuarantinedMessage) error) error {
	return o.s.do(ctx, "Quarantine.Update", func() error { return o.Quarantine.Update(ctx, id, change) })
}

func (o quarantine) List(ctx context.Context) iter.Seq2[payment.QuarantinedMessage, error] {
	return list(ctx, o.s, "Quarantine.List", o.Quarantine.List(ctx))
}

func (o quarantine) Open(ctx context.Context) iter.Seq2[payment.QuarantinedMessage, error] {
	return list(ctx, o.s, "Quarantine.Open", o.Quarantine.Open(ctx))
}

func (o quarantine) ByPosition(ctx context.Context, k payment.Key) ([]payment.QuarantinedMessage, error) {
	return get(ctx, o.s, "Quarantine.ByPosition", func() ([]payment.QuarantinedMessage, error) { return o.Quarantine.ByPosition(ctx, k) })
}

type numbers struct {
	payment.Numbers
	s *Store
}

// Numbers returns the counters.
func (s *Store) Numbers() payment.Numbers { return numbers{s.Inner.Numbers(), s} }

func (o numbers) Next(ctx context.Context, creditor string, segregation uint8) (uint64, error) {
	return get(ctx, o.s, "Numbers.Next", func() (uint64, error) { return o.Numbers.Next(ctx, creditor, segregation) })
}

type outbox struct {
	payment.Outbox
	s *Store
}

// Outbox returns the events.
func (s *Store) Outbox() payment.Outbox { return outbox{s.Inner.Outbox(), s} }

func (o outbox) Append(ctx context.Context, e payment.Event) error {
	return o.s.do(ctx, "Outbox.Append", func() error { return o.Outbox.Append(ctx, e) })
}

func (o outbox) List(ctx context.Context, f payment.EventFilter) iter.Seq2[payment.Event, error] {
	return list(ctx, o.s, "Outbox.List", o.Outbox.List(ctx, f))
}

func (o outbox) Delivered(ctx context.Context, id int64) error {
	return o.s.do(ctx, "Outbox.Delivered", func() error { return o.Outbox.Delivered(ctx, id) })
}

type journal struct {
	payment.Journal
	s *Store
}

// Journal returns the event journal.
func (s *Store) Journal() payment.Journal { return journal{s.Inner.Journal(), s} }

func (o journal) Append(ctx context.Context, entries ...payment.JournalEntry) error {
	return o.s.do(ctx, "Journal.Append", func() error { return o.Journal.Append(ctx, entries...) })
}

func (o journal) List(ctx context.Context, f payment.JournalFilter) iter.Seq2[payment.JournalEntry, error] {
	return list(ctx, o.s, "Journal.List", o.Journal.List(ctx, f))
}

func (o journal) Walk(ctx context.Context, after payment.JournalPlace, limit int) ([]payment.JournalEntry, error) {
	return get(ctx, o.s, "Journal.Walk", func() ([]payment.JournalEntry, error) { return o.Journal.Walk(ctx, after, limit) })
}

func (o journal) AddSeal(ctx context.Context, seal payment.JournalSeal) error {
	return o.s.do(ctx, "Journal.AddSeal", func() error { return o.Journal.AddSeal(ctx, seal) })
}

func (o journal) Seals(ctx context.Context, after int64, limit int) ([]payment.JournalSeal, error) {
	return get(ctx, o.s, "Journal.Seals", func() ([]payment.JournalSeal, error) { return o.Journal.Seals(ctx, after, limit) })
}

func (o journal) LastSeal(ctx context.Context) (payment.JournalSeal, error) {
	return get(ctx, o.s, "Journal.LastSeal", func() (payment.JournalSeal, error) { return o.Journal.LastSeal(ctx) })
}

func (o journal) Prune(ctx context.Context, number int64) error {
	return o.s.do(ctx, "Journal.Prune", func() error { return o.Journal.Prune(ctx, number) })
}

// Forget deletes positions with everything that hangs on them.
func (s *Store) Forget(ctx context.Context, keys ...payment.Key) (payment.Forgotten, error) {
	return get(ctx, s, "Forget", func() (payment.Forgotten, error) { return s.Inner.Forget(ctx, keys...) })
}
