package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/database"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// books are the database with the cashier who keeps it.
type books struct {
	store    database.Store
	cashier  *payment.Cashier
	handlers []handler // who waits for events: the archive, the post
	tasks    []task
}

// place is where a call finds its database and its keys.
type place struct {
	dir, named string        // -data and -database
	database   database.Name // what they come to
}

// withData declares -data and -database, of which one must be given, and where a database
// must be unless the call creates it.
func (c *call) withData() *place {
	p := c.placeFlags("cartella della base dati e delle chiavi / directory of the database and of the keys")
	c.checks = append(c.checks, func() string {
		if !p.given() {
			return "-data DIR | -database sqlite:FILE | -database postgres://…"
		}
		return p.find(c.creates)
	})
	return p
}

func (c *call) placeFlags(about string) *place {
	p := &place{}
	c.fs.StringVar(&p.dir, "data", "", about)
	c.fs.StringVar(&p.named, "database", "", "base dati, invece di quella della cartella / database, instead of that of the directory: sqlite:FILE | postgres://…")
	return p
}

func (p *place) given() bool { return p.dir != "" || p.named != "" }

// find says what is wrong with where the flags say that the database is.
func (p *place) find(creates bool) string {
	p.database = database.File(filepath.Join(p.dir, sqlite.FileName))
	if p.named != "" {
		var err error
		if p.database, err = database.Parse(p.named); err != nil { // which does not repeat it
			return "-" + err.Error()
		}
	}
	file := p.database.File()
	if _, err := os.Stat(file); file != "" && !creates && errors.Is(err, fs.ErrNotExist) {
		return p.String() + ": qui non c'è una base dati / there is no database here"
	}
	return "" // what else may be wrong is told when it is opened
}

// String returns what was given, without a password.
func (p *place) String() string {
	if p.named == "" {
		return "-data " + p.dir
	}
	return "-database " + p.database.String()
}

// isFile demands a database that is a file.
func (c *call) isFile(p *place) {
	c.checks = append(c.checks, func() string {
		if p.database.File() == "" {
			return "solo per SQLite; PostgreSQL ha pg_dump e pg_restore / for SQLite only; PostgreSQL has pg_dump and pg_restore"
		}
		return ""
	})
}

// withKeys demands the directory of the keys if the call needs them.
func (c *call) withKeys(p *place, needs func() bool) {
	c.checks = append(c.checks, func() string {
		if p.dir == "" && needs() {
			return "-data DIR: le chiavi / the keys"
		}
		return ""
	})
}

// open opens the database, and closes it after work.
func (c *call) open(ctx context.Context, at *place, work func(*books) error) (err error) {
	if at.named == "" && c.creates {
		if err := os.MkdirAll(at.dir, 0o700); err != nil {
			return fmt.Errorf("data: %w", err)
		}
	}
	st, err := at.database.Open(ctx, payment.Sandbox)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return work(&books{store: st, cashier: payment.NewCashier(st, payment.Config{})})
}
