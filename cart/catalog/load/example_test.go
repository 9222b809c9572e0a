package load_test

import (
	"fmt"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/pagonline/pagonline/cart/catalog/load"
)

func ExampleSample() {
	c, err := load.Sample()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, in := range c.Institutes() {
		fmt.Println(in.Code, in.Amounts, in.Services[0].Label)
	}
	// Output:
	// ACS lenient Ricerche per corrispondenza
	// AS-LI dot Servizio di Fotocopie
	// SABAP-AL comma Concessioni per servizi aggiuntivi
}

func ExampleCatalog() {
	_, err := load.Catalog(strings.NewReader(`{"version": 1, "Creditors": []}`))
	fmt.Println(err)
	// Output: catalog_invalid (Creditors): Invalid catalogue at Creditors: unknown name.
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
