package notice_test

import (
	"fmt"

	"github.com/pagonline/pagonline/payment/notice"
)

// The first number of segregation code 01.
func ExampleIssue() {
	n, err := notice.Issue(1, 1)
	fmt.Println(n, err)
	fmt.Println(n.Grouped())
	fmt.Println(n.IUV())
	// Output:
	// 301000000000000144 <nil>
	// 3010 0000 0000 0001 44
	// 01000000000000144
}

func ExampleParse() {
	_, err := notice.Parse("301000000000000145")
	fmt.Println(err)
	// Output: notice_invalid: Invalid notice number: wrong check digits.
}

// An official sample whose check digits are wrong: it is read, and tells.
func ExampleParseSyntax() {
	n, err := notice.ParseSyntax("302012387654312384")
	fmt.Println(n, n.CheckOK(), err)
	// Output: 302012387654312384 false <nil>
}

func ExampleMustParse() {
	n := notice.MustParse("302012387654312386")
	fmt.Println(n.Aux(), n.IUV())
	// Output: 3 02012387654312386
}

func ExampleParseIUV() {
	iuv, _ := notice.ParseIUV("02012387654312386")
	n, err := iuv.Number(3)
	fmt.Println(n, err)
	// Output: 302012387654312386 <nil>
}

func ExampleNewRF() {
	rf, err := notice.NewRF("539007547034")
	fmt.Println(rf.Grouped(), err)
	// Output: RF18 5390 0754 7034 <nil>
}

func ExampleParseRF() {
	_, err := notice.ParseRF("RF23 5674 8393 7849 4505 5087 5")
	fmt.Println(err)
	// Output: iuv_invalid: Invalid IUV or reference: wrong RF check digits.
}

func ExampleParseRFSyntax() {
	rf, err := notice.ParseRFSyntax("RF23 5674 8393 7849 4505 5087 5")
	fmt.Println(rf, rf.CheckOK(), err)
	// Output: RF23567483937849450550875 false <nil>
}

func ExampleQR_Text() {
	q := notice.QR{Number: notice.MustParse("301000000000000144"), Creditor: "99999000013", Cents: 1250}
	s, err := q.Text()
	fmt.Println(s, err)
	// Output: PAGOPA|002|301000000000000144|99999000013|1250 <nil>
}

func ExampleParseQR() {
	q, err := notice.ParseQR("PAGOPA|002|301000000000000144|99999000013|0000001250")
	fmt.Println(q.Number, q.Creditor, q.Cents, err)
	// Output: 301000000000000144 99999000013 1250 <nil>
}

func ExampleDataMatrix_Text() {
	d := notice.DataMatrix{
		Number: notice.MustParse("301000000000000144"), Account: "123456", Cents: 1250,
		Creditor: "99999000013", Name: "Mario Rossi", Subject: "Fotocopie, prot. 345/2024",
	}
	s, err := d.Text()
	fmt.Println(len(s), err)
	fmt.Println(s[:77])
	fmt.Println(s[93:160])
	// Output:
	// 256 <nil>
	// codfase=NBPA;183010000000000001441200000012345610000000125038961P199999000013
	// MARIO ROSSI                             FOTOCOPIE, PROT. 345/2024
}

func ExampleParseDataMatrix() {
	text, _ := notice.DataMatrix{
		Number: notice.MustParse("301000000000000144"), Account: "123456", Cents: 1250,
		Creditor: "99999000013", Subject: "Fotocopie",
	}.Text()
	d, err := notice.ParseDataMatrix(text)
	fmt.Println(d.Number, d.Account, d.Cents, d.Subject, err)
	// Output: 301000000000000144 000000123456 1250 FOTOCOPIE <nil>
}
