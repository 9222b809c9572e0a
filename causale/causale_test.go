package causale_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
)

func TestNewDetailNormalises(t *testing.T) {
	for in, want := range map[string]string{
		"fotocopie":                           "fotocopie",
		"  due   blanks  ":                    "due blanks",
		"a\u00a0b\u2009c\u3000":               "a b c",
		"Capo XXIX – Capitolo 2584 -  Art. 3": "Capo XXIX - Capitolo 2584 - Art. 3",
		"prot. 4352 dell’11 novembre":         "prot. 4352 dell'11 novembre",
		"perché così città":                   "perché così città",
		"MIC|MIC_AS-LI|05/03/2024|0000123-P":  "MIC|MIC_AS-LI|05/03/2024|0000123-P",
		"12345678 ":                           "12345678",
		"1234567 9":                           "1234567 9",
		"1234567  9":                          "1234567 9",
		"12345678  9":                         "12345678 9",
		" 2345678":                            "2345678",
	} {
		d, err := causale.NewDetail(in)
		require.NoError(t, err, in)
		require.Equal(t, want, d.String())
		require.Equal(t, utf8.RuneCountInString(want), d.Len())
	}
}

func TestNewDetailRefuses(t *testing.T) {
	for in, code := range map[string]pagonline.Code{
		"":                             pagonline.CodeRequiredField,
		"\u00a0":                       pagonline.CodeRequiredField,
		"a\nb":                         pagonline.CodeTextInvalid,
		"a\tb":                         pagonline.CodeTextInvalid,
		"a\x00":                        pagonline.CodeTextInvalid,
		"a\x7f":                        pagonline.CodeTextInvalid,
		"12345678\x7f":                 pagonline.CodeTextInvalid,
		"1234567\x1f":                  pagonline.CodeTextInvalid,
		"a\xff":                        pagonline.CodeTextInvalid,
		"a\u0085b":                     pagonline.CodeTextInvalid,
		"a\u202eb":                     pagonline.CodeCausaleCharset, // right-to-left override
		"a\u200bb":                     pagonline.CodeCausaleCharset, // zero-width blank
		"a\ue000":                      pagonline.CodeCausaleCharset, // private use
		"a\uffff":                      pagonline.CodeCausaleCharset,
		"a\u2028b":                     pagonline.CodeCausaleCharset, // line separator
		strings.Repeat("à", 141):       pagonline.CodeCausaleTooLong,
		strings.Repeat("x", 1_000_000): pagonline.CodeCausaleTooLong,
	} {
		_, err := causale.NewDetail(in)
		require.Equal(t, code, pagonline.CodeOf(err), "%.20q", in)
	}
	_, err := causale.NewDetail("àb\nc")
	require.Equal(t, "text_invalid: Text with invalid characters at position 3.", err.Error(), "characters, not bytes")
	_, err = causale.NewDetail("345\ufffd/2024") // what JSON makes of half a surrogate
	require.Equal(t, "causale_charset", string(pagonline.CodeOf(err)))
	d, err := causale.NewDetail(strings.Repeat("à", 140))
	require.NoError(t, err, "140 characters, 280 bytes")
	require.Equal(t, 140, d.Len())
}

// livorno is what the State Archive of Livorno asks for.
var livorno = causale.Template{Pieces: []causale.Piece{
	{Part: causale.PartInstitute, Upper: true, Required: true},
	{Part: causale.PartProtocol, Before: "prot. ", Required: true},
}}

// acs is what the Central State Archive asks for.
var acs = causale.Template{Separator: " - ", Pieces: []causale.Piece{
	{Part: causale.PartPayer, Required: true},
	{Part: causale.PartSubject, Required: true},
	{Part: causale.PartYears, Required: true},
	{Part: causale.PartShelfmark},
	{Part: causale.PartRevenue},
}}

func TestTemplateDetail(t *testing.T) {
	parts := causale.Parts{Institute: "Archivio di Stato di Livorno", Protocol: causale.MustParseProtocol("345/2024")}
	d, err := livorno.Detail(parts)
	require.NoError(t, err)
	require.Equal(t, "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024", d.String())

	parts.Protocol = causale.MustParseProtocol("prot. n. 3303 del 1 aprile 2016")
	d, err = livorno.Detail(parts)
	require.NoError(t, err)
	require.Equal(t, "ARCHIVIO DI STATO DI LIVORNO prot. n. 3303 del 1 aprile 2016", d.String(), "the word is not doubled")

	parts.Protocol = causale.Protocol{}
	_, err = livorno.Detail(parts)
	require.Equal(t, pagonline.CodeCausaleMissingPart, pagonline.CodeOf(err))
	require.Equal(t, "protocol", pagonline.AsError(err).Field)
	require.Equal(t, "Nel dettaglio causale manca: protocollo.", pagonline.AsError(err).It)

	d, err = acs.Detail(causale.Parts{Payer: "Rossi Mario", Subject: "fascicoli MAE", Years: "1936-1943"})
	require.NoError(t, err)
	require.Equal(t, "Rossi Mario - fascicoli MAE - 1936-1943", d.String())

	d, err = causale.Template{}.Detail(parts)
	require.NoError(t, err)
	require.Equal(t, "Archivio di Stato di Livorno", d.String(), "the zero template takes what there is")
}

func TestOptionalPartsAreLeftOutWhole(t *testing.T) {
	parts := causale.Parts{
		Payer: strings.Repeat("p", 50), Subject: strings.Repeat("s", 40), Years: "1936-1943",
		Shelfmark: strings.Repeat("m", 30), Revenue: "29/2584/03",
	}
	d, err := acs.Detail(parts)
	require.NoError(t, err)
	require.NotContains(t, d.String(), "2584", "the lightest goes first")
	require.Contains(t, d.String(), parts.Shelfmark)
	require.LessOrEqual(t, d.Len(), causale.MaxLength)

	parts.Shelfmark += "m"
	d, err = acs.Detail(parts)
	require.NoError(t, err)
	require.Contains(t, d.String(), parts.Shelfmark)
	parts.Shelfmark += strings.Repeat("m", 10)
	d, err = acs.Detail(parts)
	require.NoError(t, err)
	require.NotContains(t, d.String(), "m")
	require.NotContains(t, d.String(), "29/2584/03", "what is lighter went before it")
}

func TestRequiredPartsAreNeverCut(t *testing.T) {
	_, err := acs.Detail(causale.Parts{Payer: strings.Repeat("p", 70), Subject: strings.Repeat("s", 70), Years: "1936"})
	require.Equal(t, pagonline.CodeCausaleTooLong, pagonline.CodeOf(err))
	require.Equal(t, "Payment reason too long: 150 characters of 140.", pagonline.AsError(err).En)
}

func TestTemplateCheck(t *testing.T) {
	parts := causale.Parts{Institute: "Archivio di Stato di Livorno", Protocol: causale.MustParseProtocol("345/2024")}
	for _, text := range []string{
		"ARCHIVIO DI STATO DI LIVORNO prot. 345/2024",
		"archivio di stato di livorno, prot.345/2024",
		"Prot. 0000345/2024 - Archivio di Stato di Livorno - Mario Rossi",
		"Archivio di  Stato di Livorno (345/2024)",
	} {
		_, err := livorno.Check(text, parts)
		require.NoError(t, err, text)
	}
	for text, field := range map[string]string{
		"ARCHIVIO DI STATO DI LIVORNO":                 "protocol",
		"ARCHIVIO DI STATO DI LIVORNO prot. 1345/2024": "protocol",
		"ARCHIVIO DI STATO DI LIVORNO prot. 345/20245": "protocol",
		"ARCHIVIO DI STATO DI LIVORNO prot. 345/2023":  "protocol",
		"ARCHIVIO DI STATO DI LIVORNO 345 copie":       "protocol",
		"prot. 345/2024":                               "institute",
		"ARCHIVIO DI STATO DI LIVORNOX prot. 345/2024": "institute",
		"ARCHIVIO DI STATO DI LUCCA prot. 345/2024":    "institute",
	} {
		_, err := livorno.Check(text, parts)
		require.Equal(t, pagonline.CodeCausaleMissingPart, pagonline.CodeOf(err), text)
		require.Equal(t, field, pagonline.AsError(err).Field, text)
	}
	_, err := livorno.Check("ARCHIVIO DI STATO DI LIVORNO prot. 345/2024", causale.Parts{Institute: parts.Institute})
	require.Equal(t, pagonline.CodeCausaleMissingPart, pagonline.CodeOf(err), "a protocol that is not known cannot be found")
	_, err = livorno.Check("a\nb", parts)
	require.Equal(t, pagonline.CodeTextInvalid, pagonline.CodeOf(err))

	_, err = acs.Check("Rossi Mario - fascicoli MAE - 1936-1943", causale.Parts{})
	require.NoError(t, err)
	_, err = acs.Check("Rossi Mario - fascicoli MAE", causale.Parts{})
	require.Equal(t, "years", pagonline.AsError(err).Field)
	_, err = acs.Check("fascicoli MAE 1936", causale.Parts{Payer: "Rossi Mario"})
	require.Equal(t, "payer", pagonline.AsError(err).Field)
}

func TestParts(t *testing.T) {
	for _, p := range []causale.Part{causale.PartProtocol, causale.PartRevenue, causale.PartService} {
		require.True(t, p.Valid())
	}
	require.False(t, causale.Part("colour").Valid())
}

func TestDetailJSON(t *testing.T) {
	type item struct{ D causale.Detail }
	in := item{}
	for range 2 {
		b, err := json.Marshal(in)
		require.NoError(t, err)
		var out item
		require.NoError(t, json.Unmarshal(b, &out))
		require.Equal(t, in, out)
		in.D, err = causale.NewDetail("fotocopie")
		require.NoError(t, err)
	}
	require.Error(t, json.Unmarshal([]byte(`{"D":"a\nb"}`), new(item)))
}

// FuzzNewDetail: what is accepted is in its normal form, and within its limit.
func FuzzNewDetail(f *testing.F) {
	for _, s := range []string{"fotocopie", " a  b ", "a\u00a0–b", "a\u202e", "\xff", "12345678 ", "é\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := causale.NewDetail(s)
		if err != nil {
			require.NotEqual(t, pagonline.CodeInternal, pagonline.CodeOf(err))
			return
		}
		require.LessOrEqual(t, d.Len(), causale.MaxLength)
		require.True(t, utf8.ValidString(d.String()))
		again, err := causale.NewDetail(d.String())
		require.NoError(t, err)
		require.Equal(t, d, again)
		require.NotContains(t, d.String(), "  ")
	})
}

// FuzzTemplate: a reason that was put together passes the check of the same template.
func FuzzTemplate(f *testing.F) {
	f.Add("Archivio di Stato di Livorno", "345/2024", "Mario Rossi")
	f.Add("archivio", "P0", "0")
	f.Add("archivio", "A 0", "Mario Rossi")
	f.Fuzz(func(t *testing.T, institute, protocol, payer string) {
		p, err := causale.ParseProtocol(protocol)
		if err != nil {
			return
		}
		template := causale.Template{Pieces: append([]causale.Piece{{Part: causale.PartPayer}}, livorno.Pieces...)}
		parts := causale.Parts{Institute: institute, Protocol: p, Payer: payer}
		d, err := template.Detail(parts)
		if err != nil || strings.Trim(institute, "0123456789abcdefghijklmnopqrstuvwxyz ") != "" || p.Number() == "" {
			return
		}
		_, err = template.Check(d.String(), causale.Parts{Institute: institute, Protocol: p})
		require.NoError(t, err, d.String())
	})
}
