package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/pagonline/pagonline/payment"
)

// optionsAnswer is what is looked at in an answer about payment options.
type optionsAnswer struct {
	Message string `json:"errorMessage"`
	Options []struct {
		Amount      int64 `json:"amount"`
		Instalments []struct {
			Notice string `json:"nav"`
			Amount int64  `json:"amount"`
			Status string `json:"status"`
		} `json:"installments"`
	} `json:"paymentOptions"`
}

// choices asks in which ways the debt of a notice can be paid.
func (w *World) choices() {
	if w.down() {
		return
	}
	k := w.any()
	p := w.meet(OnOptions, k)
	want := expectation{operation: "paVerifyPaymentOptions", status: http.StatusOK, fault: faultOf(w.model.payable(p, w.clock()))}
	path := "/payment-options/organizations/" + k.Creditor + "/notices/" + k.Number.String()
	r := (&http.Request{Method: http.MethodGet, URL: &url.URL{Path: path}, Header: http.Header{}, Body: http.NoBody}).WithContext(context.Background())
	got := &paper{header: http.Header{}, status: http.StatusOK}
	handler := w.station.PaymentOptions()
	w.trouble.arm(w)
	handler.ServeHTTP(got, r)
	hit := w.trouble.disarm()
	var said optionsAnswer
	err := json.Unmarshal(got.Bytes(), &said)
	w.must(err == nil || hit.dead, "I8", "options: %s", got.Bytes())
	fault, _, _ := strings.Cut(said.Message, " ")
	a := answer{came: !hit.dead, status: got.status, fault: fault, body: got.Bytes()}
	w.say("  options: %d %s, %s, %d kept", a.status, a.fault, hit.fault, hit.commits)
	w.must(hit.dead || (a.status == http.StatusOK) == (a.fault == ""), "I8", "options: %d %s", a.status, a.fault)
	w.must(hit.dead || a.fault == want.fault || hit.breaks() && a.fault == faultSystem, "I8", "options: %q instead of %q", a.fault, want.fault)
	if a.came && a.fault == "" {
		w.instalments(p, said)
	}
	w.expectEntries([]byte(http.MethodGet+" "+path), a, want, hit)
	w.settle(hit)
}

// instalments wants the notices of the debt that somebody may know, those of the plan
// behind the single payment.
func (w *World) instalments(p *position, said optionsAnswer) {
	want := map[string]*position{p.key.Number.String(): p}
	for _, q := range w.model.siblings(p) {
		if q.status != payment.Draft && q.status != payment.Cancelled {
			want[q.key.Number.String()] = q
		}
	}
	single := false
	for i, o := range said.Options {
		var cents int64
		for _, n := range o.Instalments {
			q := want[n.Notice]
			w.must(q != nil, "I8", "options: %s is one too many", n.Notice)
			delete(want, n.Notice)
			w.must(n.Amount == sum(q.shares) && n.Status == w.choice(q), "I8", "options: %s is %s for %d cents instead of %s for %d",
				q.label, n.Status, n.Amount, w.choice(q), sum(q.shares))
			single = single || q.option == 0
			w.must((q.option == 0) == (single && i == 0), "I8", "options: %s stands in the wrong place", q.label)
			cents += n.Amount
		}
		w.must(cents == o.Amount, "I5", "options: %d cents instead of %d", o.Amount, cents)
	}
	w.must(len(want) == 0, "I8", "options: %d notices are missing", len(want))
}

// choice is the state of a notice as the payment options have it.
func (w *World) choice(p *position) string {
	err := w.model.payable(p, w.clock())
	switch {
	case err == nil && p.late(w.clock()):
		return "POI_EXPIRED_UNPAID"
	case err == nil:
		return "POI_UNPAID"
	case errors.Is(err, payment.ErrPaid):
		return "POI_PAID"
	case errors.Is(err, payment.ErrExpired):
		return "POI_EXPIRED_NOT_PAYABLE"
	default:
		return "POI_INVALID"
	}
}
