package cart_test

import (
	"context"
	"fmt"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
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

func ExamplePayerFrom() {
	s, err := cart.PayerFrom(identity.Person{GivenName: "Erika", FamilyName: "Mustermann", ForeignID: "DE/IT/123"})
	fmt.Println(s.Name, s.Code, s.Kind, err)
	// Output: Erika Mustermann ANONIMO F <nil>
}

func ExampleCart_Total() {
	c, _ := load.Sample()
	item, _ := cart.NewItem(c, cart.Form{Institute: "SABAP-AL", Service: "concessioni", Quantity: 1, UnitPrice: "7,50"})
	fmt.Println(cart.Cart{Items: []cart.Item{item, item}}.Total().Localized("it"))
	// Output: 15,00
}

// A cart from the first item to the page where it is paid.
func ExampleNewShop() {
	ctx := context.Background()
	c, _ := load.Sample()
	store := &memory.Store{}
	cashier := payment.NewCashier(store, payment.Config{Gateway: &gateway{}})
	shop := cart.NewShop(c, store, cashier, cart.Config{})

	basket, _ := shop.Open(ctx, "owner")
	form := cart.Form{Institute: "AS-LI", Service: "fotocopie", Quantity: 1, UnitPrice: "12.5", Protocol: "345/2024"}
	if _, err := shop.Add(ctx, basket.ID, form); err != nil {
		fmt.Println(err)
		return
	}
	debtor, _ := cart.PayerFrom(identity.Person{GivenName: "Mario", FamilyName: "Rossi"})
	order, err := shop.Send(ctx, basket.ID, cart.SendRequest{
		Debtor: debtor,
		Back: func(order string) payment.ReturnURLs {
			return payment.ReturnURLs{OK: "https://portal.example/paid?order=" + order}
		},
	})
	fmt.Println(order.Status, len(order.Positions), order.Location == "https://pay.example/"+order.ID, err)
	// Output: sent 1 true <nil>
}
