package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
)

// remembering makes connections that keep their statements prepared.
type remembering struct{ driver.Connector }

// Connect implements [driver.Connector].
func (r remembering) Connect(ctx context.Context) (driver.Conn, error) {
	plain, err := r.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := plain.(connection)
	if !ok {
		return nil, errors.Join(errLacks, plain.Close())
	}
	return &conn{connection: full, known: map[string]*statement{}}, nil
}

var errLacks = errors.New("sqlite: the driver lacks what is needed")

// connection is what database/sql uses of one.
type connection interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

const (
	// mostKnown bounds how many statements a connection keeps; the tables have about 150.
	mostKnown = 256
	// longestKnown keeps those out that are made for one call, with a list in them.
	longestKnown = 2 << 10
)

// conn is a connection; database/sql gives it to one goroutine at a time.
type conn struct {
	connection
	known map[string]*statement
}

// statement is one that stays prepared. SQLite prepares it again by itself when the
// tables have changed.
type statement struct {
	prepared
	busy bool // its rows are being read
}

// prepared is what database/sql uses of a statement.
type prepared interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// statement returns the prepared form of a query, or nil if it has none that is free.
func (c *conn) statement(ctx context.Context, query string) (*statement, error) {
	if s, ok := c.known[query]; ok {
		if s.busy {
			return nil, nil //nolint:nilnil // the caller does without
		}
		return s, nil
	}
	if len(query) > longestKnown {
		return nil, nil //nolint:nilnil // the caller does without
	}
	if err := c.forget(); err != nil {
		return nil, err
	}
	plain, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	full, ok := plain.(prepared)
	if !ok {
		return nil, errors.Join(errLacks, plain.Close())
	}
	s := &statement{prepared: full}
	c.known[query] = s
	return s, nil
}

// forget makes room for one more statement.
func (c *conn) forget() error {
	for query, s := range c.known {
		if len(c.known) < mostKnown {
			break
		}
		if s.busy {
			continue
		}
		delete(c.known, query)
		if err := s.Close(); err != nil {
			return err
		}
	}
	return nil
}

// ExecContext implements [driver.ExecerContext].
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.connection.ExecContext(ctx, query, args)
	default:
		return s.ExecContext(ctx, args)
	}
}

// QueryContext implements [driver.QueryerContext].
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.connection.QueryContext(ctx, query, args)
	}
	found, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &rows{found, s}, nil
}

// Close implements [driver.Conn].
func (c *conn) Close() error {
	var errs []error
	for _, s := range c.known {
		errs = append(errs, s.Close())
	}
	clear(c.known)
	return errors.Join(append(errs, c.connection.Close())...)
}

// rows give their statement back.
type rows struct {
	driver.Rows
	of *statement
}

// Close implements [driver.Rows].
func (r *rows) Close() error {
	r.of.busy = false
	return r.Rows.Close()
}
