package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pagonline/pagonline/payment/sandbox"
)

// FuzzPostCarts: whatever is posted, Checkout answers with its redirect or a refusal.
func FuzzPostCarts(f *testing.F) {
	const v1 = `{"paymentNotices":[{"noticeNumber":"301000000000000144","fiscalCode":"99999000013","amount":1250,"companyName":"c","description":"d"}],
		"returnUrls":{"returnOkUrl":"https://a.example","returnCancelUrl":"https://a.example","returnErrorUrl":"https://a.example"},"allCCP":"false"}`
	f.Add(true, v1)
	f.Add(false, strings.Replace(v1, `"returnErrorUrl"`, `"returnWaitingUrl":"https://a.example","returnErrorUrl"`, 1))
	f.Add(false, `{"paymentNotices":[{}]}`)
	pagopa := sandbox.New([]sandbox.Station{{FiscalCode: creditor}}, sandbox.Config{BaseURL: "https://pagopa.example"})
	f.Fuzz(func(t *testing.T, first bool, body string) {
		path := "/checkout/ec/v2/carts?subscription-key=k"
		if first {
			path = "/checkout/ec/v1/carts?subscription-key=k"
		}
		w := httptest.NewRecorder()
		pagopa.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)))
		switch w.Code {
		case http.StatusFound:
			if !strings.HasPrefix(w.Header().Get("Location"), "https://pagopa.example/pay/") {
				t.Errorf("sent to %q", w.Header().Get("Location"))
			}
		case http.StatusBadRequest, http.StatusUnprocessableEntity:
		default:
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
}

// FuzzPostFaults: what is taken is scripted as it was said, the rest is refused.
func FuzzPostFaults(f *testing.F) {
	f.Add(`{"notice":"301000000000000144","call":3,"fault":"lost"}`)
	f.Add(`{"fault":"429"}`)
	f.Add(`{"Fault":"429","fault":"500"}`)
	f.Fuzz(func(t *testing.T, body string) {
		pagopa := sandbox.New(nil, sandbox.Config{})
		w := httptest.NewRecorder()
		pagopa.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/faults", strings.NewReader(body)))
		rules := pagopa.Rules()
		switch w.Code {
		case http.StatusCreated:
			said, err := json.Marshal(rules[0])
			if err != nil || string(said)+"\n" != w.Body.String() {
				t.Errorf("said %s, scripted %s, %v", w.Body, said, err)
			}
			return
		case http.StatusBadRequest, http.StatusUnprocessableEntity:
		default:
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		if len(rules) != 0 {
			t.Errorf("refused, and yet scripted: %v", rules)
		}
	})
}

// FuzzPostClock: the clock goes on, or stands still and the answer says why.
func FuzzPostClock(f *testing.F) {
	f.Add(`{"advance":"30m"}`)
	f.Add(`{"advance":"-1h"}`)
	f.Add(`{"advance":"9223372036854775807ns"}`)
	f.Fuzz(func(t *testing.T, body string) {
		pagopa := sandbox.New(nil, sandbox.Config{})
		before := pagopa.Now()
		w := httptest.NewRecorder()
		pagopa.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/clock", strings.NewReader(body)))
		switch w.Code {
		case http.StatusOK, http.StatusBadRequest, http.StatusUnprocessableEntity:
		default:
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		if after := pagopa.Now(); after.Before(before) || after.Year() > before.Year()+101 {
			t.Errorf("from %s to %s", before, after)
		}
	})
}
