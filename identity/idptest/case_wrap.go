package idptest

import (
	"fmt"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

// wrapCases move what was signed and put something forged where it was: signature
// wrapping, by the numbers of "On Breaking SAML: Be Whoever You Want to Be" (USENIX
// Security 2012) and SAML Raider.
func wrapCases() []Case {
	whole := func(place func(a *answer, signature, original *etree.Element)) func(*answer) {
		return func(a *answer) { // the response's signature is wrapped
			s := at(a.response, "Signature")
			original := a.response.Copy()
			at(original, "Signature").Remove()
			a.response.CreateAttr("ID", newID())
			at(a.assertion, "Signature").Remove()
			a.assertion.CreateAttr("ID", newID())
			a.forge(a.assertion)
			place(a, s, original)
		}
	}
	part := func(place func(a *answer, signed, evil *etree.Element)) func(*answer) {
		return func(a *answer) { // the assertion's is; the response is not signed
			evil := a.assertion.Copy()
			at(evil, "Signature").Remove()
			evil.CreateAttr("ID", newID())
			a.forge(evil)
			place(a, a.assertion, evil)
		}
	}
	// inside: the evil one keeps the signature, the original is somewhere in it.
	inside := func(place func(a *answer, signature, original *etree.Element)) func(*answer) {
		return func(a *answer) {
			original := a.assertion.Copy()
			at(original, "Signature").Remove()
			a.assertion.CreateAttr("ID", newID())
			a.forge(a.assertion)
			place(a, at(a.assertion, "Signature"), original)
		}
	}
	rows := []Case{
		{after: whole(func(_ *answer, s, original *etree.Element) { s.AddChild(original) })},
		{after: whole(func(a *answer, s, original *etree.Element) { a.response.InsertChildAt(s.Index(), original) })},
		{after: part(func(a *answer, signed, evil *etree.Element) { a.response.InsertChildAt(signed.Index(), evil) })},
		{after: part(func(a *answer, signed, evil *etree.Element) {
			signed.Remove()
			evil.AddChild(signed)
			a.response.AddChild(evil)
		})},
		{after: inside(func(a *answer, _, original *etree.Element) { a.response.AddChild(original) })},
		{after: inside(func(_ *answer, s, original *etree.Element) { s.AddChild(original) })},
		{after: part(func(a *answer, signed, evil *etree.Element) {
			e := etree.NewElement("samlp:Extensions")
			e.AddChild(evil)
			a.response.InsertChildAt(signed.Index(), e)
		})},
		{after: inside(func(_ *answer, s, original *etree.Element) { s.CreateElement("ds:Object").AddChild(original) })},
		{after: part(func(a *answer, signed, evil *etree.Element) { // two SignedInfo: one is verified, one is read
			s := at(signed, "Signature").Copy()
			signed.Remove()
			if err := (signature{by: a.idp.another()}).sign(evil); err != nil {
				return
			}
			fake := at(evil, "Signature/SignedInfo").Copy()
			at(evil, "Signature").Remove()
			s.InsertChildAt(at(s, "SignatureValue").Index()+1, fake)
			evil.InsertChildAt(1, s)
			a.response.AddChild(evil)
			a.response.CreateElement("samlp:Extensions").AddChild(signed)
		})},
	}
	for i := range rows {
		rows[i].Name, rows[i].About, rows[i].Err = fmt.Sprintf("xsw%d", i+1), fmt.Sprintf("signature wrapping %d", i+1), identity.ErrAnswer
		if i > 1 {
			rows[i].before = unsigned(true, false)
		}
	}
	for _, name := range []string{"Advice", "Evidence"} {
		rows = append(rows, Case{Name: "wrapped in " + name, About: "Assertion falsa con l'originale in " + name, Err: identity.ErrAnswer, before: unsigned(true, false), after: part(func(a *answer, signed, evil *etree.Element) {
			signed.Remove()
			evil.CreateElement("saml:" + name).AddChild(signed)
			a.response.AddChild(evil)
		})})
	}
	return rows
}
