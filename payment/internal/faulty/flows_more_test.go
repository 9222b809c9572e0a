package faulty_test

import (
	"context"
	"regexp"
	"time"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/local"
	"github.com/pagonline/pagonline/payment/store"
	"github.com/pagonline/pagonline/receipt/desk"
)

// taskFlows are what a program does at night, and what is about people.
var taskFlows = []flow{
	{name: "expiry", prepare: func(w *world) {
		for _, debt := range []string{"a", "b"} {
			r := w.request(debt)
			r.RefuseLate = true
			w.p = must(w.cashier.Open(background, r))
		}
		w.now = w.p.DueDate.AddDays(1).End()
	}, parts: true, call: func(ctx context.Context, w *world) (string, error) { return "", w.cashier.Expire(ctx) }},
	{name: "pruning", prepare: func(w *world) {
		w.basket()
		journal(w)
		must(w.cashier.SealJournal(background))
		w.verified()
		must(w.desk.Release(background, w.q.ID, desk.Release{How: desk.AtDesk, By: "clerk-1"}))
		no(w.desk.Collect(background))
		must(w.cashier.DeliverPending(background))
		w.handled = nil
		w.now = w.now.AddDate(3, 0, 0)
	}, call: func(ctx context.Context, w *world) (string, error) {
		_, err := store.Prune(ctx, w.store, store.Retention{Receipts: 30 * 30 * 24 * time.Hour, Now: func() time.Time { return w.now }})
		return "", err
	}},
	{name: "address, asked for", call: func(ctx context.Context, w *world) (string, error) {
		return "", w.accounts().AskContact(ctx, "owner", "mario.rossi@example.org", "it")
	}},
	{name: "address, confirmed", prepare: func(w *world) {
		no(w.accounts().AskContact(background, "owner", "mario.rossi@example.org", "it"))
	}, call: func(ctx context.Context, w *world) (string, error) {
		return says(w.accounts().ConfirmContact(ctx, w.id))
	}},
}

// accounts mail their codes to the world.
func (w *world) accounts() *local.Accounts {
	page := "https://archive.example.org/{token}"
	return must(local.New(w.store, w, local.Config{
		Links: local.Links{Activate: page, Reset: page, ChangeEmail: page, Contact: page, SignIn: "https://archive.example.org/"},
		Now:   func() time.Time { return w.now },
	}))
}

var code = regexp.MustCompile(`https://archive\.example\.org/(\S+)`)

// Send implements [local.Mailer].
func (w *world) Send(_ context.Context, m local.Message) error {
	w.id = code.FindStringSubmatch(m.Text)[1]
	return nil
}

// contact is what the store knows of the owner's address.
func contact(ctx context.Context, contacts identity.Contacts) any {
	c, err := contacts.Get(ctx, "owner")
	if err != nil {
		return err.Error()
	}
	return c
}
