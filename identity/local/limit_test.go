package local_test

import (
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity/local"
)

// TestTooManySignIns: the wait grows, is the same for an address that nobody has, is
// the attacker's network's alone, and a new password by mail ends it.
func TestTooManySignIns(t *testing.T) {
	d := newDesk(t)
	d.active(t, "mario.rossi@example.org")
	attacker := local.From(t.Context(), netip.MustParseAddr("192.0.2.1"))
	mario := local.From(t.Context(), netip.MustParseAddr("198.51.100.7"))
	for _, email := range []string{"nobody@example.org", "mario.rossi@example.org"} {
		for i := range 11 {
			_, err := d.accounts.SignIn(attacker, email, "wrong")
			wanted := pagonline.CodeLoginFailed
			if i == 10 {
				wanted = pagonline.CodeTooManyAttempts
				require.Contains(t, err.Error(), "15 minutes")
			}
			code(t, wanted, err)
		}
		d.pass(15 * time.Minute)
		for range 11 {
			_, err := d.accounts.SignIn(attacker, email, "wrong")
			if pagonline.CodeOf(err) == pagonline.CodeTooManyAttempts {
				break
			}
		}
		d.pass(15 * time.Minute)
		_, err := d.accounts.SignIn(attacker, email, password)
		require.ErrorContains(t, err, "60 minutes", "the wait grows")
	}
	_, err := d.accounts.SignIn(mario, "mario.rossi@example.org", password)
	require.NoError(t, err, "not locked out by others")
	_, err = d.accounts.SignIn(attacker, "mario.rossi@example.org", password)
	code(t, pagonline.CodeTooManyAttempts, err)
	require.NoError(t, d.accounts.RequestReset(attacker, "mario.rossi@example.org", "it"))
	require.NoError(t, d.accounts.Reset(attacker, d.code(), password))
	_, err = d.accounts.SignIn(attacker, "mario.rossi@example.org", password)
	require.NoError(t, err)
}

// TestManyNetworks: many networks together get no further than 50 in an hour, and the
// wait ends.
func TestManyNetworks(t *testing.T) {
	d := newDesk(t)
	d.active(t, "mario.rossi@example.org")
	for i := range 51 {
		_, err := d.accounts.SignIn(local.From(t.Context(), netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})), "mario.rossi@example.org", "wrong")
		require.Equal(t, i == 50, pagonline.CodeOf(err) == pagonline.CodeTooManyAttempts)
	}
	d.pass(time.Hour)
	_, err := d.accounts.SignIn(t.Context(), "mario.rossi@example.org", password)
	require.NoError(t, err)
}

func TestTooManyFromOneNetwork(t *testing.T) {
	d := newDesk(t)
	ctx := local.From(t.Context(), netip.MustParseAddr("2001:db8::1"))
	for i := range 1001 {
		address := strconv.Itoa(i) + "@example.org"
		_, err := d.accounts.SignIn(ctx, address, "wrong")
		require.Equal(t, i == 1000, pagonline.CodeOf(err) == pagonline.CodeTooManyAttempts, i)
		err = d.accounts.RequestReset(ctx, address, "en")
		require.Equal(t, i == 1000, pagonline.CodeOf(err) == pagonline.CodeTooManyAttempts, i)
	}
	d.pass(15 * time.Minute)
	_, err := d.accounts.SignIn(ctx, "nobody@example.org", "wrong")
	code(t, pagonline.CodeLoginFailed, err)
}

func TestTooManyMails(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	for _, email := range []string{"mario.rossi@example.org", "nobody@example.org"} {
		if email[0] == 'm' {
			d.active(t, email)
		}
		for range 5 {
			require.NoError(t, d.accounts.Resend(ctx, email, "en"))
			code(t, pagonline.CodeTooManyAttempts, d.accounts.Resend(ctx, email, "en"))
			d.pass(time.Minute)
		}
		err := d.accounts.Resend(ctx, email, "en")
		require.ErrorContains(t, err, "1440 minutes")
	}
	d.pass(24 * time.Hour)
	require.NoError(t, d.accounts.Resend(ctx, "nobody@example.org", "en"))
	require.Equal(t, local.NoAccount, d.last().Purpose)
}

// TestMailsOfOthers: who asks for many mails to somebody's address does not keep that
// person from asking, and does not fill the mailbox.
func TestMailsOfOthers(t *testing.T) {
	d := newDesk(t)
	d.active(t, "mario.rossi@example.org")
	before := len(d.sent)
	for range 10 {
		d.pass(time.Minute)
		_ = d.accounts.RequestReset(local.From(t.Context(), netip.MustParseAddr("192.0.2.1")), "mario.rossi@example.org", "en")
	}
	require.Len(t, d.sent, before+5)
	mario := local.From(t.Context(), netip.MustParseAddr("198.51.100.7"))
	require.NoError(t, d.accounts.RequestReset(mario, "mario.rossi@example.org", "en"))
	require.NoError(t, d.accounts.Reset(mario, d.code(), "a wholly other password"))
	for i := range 50 {
		d.pass(time.Minute)
		_ = d.accounts.Resend(local.From(t.Context(), netip.AddrFrom4([4]byte{203, 0, 113, byte(i)})), "mario.rossi@example.org", "en")
	}
	require.Len(t, d.sent, 20+1, "and the one that tells of the new password")
}
