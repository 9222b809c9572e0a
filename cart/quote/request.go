package quote

import (
	"cmp"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// Request says what a quote is to say. The names of its fields, with a small first
// letter, are those of the errors.
type Request struct {
	Institute string
	Service   string
	Protocol  causale.Protocol
	// Amount is what is due for the whole. Default: the total of Charge. Where both are
	// zero nothing is due, and Reason says why.
	Amount euro.Amount
	Charge catalog.Charge // what the catalogue computed, if it did
	Reason string         // only where nothing is due; at most 140 characters; default: that of Charge
	Payer  string         // at most 70 characters; "" where the service's reason need not name him
	// Address is where the payer lives, at most 140 characters, as it stands on the notice:
	// street, town and, abroad, the country's two letters, with commas between, as in
	// "Via Roma 1, 57123 Livorno (LI)" and "Hauptstraße 5, 10115 Berlin, DE". "" for none.
	Address string
	// Subject, Years and Shelfmark are parts of the payment reason, if the service has
	// them; each of at most 140 characters.
	Subject   string
	Years     string
	Shelfmark string
	// Detail is the payment reason by hand. Default: put together by the service's
	// template.
	Detail    string
	Addressee string         // an opaque id, at most 255 bytes; "" for nobody's
	ExpiresOn pagonline.Date // the last day; default: it does not expire
}

// LogValue gives the log what names nobody.
func (r Request) LogValue() slog.Value {
	return slog.GroupValue(slog.String("institute", r.Institute), slog.String("service", r.Service))
}

// draft makes of a request what a quote over it says. What the register adds is
// missing.
func draft(offer catalog.Offer, r Request) (Quote, error) {
	q := Quote{
		Institute: offer.Institute.Code, Creditor: offer.Creditor.FiscalCode, Service: offer.Service.Code,
		Protocol: r.Protocol, Addressee: r.Addressee, ExpiresOn: r.ExpiresOn, Status: Issued,
	}
	if r.Protocol.IsZero() {
		return Quote{}, pagonline.NewError(pagonline.CodeRequiredField,
			pagonline.Text{It: "protocollo", En: "protocol"}).At("protocol")
	}
	if err := q.price(r); err != nil {
		return Quote{}, err
	}
	if len(r.Addressee) > maxAddressee || !utf8.ValidString(r.Addressee) {
		return Quote{}, pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Same("addressee")).At("addressee")
	}
	var err error
	if q.Payer, err = clean("payer", r.Payer, maxPayer); err != nil {
		return Quote{}, pagonline.NewError(pagonline.CodePayerName).At("payer")
	}
	if q.Address, err = clean("address", r.Address, causale.MaxLength); err != nil {
		return Quote{}, err
	}
	if _, err := q.debtor(); err != nil {
		return Quote{}, err
	}
	for _, text := range []struct {
		field string
		from  string
		to    *string
	}{{"subject", r.Subject, &q.Subject}, {"years", r.Years, &r.Years}, {"shelfmark", r.Shelfmark, &r.Shelfmark}} {
		if *text.to, err = clean(text.field, text.from, causale.MaxLength); err != nil {
			return Quote{}, err
		}
	}
	q.Detail, err = detail(offer, q, r)
	return q, err
}

// The longest name (stText70 of the pagoPA schemas) and owner's id.
const (
	maxPayer     = 70
	maxAddressee = 255
)

// price sets what is due, or why nothing is.
func (q *Quote) price(r Request) error {
	q.Amount = r.Amount
	if len(r.Charge.Lines) > 0 {
		q.Lines = append([]catalog.Line(nil), r.Charge.Lines...)
		if q.Amount.IsZero() {
			q.Amount = r.Charge.Total
		}
		if q.Amount != r.Charge.Total {
			return Quote{Amount: r.Charge.Total}.CheckAmount(q.Amount)
		}
	}
	var err error
	if q.Reason, err = clean("reason", cmp.Or(r.Reason, r.Charge.Reason), causale.MaxLength); err != nil {
		return err
	}
	switch {
	case q.Amount.IsZero() && q.Reason == "":
		return pagonline.NewError(pagonline.CodeReasonRequired).At("reason")
	case !q.Amount.IsZero() && strings.TrimSpace(r.Reason) != "":
		return pagonline.NewError(pagonline.CodeInputSyntax,
			pagonline.Text{It: "motivo di gratuità con un importo", En: "a reason why nothing is due, and an amount"}).At("reason")
	default:
		return nil
	}
}

// detail puts the payment reason together, or checks the one written by hand.
func detail(offer catalog.Offer, q Quote, r Request) (causale.Detail, error) {
	parts := causale.Parts{
		Protocol: q.Protocol, Institute: offer.Institute.Name, Service: offer.Service.Label,
		Payer: q.Payer, Subject: q.Subject, Years: r.Years, Shelfmark: r.Shelfmark,
		Revenue: offer.Service.Revenue.String(),
	}
	build := offer.Service.Causale.Detail
	if strings.TrimSpace(r.Detail) != "" {
		build = func(p causale.Parts) (causale.Detail, error) { return offer.Service.Causale.Check(r.Detail, p) }
	}
	d, err := build(parts)
	if err != nil && pagonline.AsError(err).Field == "" {
		err = pagonline.AsError(err).At("detail")
	}
	return d, err
}

// clean normalises an optional text of one line, as [causale.NewDetail] does.
func clean(field, s string, limit int) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	d, err := causale.NewDetail(s)
	if d.Len() > limit || pagonline.CodeOf(err) == pagonline.CodeCausaleTooLong {
		err = pagonline.NewError(pagonline.CodeTextTooLong,
			pagonline.Same(strconv.Itoa(utf8.RuneCountInString(s))), pagonline.Same(strconv.Itoa(limit)))
	}
	if err != nil {
		return "", pagonline.AsError(err).At(field)
	}
	return d.String(), nil
}

// asks reports whether the request asks for what q says: with q's own way of writing
// the protocol, which is equal.
func asks(offer catalog.Offer, r Request, q Quote) bool {
	r.Protocol = q.Protocol
	wanted, err := draft(offer, r)
	return err == nil && reflect.DeepEqual(wanted.content(), q.content())
}

// content is what an institute says by a quote. Of the lines, the words do not count.
func (q Quote) content() Quote {
	c := Quote{
		Institute: q.Institute, Service: q.Service, Protocol: q.Protocol, Amount: q.Amount, Reason: q.Reason, Detail: q.Detail,
		Payer: q.Payer, Address: q.Address, Addressee: q.Addressee, Subject: q.Subject, ExpiresOn: q.ExpiresOn,
	}
	for _, line := range q.Lines {
		line.Rule = pagonline.Text{}
		c.Lines = append(c.Lines, line)
	}
	return c
}
