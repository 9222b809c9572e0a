package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/webhook"
)

// TestWebhook: what happens at the station is told to another program, each event once
// and in order.
func TestWebhook(t *testing.T) {
	dir := t.TempDir()
	_, lines := tool(t, "", "webhook", "secret")
	require.Regexp(t, `^whsec_[A-Za-z0-9+/]{43}=$`, lines[0])
	t.Setenv("WEBHOOK_SECRET", lines[0])
	t.Setenv("WEBHOOK_OLD_SECRET", webhook.NewSecret().Reveal())
	number := plan(t, dir, "debt", time.Now(), payment.Terms{}, 0)[0]

	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"webhook", "listen", "-listen", "127.0.0.1:0"}, nil, in, io.Discard)
	}()
	received := bufio.NewScanner(out)
	require.True(t, received.Scan())
	var said struct{ Listen string }
	require.NoError(t, json.Unmarshal(received.Bytes(), &said))

	status, lines := tool(t, "", "station", "-data", dir, "-webhook", said.Listen)
	require.Equal(t, statusRefuse, status, "a webhook would have events delivered that the archive misses")
	require.Contains(t, lines[0], "keys new")
	status, _ = tool(t, "", "keys", "new", "-data", dir)
	require.Zero(t, status)
	status, _ = tool(t, "", "pay", number, "-url", listening(t, dir, "-webhook", said.Listen))
	require.Zero(t, status)
	var kinds []string
	for len(kinds) < 3 && received.Scan() {
		require.NotContains(t, received.Text(), "Rossi")
		var p webhook.Payload
		require.NoError(t, json.Unmarshal(received.Bytes(), &p))
		require.Equal(t, number, p.Data.Notice.String())
		kinds = append(kinds, string(p.Type))
	}
	require.Equal(t, []string{"position.open", "receipt.recorded", "position.paid"}, kinds)
	require.Eventually(t, func() bool {
		_, lines := tool(t, "", "events", "-data", dir)
		return len(lines) == 0
	}, 30*time.Second, 50*time.Millisecond)
	cancel()
	require.Zero(t, <-ended)
}

// TestWebhookVerify: the example of Standard Webhooks, as a stranger would try it.
func TestWebhookVerify(t *testing.T) {
	t.Setenv("WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	request := []string{
		"webhook", "verify", "-id", "msg_p5jXN8AQM9LWM0D4loKWxJek", "-timestamp", "1614265330",
		"-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
	}
	const body = `{"test": 2432232314}`
	status, lines := tool(t, body, append(request, "-tolerance", "1000000h")...)
	require.Zero(t, status)
	require.Equal(t, []string{`{"verified":true}`}, lines)
	status, lines = tool(t, body, request...)
	require.Equal(t, statusRefuse, status)
	require.Equal(t, []string{`{"verified":false,"why":"webhook: sent too long ago, or in the future"}`}, lines)
	status, lines = tool(t, body+" ", append(request, "-tolerance", "1000000h")...)
	require.Equal(t, statusRefuse, status)
	require.Contains(t, lines[0], "no signature by a known secret")
}

// TestEvents: what waits is seen, and what was given up is tried again when somebody says
// so.
func TestEvents(t *testing.T) {
	dir := t.TempDir()
	number := plan(t, dir, "debt", time.Now(), payment.Terms{}, 0)[0]
	status, lines := tool(t, "", "events", "-data", dir)
	require.Zero(t, status)
	require.Len(t, lines, 1)
	var e waitingOutput
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &e))
	require.Equal(t, waitingOutput{ID: 1, Kind: "position.open", Notice: number, At: e.At}, e)

	st, err := sqlite.Open(t.Context(), dir, sqlite.Config{Environment: payment.Sandbox})
	require.NoError(t, err)
	require.NoError(t, st.Deliveries().Put(t.Context(), payment.Delivery{
		Event: 1, Handler: "webhook", State: payment.DeliveryParked, Tries: 20, Code: "unavailable", At: e.At,
	}))
	require.NoError(t, st.Close())
	_, lines = tool(t, "", "events", "-data", dir, "-parked")
	require.Len(t, lines, 1)
	require.Contains(t, lines[0], `"parked":true,"handlers":[{"handler":"webhook","state":"parked","tries":20,"code":"unavailable"`)
	for args, want := range map[string]string{
		"-handler mail": `{"handler":"mail","retried":0}`, "-handler webhook 7": `{"handler":"webhook","retried":0}`,
		"-handler webhook seven": `"code":"input_syntax"`,
	} {
		_, lines = tool(t, "", append([]string{"events", "retry", "-data", dir}, strings.Fields(args)...)...)
		require.Contains(t, lines[0], want)
	}
	_, lines = tool(t, "", "events", "retry", "-data", dir, "-handler", "webhook", "1")
	require.Equal(t, []string{`{"handler":"webhook","retried":1}`}, lines)
	_, lines = tool(t, "", "events", "-data", dir, "-parked")
	require.Empty(t, lines)
}

// TestCopies: each notice is copied to pagoPA, through GPD in the asynchronous mode.
func TestCopies(t *testing.T) {
	for _, to := range []string{"aca", "gpd"} {
		dir, debt := t.TempDir(), "debt-"+to
		number := plan(t, dir, debt, time.Now(), payment.Terms{}, 0)[0]
		pagopa := sandbox.New([]sandbox.Station{{FiscalCode: sampleCreditor}}, sandbox.Config{})
		server := httptest.NewServer(pagopa)
		defer server.Close()
		t.Setenv("PAGOPA_KEY", "key")
		status, _ := tool(t, "", "keys", "new", "-data", dir)
		require.Zero(t, status)
		_, stop := stationOf(t, dir, "-copies", to, "-pagopa", server.URL)
		require.Eventually(t, func() bool {
			_, lines := tool(t, "", "events", "-data", dir)
			return len(lines) == 0
		}, 30*time.Second, 50*time.Millisecond)
		stop()
		var copied func(context.Context, string, string) (gpd.Debt, error)
		cfg := gpd.Config{BaseURL: server.URL}
		if to == "aca" {
			aca, err := gpd.NewACA("key", cfg)
			require.NoError(t, err)
			copied = aca.Get
		} else {
			client, err := gpd.New("key", cfg)
			require.NoError(t, err)
			copied = client.Get
		}
		d, err := copied(t.Context(), sampleCreditor, gpd.IUPD(debt))
		require.NoError(t, err)
		require.Equal(t, number, d.Options[0].Installments[0].Number.String())
	}
}

func TestOutFlags(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{"-copies", "gpd"}, {"-pagopa", "http://127.0.0.1/"}, {"-copies", "elsewhere", "-pagopa", "http://127.0.0.1/"},
	} {
		require.Equal(t, statusFlags, run(t.Context(), append([]string{"station", "-data", dir}, args...), nil, io.Discard, io.Discard))
	}
	require.Equal(t, statusFlags, run(t.Context(), []string{"events", "retry", "-data", dir}, nil, io.Discard, io.Discard))
	status, _ := tool(t, "", "keys", "new", "-data", dir)
	require.Zero(t, status)
	t.Setenv("PAGOPA_KEY", "key")
	for _, c := range []struct{ secret, old, flag, address string }{
		{"", "", "-webhook", "https://gestionale.example/"},
		{webhook.NewSecret().Reveal(), "x", "-webhook", "https://gestionale.example/"},
		{webhook.NewSecret().Reveal(), "", "-webhook", "http://gestionale.example/"},
	} {
		t.Setenv("WEBHOOK_SECRET", c.secret)
		t.Setenv("WEBHOOK_OLD_SECRET", c.old)
		status := run(t.Context(), []string{"station", "-data", dir, c.flag, c.address}, nil, io.Discard, io.Discard)
		require.NotZero(t, status, c)
	}
	t.Setenv("WEBHOOK_SECRET", "")
	status, lines := tool(t, "", "webhook", "listen")
	require.Equal(t, statusRefuse, status)
	require.Contains(t, lines[0], `"field":"WEBHOOK_SECRET"`)
}
