// Package hostile holds documents that no node sends and that anybody can: bombs, wrong
// encodings, spliced texts, parts that are missing, doubled, moved or out of form. Each
// has its exact answer. It is for tests.
package hostile

import (
	"fmt"
	"strings"
)

// Outcome is how a station answers a document.
type Outcome int

// The outcomes.
const (
	OK         Outcome = iota // a message, whatever the station then says of it
	Field                     // a KO for the element that Document.Path names
	BadRequest                // no message: HTTP 400
)

// Document is one of them.
type Document struct {
	Name string
	Body []byte
	Want Outcome
	Path string // with Field, as in "receipt.debtor.fullName"; "" for the root itself
}

// Documents returns all of them, with names that differ. The largest takes 10 MB.
func Documents() []Document {
	var all []Document
	for _, part := range [][]Document{envelopes(), bytes(), markup(), large(), structure(), facets()} {
		all = append(all, part...)
	}
	return all
}

const (
	creditor = "99999000013"
	number   = "301000000000000144"

	top    = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>`
	bottom = `</e:Body></e:Envelope>`
	space  = ` xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"`
)

// verify is a question in which nothing is wrong; most documents are one edit away.
var verify = top + question + bottom

var question = messages()[0].String()

// edited returns verify with old replaced once. What does not change anything is a
// mistake of this package, and shows as a document that is read.
func edited(old, with string) []byte { return []byte(strings.Replace(verify, old, with, 1)) }

// row is a document that is verify with an edit.
type row struct {
	name, old, with string
	want            Outcome
	path            string
}

func documents(family string, rows []row) []Document {
	all := make([]Document, 0, len(rows))
	for _, r := range rows {
		all = append(all, Document{Name: family + ": " + r.name, Body: edited(r.old, r.with), Want: r.want, Path: r.path})
	}
	return all
}

// repeat is n times the same, with %d for the number.
func repeat(form string, n int) string {
	if !strings.Contains(form, "%") {
		return strings.Repeat(form, n)
	}
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, form, i)
	}
	return b.String()
}
