package causale

import (
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
)

// Known are names that may stand in a reason: without them, a name is read only where
// nothing else can be.
type Known struct {
	Institutes []string
	Services   []string
}

// maxPieces bounds what [Template.Parse] tries to tell apart by order.
const maxPieces = 16

// Parse takes a reason apart. What [Template.Detail] has built comes back: the protocol
// as an equal one, the date, the revenue in its canonical form, known names as they are
// known. So do the other parts, if the separator is more than a blank and stands in none
// of them, or if only one of them is there; in capitals, if the template wants that.
//
// Of any other text it returns the parts that it finds, and the rest. It never fails.
func (t Template) Parse(d Detail, known Known) (p Parts, rest string) {
	pieces := t.pieces()
	if sep := normalSeparator(t.separator()); strings.TrimSpace(sep) != "" && len(pieces) <= maxPieces {
		a := aligner{pieces, known}
		if p, ok := a.align(strings.Split(d.text, sep), pieces, Parts{}); ok {
			return p, ""
		}
	}
	return t.search(d.text, known)
}

// normalSeparator returns what a separator is in normalised text, "" if it cannot
// stand there.
func normalSeparator(sep string) string {
	b, _, err := appendClean(nil, "x"+sep+"x")
	if err != nil {
		return ""
	}
	return string(b[1 : len(b)-1])
}

// aligner matches fields with pieces in their order.
type aligner struct {
	pieces []Piece
	known  Known
}

// align gives each field to one of the pieces; those that are left over must be
// optional.
func (a aligner) align(fields []string, pieces []Piece, p Parts) (Parts, bool) {
	if len(pieces) == 0 {
		return p, len(fields) == 0
	}
	if len(fields) > 0 {
		if q, ok := a.take(p, pieces[0], fields[0]); ok {
			if q, ok = a.align(fields[1:], pieces[1:], q); ok {
				return q, true
			}
		}
	}
	if pieces[0].Required {
		return Parts{}, false
	}
	return a.align(fields, pieces[1:], p)
}

// take reads field as the part of piece.
func (a aligner) take(p Parts, piece Piece, field string) (Parts, bool) {
	before, _, _ := clean(piece.Before)
	if piece.Part == PartText {
		return p, field == before
	}
	if piece.Part == PartProtocol && hasLabel(field) && !strings.HasPrefix(field, before) {
		before = ""
	}
	text, ok := strings.CutPrefix(field, before)
	text = strings.TrimLeft(text, " ")
	if !ok || text == "" {
		return p, false
	}
	switch piece.Part {
	case PartProtocol:
		read, err := ParseProtocol(text)
		p.Protocol = read
		return p, err == nil
	case PartDate:
		p.ProtocolDate, ok = onlyDate(text)
	case PartRevenue:
		var r Revenue
		r, ok = ParseRevenue(text)
		p.Revenue = r.String()
	case PartInstitute:
		p.Institute, ok = a.name(piece, text, a.known.Institutes)
	case PartService:
		p.Service, ok = a.name(piece, text, a.known.Services)
	case PartYears:
		p.Years, ok = text, slices.ContainsFunc(Words(text), isPast) && !a.isOther(piece, field)
	case PartPayer:
		p.Payer, ok = text, !a.isOther(piece, field)
	case PartSubject:
		p.Subject, ok = text, !a.isOther(piece, field)
	case PartShelfmark:
		p.Shelfmark, ok = text, !a.isOther(piece, field)
	case PartText: // no part: it was taken above
	}
	return p, ok
}

// onlyDate reads a text that is a date and nothing else.
func onlyDate(text string) (pagonline.Date, bool) {
	var buf [8]token
	s := scan(buf[:0], text)
	d, n := s.dateAt(0)
	return d, n > 0 && n == len(s.tokens)
}

// name returns the known name that text is; text itself if none is known, or if there
// is no doubt that it is a name.
func (a aligner) name(piece Piece, text string, names []string) (string, bool) {
	for _, name := range names {
		if normal, _, _ := clean(name); strings.EqualFold(normal, text) {
			return name, true
		}
	}
	return text, piece.Required || len(names) == 0 && !a.isOther(piece, text)
}

// isOther reports whether field is what another piece than this would be: by what
// stands before it, by its form, or by being a known name.
func (a aligner) isOther(piece Piece, field string) bool {
	is := func(names []string) bool {
		return slices.ContainsFunc(names, func(s string) bool { return strings.EqualFold(s, field) })
	}
	for _, other := range a.pieces {
		if other.Part == piece.Part {
			continue
		}
		before, _, _ := clean(other.Before)
		text, labelled := strings.CutPrefix(field, before)
		labelled = labelled && before != ""
		_, dated := onlyDate(strings.TrimLeft(text, " "))
		_, accounted := ParseRevenue(text)
		switch other.Part {
		case PartDate:
			labelled = labelled && dated
		case PartRevenue:
			labelled = labelled && accounted || new(Revenue).UnmarshalText([]byte(field)) == nil
		case PartYears:
			labelled = labelled || strings.Trim(field, "0123456789-/ ") == ""
		case PartInstitute:
			labelled = labelled || is(a.known.Institutes)
		case PartService:
			labelled = labelled || is(a.known.Services)
		default: // only what stands before it tells
		}
		if labelled {
			return true
		}
	}
	return false
}

// search finds what it can, wherever it stands.
func (t Template) search(text string, known Known) (p Parts, rest string) {
	var buf [64]token
	s := scan(buf[:0], text)
	p.Institute = s.takeName(known.Institutes)
	p.Service = s.takeName(known.Services)
	if r, ok := findRevenue(s); ok {
		p.Revenue = r.String()
		s.useLabels()
	}
	p.Protocol = s.takeProtocol()
	for i := range s.tokens {
		if d, n := s.dateAt(i); n > 0 && has(t.pieces(), PartDate) {
			p.ProtocolDate = d
			for ; s.at(i-1).lexeme == lexOf; i, n = i-1, n+1 {
			}
			s.use(i, i+n-1)
			break
		}
	}
	rest = s.unused()
	if part := t.onlyFree(&p, known); part != nil {
		*part, rest = rest, ""
	}
	return p, rest
}

// takeName finds the longest of the names in s, in capitals or not, and takes its
// words.
func (s scanned) takeName(names []string) (found string) {
	first, length := 0, 0
	var buf [16]token
	for _, name := range names {
		n := scan(buf[:0], name)
		for i := 0; len(n.tokens) > length && i+len(n.tokens) <= len(s.tokens); i++ {
			k := 0
			for k < len(n.tokens) && !s.at(i+k).used && strings.EqualFold(n.str(k), s.str(i+k)) {
				k++
			}
			if k == len(n.tokens) {
				found, first, length = name, i, k
			}
		}
	}
	s.use(first, first+length-1)
	return found
}

// takeProtocol takes the reference that s is surest about, and its label.
func (s scanned) takeProtocol() Protocol {
	p, _ := s.findProtocol()
	at := strings.Index(s.text, p.raw)
	if p.IsZero() || at < 0 {
		return p.clone()
	}
	start, end := int32(at), int32(at+len(p.raw))
	for i, t := range s.tokens {
		if t.start < start || t.end > end {
			continue
		}
		s.tokens[i].used = true
		if t.start == start {
			for k := i - 1; k >= 0; k-- {
				if l := s.at(k).lexeme; l != lexNumber && l != lexProtocol && l != lexRegister {
					break
				}
				s.tokens[k].used = true
			}
		}
	}
	return p.clone()
}

// useLabels takes the labels of the State's accounts.
func (s scanned) useLabels() {
	for i, t := range s.tokens {
		if t.lexeme.isRevenue() && s.at(i+1).used {
			s.tokens[i].used = true
		}
	}
}

// unused returns what nothing has taken, without what parted it from the rest.
func (s scanned) unused() string {
	var b strings.Builder
	for i, t := range s.tokens {
		if t.used {
			continue
		}
		if before := s.gap(i - 1); i == 0 || s.at(i-1).used {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			if open := strings.IndexAny(before, "(\""); open >= 0 {
				b.WriteString(before[open:])
			}
		}
		b.WriteString(s.str(i))
		if after := s.gap(i); i+1 == len(s.tokens) || s.at(i+1).used {
			b.WriteString(strings.TrimRight(after, " ,;:-/|(\""))
		} else {
			b.WriteString(after)
		}
	}
	return b.String()
}

// onlyFree returns the one part of the template that p lacks and that can be any
// words, nil if there are none or more.
func (t Template) onlyFree(p *Parts, known Known) (only *string) {
	for _, piece := range t.pieces() {
		var part *string
		switch piece.Part {
		case PartInstitute:
			if len(known.Institutes) == 0 {
				part = &p.Institute
			}
		case PartService:
			if len(known.Services) == 0 {
				part = &p.Service
			}
		case PartPayer:
			part = &p.Payer
		case PartSubject:
			part = &p.Subject
		case PartYears:
			part = &p.Years
		case PartShelfmark:
			part = &p.Shelfmark
		default: // has a form of its own
		}
		switch {
		case part == nil || *part != "":
		case only != nil:
			return nil
		default:
			only = part
		}
	}
	return only
}
