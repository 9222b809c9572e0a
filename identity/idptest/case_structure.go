package idptest

import (
	"time"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

// structureCases say something twice, or too much, with right signatures.
func structureCases() []Case {
	anew := func(e *etree.Element) { e.CreateAttr("ID", newID()) }
	rows := []Case{
		{Name: "two audiences", About: "due Audience", before: twice(audiences+"/Audience", func(e *etree.Element) { e.SetText("https://other.example.org/sp") })},
		{Name: "two audience restrictions", About: "due AudienceRestriction", before: twice(audiences, nil)},
		{Name: "two confirmations", About: "due SubjectConfirmation, la prima giusta", before: twice(confirmation, func(e *etree.Element) {
			at(e, "SubjectConfirmationData").CreateAttr("Recipient", "https://other.example.org/acs")
		})},
		{Name: "two conditions", About: "due Conditions", before: twice("Assertion/Conditions", nil)},
		{Name: "two subjects", About: "due Subject", before: twice("Assertion/Subject", nil)},
		{Name: "two statements", About: "due AttributeStatement", before: twice("Assertion/AttributeStatement", nil)},
		{Name: "two authentications", About: "due AuthnStatement, la prima di livello 3", before: func(a *answer) {
			twice("Assertion/AuthnStatement", nil)(a)
			text(authnContext+"/AuthnContextClassRef", classRef(identity.High))(a)
		}},
		{Name: "attribute twice", About: "due volte lo stesso attributo", before: func(a *answer) {
			e := at(a.assertion, "AttributeStatement/Attribute")
			c := e.Copy()
			c.SelectElement("AttributeValue").SetText("Altro")
			e.Parent().AddChild(c)
		}},
		{Name: "two assertions", About: "due Assertion firmate", between: func(a *answer) {
			c := a.assertion.Copy()
			anew(c)
			at(c, "Signature").Remove()
			a.response.AddChild(c)
			if err := a.signAssertion.sign(c); err != nil {
				c.Remove()
			}
		}},
		{Name: "duplicate IDs", About: "Response e Assertion con lo stesso ID", before: func(a *answer) {
			a.assertion.CreateAttr("ID", a.response.SelectAttrValue("ID", ""))
		}},
		{Name: "duplicate IDs inside", About: "un altro elemento con l'ID della Assertion", before: func(a *answer) {
			a.signResponse = nil
			e := etree.NewElement("samlp:Extensions")
			e.CreateElement("samlp:GetComplete").CreateAttr("ID", a.assertion.SelectAttrValue("ID", ""))
			a.response.InsertChildAt(1, e)
		}},
		{Name: "encrypted assertion", About: "EncryptedAssertion al posto della Assertion", before: func(a *answer) {
			a.assertion.Remove()
			e := a.response.CreateElement("saml:EncryptedAssertion").CreateElement("xenc:EncryptedData")
			e.CreateAttr("xmlns:xenc", "http://www.w3.org/2001/04/xmlenc#")
			e.CreateElement("xenc:CipherData").CreateElement("xenc:CipherValue").SetText("AAAA")
		}},
		{Name: "other namespace", About: "attributi in un altro namespace", before: set("Assertion/AttributeStatement", "xmlns:saml", "urn:example:other")},
		{Name: "other protocol", About: "Response in un altro namespace", before: set("", "xmlns:samlp", "urn:oasis:names:tc:SAML:1.0:protocol")},
		{Name: "expired", About: "risposta di ieri", before: func(a *answer) {
			then := a.idp.cfg.Now().Add(-24 * time.Hour)
			edits(set(confirmed, "NotOnOrAfter", stamp(then)), set("Assertion/Conditions", "NotBefore", stamp(then.Add(-5*time.Minute))), set("Assertion/Conditions", "NotOnOrAfter", stamp(then)))(a)
		}},
		{Name: "confirmation to come", About: "SubjectConfirmationData con NotBefore futuro", before: set(confirmed, "NotBefore", "2099-01-01T00:00:00Z")},
		{Name: "authenticated in the future", About: "AuthnInstant futuro", before: set("Assertion/AuthnStatement", "AuthnInstant", "2099-01-01T00:00:00Z")},
		{Name: "authenticated long ago", About: "AuthnInstant precedente alla richiesta, che con ForceAuthn chiede un nuovo accesso", before: func(a *answer) {
			set("Assertion/AuthnStatement", "AuthnInstant", stamp(a.idp.cfg.Now().Add(-time.Hour)))(a)
		}},
		{Name: "session over", About: "SessionNotOnOrAfter passato", before: set("Assertion/AuthnStatement", "SessionNotOnOrAfter", "2000-01-01T00:00:00Z")},
		{Name: "unknown condition", About: "condizione sconosciuta", before: func(a *answer) {
			at(a.assertion, "Conditions").CreateElement("saml:Condition").CreateAttr("xsi:type", "xs:string")
		}},
		{Name: "logout response", About: "LogoutResponse al posto della Response", before: func(a *answer) { a.response.Tag = "LogoutResponse" }},
	}
	for i := range rows {
		rows[i].Err = identity.ErrAnswer
	}
	return rows
}
