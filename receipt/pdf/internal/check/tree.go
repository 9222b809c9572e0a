package check

import (
	"slices"
	"strings"

	"github.com/pagonline/pagonline/receipt/pdf/internal/read"
)

// inside says which elements an element may stand in; nothing for any that is no table.
var inside = map[string][]string{"TR": {"Table"}, "TH": {"TR"}, "TD": {"TR"}}

// standard are the types that the writer uses.
var standard = strings.Fields("Document Sect H1 H2 H3 P Span Figure Table TR TH TD")

func (c *checker) tree() {
	root := c.Dict(c.Catalog["StructTreeRoot"])
	c.want(root != nil && root["ParentTree"] != nil, "UA 7.1: no structure tree")
	for i, page := range pageRefs(c) {
		c.pages[page] = i
	}
	kids := c.Array(root["K"])
	c.want(len(kids) == 1, "one root element")
	for _, kid := range kids {
		c.element(kid, c.Catalog["StructTreeRoot"], "", 0)
	}
	c.want(c.level > 0, "UA 7.4: no heading")
}

// pageRefs returns the object numbers of the pages.
func pageRefs(c *checker) (all []int) {
	for _, kid := range c.Array(c.Dict(c.Catalog["Pages"])["Kids"]) {
		if r, ok := kid.(read.Ref); ok {
			all = append(all, int(r))
		}
	}
	return all
}

func (c *checker) element(v, parent read.Value, parentType string, depth int) {
	e := c.Dict(v)
	ref, _ := v.(read.Ref)
	name, _ := e["S"].(read.Name)
	tag := string(name)
	if e == nil || depth > 20 {
		c.want(false, "element %d is none", ref)
		return
	}
	c.want(slices.Contains(standard, tag), "A 6.7.3: type %s", tag)
	c.want(e["P"] == parent, "UA 7.1: parent of element %d", ref)
	if may, bound := inside[tag]; bound {
		c.want(slices.Contains(may, parentType), "UA 7.2: %s in %s", tag, parentType)
	} else {
		c.want(parentType != "Table" && parentType != "TR", "UA 7.2: %s in %s", tag, parentType)
	}
	c.heading(tag)
	attributes := c.Dict(e["A"])
	switch tag {
	case "Figure":
		c.want(read.Text(e["Alt"]) != "", "UA 7.3: figure without text")
		c.want(len(c.Array(attributes["BBox"])) == 4, "UA 7.3: figure without box")
	case "TH":
		c.want(attributes["Scope"] != nil, "UA 7.5: header without scope")
	case "Table":
		c.table(e)
	}
	kids := c.Array(e["K"])
	c.want(len(kids) > 0, "empty element %d %s", ref, tag)
	for _, kid := range kids {
		if d := c.Dict(kid); d["Type"] == read.Name("MCR") {
			page, _ := d["Pg"].(read.Ref)
			number, known := c.pages[int(page)]
			at := [2]int{number, read.Int(d["MCID"])}
			_, twice := c.owners[at]
			c.want(known && !twice, "content of element %d", ref)
			c.owners[at] = int(ref)
			continue
		}
		c.element(kid, v, tag, depth+1)
	}
}

// heading sees to it that no level is skipped.
func (c *checker) heading(tag string) {
	if len(tag) != 2 || tag[0] != 'H' {
		return
	}
	level := int(tag[1] - '0')
	c.want(level <= c.level+1, "UA 7.4.2: %s after level %d", tag, c.level)
	c.want(level > 1 || c.level == 0, "UA 7.4: a second H1")
	c.level = level
}

// table sees to it that all rows have as many cells.
func (c *checker) table(e read.Dict) {
	cells := -1
	for _, kid := range c.Array(e["K"]) {
		n := len(c.Array(c.Dict(kid)["K"]))
		c.want(cells == -1 || n == cells, "UA 7.2: rows of %d and %d cells", cells, n)
		cells = n
	}
}
