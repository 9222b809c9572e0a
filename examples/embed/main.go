// Command embed is the program of an archive, with readers, a database and a mux of its own. This file is what was
// there before; payments.go is what was added, so that a reader can pay his quote. You are the reader Mario Rossi, and
// pagoPA is a sandbox. What happened stays in the database.
//
//	go run ./examples/embed [-database sqlite:FILE | -database postgres://…]
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"html"
	"log"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/database"
)

// archive is the program as it was.
type archive struct {
	db   *sql.DB
	pool *pgxpool.Pool // under db, if that is PostgreSQL
	mux  *http.ServeMux
	base string // where it is
}

const scheme = "archive" // whose readers they are, to others

const tables = `
	CREATE TABLE IF NOT EXISTS readers (id TEXT PRIMARY KEY, given TEXT, family TEXT, cookie TEXT, ticket TEXT);
	CREATE TABLE IF NOT EXISTS files (protocol TEXT PRIMARY KEY, reader TEXT, notice TEXT, released INTEGER DEFAULT 0);
	INSERT INTO readers (id, given, family, cookie) VALUES ('1', 'Mario', 'Rossi', 'mario') ON CONFLICT DO NOTHING;
	INSERT INTO files (protocol, reader) VALUES ('345/2024', '1') ON CONFLICT DO NOTHING`

func main() {
	const address = "127.0.0.1:8094"
	dsn := flag.String("database", "sqlite:embed.db", "database of the archive: sqlite:FILE or postgres://…")
	flag.Parse()
	p, pagopa, err := start(context.Background(), *dsn, "http://"+address)
	if err != nil {
		log.Fatal("embed: ", err)
	}
	go func() {
		for range time.Tick(time.Second) { // see package jobs for better
			_, err := p.cashier.DeliverPending(context.Background())
			if err = errors.Join(pagopa.Deliver(context.Background()), err); err != nil {
				log.Print("embed: ", err)
			}
		}
	}()
	fmt.Println("Mario Rossi's file is at", p.base)
	log.Fatal(http.ListenAndServe(address, http.NewCrossOriginProtection().Handler(p)))
}

// start opens the archive, and adds the payments to it and a pagoPA beside it.
func start(ctx context.Context, dsn, base string) (*payments, *sandbox.Sandbox, error) {
	a := &archive{mux: http.NewServeMux(), base: base}
	name, err := database.Parse(dsn)
	if err != nil {
		return nil, nil, err
	}
	if name.File() != "" {
		a.db, err = sql.Open("sqlite", "file:"+name.File()+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&"+
			"_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_txlock=immediate")
	} else if a.pool, err = pgxpool.New(ctx, dsn); err == nil {
		a.db = stdlib.OpenDBFromPool(a.pool)
	}
	if err == nil {
		_, err = a.db.ExecContext(ctx, tables)
	}
	if err != nil {
		return nil, nil, err
	}
	a.mux.HandleFunc("GET /{$}", a.signIn)
	a.mux.HandleFunc("GET /files", a.files)
	us := station.Creditor{FiscalCode: "99999000013", Broker: "99999000013", Station: "99999000013_01"}
	known := sandbox.Station{FiscalCode: us.FiscalCode, Broker: us.Broker, StationID: us.Station, URL: base + "/station"}
	pagopa := sandbox.New([]sandbox.Station{known}, sandbox.Config{BaseURL: base + "/pagopa"})
	a.mux.Handle("/pagopa/", http.StripPrefix("/pagopa", pagopa))
	p, err := a.add(ctx, us, pagopa)
	return p, pagopa, err
}

// readerKey is where the context of a request has the id of the reader whose it is, "" for nobody.
type readerKey struct{}

// ServeHTTP knows readers by the cookie of the archive's own sign-in.
func (a *archive) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := ""
	if cookie, err := r.Cookie("reader"); err == nil {
		_ = a.db.QueryRowContext(r.Context(), "SELECT id FROM readers WHERE cookie = $1", cookie.Value).Scan(&id)
	}
	a.mux.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), readerKey{}, id)))
}

// signIn takes everybody for Mario Rossi.
func (a *archive) signIn(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "reader", Value: "mario", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, "/archive/login?return=/files", http.StatusSeeOther)
}

// files shows a reader his file.
func (a *archive) files(w http.ResponseWriter, r *http.Request) {
	const query = `SELECT protocol, coalesce('notice ' || notice, 'no notice yet'),
		CASE released WHEN 0 THEN 'waits to be paid' ELSE 'released' END FROM files WHERE reader = $1`
	const page = `<p>File %[1]s, %[2]s: %[3]s` + "\n" +
		`<form method="post" action="/pay"><button name="protocol" value="%[1]s">Pay this quote</button></form>`
	var protocol, notice, state string
	err := a.db.QueryRowContext(r.Context(), query, r.Context().Value(readerKey{})).Scan(&protocol, &notice, &state)
	if err != nil {
		http.Error(w, "?", http.StatusUnauthorized)
		return
	}
	fmt.Fprintf(w, page, html.EscapeString(protocol), notice, state)
}
