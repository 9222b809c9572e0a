package main

import (
	"context"
	"strings"
	"sync"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt/mail"
)

// letters stand in the mail server's place: they keep what is sent, and nothing leaves.
type letters struct {
	mu   sync.Mutex
	sent []mail.Message
}

// Send keeps a message.
func (l *letters) Send(_ context.Context, m mail.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, m)
	return nil
}

// outcome returns what the payer of a notice was told last of its outcome; nil for
// nothing.
func (l *letters) outcome(p payment.Position) *mailOutput {
	l.mu.Lock()
	defer l.mu.Unlock()
	var told *mailOutput
	for _, m := range l.sent {
		if (m.Kind == mail.KindPaid || m.Kind == mail.KindNotYet) && strings.Contains(m.Text, p.Number.Grouped()) {
			told = &mailOutput{m.To.Email, m.Subject, m.Text}
		}
	}
	return told
}

// mails returns the handler of events that writes to the payer, and to the mailbox of the
// service.
func (t *town) mails(lang string) (payment.Handler, error) {
	w, err := mail.NewWriter(mail.Address{Name: t.offer.Creditor.Name, Email: t.offer.Creditor.Contacts.Email}, mail.WriterConfig{})
	if err != nil {
		return nil, err
	}
	return mail.Handler(t.store, w, mail.NewPost(t.store.Sent(), t.letters, mail.PostConfig{}), mail.HandlerConfig{
		Lang:  func(payment.Position) string { return lang },
		Files: t.papers.files,
		Cases: t.store.Cases(),
		Mailbox: func(p payment.Purchase) string {
			if p.InstituteCode == t.offer.Institute.Code && p.ServiceCode == t.offer.Service.Code {
				return t.offer.Service.Mailbox
			}
			return ""
		},
	}), nil
}
