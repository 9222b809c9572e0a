// Package checkout sends payers to pagoPA Checkout: it posts a cart of one to five
// notices and returns the address of the payment page (Checkout carts, version 2;
// checkout_v2.json).
package checkout

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// Client posts carts. It is safe for concurrent use.
type Client struct {
	key  string
	url  string
	http http.Client
}

var _ payment.Gateway = (*Client)(nil)

// Config says how to reach Checkout. The zero value leads nowhere: name an environment
// or an address.
type Config struct {
	// Environment is pagoPA's test environment or the real one. In the sandbox
	// environment BaseURL says where the sandbox is. Default: [payment.Sandbox].
	Environment payment.Environment
	// BaseURL is where Checkout answers. Default: pagoPA's address in the environment.
	BaseURL string
	// HTTPClient sends the requests; it is copied, and the copy follows no redirects.
	// Default: a client that gives up after 30 seconds.
	HTTPClient *http.Client
}

// hosts are pagoPA's addresses (SANP 3.12, connectivity).
var hosts = map[payment.Environment]string{
	payment.UAT:        "https://api.uat.platform.pagopa.it",
	payment.Production: "https://api.platform.pagopa.it",
}

// New returns a client that signs in with a subscription key
// (Ocp-Apim-Subscription-Key). It copies cfg.
func New(key string, cfg Config) (*Client, error) {
	if key == "" {
		return nil, errors.New("checkout: the subscription key is empty")
	}
	base := cfg.BaseURL
	if base == "" {
		base = hosts[cfg.Environment]
	}
	if u, err := url.Parse(base); err != nil || !secure(u) {
		return nil, errors.New("checkout: BaseURL must be https, or http on this machine")
	}
	c := &Client{key: key, url: strings.TrimRight(base, "/") + "/checkout/ec/v2/carts"}
	c.http.Timeout = 30 * time.Second
	if cfg.HTTPClient != nil {
		c.http = *cfg.HTTPClient
	}
	// The answer is a redirect that the payer's browser has to follow, not we.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c, nil
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

// Error is a refusal by Checkout, or a failure to reach it. It wraps the class that
// [payment.Gateway] promises.
type Error struct {
	Status int    // of the HTTP answer; 0 if there was none
	Title  string // what Checkout said, for the log
	Detail string // the same at length; for the log only
	cause  error
}

// Error returns the status and what it means.
func (e *Error) Error() string {
	if e.Status == 0 {
		return "checkout: no answer"
	}
	return fmt.Sprintf("checkout: HTTP %d: %s", e.Status, e.Title)
}

// Retryable reports whether the same call may succeed later.
func (e *Error) Retryable() bool { return errors.Is(e.cause, pagonline.ErrUnavailable) }

// Unwrap returns a [pagonline.Error], with the cause of a failed connection in it.
func (e *Error) Unwrap() error { return e.cause }

// The body of the request (CartRequestV2).
type (
	cartRequest struct {
		EmailNotice string   `json:"emailNotice,omitempty"`
		Notices     []entry  `json:"paymentNotices"`
		ReturnURLs  returnTo `json:"returnUrls"`
		IDCart      string   `json:"idCart"`
	}
	entry struct {
		NoticeNumber string `json:"noticeNumber"`
		FiscalCode   string `json:"fiscalCode"`
		Amount       int64  `json:"amount"` // cents
		CompanyName  string `json:"companyName"`
		Description  string `json:"description"`
	}
	returnTo struct {
		OK      string `json:"returnOkUrl"`
		Cancel  string `json:"returnCancelUrl"`
		Error   string `json:"returnErrorUrl"`
		Waiting string `json:"returnWaitingUrl"`
	}
)

// Start posts the cart and returns the address of the payment page. A refusal is an
// [*Error]; so is a failure to reach Checkout, unless ctx has ended.
func (c *Client) Start(ctx context.Context, r payment.GatewayRequest) (string, error) {
	body, err := encode(r)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("checkout: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Ocp-Apim-Subscription-Key", c.key)
	resp, err := c.http.Do(req)
	if err != nil {
		if ended := ctx.Err(); ended != nil {
			return "", fmt.Errorf("checkout: %w", ended)
		}
		return "", &Error{cause: pagonline.NewError(pagonline.CodeUnavailable).Because(err)}
	}
	defer func() { _ = resp.Body.Close() }() // read as far as it matters
	if resp.StatusCode != http.StatusFound {
		return "", problem(resp)
	}
	location, err := resp.Location()
	if err != nil || !secure(location) {
		return "", &Error{
			Status: resp.StatusCode, Title: "no usable address",
			cause: pagonline.NewError(pagonline.CodeUnavailable),
		}
	}
	return location.String(), nil
}

// encode writes the request, after the checks that Checkout would make.
func encode(r payment.GatewayRequest) ([]byte, error) {
	if n := len(r.Notices); n == 0 || n > payment.MaxNotices {
		return nil, pagonline.NewError(pagonline.CodeTooManyItems, pagonline.Same("5")).At("notices")
	}
	for _, to := range []struct{ field, address string }{
		{"returnOkUrl", r.Return.OK},
		{"returnCancelUrl", r.Return.Cancel},
		{"returnErrorUrl", r.Return.Error},
		{"returnWaitingUrl", r.Return.Waiting},
	} {
		if u, err := url.Parse(to.address); err != nil || !secure(u) {
			return nil, pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Same(to.field)).At(to.field)
		}
	}
	cart := cartRequest{EmailNotice: r.Email, IDCart: r.Order, ReturnURLs: returnTo(r.Return)}
	for _, n := range r.Notices {
		cart.Notices = append(cart.Notices, entry{
			NoticeNumber: n.Key.Number.String(), FiscalCode: n.Key.Creditor, Amount: n.Amount.Cents(),
			CompanyName: n.Company, Description: n.Description,
		})
	}
	body, err := json.Marshal(cart)
	if err != nil {
		return nil, fmt.Errorf("checkout: %w", err)
	}
	return body, nil
}

// maxProblem bounds what is read of a refusal, maxTitle what is kept of its title.
const (
	maxProblem = 64 << 10
	maxTitle   = 140
)

// problem makes an error of an answer that is not the redirect. 422 is not in the
// OpenAPI file and comes all the same: a notice that is being paid, is paid, is
// unknown, or stands twice in the cart.
func problem(resp *http.Response) error {
	var said struct {
		Title  string `json:"title"`
		Detail string `json:"detail"`
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxProblem))
	if err != nil || json.Unmarshal(body, &said) != nil || said.Title == "" {
		said.Title = http.StatusText(resp.StatusCode)
	}
	code := pagonline.CodeInternal
	switch {
	case resp.StatusCode == http.StatusBadRequest:
		code = pagonline.CodeInputSyntax
	case resp.StatusCode == http.StatusUnprocessableEntity:
		code = pagonline.CodeConflict
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode >= 500:
		code = pagonline.CodeUnavailable
	}
	return &Error{
		Status: resp.StatusCode, Title: said.Title[:min(len(said.Title), maxTitle)], Detail: said.Detail,
		cause: pagonline.NewError(code, pagonline.Same("Checkout")),
	}
}
