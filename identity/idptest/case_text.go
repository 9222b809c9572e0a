package idptest

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/pagonline/pagonline/identity"
)

// textCases are about how the document is written; the assertion alone is signed, so that
// nothing but the reading refuses them.
func textCases() []Case {
	insert := func(before, text string) func(*answer, []byte) []byte {
		return func(_ *answer, doc []byte) []byte {
			i := bytes.Index(doc, []byte(before))
			return slices.Concat(doc[:max(i, 0)], []byte(text), doc[max(i, 0):])
		}
	}
	insertAfter := func(mark, text string) func(*answer, []byte) []byte {
		return func(_ *answer, doc []byte) []byte { return bytes.Replace(doc, []byte(mark), []byte(mark+text), 1) }
	}
	inName := func(mark string) func(*answer, []byte) []byte {
		return func(a *answer, doc []byte) []byte {
			name := cmp.Or(a.person.FiscalCode.String(), string(a.person.ForeignID))
			half := len(name) / 2
			return bytes.Replace(doc, []byte(name), []byte(name[:half]+mark+name[half:]), 1)
		}
	}
	rows := []Case{
		{Name: "comment injection", About: "commento dentro un valore", Either: true, bytes: inName("<!-- -->")},
		{Name: "CDATA", About: "CDATA dentro un valore", Either: true, bytes: func(a *answer, doc []byte) []byte {
			name := a.person.FamilyName
			return bytes.Replace(doc, []byte(">"+name+"<"), []byte("><![CDATA["+name+"]]><"), 1)
		}},
		{Name: "processing instruction", About: "istruzione dentro un valore", bytes: inName("<?x y?>")},
		{Name: "document type", About: "DOCTYPE", bytes: insert("", "<!DOCTYPE Response>")},
		{Name: "entities", About: "entità dichiarate", bytes: func(a *answer, doc []byte) []byte {
			doc = bytes.Replace(doc, []byte(">"+a.person.GivenName+"<"), []byte(">&x;<"), 1)
			return append([]byte(`<!DOCTYPE Response [<!ENTITY x "`+escape(a.person.GivenName)+`">]>`), doc...)
		}},
		{Name: "external entity", About: "entità esterna", bytes: func(a *answer, doc []byte) []byte {
			doc = bytes.Replace(doc, []byte(">"+a.person.GivenName+"<"), []byte(">&x;<"), 1)
			return append([]byte(`<!DOCTYPE Response [<!ENTITY x SYSTEM "file:///dev/null">]>`), doc...)
		}},
		{Name: "round trip, element", About: "nome di elemento instabile", bytes: insert("<samlp:Status>", `<samlp:Extensions><x::Assertion xmlns:x="urn:x"></x::Assertion></samlp:Extensions>`)},
		{Name: "round trip, attribute", About: "attributo instabile", bytes: insert("<samlp:Status>", `<samlp:Extensions><x xmlns:a="urn:x" a:="y"></x></samlp:Extensions>`)},
		{Name: "round trip, directive", About: "direttiva instabile", bytes: insert("<samlp:Status>", `<samlp:Extensions><! <<!-- -->!-- x> --></samlp:Extensions>`)},
		{Name: "round trip, namespace", About: "dichiarazione di namespace instabile", bytes: insert("<samlp:Status>", `<samlp:Extensions><x xmlns:="urn:x"></x></samlp:Extensions>`)},
		{Name: "cut off", About: "documento troncato", bytes: func(_ *answer, doc []byte) []byte { return doc[:len(doc)-20] }},
		{Name: "two roots", About: "due radici", bytes: func(_ *answer, doc []byte) []byte { return append(doc, doc...) }},
		{Name: "attribute twice in a tag", About: "due volte lo stesso attributo XML", bytes: insertAfter("<saml:Assertion", ` ID="_other"`)},
		{Name: "UTF-16", About: "documento in UTF-16", bytes: func(_ *answer, doc []byte) []byte {
			wide := []byte{0xFE, 0xFF}
			for _, b := range doc {
				wide = append(wide, 0, b)
			}
			return wide
		}},
		{Name: "no UTF-8", About: "byte che non sono UTF-8", bytes: insert("<samlp:Status>", "\xff")},
		{Name: "null character", About: "carattere nullo", bytes: insert("<samlp:Status>", "&#0;")},
		{Name: "deep", About: "diecimila livelli", bytes: insert("<samlp:Status>", "<samlp:Extensions>"+strings.Repeat("<a>", 10_000)+strings.Repeat("</a>", 10_000)+"</samlp:Extensions>")},
		{Name: "many elements", About: "ventimila elementi", bytes: insert("<samlp:Status>", "<samlp:Extensions>"+strings.Repeat("<a/>", 20_000)+"</samlp:Extensions>")},
		{Name: "too long", About: "un mebibyte di spazi", bytes: insert("<samlp:Status>", strings.Repeat(" ", 1<<20))},
	}
	for i := range rows {
		rows[i].Err, rows[i].before = identity.ErrAnswer, unsigned(true, false)
	}
	return rows
}
