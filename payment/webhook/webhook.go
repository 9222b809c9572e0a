// Package webhook tells another program of an institution what happened: each event of
// the outbox is an HTTP request to an address of theirs, signed by the scheme of Standard
// Webhooks. Give [Client.Handle] to what delivers events; [Verifier] is the other side.
//
// # What is sent
//
// A POST whose body is a [Payload] in JSON, with three headers:
//
//	webhook-id         names the event, however often it is sent
//	webhook-timestamp  when it was sent, in seconds since 1970
//	webhook-signature  "v1," and the base64 of HMAC-SHA256 of "id.timestamp.body"
//
// The signatures are several, with a space between, while a secret is being changed: see
// [Config.OldSecret]. Nobody is named in the body; who needs more looks the notice up.
//
// # What the receiver does
//
// It answers 2xx when it has the event, within [Config.Timeout]: what takes longer it does
// afterwards. An event may come more than once, and is told by its webhook-id. Any other
// answer, a redirect included, is an error of the class [pagonline.ErrUnavailable]: the
// event comes again when whoever delivers it tries again, which package jobs does not do
// before what Retry-After says. 410 says that the receiver wants no more events: see
// [ErrGone].
//
// # What it does not do
//
// The address is the configuration's, not a user's. Who lets users choose one must keep
// them from addresses inside his own network, by a proxy in [Config.HTTPClient].
//
// Source: Standard Webhooks 1.0.0 (standard-webhooks/standard-webhooks,
// spec/standard-webhooks.md), symmetric signatures.
package webhook

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// Config says how events are sent. The zero value works.
type Config struct {
	// OldSecret signs beside the secret, while receivers change from one to the other.
	// Default: none.
	OldSecret Secret
	// HTTPClient sends the requests; it is copied, and the copy follows no redirects.
	// Default: the standard library's, which speaks TLS 1.2 at least.
	HTTPClient *http.Client
	// Timeout is how long one request may take, whatever HTTPClient allows. Default: 20
	// seconds (Standard Webhooks: 15 to 30).
	Timeout time.Duration
	// InsecureHTTP lets the address be http. It is for a receiver on this very machine:
	// others on the way would read what is due, and for which notice.
	InsecureHTTP bool
	// Log gets why an event was not taken; no personal data, and not the address. Default:
	// nothing.
	Log *slog.Logger
	// Now is the clock. Default: the system's.
	Now func() time.Time
}

// Client sends events to one address. It is safe for concurrent use.
type Client struct {
	store   payment.Store
	url     string
	secrets []Secret
	cfg     Config
	http    http.Client
	gone    atomic.Bool
}

// New returns a client that sends events to an https address, and looks in store for what
// they are about. It copies cfg.
func New(store payment.Store, address string, secret Secret, cfg Config) (*Client, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil, u.Host == "", u.User != nil, u.Fragment != "", u.Scheme != "https" && (u.Scheme != "http" || !cfg.InsecureHTTP):
		return nil, errors.New("webhook: the address must be https, with no user, password or fragment")
	case secret.IsZero():
		return nil, errors.New("webhook: no secret")
	}
	cfg.Timeout = cmp.Or(cfg.Timeout, 20*time.Second)
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	c := &Client{store: store, url: address, secrets: []Secret{secret}, cfg: cfg}
	if !cfg.OldSecret.IsZero() {
		c.secrets = append(c.secrets, cfg.OldSecret)
	}
	if cfg.HTTPClient != nil {
		c.http = *cfg.HTTPClient
	}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c, nil
}

// Handle sends an event; it is a [payment.Handler]. Its error is an [*Error], the store's,
// or that of ctx.
func (c *Client) Handle(ctx context.Context, e payment.Event) error {
	if c.gone.Load() {
		return goneError()
	}
	p, err := c.payload(ctx, e)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	err = c.post(ctx, eventID(e), body)
	if errors.Is(err, ErrGone) {
		c.gone.Store(true)
	}
	if failed, ok := errors.AsType[*Error](err); ok {
		c.cfg.Log.WarnContext(ctx, failed.Error(), "event", e.ID, "reason", failed.reason())
	}
	return err
}

// eventID returns the webhook-id of an event. Beside the event's ID it holds the instant:
// a database that was restored gives the same ID to another event.
func eventID(e payment.Event) string {
	return "evt_" + strconv.FormatInt(e.ID, 10) + "_" + strconv.FormatInt(e.At.UnixMicro(), 36)
}

// The headers of Standard Webhooks.
const (
	headerID        = "Webhook-Id"
	headerTime      = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

// post sends a signed body.
func (c *Client) post(ctx context.Context, id string, body []byte) error {
	limited, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("webhook: %w", bare(err))
	}
	now := c.cfg.Now()
	signatures := make([]string, 0, len(c.secrets))
	for _, s := range c.secrets {
		signatures = append(signatures, s.Sign(id, now, body))
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "pagonline")
	req.Header.Set(headerID, id)
	req.Header.Set(headerTime, strconv.FormatInt(now.Unix(), 10))
	req.Header.Set(headerSignature, strings.Join(signatures, " "))
	resp, err := c.http.Do(req)
	if err != nil {
		if ended := ctx.Err(); ended != nil {
			return fmt.Errorf("webhook: %w", ended)
		}
		return &Error{cause: pagonline.NewError(pagonline.CodeUnavailable).Because(bare(err))}
	}
	defer func() { _ = resp.Body.Close() }() // what it says does not matter
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer)
	switch {
	case resp.StatusCode >= 200 && resp.StatusCode <= 299:
		return nil
	case resp.StatusCode == http.StatusGone:
		return goneError()
	default:
		return &Error{
			Status: resp.StatusCode, retryAt: retryAt(resp.Header.Get("Retry-After"), now),
			cause: pagonline.NewError(pagonline.CodeUnavailable),
		}
	}
}

// maxAnswer bounds what is read of an answer, so that the connection can be used again.
const maxAnswer = 4 << 10

// bare returns an error of net/http without the address, which may hold a secret.
func bare(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// retryAt reads Retry-After, in seconds or as a date.
func retryAt(said string, now time.Time) time.Time {
	if n, err := strconv.ParseUint(said, 10, 31); err == nil {
		return now.Add(time.Duration(n) * time.Second)
	}
	at, err := http.ParseTime(said)
	if err != nil {
		return time.Time{}
	}
	return at
}
