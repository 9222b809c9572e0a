package catalog

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// StampIBAN is the State's account for stamp duty from abroad (risposta dell'Agenzia
// delle Entrate n. 275/2020). It is no account of any institute.
const StampIBAN = "IT07Y0100003245348008120501"

// StampTaxonomy is the taxonomy code of digital stamps (tassonomia v. 47: Agenzia delle
// Entrate, servizio @e.bollo, from 1 January 2022).
const StampTaxonomy = "9/1201105IM/"

// StampMeans is how stamp duty is paid.
type StampMeans string

// The means.
const (
	PhysicalStamp StampMeans = "physical" // a stamp from the tobacconist's; the default
	DigitalStamp  StampMeans = "e.bollo"  // a digital stamp, bound to the act's hash
	VirtualStamp  StampMeans = "virtual"  // paid to the institute, who pays the State
	StampTransfer StampMeans = "transfer" // from abroad, to the State
	NoStamp       StampMeans = "exempt"
)

// StampBill is the stamp duty of some [Acts]. It is due beside the price of the
// service, and never part of its [Charge].
type StampBill struct {
	Total euro.Amount `json:"total"`
	Lines []StampLine `json:"lines"`
}

// StampLine is the duty of one act.
type StampLine struct {
	Act      StampAct       `json:"code"`
	Document int            `json:"document,omitempty"` // which of the documents, from 1; 0: none
	Count    int            `json:"count"`              // stamps
	Rate     euro.Amount    `json:"rate"`               // of one stamp
	Amount   euro.Amount    `json:"amount"`             // Count × Rate, 0.00 if exempt
	Rule     pagonline.Text `json:"rule"`               // as in "9 facciate: 3 × 16,00 €"
	By       StampMeans     `json:"by"`
	How      pagonline.Text `json:"how"`            // the same in words
	Stamp    payment.Stamp  `json:"stamp,omitzero"` // for [DigitalStamp]
}

// Bill returns the duty of the acts on a day. Rates nil are [DefaultStampRates].
//
// An act with a hash is paid with digital stamps; else the duty is virtual, or sent
// from abroad, or paid with stamps from the tobacconist's. With an exemption the lines
// stay, at 0.00, and name the rule.
//
// Its error names the field as JSON does, as in "documents[0].pages":
// [pagonline.CodeQuantity] for pages; [pagonline.CodeTooManyItems] beyond
// [MaxDocuments] or [MaxDigitalStamps]; [pagonline.CodeExemptionRule] for an exemption
// without a rule; [pagonline.CodeInputSyntax] for a hash or province that is none;
// [pagonline.CodeRequiredField] for a hash without a province;
// [pagonline.CodeTextInvalid] and [pagonline.CodeTextTooLong] for the free texts; or a
// code of [RateOn].
func (a Acts) Bill(on pagonline.Date, rates []StampRate) (StampBill, error) {
	return a.bill(on, rates, StampRequest, StampCopy, StampAuthorisation)
}

// StampDuty is [Acts.Bill] for a service, which pays on its own acts only: on none, if
// it has none.
func (s Service) StampDuty(a Acts, on pagonline.Date, rates []StampRate) (StampBill, error) {
	return a.bill(on, rates, s.Stamp...)
}

func (a Acts) bill(on pagonline.Date, rates []StampRate, pay ...StampAct) (StampBill, error) {
	if rates == nil {
		rates = DefaultStampRates()
	}
	rate, err := RateOn(rates, on)
	if err == nil {
		err = a.check()
	}
	if err != nil {
		return StampBill{}, err
	}
	bill := StampBill{Lines: []StampLine{}}
	for _, line := range a.lines() {
		if !slices.Contains(pay, line.Act) {
			continue
		}
		line.Rate = rate.Amount
		if line.Amount, err = rate.Amount.Times(int64(line.Count)); err == nil {
			a.explain(&line)
			bill.Total, err = bill.Total.Add(line.Amount)
		}
		if err != nil {
			return StampBill{}, pagonline.AsError(err).At("documents")
		}
		bill.Lines = append(bill.Lines, line)
	}
	if bill.digital() > MaxDigitalStamps {
		return StampBill{}, tooMany("documents", pagonline.Text{It: "Troppe marche digitali", En: "Too many digital stamps"}, MaxDigitalStamps)
	}
	return bill, nil
}

// lines returns the acts with their stamps and hashes; no amounts yet.
func (a Acts) lines() []StampLine {
	var lines []StampLine
	add := func(act StampAct, document, count int, hash string) {
		line := StampLine{Act: act, Document: document, Count: count}
		if hash != "" {
			line.Stamp = payment.Stamp{Hash: hash, Province: a.Province}
		}
		lines = append(lines, line)
	}
	if a.Request && len(a.Documents) == 0 {
		add(StampRequest, 0, 1, a.RequestHash)
	}
	for i, d := range a.Documents {
		if a.Request {
			add(StampRequest, i+1, 1, a.RequestHash)
		}
		add(StampCopy, i+1, (d.Pages-1)/pagesPerStamp+1, d.Hash)
	}
	if a.Authorisation {
		add(StampAuthorisation, 0, 1, a.AuthorisationHash)
	}
	return lines
}

// explain gives a line its texts and its means, and takes the duty off if it is exempt.
func (a Acts) explain(line *StampLine) {
	n := strconv.Itoa(line.Count)
	line.Rule = pagonline.Text{
		It: n + " × " + line.Rate.Localized("it") + " €",
		En: n + " × €" + line.Rate.Localized("en"),
	}
	if line.Act == StampCopy {
		pages := a.Documents[line.Document-1].Pages
		it, en := " facciate: ", " pages: "
		if pages == 1 {
			it, en = " facciata: ", " page: "
		}
		line.Rule.It = strconv.Itoa(pages) + it + line.Rule.It
		line.Rule.En = strconv.Itoa(pages) + en + line.Rule.En
	}
	switch {
	case a.Exemption != "":
		rule := trimmed(a.Exemption)
		line.By, line.Amount, line.Stamp = NoStamp, euro.Amount{}, payment.Stamp{}
		line.How = pagonline.Text{It: "esente: " + rule, En: "exempt: " + rule}
	case line.Stamp.Hash != "":
		line.By = DigitalStamp
		line.How = pagonline.Text{
			It: "marca da bollo digitale (@e.bollo), con un avviso a parte",
			En: "digital stamp (@e.bollo), by a notice of its own",
		}
	case a.Virtual != "":
		line.By = VirtualStamp
		line.How = pagonline.Text{
			It: "bollo virtuale, autorizzazione " + trimmed(a.Virtual),
			En: "virtual stamp, authorisation " + trimmed(a.Virtual),
		}
	case a.Abroad:
		line.By = StampTransfer
		line.How = pagonline.Text{It: "bonifico allo Stato, IBAN " + StampIBAN, En: "transfer to the State, IBAN " + StampIBAN}
	default:
		line.By = PhysicalStamp
		line.How = pagonline.Text{It: "marca da bollo (contrassegno)", En: "revenue stamp, from a tobacconist's"}
	}
}

// digital returns how many digital stamps the bill has.
func (b StampBill) digital() int {
	n := 0
	for _, line := range b.Lines {
		if line.By == DigitalStamp {
			n += line.Count
		}
	}
	return n
}

// Transfers returns the digital stamps as the transfers of positions of their own, a
// list for each position: a stamp is no money of the institute's, and a position of
// both could not be reconciled. No list has more than [payment.MaxTransfers]; a bill
// without digital stamps has none. The category is [StampTaxonomy] if it is "".
//
// The stamps are asked for by the creditor; the money goes to the State.
func (b StampBill) Transfers(creditor Creditor, category string) [][]payment.Transfer {
	all := make([]payment.Transfer, 0, b.digital())
	for _, line := range b.Lines {
		if line.By != DigitalStamp {
			continue
		}
		for range line.Count {
			stamp := line.Stamp
			all = append(all, payment.Transfer{
				Amount: line.Rate, Creditor: creditor.FiscalCode, Company: creditor.Name,
				Stamp: &stamp, Category: cmp.Or(category, StampTaxonomy),
			})
		}
	}
	return slices.Collect(slices.Chunk(all, payment.MaxTransfers))
}
