package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/webhook"
)

// The vector that the project publishes (standard-webhooks/standard-webhooks,
// libraries/go/webhook_test.go, TestWebhookSign; the same in its other languages).
const (
	vectorSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	vectorID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	vectorTime      = "1614265330"
	vectorBody      = `{"test": 2432232314}`
	vectorSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	otherSignature  = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
)

var sentAt = time.Unix(1614265330, 0)

func secret(t testing.TB) webhook.Secret {
	t.Helper()
	s, err := webhook.ParseSecret(vectorSecret)
	require.NoError(t, err)
	return s
}

func verifier(t testing.TB, at time.Time, secrets ...webhook.Secret) *webhook.Verifier {
	t.Helper()
	v, err := webhook.NewVerifier(webhook.VerifierConfig{Now: func() time.Time { return at }}, secrets...)
	require.NoError(t, err)
	return v
}

func headers(id, at, signature string) http.Header {
	h := http.Header{}
	for name, value := range map[string]string{"webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature} {
		if value != "" {
			h.Set(name, value)
		}
	}
	return h
}

func TestVector(t *testing.T) {
	s := secret(t)
	require.Equal(t, vectorSignature, s.Sign(vectorID, sentAt, []byte(vectorBody)))
	require.Equal(t, vectorSecret, s.Reveal())
	bare, err := webhook.ParseSecret(strings.TrimPrefix(vectorSecret, "whsec_"))
	require.NoError(t, err)
	require.Equal(t, s, bare)
	require.NoError(t, verifier(t, sentAt, s).Verify(headers(vectorID, vectorTime, vectorSignature), []byte(vectorBody)))
}

func TestVerify(t *testing.T) {
	s, other := secret(t), webhook.NewSecret()
	good := func(change func(h http.Header)) http.Header {
		h := headers(vectorID, vectorTime, vectorSignature)
		change(h)
		return h
	}
	set := func(name, value string) func(http.Header) { return func(h http.Header) { h.Set(name, value) } }
	add := func(name, value string) func(http.Header) { return func(h http.Header) { h.Add(name, value) } }
	nothing := func(http.Header) {}
	const tolerance = 5 * time.Minute
	for _, c := range []struct {
		name    string
		change  func(http.Header)
		body    string
		at      time.Time
		secrets []webhook.Secret
		want    error
	}{
		{name: "as it came", change: nothing},
		{name: "one of two secrets", change: nothing, secrets: []webhook.Secret{other, s}},
		{name: "another secret", change: nothing, secrets: []webhook.Secret{other}, want: webhook.ErrSignature},
		{name: "another body", change: nothing, body: vectorBody + " ", want: webhook.ErrSignature},
		{name: "another id", change: set("webhook-id", "msg_2"), want: webhook.ErrSignature},
		{name: "another time", change: set("webhook-timestamp", "1614265331"), want: webhook.ErrSignature},
		{name: "no id", change: func(h http.Header) { h.Del("webhook-id") }, want: webhook.ErrHeader},
		{name: "no time", change: func(h http.Header) { h.Del("webhook-timestamp") }, want: webhook.ErrHeader},
		{name: "no signature", change: func(h http.Header) { h.Del("webhook-signature") }, want: webhook.ErrHeader},
		{name: "two ids", change: add("webhook-id", vectorID), want: webhook.ErrHeader},
		{name: "two times", change: add("webhook-timestamp", vectorTime), want: webhook.ErrHeader},
		{name: "an id with a dot", change: set("webhook-id", "msg.1"), want: webhook.ErrHeader},
		{name: "an endless id", change: set("webhook-id", strings.Repeat("x", 257)), want: webhook.ErrHeader},
		{name: "an endless signature", change: set("webhook-signature", strings.Repeat("v1,x ", 1000)), want: webhook.ErrHeader},
		{name: "a signed number", change: set("webhook-timestamp", "+1614265330"), want: webhook.ErrHeader},
		{name: "before 1970", change: set("webhook-timestamp", "-1614265330"), want: webhook.ErrHeader},
		{name: "no number", change: set("webhook-timestamp", "now"), want: webhook.ErrHeader},
		{name: "hexadecimal", change: set("webhook-timestamp", "0x10"), want: webhook.ErrHeader},
		{name: "an endless number", change: set("webhook-timestamp", "0001614265330"), want: webhook.ErrHeader},
		{name: "old, in time", change: nothing, at: sentAt.Add(tolerance)},
		{name: "old", change: nothing, at: sentAt.Add(tolerance + time.Second), want: webhook.ErrTime},
		{name: "new, in time", change: nothing, at: sentAt.Add(-tolerance)},
		{name: "new", change: nothing, at: sentAt.Add(-tolerance - time.Second), want: webhook.ErrTime},
		{name: "several signatures", change: set("webhook-signature", otherSignature+" v2,"+vectorSignature[3:]+" "+vectorSignature+" "+otherSignature)},
		{name: "of another kind", change: set("webhook-signature", "v1a,"+vectorSignature[3:]), want: webhook.ErrSignature},
		{name: "no kind", change: set("webhook-signature", vectorSignature[3:]), want: webhook.ErrSignature},
		{name: "cut", change: set("webhook-signature", vectorSignature[:20]), want: webhook.ErrSignature},
		{name: "empty", change: set("webhook-signature", "v1,"), want: webhook.ErrSignature},
		{name: "a body at the bound", change: nothing, body: strings.Repeat("x", 64<<10), want: webhook.ErrSignature},
		{name: "a body over the bound", change: nothing, body: strings.Repeat("x", 64<<10+1), want: webhook.ErrTooLarge},
	} {
		if c.body == "" {
			c.body = vectorBody
		}
		if c.at.IsZero() {
			c.at = sentAt
		}
		if c.secrets == nil {
			c.secrets = []webhook.Secret{s}
		}
		err := verifier(t, c.at, c.secrets...).Verify(good(c.change), []byte(c.body))
		if c.want == nil {
			require.NoError(t, err, c.name)
			continue
		}
		require.ErrorIs(t, err, c.want, c.name)
		require.ErrorIs(t, err, pagonline.ErrDenied, c.name)
	}
}

func TestSecrets(t *testing.T) {
	for _, bad := range []string{
		"", "whsec_", "whsec_***", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", // not base64
		"whsec_" + strings.Repeat("MfKQ", 7) + "Mf==", // 22 bytes
		"whsec_" + strings.Repeat("MfKQ", 22),         // 66 bytes
		"whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	} {
		_, err := webhook.ParseSecret(bad)
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), bad)
		require.NotContains(t, err.Error(), "MfKQ")
	}
	require.Empty(t, webhook.Secret{}.Reveal())
	one, another := webhook.NewSecret(), webhook.NewSecret()
	require.NotEqual(t, one, another)
	for _, secrets := range [][]webhook.Secret{nil, {{}}, {webhook.NewSecret(), {}}} {
		_, err := webhook.NewVerifier(webhook.VerifierConfig{}, secrets...)
		require.Error(t, err)
	}
}

// TestReceiver: what a sender is answered, and that nothing reaches the program that is
// not authentic.
func TestReceiver(t *testing.T) {
	s := secret(t)
	const body = `{"type":"position.paid","timestamp":"2026-11-23T09:00:00Z","data":{"event":1}}`
	request := func(method, body string, signed bool) *http.Request {
		r := httptest.NewRequest(method, "/", strings.NewReader(body))
		r.Header = headers(vectorID, vectorTime, otherSignature)
		if signed {
			r.Header.Set("webhook-signature", s.Sign(vectorID, sentAt, []byte(body)))
		}
		return r
	}
	for _, c := range []struct {
		name  string
		r     *http.Request
		fails error
		want  int
		taken bool
	}{
		{"taken", request(http.MethodPost, body, true), nil, http.StatusNoContent, true},
		{"not taken", request(http.MethodPost, body, true), errors.New("busy"), http.StatusServiceUnavailable, true},
		{"forged", request(http.MethodPost, body, false), nil, http.StatusUnauthorized, false},
		{"not JSON", request(http.MethodPost, "x", true), nil, http.StatusBadRequest, false},
		{"no type", request(http.MethodPost, "{}", true), nil, http.StatusBadRequest, false},
		{"too large", request(http.MethodPost, strings.Repeat(" ", 1<<20), true), nil, http.StatusRequestEntityTooLarge, false},
		{"cut off", httptest.NewRequest(http.MethodPost, "/", cut{}), nil, http.StatusServiceUnavailable, false},
		{"GET", request(http.MethodGet, "", true), nil, http.StatusMethodNotAllowed, false},
	} {
		taken := false
		h := verifier(t, sentAt, s).Receiver(func(_ context.Context, id string, p webhook.Payload) error {
			taken = true
			require.Equal(t, vectorID, id)
			require.Equal(t, "position.paid", string(p.Type))
			return c.fails
		})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, c.r)
		require.Equal(t, c.want, w.Code, c.name)
		require.Equal(t, c.taken, taken, c.name)
	}
}

type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

// FuzzVerify: what is signed verifies as long as nothing changes, and what verifies is
// signed: one of the signatures is the one that the secret makes.
func FuzzVerify(f *testing.F) {
	f.Add(vectorID, vectorTime, vectorSignature, []byte(vectorBody))
	f.Add(vectorID, vectorTime, otherSignature+" "+vectorSignature, []byte(vectorBody))
	f.Add("", "01614265330", "v1,", []byte(nil))
	f.Add("a.b", "-1", "v1a,x  v1,", []byte("\x00"))
	s := secret(f)
	v := verifier(f, sentAt, webhook.NewSecret(), s)
	f.Fuzz(func(t *testing.T, id, at, signature string, body []byte) {
		h := headers(id, at, signature)
		if v.Verify(h, body) == nil {
			seconds, err := strconv.ParseInt(at, 10, 64)
			if err != nil {
				t.Fatalf("took the time %q", at)
			}
			if want := s.Sign(id, time.Unix(seconds, 0), body); at == strconv.FormatInt(seconds, 10) && !slices.Contains(strings.Split(signature, " "), want) {
				t.Fatalf("took %q, %q, %q", id, at, signature)
			}
		}
		mine := headers(id, vectorTime, s.Sign(id, sentAt, body))
		err := v.Verify(mine, body)
		if possible := id != "" && len(id) <= 256 && !strings.Contains(id, ".") && len(body) <= 64<<10; possible != (err == nil) {
			t.Fatalf("id %q: %v", id, err)
		}
		if err == nil && v.Verify(mine, append(bytes.Clone(body), '.')) == nil {
			t.Fatal("took another body")
		}
	})
}
