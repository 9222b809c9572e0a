package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

// Case returns a case of the desk about the n-th quote, paid by the n-th position.
func Case(n int) desk.Case {
	p, amount := Position(uint64(n)), euro.MustParse("12.50")
	return desk.Case{
		ID: fmt.Sprintf("quote-%d", n), Creditor: p.Creditor, Institute: "AS-LI", Service: "fotocopie",
		Protocol: causale.MustParseProtocol(fmt.Sprintf("%d/2024", n)), Quote: fmt.Sprintf("quote-%d", n), Due: amount,
		Paper:   &desk.Paper{Institute: "AS-LI", Protocol: causale.MustParseProtocol("perché no"), Amount: amount},
		ByQuote: true, AcceptedAt: at(1), Status: desk.Paid, OpenedAt: at(2), Positions: []payment.Key{p.Key},
		Payments: []desk.Payment{{
			Position: p.Key, ReceiptID: fmt.Sprintf("iur-%d", n), Amount: amount, PaidAt: at(3), Institute: "AS-LI", Service: "fotocopie",
			DueDate: pagonline.DateOf(at(0)),
		}},
		DeliverBy:    pagonline.DateOf(at(0)).AddDays(10),
		Verification: desk.Verification{By: "clerk-1", Despite: "è giusto così", At: at(4)},
		Release:      desk.Release{How: desk.ByEmail, By: "clerk-2", Megabytes: 3, Reference: "x", At: at(5)},
		Rejection:    desk.Rejection{By: "clerk-3", Reason: "perché no", At: at(6)},
		Refunds: []desk.Refund{{
			ID: "r1", Position: p.Key, ReceiptID: "iur", Amount: euro.MustParse("0.50"), Why: desk.WrongAmount, Status: desk.RefundRequested,
			RequestedBy: "clerk-1", RequestedAt: at(7),
		}},
		Assignments: []desk.Assignment{{Position: p.Key, From: "another", By: "clerk-1", At: at(8)}},
	}
}

func testCases(t *testing.T, st Store) {
	ctx, c := t.Context(), Case(1)
	must(t, st.Cases().Insert(ctx, c))
	wantErr(t, "second Insert", st.Cases().Insert(ctx, c), desk.ErrExists)
	thief := Case(2)
	thief.Positions = c.Positions
	wantErr(t, "Insert with a notice of another case", st.Cases().Insert(ctx, thief), desk.ErrExists)
	equal(t, "Get", value(st.Cases().Get(ctx, c.ID))(t), c)
	equal(t, "ByPosition", value(st.Cases().ByPosition(ctx, c.Positions[0]))(t), c)
	_, err := st.Cases().Get(ctx, thief.ID)
	wantErr(t, "Get of none", err, desk.ErrNotFound)
	_, err = st.Cases().ByPosition(ctx, Position(9).Key)
	wantErr(t, "ByPosition of none", err, desk.ErrNotFound)

	must(t, st.Cases().Update(ctx, c.ID, func(u *desk.Case) error {
		equal(t, "what Update hands over", *u, c)
		u.Status, u.Positions = desk.Verified, append(u.Positions, Position(5).Key)
		u.Refunds[0].Status = desk.RefundApproved
		return nil
	}))
	c.Status, c.Positions, c.Refunds[0].Status = desk.Verified, append(c.Positions, Position(5).Key), desk.RefundApproved
	wantErr(t, "failed Update", st.Cases().Update(ctx, c.ID, func(u *desk.Case) error {
		u.Status, u.Positions, u.Refunds[0].Status = desk.Rejected, nil, desk.RefundRejected
		u.Paper.Institute = "AS-PI"
		return errTest
	}), errTest)
	got := value(st.Cases().Get(ctx, c.ID))(t)
	equal(t, "after Update", got, c)
	got.Payments[0].ReceiptID, got.Paper.Institute = "mine", "mine" // the caller's copy is his own
	equal(t, "after Get", value(st.Cases().ByPosition(ctx, Position(5).Key))(t), c)
	wantErr(t, "Update of none", st.Cases().Update(ctx, "none", func(*desk.Case) error { return nil }), desk.ErrNotFound)

	// A notice goes from one case to another, never to two.
	must(t, st.Cases().Insert(ctx, Case(2)))
	take := func(u *desk.Case) error {
		u.Positions = append(u.Positions, Position(5).Key)
		return nil
	}
	wantErr(t, "Update with a notice of another case", st.Cases().Update(ctx, "quote-2", take), desk.ErrExists)
	equal(t, "after it", value(st.Cases().Get(ctx, "quote-2"))(t), Case(2))
	must(t, st.Cases().Update(ctx, c.ID, func(u *desk.Case) error {
		u.Positions = u.Positions[:1]
		return nil
	}))
	_, err = st.Cases().ByPosition(ctx, Position(5).Key)
	wantErr(t, "ByPosition of one that was let go", err, desk.ErrNotFound)
	must(t, st.Cases().Update(ctx, "quote-2", take))
	equal(t, "whose it is now", value(st.Cases().ByPosition(ctx, Position(5).Key))(t).ID, "quote-2")

	bare := desk.Case{ID: "bare", Institute: "AS-LI", Status: desk.Waiting, OpenedAt: at(1)}
	must(t, st.Cases().Insert(ctx, bare))
	equal(t, "a bare case", value(st.Cases().Get(ctx, bare.ID))(t), bare)

	equal(t, "the first mark", value(st.Cases().Mark(ctx))(t), int64(0))
	must(t, st.Cases().SetMark(ctx, 7))
	must(t, st.Cases().SetMark(ctx, 9))
	equal(t, "the mark", value(st.Cases().Mark(ctx))(t), int64(9))
}

// caseIDs are what cases are told apart by in a failure.
func caseIDs(cases []desk.Case) (all []string) {
	for _, c := range cases {
		all = append(all, c.ID)
	}
	return all
}

func testCaseLists(t *testing.T, st Store) {
	ctx := t.Context()
	var all []desk.Case
	for i, protocol := range []string{"123/2024", "0123", "1234/2024", "123/2024", "", "verbale"} {
		c := Case(i + 1)
		c.Refunds = nil
		c.Protocol = causale.Protocol{}
		if protocol != "" {
			c.Protocol = causale.MustParseProtocol(protocol)
		}
		switch i {
		case 1:
			c.Status = desk.Released
		case 3:
			c.Institute = "AS-PI"
		}
		must(t, st.Cases().Insert(ctx, c))
		all = append(all, c)
	}
	find := func(institute, protocol string) []string {
		return caseIDs(value(st.Cases().ByProtocol(ctx, institute, causale.MustParseProtocol(protocol)))(t))
	}
	equal(t, "by protocol, the newest first", find("AS-LI", "123"), []string{"quote-2", "quote-1"})
	equal(t, "at another institute", find("AS-PI", "prot. 123/2024"), []string{"quote-4"})
	equal(t, "by text", find("AS-LI", "VERBALE"), []string{"quote-6"})
	equal(t, "by none", caseIDs(value(st.Cases().ByProtocol(ctx, "AS-LI", causale.Protocol{}))(t)), []string{"quote-5"})
	list := func(f desk.Filter) []string { return caseIDs(collect(t, st.Cases().List(ctx, f))) }
	equal(t, "all, the oldest first", list(desk.Filter{}), caseIDs(all))
	equal(t, "of an institute", list(desk.Filter{Institute: "AS-PI"}), []string{"quote-4"})
	equal(t, "pending", list(desk.Filter{Institute: "AS-LI", Pending: true}), []string{"quote-1", "quote-3", "quote-5", "quote-6"})
	must(t, st.Cases().Update(ctx, "quote-1", func(c *desk.Case) error {
		c.Status = desk.Released
		return nil
	}))
	equal(t, "pending afterwards", list(desk.Filter{Pending: true}), []string{"quote-3", "quote-4", "quote-5", "quote-6"})
	for _, err := range st.Cases().List(ctx, desk.Filter{}) {
		must(t, err)
		break // a list that is left early
	}
	for n := 7; n < 150; n++ { // more than a page
		must(t, st.Cases().Insert(ctx, Case(n)))
	}
	equal(t, "many", len(list(desk.Filter{})), 149)
	bare := Case(150)
	bare.Institute, bare.Protocol = "", causale.Protocol{}
	must(t, st.Cases().Insert(ctx, bare))
	equal(t, "one without institute and protocol, once", len(list(desk.Filter{})), 150)
}

// helpCase returns a help case of owner's.
func helpCase(id, owner string) desk.HelpCase {
	return desk.HelpCase{
		ID: id, Owner: owner, Category: desk.HelpReceipt, Reference: "345/2024", Text: "Dov’è la ricevuta?\nGrazie", Status: desk.HelpOpen,
		OpenedAt: at(1),
	}
}

func testHelpCases(t *testing.T, st Store) {
	ctx, h := t.Context(), helpCase("h1", "owner")
	must(t, st.HelpCases().Insert(ctx, h))
	wantErr(t, "second Insert", st.HelpCases().Insert(ctx, h), desk.ErrExists)
	must(t, st.HelpCases().Insert(ctx, helpCase("h2", "")))
	must(t, st.HelpCases().Insert(ctx, helpCase("h3", "owner")))
	equal(t, "Get", value(st.HelpCases().Get(ctx, "h1"))(t), h)
	_, err := st.HelpCases().Get(ctx, "none")
	wantErr(t, "Get of none", err, desk.ErrNotFound)
	must(t, st.HelpCases().Update(ctx, "h1", func(h *desk.HelpCase) error {
		h.Status, h.Answer, h.AnsweredBy, h.AnsweredAt = desk.HelpAnswered, "È qui.", "clerk-1", at(2)
		return nil
	}))
	h.Status, h.Answer, h.AnsweredBy, h.AnsweredAt = desk.HelpAnswered, "È qui.", "clerk-1", at(2)
	wantErr(t, "failed Update", st.HelpCases().Update(ctx, "h1", func(h *desk.HelpCase) error {
		h.Status = desk.HelpClosed
		return errTest
	}), errTest)
	wantErr(t, "Update of none", st.HelpCases().Update(ctx, "none", func(*desk.HelpCase) error { return nil }), desk.ErrNotFound)
	list := func(f desk.HelpFilter) []desk.HelpCase { return collect(t, st.HelpCases().List(ctx, f)) }
	equal(t, "all, the oldest first", list(desk.HelpFilter{}), []desk.HelpCase{h, helpCase("h2", ""), helpCase("h3", "owner")})
	equal(t, "of an owner", list(desk.HelpFilter{Owner: "owner"}), []desk.HelpCase{h, helpCase("h3", "owner")})
	equal(t, "open ones", list(desk.HelpFilter{Status: desk.HelpOpen}), []desk.HelpCase{helpCase("h2", ""), helpCase("h3", "owner")})
}

// testDeskUnits: what a unit of work did at the desk goes with it.
func testDeskUnits(t *testing.T, st Store) {
	ctx, c, key := t.Context(), Case(1), receipt.UseKey{Creditor: "99999000013", Receipt: "iur"}
	must(t, st.Cases().Insert(ctx, Case(2)))
	fill := func(ctx context.Context) error {
		_, won, err := st.Uses().Claim(ctx, key, "quote-1")
		equal(t, "the claim", won, true)
		return errors.Join(err, st.Cases().Insert(ctx, c), st.HelpCases().Insert(ctx, helpCase("h1", "")), st.Cases().SetMark(ctx, 7),
			st.Cases().Update(ctx, "quote-2", func(c *desk.Case) error {
				c.Positions = nil
				// A rule may look at other tables of its unit.
				return st.Positions().Insert(ctx, Position(1))
			}))
	}
	wantErr(t, "Do", st.Do(ctx, func(inner context.Context) error {
		must(t, fill(inner))
		equal(t, "what the unit sees", value(st.Cases().ByPosition(inner, c.Positions[0]))(t), c)
		equal(t, "its list", len(collect(t, st.Cases().List(inner, desk.Filter{}))), 2)
		equal(t, "the list seen from outside", len(collect(t, st.Cases().List(ctx, desk.Filter{}))), 1)
		return errTest
	}), errTest)
	_, err := st.Cases().Get(ctx, c.ID)
	wantErr(t, "after a failed unit", err, desk.ErrNotFound)
	_, err = st.Cases().ByPosition(ctx, c.Positions[0])
	wantErr(t, "its notice", err, desk.ErrNotFound)
	equal(t, "the notice of the other", value(st.Cases().ByPosition(ctx, Position(2).Key))(t), Case(2))
	_, err = st.HelpCases().Get(ctx, "h1")
	wantErr(t, "its help case", err, desk.ErrNotFound)
	equal(t, "its mark", value(st.Cases().Mark(ctx))(t), int64(0))
	_, held, err := st.Uses().Holder(ctx, key)
	must(t, err)
	equal(t, "its claim", held, false)
	in(t, st, func(ctx context.Context) { must(t, fill(ctx)) })
	equal(t, "after the unit", value(st.Cases().ByPosition(ctx, c.Positions[0]))(t), c)
}

// testOneCase: of many that take one notice, one gets it, and all updates are kept.
func testOneCase(t *testing.T, st Store) {
	ctx := t.Context()
	must(t, st.Cases().Insert(ctx, Case(1000)))
	var added atomic.Int32
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			c := Case(i + 1)
			c.Positions = []payment.Key{Position(500).Key}
			switch err := st.Cases().Insert(ctx, c); {
			case err == nil:
				added.Add(1)
			case !errors.Is(err, desk.ErrExists):
				t.Error(err)
			}
			err := st.Cases().Update(ctx, "quote-1000", func(c *desk.Case) error {
				c.Release.Megabytes++
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	equal(t, "cases added", added.Load(), int32(1))
	equal(t, "cases there", len(collect(t, st.Cases().List(ctx, desk.Filter{}))), 2)
	equal(t, "updates kept", value(st.Cases().Get(ctx, "quote-1000"))(t).Release.Megabytes, Case(1).Release.Megabytes+workers)
}

// fillDesk puts something of the desk into a store, and returns what looks for it.
func fillDesk(t *testing.T, st Store) func(Store) {
	t.Helper()
	ctx, key := t.Context(), receipt.UseKey{Creditor: "99999000013", Receipt: "iur"}
	must(t, st.Cases().Insert(ctx, Case(1)))
	must(t, st.Cases().SetMark(ctx, 7))
	must(t, st.HelpCases().Insert(ctx, helpCase("h1", "owner")))
	_, _, err := st.Uses().Claim(ctx, key, "quote-1")
	must(t, err)
	return func(st Store) {
		equal(t, "case", value(st.Cases().ByPosition(ctx, Position(1).Key))(t), Case(1))
		equal(t, "mark of the desk", value(st.Cases().Mark(ctx))(t), int64(7))
		equal(t, "help case", value(st.HelpCases().Get(ctx, "h1"))(t), helpCase("h1", "owner"))
		holder, held, err := st.Uses().Holder(ctx, key)
		must(t, err)
		equal(t, "holder of the receipt", holder, "quote-1")
		equal(t, "held", held, true)
	}
}
