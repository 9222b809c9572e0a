package causale_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
)

const (
	flow = "2020-11-21GovPAYPsp-1234567890"
	v17  = "01000000000000144"
)

// What banks and PSPs write.
func TestReadTransfer(t *testing.T) {
	for in, want := range map[string]struct {
		flow        string
		progressive int
		how         causale.Confidence
	}{
		"/PUR/LGPE-RIVERSAMENTO/TXT/0/URI/" + flow: {flow, 0, causale.Exact},
		"/PUR/LGPE-RIVERSAMENTO/URI/" + flow:       {flow, -1, causale.Exact},
		// public test data of GovPay and of pagoPA's own treasury importer
		"RI1/PUR/LGPE-RIVERSAMENTO/URI/2025-09-23BPPIITRRXXX-000038102790 ACCREDITO BOLLETTINO P.A.": {"2025-09-23BPPIITRRXXX-000038102790", -1, causale.Likely},
		"000000000000000,00000000000000101,01EUR000000000000000,000000000000000000000000,000000000000,00" +
			"/ZZ2SATISPAY EUROPE SA/ZZ3Comune Dimostrativo/PUR/LGPE-RIVERSAMENTO/URI/" + flow + "/ZZ4/4184/ZZ4/ID1357": {flow, -1, causale.Likely},
		"PUR/LGPE-RIVERSAMENTO/TXT/1/URI/2026-06-20-FLOW-ABC":                                                        {"2026-06-20-FLOW-ABC", 1, causale.Likely},
		":IM2:000000000012345 :MA2:EU R :RI3:/PUR/LGPE-RIVERSAMENTO/URI/2024-07-26PPAYITR1XXX-S2024072601 :SEC:CASH": {"2024-07-26PPAYITR1XXX-S2024072601", -1, causale.Likely},
		"ACCREDITO INCASSI DEBITORE 321/PUR/LGPE-RIVERSAMENTO/URI/2024-09-03PPAYITR1XXX-S50033300001":                {"2024-09-03PPAYITR1XXX-S50033300001", -1, causale.Likely},
		"ACCREDITI VARI LGPE-RIVERSAMENTO/URI/2024-12-15 IUV_VALID":                                                  {"2024-12-15IUV_VALID", -1, causale.Weak},
		"ACCREDITI VARI LGPE -RIVERSAMENTO/URI/2024-12-15 IUV_VALID":                                                 {"2024-12-15IUV_VALID", -1, causale.Weak},
		"ACCREDITI VARI LGPE - RIVERSAMENTO/URI/2024-12-15 IUV_VALID":                                                {"2024-12-15IUV_VALID", -1, causale.Weak},
		"ACCREDITI VARI L GPE-RIVERSAMENTO URI 2024-12-15 IUV_VALID":                                                 {"2024-12-15IUV_VALID", -1, causale.Weak},
		"/PUR/LGPE-RIVERSAMENTO/URI/2017-01-01ABI00000011234":                                                        {"2017-01-01ABI00000011234", -1, causale.Weak},
		"/PUR/LGPE-RIVERSAMENTO/URI/2":                                                                               {"2", -1, causale.Weak}, // as banks cut it
		// other separators, none, small letters
		"PUR LGPE-RIVERSAMENTO TXT 1 URI " + flow:             {flow, 1, causale.Likely},
		"?PUR?LGPE?RIVERSAMENTO?URI?" + flow + "?":            {flow, -1, causale.Likely},
		"PUR.LGPE-RIVERSAMENTO.URI." + flow + ".":             {flow, -1, causale.Likely},
		"/PUR//LGPE-RIVERSAMENTO//TXT//2//URI//" + flow:       {flow, 2, causale.Likely},
		"PURLGPERIVERSAMENTOTXT3URI" + flow:                   {flow, 3, causale.Likely},
		"/pur/lgpe–riversamento/uri/" + strings.ToLower(flow): {strings.ToLower(flow), -1, causale.Likely},
		"/PUR/LGPE-RIVERSAMENTO/URI/" + flow + " 23/09/2025":  {flow, -1, causale.Weak}, // or does the number go on?
		"RIVERSAMENTO/URI/" + flow:                            {flow, -1, causale.Weak}, // the head was cut
		// cut or split within the last group
		"/PUR/LGPE-RIVERSAMENTO/URI/2024-03-12BPPIITRRXXX-0":                                 {"2024-03-12BPPIITRRXXX-0", -1, causale.Likely},
		"/PUR/LGPE-RIVERSAMENTO/URI/2024-03-12BPPIITRRXXX-0123 456789":                       {"2024-03-12BPPIITRRXXX-0123456789", -1, causale.Weak},
		"/PUR/LGPE-RIVERSAMENTO/URI/2024-03-12BPPIITRRXXX-0123 456789 ACCRED":                {"2024-03-12BPPIITRRXXX-0123456789", -1, causale.Weak},
		"/PUR/LGPE-RIVERSAMENTO/URI/" + flow + " /PUR/LGPE-RIVERSAMENTO/URI/2024-12-15IUV-1": {flow, -1, causale.Weak},
		// wrapped lines
		"/PUR/LGPE-RIVERSAMENTO/URI/2020-11-21GovPAY\nPsp-1234567890":     {flow, -1, causale.Likely},
		"/PUR/LGPE-RIVERSA\r\nMENTO/URI/2020-11-21GovPAYPsp-1234567890":   {flow, -1, causale.Likely},
		"/PUR/LGPE-RIVERSAMENTO/URI/2020-11-21GovPAYPsp-12345\n67890 ABC": {flow, -1, causale.Weak},
		"/PUR/LGPE-RIVERSAMENTO/URI/" + flow + "\nACCREDITO":              {flow, -1, causale.Likely},
	} {
		r, err := causale.Read(in)
		require.NoError(t, err, in)
		require.Equal(t, causale.KindTransfer, r.Kind, in)
		require.Equal(t, want.flow, r.Flow, in)
		require.Equal(t, want.how, r.Confidence, in)
		require.Equal(t, want.progressive >= 0, r.HasProgressive, in)
		require.Equal(t, max(want.progressive, 0), r.Progressive, in)
		require.Empty(t, r.Text)
	}
	for _, in := range []string{
		"/PUR/LGPE/RIVERSAMENTO/XXXXXXXXXXX", // from GovPay's tests
		"/PUR/LGPE-RIVERSAMENTO/", "/PUR/LGPE-RIVERSAMENTO/URI/", "RIVERSAMENTO", "riversamento diritti, prot. 345/2024",
	} {
		r, err := causale.Read(in)
		require.NoError(t, err, in)
		require.Equal(t, causale.KindDetail, r.Kind, in)
		require.Empty(t, r.Flow)
	}
}

func TestReadRemittance(t *testing.T) {
	for in, want := range map[string]struct {
		iuv, amount, text string
		how               causale.Confidence
	}{
		// SACI 1.4.0 §3.2; GovPay; pagoPA's node tests
		"/RFB/9876096598656344":                                 {"9876096598656344", "", "", causale.Likely}, // more may have stood there
		"/RFB/9876096598656344/12.34/TXT/Richiesta certificato": {"9876096598656344", "12.34", "Richiesta certificato", causale.Exact},
		"/RFS/RF18 5390 0754 7034/45.56":                        {"RF18539007547034", "45.56", "", causale.Exact},
		"/RFB/10000000000000001/45.01/TXT/Compartecipazione alla spesa per prestazioni sanitarie": {
			"10000000000000001", "45.01", "Compartecipazione alla spesa per prestazioni sanitarie", causale.Exact,
		},
		"/RFB/00202200000217527/5.00/TXT/":                          {"00202200000217527", "5.00", "", causale.Exact},
		"/RFB/091814449948492/547.24/TXT/DEBITORE/XXXXXX00X00X000X": {"091814449948492", "547.24", "DEBITORE/XXXXXX00X00X000X", causale.Exact},
		"RFS/123456789012345":                                       {"123456789012345", "", "", causale.Weak},
		"RFB/RF18539007547034":                                      {"RF18539007547034", "", "", causale.Likely},
		// the text may hold slashes
		"/RFB/" + v17 + "/7.00/TXT/prot. 4352/28.28.00-108, cap. 2584/3": {v17, "7.00", "prot. 4352/28.28.00-108, cap. 2584/3", causale.Exact},
		// other separators, none, small letters, prefixes
		"/RFB/" + v17 + "/12,34/TXT/copie":     {v17, "12.34", "copie", causale.Likely},
		"RFB " + v17 + " 12.34 TXT copie":      {v17, "12.34", "copie", causale.Likely},
		"RFB-" + v17 + "-12.34-TXT-copie":      {v17, "12.34", "copie", causale.Likely},
		"RFB:" + v17 + ":EUR 12,34:TXT:copie":  {v17, "12.34", "copie", causale.Likely},
		"RFB" + v17 + "TXTcopie":               {v17, "", "copie", causale.Likely},
		"RFB" + v17 + "12.34TXTcopie":          {v17, "12.34", "copie", causale.Weak},
		"/rfb/" + v17 + "/12.34/txt/copie":     {v17, "12.34", "copie", causale.Likely},
		"RI1/RFB/" + v17 + "/12.34/TXT/copie":  {v17, "12.34", "copie", causale.Likely},
		"CAUSALE: /RFB/" + v17 + "/12.34 EUR":  {v17, "12.34", "", causale.Likely},
		"/RFB/" + v17 + "/copie":               {v17, "", "copie", causale.Likely},
		"rfs rf18539007547034 45,56 txt copie": {"RF18539007547034", "45.56", "copie", causale.Likely},
		"/RFS/RF18539007547034 copie":          {"RF18539007547034", "", "copie", causale.Likely},
		// blanks and line ends in the middle
		"/RFB/01000000\n000000144/12.50/TXT/copie":   {v17, "12.50", "copie", causale.Likely},
		"/RF B/" + v17 + "/12.50/T XT/copie":         {v17, "12.50", "copie", causale.Likely},
		"/RFB/" + v17 + "/12. 50/TXT/copie":          {v17, "12.50", "copie", causale.Likely},
		"/RFS/RF18 53\n90 0754 7034/45.56/TXT/copie": {"RF18539007547034", "45.56", "copie", causale.Likely},
		// cut tails
		"RFB/" + v17 + "/12.50/TX": {v17, "12.50", "", causale.Likely},
		"RFB/" + v17 + "/12.5":     {v17, "", "", causale.Likely}, // 12.5 may be a cut 12.50, or 12.57
		"RFB/0100000000000":        {"0100000000000", "", "", causale.Weak},
		"saldo /RFB/":              {"", "", "saldo", causale.Weak},
		"/RFB/0100000000":          {"0100000000", "", "", causale.Likely},
		"/RFB/1/12.01":             {"1", "12.01", "", causale.Exact},
		"/RFB/" + v17:              {v17, "", "", causale.Exact},
		"/RFB/091814449948492":     {"091814449948492", "", "", causale.Exact},
		// two on one line
		"/RFB/" + v17 + "/12.50/TXT/copie/RFB/01000000000000245/7.00": {v17, "12.50", "copie/RFB/01000000000000245/7.00", causale.Weak},
		"RFB " + v17 + " 12.50 TXT copie RFS RF18539007547034":        {v17, "12.50", "copie RFS RF18539007547034", causale.Weak},
		"/RFB/" + v17 + "/12.50/RFB/01000000000000245/7.00":           {v17, "12.50", "RFB/01000000000000245/7.00", causale.Weak},
		"/RFB/" + v17 + "/12.50/TXT/RFB e RFS":                        {v17, "12.50", "RFB e RFS", causale.Exact},
		// no tag
		"avviso 301000000000000144, copie":    {v17, "", "avviso 301000000000000144, copie", causale.Likely},
		"avviso 3010 0000 0000 0001 44 copie": {v17, "", "avviso 3010 0000 0000 0001 44 copie", causale.Likely},
		"IUV " + v17:                          {v17, "", "IUV " + v17, causale.Likely},
		"IUV 12345678901234567":               {"12345678901234567", "", "IUV 12345678901234567", causale.Weak},
		"IUV 091814449948492":                 {"091814449948492", "", "IUV 091814449948492", causale.Weak},
		"rif. RF18 5390 0754 7034 copie":      {"RF18539007547034", "", "rif. RF18 5390 0754 7034 copie", causale.Likely},
	} {
		r, err := causale.Read(in)
		require.NoError(t, err, in)
		require.Equal(t, causale.KindRemittance, r.Kind, in)
		require.Equal(t, want.iuv, r.IUV.String(), in)
		require.Equal(t, want.amount != "", r.HasAmount, in)
		if r.HasAmount {
			require.Equal(t, want.amount, r.Amount.String(), in)
		}
		require.Equal(t, want.text, r.Text, in)
		require.Equal(t, want.how, r.Confidence, in)
		require.Equal(t, strings.HasPrefix(want.iuv, "RF"), r.RF, in)
	}
	for _, in := range []string{
		"SURF S. MARIA", "RFI S.p.A.", "turf b/12", "RF45 copie", "000000000000000,00000000000000101,01EUR", "RFB/prot. 345/2024",
	} {
		r, err := causale.Read(in)
		require.NoError(t, err, in)
		require.Equal(t, causale.KindDetail, r.Kind, in)
	}
}

func TestReadRFSyntax(t *testing.T) {
	for _, in := range []string{"/RFS/RF23 5674 8393 7849 4505 5087 5/45.56", "rfs rf23567483937849450550875/45,56"} {
		_, err := causale.Read(in)
		require.Equal(t, pagonline.CodeIUVInvalid, pagonline.CodeOf(err), in)
		r, err := causale.Reader{RFSyntax: true}.Read(in)
		require.NoError(t, err, in)
		require.Equal(t, "RF23567483937849450550875", r.IUV.String())
		require.Equal(t, "45.56", r.Amount.String())
		require.True(t, r.RF)
	}
	r, err := causale.Reader{RFSyntax: true}.Read("/RFS/RF23 5674 8393 7849 4505 5087 5/45.56")
	require.NoError(t, err)
	require.Equal(t, causale.Exact, r.Confidence)
}

func TestReadDetail(t *testing.T) {
	for in, want := range map[string]struct {
		protocol, number, date, revenue string
		year                            int
		how                             causale.Confidence
	}{
		// what institutes ask for (C01, C03, C07, C17)
		"ARCHIVIO DI STATO DI LIVORNO prot. 345/2024": {"345/2024", "345", "", "", 2024, causale.Exact},
		"Rossi Mario, preventivo prot. n. 345/2024":   {"345/2024", "345", "", "", 2024, causale.Exact},
		"marche da bollo":                         {how: causale.Weak},
		"Rossi Mario - fascicoli MAE - 1936-1943": {how: causale.Weak},
		// bank transfers to the treasury (C31 to C49)
		"Biblioteca Universitaria di Padova – Capo XXIX, Capitolo 2584, art. 3 – diritti di riproduzione / prestito ecc.":                   {revenue: "29/2584/03", how: causale.Weak},
		"Biblioteca Universitaria di Cagliari – Capo XXIX, Capitolo 2584, art. 3 – diritti di riproduzione / prestito / concessione spazi.": {revenue: "29/2584/03", how: causale.Weak},
		"Canoni di esecuzione copia di documenti, Capo XXIX – Capitolo 2584 -  Art. 3":                                                      {revenue: "29/2584/03", how: causale.Weak},
		"diritti di riproduzione – capo XXIX cap. 2584 art. 3 – Archivio di Stato di Latina":                                                {revenue: "29/2584/03", how: causale.Weak},
		"riproduzioni archivio di Stato di Terni":                                     {how: causale.Weak},
		"Capo 29, Cap 2584/3 - Diritti fotoriproduzione Archivio di Stato di Mantova": {revenue: "29/2584/03", how: causale.Weak},
		"Tesoreria Provinciale dello Stato – Sezione di Mantova Capo 29, Cap. 2584/3": {revenue: "29/2584/03", how: causale.Weak},
		"marca da bollo dall'estero, IBAN: IT07Y0100003245348008120501":               {revenue: "08/1205/01", how: causale.Weak},
		"Capo XVI, capitolo 3580, art. 3":                                             {revenue: "16/3580/03", how: causale.Weak},
		"Capo XXIX cap. 2584 art. 3, prot. 345/2024":                                  {"345/2024", "345", "", "29/2584/03", 2024, causale.Exact},
		// registers (C51, C53, C55, section 8.5)
		"MIBACT-DG-MU SEG_DIR_GEN 0001752 15/02/2017 Cl. 25.07 .04/2":             {"0001752 15/02/2017 Cl. 25.07 .04/2", "0001752", "2017-02-15", "", 2017, causale.Exact},
		"nota prot. 71097 del 8 settembre 2016":                                   {"71097 del 8 settembre 2016", "71097", "2016-09-08", "", 2016, causale.Exact},
		"m_pi.AOODGPER.REGISTRO UFFICIALE(U).0050487.11-12-2019":                  {"0050487.11-12-2019", "0050487", "2019-12-11", "", 2019, causale.Exact},
		"concessione prot. 4352/28.28.00-108 dell’11 novembre 2016, due immagini": {"4352/28.28.00-108 dell'11 novembre 2016", "4352", "2016-11-11", "", 2016, causale.Exact},
		"decreto n. 2/2025 del 20/02/2025":                                        {"2/2025 del 20/02/2025", "2", "2025-02-20", "", 2025, causale.Likely},
		"AS Livorno MIC|MIC_AS-LI|01/02/2024|0000123-P fotocopie":                 {"MIC|MIC_AS-LI|01/02/2024|0000123-P", "0000123", "2024-02-01", "", 2024, causale.Exact},
		"Comune di Genova - Prot. 12/02/2024.0067890.U":                           {"12/02/2024.0067890.U", "0067890", "2024-02-12", "", 2024, causale.Exact},
		"Protocollo generale n. 0012345 del 3 marzo 2024 - copie":                 {"0012345 del 3 marzo 2024", "0012345", "2024-03-03", "", 2024, causale.Exact},
		"Prot. N° 345-A/2024, fotocopie":                                          {"345-A/2024", "345", "", "", 2024, causale.Exact},
		"prot. n. 12.345/2024":                                                    {"12.345/2024", "12345", "", "", 2024, causale.Exact},
		"Protocollo in uscita 345 del 3/2/2024":                                   {"345 del 3/2/2024", "345", "2024-02-03", "", 2024, causale.Exact},
		// not labelled
		"Archivio di Stato di Livorno 345/2024":         {"345/2024", "345", "", "", 2024, causale.Likely},
		"preventivo n. 345, fotocopie":                  {"345", "345", "", "", 0, causale.Likely},
		"fotocopie n. 3303 del 1 aprile 2016":           {"3303 del 1 aprile 2016", "3303", "2016-04-01", "", 2016, causale.Likely},
		"numero di protocollo del preventivo: 345/2024": {"345/2024", "345", "", "", 2024, causale.Exact},
		"fotocopie 345/24":                              {"345/24", "345", "", "", 2024, causale.Weak},
		"fotocopie 345-2024":                            {"345-2024", "345", "", "", 2024, causale.Weak},
		"fotocopie 2024/0012345":                        {"2024/0012345", "0012345", "", "", 2024, causale.Weak},
		"canone mese 05/2024":                           {how: causale.Weak},
		"anno accademico 2023/2024":                     {how: causale.Weak},
		// other words, other signs
		"AS LI prot.n.345/2024 del 12.03.2024 - copie digitali reg. 45 cc. 12-15": {"345/2024 del 12.03.2024", "345", "2024-03-12", "", 2024, causale.Exact},
		"Vs. protocollo numero 345":                      {"345", "345", "", "", 0, causale.Exact},
		"N. PROT. 345/2024":                              {"345/2024", "345", "", "", 2024, causale.Exact},
		"n.345/2024 prot.":                               {"345/2024", "345", "", "", 2024, causale.Likely},
		"protocollo num. 345 anno 2024":                  {"345 anno 2024", "345", "", "", 2024, causale.Likely},
		"PROT N 345 2024":                                {"345 2024", "345", "", "", 2024, causale.Likely},
		"PROT 345?2024":                                  {"345?2024", "345", "", "", 2024, causale.Likely},
		"prot. 345/ 2024":                                {"345/ 2024", "345", "", "", 2024, causale.Exact},
		"prot. 345/AOO/2024":                             {"345/AOO/2024", "345", "", "", 2024, causale.Exact},
		"Prot. n. 345 Cl. 28.13.10/45 del 12 marzo 2024": {"345 Cl. 28.13.10/45 del 12 marzo 2024", "345", "2024-03-12", "", 2024, causale.Exact},
		"preventivo del 12/03/2024 n. 345":               {"12/03/2024 n. 345", "345", "2024-03-12", "", 2024, causale.Likely},
		"pratica 345-2024":                               {"345-2024", "345", "", "", 2024, causale.Likely},
		"protocol number 345 of 12 March 2024":           {"345 of 12 March 2024", "345", "2024-03-12", "", 2024, causale.Exact},
		"prot. 0001752 - 15/02/2017":                     {"0001752 - 15/02/2017", "0001752", "2017-02-15", "", 2017, causale.Exact},
		"DATA ORDINE 15/02/2024 00123456 BONIFICO":       {"15/02/2024 00123456", "00123456", "2024-02-15", "", 2024, causale.Likely},
		"prot. 345Archivio di Stato":                     {"345", "345", "", "", 0, causale.Weak},
		"tel. 0586123456 15/02/2024":                     {how: causale.Weak},
		"345 prot. 2024":                                 {"2024", "2024", "", "", 0, causale.Weak},
		"prot. PG345/2024":                               {"PG345/2024", "345", "", "", 2024, causale.Likely},
		// an entry of its own
		"prot. 345 bis":                      {"345 bis", "345", "", "", 0, causale.Exact},
		"prot. 345 bis/2024":                 {"345 bis/2024", "345", "", "", 2024, causale.Exact},
		"prot. 345 bis del 12/03/2024":       {"345 bis del 12/03/2024", "345", "2024-03-12", "", 2024, causale.Exact},
		"prot. 345 ter del 3 maggio 2024":    {"345 ter del 3 maggio 2024", "345", "2024-05-03", "", 2024, causale.Exact},
		"prot. 345/2024 bis, copie":          {"345/2024 bis", "345", "", "", 2024, causale.Exact},
		"prot. 345 a Mario Rossi, per copie": {"345", "345", "", "", 0, causale.Exact},
		// other dates and classes
		"prot. 345 dd. 12.3.2024":                       {"345 dd. 12.3.2024", "345", "2024-03-12", "", 2024, causale.Exact},
		"prot. n. 345/III.2.4 del 03/02/2024":           {"345/III.2.4 del 03/02/2024", "345", "2024-02-03", "", 2024, causale.Exact},
		"prot. 345 del 3 febb 2024":                     {"345 del 3 febb 2024", "345", "2024-02-03", "", 2024, causale.Exact},
		"prot. 1234 cl.34.43.04 fasc.12 del 5/5/2025":   {"1234 cl.34.43.04 fasc.12 del 5/5/2025", "1234", "2025-05-05", "", 2025, causale.Exact},
		"prot. 1234 del 5/5/2025 cl.34.43.04 fasc.12":   {"1234 del 5/5/2025 cl.34.43.04 fasc.12", "1234", "2025-05-05", "", 2025, causale.Exact},
		"prot. 345 (12/03/2024) copie":                  {"345 (12/03/2024)", "345", "2024-03-12", "", 2024, causale.Exact},
		"prot. 345 tit. III cl. 2 fasc. 4 del 5/5/2025": {"345 tit. III cl. 2 fasc. 4 del 5/5/2025", "345", "2025-05-05", "", 2025, causale.Exact},
		// a year that is not read makes the number unsure
		"prot. 345 del 31/02/2024":           {"345", "345", "", "", 0, causale.Likely},
		"prot. 345 del 31/02/24":             {"345", "345", "", "", 0, causale.Likely},
		"prot. 345, copie della mostra 2024": {"345", "345", "", "", 0, causale.Likely},
		"preventivo 2024, prot. 345":         {"345", "345", "", "", 0, causale.Likely},
		"prot. 345, fascicoli MAE 1936":      {"345", "345", "", "", 0, causale.Exact},
		"prot. 4352/28":                      {"4352/28", "4352", "", "", 2028, causale.Likely}, // or a class
		// the Ministry's stamps, with an office
		"MIC_AS-RM_U02|12/03/2024|0001234-P":                  {"MIC_AS-RM_U02|12/03/2024|0001234-P", "0001234", "2024-03-12", "", 2024, causale.Exact},
		"copie MIC|MIC_BNCF_UO1|12/03/2024|0001234-P":         {"MIC|MIC_BNCF_UO1|12/03/2024|0001234-P", "0001234", "2024-03-12", "", 2024, causale.Exact},
		"MIC|MIC_DG-ABAP_SERV II_UO1|12/03/2024|0001234-P":    {"MIC|MIC_DG-ABAP_SERV II_UO1|12/03/2024|0001234-P", "0001234", "2024-03-12", "", 2024, causale.Exact},
		"MIC|MIC_DG-ABAP_SERV II _UO1|12/03/2024|0001234-P":   {"MIC|MIC_DG-ABAP_SERV II _UO1|12/03/2024|0001234-P", "0001234", "2024-03-12", "", 2024, causale.Exact},
		"AS Roma MIC|MIC_SABAP-MET-TO_U03|12/03/2024|0001234": {"MIC|MIC_SABAP-MET-TO_U03|12/03/2024|0001234", "0001234", "2024-03-12", "", 2024, causale.Exact},
		"Rossi 2 MIC|MIC_AS-LI|12/03/2024|0001234-P":          {"MIC|MIC_AS-LI|12/03/2024|0001234-P", "0001234", "2024-03-12", "", 2024, causale.Exact},
		// damaged
		"ARCHIVIO DI STATO DI LIVORNO\nprot. 345/2024":   {"345/2024", "345", "", "", 2024, causale.Likely},
		"ARCHIVIO DI STATO DI LIVORNOprot. 345/2024":     {"345/2024", "345", "", "", 2024, causale.Likely},
		"prot. 345/2024ARCHIVIO DI STATO DI LIVORNO":     {"345/2024", "345", "", "", 2024, causale.Likely},
		"ARCHIVIO DI STATO DI LIVORNO prot. 34 5/2024":   {"345/2024", "345", "", "", 2024, causale.Weak},
		"ARCHIVIO DI STATO DI LIVORNO prot. 34\n5/2024":  {"345/2024", "345", "", "", 2024, causale.Weak},
		"ARCHIVIO DI STATO DI LIVORNO prot. 345/20 24":   {"345/2024", "345", "", "", 2024, causale.Weak},
		"ARCHIVIO DI STATO DI LIVORNO pr\not. 345/2024":  {"345/2024", "345", "", "", 2024, causale.Likely},
		"ARCHIVIO DI STATO DI LIVORNO prot. 345/20":      {"345", "345", "", "", 0, causale.Weak},
		"ARCHIVIO DI STATO DI LIVORNO prot. 345/":        {"345", "345", "", "", 0, causale.Weak},
		"archivio di stato di livorno prot 345/2024":     {"345/2024", "345", "", "", 2024, causale.Exact},
		strings.Repeat("x", 131) + " prot. 34":           {"34", "34", "", "", 0, causale.Weak}, // 140 characters: more digits may be gone
		strings.Repeat("parola ", 30) + "prot. 345/2024": {"345/2024", "345", "", "", 2024, causale.Likely},
		// what is no protocol
		"prot. 345/2\u041e24": {how: causale.Weak}, "prot. 345/2O24": {how: causale.Weak}, "prot. 345/2024\u041e": {how: causale.Weak},
		"prot. 345\u0406": {how: causale.Weak}, "fotocopie 345/2024\u039f": {how: causale.Weak}, "/RFB//7.00": {how: causale.Weak},
		"/RFB/0100000000000\u041e144/7.00": {how: causale.Weak}, "RFS RF18539007547034\u041e": {how: causale.Weak},
		"protezione civile 2024/12": {how: causale.Weak}, "prot. 2024/12": {how: causale.Weak},
		"fotocopie art. 108 D.Lgs 42/2004": {how: causale.Weak}, "tariffe DM 108/2024": {how: causale.Weak},
		"busta 12/2010, c. 3/2011": {how: causale.Weak}, "345 copie": {how: causale.Weak}, "15/02/2024": {how: causale.Weak},
		"prot. 3O5/2024": {how: causale.Weak}, "prot. 34l": {how: causale.Weak}, "protocollo come da preventivo ricevuto": {how: causale.Weak},
		"": {how: causale.Weak}, "  \n ": {how: causale.Weak},
	} {
		r, err := causale.Read(in)
		require.NoError(t, err, in)
		require.Equal(t, causale.KindDetail, r.Kind, in)
		require.Equal(t, want.protocol, r.Protocol.String(), in)
		require.Equal(t, want.number, r.Protocol.Number(), in)
		require.Equal(t, want.year, r.Protocol.Year(), in)
		require.Equal(t, want.date, r.Protocol.Date().String(), in)
		require.Equal(t, want.revenue, r.Revenue.String(), in)
		require.Equal(t, want.how, r.Confidence, in)
	}
}
