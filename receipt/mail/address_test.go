package mail_test

import (
	"fmt"
	netmail "net/mail"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/receipt/mail"
)

// TestAddresses: what accounts and contacts keep can be written to, by way of a server.
func TestAddresses(t *testing.T) {
	s := serve(t, &server{}, nil, false)
	c := client(t, s, mail.SMTPConfig{InsecurePlaintext: true})
	for i, typed := range []string{
		"Mario.Rossi@Example.org", "o'brien@example.org", "!#$%&'*+-/=?^_`{|}~@example.org", "a+b@xn--bcher-kva.example", "1@2.example",
	} {
		kept, err := identity.CanonicalEmail(typed)
		require.NoError(t, err)
		m := message(t)
		m.To.Email = kept
		require.NoError(t, c.Send(t.Context(), m), typed)
		require.Equal(t, kept, s.messages()[i].to)
		require.Equal(t, kept, parse(t, []byte(s.messages()[i].content)).address(t))
	}
	for _, wrong := range []string{"jos\u00e9@example.org", "a@b\u00fccher.example", " a@b.example", "a@b.example\r\n", "<a@b.example>", "a", ""} {
		m := message(t)
		m.To.Email = wrong
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(m.Check()), "%q", wrong)
	}
}

// FuzzAddresses: one rule here and in identity, and a header that is read back.
func FuzzAddresses(f *testing.F) {
	f.Add("Mario Rossi", "o'brien@example.org")
	f.Add("", "a.b@xn--bcher-kva.example")
	f.Fuzz(func(t *testing.T, name, typed string) {
		kept, err := identity.CanonicalEmail(typed)
		if err != nil {
			return
		}
		m := message(t)
		m.To = mail.Address{Name: name, Email: kept}
		require.NoError(t, m.Check())
		b, err := m.Bytes()
		require.NoError(t, err)
		require.Equal(t, kept, parse(t, b).address(t))
	})
}

// address returns to whom a message is, by its header.
func (p parsed) address(t *testing.T) string {
	t.Helper()
	list, err := netmail.ParseAddressList(p.header.Get("To"))
	require.NoError(t, err)
	require.Len(t, list, 1)
	return list[0].Address
}

func ExampleValidEmail() {
	fmt.Println(mail.ValidEmail("o'brien@example.org"), mail.ValidEmail("mario@città.example"))
	// Output: true false
}
