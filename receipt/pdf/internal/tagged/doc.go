// Package tagged writes PDF files that a screen reader can read and an archive can keep:
// every mark on a page belongs to an element of the structure tree or is an artifact,
// fonts are embedded with the characters of their glyphs, colours are sRGB. The files
// are made to the rules of PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2), or
// PDF/A-3a where something is attached.
//
// The same calls give the same bytes: no clock, no random number, no map order.
//
//	set, err := tagged.NewSet(regular, bold)
//	d := set.New(tagged.Info{Title: "Ricevuta", Lang: "it"})
//	d.Page()
//	d.Open(tagged.H1)
//	d.Text(0, tagged.MM(1500), tagged.MM(2000), 16*tagged.Point, "Ricevuta")
//	d.Close()
//	file, err := d.Bytes()
//
// Lengths are measured from the top left corner of an A4 page. A wrong order of calls
// is a mistake of the program that Bytes reports.
package tagged

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Set is what documents share: fonts and colour profile, prepared once. Documents are
// made from it by many goroutines at the same time.
type Set struct {
	faces   []*Face
	profile []byte // deflated
	pool    sync.Pool
}

// NewSet prepares the fonts; a document names them by their place.
func NewSet(ttf ...[]byte) (*Set, error) {
	s := &Set{profile: deflate(srgb())}
	for i, file := range ttf {
		f, err := NewFace(file)
		if err != nil {
			return nil, fmt.Errorf("font %d: %w", i, err)
		}
		s.faces = append(s.faces, f)
	}
	s.pool.New = func() any {
		w, _ := zlib.NewWriterLevel(nil, zlib.BestSpeed) // the level exists
		return &Document{zip: w, level: make([]int, len(s.faces)), special: make([][]rune, len(s.faces)), used: make([]bool, len(s.faces))}
	}
	return s, nil
}

// Face returns the font at place i.
func (s *Set) Face(i int) *Face { return s.faces[i] }

// Info is what a file says of itself.
type Info struct {
	Title    string
	Lang     string // BCP 47, as in "it"
	Creator  string // who publishes it; "" for none
	Producer string
	Attach   []Attachment
}

// Attachment is a file inside the file. Its relationship to the document is that of
// data that the document shows (AFRelationship Data).
type Attachment struct {
	Name, MIME, Description string
	// Modified is its time as PDF writes it, as in "D:20261123110040+01'00'".
	Modified string
	Data     []byte
}

// Document is a file in the making. It is of one goroutine, and ends with Bytes.
type Document struct {
	set  *Set
	info Info

	elements []element
	path     []int // from the document to the open element
	pages    []page
	content  []byte // of the page in the making
	marked   int    // the element whose content is open on the page; none, or artifact
	artifact bool
	fault    error

	pictures []*Picture

	used    []bool
	level   []int // the repertoire that each face needs
	special [][]rune

	out     []byte
	offsets []int
	zip     *zlib.Writer
	zipped  bytes.Buffer
	zipEnds []int // where the content of each page ends in zipped
}

type page struct {
	marks []int // the element of each marked content
}

const none = -1

// errOrder is a mistake in the order of calls.
var errOrder = errors.New("tagged: content outside of a page or of an element")

// New begins a document.
func (s *Set) New(info Info) *Document {
	d, ok := s.pool.Get().(*Document)
	if !ok {
		return nil // the pool holds nothing else
	}
	d.set, d.info, d.fault, d.artifact, d.marked = s, info, nil, false, none
	d.path, d.pages, d.content = d.path[:0], d.pages[:0], d.content[:0]
	d.out, d.offsets = d.out[:0], d.offsets[:0]
	d.zipped.Reset()
	d.zipEnds = d.zipEnds[:0]
	clear(d.pictures)
	d.pictures = d.pictures[:0]
	clear(d.used)
	clear(d.level)
	for i := range d.special {
		d.special[i] = d.special[i][:0]
	}
	d.elements = d.elements[:0]
	d.add(document, none)
	return d
}

// Page ends the page in the making, if there is one, and begins the next. An element
// may go on over the page.
func (d *Document) Page() {
	d.endPage()
	if len(d.pages) < cap(d.pages) {
		d.pages = d.pages[:len(d.pages)+1]
		last := &d.pages[len(d.pages)-1]
		last.marks = last.marks[:0]
		return
	}
	d.pages = append(d.pages, page{})
}

func (d *Document) endPage() {
	if len(d.pages) == 0 || len(d.zipEnds) == len(d.pages) {
		return
	}
	d.endMark()
	d.zip.Reset(&d.zipped)
	_, _ = d.zip.Write(d.content) // a buffer takes all
	_ = d.zip.Close()
	d.zipEnds = append(d.zipEnds, d.zipped.Len())
	d.content = d.content[:0]
}

// Pages returns how many pages were begun.
func (d *Document) Pages() int { return len(d.pages) }

// Bytes ends the document and returns the file. The document must not be used after it.
// Its error is a mistake in the order of calls, or a character that no font has.
func (d *Document) Bytes() ([]byte, error) {
	d.endPage()
	if d.fault == nil && (len(d.path) != 1 || len(d.pages) == 0) {
		d.fault = errOrder
	}
	if d.fault != nil {
		err := d.fault
		d.set.pool.Put(d)
		return nil, err
	}
	d.write()
	file := slices.Clone(d.out)
	d.info = Info{} // names of people do not stay in a pool
	d.set.pool.Put(d)
	return file, nil
}

func (d *Document) fail(err error) {
	if d.fault == nil {
		d.fault = err
	}
}
