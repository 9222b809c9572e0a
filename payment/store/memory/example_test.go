package memory_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// A unit of work that fails leaves nothing behind.
func ExampleStore_Do() {
	ctx := context.Background()
	var store memory.Store
	p := storetest.Position(1)
	err := store.Do(ctx, func(ctx context.Context) error {
		if err := store.Positions().Insert(ctx, p); err != nil {
			return err
		}
		return errors.New("changed my mind")
	})
	fmt.Println(err)
	_, err = store.Positions().Get(ctx, p.Key)
	fmt.Println(err)
	// Output:
	// changed my mind
	// payment: not in the store
}

// What is forgotten is gone with all that hangs on it.
func ExampleStore_Forget() {
	ctx := context.Background()
	var store memory.Store
	p := storetest.Position(1)
	for _, err := range []error{store.Positions().Insert(ctx, p), store.RTs().Insert(ctx, storetest.Receipt(p, "iur"))} {
		if err != nil {
			fmt.Println(err)
		}
	}
	gone, err := store.Forget(ctx, p.Key)
	fmt.Println(gone.Positions, gone.Receipts, err)
	_, err = store.RTs().Get(ctx, p.Creditor, "iur")
	fmt.Println(err)
	// Output:
	// 1 1 <nil>
	// payment: not in the store
}
