package receipt_test

import (
	"context"
	"fmt"

	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/receipttest"
)

// exampleReceipt is one that was paid in full.
func exampleReceipt() receipt.Receipt {
	position := storetest.Position(1)
	r, err := receipt.New(storetest.Receipt(position, "c110729d258c4ab1b765fe902aae41d6"), position, payment.Sandbox)
	if err != nil {
		panic(err)
	}
	return r
}

func exampleProof() receipt.Proof {
	p, err := testRing("a").Sign(exampleReceipt())
	if err != nil {
		panic(err)
	}
	return p
}

func ExampleKeyRing_Sign() {
	// The key of a real institute comes from crypto/rand, or is in a device.
	ring, err := receipt.KeyRing{}.Rotate(testKey("a"), day("2026-01-01"))
	proof, err2 := ring.Sign(exampleReceipt())
	fmt.Println(proof.QR)
	fmt.Println(proof.Code.Grouped(), proof.Key, err, err2)
	// Output:
	// T1/GR63/99999000013/01000000000000144/C110729D258C4AB1B765FE902AAE41D6/1250/20261123/OK/345.2024/X%+LL-PNNU24QR8+77HAQM%J/P%+0ZWVE195IRZD.VE4++U02+FA-.+-FJAQE-ZUP8BL3PTAYNM8-JYK5+I0T0M9:IH4TZQI%0Q3AGMKJY3P230R4LIZ6OV52
	// Q8YW-DQE2-FGNA-266K-S GR63 <nil> <nil>
}

func ExampleVerify() {
	proof := exampleProof()
	keys, _ := receipt.ParseKeyRing(testRing("a").PEM()) // the public half: all that a clerk has
	quote := receipt.Expectations{
		Institute: "AS-LI", Amount: euro.MustParse("12.50"), Protocol: causale.MustParseProtocol("345/2024"),
	}
	v := receipt.Verify(proof.JSON, proof.QR, keys, quote)
	fmt.Println(v.Word, v.OK())
	for _, c := range v.Checks {
		fmt.Println(c.OK, c.Name+":", c.En)
	}
	// Output:
	// authentic true
	// true signature: Valid signature, key GR63.
	// true content: The data are those that were signed.
	// true environment: Trial document (fac-simile): it attests no real payment.
	// true outcome: Paid.
	// true creditor: Creditor 99999000013, not compared.
	// true institute: Institute: Archivio di Stato di Livorno (AS-LI), as expected.
	// true service: Service: Fotocopie (fotocopie), not compared.
	// true amount: Amount: 12.50 €, as due.
	// true protocol: Protocol 345/2024, as in the quote.
	// true notice: Notice number 3010 0000 0000 0001 44: right check digits and IUV.
	// true date: Paid on 23 November 2026.
	// true psp: Payment provider: PSP di prova.
}

// Other data than those that were signed, and a quote of another amount.
func ExampleVerdict_Err() {
	proof, keys := exampleProof(), testRing("a")
	v := receipt.Verify([]byte(`{"amount":"99.00"}`), proof.QR, keys, receipt.Expectations{})
	fmt.Println(v.Word, v.Err())
	v = receipt.Verify(proof.JSON, proof.QR, keys, receipt.Expectations{Amount: euro.MustParse("99.00")})
	fmt.Println(v.Word, v.Err())
	// Output:
	// altered receipt_altered (content): The data are not those that were signed.
	// authentic amount_mismatch (amount): Paid 12.50 €, due 99.00 €: difference -86.50 €.
}

func ExampleVerdict_OK() {
	proof := exampleProof()
	fmt.Println(receipt.Verify(proof.JSON, proof.QR, testRing("b"), receipt.Expectations{}).OK())
	// Output: false
}

// The paper alone: what the QR code says.
func ExampleParsePayload() {
	p, err := receipt.ParsePayload(exampleProof().QR)
	fmt.Println(p.Creditor, p.IUV, p.IUR, p.Amount, p.PaidOn, p.Protocol, err)
	// Output: 99999000013 01000000000000144 c110729d258c4ab1b765fe902aae41d6 12.50 2026-11-23 345/2024 <nil>
}

func ExamplePayload_Code() {
	p, _ := receipt.ParsePayload(exampleProof().QR)
	fmt.Println(p.Code() == exampleProof().Code)
	// Output: true
}

func ExampleVerifySignedJSON() {
	file := exampleProof().SignedJSON()
	fmt.Println(receipt.VerifySignedJSON(file, testRing("a"), receipt.Expectations{}).Word)
	file[len(file)-3] ^= 1
	fmt.Println(receipt.VerifySignedJSON(file, testRing("a"), receipt.Expectations{}).Word)
	// Output:
	// authentic
	// altered
}

func ExampleParseSignedJSON() {
	proof, err := receipt.ParseSignedJSON(exampleProof().SignedJSON())
	fmt.Println(proof.Key, len(proof.JSON), err)
	// Output: GR63 805 <nil>
}

func ExampleProof_SignedJSON() {
	fmt.Println(string(exampleProof().SignedJSON()[:40]))
	// Output: {"proof":{"code":"Q8YWDQE2FGNA266KS","qr
}

func ExampleReceipt_Canonical() {
	r := exampleReceipt()
	b, err := r.Canonical()
	fmt.Println(string(b[:60]), err)
	// Output: {"amount":"12.50","appliedOn":"2026-11-23","causale":"ARCHIV <nil>
}

func ExampleParse() {
	b, _ := exampleReceipt().Canonical()
	r, err := receipt.Parse(b)
	fmt.Println(r.IUR, r.Amount, err)
	// Output: c110729d258c4ab1b765fe902aae41d6 12.50 <nil>
}

// On the telephone, to be compared with the register.
func ExampleParseCode() {
	code, err := receipt.ParseCode("  " + exampleProof().Code.Grouped())
	fmt.Println(code == exampleProof().Code, err)
	_, err = receipt.ParseCode("0000-0000-0000-0000-1")
	fmt.Println(err)
	// Output:
	// true <nil>
	// input_syntax (code): Unreadable input: verification code.
}

func ExampleCode_Grouped() {
	fmt.Println(exampleProof().Code.Grouped())
	// Output: Q8YW-DQE2-FGNA-266K-S
}

// Once a year, say, a new key.
func ExampleKeyRing_Rotate() {
	ring, err := testRing("a").Rotate(testKey("b"), day("2026-12-31"))
	for _, key := range ring.Keys() {
		fmt.Println(key.ID(), key.From, key.Until, key.ID() == ring.Signing())
	}
	fmt.Println(receipt.Verify(exampleProof().JSON, exampleProof().QR, ring, receipt.Expectations{}).Word, err)
	// Output:
	// GR63 2026-01-01 2026-12-31 false
	// AV9C 2026-12-31  true
	// authentic <nil>
}

// At the start of the program: the public keys from one file, the private one from another.
func ExampleKeyRing_WithSigner() {
	private, _ := receipt.MarshalPrivateKey(testKey("a"))
	public := testRing("a").PEM()

	ring, err := receipt.ParseKeyRing(public)
	key, err2 := receipt.ParsePrivateKey(private)
	ring, err3 := ring.WithSigner(key)
	fmt.Println(ring, err, err2, err3)
	// Output: GR63* <nil> <nil> <nil>
}

func ExampleKeyRing_PEM() {
	fmt.Print(string(testRing("a").PEM()))
	// Output:
	// Key: GR63
	// From: 2026-01-01
	// -----BEGIN PUBLIC KEY-----
	// MCowBQYDK2VwAyEAq7I8enBgoxdEqT5scxkZCIk1ofRcb/K2tKETkfEMYRY=
	// -----END PUBLIC KEY-----
}

func ExampleParseKeyRing() {
	_, err := receipt.ParseKeyRing([]byte("not a key"))
	fmt.Println(err)
	// Output: input_syntax (key): Unreadable input: no public key.
}

func ExampleParsePrivateKey() {
	_, err := receipt.ParsePrivateKey(testRing("a").PEM())
	fmt.Println(err)
	// Output: input_syntax (key): Unreadable input: one PKCS #8 private key is needed, not encrypted.
}

func ExampleMarshalPrivateKey() {
	b, err := receipt.MarshalPrivateKey(testKey("a"))
	fmt.Println(len(b), err)
	// Output: 119 <nil>
}

func ExampleNewKeyRing() {
	key := receipt.PublicKey{Key: testRing("a").Keys()[0].Key, Until: day("2026-11-22")}
	ring, err := receipt.NewKeyRing(key)
	fmt.Println(receipt.Verify(nil, exampleProof().QR, ring, receipt.Expectations{}).Err(), err)
	// Output: not_verified (signature): The key GR63 was out of use on the day of the payment. <nil>
}

func ExampleKeyIDOf() {
	fmt.Println(receipt.KeyIDOf(testRing("a").Keys()[0].Key) == testRing("a").Signing())
	// Output: true
}

// The first request that shows a receipt has it.
func ExampleVerdict_Claim() {
	ctx, uses := context.Background(), &receipttest.MemoryUses{}
	proof := exampleProof()
	v := receipt.Verify(proof.JSON, proof.QR, testRing("a"), receipt.Expectations{})
	for _, request := range []string{"quote-1", "quote-1", "quote-2"} {
		claimed, err := v.Claim(ctx, uses, request)
		fmt.Println(claimed.Err(), err)
	}
	// Output:
	// <nil> <nil>
	// <nil> <nil>
	// receipt_used (use): The receipt was already used for request quote-1. <nil>
}

// To look and not to touch.
func ExampleVerdict_CheckUse() {
	ctx, uses := context.Background(), &receipttest.MemoryUses{}
	v := receipt.Verify(nil, exampleProof().QR, testRing("a"), receipt.Expectations{})
	seen, err := v.CheckUse(ctx, uses, "quote-1")
	fmt.Println(seen.Checks[len(seen.Checks)-1].En, err)
	// Output: Never used before. <nil>
}

func ExampleVerdict_UseKey() {
	v := receipt.Verify(nil, exampleProof().QR, testRing("a"), receipt.Expectations{})
	fmt.Println(v.UseKey())
	// Output: {99999000013 c110729d258c4ab1b765fe902aae41d6} true
}

func ExamplePublicKey_ID() {
	key := testRing("a").Keys()[0]
	fmt.Println(key.ID(), key.From, key.Until.IsZero())
	// Output: GR63 2026-01-01 true
}

func ExampleKeyRing_Keys() {
	for _, key := range testRing("a").Keys() {
		fmt.Println(key.ID(), len(key.Key))
	}
	// Output: GR63 32
}

func ExampleKeyRing_Find() {
	key, ok := testRing("a").Find("GR63")
	fmt.Println(key.From, ok)
	_, ok = testRing("a").Find("0000")
	fmt.Println(ok)
	// Output:
	// 2026-01-01 true
	// false
}

func ExampleKeyRing_Signing() {
	ring := testRing("a")
	clerk, _ := receipt.ParseKeyRing(ring.PEM())
	fmt.Printf("%q %q\n", ring.Signing(), clerk.Signing())
	// Output: "GR63" ""
}
