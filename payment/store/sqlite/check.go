package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pagonline/pagonline/payment"
)

// Finding is a rule that what is stored breaks. It names no person.
type Finding struct {
	Rule  string `json:"rule"`  // as in "integrity"
	Means string `json:"means"` // what is wrong
	Count int    `json:"count"` // how often
	First string `json:"first"` // where: the first one, or SQLite's own words
}

// rule is a query that returns what breaks it.
type rule struct{ name, means, query string }

// damage are the rules of the file itself.
var damage = []rule{
	{"integrity", "the file is damaged", `PRAGMA integrity_check`},
	{"references", "a row refers to one that is not there", `SELECT "table" || ' ' || coalesce(rowid, '') FROM pragma_foreign_key_check`},
}

// sense are the rules of what stands in it.
var sense = []rule{
	{
		"counters", "a notice number was issued that its counter will issue again",
		`SELECT creditor || '/' || max(number) FROM positions WHERE number LIKE '3%' GROUP BY creditor, substr(number, 2, 2)
		HAVING CAST(substr(max(number), 4, 13) AS INTEGER) > coalesce((SELECT last FROM counters c
			WHERE c.creditor = positions.creditor AND c.segregation = CAST(substr(number, 2, 2) AS INTEGER)), 0)`,
	},
	{
		"paid", "a position is paid and has no receipt",
		`SELECT creditor || '/' || number FROM positions p WHERE status IN (` + settled() + `)
		AND NOT EXISTS (SELECT 1 FROM rts r WHERE r.issuer = p.creditor AND r.number = p.number AND r.creditor = r.issuer)`,
	},
	{
		"receipts", "a receipt has paid no position",
		`SELECT r.creditor || '/' || r.receipt_id FROM rts r WHERE r.creditor = r.issuer AND NOT EXISTS (
			SELECT 1 FROM positions p WHERE p.creditor = r.issuer AND p.number = r.number AND p.status IN (` + settled() + `))`,
	},
	{
		"events", "a receipt has no event",
		`SELECT r.creditor || '/' || r.receipt_id FROM rts r WHERE NOT EXISTS (
			SELECT 1 FROM events e WHERE e.creditor = r.issuer AND e.number = r.number AND e.receipt_id = r.receipt_id)`,
	},
}

// settled lists the states of what is paid.
func settled() string {
	var all []string
	for _, s := range []payment.Status{payment.Paid, payment.Reported, payment.Reconciled} {
		all = append(all, "'"+string(s)+"'")
	}
	return strings.Join(all, ", ")
}

// Check looks whether what is stored can be true: the file is whole (PRAGMA
// integrity_check), rows refer to what is there, no counter stands below a number that
// was issued, what is paid has a receipt and the other way round, and each receipt has
// its event. It returns a finding for each rule that is broken, none if all is well. It
// reads one table at a time, while others read and write.
//
// Journal and archive have checks of their own: [payment.Cashier.VerifyJournal], and
// [github.com/pagonline/pagonline/receipt.Export].
func (s *Store) Check(ctx context.Context) ([]Finding, error) {
	findings, err := s.check(ctx, damage)
	if err != nil || len(findings) > 0 { // the rest would read what is damaged
		return findings, err
	}
	return s.check(ctx, sense)
}

func (s *Store) check(ctx context.Context, rules []rule) (findings []Finding, err error) {
	for _, r := range rules {
		f := Finding{Rule: r.name, Means: r.means}
		if f.Count, f.First, err = s.db.broken(ctx, r.query); err != nil {
			return findings, public(fmt.Errorf("sqlite: check %s: %w", r.name, err))
		}
		if f.Count > 0 {
			findings = append(findings, f)
		}
	}
	return findings, nil
}

// broken counts the rows of a query. SQLite's "ok" is none.
func (d *db) broken(ctx context.Context, query string) (n int, first string, err error) {
	rows, err := d.reader.QueryContext(ctx, query)
	if err != nil {
		return 0, "", err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var said string
		if err := rows.Scan(&said); err != nil {
			return 0, "", err
		}
		if said == "ok" {
			continue
		}
		if n++; n == 1 {
			first = said
		}
	}
	return n, first, rows.Err()
}
