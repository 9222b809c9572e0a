package memory

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
)

type (
	archive struct{ *Store }
	sent    struct{ *Store }
)

// sending is what is known of a message, and its place.
type sending struct {
	receipt.Sending
	until time.Time
	seq   int64
}

// Archive returns the documents of receipts.
func (s *Store) Archive() receipt.Archive { return archive{s} }

// Sent returns what was sent by mail.
func (s *Store) Sent() receipt.Sent { return sent{s} }

func (s archive) Put(ctx context.Context, d receipt.Document) error {
	if err := d.Check(); err != nil {
		return err
	}
	return s.write(ctx, func() error {
		if before, found := s.documents.get(true, d.DocumentKey); found {
			return d.Again(before.Record)
		}
		d.Content, d.At = bytes.Clone(d.Content), d.At.UTC()
		s.documents.put(d.DocumentKey, d)
		return nil
	})
}

func (s archive) Get(ctx context.Context, k receipt.DocumentKey) (receipt.Document, error) {
	return get(ctx, s.Store, &s.documents, k, pagonline.NewError(pagonline.CodeNotFound), func(d receipt.Document) receipt.Document {
		d.Content = bytes.Clone(d.Content)
		return d
	})
}

func (s archive) List(ctx context.Context, p receipt.Period) iter.Seq2[receipt.Record, error] {
	return func(yield func(receipt.Record, error) bool) {
		var records []receipt.Record
		s.read(ctx, func(inside bool) {
			for _, d := range s.documents.all(inside) {
				if p.Has(d.Day) {
					records = append(records, d.Record)
				}
			}
		})
		slices.SortFunc(records, func(a, b receipt.Record) int {
			return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Creditor, b.Creditor),
				cmp.Compare(a.ReceiptID, b.ReceiptID), cmp.Compare(a.Kind, b.Kind))
		})
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (s sent) Claim(ctx context.Context, id string, now, until time.Time) error {
	return s.write(ctx, func() error {
		m, found := s.sendings.get(true, id)
		switch {
		case m.Fate == receipt.Delivered:
			return receipt.ErrSent
		case m.Fate == receipt.Undelivered:
			return receipt.ErrParked
		case found && m.until.After(now):
			return receipt.ErrClaimed
		case !found:
			m.ID, m.seq = id, s.next("sent")
		}
		m.At, m.until = now.UTC(), until
		s.sendings.put(id, m)
		return nil
	})
}

func (s sent) Settle(ctx context.Context, id string, f receipt.Sending) error {
	return s.write(ctx, func() error {
		m, found := s.sendings.get(true, id)
		stale := found && !f.Claimed.IsZero() && !f.Claimed.Equal(m.until)
		switch {
		case m.Fate == receipt.Delivered, stale && f.Fate != receipt.Delivered:
			return nil
		case !found:
			m.seq = s.next("sent")
		}
		f.ID, f.At, f.Claimed = id, f.At.UTC(), time.Time{}
		s.sendings.put(id, sending{Sending: f, seq: m.seq})
		return nil
	})
}

func (s sent) Parked(ctx context.Context) iter.Seq2[receipt.Sending, error] {
	return func(yield func(receipt.Sending, error) bool) {
		var parked []sending
		s.read(ctx, func(inside bool) {
			for _, m := range s.sendings.all(inside) {
				if m.Fate == receipt.Undelivered {
					parked = append(parked, m)
				}
			}
		})
		slices.SortFunc(parked, func(a, b sending) int { return cmp.Compare(a.seq, b.seq) })
		for _, m := range parked {
			if !yield(m.Sending, nil) {
				return
			}
		}
	}
}

// Between implements the ability that the register asks of a store: see
// receipt/ledger.
func (s rts) Between(ctx context.Context, from, before time.Time) iter.Seq2[payment.RT, error] {
	return func(yield func(payment.RT, error) bool) {
		paid := func(r payment.RT) time.Time {
			if r.PaidAt.IsZero() {
				return r.ReceivedAt
			}
			return r.PaidAt
		}
		var found []payment.RT
		s.read(ctx, func(inside bool) {
			for _, r := range s.rts.all(inside) {
				if at := paid(r); !at.Before(from) && (before.IsZero() || at.Before(before)) {
					r = cloneRT(r)
					r.Raw = nil
					found = append(found, r)
				}
			}
		})
		slices.SortFunc(found, func(a, b payment.RT) int {
			return cmp.Or(paid(a).Compare(paid(b)), cmp.Compare(a.Creditor, b.Creditor), cmp.Compare(a.ReceiptID, b.ReceiptID))
		})
		for _, r := range found {
			if !yield(r, nil) {
				return
			}
		}
	}
}
