package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pagonline/pagonline"
)

// failure is what the server says of a statement, without the values in it.
type failure struct {
	code        string // SQLSTATE
	table, rule string // "" where there is none
	message     string // only where it holds no value
}

// Error returns the parts that there are.
func (f failure) Error() string {
	parts := []string{"postgres: SQLSTATE " + f.code, f.table, f.rule, f.message}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), ", ")
}

// The codes are those of PostgreSQL's manual, appendix A.
const (
	uniqueViolation      = "23505"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	raised               = "P0001" // by a trigger of ours
	idleTimeout          = "25P03"
	readOnly             = "25006" // a server that follows another one
	syntaxOrAccess       = "42"
)

// passing are classes of failures that have nothing to do with the statement:
// connections, resources, locks, the operator's doing, the system's.
var passing = []string{"08", "53", "55", "57", "58", "40"}

func failureOf(e *pgconn.PgError) failure {
	f := failure{code: e.Code, table: e.TableName, rule: e.ConstraintName}
	if e.Code == raised || strings.HasPrefix(e.Code, syntaxOrAccess) {
		f.message = e.Message
	}
	return f
}

func (f failure) conflict() bool  { return f.code == serializationFailure || f.code == deadlockDetected }
func (f failure) duplicate() bool { return f.code == uniqueViolation }

func (f failure) passes() bool {
	return f.code == idleTimeout || f.code == readOnly || slices.Contains(passing, f.code[:min(2, len(f.code))])
}

// public says of an error what others may know of it, and whether the same call may
// succeed later. Without a conn there was no connection to be had.
func public(ctx context.Context, conn *pgxpool.Conn, err error) error {
	if err == nil {
		return nil
	}
	if s, ok := errors.AsType[scanned](err); ok {
		return s.error
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		f := failureOf(e)
		if f.passes() {
			return pagonline.NewError(pagonline.CodeUnavailable).Because(f)
		}
		return f
	}
	if conn == nil || conn.Conn().IsClosed() || conn.Conn().PgConn().IsBusy() {
		return pagonline.NewError(pagonline.CodeUnavailable).Because(lost(err))
	}
	return fmt.Errorf("postgres: %T", err) // whose text might hold a value
}

// lost says how the connection ended: the driver's own text names the server at most.
func lost(err error) error {
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("postgres: connection: %w", e)
	}
	return fmt.Errorf("postgres: connection: %T", err)
}

// IsDuplicate implements [sqlstore.DB].
func (d *db) IsDuplicate(err error) bool {
	f, ok := errors.AsType[failure](err)
	return ok && f.duplicate()
}

// texts replaces what PostgreSQL cannot hold in a text: bytes that are no UTF-8, and NUL.
func texts(args []any) []any {
	for i, arg := range args {
		if s, ok := arg.(string); ok {
			args[i] = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
		}
	}
	return args
}
