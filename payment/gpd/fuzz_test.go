package gpd_test

import (
	"io"
	"iter"
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/gpd"
)

// FuzzGet: what is read of an answer and can be sent is read again as the same.
func FuzzGet(f *testing.F) {
	f.Add([]byte(`{"iupd":"debt","organizationFiscalCode":"99999000013","companyName":"c","status":"VALID","publishDate":"2026-11-20T09:00:00.000Z",
		"paymentOption":[{"switchToExpired":true,"validityDate":"2026-11-20T09:00:00","debtor":{"type":"F","fiscalCode":"ANONIMO","fullName":"Mario Rossi"},
		"installments":[{"nav":"301000000000000144","iuv":"01000000000000144","amount":1250,"description":"d","dueDate":"2026-12-20T22:59:59.000Z",
		"status":"UNPAID","transfer":[{"idTransfer":"1","amount":1250,"organizationFiscalCode":"99999000013","remittanceInformation":"r",
		"category":"9/0701100AP/","iban":"IT60X0542811101000000123456","transferMetadata":[{"key":"k","value":"v"}]}]}]}]}`))
	f.Add([]byte(`{"paymentOption":[{"installments":[{"amount":1e2}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, mock := client(t)
		answer := body
		mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPut {
				answer, _ = io.ReadAll(r.Body)
			}
			return httpmock.NewBytesResponse(http.StatusOK, answer), nil
		})
		d, err := c.Get(t.Context(), creditor, "debt")
		if err != nil {
			return
		}
		if c.Update(t.Context(), d, true) != nil {
			return // not one that we could have written
		}
		again, err := c.Get(t.Context(), creditor, "debt")
		if err != nil {
			t.Fatalf("%v: %s", err, answer)
		}
		if c.Update(t.Context(), sent(again, d), true) != nil || len(again.Options) != len(d.Options) {
			t.Errorf("%+v, then %+v", d, again)
		}
		for i, o := range d.Options {
			for j, n := range o.Installments {
				if got := again.Options[i].Installments[j]; got.Amount != n.Amount || got.IUV != n.IUV || !got.DueAt.Equal(n.DueAt.Truncate(1e6)) {
					t.Errorf("%+v, then %+v", n, got)
				}
			}
		}
	})
}

// sent is again with what is named in the address only.
func sent(again, d gpd.Debt) gpd.Debt {
	again.Creditor = d.Creditor
	return again
}

// FuzzReceipt: an answer is a receipt whose amounts are whole, or an error of a class.
func FuzzReceipt(f *testing.F) {
	f.Add([]byte("{" + receipt + `,"paymentDateTime":"2026-11-20","paymentDateTimeFormatted":"2026-11-20T10:30:00"}`))
	f.Add([]byte(`{"paymentAmount":1e9}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, mock := receipts(t)
		mock.RegisterNoResponder(httpmock.NewBytesResponder(http.StatusOK, body))
		found, err := r.Receipt(t.Context(), creditor, "iur-1", "")
		if err != nil {
			if pagonline.AsError(err).Code == pagonline.CodeInternal {
				t.Error(err)
			}
			return
		}
		rt := found.RT(creditor)
		if rt.ReceiptID != "iur-1" || rt.Creditor != creditor || rt.Number.IsZero() || len(rt.Transfers) == 0 || len(rt.Transfers) > 5 {
			t.Errorf("%+v", rt)
		}
	})
}

// FuzzIUPD: a name is of the characters that an address takes, and tells debts apart.
func FuzzIUPD(f *testing.F) {
	f.Add("345/2024", "345_2024")
	f.Add("è", "e")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := gpd.IUPD(a), gpd.IUPD(b)
		if (x == y) != (a == b) {
			t.Errorf("%q and %q: %q and %q", a, b, x, y)
		}
		for _, c := range []byte(x) {
			if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				t.Errorf("IUPD(%q) = %q", a, x)
			}
		}
		if len(x) > 100 {
			t.Errorf("IUPD(%q) has %d bytes", a, len(x))
		}
	})
}

// FuzzList: a page is debts or an error, and the list ends.
func FuzzList(f *testing.F) {
	f.Add([]byte(`{"page_info":{"total_pages":2},"payment_position_list":[{"iupd":"a"}]}`), true)
	f.Add([]byte(`{"page_info":{"total_pages":-1}}`), false)
	f.Fuzz(func(t *testing.T, body []byte, aca bool) {
		cfg, mock := mocked(nil)
		n := 0
		mock.RegisterNoResponder(func(*http.Request) (*http.Response, error) {
			if n++; n > 3 {
				return httpmock.NewStringResponse(http.StatusOK, "{}"), nil
			}
			return httpmock.NewBytesResponse(http.StatusOK, body), nil
		})
		if aca {
			c, err := gpd.NewACA("key", cfg)
			if err != nil {
				t.Fatal(err)
			}
			drain(c.List(t.Context(), creditor, gpd.Filter{}))
			return
		}
		c, err := gpd.New("key", cfg)
		if err != nil {
			t.Fatal(err)
		}
		drain(c.List(t.Context(), creditor, gpd.Filter{}))
	})
}

// drain reads a list to its end.
func drain(all iter.Seq2[gpd.Debt, error]) {
	for d, err := range all {
		_, _ = d, err
	}
}
