package simulation

import (
	"context"
	"fmt"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// claim is what somebody owes.
type claim struct {
	creditor   string
	debt       string
	option     int
	owner      string
	debtor     person
	shares     []share
	refuseLate bool
	draft      bool
	due        pagonline.Date // none for what the creditor's days make it
}

// asked is what of a claim makes it another one.
func (c claim) asked() string {
	return fmt.Sprint(c.owner, c.debtor.code, c.shares, c.refuseLate)
}

func (c claim) request() payment.OpenRequest {
	r := payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: c.creditor, Name: "Ente creditore di prova", Segregation: 1, DueDays: dueDays},
		Owner:    c.owner, Debt: c.debt, Option: c.option, Office: "Archivio di Stato di Livorno",
		Debtor: subjectOf(c.debtor),
		Wire:   causale.Wire{Protocol: protocol, Institute: "Archivio di Stato di Livorno", Service: "Servizio di Fotocopie"},
		Terms:  payment.Terms{Transfers: transfersOf(c.shares), RefuseLate: c.refuseLate, DueDate: c.due},
		Draft:  c.draft,
	}
	return r
}

// dueDays is how long a debt may be paid.
const dueDays = 3

// owners is how many citizens have an account.
const owners = 3

func ownerOf(n int) string { return fmt.Sprintf("owner-%d", n) }

var protocol = causale.MustParseProtocol("345/2024")

func subjectOf(p person) payment.Subject {
	return payment.Subject{Kind: payment.Natural, Code: p.code, Name: p.name, Email: p.email}
}

func transfersOf(shares []share) []payment.Transfer {
	var all []payment.Transfer
	for _, s := range shares {
		amount, _ := euro.Cents(s.cents)
		all = append(all, payment.Transfer{Amount: amount, Creditor: s.creditor, IBAN: iban, Category: "9/0701100AP/"})
	}
	return all
}

// shares are of A mostly, and now and then of B and C too.
func (w *World) shares(creditor string) []share {
	all := []share{{creditor, int64(1 + w.pick(9000))}}
	if w.chance(25) {
		all = append(all, share{creditorB, int64(1 + w.pick(500))})
	}
	if w.chance(10) {
		all = append(all, share{creditorC, int64(1 + w.pick(500))})
	}
	return all
}

// owe opens a position: of a new debt, or another option of one that is there.
func (w *World) owe() {
	c := claim{
		creditor: creditorA, debt: fmt.Sprintf("debt-%d", len(w.model.debts)), debtor: people[w.pick(len(people))],
		refuseLate: w.chance(55), draft: w.chance(20),
	}
	if w.chance(12) {
		c.creditor = creditorB
	}
	if w.chance(70) {
		c.owner = ownerOf(w.pick(owners))
	}
	if w.chance(50) {
		c.due = pagonline.DateOf(w.clock()).AddDays(w.pick(3) - 1)
	}
	c.shares = w.shares(c.creditor)
	if n := len(w.model.all); n > 0 && w.chance(35) {
		p := w.model.all[n-1-w.pick(min(n, 8))]
		c.creditor, c.debt, c.option = p.key.Creditor, p.debt, w.pick(4)
	}
	w.doOpen(c)
}

// oweAgain opens a debt that is there: with the same words, or others.
func (w *World) oweAgain() {
	p := w.model.positions[w.any()]
	if p == nil {
		return
	}
	w.meet(OnOpen, p.key)
	c := claim{creditor: p.key.Creditor, debt: p.debt, option: p.option, owner: p.owner, debtor: p.debtor, shares: p.shares, refuseLate: p.refuseLate}
	if w.chance(30) {
		c.shares = w.shares(p.key.Creditor)
	}
	w.doOpen(c)
}

func (w *World) doOpen(c claim) {
	live := w.model.live(c.creditor, c.debt, c.option)
	var want error
	switch {
	case live == nil:
	case live.settled():
		want = payment.ErrPaid
	case live.asked != c.asked():
		want = payment.ErrChanged
	}
	taken := len(w.rows.serials)
	var got payment.Position
	w.act("open "+c.debt, want, func(ctx context.Context) (err error) {
		got, err = w.cashier.Open(ctx, c.request())
		return err
	}, func() {
		if live != nil {
			w.must(got.Key == live.key || got.Key == payment.Key{}, "I9", "%s has another number now", live.label)
			return
		}
		k := w.rows.opened
		w.must(w.model.positions[k] == nil, "I9", "number %s is used twice", k)
		p := &position{
			key: k, status: payment.Open, owner: c.owner, debt: c.debt, option: c.option, asked: c.asked(), shares: slices.Clone(c.shares),
			due: addDays(romeDay(w.clock()), dueDays), refuseLate: c.refuseLate, debtor: c.debtor,
		}
		if !c.due.IsZero() {
			p.due = c.due.String()
		}
		if c.draft {
			p.status = payment.Draft
		}
		w.model.open(p)
	})
	if live == nil && len(w.rows.serials) > taken && w.model.live(c.creditor, c.debt, c.option) == nil {
		w.count(NumberLost)
	}
}
