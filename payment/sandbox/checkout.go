package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
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

// Start takes an order as Checkout does; see [payment.Gateway].
func (s *Sandbox) Start(ctx context.Context, r payment.GatewayRequest) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if s.base == "" {
		return "", errors.New("sandbox: without a BaseURL there is no Checkout")
	}
	if n := len(r.Notices); n == 0 || n > payment.MaxNotices {
		return "", pagonline.NewError(pagonline.CodeTooManyItems, pagonline.Same("5")).At("paymentNotices")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := map[payment.Key]bool{}
	for _, n := range r.Notices {
		if err := s.freeLocked(n.Key); err != nil || seen[n.Key] {
			return "", pagonline.NewError(pagonline.CodeConflict).At("paymentNotices").Because(err)
		}
		seen[n.Key] = true
	}
	c := &cart{id: newToken(), serving: &sync.Mutex{}, request: r}
	s.carts[c.id] = c
	return s.base + "/pay/" + c.id, nil
}

// maxCart bounds the body of a cart: five notices of 300 characters and four addresses.
const maxCart = 64 << 10

// postCarts is POST /carts of Checkout, version 2.
func (s *Sandbox) postCarts(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Ocp-Apim-Subscription-Key") == "" && r.URL.Query().Get("subscription-key") == "" {
		problem(w, http.StatusUnauthorized, "Access denied", "missing subscription key")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCart))
	var request payment.GatewayRequest
	if err == nil {
		request, err = readCart(body)
	}
	if err != nil {
		problem(w, http.StatusBadRequest, "Invalid request", err.Error())
		return
	}
	location, err := s.Start(r.Context(), request)
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

// readCart reads a CartRequestV2.
func readCart(body []byte) (payment.GatewayRequest, error) {
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
		AllCCP bool   `json:"allCCP"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return payment.GatewayRequest{}, errors.New("not a cart in JSON")
	}
	if len(in.PaymentNotices) == 0 {
		return payment.GatewayRequest{}, errors.New("paymentNotices: missing")
	}
	out := payment.GatewayRequest{Order: in.IDCart, Email: in.EmailNotice, Return: payment.ReturnURLs(in.ReturnURLs)}
	for _, address := range []string{out.Return.OK, out.Return.Cancel, out.Return.Error, out.Return.Waiting} {
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return payment.GatewayRequest{}, errors.New("returnUrls: four absolute addresses are needed")
		}
	}
	if out.Email != "" && !payment.ValidEmail(out.Email) {
		return payment.GatewayRequest{}, errors.New("emailNotice: not an e-mail address")
	}
	for _, n := range in.PaymentNotices {
		number, err := notice.ParseSyntax(n.NoticeNumber)
		if err != nil || len(n.FiscalCode) != 11 {
			return payment.GatewayRequest{}, errors.New("paymentNotices: notice number or fiscal code")
		}
		amount, err := euro.Cents(n.Amount)
		if err != nil || amount.IsZero() {
			return payment.GatewayRequest{}, errors.New("paymentNotices: amount")
		}
		for _, text := range []string{n.CompanyName, n.Description} {
			if length := utf8.RuneCountInString(text); length == 0 || length > 140 {
				return payment.GatewayRequest{}, errors.New("paymentNotices: company name or description")
			}
		}
		out.Notices = append(out.Notices, payment.GatewayNotice{
			Key: payment.Key{Creditor: n.FiscalCode, Number: number}, Amount: amount,
			Company: n.CompanyName, Description: n.Description,
		})
	}
	return out, nil
}

// problem answers with a ProblemJson.
func problem(w http.ResponseWriter, status int, title, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{ // who hung up does not read it
		"type": "about:blank", "title": title, "status": status, "detail": detail,
	})
}
