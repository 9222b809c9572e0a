// Package postgres keeps everything in a PostgreSQL database (13 or newer), which many
// instances on many machines may share: for an institution that has outgrown one machine.
//
// A unit of work is a SERIALIZABLE transaction: whatever runs at the same time, in this
// process or another, the result is that of one unit after the other. PostgreSQL ends a
// unit that would break this, or that waits in a circle; its work then runs again, after
// a few tries while no other unit runs, so that it succeeds. What a unit only writes is
// sent along with the next that it reads, or with its commit. If the server then refuses
// it, as for a key that is there already, work runs again, one statement at a time, and
// hears of it where it wrote.
//
// What was committed is on the disk: a server or role whose synchronous_commit is off is
// overruled. If the connection is lost, nothing of the unit is kept and the error has
// [pagonline.CodeUnavailable]; only one that is lost while the unit is being committed
// leaves open whether it was kept, which the same call again finds out. No wait is
// without end: see [Config]. A pool between store and server must keep a connection for a
// session, which has settings and prepared statements.
//
// Errors hold the codes of the server and its names of tables and rules, never a value.
//
// Events get their IDs before they are committed, so that a smaller ID may come to
// light later than a larger one. Lists of events that are not of one position or order,
// and are read outside a unit of work, wait a moment for those that are under way, and
// end before the first one that may still come: who reads on after the last ID that he
// has seen misses none. In a unit they end where the last list outside of one did when
// the unit began, save for what the unit has written itself.
//
// Backup and restore are the server's own. A database that was taken back to an earlier
// hour does not know which notice numbers it has issued since and would issue them again:
// before any program opens it, move them on,
//
//	UPDATE counters SET last = last + 1000000000
//
// as package sqlite does by itself.
//
// A program that has a pool of its own keeps all of this in its database: [Use]. What it
// writes itself joins a unit of work by [Store.Tx], and is kept with it or not at all.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
	"github.com/pagonline/pagonline/receipt/desk"
)

// Store implements the stores of this module: it has the parts of [payment.Store],
// [cart.Store], [quote.Store], [desk.Store] and [identity.Store], and Uses, Archive and Sent
// of package receipt. It is safe for concurrent use.
type Store struct {
	sqlstore.Tables
	db *db
}

var (
	_ payment.Store  = (*Store)(nil)
	_ cart.Store     = (*Store)(nil)
	_ quote.Store    = (*Store)(nil)
	_ desk.Store     = (*Store)(nil)
	_ identity.Store = (*Store)(nil)
)

// Config says how a store works. The zero value is a store for trials.
type Config struct {
	// Environment is remembered by the database, which from then on refuses any
	// other. Default: [payment.Sandbox].
	Environment payment.Environment
	// Schema holds the tables, and is made where it is not there; the program's own
	// statements do not see it (see [Store.Tx]). Default: for [Open] the first one of the
	// search path, for [Use] "pagonline", for many a program has tables named sessions,
	// orders or accounts.
	Schema string
	// Connections is how many connections this instance has at most, and so how many
	// units of work at the same time; one more counts notice numbers. Default: 16. [Use]
	// has those of the program's pool.
	Connections int

	// StatementTimeout is how long one statement may take. Default: 10 s.
	StatementTimeout time.Duration
	// LockTimeout is how long a statement may wait for others. Default: 5 s.
	LockTimeout time.Duration
	// IdleTimeout is how long a unit of work may do something else than use its store,
	// before the server ends it. Default: 30 s.
	IdleTimeout time.Duration
}

func (c Config) withDefaults() Config {
	if c.Environment == "" {
		c.Environment = payment.Sandbox
	}
	if c.Connections <= 0 {
		c.Connections = 16
	}
	for _, d := range []struct {
		set       *time.Duration
		byDefault time.Duration
	}{{&c.StatementTimeout, 10 * time.Second}, {&c.LockTimeout, 5 * time.Second}, {&c.IdleTimeout, 30 * time.Second}} {
		if *d.set <= 0 {
			*d.set = d.byDefault
		}
	}
	return c
}

// Open opens the database that dsn names (a URL postgres://… or words key=value, as
// libpq has them; PGHOST and its like fill what is missing) and brings its tables to the
// newest version: one instance does, the others wait for it. Close it.
//
// A database that cannot be reached is an error with [pagonline.CodeUnavailable].
func Open(ctx context.Context, dsn string, cfg Config) (*Store, error) {
	cfg = cfg.withDefaults()
	d, err := connect(ctx, dsn, cfg)
	if err != nil {
		return nil, err
	}
	return start(ctx, d, cfg)
}

// start sees to the tables.
func start(ctx context.Context, d *db, cfg Config) (*Store, error) {
	s := &Store{Tables: sqlstore.Tables{DB: d, Dialect: sqlstore.Postgres()}, db: d}
	err := d.suits(ctx)
	if err == nil && cfg.Schema != "" {
		err = d.makeSchema(ctx, cfg.Schema)
	}
	if err == nil {
		err = sqlstore.Migrate(ctx, starting{d}, s.Dialect)
	}
	if err == nil {
		err = sqlstore.Remember(ctx, d, "environment", string(cfg.Environment))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("postgres: open: %w", err), s.Close())
	}
	return s, nil
}

// connect makes the two pools.
func connect(ctx context.Context, dsn string, cfg Config) (*db, error) {
	c, err := pgxpool.ParseConfig(dsn)
	if err != nil { // whose text might hold a part of the password
		return nil, errors.New("postgres: the name of the database cannot be read")
	}
	c.ConnConfig.ConnectTimeout = cfg.StatementTimeout
	units, err := newPool(ctx, c, cfg, cfg.Connections)
	if err != nil {
		return nil, err
	}
	d, err := newDB(ctx, units, c, cfg)
	if err != nil {
		units.Close()
	}
	return d, err
}

// newDB has the counting of numbers done by a connection of its own, made after c.
func newDB(ctx context.Context, units *pgxpool.Pool, c *pgxpool.Config, cfg Config) (*db, error) {
	counting, err := newPool(ctx, c, cfg, 1)
	if err != nil {
		return nil, err
	}
	d := &db{units: units, statement: cfg.StatementTimeout, wait: cfg.StatementTimeout + cfg.LockTimeout}
	d.numbers = numbers{counting: counting, db: d, turn: make(chan struct{}, 1), pool: map[counter][]uint64{}, next: map[counter]int{}}
	d.opening(cfg)
	return d, nil
}

// newPool makes a pool after c, which connects when it is asked to.
func newPool(ctx context.Context, c *pgxpool.Config, cfg Config, size int) (*pgxpool.Pool, error) {
	c = c.Copy()
	c.MaxConns, c.MinConns, c.MinIdleConns = int32(min(size, 10_000)), 0, 0
	settings := c.ConnConfig.RuntimeParams
	settings["default_transaction_isolation"] = "read committed" // of what is read outside a unit
	for _, set := range cfg.settings() {
		settings[set.name] = set.value
	}
	first := c.AfterConnect // the program's
	c.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		if first != nil {
			if err := first(ctx, conn); err != nil {
				return err
			}
		}
		return durable(ctx, conn)
	}
	p, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, errors.New("postgres: the name of the database cannot be used")
	}
	return p, nil
}

// setting is one of the server's, for our connections or for our transactions.
type setting struct{ name, value string }

func (c Config) settings() []setting {
	return []setting{
		{"statement_timeout", millis(c.StatementTimeout)},
		{"lock_timeout", millis(c.LockTimeout)},
		{"idle_in_transaction_session_timeout", millis(c.IdleTimeout)},
		// A unit that reads a small table from end to end would seem to conflict with
		// everybody who writes there.
		{"enable_seqscan", "off"},
		// What is read so all the same, such as a sequence, seems so dear then that the server
		// would compile the query first, for longer than anything here takes.
		{"jit", "off"},
	}
}

func millis(d time.Duration) string { return strconv.FormatInt(max(1, d.Milliseconds()), 10) }

// Do runs work as one unit, which is kept as a whole or not at all; see [payment.Store].
func (s *Store) Do(ctx context.Context, work func(ctx context.Context) error) error {
	return s.db.Do(ctx, work)
}

// Numbers returns the counters of notice numbers.
func (s *Store) Numbers() payment.Numbers { return &s.db.numbers }

// Close ends all connections, once the work that is under way has ended; those of a
// program's pool are the program's.
func (s *Store) Close() error {
	if !s.db.borrowed {
		s.db.units.Close()
	}
	s.db.numbers.counting.Close()
	return nil
}
