package gpd_test

import (
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/gpd"
)

func TestList(t *testing.T) {
	c, mock := client(t)
	page := func(n, pages int, iupds ...string) httpmock.Responder {
		list := []map[string]string{}
		for _, iupd := range iupds {
			list = append(list, map[string]string{"iupd": iupd})
		}
		return httpmock.NewJsonResponderOrPanic(http.StatusOK, map[string]any{
			"payment_position_list": list,
			"page_info":             map[string]int{"page": n, "limit": 50, "items_found": len(list), "total_pages": pages},
		})
	}
	query := debts + "?limit=50&orderby=INSERTED_DATE&ordering=ASC&page="
	mock.RegisterResponder(http.MethodGet, query+"0", page(0, 3, "a", "b"))
	mock.RegisterResponder(http.MethodGet, query+"1", page(1, 3, "c"))
	mock.RegisterResponder(http.MethodGet, query+"2", page(2, 4)) // the list became shorter
	var found []string
	for d, err := range c.List(t.Context(), creditor, gpd.Filter{}) {
		require.NoError(t, err)
		found = append(found, d.IUPD)
	}
	require.Equal(t, []string{"a", "b", "c"}, found)
	mock.Reset()
	mock.RegisterResponder(http.MethodGet, query+"0", page(0, 2, "a"))
	mock.RegisterResponder(http.MethodGet, query+"1", httpmock.NewStringResponder(http.StatusInternalServerError, ""))
	var errs []error
	for _, err := range c.List(t.Context(), creditor, gpd.Filter{}) {
		errs = append(errs, err)
	}
	require.Len(t, errs, 2)
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], pagonline.ErrUnavailable)
	mock.ZeroCallCounters()
	for _, err := range c.List(t.Context(), creditor, gpd.Filter{}) {
		require.NoError(t, err)
		break
	}
	require.Equal(t, 1, mock.GetTotalCallCount(), "it reads no further")
}

func TestFilter(t *testing.T) {
	day := pagonline.DateOf(today)
	for want, f := range map[string]gpd.Filter{
		"due_date_from=2026-11-20&due_date_to=2026-11-21&limit=50&orderby=IUPD&ordering=DESC&page=0&status=VALID": {
			Status: gpd.Valid, DueFrom: day, DueTo: day.AddDays(1), By: gpd.ByIUPD, Descending: true,
		},
		"limit=50&orderby=INSERTED_DATE&ordering=ASC&page=0&payment_date_to=2026-11-20": {PaidTo: day},
	} {
		c, mock := client(t)
		mock.RegisterResponder(http.MethodGet, debts+"?"+want, httpmock.NewStringResponder(http.StatusOK, "{}"))
		for _, err := range c.List(t.Context(), creditor, f) {
			require.NoError(t, err)
		}
		require.Equal(t, 1, mock.GetTotalCallCount())
	}
	c, _ := client(t)
	for _, f := range []gpd.Filter{{DueFrom: day, PaidFrom: day}, {DueFrom: day, DueTo: day.AddDays(-1)}, {PaidFrom: day, PaidTo: day.AddDays(-1)}} {
		for _, err := range c.List(t.Context(), creditor, f) {
			require.ErrorIs(t, err, pagonline.ErrInvalid)
		}
	}
	for _, err := range c.List(t.Context(), "x", gpd.Filter{}) {
		require.ErrorIs(t, err, pagonline.ErrInvalid)
	}
}
