package causale_test

import (
	"fmt"

	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// What the State Archive of Livorno asks its readers to write.
func ExampleTemplate_Detail() {
	template := causale.Template{Pieces: []causale.Piece{
		{Part: causale.PartInstitute, Upper: true, Required: true},
		{Part: causale.PartProtocol, Before: "prot. ", Required: true},
	}}
	d, err := template.Detail(causale.Parts{
		Institute: "Archivio di Stato di Livorno",
		Protocol:  causale.MustParseProtocol("345/2024"),
	})
	fmt.Println(d, err)

	_, err = template.Detail(causale.Parts{Institute: "Archivio di Stato di Livorno"})
	fmt.Println(err)
	// Output:
	// ARCHIVIO DI STATO DI LIVORNO prot. 345/2024 <nil>
	// causale_missing_part (protocol): The payment reason lacks: protocol.
}

// A reason written by hand is held to the same rules.
func ExampleTemplate_Check() {
	template := causale.Template{Pieces: []causale.Piece{{Part: causale.PartProtocol, Required: true}}}
	parts := causale.Parts{Protocol: causale.MustParseProtocol("345/2024")}

	_, err := template.Check("Rossi, copie del registro 12, prot. n. 345/2024", parts)
	fmt.Println(err)
	_, err = template.Check("Rossi, copie del registro 12, prot. n. 1345/2024", parts)
	fmt.Println(err)
	// Output:
	// <nil>
	// causale_missing_part (protocol): The payment reason lacks: protocol.
}

func ExampleNewDetail() {
	d, err := causale.NewDetail("  Capo XXIX – Capitolo 2584 -  Art. 3 ")
	fmt.Println(d, err)
	// Output: Capo XXIX - Capitolo 2584 - Art. 3 <nil>
}

// What goes on the wire names the case and the office, and no person.
func ExampleWire_RFB() {
	w := causale.Wire{
		Protocol:  causale.MustParseProtocol("345/2024"),
		Institute: "Archivio di Stato di Livorno",
		Service:   "Servizio di Fotocopie",
	}
	r, err := w.RFB(notice.MustParse("301000000000000144").IUV(), euro.MustParse("12.50"))
	fmt.Println(r, err)
	// Output: /RFB/01000000000000144/12.50/TXT/prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie <nil>
}

func ExampleWire_RFS() {
	rf, _ := notice.ParseRF("RF18539007547034")
	r, err := causale.Wire{Service: "Fotocopie"}.RFS(rf, euro.MustParse("45.56"))
	fmt.Println(r, err)
	// Output: /RFS/RF18 5390 0754 7034/45.56/TXT/Fotocopie <nil>
}

func ExampleWire_Free() {
	r, err := causale.Wire{Institute: "Archivio di Stato di Livorno"}.Free()
	fmt.Println(r, err)
	// Output: Archivio di Stato di Livorno <nil>
}

// Into the caller's buffer, without an allocation.
func ExampleWire_AppendRFB() {
	buf := make([]byte, 0, causale.MaxLength)
	buf, err := causale.Wire{Service: "Fotocopie"}.AppendRFB(buf, notice.MustParse("301000000000000144").IUV(), euro.MustParse("0.15"))
	fmt.Println(string(buf), err)
	// Output: /RFB/01000000000000144/0.15/TXT/Fotocopie <nil>
}

// The text is all that follows /TXT/, slashes included.
func ExampleParseRemittance() {
	r, err := causale.ParseRemittance("/RFB/01000000000000144/7.00/TXT/cap. 2584/3")
	amount, _ := r.Amount()
	fmt.Println(r.IUV(), amount, r.Text(), err)
	// Output: 01000000000000144 7.00 cap. 2584/3 <nil>
}

func ExampleParseRemittanceSyntax() {
	sample := "/RFS/RF23 5674 8393 7849 4505 5087 5/45.56"
	_, err := causale.ParseRemittance(sample)
	fmt.Println(err)
	r, err := causale.ParseRemittanceSyntax(sample)
	fmt.Println(r.IUV(), err)
	// Output:
	// iuv_invalid: Invalid IUV or reference: wrong RF check digits.
	// RF23567483937849450550875 <nil>
}

func ExampleParseProtocol() {
	p, err := causale.ParseProtocol("prot. n. 3303 del 1 aprile 2016")
	fmt.Println(p.Number(), p.Year(), err)
	// Output: 3303 2016 <nil>
}

// Equal, not alike: 345 is not 1345, and leading zeros do not matter.
func ExampleProtocol_Equal() {
	p := causale.MustParseProtocol("345/2024")
	fmt.Println(p.Equal(causale.MustParseProtocol("0000345/2024")), p.Equal(causale.MustParseProtocol("1345/2024")))
	// Output: true false
}

func ExampleMustParseProtocol() {
	fmt.Println(causale.MustParseProtocol("2/2025 del 20/02/2025").Year())
	// Output: 2025
}
