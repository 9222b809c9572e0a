package idptest

import (
	"slices"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

// Case is one way to answer: a wrong one, or one that looks unusual and is right. The
// zero value is the usual right answer. [Cases] lists them.
type Case struct {
	// Name tells it from the others: a number of the public judges' lists (spid-sp-test,
	// spid-saml-check), as in "18", or words, as in "two audiences".
	Name string
	// About says in Italian what there is to see, as the login page shows it.
	About string
	// Err is what a service has to say: an error of the package identity, or nil if the
	// answer is right.
	Err error
	// Anomaly is the number that the error has to name ([identity.AnomalyError]), 0 for
	// none.
	Anomaly int
	// Either is true where the rules let a service accept or refuse. What it accepts
	// has to be the person all the same.
	Either bool
	// Level is what the answer vouches for. Default: what was asked for.
	Level identity.Assurance

	before, between, after func(*answer) // before signing, between the two signatures, after
	bytes                  func(*answer, []byte) []byte
}

// Want returns what a service has to say that asked for the level least, or a higher one:
// nil if it has to accept.
func (c Case) Want(least identity.Assurance) error {
	if c.Err == nil && c.Level != identity.NoAssurance && c.Level < least {
		return identity.ErrAssurance
	}
	return c.Err
}

// Cases returns all ways to answer of a scheme, the public judges' first. Names are
// unique.
func Cases(scheme identity.Scheme) []Case {
	all := slices.Concat(judgeCases(), anomalyCases(), rightCases(), signatureCases(), structureCases(), wrapCases(), textCases())
	if scheme != identity.CIE {
		return all
	}
	for i, c := range all {
		if slices.Contains([]string{"30", "31", "70", "71", "72"}, c.Name) {
			// The judge answers for CIE too with the Format that CIE itself leaves out.
			all[i].before = edits(set("Issuer", "Format", entity), set("Assertion/Issuer", "Format", entity), c.before)
			// CIE's own answers are like the 71st in this, and the judge passes over both.
			all[i].Either = c.Name == "70" || c.Name == "71"
		}
	}
	return append(all, Case{
		Name: "issuers with format", About: "Issuer con Format, come SPID",
		before: edits(set("Issuer", "Format", entity), set("Assertion/Issuer", "Format", entity)),
	})
}

// edits does one after the other.
func edits(all ...func(*answer)) func(*answer) {
	return func(a *answer) {
		for _, edit := range all {
			if edit != nil {
				edit(a)
			}
		}
	}
}

// set gives the element at a path an attribute.
func set(path, name, value string) func(*answer) {
	return func(a *answer) {
		if e := at(a.response, path); e != nil {
			e.CreateAttr(name, value)
		}
	}
}

// drop takes an attribute away.
func drop(path, name string) func(*answer) {
	return func(a *answer) {
		if e := at(a.response, path); e != nil {
			e.RemoveAttr(name)
		}
	}
}

// text gives the element at a path another text.
func text(path, value string) func(*answer) {
	return func(a *answer) {
		if e := at(a.response, path); e != nil {
			e.SetText(value)
		}
	}
}

// cut removes the element at a path.
func cut(path string) func(*answer) {
	return func(a *answer) {
		if e := at(a.response, path); e != nil {
			e.Remove()
		}
	}
}

// hollow removes what is in the element at a path.
func hollow(path string) func(*answer) {
	return func(a *answer) {
		if e := at(a.response, path); e != nil {
			for len(e.Child) > 0 {
				e.RemoveChildAt(0)
			}
		}
	}
}

// twice puts a copy of the element at a path behind it, changed by change.
func twice(path string, change func(*etree.Element)) func(*answer) {
	return func(a *answer) {
		e := at(a.response, path)
		c := e.Copy()
		if change != nil {
			change(c)
		}
		e.Parent().InsertChildAt(e.Index()+1, c)
	}
}
