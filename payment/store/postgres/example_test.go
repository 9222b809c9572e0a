package postgres_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// Nothing listens on this address, as while a server is started again. Where one does,
// the position is stored.
func ExampleOpen() {
	ctx := context.Background()
	store, err := postgres.Open(ctx, "postgres://pagonline@127.0.0.1:1/pagonline", postgres.Config{Environment: payment.Sandbox})
	if err != nil {
		fmt.Println(pagonline.CodeOf(err), errors.Is(err, pagonline.ErrUnavailable))
		return
	}
	defer store.Close()
	fmt.Println(store.Positions().Insert(ctx, storetest.Position(1)))
	// Output: unavailable true
}
