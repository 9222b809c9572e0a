package stamp_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/stamp"
	"github.com/pagonline/pagonline/payment/stamp/stamptest"
)

// aStamp buys a stamp for a document, from a seller that exists in this example only.
func aStamp(document string) (attachment []byte, hash string, ca *stamptest.CA) {
	at := time.Date(2026, 11, 23, 19, 18, 1, 0, time.UTC)
	ca, err := stamptest.NewCA(at)
	if err != nil {
		panic(err)
	}
	seller, err := ca.Seller(stamp.PSP{FiscalCode: "99999000013", Name: "PSP di prova"})
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256([]byte(document))
	hash = base64.StdEncoding.EncodeToString(sum[:])
	attachment, err = seller.Sell("01240002186093", at, euro.MustParse("16.00"), hash)
	if err != nil {
		panic(err)
	}
	return attachment, hash, ca
}

func ExampleNew() {
	attachment, hash, ca := aStamp("istanza")
	verifier, err := stamp.New(ca.Pool(), stamp.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := verifier.Verify(attachment, stamp.Want{Hash: hash, Amount: euro.MustParse("16.00")})
	fmt.Println(s.IUBD, s.Amount, s.PSP.Name, err)
	// Output: 01240002186093 16.00 PSP di prova <nil>
}

// A stamp of another document.
func ExampleVerifier_Verify() {
	attachment, _, ca := aStamp("istanza")
	_, hash, _ := aStamp("un'altra istanza")
	verifier, err := stamp.New(ca.Pool(), stamp.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = verifier.Verify(attachment, stamp.Want{Hash: hash})
	fmt.Println(err)
	// Output: input_syntax: Unreadable input: the digital stamp is not for this document.
}

// What the station does with the stamp of a receipt: it notes the fault, if any, and
// keeps the receipt.
func ExampleVerifier_CheckStamp() {
	attachment, hash, ca := aStamp("istanza")
	verifier, err := stamp.New(ca.Pool(), stamp.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	want := &payment.Stamp{Hash: hash, Province: "LI"}
	for _, amount := range []string{"16.00", "32.00"} {
		err = verifier.CheckStamp(context.Background(), payment.Credit{Amount: euro.MustParse(amount), Stamp: attachment}, want)
		fmt.Printf("%s %q\n", amount, stamp.FaultCode(err))
	}
	// Output:
	// 16.00 ""
	// 32.00 "amount"
}

func ExampleParse() {
	attachment, _, _ := aStamp("istanza")
	s, err := stamp.Parse(attachment)
	fmt.Println(s.IUBD, s.Amount, s.PurchasedAt, err)
	// Output: 01240002186093 16.00 2026-11-23 19:18:01 +0000 UTC <nil>
}

func ExampleFaultCode() {
	_, err := stamp.Parse([]byte("<marcaDaBollo/>"))
	fmt.Println(stamp.FaultCode(err), stamp.FaultCode(nil) == "")
	// Output: unreadable true
}

func ExampleFaultError_StampFault() {
	fmt.Println(stamp.ErrHash.StampFault())
	// Output: hash
}
