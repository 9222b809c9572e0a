package stamptest_test

import (
	"fmt"
	"time"

	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/stamp"
	"github.com/pagonline/pagonline/payment/stamp/stamptest"
)

// A sandbox sells a stamp, and a creditor who believes in its authority checks it.
func ExampleNewCA() {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	ca, err := stamptest.NewCA(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	seller, err := ca.Seller(stamp.PSP{FiscalCode: "99999000013", Name: "PSP di prova"})
	if err != nil {
		fmt.Println(err)
		return
	}
	hash := "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" // of an empty document
	attachment, err := seller.Sell("1", now, euro.MustParse("16.00"), hash)
	if err != nil {
		fmt.Println(err)
		return
	}
	verifier, err := stamp.New(ca.Pool(), stamp.Config{Now: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := verifier.Verify(attachment, stamp.Want{Hash: hash})
	fmt.Println(s.Amount, err)
	// Output: 16.00 <nil>
}
