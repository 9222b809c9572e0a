package local_test

import (
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
