package psp_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"

	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/psp"
)

// FuzzAnswers: whatever the node answers, it is what was asked for or an Error of few
// words.
func FuzzAnswers(f *testing.F) {
	f.Add(200, activated(wire.PSPActivate).Append(nil))
	f.Add(200, wire.PSPResponse{Operation: wire.PSPActivate, Fault: &wire.PSPFault{Code: "PPT_PAGAMENTO_IN_CORSO", Description: "x"}}.Append(nil))
	f.Add(200, wire.PSPResponse{Operation: wire.PSPActivate, Fault: &wire.PSPFault{Code: "PPT_ERRORE_EMESSO_DA_PAA", Description: "PAA_SEMANTICA"}}.Append(nil))
	f.Add(503, []byte("<html>"))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		n := newNode(t, psp.Config{}, func(r *http.Request) (*http.Response, error) {
			if status < 100 || status > 999 {
				return nil, errors.New("no status")
			}
			return httpmock.NewBytesResponder(status, body)(r)
		})
		a, err := n.Activate(t.Context(), key, price)
		if err == nil {
			if a.Token == "" || a.Expires.IsZero() {
				t.Errorf("Activate = %+v", a)
			}
			return
		}
		e, ok := errors.AsType[*psp.Error](err)
		if !ok || e.Code == "" && e.PA != "" || len(err.Error()) > 250 || strings.ContainsAny(err.Error(), "\n<>") {
			t.Errorf("error %q", err)
		}
	})
}
