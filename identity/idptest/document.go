package idptest

import (
	"bytes"
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

// answer is a Response in the making, to which cases do wrong before it is signed, after
// it, or in its bytes.
type answer struct {
	idp       *SAMLProvider
	to        asked
	person    identity.Person
	level     identity.Assurance
	response  *etree.Element
	assertion *etree.Element
	// How the two are signed; nil is not at all.
	signAssertion, signResponse *signature
}

// response returns the bytes of the answer to a request.
func (p *SAMLProvider) response(to asked, person identity.Person, is Case) ([]byte, error) {
	a := &answer{idp: p, to: to, person: person, level: to.level, signAssertion: &signature{by: p.keys}, signResponse: &signature{by: p.keys}}
	if is.Level != identity.NoAssurance {
		a.level = is.Level
	}
	root, err := parse([]byte(a.text()))
	if err != nil {
		return nil, err
	}
	a.response, a.assertion = root, at(root, "Assertion")
	if is.before != nil {
		is.before(a)
	}
	a.assertion = at(a.response, "Assertion")
	if a.signAssertion != nil && a.assertion != nil {
		if err := a.signAssertion.sign(a.assertion); err != nil {
			return nil, err
		}
	}
	if is.between != nil {
		is.between(a)
	}
	if a.signResponse != nil {
		if err := a.signResponse.sign(a.response); err != nil {
			return nil, err
		}
	}
	if is.after != nil {
		is.after(a)
	}
	doc := written(a.response)
	if is.bytes != nil {
		doc = is.bytes(a, doc)
	}
	return doc, nil
}

// text returns the unsigned Response.
func (a *answer) text() string {
	now := a.idp.cfg.Now()
	session := ""
	if a.level == identity.Low { // no session is kept for the other levels
		session = ` SessionIndex="` + newID() + `"`
	}
	format := ` Format="` + entity + `"`
	qualifier, address := "", ""
	if a.idp.scheme == identity.CIE {
		format = ""
		qualifier, address = ` SPNameQualifier="`+escape(a.to.service)+`"`, ` Address="192.0.2.1"`
	}
	issuer := "<saml:Issuer" + format + ">" + escape(a.idp.cfg.EntityID) + "</saml:Issuer>"
	issued, until := stamp(now), stamp(now.Add(5*time.Minute))
	return `<samlp:Response xmlns:samlp="` + protocolNS + `" xmlns:saml="` + assertionNS + `" Destination="` + escape(a.to.acs) +
		`" ID="` + newID() + `" InResponseTo="` + escape(a.to.id) + `" IssueInstant="` + issued + `" Version="2.0">` + issuer +
		`<samlp:Status><samlp:StatusCode Value="` + status + `Success"/></samlp:Status>` +
		`<saml:Assertion xmlns:saml="` + assertionNS + `" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="` +
		newID() + `" IssueInstant="` + issued + `" Version="2.0">` + issuer +
		`<saml:Subject><saml:NameID Format="` + transient + `" NameQualifier="` + escape(a.idp.cfg.EntityID) + `"` + qualifier + ">\n      " + newID() + "\n    </saml:NameID>" +
		`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData` + address + ` InResponseTo="` + escape(a.to.id) +
		`" NotOnOrAfter="` + until + `" Recipient="` + escape(a.to.acs) + `"/></saml:SubjectConfirmation></saml:Subject>` +
		`<saml:Conditions NotBefore="` + issued + `" NotOnOrAfter="` + until + `"><saml:AudienceRestriction><saml:Audience>` + escape(a.to.service) +
		`</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
		`<saml:AuthnStatement AuthnInstant="` + issued + `"` + session + `><saml:AuthnContext><saml:AuthnContextClassRef>` + classRef(a.level) +
		`</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
		`<saml:AttributeStatement>` + a.attributes() + `</saml:AttributeStatement></saml:Assertion></samlp:Response>`
}

func (a *answer) attributes() string {
	var b strings.Builder
	for _, attr := range attributesOf(a.idp.scheme, a.person, a.to.attributes) {
		if a.idp.scheme == identity.CIE {
			attr.kind = "string"
		}
		fmt.Fprintf(&b, `<saml:Attribute Name="%s" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xsi:type="xs:%s">%s</saml:AttributeValue></saml:Attribute>`,
			attr.name, attr.kind, escape(attr.value))
	}
	return b.String()
}

// classRef names a level as SPID does.
func classRef(l identity.Assurance) string {
	return fmt.Sprintf("%s%d", level, 1+l-identity.Low)
}

// stamp writes an instant as xs:dateTime with milliseconds.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// newID returns an identifier of a message, unguessable.
func newID() string { return "_" + strings.ToLower(rand.Text()) }

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}

// nameOf returns the element of one attribute, nil if the assertion has none of the name.
func nameOf(assertion *etree.Element, name string) *etree.Element {
	statement := at(assertion, "AttributeStatement")
	if statement == nil {
		return nil
	}
	for _, e := range statement.SelectElements("Attribute") {
		if e.SelectAttrValue("Name", "") == name {
			return e
		}
	}
	return nil
}
