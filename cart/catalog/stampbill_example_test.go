package catalog_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
)

// A request and the certified copy of a document of nine pages, which has three sheets.
func ExampleActs_Bill() {
	var acts catalog.Acts
	err := json.Unmarshal([]byte(`{"request": true, "documents": [{"pages": 9}], "exemption": ""}`), &acts)
	if err != nil {
		fmt.Println(err)
		return
	}
	today := pagonline.DateOf(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	bill, err := acts.Bill(today, catalog.DefaultStampRates())
	for _, line := range bill.Lines {
		fmt.Println(line.Act, line.Amount, "=", line.Rule.En+",", line.By)
	}
	fmt.Println(bill.Total, err)

	acts.Exemption = "I am retired"
	_, err = acts.Bill(today, nil)
	fmt.Println(err)
	acts.Exemption = "DPR 642/1972, tab. B, art. 9"
	bill, err = acts.Bill(today, nil)
	fmt.Println(bill.Total, bill.Lines[1].How.En, err)
	// Output:
	// request 16.00 = 1 × €16.00, physical
	// copy 48.00 = 9 pages: 3 × €16.00, physical
	// 64.00 <nil>
	// exemption_rule (exemption): Quote the rule that exempts from stamp duty.
	// 0.00 exempt: DPR 642/1972, tab. B, art. 9 <nil>
}

// Most services pay no stamp duty, whatever is asked.
func ExampleService_StampDuty() {
	today := pagonline.DateOf(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	acts := catalog.Acts{Request: true, Authorisation: true}

	photocopies := catalog.Service{Code: "fotocopie"}
	bill, err := photocopies.StampDuty(acts, today, nil)
	fmt.Println(bill.Total, err)

	publication := catalog.Service{Code: "pubblicazione", Stamp: []catalog.StampAct{catalog.StampRequest, catalog.StampAuthorisation}}
	bill, err = publication.StampDuty(acts, today, nil)
	fmt.Println(bill.Total, err)
	// Output:
	// 0.00 <nil>
	// 32.00 <nil>
}

// Digital stamps are paid by notices of their own, five on each at most.
func ExampleStampBill_Transfers() {
	acts := catalog.Acts{
		Province:  "LI",
		Documents: []catalog.CertifiedCopy{{Pages: 24, Hash: "LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564="}},
	}
	bill, err := acts.Bill(pagonline.DateOf(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)), nil)
	fmt.Println(bill.Total, err)
	creditor := catalog.Creditor{FiscalCode: "99999000013", Name: "Ente creditore di prova"}
	for _, transfers := range bill.Transfers(creditor, "") {
		fmt.Println(len(transfers), transfers[0].Amount, transfers[0].Category, transfers[0].Stamp.Province)
	}
	// Output:
	// 96.00 <nil>
	// 5 16.00 9/1201105IM/ LI
	// 1 16.00 9/1201105IM/ LI
}

func ExampleRateOn() {
	before, err := pagonline.ParseDate("2013-06-25")
	if err != nil {
		fmt.Println(err)
		return
	}
	rate, err := catalog.RateOn(catalog.DefaultStampRates(), before)
	fmt.Println(rate.Amount, rate.Source, err)
	rate, err = catalog.RateOn(catalog.DefaultStampRates(), before.AddDays(1))
	fmt.Println(rate.Amount, rate.Source, err)
	// Output:
	// 14.62 DM 24 maggio 2005, art. 1, c. 1 (GU n. 123 del 28 maggio 2005) <nil>
	// 16.00 DL 26 aprile 2013, n. 43, art. 7-bis, c. 3, conv. L. 24 giugno 2013, n. 71 <nil>
}

func ExampleDefaultStampRates() {
	for _, r := range catalog.DefaultStampRates() {
		fmt.Println(r.From, r.Until, r.Amount)
	}
	// Output:
	// 2005-06-01 2013-06-25 14.62
	// 2013-06-26  16.00
}
