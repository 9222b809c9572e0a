package local_test

import (
	"context"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/local"
)

func TestRegisterRefuses(t *testing.T) {
	d := newDesk(t)
	for _, test := range []struct {
		wrong func(*local.Registration)
		code  pagonline.Code
		field string
	}{
		{func(r *local.Registration) { r.Email = "mario" }, pagonline.CodeEmail, "email"},
		{func(r *local.Registration) { r.Email = "mario@example.org\r\nBcc: x@example.org" }, pagonline.CodeEmail, "email"},
		{func(r *local.Registration) { r.FamilyName = " " }, pagonline.CodeRequiredField, "family_name"},
		{func(r *local.Registration) { r.GivenName = strings.Repeat("è", 71) }, pagonline.CodeTextTooLong, "given_name"},
		{func(r *local.Registration) { r.GivenName = "a\x00b" }, pagonline.CodeTextInvalid, "given_name"},
		{func(r *local.Registration) { r.Nationality = "" }, pagonline.CodeRequiredField, "nationality"},
		{func(r *local.Registration) { r.Nationality = "ZZ" }, pagonline.CodeInputSyntax, "nationality"},
		{func(r *local.Registration) { r.Nationality = "DE" }, pagonline.CodeEIDASCountryAvailable, "nationality"},
		{func(r *local.Registration) { r.Nationality = "it" }, pagonline.CodeEIDASCountryAvailable, "nationality"},
		{func(r *local.Registration) { r.Password = strings.Repeat("èb", 7) }, pagonline.CodePassword, "password"},
		{func(r *local.Registration) { r.Password = strings.Repeat("e\u0300", 14) }, pagonline.CodePassword, "password"},
		{func(r *local.Registration) { r.Password = strings.Repeat("x", 20) }, pagonline.CodePassword, "password"},
		{func(r *local.Registration) { r.Password = strings.Repeat("ab", 513) }, pagonline.CodePassword, "password"},
		{func(r *local.Registration) { r.Password = strings.Repeat("ab", 1<<20) }, pagonline.CodePassword, "password"},
		{func(r *local.Registration) { r.Password = "abcdefghijklmno\xff" }, pagonline.CodePassword, "password"},
		{func(r *local.Registration) { r.Password = "my Mario.Rossi@example.org" }, pagonline.CodePassword, "password"},
	} {
		r := registration("mario.rossi@example.org")
		test.wrong(&r)
		err := d.accounts.Register(t.Context(), r)
		code(t, test.code, err)
		require.Equal(t, test.field, pagonline.AsError(err).Field)
	}
	require.Empty(t, d.sent)
}

// TestPasswordIsNormalised: the same letters from another keyboard.
func TestPasswordIsNormalised(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	r := registration("mario.rossi@example.org")
	r.Password = "perche\u0301 no, perche\u0301 no"
	require.NoError(t, d.accounts.Register(ctx, r))
	_, err := d.accounts.Activate(ctx, d.code())
	require.NoError(t, err)
	_, err = d.accounts.SignIn(ctx, r.Email, "perché no, perché no")
	require.NoError(t, err)
}

func TestBlocklist(t *testing.T) {
	d, cfg := newDesk(t), config(nil)
	cfg.Blocked = func(_ context.Context, s string) bool { return s == password }
	accounts, err := local.New(d.store, d, cfg)
	require.NoError(t, err)
	code(t, pagonline.CodePassword, accounts.Register(t.Context(), registration("mario.rossi@example.org")))
}

// TestRegisterAgain: each mail activates what was filled in for it, whoever registers the
// same address before or after, and an active account is left as it is.
func TestRegisterAgain(t *testing.T) {
	mario, other := registration("mario.rossi@example.org"), registration("mario.rossi@example.org")
	other.Password, other.GivenName, other.Nationality = "a wholly other password", "Mallory", "CA"
	for name, order := range map[string][]local.Registration{
		"before": {other, mario}, "after": {mario, other}, "both": {other, mario, other},
	} {
		t.Run(name, func(t *testing.T) {
			d, ctx := newDesk(t), t.Context()
			var secret, dead string
			for _, r := range order {
				require.NoError(t, d.accounts.Register(ctx, r))
				if r == mario {
					secret = d.code()
				} else {
					dead = d.code()
				}
			}
			require.Equal(t, identity.ActivateAccount, d.last().Purpose)
			require.Contains(t, d.last().Text, "several requests")
			for _, r := range order {
				_, err := d.accounts.SignIn(ctx, r.Email, r.Password)
				code(t, pagonline.CodeLoginFailed, err)
			}
			require.NoError(t, d.accounts.Resend(ctx, mario.Email, "en"), "whose would it be?")
			require.Equal(t, local.SeveralRequests, d.last().Purpose)
			require.Empty(t, d.code())

			require.NoError(t, d.accounts.Peek(ctx, identity.ActivateAccount, dead))
			account, err := d.accounts.Activate(ctx, secret)
			require.NoError(t, err)
			code(t, pagonline.CodeTokenInvalid, d.accounts.Peek(ctx, identity.ActivateAccount, dead))
			require.Equal(t, "Mario Rossi US", account.Person().Name()+" "+account.Nationality)
			_, err = d.accounts.Activate(ctx, dead)
			code(t, pagonline.CodeTokenInvalid, err)
			_, err = d.accounts.SignIn(ctx, mario.Email, other.Password)
			code(t, pagonline.CodeLoginFailed, err)
			_, err = d.accounts.SignIn(ctx, mario.Email, mario.Password)
			require.NoError(t, err)

			require.NoError(t, d.accounts.Register(ctx, other), "the same answer")
			require.Equal(t, local.AlreadyRegistered, d.last().Purpose)
			require.Empty(t, d.code())
			_, err = d.accounts.SignIn(ctx, mario.Email, other.Password)
			code(t, pagonline.CodeLoginFailed, err)
		})
	}
}

// TestOthersAreForgotten: as many registrations as one address can get are all good, and
// none is kept once one is activated, the account is closed, or all are late.
func TestOthersAreForgotten(t *testing.T) {
	for name, end := range map[string]func(*desk, string, string) error{
		"first": func(d *desk, first, _ string) error {
			_, err := d.accounts.Activate(t.Context(), first)
			return err
		},
		"last": func(d *desk, _, last string) error {
			_, err := d.accounts.Activate(t.Context(), last)
			return err
		},
		"closed": func(d *desk, _, _ string) error {
			account, err := d.store.Accounts().ByEmail(t.Context(), "mario.rossi@example.org")
			require.NoError(t, err)
			return d.accounts.Delete(t.Context(), account.ID)
		},
		"late": func(d *desk, _, _ string) error {
			d.pass(24 * time.Hour)
			return d.accounts.Register(t.Context(), registration("mario.rossi@example.org"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, secrets := newDesk(t), []string(nil)
			for day := range 2 {
				for i := range 20 {
					from := netip.AddrFrom4([4]byte{192, 0, 2, byte(day*20 + i)})
					require.NoError(t, d.accounts.Register(local.From(t.Context(), from), registration("mario.rossi@example.org")))
					secrets = append(secrets, d.code())
					if day+i == 0 {
						d.pass(24*time.Hour - 2*time.Minute)
					}
				}
				d.pass(2 * time.Minute)
			}
			secrets = secrets[1:] // the first is late
			for _, secret := range secrets {
				require.NoError(t, d.accounts.Peek(t.Context(), identity.ActivateAccount, secret))
			}
			require.NoError(t, end(d, secrets[0], secrets[len(secrets)-1]))
			for _, secret := range secrets {
				_, err := d.store.Tokens().Get(t.Context(), identity.HashSecret(secret))
				require.ErrorIs(t, err, identity.ErrNotFound)
			}
		})
	}
}

// TestRegisterAfterTheEnd: once no mail of before is good, a registration starts over;
// one that was mailed again is good still.
func TestRegisterAfterTheEnd(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	mario, other := registration("mario.rossi@example.org"), registration("mario.rossi@example.org")
	other.Password = "a wholly other password"
	require.NoError(t, d.accounts.Register(ctx, other))
	d.pass(24 * time.Hour)
	require.NoError(t, d.accounts.Register(ctx, mario))
	require.NotContains(t, d.last().Text, "several requests")
	_, err := d.accounts.SignIn(ctx, mario.Email, mario.Password)
	code(t, pagonline.CodeNotActivated, err)
	d.pass(23 * time.Hour)
	require.NoError(t, d.accounts.Resend(ctx, mario.Email, "en"))
	secret := d.code()
	d.pass(2 * time.Hour)
	require.NoError(t, d.accounts.Register(ctx, other))
	_, err = d.accounts.Activate(ctx, secret)
	require.NoError(t, err)
	_, err = d.accounts.SignIn(ctx, mario.Email, mario.Password)
	require.NoError(t, err)
}

// TestPruned: a registration that nobody confirmed goes, and its code with it.
func TestPruned(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	mario := registration("mario.rossi@example.org")
	require.NoError(t, d.accounts.Register(ctx, mario))
	secret := d.code()
	n, err := d.store.Accounts().Prune(ctx, d.now().Add(time.Second))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	code(t, pagonline.CodeTokenInvalid, d.accounts.Peek(ctx, identity.ActivateAccount, secret))
	_, err = d.accounts.Activate(ctx, secret)
	code(t, pagonline.CodeTokenInvalid, err)
	d.active(t, mario.Email)
	_, err = d.accounts.Activate(ctx, secret)
	code(t, pagonline.CodeTokenInvalid, err)
}

// TestPeekIsTrue: a code that was left behind is refused by the page as by its button.
func TestPeekIsTrue(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	mario := d.active(t, "mario.rossi@example.org")
	require.NoError(t, d.store.Tokens().Put(ctx, identity.Token{
		Hash: identity.HashSecret("left"), Purpose: identity.ActivateAccount, Holder: "left",
		Email: mario.Email, Expires: d.now().Add(time.Hour), Account: mario,
	}))
	code(t, pagonline.CodeTokenInvalid, d.accounts.Peek(ctx, identity.ActivateAccount, "left"))
	_, err := d.accounts.Activate(ctx, "left")
	code(t, pagonline.CodeTokenInvalid, err)
}

// TestCommonPasswords are refused without a list of the program's own.
func TestCommonPasswords(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	for _, common := range []string{
		"123456789012345", "0987654321098765", "passwordpassword", "Password Welcome 12345", "hunter2hunter2hunter2", "qwertyuiopasdfgh", "abababababababab",
		"               x", "abcdefghijklmnopqrs", "1qaz2wsx3edc4rfv", "P@ssw0rdP@ssw0rd", "ThisIsMyPassword",
		"iloveyouiloveyou", "passwordpassword1234", "qwerty123456789", "111111111111112",
	} {
		r := registration("mario.rossi@example.org")
		r.Password = common
		code(t, pagonline.CodePassword, d.accounts.Register(ctx, r))
	}
	require.Empty(t, d.sent)
	for i, fine := range []string{"una gondola sul Po, 3 oche", "Password123!Password", "secret-password-1", "Abcd1234!Abcd1234!", "correct horse battery", "\u6771\u4eac\u90fd\u5343\u4ee3\u7530\u533a\u306e\u5c0f\u3055\u306a\u732b\u3068\u72ac\u3068\u9ce5", "xkTq9-vvLm2-PprZ7"} {
		r := registration(strconv.Itoa(i) + "@example.org")
		r.Password = fine
		require.NoError(t, d.accounts.Register(ctx, r), fine)
	}
}
