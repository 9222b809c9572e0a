package receipt_test

import (
	"context"
	"fmt"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
)

func ExampleNew() {
	position := storetest.Position(1)
	rt := storetest.Receipt(position, "c110729d258c4ab1b765fe902aae41d6")
	r, err := receipt.New(rt, position, payment.Production)
	fmt.Println(r.Institute.Name, r.Amount, r.Fee, r.Total(), err)
	// Output: Archivio di Stato di Livorno 12.50 1.50 14.00 <nil>
}

// Until the RT is there, one may ask again.
func ExampleLoad() {
	ctx := context.Background()
	store, p := &memory.Store{}, storetest.Position(1)
	_ = store.Positions().Insert(ctx, p)
	_, err := receipt.Load(ctx, store, "owner", p.Key, payment.Sandbox)
	fmt.Println(err)

	_, _ = payment.NewCashier(store, payment.Config{}).Record(ctx, storetest.Receipt(p, "iur"))
	r, err := receipt.Load(ctx, store, "owner", p.Key, payment.Sandbox)
	fmt.Println(r.IUR, r.Amount, err)
	// Output:
	// receipt_not_ready: Receipt not available yet: try again in a few minutes.
	// iur 12.50 <nil>
}
