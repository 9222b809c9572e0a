package sqlstore_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// statement is one that the store issued, with the values of one time.
type statement struct {
	text string
	args []any
}

// complaints are what is wrong with the way that a database takes to the rows of a
// statement; none if it looks at few.
type complaints []string

// recorder remembers the statements that pass.
type recorder struct {
	sqlstore.DB
	seen *seen
}

type seen struct {
	mu    sync.Mutex
	texts map[string][]any
}

func (s *seen) note(text string, args []any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.texts[text]; !ok {
		s.texts[text] = slices.Clone(args)
	}
}

// Exec implements [sqlstore.DB].
func (r recorder) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	r.seen.note(text, args)
	return r.DB.Exec(ctx, text, args...)
}

// Query implements [sqlstore.DB].
func (r recorder) Query(ctx context.Context, scan func(sqlstore.Row) error, text string, args ...any) error {
	r.seen.note(text, args)
	return r.DB.Query(ctx, scan, text, args...)
}

// exports are the lists that go through a table from one end to the other, by pages: no
// page before a payer or a clerk waits for one.
var exports = map[string]string{
	"FROM positions WHERE creditor = $1 ORDER BY":                "all notices of a creditor",
	"FROM positions WHERE creditor = $1 AND seq < $2 ORDER BY":   "all notices of a creditor",
	"FROM positions WHERE debt = $1":                             "a debt of nobody knows which creditor",
	"FROM exchanges WHERE at >= $1":                              "the log of sign-ins since a day",
	"FROM exchanges WHERE request_id = $1 AND assertion_id = $2": "found by the first",
	"FROM journal WHERE operation = $1":                          "the journal of one operation",
	"FROM journal WHERE creditor = $1 ORDER BY":                  "the journal of one creditor",
}

// unsettled lists the events that others may still be writing: it looks at those that were
// committed while one of them was.
const unsettled = "CASE WHEN tx = pg_current_xact_id_if_assigned()"

func isExport(text string) bool {
	for part := range exports {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// TestPlans: whatever statement the store issues while it is put through its contract is
// answered by an index, without going through a table that grows or sorting it. A new
// statement that is not is found here.
func TestPlans(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: runs the whole contract of the stores")
	}
	onEach(t, func(t *testing.T, d database) {
		t.Parallel()
		issued := &seen{texts: map[string][]any{}}
		t.Run("contract", func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) storetest.Store {
				t.Helper()
				st := d.store(t, d.create(t))
				tables := d.tables(t, st)
				tables.DB = recorder{tables.DB, issued}
				return st
			})
		})
		db := d.raw(t, d.at(t, len(d.files(t))))
		fill(t, d, db, 4000)
		for _, bad := range []string{ // each of which it must find
			`SELECT doc FROM positions WHERE status = $1 ORDER BY seq DESC LIMIT 100`,
			`SELECT doc FROM positions WHERE status = $1 AND seq > 7 ORDER BY seq LIMIT 100`,
			`SELECT doc FROM positions WHERE owner <> $1 ORDER BY doc LIMIT 1`,
			`DELETE FROM events WHERE kind = $1`,
		} {
			require.NotEmpty(t, d.explain(t, db, statement{bad, []any{"x"}}), bad)
		}
		require.Greater(t, len(issued.texts), 80, "statements")
		looked := 0
		for text, args := range issued.texts {
			if isExport(text) || !looksForRows(text) {
				continue
			}
			looked++
			for _, complaint := range d.explain(t, db, statement{text, args}) {
				t.Errorf("%s\n\t%s", strings.Join(strings.Fields(text), " "), complaint)
			}
		}
		t.Logf("%d statements, %d of which look for rows", len(issued.texts), looked)
	})
}

// looksForRows reports whether a statement has rows to find.
func looksForRows(text string) bool {
	return !strings.HasPrefix(text, "INSERT") || strings.Contains(text, "SELECT")
}

// Tables that do not grow.
var small = []string{"meta", "counters", "turn"}

var (
	scanned  = regexp.MustCompile(`^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?`)
	searched = regexp.MustCompile(`^SEARCH (\w+) (.*)$`)
	equality = regexp.MustCompile(`(?i)(?:WHERE|AND) \(?(?:\w+\.)?\w+ (?:= \$|IN \()`)
)

// explainSQLite reads the plan: SQLite has one for each statement, whatever its values.
func explainSQLite(t testing.TB, db *sql.DB, s statement) (c complaints) {
	t.Helper()
	for _, detail := range column[string](t, db, 3, "EXPLAIN QUERY PLAN "+s.text, s.args...) {
		if m := scanned.FindStringSubmatch(detail); m != nil && !slices.Contains(small, m[1]) && !partial(t, db, m[2]) && !bounded(s.text) {
			c = append(c, detail)
		}
		// A search that only begins at a place goes through all the rest.
		if m := searched.FindStringSubmatch(detail); m != nil && equality.MatchString(s.text) && !strings.Contains(m[2], "=?") {
			c = append(c, detail+": not by what must be equal")
		}
		if strings.HasPrefix(detail, "USE TEMP B-TREE") {
			c = append(c, detail)
		}
	}
	return c
}

// column returns one column of what a query finds.
func column[T any](t testing.TB, db *sql.DB, n int, query string, args ...any) (values []T) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	require.NoError(t, err, query)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		var v T
		row := make([]any, len(names))
		for i := range row {
			row[i] = new(any)
		}
		row[n] = &v
		require.NoError(t, rows.Scan(row...))
		values = append(values, v)
	}
	require.NoError(t, rows.Err())
	return values
}

// bounded reports whether a statement without conditions takes the first rows only.
func bounded(text string) bool {
	return !strings.Contains(text, "WHERE") && strings.Contains(text, "LIMIT")
}

// partial reports whether an index holds a few rows of its table only.
func partial(t testing.TB, db *sql.DB, index string) bool {
	t.Helper()
	const query = "SELECT sql LIKE '% WHERE %' FROM sqlite_schema WHERE type = 'index' AND name = ? AND sql IS NOT NULL"
	return slices.Contains(column[bool](t, db, 0, query, index), true)
}

// node is a step of a plan of PostgreSQL, as it was taken.
type node struct {
	Kind     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Index    string  `json:"Index Name"`
	Rows     float64 `json:"Actual Rows"`
	Loops    float64 `json:"Actual Loops"`
	Removed  float64 `json:"Rows Removed by Filter"`
	Rechecks float64 `json:"Rows Removed by Index Recheck"`
	Plans    []node  `json:"Plans"`
}

// mostRows is how many rows a step may look at: a page of the journal, and some.
const mostRows = 700

// explainPostgres runs the statement, undoes it, and counts the rows that each step had in
// its hands. Planned as the store has it planned.
func explainPostgres(t testing.TB, db *sql.DB, s statement) (c complaints) {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.ExecContext(t.Context(), "SET LOCAL enable_seqscan = off")
	require.NoError(t, err)
	var text string
	err = tx.QueryRowContext(t.Context(), "EXPLAIN (ANALYZE, FORMAT JSON) "+s.text, texts(s.args)...).Scan(&text)
	require.NoError(t, err, s.text)
	var plans []struct{ Plan node }
	require.NoError(t, json.Unmarshal([]byte(text), &plans))
	var look func(n node)
	look = func(n node) {
		if looked := (n.Rows + n.Removed + n.Rechecks) * n.Loops; looked > mostRows && !strings.Contains(s.text, unsettled) && !slices.Contains(small, n.Relation) {
			c = append(c, fmt.Sprintf("%s %s %s: %.0f rows", n.Kind, n.Relation, n.Index, looked))
		}
		if n.Kind == "Seq Scan" && !slices.Contains(small, n.Relation) {
			c = append(c, n.Kind+" "+n.Relation)
		}
		for _, inner := range n.Plans {
			look(inner)
		}
	}
	for _, p := range plans {
		look(p.Plan)
	}
	return c
}

// texts are the values as the store hands them to PostgreSQL, which has no zero byte in a
// text.
func texts(args []any) []any {
	cleaned := slices.Clone(args)
	for i, a := range cleaned {
		if s, ok := a.(string); ok {
			cleaned[i] = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
		}
	}
	return cleaned
}
