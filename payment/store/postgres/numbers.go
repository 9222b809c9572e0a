package postgres

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// numbers hands out serials from blocks that were reserved, durably and on a connection
// of its own, before: so none comes twice, in whatever instance and whatever becomes of
// the unit of work that took it. What an instance has not used when it ends is a gap.
type numbers struct {
	db       *db
	counting *pgxpool.Pool
	turn     chan struct{} // holds one while the rest is used
	pool     map[counter][]uint64
	next     map[counter]int // size of the next block
}

type counter struct {
	creditor    string
	segregation uint8
}

// largestBlock bounds the gap that an instance leaves. Blocks begin with one serial and
// double, so that a short-lived program leaves none.
const largestBlock = 64

// Next implements [payment.Numbers].
func (n *numbers) Next(ctx context.Context, creditor string, segregation uint8) (uint64, error) {
	select {
	case n.turn <- struct{}{}:
		defer func() { <-n.turn }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	k := counter{creditor, segregation}
	if len(n.pool[k]) == 0 {
		if err := n.reserve(ctx, k); err != nil {
			return 0, err
		}
	}
	serial := n.pool[k][0]
	n.pool[k] = n.pool[k][1:]
	return serial, nil
}

// reserve fills the pool with a block.
func (n *numbers) reserve(ctx context.Context, k counter) error {
	size, counters := max(1, n.next[k]), "counters"
	if n.db.schema != "" { // the program's pool may set a path for each connection
		counters = n.db.schema + ".counters"
	}
	var last int64
	err := n.db.on(ctx, n.counting, func(ctx context.Context, conn *pgxpool.Conn) error {
		return conn.QueryRow(ctx, "INSERT INTO "+counters+` AS c (creditor, segregation, last) VALUES ($1, $2, $3)
			ON CONFLICT (creditor, segregation) DO UPDATE SET last = c.last + excluded.last RETURNING last`,
			k.creditor, k.segregation, size).Scan(&last)
	})
	if err != nil {
		return err
	}
	n.next[k] = min(2*size, largestBlock)
	for serial := last - int64(size) + 1; serial <= last; serial++ {
		n.pool[k] = append(n.pool[k], uint64(serial))
	}
	return nil
}
