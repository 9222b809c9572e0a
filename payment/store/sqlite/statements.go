package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
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
	args  []driver.NamedValue // of the statement that runs
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

// own returns the connection that database/sql holds.
func own(raw any) (*conn, error) {
	c, ok := raw.(*conn)
	if !ok {
		return nil, errLacks
	}
	return c, nil
}

// exec runs a statement; one without args may be several.
func (c *conn) exec(ctx context.Context, statement string, args ...any) (driver.Result, error) {
	if err := c.take(args); err != nil {
		return nil, err
	}
	return c.ExecContext(ctx, statement, c.args)
}

// query runs a query and hands each row to scan.
func (c *conn) query(ctx context.Context, scan func(sqlstore.Row) error, query string, args ...any) (err error) {
	if err := c.take(args); err != nil {
		return err
	}
	found, err := c.QueryContext(ctx, query, c.args)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	values := make(row, len(found.Columns()))
	for {
		err := found.Next(values)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = scan(values)
		}
		if err != nil {
			return err
		}
	}
}

// take keeps args as the driver wants them.
func (c *conn) take(args []any) error {
	c.args = c.args[:0]
	for i, arg := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return fmt.Errorf("sqlite: parameter $%d: %w", i+1, err)
		}
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return nil
}

// row holds the values of one row, as SQLite has them.
type row []driver.Value

// Scan implements [sqlstore.Row].
func (r row) Scan(dest ...any) error {
	if len(dest) != len(r) {
		return fmt.Errorf("sqlite: %d values for %d", len(r), len(dest))
	}
	for i, d := range dest {
		if !assign(d, r[i]) {
			return fmt.Errorf("sqlite: column %d: %T does not take %T", i, d, r[i])
		}
	}
	return nil
}

// assign puts a value where dest points, if it fits there.
func assign(dest any, value driver.Value) bool {
	to := reflect.ValueOf(dest).Elem()
	switch v := value.(type) {
	case string:
		if p, ok := dest.(*string); ok {
			*p = v
			return true
		}
		if to.Kind() == reflect.String {
			to.SetString(v)
			return true
		}
	case []byte:
		if p, ok := dest.(*[]byte); ok {
			*p = v
			return true
		}
	case int64:
		switch {
		case to.CanInt() && !to.OverflowInt(v):
			to.SetInt(v)
			return true
		case to.CanUint() && v >= 0 && !to.OverflowUint(uint64(v)):
			to.SetUint(uint64(v))
			return true
		}
	}
	return false
}
