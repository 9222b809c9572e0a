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

func ExampleProtocol_Date() {
	for _, s := range []string{
		"prot. 4352/28.28.00-108 dell’11 novembre 2016",
		"m_pi.AOODGPER.REGISTRO UFFICIALE(U).0050487.11-12-2019",
		"MIC|MIC_AS-LI|01/02/2024|0000123-P",
		"345/2024",
	} {
		p := causale.MustParseProtocol(s)
		fmt.Printf("%s %d %s\n", p.Number(), p.Year(), p.Date())
	}
	// Output:
	// 4352 2016 2016-11-11
	// 0050487 2019 2019-12-11
	// 0000123 2024 2024-02-01
	// 345 2024
}

// Roman or arabic, in any order; a capo that is missing is not guessed.
func ExampleParseRevenue() {
	for _, s := range []string{"Capo XXIX – Capitolo 2584 - Art. 3", "CAP. 2584/3 CAPO 29", "2584, art. 3", "Capo XVI, capitolo 3573", "fotocopie"} {
		r, ok := causale.ParseRevenue(s)
		fmt.Println(r, ok)
	}
	// Output:
	// 29/2584/03 true
	// 29/2584/03 true
	// 0/2584/03 true
	// 16/3573/00 true
	//  false
}

// An old account of the State's treasury says which income it is for.
func ExampleRevenueFromIBAN() {
	r, section, ok := causale.RevenueFromIBAN("IT50 N010 0003 2452 3202 9258 403")
	fmt.Println(r, section, ok)
	// Output: 29/2584/03 232 true
}

func ExampleNewTransfer() {
	t, err := causale.NewTransfer("2023-03-08GovPAYPsp1-15442458845", 0)
	fmt.Println(t, err)
	// Output: /PUR/LGPE-RIVERSAMENTO/TXT/0/URI/2023-03-08GovPAYPsp1-15442458845 <nil>
}

func ExampleParseTransfer() {
	t, err := causale.ParseTransfer("/PUR/LGPE-RIVERSAMENTO/URI/2023-03-08GovPAYPsp1-15442458845")
	_, ok := t.Progressive()
	fmt.Println(t.Flow(), ok, err)
	_, err = causale.ParseTransfer("/PUR/LGPE-RIVERSAMENTO/URI/2") // cut by a bank
	fmt.Println(err)
	// Output:
	// 2023-03-08GovPAYPsp1-15442458845 false <nil>
	// input_syntax: Unreadable input: it must be /PUR/LGPE-RIVERSAMENTO/TXT/<progressive>/URI/<flow>.
}

// What was built comes back: here, what the State Archive of Livorno asks for.
func ExampleTemplate_Parse() {
	template := causale.Template{Pieces: []causale.Piece{
		{Part: causale.PartInstitute, Upper: true, Required: true},
		{Part: causale.PartProtocol, Before: "prot. ", Required: true},
	}}
	d, _ := causale.NewDetail("ARCHIVIO DI STATO DI LIVORNO prot. 345/2024, grazie")
	parts, rest := template.Parse(d, causale.Known{Institutes: []string{"Archivio di Stato di Livorno"}})
	fmt.Println(parts.Institute)
	fmt.Println(parts.Protocol)
	fmt.Println(rest)
	// Output:
	// Archivio di Stato di Livorno
	// 345/2024
	// grazie
}

// What came from a bank, graded.
func ExampleRead() {
	for _, s := range []string{
		"/RFB/01000000000000144/7.00/TXT/prot. 345/2024",
		"RI1/RFB/01000000 000000144/7,00/TXT/prot. 345/2024",
		"RI1/PUR/LGPE-RIVERSAMENTO/URI/2025-09-23BPPIITRRXXX-000038102790 ACCREDITO BOLLETTINO P.A.",
		"/PUR/LGPE-RIVERSAMENTO/URI/2",
		"ARCHIVIO DI STATO DI LIVORNO prot. 345/2024",
		"Archivio di Stato di Livorno 345/2024",
		"Archivio di Stato di Livorno prot. 34 5/2024",
	} {
		r, err := causale.Read(s)
		fmt.Println(r.Kind, r.Confidence, r.IUV, r.Flow, r.Protocol, err)
	}
	// Output:
	// remittance exact 01000000000000144  345/2024 <nil>
	// remittance likely 01000000000000144  345/2024 <nil>
	// transfer likely  2025-09-23BPPIITRRXXX-000038102790  <nil>
	// transfer weak  2  <nil>
	// detail exact   345/2024 <nil>
	// detail likely   345/2024 <nil>
	// detail weak   345/2024 <nil>
}

// The official sample has wrong check digits.
func ExampleReader_Read() {
	sample := "/RFS/RF23 5674 8393 7849 4505 5087 5/45.56"
	_, err := causale.Read(sample)
	fmt.Println(err)
	r, err := causale.Reader{RFSyntax: true}.Read(sample)
	fmt.Println(r.IUV, r.Amount, r.Confidence, err)
	// Output:
	// iuv_invalid: Invalid IUV or reference: wrong RF check digits.
	// RF23567483937849450550875 45.56 exact <nil>
}

// The printed notice wants no capitals.
func ExampleWire_Subject() {
	s, err := causale.Wire{Institute: "ARCHIVIO DI STATO DI LIVORNO", Service: "FOTOCOPIE"}.Subject()
	fmt.Println(s, err)
	// Output: Archivio di Stato di Livorno - Fotocopie <nil>
}

// Names are compared by their words.
func ExampleWords() {
	fmt.Println(causale.Words("Biblioteca dell'UNIVERSITÀ"))
	// Output: [biblioteca dell universita]
}
