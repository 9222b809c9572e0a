package sandbox_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/pagonline/pagonline/payment/psp"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// The node's SOAP side, called by the module's own client.
func ExampleDefaultPSP() {
	server := httptest.NewServer(sandbox.New(nil, sandbox.Config{}))
	defer server.Close()
	who := sandbox.DefaultPSP()
	client, err := psp.New(psp.Identity{ID: who.ID, Broker: who.Broker, Channel: who.Channel, Password: who.Password},
		psp.Config{URL: server.URL + "/node-for-psp/v1"})
	fmt.Println(err)
	_, err = client.Verify(context.Background(), storetest.Position(1).Key)
	fmt.Println(err) // this pagoPA knows no station
	// Output:
	// <nil>
	// psp: verifyPaymentNotice: PPT_DOMINIO_SCONOSCIUTO
}
