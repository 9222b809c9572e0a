// Package psp is the payment service provider's side of the pagoPA node: a client of
// verifyPaymentNotice, activatePaymentNotice and sendPaymentOutcome (SOAP 1.1,
// nodeForPsp.wsdl; SANP 3.12). It takes the place of a counter: in trials, in tests of
// a station, and for who is a PSP.
//
// A payment is three calls: [Client.Verify] asks what is due and is optional,
// [Client.Activate] takes the notice for half an hour and returns a token, and
// [Client.Settle] says how it went. Settle must follow every Activate, at once, also
// where the payer gave up. [Client.VerifyNotice], [Client.ActivateNotice] and
// [Client.SendOutcome] are the same calls with all that the messages can say; one
// outcome can end up to five attempts together.
//
// # Answers that are lost
//
// Each call has an idempotency key, the PSP's fiscal code and ten random characters.
// The node answers a key that it knows as it did the first time. So an outcome whose
// answer is lost is sent again with its key, after one slot of 15 seconds, then after
// 3, 7 and 15: five times in all (SANP, retry processes). An outcome that was answered,
// OK or KO, is never sent again.
// Verify and activate are not repeated here. [Error.IdempotencyKey] repeats a call, of
// any kind, later on; that also begins the count of the tries anew.
//
// # What a refusal means
//
// Every refusal is an [*Error]: the node's code, and the station's where there is one,
// with what [payment.FaultOf] says of it. It wraps the reasons that [payment.PSP]
// promises. If money was taken, [Error.Advice] says what is to be done with it.
package psp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// Identity is how a PSP signs its calls; pagoPA gave it all of this.
type Identity struct {
	ID       string // idPSP, 1 to 35 characters: a BIC or an ABI code
	Broker   string // idBrokerPSP, 1 to 35 characters
	Channel  string // idChannel, 1 to 35 characters
	Password string // of the channel, 8 to 15 characters
	// FiscalCode begins the idempotency keys: 2 to 18 letters and digits. Default:
	// Broker, which is one in practice.
	FiscalCode string
}

// LogValue gives the log the PSP and its channel.
func (i Identity) LogValue() slog.Value {
	return slog.GroupValue(slog.String("psp", i.ID), slog.String("channel", i.Channel))
}

// Config says how to reach the node. The zero value leads nowhere: name an environment
// or an address.
type Config struct {
	// Environment is pagoPA's test environment or the real one. In the sandbox
	// environment URL says where the sandbox is. Default: [payment.Sandbox].
	Environment payment.Environment
	// URL is where the node answers PSPs. Default: pagoPA's address in the environment.
	URL string
	// SubscriptionKey goes into the header Ocp-Apim-Subscription-Key. Default: none.
	SubscriptionKey string
	// HTTPClient sends the requests; it is copied, and the copy follows no redirects.
	// Default: the standard library's.
	HTTPClient *http.Client
	// V1 speaks the first version of the messages: no stamps, no fees of the creditor,
	// one token an outcome. Default: the second.
	V1 bool
	// TouchPoint is where the payers are (stTouchpointFee): IO, WISP, CHECKOUT, PSP, ATM,
	// BETTING, TS, HB or POS. At the first three, who pays too late gets his money
	// back; at the others the payment counts. Default: PSP.
	TouchPoint string
	// Timeout is how long verify and activate may take. Default: 12 seconds, the least
	// that pagoPA asks for.
	Timeout time.Duration
	// OutcomeTimeout is how long an outcome may take, and the slot of its retries.
	// Default: 15 seconds.
	OutcomeTimeout time.Duration
	// Now is the clock. Default: the system's.
	Now func() time.Time
	// Sleep waits between retries, or until ctx ends and then returns its error; one
	// that waits a little longer at random spreads the load. Default: a timer.
	Sleep func(ctx context.Context, d time.Duration) error
	// Log gets what goes wrong; no personal data. Default: nothing.
	Log *slog.Logger
}

// addresses are pagoPA's (nodeForPsp.wsdl; SANP 3.12, connectivity).
var addresses = map[payment.Environment]string{
	payment.UAT:        "https://api.uat.platform.pagopa.it/nodo-auth/node-for-psp/v1",
	payment.Production: "https://api.platform.pagopa.it/nodo-auth/node-for-psp/v1",
}

// Client calls the node. It is safe for concurrent use.
type Client struct {
	who  wire.PSPRequest // what every request begins with
	code string          // the fiscal code of the keys
	cfg  Config
	http http.Client
}

var _ payment.PSP = (*Client)(nil)

// New returns a client that signs as who. It copies cfg.
func New(who Identity, cfg Config) (*Client, error) {
	cfg.URL = cmp.Or(cfg.URL, addresses[cfg.Environment])
	if u, err := url.Parse(cfg.URL); err != nil || !secure(u) {
		return nil, errors.New("psp: URL must be https, or http on this machine")
	}
	c := &Client{
		who:  wire.PSPRequest{PSP: who.ID, Broker: who.Broker, Channel: who.Channel, Password: who.Password},
		code: cmp.Or(who.FiscalCode, who.Broker),
		cfg:  cfg,
	}
	if cfg.HTTPClient != nil {
		c.http = *cfg.HTTPClient
	}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.cfg.TouchPoint = cmp.Or(cfg.TouchPoint, "PSP")
	c.cfg.Timeout = cmp.Or(cfg.Timeout, 12*time.Second)
	c.cfg.OutcomeTimeout = cmp.Or(cfg.OutcomeTimeout, 15*time.Second)
	if cfg.Now == nil {
		c.cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if cfg.Sleep == nil {
		c.cfg.Sleep = sleep
	}
	if cfg.Log == nil {
		c.cfg.Log = slog.New(slog.DiscardHandler)
	}
	probe := c.request(wire.PSPActivate)
	probe.FiscalCode, probe.Number = "00000000000", "000000000000000000"
	probe.IdempotencyKey, probe.TouchPoint = c.newKey(), c.cfg.TouchPoint
	if _, err := encode(probe); err != nil {
		return nil, fmt.Errorf("psp: identity or touch point: %w", err)
	}
	return c, nil
}

// secure reports whether an address may be called: https, or http on the same machine.
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

// request returns the beginning of a request.
func (c *Client) request(operation wire.PSPOperation) wire.PSPRequest {
	r := c.who
	r.Operation = operation
	return r
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
