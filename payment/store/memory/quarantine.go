package memory

import (
	"bytes"
	"context"
	"crypto/sha256"
	"iter"

	"github.com/pagonline/pagonline/payment"
)

// content names what makes two messages of the quarantine one.
type content struct {
	operation, reason string
	digest            [sha256.Size]byte
}

func contentOf(m payment.QuarantinedMessage) content {
	return content{m.Operation, m.Reason, sha256.Sum256(m.Raw)}
}

func (s quarantine) Put(ctx context.Context, m payment.QuarantinedMessage) error {
	k := contentOf(m)
	return s.write(ctx, func() error {
		if id, found := s.quarantineIDs.get(true, k); found {
			held, _ := s.quarantine.get(true, id)
			held.Times++
			held.Resolution = payment.Resolution{}
			s.quarantine.put(id, held)
			return nil
		}
		m = cloneMessage(m)
		m.ID, m.Times, m.Resolution = s.next("quarantine"), 1, payment.Resolution{}
		s.quarantine.put(m.ID, m)
		s.quarantineIDs.put(k, m.ID)
		return nil
	})
}

func (s quarantine) Get(ctx context.Context, id int64) (payment.QuarantinedMessage, error) {
	return get(ctx, s.Store, &s.quarantine, id, payment.ErrNotFound, cloneMessage)
}

func (s quarantine) Update(ctx context.Context, id int64, change func(*payment.QuarantinedMessage) error) error {
	return update(ctx, s.Store, &s.quarantine, id, payment.ErrNotFound, cloneMessage, change)
}

func (s quarantine) List(ctx context.Context) iter.Seq2[payment.QuarantinedMessage, error] {
	return s.those(ctx, func(payment.QuarantinedMessage) bool { return true })
}

func (s quarantine) Open(ctx context.Context) iter.Seq2[payment.QuarantinedMessage, error] {
	return s.those(ctx, payment.QuarantinedMessage.Open)
}

func (s quarantine) ByPosition(ctx context.Context, k payment.Key) (found []payment.QuarantinedMessage, err error) {
	for m, err := range s.those(ctx, func(m payment.QuarantinedMessage) bool { return m.About(k) }) {
		if err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	return found, nil
}

// those returns the messages of which wanted is true.
func (s quarantine) those(ctx context.Context, wanted func(payment.QuarantinedMessage) bool) iter.Seq2[payment.QuarantinedMessage, error] {
	return func(yield func(payment.QuarantinedMessage, error) bool) {
		var found []payment.QuarantinedMessage
		s.read(ctx, func(inside bool) {
			last, _ := s.sequences.get(inside, "quarantine")
			for id := int64(1); id <= last; id++ {
				if m, there := s.quarantine.get(inside, id); there && wanted(m) {
					found = append(found, cloneMessage(m))
				}
			}
		})
		for _, m := range found {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func cloneMessage(m payment.QuarantinedMessage) payment.QuarantinedMessage {
	m.Raw = bytes.Clone(m.Raw)
	return m
}
