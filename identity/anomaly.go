package identity

import (
	"errors"
	"fmt"

	"github.com/pagonline/pagonline"
)

// Errors that a [Provider] returns, wrapped or as they are. Compare with errors.Is.
var (
	// ErrCancelled: the person broke off at the identity provider.
	ErrCancelled error = pagonline.NewError(pagonline.CodeLoginCancelled)
	// ErrConsent: the person did not let the data be sent.
	ErrConsent error = pagonline.NewError(pagonline.CodeLoginConsent)
	// ErrTimeout: the person took too long at the identity provider.
	ErrTimeout error = pagonline.NewError(pagonline.CodeLoginTimeout)
	// ErrAttempts: too many attempts, at the identity provider or here; the text of ours
	// says how long to wait.
	ErrAttempts error = pagonline.NewError(pagonline.CodeLoginAttempts)
	// ErrSuspended: the identity, or the card, is suspended, revoked or expired.
	ErrSuspended error = pagonline.NewError(pagonline.CodeIdentitySuspended)
	// ErrIdentityType: the identity is not of the kind asked for (of a person, of a
	// company).
	ErrIdentityType error = pagonline.NewError(pagonline.CodeIdentityType)
	// ErrAssurance: the sign-in was weaker than what was asked for.
	ErrAssurance error = pagonline.NewError(pagonline.CodeAssuranceTooLow)
	// ErrRejected: the identity provider did not like our request; the person can do
	// nothing about it.
	ErrRejected error = pagonline.NewError(pagonline.CodeLoginRejected)
	// ErrAnswer: what came back is not a right answer.
	ErrAnswer error = pagonline.NewError(pagonline.CodeLoginAnswer)
	// ErrPending: the answer belongs to no sign-in that is under way, came late, or
	// came before.
	ErrPending error = pagonline.NewError(pagonline.CodeLoginExpired)
	// ErrProvider: there is no such identity provider.
	ErrProvider error = pagonline.NewError(pagonline.CodeProviderUnknown)
)

// AnomalyError is the number behind an error of [Anomaly]; find it with errors.As.
type AnomalyError struct {
	Number int // 8 to 30, of the table of SPID's error messages, which CIE uses too
}

// Error returns the number as the rules write it, as in "ErrorCode nr08".
func (e *AnomalyError) Error() string { return fmt.Sprintf("ErrorCode nr%02d", e.Number) }

// anomalies are the numbers that a provider sends the service (SPID, table of the error
// messages; the CIE rules use the same). 2 to 7 and 10 are shown to the person at the
// provider and never get here; 24 is reserved.
var anomalies = map[int]error{
	19: ErrAttempts, 20: ErrAssurance, 21: ErrTimeout, 22: ErrConsent,
	23: ErrSuspended, 25: ErrCancelled, 30: ErrIdentityType,
}

// Anomaly returns the error for the number that an identity provider answered with,
// "ErrorCode nr19" being 19. Numbers without a text of their own are [ErrRejected].
func Anomaly(number int) error {
	err, known := anomalies[number]
	if !known {
		err = ErrRejected
	}
	return pagonline.AsError(err).Because(&AnomalyError{Number: number})
}

// Retry reports whether it makes sense that the person tries to sign in again, at the
// same provider.
func Retry(err error) bool {
	for _, again := range []error{ErrCancelled, ErrConsent, ErrTimeout, ErrAttempts, ErrPending, pagonline.ErrUnavailable} {
		if errors.Is(err, again) {
			return true
		}
	}
	return false
}
