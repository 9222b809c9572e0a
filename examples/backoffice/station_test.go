package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// listening starts the station of a database and returns its address.
func listening(t *testing.T, dir string, more ...string) (url string) {
	t.Helper()
	url, _ = stationOf(t, dir, more...)
	return url
}

// stationOf is listening with a way to stop it before the test ends.
func stationOf(t *testing.T, dir string, more ...string) (url string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"station", "-data", dir, "-listen", "127.0.0.1:0"}, more...), nil, in, io.Discard)
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		require.Zero(t, <-ended, "a signal ends it cleanly")
	})
	t.Cleanup(stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	var said struct{ Listen, IDPA, IDBrokerPA, IDStation string }
	require.NoError(t, json.Unmarshal([]byte(line), &said))
	require.Equal(t, []string{"99999000013", "99999000013", "99999000013_01"}, []string{said.IDPA, said.IDBrokerPA, said.IDStation})
	return "http://" + said.Listen + "/station", stop
}

// TestStation: a notice that the desk issued is paid by any pagoPA.
func TestStation(t *testing.T) {
	dir := t.TempDir()
	_, lines := tool(t, "", "quote", "issue", "-data", dir, "-institute", "AS-LI", "-service", "fotocopie",
		"-protocol", "345/2024", "-amount", "12.50", "-payer", "Mario Rossi", "-notice")
	var quoted quoteOutput
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &quoted))
	number := quoted.Notice.Number
	url := listening(t, dir)

	status, lines := tool(t, "", "pay", number, "-url", url, "-outcome", "ko")
	require.Zero(t, status)
	require.Equal(t, []string{`{"operation":"paVerifyPaymentNotice","outcome":"OK","fault":"","receiptId":""}`, `{"operation":"paGetPaymentV2","outcome":"OK","fault":"","receiptId":""}`}, lines)
	grouped := number[:4] + " " + number[4:8] + " " + number[8:12] + " " + number[12:16] + " " + number[16:] // as it is printed
	status, lines = tool(t, "", "pay", grouped, "-url", url)
	require.Zero(t, status)
	require.Len(t, lines, 3)
	status, _ = tool(t, "", "timeline", grouped, "-data", dir)
	require.Zero(t, status)
	require.Regexp(t, `^{"operation":"paSendRTV2","outcome":"OK","fault":"","receiptId":"[0-9a-f]{32}"}$`, lines[2])
	status, lines = tool(t, "", "pay", number, "-url", url)
	require.Equal(t, statusRefuse, status)
	require.Equal(t, []string{`{"operation":"paVerifyPaymentNotice","outcome":"KO","fault":"PAA_PAGAMENTO_DUPLICATO","receiptId":""}`}, lines)
	status, lines = tool(t, "", "pay", number, "-url", url, "-station-id", "99999000013_77")
	require.Equal(t, statusRefuse, status)
	require.Contains(t, lines[0], "PAA_STAZIONE_INT_ERRATA")
	status, lines = tool(t, "", "pay", number, "-url", strings.Replace(url, "/station", "/nowhere", 1))
	require.Equal(t, statusRefuse, status)
	require.Equal(t, []string{`{"operation":"paVerifyPaymentNotice","outcome":"KO","fault":"","receiptId":""}`}, lines)

	_, lines = tool(t, "", "quote", "show", "-data", dir, "-institute", "AS-LI", "-protocol", "345/2024")
	require.Contains(t, lines[0], `"status":"paid"`)
	resp, err := http.Get(strings.Replace(url, "/station", "/payment-options/organizations/99999000013/notices/"+number, 1))
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusConflict, resp.StatusCode)

	_, lines = tool(t, "", "timeline", "-lang", "en", number, "-data", dir)
	require.Contains(t, lines[0], `"status":"paid"`)
	require.Contains(t, lines[0], "The receipt came: 12.50 euros")
	require.NotContains(t, lines[0], "Rossi")
	_, lines = tool(t, "", "journal", "-data", dir)
	require.NotEmpty(t, lines)
	for _, line := range lines {
		require.NotContains(t, line, "Rossi")
	}
	require.Contains(t, lines[0], `"eventType":"paVerifyPaymentNotice","eventSubtype":"REQ"`)
	status, _ = tool(t, "", "timeline", "-data", dir, "301000000000000241")
	require.Equal(t, statusRefuse, status)
}

// TestQuarantine: a receipt for a notice that is not there waits, and is recorded when
// the notice is there after all.
func TestQuarantine(t *testing.T) {
	lost, found := t.TempDir(), t.TempDir()
	issue := func(dir string) string {
		_, lines := tool(t, "", "quote", "issue", "-data", dir, "-institute", "AS-LI", "-service", "fotocopie",
			"-protocol", "345/2024", "-amount", "12.50", "-payer", "Mario Rossi", "-notice")
		var quoted quoteOutput
		require.NoError(t, json.Unmarshal([]byte(lines[0]), &quoted))
		return quoted.Notice.Number
	}
	number, url := issue(lost), listening(t, found)
	// The node has verified and activated it before the database was lost.
	body := strings.NewReplacer("NUMBER", number, "IUV", number[1:]).Replace(foreignReceipt)
	resp, err := http.Post(url, "text/xml", strings.NewReader(body))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())

	_, lines := tool(t, "", "quarantine", "list", "-data", found)
	require.Len(t, lines, 1)
	var held struct {
		ID                int64
		Reason, Operation string
		ReceivedAt        time.Time
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &held))
	require.Equal(t, []string{"PAA_PAGAMENTO_SCONOSCIUTO", "paSendRTV2"}, []string{held.Reason, held.Operation})
	require.WithinDuration(t, time.Now(), held.ReceivedAt, time.Minute)
	status, lines := tool(t, "", "quarantine", "replay", "1", "-data", found)
	require.Equal(t, statusRefuse, status)
	require.JSONEq(t, `{"id":1,"recorded":false,"fault":"PAA_PAGAMENTO_SCONOSCIUTO"}`, lines[0])

	require.Equal(t, number, issue(found))
	status, lines = tool(t, "", "quarantine", "replay", "1", "-data", found)
	require.Zero(t, status)
	require.JSONEq(t, `{"id":1,"recorded":true}`, lines[0])
	_, lines = tool(t, "", "quarantine", "list", "-data", found)
	require.Empty(t, lines)
	status, _ = tool(t, "", "quarantine", "replay", "7", "-data", found)
	require.Equal(t, statusRefuse, status)
	status, _ = tool(t, "", "quarantine", "replay", "seven", "-data", found)
	require.Equal(t, statusRefuse, status)
}

// foreignReceipt is one by hand, as a stranger would write it.
const foreignReceipt = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<p:paSendRTV2Request xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd">
<idPA>99999000013</idPA><idBrokerPA>99999000013</idBrokerPA><idStation>99999000013_01</idStation>
<receipt><receiptId>iur</receiptId><noticeNumber>NUMBER</noticeNumber><fiscalCode>99999000013</fiscalCode><outcome>OK</outcome>
<creditorReferenceId>IUV</creditorReferenceId><paymentAmount>12.50</paymentAmount><description>d</description><companyName>c</companyName>
<debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType><entityUniqueIdentifierValue>ANONIMO</entityUniqueIdentifierValue></uniqueIdentifier>
<fullName>n</fullName></debtor><transferList><transfer><idTransfer>1</idTransfer><transferAmount>12.50</transferAmount><fiscalCodePA>99999000013</fiscalCodePA>
<IBAN>IT60X0542811101000000123456</IBAN><remittanceInformation>r</remittanceInformation><transferCategory>c</transferCategory></transfer></transferList>
<idPSP>p</idPSP><PSPCompanyName>p</PSPCompanyName><idChannel>c</idChannel><channelDescription>c</channelDescription></receipt>
</p:paSendRTV2Request></s:Body></s:Envelope>`
