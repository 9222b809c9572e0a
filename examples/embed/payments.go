package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog/load"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/login"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/database"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// payments is what was added to the archive.
type payments struct {
	*archive
	store   database.Store
	exec    func(ctx context.Context, statement string, args ...any) error // the archive's own, in a unit of work
	cashier *payment.Cashier
	quotes  *quote.Register
	now     func() time.Time
}

// add puts our tables into the archive's database, and our addresses on its mux.
func (a *archive) add(ctx context.Context, us station.Creditor, gateway payment.Gateway) (*payments, error) {
	p := &payments{archive: a, now: time.Now}
	if err := p.use(ctx); err != nil {
		return nil, err
	}
	catalogue, err := load.Sample()
	if err != nil {
		return nil, err
	}
	p.cashier = payment.NewCashier(p.store, payment.Config{Gateway: gateway, Handlers: []payment.Handler{p.release}})
	p.quotes = quote.NewRegister(catalogue, p.store, p.cashier, quote.Config{})
	readers := map[identity.Scheme]identity.Provider{scheme: p}
	signIn, err := login.New(p.base, p.store, readers, login.Config{Assurance: identity.Low})
	if err != nil {
		return nil, err
	}
	p.mux.Handle("/archive/", signIn)
	p.mux.Handle("/login/", signIn)
	p.mux.Handle("POST /pay", signIn.Wrap(http.HandlerFunc(p.pay)))
	p.mux.Handle("/station", station.New(p.cashier, []station.Creditor{us}, station.Config{}))
	_, err = p.quotes.Issue(ctx, quote.Request{ // what the archive's desk does
		Institute: "AS-LI", Service: "fotocopie", Protocol: causale.MustParseProtocol("345/2024"), Payer: "Mario Rossi",
		Amount: euro.MustParse("12.50"), Addressee: identity.SubjectID{Scheme: scheme, Value: "1"}.Owner(),
	})
	return p, err
}

// use opens the store in the archive's database.
func (p *payments) use(ctx context.Context) error {
	if p.pool != nil {
		st, err := postgres.Use(ctx, p.pool, postgres.Config{})
		p.store, p.exec = st, func(ctx context.Context, statement string, args ...any) error {
			_, err := st.Tx(ctx).Exec(ctx, statement, args...)
			return err
		}
		return err
	}
	st, err := sqlite.Use(ctx, p.db, sqlite.Config{})
	p.store, p.exec = st, func(ctx context.Context, statement string, args ...any) error {
		_, err := st.Tx(ctx).ExecContext(ctx, statement, args...)
		return err
	}
	return err
}

// pay sends who is signed in to pay a quote that is addressed to him.
func (p *payments) pay(w http.ResponseWriter, r *http.Request) {
	location, err := p.send(r.Context(), login.Session(r.Context()).Owner(), r.FormValue("protocol"))
	if err != nil {
		http.Error(w, pagonline.AsError(err).In("it"), http.StatusForbidden)
		return
	}
	http.Redirect(w, r, location, http.StatusSeeOther)
}

func (p *payments) send(ctx context.Context, owner, protocol string) (location string, err error) {
	asked := quote.Access{Institute: "AS-LI", Owner: owner}
	if asked.Protocol, err = causale.ParseProtocol(protocol); err != nil {
		return "", err
	}
	var due payment.Position
	err = p.store.Do(ctx, func(ctx context.Context) error { // the notice, and the archive's note of it
		q, err := p.quotes.Open(ctx, asked)
		if err == nil {
			due, err = p.quotes.Notice(ctx, q.ID, payment.Subject{}, owner)
		}
		if err == nil {
			err = p.exec(ctx, "UPDATE files SET notice = $1 WHERE protocol = $2", due.Number.String(), q.Protocol.String())
		}
		return err
	})
	if err != nil {
		return "", err
	}
	files := p.base + "/files"
	back := payment.ReturnURLs{OK: files, Waiting: files, Cancel: files, Error: files} // what a browser says proves nothing
	asks := payment.OrderRequest{Owner: owner, Positions: []payment.Key{due.Key}}
	order, err := p.cashier.Send(ctx, asks, func(string) payment.ReturnURLs { return back })
	return order.Location, err
}

// release gives a file out once it is paid. An event that comes again changes nothing.
func (p *payments) release(ctx context.Context, e payment.Event) (err error) {
	if e.Kind == payment.PositionEvent(payment.Paid) {
		_, err = p.db.ExecContext(ctx, "UPDATE files SET released = 1 WHERE notice = $1", e.Position.Number.String())
	}
	return err
}

// Begin implements [identity.Provider]: who is signed in to the archive comes back at once.
func (p *payments) Begin(ctx context.Context, r identity.Request) (identity.Challenge, error) {
	now, handle := p.now(), rand.Text()
	_, err := p.db.ExecContext(ctx, "UPDATE readers SET ticket = $1 WHERE id = $2", handle, ctx.Value(readerKey{}))
	return identity.Challenge{URL: p.base + "/archive/acs?handle=" + handle, Pending: identity.Pending{
		Handle: handle, Scheme: scheme, Assurance: r.Assurance, IssuedAt: now, Expires: now.Add(time.Minute),
	}}, err
}

// Complete implements [identity.Provider].
func (p *payments) Complete(
	ctx context.Context, back identity.Callback, begun identity.Pending,
) (auth identity.Authentication, err error) {
	switch {
	case back.Values.Get("handle") != begun.Handle || p.now().After(begun.Expires):
		return auth, identity.ErrPending
	case begun.Assurance > identity.Low:
		return auth, identity.ErrAssurance
	}
	who := identity.Person{Subject: identity.SubjectID{Scheme: scheme}}
	err = p.db.QueryRowContext(ctx, "UPDATE readers SET ticket = NULL WHERE ticket = $1 RETURNING id, given, family",
		begun.Handle).Scan(&who.Subject.Value, &who.GivenName, &who.FamilyName)
	if err != nil {
		return auth, fmt.Errorf("%w: %w", identity.ErrPending, err)
	}
	return identity.Authentication{Person: who, Assurance: identity.Low, At: p.now()}, nil
}
