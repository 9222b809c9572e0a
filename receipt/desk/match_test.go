package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt/desk"
)

// TestMatch is use case 13: what payers do with a quote of 12.50 under 345/2024 of
// Livorno, who is told what, and where the payment ends.
func TestMatch(t *testing.T) {
	ours, upper := "prot. 345/2024", "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024"
	for _, c := range []struct {
		name  string
		buys  []typed
		finds []desk.Finding
		code  pagonline.Code
		text  string
	}{
		{"exact", []typed{{"AS-LI", "fotocopie", "345/2024", upper, "12.50"}}, []desk.Finding{desk.Exact}, "", ""},
		{"the protocol written otherwise", []typed{{"AS-LI", "fotocopie", "prot. n. 0000345 del 2 maggio 2024", ours, "12.50"}}, []desk.Finding{desk.Exact}, "", ""},
		{"the protocol in the reason only", []typed{{"AS-LI", "fotocopie", "", upper, "12.50"}}, []desk.Finding{desk.Exact}, "", ""},
		{
			"short",
			[]typed{{"AS-LI", "fotocopie", "345/2024", ours, "10.00"}},
			[]desk.Finding{desk.Short},
			pagonline.CodeAmountMismatch, "Pagato 10,00, dovuto 12,50: differenza -2,50.",
		},
		{
			"over: the price typed twice",
			[]typed{{"AS-LI", "fotocopie", "345/2024", ours, "25.00"}},
			[]desk.Finding{desk.Over},
			pagonline.CodeAmountMismatch, "Pagato 25,00, dovuto 12,50: differenza 12,50.",
		},
		{
			"the rest paid later",
			[]typed{{"AS-LI", "fotocopie", "345/2024", ours, "10.00"}, {"AS-LI", "fotocopie", "345/2024", ours, "2.50"}},
			[]desk.Finding{desk.Exact},
			"", "",
		},
		{
			"double",
			[]typed{{"AS-LI", "fotocopie", "345/2024", ours, "12.50"}, {"AS-LI", "fotocopie", "345/2024", ours, "12.50"}},
			[]desk.Finding{desk.Double},
			pagonline.CodeDuplicatePayment, "Preventivo pagato più volte: 2 pagamenti.",
		},
		{
			"wrong institute",
			[]typed{{"AS-PI", "fotocopie", "345/2024", upper, "12.50"}},
			[]desk.Finding{desk.WrongInstitute},
			pagonline.CodeWrongInstitute, "Pagamento ricevuto da un istituto diverso da quello del preventivo.",
		},
		{
			"wrong institute and short",
			[]typed{{"AS-PI", "fotocopie", "345/2024", upper, "12.00"}},
			[]desk.Finding{desk.WrongInstitute, desk.Short},
			pagonline.CodeWrongInstitute, "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			stores(t, func(t *testing.T, o *office) {
				ctx, q := t.Context(), o.issue(t, "345/2024", "12.50")
				for _, b := range c.buys {
					o.now = o.now.Add(time.Minute)
					p := o.buy(t, b)
					o.pay(t, p, p.Number.String(), b.amount)
				}
				require.NoError(t, o.Collect(ctx))
				got, err := o.Case(ctx, q.ID)
				require.NoError(t, err)
				require.Equal(t, desk.Paid, got.Status)
				require.Len(t, got.Payments, len(c.buys))
				require.Equal(t, c.finds, got.Match().Findings)
				_, err = o.Verify(ctx, q.ID, clerk)
				if c.code == "" {
					require.NoError(t, err)
					return
				}
				require.Equal(t, c.code, pagonline.CodeOf(err))
				if c.text != "" {
					require.Equal(t, c.text, pagonline.AsError(err).It)
				}
				despite := clerk
				despite.Despite = "concordato con la direzione"
				got, err = o.Verify(ctx, q.ID, despite)
				require.NoError(t, err)
				require.Equal(t, desk.Verified, got.Status)
				require.Equal(t, "concordato con la direzione", got.Verification.Despite)
			})
		})
	}
}

// TestMatchNoProtocol: nobody knows for what the money is, until a clerk does.
func TestMatchNoProtocol(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, q := t.Context(), o.issue(t, "345/2024", "12.50")
		for _, detail := range []string{"fotocopie", "Rossi Mario 12 fogli", "pratica 1234/2024 e 345"} { // the last names two
			p := o.buy(t, typed{"AS-LI", "fotocopie", "", detail, "12.50"})
			o.pay(t, p, p.Number.String(), "12.50")
			c, err := o.ByPosition(ctx, p.Key)
			require.NoError(t, err)
			require.NotEqual(t, q.ID, c.ID, detail)
		}
		p := o.buy(t, typed{"AS-LI", "fotocopie", "", "fotocopie del registro", "12.50"})
		o.pay(t, p, "iur", "12.50")
		c, err := o.ByPosition(ctx, p.Key)
		require.NoError(t, err)
		require.Equal(t, []desk.Finding{desk.NoProtocol}, c.Match().Findings)
		_, err = o.Verify(ctx, c.ID, clerk)
		fails(t, err, pagonline.CodeUnmatched, "protocol")

		got, err := o.Assign(ctx, p.Key, q.ID, "clerk-1")
		require.NoError(t, err)
		require.Equal(t, q.ID, got.ID)
		require.Equal(t, desk.Paid, got.Status)
		require.Equal(t, c.ID, got.Assignments[0].From)
		again, err := o.Assign(ctx, p.Key, q.ID, "clerk-1") // a double click
		require.NoError(t, err)
		require.Equal(t, got, again)
		merged, err := o.Case(ctx, c.ID)
		require.NoError(t, err)
		require.Equal(t, q.ID, merged.ID, "the old ID leads to where the payment is")
		_, err = o.Verify(ctx, q.ID, clerk)
		require.NoError(t, err)
		_, err = o.Assign(ctx, p.Key, merged.ID+"x", "clerk-1")
		fails(t, err, pagonline.CodeNotFound, "")
		other := o.issue(t, "346/2024", "12.50")
		_, err = o.Assign(ctx, p.Key, other.ID, "clerk-1")
		fails(t, err, pagonline.CodeNotAllowed, "")
	})
}

// TestMatchLate: after the due date of the notice, and told even later.
func TestMatchLate(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, q := t.Context(), o.issue(t, "345/2024", "12.50")
		p := o.notice(t, q)
		o.now = p.DueDate.End().Add(time.Hour)
		o.pay(t, p, "iur", "12.50")
		o.now = o.now.AddDate(0, 0, 3)
		c, err := o.Verify(ctx, q.ID, clerk)
		require.NoError(t, err)
		require.True(t, c.Match().Late)
		require.Equal(t, []desk.Finding{desk.Exact}, c.Match().Findings)
		require.Equal(t, pagonline.DateOf(p.DueDate.End()).AddDays(10), c.DeliverBy, "from the day of the receipt")
	})
}

// TestMatchSecond: the notice itself paid twice, and one of them given back.
func TestMatchSecond(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		q, p := o.paidQuote(t)
		o.now = o.now.Add(time.Hour)
		o.pay(t, p, "second", "12.50")
		require.Equal(t, []string{"verify 345/2024", "second_payment 345/2024"}, o.work(t))
		_, err := o.Verify(ctx, q.ID, clerk)
		fails(t, err, pagonline.CodeDuplicatePayment, "")
		r, err := o.RequestRefund(ctx, q.ID, desk.RefundRequest{ReceiptID: "second", Amount: euro.MustParse("12.50"), Why: desk.PaidTwice, By: "clerk-1"})
		require.NoError(t, err)
		_, err = o.DecideRefund(ctx, q.ID, r.ID, desk.Decision{Approve: true, By: "director"})
		require.NoError(t, err)
		require.Equal(t, []string{"verify 345/2024", "second_payment 345/2024"}, o.work(t), "until the money is out")
		_, err = o.RecordRefund(ctx, q.ID, r.ID, desk.Execution{On: pagonline.DateOf(o.now), Reference: "TRN 1", By: "clerk-2"})
		require.NoError(t, err)
		require.Equal(t, []string{"verify 345/2024"}, o.work(t))
		c, err := o.Verify(ctx, q.ID, clerk)
		require.NoError(t, err)
		require.Equal(t, 1, c.Match().Payments)
	})
}

// TestMatchQuoteAndTyped: the quote's notice was paid, and then a purchase by hand.
func TestMatchQuoteAndTyped(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		q, _ := o.paidQuote(t)
		p := o.buy(t, typed{"AS-LI", "fotocopie", "345/2024", "x", "12.50"})
		o.pay(t, p, "typed", "12.50")
		c, err := o.ByPosition(t.Context(), p.Key)
		require.NoError(t, err)
		require.Equal(t, q.ID, c.ID)
		require.Equal(t, []desk.Finding{desk.Double}, c.Match().Findings)
	})
}

// TestMatchWhichQuote: by protocol alone, unless two have it or it is too new.
func TestMatchWhichQuote(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		old, young := o.issue(t, "345/2023", "12.50"), o.issue(t, "345/2024", "30.00")
		ofTyped := func(protocol, amount string) string {
			p := o.buy(t, typed{"AS-LI", "fotocopie", protocol, "x", amount})
			o.pay(t, p, p.Number.String(), amount)
			c, err := o.ByPosition(t.Context(), p.Key)
			require.NoError(t, err)
			return c.Quote
		}
		require.Equal(t, old.ID, ofTyped("345/2023", "99.00"))
		require.Equal(t, young.ID, ofTyped("345", "30.00"), "without the year the amount decides")
		require.Empty(t, ofTyped("345", "20.00"), "and nothing else does")
		require.Empty(t, ofTyped("3450/2024", "30.00"))
		require.Empty(t, ofTyped("777/2026", "30.00"))
		o.now = o.now.AddDate(0, 0, 1)
		late := o.issue(t, "777/2026", "30.00")
		for c, err := range o.store.Cases().List(t.Context(), desk.Filter{}) {
			require.NoError(t, err)
			require.NotEqual(t, late.ID, c.Quote, "a quote made after the payment")
		}
	})
}

// TestMatchSuperseded: the notice of a quote that gave way pays the one after it.
func TestMatchSuperseded(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, old := t.Context(), o.issue(t, "345/2024", "12.50")
		p := o.notice(t, old)
		q, err := o.register.Supersede(ctx, old.ID, quote.Request{
			Institute: "AS-LI", Service: "fotocopie", Protocol: old.Protocol, Amount: euro.MustParse("13.00"), Payer: "Mario Rossi",
		})
		require.NoError(t, err)
		waiting, err := o.Case(ctx, old.ID)
		require.NoError(t, err)
		require.Equal(t, q.ID, waiting.ID)
		o.pay(t, p, "iur", "12.50")
		c, err := o.ByPosition(ctx, p.Key)
		require.NoError(t, err)
		require.Equal(t, q.ID, c.ID)
		require.Equal(t, []desk.Finding{desk.Short}, c.Match().Findings)
		c, err = o.Case(ctx, old.ID)
		require.NoError(t, err)
		require.Len(t, c.Payments, 1)
	})
}

// TestPaper: the register has no quote, the clerk has one on paper.
func TestPaper(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		p := o.buy(t, typed{"AS-LI", "fotocopie", "345/2024", "x", "12.50"})
		o.pay(t, p, "iur", "12.50")
		c, err := o.ByPosition(ctx, p.Key)
		require.NoError(t, err)
		paper := func(institute, protocol, amount string) desk.Check {
			v := clerk
			v.Paper = &desk.Paper{Institute: institute, Protocol: causale.MustParseProtocol(protocol), Amount: euro.MustParse(amount)}
			return v
		}
		_, err = o.Verify(ctx, c.ID, paper("AS-LI", "1345/2024", "12.50"))
		fails(t, err, pagonline.CodeUnmatched, "protocol")
		_, err = o.Verify(ctx, c.ID, paper("AS-PI", "345/2024", "12.50"))
		fails(t, err, pagonline.CodeWrongInstitute, "institute")
		_, err = o.Verify(ctx, c.ID, paper("AS-LI", "345/2024", "13.00"))
		fails(t, err, pagonline.CodeAmountMismatch, "amount")
		got, err := o.Case(ctx, c.ID)
		require.NoError(t, err)
		require.Nil(t, got.Paper, "a failed check leaves nothing")
		got, err = o.Verify(ctx, c.ID, paper("AS-LI", "prot. n. 00345", "12.50"))
		require.NoError(t, err)
		require.Equal(t, desk.Verified, got.Status)

		q := o.issue(t, "346/2024", "12.50")
		o.pay(t, o.notice(t, q), "other", "12.50")
		_, err = o.Verify(ctx, q.ID, paper("AS-LI", "346/2024", "12.50"))
		fails(t, err, pagonline.CodeConflict, "paper")
	})
}

// TestFixedPrice: what has its price needs no protocol.
func TestFixedPrice(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.buy(t, typed{"AS-LI", "cd", "", "un CD", "2.50"})
		o.pay(t, p, "iur", "2.50")
		c, err := o.ByPosition(t.Context(), p.Key)
		require.NoError(t, err)
		require.Equal(t, []desk.Finding{desk.Exact}, c.Match().Findings)
		require.Equal(t, p.Creditor+"-"+p.Debt, c.ID)
	})
}

// TestPlan: the instalments of a debt make it up together.
func TestPlan(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, offer := t.Context(), mustOffer(t)
		open := func(option int, amount string) payment.Position {
			p, err := o.cashier.Open(ctx, payment.OpenRequest{
				Creditor: offer.Payee(), Office: offer.Institute.Name, Debt: "plan", Option: option, Wire: offer.Wire(causale.Protocol{}),
				Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Anna Bianchi"},
				Purchase: payment.Purchase{InstituteCode: "AS-LI", Institute: "x", ServiceCode: "cd", Service: "x", Quantity: 1},
				Terms:    payment.Terms{Transfers: []payment.Transfer{offer.Transfer(euro.MustParse(amount))}},
			})
			require.NoError(t, err)
			return p
		}
		open(0, "30.00")
		first, second := open(1, "15.00"), open(2, "15.50")
		o.pay(t, first, "1", "15.00")
		c, err := o.ByPosition(ctx, second.Key)
		require.NoError(t, err)
		require.Equal(t, euro.MustParse("30.50"), c.Due)
		require.Equal(t, []desk.Finding{desk.Short}, c.Match().Findings)
		o.pay(t, second, "2", "15.50")
		c, err = o.ByPosition(ctx, first.Key)
		require.NoError(t, err)
		require.Equal(t, []desk.Finding{desk.Exact}, c.Match().Findings)
	})
}
