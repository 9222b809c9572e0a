// Idle is a station with the memory store that waits for calls: the smallest program of
// its kind, of which a test looks at the memory. It prints its address.
package main

import (
	"fmt"
	"net"
	"os"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
)

func main() {
	h := station.New(payment.NewCashier(&memory.Store{}, payment.Config{}), []station.Creditor{
		{FiscalCode: "99999000013", Broker: "99999000013", Station: "99999000013_01"},
	}, station.Config{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		fmt.Println("http://" + l.Addr().String())
		err = station.Server(h, nil).Serve(l)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
