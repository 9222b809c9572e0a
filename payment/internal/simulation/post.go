package simulation

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/pagonline/pagonline/payment"
)

// answer is what came back from the station.
type answer struct {
	came   bool
	status int
	fault  string // "" for OK
	body   []byte
}

func (a answer) ok() bool { return a.came && a.status == http.StatusOK && a.fault == "" }

// expectation is what must come back, if nothing goes wrong with the store.
type expectation struct {
	operation string
	status    int
	fault     string
	receipt   bool
	kept      func()
}

// paper takes what the station writes.
type paper struct {
	bytes.Buffer
	header http.Header
	status int
}

func (p *paper) Header() http.Header    { return p.header }
func (p *paper) WriteHeader(status int) { p.status = status }

// post sends a body to the station and looks at the answer.
func (w *World) post(body io.Reader, raw []byte, want expectation) answer {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if want.receipt && w.goes(HungUp, 3) {
		cancel()
	}
	r := (&http.Request{Method: http.MethodPost, URL: &url.URL{Path: "/"}, Header: http.Header{}, Body: io.NopCloser(body)}).WithContext(ctx)
	got := &paper{header: http.Header{}, status: http.StatusOK}
	w.trouble.arm(w)
	w.station.ServeHTTP(got, r)
	hit := w.trouble.disarm()
	a := answer{came: !hit.dead, status: got.status, body: got.Bytes()}
	if a.status == http.StatusOK {
		a.fault = "?"
		switch outcome, fault := texts(a.body, "outcome"), texts(a.body, "faultCode"); {
		case len(outcome) == 1 && outcome[0] == "OK" && len(fault) == 0:
			a.fault = ""
		case len(outcome) == 1 && outcome[0] == "KO" && len(fault) == 1:
			a.fault = fault[0]
		}
	} else {
		w.log.look("an answer", a.body)
	}
	w.say("  %s: %d %s, %s, %d kept", want.operation, a.status, a.fault, hit.fault, hit.commits)
	w.compare(a, want, hit)
	kept := want.kept != nil && (!hit.breaks() || hit.commits > 0)
	if kept {
		want.kept()
	}
	w.expectEntries(raw, a, want, hit)
	w.settle(hit)
	return a
}

// compare looks at the answer itself. Of a dead process nobody heard one.
func (w *World) compare(a answer, want expectation, hit hit) {
	switch {
	case hit.dead:
	case !hit.breaks():
		w.must(a.status == want.status && a.fault == want.fault, "I8", "%s: %d %q instead of %d %q: %s",
			want.operation, a.status, a.fault, want.status, want.fault, a.body)
	case want.receipt:
		w.must(a.status == http.StatusInternalServerError, "I1", "%s: %s, and the answer is %d %q: the node must send it again",
			want.operation, hit.fault, a.status, a.fault)
	default:
		w.must(a.status == http.StatusOK && (a.fault == want.fault || a.fault == faultSystem), "I8", "%s: %s, and the answer is %d %q",
			want.operation, hit.fault, a.status, a.fault)
	}
}

// expected is what the journal must say of a call.
type expected struct {
	operation string
	request   string // hash of the body
	response  string // hash of the answer, "" if it is not known
	fault     string
}

func hashOf(b []byte) string {
	d := sha256.Sum256(b)
	return hex.EncodeToString(d[:])
}

// expectEntries notes which entries the journal must have now. What is answered with an
// HTTP error has none; a call whose unit was not kept neither.
func (w *World) expectEntries(raw []byte, a answer, want expectation, hit hit) {
	if want.status != http.StatusOK || hit.breaks() && hit.commits == 0 {
		return
	}
	e := expected{operation: want.operation, request: hashOf(raw)}
	if !hit.breaks() {
		e.response, e.fault = hashOf(a.body), a.fault
	}
	w.checked.expected = &e
	w.model.entries += 2
}

// ask asks for a notice, and returns what is due if the station says so.
func (w *World) ask(operation string, k payment.Key) (a answer) {
	number := k.Number.String()
	p := w.meet(map[string]Event{verifyNotice: OnVerify, getPayment: OnGetPayment, getPaymentV1: OnGetPaymentV1}[operation], k)
	want := expectation{operation: operation, status: http.StatusOK, fault: faultOf(w.model.payable(p, w.clock()))}
	body := ask(operation, k.Creditor, number)
	a = w.post(bytes.NewReader(body), body, want)
	if a.ok() {
		w.amounts(operation, p, a)
	}
	return a
}

// amounts looks at what the station says is due.
func (w *World) amounts(operation string, p *position, a answer) {
	name := "paymentAmount"
	if operation == verifyNotice {
		name = "amount"
	}
	got := texts(a.body, name)
	w.must(len(got) == 1 && got[0] == money(sum(p.shares)), "I5", "%s: %v is due instead of %d cents", operation, got, sum(p.shares))
	if operation == verifyNotice {
		return
	}
	shares := texts(a.body, "transferAmount")
	w.must(len(shares) == len(p.shares), "I5", "%s: shares %v", operation, shares)
	for i, s := range p.shares {
		w.must(shares[i] == money(s.cents), "I5", "%s: share %d is %s", operation, i+1, shares[i])
	}
}

// faultOf is the code for why a notice cannot be paid (SANP 3.12).
func faultOf(err error) string {
	switch {
	case errors.Is(err, payment.ErrUnknown):
		return faultUnknown
	case errors.Is(err, payment.ErrPaid):
		return "PAA_PAGAMENTO_DUPLICATO"
	case errors.Is(err, payment.ErrCancelled):
		return "PAA_PAGAMENTO_ANNULLATO"
	case errors.Is(err, payment.ErrExpired):
		return "PAA_PAGAMENTO_SCADUTO"
	default:
		return ""
	}
}
