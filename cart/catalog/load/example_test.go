package load_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
)

// The institutes of the sample that say which decimal sign they want.
func ExampleSample() {
	c, err := load.Sample()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, in := range c.Institutes() {
		if in.Amounts != catalog.Lenient {
			fmt.Println(in.Code, in.Amounts, in.Services[0].Label)
		}
	}
	// Output:
	// AS-LI dot Servizio di Fotocopie
	// AS-VI dot Fotoriproduzione
	// SABAP-AL comma Concessioni per servizi aggiuntivi
}

func ExampleCatalog() {
	_, err := load.Catalog(strings.NewReader(`{"version": 1, "Creditors": []}`))
	fmt.Println(err)
	// Output:
	// catalog_invalid (Creditors): Invalid catalogue at Creditors: unknown name.
	// catalog_invalid (institutes): Invalid catalogue at institutes: missing.
}

const small = `{"version": 1, "creditors": [{"fiscalCode": "99999000013", "name": "Ente di prova",
	"iban": "IT60X0542811101000000123456", "segregation": "01", "broker": "99999000013",
	"station": "99999000013_01", "taxonomy": "9/0701100AP/"}], "institutes": []}`

// What is written is what Catalog reads; the account is not in it.
func ExampleWrite() {
	c, err := load.Catalog(strings.NewReader(small))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := load.Write(os.Stdout, c); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	//   "version": 1,
	//   "creditors": [
	//     {
	//       "fiscalCode": "99999000013",
	//       "name": "Ente di prova",
	//       "iban": "IT60*******************3456",
	//       "segregation": "01",
	//       "broker": "99999000013",
	//       "station": "99999000013_01",
	//       "taxonomy": "9/0701100AP/"
	//     }
	//   ],
	//   "institutes": []
	// }
}

// One institute in a file of its own, with those of which it is a section.
func ExampleWriteInstitute() {
	c, _ := load.Sample()
	var file strings.Builder
	if err := load.WriteInstitute(&file, c, "AS-BO-IMOLA"); err != nil {
		fmt.Println(err)
		return
	}
	own, err := load.Catalog(strings.NewReader(file.String()))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, in := range own.Institutes() {
		fmt.Println(in.Code, in.Name)
	}
	// Output:
	// AS-BO Archivio di Stato di Bologna
	// AS-BO-IMOLA Archivio di Stato di Bologna - Sezione di Imola
}

// The form of another program, with this module's values in it.
func ExampleRegister() {
	v := validator.New()
	if err := load.Register(v); err != nil {
		fmt.Println(err)
		return
	}
	form := struct {
		Notice string `validate:"notice"`
		Amount string `validate:"euro"`
	}{"301000000000000144", "12,50"}
	fmt.Println(v.Struct(form))
	// Output: Key: 'Amount' Error:Field validation for 'Amount' failed on the 'euro' tag
}
