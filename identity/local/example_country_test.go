package local_test

import (
	"fmt"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity/local"
)

func ExampleDefaultPolicy() {
	p, err := local.DefaultPolicy()
	fmt.Println(p.Date(), err)
	fmt.Println(p.Check("US"), pagonline.CodeOf(p.CheckEIDAS("US")))
	fmt.Println(pagonline.CodeOf(p.Check("DE")), p.CheckEIDAS("DE"))
	// Output:
	// 2026-11-24 <nil>
	// <nil> eidas_country_unavailable
	// eidas_country_available <nil>
}

func ExampleReadPolicy() {
	p, err := local.ReadPolicy(strings.NewReader(
		`{"date": "2026-11-24", "countries": [{"code": "DE", "eidas": true, "source": "the node's page", "date": "2026-11-23"}]}`))
	fmt.Println(p.CheckEIDAS("DE"), err)
	// Output: <nil> <nil>
}

// An institute lets people of a country register whose scheme fails them.
func ExamplePolicy_Admit() {
	p, _ := local.DefaultPolicy()
	p, err := p.Admit("DE")
	fmt.Println(err, p.Check("DE"))
	// Output: <nil> <nil>
}

// Each refusal names the button that is the right one.
func ExamplePolicy_Check() {
	p, _ := local.DefaultPolicy()
	fmt.Println(p.Check("FR"))
	// Output: eidas_country_available (nationality): For this nationality use eIDAS (or SPID, CIE) sign-in.
}

func ExamplePolicy_CheckEIDAS() {
	p, _ := local.DefaultPolicy()
	fmt.Println(p.CheckEIDAS("US"))
	// Output: eidas_country_unavailable (nationality): Country not in the eIDAS list: use "Login without eIDAS".
}

// A form offers them for the nationality.
func ExamplePolicy_Countries() {
	p, _ := local.DefaultPolicy()
	for _, c := range p.Countries("it")[:3] {
		fmt.Println(c.Code, c.Name.It, c.EIDAS)
	}
	// Output:
	// AF Afghanistan false
	// AL Albania false
	// DZ Algeria false
}

func ExamplePolicy_Date() {
	p, _ := local.DefaultPolicy()
	fmt.Println(p.Date())
	// Output: 2026-11-24
}

// A message that is logged tells what it is for, not to whom it goes.
func ExampleMessage_LogValue() {
	fmt.Println(local.Message{To: "jane.doe@example.org", Purpose: local.NoAccount}.LogValue())
	// Output: no-account
}
