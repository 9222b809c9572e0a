package tagged

import "strconv"

// Tag is a standard structure type (ISO 32000-1, 14.8.4).
type Tag string

// The types of elements that documents use.
const (
	document Tag = "Document"

	Section   Tag = "Sect"
	H1        Tag = "H1"
	H2        Tag = "H2"
	H3        Tag = "H3"
	Paragraph Tag = "P"
	Span      Tag = "Span"
	Figure    Tag = "Figure"
	Table     Tag = "Table"
	Row       Tag = "TR"
	Header    Tag = "TH"
	Cell      Tag = "TD"
)

// Attr is what an element says beside its type; the zero value says nothing.
type Attr struct {
	Alt    string // what stands for a figure
	Actual string // what the content reads as, where it is drawn in another form
	Lang   string // its language, where it is not that of the document
	Scope  string // of a header: "Row" or "Column"
	Box    Box    // where a figure stands
}

type element struct {
	tag    Tag
	attr   Attr
	page   int // of a figure's box
	parent int
	kids   []kid
}

// kid is an element, or marked content of a page.
type kid struct {
	element    int // none for content
	page, mark int
}

// Open begins an element inside the one that is open.
func (d *Document) Open(tag Tag, attr ...Attr) {
	parent := d.path[len(d.path)-1]
	i := d.add(tag, parent)
	if len(attr) > 0 {
		d.elements[i].attr = attr[0]
	}
	d.elements[parent].kids = append(d.elements[parent].kids, kid{element: i})
}

// add makes an element, in the room of an earlier document's if there is.
func (d *Document) add(tag Tag, parent int) int {
	i := len(d.elements)
	var kids []kid
	if i < cap(d.elements) {
		d.elements = d.elements[:i+1]
		kids = d.elements[i].kids[:0]
	} else {
		d.elements = append(d.elements, element{})
	}
	d.elements[i] = element{tag: tag, parent: parent, kids: kids, page: len(d.pages) - 1}
	d.path = append(d.path, i)
	return i
}

// Close ends the element that was opened last.
func (d *Document) Close() {
	if len(d.path) < 2 {
		d.fail(errOrder)
		return
	}
	d.path = d.path[:len(d.path)-1]
}

// Artifact draws what is no content: bands, lines, watermarks, page numbers. kind is
// "" or one of the types of artifacts with its subtype, as in "Pagination".
func (d *Document) Artifact(kind string, draw func()) {
	d.endMark()
	if d.artifact || len(d.pages) == 0 {
		d.fail(errOrder)
		return
	}
	switch kind {
	case "":
		d.content = append(d.content, "/Artifact BMC\n"...)
	case "Watermark", "Header", "Footer":
		d.content = append(append(append(d.content, "/Artifact <</Type/Pagination/Subtype/"...), kind...), ">>BDC\n"...)
	default:
		d.content = append(append(append(d.content, "/Artifact <</Type/"...), kind...), ">>BDC\n"...)
	}
	d.artifact = true
	draw()
	d.artifact = false
	d.content = append(d.content, "EMC\n"...)
}

// mark begins marked content of the open element, if it is not open yet.
func (d *Document) mark() {
	if d.artifact {
		return
	}
	current := d.path[len(d.path)-1]
	if len(d.pages) == 0 || current == 0 {
		d.fail(errOrder)
		return
	}
	if d.marked == current {
		return
	}
	d.endMark()
	p := &d.pages[len(d.pages)-1]
	d.elements[current].kids = append(d.elements[current].kids, kid{element: none, page: len(d.pages) - 1, mark: len(p.marks)})
	d.content = append(append(d.content, '/'), d.elements[current].tag...)
	d.content = strconv.AppendInt(append(d.content, "<</MCID "...), int64(len(p.marks)), 10)
	d.content = append(d.content, ">>BDC\n"...)
	p.marks = append(p.marks, current)
	d.marked = current
}

func (d *Document) endMark() {
	if d.marked != none {
		d.content = append(d.content, "EMC\n"...)
		d.marked = none
	}
}
