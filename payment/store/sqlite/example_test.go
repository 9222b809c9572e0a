package sqlite_test

import (
	"context"
	"fmt"
	"os"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

func ExampleOpen() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "pagonline")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	store, err := sqlite.Open(ctx, dir, sqlite.Config{Environment: payment.Sandbox})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	fmt.Println(store.Positions().Insert(ctx, storetest.Position(1)))
	p, err := store.Positions().Get(ctx, storetest.Position(1).Key)
	fmt.Println(p.Status, p.Amount(), err)
	// Output:
	// <nil>
	// open 12.50 <nil>
}
