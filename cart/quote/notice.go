package quote

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// Notice returns the quote's one live notice, and opens it where there is none: from
// the cart of a payer and from the printer of the desk it is the same. It asks for the
// quote's amount, says its protocol, institute and service on the wire and nobody's
// name, and cannot be paid after the quote's last day; without one it is due as the
// creditor has it and can be paid later.
//
// Debtor is who owes; the zero value is the payer whom the quote names, at the quote's
// address, without a fiscal code, as for somebody abroad. It counts for the opening only. Owner is whose
// purchase it is, "" for nobody's, as at the desk. A notice of nobody's becomes the
// first owner's who asks for it and stays his: another's is an error with
// [pagonline.CodeNotFound]. Who asks as nobody gets it as it is.
//
// Its error has [pagonline.CodeNotFound], [pagonline.CodeQuotePaid],
// [pagonline.CodeQuoteExpired], [pagonline.CodeQuoteWithdrawn],
// [pagonline.CodeNotAllowed] where nothing is due, [pagonline.CodePayerName] where
// nobody is named, or is that of [catalog.Catalog.Offer] or [payment.Cashier.Open].
func (r *Register) Notice(ctx context.Context, id string, debtor payment.Subject, owner string) (payment.Position, error) {
	var p payment.Position
	_, err := r.change(ctx, id, func(ctx context.Context, _ *Quote, seen Quote) error {
		if err := seen.refusal(); err != nil {
			return err
		}
		if seen.Amount.IsZero() {
			return pagonline.NewError(pagonline.CodeNotAllowed).At("amount").Because(errNothing)
		}
		var err error
		if seen.Position == (payment.Key{}) {
			p, err = r.open(ctx, seen, debtor, owner)
			return err
		}
		if owner != "" {
			if err := r.cashier.Claim(ctx, seen.Position, owner); err != nil {
				return err
			}
		}
		p, err = r.store.Positions().Get(ctx, seen.Position)
		return err
	})
	if err != nil {
		return payment.Position{}, err
	}
	return p, nil
}

// open opens the quote's notice.
func (r *Register) open(ctx context.Context, q Quote, debtor payment.Subject, owner string) (payment.Position, error) {
	offer, err := r.catalog.Offer(q.Institute, q.Service)
	if err != nil {
		return payment.Position{}, err
	}
	if offer.Creditor.FiscalCode != q.Creditor { // whoever paid the other would not be seen
		return payment.Position{}, pagonline.NewError(pagonline.CodeConflict).At("institute").Because(errCreditor)
	}
	if debtor == (payment.Subject{}) {
		if q.Payer == "" {
			return payment.Position{}, pagonline.NewError(pagonline.CodePayerName).At("payer")
		}
		if debtor, err = q.debtor(); err != nil {
			return payment.Position{}, err
		}
	}
	return r.cashier.Open(ctx, payment.OpenRequest{
		Creditor: offer.Payee(), Owner: owner, Debt: q.ID, Office: offer.Institute.Name, Debtor: debtor,
		Wire: offer.Wire(q.Protocol),
		Purchase: payment.Purchase{
			InstituteCode: q.Institute, Institute: offer.Institute.Name, ServiceCode: q.Service, Service: offer.Service.Label,
			Quantity: 1, UnitPrice: q.Amount, Protocol: q.Protocol, Detail: q.Detail,
		},
		Terms: payment.Terms{
			Transfers: []payment.Transfer{offer.Transfer(q.Amount)},
			DueDate:   q.ExpiresOn, RefuseLate: !q.ExpiresOn.IsZero(),
		},
	})
}
