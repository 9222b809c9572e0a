package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

type (
	cases     struct{ *Store }
	helpCases struct{ *Store }
	uses      struct{ *Store }
	// caseIndex names a list of cases: all, or those of an institute and a protocol, of
	// which a case may have neither.
	caseIndex struct {
		all                 bool
		institute, protocol string
	}
)

// deskMark is the sequence whose last id is the event that the desk saw last.
const deskMark = "desk mark"

// Cases returns the cases of the desk.
func (s *Store) Cases() desk.Cases { return cases{s} }

// HelpCases returns the help cases.
func (s *Store) HelpCases() desk.HelpCases { return helpCases{s} }

// Uses returns for which request each receipt was shown.
func (s *Store) Uses() receipt.Uses { return uses{s} }

func (s cases) Insert(ctx context.Context, c desk.Case) error {
	return s.write(ctx, func() error {
		if _, found := s.cases.get(true, c.ID); found {
			return desk.ErrExists
		}
		if err := s.hold(desk.Case{}, c); err != nil {
			return err
		}
		s.cases.put(c.ID, c.Clone())
		add(&s.caseIDs, caseIndex{all: true}, c.ID)
		add(&s.caseIDs, caseIndex{institute: c.Institute, protocol: quote.IndexKey(c.Protocol)}, c.ID)
		return nil
	})
}

// hold enters the notices that a case has now, and takes out those that it had.
func (s cases) hold(before, after desk.Case) error {
	for _, k := range after.Positions {
		if id, _ := s.caseOf.get(true, k); id != "" && id != after.ID {
			return desk.ErrExists
		}
	}
	for _, k := range before.Positions {
		s.caseOf.put(k, "")
	}
	for _, k := range after.Positions {
		s.caseOf.put(k, after.ID)
	}
	return nil
}

func (s cases) Get(ctx context.Context, id string) (desk.Case, error) {
	return get(ctx, s.Store, &s.cases, id, desk.ErrNotFound, desk.Case.Clone)
}

func (s cases) ByPosition(ctx context.Context, k payment.Key) (c desk.Case, err error) {
	err = desk.ErrNotFound
	s.read(ctx, func(inside bool) {
		if id, _ := s.caseOf.get(inside, k); id != "" {
			c, _ = s.cases.get(inside, id)
			c, err = c.Clone(), nil
		}
	})
	return c, err
}

func (s cases) ByProtocol(ctx context.Context, institute string, p causale.Protocol) (found []desk.Case, err error) {
	s.read(ctx, func(inside bool) {
		ids, _ := s.caseIDs.get(inside, caseIndex{institute: institute, protocol: quote.IndexKey(p)})
		for _, id := range slices.Backward(ids) {
			c, _ := s.cases.get(inside, id)
			found = append(found, c.Clone())
		}
	})
	return found, nil
}

func (s cases) Update(ctx context.Context, id string, change func(*desk.Case) error) error {
	return s.Do(ctx, func(ctx context.Context) error {
		var before, after desk.Case
		err := update(ctx, s.Store, &s.cases, id, desk.ErrNotFound, desk.Case.Clone, func(c *desk.Case) error {
			before = c.Clone()
			err := change(c)
			after = *c
			return err
		})
		if err != nil {
			return err
		}
		return s.write(ctx, func() error { return s.hold(before, after) })
	})
}

func (s cases) List(ctx context.Context, f desk.Filter) iter.Seq2[desk.Case, error] {
	return func(yield func(desk.Case, error) bool) {
		var found []desk.Case
		s.read(ctx, func(inside bool) {
			ids, _ := s.caseIDs.get(inside, caseIndex{all: true})
			for _, id := range ids {
				c, _ := s.cases.get(inside, id)
				if (f.Institute == "" || f.Institute == c.Institute) && (!f.Pending || c.Pending()) {
					found = append(found, c.Clone())
				}
			}
		})
		for _, c := range found {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func (s cases) Mark(ctx context.Context) (mark int64, err error) {
	s.read(ctx, func(inside bool) { mark, _ = s.sequences.get(inside, deskMark) })
	return mark, nil
}

func (s cases) SetMark(ctx context.Context, event int64) error {
	return s.write(ctx, func() error {
		s.sequences.put(deskMark, event)
		return nil
	})
}

func cloneHelp(h desk.HelpCase) desk.HelpCase { return h }

func (s helpCases) Insert(ctx context.Context, h desk.HelpCase) error {
	return s.write(ctx, func() error {
		if _, found := s.help.get(true, h.ID); found {
			return desk.ErrExists
		}
		s.help.put(h.ID, h)
		add(&s.helpIDs, "", h.ID)
		return nil
	})
}

func (s helpCases) Get(ctx context.Context, id string) (desk.HelpCase, error) {
	return get(ctx, s.Store, &s.help, id, desk.ErrNotFound, cloneHelp)
}

func (s helpCases) Update(ctx context.Context, id string, change func(*desk.HelpCase) error) error {
	return update(ctx, s.Store, &s.help, id, desk.ErrNotFound, cloneHelp, change)
}

func (s helpCases) List(ctx context.Context, f desk.HelpFilter) iter.Seq2[desk.HelpCase, error] {
	return func(yield func(desk.HelpCase, error) bool) {
		var found []desk.HelpCase
		s.read(ctx, func(inside bool) {
			ids, _ := s.helpIDs.get(inside, "")
			for _, id := range ids {
				h, _ := s.help.get(inside, id)
				if (f.Owner == "" || f.Owner == h.Owner) && (f.Status == "" || f.Status == h.Status) {
					found = append(found, h)
				}
			}
		})
		for _, h := range found {
			if !yield(h, nil) {
				return
			}
		}
	}
}

func (s uses) Holder(ctx context.Context, k receipt.UseKey) (request string, held bool, err error) {
	s.read(ctx, func(inside bool) { request, held = s.used.get(inside, k) })
	return request, held, nil
}

func (s uses) Claim(ctx context.Context, k receipt.UseKey, request string) (holder string, won bool, err error) {
	err = s.write(ctx, func() error {
		held, found := s.used.get(true, k)
		if holder = held; !found {
			holder, won = request, true
			s.used.put(k, request)
		}
		return nil
	})
	return holder, won, err
}
