package catalog_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/cart/catalog"
)

// What stands below a creditor's name on its notices.
func ExampleContacts_String() {
	fmt.Println(catalog.Contacts{
		Phone: "0586 000000", Email: "ufficio@example.org", PEC: "ufficio@pec.example.org", Web: "https://www.example.org/",
	})
	// Output: Tel. 0586 000000 · ufficio@example.org · PEC ufficio@pec.example.org · www.example.org
}

func TestContacts(t *testing.T) {
	require.Empty(t, catalog.Contacts{}.String())
	require.Equal(t, "PEC a@pec.example.org", catalog.Contacts{PEC: "a@pec.example.org"}.String())
	require.Equal(t, "Tel. 1 · example.org/pagare", catalog.Contacts{Phone: "1", Web: "http://example.org/pagare"}.String())
}
