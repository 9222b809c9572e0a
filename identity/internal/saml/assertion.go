package saml

import (
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// assertion checks what the Assertion says, and fills a with it.
func (e Expect) assertion(el *etree.Element, a *Answer) (err error) {
	a.AssertionID = attr(el, "ID")
	if _, err := e.envelope(el); err != nil {
		return err
	}
	if _, err := e.issuer(el, e.IssuerFormat); err != nil {
		return err
	}
	if err := e.subject(one(el, assertionNS, "Subject"), a); err != nil {
		return err
	}
	if err := e.conditions(one(el, assertionNS, "Conditions"), a); err != nil {
		return err
	}
	if err := e.authn(one(el, assertionNS, "AuthnStatement"), a); err != nil {
		return err
	}
	a.Attributes, err = e.attributes(one(el, assertionNS, "AttributeStatement"))
	return err
}

// subject checks to whom and in answer to what the assertion was given.
func (e Expect) subject(el *etree.Element, a *Answer) error {
	if err := sequence(el, child{assertionNS, "NameID", false}, child{assertionNS, "SubjectConfirmation", false}); err != nil {
		return err
	}
	name := one(el, assertionNS, "NameID")
	var ok bool
	a.NameID, ok = text(name)
	a.NameQualifier = strings.TrimSpace(attr(name, "NameQualifier"))
	switch {
	case !ok || a.NameID == "":
		return reason("NameID")
	case attr(name, "Format") != transientFormat:
		return reason("Format of the NameID")
	case a.NameQualifier == "":
		return reason("NameQualifier")
	}
	confirmation := one(el, assertionNS, "SubjectConfirmation")
	if err := sequence(confirmation, child{assertionNS, "SubjectConfirmationData", false}); err != nil {
		return err
	}
	data := one(confirmation, assertionNS, "SubjectConfirmationData")
	until, ok := instant(attr(data, "NotOnOrAfter"))
	a.NotOnOrAfter = until
	switch {
	case attr(confirmation, "Method") != bearerMethod:
		return reason("Method of the SubjectConfirmation")
	case attr(data, "Recipient") != e.ACS:
		return reason("Recipient")
	case attr(data, "InResponseTo") != e.RequestID:
		return reason("InResponseTo of the SubjectConfirmation")
	case !ok || !e.Now.Before(until.Add(e.Skew)):
		return reason("NotOnOrAfter of the SubjectConfirmation")
	}
	return e.begun(attr(data, "NotBefore"), true)
}

// begun checks a NotBefore.
func (e Expect) begun(notBefore string, optional bool) error {
	if notBefore == "" && optional {
		return nil
	}
	if from, ok := instant(notBefore); !ok || from.After(e.Now.Add(e.Skew)) {
		return reason("NotBefore")
	}
	return nil
}

// conditions checks for whom and for how long the assertion is good. Conditions that are
// not understood would leave open whether it is (SAML core, 2.5.1.1).
func (e Expect) conditions(el *etree.Element, a *Answer) error {
	for _, c := range el.ChildElements() {
		if !is(c, assertionNS, "AudienceRestriction") && !is(c, assertionNS, "OneTimeUse") && !is(c, assertionNS, "ProxyRestriction") {
			return reason("unknown condition")
		}
	}
	until, ok := instant(attr(el, "NotOnOrAfter"))
	if !ok || !e.Now.Before(until.Add(e.Skew)) {
		return reason("NotOnOrAfter of the Conditions")
	}
	if until.Before(a.NotOnOrAfter) {
		a.NotOnOrAfter = until
	}
	if err := e.begun(attr(el, "NotBefore"), false); err != nil {
		return err
	}
	restriction := one(el, assertionNS, "AudienceRestriction")
	if restriction == nil {
		return reason("AudienceRestriction")
	}
	if err := sequence(restriction, child{assertionNS, "Audience", false}); err != nil {
		return err
	}
	if audience, ok := text(one(restriction, assertionNS, "Audience")); !ok || audience != e.EntityID || audience == "" {
		return reason("Audience")
	}
	return nil
}

// authn checks how the person signed in.
func (e Expect) authn(el *etree.Element, a *Answer) error {
	context := one(el, assertionNS, "AuthnContext")
	if context == nil || one(context, assertionNS, "AuthnContextClassRef") == nil {
		return reason("AuthnContext")
	}
	var ok bool
	if a.AuthnAt, ok = instant(attr(el, "AuthnInstant")); !ok || a.AuthnAt.After(e.Now.Add(e.Skew)) {
		return reason("AuthnInstant")
	}
	if e.Force && a.AuthnAt.Before(e.IssuedAt.Add(-e.Skew)) {
		return reason("authenticated before the request")
	}
	if over := attr(el, "SessionNotOnOrAfter"); over != "" {
		if until, ok := instant(over); !ok || !e.Now.Before(until.Add(e.Skew)) {
			return reason("SessionNotOnOrAfter")
		}
	}
	a.SessionIndex = attr(el, "SessionIndex")
	ref, _ := text(one(context, assertionNS, "AuthnContextClassRef"))
	level := slices.Index([]string{spidLevel + "1", spidLevel + "2", spidLevel + "3"}, ref)
	if level < 0 {
		return reason("AuthnContextClassRef")
	}
	a.Level = identity.Low + identity.Assurance(level)
	return e.satisfied(a.Level)
}

// satisfied compares the level with the one that was asked for (SAML core, 3.3.2.2.1).
func (e Expect) satisfied(level identity.Assurance) error {
	tooLow := level < e.Least || e.Comparison == "better" && level == e.Least
	tooHigh := level > e.Least && (e.Comparison == "" || e.Comparison == "exact" || e.Comparison == "maximum")
	switch {
	case e.Least == identity.NoAssurance:
		return nil
	case tooLow && e.Comparison != "maximum":
		return pagonline.AsError(identity.ErrAssurance).Because(reason("level lower than asked for"))
	case tooHigh:
		return reason("level higher than asked for")
	}
	return nil
}

// attributes returns what the assertion says of the person: what was asked for, neither
// less nor more, each attribute with one value. A value may be empty, but not all of
// them. The NameFormat is not looked at.
func (e Expect) attributes(el *etree.Element) (map[string]string, error) {
	found, some := map[string]string{}, false
	for _, attribute := range el.ChildElements() {
		name := attr(attribute, "Name")
		_, twice := found[name]
		switch {
		case !is(attribute, assertionNS, "Attribute"):
			return nil, reason("encrypted or unknown attribute")
		case twice || !slices.Contains(e.Attributes, name):
			return nil, reason("attribute twice, or not asked for")
		}
		if err := sequence(attribute, child{assertionNS, "AttributeValue", false}); err != nil {
			return nil, err
		}
		value, ok := text(one(attribute, assertionNS, "AttributeValue"))
		if !ok {
			return nil, reason("attribute with more than text")
		}
		found[name] = value
		some = some || value != ""
	}
	for _, name := range e.Attributes {
		if _, ok := found[name]; !ok {
			return nil, reason("attribute missing")
		}
	}
	if !some {
		return nil, reason("no attributes")
	}
	return found, nil
}
