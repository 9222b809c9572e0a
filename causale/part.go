package causale

import (
	"slices"

	"github.com/pagonline/pagonline"
)

// Part names a part of a payment reason.
type Part string

// The parts, in the order of their weight: where there is no room for all, the last
// of the optional ones is left out first.
const (
	PartProtocol  Part = "protocol" // of the quote
	PartDate      Part = "protocolDate"
	PartInstitute Part = "institute" // its name
	PartPayer     Part = "payer"     // name of who asked
	PartService   Part = "service"   // its label
	PartSubject   Part = "subject"   // what was searched or copied
	PartYears     Part = "years"     // the span of time of a search
	PartShelfmark Part = "shelfmark" // segnatura
	PartRevenue   Part = "revenue"   // capo, capitolo, articolo
	// PartText is no part of a payment: the words of [Piece] Before stand by themselves,
	// as some institutes want a fixed word.
	PartText Part = "text"
)

// weight lists the parts from the heaviest to the lightest.
var weight = []Part{
	PartProtocol, PartDate, PartInstitute, PartPayer, PartService, PartSubject, PartYears, PartShelfmark, PartRevenue, PartText,
}

// names are the words for the parts in errors.
var names = map[Part]pagonline.Text{
	PartProtocol:  {It: "protocollo", En: "protocol"},
	PartDate:      {It: "data del protocollo", En: "date of the protocol"},
	PartInstitute: {It: "istituto", En: "institute"},
	PartPayer:     {It: "nominativo", En: "payer's name"},
	PartService:   {It: "servizio", En: "service"},
	PartSubject:   {It: "oggetto", En: "subject"},
	PartYears:     {It: "arco cronologico", En: "years"},
	PartShelfmark: {It: "segnatura", En: "shelfmark"},
	PartRevenue:   {It: "capitolo d'entrata", En: "revenue code"},
	PartText:      {It: "testo fisso", En: "fixed text"},
}

// Valid reports whether p is one of the parts above.
func (p Part) Valid() bool { return slices.Contains(weight, p) }

// Parts are the values that a [Template] puts together. Empty ones are absent.
type Parts struct {
	Protocol Protocol
	// ProtocolDate is the day of the protocol. Default: the one that Protocol shows.
	ProtocolDate pagonline.Date
	Institute    string
	Payer        string
	Service      string
	Subject      string
	Years        string
	Shelfmark    string
	Revenue      string
}

func (p Parts) get(part Part) string {
	switch part {
	case PartProtocol:
		return p.Protocol.String()
	case PartDate:
		return p.date().Localized("it")
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

func (p Parts) date() pagonline.Date {
	if p.ProtocolDate.IsZero() {
		return p.Protocol.Date()
	}
	return p.ProtocolDate
}
