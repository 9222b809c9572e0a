package webhook_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/payment/webhook"
)

const address = "https://gestionale.example/pagamenti?key=in-the-address"

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// mocked returns a client whose requests go to mock.
func mocked(t *testing.T, st payment.Store) (*webhook.Client, webhook.Secret, *httpmock.MockTransport) {
	t.Helper()
	mock := httpmock.NewMockTransport()
	secret := webhook.NewSecret()
	c, err := webhook.New(st, address, secret, webhook.Config{HTTPClient: &http.Client{Transport: mock}, Now: clock})
	require.NoError(t, err)
	return c, secret, mock
}

// office is a store with one paid notice, and its events.
func office(t *testing.T) (st *memory.Store, p payment.Position, events []payment.Event) {
	t.Helper()
	st = &memory.Store{}
	p = storetest.Position(1)
	p.Status, p.PaidAt, p.ReceiptID = payment.Open, time.Time{}, ""
	p.Debtor = payment.Subject{
		Kind: payment.Natural, Code: "RSSMRA80A01H501U", Name: "Fiammetta Inventata", Email: "fiammetta@example.org", Street: "Via Segreta",
	}
	require.NoError(t, st.Positions().Insert(t.Context(), p))
	cashier := payment.NewCashier(st, payment.Config{Now: clock, Gateway: gateway{}})
	_, err := cashier.Send(t.Context(), payment.OrderRequest{Owner: p.Owner, Positions: []payment.Key{p.Key}, Email: "fiammetta@example.org"}, nil)
	require.NoError(t, err)
	_, err = cashier.Record(t.Context(), storetest.Receipt(p, "c110729d258c4ab1b765fe902aae41d6"))
	require.NoError(t, err)
	for e, err := range st.Outbox().List(t.Context(), payment.EventFilter{}) {
		require.NoError(t, err)
		events = append(events, e)
	}
	return st, p, events
}

type gateway struct{}

func (gateway) Start(context.Context, payment.GatewayRequest) (string, error) {
	return "https://pay.example/", nil
}

// TestBodies: what is sent of each event, and that it names nobody.
func TestBodies(t *testing.T) {
	st, p, events := office(t)
	c, secret, mock := mocked(t, st)
	verifier, err := webhook.NewVerifier(webhook.VerifierConfig{Now: clock}, secret)
	require.NoError(t, err)
	var kinds, ids []string
	var bodies []webhook.Data
	mock.RegisterResponder(http.MethodPost, address, func(r *http.Request) (*http.Response, error) {
		require.Equal(t, "application/json", r.Header.Get("Content-Type"))
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		for _, personal := range []string{"Fiammetta", "Inventata", "example.org", "RSSMRA", "Segreta", "IT60X", p.Owner} {
			require.NotContains(t, string(body), `"`+personal)
			require.NotContains(t, string(body), personal+`"`)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		id, got, err := verifier.Read(r)
		require.NoError(t, err)
		require.Equal(t, now, got.Timestamp)
		kinds, ids, bodies = append(kinds, string(got.Type)), append(ids, id), append(bodies, got.Data)
		return httpmock.NewStringResponse(http.StatusOK, ""), nil
	})
	for _, e := range events {
		require.NoError(t, c.Handle(t.Context(), e))
	}
	require.Equal(t, []string{"order.created", "order.sent", "receipt.recorded", "position.paid", "order.paid"}, kinds)
	due := p.Amount()
	require.Equal(t, webhook.Data{
		Event: events[2].ID, Creditor: p.Creditor, Notice: p.Number, Status: payment.Paid, Due: &due, Debt: p.Debt,
		Institute: p.Purchase.InstituteCode, Service: p.Purchase.ServiceCode, Protocol: p.Wire.Protocol.String(),
		ReceiptID: "c110729d258c4ab1b765fe902aae41d6", Paid: &due, PaidAt: storetest.Receipt(p, "x").PaidAt,
	}, bodies[2])
	require.Equal(t, webhook.Data{
		Event: events[4].ID, Order: events[4].Order, OrderStatus: payment.OrderPaid, Notices: []payment.Key{p.Key},
	}, bodies[4])

	// A repeat has the same id; another event, as after a restore, has another one.
	require.NoError(t, c.Handle(t.Context(), events[2]))
	require.Equal(t, ids[2], ids[5])
	again := events[2]
	again.At = again.At.Add(time.Millisecond)
	mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusNoContent, ""))
	mock.RegisterResponder(http.MethodPost, address, func(r *http.Request) (*http.Response, error) {
		require.NotEqual(t, ids[2], r.Header.Get("webhook-id"))
		return httpmock.NewStringResponse(http.StatusNoContent, ""), nil
	})
	require.NoError(t, c.Handle(t.Context(), again))
}

// TestJSON: the form of the body, word for word.
func TestJSON(t *testing.T) {
	st, p, events := office(t)
	c, _, mock := mocked(t, st)
	var body []byte
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		body, _ = io.ReadAll(r.Body)
		return httpmock.NewStringResponse(http.StatusOK, ""), nil
	})
	require.NoError(t, c.Handle(t.Context(), events[2]))
	require.JSONEq(t, fmt.Sprintf(`{"type":"receipt.recorded","timestamp":"2026-11-23T09:00:00Z","data":{"event":3,"creditor":"99999000013",
		"notice":%q,"status":"paid","due":"12.50","debt":%q,"institute":"AS-LI","service":"fotocopie","protocol":"345/2024",
		"receiptId":"c110729d258c4ab1b765fe902aae41d6","paid":"12.50","paidAt":%q}}`,
		p.Number, p.Debt, storetest.Receipt(p, "x").PaidAt.Format(time.RFC3339Nano)), string(body))
	for _, c := range []struct {
		e    payment.Event
		want string
	}{
		{payment.Event{ID: 7, Kind: payment.Quarantined, At: now}, `{"type":"quarantine.added","timestamp":"2026-11-23T09:00:00Z","data":{"event":7}}`},
		{
			// the copy of another creditor's payment: there is no such notice here
			payment.Event{ID: 8, Kind: payment.ReceiptRecorded, Position: payment.Key{Creditor: "00000000000", Number: p.Number}, ReceiptID: "iur", At: now},
			fmt.Sprintf(`{"type":"receipt.recorded","timestamp":"2026-11-23T09:00:00Z","data":{"event":8,"creditor":"00000000000","notice":%q,"receiptId":"iur"}}`, p.Number),
		},
	} {
		client, _, mock := mocked(t, st)
		mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
			body, _ = io.ReadAll(r.Body)
			return httpmock.NewStringResponse(http.StatusOK, ""), nil
		})
		require.NoError(t, client.Handle(t.Context(), c.e))
		require.JSONEq(t, c.want, string(body))
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		status  int
		after   string
		retryAt time.Time
	}{
		{status: http.StatusFound},
		{status: http.StatusBadRequest},
		{status: http.StatusUnauthorized},
		{status: http.StatusNotFound},
		{http.StatusTooManyRequests, "7", now.Add(7 * time.Second)},
		{http.StatusServiceUnavailable, now.Add(time.Minute).Format(http.TimeFormat), now.Add(time.Minute)},
		{http.StatusServiceUnavailable, "soon", time.Time{}},
		{status: http.StatusInternalServerError},
		{status: http.StatusBadGateway},
		{status: http.StatusGatewayTimeout},
	} {
		client, _, mock := mocked(t, &memory.Store{})
		answer := httpmock.NewStringResponse(c.status, "Fiammetta says no")
		answer.Header.Set("Location", "https://elsewhere.example/")
		answer.Header.Set("Retry-After", c.after)
		mock.RegisterNoResponder(httpmock.ResponderFromResponse(answer))
		err := client.Handle(t.Context(), payment.Event{ID: 1, Kind: "x", At: now})
		var failed *webhook.Error
		require.ErrorAs(t, err, &failed)
		require.ErrorIs(t, err, pagonline.ErrUnavailable)
		require.True(t, failed.Retryable())
		require.Equal(t, c.status, failed.Status)
		require.Equal(t, c.retryAt, failed.RetryAt().UTC())
		require.Equal(t, 1, mock.GetTotalCallCount(), "no redirect is followed")
		require.NotContains(t, err.Error(), "Fiammetta")
	}
}

// TestGone: after 410 nothing is sent, and no event is taken for delivered.
func TestGone(t *testing.T) {
	c, _, mock := mocked(t, &memory.Store{})
	mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusGone, ""))
	for range 3 {
		err := c.Handle(t.Context(), payment.Event{ID: 1, Kind: "x", At: now})
		require.ErrorIs(t, err, webhook.ErrGone)
		require.ErrorIs(t, err, pagonline.ErrDenied)
		require.NotErrorIs(t, err, pagonline.ErrUnavailable)
		var gone *webhook.Error
		require.ErrorAs(t, err, &gone)
		require.False(t, gone.Retryable())
		require.Equal(t, "webhook: HTTP 410: Gone", err.Error())
	}
	require.Equal(t, 1, mock.GetTotalCallCount())
}

// TestLog: the log says why an event was not taken, and nothing that is secret.
func TestLog(t *testing.T) {
	var log bytes.Buffer
	mock := httpmock.NewMockTransport()
	client, err := webhook.New(&memory.Store{}, address, webhook.NewSecret(), webhook.Config{
		HTTPClient: &http.Client{Transport: mock}, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	require.NoError(t, err)
	odd := httpmock.NewStringResponse(http.StatusFound, "")
	odd.Header.Set("Location", "://"+strings.Repeat("x", 1000))
	for _, c := range []struct {
		answer httpmock.Responder
		want   string
	}{
		{httpmock.NewStringResponder(http.StatusOK, ""), ""},
		{httpmock.NewStringResponder(http.StatusUnauthorized, "Fiammetta"), `msg="webhook: HTTP 401: Unauthorized" event=7 reason=""`},
		{httpmock.NewErrorResponder(errors.New("connection refused")), `msg="webhook: no answer" event=7 reason="connection refused"`},
		{httpmock.ResponderFromResponse(odd), `msg="webhook: no answer" event=7 reason="failed to parse Location`},
	} {
		log.Reset()
		mock.RegisterNoResponder(c.answer)
		_ = client.Handle(t.Context(), payment.Event{ID: 7, Kind: "x", At: now})
		require.Contains(t, log.String(), c.want)
		require.Equal(t, c.want == "", log.Len() == 0)
		require.Less(t, log.Len(), 400, "the receiver does not fill the log")
		require.NotContains(t, log.String(), "in-the-address")
		require.NotContains(t, log.String(), "Fiammetta")
	}
}

func TestNoAnswer(t *testing.T) {
	c, secret, mock := mocked(t, &memory.Store{})
	mock.RegisterNoResponder(httpmock.NewErrorResponder(errors.New("connection reset")))
	err := c.Handle(t.Context(), payment.Event{ID: 1, Kind: "x", At: now})
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
	require.Equal(t, "webhook: no answer", err.Error())
	for e := err; e != nil; e = errors.Unwrap(e) {
		require.NotContains(t, fmt.Sprint(e, pagonline.AsError(e).Detail), "in-the-address")
	}
	require.Contains(t, fmt.Sprint(pagonline.AsError(err).Detail), "connection reset")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, c.Handle(ctx, payment.Event{ID: 1}), context.Canceled)

	// Nothing shows the secret.
	text := secret.Reveal()
	b, err := json.Marshal(map[string]any{"secret": secret})
	require.NoError(t, err)
	shown := []string{string(b)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown = append(shown, fmt.Sprintf(verb, secret), fmt.Sprintf(verb, c), fmt.Sprintf(verb, webhook.Config{OldSecret: secret}))
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", secret)
	key, err := webhook.ParseSecret(text)
	require.NoError(t, err)
	require.Equal(t, secret, key)
	require.NotContains(t, strings.Join(shown, " ")+log.String(), strings.TrimPrefix(text, "whsec_"))
	require.Contains(t, log.String(), "whsec_…")
	require.Equal(t, "no secret", webhook.Secret{}.LogValue().String())
}

// failingStore cannot be read.
type failingStore struct{ payment.Store }

func (s failingStore) Positions() payment.Positions { return failingPositions{s.Store.Positions()} }

type failingPositions struct{ payment.Positions }

var errStore = errors.New("disk")

func (failingPositions) Get(context.Context, payment.Key) (payment.Position, error) {
	return payment.Position{}, errStore
}

func TestStoreFails(t *testing.T) {
	c, _, mock := mocked(t, failingStore{&memory.Store{}})
	err := c.Handle(t.Context(), payment.Event{ID: 1, Position: payment.Key{Creditor: "99999000013"}})
	require.ErrorIs(t, err, errStore)
	require.Zero(t, mock.GetTotalCallCount())
}

func TestNew(t *testing.T) {
	for _, bad := range []string{
		"", "gestionale.example", "http://gestionale.example/", "ftp://x/", "https://", "https://user:password@x/", "https://x/#part", "https://x\x00/",
	} {
		_, err := webhook.New(&memory.Store{}, bad, webhook.NewSecret(), webhook.Config{})
		require.Error(t, err, bad)
		require.NotContains(t, err.Error(), "password@")
	}
	_, err := webhook.New(&memory.Store{}, "https://x/", webhook.Secret{}, webhook.Config{})
	require.Error(t, err)
	_, err = webhook.New(&memory.Store{}, "http://127.0.0.1/", webhook.NewSecret(), webhook.Config{InsecureHTTP: true})
	require.NoError(t, err)
	_, err = webhook.New(&memory.Store{}, "ftp://127.0.0.1/", webhook.NewSecret(), webhook.Config{InsecureHTTP: true})
	require.Error(t, err)
}

// TestRoundTrip: over real TLS, with a secret that is being changed, until the receiver
// has each event once.
func TestRoundTrip(t *testing.T) {
	st, _, events := office(t)
	was, is := webhook.NewSecret(), webhook.NewSecret()
	seen := map[string]payment.EventKind{}
	fail := true
	receive := func(v *webhook.Verifier) http.Handler {
		return v.Receiver(func(_ context.Context, id string, p webhook.Payload) error {
			if fail = !fail; !fail {
				return errors.New("busy") // every other time
			}
			seen[id] = p.Type
			return nil
		})
	}
	for _, known := range []webhook.Secret{was, is} {
		clear(seen)
		v, err := webhook.NewVerifier(webhook.VerifierConfig{}, known)
		require.NoError(t, err)
		server := httptest.NewTLSServer(receive(v))
		c, err := webhook.New(st, server.URL, is, webhook.Config{OldSecret: was, HTTPClient: server.Client()})
		require.NoError(t, err)
		for _, e := range events {
			err := c.Handle(t.Context(), e)
			require.ErrorIs(t, err, pagonline.ErrUnavailable)
			require.NoError(t, c.Handle(t.Context(), e))
		}
		require.Len(t, seen, len(events))
		server.Close()
	}
}

// TestTransport: old TLS, slow receivers and endless answers.
func TestTransport(t *testing.T) {
	e := payment.Event{ID: 1, Kind: "x", At: now}
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11}
	old.StartTLS()
	defer old.Close()
	c, err := webhook.New(&memory.Store{}, old.URL, webhook.NewSecret(), webhook.Config{HTTPClient: old.Client()})
	require.NoError(t, err)
	err = c.Handle(t.Context(), e)
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
	require.Contains(t, fmt.Sprint(pagonline.AsError(err).Detail), "protocol version")

	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			select {
			case <-release:
			case <-r.Context().Done():
			}
			return
		}
		for w.WriteHeader(http.StatusOK); ; { // more than anybody wants to read
			if _, err := w.Write(make([]byte, 1<<12)); err != nil {
				return
			}
		}
	}))
	defer slow.Close()
	defer close(release)
	cfg := webhook.Config{InsecureHTTP: true, Timeout: 50 * time.Millisecond}
	c, err = webhook.New(&memory.Store{}, slow.URL+"/slow", webhook.NewSecret(), cfg)
	require.NoError(t, err)
	require.ErrorIs(t, c.Handle(t.Context(), e), pagonline.ErrUnavailable)
	cfg.Timeout = 10 * time.Second
	c, err = webhook.New(&memory.Store{}, slow.URL+"/endless", webhook.NewSecret(), cfg)
	require.NoError(t, err)
	require.NoError(t, c.Handle(t.Context(), e), "it said 200")
}
