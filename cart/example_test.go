package cart_test

import (
	"fmt"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
	"github.com/pagonline/pagonline/identity"
)

// Livorno wants a dot; another office of the same ministry wants a comma.
func ExampleParsePrice() {
	a, err := cart.ParsePrice("12.5", catalog.DotOnly)
	fmt.Println(a, err)
	_, err = cart.ParsePrice("12,50", catalog.DotOnly)
	fmt.Println(pagonline.AsError(err).It)
	_, err = cart.ParsePrice("1.234", catalog.DotOnly)
	fmt.Println(pagonline.AsError(err).En)
	// Output:
	// 12.50 <nil>
	// Importo non valido: usare il punto e al massimo due decimali (es. 12.50).
	// Ambiguous amount: "1.234". Write 1234.00 or 1.23.
}

// What a reader fills in, checked against the catalogue.
func ExampleNewItem() {
	c, err := load.Sample()
	if err != nil {
		fmt.Println(err)
		return
	}
	form := cart.Form{Institute: "AS-LI", Service: "fotocopie", Quantity: 1, UnitPrice: "12.5", Protocol: "345/2024"}
	item, err := cart.NewItem(c, form)
	fmt.Println(item.Amount(), item.Detail, err)

	form.Quantity = 2 // the price of a quote is that of the whole
	_, err = cart.NewItem(c, form)
	fmt.Println(err)
	// Output:
	// 12.50 ARCHIVIO DI STATO DI LIVORNO prot. 345/2024 <nil>
	// quantity (quantity): The quantity must be a whole number from 1 to 1.
}

// A request by the price list: the form says what is wanted and how many, the price
// follows.
func ExampleNewItem_tariff() {
	c, err := load.Sample()
	if err != nil {
		fmt.Println(err)
		return
	}
	item, err := cart.NewItem(c, cart.Form{
		Institute: "AS-GR", Service: "riproduzioni", Quantity: 1,
		Wanted: []catalog.Asked{{Code: "a4-bn", Count: 25}, {Code: "a3-bn", Count: 3}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range item.Lines {
		fmt.Println(line.Code, line.Amount, line.Rule.En)
	}
	fmt.Println(item.Amount())
	// Output:
	// a4-bn 2.00 25 × €0.08
	// a3-bn 0.45 3 × €0.15
	// 2.45
}

func ExamplePayerFrom() {
	s, err := cart.PayerFrom(identity.Person{GivenName: "Erika", FamilyName: "Mustermann", ForeignID: "DE/IT/123"})
	fmt.Println(s.Name, s.Code, s.Kind, err)
	// Output: Erika Mustermann ANONIMO F <nil>
}

func ExampleCart_Total() {
	c, err := load.Sample()
	if err != nil {
		fmt.Println(err)
		return
	}
	item, err := cart.NewItem(c, cart.Form{Institute: "SABAP-AL", Service: "concessioni", Quantity: 1, UnitPrice: "7,50"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cart.Cart{Items: []cart.Item{item, item}}.Total().Localized("it"))
	// Output: 15,00
}
