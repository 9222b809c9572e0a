package faulty_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/faulty"
)

// violations says what must not be, in a store where nobody writes.
func violations(ctx context.Context, st faulty.Inner) (all []string) {
	wrong := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	told := map[string]int{} // of a position, an order or a receipt, by kind and id
	status := map[string]string{}
	events := collect(st.Outbox().List(ctx, payment.EventFilter{}))
	for _, e := range events {
		switch kind := string(e.Kind); {
		case e.Kind == payment.ReceiptRecorded || e.Kind == payment.ReceiptSecond:
			told["receipt "+e.Position.Creditor+" "+e.ReceiptID]++
		case strings.HasPrefix(kind, "position.") && e.Kind != payment.PositionUpdated:
			told[kind+" "+e.Position.String()]++
			status[e.Position.String()] = kind
		case strings.HasPrefix(kind, "order."):
			status[e.Order] = kind
		case e.Kind == payment.Quarantined:
			told["quarantine"]++
		}
	}
	for _, p := range collect(st.Positions().List(ctx, payment.PositionFilter{})) {
		k := p.String()
		rts := must(st.RTs().ByPosition(ctx, p.Key))
		if p.Status.Settled() != (len(rts) > 0) {
			wrong("I4: %s is %s with %d receipts", k, p.Status, len(rts))
		}
		for i, rt := range rts {
			var sum euro.Total
			for _, c := range rt.Transfers {
				sum = must(sum.Add(c.Amount))
			}
			if sum.Compare(must(euro.Sum(rt.Amount))) != 0 || !rt.OK {
				wrong("I5: the transfers of %s are not its amount", rt.ReceiptID)
			}
			if rt.Second != (i > 0) {
				wrong("I3: receipt %d of %s, second %t", i+1, k, rt.Second)
			}
			if n := told["receipt "+rt.Creditor+" "+rt.ReceiptID]; n != 1 {
				wrong("I6: %d events of receipt %s", n, rt.ReceiptID)
			}
		}
		if want := "position." + string(p.Status); status[k] != want {
			wrong("I8: %s is %s, and its last event %q", k, p.Status, status[k])
		}
		if p.Status == payment.Paid && told["position.paid "+k] != 1 {
			wrong("I6: %s was paid %d times", k, told["position.paid "+k])
		}
		for _, o := range must(st.Orders().ByPosition(ctx, p.Key)) {
			if want := "order." + string(o.Status); status[o.ID] != want {
				wrong("I8: an order is %s, and its last event %q", o.Status, status[o.ID])
			}
			complete := true
			for _, k := range o.Positions {
				complete = complete && must(st.Positions().Get(ctx, k)).Status.Settled()
			}
			if complete != (o.Status == payment.OrderPaid) {
				wrong("I4: an order is %s, all paid %t", o.Status, complete)
			}
		}
	}
	for _, e := range events {
		if e.ReceiptID == "" || e.Kind == payment.ReceiptSought {
			continue
		}
		if _, err := st.RTs().Get(ctx, creditor, e.ReceiptID); err != nil {
			wrong("I6: an event %s of the receipt %s: %v", e.Kind, e.ReceiptID, err)
		}
	}
	came := 0
	for _, m := range collect(st.Quarantine().List(ctx)) {
		came += m.Times
	}
	if came != told["quarantine"] {
		wrong("I6: %d messages in quarantine, %d events", came, told["quarantine"])
	}
	return append(all, unpaired(ctx, st)...)
}

// unpaired finds requests in the journal without a response, and the other way round.
func unpaired(ctx context.Context, st faulty.Inner) (all []string) {
	open := map[string]int{}
	for _, e := range collect(st.Journal().List(ctx, payment.JournalFilter{})) {
		switch {
		case e.Category == payment.Internal:
		case e.Subtype == payment.Request:
			open[e.Parameters.SHA256]++
		default:
			open[e.Parameters.Answers]--
		}
	}
	for hash, n := range open {
		if n != 0 {
			all = append(all, fmt.Sprintf("I10: %d requests without response, of %.8s", n, hash))
		}
	}
	return all
}
