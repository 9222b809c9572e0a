package catalog_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
	"github.com/pagonline/pagonline/payment/euro"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func sample(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := load.Sample()
	require.NoError(t, err)
	return c
}

func TestInstructions(t *testing.T) {
	c := sample(t)
	for name, p := range map[string]struct {
		institute, service, lang string
		fill                     catalog.Fill
	}{
		"livorno.it.txt":       {"AS-LI", "fotocopie", "it", catalog.Fill{Protocol: "345/2024", Amount: "12.50"}},
		"livorno.en.txt":       {"AS-LI", "fotocopie", "en", catalog.Fill{Protocol: "345/2024", Amount: "12.50"}},
		"livorno-empty.it.txt": {"AS-LI", "fotocopie", "it", catalog.Fill{}},
		"livorno-empty.en.txt": {"AS-LI", "fotocopie", "en", catalog.Fill{}},
		"alessandria.it.txt":   {"SABAP-AL", "concessioni", "it", catalog.Fill{Amount: "1234.50", Causale: "Concessioni per servizi aggiuntivi prot. 7"}},
		"macerata.en.txt":      {"AS-MC", "fotoriproduzione", "en", catalog.Fill{}},
		"ricerche.it.txt":      {"ACS", "ricerche", "it", catalog.Fill{Payer: "Rossi Mario", Subject: "fascicoli MAE", Years: "1936-1943"}},
	} {
		got, err := c.Instructions(p.institute, p.service, p.fill, p.lang)
		require.NoError(t, err, name)
		golden(t, name, got)
	}
}

// TestInstructionsOfLivorno: the steps of its own page, in their order.
func TestInstructionsOfLivorno(t *testing.T) {
	for _, lang := range []string{"it", "en", "fr"} {
		page, err := sample(t).Instructions("AS-LI", "fotocopie", catalog.Fill{Protocol: "345/2024", Amount: "12.50"}, lang)
		require.NoError(t, err)
		for _, step := range []string{
			"Firefox", "https://pagonline.cultura.gov.it/", "ACCOUNT", "Accedi come Utente", "SPID", "CIE", "eIDAS", "Login without eIDAS",
			"Pagamenti online", "Istituto", "Archivio di Stato di Livorno", "Servizio", "Servizio di Fotocopie", "Quantità", "1",
			"Prezzo unitario", "12.50", "Dettaglio causale", "\n        ARCHIVIO DI STATO DI LIVORNO prot. 345/2024\n",
			"Aggiungi al carrello", "VISUALIZZA CARRELLO", "INVIA PAGAMENTO", "presa in carico", "Chiudi", "e-mail",
			"VISUALIZZA ACQUISTI", "PDF", "Ricevuta", "as-li@cultura.gov.it", "pagopa.helpdesk@cultura.gov.it, (+39) 0667231",
		} {
			_, rest, found := strings.Cut(page, step)
			require.True(t, found, "%s: %q", lang, step)
			page = rest
		}
	}
}

func TestInstructionsRefuse(t *testing.T) {
	for _, c := range []struct {
		institute, service string
		fill               catalog.Fill
		code               pagonline.Code
		field              string
	}{
		{"AS-XX", "fotocopie", catalog.Fill{}, pagonline.CodeInstituteUnknown, "institute"},
		{"AS-LI", "fotoriproduzioni", catalog.Fill{}, pagonline.CodeServiceNotOffered, "service"},
		{"AS-LI", "fotocopie", catalog.Fill{Amount: "12,50"}, pagonline.CodeAmountFormat, "amount"},
		{"AS-LI", "fotocopie", catalog.Fill{Amount: "0.00"}, pagonline.CodeAmountRange, "amount"},
		{"ACS", "ricerche", catalog.Fill{Amount: "11.00"}, pagonline.CodeConflict, "amount"},
		{"AS-LI", "fotocopie", catalog.Fill{Protocol: "a\x00"}, pagonline.CodeTextInvalid, "protocol"},
		{"AS-LI", "fotocopie", catalog.Fill{Causale: "a\u202eb"}, pagonline.CodeCausaleCharset, "causale"},
		{"ACS", "ricerche", catalog.Fill{Payer: strings.Repeat("n", 141), Subject: "s", Years: "1"}, pagonline.CodeCausaleTooLong, "causale"},
	} {
		_, err := sample(t).Instructions(c.institute, c.service, c.fill, "it")
		require.Equal(t, c.code, pagonline.CodeOf(err), "%+v", c)
		require.Equal(t, c.field, pagonline.AsError(err).Field)
	}
}

// TestInstructionsOfOthers: what the sample has not.
func TestInstructionsOfOthers(t *testing.T) {
	in := catalog.Institute{Code: "A", Name: "Archivio", Creditor: creditor.FiscalCode, Services: []catalog.Service{
		{Code: "free", Label: "Mostra", Price: catalog.Price{Kind: catalog.Free}},
		{
			Code: "visit", Label: "Visita", Price: catalog.Price{Kind: catalog.Fixed, Amount: euro.MustParse("3.00"), MaxQuantity: 9},
			Fields: []catalog.Field{
				{Code: "day", Label: pagonline.Text{It: "Giorno", En: "Day"}, Kind: catalog.DateField, Required: true},
				{Code: "doc", Label: pagonline.Text{It: "Documento", En: "Document"}, Kind: catalog.TextField},
			},
		},
	}}
	c, err := catalog.New([]catalog.Creditor{creditor}, []catalog.Institute{in}, catalog.Config{Portal: "https://pay.example/"})
	require.NoError(t, err)
	page, err := c.Instructions("A", "free", catalog.Fill{}, "en")
	require.NoError(t, err)
	require.Equal(t, "Archivio\nHow to pay: Mostra\n\nNothing is to be paid for this service, and the portal is not needed. Tell the institute why nothing is due.\n", page)

	page, err = c.Instructions("A", "visit", catalog.Fill{}, "it")
	require.NoError(t, err)
	for _, want := range []string{
		"https://pay.example/", " 8. Giorno: indicare la data.\n", " 9. Documento: compilare (facoltativo).\n",
		"10. Quantità: un numero da 1 a 9.\n", "scrivere 3.00 (con il punto o con la virgola)", "        Archivio\n",
	} {
		require.Contains(t, page, want)
	}
	require.NotContains(t, page, "Inviare la ricevuta")
	require.NotContains(t, page, "Assistenza")
	page, err = c.Instructions("A", "visit", catalog.Fill{}, "en")
	require.NoError(t, err)
	require.Contains(t, page, " 8. Giorno (Day): give the date.\n")
}
