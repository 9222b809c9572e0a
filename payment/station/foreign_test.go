package station_test

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/station"
)

// TestZeep and TestNodeSOAP: SOAP clients of other languages, made from the official
// WSDL, work with the station unchanged, over real HTTP.
func TestZeep(t *testing.T) {
	const python = "/usr/bin/python3" // Debian's, for which it packages zeep
	if err := exec.CommandContext(t.Context(), python, "-c", "import zeep").Run(); err != nil {
		t.Skip("skipped: zeep is not installed (Debian: python3-zeep)")
	}
	foreignClient(t, func(args ...string) *exec.Cmd {
		return exec.CommandContext(t.Context(), python, append([]string{"testdata/zeep_client.py"}, args...)...)
	})
}

func TestNodeSOAP(t *testing.T) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("skipped: npm is not installed")
	}
	script, err := filepath.Abs("testdata/soap_client.js")
	require.NoError(t, err)
	dir := t.TempDir()
	install := exec.CommandContext(t.Context(), npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "soap@1.13.0")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("skipped: npm cannot install the package soap: %s", out)
	}
	foreignClient(t, func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), "node", append([]string{script}, args...)...)
		cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(dir, "node_modules"))
		return cmd
	})
}

// foreignClient runs a client that is given WSDL, address, identifiers and notice, and
// looks at what it was told.
func foreignClient(t *testing.T, client func(args ...string) *exec.Cmd) {
	t.Helper()
	wsdl := officialtest.Path(t, "wsdl/paForNode.wsdl")
	var p payment.Position
	o := newOffice(t, station.Config{Demander: spontaneous(func(station.Demand) (payment.Key, error) { return p.Key, nil })})
	p = o.open()
	server := httptest.NewServer(o.handler)
	defer server.Close()
	out, err := client(wsdl, server.URL, creditor, identifiers.Broker, identifiers.Station, p.Number.String()).Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
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
		"getPaymentV1": "OK 12.50 ",
		"getPayment":   "OK 12.50 ",
		"wrongStation": "KO PAA_STAZIONE_INT_ERRATA ",
		"probe":        "KO PAA_PAGAMENTO_SCONOSCIUTO ",
		"demand":       "OK 12.50 ",
		"sendRT":       "OK ",
		"sendRTAgain":  "OK ",
		"sendRTV1":     "OK ",
		"sendRTOther":  "KO PAA_RECEIPT_DUPLICATA ",
		"paid":         "KO PAA_PAGAMENTO_DUPLICATO ",
	}, got)
}
