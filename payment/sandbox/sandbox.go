// Package sandbox is a pagoPA to try things against: Checkout, where a payer chooses
// how to pay, and the node, which asks the creditor's station what is due and sends it
// the receipt. It keeps its own state, takes its clock, and speaks to the station over
// HTTP like a stranger, on the real wire protocol. No money moves.
//
// The [Sandbox] is an http.Handler with these addresses under its base URL:
//
//	POST /checkout/ec/v1/carts          Checkout, version 1: answers 302
//	POST /checkout/ec/v2/carts          the same, version 2, with a returnWaitingUrl
//	GET  /pay/{cart}                    the payer's pages
//	POST /node-for-psp/v1               the node, for PSPs (SOAP)
//	     /gpd/debt-positions-service/   debt positions
//	     /aca/debt-positions-service/   the same for ACA
//	     /bizevents/                    receipts, once more
//	     /fdr-org/                      reporting flows: none yet
//	GET  /                              what it knows: a page, or JSON to who accepts that
//	POST /faults                        {"notice","call","fault"}: see below
//	GET  /faults, DELETE /faults        the faults to come, and which there are; no more of them
//	POST /clock                         {"advance":"30m"}
//	POST /restart                       sends again the receipts that were given up
//
// In Go, [Payer] plays the payer on the pages; the sandbox itself is a
// [payment.Gateway] and a [payment.PSP], so that a notice can also be paid as at a
// counter. Receipts wait until [Sandbox.Flush], or [Sandbox.Run], sends them: a payer
// is back before his receipt comes, and a test is always the same. [Sandbox.Transport]
// serves all of it without a socket.
//
// # Who answers
//
// A notice that is in the sandbox's GPD is answered from there; any other by the station
// of its creditor, whose answers the node checks: the schema, the sum of the transfers,
// the accounts. What is wrong is PPT_STAZIONE_INT_PA_ERRORE_RESPONSE to the payer's
// PSP, or PPT_IBAN_NON_CENSITO. Receipts go to the station that was asked, and to those
// with [Station.Broadcast] of all beneficiaries.
//
// Checkout refuses a cart (422) with a notice that is paid or being paid, or of a creditor
// without a station here. Unlike pagoPA's it does not ask the station before the payer
// comes: a notice that the creditor does not know is refused on the page.
//
// # Faults
//
// [Sandbox.Script] has things go wrong, each once: at the next occasion, or at the one
// that is counted out, of a notice or of any. The occasions are payments, visits to the
// payment page, calls of the node to a station, and requests to the services.
//
//	lost                   a payment: the receipt is not sent until it is asked for
//	duplicated             … is sent twice
//	late                   … comes a day later
//	reordered              … comes after the next one, at most a day later
//	altered                … is followed by another with its id and one cent more, or less
//	second_payment         … another PSP takes the same notice's money as well
//	expired_token          … ends after its token's life: PPT_TOKEN_SCADUTO, and a receipt
//	                       all the same; at Checkout the money goes back, and there is none
//	paid_after_waiting     a visit: the payer comes back by the waiting address, paid later
//	refused_after_waiting  … the same, and then it is not paid
//	closed_browser         … is paid, and the payer does not come back
//	stand_in               a call: for an hour ACA answers in place of the station
//	station_down           … for an hour the station cannot be reached
//	malformed              a request: it is carried out, and the answer is cut off
//	slow                   … and the answer comes late, see [Config.SlowAnswer]
//	429, 500               … it is not, and the answer is this status with a problem in JSON
//
// The same script on the same clock gives the same trace; with a [Config.Seed], the same
// tokens too.
package sandbox

import (
	"cmp"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// Station is where the node finds a creditor. Of several stations of one creditor the
// first is asked what is due.
type Station struct {
	FiscalCode string // of the creditor
	Broker     string
	StationID  string
	URL        string // of its SOAP endpoint
	// Handler, if not nil, takes the calls in this process, in place of URL.
	Handler http.Handler
	// V1 says that the station speaks paGetPayment and paSendRT, not their second
	// versions.
	V1 bool
	// Broadcast says that the station gets the receipts of all payments that its
	// creditor has a share in, whoever issued the notice.
	Broadcast bool
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
	// PSPs may call the node over SOAP. Default: [DefaultPSP].
	PSPs []PSP
	// IBANs are the accounts that each creditor, by its fiscal code, has registered.
	// Default: every account is, if its check digits are right.
	IBANs map[string][]string
	// SellStamp makes the digital stamp (MBDAttachment) that the sandbox's own PSP
	// sells, as the package stamptest does; at is now. Default: it sells none, and
	// refuses notices that ask for one.
	SellStamp func(want payment.Stamp, price euro.Amount, at time.Time) ([]byte, error)
	// SlowAnswer is how long, in real time, the fault "slow" lasts. Default: a minute.
	SlowAnswer time.Duration
	// Seed makes the tokens the same each time. Default: they are random, so that a
	// station that remembers them may meet another sandbox.
	Seed string
	// HTTPClient calls the stations. Default: one that follows no redirects.
	HTTPClient *http.Client
	// Now is the clock that [Sandbox.Advance] puts forward. Default: the system's.
	Now func() time.Time
	// Log gets what happens; no personal data. Default: nothing.
	Log *slog.Logger
}

// Sandbox is a pagoPA. It is safe for concurrent use.
type Sandbox struct {
	cfg      Config
	base     string
	stations []Station
	mux      *http.ServeMux
	ahead    atomic.Int64  // of Config.Now, in nanoseconds
	sending  chan struct{} // holds a token while receipts are sent

	mu       sync.Mutex
	tokens   uint64 // given out so far
	carts    map[string]*cart
	attempts map[string]*attempt    // by token
	running  map[payment.Key]string // token of the attempt that holds the position
	paid     map[payment.Key]bool   // positions the node knows as paid
	pending  []pending              // outcomes that payers wait for
	queue    []*delivery            // receipts to send
	parked   []*delivery            // given up after the last try, or lost
	receipts []wire.Request         // all that were made, once each, for who asks again
	calls    []Call
	rules    []Rule
	outages  []outage
	desk     pspDesk
	gpd, aca debtBook
	used     map[string][]time.Time // by service and key, for the rates
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
	cfg.SlowAnswer = cmp.Or(cfg.SlowAnswer, time.Minute)
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
		cfg: cfg, base: strings.TrimRight(cfg.BaseURL, "/"), stations: append([]Station(nil), stations...), mux: http.NewServeMux(),
		carts: map[string]*cart{}, attempts: map[string]*attempt{}, running: map[payment.Key]string{}, paid: map[payment.Key]bool{},
		desk: newPSPDesk(cfg.PSPs), sending: make(chan struct{}, 1),
	}
	s.mux.HandleFunc("POST /checkout/ec/v1/carts", s.postCarts(1))
	s.mux.HandleFunc("POST /checkout/ec/v2/carts", s.postCarts(2))
	s.mux.HandleFunc("GET /pay/{cart}", s.accessPage)
	s.mux.HandleFunc("POST /pay/{cart}/access", s.access)
	s.mux.HandleFunc("GET /pay/{cart}/method", s.methodPage)
	s.mux.HandleFunc("POST /pay/{cart}/method", s.choose)
	s.mux.HandleFunc("GET /pay/{cart}/confirm", s.confirmPage)
	s.mux.HandleFunc("POST /pay/{cart}/confirm", s.confirm)
	s.controlRoutes(s.mux)
	s.nodeForPSPRoutes(s.mux)
	s.gpdRoutes(s.mux)
	return s
}

// ServeHTTP answers portals, payers and PSPs. Mount it with [http.StripPrefix] where
// BaseURL has a path.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.disturbed(w, r) {
		s.mux.ServeHTTP(w, r)
	}
}

// station returns the station that is asked for a creditor.
func (s *Sandbox) station(creditor string) (Station, bool) {
	for _, st := range s.stations {
		if st.FiscalCode == creditor {
			return st, true
		}
	}
	return Station{}, false
}
