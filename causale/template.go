package causale

import (
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
)

// Template says how a service wants its reason: which parts, in which order, and
// which of them must be there. The zero value wants protocol and institute if there
// are any: "prot. 345/2024 Archivio di Stato di Livorno".
type Template struct {
	Pieces []Piece `json:"pieces"`
	// Separator stands between the pieces. Default: a blank.
	Separator string `json:"separator,omitempty"`
}

// Piece is one part in its place.
type Piece struct {
	Part     Part   `json:"part"`
	Before   string `json:"before,omitempty"` // stands before the part, as in "prot. "
	Upper    bool   `json:"upper,omitempty"`  // in capitals
	Required bool   `json:"required,omitempty"`
}

func (t Template) pieces() []Piece {
	if len(t.Pieces) > 0 {
		return t.Pieces
	}
	return []Piece{{Part: PartProtocol, Before: "prot. "}, {Part: PartInstitute}}
}

func (t Template) separator() string {
	if t.Separator == "" {
		return " "
	}
	return t.Separator
}

// Detail puts the reason together. Its error has [pagonline.CodeCausaleMissingPart]
// and the part's name as its field, [pagonline.CodeCausaleTooLong] if the required
// parts alone are too long, or what [NewDetail] returns.
func (t Template) Detail(p Parts) (Detail, error) {
	pieces := slices.Clone(t.pieces())
	err := missing(pieces, func(piece Piece) bool {
		return piece.Part == PartText || strings.TrimSpace(p.get(piece.Part)) != ""
	})
	if err != nil {
		return Detail{}, err
	}
	for {
		d, err := NewDetail(t.join(pieces, p))
		if pagonline.CodeOf(err) != pagonline.CodeCausaleTooLong {
			return d, err
		}
		lightest := -1
		for i, piece := range pieces {
			if !piece.Required && (lightest < 0 ||
				slices.Index(weight, piece.Part) > slices.Index(weight, pieces[lightest].Part)) {
				lightest = i
			}
		}
		if lightest < 0 {
			return Detail{}, err
		}
		pieces = slices.Delete(pieces, lightest, lightest+1)
	}
}

func (t Template) join(pieces []Piece, p Parts) string {
	var texts []string
	for _, piece := range pieces {
		if piece.Part == PartText {
			texts = append(texts, piece.Before)
			continue
		}
		text := p.get(piece.Part)
		if strings.TrimSpace(text) == "" || piece.Part == PartDate && !p.Protocol.Date().IsZero() && has(pieces, PartProtocol) {
			continue // nothing to say, or said already
		}
		if piece.Upper {
			text = strings.ToUpper(text)
		}
		if piece.Part != PartProtocol || !hasLabel(text) {
			text = piece.Before + text
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, t.separator())
}

func has(pieces []Piece, part Part) bool {
	return slices.ContainsFunc(pieces, func(p Piece) bool { return p.Part == part })
}

// Check reads a reason that a person wrote and holds it to the same rules: each
// required part must be found in it, as whole words, in capitals or not and with accents
// or without, a payer's in any order; a protocol, its date and a revenue in any of their
// forms. A protocol that is known must be there wherever the template has a place for
// it, required or not. Of what p does not know, any years and dates will do, and payer,
// subject and shelfmark are whatever was written. Its error is that of
// [Template.Detail].
func (t Template) Check(text string, p Parts) (Detail, error) {
	d, err := NewDetail(text)
	if err != nil {
		return Detail{}, err
	}
	pieces := slices.Clone(t.pieces())
	for i := range pieces {
		if pieces[i].Part == PartProtocol && !p.Protocol.IsZero() {
			pieces[i].Required = true
		}
	}
	if err := missing(pieces, func(piece Piece) bool { return holds(d.text, piece, p) }); err != nil {
		return Detail{}, err
	}
	return d, nil
}

// holds reports whether text has the part of a piece.
func holds(text string, piece Piece, p Parts) bool {
	want := strings.TrimSpace(p.get(piece.Part))
	switch part := piece.Part; {
	case part == PartText:
		return hasWords(text, piece.Before)
	case part == PartProtocol:
		return want != "" && hasProtocol(text, p.Protocol)
	case part == PartDate:
		return hasDate(text, p.date())
	case part == PartRevenue && want != "":
		return hasRevenue(text, want)
	case part == PartYears && want == "":
		return slices.ContainsFunc(Words(text), isPast)
	case part == PartPayer && want != "":
		return hasAll(text, want)
	case part == PartPayer, part == PartSubject && want == "", part == PartShelfmark && want == "":
		return true // free text: whoever wrote it knows
	default:
		return want != "" && hasWords(text, want)
	}
}

// missing returns the error for the first required piece that is not found.
func missing(pieces []Piece, found func(Piece) bool) error {
	for _, piece := range pieces {
		if piece.Required && !found(piece) {
			return pagonline.NewError(pagonline.CodeCausaleMissingPart, names[piece.Part]).At(string(piece.Part))
		}
	}
	return nil
}

// hasDate reports whether text shows the date want, any date if it is none.
func hasDate(text string, want pagonline.Date) bool {
	var buf [64]token
	s := scan(buf[:0], text)
	for i := range s.tokens {
		if d, n := s.dateAt(i); n > 0 && (want.IsZero() || d == want) {
			return true
		}
	}
	return false
}

// hasRevenue reports whether text names the account want, in these words or others.
func hasRevenue(text, want string) bool {
	known, _ := ParseRevenue(want)
	found, ok := ParseRevenue(text)
	return ok && found == known || hasWords(text, want)
}
