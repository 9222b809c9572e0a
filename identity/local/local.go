// Package local keeps accounts by e-mail, for people whom no public identity serves:
// the portals' "Login without eIDAS". Paying a notice needs no account at all: whoever
// has its number can pay it, at any bank.
//
// [New] opens the accounts on a store. [Accounts.Register] begins one, and a mail goes to
// its address; [Accounts.Activate] takes what was mailed; [Accounts.SignIn] lets in.
// [NewProvider] makes an [identity.Provider] of it, to stand beside SPID, CIE and eIDAS.
// The person chooses another password ([Accounts.RequestReset], [Accounts.ChangePassword])
// or address ([Accounts.AskEmail]), and ends the account ([Accounts.Delete]).
// Those give no e-mail address, or none to rely on: [Accounts.AskContact] and
// [Accounts.ConfirmContact] confirm one for their subjects. An address never makes one
// person of two subjects.
//
// # Who may register
//
// [Policy] says it by the nationality, from a file with a date: who is Italian has SPID
// or CIE, who is of a country that the Italian eIDAS node knows has eIDAS, everybody
// else registers. An institute may change the file, or admit more countries.
//
// # What is mailed
//
// A mail holds a link and, on a line of its own, the code that is in the link, for who
// opens the page on another device and pastes it. The code is 43 characters long (32
// random bytes); blanks and line ends in it do not matter. Mail scanners open links
// ahead of the reader: a page that answers GET calls [Accounts.Peek], which uses nothing
// up, and only its POST calls the method that does. The newest mail of its kind counts.
//
// An address that nobody confirmed may be registered several times, by whoever types it:
// each mail activates what was filled in for it, and says so, the first that is confirmed
// wins and the others are forgotten, and until then no password opens anything. Names and
// nationality are those of the one that was confirmed. What nobody confirms is removed by
// Prune of [identity.Accounts]; call it now and then, with an instant as long ago as
// [Config].ActivationTime at least.
//
// A changed password is told to the account's address, a changed address to the one of
// before.
//
// Addresses are ASCII before the @. The domain may be typed in any script: it is kept in
// ASCII, so that one mailbox has one account however it is written.
//
// # What an answer tells
//
// Nobody learns from an answer, or from how long it takes, whether an address has an
// account. Each request sends one mail, whatever it has to say ("you have an account
// already", "there is no account"), after the transaction: a broken mailer fails for all
// alike. A sign-in costs one run of argon2id for any address; that an
// account is not active, or is locked, is told after the right password only. (After
// the parameters were changed, accounts that did not sign in since take the old time.)
//
// # Too many attempts
//
// Ten sign-ins in 15 minutes for one address from one network, 20 in an hour, 40 in a
// day: the wait grows. From one network to any address 1000 in 15 minutes, right ones
// too: a university is one network. From everywhere to one address 50 in an hour and 100
// in a day, the number that NIST SP 800-63B-4 section 3.2.2 names. So an attacker on one network locks that network out
// and no other, many networks together lock a day at a time, and [Accounts.Reset], for
// which one needs the mailbox, ends every wait but that of a network.
//
// A mail of one kind goes to one address, asked for from one network, once a minute and
// five times a day (a registration: five times a day); from everywhere 20 mails a day
// go to one address, and from one network 1000 in 15 minutes to any. The network is what [From] says; without it the address alone
// counts. The time that an answer names is the longest that it can take.
package local

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/pagonline/pagonline/identity"
)

// Store is what the accounts need of an [identity.Store].
type Store interface {
	// Do runs work as one transaction, see [identity.Store].
	Do(ctx context.Context, work func(ctx context.Context) error) error

	Replays() identity.ReplayGuard
	Sessions() identity.Sessions
	Accounts() identity.Accounts
	Contacts() identity.Contacts
	Tokens() identity.Tokens
	Counters() identity.Counters
}

// Config says how accounts are kept. Links is compulsory, the rest may be zero.
type Config struct {
	// Links are the pages that mails point to.
	Links Links
	// Sender signs the mails, as in "Archivio di Stato di Livorno". Default: nobody.
	Sender string
	// Policy says who may register. Default: [DefaultPolicy].
	Policy Policy
	// Blocked reports whether a password is a stolen one, by a list of the program's own. The
	// password is in Unicode normal form C. Default: none is. Refused in any case are those
	// that hold the address, repeat a few characters, or are made wholly of the words and
	// runs of keys of which the most common ones are.
	Blocked func(ctx context.Context, password string) bool
	// Hash is the cost of a password. Default: 64 MiB, 3 passes, 4 lanes (RFC 9106
	// section 4, second choice). Passwords are hashed anew as their owners sign in.
	Hash Cost
	// Parallel is how many passwords are hashed at a time; the others wait as long as
	// their contexts do. Default: 4, and with it 256 MiB.
	Parallel int
	// ActivationTime is how long an activation, or the confirmation of an address, may
	// wait. Default: 24 hours.
	ActivationTime time.Duration
	// ResetTime is how long the setting of a new password may wait. Default: 1 hour.
	ResetTime time.Duration
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// Accounts keeps accounts by e-mail. It is safe for concurrent use.
type Accounts struct {
	store  Store
	mailer Mailer
	cfg    Config
	hash   *hasher
}

// New returns the accounts in store. It copies cfg, and refuses links that are neither
// https nor to this machine, costs out of bounds, and a sender of several lines.
func New(store Store, mailer Mailer, cfg Config) (*Accounts, error) {
	if store == nil || mailer == nil {
		return nil, errors.New("local: no store or no mailer")
	}
	if err := cfg.Links.check(); err != nil {
		return nil, err
	}
	if !oneLine(cfg.Sender) {
		return nil, errors.New("local: the sender is not one line")
	}
	if cfg.Policy.rows == nil {
		var err error
		if cfg.Policy, err = DefaultPolicy(); err != nil {
			return nil, err
		}
	}
	if cfg.ActivationTime <= 0 {
		cfg.ActivationTime = 24 * time.Hour
	}
	if cfg.ResetTime <= 0 {
		cfg.ResetTime = time.Hour
	}
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the default clock
	}
	h, err := newHasher(cfg.Hash, cfg.Parallel)
	if err != nil {
		return nil, err
	}
	return &Accounts{store: store, mailer: mailer, cfg: cfg, hash: h}, nil
}

// Policy returns who may register.
func (a *Accounts) Policy() Policy { return a.cfg.Policy }

type networkKey struct{}

// From returns a context that says which network address a request came from, for the
// limits. Behind a proxy that is the address which the proxy tells, if it is one's own.
func From(ctx context.Context, address netip.Addr) context.Context {
	return context.WithValue(ctx, networkKey{}, address)
}

// network returns the address, or for IPv6 the /64 that one subscriber has, or "".
func network(ctx context.Context) string {
	address, _ := ctx.Value(networkKey{}).(netip.Addr)
	address = address.Unmap()
	switch {
	case !address.IsValid():
		return ""
	case address.Is6():
		return netip.PrefixFrom(address.WithZone(""), 64).Masked().String()
	}
	return address.String()
}
