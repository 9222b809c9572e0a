package sandbox_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/sandbox"
)

// books is a sandbox that is asked over its services only.
type books struct {
	*sandbox.Sandbox

	t   *testing.T
	key string
}

func newBooks(t *testing.T) *books {
	t.Helper()
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	return &books{t: t, key: "key", Sandbox: sandbox.New(
		[]sandbox.Station{{FiscalCode: creditor, URL: "http://127.0.0.1:1"}}, sandbox.Config{Now: func() time.Time { return now }},
	)}
}

// ask sends a request and returns the answer.
func (b *books) ask(method, path, body string) (int, string) {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Ocp-Apim-Subscription-Key", b.key)
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	said, err := io.ReadAll(w.Body)
	require.NoError(b.t, err)
	return w.Code, string(said)
}

// want sends a request that is to be answered so, and returns what was said.
func (b *books) want(status int, method, path, body string) string {
	b.t.Helper()
	got, said := b.ask(method, path, body)
	require.Equal(b.t, status, got, "%s %s: %s", method, path, said)
	return said
}

func (b *books) wantState(state, path string) {
	b.t.Helper()
	require.Contains(b.t, b.want(http.StatusOK, http.MethodGet, path, ""), `"status":"`+state+`"`)
}

const (
	v3Debts = "/gpd/debt-positions-service/v3/organizations/99999000013/debtpositions"
	v1Debts = "/aca/debt-positions-service/v1/organizations/99999000013/debtpositions"
	v3One   = `{"iupd":"debt","companyName":"c","paymentOption":[{"switchToExpired":false,"debtor":{"type":"F","fiscalCode":"ANONIMO","fullName":"Mario Rossi"},
		"installments":[{"iuv":"01000000000000144","amount":1250,"description":"d","dueDate":"2026-12-20T22:59:59.000Z",
		"transfer":[{"idTransfer":"1","amount":1250,"remittanceInformation":"r","category":"9/0701100AP/","iban":"IT60X0542811101000000123456"}]}]}]}`
	v1One = `{"iupd":"debt","companyName":"c","switchToExpired":false,"type":"F","fiscalCode":"ANONIMO","fullName":"Mario Rossi",
		"paymentOption":[{"iuv":"01000000000000144","amount":1250,"description":"d","isPartialPayment":false,"dueDate":"2026-12-20T22:59:59",
		"transfer":[{"idTransfer":"1","amount":1250,"remittanceInformation":"r","category":"9/0701100AP/","iban":"IT60X0542811101000000123456"}]}]}`
)

// edited returns body with a part of it replaced.
func edited(t *testing.T, body, old, with string) string {
	t.Helper()
	require.Contains(t, body, old)
	return strings.Replace(body, old, with, 1)
}

func (b *books) verify() error {
	_, err := b.Verify(b.t.Context(), payment.Key{Creditor: creditor, Number: notice.MustParse("301000000000000144")})
	return err
}

// TestDebtStates walks through the states of a debt.
func TestDebtStates(t *testing.T) {
	b := newBooks(t)
	b.want(http.StatusCreated, http.MethodPost, v3Debts, v3One)
	b.wantState("DRAFT", v3Debts+"/debt")
	require.ErrorIs(t, b.verify(), payment.ErrUnknown)
	b.want(http.StatusOK, http.MethodPost, v3Debts+"/debt/publish", "")
	b.wantState("VALID", v3Debts+"/debt")
	require.NoError(t, b.verify())
	b.want(http.StatusConflict, http.MethodPost, v3Debts+"/debt/publish", "")
	b.want(http.StatusOK, http.MethodDelete, v3Debts+"/debt", "")
	b.want(http.StatusNotFound, http.MethodGet, v3Debts+"/debt", "")

	later := edited(t, v3One, `"switchToExpired":false`, `"switchToExpired":true,"validityDate":"2026-11-21T09:00:00.000Z"`)
	b.want(http.StatusCreated, http.MethodPost, v3Debts+"?toPublish=true", later)
	b.wantState("PUBLISHED", v3Debts+"/debt")
	require.ErrorIs(t, b.verify(), payment.ErrUnknown)
	b.Advance(24 * time.Hour)
	b.wantState("VALID", v3Debts+"/debt")
	require.NoError(t, b.verify())
	b.Advance(30 * 24 * time.Hour)
	b.wantState("UNPAYABLE", v3Debts+"/debt")
	require.ErrorIs(t, b.verify(), payment.ErrExpired)
	b.want(http.StatusBadRequest, http.MethodPut, v3Debts+"/debt?toPublish=true", v3One)
	b.want(http.StatusOK, http.MethodPut, v3Debts+"/debt?toPublish=true", edited(t, v3One, "2026-12-20", "2027-12-20"))
	b.wantState("VALID", v3Debts+"/debt")
	a, err := b.Activate(t.Context(), payment.Key{Creditor: creditor, Number: notice.MustParse("301000000000000144")}, price)
	require.NoError(t, err)
	b.wantState("VALID", v3Debts+"/debt")
	require.NoError(t, b.Settle(t.Context(), a.Token, payment.Outcome{Paid: true, Method: "CP"}))
	require.Contains(t, b.want(http.StatusOK, http.MethodGet, v3Debts+"/debt", ""), `"idReceipt":"`+a.Token+`"`)
	b.wantState("PAID", v3Debts+"/debt")
	b.want(http.StatusConflict, http.MethodPut, v3Debts+"/debt", v3One)
	b.want(http.StatusConflict, http.MethodDelete, v3Debts+"/debt", "")
}

// TestACAStates: what version 1 and ACA have of their own.
func TestACAStates(t *testing.T) {
	b := newBooks(t)
	require.NoError(t, b.Script(sandbox.Rule{Fault: sandbox.StandIn}))
	b.want(http.StatusCreated, http.MethodPost, v1Debts+"?toPublish=true", v1One)
	b.wantState("VALID", v1Debts+"/debt")
	require.NoError(t, b.verify())
	b.want(http.StatusOK, http.MethodPost, v1Debts+"/debt/invalidate", "")
	b.wantState("INVALID", v1Debts+"/debt")
	require.ErrorIs(t, b.verify(), payment.ErrCancelled)
	b.want(http.StatusConflict, http.MethodPost, v1Debts+"/debt/invalidate", "")
	b.want(http.StatusConflict, http.MethodPut, v1Debts+"/debt", v1One)
	b.want(http.StatusNotFound, http.MethodPost, v1Debts+"/other/invalidate", "")
	b.want(http.StatusOK, http.MethodDelete, v1Debts+"/debt", "")

	b.want(http.StatusCreated, http.MethodPost, v1Debts+"?toPublish=true", v1One)
	paids := strings.Replace(v1Debts, "/debtpositions", "/paymentoptions/paids/", 1)
	b.want(http.StatusBadRequest, http.MethodPost, paids+"301000000000000144", "")
	b.want(http.StatusNotFound, http.MethodPost, paids+"301000000000000245", "{}")
	require.Contains(t, b.want(http.StatusOK, http.MethodPost, paids+"301000000000000144", "{}"), `"status":"PO_PAID"`)
	require.ErrorIs(t, b.verify(), payment.ErrPaid)
	b.want(http.StatusConflict, http.MethodPost, paids+"301000000000000144", "{}")
	b.want(http.StatusConflict, http.MethodDelete, v1Debts+"/debt", "")
}

// TestDebtRates: 450 calls in ten seconds by a key, ten in an hour for receipts.
func TestDebtRates(t *testing.T) {
	b := newBooks(t)
	for range 450 {
		b.want(http.StatusNotFound, http.MethodGet, v3Debts+"/debt", "")
	}
	r := httptest.NewRequest(http.MethodGet, v3Debts, nil)
	r.Header.Set("Ocp-Apim-Subscription-Key", b.key)
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	require.Equal(t, http.StatusTooManyRequests, w.Code)
	require.Equal(t, "10", w.Header().Get("Retry-After"))
	b.want(http.StatusOK, http.MethodGet, v1Debts, "")
	b.Advance(10 * time.Second)
	b.want(http.StatusOK, http.MethodGet, v3Debts, "")
	const receipt = "/bizevents/service/v1/organizations/99999000013/receipts/iur"
	for range 10 {
		b.want(http.StatusNotFound, http.MethodGet, receipt, "")
	}
	b.want(http.StatusTooManyRequests, http.MethodGet, receipt+"/paymentoptions/iuv", "")
	b.Advance(time.Hour)
	b.want(http.StatusNotFound, http.MethodGet, receipt, "")
}

// TestDebtList: filters, orders and pages.
func TestDebtList(t *testing.T) {
	b := newBooks(t)
	for i := range 12 {
		number, err := notice.Issue(1, uint64(i+1))
		require.NoError(t, err)
		body := strings.NewReplacer(`"debt"`, fmt.Sprintf(`"debt-%02d"`, 11-i), "01000000000000144", number.IUV().String(), `"c"`, fmt.Sprintf(`"c%d"`, i%3)).Replace(v3One)
		if i == 0 {
			body = edited(t, body, "2026-12-20", "2027-01-20")
		}
		b.want(http.StatusCreated, http.MethodPost, v3Debts+"?toPublish="+strconv.FormatBool(i < 2), body)
	}
	list := func(query string) (iupds []string, pages int) {
		var page struct {
			List []struct {
				IUPD string `json:"iupd"`
			} `json:"payment_position_list"`
			Info struct {
				Pages int `json:"total_pages"`
				Found int `json:"items_found"`
			} `json:"page_info"`
		}
		require.NoError(t, json.Unmarshal([]byte(b.want(http.StatusOK, http.MethodGet, v3Debts+query, "")), &page))
		for _, d := range page.List {
			iupds = append(iupds, strings.TrimPrefix(d.IUPD, "debt-"))
		}
		require.Len(t, iupds, page.Info.Found)
		return iupds, page.Info.Pages
	}
	for query, want := range map[string]string{
		"": "00 01 02 03 04 05 06 07 08 09", "?page=1": "10 11", "?page=2": "", "?limit=3&ordering=ASC": "11 10 09",
		"?limit=2&orderby=IUPD": "11 10", "?limit=3&orderby=IUPD&ordering=ASC": "00 01 02", "?status=VALID": "10 11",
		"?limit=3&orderby=COMPANY_NAME&ordering=ASC": "11 08 05", "?orderby=STATUS&ordering=DESC&limit=2": "10 11",
		"?due_date_from=2027-01-01": "11", "?due_date_to=2026-12-20&status=VALID": "10", "?payment_date_from=2026-11-01&payment_date_to=2026-11-30": "",
	} {
		got, _ := list(query)
		require.Equal(t, want, strings.Join(got, " "), query)
	}
	_, pages := list("")
	require.Equal(t, 2, pages)
	for _, query := range []string{
		"?limit=51", "?limit=0", "?limit=x", "?page=-1", "?due_date_from=x", "?due_date_from=2026-11-02&due_date_to=2026-11-01",
		"?due_date_from=2026-11-01&due_date_to=2026-12-02", "?due_date_from=2026-11-01&payment_date_to=2026-11-01",
	} {
		b.want(http.StatusBadRequest, http.MethodGet, v3Debts+query, "")
	}
}

// TestFlows: the reporting flows are there and empty, as the official file says.
func TestFlows(t *testing.T) {
	b := newBooks(t)
	const flows = "/fdr-org/service/v1/organizations/99999000013/fdrs"
	for path, status := range map[string]int{
		flows: 200, flows + "?page=2&size=10&pspId=PSP&publishedGt=2026-11-20T00:00:00Z&flowDate=2026-11-20T00:00:00Z": 200,
		flows + "?page=0": 400, flows + "?size=1001": 400, flows + "?publishedGt=2026": 400,
		flows + "/f/revisions/1/psps/p": 404, flows + "/f/revisions/1/psps/p/payments": 404, flows + "/f/revisions/x/psps/p": 400,
	} {
		said := b.want(status, http.MethodGet, path, "")
		t.Run(strings.ReplaceAll(path, "/", "|"), func(t *testing.T) {
			api := officialtest.NewOpenAPI(t, "openapi/fdr_organization.json")
			u, err := url.Parse(path)
			require.NoError(t, err)
			require.Empty(t, api.Check(&http.Request{Method: http.MethodGet, URL: u}, nil, status, []byte(said)))
		})
	}
}

// TestAsynchronousMode: GPD answers the node, and the station only gets the receipt.
func TestAsynchronousMode(t *testing.T) {
	c := newTown(t)
	client, err := gpd.New("key", gpd.Config{BaseURL: c.base + "/sandbox", Now: func() time.Time { return c.now }})
	require.NoError(t, err)
	cashier := payment.NewCashier(c.store, payment.Config{Now: func() time.Time { return c.now }, Gateway: c.client, Publisher: client})
	p := c.open(price)
	o, err := cashier.Send(t.Context(), payment.OrderRequest{Positions: []payment.Key{p.Key}}, back)
	require.NoError(t, err)
	returned, err := sandbox.Payer{Email: "mario.rossi@example.org"}.Visit(t.Context(), o.Location, sandbox.Pay)
	require.NoError(t, err)
	require.Equal(t, "https://portal.example/ok", returned)
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Equal(t, []string{"paSendRTV2 OK"}, c.calls())
	require.Equal(t, o.ID, c.receipts(p.Key)[0].Note)
	p, err = c.store.Positions().Get(t.Context(), p.Key)
	require.NoError(t, err)
	require.Equal(t, payment.Paid, p.Status)
	require.NoError(t, client.Publish(t.Context(), p))
	d, err := client.Get(t.Context(), creditor, gpd.IUPD(p.Debt))
	require.NoError(t, err)
	require.Equal(t, gpd.Paid, d.Status)
	i, found := d.Find(p.Number)
	require.True(t, found)
	require.Equal(t, p.ReceiptID, i.ReceiptID)
	require.Equal(t, pagonline.DateOf(c.now), pagonline.DateOf(i.PaidAt))
}

// TestStampsFromGPD: GPD asks for stamps as the station would.
func TestStampsFromGPD(t *testing.T) {
	b := newBooks(t)
	b.want(http.StatusCreated, http.MethodPost, v3Debts+"?toPublish=true", edited(t, v3One,
		`"iban":"IT60X0542811101000000123456"`, `"stamp":{"hashDocument":"aGFzaA==","stampType":"01","provincialResidence":"LI"}`))
	require.NoError(t, b.verify())
	_, err := b.Activate(t.Context(), payment.Key{Creditor: creditor, Number: notice.MustParse("301000000000000144")}, price)
	require.ErrorContains(t, err, "PPT_SEMANTICA", "its PSP sells none")
}

// FuzzDebt: whatever is posted, GPD and ACA answer that it is there or what is wrong, and
// what is there can be told and asked for.
func FuzzDebt(f *testing.F) {
	f.Add(v3One, false)
	f.Add(v1One, true)
	f.Add(`{"paymentOption":[{"installments":[{"transfer":[{}]}]}]}`, false)
	f.Fuzz(func(t *testing.T, body string, aca bool) {
		b := newBooks(t)
		debts := v3Debts
		if aca {
			debts = v1Debts
		}
		status, said := b.ask(http.MethodPost, debts+"?toPublish=true", body)
		if status == http.StatusBadRequest || status == http.StatusConflict {
			return
		}
		require.Equal(t, http.StatusCreated, status, said)
		require.Contains(t, b.want(http.StatusOK, http.MethodGet, debts+"?limit=50", ""), `"items_found":1`)
		_ = b.verify() // it must not panic
	})
}
