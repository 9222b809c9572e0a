package station_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// TestOnSQLite: with a database all is as with memory, and 64 callers with the same
// receipt store it once.
func TestOnSQLite(t *testing.T) {
	o := newOffice(t, station.Config{})
	st, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Config{})
	require.NoError(t, err)
	defer st.Close()
	o.store = st
	o.cashier = payment.NewCashier(st, payment.Config{Now: func() time.Time { return o.now }})
	handler := station.New(o.cashier, []station.Creditor{identifiers}, station.Config{})
	o.handler = handler
	p := o.open(func(r *payment.OpenRequest) { r.Metadata, r.Transfers[0].PostalIBAN = entries(3), postalIBAN })
	require.True(t, o.call(ask(wire.Verify, p.Number.String())).Due.AllCCP)
	require.Equal(t, p.Metadata, o.call(ask(wire.GetPayment, p.Number.String())).Payment.Metadata)

	body := receipt(p, "iur").Append(nil)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			w := httptest.NewRecorder()
			o.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body)))
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<outcome>OK</outcome>") {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	wg.Wait()
	rts, err := st.RTs().ByPosition(t.Context(), p.Key)
	require.NoError(t, err)
	require.Len(t, rts, 1)
	rows := 0
	for _, err := range st.Journal().List(t.Context(), payment.JournalFilter{Operation: "paSendRTV2"}) {
		require.NoError(t, err)
		rows++
	}
	require.Equal(t, 128, rows)

	altered := receipt(p, "iur")
	altered.RT.Description = "y"
	require.Equal(t, "PAA_RECEIPT_DUPLICATA", o.fault(altered))
	require.Equal(t, []string{"PAA_RECEIPT_DUPLICATA"}, o.quarantine())
	done, err := handler.Replay(t.Context(), o.messages()[0].ID, "clerk-1")
	require.NoError(t, err)
	require.Equal(t, "PAA_RECEIPT_DUPLICATA", done.Fault)
	require.Equal(t, "PAA_PAGAMENTO_DUPLICATO", o.fault(ask(wire.GetPaymentV1, p.Number.String())))
}
