package simulation

import (
	"context"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

func (w *World) publish() {
	k := w.any()
	p := w.meet(OnPublish, k)
	var want error
	switch {
	case p == nil:
		want = payment.ErrNotFound
	case p.status != payment.Open && !slices.Contains(words(follows[p.status]), "open"):
		want = payment.ErrState
	}
	w.act("publish", want, func(ctx context.Context) error { return w.cashier.Publish(ctx, k) }, func() {
		if p.status != payment.Open {
			w.model.move(p, payment.Open, "")
		}
	})
}

// closed is why a position cannot be changed any more.
func closed(p *position) error {
	switch {
	case p == nil:
		return payment.ErrNotFound
	case p.settled():
		return payment.ErrPaid
	case p.status == payment.Cancelled:
		return payment.ErrCancelled
	}
	return nil
}

// update changes what is due, or until when.
func (w *World) update() {
	k := w.any()
	p := w.meet(OnUpdate, k)
	var shares []share
	if w.chance(60) {
		shares = w.shares(k.Creditor)
	}
	var due pagonline.Date
	if w.chance(50) {
		due = pagonline.DateOf(w.clock()).AddDays(w.pick(8) - 3)
	}
	toggle := w.chance(15)
	w.act("update", closed(p), func(ctx context.Context) error {
		return w.cashier.Update(ctx, k, func(t *payment.Terms) error {
			if shares != nil {
				t.Transfers = transfersOf(shares)
			}
			if !due.IsZero() {
				t.DueDate = due
			}
			t.RefuseLate = t.RefuseLate != toggle
			return nil
		})
	}, func() {
		changed := shares != nil && !slices.Equal(shares, p.shares) || !due.IsZero() && due.String() != p.due || toggle
		p.refuseLate = p.refuseLate != toggle
		if shares != nil {
			p.shares = slices.Clone(shares)
		}
		if !due.IsZero() {
			p.due = due.String()
		}
		p.asked = claim{owner: p.owner, debtor: p.debtor, shares: p.shares, refuseLate: p.refuseLate}.asked()
		switch {
		case p.status == payment.Expired && (!p.refuseLate || !p.late(w.clock())):
			w.model.move(p, payment.Open, "")
		case changed:
			w.model.emit(payment.PositionUpdated, p, "")
		}
	})
}

func (w *World) correct() {
	k := w.any()
	p := w.meet(OnDebtor, k)
	who := people[w.pick(len(people))]
	w.act("debtor", closed(p), func(ctx context.Context) error { return w.cashier.UpdateDebtor(ctx, k, subjectOf(who)) }, func() {
		if p.debtor == who {
			return
		}
		p.debtor = who
		p.asked = claim{owner: p.owner, debtor: p.debtor, shares: p.shares, refuseLate: p.refuseLate}.asked()
		w.model.emit(payment.PositionUpdated, p, "")
	})
}

func (w *World) withdraw() {
	k := w.any()
	p := w.meet(OnWithdraw, k)
	want := closed(p)
	switch {
	case errIs(want, payment.ErrCancelled):
		want = nil
	case want == nil && p.inCharge(w.clock()):
		w.count(InCharge)
		want = payment.ErrInCharge
	}
	w.act("withdraw", want, func(ctx context.Context) error { return w.cashier.Withdraw(ctx, k) }, func() {
		if p.status != payment.Cancelled {
			w.model.move(p, payment.Cancelled, "")
		}
	})
}

func (w *World) claim() {
	k := w.any()
	p := w.meet(OnClaim, k)
	owner := ownerOf(w.pick(owners))
	var want error
	if p == nil || p.owner != "" && p.owner != owner {
		want = payment.ErrUnknown
		if p == nil {
			want = payment.ErrNotFound
		}
	}
	w.act("claim", want, func(ctx context.Context) error { return w.cashier.Claim(ctx, k, owner) }, func() {
		if p.owner == owner {
			return
		}
		p.owner = owner
		p.asked = claim{owner: p.owner, debtor: p.debtor, shares: p.shares, refuseLate: p.refuseLate}.asked()
		w.model.emit(payment.PositionUpdated, p, "")
	})
}
