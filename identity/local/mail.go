package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// Message is a mail to one address: plain text, lines that end with "\n".
type Message struct {
	To       string // as [identity.CanonicalEmail] writes it
	Subject  string // one line that names nobody
	Text     string
	Language string           // "it" or "en"
	Purpose  identity.Purpose // one of identity's, or of this package's
}

// LogValue gives the log the purpose: the text holds a secret.
func (m Message) LogValue() slog.Value { return slog.StringValue(string(m.Purpose)) }

// Format writes the purpose, whatever the verb of fmt.
func (m Message) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "Message("+string(m.Purpose)+")")
}

// The purposes of mails without a code.
const (
	AlreadyRegistered identity.Purpose = "registered" // somebody registered an address that has an account
	NoAccount         identity.Purpose = "no-account" // somebody asked for a mail to an address that has none
	Suspended         identity.Purpose = "suspended"  // the same, for an account that the institute locked
	SeveralRequests   identity.Purpose = "several"    // the same, for one that was registered several times and never activated
	PasswordChanged   identity.Purpose = "password"   // an account has another password now
	EmailChanged      identity.Purpose = "email"      // an account has another address now, to the one of before
)

// Mailer sends mails.
type Mailer interface {
	// Send sends m, or returns an error if it certainly cannot. What it says stays with
	// the mailer: the accounts make CodeUnavailable of it. The request waits for Send, so
	// its context ends after 15 seconds.
	Send(ctx context.Context, m Message) error
}

// Links are the pages of the site that mails point to: https, or http on this machine.
// In the first four {token} stands for the code.
type Links struct {
	Activate    string // as in "https://archive.example.org/local/activate?token={token}"
	Reset       string
	ChangeEmail string
	Contact     string
	SignIn      string // where one signs in and asks for a new password
}

func (l Links) check() error {
	for _, link := range []string{l.Activate, l.Reset, l.ChangeEmail, l.Contact} {
		if strings.Count(link, "{token}") != 1 {
			return errors.New("local: a link without {token}")
		}
	}
	for _, link := range []string{l.Activate, l.Reset, l.ChangeEmail, l.Contact, l.SignIn} {
		if err := checkLink(strings.ReplaceAll(link, "{token}", "token")); err != nil {
			return err
		}
	}
	return nil
}

func checkLink(link string) error {
	u, err := url.Parse(link)
	if err != nil || !oneLine(link) || strings.Contains(link, " ") || u.Hostname() == "" || u.User != nil {
		return errors.New("local: a link that is no address")
	}
	ip, _ := netip.ParseAddr(u.Hostname())
	if u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost" && !ip.IsLoopback()) {
		return errors.New("local: a link is neither https nor to this machine")
	}
	return nil
}

func oneLine(s string) bool { return !strings.ContainsFunc(s, unicode.IsControl) }

// link returns the page for a purpose that has a code.
func (l Links) link(purpose identity.Purpose) string {
	switch purpose {
	case identity.ActivateAccount:
		return l.Activate
	case identity.ResetPassword:
		return l.Reset
	case identity.ChangeEmail:
		return l.ChangeEmail
	default:
		return l.Contact
	}
}

// errMail stands for what the mailer said, which may name the address.
var errMail = errors.New("local: the mailer failed")

// letter is a mail that is not written yet.
type letter struct {
	purpose      identity.Purpose
	to, language string
	secret       string // the code, "" for none
	several      bool   // others wait for the same address
}

// How long a mailer may take: while somebody waits for the mail, and for one that nobody
// waits for.
const (
	sendTime = 15 * time.Second
	tellTime = 10 * time.Second
)

// send writes and sends one mail.
func (a *Accounts) send(ctx context.Context, l letter) error {
	t := texts[l.purpose]
	text := t.body.In(l.language)
	if l.secret != "" {
		valid := a.cfg.ActivationTime
		if l.purpose == identity.ResetPassword {
			valid = a.cfg.ResetTime
		}
		text = fmt.Sprintf("%s\n\n%s\n\n%s\n\n%s\n\n%s\n%s", text,
			strings.Replace(a.cfg.Links.link(l.purpose), "{token}", l.secret, 1), orCode.In(l.language), l.secret,
			fmt.Sprintf(within.In(l.language), duration(valid).In(l.language)), notYou.In(l.language))
		if l.several {
			text += "\n\n" + several.In(l.language)
		}
	} else {
		text += "\n\n" + a.cfg.Links.SignIn
	}
	if a.cfg.Sender != "" {
		text += "\n\n" + a.cfg.Sender
	}
	m := Message{To: l.to, Subject: t.subject.In(l.language), Text: text + "\n", Language: l.language, Purpose: l.purpose}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	if a.mailer.Send(ctx, m) != nil {
		return pagonline.NewError(pagonline.CodeUnavailable).Because(errMail)
	}
	return nil
}

// tell mails what was done to an account already. That the mail cannot be sent undoes
// nothing, and is no error. It does not end with the request: who did it may be the one
// whom nobody is to learn of.
func (a *Accounts) tell(ctx context.Context, purpose identity.Purpose, to, language string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTime)
	defer cancel()
	_ = a.send(ctx, letter{purpose: purpose, to: to, language: language})
}

// duration returns d in words, in whole hours or whole minutes.
func duration(d time.Duration) pagonline.Text {
	n := int(d / time.Hour)
	switch {
	case d%time.Hour != 0:
		m := strconv.Itoa(int(d / time.Minute))
		return pagonline.Text{It: m + " minuti", En: m + " minutes"}
	case n == 1:
		return pagonline.Text{It: "un'ora", En: "one hour"}
	}
	return pagonline.Text{It: strconv.Itoa(n) + " ore", En: strconv.Itoa(n) + " hours"}
}

// language returns "it" or "en": accounts are for people from abroad, so English is what
// is written to who does not say Italian.
func language(s string) string {
	if s == "it" {
		return "it"
	}
	return "en"
}
