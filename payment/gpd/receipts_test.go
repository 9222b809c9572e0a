package gpd_test

import (
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
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/store/memory"
)

const bizEvents = "https://api.uat.platform.pagopa.it/bizevents/service/v1/organizations/99999000013/receipts/"

// receipt is what biz-events says of a payment, less the braces.
const receipt = `"receiptId":"iur-1","noticeNumber":"301000000000000144","fiscalCode":"99999000013","outcome":"OK",
	"creditorReferenceId":"01000000000000144","paymentAmount":12.5,"description":"d","companyName":"c","officeName":"o",
	"debtor":{"entityUniqueIdentifierType":"F","entityUniqueIdentifierValue":"ANONIMO","fullName":"Mario Rossi","stateProvinceRegion":"LI"},
	"payer":{"entityUniqueIdentifierType":"G","entityUniqueIdentifierValue":"99999000013","fullName":"Ditta di prova","email":"ditta@example.org"},
	"transferList":[{"idTransfer":1,"transferAmount":12,"fiscalCodePA":"99999000013","iban":"IT60X0542811101000000123456","mbdAttachment":null,
		"remittanceInformation":"r","transferCategory":"9/0701100AP/","metadata":[{"key":"k","value":"v"}]},
		{"transferAmount":0.50,"fiscalCodePA":"99999000013","iban":"","mbdAttachment":"c3RhbXA=","remittanceInformation":"r","transferCategory":"9/1201105IM/"}],
	"idPSP":"ABI00000","pspFiscalCode":"00000000000","pspPartitaIVA":"00000000000","pspCompanyName":"PSP di prova","idChannel":"00000000000_01",
	"channelDescription":"prova","paymentMethod":"CP","fee":1.5E0,"primaryCiIncurredFee":0,"idBundle":"b","idCiBundle":"cb",
	"applicationDate":"2026-11-20","transferDate":"2026-11-23","metadata":[{"key":"k","value":"v"}]`

func receipts(t *testing.T) (*gpd.Receipts, *httpmock.MockTransport) {
	t.Helper()
	cfg, mock := mocked(nil)
	r, err := gpd.NewReceipts("key", cfg)
	require.NoError(t, err)
	return r, mock
}

func TestReceipt(t *testing.T) {
	fee, creditorFee := euro.MustParse("1.50"), euro.Amount{}
	for said, want := range map[string]struct {
		paidAt, inRT time.Time
		paidOn       string
	}{
		`,"paymentDateTime":"2026-11-20","paymentDateTimeFormatted":"2026-11-20T10:30:00.5+01:00"`: {
			time.Date(2026, 11, 20, 9, 30, 0, 500_000_000, time.UTC), time.Date(2026, 11, 20, 9, 30, 0, 500_000_000, time.UTC), "2026-11-20",
		},
		`,"paymentDateTime":"2026-11-20T00:00:00","paymentDateTimeFormatted":"2026-11-20T10:30:00"`: {
			time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC), time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC), "2026-11-20",
		},
		`,"paymentDateTimeFormatted":"2026-11-20T23:30:00Z"`: {
			time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC), time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC), "2026-11-21",
		},
		`,"paymentDateTime":"2026-11-20","paymentDateTimeFormatted":null`: {time.Time{}, time.Date(2026, 11, 19, 23, 0, 0, 0, time.UTC), "2026-11-20"},
		``: {time.Time{}, time.Time{}, ""},
	} {
		r, mock := receipts(t)
		body := "{" + receipt + said + "}"
		mock.RegisterResponder(http.MethodGet, bizEvents+"iur-1/paymentoptions/01000000000000144", httpmock.NewStringResponder(http.StatusOK, body))
		found, err := r.Receipt(t.Context(), creditor, "iur-1", "01000000000000144")
		require.NoError(t, err, said)
		require.Equal(t, want.paidAt, found.PaidAt(), said)
		require.Equal(t, want.paidOn, found.PaidOn().String(), said)
		require.Equal(t, payment.RT{
			Creditor: creditor, ReceiptID: "iur-1", Issuer: creditor, Number: numbers(t, 1), IUV: "01000000000000144", OK: true,
			Amount: euro.MustParse("12.50"), Description: "d", Company: "c", Office: "o",
			Debtor: payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi", Province: "LI"},
			Payer:  &payment.Subject{Kind: payment.Legal, Code: "99999000013", Name: "Ditta di prova", Email: "ditta@example.org"},
			Transfers: []payment.Credit{
				{
					ID: 1, Amount: euro.MustParse("12.00"), Creditor: creditor, IBAN: "IT60X0542811101000000123456", Remittance: "r",
					Category: "9/0701100AP/", Metadata: []payment.MetadataEntry{{Key: "k", Value: "v"}},
				},
				{ID: 2, Amount: euro.MustParse("0.50"), Creditor: creditor, Stamp: []byte("stamp"), Remittance: "r", Category: "9/1201105IM/"},
			},
			PSP:    payment.PSPInfo{ID: "ABI00000", FiscalCode: "00000000000", VAT: "00000000000", Company: "PSP di prova", Channel: "00000000000_01", ChannelDescription: "prova"},
			Method: "CP", Fee: &fee, CreditorFee: &creditorFee, Bundle: "b", CreditorBundle: "cb", PaidAt: want.inRT,
			AppliedOn: day("2026-11-20"), TransferOn: day("2026-11-23"), Metadata: []payment.MetadataEntry{{Key: "k", Value: "v"}},
			Operation: payment.OperationBizEvents, Raw: []byte(body),
		}, found.RT(creditor), said)
	}
}

func day(s string) pagonline.Date {
	d, _ := pagonline.ParseDate(s)
	return d
}

func TestOddReceipts(t *testing.T) {
	edit := func(old, with string) string {
		require.Contains(t, receipt, old)
		return "{" + strings.Replace(receipt, old, with, 1) + "}"
	}
	for _, body := range []string{
		"", "[]", "{}", edit("iur-1", "iur-2"), edit(`"01000000000000144"`, `"01000000000000245"`), edit("301000000000000144", "30"), edit(`"OK"`, `"?"`),
		edit("12.5,", "12.505,"), edit("12.5,", "1e9,"), edit("12.5,", "1e1000000000,"), edit("12.5,", `"12.50",`), edit("12.5,", "-1,"),
		edit("c3RhbXA=", "***"), edit(`"applicationDate":"2026-11-20"`, `"applicationDate":"20/11/2026"`), edit(`"transferList":[`, `"transferList":[],"x":[`),
		edit(`"fiscalCode":"99999000013"`, `"fiscalCode":"x"`), edit(`"metadata":[{"key":"k","value":"v"}]},`, `"metadata":7},`),
	} {
		r, mock := receipts(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusOK, body))
		_, err := r.Receipt(t.Context(), creditor, "iur-1", "01000000000000144")
		require.ErrorIs(t, err, pagonline.ErrUnavailable, body)
		require.NotContains(t, err.Error(), "Mario")
	}
	r, mock := receipts(t)
	for _, c := range [][3]string{{"x", "iur", ""}, {creditor, "", ""}, {creditor, "../x", ""}, {creditor, "iur", "a b"}} {
		_, err := r.Receipt(t.Context(), c[0], c[1], c[2])
		require.ErrorIs(t, err, pagonline.ErrInvalid)
	}
	require.Zero(t, mock.GetTotalCallCount())
}

// TestBudget: ten calls in an hour, each one counts, and there is no second try.
func TestBudget(t *testing.T) {
	cfg, mock := mocked(nil)
	now := today
	cfg.Now = func() time.Time { return now }
	r, err := gpd.NewReceipts("key", cfg)
	require.NoError(t, err)
	mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusBadGateway, ""))
	ask := func() *gpd.Error {
		_, err := r.Receipt(t.Context(), creditor, "iur-1", "")
		var failed *gpd.Error
		require.ErrorAs(t, err, &failed)
		require.True(t, failed.Retryable())
		return failed
	}
	for i := range 10 {
		now = today.Add(time.Duration(i) * time.Minute)
		require.Equal(t, http.StatusBadGateway, ask().Status)
	}
	require.Equal(t, 10, mock.GetTotalCallCount())
	spent := ask()
	require.Equal(t, 10, mock.GetTotalCallCount(), "no call was made")
	require.Zero(t, spent.Status)
	require.Equal(t, today.Add(time.Hour), spent.RetryAt())
	now = spent.RetryAt()
	require.Equal(t, http.StatusBadGateway, ask().Status)
	require.Equal(t, 11, mock.GetTotalCallCount())

	now = today.Add(5 * time.Hour)
	mock.RegisterNoResponder(status(http.StatusTooManyRequests, ""))
	require.Equal(t, now.Add(time.Hour), ask().RetryAt(), "others have spent it")
	require.Equal(t, now.Add(time.Hour), ask().RetryAt())
	require.Equal(t, 12, mock.GetTotalCallCount())
	now = now.Add(time.Hour)
	mock.RegisterNoResponder(status(http.StatusTooManyRequests, "60"))
	require.Equal(t, now.Add(time.Minute), ask().RetryAt())
}

// TestRecovery: the receipt of a payment whose message never came, recovered and
// recorded.
func TestRecovery(t *testing.T) {
	c := newTown(t)
	store := &memory.Store{}
	cashier := payment.NewCashier(store, payment.Config{Now: c.clock})
	p := position(t, c, cashier)
	require.NoError(t, publisher(t, false, c.cfg).Publish(t.Context(), p))
	a, err := c.sandbox.Activate(t.Context(), p.Key, euro.Amount{})
	require.NoError(t, err)
	payer := payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Anna Bianchi"}
	require.NoError(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true, Method: "CP", Fee: euro.MustParse("1.50"), Payer: &payer}))

	r, err := gpd.NewReceipts("key", c.cfg)
	require.NoError(t, err)
	found, err := r.Receipt(t.Context(), creditor, a.Token, p.Number.IUV().String())
	require.NoError(t, err)
	for _, repeat := range []bool{false, true} {
		done, err := cashier.Record(t.Context(), found.RT(creditor))
		require.NoError(t, err)
		require.Equal(t, payment.Recorded{Repeat: repeat}, done)
	}
	p, err = store.Positions().Get(t.Context(), p.Key)
	require.NoError(t, err)
	require.Equal(t, payment.Paid, p.Status)
	require.Equal(t, c.clock(), p.PaidAt)
	_, err = r.Receipt(t.Context(), creditor, "unknown", "")
	require.ErrorIs(t, err, pagonline.ErrNotFound)
	_, err = r.Receipt(t.Context(), "00000000000", a.Token, "")
	require.ErrorIs(t, err, pagonline.ErrNotFound, "it has no share")
}

// TestOpenAPIReceipts: the sandbox's biz-events is as the official file says.
func TestOpenAPIReceipts(t *testing.T) {
	api := officialtest.NewOpenAPI(t, "openapi/biz_events.json")
	c := newTown(t)
	c.cfg.HTTPClient = &http.Client{Transport: api.Transport(t, c.server.Client().Transport)}
	p := position(t, c, payment.NewCashier(&memory.Store{}, payment.Config{Now: c.clock}))
	to, err := gpd.New("key", gpd.Config{BaseURL: c.server.URL, Now: c.clock})
	require.NoError(t, err)
	require.NoError(t, to.Publish(t.Context(), p))
	a, err := c.sandbox.Activate(t.Context(), p.Key, euro.Amount{})
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true}))
	r, err := gpd.NewReceipts("key", c.cfg)
	require.NoError(t, err)
	for _, iuv := range []string{"", p.Number.IUV().String()} {
		_, err = r.Receipt(t.Context(), creditor, a.Token, iuv)
		require.NoError(t, err)
	}
	for range 9 {
		_, err = r.Receipt(t.Context(), creditor, "unknown", "")
		require.Error(t, err)
	}
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
}
