package station

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// askOptions is the name of the call by REST.
const askOptions wire.Operation = "paVerifyPaymentOptions"

// PaymentOptions returns the handler of paVerifyPaymentOptions: how the debt of a notice
// can be paid, at once or by instalments (SANP 3.12; orgs_payment_options.json). Mount it
// under /payment-options/, beside the station; it answers GET, as SANP has it, and POST,
// as the API's description does. What a notice is refused for is what a verification is
// refused for, in the same order.
func (h *Handler) PaymentOptions() http.Handler {
	mux := http.NewServeMux()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		mux.HandleFunc(method+" /payment-options/organizations/{creditor}/notices/{notice}", h.serveOptions)
	}
	return mux
}

func (h *Handler) serveOptions(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), askPatience)
	defer cancel()
	c := call{
		Request: wire.Request{Operation: askOptions, PA: r.PathValue("creditor"), Number: r.PathValue("notice")},
		body:    []byte(r.Method + " " + r.URL.Path), at: h.cashier.Now(),
	}
	if stations := h.creditors[c.PA]; len(stations) > 0 {
		c.Station = stations[0].Station // the call names none
	}
	status, answer, refused := h.options(ctx, &c)
	body, err := json.Marshal(answer)
	if err == nil && !h.cfg.NoJournal {
		asked, told := c.entries(h.cashier.Now(), body, refused)
		told.Parameters.Status = status
		err = h.guard(ctx, func() error { return h.journal.write(ctx, asked, told) })
	}
	if err != nil {
		status, body = h.failOptions(ctx, err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func (h *Handler) failOptions(ctx context.Context, err error) (status int, body []byte) {
	status, answer := h.problem(h.refusalFor(ctx, fail(err)))
	body, err = json.Marshal(answer)
	if err != nil {
		h.cfg.Log.ErrorContext(ctx, "station: cannot answer", slog.Any("error", err))
	}
	return status, body
}

// options is the answer to a call, and what refuses it.
func (h *Handler) options(ctx context.Context, c *call) (status int, answer any, refused *refusal) {
	_, known := h.creditors[c.PA]
	switch {
	case !digits(c.PA, 11), !digits(c.Number, 18):
		refused = &refusal{code: syntaxREST}
	case !known:
		refused = &refusal{code: wrongCreditor}
	default:
		seated, ok := h.asking.enter(ctx)
		if !ok {
			refused = &refusal{code: systemError}
			break
		}
		defer h.asking.leave(seated)
		var options optionsAnswer
		err := h.guard(ctx, func() (err error) {
			options, err = h.debt(ctx, c.Request)
			return err
		})
		if refused = h.refusalFor(ctx, err); refused == nil {
			return http.StatusOK, options, nil
		}
	}
	h.logRefusal(ctx, c, refused)
	status, problem := h.problem(refused)
	return status, problem, refused
}

func digits(s string, n int) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) == n
}

// debt collects the options: the single payment, and the plan.
func (h *Handler) debt(ctx context.Context, r wire.Request) (optionsAnswer, error) {
	k, err := key(r)
	if err != nil {
		return optionsAnswer{}, err
	}
	p, err := h.payable(ctx, k, Asked{Operation: string(askOptions)})
	if err != nil {
		return optionsAnswer{}, err
	}
	live := []payment.Position{p}
	for q, err := range h.cashier.Debt(ctx, p) {
		if err != nil {
			return optionsAnswer{}, err
		}
		if q.Key != p.Key && q.Status != payment.Draft && q.Status != payment.Cancelled {
			live = append(live, q)
		}
	}
	slices.SortStableFunc(live, func(a, b payment.Position) int { return cmp.Compare(a.Option, b.Option) })
	answer := optionsAnswer{Creditor: p.Creditor, Company: p.Company, Office: p.Office}
	var single, plan option
	for _, q := range live {
		one, err := h.instalment(ctx, q, q.Key == p.Key)
		if err != nil {
			return optionsAnswer{}, err
		}
		if q.Option == 0 {
			single.add(one)
		} else {
			plan.add(one)
		}
	}
	for _, o := range []option{single, plan} {
		if o.Number > 0 {
			answer.Options = append(answer.Options, o.close())
		}
	}
	return answer, nil
}

// instalment describes one notice of the debt. The one that was asked about is known to
// be payable.
func (h *Handler) instalment(ctx context.Context, p payment.Position, payable bool) (instalment, error) {
	status := unpaid
	if !payable {
		q, err := h.payable(ctx, p.Key, Asked{Operation: string(askOptions)})
		switch {
		case err == nil:
			p = q
		case errors.Is(err, payment.ErrPaid):
			status = isPaid
		case errors.Is(err, payment.ErrExpired):
			status = tooLate
		case errors.Is(err, payment.ErrCancelled), errors.Is(err, payment.ErrUnknown):
			status = invalid
		case !errors.Is(err, payment.ErrInCharge):
			return instalment{}, err
		}
	}
	if status == unpaid && p.Late(h.cashier.Now()) {
		status = late
	}
	description, err := p.Description()
	if err != nil {
		return instalment{}, fail(err)
	}
	return instalment{
		Notice: p.Number.String(), IUV: p.Number.IUV().String(), Amount: p.Amount().Cents(), Description: description,
		DueDate: p.DueDate.String() + "T23:59:59", ValidFrom: p.OpenedAt.In(pagonline.Rome()).Format(localTime),
		Status: "POI_" + status, Reason: reasons[status], status: status, postal: allPostal(p.Terms),
	}, nil
}

// localTime is how pagoPA writes instants here: no zone, Italian time.
const localTime = "2006-01-02T15:04:05"

// problem is the answer to what is refused.
func (h *Handler) problem(r *refusal) (status int, answer problemAnswer) {
	p, known := problems[r.code]
	if !known {
		p = problems[systemError]
	}
	now := h.cashier.Now()
	return p.status, problemAnswer{
		Status: p.status, StatusText: http.StatusText(p.status), Message: string(r.code) + " " + r.code.text(),
		Code: p.code, Timestamp: now.Unix(), At: now.Format(localTime + ".000000"),
	}
}

// syntaxREST is the code for what is no fiscal code or notice number in a path.
const syntaxREST faultCode = "PAA_SINTASSI"

// problems are the codes of the API.
var problems = map[faultCode]struct {
	status int
	code   string
}{
	syntaxREST:    {http.StatusBadRequest, "ODP-101"},
	semantics:     {http.StatusUnprocessableEntity, "ODP-102"},
	systemError:   {http.StatusInternalServerError, "ODP-103"},
	wrongCreditor: {http.StatusBadRequest, "ODP-104"},
	unknownNotice: {http.StatusNotFound, "ODP-107"},
	paid:          {http.StatusConflict, "ODP-108"},
	inProgress:    {http.StatusConflict, "ODP-109"},
	expired:       {http.StatusUnprocessableEntity, "ODP-110"},
	cancelled:     {http.StatusUnprocessableEntity, "ODP-111"},
}
