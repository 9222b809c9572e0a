package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html"
	"net"
	"os"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/pagonline/pagonline/identity/local"
	"github.com/pagonline/pagonline/identity/login"
	"github.com/pagonline/pagonline/receipt/mail"
)

// accounts opens the accounts by e-mail, whose mail is sent, or kept in the mailbox.
func (p *portal) accounts(o options) (*local.Accounts, error) {
	var mailer local.Mailer
	if o.smtp == "" && !p.entity.trial() {
		return nil, errors.New("production needs -smtp and -from: /mail would show everybody what opens an account")
	}
	if o.smtp == "" {
		p.mailbox = &mailbox{}
		mailer = p.mailbox
	} else {
		server, err := newServer(o)
		if err != nil {
			return nil, err
		}
		mailer = server
	}
	return local.New(p.store, mailer, local.Config{Links: login.Links(o.baseURL), Sender: p.entity.Organization.Name})
}

// mailbox keeps the last messages, for a portal without a mail server.
type mailbox struct {
	mu    sync.Mutex
	mails []mailed
}

// mailed is a message that went nowhere.
type mailed struct {
	local.Message
	At   time.Time
	Link string // the address in it, if there is one
}

// maxMails is how many are kept.
const maxMails = 100

var link = regexp.MustCompile(`https?://\S+`)

// Send keeps the message.
func (b *mailbox) Send(_ context.Context, m local.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mails = append(b.mails, mailed{m, time.Now().UTC(), link.FindString(m.Text)})
	if len(b.mails) > maxMails {
		b.mails = b.mails[1:]
	}
	return nil
}

// list returns the messages, the newest first.
func (b *mailbox) list() []mailed {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := slices.Clone(b.mails)
	slices.Reverse(list)
	return list
}

// mailServer sends messages.
type mailServer struct {
	from mail.Address
	smtp *mail.SMTP
}

// sendWithin is how long the mail server may take. A browser waits meanwhile.
const sendWithin = 15 * time.Second

func newServer(o options) (*mailServer, error) {
	host, _, _ := net.SplitHostPort(o.smtp) // NewSMTP says what is wrong with it
	ip := net.ParseIP(host)
	server, err := mail.NewSMTP(o.smtp, mail.SMTPConfig{
		Timeout:  sendWithin,
		Username: os.Getenv("SMTP_USERNAME"), Password: os.Getenv("SMTP_PASSWORD"),
		InsecurePlaintext: host == "localhost" || ip != nil && ip.IsLoopback(), // on this machine
	})
	return &mailServer{mail.Address{Email: o.from}, server}, err
}

// Send sends the message as text, and as the same text for readers of HTML.
func (s *mailServer) Send(ctx context.Context, m local.Message) error {
	return s.smtp.Send(ctx, mail.Message{
		ID: rand.Text() + "@portal.invalid", From: s.from, To: mail.Address{Email: m.To}, Subject: m.Subject,
		Lang: m.Language, Date: time.Now(), Text: m.Text,
		HTML: fmt.Sprintf("<!doctype html>\n<html lang=%q><title>%s</title><pre>%s</pre></html>\n",
			m.Language, html.EscapeString(m.Subject), html.EscapeString(m.Text)),
	})
}
