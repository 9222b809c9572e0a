package check

import (
	"encoding/binary"

	"github.com/pagonline/pagonline/receipt/pdf/internal/read"
)

// page looks at what a page shows: everything is an artifact, or content that the tree
// knows, in fonts that are embedded whole.
func (c *checker) page(number int, page read.Dict) {
	c.want(page["Tabs"] == read.Name("S"), "UA 7.18.3: tab order of page %d", number)
	c.want(page["Annots"] == nil && page["Group"] == nil, "page %d has annotations or transparency", number)
	pieces, ok := c.Content(page)
	c.want(ok, "page %d cannot be read", number)
	parents := c.parents(page)
	seen := map[int]bool{}
	for _, p := range pieces {
		m := p.Mark
		c.want(m.Open && (m.Artifact || m.MCID >= 0), "UA 7.1-3: page %d: %q is neither content nor artifact", number, p.Text)
		c.want(!p.Missing, "UA 7.21.7: page %d: %q has a glyph without a character", number, p.Text)
		for _, r := range p.Text {
			c.want(r != 0 && r != 0xfeff && r != 0xfffe, "UA 7.21.7: character %U", r)
		}
		if m.Artifact || m.MCID < 0 {
			continue
		}
		owner, known := c.owners[[2]int{number, m.MCID}]
		c.want(known && m.MCID < len(parents) && parents[m.MCID] == read.Ref(owner), "page %d: content %d has no element", number, m.MCID)
		c.want(!known || c.Dict(read.Ref(owner))["S"] == read.Name(m.Tag), "page %d: content %d is of another type", number, m.MCID)
		seen[m.MCID] = true
	}
	for i := range parents {
		c.want(seen[i], "page %d: content %d is not there", number, i)
	}
	for _, font := range c.Dict(c.Dict(page["Resources"])["Font"]) {
		c.font(c.Dict(font))
	}
}

// parents returns the elements of a page's contents, by MCID.
func (c *checker) parents(page read.Dict) read.Array {
	nums := c.Array(c.Dict(c.Dict(c.Catalog["StructTreeRoot"])["ParentTree"])["Nums"])
	for i := 0; i+1 < len(nums); i += 2 {
		if nums[i] == page["StructParents"] {
			return c.Array(nums[i+1])
		}
	}
	c.want(false, "page without a place in the parent tree")
	return nil
}

func (c *checker) font(font read.Dict) {
	descendants := c.Array(font["DescendantFonts"])
	if font["Subtype"] != read.Name("Type0") || len(descendants) != 1 {
		c.want(false, "UA 7.21: font that is not composed")
		return
	}
	cid := c.Dict(descendants[0])
	descriptor := c.Dict(cid["FontDescriptor"])
	program, ok := c.Data(descriptor["FontFile2"])
	c.want(ok && font["Encoding"] == read.Name("Identity-H") && cid["CIDToGIDMap"] == read.Name("Identity"), "UA 7.21.3: encoding")
	c.want(font["BaseFont"] == cid["BaseFont"] && cid["BaseFont"] == descriptor["FontName"], "A 6.2.11: names of a font")
	c.want(font["ToUnicode"] != nil && len(program) == read.Int(c.Dict(descriptor["FontFile2"])["Length1"]), "UA 7.21.4: embedded font")
	c.widths(c.Array(cid["W"]), program)
}

// widths compares the widths that the file gives with those of the font program.
func (c *checker) widths(w read.Array, program []byte) {
	hmtx, head := table(program, "hmtx"), table(program, "head")
	if hmtx == nil || head == nil {
		c.want(false, "A 6.2.11: font program")
		return
	}
	upem := int(binary.BigEndian.Uint16(head[18:]))
	for i := 0; i+1 < len(w); i += 2 {
		first := read.Int(w[i])
		for k, v := range c.Array(w[i+1]) {
			if at := 4 * (first + k); at+2 <= len(hmtx) {
				own := (int(binary.BigEndian.Uint16(hmtx[at:])) * 1000) / upem
				c.want(max(own-read.Int(v), read.Int(v)-own) <= 1, "UA 7.21.5: width of glyph %d", first+k)
			}
		}
	}
}

// table returns a table of a TrueType program.
func table(program []byte, name string) []byte {
	if len(program) < 12 {
		return nil
	}
	for i := range int(binary.BigEndian.Uint16(program[4:])) {
		if e := program[12+16*i:]; string(e[:4]) == name {
			at, size := binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])
			return program[at : at+size]
		}
	}
	return nil
}
