package idptest

import (
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

// rightCases are unusual and right: identity providers answer like this.
func rightCases() []Case {
	return []Case{
		{Name: "response not signed", About: "firmata la sola Assertion", before: unsigned(true, false)},
		{Name: "whole seconds", About: "istanti senza frazioni di secondo", before: func(a *answer) {
			now := a.idp.cfg.Now().UTC().Truncate(time.Second).Format(time.RFC3339)
			edits(set("", "IssueInstant", now), set("Assertion", "IssueInstant", now), set("Assertion/Conditions", "NotBefore", now))(a)
		}},
		{Name: "blanks", About: "spazi e a capo attorno ai testi", before: func(a *answer) {
			for _, e := range a.response.FindElements("//*") {
				if e.Text() != "" && len(e.ChildElements()) == 0 {
					e.SetText("\n\t" + strings.TrimSpace(e.Text()) + "\n  ")
				}
			}
		}},
		{
			Name: "indented", About: "rientri, righe di base64 e dichiarazione XML, come xmlsec1",
			before:  func(a *answer) { a.response.IndentWithSettings(&etree.IndentSettings{Spaces: 4}) },
			between: func(a *answer) { wrapLines(at(a.assertion, "Signature/SignatureValue")) },
			after:   func(a *answer) { wrapLines(at(a.response, "Signature/SignatureValue")) },
			bytes: func(_ *answer, doc []byte) []byte {
				return append([]byte("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n\n"), doc...)
			},
		},
		{Name: "attributes first", About: "AttributeStatement prima di AuthnStatement", before: func(a *answer) {
			authn, attributes := at(a.assertion, "AuthnStatement"), at(a.assertion, "AttributeStatement")
			a.assertion.InsertChildAt(authn.Index(), attributes)
		}},
		{Name: "as Shibboleth", About: "SubjectLocality, FriendlyName e SessionIndex, come Shibboleth", before: func(a *answer) {
			authn := at(a.assertion, "AuthnStatement")
			authn.CreateAttr("SessionIndex", newID())
			locality := etree.NewElement("saml:SubjectLocality")
			locality.CreateAttr("Address", "192.0.2.1")
			authn.InsertChildAt(0, locality)
			for _, e := range at(a.assertion, "AttributeStatement").SelectElements("Attribute") {
				e.CreateAttr("FriendlyName", e.SelectAttrValue("Name", ""))
			}
		}},
		{Name: "with an offset", About: "istanti con +01:00 al posto di Z", Either: true, Err: identity.ErrAnswer, before: func(a *answer) {
			set("", "IssueInstant", a.idp.cfg.Now().In(time.FixedZone("", 3600)).Format("2006-01-02T15:04:05.000-07:00"))(a)
		}},
		{Name: "one-time use", About: "condizione OneTimeUse", before: func(a *answer) { at(a.assertion, "Conditions").CreateElement("saml:OneTimeUse") }},
		{Name: "other prefixes", About: "prefissi di namespace diversi", before: prefixes(map[string]string{"samlp": "saml2p", "saml": "saml2"})},
		{Name: "default namespace", About: "namespace predefinito nell'Assertion", before: prefixes(map[string]string{"saml": ""})},
		{Name: "SHA-512", About: "firma RSA con SHA-512", before: signedBy(func(s *signature) { s.method, s.digest = rsaSHA512, sha512URI })},
		{Name: "no KeyInfo", About: "firma senza KeyInfo", before: signedBy(func(s *signature) { s.noKeyInfo = true })},
		{Name: "empty KeyInfo", About: "firma con X509Certificate vuoto", between: text("Assertion/Signature/KeyInfo/X509Data/X509Certificate", ""), after: text("Signature/KeyInfo/X509Data/X509Certificate", "")},
		{Name: "inclusive namespaces", About: "firma con InclusiveNamespaces, come OpenSAML", before: signedBy(func(s *signature) { s.inclusive = []string{"xs"} })},
	}
}

// wrapLines breaks a text after every 64 characters.
func wrapLines(e *etree.Element) {
	var lines []string
	for line := range slices.Chunk([]byte(e.Text()), 64) {
		lines = append(lines, string(line))
	}
	e.SetText("\n" + strings.Join(lines, "\n") + "\n")
}

// signedBy changes how both are signed.
func signedBy(change func(*signature)) func(*answer) {
	return func(a *answer) {
		change(a.signAssertion)
		change(a.signResponse)
	}
}

// assertionBy signs the assertion alone, in a changed way.
func assertionBy(change func(*signature)) func(*answer) {
	return func(a *answer) {
		a.signResponse = nil
		change(a.signAssertion)
	}
}

// prefixes renames the prefixes of the document.
func prefixes(to map[string]string) func(*answer) {
	return func(a *answer) {
		for _, e := range append(a.response.FindElements("//*"), a.response) {
			if p, renamed := to[e.Space]; renamed {
				e.Space = p
			}
			for i, attr := range e.Attr {
				p, renamed := to[attr.Key]
				switch {
				case attr.Space != "xmlns" || !renamed:
				case p == "":
					e.Attr[i] = etree.Attr{Key: "xmlns", Value: attr.Value}
				default:
					e.Attr[i].Key = p
				}
			}
		}
	}
}
