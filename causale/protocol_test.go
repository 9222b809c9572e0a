package causale_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
)

// protocols are references as registers and people write them: number, year, date.
var protocols = map[string]struct {
	number string
	year   int
	date   string
}{
	// of the reference (C51, C53, C55 and section 8.5)
	"MIBACT-DG-MU SEG_DIR_GEN 0001752 15/02/2017 Cl. 25.07 .04/2": {"0001752", 2017, "2017-02-15"}, // as OCR reads it
	"nota prot. 71097 del 8 settembre 2016":                       {"71097", 2016, "2016-09-08"},
	"m_pi.AOODGPER.REGISTRO UFFICIALE(U).0050487.11-12-2019":      {"0050487", 2019, "2019-12-11"},
	"prot. 4352/28.28.00-108 dell’11 novembre 2016":               {"4352", 2016, "2016-11-11"},
	"prot. 4352/28.28.00-108 dell'11 novembre 2016":               {"4352", 2016, "2016-11-11"},
	"prot. n. 3303 del 1 aprile 2016":                             {"3303", 2016, "2016-04-01"},
	"0001752 15/02/2017 Cl. 25.07.04/2":                           {"0001752", 2017, "2017-02-15"},
	"(U).0050487.11-12-2019":                                      {"0050487", 2019, "2019-12-11"},
	"2/2025 del 20/02/2025":                                       {"2", 2025, "2025-02-20"},
	"MIC|MIC_AS-LI|01/02/2024|0000123-P":                          {"0000123", 2024, "2024-02-01"},
	"MIC|MIC_AS-LI|05/03/2024|0000123-P":                          {"0000123", 2024, "2024-03-05"},
	// short ones
	"345/2024": {"345", 2024, ""}, "345 / 2024": {"345", 2024, ""}, "345-2024": {"345", 2024, ""}, "345.2024": {"345", 2024, ""},
	"0000345": {"0000345", 0, ""}, "345": {"345", 0, ""}, "prot.345": {"345", 0, ""}, "prot345": {"345", 0, ""}, "Prot.n.345/2024": {"345", 2024, ""},
	"N.345": {"345", 0, ""}, "n° 345": {"345", 0, ""}, "n.º 345/2024": {"345", 2024, ""}, "PROT. N° 345/2024": {"345", 2024, ""},
	"Prot. N° 345-A/2024": {"345", 2024, ""}, "345/A": {"345", 0, ""}, "0000123-P": {"0000123", 0, ""}, "345P/2024": {"345", 2024, ""},
	"345/24": {"345", 2024, ""}, "345/05": {"345", 0, ""}, "345-24": {"345", 0, ""}, "345/24.7": {"345", 0, ""},
	"345/24 del 3/2/2023": {"345", 2023, "2023-02-03"}, // /24 is something else
	"345 bis/2024":        {"345", 2024, ""}, "345-bis": {"345", 0, ""},
	"345/2024 bis": {"345", 2024, ""}, "345/2\u041e24": {}, "345/2O24": {}, "345/2024\u041e": {}, "345\u0406/2024": {},
	// dates
	"prot. 345 dd. 12.3.2024":              {"345", 2024, "2024-03-12"},
	"prot. n. 345/III.2.4 del 03/02/2024":  {"345", 2024, "2024-02-03"},
	"prot. 345 del 3 febb 2024":            {"345", 2024, "2024-02-03"},
	"prot. 345 del 15/02/2024":             {"345", 2024, "2024-02-15"},
	"prot. 345 del 15-2-2024":              {"345", 2024, "2024-02-15"},
	"prot. 345 del 15.02.2024":             {"345", 2024, "2024-02-15"},
	"prot. 345 del 15/02/24":               {"345", 2024, "2024-02-15"},
	"prot. 345 del 1° aprile 2024":         {"345", 2024, "2024-04-01"},
	"prot. 345 del 1º aprile 2024":         {"345", 2024, "2024-04-01"},
	"prot. 345 dell’8 ott. 2024":           {"345", 2024, "2024-10-08"},
	"prot. n. 345 in data 30 GENNAIO 2024": {"345", 2024, "2024-01-30"},
	"protocol no. 345 of 3 May 2024":       {"345", 2024, "2024-05-03"},
	"345 del 2024-02-15":                   {"345", 2024, "2024-02-15"},
	"prot. 345, 15/02/2024":                {"345", 2024, "2024-02-15"},
	"prot. 345 del 30/02/2024":             {"345", 2024, ""}, // no such day
	"prot. 345 del 15 /02/ 2017":           {"345", 2017, "2017-02-15"},
	"345/2024 del 3/1/2025":                {"345", 2024, "2025-01-03"}, // the register's year, the letter's date
	"del 3/2/2024 n. 345":                  {"345", 2024, "2024-02-03"},
	// other registers
	"c_e463.REGISTRO UFFICIALE.I.0012345.12-02-2024":           {"0012345", 2024, "2024-02-12"},
	"c_d969.Comune di Genova - Prot. 12/02/2024.0067890.U":     {"0067890", 2024, "2024-02-12"},
	"c_e463.REGISTRO UFFICIALE.2024.0012345":                   {"0012345", 2024, ""},
	"prot. 0001752 - 15/02/2017":                               {"0001752", 2017, "2017-02-15"},
	"REGISTRO UFFICIALE.2024.0012345":                          {"0012345", 2024, ""},
	"2024/345":                                                 {"345", 2024, ""},
	"PG/2024/345678":                                           {"345678", 2024, ""},
	"P.G. 345/2024":                                            {"345", 2024, ""},
	"PG345/2024":                                               {"345", 2024, ""},
	"Protocollo generale n. 0012345 del 3 marzo 2024":          {"0012345", 2024, "2024-03-03"},
	"Prot. gen. 345/2024":                                      {"345", 2024, ""},
	"preventivo n. 12, prot. 345/2024":                         {"345", 2024, ""},
	"Cl. 28.13.10/345 prot. 1234 del 5 giu 2024":               {"1234", 2024, "2024-06-05"},
	"Class. 28.13.10 n. 1234":                                  {"1234", 0, ""},
	"prot. n. 12.345/2024":                                     {"12345", 2024, ""},
	"12.345 del 3/4/2024":                                      {"12345", 2024, "2024-04-03"},
	"D.D. 12 del 3 luglio 2024":                                {"12", 2024, "2024-07-03"},
	"2024/2025":                                                {"2024", 2025, ""},
	"1890/2024":                                                {"1890", 2024, ""},
	"345 anno 2024":                                            {"345", 2024, ""},
	"MIC|MIC_SAB-LAZ_UO3|21/11/2023|0003456-A|[34.43.01/12/1]": {"0003456", 2023, "2023-11-21"},
	// no number that is certain
	"senza numero": {}, "": {}, "2024/25": {}, "12/02/2024": {"", 2024, "2024-02-12"}, "3O5/2024": {}, "34l": {}, "O345/2024": {},
	"345x": {}, "345²": {}, "Ⅻ345": {},
}

func TestProtocol(t *testing.T) {
	for in, want := range protocols {
		p, err := causale.ParseProtocol(in)
		require.NoError(t, err, in)
		require.Equal(t, want.number, p.Number(), in)
		if want.number != "" {
			require.Equal(t, want.year, p.Year(), in)
		}
		require.Equal(t, want.date, p.Date().String(), in)
		require.Equal(t, in == "", p.IsZero())
	}
	_, err := causale.ParseProtocol(strings.Repeat("1", 61))
	require.Equal(t, pagonline.CodeTextTooLong, pagonline.CodeOf(err))
	_, err = causale.ParseProtocol(strings.Repeat("1", 1_000_000))
	require.Equal(t, pagonline.CodeTextTooLong, pagonline.CodeOf(err))
	_, err = causale.ParseProtocol("345\n2024")
	require.Equal(t, pagonline.CodeTextInvalid, pagonline.CodeOf(err))
	p := causale.MustParseProtocol("MIC|MIC_AS-LI|01/02/2024|0000123-P")
	require.Equal(t, "MIC|MIC_AS-LI|01/02/2024|0000123-P", p.String(), "| survives")
}

func TestProtocolRefusesDigitsOfOtherAlphabets(t *testing.T) {
	for _, in := range []string{"３４５/2024", "34５/2024", "٣٤٥/2024", "345/２０２４", "prot. 34۵", "𝟑45/2024"} {
		_, err := causale.ParseProtocol(in)
		require.Equal(t, pagonline.CodeCausaleCharset, pagonline.CodeOf(err), in)
	}
}

func TestProtocolEqual(t *testing.T) {
	equal := func(a, b string) bool { return causale.MustParseProtocol(a).Equal(causale.MustParseProtocol(b)) }
	require.True(t, equal("345/2024", "0000345/2024"))
	require.True(t, equal("345/2024", "345"), "the year counts only if both are known")
	require.True(t, equal("345/2024", "prot. n. 345 del 2 maggio 2024"))
	require.True(t, equal("345/24", "345/2024"))
	require.True(t, equal("MIC|MIC_AS-LI|01/02/2024|0000123-P", "prot. 123/2024"))
	require.True(t, equal("345-A/2024", "345/2024"), "which way it went is no part of it")
	require.False(t, equal("345/2024", "345/2023"))
	require.False(t, equal("345/24", "345/2023"))
	require.False(t, equal("123", "1234"))
	require.False(t, equal("345-bis/2024", "345/2024"))
	require.True(t, equal("345-bis/2024", "345 BIS"))
	require.False(t, equal("345/2024 bis", "345/2024"))
	require.True(t, equal("345/2024-bis", "345 bis/2024"))
	require.False(t, equal("", ""), "none equals nothing")
	require.True(t, equal("A-bis", "a-BIS"))
	require.False(t, equal("A-bis", "345"))
	require.False(t, equal("2024/25", "2024/2025"), "unclear: only the same text is the same")
}

func FuzzParseProtocol(f *testing.F) {
	for s := range protocols {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := causale.ParseProtocol(s)
		if err != nil || p.IsZero() {
			return
		}
		again, err := causale.ParseProtocol(p.String())
		require.NoError(t, err)
		require.Equal(t, p, again)
		require.True(t, p.Equal(again))
		require.Contains(t, strings.ReplaceAll(p.String(), ".", ""), p.Number(), "but for the points of thousands")
		if d := p.Date(); !d.IsZero() && p.Number() != "" {
			require.NotZero(t, p.Year())
		}
	})
}

// FuzzProtocolInText: where a reason has a protocol for certain, it is the one that the
// reference alone has.
func FuzzProtocolInText(f *testing.F) {
	for i := range uint8(16) {
		f.Add(uint32(345), i, i/2, i+1)
	}
	suffixes := []string{"", " bis", "-bis", "bis", " ter", "-A", "P", "/III.2.4", "/28.28.00-108", " cl. 34.43.04 fasc. 12", "/AOO"}
	joints := []string{"/", "-", " / ", " ", ", ", ".", " del ", " dd. ", " dell'", " in data ", " anno ", " (", "/2\u041e"}
	dates := []string{"", "2024", "24", "12/03/2024", "12.3.2024", "31/02/2024", "3 febb 2024", "3 maggio 2024", "8 ott. 24", "20", "2024 bis", "2024\u041e"}
	f.Fuzz(func(t *testing.T, n uint32, suffix, joint, date uint8) {
		p := strconv.FormatUint(uint64(n), 10) + suffixes[int(suffix)%len(suffixes)]
		if d := dates[int(date)%len(dates)]; d != "" {
			p += joints[int(joint)%len(joints)] + d
		}
		r, err := causale.Read("prot. " + p)
		require.NoError(t, err)
		if r.Confidence != causale.Exact {
			return
		}
		want := causale.MustParseProtocol(p)
		got := r.Protocol
		require.True(t, want.Equal(got), "%s: %s", p, got)
		require.Equal(t, want.Year(), got.Year(), "%s: %s", p, got)
		require.Equal(t, want.Date(), got.Date(), "%s: %s", p, got)
		exact := causale.Template{Pieces: []causale.Piece{{Part: causale.PartProtocol, Required: true}}}
		_, err = exact.Check("prot. "+p, causale.Parts{Protocol: want})
		require.NoError(t, err, p)
	})
}
