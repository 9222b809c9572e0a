package psp_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/psp"
)

const address = "https://api.uat.platform.pagopa.it/nodo-auth/node-for-psp/v1"

var (
	identity = psp.Identity{ID: "ABI00000", Broker: "00000000000", Channel: "00000000000_01", Password: "password"}
	key      = payment.Key{Creditor: "99999000013", Number: notice.MustParse("301000000000000144")}
	price    = euro.MustParse("12.50")
	friday   = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	paid     = payment.Outcome{Paid: true, Method: "CP", Fee: euro.MustParse("1.50")}
)

// node is a client whose requests a mock answers, on a clock that stands still.
type node struct {
	*psp.Client
	mock   *httpmock.MockTransport
	bodies [][]byte
	waits  []time.Duration
	log    bytes.Buffer
}

func newNode(t *testing.T, cfg psp.Config, answer httpmock.Responder) *node {
	t.Helper()
	n := &node{mock: httpmock.NewMockTransport()}
	n.mock.RegisterResponder(http.MethodPost, address, func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		n.bodies = append(n.bodies, body)
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
		return answer(r)
	})
	cfg.Environment = payment.UAT
	cfg.HTTPClient = &http.Client{Transport: n.mock}
	cfg.Now = func() time.Time { return friday }
	cfg.Log = slog.New(slog.NewTextHandler(&n.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if cfg.Sleep == nil {
		cfg.Sleep = func(_ context.Context, d time.Duration) error {
			n.waits = append(n.waits, d)
			return nil
		}
	}
	var err error
	n.Client, err = psp.New(identity, cfg)
	require.NoError(t, err)
	return n
}

// said answers with a message.
func said(r wire.PSPResponse) httpmock.Responder {
	return httpmock.NewBytesResponder(http.StatusOK, r.Append(nil))
}

// refused answers an operation with a fault.
func refused(operation wire.PSPOperation, f wire.PSPFault) httpmock.Responder {
	return said(wire.PSPResponse{Operation: operation, Fault: &f})
}

// sent returns the last request, which must be as the official schema has it.
func (n *node) sent(t *testing.T) wire.PSPRequest {
	t.Helper()
	body := n.bodies[len(n.bodies)-1]
	r, err := wire.DecodePSPRequest(body)
	require.NoError(t, err)
	valid, report := officialtest.ValidBy(t, "wsdl/xsd/nodeForPsp.xsd", body)
	require.True(t, valid, report)
	return r
}

func TestVerify(t *testing.T) {
	n := newNode(t, psp.Config{SubscriptionKey: "subscription"}, func(r *http.Request) (*http.Response, error) {
		require.Equal(t, "subscription", r.Header.Get("Ocp-Apim-Subscription-Key"))
		require.Equal(t, `"verifyPaymentNotice"`, r.Header.Get("SOAPAction"))
		require.Equal(t, "text/xml; charset=utf-8", r.Header.Get("Content-Type"))
		return said(wire.PSPResponse{
			Operation: wire.PSPVerify, Description: "prot. 345/2024", FiscalCode: key.Creditor, Company: "Ente", Office: "Archivio", StandIn: true,
			Options: []wire.PSPOption{{Amount: price, Options: "EQ", Note: "n"}},
		})(r)
	})
	due, err := n.Verify(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, payment.Due{Amount: price, Description: "prot. 345/2024", Company: "Ente", Office: "Archivio"}, due)
	got, err := n.VerifyNotice(t.Context(), key)
	require.NoError(t, err)
	require.True(t, got.StandIn)
	require.Equal(t, []psp.Option{{Amount: price, Options: "EQ", Note: "n"}}, got.Options)
	require.Equal(t, wire.PSPRequest{
		Operation: wire.PSPVerify, PSP: "ABI00000", Broker: "00000000000", Channel: "00000000000_01", Password: "password",
		FiscalCode: key.Creditor, Number: "301000000000000144",
	}, n.sent(t))
}

func activated(operation wire.PSPOperation) wire.PSPResponse {
	return wire.PSPResponse{Operation: operation, Token: "token", Amount: &price, IUV: "01000000000000144", Transfers: []wire.Transfer{{
		Credit: payment.Credit{ID: 1, Amount: price, Creditor: key.Creditor, IBAN: "IT60X0542811101000000123456", Remittance: "r"},
	}}}
}

func TestActivate(t *testing.T) {
	n := newNode(t, psp.Config{}, said(activated(wire.PSPActivate)))
	a, err := n.Activate(t.Context(), key, price)
	require.NoError(t, err)
	require.Equal(t, payment.Attempt{Token: "token", Amount: price, Expires: friday.Add(30 * time.Minute)}, a)
	first := n.sent(t)
	require.Regexp(t, `^00000000000_[A-Z2-7]{10}$`, first.IdempotencyKey)
	require.Equal(t, "PSP", first.TouchPoint)
	require.Nil(t, first.Life)

	got, err := n.ActivateNotice(t.Context(), psp.Activation{
		Key: key, Amount: price, Life: time.Minute, DueDate: pagonline.DateOf(friday), Note: "note", Method: "CP",
	})
	require.NoError(t, err)
	require.Equal(t, friday.Add(time.Minute), got.Expires)
	require.Equal(t, "01000000000000144", got.IUV)
	require.Len(t, got.Shares, 1)
	second := n.sent(t)
	require.Equal(t, int64(60_000), *second.Life)
	require.Equal(t, []string{"CP", "note"}, []string{second.Method, second.Note})
	require.NotEqual(t, first.IdempotencyKey, second.IdempotencyKey, "another call, another key")

	_, err = n.ActivateNotice(t.Context(), psp.Activation{Key: key, Amount: price, IdempotencyKey: first.IdempotencyKey})
	require.NoError(t, err)
	require.Equal(t, first, n.sent(t), "the same call again")
}

func TestOutcome(t *testing.T) {
	n := newNode(t, psp.Config{}, said(wire.PSPResponse{Operation: wire.PSPOutcome}))
	require.NoError(t, n.Settle(t.Context(), "token", paid))
	r := n.sent(t)
	require.Equal(t, []string{"token"}, r.Tokens)
	require.Equal(t, &wire.PSPDetails{
		Method: "creditCard", Fee: paid.Fee, Payer: &payment.Subject{Kind: payment.Natural, Code: "ANONIMO", Name: "ANONIMO"},
		AppliedOn: pagonline.DateOf(friday), TransferOn: pagonline.DateOf(friday.AddDate(0, 0, 3)),
	}, r.Details, "anonymous, applied today, transferred on Monday")

	require.NoError(t, n.Settle(t.Context(), "token", payment.Outcome{}))
	r = n.sent(t)
	require.False(t, r.Paid)
	require.Nil(t, r.Details)

	payer := payment.Subject{Kind: payment.Natural, Code: "RSSMRA80A01H501U", Name: "Mario Rossi"}
	fee := euro.MustParse("0.50")
	o := psp.Outcome{
		Tokens: []string{"t1", "t2"}, Outcome: payment.Outcome{Paid: true, Method: "MYBK", Payer: &payer}, Channel: "app",
		AppliedOn: pagonline.DateOf(friday), TransferOn: pagonline.DateOf(friday), CreditorFee: &fee, Bundle: "b", CreditorBundle: "cb",
		Stamps: []psp.SoldStamp{{Token: "t2", Share: 1, Stamp: []byte("<marcaDaBollo/>")}},
	}
	require.NoError(t, n.SendOutcome(t.Context(), o))
	r = n.sent(t)
	require.Equal(t, o.Tokens, r.Tokens)
	require.Equal(t, &wire.PSPDetails{
		Method: "other", Channel: "app", Payer: &payer, AppliedOn: o.AppliedOn, TransferOn: o.TransferOn,
		CreditorFee: &fee, Bundle: "b", CIBundle: "cb", Stamps: []wire.PSPStamp{{Token: "t2", Transfer: 1, Stamp: []byte("<marcaDaBollo/>")}},
	}, r.Details)
}

func TestV1(t *testing.T) {
	n := newNode(t, psp.Config{V1: true}, func(r *http.Request) (*http.Response, error) {
		if strings.Contains(r.Header.Get("SOAPAction"), "activate") {
			return said(activated(wire.PSPActivateV1))(r)
		}
		return said(wire.PSPResponse{Operation: wire.PSPOutcomeV1})(r)
	})
	_, err := n.Activate(t.Context(), key, price)
	require.NoError(t, err)
	require.Equal(t, wire.PSPActivateV1, n.sent(t).Operation)
	require.NoError(t, n.Settle(t.Context(), "token", paid))
	require.Equal(t, wire.PSPOutcomeV1, n.sent(t).Operation)
	calls := len(n.bodies)
	err = n.SendOutcome(t.Context(), psp.Outcome{Tokens: []string{"a", "b"}, Outcome: paid})
	require.ErrorIs(t, err, pagonline.ErrInvalid)
	require.Len(t, n.bodies, calls)
}

// TestRetry: an outcome without an answer goes out again, the same bytes, after one, 3,
// 7 and 15 slots; the fifth try is the last.
func TestRetry(t *testing.T) {
	for name, answer := range map[string]httpmock.Responder{
		"no connection": httpmock.NewErrorResponder(errors.New("connection refused")),
		"timeout":       httpmock.NewErrorResponder(context.DeadlineExceeded),
		"500":           httpmock.NewStringResponder(http.StatusInternalServerError, ""),
		"503":           httpmock.NewStringResponder(http.StatusServiceUnavailable, "<html>"),
		"429":           httpmock.NewStringResponder(http.StatusTooManyRequests, ""),
		"not SOAP":      httpmock.NewStringResponder(http.StatusOK, "<html/>"),
		"not XML":       httpmock.NewStringResponder(http.StatusOK, "busy"),
		"endless":       httpmock.NewStringResponder(http.StatusOK, strings.Repeat(" ", 1<<20)),
		"another answer": said(wire.PSPResponse{
			Operation: wire.PSPVerify, Options: []wire.PSPOption{{Amount: price, Options: "EQ"}},
		}),
	} {
		n := newNode(t, psp.Config{}, answer)
		err := n.Settle(t.Context(), "token", paid)
		var lost *psp.Error
		require.ErrorAs(t, err, &lost, name)
		require.ErrorIs(t, err, pagonline.ErrUnavailable, name)
		require.True(t, lost.Lost(), name)
		require.Equal(t, psp.AdviceCheck, lost.Advice, name)
		require.Equal(t, 5, lost.Tries, name)
		require.Equal(t, []time.Duration{15 * time.Second, 45 * time.Second, 105 * time.Second, 225 * time.Second}, n.waits, name)
		require.Len(t, n.bodies, 5, name)
		for _, body := range n.bodies {
			require.Equal(t, n.bodies[0], body, name)
		}
		require.Equal(t, lost.IdempotencyKey, n.sent(t).IdempotencyKey, name)
		require.Empty(t, lost.Code, name)
		require.Less(t, len(err.Error()), 100, name)

		err = n.Settle(t.Context(), "token", payment.Outcome{})
		require.ErrorAs(t, err, &lost, name)
		require.Empty(t, lost.Advice, "no money was taken")
	}
}

// TestNeverAfterAnAnswer: OK or KO, what was answered is not sent again; nor is what
// cannot get better, nor a verify or an activation.
func TestNeverAfterAnAnswer(t *testing.T) {
	tries := 0
	n := newNode(t, psp.Config{OutcomeTimeout: time.Second}, func(r *http.Request) (*http.Response, error) {
		if tries++; tries < 3 {
			return nil, errors.New("connection reset")
		}
		return said(wire.PSPResponse{Operation: wire.PSPOutcome})(r)
	})
	require.NoError(t, n.Settle(t.Context(), "token", paid))
	require.Equal(t, []time.Duration{time.Second, 3 * time.Second}, n.waits)

	for _, answer := range []httpmock.Responder{
		refused(wire.PSPOutcome, wire.PSPFault{Code: "PPT_SYSTEM_ERROR"}),
		httpmock.NewStringResponder(http.StatusUnauthorized, ""),
		httpmock.NewStringResponder(http.StatusNotFound, ""),
		httpmock.NewStringResponder(http.StatusFound, ""),
	} {
		n := newNode(t, psp.Config{}, answer)
		var failed *psp.Error
		require.ErrorAs(t, n.Settle(t.Context(), "token", paid), &failed)
		require.Len(t, n.bodies, 1)
		require.False(t, failed.Lost())
		require.Equal(t, psp.AdviceCheck, failed.Advice)
	}
	n = newNode(t, psp.Config{}, httpmock.NewErrorResponder(errors.New("connection refused")))
	_, err := n.Verify(t.Context(), key)
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
	_, err = n.Activate(t.Context(), key, price)
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
	require.Len(t, n.bodies, 2)
}

func TestIncompleteAnswers(t *testing.T) {
	for _, r := range []wire.PSPResponse{{Operation: wire.PSPVerify}, {Operation: wire.PSPActivate, Amount: &price}, {Operation: wire.PSPActivate, Token: "t"}} {
		n := newNode(t, psp.Config{}, said(r))
		_, err := n.Verify(t.Context(), key)
		if r.Operation == wire.PSPActivate {
			_, err = n.Activate(t.Context(), key, price)
		}
		require.ErrorIs(t, err, pagonline.ErrUnavailable)
	}
}

// TestEndedContext: before the first call nothing goes out; in a wait, or in a call, the
// tries end.
func TestEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := newNode(t, psp.Config{Sleep: func(ctx context.Context, _ time.Duration) error {
		cancel()
		return ctx.Err()
	}}, httpmock.NewErrorResponder(errors.New("connection reset")))
	err := n.Settle(ctx, "token", paid)
	require.ErrorIs(t, err, context.Canceled)
	var lost *psp.Error
	require.ErrorAs(t, err, &lost)
	require.Equal(t, []any{1, psp.AdviceCheck, true}, []any{lost.Tries, lost.Advice, lost.Lost()})

	require.ErrorIs(t, n.Settle(ctx, "token", paid), context.Canceled)
	require.Len(t, n.bodies, 1)

	ctx, cancel = context.WithCancel(t.Context())
	n = newNode(t, psp.Config{}, func(*http.Request) (*http.Response, error) {
		cancel()
		return nil, ctx.Err()
	})
	_, err = n.Activate(ctx, key, price)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, pagonline.ErrUnavailable)
	require.ErrorContains(t, err, "no answer in the caller's time")
}

// TestTimeouts: a node that is silent is left after the time of the primitive.
func TestTimeouts(t *testing.T) {
	for _, c := range []struct {
		cfg  psp.Config
		want time.Duration
		call func(*node) error
	}{
		{psp.Config{}, 12 * time.Second, func(n *node) error { _, err := n.Verify(t.Context(), key); return err }},
		{psp.Config{}, 12 * time.Second, func(n *node) error { _, err := n.Activate(t.Context(), key, price); return err }},
		{psp.Config{}, 15 * time.Second, func(n *node) error { return n.Settle(t.Context(), "token", paid) }},
		{psp.Config{Timeout: time.Minute}, time.Minute, func(n *node) error { _, err := n.Verify(t.Context(), key); return err }},
	} {
		var left time.Duration
		n := newNode(t, c.cfg, func(r *http.Request) (*http.Response, error) {
			deadline, ok := r.Context().Deadline()
			require.True(t, ok)
			left = time.Until(deadline)
			return nil, errors.New("silence")
		})
		require.Error(t, c.call(n))
		require.InDelta(t, c.want, left, float64(time.Second))
	}
}

func TestNew(t *testing.T) {
	local := psp.Config{URL: "http://127.0.0.1:8080/node-for-psp/v1"}
	change := func(edit func(*psp.Identity)) psp.Identity {
		i := identity
		edit(&i)
		return i
	}
	for _, c := range []struct {
		who psp.Identity
		cfg psp.Config
		ok  bool
	}{
		{identity, local, true},
		{identity, psp.Config{Environment: payment.Production}, true},
		{identity, psp.Config{Environment: payment.UAT, TouchPoint: "CHECKOUT"}, true},
		{change(func(i *psp.Identity) { i.Broker, i.FiscalCode = "BROKER_1", "00000000000" }), local, true},
		{identity, psp.Config{}, false},
		{identity, psp.Config{URL: "http://pagopa.example"}, false},
		{identity, psp.Config{URL: "ftp://pagopa.example"}, false},
		{identity, psp.Config{Environment: payment.UAT, TouchPoint: "MARS"}, false},
		{change(func(i *psp.Identity) { i.ID = "" }), local, false},
		{change(func(i *psp.Identity) { i.Channel = strings.Repeat("x", 36) }), local, false},
		{change(func(i *psp.Identity) { i.Password = "short" }), local, false},
		{change(func(i *psp.Identity) { i.FiscalCode = "0" }), local, false},
		{change(func(i *psp.Identity) { i.Broker = "BROKER_1" }), local, false}, // no fiscal code for the keys
	} {
		_, err := psp.New(c.who, c.cfg)
		require.Equal(t, c.ok, err == nil, "%+v %+v: %v", c.who, c.cfg, err)
	}
}

// TestRefusesBeforeTheCall: what the schema refuses never goes out.
func TestRefusesBeforeTheCall(t *testing.T) {
	n := newNode(t, psp.Config{}, httpmock.NewErrorResponder(errors.New("must not be called")))
	for field, err := range map[string]error{
		"qrCode.fiscalCode":          func() error { _, err := n.Verify(t.Context(), payment.Key{Number: key.Number}); return err }(),
		"qrCode.noticeNumber":        func() error { _, err := n.Verify(t.Context(), payment.Key{Creditor: key.Creditor}); return err }(),
		"expirationTime":             activateErr(n, psp.Activation{Key: key, Life: time.Hour}),
		"paymentMethod":              activateErr(n, psp.Activation{Key: key, Method: "cash"}),
		"paymentNote":                activateErr(n, psp.Activation{Key: key, Note: strings.Repeat("x", 211)}),
		"idempotencyKey":             activateErr(n, psp.Activation{Key: key, IdempotencyKey: "x"}),
		"paymentTokens.paymentToken": n.SendOutcome(t.Context(), psp.Outcome{}),
		"details.payer.fullName":     n.Settle(t.Context(), "t", payment.Outcome{Paid: true, Payer: &payment.Subject{Kind: payment.Natural, Code: "ANONIMO"}}),
		"details.paymentChannel":     n.SendOutcome(t.Context(), psp.Outcome{Tokens: []string{"t"}, Outcome: paid, Channel: "mail"}),
	} {
		require.ErrorIs(t, err, pagonline.ErrInvalid, field)
		require.Equal(t, field, pagonline.AsError(err).Field)
	}
	require.ErrorIs(t, activateErr(n, psp.Activation{Key: key, Life: -time.Hour}), pagonline.ErrInvalid)
	require.Empty(t, n.bodies)
}

func activateErr(n *node, a psp.Activation) error {
	_, err := n.ActivateNotice(context.Background(), a)
	return err
}
