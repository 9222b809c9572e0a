package sandbox_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/checkout"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/gatewaytest"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/psptest"
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
	down    bool   // the station answers 503
	garble  string // the station answers this instead
}

func newTown(t *testing.T) *town {
	t.Helper()
	c := &town{t: t, store: &memory.Store{}, now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)} // a Friday
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
			handler.ServeHTTP(w, r)
		}
	})
	c.sandbox = sandbox.New([]sandbox.Station{{FiscalCode: creditor, Broker: "broker", StationID: "station", URL: server.URL + "/station"}},
		sandbox.Config{BaseURL: server.URL + "/sandbox/", Now: clock, HTTPClient: server.Client()})
	mux.Handle("/sandbox/", http.StripPrefix("/sandbox", c.sandbox))
	return c
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

func TestWalk(t *testing.T) {
	for choice, want := range map[sandbox.Choice]struct {
		to   string
		paid bool
	}{
		sandbox.Pay:     {"https://portal.example/ok", true},
		sandbox.Refuse:  {"https://portal.example/error", false},
		sandbox.Leave:   {"https://portal.example/cancel", false},
		sandbox.Abandon: {"", false},
	} {
		c := newTown(t)
		a, b := c.open(price), c.open(euro.MustParse("0.15"))
		order := c.order(a.Key, b.Key)
		to, err := sandbox.Payer{}.Visit(t.Context(), order.Location, choice)
		require.NoError(t, err)
		require.Equal(t, want.to, to)
		require.Empty(t, c.receipts(a.Key), "the receipt comes after the payer's return")
		require.NoError(t, c.sandbox.Flush(t.Context()))
		calls := []string{"paGetPaymentV2 OK", "paGetPaymentV2 OK"}
		if want.paid {
			calls = append(calls, "paSendRTV2 OK", "paSendRTV2 OK")
		}
		require.Equal(t, calls, c.calls())
		for _, k := range []payment.Key{a.Key, b.Key} {
			require.Equal(t, want.paid, len(c.receipts(k)) == 1)
		}
		if !want.paid {
			continue
		}
		rt := c.receipts(a.Key)[0]
		require.Equal(t, order.ID, rt.Note)
		require.Equal(t, "1.50", rt.Fee.String())
		require.Equal(t, "CP", rt.Method)
		require.Equal(t, c.now, rt.PaidAt)
		require.Equal(t, "2026-11-23", rt.TransferOn.String(), "the Monday after")
		again, err := sandbox.Payer{}.Visit(t.Context(), order.Location, sandbox.Pay)
		require.NoError(t, err)
		require.Equal(t, want.to, again, "who comes again is sent back")
	}
}

func TestPayerWithEmail(t *testing.T) {
	c := newTown(t)
	order := c.order(c.open(price).Key)
	_, err := sandbox.Payer{Email: "not an address"}.Visit(t.Context(), order.Location, sandbox.Pay)
	require.ErrorContains(t, err, "page answers 200", "the page asks again")
	to, err := sandbox.Payer{Email: "mario.rossi@example.org", Method: "PPAL", HTTPClient: http.DefaultClient}.Visit(t.Context(), order.Location, sandbox.Pay)
	require.NoError(t, err)
	require.Equal(t, "https://portal.example/ok", to)
}

func TestPages(t *testing.T) {
	c := newTown(t)
	order := c.order(c.open(price).Key)
	client := &http.Client{}
	get := func(path string) string {
		resp, err := client.Get(order.Location + path)
		require.NoError(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Contains(t, string(body), "FAC-SIMILE – NON PAGABILE")
		require.Contains(t, string(body), `<html lang="it">`)
		return string(body)
	}
	require.Contains(t, get(""), "Entra con la tua email")
	require.Contains(t, get("/method"), "Entra con SPID", "first things first")
	require.Contains(t, get("/confirm"), "Entra con SPID")
	resp, err := client.PostForm(order.Location+"/access", url.Values{"with": {"spid"}})
	require.NoError(t, err)
	resp.Body.Close()
	require.Contains(t, get("/method"), "Carta di credito o debito")
	require.Contains(t, get("/confirm"), "Come vuoi pagare?")
	resp, err = client.PostForm(order.Location+"/method", url.Values{"method": {"<script>"}})
	require.NoError(t, err)
	resp.Body.Close()
	page := get("/confirm?method=<script>")
	require.Contains(t, page, "Commissione del gestore: 1,50 €")
	require.NotContains(t, page, "<script>")
	resp, err = client.PostForm(order.Location+"/method", url.Values{})
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, []string{"paGetPaymentV2 OK"}, c.calls(), "a second click activates nothing")
	resp, err = client.Get(c.base + "/sandbox/pay/none")
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
}

// TestNoticeThatIsPaidMeanwhile: the payer is sent back, and the other notices of the
// cart are free again.
func TestNoticeThatIsPaidMeanwhile(t *testing.T) {
	c := newTown(t)
	a, b := c.open(price), c.open(price)
	order := c.order(a.Key, b.Key)
	require.NoError(t, c.cashier.Withdraw(t.Context(), b.Key))
	to, err := sandbox.Payer{}.Visit(t.Context(), order.Location, sandbox.Pay)
	require.NoError(t, err)
	require.Equal(t, "https://portal.example/error", to)
	require.Equal(t, []string{"paGetPaymentV2 OK", "paGetPaymentV2 KO PAA_PAGAMENTO_ANNULLATO"}, c.calls())
	_, err = c.sandbox.Activate(t.Context(), a.Key, price)
	require.NoError(t, err)
}

// TestConfirmAfterTheTokensLife: at Checkout the money goes back, and no receipt comes.
func TestConfirmAfterTheTokensLife(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	order := c.order(p.Key)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	post := func(page string, form url.Values) *http.Response {
		resp, err := client.PostForm(order.Location+page, form)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp
	}
	post("/access", url.Values{"with": {"spid"}})
	post("/method", url.Values{"method": {"CP"}})
	c.now = c.now.Add(31 * time.Minute)
	require.Equal(t, "https://portal.example/error", post("/confirm", url.Values{"do": {"pay"}}).Header.Get("Location"))
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Empty(t, c.receipts(p.Key))
}

func TestReceiptsAreSentAgain(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	a, err := c.sandbox.Activate(t.Context(), p.Key, price)
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true}))
	c.down = true
	require.Error(t, c.sandbox.Flush(t.Context()))
	c.down, c.garble = false, "<html>busy</html>"
	require.Error(t, c.sandbox.Flush(t.Context()))
	queued, parked := c.sandbox.Waiting()
	require.Equal(t, []int{1, 0}, []int{queued, parked})
	c.garble = ""
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Len(t, c.receipts(p.Key), 1)
	require.Equal(t, []string{"paGetPaymentV2 OK", "paSendRTV2", "paSendRTV2", "paSendRTV2 OK"}, c.calls())
	require.NoError(t, c.sandbox.Flush(t.Context()), "nothing is left")

	other, err := c.sandbox.Activate(t.Context(), c.open(price).Key, price)
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Settle(t.Context(), other.Token, payment.Outcome{Paid: true}))
	c.down = true
	for range 48 {
		require.Error(t, c.sandbox.Flush(t.Context()))
	}
	queued, parked = c.sandbox.Waiting()
	require.Equal(t, []int{0, 1}, []int{queued, parked}, "48 tries, then it is parked")
}

// TestRun: receipts go out by themselves when they are due, and a KO is final.
func TestRun(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	a, err := c.sandbox.Activate(t.Context(), p.Key, price)
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true}))
	c.now = c.now.Add(time.Second)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- c.sandbox.Run(ctx) }()
	require.Eventually(t, func() bool { return len(c.receipts(p.Key)) == 1 }, 5*time.Second, 10*time.Millisecond)
	cancel()
	require.NoError(t, <-done)
}

func TestTokenThatExpired(t *testing.T) {
	c := newTown(t)
	paid := payment.Outcome{Paid: true}
	p := c.open(price)
	late, err := c.sandbox.Activate(t.Context(), p.Key, price)
	require.NoError(t, err)
	c.now = late.Expires
	err = c.sandbox.Settle(t.Context(), late.Token, paid)
	require.ErrorContains(t, err, "PPT_TOKEN_SCADUTO")
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Len(t, c.receipts(p.Key), 1, "the money was taken, so the receipt comes")

	q := c.open(price)
	first, err := c.sandbox.Activate(t.Context(), q.Key, price)
	require.NoError(t, err)
	c.now = first.Expires
	second, err := c.sandbox.Activate(t.Context(), q.Key, price)
	require.NoError(t, err, "the first one's time is over")
	err = c.sandbox.Settle(t.Context(), first.Token, paid)
	require.ErrorIs(t, err, payment.ErrPaid, "a rival holds the position")
	require.NoError(t, c.sandbox.Settle(t.Context(), second.Token, paid))

	r := c.open(price)
	refused, err := c.sandbox.Activate(t.Context(), r.Key, price)
	require.NoError(t, err)
	c.now = refused.Expires
	require.ErrorContains(t, c.sandbox.Settle(t.Context(), refused.Token, payment.Outcome{}), "PPT_TOKEN_SCADUTO_KO")
}

// TestTheNodeChecksTheStation: what it cannot make sense of is an error of the station.
func TestTheNodeChecksTheStation(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	answer := func(operation, data string) string {
		return `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><e:Body><p:` +
			operation + `><outcome>OK</outcome>` + data + `</p:` + operation + `></e:Body></e:Envelope>`
	}
	sum := `<data><creditorReferenceId>01000000000000144</creditorReferenceId><paymentAmount>12.50</paymentAmount><dueDate>2026-12-20</dueDate>
		<description>d</description><companyName>c</companyName><debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType>
		<entityUniqueIdentifierValue>ANONIMO</entityUniqueIdentifierValue></uniqueIdentifier><fullName>n</fullName></debtor><transferList><transfer>
		<idTransfer>1</idTransfer><transferAmount>13.00</transferAmount><fiscalCodePA>99999000013</fiscalCodePA>CHOICE
		<remittanceInformation>r</remittanceInformation><transferCategory>c</transferCategory></transfer></transferList></data>`
	for name, garble := range map[string]string{
		"not SOAP":          "<html/>",
		"no data":           answer("paGetPaymentV2Response", ""),
		"another operation": answer("paVerifyPaymentNoticeRes", ""),
		"sum":               answer("paGetPaymentV2Response", strings.Replace(sum, "CHOICE", "<IBAN>IT60X0542811101000000123456</IBAN>", 1)),
		"too long":          strings.Repeat(" ", 2<<20),
	} {
		c.garble = garble
		_, err := c.sandbox.Activate(t.Context(), p.Key, price)
		require.ErrorContains(t, err, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", name)
		require.ErrorIs(t, err, pagonline.ErrUnavailable, name)
	}
	c.garble = answer("paVerifyPaymentNoticeRes", "")
	_, err := c.sandbox.Verify(t.Context(), p.Key)
	require.ErrorContains(t, err, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE")
	stamp := `<richiestaMarcaDaBollo><hashDocumento>aGFzaA==</hashDocumento><tipoBollo>01</tipoBollo><provinciaResidenza>LI</provinciaResidenza></richiestaMarcaDaBollo>`
	c.garble = answer("paGetPaymentV2Response", strings.NewReplacer("CHOICE", stamp, "13.00", "12.50").Replace(sum))
	_, err = c.sandbox.Activate(t.Context(), p.Key, price)
	require.ErrorContains(t, err, "PPT_SEMANTICA", "its PSP sells no stamps")

	c.garble = ""
	other := p.Key
	other.Creditor = "00000000000"
	_, err = c.sandbox.Verify(t.Context(), other)
	require.ErrorIs(t, err, payment.ErrUnknown)
	lost := sandbox.New([]sandbox.Station{{FiscalCode: creditor, URL: "http://127.0.0.1:1"}}, sandbox.Config{})
	_, err = lost.Verify(t.Context(), p.Key)
	require.ErrorContains(t, err, "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE")
	_, err = lost.Start(t.Context(), payment.GatewayRequest{})
	require.Error(t, err, "nobody can be sent to a sandbox without an address")
	bad := sandbox.New([]sandbox.Station{{FiscalCode: creditor, URL: "://"}}, sandbox.Config{})
	_, err = bad.Verify(t.Context(), p.Key)
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
	var fault *sandbox.NodeError
	require.ErrorAs(t, c.sandbox.Settle(t.Context(), "none", payment.Outcome{}), &fault)
	require.Equal(t, "PPT_TOKEN_SCONOSCIUTO", fault.Code)
}

func TestPostCarts(t *testing.T) {
	c := newTown(t)
	good := `{"paymentNotices":[{"noticeNumber":"301000000000000144","fiscalCode":"99999000013","amount":1250,"companyName":"c","description":"d"}],
		"returnUrls":{"returnOkUrl":"https://a.example","returnCancelUrl":"https://a.example","returnErrorUrl":"https://a.example","returnWaitingUrl":"https://a.example"}}`
	post := func(body, key string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.base+"/sandbox/checkout/ec/v2/carts", strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Ocp-Apim-Subscription-Key", key)
		resp, err := http.DefaultTransport.RoundTrip(req)
		require.NoError(t, err)
		defer resp.Body.Close()
		said, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(said)
	}
	status, _ := post(good, "key")
	require.Equal(t, http.StatusFound, status)
	status, _ = post(good, "")
	require.Equal(t, http.StatusUnauthorized, status)
	edit := func(old, with string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, with, 1)
	}
	for _, body := range []string{
		"", "[]", `{}`, edit("301000000000000144", "30"), edit("99999000013", "9"), edit("1250", "0"), edit("1250", "1.5"),
		edit(`"companyName":"c"`, `"companyName":""`), edit(`"d"`, `"`+strings.Repeat("d", 141)+`"`), edit("https://a.example", "a.example"),
		edit("https://a.example", "javascript://a.example"), edit(`{"payment`, `{"emailNotice":"x","payment`), strings.Repeat(" ", 65<<10) + good,
	} {
		status, said := post(body, "key")
		require.Equal(t, http.StatusBadRequest, status, "%.80s", body)
		require.Contains(t, said, `"title":"Invalid request"`)
	}
	one := good[len(`{"paymentNotices":[`):strings.Index(good, "]")]
	status, said := post(edit(one, strings.TrimSuffix(strings.Repeat(one+",", 6), ",")), "key")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Contains(t, said, "Multiple payment notices not processable")
	status, said = post(edit(one, one+","+one), "key")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Contains(t, said, "Invalid payment info")
}

func gatewayFixture(t *testing.T, pick func(*town) payment.Gateway) gatewaytest.Fixture {
	t.Helper()
	c := newTown(t)
	gone := c.open(price)
	a, err := c.sandbox.Activate(t.Context(), gone.Key, price)
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true}))
	entry := func(p payment.Position) payment.GatewayNotice {
		return payment.GatewayNotice{Key: p.Key, Amount: p.Amount(), Company: p.Company, Description: "d"}
	}
	var open []payment.GatewayNotice
	for range 6 {
		open = append(open, entry(c.open(price)))
	}
	return gatewaytest.Fixture{
		Gateway: pick(c), Unpayable: entry(gone), Notices: func(n int) []payment.GatewayNotice { return open[:n] },
	}
}

func TestGateway(t *testing.T) {
	gatewaytest.Run(t, func(t *testing.T) gatewaytest.Fixture {
		return gatewayFixture(t, func(c *town) payment.Gateway { return c.sandbox })
	})
}

// TestCheckoutAgainstSandbox: client and sandbox keep the contract together, over HTTP.
func TestCheckoutAgainstSandbox(t *testing.T) {
	gatewaytest.Run(t, func(t *testing.T) gatewaytest.Fixture {
		return gatewayFixture(t, func(c *town) payment.Gateway { return c.client })
	})
}

func TestPSP(t *testing.T) {
	psptest.Run(t, func(t *testing.T) psptest.Fixture {
		c := newTown(t)
		withdrawn := c.open(price)
		require.NoError(t, c.cashier.Withdraw(t.Context(), withdrawn.Key))
		return psptest.Fixture{
			PSP:       c.sandbox,
			Open:      func(_ *testing.T, amount euro.Amount) payment.Key { return c.open(amount).Key },
			Unknown:   payment.Key{Creditor: creditor, Number: notice.MustParse("399000000000001976")},
			Withdrawn: withdrawn.Key,
			Receipts: func(t *testing.T, k payment.Key) (ids []string) {
				require.NoError(t, c.sandbox.Flush(t.Context()))
				for _, rt := range c.receipts(k) {
					ids = append(ids, rt.ReceiptID)
				}
				return ids
			},
		}
	})
}

// TestCashierPaysAtTheCounter: through the sandbox as a PSP.
func TestCashierPaysAtTheCounter(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	a, err := c.cashier.Pay(t.Context(), c.sandbox, p.Key, payment.Outcome{Paid: true, Method: "CP", Fee: euro.MustParse("1.50")})
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Equal(t, a.Token, c.receipts(p.Key)[0].ReceiptID)
	require.Equal(t, []string{"paVerifyPaymentNotice OK", "paGetPaymentV2 OK", "paSendRTV2 OK"}, c.calls())
}

func TestPayerErrors(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := sandbox.Payer{}.Visit(ended, "http://127.0.0.1:1/", sandbox.Pay)
	require.ErrorIs(t, err, context.Canceled)
	_, err = sandbox.Payer{}.Visit(t.Context(), "://", sandbox.Pay)
	require.Error(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.Redirect(w, r, "http://"+r.Host+"/more", http.StatusSeeOther)
		}
	}))
	defer server.Close()
	_, err = sandbox.Payer{}.Visit(t.Context(), server.URL, sandbox.Pay)
	require.ErrorContains(t, err, "did not end")
	require.NotErrorIs(t, err, context.Canceled)
}
