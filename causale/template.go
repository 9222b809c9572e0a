package causale

import (
	"slices"
	"strings"
	"unicode"

	"github.com/pagonline/pagonline"
)

// Part names a part of a payment reason.
type Part string

// The parts, in the order of their weight: where there is no room for all, the last
// of the optional ones is left out first.
const (
	PartProtocol  Part = "protocol"  // of the quote
	PartInstitute Part = "institute" // its name
	PartPayer     Part = "payer"     // name of who asked
	PartService   Part = "service"   // its label
	PartSubject   Part = "subject"   // what was searched or copied
	PartYears     Part = "years"     // the span of time of a search
	PartShelfmark Part = "shelfmark" // segnatura
	PartRevenue   Part = "revenue"   // capo, capitolo, articolo
)

// weight lists the parts from the heaviest to the lightest.
var weight = []Part{
	PartProtocol, PartInstitute, PartPayer, PartService, PartSubject, PartYears, PartShelfmark, PartRevenue,
}

// names are the words for the parts in errors.
var names = map[Part]pagonline.Text{
	PartProtocol:  {It: "protocollo", En: "protocol"},
	PartInstitute: {It: "istituto", En: "institute"},
	PartPayer:     {It: "nominativo", En: "payer's name"},
	PartService:   {It: "servizio", En: "service"},
	PartSubject:   {It: "oggetto", En: "subject"},
	PartYears:     {It: "arco cronologico", En: "years"},
	PartShelfmark: {It: "segnatura", En: "shelfmark"},
	PartRevenue:   {It: "capitolo d'entrata", En: "revenue code"},
}

// Valid reports whether p is one of the parts above.
func (p Part) Valid() bool { return slices.Contains(weight, p) }

// Parts are the values that a [Template] puts together. Empty ones are absent.
type Parts struct {
	Protocol  Protocol
	Institute string
	Payer     string
	Service   string
	Subject   string
	Years     string
	Shelfmark string
	Revenue   string
}

func (p Parts) get(part Part) string {
	switch part {
	case PartProtocol:
		return p.Protocol.String()
	case PartInstitute:
		return p.Institute
	case PartPayer:
		return p.Payer
	case PartService:
		return p.Service
	case PartSubject:
		return p.Subject
	case PartYears:
		return p.Years
	case PartShelfmark:
		return p.Shelfmark
	case PartRevenue:
		return p.Revenue
	default:
		return ""
	}
}

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
	if err := missing(pieces, func(part Part) bool { return strings.TrimSpace(p.get(part)) != "" }); err != nil {
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
		text := p.get(piece.Part)
		if strings.TrimSpace(text) == "" {
			continue
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

// Check reads a reason that a person wrote and holds it to the same rules: each
// required part must be found in it, in capitals or not, as a whole word; of years,
// any year will do where p has none. Its error is that of [Template.Detail].
func (t Template) Check(text string, p Parts) (Detail, error) {
	d, err := NewDetail(text)
	if err != nil {
		return Detail{}, err
	}
	err = missing(t.pieces(), func(part Part) bool {
		want := strings.TrimSpace(p.get(part))
		switch {
		case part == PartProtocol:
			return want != "" && hasProtocol(d.text, p.Protocol)
		case part == PartYears && want == "":
			return slices.ContainsFunc(words(d.text), isYear)
		case part == PartPayer && want == "", part == PartSubject && want == "":
			return true // free text: whoever wrote it knows
		default:
			return want != "" && hasWords(d.text, want)
		}
	})
	if err != nil {
		return Detail{}, err
	}
	return d, nil
}

// missing returns the error for the first required piece that is not found.
func missing(pieces []Piece, found func(Part) bool) error {
	for _, piece := range pieces {
		if piece.Required && !found(piece.Part) {
			return pagonline.NewError(pagonline.CodeCausaleMissingPart, names[piece.Part]).At(string(piece.Part))
		}
	}
	return nil
}

// words splits text into runs of letters and digits.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// hasWords reports whether the words of part stand in text, side by side.
func hasWords(text, part string) bool {
	all, want := words(strings.ToUpper(text)), words(strings.ToUpper(part))
	for i := 0; i+len(want) <= len(all); i++ {
		if slices.Equal(all[i:i+len(want)], want) {
			return len(want) > 0
		}
	}
	return false
}
