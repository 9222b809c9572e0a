package pdf

import (
	"slices"
	"strconv"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/pagonline/pagonline/receipt/pdf/internal/read"
	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// like reports whether pages drawn in other fonts show what own shows: the same texts in
// the same order, each label and value in its column, lines below each other, the same
// code at the same place, in the same colours, and in the margins nothing else than the
// foot and the watermark below it all. Other fonts are wider or narrower, so a text may
// be broken elsewhere, and a page may end earlier.
func (s shown) like(own shown) bool {
	if len(s.entries) != len(own.entries) || !slices.EqualFunc(s.drawings, own.drawings, sameDrawing) || len(own.margins) == 0 {
		return false
	}
	for i, c := range s.entries {
		if !c.like(own.entries[i]) || i > 0 && !follows(s.entries[i-1], c, own.entries[i-1], own.entries[i]) {
			return false
		}
	}
	for i, margin := range s.margins {
		if !slices.EqualFunc(margin, own.margins[0], func(m, own mark) bool { return inMargin(m, own, i+1) }) {
			return false
		}
	}
	return true
}

func sameDrawing(a, b read.Piece) bool {
	return a.At == b.At && a.Scale == b.Scale && a.Ink == b.Ink && slices.Equal(a.Boxes, b.Boxes)
}

// inMargin compares what is in the margin with that of the first page.
func inMargin(m, own mark, page int) bool {
	text := squeeze(own.Text)
	if text == "1" {
		text = strconv.Itoa(page)
	}
	switch {
	case m.Drawing != own.Drawing || m.Ink != own.Ink || m.Size != own.Size:
		return false
	case m.Drawing: // the watermark, drawn first: what follows lies over it
		return m.at == own.at && m.At == own.At && m.Scale == own.Scale
	}
	return alike(squeeze(m.Text), text) && m.At[1] == own.At[1] && column(m.At[0], own.At[0])
}

// Bounds of a line, in points: sizes that can be read, and lines that do not lie over each
// other.
const (
	leastSize = 5
	mostFall  = 5 // of a size, where a text was made to fit
	leastStep = 8
)

func (c entry) like(own entry) bool {
	if c.tag != own.tag || !alike(squeeze(c.text), squeeze(own.text)) {
		return false
	}
	size, first := points(own.lines[0].Size), c.lines[0]
	for i, line := range c.lines {
		if n := points(line.Size); line.Ink != own.lines[0].Ink || n < leastSize || max(n-size, size-n) > mostFall {
			return false
		}
		if i > 0 && (line.At[0] != first.At[0] || points(c.lines[i-1].At[1])-points(line.At[1]) < leastStep) {
			return false
		}
	}
	return column(first.At[0], own.lines[0].At[0])
}

// column reports whether two texts begin at the same place, or end at the right edge.
func column(x, own read.Number) bool {
	const right = 150 * 72 / 25.4
	return x == own || points(x) > right && points(own) > right && points(x) < points(read.Number("595"))
}

// follows reports whether an entry stands to the one before as in the own pages: beside it,
// below it or on the next page, or back at the place where the code is.
func follows(before, c, ownBefore, own entry) bool {
	a, b, ownA, ownB := before.lines[0], c.lines[0], ownBefore.lines[0], own.lines[0]
	step, ownStep := points(a.At[1])-points(b.At[1]), points(ownA.At[1])-points(ownB.At[1])
	switch {
	case ownA.page == ownB.page && ownStep == 0:
		return a.page == b.page && step == 0
	case ownA.page == ownB.page && ownStep < 0:
		return a.page == b.page && b.At[1] == ownB.At[1]
	default:
		return a.page+1 == b.page || a.page == b.page && step >= leastStep
	}
}

func points(n read.Number) float64 {
	v, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return 0
	}
	return v
}

// alike compares what is shown with what it should be, letter by letter. One that the
// issuer's fonts lack has lost its accents there, and none has got any.
func alike(shown, own string) bool {
	a, b := []rune(norm.NFC.String(shown)), []rune(norm.NFC.String(own))
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && string(a[i]) != bare(string(b[i])) {
			return false
		}
	}
	return true
}

func bare(s string) string {
	var out []rune
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			out = append(out, r)
		}
	}
	return string(out)
}

// asWritten reports whether a file is as this module writes it: each object once and at
// its place, nothing added, and nothing in it that shows what is not text or path.
func asWritten(f *read.File, file []byte) bool {
	if _, ok := tagged.Unpacked(file); !ok || !f.Single || !f.Plain() {
		return false
	}
	ok := only(f.Catalog, "Type", "Pages", "Metadata", "StructTreeRoot", "MarkInfo", "ViewerPreferences", "OutputIntents", "Lang", "AF", "Names") &&
		only(f.Dict(f.Catalog["Names"]), "EmbeddedFiles") && only(f.Dict(f.Catalog["Pages"]), "Type", "Count", "Kids")
	for _, page := range f.Pages() {
		ok = ok && only(page, "Type", "Parent", "MediaBox", "Tabs", "StructParents", "Resources", "Contents") &&
			only(f.Dict(page["Resources"]), "Font") &&
			slices.Equal(f.Array(page["MediaBox"]), read.Array{read.Number("0"), read.Number("0"), read.Number("595.276"), read.Number("841.89")})
	}
	return ok
}

func only(d read.Dict, keys ...read.Name) bool {
	for key := range d {
		if !slices.Contains(keys, key) {
			return false
		}
	}
	return true
}
