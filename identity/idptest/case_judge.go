package idptest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

const (
	confirmation = "Assertion/Subject/SubjectConfirmation"
	confirmed    = confirmation + "/SubjectConfirmationData"
	audiences    = "Assertion/Conditions/AudienceRestriction"
	authnContext = "Assertion/AuthnStatement/AuthnContext"
)

// judgeCases are the cases of the public judges that change what is said, by their
// number there. Where a judge changes several things at once, the one that the case is
// named for is changed here.
func judgeCases() []Case {
	rows := []struct {
		name, about string
		before      func(*answer)
	}{
		{"2", "Response non firmata", unsigned(true, true)},
		{"3", "Assertion non firmata", unsigned(false, true)},
		{"4", "firma con certificato diverso da quello registrato", byOther(true, true, false)},
		{"5", "firma con certificato diverso, presente nella Response", byOther(true, true, true)},
		{"8", "Response: ID non specificato", set("", "ID", "")},
		{"9", "Response: ID mancante", drop("", "ID")},
		{"10", "Response: Version diverso da 2.0", set("", "Version", "1.0")},
		{"11", "Response: IssueInstant non specificato", set("", "IssueInstant", "")},
		{"12", "Response: IssueInstant mancante", drop("", "IssueInstant")},
		{"13", "Response: IssueInstant di formato non corretto", set("", "IssueInstant", "2018-09-04")},
		{"14", "Response: IssueInstant precedente alla request", set("", "IssueInstant", "2018-01-01T00:00:00Z")},
		{"15", "Response: IssueInstant successivo alla ricezione", set("", "IssueInstant", "2099-01-01T00:00:00Z")},
		{"16", "Response: InResponseTo non specificato", set("", "InResponseTo", "")},
		{"17", "Response: InResponseTo mancante", drop("", "InResponseTo")},
		{"18", "Response: InResponseTo diverso dall'ID della request", set("", "InResponseTo", "inresponsetodiversodaidrequest")},
		{"19", "Response: Destination non specificato", set("", "Destination", "")},
		{"20", "Response: Destination mancante", drop("", "Destination")},
		{"21", "Response: Destination diverso dall'AssertionConsumerService", set("", "Destination", "https://other.example.org/acs")},
		{"22", "Status non specificato", hollow("Status")},
		{"23", "Status mancante", cut("Status")},
		{"24", "StatusCode non specificato", set("Status/StatusCode", "Value", "")},
		{"25", "StatusCode mancante", cut("Status/StatusCode")},
		{"26", "StatusCode non valido", set("Status/StatusCode", "Value", status+"statuscodenonvalido")},
		{"27", "Response: Issuer non specificato", text("Issuer", "")},
		{"28", "Response: Issuer mancante", cut("Issuer")},
		{"29", "Response: Issuer diverso dall'EntityID dell'IdP", text("Issuer", "https://other.example.org/idp")},
		{"30", "Response: Format di Issuer diverso", set("Issuer", "Format", strings.Replace(entity, ":entity", ":unspecified", 1))},
		{"32", "Assertion mancante", cut("Assertion")},
		{"33", "Assertion: ID non specificato", set("Assertion", "ID", "")},
		{"34", "Assertion: ID mancante", drop("Assertion", "ID")},
		{"35", "Assertion: Version diverso da 2.0", set("Assertion", "Version", "1.0")},
		{"36", "Assertion: IssueInstant non specificato", set("Assertion", "IssueInstant", "")},
		{"37", "Assertion: IssueInstant mancante", drop("Assertion", "IssueInstant")},
		{"38", "Assertion: IssueInstant di formato non corretto", set("Assertion", "IssueInstant", "2018-09-06 16:00")},
		{"39", "Assertion: IssueInstant precedente alla request", set("Assertion", "IssueInstant", "2000-01-01T12:00:00Z")},
		{"40", "Assertion: IssueInstant successivo alla ricezione", set("Assertion", "IssueInstant", "2099-01-01T00:00:00Z")},
		{"41", "Subject non specificato", hollow("Assertion/Subject")},
		{"42", "Subject mancante", cut("Assertion/Subject")},
		{"43", "NameID non specificato", text("Assertion/Subject/NameID", "\n  ")},
		{"44", "NameID mancante", cut("Assertion/Subject/NameID")},
		{"45", "Format di NameID non specificato", set("Assertion/Subject/NameID", "Format", "")},
		{"46", "Format di NameID mancante", drop("Assertion/Subject/NameID", "Format")},
		{"47", "Format di NameID diverso", set("Assertion/Subject/NameID", "Format", strings.Replace(transient, "transient", "persistent", 1))},
		{"48", "NameQualifier di NameID non specificato", set("Assertion/Subject/NameID", "NameQualifier", "")},
		{"49", "NameQualifier di NameID mancante", drop("Assertion/Subject/NameID", "NameQualifier")},
		{"51", "SubjectConfirmation non specificato", hollow(confirmation)},
		{"52", "SubjectConfirmation mancante", cut(confirmation)},
		{"53", "Method di SubjectConfirmation non specificato", set(confirmation, "Method", "")},
		{"54", "Method di SubjectConfirmation mancante", drop(confirmation, "Method")},
		{"55", "Method di SubjectConfirmation diverso", set(confirmation, "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")},
		{"56", "SubjectConfirmationData mancante", cut(confirmed)},
		{"57", "Recipient non specificato", set(confirmed, "Recipient", "")},
		{"58", "Recipient mancante", drop(confirmed, "Recipient")},
		{"59", "Recipient diverso", set(confirmed, "Recipient", "https://other.example.org/acs")},
		{"60", "InResponseTo di SubjectConfirmationData non specificato", set(confirmed, "InResponseTo", "")},
		{"61", "InResponseTo di SubjectConfirmationData mancante", drop(confirmed, "InResponseTo")},
		{"62", "InResponseTo di SubjectConfirmationData diverso", set(confirmed, "InResponseTo", "diversodaauthnrequestid")},
		{"63", "NotOnOrAfter di SubjectConfirmationData non specificato", set(confirmed, "NotOnOrAfter", "")},
		{"64", "NotOnOrAfter di SubjectConfirmationData mancante", drop(confirmed, "NotOnOrAfter")},
		{"65", "NotOnOrAfter di SubjectConfirmationData di formato non corretto", set(confirmed, "NotOnOrAfter", "2018.09.18")},
		{"66", "NotOnOrAfter di SubjectConfirmationData passato", set(confirmed, "NotOnOrAfter", "2000-01-01T00:00:00Z")},
		{"67", "Assertion: Issuer non specificato", text("Assertion/Issuer", "")},
		{"68", "Assertion: Issuer mancante", cut("Assertion/Issuer")},
		{"69", "Assertion: Issuer diverso dall'EntityID dell'IdP", text("Assertion/Issuer", "https://other.example.org/idp")},
		{"70", "Assertion: Format di Issuer non specificato", set("Assertion/Issuer", "Format", "")},
		{"71", "Assertion: Format di Issuer mancante", drop("Assertion/Issuer", "Format")},
		{"72", "Assertion: Format di Issuer diverso", set("Assertion/Issuer", "Format", strings.Replace(entity, ":entity", ":unspecified", 1))},
		{"73", "Conditions non specificato", hollow("Assertion/Conditions")},
		{"74", "Conditions mancante", cut("Assertion/Conditions")},
		{"75", "NotBefore non specificato", set("Assertion/Conditions", "NotBefore", "")},
		{"76", "NotBefore mancante", drop("Assertion/Conditions", "NotBefore")},
		{"77", "NotBefore di formato non corretto", set("Assertion/Conditions", "NotBefore", "2018/09/10")},
		{"78", "NotBefore futuro", set("Assertion/Conditions", "NotBefore", "2099-01-01T00:00:00Z")},
		{"79", "NotOnOrAfter non specificato", set("Assertion/Conditions", "NotOnOrAfter", "")},
		{"80", "NotOnOrAfter mancante", drop("Assertion/Conditions", "NotOnOrAfter")},
		{"81", "NotOnOrAfter di formato non corretto", set("Assertion/Conditions", "NotOnOrAfter", "10-09-2018")},
		{"82", "NotOnOrAfter passato", set("Assertion/Conditions", "NotOnOrAfter", "2000-01-01T00:00:00Z")},
		{"83", "AudienceRestriction non specificato", hollow(audiences)},
		{"84", "AudienceRestriction mancante", cut(audiences)},
		{"85", "Audience non specificato", text(audiences+"/Audience", "")},
		{"86", "Audience mancante", cut(audiences + "/Audience")},
		{"87", "Audience diverso dall'EntityID del servizio", text(audiences+"/Audience", "https://other.example.org/sp")},
		{"88", "AuthnStatement non specificato", hollow("Assertion/AuthnStatement")},
		{"89", "AuthnStatement mancante", cut("Assertion/AuthnStatement")},
		{"90", "AuthnContext non specificato", hollow(authnContext)},
		{"91", "AuthnContext mancante", cut(authnContext)},
		{"92", "AuthnContextClassRef non specificato", text(authnContext+"/AuthnContextClassRef", "")},
		{"93", "AuthnContextClassRef mancante", cut(authnContext + "/AuthnContextClassRef")},
		{"97", "AuthnContextClassRef non previsto", text(authnContext+"/AuthnContextClassRef", "urn:oasis:names:tc:SAML:2.0:ac:classes:SpidL1")},
		{"98", "Attribute mancante", hollow("Assertion/AttributeStatement")},
		{"99", "Attribute non specificato", func(a *answer) {
			for _, e := range at(a.assertion, "AttributeStatement").SelectElements("Attribute") {
				e.Child = nil
			}
		}},
		{"100", "Assertion firmata con certificato diverso", byOther(true, false, true)},
		{"112", "primo elemento firmato, Assertion non firmata", edits(unsigned(true, true), signedFirst)},
		{"113", "primo elemento firmato, Assertion con firma non valida", edits(unsigned(false, false), func(a *answer) { a.signResponse = nil }, signedFirst)},
	}
	var all []Case
	for _, r := range rows {
		c := Case{Name: r.name, About: r.about, Err: identity.ErrAnswer, before: r.before}
		if r.name == "113" {
			c.after = alterPerson
		}
		all = append(all, c)
	}
	for n := 1; n <= 3; n++ {
		all = append(all, Case{Name: strconv.Itoa(93 + n), About: fmt.Sprintf("AuthnContextClassRef SpidL%d", n), Level: identity.Low + identity.Assurance(n-1)})
	}
	return append(all,
		Case{Name: "31", About: "Response: Format di Issuer omesso", before: drop("Issuer", "Format")},
		Case{Name: "103", About: "attributi diversi da quelli richiesti", Either: true, Err: identity.ErrAnswer, before: func(a *answer) {
			statement := at(a.assertion, "AttributeStatement")
			for _, e := range statement.SelectElements("Attribute")[1:] {
				e.Remove()
			}
		}},
		Case{Name: "109", About: "attributi senza NameFormat", before: func(a *answer) {
			for _, e := range at(a.assertion, "AttributeStatement").SelectElements("Attribute") {
				e.RemoveAttr("NameFormat")
			}
		}},
		Case{Name: "110", About: "IssueInstant con frazioni di secondo", before: func(a *answer) {
			set("", "IssueInstant", a.idp.cfg.Now().UTC().Format("2006-01-02T15:04:05.000000Z"))(a)
		}},
	)
}

// unsigned leaves signatures out.
func unsigned(response, assertion bool) func(*answer) {
	return func(a *answer) {
		if response {
			a.signResponse = nil
		}
		if assertion {
			a.signAssertion = nil
		}
	}
}

// byOther signs with a key that is in no metadata, and shows its certificate, or the
// right one.
func byOther(assertion, response, shown bool) func(*answer) {
	return func(a *answer) {
		s := &signature{by: a.idp.another(), shown: a.idp.keys.cert}
		if shown {
			s.shown = nil
		}
		if assertion {
			a.signAssertion = s
		}
		if response {
			a.signResponse = s
		}
	}
}

// signedFirst puts an element with a right signature in front of everything.
func signedFirst(a *answer) {
	e := etree.NewElement("md:EntityDescriptor")
	e.CreateAttr("xmlns:md", metadataNS)
	e.CreateAttr("entityID", a.idp.cfg.EntityID)
	e.CreateAttr("ID", newID())
	a.response.InsertChildAt(0, e)
	if err := (signature{by: a.idp.keys}).sign(e); err != nil {
		e.Remove()
	}
}
