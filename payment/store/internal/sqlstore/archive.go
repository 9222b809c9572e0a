package sqlstore

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
)

// Archive returns the documents of receipts.
func (t Tables) Archive() receipt.Archive { return archive(t) }

// Sent returns what was sent by mail.
func (t Tables) Sent() receipt.Sent { return sent(t) }

type (
	archive Tables
	sent    Tables
)

func (s archive) Put(ctx context.Context, d receipt.Document) error {
	if err := d.Check(); err != nil {
		return err
	}
	return s.DB.Do(ctx, func(ctx context.Context) error {
		added, err := s.DB.Exec(ctx, `INSERT INTO archive (creditor, receipt_id, kind, day, at, size, digest, content)
			VALUES (`+parameters(1, 8)+`) ON CONFLICT (creditor, receipt_id, kind) DO NOTHING`,
			d.Creditor, d.ReceiptID, string(d.Kind), d.Day.String(), instant(d.At), d.Size, d.SHA256[:], d.Content)
		if err != nil || added == 1 {
			return err
		}
		before, err := s.list(ctx, `WHERE creditor = $1 AND receipt_id = $2 AND kind = $3`, d.Creditor, d.ReceiptID, string(d.Kind))
		if err == nil && len(before) == 1 {
			err = d.Again(before[0])
		}
		return err
	})
}

func (s archive) Get(ctx context.Context, k receipt.DocumentKey) (receipt.Document, error) {
	const where = `WHERE creditor = $1 AND receipt_id = $2 AND kind = $3`
	found, err := s.list(ctx, where, k.Creditor, k.ReceiptID, string(k.Kind))
	if err == nil && len(found) == 0 {
		err = pagonline.NewError(pagonline.CodeNotFound)
	}
	if err != nil {
		return receipt.Document{}, err
	}
	d := receipt.Document{Record: found[0]}
	err = s.DB.Query(ctx, func(row Row) error { return row.Scan(&d.Content) },
		`SELECT content FROM archive `+where, k.Creditor, k.ReceiptID, string(k.Kind))
	if err == nil {
		err = d.Verify()
	}
	if err != nil {
		return receipt.Document{}, err
	}
	return d, nil
}

func (s archive) List(ctx context.Context, p receipt.Period) iter.Seq2[receipt.Record, error] {
	return func(yield func(receipt.Record, error) bool) {
		to := "9999-12-31"
		if !p.To.IsZero() {
			to = p.To.String()
		}
		// The first page begins before all that is in the period.
		last := receipt.Record{Day: p.From.AddDays(-1), DocumentKey: receipt.DocumentKey{Creditor: "~"}}
		for {
			records, err := s.list(ctx, fmt.Sprintf(`WHERE (day, creditor, receipt_id, kind) > ($1, $2, $3, $4) AND day <= $5
				ORDER BY day, creditor, receipt_id, kind LIMIT %d`, page),
				last.Day.String(), last.Creditor, last.ReceiptID, string(last.Kind), to)
			if err != nil {
				yield(receipt.Record{}, err)
				return
			}
			for _, last = range records {
				if !yield(last, nil) {
					return
				}
			}
			if len(records) < page {
				return
			}
		}
	}
}

func (s archive) list(ctx context.Context, rest string, args ...any) (all []receipt.Record, err error) {
	err = s.DB.Query(ctx, func(row Row) error {
		var r receipt.Record
		var day, at string
		var digest []byte
		err := row.Scan(&r.Creditor, &r.ReceiptID, &r.Kind, &day, &at, &r.Size, &digest)
		if err == nil {
			r.Day, err = pagonline.ParseDate(day)
		}
		if err == nil {
			r.At, err = parseInstant(at)
		}
		if len(digest) == len(r.SHA256) { // else it stays zero, which no content has
			copy(r.SHA256[:], digest)
		}
		all = append(all, r)
		return err
	}, `SELECT creditor, receipt_id, kind, day, at, size, digest FROM archive `+rest, args...)
	return all, err
}

func (s sent) Claim(ctx context.Context, id string, now, until time.Time) error {
	return s.DB.Do(ctx, func(ctx context.Context) error {
		claimed, err := s.DB.Exec(ctx, `INSERT INTO sent (id, fate, claimed, at, note) VALUES ($1, '', $2, $3, '')
			ON CONFLICT (id) DO UPDATE SET claimed = excluded.claimed, at = excluded.at
			WHERE sent.fate = '' AND sent.claimed <= excluded.at`, id, instant(until), instant(now))
		if err != nil || claimed == 1 {
			return err
		}
		var fate receipt.Fate
		err = s.DB.Query(ctx, func(row Row) error { return row.Scan(&fate) }, `SELECT fate FROM sent WHERE id = $1`, id)
		switch {
		case err != nil:
			return err
		case fate == receipt.Delivered:
			return receipt.ErrSent
		case fate == receipt.Undelivered:
			return receipt.ErrParked
		default:
			return receipt.ErrClaimed
		}
	})
}

func (s sent) Settle(ctx context.Context, id string, f receipt.Sending) error {
	return s.DB.Do(ctx, func(ctx context.Context) error {
		claim := ""
		if !f.Claimed.IsZero() {
			claim = instant(f.Claimed)
		}
		_, err := s.DB.Exec(ctx, `INSERT INTO sent (id, fate, claimed, at, note) VALUES ($1, $2, '', $3, $4)
			ON CONFLICT (id) DO UPDATE SET fate = excluded.fate, claimed = '', at = excluded.at, note = excluded.note
			WHERE sent.fate <> 'sent' AND (excluded.fate = 'sent' OR $5 = '' OR sent.claimed = $5)`,
			id, string(f.Fate), instant(f.At), f.Note, claim)
		return err
	})
}

func (s sent) Parked(ctx context.Context) iter.Seq2[receipt.Sending, error] {
	return pages(func(last int64) (all []numbered[receipt.Sending], err error) {
		err = s.DB.Query(ctx, func(row Row) error {
			var n numbered[receipt.Sending]
			var at string
			err := row.Scan(&n.seq, &n.value.ID, &n.value.Fate, &at, &n.value.Note)
			if err == nil {
				n.value.At, err = parseInstant(at)
			}
			all = append(all, n)
			return err
		}, fmt.Sprintf(`SELECT seq, id, fate, at, note FROM sent WHERE fate <> 'sent' AND fate = $1 AND seq > $2 ORDER BY seq LIMIT %d`, page),
			string(receipt.Undelivered), last)
		return all, err
	})
}

// selectBetween asks by the expression that is indexed, in its very words.
const selectBetween = `SELECT seq, {paid}, doc FROM rts
	WHERE {paid} >= $1 AND ({paid}, seq) > ($1, $2) AND {paid} < $3 ORDER BY {paid}, seq LIMIT $4`

// Between implements the ability that the register asks of a store: see
// receipt/ledger.
func (s rts) Between(ctx context.Context, from, before time.Time) iter.Seq2[payment.RT, error] {
	return func(yield func(payment.RT, error) bool) {
		text := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
		at, seq, end := "", int64(0), "~"
		if !from.IsZero() {
			at = text(from)
		}
		if !before.IsZero() {
			end = text(before)
		}
		query := strings.ReplaceAll(selectBetween, "{paid}", s.Dialect.Paid)
		for {
			var receipts []payment.RT
			err := s.DB.Query(ctx, func(row Row) error {
				var doc string
				if err := row.Scan(&seq, &at, &doc); err != nil {
					return err
				}
				r, err := decode[payment.RT](doc)
				receipts = append(receipts, r)
				return err
			}, query, at, seq, end, page)
			if err != nil {
				yield(payment.RT{}, err)
				return
			}
			for _, r := range receipts {
				if !yield(r, nil) {
					return
				}
			}
			if len(receipts) < page {
				return
			}
		}
	}
}
