package identity

import (
	"context"
	"log/slog"
	"net/url"
	"time"
)

// A Provider signs a person in. Add-on interfaces tell what else it can do. Its contract
// is tested by the package providertest.
type Provider interface {
	// Begin starts a sign-in. The caller keeps the challenge's Pending for this
	// browser and sends the browser on. Its error wraps [ErrProvider] if nobody is
	// known by req.IdP.
	Begin(ctx context.Context, req Request) (Challenge, error)
	// Complete reads what the browser brought back, for the sign-in that p began.
	// Its error wraps one of this package's: [ErrPending] if the answer is not to p,
	// came late or came before, [ErrAssurance] if the level is lower than asked for,
	// [ErrCancelled] and the others of [Anomaly] if the person or the identity provider
	// broke off, [ErrAnswer] if the answer is not right.
	Complete(ctx context.Context, back Callback, p Pending) (Authentication, error)
}

// A MetadataProvider publishes what identity providers must know of it.
type MetadataProvider interface {
	Provider
	// Metadata returns the document and its media type, as in
	// "application/samlmetadata+xml".
	Metadata(ctx context.Context) (body []byte, mediaType string, err error)
}

// A LogoutProvider ends a sign-in at the identity provider too.
type LogoutProvider interface {
	Provider
	// BeginLogout returns where to send the browser, whose session here is over
	// already. A challenge without URL means that there is nothing to do there. If its
	// Pending has a Handle, an answer will come that names it: the caller keeps Pending
	// till then, as for a sign-in.
	BeginLogout(ctx context.Context, of Login) (Challenge, error)
	// Logout reads what came to the logout address: the answer to a BeginLogout, or the
	// wish of the identity provider. Its error wraps [ErrAnswer] for what is neither, or
	// is not signed by whom it names. Whether an answer is to a BeginLogout is the
	// caller's to see: InResponseTo has to be the RequestID of what it kept.
	Logout(ctx context.Context, back Callback) (Logout, error)
}

// Request asks for a sign-in.
type Request struct {
	// CallbackURL is where the browser comes back. SAML providers have theirs in their
	// metadata and take no other.
	CallbackURL string
	// IdP names who is to vouch, where a provider knows several: a SAML entity ID.
	IdP string
	// Assurance is the least level that will do. Default: whatever the provider has.
	Assurance Assurance
	// Attributes is the index of the attribute set to ask for, of those that the
	// provider publishes. Default: its first.
	Attributes int
}

// Challenge is what the browser has to do next: open URL, or post Form to it.
type Challenge struct {
	URL     string
	Form    url.Values // to be posted; none means that URL is opened with GET
	Pending Pending
}

// Pending is a sign-in that is under way, or a logout. It is good for one Complete, or one
// Logout. That of a logout has Handle, Scheme, IdP, RequestID, IssuedAt and Expires, and no
// Assurance: Complete refuses it.
type Pending struct {
	Handle     string // comes back in the callback; unguessable
	Scheme     Scheme
	IdP        string // who was asked
	RequestID  string // the provider's own
	Request    []byte // what was asked, byte by byte, for the audit log
	Assurance  Assurance
	Attributes int
	IssuedAt   time.Time
	Expires    time.Time
	// State is the caller's own and opaque here: where the person was going, which
	// browser it was.
	State []byte
}

// LogValue gives the log whom was asked; the handle is a secret.
func (p Pending) LogValue() slog.Value {
	return slog.GroupValue(slog.String("scheme", string(p.Scheme)), slog.String("idp", p.IdP), slog.String("request", p.RequestID))
}

// Callback is what the browser brought back: a request, without net/http.
type Callback struct {
	Method string
	URL    string     // whole, as the browser was told it
	Query  string     // raw, as it came: a signature may cover these very octets
	Values url.Values // query and form together
}

// LogValue gives the log the method: the values hold an identity.
func (c Callback) LogValue() slog.Value { return slog.GroupValue(slog.String("method", c.Method)) }

// Logout is what came to the logout address.
type Logout struct {
	// Ended is the sign-in whose sessions end now, if the identity provider wished it.
	Ended Login
	// Reply is the answer that the browser takes back to it, if there is one to give.
	Reply Challenge
	// InResponseTo is the RequestID of the BeginLogout that this answers, "" if it is a
	// wish.
	InResponseTo string
	// Partial is true if the identity provider says that it, or other services, may still
	// have the person signed in.
	Partial bool
}
