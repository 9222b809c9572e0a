package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pagonline/pagonline/payment/sandbox"
)

// FuzzPostCarts: whatever is posted, Checkout answers with its redirect or a refusal.
func FuzzPostCarts(f *testing.F) {
	f.Add(`{"paymentNotices":[{"noticeNumber":"301000000000000144","fiscalCode":"99999000013","amount":1250,"companyName":"c","description":"d"}],
		"returnUrls":{"returnOkUrl":"https://a.example","returnCancelUrl":"https://a.example","returnErrorUrl":"https://a.example","returnWaitingUrl":"https://a.example"}}`)
	f.Add(`{"paymentNotices":[{}]}`)
	pagopa := sandbox.New(nil, sandbox.Config{BaseURL: "https://pagopa.example"})
	f.Fuzz(func(t *testing.T, body string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/checkout/ec/v2/carts?subscription-key=k", strings.NewReader(body))
		pagopa.ServeHTTP(w, r)
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
