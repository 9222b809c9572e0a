package catalog

import (
	"cmp"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Offer is a service with those who sell it.
type Offer struct {
	Creditor  Creditor
	Institute Institute
	Service   Service
}

// Offer returns a service that can be bought. Its error has
// [pagonline.CodeInstituteUnknown], [pagonline.CodeInstituteSuspended] or
// [pagonline.CodeServiceNotOffered], a closed service included.
func (c *Catalog) Offer(institute, service string) (Offer, error) {
	in, err := c.Institute(institute)
	if err != nil {
		return Offer{}, err
	}
	if in.Suspended {
		return Offer{}, pagonline.NewError(pagonline.CodeInstituteSuspended).At("institute")
	}
	i := slices.IndexFunc(in.Services, func(s Service) bool { return s.Code == service })
	if i < 0 || in.Services[i].Closed {
		return Offer{}, pagonline.NewError(pagonline.CodeServiceNotOffered).At("service")
	}
	return Offer{Creditor: c.creditors[in.Creditor], Institute: in, Service: in.Services[i]}, nil
}

// IBAN returns the account to which the money goes: the institute's own, else the
// creditor's; "" where it is masked. Then nothing can be collected.
func (o Offer) IBAN() string { return cmp.Or(o.Institute.IBAN, o.Creditor.IBAN).known() }

// Transfer returns the share of the creditor: the whole amount, to [Offer.IBAN].
func (o Offer) Transfer(amount euro.Amount) payment.Transfer {
	return payment.Transfer{
		Amount: amount, Creditor: o.Creditor.FiscalCode, IBAN: o.IBAN(),
		Category: cmp.Or(o.Service.Taxonomy, o.Creditor.Taxonomy),
	}
}

// Wire returns what is said of a purchase on the wire.
func (o Offer) Wire(protocol causale.Protocol) causale.Wire {
	return causale.Wire{Protocol: protocol, Institute: o.Institute.Name, Service: o.Service.Label}
}

// Payee returns the creditor as the cashier knows it.
func (o Offer) Payee() payment.Creditor {
	return payment.Creditor{
		FiscalCode: o.Creditor.FiscalCode, Name: o.Creditor.Name,
		Segregation: o.Creditor.Segregation, DueDays: o.Creditor.DueDays,
	}
}
