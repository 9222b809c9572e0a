package sqlstore

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/pagonline/pagonline/payment"
)

type journal Tables

// Journal returns the event journal.
func (t Tables) Journal() payment.Journal { return journal(t) }

// journalColumns are those of a row's own content; see [content] and [scanEntry].
const journalColumns = `at, creditor, iuv, token, notice, psp, payment_type, component, category, operation, subtype,
	requester, responder, station, channel, size, sha256, answers, http_status, fault, detail, outcome`

// content returns the values of journalColumns.
func content(e *payment.JournalEntry) []any {
	p := &e.Parameters
	return []any{
		e.At.UnixMilli(), e.Creditor, e.IUV, e.Token, e.Notice, e.PSP, e.PaymentType, e.Component, string(e.Category),
		e.Operation, string(e.Subtype), e.Requester, e.Responder, e.Station, e.Channel, p.Size, p.SHA256, p.Answers,
		p.Status, p.Fault, p.Detail, e.Outcome,
	}
}

// scanEntry reads id, seal and journalColumns.
func scanEntry(row Row) (e payment.JournalEntry, err error) {
	p, at := &e.Parameters, int64(0)
	err = row.Scan(
		&e.ID, &e.Seal, &at, &e.Creditor, &e.IUV, &e.Token, &e.Notice, &e.PSP, &e.PaymentType, &e.Component, &e.Category,
		&e.Operation, &e.Subtype, &e.Requester, &e.Responder, &e.Station, &e.Channel, &p.Size, &p.SHA256, &p.Answers,
		&p.Status, &p.Fault, &p.Detail, &e.Outcome,
	)
	e.At = time.UnixMilli(at).UTC()
	return e, err
}

// insertEntry is the statement that adds a row.
var insertEntry = `INSERT INTO journal (` + journalColumns + `) VALUES (` + parameters(1, len(content(&payment.JournalEntry{}))) + `)`

// parameters returns "$first, …", n of them.
func parameters(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", first+i)
	}
	return b.String()
}

func (s journal) Append(ctx context.Context, entries ...payment.JournalEntry) error {
	return s.DB.Join(ctx, func(ctx context.Context) error {
		for i := range entries {
			if err := s.DB.Write(ctx, insertEntry, content(&entries[i])...); err != nil {
				return err
			}
		}
		return nil
	})
}

// journalPage is how many entries are read at a time.
const journalPage = 500

func (s journal) List(ctx context.Context, f payment.JournalFilter) iter.Seq2[payment.JournalEntry, error] {
	var where filter
	where.equal("creditor", f.Creditor)
	where.equal("notice", f.Notice)
	where.equal("iuv", f.IUV)
	where.equal("operation", f.Operation)
	if !f.To.IsZero() {
		where.and("at <", ceilMilli(f.To))
	}
	return func(yield func(payment.JournalEntry, error) bool) {
		next := where.clone()
		if !f.From.IsZero() {
			next.and("at >=", ceilMilli(f.From))
		}
		for full := true; full; {
			page, err := s.entries(ctx, next.String()+` ORDER BY at, id`, journalPage, next.args...)
			if err != nil {
				yield(payment.JournalEntry{}, err)
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
			}
			if full = len(page) == journalPage; full {
				last := page[len(page)-1]
				next = where.clone()
				next.after("at, id", last.At.UnixMilli(), last.ID)
			}
		}
	}
}

// ceilMilli is the first millisecond that is not before t.
func ceilMilli(t time.Time) int64 {
	n := t.UnixMilli()
	if t.After(time.UnixMilli(n)) {
		n++
	}
	return n
}

// after adds a condition on two columns together.
func (f *filter) after(columns string, first, second int64) {
	n := len(f.args)
	f.args = append(f.args, first, second)
	f.conditions = append(f.conditions, fmt.Sprintf("(%s) > ($%d, $%d)", columns, n+1, n+2))
}

// Walk asks for the rest of one seal first: a condition on both columns together would
// look through all of that seal's rows again for every page.
func (s journal) Walk(ctx context.Context, after payment.JournalPlace, limit int) ([]payment.JournalEntry, error) {
	all, err := s.entries(ctx, ` WHERE seal = $1 AND id > $2 ORDER BY id`, limit, after.Seal, after.ID)
	if err != nil || len(all) >= limit {
		return all, err
	}
	more, err := s.entries(ctx, ` WHERE seal > $1 ORDER BY seal, id`, limit-len(all), after.Seal)
	return append(all, more...), err
}

func (s journal) entries(ctx context.Context, rest string, limit int, args ...any) (all []payment.JournalEntry, err error) {
	err = s.DB.Query(ctx, func(row Row) error {
		e, err := scanEntry(row)
		all = append(all, e)
		return err
	}, `SELECT id, seal, `+journalColumns+` FROM journal`+rest+fmt.Sprintf(` LIMIT %d`, limit), args...)
	return all, err
}
