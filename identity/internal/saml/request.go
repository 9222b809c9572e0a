package saml

import (
	"net/url"
	"strconv"
	"time"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

// AuthnRequest asks an identity provider to say who somebody is (SPID technical rules,
// single sign-on; CIE manual).
type AuthnRequest struct {
	ID         string // an NCName
	EntityID   string // ours
	IssuedAt   time.Time
	Force      bool // the person has to sign in anew
	Attributes int  // the index of the set
	Comparison string
	Level      identity.Assurance
}

// Sending is a message ready for a browser: to be opened at URL or, with a Form, posted
// there.
type Sending struct {
	URL  string
	Form url.Values
	// Message is the document, with the signature that is inside, if there is one.
	Message []byte
}

// Send signs the request for to, and returns what the browser has to do.
func (r AuthnRequest) Send(to Endpoint, relayState string, by Signer) (Sending, error) {
	e := message("AuthnRequest", r.ID, r.EntityID, to.Location, r.IssuedAt)
	if r.Force {
		e.CreateAttr("ForceAuthn", "true")
	}
	e.CreateAttr("AssertionConsumerServiceIndex", "0")
	e.CreateAttr("AttributeConsumingServiceIndex", strconv.Itoa(r.Attributes))
	e.CreateElement("samlp:NameIDPolicy").CreateAttr("Format", transientFormat)
	context := e.CreateElement("samlp:RequestedAuthnContext")
	context.CreateAttr("Comparison", r.Comparison)
	context.CreateElement("saml:AuthnContextClassRef").SetText(levelURI(r.Level))
	return send(e, RequestParam, to.Binding, to.Location, relayState, by)
}

// levelURI names the level: SpidL1 for identity.Low and so on.
func levelURI(level identity.Assurance) string {
	n := min(max(level, identity.Low), identity.High) - identity.Low + 1
	return spidLevel + strconv.Itoa(int(n))
}

// message returns the element that all messages have in common, with its Issuer. The
// Issuer names its Format and NameQualifier always: SPID wants them, nobody minds.
func message(name, id, entityID, destination string, at time.Time) *etree.Element {
	e := etree.NewElement("samlp:" + name)
	e.CreateAttr("xmlns:samlp", protocolNS)
	e.CreateAttr("xmlns:saml", assertionNS)
	e.CreateAttr("ID", id)
	e.CreateAttr("Version", "2.0")
	e.CreateAttr("IssueInstant", at.UTC().Format("2006-01-02T15:04:05.000Z"))
	e.CreateAttr("Destination", destination)
	issuer := e.CreateElement("saml:Issuer")
	issuer.CreateAttr("Format", entityFormat)
	issuer.CreateAttr("NameQualifier", entityID)
	issuer.SetText(entityID)
	return e
}

// send signs e as the binding wants it: with the query, or inside behind the Issuer.
func send(e *etree.Element, param string, binding Binding, location, relayState string, by Signer) (Sending, error) {
	if binding == POST {
		if err := by.Sign(e, "Issuer"); err != nil {
			return Sending{}, err
		}
		doc, err := document(e)
		if err != nil {
			return Sending{}, err
		}
		form, err := PostForm(param, doc, relayState)
		return Sending{URL: location, Form: form, Message: doc}, err
	}
	doc, err := document(e)
	if err != nil {
		return Sending{}, err
	}
	open, err := RedirectURL(location, param, doc, relayState, &by)
	return Sending{URL: open, Message: doc}, err
}
