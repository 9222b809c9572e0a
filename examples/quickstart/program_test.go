package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
)

// TestProgram builds the program and talks to it as others do.
func TestProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: builds the program")
	}
	bin := filepath.Join(t.TempDir(), "quickstart")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	for status, args := range map[int][]string{2: {"-price", "12,50"}, 64: {"-pay", "x"}, 0: {"-pay", "refuse"}} {
		cmd := exec.CommandContext(t.Context(), bin, args...)
		_ = cmd.Run()
		require.Equal(t, status, cmd.ProcessState.ExitCode(), args)
	}

	// The receipt that it leaves is one that the desk's tool verifies.
	dir, tool := t.TempDir(), filepath.Join(t.TempDir(), "backoffice")
	out, err = exec.CommandContext(t.Context(), "go", "build", "-o", tool, "../backoffice").CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.CommandContext(t.Context(), bin, "-data", dir).CombinedOutput()
	require.NoError(t, err, "%s", out)
	verify := exec.CommandContext(t.Context(), tool, "receipt", "verify", "receipt.pdf", "-key", "receipt-key.pub", "-protocol", "345/2024", "-amount", "12.50")
	verify.Dir = dir
	out, err = verify.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), `{"in":"receipt.pdf","verdict":"authentic",`)

	kept := t.TempDir()
	cmd := exec.CommandContext(t.Context(), bin, "-json", "-listen", "127.0.0.1:0", "-data", kept)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	defer cmd.Process.Kill() //nolint:errcheck // it has ended by then
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	var r result
	require.NoError(t, json.Unmarshal([]byte(line), &r))
	require.Equal(t, "99999000013", r.Listen.IDPA)
	require.NotEmpty(t, r.Listen.IDBrokerPA)
	require.NotEmpty(t, r.Listen.IDStationPA)
	base := strings.TrimSuffix(r.Listen.Station, "/station")
	require.Equal(t, base+"/sandbox/", r.Listen.Sandbox)

	send := func(iur, number string) string {
		body := rt(r, iur, number)
		resp, err := http.Post(r.Listen.Station, "text/xml", strings.NewReader(body))
		require.NoError(t, err)
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		return string(answer)
	}
	require.Contains(t, send("second", r.Notice.Number), "<outcome>OK</outcome>")
	require.Contains(t, send("unknown", "399000000000001976"), "PAA_PAGAMENTO_SCONOSCIUTO")
	resp, err := http.Get(base + "/state")
	require.NoError(t, err)
	defer resp.Body.Close()
	var state townState
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&state))
	require.Equal(t, []positionState{{r.Notice.Number, payment.Paid, []string{r.Receipt.IUR}, []string{"second"}}}, state.Positions)
	require.Len(t, state.Quarantine, 1)
	require.Equal(t, "paSendRTV2", state.Quarantine[0].Operation)
	require.Equal(t, "PAA_PAGAMENTO_SCONOSCIUTO", state.Quarantine[0].Reason)

	// What happens after the walk is delivered too.
	require.Eventually(t, func() bool {
		waiting, err := exec.CommandContext(t.Context(), tool, "events", "-data", kept).CombinedOutput()
		return err == nil && len(waiting) == 0
	}, 30*time.Second, 100*time.Millisecond)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait(), "exit status 0")
}

// rt writes a receipt by hand, as a stranger would.
func rt(r result, iur, number string) string {
	return strings.NewReplacer("IUR", iur, "NUMBER", number, "IUV", number[1:], "BROKER", r.Listen.IDBrokerPA, "STATION", r.Listen.IDStationPA).Replace(
		`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body>
<p:paSendRTV2Request xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd">
<idPA>99999000013</idPA><idBrokerPA>BROKER</idBrokerPA><idStation>STATION</idStation>
<receipt><receiptId>IUR</receiptId><noticeNumber>NUMBER</noticeNumber><fiscalCode>99999000013</fiscalCode><outcome>OK</outcome>
<creditorReferenceId>IUV</creditorReferenceId><paymentAmount>12.50</paymentAmount><description>d</description><companyName>c</companyName>
<debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType><entityUniqueIdentifierValue>ANONIMO</entityUniqueIdentifierValue></uniqueIdentifier>
<fullName>n</fullName></debtor><transferList><transfer><idTransfer>1</idTransfer><transferAmount>12.50</transferAmount><fiscalCodePA>99999000013</fiscalCodePA>
<IBAN>IT60X0542811101000000123456</IBAN><remittanceInformation>r</remittanceInformation><transferCategory>c</transferCategory></transfer></transferList>
<idPSP>p</idPSP><PSPCompanyName>p</PSPCompanyName><idChannel>c</idChannel><channelDescription>c</channelDescription></receipt>
</p:paSendRTV2Request></s:Body></s:Envelope>`)
}
