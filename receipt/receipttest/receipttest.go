// Package receipttest is the contract of [receipt.Uses]: run it from the tests of every
// implementation, yours too.
package receipttest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/pagonline/pagonline/receipt"
)

// RunUses tests the store that open returns: a new and empty one each time.
func RunUses(t *testing.T, open func(t *testing.T) receipt.Uses) {
	t.Helper()
	key := receipt.UseKey{Creditor: "99999000013", Receipt: "c110729d258c4ab1b765fe902aae41d6"}

	t.Run("the first claim wins", func(t *testing.T) {
		u, ctx := open(t), t.Context()
		holds(t, u, key, "", false)
		claims(t, u, key, "quote-1", "quote-1", true)
		claims(t, u, key, "quote-1", "quote-1", false)
		claims(t, u, key, "quote-2", "quote-1", false)
		claims(t, u, key, "", "quote-1", false)
		holds(t, u, key, "quote-1", true)
		if _, _, err := u.Holder(ctx, key); err != nil {
			t.Errorf("Holder: %v", err)
		}
	})
	t.Run("a request without a name holds too", func(t *testing.T) {
		u := open(t)
		claims(t, u, key, "", "", true)
		claims(t, u, key, "", "", false)
		claims(t, u, key, "quote-1", "", false)
		holds(t, u, key, "", true)
	})
	t.Run("keys differ in case and in creditor", func(t *testing.T) {
		u := open(t)
		claims(t, u, key, "quote-1", "quote-1", true)
		claims(t, u, receipt.UseKey{Creditor: "00000000000", Receipt: key.Receipt}, "quote-2", "quote-2", true)
		claims(t, u, receipt.UseKey{Creditor: key.Creditor, Receipt: "C110729D258C4AB1B765FE902AAE41D6"}, "quote-3", "quote-3", true)
		holds(t, u, key, "quote-1", true)
	})
	t.Run("of many at once one wins", func(t *testing.T) {
		many(t, open(t), key)
	})
	t.Run("a cancelled context writes nothing", func(t *testing.T) {
		u := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, won, err := u.Claim(ctx, key, "quote-1"); won && err != nil {
			t.Errorf("Claim = won, %v", err)
		} else if err != nil {
			holds(t, u, key, "", false)
		}
	})
}

func many(t *testing.T, u receipt.Uses, key receipt.UseKey) {
	t.Helper()
	const claimants = 16
	var group sync.WaitGroup
	var mu sync.Mutex
	wins, holders := 0, map[string]bool{}
	for i := range claimants {
		group.Go(func() {
			holder, won, err := u.Claim(t.Context(), key, fmt.Sprintf("quote-%d", i))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("Claim: %v", err)
			}
			if won {
				wins++
			}
			holders[holder] = true
		})
	}
	group.Wait()
	if wins != 1 || len(holders) != 1 {
		t.Errorf("%d claims won, %d holders; want one", wins, len(holders))
	}
}

func claims(t *testing.T, u receipt.Uses, key receipt.UseKey, request, holder string, won bool) {
	t.Helper()
	gotHolder, gotWon, err := u.Claim(t.Context(), key, request)
	if err != nil || gotHolder != holder || gotWon != won {
		t.Errorf("Claim(%q) = %q, %t, %v; want %q, %t", request, gotHolder, gotWon, err, holder, won)
	}
}

func holds(t *testing.T, u receipt.Uses, key receipt.UseKey, request string, held bool) {
	t.Helper()
	gotRequest, gotHeld, err := u.Holder(t.Context(), key)
	if err != nil || gotRequest != request || gotHeld != held {
		t.Errorf("Holder = %q, %t, %v; want %q, %t", gotRequest, gotHeld, err, request, held)
	}
}

// MemoryUses keeps the claims in memory. Its zero value is ready; it is safe for
// concurrent use.
type MemoryUses struct {
	mu      sync.Mutex
	holders map[receipt.UseKey]string
}

var _ receipt.Uses = (*MemoryUses)(nil)

// Holder implements [receipt.Uses].
func (m *MemoryUses) Holder(_ context.Context, key receipt.UseKey) (string, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	request, held := m.holders[key]
	return request, held, nil
}

// Claim implements [receipt.Uses].
func (m *MemoryUses) Claim(ctx context.Context, key receipt.UseKey, request string) (string, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return "", false, err
	}
	if holder, held := m.holders[key]; held {
		return holder, false, nil
	}
	if m.holders == nil {
		m.holders = map[receipt.UseKey]string{}
	}
	m.holders[key] = request
	return request, true, nil
}
