package memory

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
)

type journal struct{ *Store }

// Journal returns the event journal.
func (s *Store) Journal() payment.Journal { return journal{s} }

func (s journal) Append(ctx context.Context, entries ...payment.JournalEntry) error {
	return s.write(ctx, func() error {
		for _, e := range entries {
			e.ID, e.Seal = s.next("journal"), 0
			s.entries.put(e.ID, &e)
		}
		return nil
	})
}

func (s journal) List(ctx context.Context, f payment.JournalFilter) iter.Seq2[payment.JournalEntry, error] {
	return func(yield func(payment.JournalEntry, error) bool) {
		type place struct {
			at time.Time
			id int64
		}
		var found []place
		s.read(ctx, func(inside bool) {
			last, _ := s.sequences.get(inside, "journal")
			for id := int64(1); id <= last; id++ {
				if e, _ := s.entries.get(inside, id); e != nil && matches(e, &f) {
					found = append(found, place{e.At, id})
				}
			}
		})
		slices.SortFunc(found, func(a, b place) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id)) })
		for _, p := range found {
			var e *payment.JournalEntry
			s.read(ctx, func(inside bool) { e, _ = s.entries.get(inside, p.id) })
			if e != nil && !yield(*e, nil) { // it may have been pruned meanwhile
				return
			}
		}
	}
}

func matches(e *payment.JournalEntry, f *payment.JournalFilter) bool {
	return (f.From.IsZero() || !e.At.Before(f.From)) && (f.To.IsZero() || e.At.Before(f.To)) &&
		(f.Creditor == "" || f.Creditor == e.Creditor) && (f.Notice == "" || f.Notice == e.Notice) &&
		(f.IUV == "" || f.IUV == e.IUV) && (f.Operation == "" || f.Operation == e.Operation)
}

// Walk finds the entries without a seal behind those that were sealed first.
func (s journal) Walk(ctx context.Context, after payment.JournalPlace, limit int) (all []payment.JournalEntry, err error) {
	s.read(ctx, func(inside bool) {
		take := func(id, seal int64) {
			e, _ := s.entries.get(inside, id)
			if e != nil && e.Seal == seal && cmp.Or(cmp.Compare(seal, after.Seal), cmp.Compare(id, after.ID)) > 0 {
				all = append(all, *e)
			}
		}
		last, _ := s.sequences.get(inside, "journal")
		sealed, _ := s.sequences.get(inside, "sealed without a gap")
		seals, _ := s.sequences.get(inside, "seals")
		for id := sealed + 1; after.Seal <= 0 && id <= last && len(all) < limit; id++ {
			take(id, 0)
		}
		for number := max(after.Seal, 1); number <= seals && len(all) < limit; number++ {
			seal, _ := s.seals.get(inside, number)
			for _, e := range seal.Entries {
				if take(e.ID, number); len(all) == limit {
					return
				}
			}
		}
	})
	return all, nil
}

func (s journal) AddSeal(ctx context.Context, seal payment.JournalSeal) error {
	return s.write(ctx, func() error {
		if _, found := s.seals.get(true, seal.Number); found {
			return payment.ErrExists
		}
		for _, listed := range seal.Entries {
			e, _ := s.entries.get(true, listed.ID)
			if e == nil || e.Seal != 0 {
				return payment.ErrExists
			}
			marked := *e
			marked.Seal = seal.Number
			s.entries.put(listed.ID, &marked)
		}
		s.sequences.put("sealed without a gap", s.sealedWithoutGap())
		s.sequences.put("seals", seal.Number)
		s.seals.put(seal.Number, cloneSeal(seal))
		return nil
	})
}

// sealedWithoutGap returns the last ID of the first entries that have a seal or are gone.
func (s journal) sealedWithoutGap() int64 {
	last, _ := s.sequences.get(true, "journal")
	id, _ := s.sequences.get(true, "sealed without a gap")
	for ; id < last; id++ {
		if e, _ := s.entries.get(true, id+1); e != nil && e.Seal == 0 {
			break
		}
	}
	return id
}

func (s journal) Seals(ctx context.Context, after int64, limit int) (all []payment.JournalSeal, err error) {
	s.read(ctx, func(inside bool) {
		last, _ := s.sequences.get(inside, "seals")
		for number := after + 1; number <= last && len(all) < limit; number++ {
			if seal, ok := s.seals.get(inside, number); ok {
				all = append(all, cloneSeal(seal))
			}
		}
	})
	return all, nil
}

func (s journal) LastSeal(ctx context.Context) (seal payment.JournalSeal, err error) {
	err = payment.ErrNotFound
	s.read(ctx, func(inside bool) {
		last, _ := s.sequences.get(inside, "seals")
		if found, ok := s.seals.get(inside, last); ok {
			seal, err = cloneSeal(found), nil
		}
	})
	return seal, err
}

// Prune puts nothing in the place of the entries, for a table cannot delete.
func (s journal) Prune(ctx context.Context, number int64) error {
	return s.write(ctx, func() error {
		seal, found := s.seals.get(true, number)
		if !found {
			return payment.ErrNotFound
		}
		for _, e := range seal.Entries {
			s.entries.put(e.ID, nil)
		}
		seal.Entries = nil
		s.seals.put(number, seal)
		return nil
	})
}

func cloneSeal(s payment.JournalSeal) payment.JournalSeal {
	s.Entries = slices.Clone(s.Entries)
	return s
}
