package saml

import (
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

// LogoutMessage is what came to the logout address.
type LogoutMessage struct {
	Request       bool // or else the answer to ours
	ID            string
	InResponseTo  string // answers only
	Issuer        string
	NameID        string // requests only, like the next two
	NameQualifier string
	SessionIndex  string // "" for all sessions of the name
	Destination   string
	IssuedAt      time.Time
	Success       bool // answers only, like the next
	Partial       bool // other services may still have the person signed in
}

// logoutAge is how old a logout message may be: a browser carries it at once.
const logoutAge = 10 * time.Minute

// ReadLogout reads a LogoutRequest or a LogoutResponse of either binding, that came to
// destination for the service entityID. It must be signed by a key of the identity
// provider that it names, in the document (POST) or in the query (Redirect); idps knows
// them all. Whether an answer is to a request of ours, is the caller's to see. Its error
// wraps [identity.ErrAnswer].
func ReadLogout(back identity.Callback, idps func(entityID string) (IdP, bool), entityID, destination string, now time.Time, skew time.Duration) (LogoutMessage, error) {
	m, err := readLogout(back, idps, entityID)
	if err == nil {
		err = m.current(destination, now, skew)
	}
	if err != nil {
		return LogoutMessage{}, refused(err)
	}
	return m, nil
}

func readLogout(back identity.Callback, idps func(entityID string) (IdP, bool), entityID string) (m LogoutMessage, err error) {
	in, err := carriedBy(back)
	if err != nil {
		return m, err
	}
	root, err := parse(in.message, messageLimits)
	if err != nil {
		return m, err
	}
	m.Request = in.param == "SAMLRequest"
	if err := m.shape(root); err != nil {
		return m, err
	}
	issuer, ok := text(one(root, assertionNS, "Issuer"))
	idp, known := idps(issuer)
	if !ok || !known || issuer != idp.EntityID {
		return m, reason("Issuer")
	}
	if in.binding == Redirect {
		if one(root, dsigNS, "Signature") != nil { // the binding wants it out (SAML bindings, 3.4.4.1)
			return m, reason("two signatures")
		}
		err = in.verify(idp.Certificates)
	} else {
		root, err = verified(root, idp.Certificates)
	}
	if err != nil {
		return m, err
	}
	m.Issuer = issuer
	return m, m.fill(root, entityID)
}

// shape checks the structure of a logout message.
func (m *LogoutMessage) shape(root *etree.Element) error {
	head := []child{{assertionNS, "Issuer", false}, {dsigNS, "Signature", true}}
	if err := placed(root); err != nil {
		return err
	}
	if !m.Request {
		if !is(root, protocolNS, "LogoutResponse") {
			return reason("not a LogoutResponse")
		}
		return sequence(root, append(head, child{protocolNS, "Status", false})...)
	}
	if !is(root, protocolNS, "LogoutRequest") {
		return reason("not a LogoutRequest")
	}
	head = append(head, child{assertionNS, "NameID", false})
	for range all(root, protocolNS, "SessionIndex") {
		head = append(head, child{protocolNS, "SessionIndex", false})
	}
	return sequence(root, head...)
}

// fill reads the message, from what its signature covers.
func (m *LogoutMessage) fill(root *etree.Element, entityID string) error {
	m.ID, m.InResponseTo, m.Destination = attr(root, "ID"), attr(root, "InResponseTo"), attr(root, "Destination")
	var ok bool
	m.IssuedAt, ok = instant(attr(root, "IssueInstant"))
	switch {
	case !ncName(m.ID):
		return reason("ID")
	case attr(root, "Version") != "2.0":
		return reason("Version")
	case !ok:
		return reason("IssueInstant")
	}
	if format := attr(one(root, assertionNS, "Issuer"), "Format"); format != "" && format != entityFormat {
		return reason("Format of the Issuer")
	}
	if m.Request {
		return m.fillRequest(root, entityID)
	}
	m.Success, m.Partial = logoutStatus(one(root, protocolNS, "Status"))
	if !ncName(m.InResponseTo) {
		return reason("InResponseTo")
	}
	return nil
}

func (m *LogoutMessage) fillRequest(root *etree.Element, entityID string) error {
	m.InResponseTo = ""
	name := one(root, assertionNS, "NameID")
	var ok bool
	m.NameID, ok = text(name)
	m.NameQualifier = strings.TrimSpace(attr(name, "NameQualifier"))
	if !ok || m.NameID == "" {
		return reason("NameID")
	}
	if of := attr(name, "SPNameQualifier"); of != "" && of != entityID {
		return reason("name for another service")
	}
	sessions := all(root, protocolNS, "SessionIndex")
	for _, session := range sessions {
		index, ok := text(session)
		if !ok || index == "" {
			return reason("SessionIndex")
		}
		if m.SessionIndex = index; len(sessions) > 1 {
			m.SessionIndex = "" // several: the caller ends all
		}
	}
	return nil
}

// current checks that the message is for here and now. A NotOnOrAfter is not looked at:
// to sign out late is better than not to.
func (m *LogoutMessage) current(destination string, now time.Time, skew time.Duration) error {
	switch {
	case m.Destination != destination || destination == "":
		return reason("Destination")
	case m.IssuedAt.After(now.Add(skew)):
		return reason("issued in the future")
	case m.IssuedAt.Before(now.Add(-logoutAge - skew)):
		return reason("issued long ago")
	}
	return nil
}

// logoutStatus reads the status of an answer: partial is a code of its own below one that
// is written in several ways.
func logoutStatus(e *etree.Element) (success, partial bool) {
	code := one(e, protocolNS, "StatusCode")
	if code == nil {
		return false, false
	}
	success = attr(code, "Value") == statusPrefix+"Success"
	codes := append(all(code, protocolNS, "StatusCode"), code)
	partial = slices.ContainsFunc(codes, func(c *etree.Element) bool {
		return strings.HasSuffix(attr(c, "Value"), ":PartialLogout")
	})
	return success, partial
}
