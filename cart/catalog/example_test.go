package catalog_test

import (
	"fmt"
	"strings"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
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
		catalog.Config{},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := c.Offer("AS-LI", "fotocopie")
	fmt.Println(offer.Institute.Name, offer.Service.Price.Amount, err)
	_, err = c.Offer("AS-LI", "biglietti")
	fmt.Println(err)
	fmt.Println(c.Portal(), len(c.StampRates()))
	// Output:
	// Archivio di Stato di Livorno 0.15 <nil>
	// service_not_offered (service): The chosen institute does not offer this service.
	// https://pagonline.cultura.gov.it/ 2
}

func ExampleCatalog_Institute() {
	c, _ := load.Sample()
	in, err := c.Institute("AS-BO-IMOLA")
	fmt.Println(in.Name, "is a section of", in.Parent, err)
	_, err = c.Institute("AS-XX")
	fmt.Println(err)
	// Output:
	// Archivio di Stato di Bologna - Sezione di Imola is a section of AS-BO <nil>
	// institute_unknown (institute): Unknown institute.
}

// What a clerk finds in a payment reason.
func ExampleCatalog_Recognise() {
	c, _ := load.Sample()
	in, ok := c.Recognise("ARCHIVIO DI STATO DI PISTOIA prot. 345/2024")
	fmt.Println(in.Code, ok)
	in, ok = c.Recognise("A.S. Livorno, fotocopie")
	fmt.Println(in.Code, ok)
	_, ok = c.Recognise("prot. 345/2024")
	fmt.Println(ok)
	// Output:
	// AS-PT true
	// AS-LI true
	// false
}

// The page that an institute sends with its quote. Here are its steps 8 to 10.
func ExampleCatalog_Instructions() {
	c, _ := load.Sample()
	page, err := c.Instructions("AS-LI", "fotocopie", catalog.Fill{Protocol: "345/2024", Amount: "12.50"}, "en")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Join(strings.Split(page, "\n")[10:15], "\n"))
	// Output:
	//  8. Quantità (quantity): leave it at 1.
	//  9. Prezzo unitario (unit price): write 12.50 (with a dot and not a comma).
	// 10. Dettaglio causale (payment reason): copy this text:
	//
	//         ARCHIVIO DI STATO DI LIVORNO prot. 345/2024
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

// An account is shown to nobody.
func ExampleIBAN() {
	creditor := catalog.Creditor{FiscalCode: "99999000013", IBAN: "IT60X0542811101000000123456"}
	fmt.Println(creditor.IBAN)
	// Output: IT60*******************3456
}

// Only a transfer gets the account; where it is masked there is none to give.
func ExampleOffer_IBAN() {
	offer := catalog.Offer{Creditor: catalog.Creditor{FiscalCode: "99999000013", IBAN: "IT60X0542811101000000123456"}}
	fmt.Println(offer.IBAN() == offer.Transfer(euro.MustParse("12.50")).IBAN)
	offer.Creditor.IBAN = "IT60*******************3456"
	fmt.Printf("%q\n", offer.IBAN())
	// Output:
	// true
	// ""
}
