package identity

import (
	"context"
	"net/url"
	"time"
)

// A Provider signs a person in. Add-on interfaces tell what else it can do.
type Provider interface {
	// Begin starts a sign-in. The caller keeps the challenge's Pending for this
	// browser and sends the browser to its URL.
	Begin(ctx context.Context, req Request) (Challenge, error)
	// Complete reads what the browser brought back, for the sign-in that p began.
	// Its error wraps [ErrCancelled] if the person broke off, [ErrAssurance] if the
	// level is lower than asked for, [ErrPending] if the answer is not to p.
	Complete(ctx context.Context, back Callback, p Pending) (Authentication, error)
}

// Request asks for a sign-in.
type Request struct {
	// CallbackURL is where the browser comes back.
	CallbackURL string
	// Assurance is the least level that will do. Default: whatever the provider has.
	Assurance Assurance
}

// Challenge is what the browser has to do next.
type Challenge struct {
	URL     string // to be opened with GET
	Pending Pending
}

// Pending is a sign-in that is under way. It is good for one Complete.
type Pending struct {
	Handle    string // comes back in the callback; unguessable
	RequestID string // the provider's own
	Assurance Assurance
	Expires   time.Time
}

// Callback is what the browser brought back: a request, without net/http.
type Callback struct {
	Method string
	URL    string
	Values url.Values // query and form together
}
