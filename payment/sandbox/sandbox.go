// Package sandbox is a pagoPA to try things against: Checkout, where a payer chooses
// how to pay, and the node, which asks the creditor's station what is due and sends it
// the receipt. It keeps its own state, takes its clock, and speaks to the station over
// HTTP like a stranger, on the real wire protocol. No money moves.
//
// The [Sandbox] is an http.Handler with these addresses under its base URL:
//
//	POST /checkout/ec/v2/carts   Checkout, version 2: answers 302
//	GET  /pay/{cart}             the payer's pages
//
// In Go, [Payer] plays the payer on these pages; the sandbox itself is a
// [payment.Gateway] and a [payment.PSP], so that a notice can also be paid as at a
// counter. Receipts wait until [Sandbox.Flush], or [Sandbox.Run], sends them: a payer
// is back before his receipt comes, and a test is always the same.
package sandbox

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Station is where the node finds a creditor.
type Station struct {
	FiscalCode string // of the creditor
	Broker     string
	StationID  string
	URL        string // of its SOAP endpoint
}

// Config says how a sandbox behaves. The zero value of each field works.
type Config struct {
	// BaseURL is where the handler is mounted, as in "http://127.0.0.1:8080/sandbox".
	// Without it there is no Checkout: nobody could be sent to its pages.
	BaseURL string
	// Fee is what its PSP takes from the payer. Default: 1.50.
	Fee *euro.Amount
	// TokenLife is how long an attempt may take. Default: 30 minutes.
	TokenLife time.Duration
	// ReceiptDelay is how long Run waits before it sends a receipt. Default: a second.
	ReceiptDelay time.Duration
	// HTTPClient calls the stations. Default: one that follows no redirects.
	HTTPClient *http.Client
	// Now is the clock. Default: the system's.
	Now func() time.Time
	// Log gets what happens; no personal data. Default: nothing.
	Log *slog.Logger
}

// Sandbox is a pagoPA. It is safe for concurrent use.
type Sandbox struct {
	cfg      Config
	base     string
	stations map[string]Station
	mux      *http.ServeMux

	mu       sync.Mutex
	carts    map[string]*cart
	attempts map[string]*attempt    // by token
	running  map[payment.Key]string // token of the attempt that holds the position
	paid     map[payment.Key]bool   // positions the node knows as paid
	queue    []*delivery            // receipts to send
	parked   []*delivery            // given up after the last try
	calls    []Call
}

var (
	_ http.Handler    = (*Sandbox)(nil)
	_ payment.Gateway = (*Sandbox)(nil)
	_ payment.PSP     = (*Sandbox)(nil)
)

// New returns a sandbox that knows these stations. It copies cfg.
func New(stations []Station, cfg Config) *Sandbox {
	if cfg.Fee == nil {
		fee := euro.MustParse("1.50")
		cfg.Fee = &fee
	}
	cfg.TokenLife = cmp.Or(cfg.TokenLife, 30*time.Minute)
	cfg.ReceiptDelay = cmp.Or(cfg.ReceiptDelay, time.Second)
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Sandbox{
		cfg: cfg, base: strings.TrimRight(cfg.BaseURL, "/"), stations: map[string]Station{}, mux: http.NewServeMux(),
		carts: map[string]*cart{}, attempts: map[string]*attempt{}, running: map[payment.Key]string{}, paid: map[payment.Key]bool{},
	}
	for _, st := range stations {
		s.stations[st.FiscalCode] = st
	}
	s.mux.HandleFunc("POST /checkout/ec/v2/carts", s.postCarts)
	s.mux.HandleFunc("GET /pay/{cart}", s.accessPage)
	s.mux.HandleFunc("POST /pay/{cart}/access", s.access)
	s.mux.HandleFunc("GET /pay/{cart}/method", s.methodPage)
	s.mux.HandleFunc("POST /pay/{cart}/method", s.choose)
	s.mux.HandleFunc("GET /pay/{cart}/confirm", s.confirmPage)
	s.mux.HandleFunc("POST /pay/{cart}/confirm", s.confirm)
	return s
}

// ServeHTTP answers portals and payers. Mount it with [http.StripPrefix] where BaseURL
// has a path.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Sandbox) now() time.Time { return s.cfg.Now().UTC() }

// Call is one message that the node sent to a station.
type Call struct {
	Operation string // as in "paGetPaymentV2"
	Outcome   string // "OK", "KO", or "" where there was no answer to speak of
	Fault     string // of a KO, as in "PAA_PAGAMENTO_DUPLICATO"
	At        time.Time
}

// Calls returns the messages that the node has sent so far, in their order.
func (s *Sandbox) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// newToken returns 32 hex digits, as the node's tokens are.
func newToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return hex.EncodeToString(b[:])
}
