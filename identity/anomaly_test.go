package identity_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

func TestAnomaly(t *testing.T) {
	want := map[int]error{
		19: identity.ErrAttempts, 20: identity.ErrAssurance, 21: identity.ErrTimeout, 22: identity.ErrConsent,
		23: identity.ErrSuspended, 25: identity.ErrCancelled, 30: identity.ErrIdentityType,
	}
	for nr := -1; nr < 40; nr++ {
		err := identity.Anomaly(nr)
		is := want[nr]
		if is == nil {
			is = identity.ErrRejected
		}
		require.ErrorIs(t, err, is, "nr %d", nr)
		var a *identity.AnomalyError
		require.ErrorAs(t, err, &a)
		require.Equal(t, nr, a.Number)
		require.ErrorIs(t, err, pagonline.ErrDenied, "nr %d", nr)
	}
	require.Equal(t, "ErrorCode nr08", (&identity.AnomalyError{Number: 8}).Error())
	require.NoError(t, pagonline.AsError(identity.ErrCancelled).Detail, "the sentinels stay as they are")
}

func TestRetry(t *testing.T) {
	for nr, want := range map[int]bool{8: false, 19: true, 20: false, 21: true, 22: true, 23: false, 25: true, 30: false} {
		require.Equal(t, want, identity.Retry(identity.Anomaly(nr)), "nr %d", nr)
	}
	require.True(t, identity.Retry(fmt.Errorf("x: %w", identity.ErrPending)))
	require.True(t, identity.Retry(pagonline.NewError(pagonline.CodeUnavailable)))
	require.False(t, identity.Retry(identity.ErrAnswer))
	require.False(t, identity.Retry(nil))
}

func ExampleAnomaly() {
	err := identity.Anomaly(22)
	fmt.Println(pagonline.CodeOf(err), errors.Is(err, identity.ErrConsent), identity.Retry(err))
	// Output: login_consent true true
}

func ExampleRetry() {
	fmt.Println(identity.Retry(identity.ErrTimeout), identity.Retry(identity.ErrSuspended))
	// Output: true false
}
