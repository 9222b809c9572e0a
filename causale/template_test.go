package causale_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
)

var known = causale.Known{
	Institutes: []string{"Archivio di Stato di Pisa", "Archivio di Stato di Pistoia", "Archivio di Stato di Livorno"},
	Services:   []string{"Fotocopie", "Servizio di Fotocopie", "Fotoriproduzioni"},
}

// rich has every part.
var rich = causale.Template{Separator: " – ", Pieces: []causale.Piece{
	{Part: causale.PartPayer, Required: true},
	{Part: causale.PartSubject, Required: true},
	{Part: causale.PartYears},
	{Part: causale.PartInstitute, Upper: true},
	{Part: causale.PartService},
	{Part: causale.PartProtocol, Before: "prot.  "},
	{Part: causale.PartDate, Before: "del "},
	{Part: causale.PartShelfmark, Before: "segn. "},
	{Part: causale.PartRevenue, Before: "capo/cap./art. "},
}}

func TestTemplateDate(t *testing.T) {
	day, err := pagonline.ParseDate("2025-02-20")
	require.NoError(t, err)
	template := causale.Template{Pieces: []causale.Piece{
		{Part: causale.PartProtocol, Before: "prot. ", Required: true}, {Part: causale.PartDate, Before: "del ", Required: true},
	}}
	for protocol, want := range map[string]string{
		"2/2025":                       "prot. 2/2025 del 20/02/2025",
		"2/2025 del 20/02/2025":        "prot. 2/2025 del 20/02/2025", // it is said once
		"prot. 2 del 20 febbraio 2025": "prot. 2 del 20 febbraio 2025",
	} {
		d, err := template.Detail(causale.Parts{Protocol: causale.MustParseProtocol(protocol), ProtocolDate: day})
		require.NoError(t, err)
		require.Equal(t, want, d.String())
		_, err = template.Check(d.String(), causale.Parts{Protocol: causale.MustParseProtocol("2/2025"), ProtocolDate: day})
		require.NoError(t, err)
	}
	_, err = template.Detail(causale.Parts{Protocol: causale.MustParseProtocol("2/2025")})
	require.Equal(t, "causale_missing_part (protocolDate): The payment reason lacks: date of the protocol.", err.Error())
	_, err = template.Check("prot. 2/2025", causale.Parts{Protocol: causale.MustParseProtocol("2/2025")})
	require.Equal(t, "protocolDate", pagonline.AsError(err).Field)
	d, err := causale.Template{Pieces: template.Pieces[1:]}.Detail(causale.Parts{Protocol: causale.MustParseProtocol("2 del 20/2/2025")})
	require.NoError(t, err)
	require.Equal(t, "del 20/02/2025", d.String(), "the protocol's own date, where the protocol is not written")
}

func TestTemplateCheckRevenue(t *testing.T) {
	template := causale.Template{Pieces: []causale.Piece{{Part: causale.PartRevenue, Required: true}}}
	parts := causale.Parts{Revenue: "29/2584/03"}
	for _, text := range []string{"copie, Capo XXIX – Capitolo 2584 - Art. 3", "29/2584/03", "CAP. 2584/3 CAPO 29"} {
		_, err := template.Check(text, parts)
		require.NoError(t, err, text)
	}
	for _, text := range []string{"copie", "Capo XXIX, Capitolo 2584, art. 4", "cap. 2584/3"} {
		_, err := template.Check(text, parts)
		require.Equal(t, "revenue", pagonline.AsError(err).Field, text)
	}
}

// What is left out first: the reference's order of priority.
func TestTemplatePriority(t *testing.T) {
	order := []causale.Part{
		causale.PartProtocol, causale.PartDate, causale.PartInstitute, causale.PartPayer, causale.PartService, causale.PartSubject,
		causale.PartYears, causale.PartShelfmark, causale.PartRevenue,
	}
	var template causale.Template
	for i := range order { // the order in the text does not matter
		template.Pieces = append(template.Pieces, causale.Piece{Part: order[len(order)-1-i]})
	}
	day, _ := pagonline.ParseDate("2025-02-20")
	parts := causale.Parts{
		Protocol: causale.MustParseProtocol("pppp/2025"), ProtocolDate: day, Institute: "iiii", Payer: "aaaa", Service: "ssss",
		Subject: "oooo", Years: "1936", Shelfmark: "mmmm", Revenue: "29/2584/03",
	}
	texts := []string{"pppp/2025", "20/02/2025", "iiii", "aaaa", "ssss", "oooo", "1936", "mmmm", "29/2584/03"}
	left := map[int]bool{}
	for n := range causale.MaxLength {
		template.Separator = strings.Repeat("=", n+1) // the less room, the fewer parts
		d, err := template.Detail(parts)
		require.NoError(t, err)
		count := strings.Count(d.String(), template.Separator) + 1
		left[count] = true
		for i, text := range texts {
			require.Equal(t, i < count, strings.Contains(d.String(), text), "%s in %q", text, d)
		}
	}
	require.Len(t, left, len(order), "one after the other")
}

func TestTemplateParse(t *testing.T) {
	for _, c := range []struct {
		template causale.Template
		text     string
		want     causale.Parts
		rest     string
	}{
		{livorno, "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024", causale.Parts{Institute: "Archivio di Stato di Livorno", Protocol: causale.MustParseProtocol("345/2024")}, ""},
		{livorno, "prot. n. 345/2024 archivio di stato di livorno", causale.Parts{Institute: "Archivio di Stato di Livorno", Protocol: causale.MustParseProtocol("345/2024")}, ""},
		{livorno, "ARCHIVIO DI STATO DI PISTOIA prot. 345/2024, Mario Rossi", causale.Parts{Institute: "Archivio di Stato di Pistoia", Protocol: causale.MustParseProtocol("345/2024")}, "Mario Rossi"},
		{livorno, "Mario Rossi (fotocopie) 345/2024", causale.Parts{Service: "Fotocopie", Protocol: causale.MustParseProtocol("345/2024")}, "Mario Rossi"},
		{livorno, "grazie", causale.Parts{}, "grazie"},
		{causale.Template{}, "prot. 345/2024 Archivio di Stato di Pisa", causale.Parts{Institute: "Archivio di Stato di Pisa", Protocol: causale.MustParseProtocol("345/2024")}, ""},
		{acs, "Rossi Mario - fascicoli MAE - 1936-1943", causale.Parts{Payer: "Rossi Mario", Subject: "fascicoli MAE", Years: "1936-1943"}, ""},
		{acs, "Rossi Mario - fascicoli MAE - 1936-1943 - 29/2584/03", causale.Parts{Payer: "Rossi Mario", Subject: "fascicoli MAE", Years: "1936-1943", Revenue: "29/2584/03"}, ""},
		{acs, "Rossi Mario - fascicoli MAE - 1936-1943 - b. 12 - 29/2584/03", causale.Parts{Payer: "Rossi Mario", Subject: "fascicoli MAE", Years: "1936-1943", Shelfmark: "b. 12", Revenue: "29/2584/03"}, ""},
		{acs, "Biblioteca Universitaria di Padova - Capo XXIX, Capitolo 2584, art. 3", causale.Parts{Revenue: "29/2584/03"}, "Biblioteca Universitaria di Padova"},
		{
			causale.Template{Pieces: []causale.Piece{{Part: causale.PartPayer}, {Part: causale.PartProtocol}, {Part: causale.PartDate}}},
			"Rossi S.p.A. 345/2024 del 3 maggio 2024",
			causale.Parts{Payer: "Rossi S.p.A.", Protocol: causale.MustParseProtocol("345/2024 del 3 maggio 2024")},
			"",
		},
	} {
		d, err := causale.NewDetail(c.text)
		require.NoError(t, err)
		p, rest := c.template.Parse(d, known)
		require.Equal(t, c.want, p, c.text)
		require.Equal(t, c.rest, rest, c.text)
	}
	d, err := causale.NewDetail("prot. 345/2024 Museo Immaginario")
	require.NoError(t, err)
	p, rest := causale.Template{}.Parse(d, causale.Known{})
	require.Equal(t, "Museo Immaginario", p.Institute, "nothing else can it be")
	require.Empty(t, rest)
	p, rest = causale.Template{}.Parse(causale.Detail{}, known)
	require.Equal(t, causale.Parts{}, p)
	require.Empty(t, rest)
	many := causale.Template{Separator: ", ", Pieces: make([]causale.Piece, 60)}
	_, rest = many.Parse(d, known)
	require.Equal(t, "Museo Immaginario", rest, "too many pieces to try")
}

// protocolOf makes a reference in one of the forms of registers.
func protocolOf(form uint8, number uint32, year uint16) causale.Protocol {
	y := 2012 + int(year)%60
	return causale.MustParseProtocol([]string{
		fmt.Sprintf("%d/%d", number, y),
		fmt.Sprintf("%010d/%d", number, y),
		fmt.Sprintf("prot. n. %d del 3 maggio %d", number, y),
		fmt.Sprintf("MIC|MIC_AS-LI|01/02/%d|%07d-P", y, number%10_000_000),
		fmt.Sprintf("%07d 15/02/%d", number%10_000_000, y),
	}[form%5])
}

// FuzzTemplateParse: what a template has built comes back.
func FuzzTemplateParse(f *testing.F) {
	for form := range uint8(5) {
		f.Add(form, uint32(345), uint16(12), uint8(255), "Mario Rossi", "copie del registro")
	}
	plain := func(s string) bool { // words, as people's names are
		d, err := causale.NewDetail(s)
		return err == nil && d.String() == s && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' }) < 0
	}
	f.Fuzz(func(t *testing.T, form uint8, number uint32, year uint16, with uint8, payer, subject string) {
		x := causale.Parts{Protocol: protocolOf(form, number, year), Institute: known.Institutes[form%3]}
		d, err := livorno.Detail(x)
		require.NoError(t, err)
		p, rest := livorno.Parse(d, known)
		require.True(t, x.Protocol.Equal(p.Protocol), "%s: %s", d, p.Protocol)
		require.Equal(t, x.Protocol.Date(), p.Protocol.Date())
		require.Equal(t, x.Institute, p.Institute)
		require.Empty(t, rest)
		r, err := causale.Read(d.String())
		require.NoError(t, err)
		require.Equal(t, causale.Exact, r.Confidence, d)
		require.True(t, x.Protocol.Equal(r.Protocol))

		if !plain(payer) || !plain(subject) {
			return
		}
		for _, name := range append(known.Institutes, known.Services...) {
			if strings.EqualFold(name, payer) || strings.EqualFold(name, subject) {
				return
			}
		}
		x.Payer, x.Subject, x.Service = payer, subject, known.Services[with%3]
		for bit, change := range []func(){
			func() { x.Years = "1936-1943" }, func() { x.Shelfmark = "b. 12, fasc. 3" }, func() { x.Revenue = "29/2584/03" },
			func() { x.Institute = "" }, func() { x.Service = "" },
		} {
			if with>>bit&1 == 1 {
				change()
			}
		}
		d, err = rich.Detail(x)
		if err != nil {
			return
		}
		require.LessOrEqual(t, d.Len(), causale.MaxLength)
		all := rich
		all.Pieces = nil
		for _, piece := range rich.Pieces {
			piece.Required = strings.TrimSpace(map[causale.Part]string{
				causale.PartYears: x.Years, causale.PartInstitute: x.Institute, causale.PartService: x.Service, causale.PartProtocol: "x",
				causale.PartShelfmark: x.Shelfmark, causale.PartRevenue: x.Revenue, causale.PartPayer: "x", causale.PartSubject: "x",
			}[piece.Part]) != ""
			all.Pieces = append(all.Pieces, piece)
		}
		if _, err := all.Detail(x); err != nil {
			return // something was left out
		}
		p, rest = rich.Parse(d, known)
		require.True(t, x.Protocol.Equal(p.Protocol), d)
		x.Protocol, p.Protocol = causale.Protocol{}, causale.Protocol{}
		require.Equal(t, x, p, d)
		require.Empty(t, rest)
	})
}
