package local_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/local"
)

func TestPasswordsEndSessions(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	mario := d.active(t, "mario.rossi@example.org")
	anna := d.active(t, "anna.verdi@example.org")
	d.session(t, "mario", mario)
	d.session(t, "anna", anna)
	code(t, pagonline.CodeLoginFailed, d.accounts.ChangePassword(ctx, mario.ID, "wrong", "a wholly other password"))
	require.True(t, d.signedIn(t, "mario"))
	require.NoError(t, d.accounts.ChangePassword(ctx, mario.ID, password, "a wholly other password"))
	require.False(t, d.signedIn(t, "mario"))

	d.session(t, "mario", mario)
	require.NoError(t, d.accounts.RequestReset(ctx, mario.Email, "en"))
	require.NoError(t, d.accounts.Reset(ctx, d.code(), password))
	require.False(t, d.signedIn(t, "mario"))
	require.True(t, d.signedIn(t, "anna"))
}

func TestChangeEmail(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	mario := d.active(t, "mario.rossi@example.org")
	d.active(t, "anna.verdi@example.org")
	d.session(t, "mario", mario)
	require.NoError(t, d.accounts.AskEmail(ctx, mario.ID, password, "anna.verdi@example.org"), "the same answer")
	require.Equal(t, local.AlreadyRegistered, d.last().Purpose)
	d.pass(time.Minute)
	require.NoError(t, d.accounts.AskEmail(ctx, mario.ID, password, "rossi@example.org"))
	require.Equal(t, "rossi@example.org", d.last().To)
	_, err := d.accounts.SignIn(ctx, "rossi@example.org", password)
	code(t, pagonline.CodeLoginFailed, err)
	require.NoError(t, d.accounts.ConfirmEmail(ctx, d.code()))
	require.False(t, d.signedIn(t, "mario"))
	after, err := d.accounts.SignIn(ctx, "rossi@example.org", password)
	require.NoError(t, err)
	require.Equal(t, mario.ID, after.ID)

	d.pass(time.Minute)
	require.NoError(t, d.accounts.AskEmail(ctx, mario.ID, password, "mario@example.org"))
	secret := d.code()
	d.active(t, "mario@example.org") // somebody was faster
	code(t, pagonline.CodeConflict, d.accounts.ConfirmEmail(ctx, secret))
}

func TestDelete(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	mario := d.active(t, "mario.rossi@example.org")
	d.session(t, "mario", mario)
	require.NoError(t, d.accounts.RequestReset(ctx, mario.Email, "en"))
	secret := d.code()
	_, err := d.accounts.Confirm(ctx, mario.ID, password)
	require.NoError(t, err)
	require.NoError(t, d.accounts.Delete(ctx, mario.ID))
	require.NoError(t, d.accounts.Delete(ctx, mario.ID))

	kept, err := d.store.Accounts().Get(ctx, mario.ID)
	require.NoError(t, err)
	require.Equal(t, identity.Account{
		ID: mario.ID, Status: identity.AccountClosed, Language: "en", CreatedAt: mario.CreatedAt, ChangedAt: d.now(),
	}, kept)
	require.False(t, d.signedIn(t, "mario"))
	_, found, err := d.accounts.Contact(ctx, mario.Subject().Owner())
	require.NoError(t, err)
	require.False(t, found)
	code(t, pagonline.CodeTokenInvalid, d.accounts.Reset(ctx, secret, "a wholly other password"))
	_, err = d.accounts.SignIn(ctx, mario.Email, password)
	code(t, pagonline.CodeLoginFailed, err)
	_, err = d.accounts.Confirm(ctx, mario.ID, password)
	code(t, pagonline.CodeNotFound, err)
	code(t, pagonline.CodeNotFound, d.accounts.Delete(ctx, "nobody"))
	code(t, pagonline.CodeConflict, d.accounts.Lock(ctx, mario.ID))
	require.NotEqual(t, mario.ID, d.active(t, mario.Email).ID, "somebody else now")
}

func TestLock(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	mario := d.active(t, "mario.rossi@example.org")
	d.session(t, "mario", mario)
	require.NoError(t, d.accounts.Lock(ctx, mario.ID))
	require.False(t, d.signedIn(t, "mario"))
	_, err := d.accounts.SignIn(ctx, mario.Email, "a wrong password")
	code(t, pagonline.CodeLoginFailed, err)
	_, err = d.accounts.SignIn(ctx, mario.Email, password)
	code(t, pagonline.CodeIdentitySuspended, err)
	require.NoError(t, d.accounts.RequestReset(ctx, mario.Email, "en"))
	require.Equal(t, local.Suspended, d.last().Purpose)
	require.NoError(t, d.accounts.Unlock(ctx, mario.ID))
	_, err = d.accounts.SignIn(ctx, mario.Email, password)
	require.NoError(t, err)
}

// TestNotices: who does not do it learns of it, at the address that was known, whether or
// not who did it waits for the answer.
func TestNotices(t *testing.T) {
	d := newDesk(t)
	mario := d.active(t, "mario.rossi@example.org")
	require.NoError(t, d.accounts.RequestReset(t.Context(), mario.Email, "en"))
	require.NoError(t, d.accounts.Reset(t.Context(), d.code(), "a wholly other password"))
	require.Equal(t, local.PasswordChanged, d.last().Purpose)
	require.Equal(t, mario.Email, d.last().To)
	require.Empty(t, d.code())
	require.NoError(t, d.accounts.ChangePassword(t.Context(), mario.ID, "a wholly other password", password))
	require.Equal(t, local.PasswordChanged, d.last().Purpose)

	require.NoError(t, d.accounts.AskEmail(t.Context(), mario.ID, password, "mallory@example.org"))
	require.NoError(t, d.accounts.ConfirmEmail(t.Context(), d.code()))
	require.Equal(t, local.EmailChanged, d.last().Purpose)
	require.Equal(t, mario.Email, d.last().To)
	require.NotContains(t, d.last().Text, "mallory")

	d.pass(time.Minute)
	require.NoError(t, d.accounts.AskEmail(t.Context(), mario.ID, password, "mario@example.org"))
	d.broken = true
	require.NoError(t, d.accounts.ConfirmEmail(t.Context(), d.code()), "it is done already")
}

// hangUp is a mailer that ends the request as it sends.
type hangUp struct {
	*desk
	cancel context.CancelFunc
}

func (h hangUp) Send(ctx context.Context, m local.Message) error {
	h.cancel()
	return h.desk.Send(ctx, m)
}

// TestResetOfWhoHangsUp: what was done is done, and the waits are over too.
func TestResetOfWhoHangsUp(t *testing.T) {
	d := newDesk(t)
	mario := d.active(t, "mario.rossi@example.org")
	for range 11 {
		_, _ = d.accounts.SignIn(t.Context(), mario.Email, "wrong")
	}
	_, err := d.accounts.SignIn(t.Context(), mario.Email, password)
	code(t, pagonline.CodeTooManyAttempts, err)
	require.NoError(t, d.accounts.RequestReset(t.Context(), mario.Email, "en"))

	ctx, cancel := context.WithCancel(t.Context())
	accounts, err := local.New(d.store, hangUp{d, cancel}, config(d.now))
	require.NoError(t, err)
	require.NoError(t, accounts.Reset(ctx, d.code(), "a wholly other password"))
	require.Error(t, ctx.Err())
	require.Equal(t, local.PasswordChanged, d.last().Purpose)
	_, err = d.accounts.SignIn(t.Context(), mario.Email, "a wholly other password")
	require.NoError(t, err)
}

// TestStill: what was let in before a reset, a change, a lock or an end is so no longer.
func TestStill(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	mario := d.active(t, "mario.rossi@example.org")
	in, err := d.accounts.SignIn(ctx, mario.Email, password)
	require.NoError(t, err)
	require.NoError(t, d.accounts.Still(ctx, in))
	require.NoError(t, d.accounts.Lock(ctx, in.ID))
	code(t, pagonline.CodeIdentitySuspended, d.accounts.Still(ctx, in))
	require.NoError(t, d.accounts.Unlock(ctx, in.ID))
	require.NoError(t, d.accounts.Still(ctx, in))

	require.NoError(t, d.accounts.RequestReset(ctx, in.Email, "en"))
	require.NoError(t, d.accounts.Reset(ctx, d.code(), "a wholly other password"))
	code(t, pagonline.CodeLoginFailed, d.accounts.Still(ctx, in))

	in, err = d.accounts.SignIn(ctx, in.Email, "a wholly other password")
	require.NoError(t, err)
	require.NoError(t, d.accounts.AskEmail(ctx, in.ID, "a wholly other password", "rossi@example.org"))
	require.NoError(t, d.accounts.ConfirmEmail(ctx, d.code()))
	code(t, pagonline.CodeLoginFailed, d.accounts.Still(ctx, in))
	require.NoError(t, d.accounts.Delete(ctx, in.ID))
	code(t, pagonline.CodeLoginFailed, d.accounts.Still(ctx, in))
	code(t, pagonline.CodeLoginFailed, d.accounts.Still(ctx, identity.Account{ID: "nobody"}))
}
