package local_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
)

// TestAddresses: a domain has one account however it is typed, and is kept as mail
// servers take it.
func TestAddresses(t *testing.T) {
	for want, spellings := range map[string][]string{
		"mario@example.org":           {"ex\uff41mple.org", "EXAMPLE.org", "example\u3002org", "exam\u00adple.org"},
		"mario@xn--bcher-kva.example": {"b\u00fccher.example", "bu\u0308cher.example", "B\u00dcCHER.example", "XN--Bcher-kva.example"},
		"mario@xn--fa-hia.example":    {"fa\u00df.example"},
	} {
		d, ctx := newDesk(t), t.Context()
		for i, domain := range spellings {
			require.NoError(t, d.accounts.Register(ctx, registration("Mario@"+domain)), domain)
			require.Equal(t, want, d.last().To)
			if i == 0 {
				_, err := d.accounts.Activate(ctx, d.code())
				require.NoError(t, err)
			}
			_, err := d.accounts.SignIn(ctx, "mario@"+domain, password)
			require.NoError(t, err, domain)
		}
		require.NoError(t, d.accounts.RequestReset(ctx, "mario@"+spellings[0], "en"))
		code(t, pagonline.CodeTooManyAttempts, d.accounts.RequestReset(ctx, "mario@"+spellings[1%len(spellings)], "en"))
		d.pass(time.Minute)
		require.NoError(t, d.accounts.AskContact(ctx, "owner", "mario@"+spellings[0], "en"))
		require.Equal(t, want, d.last().To)
	}
	d, ctx := newDesk(t), t.Context()
	for _, wrong := range []string{
		"jos\u00e9@example.org", "mario@\u00fc", "mario@b\u00fccher.", "mario@a\u2028b.example", "mario@xn--\u00fc.example", "mario@xn--a.example",
		"mario\uff20example.org", "mario@b\u00fccher@example.org", "\u212a@example.org", "mario@ex\uff0fmple.org", "mario@b\u00fc_cher.example",
	} {
		code(t, pagonline.CodeEmail, d.accounts.Register(ctx, registration(wrong)))
	}
	require.NoError(t, d.accounts.Register(ctx, registration("O'Brien@example.org")))
	require.Equal(t, "o'brien@example.org", d.last().To)
	require.Len(t, d.sent, 1)
}
