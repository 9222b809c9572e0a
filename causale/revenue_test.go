package causale_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
)

func TestParseRevenue(t *testing.T) {
	for in, want := range map[string]string{
		// as institutes write it
		"Biblioteca Universitaria di Padova – Capo XXIX, Capitolo 2584, art. 3 – diritti di riproduzione / prestito ecc.":                   "29/2584/03",
		"Biblioteca Universitaria di Cagliari – Capo XXIX, Capitolo 2584, art. 3 – diritti di riproduzione / prestito / concessione spazi.": "29/2584/03",
		"Canoni di esecuzione copia di documenti, Capo XXIX – Capitolo 2584 -  Art. 3":                                                      "29/2584/03",
		"diritti di riproduzione – capo XXIX cap. 2584 art. 3 – Archivio di Stato di Latina e indicando il codice fiscale del versante":     "29/2584/03",
		"c/c postale 2055 (CAP. 2584/3 CAPO 29)":                                      "29/2584/03",
		"Capo 29, Cap 2584/3 - Diritti fotoriproduzione Archivio di Stato di Mantova": "29/2584/03",
		"Tesoreria Provinciale dello Stato – Sezione di Mantova Capo 29, Cap. 2584/3": "29/2584/03",
		"Capo XVI, capitolo 3580, art. 3":                                             "16/3580/03",
		"Capo XVI, capitolo 3573":                                                     "16/3573/00",
		// the reference's list
		"Capo XXIX – Capitolo 2584 - Art. 3": "29/2584/03",
		"Capo 29 Cap. 2584 art. 03":          "29/2584/03",
		"CAP. 2584/3 CAPO 29":                "29/2584/03",
		"Capo 29-cap 2584-3":                 "29/2584/03",
		"2584/03":                            "0/2584/03",
		"2584, art. 3":                       "0/2584/03",
		"2584-3":                             "0/2584/03",
		// others, as plausible
		"29/2584/03": "29/2584/03", "0/2584/03": "0/2584/03", "XXIX/2584/3": "29/2584/03", "29-2584-3": "29/2584/03",
		"capo 29 / 2584 / 3": "29/2584/03", "Capo 29/2584/03": "29/2584/03", "CAPO XXIX CAP 2584 ART 3": "29/2584/03",
		"capo xxix capitolo 2584 articolo 4": "29/2584/04", "art. 3, cap. 2584, capo XXIX": "29/2584/03",
		"Art.3 Cap.2584 Capo.29": "29/2584/03", "capo29cap2584art3": "29/2584/03", "2584/3 capo 29": "29/2584/03",
		"capitolo d’entrata n. 2584, art. n. 3": "0/2584/03", "cap. XXIX cap. 2584 art. 3": "29/2584/03",
		"Capo VIII, cap. 1205, art. 1": "08/1205/01", "Capo 08 Capitolo 1205 Articolo 01": "08/1205/01",
		"prot. 345/2024, capo XXIX, cap. 2584.3": "29/2584/03", "Cap. 2584 (capo 29)": "29/2584/00",
		"capo XXIX, cap. 2584 - 3 copie": "29/2584/00", "cap. 2584, art. 3, di cui all'art. 108": "0/2584/03",
		"Capitolo 2584 Capo XXIX Articolo 3": "29/2584/03", "Cap.lo 2584 art. 3": "0/2584/03",
		"art. 5 del regolamento - cap. 2584 art. 3": "0/2584/03",
		"Capo XXIX, Capitolo 2.584, art. 3":         "29/2584/03", "cap. 2.584/3 capo 29": "29/2584/03", "Capo 29/2.584/03": "29/2584/03",
		"Capo XXIX, cap. 2584, art. III": "29/2584/03", "Capo XXIX, cap. 2584, Piano gestionale 3": "29/2584/03",
		"capo XXIX cap. 2584 P.G. 3": "29/2584/03", "capo XXIX cap. 2584 pg 03": "29/2584/03", "capo 29 capitolo 2584 p.g. n. 3": "29/2584/03", "Capo XXIX Capitolo 2584/P.G. 3": "29/2584/03",
		"cap. 2584, P.G. 345/2024":                 "0/2584/00", // a register's
		"cap. 2584, esente ai sensi dell'art. 108": "0/2584/00",
	} {
		r, ok := causale.ParseRevenue(in)
		require.True(t, ok, in)
		require.Equal(t, want, r.String(), in)
		again, ok := causale.ParseRevenue(r.String())
		require.True(t, ok, in)
		require.Equal(t, r, again)
	}
	for _, in := range []string{
		"", "fotocopie", "Capo 29", "art. 108 D.Lgs 42/2004", "Via Cairoli 12, CAP 57121 Livorno",
		"prot. 345/2024", "1936/43", "2024/03", // years
		"prot. 3303/03", "n. 3303/03", // labelled as something else
		"4352/28.28.00-108", "15/02/2017", "2016-11-11", "2584/03/2024",
		"3303/24",                          // more likely a number and its year
		"cap. ２５８４ art. ３",                 // fullwidth digits
		"cap. ٢٥٨٤",                        // Arabic ones
		"cap. 258４/3",                      // one of them among plain ones
		"capo XXIX cap. 2584 articolo 300", // no articolo is that long
		"cap. 25841", "cap. 2584bis/3",     // another number
		"2584,30 euro", "capo IIX cap. XXIX", "capitolo XXIX", "cap. 0",
	} {
		r, ok := causale.ParseRevenue(in)
		require.False(t, ok, "%q: %v", in, r)
		require.True(t, r.IsZero())
	}
}

func TestRevenueParts(t *testing.T) {
	r, _ := causale.ParseRevenue("CAP. 2584/3 CAPO 29")
	require.Equal(t, [3]int{29, 2584, 3}, [3]int{r.Capo(), r.Capitolo(), r.Articolo()})
	r, _ = causale.ParseRevenue("2584/03")
	require.Zero(t, r.Capo(), "told, not guessed")
	require.Empty(t, causale.Revenue{}.String())
}

func TestRevenueText(t *testing.T) {
	for _, text := range []string{"29/2584/03", "0/2584/03", "08/1205/01", "16/3573/00", "29/2024/15"} {
		var r causale.Revenue
		require.NoError(t, json.Unmarshal([]byte(`"`+text+`"`), &r), text)
		b, err := json.Marshal(r)
		require.NoError(t, err)
		require.Equal(t, `"`+text+`"`, string(b))
	}
	r, _ := causale.ParseRevenue("29/2584/03")
	require.NoError(t, r.UnmarshalText(nil))
	require.True(t, r.IsZero())
	for _, text := range []string{"2584/03", "29/2584/3", "029/2584/03", "00/2584/03", "29/0000/03", "29/2584/03 ", "XXIX/2584/03", "128/2584/03", "29/2584/03/1", "/2584/03"} {
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(r.UnmarshalText([]byte(text))), text)
	}
}

func TestRevenueFromIBAN(t *testing.T) {
	for in, want := range map[string][2]string{
		"IT03Q0100003245520029258403":        {"29/2584/03", "520"}, // Biblioteca Universitaria di Cagliari
		"IT50N0100003245232029258403":        {"29/2584/03", "232"}, // Archivio di Stato di Udine
		"IT84L0100003245341029258403":        {"29/2584/03", "341"}, // Archivio di Stato di Latina
		"IT07Y0100003245348008120501":        {"08/1205/01", "348"}, // stamp duty from abroad
		"it03 q010 0003 2455 2002 9258 403":  {"29/2584/03", "520"},
		" IT 03 Q 01000 03245 520029258403 ": {"29/2584/03", "520"},
	} {
		r, section, ok := causale.RevenueFromIBAN(in)
		require.True(t, ok, in)
		require.Equal(t, want, [2]string{r.String(), section}, in)
	}
	for _, in := range []string{
		"",
		"IT29N0100003245BE000000037K", // the new form (Marina Militare)
		"IT04Q0100003245520029258403", // check digits
		"IT03Q0100003245520029258404", "IT03Q010000324552002925840", "IT60X0542811101000000123456",
		"IT03Q01000032455200292584０3", "DE89370400440532013000",
	} {
		_, _, ok := causale.RevenueFromIBAN(in)
		require.False(t, ok, in)
	}
}

// FuzzParseRevenue: what is found is read back from its canonical text.
func FuzzParseRevenue(f *testing.F) {
	for _, s := range []string{"Capo XXIX – Capitolo 2584 - Art. 3", "CAP. 2584/3 CAPO 29", "2584, art. 3", "29/2584/03"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, ok := causale.ParseRevenue(s)
		if !ok {
			require.True(t, r.IsZero())
			return
		}
		require.Positive(t, r.Capitolo())
		var again causale.Revenue
		require.NoError(t, again.UnmarshalText([]byte(r.String())), r.String())
		require.Equal(t, r, again)
	})
}
