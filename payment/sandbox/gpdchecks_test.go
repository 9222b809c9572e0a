package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestDebtChecks: what GPD does not take.
func TestDebtChecks(t *testing.T) {
	b := newBooks(t)
	long := strings.Repeat("x", 141)
	transfer := v3One[strings.Index(v3One, `{"idTransfer"`) : strings.Index(v3One, `}]}]}]}`)+1]
	for _, c := range [][2]string{
		{`"debt"`, `""`},
		{`"debt"`, `"a/b"`},
		{`"c"`, `""`},
		{`"c"`, `"` + long + `"`},
		{`"companyName"`, `"officeName":"` + long + `","companyName"`},
		{`"switchToExpired":false,`, ``},
		{`"F"`, `"X"`},
		{`"ANONIMO"`, `""`},
		{`"Mario Rossi"`, `""`},
		{`"Mario Rossi"`, `"Mario Rossi","country":"Italia"`},
		{`"switchToExpired"`, `"validityDate":"2026-11-20T08:00:00Z","switchToExpired"`},
		{`"switchToExpired"`, `"validityDate":"2026-12-20T22:59:59Z","switchToExpired"`},
		{`"switchToExpired"`, `"retentionDate":"2026-12-20T22:00:00Z","switchToExpired"`},
		{"2026-12-20T22:59:59.000Z", "2026-11-20T08:59:59.000Z"},
		{"2026-12-20T22:59:59.000Z", "20/12/2026"},
		{`"iuv":"01000000000000144"`, `"iuv":""`},
		{`"amount":1250`, `"amount":0`},
		{`"amount":1250`, `"amount":12.5`},
		{`"amount":1250`, `"amount":1251`},
		{`"description":"d"`, `"description":""`},
		{`"idTransfer":"1"`, `"idTransfer":"6"`},
		{`"amount":1250,"rem`, `"amount":0,"rem`},
		{`"r"`, `""`},
		{`"r"`, `"r","companyName":"` + long + `"`},
		{"9/0701100AP/", "0701100AP"},
		{`"iban":"IT60X0542811101000000123456"`, `"iban":""`},
		{"IT60X0542811101000000123456", "IT60 X054"},
		{`"iban"`, `"stamp":{"hashDocument":"h","stampType":"01","provincialResidence":"LI"},"iban"`},
		{`"iban":"IT60X0542811101000000123456"`, `"stamp":{"hashDocument":"h","stampType":"1","provincialResidence":"LI"}`},
		{`"iban"`, `"postalIban":"x x","iban"`},
		{transfer, ""},
		{transfer, transfer + "," + transfer},
		{`"installments":[`, `"installments":[],"x":[`},
		{`"paymentOption":[`, `"paymentOption":[],"x":[`},
		{`"idTransfer"`, `"transferMetadata":[{"key":"","value":""}],"idTransfer"`},
		{v3One, ""},
		{v3One, "[]"},
	} {
		said := b.want(http.StatusBadRequest, http.MethodPost, v3Debts, edited(t, v3One, c[0], c[1]))
		require.Contains(t, said, `"title":"Error in the debt position request data"`)
	}
	for _, c := range [][2]string{
		{`"iuv":"01000000000000144"`, `"installmentMetadata":[{"key":"NOTIFICATION_FEE","value":"1"}],"iuv":"01000000000000144"`},
		{`"iuv":"01000000000000144"`, `"installmentMetadata":[{"key":"k","value":"1"},{"key":"k","value":"2"}],"iuv":"01000000000000144"`},
	} {
		b.want(http.StatusConflict, http.MethodPost, v3Debts, edited(t, v3One, c[0], c[1]))
	}
	for _, c := range [][2]string{
		{`"iban":"IT60X0542811101000000123456"`, `"stamp":{"hashDocument":"h","stampType":"01","provincialResidence":"LI"}`},
		{`"isPartialPayment":false,`, ""},
		{`"switchToExpired":false,`, ""},
		{v1One, "x"},
	} {
		b.want(http.StatusBadRequest, http.MethodPost, v1Debts, edited(t, v1One, c[0], c[1]))
	}
	b.want(http.StatusCreated, http.MethodPost, v3Debts, v3One)
	b.want(http.StatusConflict, http.MethodPost, v3Debts, v3One)
	b.want(http.StatusConflict, http.MethodPost, v3Debts, edited(t, v3One, `"debt"`, `"other"`))
	b.want(http.StatusBadRequest, http.MethodPut, v3Debts+"/debt", edited(t, v3One, `"debt"`, `"other"`))
	b.want(http.StatusNotFound, http.MethodPut, v3Debts+"/other", edited(t, v3One, `"debt"`, `"other"`))
	b.want(http.StatusNotFound, http.MethodDelete, v3Debts+"/other", "")
	b.want(http.StatusNotFound, http.MethodPost, v3Debts+"/other/publish", "")
	b.want(http.StatusCreated, http.MethodPost, v3Debts, strings.NewReplacer(`"debt"`, `"other"`, "01000000000000144", "01000000000000245").Replace(v3One))
	b.want(http.StatusConflict, http.MethodPut, v3Debts+"/other", edited(t, v3One, `"debt"`, `"other"`))
	b.Advance(60 * 24 * time.Hour)
	b.want(http.StatusConflict, http.MethodPost, v3Debts+"/debt/publish", "")

	b.want(http.StatusBadRequest, http.MethodPost, strings.Replace(v3Debts, creditor, "9", 1), v3One)
	b.want(http.StatusBadRequest, http.MethodPost, v3Debts, strings.Repeat(" ", 5<<20)+v3One)
	b.key = ""
	b.want(http.StatusUnauthorized, http.MethodGet, v3Debts, "")
	b.want(http.StatusOK, http.MethodGet, v3Debts+"?subscription-key=key", "")
}
