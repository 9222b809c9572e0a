package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// cart is what a portal has sent to Checkout.
type cart struct {
	id       string
	serving  *sync.Mutex // its pages are served one at a time: people click twice
	request  payment.GatewayRequest
	allCCP   bool     // every transfer is to go to a postal account
	entered  bool     // the payer has said who he is
	tokens   []string // of the attempts, one per notice
	returned string   // where the payer was sent back; "" while he is on the pages
}

func (c *cart) total() euro.Total {
	var t euro.Total
	for _, n := range c.request.Notices {
		t, _ = t.Add(n.Amount) // five amounts always fit
	}
	return t
}

// has reports whether a notice is in the cart.
func (c *cart) has(n notice.Number) bool {
	return slices.ContainsFunc(c.request.Notices, func(other payment.GatewayNotice) bool { return other.Key.Number == n })
}

// transferType is what the stations are asked for.
func (c *cart) transferType() string {
	if c.allCCP {
		return "POSTAL"
	}
	return ""
}

// Start takes an order as Checkout does; see [payment.Gateway].
func (s *Sandbox) Start(ctx context.Context, r payment.GatewayRequest) (string, error) {
	return s.start(ctx, cart{request: r})
}

// start takes a cart, which gets its id here.
func (s *Sandbox) start(ctx context.Context, c cart) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if s.base == "" {
		return "", errors.New("sandbox: without a BaseURL there is no Checkout")
	}
	if n := len(c.request.Notices); n == 0 || n > payment.MaxNotices {
		return "", pagonline.NewError(pagonline.CodeTooManyItems, pagonline.Same("5")).At("paymentNotices")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := map[payment.Key]bool{}
	for _, n := range c.request.Notices {
		err := s.freeLocked(n.Key)
		if _, known := s.station(n.Key.Creditor); !known {
			err = &NodeError{Code: faultUnknownPA}
		}
		if err != nil || seen[n.Key] {
			return "", pagonline.NewError(pagonline.CodeConflict).At("paymentNotices").Because(err)
		}
		seen[n.Key] = true
	}
	c.id, c.serving = s.newTokenLocked(), &sync.Mutex{}
	s.carts[c.id] = &c
	return s.base + "/pay/" + c.id, nil
}

// maxCart bounds the body of a cart: five notices of 300 characters and four addresses.
const maxCart = 64 << 10

// postCarts is POST /carts of Checkout, in one of its versions.
func (s *Sandbox) postCarts(version int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Ocp-Apim-Subscription-Key") == "" && r.URL.Query().Get("subscription-key") == "" {
			problem(w, http.StatusUnauthorized, "Access denied", "missing subscription key")
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCart))
		var c cart
		if err == nil {
			c, err = readCart(body, version)
		}
		if err != nil {
			problem(w, http.StatusBadRequest, "Invalid request", err.Error())
			return
		}
		location, err := s.start(r.Context(), c)
		switch {
		case errors.Is(err, pagonline.ErrInvalid):
			problem(w, http.StatusUnprocessableEntity, "Multiple payment notices not processable", "too many payment notices")
		case errors.Is(err, pagonline.ErrConflict):
			problem(w, http.StatusUnprocessableEntity, "Invalid payment info", "a payment notice cannot be paid now")
		case err != nil:
			problem(w, http.StatusInternalServerError, "Internal error", "")
		default:
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		}
	}
}

// readCart reads a CartRequest, or a CartRequestV2.
func readCart(body []byte, version int) (cart, error) {
	var in struct {
		EmailNotice    string `json:"emailNotice"`
		PaymentNotices []struct {
			NoticeNumber string `json:"noticeNumber"`
			FiscalCode   string `json:"fiscalCode"`
			Amount       int64  `json:"amount"`
			CompanyName  string `json:"companyName"`
			Description  string `json:"description"`
		} `json:"paymentNotices"`
		ReturnURLs struct {
			OK      string `json:"returnOkUrl"`
			Cancel  string `json:"returnCancelUrl"`
			Error   string `json:"returnErrorUrl"`
			Waiting string `json:"returnWaitingUrl"`
		} `json:"returnUrls"`
		IDCart string `json:"idCart"`
		AllCCP flag   `json:"allCCP"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return cart{}, errors.New("not a cart in JSON")
	}
	if len(in.PaymentNotices) == 0 {
		return cart{}, errors.New("paymentNotices: missing")
	}
	out := payment.GatewayRequest{Order: in.IDCart, Email: in.EmailNotice, Return: payment.ReturnURLs(in.ReturnURLs)}
	back := []string{out.Return.OK, out.Return.Cancel, out.Return.Error, out.Return.Waiting}
	if version == 1 {
		out.Return.Waiting, back = "", back[:3]
	}
	for _, address := range back {
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return cart{}, errors.New("returnUrls: absolute addresses are needed")
		}
	}
	if out.Email != "" && !payment.ValidEmail(out.Email) {
		return cart{}, errors.New("emailNotice: not an e-mail address")
	}
	for _, n := range in.PaymentNotices {
		number, err := notice.ParseSyntax(n.NoticeNumber)
		if err != nil || len(n.FiscalCode) != 11 {
			return cart{}, errors.New("paymentNotices: notice number or fiscal code")
		}
		amount, err := euro.Cents(n.Amount)
		if err != nil || amount.IsZero() {
			return cart{}, errors.New("paymentNotices: amount")
		}
		for _, text := range []string{n.CompanyName, n.Description} {
			if length := utf8.RuneCountInString(text); length == 0 || length > 140 {
				return cart{}, errors.New("paymentNotices: company name or description")
			}
		}
		out.Notices = append(out.Notices, payment.GatewayNotice{
			Key: payment.Key{Creditor: n.FiscalCode, Number: number}, Amount: amount,
			Company: n.CompanyName, Description: n.Description,
		})
	}
	return cart{request: out, allCCP: bool(in.AllCCP)}, nil
}

// flag is a truth value, which Checkout's own example writes as text.
type flag bool

// UnmarshalJSON reads either form.
func (f *flag) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(bytes.Trim(b, `"`), (*bool)(f))
}

// problem answers with a ProblemJson.
func problem(w http.ResponseWriter, status int, title, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{ // who hung up does not read it
		"type": "about:blank", "title": title, "status": status, "detail": detail,
	})
}
