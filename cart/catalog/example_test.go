package catalog_test

import (
	"fmt"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// A catalogue from a program's own data.
func ExampleNew() {
	c, err := catalog.New(
		[]catalog.Creditor{{FiscalCode: "99999000013", Name: "Ente creditore di prova"}},
		[]catalog.Institute{{
			Code: "AS-LI", Name: "Archivio di Stato di Livorno", Creditor: "99999000013",
			Services: []catalog.Service{{
				Code: "fotocopie", Label: "Servizio di Fotocopie",
				Price: catalog.Price{Kind: catalog.Fixed, Amount: euro.MustParse("0.15")},
			}},
		}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := c.Offer("AS-LI", "fotocopie")
	fmt.Println(offer.Institute.Name, offer.Service.Price.Amount, err)
	_, err = c.Offer("AS-LI", "biglietti")
	fmt.Println(err)
	// Output:
	// Archivio di Stato di Livorno 0.15 <nil>
	// service_not_offered (service): The chosen institute does not offer this service.
}

func ExamplePrice_Quantities() {
	fmt.Println(catalog.Price{Kind: catalog.ByQuote}.Quantities())
	// Output: 1 1
}

// What a purchase says on the wire: the case and the office, and no person.
func ExampleOffer_Wire() {
	offer := catalog.Offer{
		Institute: catalog.Institute{Name: "Archivio di Stato di Livorno"},
		Service:   catalog.Service{Label: "Servizio di Fotocopie"},
	}
	r, err := offer.Wire(causale.MustParseProtocol("345/2024")).Free()
	fmt.Println(r, err)
	// Output: prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie <nil>
}
