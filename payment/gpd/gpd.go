// Package gpd keeps pagoPA's copies of debt positions, in three services of the same
// family, each with a client of its own:
//
//   - [Client] is GPD (Gestione Posizioni Debitorie, version 3), which answers verify
//     and activation in the creditor's place: the asynchronous mode. The position must
//     be there before its payer is sent to pay, so a client is the Publisher of a
//     [payment.Config]; through [payment.Mirror] it follows what changes later.
//   - [ACA] is the archive that answers while the creditor's station does not
//     (stand-in). In the synchronous mode every position is copied there, through
//     [payment.Mirror].
//   - [Receipts] is biz-events: a receipt that never came, asked for once, when a
//     reporting flow names its payment.
//
// # Copies
//
// Publish makes the copy say what a position says now, and may be repeated. An open
// position is put there payable at once; one that is withdrawn is taken away; one that
// is paid is left alone by [Client], for GPD learns of payments by itself, and closed by
// [ACA], which does not. A draft is not sent. An expired one is left: the copy expires
// at the same moment.
//
// GPD takes no new position past its due date. One that is there, and may be paid late,
// stays payable and can still be changed.
//
// The notices of one debt are one position of GPD: the single payment and the plan are
// alternative options of it. A client learns of the debt's other notices from
// [Config.Positions]; without it a debt has one notice, and those of plans are refused.
// Of a plan that is paid in part GPD changes nothing any more; that is an error with
// [pagonline.CodeConflict], to be mended by hand.
//
// # Limits
//
// A client keeps within pagoPA's rates (450 requests in 10 seconds; 10 an hour for
// biz-events) as far as its own calls go. Processes that share a subscription do not
// know of each other, but for the calls of biz-events where [Config.Calls] counts them:
// for them there is the answer 429, which is obeyed.
//
// # Receipts that never came
//
// [Recover] is a task that asks biz-events for them, once each and within the budget. What
// it needs to know is which payment (IUR) a notice was paid by: the rows of reporting
// flows say it, and in the asynchronous mode GPD does: see [Client.Claims].
//
// Sources: SANP 3.12 (asynchronous integration, ACA, debt positions, stand-in),
// gpd_v3.json, gpd-4-aca.json, biz_events.json.
package gpd

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// Config says how to reach the services. The zero value leads nowhere: name an
// environment or an address.
type Config struct {
	// Environment is pagoPA's test environment or the real one. In the sandbox
	// environment BaseURL says where the sandbox is. Default: [payment.Sandbox].
	Environment payment.Environment
	// BaseURL is the host, with the path before "/gpd/…" if there is one. Default:
	// pagoPA's address in the environment.
	BaseURL string
	// SecondKey is tried where the first key is refused, so that keys can be changed one
	// at a time. Default: none.
	SecondKey string
	// Positions are where the other notices of a debt are found: those of a
	// [payment.Store]. Default: none, and then a debt has one notice.
	Positions Positions
	// NoStandIn reports whether a position must not be paid in stand-in (payStandIn),
	// as one whose amount depends on the day of payment. Default: none is such.
	NoStandIn func(payment.Position) bool
	// Calls counts the calls of [Receipts] where neither a restart nor another process
	// forgets them: the Counters of a store do. All that use them share one budget.
	// Default: none, and each Receipts counts its own.
	Calls Counter
	// HTTPClient sends the requests; it is copied, and the copy follows no redirects.
	// Default: the standard library's.
	HTTPClient *http.Client
	// Timeout is how long one request may take, whatever HTTPClient allows; a call that
	// is repeated has it each time. Default: 30 seconds.
	Timeout time.Duration
	// Now is the clock. Default: the system's.
	Now func() time.Time
	// Wait waits, or returns the context's error. Default: by the system's clock.
	Wait func(ctx context.Context, d time.Duration) error
}

// Positions is the part of [payment.Positions] that a client reads.
type Positions interface {
	List(ctx context.Context, f payment.PositionFilter) iter.Seq2[payment.Position, error]
}

// Counter counts in windows of time: the part of identity.Counters that [Receipts] needs.
type Counter interface {
	// Hit counts one attempt for key at the instant, and returns how many there were in
	// the window that holds it. A window begins with its first attempt, and the first
	// attempt after its end begins another.
	Hit(ctx context.Context, key string, at time.Time, window time.Duration) (int, error)
}

// Client is GPD, version 3. It is safe for concurrent use.
type Client struct{ book }

var _ payment.Publisher = (*Client)(nil)

// New returns a client of GPD that signs in with a subscription key. It copies cfg.
func New(key string, cfg Config) (*Client, error) {
	a, err := newAPI(key, cfg, "/gpd/debt-positions-service/v3")
	if err != nil {
		return nil, err
	}
	a.limit = newLimiter(450, 10*time.Second)
	return &Client{book{api: a, cfg: cfg, form: v3{}, busy: newStripes()}}, nil
}

// Publish makes GPD say what p says now; see the package comment. Its error wraps
// [pagonline.ErrUnavailable] if the same call may succeed later, [payment.ErrPaid] if
// GPD knows the notice as paid, or is that of [Client.Create].
func (c *Client) Publish(ctx context.Context, p payment.Position) error {
	if p.Status.Settled() {
		return nil // the receipt came through GPD, or at the same time
	}
	return c.publish(ctx, p)
}

// hosts are pagoPA's addresses (SANP 3.12, connectivity).
var hosts = map[payment.Environment]string{
	payment.UAT:        "https://api.uat.platform.pagopa.it",
	payment.Production: "https://api.platform.pagopa.it",
}

// newAPI returns the transport to one of the services.
func newAPI(key string, cfg Config, path string) (*api, error) {
	if key == "" {
		return nil, errors.New("gpd: the subscription key is empty")
	}
	base := cfg.BaseURL
	if base == "" {
		base = hosts[cfg.Environment]
	}
	if u, err := url.Parse(base); err != nil || !secure(u) {
		return nil, errors.New("gpd: BaseURL must be https, or http on this machine")
	}
	a := &api{keys: []string{key}, base: strings.TrimRight(base, "/") + path, now: cfg.Now, wait: cfg.Wait, tries: 3}
	if cfg.SecondKey != "" {
		a.keys = append(a.keys, cfg.SecondKey)
	}
	if a.now == nil {
		a.now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if a.wait == nil {
		a.wait = wait
	}
	a.timeout = cmp.Or(cfg.Timeout, 30*time.Second)
	if cfg.HTTPClient != nil {
		a.http = *cfg.HTTPClient
	}
	a.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return a, nil
}

// secure reports whether an address is https, or http on this very machine.
func secure(u *url.URL) bool {
	switch u.Scheme {
	case "https":
		return u.Host != ""
	case "http":
		return u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	default:
		return false
	}
}
