package saml

import (
	"slices"
	"time"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

// FormatRule says whether the Issuer of an assertion must name its Format. If it does,
// that is the one of an entity.
type FormatRule uint8

// The rules.
const (
	FormatRequired FormatRule = iota // SPID and eIDAS
	FormatOptional                   // CIE: its rules want none, its judge sends one
)

// Expect is what an answer is held against.
type Expect struct {
	Scheme     identity.Scheme // for who logs it; rules that differ have fields of their own
	EntityID   string          // ours: the audience
	ACS        string          // where the answer had to go
	IdP        IdP             // who was asked
	RequestID  string
	IssuedAt   time.Time          // of the request
	Least      identity.Assurance // what was asked for; none is any
	Comparison string             // "minimum", "better", "maximum", "exact" or "", which is exact
	Force      bool               // a fresh sign-in was asked for
	Attributes []string           // the names that were asked for
	// IssuerFormat is the scheme's rule for the Issuer of the assertion.
	IssuerFormat FormatRule
	Now          time.Time
	Skew         time.Duration // how far two clocks may be apart
}

// Answer is what an identity provider says.
type Answer struct {
	ResponseID     string
	InResponseTo   string // of the Response
	ResponseIssued time.Time
	Issuer         string
	AssertionID    string
	NameID         string // transient: it tells nothing of the person
	NameQualifier  string
	SessionIndex   string // "" if the provider keeps no session, as from level 2 on
	Level          identity.Assurance
	AuthnAt        time.Time
	NotOnOrAfter   time.Time         // then, and the skew, the assertion is good no more
	Attributes     map[string]string // by name, trimmed; just those that were asked for
	// Signed is true if the identity provider signed the Response or its Assertion, be the
	// answer right or not.
	Signed bool
}

// ReadResponse reads the form field SAMLResponse and checks all that SPID wants checked
// (technical rules, single sign-on, "Response"). Its error wraps [identity.ErrAnswer],
// [identity.ErrAssurance] if the person signed in at a level lower than asked for, or is
// one of [identity.Anomaly] if the identity provider says that nobody signed in.
//
// The assertion must be signed, the response may be. A refusal of the identity provider
// need not be signed: it lets nobody in.
//
// With an error the Answer holds, for the audit log, what ids could be read:
// ResponseID to NameQualifier. Nobody vouches for them then. InResponseTo is empty if it is
// no Response.
func ReadResponse(samlResponse string, e Expect) (Answer, error) {
	doc, err := DecodePost(samlResponse)
	if err != nil {
		return Answer{}, err
	}
	root, err := parse(doc, messageLimits)
	if err != nil {
		return Answer{}, refused(err)
	}
	a, err := e.read(root)
	if err != nil {
		claimed := claims(root)
		claimed.Signed = a.Signed
		return claimed, refused(err)
	}
	return a, nil
}

// read goes from the structure to the meaning. What is read after a signature was
// verified is what it was verified over.
func (e Expect) read(root *etree.Element) (a Answer, err error) {
	if err := shape(root); err != nil {
		return a, err
	}
	if one(root, dsigNS, "Signature") != nil {
		if root, err = verified(root, e.IdP.Certificates); err != nil {
			return a, err
		}
		a.Signed = true
	}
	if err := e.response(root, &a); err != nil {
		return a, err
	}
	if err := status(one(root, protocolNS, "Status")); err != nil {
		return a, err
	}
	assertion := one(root, assertionNS, "Assertion")
	if assertion == nil {
		return a, reason("success without an assertion")
	}
	if assertion, err = verified(assertion, e.IdP.Certificates); err != nil {
		return a, err
	}
	a.Signed = true
	err = e.assertion(assertion, &a)
	return a, err
}

// shape checks the structure of a Response and its Assertion.
func shape(root *etree.Element) error {
	if !is(root, protocolNS, "Response") {
		return reason("not a Response")
	}
	if err := placed(root); err != nil {
		return err
	}
	if err := sequence(root, child{assertionNS, "Issuer", false}, child{dsigNS, "Signature", true},
		child{protocolNS, "Status", false}, child{assertionNS, "Assertion", true}); err != nil {
		return err
	}
	assertion := one(root, assertionNS, "Assertion")
	if assertion == nil {
		return nil
	}
	head := []child{{assertionNS, "Issuer", false}, {dsigNS, "Signature", true}, {assertionNS, "Subject", false}, {assertionNS, "Conditions", false}}
	authn, attributes := child{assertionNS, "AuthnStatement", false}, child{assertionNS, "AttributeStatement", false}
	if sequence(assertion, append(head, attributes, authn)...) == nil { // statements have no order
		return nil
	}
	return sequence(assertion, append(head, authn, attributes)...)
}

// response checks what the Response says about itself.
func (e Expect) response(root *etree.Element, a *Answer) (err error) {
	a.ResponseID, a.InResponseTo = attr(root, "ID"), attr(root, "InResponseTo")
	if a.ResponseIssued, err = e.envelope(root); err != nil {
		return err
	}
	switch {
	case a.InResponseTo != e.RequestID || e.RequestID == "":
		return reason("InResponseTo of the response")
	case attr(root, "Destination") != e.ACS:
		return reason("Destination")
	}
	a.Issuer, err = e.issuer(root, FormatOptional)
	return err
}

// envelope checks what a Response and an Assertion have in common, and returns when it
// was issued.
func (e Expect) envelope(el *etree.Element) (time.Time, error) {
	issued, ok := instant(attr(el, "IssueInstant"))
	switch {
	case !ncName(attr(el, "ID")):
		return time.Time{}, reason("ID")
	case attr(el, "Version") != "2.0":
		return time.Time{}, reason("Version")
	case !ok:
		return time.Time{}, reason("IssueInstant")
	case issued.Before(e.IssuedAt.Add(-e.Skew)): // there are providers that tell whole seconds
		return time.Time{}, reason("issued before the request")
	case issued.After(e.Now.Add(e.Skew)):
		return time.Time{}, reason("issued in the future")
	}
	return issued, nil
}

// issuer checks that el is by who was asked, and returns the name.
func (e Expect) issuer(el *etree.Element, rule FormatRule) (string, error) {
	issuer := one(el, assertionNS, "Issuer")
	name, ok := text(issuer)
	if !ok || name != e.IdP.EntityID || name == "" {
		return "", reason("Issuer")
	}
	given := slices.ContainsFunc(issuer.Attr, func(a etree.Attr) bool { return a.Space == "" && a.Key == "Format" })
	if (given || rule == FormatRequired) && attr(issuer, "Format") != entityFormat {
		return "", reason("Format of the Issuer")
	}
	return name, nil
}
