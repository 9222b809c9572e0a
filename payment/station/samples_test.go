package station_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/station"
)

// TestSamples sends every official sample to a station with the creditor and the notice
// that they are about. What is no call to a station is HTTP 400.
func TestSamples(t *testing.T) {
	dir := officialtest.Path(t, "samples")
	files, err := filepath.Glob(filepath.Join(dir, "*.xml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	const unknown, ok = "PAA_PAGAMENTO_SCONOSCIUTO", ""
	expected := map[string]string{
		"26_mockec_paGetPaymentReq_avv1.xml":   unknown,
		"28_paVerifyPaymentNotice_req.xml":     unknown,
		"34_sanp_paVerifyPaymentNoticeReq.xml": ok,
		"36_sanp_paGetPaymentReq.xml":          ok,
		"38_sanp_paGetPaymentV2Request.xml":    ok,
		"40_sanp_paSendRTReq.xml":              ok,                      // "standin" and all
		"42_sanp_paSendRTV2Request.xml":        "PAA_RECEIPT_DUPLICATA", // the same id as in the one before, for another company
		"44_sanp_paDemandPaymentNoticeReq.xml": "PAA_SINTASSI_EXTRAXSD", // its data are no base64
	}
	const creditor = "77777777777"
	o := newOffice(t, station.Config{})
	o.handler = station.New(o.cashier, []station.Creditor{{FiscalCode: creditor, Broker: creditor, Station: creditor + "_01"}}, station.Config{})
	number, err := notice.ParseSyntax("311111111112222222") // its check digits are wrong
	require.NoError(t, err)
	p := o.open()
	p.Key, p.Transfers[0].Amount = payment.Key{Creditor: creditor, Number: number}, euro.MustParse("30.00")
	require.NoError(t, o.store.Positions().Insert(t.Context(), p))
	seen := 0
	for _, file := range files {
		name := filepath.Base(file)
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		status, answer := o.post(body)
		want, isCall := expected[name]
		if !isCall {
			require.Equal(t, http.StatusBadRequest, status, "%s: %s", name, answer)
			continue
		}
		seen++
		require.Equal(t, http.StatusOK, status, "%s: %s", name, answer)
		_, code, _ := strings.Cut(string(answer), "<faultCode>")
		code, _, _ = strings.Cut(code, "<")
		require.Equal(t, want, code, "%s: %s", name, answer)
		valid, report := officialtest.Valid(t, answer)
		require.True(t, valid, report)
	}
	require.Len(t, expected, seen)
}
