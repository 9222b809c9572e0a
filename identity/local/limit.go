package local

import (
	"context"
	"strconv"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// A limit is how many attempts of a kind a window takes.
type limit struct {
	kind   string
	most   int
	window time.Duration
}

// The limits, each list from the shortest window to the longest. Those of a network are
// wide: a university or a telephone company is one network of many people.
var (
	signInNetwork  = []limit{{"signin-network", 1000, 15 * time.Minute}}
	signInHere     = []limit{{"signin", 10, 15 * time.Minute}, {"signin", 20, time.Hour}, {"signin", 40, 24 * time.Hour}}
	signInAnywhere = []limit{{"signin-all", 50, time.Hour}, {"signin-all", 100, 24 * time.Hour}}
	mailNetwork    = []limit{{"mail-network", 1000, 15 * time.Minute}}
	mailAnywhere   = []limit{{"mail-all", 20, 24 * time.Hour}}
	registerMail   = []limit{{"register", 5, 24 * time.Hour}}
	resendMail     = []limit{{"resend", 1, time.Minute}, {"resend", 5, 24 * time.Hour}}
	resetMail      = []limit{{"reset", 1, time.Minute}, {"reset", 5, 24 * time.Hour}}
	changeMail     = []limit{{"change", 1, time.Minute}, {"change", 5, 24 * time.Hour}}
	contactMail    = []limit{{"contact", 1, time.Minute}, {"contact", 5, 24 * time.Hour}}
)

// key names the window without naming the person.
func (l limit) key(who string) string {
	return "local:" + l.kind + ":" + l.window.String() + ":" + identity.HashSecret(who)
}

// count takes one attempt, or tells how long to wait at the most. An attempt that a
// short window refuses is not counted in the longer ones: who keeps trying does not make
// the wait of others longer.
func (a *Accounts) count(ctx context.Context, who string, limits []limit) error {
	now := a.cfg.Now()
	for _, l := range limits {
		n, err := a.store.Counters().Hit(ctx, l.key(who), now, l.window)
		if err != nil {
			return err
		}
		if n > l.most {
			minutes := strconv.Itoa(int(l.window / time.Minute))
			return pagonline.NewError(pagonline.CodeTooManyAttempts, pagonline.Same(minutes)).Because(identity.ErrAttempts)
		}
	}
	return nil
}

// forget ends the waits of who.
func (a *Accounts) forget(ctx context.Context, who string, limits []limit) error {
	for _, l := range limits {
		if err := a.store.Counters().Reset(ctx, l.key(who)); err != nil {
			return err
		}
	}
	return nil
}

// countSignIn counts before the password is looked at, so that many at once are not more.
func (a *Accounts) countSignIn(ctx context.Context, address string) error {
	if from := network(ctx); from != "" {
		if err := a.count(ctx, from, signInNetwork); err != nil {
			return err
		}
	}
	if err := a.count(ctx, here(ctx, address), signInHere); err != nil {
		return err
	}
	return a.count(ctx, address, signInAnywhere)
}

// forgetSignIn is for who showed to own the account.
func (a *Accounts) forgetSignIn(ctx context.Context, address string) error {
	if err := a.forget(ctx, here(ctx, address), signInHere); err != nil {
		return err
	}
	return a.forget(ctx, address, signInAnywhere)
}

// countMail counts a mail of a kind that who asks to be sent to an address.
func (a *Accounts) countMail(ctx context.Context, who, address string, limits []limit) error {
	if from := network(ctx); from != "" {
		if err := a.count(ctx, from, mailNetwork); err != nil {
			return err
		}
	}
	if err := a.count(ctx, who, limits); err != nil {
		return err
	}
	return a.count(ctx, address, mailAnywhere)
}

// here names an address as seen from the network of the request: who asks for it from
// elsewhere does not wait for what an attacker did.
func here(ctx context.Context, address string) string { return address + " " + network(ctx) }
