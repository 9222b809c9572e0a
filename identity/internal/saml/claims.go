package saml

import "github.com/beevik/etree"

// claims returns what a Response says about itself, for the log, though nobody vouches
// for it. What no log has room for is left out.
func claims(root *etree.Element) (a Answer) {
	short := func(s string, ok bool) string {
		if !ok || len(s) > 1024 {
			return ""
		}
		return s
	}
	a.ResponseID = short(attr(root, "ID"), true)
	if is(root, protocolNS, "Response") {
		a.InResponseTo = short(attr(root, "InResponseTo"), true)
	}
	a.ResponseIssued, _ = instant(attr(root, "IssueInstant"))
	if issuer := one(root, assertionNS, "Issuer"); issuer != nil {
		a.Issuer = short(text(issuer))
	}
	assertion := one(root, assertionNS, "Assertion")
	if assertion == nil {
		return a
	}
	a.AssertionID = short(attr(assertion, "ID"), true)
	if subject := one(assertion, assertionNS, "Subject"); subject != nil {
		if name := one(subject, assertionNS, "NameID"); name != nil {
			a.NameID, a.NameQualifier = short(text(name)), short(attr(name, "NameQualifier"), true)
		}
	}
	return a
}
