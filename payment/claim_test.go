package payment_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// TestClaim: a position becomes somebody's once, and stays his.
func TestClaim(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, r := t.Context(), request("debt")
		r.Owner = ""
		p, err := o.Open(ctx, r)
		require.NoError(t, err)
		for _, c := range []struct {
			owner, after string
			code         pagonline.Code
		}{
			{"", "", ""},
			{"owner", "owner", ""},
			{"owner", "owner", ""},
			{"another", "owner", pagonline.CodeNotFound},
			{"", "owner", pagonline.CodeNotFound},
		} {
			require.Equal(t, c.code, pagonline.CodeOf(o.Claim(ctx, p.Key, c.owner)))
			require.Equal(t, c.after, o.get(t, p.Key).Owner)
		}
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(o.Claim(ctx, payment.Key{Creditor: creditor}, "owner")))
		require.Equal(t, []string{"position.open", "position.updated"}, o.kinds(t, payment.EventFilter{Position: p.Key}))

		later := o.open(t, "later")
		var purchases []payment.Key
		for p, err := range o.Purchases(ctx, "owner") {
			require.NoError(t, err)
			purchases = append(purchases, p.Key)
		}
		require.Equal(t, []payment.Key{later.Key, p.Key}, purchases)
	})
}

// A notice from the desk, which a payer then puts into his cart.
func ExampleCashier_Claim() {
	ctx := context.Background()
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{})
	r := debt
	r.Owner = ""
	p, _ := cashier.Open(ctx, r)
	fmt.Println(cashier.Claim(ctx, p.Key, "owner"))
	fmt.Println(cashier.Claim(ctx, p.Key, "another"))
	// Output:
	// <nil>
	// not_found: Not found.
}
