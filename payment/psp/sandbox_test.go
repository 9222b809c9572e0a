package psp_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/psp"
	"github.com/pagonline/pagonline/payment/psptest"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// town is a creditor with its station, and a node, on one listener, over HTTP.
type town struct {
	t       *testing.T
	store   *memory.Store
	cashier *payment.Cashier
	sandbox *sandbox.Sandbox
	url     string // of the node

	mu   sync.Mutex
	now  time.Time
	lose int // so many answers of the node are carried out and then lost
}

func newTown(t *testing.T) *town {
	t.Helper()
	c := &town{t: t, store: &memory.Store{}, now: friday}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	c.url = server.URL + "/node-for-psp/v1"
	c.cashier = payment.NewCashier(c.store, payment.Config{Now: c.clock})
	mux.Handle("/station", station.New(c.cashier, []station.Creditor{{FiscalCode: key.Creditor, Broker: "broker", Station: "station"}}, station.Config{}))
	c.sandbox = sandbox.New([]sandbox.Station{{FiscalCode: key.Creditor, Broker: "broker", StationID: "station", URL: server.URL + "/station"}},
		sandbox.Config{Now: c.clock})
	mux.HandleFunc("/node-for-psp/v1", func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		lose := c.lose > 0
		if lose {
			c.lose--
		}
		c.mu.Unlock()
		if lose {
			c.sandbox.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		c.sandbox.ServeHTTP(w, r)
	})
	return c
}

func (c *town) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *town) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// loseNext has the node carry out so many calls and lose the answers.
func (c *town) loseNext(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lose = n
}

// client returns a PSP that does not wait between tries.
func (c *town) client(cfg psp.Config) *psp.Client {
	c.t.Helper()
	cfg.URL, cfg.Now = c.url, c.clock
	cfg.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	d := sandbox.DefaultPSP()
	client, err := psp.New(psp.Identity{ID: d.ID, Broker: d.Broker, Channel: d.Channel, Password: d.Password}, cfg)
	require.NoError(c.t, err)
	return client
}

func (c *town) open(amount euro.Amount) payment.Key {
	c.t.Helper()
	p, err := c.cashier.Open(c.t.Context(), payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: key.Creditor, Name: "Ente creditore di prova", Segregation: 1},
		Office:   "Archivio di Stato di Livorno",
		Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
		Wire:     causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno"},
		Terms: payment.Terms{Transfers: []payment.Transfer{{
			Amount: amount, Creditor: key.Creditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
		}}},
	})
	require.NoError(c.t, err)
	return p.Key
}

func (c *town) receipts(k payment.Key) []payment.RT {
	c.t.Helper()
	require.NoError(c.t, c.sandbox.Flush(c.t.Context()))
	rts, err := c.store.RTs().ByPosition(c.t.Context(), k)
	require.NoError(c.t, err)
	return rts
}

// TestPSP runs the contract over HTTP, in both versions of the messages.
func TestPSP(t *testing.T) {
	for name, cfg := range map[string]psp.Config{"V1": {V1: true}, "V2": {}} {
		t.Run(name, func(t *testing.T) {
			psptest.Run(t, func(t *testing.T) psptest.Fixture {
				c := newTown(t)
				withdrawn := c.open(price)
				require.NoError(t, c.cashier.Withdraw(t.Context(), withdrawn))
				return psptest.Fixture{
					PSP:       c.client(cfg),
					Open:      func(_ *testing.T, amount euro.Amount) payment.Key { return c.open(amount) },
					Unknown:   payment.Key{Creditor: key.Creditor, Number: notice.MustParse("399000000000001976")},
					Withdrawn: withdrawn,
					Receipts: func(_ *testing.T, k payment.Key) (ids []string) {
						for _, rt := range c.receipts(k) {
							ids = append(ids, rt.ReceiptID)
						}
						return ids
					},
				}
			})
		})
	}
}

// TestCashierPays: a cashier pays a notice at the counter of a PSP over SOAP.
func TestCashierPays(t *testing.T) {
	c := newTown(t)
	k := c.open(price)
	payer := payment.Subject{Kind: payment.Natural, Code: "RSSMRA80A01H501U", Name: "Mario Rossi"}
	a, err := c.cashier.Pay(t.Context(), c.client(psp.Config{}), k, payment.Outcome{Paid: true, Method: "CP", Fee: euro.MustParse("1.50"), Payer: &payer})
	require.NoError(t, err)
	rts := c.receipts(k)
	require.Len(t, rts, 1)
	rt := rts[0]
	require.Equal(t, a.Token, rt.ReceiptID)
	require.Equal(t, payment.PSPInfo{
		ID: "PSPPROVA", FiscalCode: "00000000000", Company: "PSP di prova", Channel: "00000000000_01", ChannelDescription: "other",
	}, rt.PSP)
	require.Equal(t, []string{"creditCard", "1.50", "2026-11-20", "2026-11-23"}, []string{rt.Method, rt.Fee.String(), rt.AppliedOn.String(), rt.TransferOn.String()})
	require.Equal(t, &payer, rt.Payer)
	p, err := c.store.Positions().Get(t.Context(), k)
	require.NoError(t, err)
	require.Equal(t, payment.Paid, p.Status)
}

// TestLostAnswers: the node has carried the outcome out, and its answer is lost, twice;
// there is one receipt, and the PSP knows.
func TestLostAnswers(t *testing.T) {
	c := newTown(t)
	client, k := c.client(psp.Config{}), c.open(price)
	a, err := client.Activate(t.Context(), k, price)
	require.NoError(t, err)
	c.loseNext(2)
	require.NoError(t, client.Settle(t.Context(), a.Token, paid))
	require.Len(t, c.receipts(k), 1)

	c.loseNext(5)
	k = c.open(price)
	a, err = client.Activate(t.Context(), k, price)
	var lost *psp.Error
	require.ErrorAs(t, err, &lost)
	require.Empty(t, a.Token)
	_, err = client.Activate(t.Context(), k, price)
	require.ErrorAs(t, err, &lost, "lost too")
	c.loseNext(0)
	_, err = client.Activate(t.Context(), k, price)
	require.ErrorIs(t, err, payment.ErrInCharge, "the first call has taken the notice")

	k = c.open(price)
	c.loseNext(1)
	_, err = client.Activate(t.Context(), k, price)
	require.ErrorAs(t, err, &lost)
	again, err := client.ActivateNotice(t.Context(), psp.Activation{Key: k, Amount: price, IdempotencyKey: lost.IdempotencyKey})
	require.NoError(t, err, "with its key, the call gets its answer")
	require.NoError(t, client.Settle(t.Context(), again.Token, paid))

	k = c.open(price)
	a, err = client.Activate(t.Context(), k, price)
	require.NoError(t, err)
	c.loseNext(5)
	o := psp.Outcome{Tokens: []string{a.Token}, Outcome: paid}
	require.ErrorAs(t, client.SendOutcome(t.Context(), o), &lost)
	require.Equal(t, 5, lost.Tries)
	o.IdempotencyKey = lost.IdempotencyKey
	require.NoError(t, client.SendOutcome(t.Context(), o))
	require.Len(t, c.receipts(k), 1)
}

// TestSeveralTokens: one outcome for three notices.
func TestSeveralTokens(t *testing.T) {
	c := newTown(t)
	client := c.client(psp.Config{})
	var tokens []string
	var keys []payment.Key
	for range 3 {
		k := c.open(price)
		a, err := client.ActivateNotice(t.Context(), psp.Activation{Key: k, Amount: price, Note: "order"})
		require.NoError(t, err)
		require.Len(t, a.Shares, 1)
		tokens, keys = append(tokens, a.Token), append(keys, k)
	}
	err := client.SendOutcome(t.Context(), psp.Outcome{Tokens: append(tokens, "unknown"), Outcome: paid})
	require.ErrorContains(t, err, "PPT_TOKEN_SCONOSCIUTO")
	for _, k := range keys {
		require.Empty(t, c.receipts(k), "all or none")
	}
	fee := euro.MustParse("0.50")
	require.NoError(t, client.SendOutcome(t.Context(), psp.Outcome{Tokens: tokens, Outcome: paid, Channel: "app", CreditorFee: &fee, Bundle: "b"}))
	for i, k := range keys {
		rts := c.receipts(k)
		require.Len(t, rts, 1)
		require.Equal(t, tokens[i], rts[0].ReceiptID)
		require.Equal(t, []string{"order", "0.50", "b", "app"}, []string{rts[0].Note, rts[0].CreditorFee.String(), rts[0].Bundle, rts[0].PSP.ChannelDescription})
	}
}

// TestLateOutcomes is the table of the best practice, over HTTP.
func TestLateOutcomes(t *testing.T) {
	settle := func(t *testing.T, client *psp.Client, token string, o payment.Outcome) *psp.Error {
		t.Helper()
		var e *psp.Error
		require.ErrorAs(t, client.Settle(t.Context(), token, o), &e)
		return e
	}
	for _, c := range []struct {
		touchPoint string
		advice     psp.Advice
		receipts   int
	}{{"", psp.AdviceKeep, 1}, {"CHECKOUT", psp.AdviceRefund, 0}} {
		town := newTown(t)
		client, k := town.client(psp.Config{TouchPoint: c.touchPoint}), town.open(price)
		a, err := client.ActivateNotice(t.Context(), psp.Activation{Key: k, Amount: price, Life: time.Minute})
		require.NoError(t, err)
		town.advance(time.Minute)
		require.Equal(t, town.clock(), a.Expires)
		e := settle(t, client, a.Token, paid)
		require.Equal(t, []any{"PPT_TOKEN_SCADUTO", c.advice}, []any{e.Code, e.Advice})
		require.Len(t, town.receipts(k), c.receipts)
	}
	town := newTown(t)
	client, k := town.client(psp.Config{}), town.open(price)
	first, err := client.Activate(t.Context(), k, price)
	require.NoError(t, err)
	town.advance(30 * time.Minute)
	second, err := client.Activate(t.Context(), k, price)
	require.NoError(t, err)
	e := settle(t, client, first.Token, paid)
	require.Equal(t, []any{"PPT_PAGAMENTO_DUPLICATO", psp.AdviceRefund}, []any{e.Code, e.Advice})
	require.NoError(t, client.Settle(t.Context(), second.Token, paid))
	e = settle(t, client, second.Token, paid)
	require.Equal(t, []any{"PPT_ESITO_GIA_ACQUISITO", psp.AdviceKeep}, []any{e.Code, e.Advice})
	e = settle(t, client, second.Token, payment.Outcome{})
	require.Equal(t, []any{"PPT_ESITO_GIA_ACQUISITO", psp.Advice("")}, []any{e.Code, e.Advice})

	k = town.open(price)
	late, err := client.Activate(t.Context(), k, price)
	require.NoError(t, err)
	town.advance(time.Hour)
	require.Equal(t, "PPT_TOKEN_SCADUTO_KO", settle(t, client, late.Token, payment.Outcome{}).Code)
	_, err = client.Activate(t.Context(), k, price)
	require.NoError(t, err, "the notice is free again")
}

// TestManyAtOnce: of many activations of one notice one gets it; with one key, all get
// the same answer.
func TestManyAtOnce(t *testing.T) {
	c := newTown(t)
	client, k := c.client(psp.Config{}), c.open(price)
	var wait sync.WaitGroup
	tokens := make([]string, 16)
	for i := range tokens {
		wait.Go(func() {
			a, err := client.ActivateNotice(t.Context(), psp.Activation{Key: k, Amount: price, IdempotencyKey: "00000000000_0123456789"})
			if err == nil {
				tokens[i] = a.Token
			}
		})
	}
	wait.Wait()
	for _, token := range tokens {
		require.Equal(t, tokens[0], token)
	}
	require.NotEmpty(t, tokens[0])
	won := make([]bool, 16)
	k = c.open(price)
	for i := range won {
		wait.Go(func() {
			_, err := client.Activate(t.Context(), k, price)
			won[i] = err == nil
		})
	}
	wait.Wait()
	count := 0
	for _, w := range won {
		if w {
			count++
		}
	}
	require.Equal(t, 1, count)
}

func TestNodeThatIsNoNode(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		http.Redirect(w, r, "https://elsewhere.example/", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	client, err := psp.New(identity, psp.Config{URL: server.URL})
	require.NoError(t, err)
	_, err = client.Verify(t.Context(), key)
	require.ErrorContains(t, err, "HTTP 307")
}
