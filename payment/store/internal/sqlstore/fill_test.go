package sqlstore_test

import (
	"database/sql"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// What the rows of a table are made of: i counts them from 1.
var words = strings.NewReplacer(
	// The notice number with serial i of segregation code 1.
	"{number}", "CAST((3010000000000000 + i) * 100 + (3010000000000000 + i) % 93 AS TEXT)",
	"{owner}", "('owner-' || CAST(10000000 + i / 20 AS TEXT))",
	"{institute}", "('AS-' || CAST(i % 10 AS TEXT))",
	"{i}", "CAST(10000000 + i AS TEXT)", // in their order as texts too
	// One of 336 days, of 3000 notices each.
	"{day}", "('2026-' || substr('010203040506070809101112', 1 + 2 * (i / 84000 % 12), 2) || '-' || "+
		"substr('01020304050607080910111213141516171819202122232425262728', 1 + 2 * (i / 3000 % 28), 2))",
)

// rows is a table, how many rows it gets for 1000 positions, and what is in them. $1 is
// the document.
type rows struct {
	share   int
	table   string
	columns string
	values  string
	doc     any
}

// tables are those that grow. What is pending, open or yet to be delivered is a few rows
// of many, and nothing of it has expired.
func tables() []rows {
	p := storetest.Position(1)
	p.Metadata, p.Transfers = nil, p.Transfers[:1]
	p.Transfers[0].Metadata = nil
	r := storetest.Receipt(p, "{iur}")
	r.Raw, r.Metadata, r.Payer, r.Transfers[0].Stamp, r.Transfers[0].Metadata = nil, nil, nil, nil, nil
	o := payment.Order{ID: "order-{id}", Owner: "owner", Positions: []payment.Key{p.Key}, Status: payment.OrderTakenInCharge, Location: "https://pay.example.org"}
	q, c, login := storetest.Quote(1), storetest.Case(1), storetest.Login(1)
	const far = "'9999-12-31T00:00:00.000000000Z'"
	number := "replace(replace($1, '" + p.Number.String() + "', {number}), '" + p.Number.IUV().String() + "', substr({number}, 2))"
	return []rows{
		{1000, "positions", "creditor, number, owner, debt, status, last_day, doc", "'99999000013', {number}, {owner}, 'debt-' || {i}, 'open', {day}, replace(" + number + ", 'debt-1', 'debt-' || {i})", p},
		{1000, "orders", "id, status, doc", "'order-' || {i}, 'paid', replace(" + number + ", '{id}', {i})", o},
		{1000, "order_positions", "creditor, number, order_seq", "'99999000013', {number}, i", nil},
		{
			1000, "rts", "creditor, receipt_id, issuer, number, doc, raw",
			"'99999000013', 'iur-' || {i}, '99999000013', {number}, replace(replace(" + number + ", '{iur}', 'iur-' || {i}), '2026-11-23T', {day} || 'T'), {raw}", r,
		},
		{1000, "events", "kind, creditor, number, order_id, receipt_id, at, delivered", "'position.opened', '99999000013', {number}, '', '', {day} || 'T10:00:00.000000000Z', 1", nil},
		{1000, "events", "kind, creditor, number, order_id, receipt_id, at, delivered", "'order.sent', '', '', 'order-' || {i}, '', {day} || 'T10:00:00.000000000Z', 1", nil},
		{
			1000, "events", "kind, creditor, number, order_id, receipt_id, at, delivered",
			"'position.paid', '99999000013', {number}, '', 'iur-' || {i}, {day} || 'T10:00:00.000000000Z', CASE WHEN i % 1000 = 0 THEN 0 ELSE 1 END", nil,
		},
		{1000, "journal", journalColumns, strings.ReplaceAll(journalValues, "{subtype}", "REQ"), nil},
		{1000, "journal", journalColumns, strings.ReplaceAll(journalValues, "{subtype}", "RESP"), nil},
		{
			250, "quotes", "id, code, institute, protocol, addressee, status, doc",
			"'quote-' || {i}, 'code-' || {i}, {institute}, {i}, {owner}, CASE WHEN i % 100 = 0 THEN 'issued' ELSE 'paid' END, $1", q,
		},
		{250, "desk_cases", "id, institute, protocol, pending, doc", "'case-' || {i}, {institute}, {i}, CASE WHEN i % 200 = 0 THEN 1 ELSE 0 END, $1", c},
		{250, "desk_positions", "creditor, number, case_id", "'99999000013', {number}, 'case-' || {i}", nil},
		{10, "help_cases", "id, owner, status, doc", "'help-' || {i}, {owner}, 'closed', '{}'", nil},
		{100, "receipt_uses", "creditor, receipt, request", "'99999000013', 'iur-' || {i}, 'quote-' || {i}", nil},
		{
			250, "archive", "creditor, receipt_id, kind, day, at, size, digest, content",
			"'99999000013', 'iur-' || {i}, 'pdf', {day}, {day} || 'T10:00:00.000000000Z', 3, {raw}, {raw}", nil,
		},
		{100, "sent", "id, fate, claimed, at, note", "'mail-' || {i}, 'sent', '', {day} || 'T10:00:00.000000000Z', ''", nil},
		{
			10, "quarantine", "operation, reason, digest, raw, received_at, times, resolved_at, resolved_by, note, noted",
			"'paSendRTV2', 'reason-' || {i}, {raw}, {raw}, {day} || 'T10:00:00.000000000Z', 1, {day} || 'T10:00:00.000000000Z', 'clerk', 'x', 1", nil,
		},
		{10, "quarantine_notices", "number, message", "{number}, i", nil},
		{100, "carts", "id, doc", "'cart-' || {i}, '{}'", nil},
		{10, "pendings", "handle, expires, doc", "'handle-' || {i}, " + far + ", '{}'", nil},
		{10, "replays", "key, expires", "'key-' || {i}, " + far, nil},
		{
			100, "exchanges", "at, request_id, response_id, assertion_id, subject, doc",
			"{day} || 'T10:00:00.000000000Z', '_q-' || {i}, '_r-' || {i}, '_a-' || {i}, 'subject-' || CAST(10000000 + i / 20 AS TEXT), '{}'", nil,
		},
		{
			100, "sessions", "id, owner, name_id, idp, scheme, session_index, expires, doc",
			"'session-' || {i}, {owner}, 'name-' || {i}, 'idp', 'spid', '_i-' || {i}, " + far + ", $1", login,
		},
		{100, "accounts", "id, email, doc", "'account-' || {i}, 'mail-' || {i} || '@example.org', '{}'", nil},
		{100, "contacts", "owner, doc", "'owner-' || {i}, '{}'", nil},
		{10, "tokens", "hash, holder, purpose, expires, doc", "'hash-' || {i}, 'account-' || {i}, 'change', " + far + ", '{}'", nil},
		{10, "attempts", "key, ends, count", "'key-' || {i}, " + far + ", 1", nil},
	}
}

const (
	journalColumns = `at, creditor, iuv, token, notice, psp, payment_type, component, category, operation, subtype,
		requester, responder, station, channel, size, sha256, answers, http_status, fault, detail, outcome, seal`
	journalValues = `1700000000000 + i, '99999000013', substr({number}, 2), '', {number}, 'ABI00000', 'CP', 'station', 'INTERFACE',
		'paVerifyPaymentNotice', '{subtype}', 'NodoDeiPagamentiSPC', '88888888888_01', '88888888888_01', 'c', 1000,
		'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', '', 200, '', '', 'OK', 1 + i / 200`
)

// fill puts n positions into a database, with all that hangs on them, by a few statements
// that go by no store.
func fill(t testing.TB, d database, db *sql.DB, n int) {
	t.Helper()
	raw := "X'00ff'"
	if d.driver == "pgx" {
		raw = `'\x00ff'::bytea`
		run(t, db, "SET synchronous_commit = off")
	} else {
		run(t, db, "PRAGMA synchronous = OFF")
		run(t, db, "PRAGMA journal_mode = OFF")
		run(t, db, "PRAGMA cache_size = -400000")
	}
	for _, r := range tables() {
		statement := d.series(max(1, n*r.share/1000)) + "INSERT INTO " + r.table + " (" + r.columns + ") SELECT " +
			strings.ReplaceAll(words.Replace(r.values), "{raw}", raw) + " FROM n"
		if r.doc == nil {
			run(t, db, statement)
			continue
		}
		doc, err := json.Marshal(r.doc)
		require.NoError(t, err)
		run(t, db, statement, string(doc))
	}
	if d.driver == "pgx" {
		run(t, db, "ANALYZE")
		run(t, db, "RESET synchronous_commit")
	}
}
