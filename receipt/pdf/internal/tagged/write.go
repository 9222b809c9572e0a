package tagged

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
)

// The objects that every file has, by number. Fonts follow, then pages, attachments
// and elements.
const (
	objCatalog = iota + 1
	objPages
	objMetadata
	objProfile
	objTree
	objParents
	objInfo
	objFirst
)

// perFont is the number of objects of a font; perPage and perAttachment likewise.
const perFont, perPage, perAttachment = 5, 2, 2

type layout struct{ fonts, pages, attachments, pictures, elements, end int }

func (d *Document) write() {
	var at layout
	at.fonts = objFirst
	at.pages = at.fonts
	for _, used := range d.used {
		if used {
			at.pages += perFont
		}
	}
	at.attachments = at.pages + perPage*len(d.pages)
	at.pictures = at.attachments + perAttachment*len(d.info.Attach)
	at.elements = at.pictures + len(d.pictures)
	at.end = at.elements + len(d.elements)
	if cap(d.offsets) < at.end {
		d.offsets = make([]int, at.end)
	}
	d.offsets = d.offsets[:at.end]
	d.put("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	d.writeCatalog(at)
	resources := d.writeFonts(at)
	d.writePages(at, resources)
	d.writeAttachments(at)
	d.writePictures(at)
	d.writeElements(at)
	d.writeEnd()
}

func (d *Document) put(s string) { d.out = append(d.out, s...) }
func (d *Document) num(n int)    { d.out = strconv.AppendInt(d.out, int64(n), 10) }

// ref writes a reference.
func (d *Document) ref(n int) {
	d.num(n)
	d.put(" 0 R")
}

func (d *Document) begin(n int) {
	d.offsets[n] = len(d.out)
	d.num(n)
	d.put(" 0 obj\n")
}

func (d *Document) end() { d.put("\nendobj\n") }

// stream writes an object with data; dict is what its dictionary holds beside the
// length.
func (d *Document) stream(n int, dict string, data []byte) {
	d.begin(n)
	d.put("<<" + dict + "/Length ")
	d.num(len(data))
	d.put(">>\nstream\n")
	d.out = append(d.out, data...)
	d.put("\nendstream")
	d.end()
}

// str writes a text string.
func (d *Document) str(s string) {
	ascii := strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
	if ascii {
		d.put("(")
		for i := range len(s) {
			if s[i] == '(' || s[i] == ')' || s[i] == '\\' {
				d.out = append(d.out, '\\')
			}
			d.out = append(d.out, s[i])
		}
		d.put(")")
		return
	}
	d.put("<FEFF")
	d.out = fmt.Appendf(d.out, "%X", utf16be(s))
	d.put(">")
}

func (d *Document) writeCatalog(at layout) {
	d.begin(objCatalog)
	d.put("<</Type/Catalog/Pages 2 0 R/Metadata 3 0 R/StructTreeRoot 5 0 R/MarkInfo<</Marked true>>" +
		"/ViewerPreferences<</DisplayDocTitle true>>/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1" +
		"/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)/DestOutputProfile 4 0 R>>]/Lang")
	d.str(d.info.Lang)
	if len(d.info.Attach) > 0 {
		d.put("/AF[")
		for i := range d.info.Attach {
			d.ref(at.attachments + perAttachment*i)
			d.put(" ")
		}
		d.put("]/Names<</EmbeddedFiles<</Names[")
		for i, a := range d.info.Attach {
			d.str(a.Name)
			d.ref(at.attachments + perAttachment*i)
			d.put(" ")
		}
		d.put("]>>>>")
	}
	d.put(">>")
	d.end()
	d.begin(objPages)
	d.put("<</Type/Pages/Count ")
	d.num(len(d.pages))
	d.put("/Kids[")
	for i := range d.pages {
		d.ref(at.pages + perPage*i)
		d.put(" ")
	}
	d.put("]>>")
	d.end()
	d.stream(objMetadata, "/Type/Metadata/Subtype/XML", d.metadata())
	d.stream(objProfile, "/N 3/Filter/FlateDecode", d.set.profile)
	d.begin(objInfo)
	d.put("<</Title")
	d.str(d.info.Title)
	d.put("/Producer")
	d.str(d.info.Producer)
	d.put(">>")
	d.end()
}

// writeFonts writes the programs of the fonts in use and returns the resources that
// name them.
func (d *Document) writeFonts(at layout) string {
	n, resources := at.fonts, []byte("/Resources<</Font<<")
	for i, f := range d.set.faces {
		if !d.used[i] {
			continue
		}
		p := f.program(d.level[i], d.special[i])
		name := p.tag + "+" + f.name
		resources = fmt.Appendf(resources, "/F%d %d 0 R", i, n)
		d.begin(n)
		d.out = fmt.Appendf(d.out, "<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", name, n+1, n+4)
		d.end()
		d.begin(n + 1)
		d.out = fmt.Appendf(d.out, "<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"+
			"/FontDescriptor %d 0 R/CIDToGIDMap/Identity/DW 0/W", name, n+2)
		d.out = append(d.out, p.widths...)
		d.put(">>")
		d.end()
		d.begin(n + 2)
		d.out = fmt.Appendf(d.out, "<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV 80/FontFile2 %d 0 R>>",
			name, f.bbox[0], f.bbox[1], f.bbox[2], f.bbox[3], f.ascent, f.descent, f.cap, n+3)
		d.end()
		d.stream(n+3, "/Filter/FlateDecode/Length1 "+strconv.Itoa(p.length), p.file)
		d.stream(n+4, "/Filter/FlateDecode", p.toUnicode)
		n += perFont
	}
	resources = append(resources, ">>"...)
	for i := range d.pictures {
		if i == 0 {
			resources = append(resources, "/XObject<<"...)
		}
		resources = fmt.Appendf(resources, "/I%d %d 0 R", i, at.pictures+i)
	}
	if len(d.pictures) > 0 {
		resources = append(resources, ">>"...)
	}
	return string(resources) + ">>"
}

func (d *Document) writePages(at layout, resources string) {
	from := 0
	for i := range d.pages {
		n := at.pages + perPage*i
		d.begin(n)
		d.put("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Tabs/S/StructParents ")
		d.num(i)
		d.put(resources + "/Contents ")
		d.ref(n + 1)
		d.put(">>")
		d.end()
		d.stream(n+1, "/Filter/FlateDecode", d.zipped.Bytes()[from:d.zipEnds[i]])
		from = d.zipEnds[i]
	}
}

func (d *Document) writeAttachments(at layout) {
	for i, a := range d.info.Attach {
		n := at.attachments + perAttachment*i
		d.begin(n)
		d.put("<</Type/Filespec/F")
		d.str(a.Name)
		d.put("/UF")
		d.str(a.Name)
		d.put("/Desc")
		d.str(a.Description)
		d.out = fmt.Appendf(d.out, "/AFRelationship/Data/EF<</F %d 0 R/UF %d 0 R>>>>", n+1, n+1)
		d.end()
		var zipped bytes.Buffer
		d.zip.Reset(&zipped)
		_, _ = d.zip.Write(a.Data) // a buffer takes all
		_ = d.zip.Close()
		params := "/Params<</Size " + strconv.Itoa(len(a.Data))
		if a.Modified != "" {
			params += "/ModDate(" + a.Modified + ")"
		}
		d.stream(n+1, "/Type/EmbeddedFile/Subtype/"+strings.ReplaceAll(a.MIME, "/", "#2F")+params+">>/Filter/FlateDecode", zipped.Bytes())
	}
}

func (d *Document) writeElements(at layout) {
	d.begin(objTree)
	d.put("<</Type/StructTreeRoot/ParentTree 6 0 R/ParentTreeNextKey ")
	d.num(len(d.pages))
	d.put("/K ")
	d.ref(at.elements)
	d.put(">>")
	d.end()
	d.begin(objParents)
	d.put("<</Nums[")
	for i, p := range d.pages {
		d.num(i)
		d.put("[")
		for _, e := range p.marks {
			d.ref(at.elements + e)
			d.put(" ")
		}
		d.put("]")
	}
	d.put("]>>")
	d.end()
	for i := range d.elements {
		d.begin(at.elements + i)
		d.writeElement(at, &d.elements[i])
		d.end()
	}
}

func (d *Document) writeElement(at layout, e *element) {
	d.put("<</Type/StructElem/S/" + string(e.tag) + "/P ")
	if e.parent == none {
		d.ref(objTree)
	} else {
		d.ref(at.elements + e.parent)
	}
	for _, t := range [...]struct{ key, value string }{{"/Alt", e.attr.Alt}, {"/ActualText", e.attr.Actual}, {"/Lang", e.attr.Lang}} {
		if t.value != "" {
			d.put(t.key)
			d.str(t.value)
		}
	}
	switch {
	case e.attr.Scope != "":
		d.put("/A<</O/Table/Scope/" + e.attr.Scope + ">>")
	case e.attr.Box.W != 0:
		b := e.attr.Box
		d.put("/A<</O/Layout/Placement/Block/BBox[")
		for _, v := range []Unit{b.X, Height - b.Y - b.H, b.X + b.W, Height - b.Y} {
			d.out = append(appendUnit(d.out, v), ' ')
		}
		d.put("]>>/Pg ")
		d.ref(at.pages + perPage*e.page)
	}
	d.put("/K[")
	for _, k := range e.kids {
		switch {
		case k.element != none:
			d.ref(at.elements + k.element)
		default:
			d.put("<</Type/MCR/Pg ")
			d.ref(at.pages + perPage*k.page)
			d.put("/MCID ")
			d.num(k.mark)
			d.put(">>")
		}
		d.put(" ")
	}
	d.put("]>>")
}

func (d *Document) writeEnd() { d.out = appendEnd(d.out, d.offsets) }

// appendEnd writes the table of objects; offsets[0] is not used. The file's id is the
// hash of what stands above.
func appendEnd(out []byte, offsets []int) []byte {
	start := len(out)
	id := sha256.Sum256(out)
	out = fmt.Appendf(out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets))
	for _, offset := range offsets[1:] {
		var line [20]byte
		copy(line[:], "0000000000 00000 n \n")
		for i := 9; offset > 0; i-- {
			line[i] = byte('0' + offset%10)
			offset /= 10
		}
		out = append(out, line[:]...)
	}
	return fmt.Appendf(out, "trailer\n<</Size %d/Root 1 0 R/Info 7 0 R/ID[<%X><%X>]>>\nstartxref\n%d\n%%%%EOF\n", len(offsets), id[:16], id[:16], start)
}
