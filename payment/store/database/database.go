// Package database opens the store that a text names, for programs whose users say where
// things are kept: a flag, a line of a file.
//
//	sqlite:FILE                     a SQLite database, made where there is none
//	postgres://USER@HOST/NAME?…     a PostgreSQL database, as libpq has its URLs
//
// Keep passwords out of such a text, which others may see: PGPASSWORD, PGPASSFILE and the
// like are read by the driver. One that is in it is not told again, by no String and no
// error.
//
// A program that keeps to one of the two takes package sqlite or postgres itself, and links
// no more than that.
package database

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

// Store is what each database keeps; [sqlite.Store] and [postgres.Store] are such.
type Store interface {
	payment.Store
	cart.Store
	quote.Store
	desk.Store
	identity.Store
	Uses() receipt.Uses
	Archive() receipt.Archive
	Sent() receipt.Sent
	Deliveries() payment.Deliveries
	payment.Forgetter
	Close() error
}

var (
	_ Store = (*sqlite.Store)(nil)
	_ Store = (*postgres.Store)(nil)
)

// Name says where a database is. The zero value is none. Names compare with ==.
type Name struct {
	file string
	dsn  string
}

// Parse reads a name. Its error does not repeat the text.
func Parse(text string) (Name, error) {
	file, ok := strings.CutPrefix(text, "sqlite:")
	if ok {
		file = strings.TrimPrefix(file, "//")
	}
	switch {
	case ok && (file == "" || strings.HasPrefix(file, ":memory:") || strings.ContainsRune(file, 0)):
		return Name{}, errors.New("database: sqlite: and the name of a file")
	case ok:
		return Name{file: file}, nil
	case !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://"):
		return Name{}, errors.New("database: neither sqlite:FILE nor postgres://")
	}
	if _, err := pgxpool.ParseConfig(text); err != nil { // whose text might hold a part of the password
		return Name{}, errors.New("database: no URL of PostgreSQL")
	}
	return Name{dsn: text}, nil
}

// File returns the name of SQLite in that file, as [Parse] would read it.
func File(path string) Name { return Name{file: path} }

// File returns the file of a SQLite database, "" for others.
func (n Name) File() string { return n.file }

// IsZero reports whether no database is named.
func (n Name) IsZero() bool { return n == Name{} }

// String returns the name without what may be a password.
func (n Name) String() string {
	if n.file != "" {
		return "sqlite:" + n.file
	}
	u, err := url.Parse(n.dsn)
	if err != nil || n.IsZero() {
		return ""
	}
	if u.User == nil && strings.Contains(n.dsn, "@") || strings.Count(n.dsn, "@") > 1 { // a password in the wrong place
		return u.Scheme + "://…"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if name := u.User.Username(); name != "" {
		shown.User = url.User(name)
	}
	return shown.String()
}

// Open opens the database, which remembers the environment that it was made for. Close the
// store.
func (n Name) Open(ctx context.Context, environment payment.Environment) (Store, error) {
	switch {
	case n.IsZero():
		return nil, errors.New("database: none is named")
	case n.file != "":
		st, err := sqlite.OpenFile(ctx, n.file, sqlite.Config{Environment: environment})
		if err != nil {
			return nil, err
		}
		return st, nil
	default:
		st, err := postgres.Open(ctx, n.dsn, postgres.Config{Environment: environment})
		if err != nil {
			return nil, err
		}
		return st, nil
	}
}
