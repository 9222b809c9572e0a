package sqlstore_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// TestUpgradeLastDays: positions from before there was a column for their last day are
// found by it.
func TestUpgradeLastDays(t *testing.T) {
	onEach(t, func(t *testing.T, d database) {
		const before = 10 // 0011_expiry.sql
		dsn := d.at(t, before)
		db := d.raw(t, dsn)
		for n, change := range []func(*payment.Position){
			func(*payment.Position) {},
			func(p *payment.Position) { p.Status = payment.Paid },
			func(p *payment.Position) { p.RefuseLate = false },
			func(p *payment.Position) { p.DueDate = p.DueDate.AddDays(1) },
			func(p *payment.Position) { p.DueDate = pagonline.Date{} },
		} {
			p := storetest.Position(uint64(n + 1))
			change(&p)
			doc, err := json.Marshal(p)
			require.NoError(t, err)
			run(t, db, `INSERT INTO positions (creditor, number, owner, debt, status, doc) VALUES ($1, $2, $3, $4, $5, $6)`,
				p.Creditor, p.Number.String(), p.Owner, p.Debt, string(p.Status), string(doc))
		}
		require.NoError(t, db.Close())
		st, day := d.store(t, dsn), storetest.Position(1).DueDate
		found := func(on pagonline.Date) (keys []payment.Key) {
			for _, p := range all(t, st.Positions().List(t.Context(), payment.PositionFilter{LastDay: on})) {
				keys = append(keys, p.Key)
			}
			return keys
		}
		require.Equal(t, []payment.Key{storetest.Position(1).Key}, found(day))
		require.Equal(t, []payment.Key{storetest.Position(4).Key}, found(day.AddDays(1)))
	})
}
