package causale_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// TestProtocolInAReasonByHand: what looks like the protocol and is not, and what is in
// another form.
func TestProtocolInAReasonByHand(t *testing.T) {
	template := causale.Template{Pieces: []causale.Piece{{Part: causale.PartProtocol, Required: true}}}
	for _, c := range []struct {
		text, protocol string
		ok             bool
	}{
		{"prot. 345/2024", "345/2024", true},
		{"prot. n. 345 del 2 maggio 2024", "345/2024", true},
		{"prot.0345/2024", "345/2024", true},
		{"prot.n.0345/2024", "345/2024", true},
		{"Rossi, 345/2024, copie", "345/2024", true},
		{"ricevuta del 2/3/2025", "2/2025", false},
		{"12/12/2024", "12/2024", false},
		{"prot. 12/345/2024", "345/2024", false},
		{"prot. 345/2024", "2024", false},
		{"prot. 1345/2024", "345/2024", false},
		{"prot. 345/2023", "345/2024", false},
		{"prot. 345 bis/2024", "345/2024", false},
		{"prot. 345 bis del 12/03/2024", "345/2024", false},
		{"prot. 345 bis del 12/03/2019", "345/2024", false},
		{"prot. 345 bis del 12/03/2024", "345-bis/2024", true},
		{"prot. 345/2024 bis", "345/2024", false},
		{"prot. 345 bis", "345-bis/2024", true},
		{"prot. 345", "345-bis/2024", false},
		{"prot. 345 dd. 12.3.2019", "345/2024", false},
		{"prot. 345 dd. 12.3.2024", "345/2024", true},
		{"prot. 345 del 31/02/2019", "345/2024", false},
		{"prot. 345 del 31/02/19", "345/2024", false},
		{"prot. 345 cl. 3 fasc.12 del 5/5/2019", "345/2024", false},
		{"prot. 345/III.2.4 del 03/02/2019", "345/2024", false},
		{"prot. 345/2\u041e24", "345/2024", false},
		{"prot. 345, MAE 1936", "345/2024", true},
		{"il 05/03/2024", "MIC|MIC_AS-LI|05/03/2024|0000123-P", false},
		{"prot. 123 del 05/03/2024", "MIC|MIC_AS-LI|05/03/2024|0000123-P", true},
	} {
		_, err := template.Check(c.text, causale.Parts{Protocol: causale.MustParseProtocol(c.protocol)})
		require.Equal(t, c.ok, err == nil, "%q has %q: %v", c.text, c.protocol, err)
	}
	mic := causale.MustParseProtocol("MIC|MIC_AS-LI|05/03/2024|0000123-P")
	require.False(t, mic.Equal(causale.MustParseProtocol("MIC|MIC_AS-LI|05/03/2024|0000999-P")))
	require.False(t, causale.MustParseProtocol("A-345/2024").Equal(causale.MustParseProtocol("B-346/2024")))
}

// TestKnownProtocolMustBeThere, wherever the template has a place for one.
func TestKnownProtocolMustBeThere(t *testing.T) {
	optional := causale.Template{Pieces: []causale.Piece{
		{Part: causale.PartService, Required: true}, {Part: causale.PartProtocol, Before: "prot. "},
	}}
	parts := causale.Parts{Service: "Concessioni", Protocol: causale.MustParseProtocol("345/2024")}
	for _, text := range []string{"Concessioni prot. 999/2020", "Concessioni"} {
		_, err := optional.Check(text, parts)
		require.Equal(t, pagonline.CodeCausaleMissingPart, pagonline.CodeOf(err), text)
		require.Equal(t, "protocol", pagonline.AsError(err).Field)
	}
	_, err := optional.Check("Concessioni, prot. 345/2024", parts)
	require.NoError(t, err)
	_, err = optional.Check("Concessioni", causale.Parts{Service: "Concessioni"})
	require.NoError(t, err)
}

// TestNamesByHand: spelling of names does not matter, their words do.
func TestNamesByHand(t *testing.T) {
	for _, c := range []struct {
		part  causale.Part
		parts causale.Parts
		text  string
		ok    bool
	}{
		{causale.PartPayer, causale.Parts{Payer: "Mario Rossi"}, "Rossi Mario - catasto", true},
		{causale.PartPayer, causale.Parts{Payer: "Mario Rossi"}, "Rossi - catasto", false},
		{causale.PartInstitute, causale.Parts{Institute: "Biblioteca Universitaria"}, "BIBLIOTECA UNIVERSITARIA", true},
		{causale.PartInstitute, causale.Parts{Institute: "Università di Padova"}, "UNIVERSITA' DI PADOVA", true},
		{causale.PartInstitute, causale.Parts{Institute: "Università di Padova"}, "Universita\u0300 di Padova", true},
		{causale.PartInstitute, causale.Parts{Institute: "Archivio di Stato di Pisa"}, "Archivio di Stato di Pistoia", false},
		{causale.PartYears, causale.Parts{}, "catasto 1820", true},
		{causale.PartYears, causale.Parts{}, "catasto", false},
		{causale.PartShelfmark, causale.Parts{}, "busta 12, c. 3r", true},
	} {
		template := causale.Template{Pieces: []causale.Piece{{Part: c.part, Required: true}}}
		_, err := template.Check(c.text, c.parts)
		require.Equal(t, c.ok, err == nil, "%s in %q: %v", c.part, c.text, err)
	}
}

// TestWhatOfAProtocolGoesOnTheWire: a register's reference as it is; of anything else
// the number and year.
func TestWhatOfAProtocolGoesOnTheWire(t *testing.T) {
	for protocol, want := range map[string]string{
		"345/2024": "prot. 345/2024",
		"prot. 4352/28.28.00-108 dell’11 novembre 2016":               "prot. 4352/28.28.00-108 dell'11 novembre 2016",
		"prot. n. 3303 del 1 aprile 2016":                             "prot. n. 3303 del 1 aprile 2016",
		"0001752 15/02/2017 Cl. 25.07.04/2":                           "prot. 0001752 15/02/2017 Cl. 25.07.04/2",
		"MIBACT-DG-MU SEG_DIR_GEN 0001752 15/02/2017 Cl. 25.07 .04/2": "prot. MIBACT-DG-MU SEG_DIR_GEN 0001752 15/02/2017 Cl. 25.07 .04/2",
		"m_pi.AOODGPER.REGISTRO UFFICIALE(U).0050487.11-12-2019":      "prot. m_pi.AOODGPER.REGISTRO UFFICIALE(U).0050487.11-12-2019",
		"(U).0050487.11-12-2019":                                      "prot. (U).0050487.11-12-2019",
		"2/2025 del 20/02/2025":                                       "prot. 2/2025 del 20/02/2025",
		"MIC|MIC_AS-LI|01/02/2024|0000123-P":                          "prot. MIC|MIC_AS-LI|01/02/2024|0000123-P",
		"345/2024 bis":                                                "prot. 345/2024 bis",
		"PROTEO 12":                                                   "prot. 12",
		"Fiammetta Inventata 345/2024":                                "prot. 345/2024",
		"345/2024 Fiammetta Inventata RSSMRA80A01H501U":               "prot. 345/2024",
		"345/2024 RSSMRA80A01H501U":                                   "prot. 345/2024",
		"345 fiammetta@example.org":                                   "prot. 345",
		"prot. 345/2024 sig.ra Inventata":                             "prot. 345/2024",
		"Fiammetta":                                                   "",
		"MICHELE 345/2024":                                            "prot. 345/2024",
		"ROSSI345/2024":                                               "prot. 345/2024",
		"PG345/2024":                                                  "prot. PG345/2024",
		"prot345/2024":                                                "prot345/2024",
		"AB123CD":                                                     "",
		"IT03Q0100003245520029258403":                                 "",
		"345/2024 IT03Q0100003245520029258403":                        "prot. 345/2024",
		"IT 03 Q 01000 03245 520029258403":                            "",
		"345/2024 DE89370400440532013000":                             "prot. 345/2024",
		"MIC|MARIO_ROSSI|12/03/2024|0000123":                          "prot. 0000123/2024",
		"MARIO|ROSSI|12/03/2024|0000123":                              "prot. 0000123/2024",
		"MIC|MIC_SABAP-MET-TO_U03|12/03/2024|0001234-P":               "prot. MIC|MIC_SABAP-MET-TO_U03|12/03/2024|0001234-P",
		"MIC|MIC_DG-ABAP_SERV II_UO1|12/03/2024|0001234-P":            "prot. MIC|MIC_DG-ABAP_SERV II_UO1|12/03/2024|0001234-P",
		"c_e463.REGISTRO UFFICIALE.I.0012345.12-02-2024":              "prot. c_e463.REGISTRO UFFICIALE.I.0012345.12-02-2024",
	} {
		w := causale.Wire{Protocol: causale.MustParseProtocol(protocol), Service: "Fotocopie"}
		free, err := w.Free()
		require.NoError(t, err)
		if want == "" {
			require.Equal(t, "Fotocopie", free.String(), protocol)
			continue
		}
		require.Equal(t, want+" - Fotocopie", free.String(), protocol)
		rfb, err := w.RFB(notice.MustParse("301000000000000144").IUV(), euro.MustParse("12.50"))
		require.NoError(t, err)
		require.Equal(t, want+" - Fotocopie", rfb.Text())
	}
	_, err := causale.Wire{Institute: "/RFB/1/1.00/TXT/x"}.Free()
	require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
}

func TestBlindCharactersAreRefused(t *testing.T) {
	for _, s := range []string{"\u3164", "\u115f", "\u2800", "a\u034fb", "a\ufe0f", "\uffa0", "a\U000e0100"} {
		_, err := causale.NewDetail(s)
		require.Equal(t, pagonline.CodeCausaleCharset, pagonline.CodeOf(err), "%q", s)
	}
}

// TestFixedText: some institutes want a word of their own.
func TestFixedText(t *testing.T) {
	template := causale.Template{Separator: " - ", Pieces: []causale.Piece{
		{Part: causale.PartText, Before: "SabapAL-Capo 29-cap 2584-3 Dir.riproduz", Required: true},
		{Part: causale.PartProtocol, Before: "prot. "},
	}}
	d, err := template.Detail(causale.Parts{})
	require.NoError(t, err)
	require.Equal(t, "SabapAL-Capo 29-cap 2584-3 Dir.riproduz", d.String())
	require.Equal(t, 39, d.Len())
	d, err = template.Detail(causale.Parts{Protocol: causale.MustParseProtocol("345/2024")})
	require.NoError(t, err)
	require.Equal(t, "SabapAL-Capo 29-cap 2584-3 Dir.riproduz - prot. 345/2024", d.String())
	parts, rest := template.Parse(d, causale.Known{})
	require.Equal(t, "345/2024", parts.Protocol.String())
	require.Empty(t, rest)
	_, err = template.Check("Capo 29 cap 2584-3", causale.Parts{})
	require.Equal(t, "text", pagonline.AsError(err).Field)
	_, err = template.Check("SABAPAL-CAPO 29-CAP 2584-3 DIR.RIPRODUZ", causale.Parts{})
	require.NoError(t, err)
}
