package sqlstore

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// AddSeal writes the seal first: of two that have one number the second fails there.
func (s journal) AddSeal(ctx context.Context, seal payment.JournalSeal) error {
	return s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `INSERT INTO journal_seals (number, at, from_at, to_at, count, content, previous, hash, entries)
			VALUES (`+parameters(1, 9)+`)`,
			seal.Number, seal.At.UnixMilli(), seal.From.UnixMilli(), seal.To.UnixMilli(), seal.Count,
			seal.Content[:], seal.Previous[:], seal.Hash[:], packList(seal.Entries))
		if s.DB.IsDuplicate(err) {
			return payment.ErrExists
		}
		if err != nil {
			return err
		}
		ids := make([]any, 0, len(seal.Entries)+1)
		ids = append(ids, seal.Number)
		for _, e := range seal.Entries {
			ids = append(ids, e.ID)
		}
		marked, err := s.DB.Exec(ctx, `UPDATE journal SET seal = $1 WHERE seal = 0 AND id IN (`+parameters(2, len(seal.Entries))+`)`, ids...)
		if err == nil && marked != int64(len(seal.Entries)) {
			err = payment.ErrExists
		}
		return err
	})
}

func (s journal) Seals(ctx context.Context, after int64, limit int) ([]payment.JournalSeal, error) {
	return s.seals(ctx, `WHERE number > $1 ORDER BY number LIMIT $2`, after, limit)
}

func (s journal) LastSeal(ctx context.Context) (payment.JournalSeal, error) {
	all, err := s.seals(ctx, `ORDER BY number DESC LIMIT 1`)
	if err == nil && len(all) == 0 {
		err = payment.ErrNotFound
	}
	if err != nil {
		return payment.JournalSeal{}, err
	}
	return all[0], nil
}

func (s journal) seals(ctx context.Context, rest string, args ...any) (all []payment.JournalSeal, err error) {
	err = s.DB.Query(ctx, func(row Row) error {
		var seal payment.JournalSeal
		var at, from, to int64
		var content, previous, hash, list []byte
		err := row.Scan(&seal.Number, &at, &from, &to, &seal.Count, &content, &previous, &hash, &list)
		seal.At, seal.From, seal.To = time.UnixMilli(at).UTC(), time.UnixMilli(from).UTC(), time.UnixMilli(to).UTC()
		seal.Content, seal.Previous, seal.Hash = digest(content), digest(previous), digest(hash)
		seal.Entries = unpackList(list)
		all = append(all, seal)
		return err
	}, `SELECT number, at, from_at, to_at, count, content, previous, hash, entries FROM journal_seals `+rest, args...)
	return all, err
}

func (s journal) Prune(ctx context.Context, number int64) error {
	return s.DB.Do(ctx, func(ctx context.Context) error {
		changed, err := s.DB.Exec(ctx, `UPDATE journal_seals SET entries = $1 WHERE number = $2`, []byte{}, number)
		if err == nil && changed == 0 {
			err = payment.ErrNotFound
		}
		if err == nil {
			_, err = s.DB.Exec(ctx, `DELETE FROM journal WHERE seal = $1`, number)
		}
		return err
	})
}

// digest reads a hash. What has another length is none, so that it is found wrong where
// hashes are compared.
func digest(b []byte) (d payment.Digest) {
	if len(b) == len(d) {
		copy(d[:], b)
	}
	return d
}

// listed is the size of one entry in a seal's list.
const listed = 8 + len(payment.Digest{})

func packList(entries []payment.SealedEntry) []byte {
	b := make([]byte, 0, len(entries)*listed)
	for _, e := range entries {
		b = append(binary.BigEndian.AppendUint64(b, uint64(e.ID)), e.Digest[:]...)
	}
	return b
}

// unpackList reads what packList wrote. A list that ends in the middle of an entry is
// one of no entry that there can be.
func unpackList(b []byte) []payment.SealedEntry {
	if len(b)%listed != 0 {
		return []payment.SealedEntry{{}}
	}
	var entries []payment.SealedEntry
	for ; len(b) > 0; b = b[listed:] {
		entries = append(entries, payment.SealedEntry{ID: int64(binary.BigEndian.Uint64(b)), Digest: digest(b[8:listed])})
	}
	return entries
}
