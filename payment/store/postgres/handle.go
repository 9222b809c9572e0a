package postgres

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
)

// Use opens the store in the database of a program that has a pool already: what the
// program writes by [Store.Tx] is kept together with what the store writes, or not at all.
// Close the store before the pool, which stays open.
//
// Units of work, and what is read outside of them, take connections of the pool, one at a
// time each, so a pool that is always empty makes them wait and fail. The tables are in a
// schema of their own ([Config.Schema]). What the store needs of a connection it sets for
// its transactions only: timeouts, a planner that reads by index, a commit that waits for
// the disk. The connection goes back to the pool as it came. One connection more, made as
// the pool makes its own, counts notice numbers: those that were given out must not come
// back when a transaction is undone, and a unit must not wait for a second connection of
// its own pool.
//
// A tracer of the pool sees the values of the store's statements, which hold personal data.
//
// A transaction that the program began itself cannot be joined: a unit of work has to be
// serializable from its first statement, and to run again, as a whole, when the server ends
// it for the sake of another.
func Use(ctx context.Context, pool *pgxpool.Pool, cfg Config) (*Store, error) {
	if cfg.Schema == "" {
		cfg.Schema = "pagonline"
	}
	cfg = cfg.withDefaults()
	d, err := newDB(ctx, pool, pool.Config(), cfg)
	if err != nil {
		return nil, err
	}
	d.borrow(cfg)
	return start(ctx, d, cfg)
}

// stash is where a transaction keeps the program's search path.
const stash = "pagonline.search_path"

// opening prepares what transactions begin with that have a schema of ours.
func (d *db) opening(cfg Config) {
	if cfg.Schema == "" {
		return
	}
	d.schema = identifier(cfg.Schema)
	// A temporary table of the program's would be found first, if it were not said to be last.
	d.ours = "SELECT set_config('search_path', '" + strings.ReplaceAll(d.schema, "'", "''") + ", pg_temp', true)"
	d.theirs = "SELECT set_config('search_path', current_setting('" + stash + "'), true)"
	d.opens = []string{"SELECT set_config('" + stash + "', current_setting('search_path'), true)", d.ours}
}

// borrow prepares what transactions begin with on connections that have other settings
// than ours.
func (d *db) borrow(cfg Config) {
	d.borrowed = true
	for _, s := range cfg.settings() {
		d.sets = append(d.sets, "SET LOCAL "+s.name+" = '"+s.value+"'")
	}
	d.opens = append(d.opens, "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' "+
		"ELSE current_setting('synchronous_commit') END, true)")
}

// begin adds to what a transaction begins with. The turn is still taken before anything
// that takes a snapshot.
func (d *db) begin(with []string) []string {
	if d.schema == "" {
		return with
	}
	all := append([]string{with[0]}, d.sets...)
	for _, statement := range with[1:] {
		all = append(all, strings.Replace(statement, "TABLE turn", "TABLE "+d.schema+".turn", 1))
	}
	return append(all, d.opens...)
}

// opened has run read as in [db.begin].
func (d *db) opened(ctx context.Context, conn *pgxpool.Conn, run func(context.Context, *pgxpool.Conn) error) (err error) {
	if d.schema == "" {
		return run(ctx, conn)
	}
	begin := d.begin([]string{"BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"})
	if _, err := conn.Exec(ctx, strings.Join(begin, "; ")); err != nil {
		return err
	}
	defer func() {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if _, end := conn.Exec(bounded, "ROLLBACK"); err == nil { // nothing was written
			err = end
		}
	}()
	return run(ctx, conn)
}

// makeSchema makes the schema where there is none, for which a role needs a right that it
// needs for nothing else.
func (d *db) makeSchema(ctx context.Context, name string) error {
	return starting{d}.Do(ctx, func(ctx context.Context) error {
		var there int
		err := d.Query(ctx, func(row sqlstore.Row) error { return row.Scan(&there) },
			"SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = $1", name)
		if err != nil || there > 0 {
			return err
		}
		_, err = d.Exec(ctx, "CREATE SCHEMA "+identifier(name))
		return err
	})
}

func identifier(name string) string { return pgx.Identifier{name}.Sanitize() }

// path says whose names statements find first.
type path int

const (
	ourPath     path = iota // the schema of the store
	theirPath               // what the program has set
	unknownPath             // what a part that was undone had set
)

// onPath has the next statement find the names of who sends it. That goes out before the
// statement and not along with it, for the server would look for the names too early.
func (u *unit) onPath(ctx context.Context, p path) error {
	if u.db.schema == "" || u.path == p && u.conn != nil {
		return nil
	}
	if err := u.ready(ctx); err != nil {
		return err
	}
	switch {
	case u.path == p: // which the unit begins with
	case p == ourPath:
		u.wait(u.db.ours)
	default:
		u.wait(u.db.theirs)
	}
	u.path = p
	return u.flush(ctx)
}

// errEnded is about a program that ends a transaction which is not its own.
var errEnded = errors.New("postgres: a statement of the program's ended the transaction of its unit of work")
