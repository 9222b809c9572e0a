package load_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
)

// TestNotices: what a creditor says on its notices is read to the letter, and the sample
// has no account of Poste.
func TestNotices(t *testing.T) {
	c := read(t, everything).Creditors()[0]
	require.Equal(t, "A1B2C", c.CBILL)
	require.Equal(t, "Tel. 0586 1 · b@example.org · PEC b@pec.example.org · b.example.org", c.Contacts.String())
	require.Equal(t, "loghi/ente.png", c.Logo)
	require.Equal(t, []string{"12345", "Ente di prova – Tesoreria", "AUT. DB/XXXX/XXX 12345 DEL 01/01/2026"},
		[]string{c.PostalAccount, c.PostalHolder, c.PostalAuthorisation})

	sampled := sample(t).Creditors()[0]
	require.NotEmpty(t, sampled.Contacts.String())
	require.Empty(t, sampled.PostalAccount)
}

// TestCreditorOnNotices: each value by itself, taken or refused.
func TestCreditorOnNotices(t *testing.T) {
	with := func(name, value string) string {
		text, err := json.Marshal(value)
		require.NoError(t, err)
		return edit(t, `"cbill": "XXXXX"`, `"`+name+`": `+string(text))
	}
	for name, values := range map[string][]string{
		"cbill": {"AB1", "ABCDEF", "abcde", "AB 12", "ÀBCDE"},
		"logo": {
			"/logo.png", "../logo.png", "a/../../logo.png", "logo.svg", "logo", ".", "C:/logo.png", `..\logo.png`, "lo\ngo.png", "a//logo.png",
			strings.Repeat("a", 252) + ".png",
		},
		"postalAuthorisation": {"AUT. DB/XXXX/XXX 12345 DEL 01/01/2026"}, // without an account
	} {
		for _, value := range values {
			refused(t, with(name, value), "creditors[0]."+name)
		}
	}
	for name, values := range map[string][]string{
		"cbill": {"00000", "A9B8C"},
		"logo":  {"logo.png", "loghi/Ente di prova.JPG", "a/b/c.jpeg"},
	} {
		for _, value := range values {
			_, err := load.Catalog(strings.NewReader(with(name, value)))
			require.NoError(t, err, value)
		}
	}
	account := edit(t, `"cbill"`, `"postalAccount": "12345", "postalAuthorisation": "VALUE", "cbill"`)
	for value, ok := range map[string]bool{
		"AUT. DB/XXXX/XXX 12345 DEL 01/01/2026": true, "AUT. DB/SSIC/E 9988 DEL 15/12/2017": true,
		"AUT. DB/XXXX/XXX 12345 DEL 1/1/2026": false, "AUT. DB/XXXX/XXX 12345": false, "aut. DB/XXXX/XXX 12345 DEL 01/01/2026": false,
		"AUT. DB/XXXX/XXX 12345 DEL 29/02/2026": false, "AUT. DB//XXX 12345 DEL 01/01/2026": false,
	} {
		_, err := load.Catalog(strings.NewReader(strings.Replace(account, "VALUE", value, 1)))
		require.Equal(t, ok, err == nil, value)
	}
	require.Equal(t, 100, catalog.MaxContacts)
}
