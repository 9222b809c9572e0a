package saml

import (
	"cmp"
	"time"
)

// LogoutRequest tells an identity provider that a sign-in is over (SPID technical rules,
// single logout).
type LogoutRequest struct {
	ID            string
	EntityID      string // ours
	IssuedAt      time.Time
	NameID        string
	NameQualifier string
	SessionIndex  string
}

// Send signs the request for to, and returns what the browser has to do.
func (r LogoutRequest) Send(to Endpoint, relayState string, by Signer) (Sending, error) {
	e := message("LogoutRequest", r.ID, r.EntityID, to.Location, r.IssuedAt)
	name := e.CreateElement("saml:NameID")
	name.CreateAttr("Format", transientFormat)
	name.CreateAttr("NameQualifier", r.NameQualifier)
	name.SetText(r.NameID)
	if r.SessionIndex != "" {
		e.CreateElement("samlp:SessionIndex").SetText(r.SessionIndex)
	}
	return send(e, RequestParam, to.Binding, to.Location, relayState, by)
}

// LogoutResponse tells an identity provider that the sign-in that it wished ended is over
// here. It is a success always: a session that is not there is over, too.
type LogoutResponse struct {
	ID           string
	InResponseTo string
	EntityID     string // ours
	IssuedAt     time.Time
}

// Send signs the answer for to, and returns what the browser has to do.
func (r LogoutResponse) Send(to Endpoint, relayState string, by Signer) (Sending, error) {
	location := cmp.Or(to.ResponseLocation, to.Location)
	e := message("LogoutResponse", r.ID, r.EntityID, location, r.IssuedAt)
	e.CreateAttr("InResponseTo", r.InResponseTo)
	e.CreateElement("samlp:Status").CreateElement("samlp:StatusCode").CreateAttr("Value", statusPrefix+"Success")
	return send(e, ResponseParam, to.Binding, location, relayState, by)
}
