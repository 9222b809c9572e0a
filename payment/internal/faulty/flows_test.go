package faulty_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt/desk"
)

// flow is one call of the library, after what has to be there before.
type flow struct {
	name    string
	prepare func(w *world)
	// call returns what the caller is told. A store's failure must come out as an error
	// that is one, or is errAnswer where there is HTTP between.
	call func(ctx context.Context, w *world) (string, error)
	// asks: it changes nothing but the journal, in which a failure is a row too.
	asks bool
	// parts: it does several things, and the failure of one does not stop the others.
	parts bool
}

var errAnswer = errors.New("the caller is told to come again")

// posts is a flow of the station.
func posts(name string, prepare func(w *world)) flow {
	return flow{name: name, prepare: prepare, call: func(ctx context.Context, w *world) (string, error) { return w.post(ctx) }}
}

func asks(operation wire.Operation) flow {
	f := posts(string(operation), func(w *world) { w.body = message(operation, w.open("debt")).Append(nil) })
	f.asks = true
	return f
}

// says is the answer of a call that returns something to look at.
func says(v any, err error) (string, error) {
	if err != nil {
		return "", err
	}
	l := lines{}
	l.add("", v)
	return l.canonical(), nil
}

var stationFlows = []flow{
	asks(wire.Verify),
	asks(wire.GetPayment),
	asks(wire.GetPaymentV1),
	{name: "payment options", asks: true, prepare: func(w *world) { w.open("debt") }, call: func(ctx context.Context, w *world) (string, error) {
		status, answer := deliver(ctx, w.station.PaymentOptions(), http.MethodGet,
			"/payment-options/organizations/"+creditor+"/notices/"+w.p.Number.String(), nil)
		if status >= http.StatusInternalServerError {
			return "", fmt.Errorf("%w: HTTP %d", errAnswer, status)
		}
		return says(fmt.Sprint(status, string(answer)), nil)
	}},
	posts("paSendRTV2, new", func(w *world) { w.body = sendRT(wire.SendRT, w.open("debt"), "iur") }),
	posts("paSendRT, new", func(w *world) { w.body = sendRT(wire.SendRTV1, w.open("debt"), "iur") }),
	posts("paSendRTV2, of an order", func(w *world) {
		w.open("debt")
		w.send(w.p.Key)
		w.body = sendRT(wire.SendRT, w.p, "iur")
	}),
	posts("paSendRTV2, of a notice that another replaced", func(w *world) {
		first := w.open("debt")
		no(w.cashier.Withdraw(background, first.Key))
		w.open("debt")
		w.body = sendRT(wire.SendRT, first, "iur")
	}),
	posts("paSendRTV2, repeat", func(w *world) {
		w.body = sendRT(wire.SendRT, w.open("debt"), "iur")
		must(w.post(background))
	}),
	posts("paSendRT, repeat", func(w *world) {
		w.body = sendRT(wire.SendRTV1, w.open("debt"), "iur")
		must(w.post(background))
	}),
	posts("paSendRTV2, altered", func(w *world) {
		w.body = sendRT(wire.SendRT, w.open("debt"), "iur")
		must(w.post(background))
		w.body = sendRT(wire.SendRT, w.p, "iur", func(rt *payment.RT) { rt.Description = "y" })
	}),
	posts("paSendRTV2, second", func(w *world) {
		w.body = sendRT(wire.SendRT, w.open("debt"), "iur")
		must(w.post(background))
		w.body = sendRT(wire.SendRT, w.p, "another")
	}),
	posts("paSendRTV2, KO", func(w *world) {
		w.body = sendRT(wire.SendRT, w.open("debt"), "iur", func(rt *payment.RT) { rt.OK = false })
	}),
	posts("paSendRTV2, unknown notice", func(w *world) { w.body = sendRT(wire.SendRT, storetest.Position(4711), "iur") }),
	posts("paSendRTV2, another creditor's notice", func(w *world) {
		w.body = sendRT(wire.SendRT, w.open("debt"), "iur", func(rt *payment.RT) { rt.Issuer = "88888888888" })
	}),
	posts("paSendRTV2, wrong station", func(w *world) {
		w.body = []byte(strings.Replace(string(sendRT(wire.SendRT, w.open("debt"), "iur")), identifiers.Station, "88888888888_02", 1))
	}),
	{name: "paSendRTV2, unreadable", prepare: func(w *world) {
		w.body = sendRT(wire.SendRT, w.open("debt"), "iur")
		w.body = w.body[:len(w.body)-20]
	}, call: func(ctx context.Context, w *world) (string, error) { return w.post(ctx) }},
	{name: "replay of the quarantine", prepare: func(w *world) {
		p := w.open("debt")
		w.body = []byte(strings.Replace(string(sendRT(wire.SendRT, p, "iur")), identifiers.Station, "88888888888_02", 1))
		must(w.post(background))
		w.rt = storetest.Receipt(p, "iur")
		w.rt.Raw = w.body
	}, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.cashier.Replay(ctx, collect(w.store.Inner.Quarantine().List(background))[0].ID, "clerk-1", w.rt))
	}},
}

var cashierFlows = []flow{
	{name: "open", call: func(ctx context.Context, w *world) (string, error) {
		return says(w.cashier.Open(ctx, w.request("debt")))
	}},
	{name: "open, without a debt", call: func(ctx context.Context, w *world) (string, error) {
		return says(w.cashier.Open(ctx, w.request("")))
	}},
	{name: "publish", prepare: func(w *world) {
		r := w.request("debt")
		r.Draft = true
		w.p = must(w.cashier.Open(background, r))
	}, call: func(ctx context.Context, w *world) (string, error) { return "", w.cashier.Publish(ctx, w.p.Key) }},
	{name: "send to the gateway", prepare: func(w *world) { w.open("debt") }, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.cashier.Send(ctx, payment.OrderRequest{Owner: "owner", Positions: []payment.Key{w.p.Key}}, nil))
	}},
	{name: "return from the gateway", prepare: func(w *world) {
		w.open("debt")
		w.send(w.p.Key)
	}, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.cashier.Returned(ctx, w.order.ID, payment.ReturnedOK))
	}},
	{name: "record", prepare: func(w *world) {
		w.open("debt")
		w.send(w.p.Key)
		w.rt = storetest.Receipt(w.p, "iur")
	}, call: func(ctx context.Context, w *world) (string, error) { return says(w.cashier.Record(ctx, w.rt)) }},
	{name: "recovery of a receipt", prepare: func(w *world) {
		w.open("debt")
		w.rt = storetest.Receipt(w.p, "iur")
		w.rt.Operation = payment.OperationBizEvents
	}, call: func(ctx context.Context, w *world) (string, error) {
		if _, err := w.cashier.SeekReceipt(ctx, w.p.Key, "iur"); err != nil {
			return "", err
		}
		return says(w.cashier.Record(ctx, w.rt))
	}},
	{name: "receipt after its recovery", prepare: func(w *world) {
		w.open("debt")
		w.rt = storetest.Receipt(w.p, "iur")
		w.rt.Operation = payment.OperationBizEvents
		must(w.cashier.Record(background, w.rt))
		w.rt.Operation, w.rt.PaidAt = "paSendRTV2", w.rt.PaidAt.Add(time.Minute)
	}, call: func(ctx context.Context, w *world) (string, error) { return says(w.cashier.Record(ctx, w.rt)) }},
	{name: "withdraw", prepare: func(w *world) {
		w.open("debt")
		w.send(w.p.Key)
	}, call: func(ctx context.Context, w *world) (string, error) { return "", w.cashier.Withdraw(ctx, w.p.Key) }},
	{name: "update", prepare: func(w *world) { w.open("debt") }, call: func(ctx context.Context, w *world) (string, error) {
		return "", w.cashier.Update(ctx, w.p.Key, func(t *payment.Terms) error {
			t.Transfers[0].Amount = euro.MustParse("13.00")
			return nil
		})
	}},
	{name: "update of the debtor", prepare: func(w *world) { w.open("debt") }, call: func(ctx context.Context, w *world) (string, error) {
		return "", w.cashier.UpdateDebtor(ctx, w.p.Key, payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Anna Bianchi"})
	}},
	{name: "claim", prepare: func(w *world) {
		r := w.request("debt")
		r.Owner = ""
		w.p = must(w.cashier.Open(background, r))
	}, call: func(ctx context.Context, w *world) (string, error) { return "", w.cashier.Claim(ctx, w.p.Key, "owner") }},
	{name: "quarantine", call: func(ctx context.Context, w *world) (string, error) {
		return "", w.cashier.Quarantine(ctx, payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: "PAA_SINTASSI_EXTRAXSD", Raw: []byte("x")})
	}},
	{name: "resolve", prepare: func(w *world) {
		no(w.cashier.Quarantine(background, payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: "PAA_SINTASSI_EXTRAXSD", Raw: []byte("x")}))
	}, call: func(ctx context.Context, w *world) (string, error) {
		return "", w.cashier.Resolve(ctx, collect(w.store.Inner.Quarantine().List(background))[0].ID, "clerk-1", "spam")
	}},
	{name: "journal", call: func(ctx context.Context, w *world) (string, error) {
		e := payment.JournalEntry{Operation: "paSendRTV2", Subtype: payment.Request, At: w.now}.WithMessage([]byte("x"))
		return "", w.cashier.AppendJournal(ctx, e, e.Answer(w.now, []byte("y"), "OK"))
	}},
	{name: "seal of the journal", prepare: journal, call: func(ctx context.Context, w *world) (string, error) {
		_, err := w.cashier.SealJournal(ctx)
		return "", err
	}},
	{name: "pruning of the journal", prepare: func(w *world) {
		journal(w)
		must(w.cashier.SealJournal(background))
		w.now = w.now.AddDate(0, 30, 0)
	}, call: func(ctx context.Context, w *world) (string, error) {
		_, err := w.cashier.PruneJournal(ctx, time.Time{}, false)
		return "", err
	}},
	{name: "delivery", parts: true, prepare: func(w *world) {
		w.open("debt")
		w.send(w.p.Key)
		w.pay(w.p)
	}, call: func(ctx context.Context, w *world) (string, error) {
		_, err := w.cashier.DeliverPending(ctx)
		return "", err
	}},
	{name: "verdict", prepare: func(w *world) {
		w.open("debt")
		w.pay(w.p)
	}, call: func(ctx context.Context, w *world) (string, error) { return says(w.cashier.Verdict(ctx, w.p.Key)) }},
}

// journal writes two calls into the journal.
func journal(w *world) {
	for _, text := range []string{"x", "y"} {
		e := payment.JournalEntry{Operation: "paSendRTV2", Subtype: payment.Request, At: w.now}.WithMessage([]byte(text))
		no(w.cashier.AppendJournal(background, e, e.Answer(w.now, []byte("z"), "OK")))
	}
}

var shopFlows = []flow{
	{name: "cart, another item", prepare: (*world).basket, call: func(ctx context.Context, w *world) (string, error) {
		_, err := w.shop.Add(ctx, w.ref(), cart.Form{Institute: "AS-LI", Service: "cd", Quantity: 1, Detail: "un CD"})
		return "", err
	}},
	{name: "cart, sent", prepare: (*world).basket, call: sendCart},
	{name: "cart, sent again", prepare: func(w *world) {
		w.basket()
		must(sendCart(background, w))
		w.c = must(w.shop.Get(background, cart.Ref{ID: w.c.ID, Owner: "owner"}))
	}, call: sendCart},
	{name: "cart, an item that was sent is changed", prepare: func(w *world) {
		w.basket()
		must(sendCart(background, w))
		w.c = must(w.shop.Get(background, cart.Ref{ID: w.c.ID, Owner: "owner"}))
		for _, id := range w.c.Orders {
			must(w.cashier.Returned(background, id, payment.ReturnedCancel))
		}
	}, call: func(ctx context.Context, w *world) (string, error) {
		_, err := w.shop.Change(ctx, w.ref(), w.c.Items[0].ID, cart.Form{Institute: "AS-LI", Service: "cd", Quantity: 3, Detail: "tre CD"})
		return "", err
	}},
	{name: "quote, issued", call: func(ctx context.Context, w *world) (string, error) {
		return says(w.register.Issue(ctx, quoteRequest("12.50")))
	}},
	{name: "quote, opened", prepare: func(w *world) { w.issue() }, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.register.Open(ctx, quote.Access{Institute: "AS-LI", Protocol: w.q.Protocol, Code: w.q.Code.String()}))
	}},
	{name: "quote, accepted", prepare: func(w *world) { w.issue() }, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.register.Accept(ctx, w.q.ID))
	}},
	{name: "quote, its notice", prepare: func(w *world) { w.issue() }, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.register.Notice(ctx, w.q.ID, payment.Subject{}, "owner"))
	}},
	{name: "quote, superseded", prepare: noticed, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.register.Supersede(ctx, w.q.ID, quoteRequest("13.00")))
	}},
	{name: "quote, withdrawn", prepare: noticed, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.register.Withdraw(ctx, w.q.ID))
	}},
	{name: "quote, past its day", prepare: func(w *world) {
		r := quoteRequest("12.50")
		r.ExpiresOn = pagonline.DateOf(w.now).AddDays(1)
		w.q = must(w.register.Issue(background, r))
		w.now = w.now.AddDate(0, 0, 3)
	}, call: func(ctx context.Context, w *world) (string, error) {
		return coded(w.register.Accept(ctx, w.q.ID))
	}},
}

// coded is the answer of a call that is refused.
func coded(v any, err error) (string, error) {
	if code := pagonline.CodeOf(err); code == pagonline.CodeQuoteExpired {
		return string(code), nil
	}
	return says(v, err)
}

// noticed is a quote whose notice was opened.
func noticed(w *world) {
	w.issue()
	must(w.register.Notice(background, w.q.ID, payment.Subject{}, "owner"))
}

func sendCart(ctx context.Context, w *world) (string, error) {
	return says(w.shop.Send(ctx, w.ref(), cart.SendRequest{
		Debtor: payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"}, Email: "mario.rossi@example.org",
	}))
}

var deskFlows = []flow{
	{name: "desk, collect", prepare: func(w *world) {
		q := w.issue()
		w.pay(must(w.register.Notice(background, q.ID, payment.Subject{}, "")))
	}, call: func(ctx context.Context, w *world) (string, error) { return "", w.desk.Collect(ctx) }},
	{name: "desk, verify", prepare: (*world).paidCase, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.desk.Verify(ctx, w.q.ID, desk.Check{Verification: desk.Verification{By: "clerk-1"}}))
	}},
	{name: "desk, release", prepare: (*world).verified, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.desk.Release(ctx, w.q.ID, desk.Release{How: desk.AtDesk, By: "clerk-1"}))
	}},
	{name: "desk, reject", prepare: (*world).verified, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.desk.Reject(ctx, w.q.ID, desk.Rejection{By: "clerk-1", Reason: "non si può riprodurre"}))
	}},
	{name: "desk, refund asked for", prepare: (*world).paidCase, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.desk.RequestRefund(ctx, w.q.ID, desk.RefundRequest{Amount: euro.MustParse("1.00"), Why: desk.WrongAmount, By: "clerk-1"}))
	}},
	{name: "desk, refund made", prepare: func(w *world) {
		w.paidCase()
		r := must(w.desk.RequestRefund(background, w.q.ID, desk.RefundRequest{Amount: euro.MustParse("1.00"), Why: desk.WrongAmount, By: "clerk-1"}))
		must(w.desk.DecideRefund(background, w.q.ID, r.ID, desk.Decision{Approve: true, By: "director"}))
		w.id = r.ID
	}, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.desk.RecordRefund(ctx, w.q.ID, w.id, desk.Execution{On: pagonline.DateOf(w.now), Reference: "TRN 0001", By: "clerk-2"}))
	}},
	{name: "desk, help asked for", prepare: func(w *world) { w.open("debt") }, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.desk.AskHelp(ctx, desk.HelpRequest{Owner: "owner", Category: desk.HelpPayment, Reference: w.p.Number.String(), Text: "Ho pagato due volte"}))
	}},
	{name: "archive", prepare: func(w *world) {
		w.open("debt")
		w.pay(w.p)
	}, call: func(ctx context.Context, w *world) (string, error) {
		return "", w.archiver.Handle(ctx, payment.Event{ID: 1, Kind: payment.ReceiptRecorded, Position: w.p.Key, ReceiptID: "iur", At: w.now})
	}},
}
