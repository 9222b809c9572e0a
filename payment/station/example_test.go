package station_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// A station is one line on a mux.
func ExampleNew() {
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{})
	mux := http.NewServeMux()
	mux.Handle("/station", station.New(cashier, []station.Creditor{
		{FiscalCode: "99999000013", Broker: "99999000013", Station: "99999000013_01"},
	}, station.Config{}))

	server := httptest.NewServer(mux)
	defer server.Close()
	fmt.Println(probe(server.URL + "/station"))
	// Output: PAA_PAGAMENTO_SCONOSCIUTO
}

// probe asks for the notice of eighteen zeros, as the node does to see whether a
// station is alive, and returns the fault.
func probe(url string) string {
	body := `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
<p:paVerifyPaymentNoticeReq xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd">
<idPA>99999000013</idPA><idBrokerPA>99999000013</idBrokerPA><idStation>99999000013_01</idStation>
<qrCode><fiscalCode>99999000013</fiscalCode><noticeNumber>000000000000000000</noticeNumber></qrCode>
</p:paVerifyPaymentNoticeReq></e:Body></e:Envelope>`
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err.Error()
	}
	_, rest, _ := strings.Cut(string(answer), "<faultCode>")
	code, _, _ := strings.Cut(rest, "</faultCode>")
	return code
}
