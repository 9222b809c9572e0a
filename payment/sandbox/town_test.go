package sandbox_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/checkout"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
)

const creditor = "99999000013"

// town is a creditor with its station, and a sandbox, all on one listener.
type town struct {
	t       *testing.T
	store   *memory.Store
	cashier *payment.Cashier
	sandbox *sandbox.Sandbox
	client  *checkout.Client
	base    string
	now     time.Time

	publisher payment.Publisher // in the asynchronous mode
	down      bool              // the station answers 503
	garble    string            // the station answers this instead

	witnessed sync.Mutex
	acked     map[string]bool   // the ids of the receipts that the station has answered OK
	answers   map[string]string // of the station to receipts, by what it was sent
}

// plan is what may differ from town to town.
type plan struct {
	stations []sandbox.Station
	config   sandbox.Config
}

func newTown(t *testing.T, changes ...func(*plan)) *town {
	t.Helper()
	c := &town{t: t, store: &memory.Store{}, now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), // a Friday
		acked: map[string]bool{}, answers: map[string]string{}}
	clock := func() time.Time { return c.now }
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	c.base = server.URL
	var err error
	c.client, err = checkout.New("key", checkout.Config{BaseURL: server.URL + "/sandbox", HTTPClient: server.Client()})
	require.NoError(t, err)
	c.cashier = payment.NewCashier(c.store, payment.Config{Now: clock, Gateway: c.client})
	handler := station.New(c.cashier, []station.Creditor{{FiscalCode: creditor, Broker: "broker", Station: "station"}}, station.Config{})
	mux.HandleFunc("/station", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case c.down:
			http.Error(w, "down", http.StatusServiceUnavailable)
		case c.garble != "":
			_, _ = io.WriteString(w, c.garble)
		default:
			c.witness(handler, w, r)
		}
	})
	p := plan{
		stations: []sandbox.Station{{FiscalCode: creditor, Broker: "broker", StationID: "station", URL: server.URL + "/station"}},
		config:   sandbox.Config{BaseURL: server.URL + "/sandbox/", Now: clock, HTTPClient: server.Client()},
	}
	for _, change := range changes {
		change(&p)
	}
	c.sandbox = sandbox.New(p.stations, p.config)
	mux.Handle("/sandbox/", http.StripPrefix("/sandbox", c.sandbox))
	return c
}

// witness passes a call on and notes what was answered to a receipt. The same receipt, once
// it is answered OK, must have the same answer ever after.
func (c *town) witness(to http.Handler, w http.ResponseWriter, r *http.Request) {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	said := httptest.NewRecorder()
	to.ServeHTTP(said, r)
	maps.Copy(w.Header(), said.Header())
	w.WriteHeader(said.Code)
	_, _ = w.Write(said.Body.Bytes())

	in, err := wire.DecodeRequest(sent)
	if err != nil || in.Operation != wire.SendRT && in.Operation != wire.SendRTV1 {
		return
	}
	c.witnessed.Lock()
	defer c.witnessed.Unlock()
	if before, again := c.answers[string(sent)]; again && said.Code == http.StatusOK && before != said.Body.String() {
		c.t.Errorf("I2: the same receipt was answered %s, and then %s", before, said.Body)
	}
	if out, err := wire.DecodeResponse(said.Body.Bytes(), in.Operation); err == nil && out.Fault == nil {
		c.acked[in.RT.ReceiptID], c.answers[string(sent)] = true, said.Body.String()
	}
}

func (c *town) open(amount euro.Amount) payment.Position {
	c.t.Helper()
	p, err := c.cashier.Open(c.t.Context(), payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: creditor, Name: "Ente creditore di prova", Segregation: 1},
		Office:   "Archivio di Stato di Livorno",
		Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
		Wire:     causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno"},
		Terms: payment.Terms{Transfers: []payment.Transfer{{
			Amount: amount, Creditor: creditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
		}}},
	})
	require.NoError(c.t, err)
	return p
}

func (c *town) receipts(k payment.Key) []payment.RT {
	c.t.Helper()
	rts, err := c.store.RTs().ByPosition(c.t.Context(), k)
	require.NoError(c.t, err)
	return rts
}

func (c *town) calls() (calls []string) {
	for _, call := range c.sandbox.Calls() {
		calls = append(calls, strings.TrimSpace(call.Operation+" "+call.Outcome+" "+call.Fault))
	}
	return calls
}

var price = euro.MustParse("12.50")

func back(string) payment.ReturnURLs {
	return payment.ReturnURLs{OK: "https://portal.example/ok", Cancel: "https://portal.example/cancel", Error: "https://portal.example/error", Waiting: "https://portal.example/waiting"}
}

func (c *town) order(keys ...payment.Key) payment.Order {
	c.t.Helper()
	o, err := c.cashier.Send(c.t.Context(), payment.OrderRequest{Positions: keys, Email: "mario.rossi@example.org"}, back)
	require.NoError(c.t, err)
	require.True(c.t, strings.HasPrefix(o.Location, c.base+"/sandbox/pay/"), o.Location)
	return o
}

// script posts a fault to the sandbox.
func (c *town) script(fault string) {
	c.t.Helper()
	status, said := c.post("/faults", fault)
	require.Equal(c.t, http.StatusCreated, status, said)
}

// advance puts the sandbox's clock forward; what is due is sent.
func (c *town) advance(by string) {
	c.t.Helper()
	status, said := c.post("/clock", `{"advance":"`+by+`"}`)
	require.Equal(c.t, http.StatusOK, status, said)
}

// post sends JSON to an address of the sandbox.
func (c *town) post(path, body string) (status int, said string) {
	c.t.Helper()
	return c.send(http.MethodPost, path, body)
}

func (c *town) send(method, path, body string) (status int, said string) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+"/sandbox"+path, strings.NewReader(body))
	require.NoError(c.t, err)
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(c.t, err)
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	return resp.StatusCode, string(all)
}

// pay pays a notice at a counter; its receipt waits.
func (c *town) pay(k payment.Key) (token string) {
	c.t.Helper()
	a, err := c.sandbox.Activate(c.t.Context(), k, price)
	require.NoError(c.t, err)
	require.NoError(c.t, c.sandbox.Settle(c.t.Context(), a.Token, payment.Outcome{Paid: true}))
	return a.Token
}

// sent are the calls that carried receipts.
func (c *town) sent() (calls []string) {
	for _, call := range c.calls() {
		if strings.HasPrefix(call, "paSendRT") {
			calls = append(calls, call)
		}
	}
	return calls
}

// node is another node before the same station.
func (c *town) node() *sandbox.Sandbox {
	return sandbox.New([]sandbox.Station{{FiscalCode: creditor, Broker: "broker", StationID: "station", URL: c.base + "/station"}},
		sandbox.Config{Now: func() time.Time { return c.now }})
}
