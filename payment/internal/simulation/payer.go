package simulation

import (
	"context"
	"fmt"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// gateway is the page where payers are sent.
type gateway struct{ w *World }

// Start looks whether the notices are those of the order, for what is due.
func (g gateway) Start(_ context.Context, r payment.GatewayRequest) (string, error) {
	w := g.w
	i := slices.IndexFunc(w.model.orders, func(o *order) bool { return o.id == r.Order })
	if i < 0 || len(r.Notices) != len(w.model.orders[i].positions) {
		w.trouble.broken = &InvariantError{"I8", "the gateway gets an order that nobody made"}
		return "", errStore
	}
	for j, n := range r.Notices {
		if p := w.model.orders[i].positions[j]; n.Key != p.key || n.Amount.Cents() != sum(p.shares) {
			w.trouble.broken = &InvariantError{"I5", fmt.Sprintf("the gateway is to take %s for %s instead of %d cents", n.Amount, p.label, sum(p.shares))}
			return "", errStore
		}
	}
	if w.goes(GatewayFails, 10) {
		return "", errGateway
	}
	return "https://pay.example.org/" + w.model.orders[i].label, nil
}

var errGateway = pagonline.NewError(pagonline.CodeUnavailable)

// prepare makes an order of one to three notices of one owner, and sends it.
func (w *World) prepare() {
	first := w.model.positions[w.any()]
	for range 3 {
		if w.model.payable(first, w.clock()) != nil && w.chance(70) {
			first = w.model.positions[w.any()]
		}
	}
	k := w.nobodys()
	if first != nil {
		k = first.key
	}
	w.meet(OnPrepare, k)
	r := payment.OrderRequest{Positions: []payment.Key{k}, Email: people[0].email}
	if first != nil {
		r.Owner = first.owner
	}
	for _, p := range slices.Backward(w.model.all) {
		if first != nil && len(r.Positions) < 1+w.pick(3) && p.owner == r.Owner && p.debt != first.debt && !w.together(r.Positions, p) {
			r.Positions = append(r.Positions, p.key)
		}
	}
	want := w.refuses(r)
	if errIs(want, payment.ErrInCharge) {
		w.count(InCharge)
	}
	old := w.unfinished(r)
	var got payment.Order
	var made *order
	w.act("prepare", want, func(ctx context.Context) (err error) {
		got, err = w.cashier.Prepare(ctx, r)
		return err
	}, func() {
		if made = old; old != nil {
			w.must(got.ID == old.id || got.ID == "", "I8", "%s was made again", old.label)
			return
		}
		made = &order{id: w.rows.ordered, label: fmt.Sprintf("order-%d", len(w.model.orders)), owner: r.Owner, email: r.Email}
		for _, k := range r.Positions {
			p := w.model.positions[k]
			made.positions = append(made.positions, p)
			p.orders = append(p.orders, made)
		}
		w.model.orders = append(w.model.orders, made)
		w.model.moveOrder(made, payment.OrderCreated, w.clock())
	})
	if made != nil && got.ID != "" && w.chance(85) {
		w.dispatch(made, got)
	}
}

// together reports whether a notice of the same debt is among them.
func (w *World) together(keys []payment.Key, p *position) bool {
	return slices.ContainsFunc(keys, func(k payment.Key) bool { return w.model.positions[k].debt == p.debt })
}

// refuses is why the notices cannot be ordered together.
func (w *World) refuses(r payment.OrderRequest) error {
	for _, k := range r.Positions {
		p := w.model.positions[k]
		if err := w.model.payable(p, w.clock()); err != nil {
			return err
		}
		if p.inCharge(w.clock()) {
			return payment.ErrInCharge
		}
		for _, q := range w.model.siblings(p) {
			if (q.option == p.option || q.alternative(p)) && q.inCharge(w.clock()) {
				return payment.ErrInCharge
			}
		}
	}
	return nil
}

// unfinished is the order for the same that Prepare must return.
func (w *World) unfinished(r payment.OrderRequest) *order {
	first := w.model.positions[r.Positions[0]]
	if first == nil {
		return nil
	}
	for _, o := range slices.Backward(first.orders) {
		if (o.status == payment.OrderCreated || o.status == payment.OrderSent) && o.owner == r.Owner &&
			slices.EqualFunc(o.positions, r.Positions, func(p *position, k payment.Key) bool { return p.key == k }) {
			return o
		}
	}
	return nil
}

// dispatch sends the payer to the gateway, who goes there, and comes back or not.
func (w *World) dispatch(o *order, got payment.Order) {
	failures := w.result.Faults[GatewayFails]
	var location string
	var err error
	w.trouble.arm(w)
	err = guard(func() error {
		location, err = w.cashier.Dispatch(context.Background(), got, payment.ReturnURLs{})
		return err
	})
	hit := w.trouble.disarm()
	w.log.lookAt(err)
	w.must(hit.breaks() || (err != nil) == (w.result.Faults[GatewayFails] > failures), "I8", "dispatch: %v", err)
	w.settle(hit)
	if err != nil || hit.dead {
		return
	}
	w.act("sent", nil, func(ctx context.Context) error {
		_, err := w.cashier.Sent(ctx, got.ID, location)
		return err
	}, func() {
		o.location = location
		if o.status == payment.OrderCreated {
			w.model.moveOrder(o, payment.OrderSent, w.clock())
		}
	})
	if w.chance(80) {
		for _, p := range o.positions {
			w.activate(p.key, o.label)
		}
	}
	w.later(w.hours(2)/4, func() { w.back(o) })
}

// back is the payer's browser: it comes where it wants, also twice.
func (w *World) back(o *order) {
	at := []payment.Return{payment.ReturnedOK, payment.ReturnedOK, payment.ReturnedWaiting, payment.ReturnedCancel, payment.ReturnedError}[w.pick(5)]
	w.act("returned "+string(at), nil, func(ctx context.Context) error {
		_, err := w.cashier.Returned(ctx, o.id, at)
		return err
	}, func() {
		to := payment.OrderClosedUnpaid
		if at == payment.ReturnedOK || at == payment.ReturnedWaiting {
			to = payment.OrderTakenInCharge
		}
		if o.status == payment.OrderSent || o.status == payment.OrderTakenInCharge && to == payment.OrderClosedUnpaid {
			w.model.moveOrder(o, to, w.clock())
		}
	})
}
