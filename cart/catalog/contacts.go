package catalog

import "strings"

// MaxContacts is how many characters the contacts of a creditor may have together, as
// [Contacts.String] writes them (ENTE.INFO of "Avviso di pagamento" 3.4).
const MaxContacts = 100

// Contacts are how a creditor is reached. All may be missing.
type Contacts struct {
	Phone string
	Email string
	PEC   string // certified mail
	Web   string // its site, as in "https://www.example.org/", where notices can be paid too
}

// String returns them as one line of a notice, which is the same in every language, as in
// "Tel. 0586 000000 · ufficio@example.org · PEC ufficio@pec.example.org · www.example.org";
// "" for none.
func (c Contacts) String() string {
	_, site, _ := strings.Cut(c.Web, "://")
	var all []string
	for _, one := range []struct{ before, text string }{
		{"Tel. ", c.Phone}, {"", c.Email}, {"PEC ", c.PEC}, {"", strings.TrimSuffix(site, "/")},
	} {
		if one.text != "" {
			all = append(all, one.before+one.text)
		}
	}
	return strings.Join(all, " · ")
}
