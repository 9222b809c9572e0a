package station_test

import (
	"encoding/json"
	"net/http/httptest"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/station"
)

// TestForeignClient: a SOAP client of another language, made from the official WSDL,
// works with the station unchanged, over real HTTP.
func TestForeignClient(t *testing.T) {
	wsdl := officialtest.Path(t, "wsdl/paForNode.wsdl")
	const python = "/usr/bin/python3" // Debian's, for which it packages zeep
	if err := exec.CommandContext(t.Context(), python, "-c", "import zeep").Run(); err != nil {
		t.Skip("skipped: zeep is not installed (Debian: python3-zeep)")
	}
	o := newOffice(t, station.Config{})
	p := o.open()
	server := httptest.NewServer(o.handler)
	defer server.Close()
	cmd := exec.CommandContext(t.Context(), python, "testdata/zeep_client.py",
		wsdl, server.URL, creditor, identifiers.Broker, identifiers.Station, p.Number.String())
	out, err := cmd.Output()
	if failed, ok := err.(*exec.ExitError); ok { //nolint:errorlint // its stderr is wanted
		t.Fatalf("%v\n%s", err, failed.Stderr)
	}
	require.NoError(t, err)
	var said map[string][3]*string
	require.NoError(t, json.Unmarshal(out, &said))
	got := map[string]string{}
	for name, parts := range said {
		for _, part := range parts {
			if part != nil {
				got[name] += *part + " "
			}
		}
	}
	require.Equal(t, map[string]string{
		"verify":       "OK 12.50 ",
		"getPayment":   "OK 12.50 ",
		"wrongStation": "KO PAA_STAZIONE_INT_ERRATA ",
		"probe":        "KO PAA_PAGAMENTO_SCONOSCIUTO ",
		"sendRT":       "OK ",
		"sendRTAgain":  "OK ",
		"sendRTOther":  "KO PAA_RECEIPT_DUPLICATA ",
		"paid":         "KO PAA_PAGAMENTO_DUPLICATO ",
	}, got)
}
