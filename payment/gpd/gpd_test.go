package gpd_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/store/memory"
)

const (
	debts = "https://api.uat.platform.pagopa.it/gpd/debt-positions-service/v3/organizations/99999000013/debtpositions"
	aca   = "https://api.uat.platform.pagopa.it/aca/debt-positions-service/v1/organizations/99999000013"
)

func numbers(t *testing.T, n int) notice.Number {
	t.Helper()
	number, err := notice.Issue(1, uint64(n))
	require.NoError(t, err)
	return number
}

var today = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// mocked returns a configuration whose requests mock answers; waits are noted.
func mocked(waits *[]time.Duration) (gpd.Config, *httpmock.MockTransport) {
	mock := httpmock.NewMockTransport()
	return gpd.Config{
		Environment: payment.UAT, SecondKey: "second", HTTPClient: &http.Client{Transport: mock},
		Now: func() time.Time { return today },
		Wait: func(ctx context.Context, d time.Duration) error {
			if waits != nil && d > 0 {
				*waits = append(*waits, d)
			}
			return ctx.Err()
		},
	}, mock
}

func client(t *testing.T) (*gpd.Client, *httpmock.MockTransport) {
	t.Helper()
	cfg, mock := mocked(nil)
	c, err := gpd.New("first", cfg)
	require.NoError(t, err)
	return c, mock
}

// one returns a debt of one notice.
func one(t *testing.T) gpd.Debt {
	t.Helper()
	c := &town{now: today}
	d, err := gpd.NewDebt(position(t, c, payment.NewCashier(&memory.Store{}, payment.Config{Now: c.clock})))
	require.NoError(t, err)
	return d
}

func TestCreate(t *testing.T) {
	c, mock := client(t)
	mock.RegisterResponder(http.MethodPost, debts+"?toPublish=true", func(r *http.Request) (*http.Response, error) {
		require.Equal(t, "first", r.Header.Get("Ocp-Apim-Subscription-Key"))
		require.Equal(t, "application/json", r.Header.Get("Content-Type"))
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.JSONEq(t, `{
			"iupd": "01000000000000144", "payStandIn": true, "companyName": "Ente creditore di prova", "officeName": "Archivio di Stato di Livorno",
			"paymentOption": [{
				"switchToExpired": false,
				"debtor": {"type": "F", "fiscalCode": "ANONIMO", "fullName": "Mario Rossi"},
				"installments": [{
					"nav": "301000000000000144", "iuv": "01000000000000144", "amount": 1250,
					"description": "prot. 345/2024 - Archivio di Stato di Livorno", "dueDate": "2026-12-20T22:59:59.000Z",
					"transfer": [{
						"idTransfer": "1", "amount": 1250, "organizationFiscalCode": "99999000013",
						"remittanceInformation": "/RFB/01000000000000144/12.50/TXT/prot. 345/2024 - Archivio di Stato di Livorno",
						"category": "9/0701100AP/", "iban": "IT60X0542811101000000123456"
					}]
				}]
			}]}`, string(body))
		return httpmock.NewStringResponse(http.StatusCreated, `{}`), nil
	})
	require.NoError(t, c.Create(t.Context(), one(t), true))
}

func TestRefusals(t *testing.T) {
	for status, want := range map[int]struct {
		class  error
		reason error
		calls  int
	}{
		http.StatusBadRequest:          {pagonline.ErrInvalid, nil, 1},
		http.StatusUnauthorized:        {pagonline.ErrInternal, nil, 2}, // both keys
		http.StatusForbidden:           {pagonline.ErrDenied, nil, 1},
		http.StatusNotFound:            {pagonline.ErrNotFound, payment.ErrUnknown, 1},
		http.StatusConflict:            {pagonline.ErrConflict, nil, 1},
		http.StatusUnprocessableEntity: {pagonline.ErrConflict, nil, 1},
		http.StatusTooManyRequests:     {pagonline.ErrUnavailable, nil, 3},
		http.StatusInternalServerError: {pagonline.ErrUnavailable, nil, 1},
		http.StatusServiceUnavailable:  {pagonline.ErrUnavailable, nil, 3},
		http.StatusFound:               {pagonline.ErrInternal, nil, 1}, // not followed
	} {
		c, mock := client(t)
		problem, err := json.Marshal(map[string]any{"title": "Said\nGPD", "status": status, "detail": "about Mario Rossi"})
		require.NoError(t, err)
		answer := httpmock.NewBytesResponse(status, problem)
		answer.Header.Set("Location", "https://elsewhere.example/")
		mock.RegisterNoResponder(httpmock.ResponderFromResponse(answer))
		_, err = c.Get(t.Context(), creditor, "debt")
		var refused *gpd.Error
		require.ErrorAs(t, err, &refused, status)
		require.Equal(t, status, refused.Status)
		require.Equal(t, "Said GPD", refused.Title)
		require.Equal(t, "about Mario Rossi", refused.Detail)
		require.NotContains(t, err.Error(), "Mario")
		require.ErrorIs(t, err, want.class, status)
		if want.reason != nil {
			require.ErrorIs(t, err, want.reason)
		}
		require.Equal(t, want.class == pagonline.ErrUnavailable, refused.Retryable()) //nolint:errorlint // which of the classes
		require.Equal(t, want.calls, mock.GetTotalCallCount(), status)
	}
}

// TestTries: what was refused for the rate is sent again, what may have been carried out
// is not.
func TestTries(t *testing.T) {
	for _, c := range []struct {
		name  string
		first httpmock.Responder
		call  func(*gpd.Client) error
		calls int
		waits []time.Duration
	}{
		{"429 of a POST", status(429, "7"), create(t), 2, []time.Duration{7 * time.Second}},
		{"429 until a date", status(429, today.Add(9*time.Second).Format(http.TimeFormat)), create(t), 2, []time.Duration{9 * time.Second}},
		{"429 without a word", status(429, ""), create(t), 2, []time.Duration{500 * time.Millisecond}},
		{"429 for long", status(429, "31"), create(t), 1, nil},
		{"no answer to a GET", httpmock.NewErrorResponder(errors.New("reset")), look, 2, []time.Duration{500 * time.Millisecond}},
		{"no answer to a POST", httpmock.NewErrorResponder(errors.New("reset")), create(t), 1, nil},
		{"502 of a POST", status(502, ""), create(t), 1, nil},
		{"502 of a DELETE", status(502, ""), remove, 2, []time.Duration{500 * time.Millisecond}},
		{"500 of a GET", status(500, ""), look, 1, nil},
	} {
		var waits []time.Duration
		cfg, mock := mocked(&waits)
		g, err := gpd.New("first", cfg)
		require.NoError(t, err)
		mock.RegisterNoResponder(c.first.Then(httpmock.NewStringResponder(http.StatusOK, `{}`)))
		err = c.call(g)
		require.Equal(t, c.calls == 1, err != nil, "%s: %v", c.name, err)
		require.Equal(t, c.calls, mock.GetTotalCallCount(), c.name)
		require.Equal(t, c.waits, waits, c.name)
		var failed *gpd.Error
		if errors.As(err, &failed) && c.name == "429 for long" {
			require.Equal(t, today.Add(31*time.Second), failed.RetryAt())
		}
	}
}

func status(n int, retryAfter string) httpmock.Responder {
	r := httpmock.NewStringResponse(n, "<html>")
	if retryAfter != "" {
		r.Header.Set("Retry-After", retryAfter)
	}
	return httpmock.ResponderFromResponse(r)
}

func create(t *testing.T) func(*gpd.Client) error {
	t.Helper()
	d := one(t)
	return func(c *gpd.Client) error { return c.Create(t.Context(), d, true) }
}

func look(c *gpd.Client) error {
	_, err := c.Get(context.Background(), creditor, "debt")
	return err
}

func remove(c *gpd.Client) error { return c.Delete(context.Background(), creditor, "debt") }

// TestSecondKey: it is tried when the first is refused, and then it is the first.
func TestSecondKey(t *testing.T) {
	c, mock := client(t)
	var keys []string
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		key := r.Header.Get("Ocp-Apim-Subscription-Key")
		if keys = append(keys, key); key == "first" {
			return httpmock.NewStringResponse(http.StatusUnauthorized, ""), nil
		}
		return httpmock.NewStringResponse(http.StatusOK, "{}"), nil
	})
	require.NoError(t, look(c))
	require.NoError(t, look(c))
	require.Equal(t, []string{"first", "second", "second"}, keys)
}

// TestRate: the 451st call waits for the first one's ten seconds to pass.
func TestRate(t *testing.T) {
	var waits []time.Duration
	cfg, mock := mocked(&waits)
	now := today
	cfg.Now = func() time.Time { return now }
	mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusOK, "{}"))
	c, err := gpd.New("key", cfg)
	require.NoError(t, err)
	for i := range 450 {
		now = today.Add(time.Duration(i) * time.Millisecond)
		require.NoError(t, look(c))
	}
	require.Empty(t, waits)
	require.NoError(t, look(c))
	require.NoError(t, look(c))
	now = today.Add(time.Minute)
	require.NoError(t, look(c))
	require.Equal(t, []time.Duration{10*time.Second - 449*time.Millisecond, 10*time.Second - 448*time.Millisecond}, waits)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Get(ended, creditor, "debt")
	require.ErrorIs(t, err, context.Canceled)
}

// TestWait: the default wait is the system's, and ends with the context.
func TestWait(t *testing.T) {
	cfg, mock := mocked(nil)
	cfg.Wait = nil
	mock.RegisterNoResponder(status(429, "30"))
	c, err := gpd.New("key", cfg)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = c.Get(ctx, creditor, "debt")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, 1, mock.GetTotalCallCount())
}

// TestExplained: the state says what a conflict was about.
func TestExplained(t *testing.T) {
	for state, paid := range map[string]bool{"PAID": true, "PARTIALLY_PAID": false, "VALID": false} {
		c, mock := client(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusConflict, `{"title":"Existing related payment found or not in updatable state"}`))
		mock.RegisterResponder(http.MethodGet, debts+"/01000000000000144", httpmock.NewStringResponder(http.StatusOK, `{"status":"`+state+`"}`))
		for _, err := range []error{
			c.Update(t.Context(), one(t), true), c.Delete(t.Context(), creditor, "01000000000000144"),
			c.PublishDraft(t.Context(), creditor, "01000000000000144"),
		} {
			require.ErrorIs(t, err, pagonline.ErrConflict)
			require.Equal(t, paid, errors.Is(err, payment.ErrPaid), state)
		}
	}
}

func TestChecks(t *testing.T) {
	c, mock := client(t)
	first := func(d *gpd.Debt) *gpd.Installment { return &d.Options[0].Installments[0] }
	for want, edit := range map[string]func(*gpd.Debt){
		"creditor":             func(d *gpd.Debt) { d.Creditor = "9" },
		"iupd":                 func(d *gpd.Debt) { d.IUPD = "a/b" },
		"company":              func(d *gpd.Debt) { d.Company = " " },
		"office":               func(d *gpd.Debt) { d.Office = strings.Repeat("à", 141) },
		"options":              func(d *gpd.Debt) { d.Options = nil },
		"installments":         func(d *gpd.Debt) { d.Options[0].Installments = nil },
		"debtor.kind":          func(d *gpd.Debt) { d.Options[0].Debtor.Kind = "X" },
		"debtor.code":          func(d *gpd.Debt) { d.Options[0].Debtor.Code = "" },
		"debtor.name":          func(d *gpd.Debt) { d.Options[0].Debtor.Name = "" },
		"debtor.country":       func(d *gpd.Debt) { d.Options[0].Debtor.Country = "Italia" },
		"iuv":                  func(d *gpd.Debt) { d.Options = append(d.Options, d.Options[0]) },
		"description":          func(d *gpd.Debt) { first(d).Description = "" },
		"dueAt":                func(d *gpd.Debt) { d.Options[0].ValidFrom = first(d).DueAt },
		"validFrom":            func(d *gpd.Debt) { d.Options[0].ValidFrom = today },
		"keepUntil":            func(d *gpd.Debt) { d.Options[0].KeepUntil = first(d).DueAt.Add(-time.Second) },
		"transfers":            func(d *gpd.Debt) { first(d).Amount = euro.Amount{} },
		"amount":               func(d *gpd.Debt) { first(d).Transfers[0].Amount = euro.Amount{} },
		"transfers.creditor":   func(d *gpd.Debt) { first(d).Transfers[0].Creditor = "" },
		"transfers.company":    func(d *gpd.Debt) { first(d).Transfers[0].Company = strings.Repeat("x", 141) },
		"transfers.remittance": func(d *gpd.Debt) { first(d).Transfers[0].Remittance = "" },
		"transfers.iban":       func(d *gpd.Debt) { first(d).Transfers[0].IBAN = "" },
		"transfers.postalIban": func(d *gpd.Debt) { first(d).Transfers[0].PostalIBAN = "x x" },
		"transfers.stamp":      func(d *gpd.Debt) { first(d).Transfers[0].IBAN, first(d).Transfers[0].Stamp = "", &payment.Stamp{} },
		"transfers.category":   func(d *gpd.Debt) { first(d).Transfers[0].Category = "0101100IM" },
		"metadata":             func(d *gpd.Debt) { first(d).Metadata = []payment.MetadataEntry{{Key: "NOTIFICATION_FEE"}} },
	} {
		d := one(t)
		edit(&d)
		err := c.Create(t.Context(), d, true)
		require.Error(t, err, want)
		require.Equal(t, want, pagonline.AsError(err).Field)
		require.ErrorIs(t, err, pagonline.ErrInvalid, want)
	}
	require.ErrorIs(t, c.Delete(t.Context(), creditor, "../x"), pagonline.ErrInvalid)
	require.ErrorIs(t, c.PublishDraft(t.Context(), "x", "debt"), pagonline.ErrInvalid)
	_, err := c.Get(t.Context(), creditor, "")
	require.ErrorIs(t, err, pagonline.ErrInvalid)
	_, err = gpd.NewDebt()
	require.ErrorIs(t, err, pagonline.ErrInvalid)
	require.Zero(t, mock.GetTotalCallCount())
}

// TestTwoDebts: notices of different debts are not one debt.
func TestTwoDebts(t *testing.T) {
	c := &town{now: today}
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{Now: c.clock})
	_, err := gpd.NewDebt(position(t, c, cashier), position(t, c, cashier))
	require.ErrorIs(t, err, pagonline.ErrInvalid)
}

func TestIUPD(t *testing.T) {
	long := strings.Repeat("è", 35)
	for debt, want := range map[string]string{
		"01000000000000144": "01000000000000144",
		"Debt-1":            "Debt-1",
		"345/2024":          "345_2F2024",
		"345_2F2024":        "345_5F2F2024",
		"a b*c":             "a_20b_2Ac",
		"è":                 "_C3_A8",
		"":                  "",
	} {
		require.Equal(t, want, gpd.IUPD(debt))
	}
	require.Len(t, gpd.IUPD(long), 66)
	require.NotEqual(t, gpd.IUPD(long), gpd.IUPD(long[:len(long)-2]+"à"))
}

func TestOddAnswers(t *testing.T) {
	for name, body := range map[string]string{
		"not JSON":         `<html>`,
		"amount too large": `{"paymentOption":[{"installments":[{"amount":100000000000}]}]}`,
		"amount negative":  `{"paymentOption":[{"installments":[{"transfer":[{"amount":-1}]}]}]}`,
		"amount in euros":  `{"paymentOption":[{"installments":[{"amount":12.50}]}]}`,
		"no date":          `{"paymentOption":[{"installments":[{"dueDate":"20/11/2026"}]}]}`,
		"endless":          `{"iupd":"` + strings.Repeat("x", 9<<20) + `"}`,
	} {
		c, mock := client(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusOK, body))
		_, err := c.Get(t.Context(), creditor, "debt")
		require.ErrorIs(t, err, pagonline.ErrUnavailable, name)
		require.Less(t, len(err.Error()), 100)
	}
}

func TestNew(t *testing.T) {
	for _, c := range []struct {
		key string
		cfg gpd.Config
		ok  bool
	}{
		{"key", gpd.Config{Environment: payment.Production}, true},
		{"key", gpd.Config{BaseURL: "http://127.0.0.1:8080/sandbox/"}, true},
		{"", gpd.Config{Environment: payment.Production}, false},
		{"key", gpd.Config{}, false},
		{"key", gpd.Config{BaseURL: "http://pay.example"}, false},
	} {
		_, err := gpd.New(c.key, c.cfg)
		require.Equal(t, c.ok, err == nil, "%+v: %v", c, err)
		_, err = gpd.NewACA(c.key, c.cfg)
		require.Equal(t, c.ok, err == nil)
		_, err = gpd.NewReceipts(c.key, c.cfg)
		require.Equal(t, c.ok, err == nil)
	}
}

func TestMarkPaid(t *testing.T) {
	cfg, mock := mocked(nil)
	c, err := gpd.NewACA("key", cfg)
	require.NoError(t, err)
	k := payment.Key{Creditor: creditor, Number: numbers(t, 1)}
	mock.RegisterResponder(http.MethodPost, aca+"/paymentoptions/paids/301000000000000144", func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.JSONEq(t, `{"paymentDate":"2026-11-20T09:00:00.000Z"}`, string(body))
		return httpmock.NewStringResponse(http.StatusOK, "{}"), nil
	})
	require.NoError(t, c.MarkPaid(t.Context(), k, time.Time{}))
	mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusConflict, ""))
	k.Number = numbers(t, 2)
	require.ErrorIs(t, c.MarkPaid(t.Context(), k, today), payment.ErrPaid)
	require.ErrorIs(t, c.MarkPaid(t.Context(), payment.Key{}, today), pagonline.ErrInvalid)
}
