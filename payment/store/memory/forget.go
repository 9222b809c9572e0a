package memory

import (
	"context"
	"slices"

	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
)

// Forget implements [payment.Forgetter].
func (s *Store) Forget(ctx context.Context, keys ...payment.Key) (done payment.Forgotten, err error) {
	err = s.Do(ctx, func(ctx context.Context) error {
		var messages []payment.QuarantinedMessage
		for m, err := range s.Quarantine().List(ctx) {
			if err != nil {
				return err
			}
			if m.AboutNoOther(keys) {
				messages = append(messages, m)
			}
		}
		return s.write(ctx, func() error {
			done = payment.Forgotten{}
			for _, k := range keys {
				s.forgetReceipts(k, &done)
				s.forgetOrders(k, &done)
				s.forgetCase(k, &done)
				s.forgetEvents(func(e payment.Event) bool { return e.Position == k }, &done)
				s.forgetPosition(k, &done)
			}
			for _, m := range messages {
				s.quarantine.remove(m.ID)
				s.quarantineIDs.remove(contentOf(m))
				done.Messages++
			}
			return nil
		})
	})
	return done, err
}

func (s *Store) forgetReceipts(k payment.Key, done *payment.Forgotten) {
	for id, r := range s.rts.all(true) {
		if r.PositionKey() != k {
			continue
		}
		for _, kind := range []receipt.DocumentKind{receipt.RTDocument, receipt.PDFDocument, receipt.JSONDocument} {
			d := receipt.DocumentKey{Creditor: r.Creditor, ReceiptID: r.ReceiptID, Kind: kind}
			if _, found := s.documents.get(true, d); found {
				s.documents.remove(d)
				done.Documents++
			}
		}
		s.used.remove(receipt.UseKey{Creditor: r.Creditor, Receipt: r.ReceiptID})
		s.rts.remove(id)
		done.Receipts++
	}
	s.rtKeys.remove(k)
}

func (s *Store) forgetOrders(k payment.Key, done *payment.Forgotten) {
	ids, _ := s.orderIDs.get(true, k)
	for _, id := range ids {
		o, _ := s.orders.get(true, id)
		for _, other := range o.Positions {
			drop(&s.orderIDs, other, id)
		}
		s.forgetEvents(func(e payment.Event) bool { return e.Order == id }, done)
		s.orders.remove(id)
		done.Orders++
	}
}

func (s *Store) forgetCase(k payment.Key, done *payment.Forgotten) {
	id, _ := s.caseOf.get(true, k)
	if id == "" {
		return
	}
	c, _ := s.cases.get(true, id)
	for _, held := range c.Positions {
		s.caseOf.put(held, "")
	}
	drop(&s.caseIDs, caseIndex{all: true}, id)
	drop(&s.caseIDs, caseIndex{institute: c.Institute, protocol: quote.IndexKey(c.Protocol)}, id)
	s.cases.remove(id)
	done.Cases++
}

func (s *Store) forgetEvents(over func(payment.Event) bool, done *payment.Forgotten) {
	gone := map[int64]bool{}
	for id, e := range s.events.all(true) {
		if over(e.Event) {
			s.events.remove(id)
			done.Events++
			gone[id] = true
		}
	}
	for k := range s.deliveries.all(true) {
		if gone[k.event] {
			s.deliveries.remove(k)
		}
	}
}

func (s *Store) forgetPosition(k payment.Key, done *payment.Forgotten) {
	p, found := s.positions.get(true, k)
	if !found {
		return
	}
	drop(&s.keys, index{}, k)
	drop(&s.keys, index{creditor: p.Creditor, debt: p.Debt}, k)
	drop(&s.keys, index{owner: p.Owner}, k)
	s.positions.remove(k)
	done.Positions++
}

// drop takes v out of the list under k; who reads an older one still has it there.
func drop[K, V comparable](t *table[K, []V], k K, v V) {
	list, _ := t.get(true, k)
	t.put(k, slices.DeleteFunc(slices.Clone(list), func(o V) bool { return o == v }))
}
