package idptest

import (
	"slices"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

// signatureCases are signed in a wrong way.
func signatureCases() []Case {
	transform := func(t string) func(*answer) {
		return assertionBy(func(s *signature) { s.transforms = []string{enveloped, t, exclusive} })
	}
	rows := []Case{
		{Name: "SHA-1", About: "firma RSA con SHA-1", before: signedBy(func(s *signature) { s.method, s.digest = rsaSHA1, sha1URI })},
		{Name: "SHA-1 digest", About: "digest SHA-1", before: signedBy(func(s *signature) { s.digest = sha1URI })},
		{Name: "HMAC", About: "HMAC con la chiave pubblica", before: signedBy(func(s *signature) { s.method = hmacSHA })},
		{Name: "whole document", About: "Reference a tutto il documento", before: assertionBy(func(s *signature) { s.whole = true })},
		{Name: "several references", About: "due Reference", before: func(a *answer) {
			a.signResponse = nil
			a.signAssertion.more = `<ds:Reference URI="#` + attrAt(a.assertion, "", "ID") + `"><ds:Transforms><ds:Transform Algorithm="` + exclusive +
				`"/></ds:Transforms><ds:DigestMethod Algorithm="` + sha256URI + `"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>`
		}},
		{Name: "xslt", About: "trasformazione XSLT", before: transform(`<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"><xsl:value-of select="document('http://192.0.2.1/')"/></xsl:template></xsl:stylesheet></ds:Transform>`)},
		{Name: "xpath", About: "trasformazione XPath", before: transform(`<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor-or-self::*[local-name()='AttributeStatement'])</ds:XPath></ds:Transform>`)},
		{Name: "base64 transform", About: "trasformazione base64", before: transform(dsNS + "base64")},
		{Name: "comments kept", About: "canonicalizzazione con commenti", before: assertionBy(func(s *signature) { s.transforms = []string{enveloped, exclusive + "WithComments"} })},
		{Name: "not enveloped", About: "senza la trasformazione enveloped", before: assertionBy(func(s *signature) { s.transforms = []string{exclusive} })},
		{Name: "two signatures", About: "due firme nella Assertion", after: twiceSigned, before: unsigned(true, false)},
		{Name: "signature outside", About: "firma della Assertion fuori della Assertion", before: unsigned(true, false), after: func(a *answer) {
			s := at(a.assertion, "Signature")
			s.Remove()
			a.response.InsertChildAt(1, s)
		}},
		{Name: "altered assertion", About: "Assertion modificata dopo la firma", before: unsigned(true, false), after: alterPerson},
		{Name: "altered and signed again", About: "Assertion modificata, Response firmata dopo", between: alterPerson},
		{Name: "altered response", About: "Response modificata dopo la firma", after: set("", "Consent", "urn:oasis:names:tc:SAML:2.0:consent:obtained")},
		{Name: "no signature value", About: "SignatureValue vuoto", before: unsigned(true, false), after: text("Assertion/Signature/SignatureValue", "")},
		{Name: "response by another key", About: "Response firmata con certificato diverso", before: byOther(false, true, true)},
	}
	for i := range rows {
		rows[i].Err = identity.ErrAnswer
	}
	return append(rows, Case{Name: "other certificate shown", About: "KeyInfo con un certificato altrui", Either: true, Err: identity.ErrAnswer, before: func(a *answer) {
		signedBy(func(s *signature) { s.shown = a.idp.another().cert })(a)
	}})
}

// MixUps returns the cases in which another identity provider, one that the service
// knows too, answers in the place of the one that was asked: under its own name, and
// under that one's.
func MixUps(by *SAMLProvider) []Case {
	keys := func(a *answer) { a.signAssertion, a.signResponse = &signature{by: by.keys}, &signature{by: by.keys} }
	return []Case{
		{Name: "another provider", About: "risponde un altro gestore", Err: identity.ErrAnswer, before: edits(keys, text("Issuer", by.cfg.EntityID), text("Assertion/Issuer", by.cfg.EntityID))},
		{Name: "another provider's key", About: "firma un altro gestore", Err: identity.ErrAnswer, before: keys},
	}
}

func twiceSigned(a *answer) {
	s := at(a.assertion, "Signature")
	a.assertion.InsertChildAt(s.Index()+1, s.Copy())
}

// alterPerson makes the assertion one of somebody else.
func alterPerson(a *answer) { a.forge(a.assertion) }

// forge writes somebody else into an assertion and leaves everything else as it is.
func (a *answer) forge(assertion *etree.Element) {
	people := People(a.idp.scheme)
	victim := people[slices.IndexFunc(people, func(p identity.Person) bool { return p.Subject != a.person.Subject })]
	for _, attr := range attributesOf(a.idp.scheme, victim, a.to.attributes) {
		if e := nameOf(assertion, attr.name); e != nil {
			e.SelectElement("AttributeValue").SetText(attr.value)
		}
	}
}
