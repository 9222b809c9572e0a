package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// books are the database with the cashier who keeps it.
type books struct {
	store    *sqlite.Store
	cashier  *payment.Cashier
	delivers bool   // the cashier hands events to the archive, and to the post
	waits    string // why some of them wait, as was told
}

// withData declares -data, which must be given, and where a database must be unless the
// call creates it.
func (c *call) withData() *string {
	dir := c.fs.String("data", "", "cartella della base dati / directory of the database")
	c.checks = append(c.checks, func() string {
		_, err := os.Stat(filepath.Join(*dir, sqlite.FileName))
		switch {
		case *dir == "":
			return "-data DIR"
		case !c.creates && errors.Is(err, fs.ErrNotExist):
			return fmt.Sprintf("-data %s: qui non c'è una base dati / there is no database here", *dir)
		default:
			return "" // what else may be wrong is told when it is opened
		}
	})
	return dir
}

// open opens the database in dir, and closes it after work.
func (c *call) open(ctx context.Context, dir string, work func(*books) error) (err error) {
	st, err := sqlite.Open(ctx, dir, sqlite.Config{Environment: payment.Sandbox})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return work(&books{store: st, cashier: payment.NewCashier(st, payment.Config{})})
}
