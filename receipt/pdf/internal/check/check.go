// Package check looks for what this module's writer could do wrong with the rules of
// PDF/UA-1 and PDF/A-2a or 3a. It is no validator: it knows the constructs that the writer
// uses, and no others. Each finding names the rule as the validation profiles of veraPDF
// do, where they have one.
package check

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/pagonline/pagonline/receipt/pdf/internal/read"
)

// checker gathers findings.
type checker struct {
	*read.File
	findings []string
	owners   map[[2]int]int // the element of each marked content, by page and MCID
	pages    map[int]int    // the number of each page object
	level    int            // of the last heading
}

func (c *checker) want(ok bool, format string, args ...any) {
	if !ok && len(c.findings) < 50 {
		c.findings = append(c.findings, fmt.Sprintf(format, args...))
	}
}

// File returns what is wrong with a file, nothing if all is well.
func File(file []byte) []string {
	f, err := read.Open(file)
	if err != nil {
		return []string{err.Error()}
	}
	c := &checker{File: f, owners: map[[2]int]int{}, pages: map[int]int{}}
	c.want(bytes.HasPrefix(file, []byte("%PDF-1.7\n%")) && len(file) > 14 && file[10] > 127, "A 6.1.2: header")
	c.want(bytes.HasSuffix(file, []byte("%%EOF\n")), "A 6.1.3: end of file")
	c.offsets(file)
	c.document()
	c.tree()
	for i, page := range f.Pages() {
		c.page(i, page)
	}
	return c.findings
}

// offsets compares the table of objects with where they stand.
func (c *checker) offsets(file []byte) {
	at := bytes.LastIndex(file, []byte("startxref\n"))
	var start, size int
	_, err := fmt.Sscanf(string(file[max(at, 0):]), "startxref\n%d", &start)
	if err != nil || start <= 0 || start >= len(file) {
		c.want(false, "startxref")
		return
	}
	_, err = fmt.Sscanf(string(file[start:]), "xref\n0 %d\n", &size)
	table := start + len(fmt.Sprintf("xref\n0 %d\n", size))
	c.want(err == nil && read.Int(c.Trailer["Size"]) == size && table+20*size < len(file), "A 6.1.4: xref")
	for n := 1; n < size && table+20*n+20 < len(file); n++ {
		var offset int
		_, err := fmt.Sscanf(string(file[table+20*n:table+20*n+10]), "%d", &offset)
		c.want(err == nil && offset < len(file) && bytes.HasPrefix(file[offset:], fmt.Appendf(nil, "%d 0 obj\n", n)), "A 6.1.4: object %d is elsewhere", n)
	}
	id := c.Array(c.Trailer["ID"])
	c.want(len(id) == 2 && id[0] == id[1] && len(read.Text(id[0])) >= 16, "A 6.1.3: file id")
	c.want(c.Trailer["Encrypt"] == nil, "A 6.1.3: encrypted")
}

func (c *checker) document() {
	cat := c.Catalog
	c.want(read.Text(cat["Lang"]) != "", "UA 7.2: no language")
	c.want(c.Dict(cat["MarkInfo"])["Marked"] == true, "UA 6.2: not marked")
	c.want(c.Dict(cat["ViewerPreferences"])["DisplayDocTitle"] == true, "UA 7.1: title not shown")
	for _, key := range []read.Name{"AA", "OpenAction", "AcroForm", "OCProperties", "Perms"} {
		c.want(cat[key] == nil, "A 6: catalogue has %s", key)
	}
	data, ok := c.Data(cat["Metadata"])
	meta := string(data)
	title := read.Text(c.Get(c.Dict(c.Trailer["Info"])["Title"]))
	c.want(ok && c.Dict(cat["Metadata"])["Filter"] == nil, "A 6.6.2: metadata")
	c.want(title != "" && strings.Contains(meta, escaped(title)), "UA 7.1: title of metadata and of Info")
	c.want(strings.Contains(meta, "<pdfuaid:part>1<"), "UA 5: no identification")
	c.want(strings.Contains(meta, "<pdfaSchema:prefix>pdfuaid<"), "A 6.6.2.3: pdfuaid not declared")
	attached := c.Array(cat["AF"])
	part := "2"
	if len(attached) > 0 {
		part = "3"
	}
	c.want(strings.Contains(meta, "<pdfaid:part>"+part+"<") && strings.Contains(meta, "<pdfaid:conformance>A<"), "A 6.6.4: identification")
	for _, a := range attached {
		spec := c.Dict(a)
		c.want(spec["AFRelationship"] != nil && read.Text(spec["F"]) != "" && read.Text(spec["UF"]) != "", "A3 6.8: file specification")
		embedded := c.Dict(c.Dict(spec["EF"])["F"])
		c.want(embedded["Subtype"] != nil && c.Dict(embedded["Params"])["ModDate"] != nil, "A3 6.8: embedded file")
	}
	c.intent()
}

func escaped(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;").Replace(s)
}

// intent looks at the output intent and its profile.
func (c *checker) intent() {
	intents := c.Array(c.Catalog["OutputIntents"])
	c.want(len(intents) == 1, "A 6.2.3: output intents")
	if len(intents) != 1 {
		return
	}
	intent := c.Dict(intents[0])
	icc, ok := c.Data(intent["DestOutputProfile"])
	c.want(ok && intent["S"] == read.Name("GTS_PDFA1") && read.Int(c.Dict(intent["DestOutputProfile"])["N"]) == 3, "A 6.2.3: output intent")
	if len(icc) < 132 {
		c.want(false, "A 6.2.3: profile")
		return
	}
	c.want(int(binary.BigEndian.Uint32(icc)) == len(icc) && icc[8] == 2 && string(icc[12:24]) == "mntrRGB XYZ " && string(icc[36:40]) == "acsp", "A 6.2.3: head of the profile")
	var names []string
	for i := range int(binary.BigEndian.Uint32(icc[128:])) {
		e := icc[132+12*i:]
		at, size := binary.BigEndian.Uint32(e[4:]), binary.BigEndian.Uint32(e[8:])
		c.want(at%4 == 0 && int(at+size) <= len(icc), "A 6.2.3: tag of the profile")
		names = append(names, string(e[:4]))
	}
	slices.Sort(names)
	c.want(strings.Join(names, " ") == "bTRC bXYZ cprt desc gTRC gXYZ rTRC rXYZ wtpt", "A 6.2.3: tags of the profile")
}
