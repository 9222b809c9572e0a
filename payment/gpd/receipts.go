package gpd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// Receipts is biz-events: it tells receipts that pagoPA has. It is for the one that is
// missing though a reporting flow names its payment, not for polling: SANP 3.12 allows
// 10 calls in 60 minutes to a subscription, and none without such a reason. It is safe
// for concurrent use.
type Receipts struct {
	api    *api
	budget *limiter
	calls  Counter // nil for the limiter's own count
}

// The call budget of a subscription (SANP 3.12, receipt recovery).
const (
	budgetCalls = 10
	budgetSpan  = time.Hour
)

// NewReceipts returns a client of biz-events that signs in with a subscription key. It
// copies cfg, and uses its environment, BaseURL, SecondKey, Calls, HTTPClient, Timeout and
// Now.
func NewReceipts(key string, cfg Config) (*Receipts, error) {
	a, err := newAPI(key, cfg, "/bizevents/service/v1")
	if err != nil {
		return nil, err
	}
	a.tries = 1 // each one counts
	r := &Receipts{api: a, budget: newLimiter(budgetCalls, budgetSpan), calls: cfg.Calls}
	a.spend = r.spend
	return r, nil
}

// spend takes a call from the budget, or says when there will be one.
func (r *Receipts) spend(ctx context.Context) error {
	now := r.api.now()
	if r.calls == nil {
		if next, ok := r.budget.take(now); !ok {
			return spentUntil(next)
		}
		return nil
	}
	if next, ok := r.budget.peek(now); !ok { // pagoPA has said so
		return spentUntil(next)
	}
	// Each of the ten calls has a window of its own, which the first to come has to
	// himself: so in no hour there are more than ten, wherever it begins.
	for i := range budgetCalls {
		n, err := r.calls.Hit(ctx, "biz-events/"+strconv.Itoa(i), now, budgetSpan)
		if err != nil {
			return fmt.Errorf("gpd: count calls: %w", err)
		}
		if n == 1 {
			return nil
		}
	}
	return spentUntil(now.Add(budgetSpan))
}

func spentUntil(next time.Time) error {
	return &Error{Title: "the hour's calls are spent", retryAt: next, cause: pagonline.NewError(pagonline.CodeUnavailable).Because(errSpent)}
}

// errSpent says that no call was made.
var errSpent = errors.New("gpd: the budget is spent")

// Recovered is a receipt as biz-events tells it: with less than the message has. It
// knows neither the note (the order) nor stand-in nor the beneficiaries' names, and of
// some payments the day only.
type Recovered struct {
	rt     payment.RT
	paidOn pagonline.Date
}

// RT returns the receipt for [payment.Cashier.Record], as creditor would have received
// it. Where only the day of the payment is known, PaidAt is when the day began: the
// date, which has legal force, is right, the hour is not.
func (r Recovered) RT(creditor string) payment.RT {
	rt := r.rt
	rt.Creditor = creditor
	if rt.PaidAt.IsZero() {
		rt.PaidAt = r.paidOn.Start()
	}
	return rt
}

// PaidAt returns the instant of the payment, the zero time if only its day is known.
func (r Recovered) PaidAt() time.Time { return r.rt.PaidAt }

// PaidOn returns the day of the payment, none if biz-events does not say it.
func (r Recovered) PaidOn() pagonline.Date { return r.paidOn }

// LogValue gives the log what that of the receipt gives.
func (r Recovered) LogValue() slog.Value { return r.rt.LogValue() }

// identifier is what IUR and IUV are made of, and an address can hold.
var identifier = regexp.MustCompile(`^[A-Za-z0-9_-]{1,35}$`)

// Receipt asks once for a receipt, by the IUR and the IUV of a flow's row; without an
// IUV, "", by the IUR alone. Its error has [pagonline.CodeNotFound] if there is none,
// [pagonline.CodeInputSyntax], or wraps [pagonline.ErrUnavailable]: then RetryAt of the
// [*Error] in it says when to ask again, also where the budget is spent and no call was
// made.
func (r *Receipts) Receipt(ctx context.Context, creditor, iur, iuv string) (Recovered, error) {
	return r.ask(ctx, creditor, iur, iuv, false)
}

// ask is Receipt; the budget may know of the call already.
func (r *Receipts) ask(ctx context.Context, creditor, iur, iuv string, spent bool) (Recovered, error) {
	if err := ctx.Err(); err != nil {
		return Recovered{}, err
	}
	switch {
	case !eleven.MatchString(creditor):
		return Recovered{}, syntax("creditor")
	case !identifier.MatchString(iur):
		return Recovered{}, syntax("iur")
	case iuv != "" && !identifier.MatchString(iuv):
		return Recovered{}, syntax("iuv")
	}
	path := []string{"organizations", creditor, "receipts", iur}
	if iuv != "" {
		path = append(path, "paymentoptions", iuv)
	}
	body, err := r.api.do(ctx, call{method: http.MethodGet, path: path, spent: spent})
	if err != nil {
		return Recovered{}, r.refused(err)
	}
	found, err := decodeReceipt(body)
	if err != nil {
		return Recovered{}, err
	}
	if found.rt.ReceiptID != iur || iuv != "" && found.rt.IUV != iuv {
		return Recovered{}, unreadable("another receipt")
	}
	return found, nil
}
