package cart_test

import (
	"context"
	"fmt"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog/load"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// A cart from the first item to the page where it is paid.
func ExampleNewShop() {
	ctx := context.Background()
	offers, err := load.Sample()
	if err != nil {
		fmt.Println(err)
		return
	}
	store := &memory.Store{}
	cashier := payment.NewCashier(store, payment.Config{Gateway: counter{}})
	shop := cart.NewShop(offers, store, cashier, cart.Config{})

	basket, err := shop.Open(ctx, "owner")
	if err != nil {
		fmt.Println(err)
		return
	}
	form := cart.Form{Institute: "AS-LI", Service: "fotocopie", Quantity: 1, UnitPrice: "12.5", Protocol: "345/2024"}
	if _, err := shop.Add(ctx, basket.Ref(), form); err != nil {
		fmt.Println(err) // names the field of the form
		return
	}
	debtor, err := cart.PayerFrom(identity.Person{GivenName: "Mario", FamilyName: "Rossi"})
	if err != nil {
		fmt.Println(err)
		return
	}
	mine := cart.Ref{ID: basket.ID, Owner: "owner"} // as it is now, whichever version
	orders, err := shop.Send(ctx, mine, cart.SendRequest{
		Debtor: debtor,
		Back: func(order string) payment.ReturnURLs {
			return payment.ReturnURLs{OK: "https://portal.example/paid?order=" + order}
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, order := range orders {
		fmt.Println(order.Status, len(order.Positions), order.Location == "https://pay.example/"+order.ID)
	}
	// Output: sent 1 true
}

// counter is a gateway that takes every order; in production it is a Checkout client.
type counter struct{}

func (counter) Start(_ context.Context, r payment.GatewayRequest) (string, error) {
	return "https://pay.example/" + r.Order, nil
}
