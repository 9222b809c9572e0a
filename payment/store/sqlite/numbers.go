package sqlite

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// numbers hands out serials from blocks that were reserved, durably and in a
// transaction of their own, before: so none comes twice, whatever becomes of the unit
// of work that took it. What a process has not used when it ends is a gap.
type numbers struct {
	db   *db
	mu   sync.Mutex
	pool map[counter][]uint64
	next map[counter]int // size of the next block
}

type counter struct {
	creditor    string
	segregation uint8
}

// largestBlock bounds the gap that a process leaves. Blocks begin with one serial and
// double, so that a short-lived program leaves none.
const largestBlock = 64

// floorKey is where meta keeps the serial after which new counters begin; see [Restore].
const floorKey = "serials_floor"

// errShort makes the unit of work end and run again with more serials; see [db.Do].
var errShort = errors.New("sqlite: the unit of work runs again with more serials")

// Next implements [payment.Numbers].
func (n *numbers) Next(ctx context.Context, creditor string, segregation uint8) (uint64, error) {
	k := counter{creditor, segregation}
	u := n.db.unit(ctx)
	for {
		if serial, ok := n.take(k); ok {
			if u != nil {
				u.taken[k] = append(u.taken[k], serial)
			}
			return serial, nil
		}
		if u != nil { // only one transaction writes: this one has to end first
			u.short = &k
			return 0, errShort
		}
		if err := n.db.reserve(ctx, k, nil); err != nil {
			return 0, public(err)
		}
	}
}

func (n *numbers) take(k counter) (uint64, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.pool[k]) == 0 {
		return 0, false
	}
	serial := n.pool[k][0]
	n.pool[k] = n.pool[k][1:]
	return serial, true
}

// reserve adds a block to the pool, and what the attempt that ended for want of it
// had taken: that attempt did not fail, it begins again. If it cannot, they are a gap.
func (d *db) reserve(ctx context.Context, k counter, taken map[counter][]uint64) error {
	n := &d.numbers
	n.mu.Lock()
	if n.pool == nil {
		n.pool, n.next = map[counter][]uint64{}, map[counter]int{}
	}
	size := max(1, n.next[k], len(taken[k])) // who took many needs as many again, and not to run again for each block
	n.next[k] = min(2*size, largestBlock)
	n.mu.Unlock()

	var last uint64
	err := d.writer.QueryRowContext(ctx, `INSERT INTO counters (creditor, segregation, last)
		SELECT $1, $2, $3 + coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = '`+floorKey+`'), 0)
		WHERE true ON CONFLICT (creditor, segregation) DO UPDATE SET last = last + $3 RETURNING last`,
		k.creditor, k.segregation, size).Scan(&last)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for k, serials := range taken {
		n.pool[k] = append(slices.Clone(serials), n.pool[k]...)
	}
	for serial := last - uint64(size) + 1; serial <= last; serial++ {
		n.pool[k] = append(n.pool[k], serial)
	}
	return nil
}
