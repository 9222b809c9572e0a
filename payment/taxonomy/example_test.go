package taxonomy_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/taxonomy"
)

// Two rows of the official file, with the columns that these examples need.
const file = `tipo_servizio;dati_specifici_di_incasso;data_inizio_validita;data_fine_validita
INCASSI GENERALI;9/0701100AP/;01/01/1900;01/01/2080
Introiti biglietti di Musei;9/0706100TS/;01/02/2021;04/01/2022
`

func ExampleParse() {
	c, err := taxonomy.Parse("9/0701100AP/")
	fmt.Println(string(c.Prefix()), c.Creditor(), c.Area(), c.Service(), c.Reason(), err)
	_, err = taxonomy.Parse("0701100AP")
	fmt.Println(err)
	// Output:
	// 9 07 01 100 AP <nil>
	// input_syntax: Unreadable input: invalid taxonomy code (e.g. 9/0701100AP/).
}

func ExampleMustParse() {
	fmt.Println(taxonomy.MustParse("9/0701100AP/"))
	// Output: 9/0701100AP/
}

// A payment that begins in the portal's own cart needs no request to pay.
func ExampleCode_WithPrefix() {
	c, err := taxonomy.MustParse("9/0701100AP/").WithPrefix(taxonomy.NoRequest)
	fmt.Println(c, err)
	// Output: 6/0701100AP/ <nil>
}

func ExamplePrefix_Valid() {
	fmt.Println(taxonomy.Both.Valid(), taxonomy.Prefix('5').Valid())
	// Output: true false
}

// The codes of the configuration are checked when the program starts.
func ExampleRead() {
	table, err := taxonomy.Read(strings.NewReader(file))
	if err != nil {
		fmt.Println(err)
		return
	}
	today := pagonline.DateOf(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	for _, s := range []string{"9/0701100AP/", "9/0706100TS/"} {
		fmt.Println(s, table.Check(taxonomy.MustParse(s), today))
	}
	// Output:
	// 9/0701100AP/ <nil>
	// 9/0706100TS/ input_syntax: Unreadable input: taxonomy code 9/0706100TS/ expired on 4 January 2022.
}

func ExampleTable_Check() {
	var table taxonomy.Table // knows no codes
	err := table.Check(taxonomy.MustParse("9/0701100AP/"), pagonline.Date{})
	fmt.Println(errors.Is(err, taxonomy.ErrUnknown))
	// Output: true
}

// What a form may offer.
func ExampleTable_Choices() {
	table, err := taxonomy.Read(strings.NewReader(file))
	if err != nil {
		fmt.Println(err)
		return
	}
	day := pagonline.DateOf(time.Date(2021, 7, 1, 9, 0, 0, 0, time.UTC))
	for _, row := range slices.Collect(table.Choices("07", day)) {
		fmt.Println(row.Code, row.Service)
	}
	// Output:
	// 9/0701100AP/ INCASSI GENERALI
	// 9/0706100TS/ Introiti biglietti di Musei
}

// A file is read row by row, so that nothing but what is looked for need be kept.
func ExampleRows() {
	for row, err := range taxonomy.Rows(strings.NewReader(file)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(row.Code, "until", row.Until)
	}
	// Output:
	// 9/0701100AP/ until 2080-01-01
	// 9/0706100TS/ until 2022-01-04
}

func ExampleRow_ValidOn() {
	for row, err := range taxonomy.Rows(strings.NewReader(file)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(row.Code, row.ValidOn(pagonline.DateOf(time.Date(2022, 1, 4, 23, 30, 0, 0, time.UTC)))) // 5 January in Rome
	}
	// Output:
	// 9/0701100AP/ true
	// 9/0706100TS/ false
}
