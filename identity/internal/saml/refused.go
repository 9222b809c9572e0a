package saml

import (
	"errors"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// reason says what is wrong with a document, for the log. It is a fixed text.
type reason string

// Error returns the reason.
func (r reason) Error() string { return "saml: " + string(r) }

// refused makes a reason an [identity.ErrAnswer]; an error that is one of package identity
// already stays what it is.
func refused(err error) error {
	if _, ok := errors.AsType[*pagonline.Error](err); ok {
		return err
	}
	return pagonline.AsError(identity.ErrAnswer).Because(err)
}
