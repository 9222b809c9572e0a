package receipttest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/receipttest"
)

func TestMemoryUses(t *testing.T) {
	receipttest.RunUses(t, func(*testing.T) receipt.Uses { return &receipttest.MemoryUses{} })
}

func ExampleRunUses() {
	// In a test of your own:
	_ = func(t *testing.T) {
		receipttest.RunUses(t, func(*testing.T) receipt.Uses { return &receipttest.MemoryUses{} })
	}
	fmt.Println("a store that passes may be given to Verdict.Claim")
	// Output: a store that passes may be given to Verdict.Claim
}

func ExampleMemoryUses_Claim() {
	var uses receipttest.MemoryUses
	key := receipt.UseKey{Creditor: "99999000013", Receipt: "iur"}
	fmt.Println(uses.Claim(context.Background(), key, "quote-1"))
	fmt.Println(uses.Claim(context.Background(), key, "quote-2"))
	// Output:
	// quote-1 true <nil>
	// quote-1 false <nil>
}

func ExampleMemoryUses_Holder() {
	var uses receipttest.MemoryUses
	fmt.Println(uses.Holder(context.Background(), receipt.UseKey{Creditor: "99999000013", Receipt: "iur"}))
	// Output: false <nil>
}
