package payment

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
)

// JournalSeal covers a batch of the journal's entries, and the seal before it. Whoever
// knows the hash of one seal can tell whether that seal, those before it, and the
// entries that they cover are what they were.
type JournalSeal struct {
	Number   int64     // 1, 2, 3, …
	At       time.Time // when it was made
	From, To time.Time // the instants of the first and of the last entry
	Count    int       // of the entries, also when they are pruned
	Content  Digest    // hash of the list of entries, ID (8 bytes, the first one highest) and digest each
	Previous Digest    // hash of the seal before, zeros for the first
	Hash     Digest    // of all that stands above; see [JournalSeal.Digest]
	// Entries is the list, in the order of IDs; none if they were pruned.
	Entries []SealedEntry
}

// SealedEntry is what a seal knows of an entry.
type SealedEntry struct {
	ID     int64
	Digest Digest // see [JournalEntry.Digest]
}

// Digest returns what Hash must be: the SHA-256 of
//
//	{"seal":1,"at":"…","from":"…","to":"…","count":2,"content":"…","previous":"…"}
//
// with instants as in the entries.
func (s JournalSeal) Digest() Digest {
	line, err := json.Marshal(struct {
		Seal     int64  `json:"seal"`
		At       string `json:"at"`
		From     string `json:"from"`
		To       string `json:"to"`
		Count    int    `json:"count"`
		Content  Digest `json:"content"`
		Previous Digest `json:"previous"`
	}{
		s.Number, s.At.UTC().Format(journalInstant), s.From.UTC().Format(journalInstant), s.To.UTC().Format(journalInstant),
		s.Count, s.Content, s.Previous,
	})
	if err != nil {
		return Digest{} // strings and numbers: it cannot fail
	}
	return sha256.Sum256(line)
}

func contentOf(entries []SealedEntry) (d Digest) {
	h := sha256.New()
	var id [8]byte
	for _, e := range entries {
		binary.BigEndian.PutUint64(id[:], uint64(e.ID))
		h.Write(id[:])
		h.Write(e.Digest[:])
	}
	h.Sum(d[:0])
	return d
}

// newSeal covers entries, one at least.
func newSeal(last JournalSeal, entries []JournalEntry, now time.Time) JournalSeal {
	s := JournalSeal{
		Number: last.Number + 1, At: now.Truncate(time.Millisecond), From: entries[0].At, To: entries[0].At,
		Count: len(entries), Previous: last.Hash, Entries: make([]SealedEntry, len(entries)),
	}
	for i, e := range entries {
		s.Entries[i] = SealedEntry{e.ID, e.Digest()}
		if e.At.Before(s.From) {
			s.From = e.At
		}
		if e.At.After(s.To) {
			s.To = e.At
		}
	}
	s.Content = contentOf(s.Entries)
	s.Hash = s.Digest()
	return s
}

const (
	// sealBatch is how many entries a seal covers at most: few enough that who writes
	// meanwhile does not wait long.
	sealBatch = 500
	// sealTries is how often another process may be faster.
	sealTries = 100
)

// SealJournal covers the entries that have no seal, in batches, and returns how many
// it sealed. Entries that are written meanwhile, or were begun earlier and end later,
// are for the next call. Several processes may call it at the same time; call it every
// minute or so: what has no seal can be changed without a trace.
func (c *Cashier) SealJournal(ctx context.Context) (n int, err error) {
	for tries := 0; ; {
		last, entries, err := c.unsealed(ctx)
		if err != nil || len(entries) == 0 {
			return n, err
		}
		err = c.store.Journal().AddSeal(ctx, newSeal(last, entries, c.now()))
		if errors.Is(err, ErrExists) && tries < sealTries {
			tries++
			continue
		}
		if err != nil {
			return n, fmt.Errorf("seal journal: %w", err)
		}
		tries, n = 0, n+len(entries)
		if len(entries) < sealBatch {
			return n, nil
		}
	}
}

// unsealed returns the next batch to seal, and the seal before it. They are read outside
// of a unit of work, so that nobody waits: if another process seals meanwhile, there is
// a seal of the next number, and this one is refused.
func (c *Cashier) unsealed(ctx context.Context) (last JournalSeal, entries []JournalEntry, err error) {
	last, err = c.store.Journal().LastSeal(ctx)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	if err == nil {
		entries, err = entriesOf(ctx, c.store.Journal(), 0, sealBatch)
	}
	if err != nil {
		return last, nil, fmt.Errorf("seal journal: %w", err)
	}
	return last, entries, nil
}

// entriesOf returns the entries that have the seal, at most limit.
func entriesOf(ctx context.Context, j Journal, seal int64, limit int) ([]JournalEntry, error) {
	entries, err := j.Walk(ctx, JournalPlace{Seal: seal, ID: math.MinInt64}, limit)
	for i, e := range entries {
		if e.Seal != seal {
			return entries[:i], err
		}
	}
	return entries, err
}
