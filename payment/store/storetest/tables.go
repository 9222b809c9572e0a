package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/payment"
)

// testLastDay moves the last day of p, which is open, and moves it back.
func testLastDay(t *testing.T, st Store, p payment.Position) {
	t.Helper()
	ctx, day := t.Context(), p.DueDate.AddDays(100)
	for _, c := range []struct {
		name   string
		change func(*payment.Position)
		there  bool
	}{
		{"later", func(p *payment.Position) { p.DueDate = day }, true},
		{"which is not the last any more", func(p *payment.Position) { p.RefuseLate = false }, false},
		{"which is the last again", func(p *payment.Position) { p.RefuseLate = true }, true},
		{"of what has expired", func(p *payment.Position) { p.Status = payment.Expired }, false},
		{"of what is open again", func(p *payment.Position) { p.Status = payment.Open }, true},
		{"earlier", func(q *payment.Position) { q.DueDate = p.DueDate }, false},
	} {
		must(t, st.Positions().Update(ctx, p.Key, func(q *payment.Position) error {
			c.change(q)
			return nil
		}))
		found := collect(t, st.Positions().List(ctx, payment.PositionFilter{LastDay: day}))
		if there := len(found) == 1 && found[0].Key == p.Key; there != c.there || len(found) > 1 {
			t.Errorf("a last day %s: found %d, want %t", c.name, len(found), c.there)
		}
	}
}

func testPositions(t *testing.T, st Store) {
	ctx, p := t.Context(), Position(1)
	must(t, st.Positions().Insert(ctx, p))
	wantErr(t, "second Insert", st.Positions().Insert(ctx, p), payment.ErrExists)
	equal(t, "Get", value(st.Positions().Get(ctx, p.Key))(t), p)
	_, err := st.Positions().Get(ctx, Position(9).Key)
	wantErr(t, "Get of none", err, payment.ErrNotFound)
	_, err = st.Positions().Get(ctx, payment.Key{Creditor: "00000000000", Number: p.Number})
	wantErr(t, "Get of another creditor's", err, payment.ErrNotFound)
	wantErr(t, "Update of none", st.Positions().Update(ctx, Position(9).Key, func(*payment.Position) error { return nil }), payment.ErrNotFound)

	must(t, st.Positions().Update(ctx, p.Key, func(q *payment.Position) error {
		equal(t, "what Update hands over", *q, p)
		q.Status, q.PaidAt, q.ReceiptID = payment.Paid, at(9), "iur"
		q.Transfers[0].Company = "changed"
		return nil
	}))
	got := value(st.Positions().Get(ctx, p.Key))(t)
	p.Status, p.PaidAt, p.ReceiptID, p.Transfers[0].Company = payment.Paid, at(9), "iur", "changed"
	equal(t, "after Update", got, p)

	wantErr(t, "failed Update", st.Positions().Update(ctx, p.Key, func(q *payment.Position) error {
		q.Status, q.Transfers[0].Company = payment.Reported, "lost"
		return errTest
	}), errTest)
	got.Transfers[0].Company = "the caller's own copy"
	equal(t, "after a failed Update", value(st.Positions().Get(ctx, p.Key))(t), p)

	other := Position(2)
	other.Owner, other.Debt = "other", p.Debt
	must(t, st.Positions().Insert(ctx, other))
	nobodys := Position(3)
	nobodys.Owner = ""
	must(t, st.Positions().Insert(ctx, nobodys))
	for _, c := range []struct {
		filter payment.PositionFilter
		want   []payment.Position
	}{
		{payment.PositionFilter{}, []payment.Position{nobodys, other, p}},
		{payment.PositionFilter{Owner: "owner"}, []payment.Position{p}},
		{payment.PositionFilter{Owner: "nobody"}, nil},
		{payment.PositionFilter{Creditor: p.Creditor, Debt: p.Debt}, []payment.Position{other, p}},
		{payment.PositionFilter{Creditor: p.Creditor, Debt: p.Debt, Owner: "other"}, []payment.Position{other}},
		{payment.PositionFilter{Debt: p.Debt}, []payment.Position{other, p}},
		{payment.PositionFilter{Debt: p.Debt, Except: other.Key}, []payment.Position{p}},
		{payment.PositionFilter{Creditor: p.Creditor, Debt: p.Debt, Except: payment.Key{Creditor: "00000000000", Number: p.Number}}, []payment.Position{other, p}},
		{payment.PositionFilter{Creditor: "00000000000"}, nil},
		{payment.PositionFilter{LastDay: p.DueDate}, []payment.Position{nobodys, other}}, // p is paid
		{payment.PositionFilter{LastDay: p.DueDate, Creditor: p.Creditor, Owner: "other"}, []payment.Position{other}},
		{payment.PositionFilter{LastDay: p.DueDate.AddDays(1)}, nil},
	} {
		equal(t, "List", collect(t, st.Positions().List(ctx, c.filter)), c.want)
	}
	testLastDay(t, st, nobodys)
	must(t, st.Positions().Update(ctx, nobodys.Key, func(q *payment.Position) error {
		q.Owner = "owner"
		return nil
	}))
	wantErr(t, "failed Update", st.Positions().Update(ctx, other.Key, func(q *payment.Position) error {
		q.Owner = "owner"
		return errTest
	}), errTest)
	nobodys.Owner = "owner"
	must(t, st.Positions().Update(ctx, p.Key, func(q *payment.Position) error {
		q.Owner = "other"
		return nil
	}))
	p.Owner = "other"
	equal(t, "List of an owner who has one more", collect(t, st.Positions().List(ctx, payment.PositionFilter{Owner: "owner"})),
		[]payment.Position{nobodys})
	equal(t, "List of an owner of an older one", collect(t, st.Positions().List(ctx, payment.PositionFilter{Owner: "other"})),
		[]payment.Position{other, p})
	for _, err := range st.Positions().List(ctx, payment.PositionFilter{}) {
		must(t, err)
		break // a list may be left early, and the store goes on
	}
	must(t, st.Positions().Insert(ctx, Position(4)))
}

func testOrders(t *testing.T, st Store) {
	ctx, k1, k2 := t.Context(), Position(1).Key, Position(2).Key
	a, b := order("a", k1, k2), order("b", k1)
	must(t, st.Orders().Insert(ctx, a))
	wantErr(t, "second Insert", st.Orders().Insert(ctx, a), payment.ErrExists)
	must(t, st.Orders().Insert(ctx, b))
	equal(t, "Get", value(st.Orders().Get(ctx, "a"))(t), a)
	_, err := st.Orders().Get(ctx, "none")
	wantErr(t, "Get of none", err, payment.ErrNotFound)
	must(t, st.Orders().Update(ctx, "a", func(o *payment.Order) error {
		o.Status, o.ChangedAt = payment.OrderSent, at(7)
		return nil
	}))
	wantErr(t, "failed Update", st.Orders().Update(ctx, "a", func(o *payment.Order) error {
		o.Status, o.Positions[0] = payment.OrderPaid, k2
		return errTest
	}), errTest)
	wantErr(t, "Update of none", st.Orders().Update(ctx, "none", func(*payment.Order) error { return nil }), payment.ErrNotFound)
	a.Status, a.ChangedAt = payment.OrderSent, at(7)
	equal(t, "ByPosition", value(st.Orders().ByPosition(ctx, k1))(t), []payment.Order{b, a})
	equal(t, "ByPosition", value(st.Orders().ByPosition(ctx, k2))(t), []payment.Order{a})
	equal(t, "ByPosition of none", len(value(st.Orders().ByPosition(ctx, Position(3).Key))(t)), 0)
}

func testRTs(t *testing.T, st Store) {
	ctx, p := t.Context(), Position(1)
	first, second := Receipt(p, "iur-1"), Receipt(p, "iur-2")
	second.Second, second.Payer, second.Fee = true, nil, nil
	must(t, st.RTs().Insert(ctx, first))
	wantErr(t, "second Insert", st.RTs().Insert(ctx, first), payment.ErrExists)
	must(t, st.RTs().Insert(ctx, second))
	equal(t, "Get", value(st.RTs().Get(ctx, p.Creditor, "iur-1"))(t), first)
	_, err := st.RTs().Get(ctx, p.Creditor, "none")
	wantErr(t, "Get of none", err, payment.ErrNotFound)

	// The same payment is sent to its secondary creditor too; that copy is another
	// receipt, and none of the position's.
	copied := Receipt(p, "iur-1")
	copied.Creditor = "01234567890"
	must(t, st.RTs().Insert(ctx, copied))
	equal(t, "Get", value(st.RTs().Get(ctx, copied.Creditor, "iur-1"))(t), copied)
	equal(t, "ByPosition", value(st.RTs().ByPosition(ctx, p.Key))(t), []payment.RT{first, second})
	equal(t, "ByPosition of none", len(value(st.RTs().ByPosition(ctx, Position(2).Key))(t)), 0)

	first.Operation, first.Raw = "paSendRTV2", []byte("<another/>")
	must(t, st.RTs().Replace(ctx, first))
	equal(t, "after Replace", value(st.RTs().ByPosition(ctx, p.Key))(t), []payment.RT{first, second})
	wantErr(t, "Replace of none", st.RTs().Replace(ctx, Receipt(p, "none")), payment.ErrNotFound)
}

func testOutbox(t *testing.T, st Store) {
	ctx, k := t.Context(), Position(1).Key
	want := []payment.Event{
		{Kind: payment.PositionEvent(payment.Open), Position: k, At: at(1)},
		{Kind: payment.OrderEvent(payment.OrderSent), Order: "a", At: at(2)},
		{Kind: payment.ReceiptRecorded, Position: k, ReceiptID: "iur", At: at(3)},
	}
	for _, e := range want {
		must(t, st.Outbox().Append(ctx, e))
	}
	got := collect(t, st.Outbox().List(ctx, payment.EventFilter{}))
	if len(got) != len(want) {
		t.Fatalf("List: %d events, want %d", len(got), len(want))
	}
	for i := range want {
		if i > 0 && got[i].ID <= got[i-1].ID {
			t.Error("the IDs do not grow")
		}
		want[i].ID = got[i].ID
	}
	equal(t, "List", got, want)
	list := func(f payment.EventFilter) []payment.Event { return collect(t, st.Outbox().List(ctx, f)) }
	equal(t, "List of a position", list(payment.EventFilter{Position: k}), []payment.Event{want[0], want[2]})
	equal(t, "List of an order", list(payment.EventFilter{Order: "a"}), want[1:2])
	equal(t, "List with a limit", list(payment.EventFilter{Limit: 1}), want[:1])
	equal(t, "List after", list(payment.EventFilter{After: want[0].ID, Limit: 1}), want[1:2])
	must(t, st.Outbox().Delivered(ctx, want[0].ID))
	must(t, st.Outbox().Delivered(ctx, want[0].ID))
	wantErr(t, "Delivered of none", st.Outbox().Delivered(ctx, 1_000_000), payment.ErrNotFound)
	equal(t, "List of the pending", list(payment.EventFilter{Pending: true}), want[1:])
	equal(t, "List of all", list(payment.EventFilter{}), want)
}

func testCarts(t *testing.T, st Store) {
	ctx, c := t.Context(), Cart("c1")
	must(t, st.Carts().Insert(ctx, c))
	wantErr(t, "second Insert", st.Carts().Insert(ctx, c), cart.ErrExists)
	equal(t, "Get", value(st.Carts().Get(ctx, "c1"))(t), c)
	_, err := st.Carts().Get(ctx, "none")
	wantErr(t, "Get of none", err, cart.ErrNotFound)
	must(t, st.Carts().Update(ctx, "c1", func(c *cart.Cart) error {
		c.Status, c.Orders = cart.Closed, []string{"a"}
		return nil
	}))
	wantErr(t, "failed Update", st.Carts().Update(ctx, "c1", func(c *cart.Cart) error {
		c.Items[0].Quantity = 7
		return errTest
	}), errTest)
	wantErr(t, "Update of none", st.Carts().Update(ctx, "none", func(*cart.Cart) error { return nil }), cart.ErrNotFound)
	c.Status, c.Orders = cart.Closed, []string{"a"}
	equal(t, "after Update", value(st.Carts().Get(ctx, "c1"))(t), c)
	empty := cart.Cart{ID: "c2", Status: cart.Open, CreatedAt: at(0)}
	must(t, st.Carts().Insert(ctx, empty))
	equal(t, "an empty cart", value(st.Carts().Get(ctx, "c2"))(t), empty)
	testCartsPruned(t, st)
}

// testCartsPruned expects c1 to expire at 59 and c2 never.
func testCartsPruned(t *testing.T, st Store) {
	t.Helper()
	ctx := t.Context()
	equal(t, "pruned before any has expired", value(st.Carts().Prune(ctx, at(59)))(t), 0)
	const more = 250
	for n := range more {
		c := Cart(fmt.Sprintf("more-%d", n))
		if c.ExpiresAt = at(10); n%2 == 1 {
			c.ExpiresAt = at(100)
		}
		must(t, st.Carts().Insert(ctx, c))
	}
	wantErr(t, "Do", st.Do(ctx, func(ctx context.Context) error {
		equal(t, "pruned in a unit", value(st.Carts().Prune(ctx, at(60)))(t), more/2+1)
		return errTest
	}), errTest)
	equal(t, "pruned", value(st.Carts().Prune(ctx, at(60)))(t), more/2+1)
	equal(t, "pruned again", value(st.Carts().Prune(ctx, at(60)))(t), 0)
	for id, want := range map[string]error{"c1": cart.ErrNotFound, "c2": nil, "more-0": cart.ErrNotFound, "more-1": nil} {
		_, err := st.Carts().Get(ctx, id)
		wantErr(t, "Get of "+id, err, want)
	}
}
