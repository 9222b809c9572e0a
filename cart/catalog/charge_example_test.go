package catalog_test

import (
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment/euro"
)

// A price list, and what a reader asks for, as JSON says it.
func ExampleTariff_Charge() {
	list := catalog.Tariff{Entries: []catalog.Entry{
		{Code: "a4-bn", Unit: catalog.Page, Rule: catalog.Each{Price: euro.MustParse("0.08")}},
		{Code: "digitale", Unit: catalog.ArchivalUnit, Rule: catalog.FirstNext{First: euro.MustParse("3.00"), Next: euro.MustParse("2.00")}},
		{Code: "riversamento", Unit: catalog.Image, Rule: catalog.BySize{Steps: []catalog.SizeStep{
			{UpTo: decimal.NewFromInt(2), Price: euro.MustParse("3.00")},
			{UpTo: decimal.NewFromInt(6), Price: euro.MustParse("9.00")},
		}}},
		{Code: "pubblicazione", Unit: catalog.Image, Rule: catalog.Multiple{Of: "riversamento", Factor: decimal.NewFromInt(3)}},
	}}
	var request catalog.Request
	err := json.Unmarshal([]byte(`{"items": [
		{"code": "a4-bn", "count": 25},
		{"code": "digitale", "count": 5},
		{"code": "pubblicazione", "count": 2, "sizeMB": "4.5"}
	]}`), &request)
	if err != nil {
		fmt.Println(err)
		return
	}
	charge, err := list.Charge(request)
	for _, line := range charge.Lines {
		fmt.Println(line.Code, line.Amount, "=", line.Rule.It)
	}
	fmt.Println(charge.Total, err)

	request.Items[2].SizeMB = decimal.NewFromInt(12)
	_, err = list.Charge(request)
	fmt.Println(err)
	// Output:
	// a4-bn 2.00 = 25 × 0,08 €
	// digitale 11.00 = 3,00 € la prima + 4 × 2,00 €
	// pubblicazione 54.00 = 3 × (fino a 6 MB: 2 × 9,00 €)
	// 67.00 <nil>
	// tariff_item (items[2].sizeMB): Unknown or incomplete tariff item: pubblicazione, a quote is needed.
}

// A fixed price needs no items: none is one piece.
func ExamplePrice_Charge() {
	research := catalog.Price{Kind: catalog.Fixed, Amount: euro.MustParse("10.00")}
	charge, err := research.Charge(catalog.Request{})
	fmt.Println(charge.Total, err)

	own := catalog.Price{Kind: catalog.Free}
	_, err = own.Charge(catalog.Request{})
	fmt.Println(err)
	charge, err = own.Charge(catalog.Request{Reason: "mezzi propri: art. 108, c. 3-bis, D.Lgs. 42/2004"})
	fmt.Println(charge.Total, charge.Reason, err)
	// Output:
	// 10.00 <nil>
	// reason_required (reason): Give the reason why nothing is due.
	// 0.00 mezzi propri: art. 108, c. 3-bis, D.Lgs. 42/2004 <nil>
}

// A photocopy costs less than paying for it.
func ExampleCharge_WithFee() {
	page := catalog.Price{Kind: catalog.Fixed, Amount: euro.MustParse("0.15")}
	charge, err := page.Charge(catalog.Request{})
	charge = charge.WithFee(euro.MustParse("1.50"))
	fmt.Println(charge.Total, charge.Warnings[0].En, err)
	// Output: 0.15 the fee (€1.50) is more than the amount due (€0.15) <nil>
}

func ExamplePrice_Validate() {
	p := catalog.Price{Kind: catalog.ByTariff, Tariff: catalog.Tariff{Entries: []catalog.Entry{
		{Code: "foto", Unit: catalog.Image, Rule: catalog.Multiple{Of: "stampa", Factor: decimal.NewFromInt(3)}},
		{Code: "foto", Unit: catalog.Image, Rule: catalog.Each{Price: euro.MustParse("7.00")}},
	}}}
	fmt.Println(p.Validate())
	// Output:
	// catalog_invalid (tariff.entries[0].rule.of): Invalid catalogue at tariff.entries[0].rule.of: unknown entry.
	// catalog_invalid (tariff.entries[1].code): Invalid catalogue at tariff.entries[1].code: name given twice.
}

func ExampleTariff_Validate() {
	list := catalog.Tariff{Entries: []catalog.Entry{
		{Code: "scansione", Unit: catalog.Image, Rule: catalog.BySize{Steps: []catalog.SizeStep{
			{UpTo: decimal.NewFromInt(6), Price: euro.MustParse("9.00")},
			{UpTo: decimal.NewFromInt(2), Price: euro.MustParse("3.00")},
		}}},
	}}
	fmt.Println(list.Validate())
	// Output: catalog_invalid (entries[0].rule.steps[1].upTo): Invalid catalogue at entries[0].rule.steps[1].upTo: steps do not ascend.
}
