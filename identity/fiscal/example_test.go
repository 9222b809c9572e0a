package fiscal_test

import (
	"fmt"

	"github.com/pagonline/pagonline/identity/fiscal"
)

func ExampleParse() {
	c, err := fiscal.Parse("rssmra80a01h501u")
	fmt.Println(c.IsPerson(), c.Masked(), err)
	_, err = fiscal.Parse("RSSMRA80A01H501X")
	fmt.Println(err)
	// Output:
	// true *************01U <nil>
	// fiscal_code: Invalid fiscal code or VAT number.
}

// The test creditor of pagoPA's own samples.
func ExampleMustParse() {
	c := fiscal.MustParse("99999000013")
	fmt.Println(c, c.IsPerson())
	// Output: 99999000013 false
}
