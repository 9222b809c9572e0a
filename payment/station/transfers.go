package station

import (
	"slices"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// The values of transferType: who pays at the post office needs postal accounts, and
// pagoPA may want to choose.
const (
	postal = "POSTAL"
	either = "PAGOPA" // V2 only
)

// allPostal reports whether every transfer can go to a postal account.
func allPostal(t payment.Terms) bool {
	return !slices.ContainsFunc(t.Transfers, func(t payment.Transfer) bool { return t.Postal() == "" })
}

// transfers are the shares as the node wants them (SANP 3.12, transferType): POSTAL gets
// the postal accounts where there are any, PAGOPA the other account of each beneficiary
// in the metadata, if all of them have two, and anything else the first account.
func transfers(p payment.Position, r wire.Request) ([]wire.Transfer, error) {
	v2 := r.Operation == wire.GetPayment
	both := v2 && r.TransferType == either && !slices.ContainsFunc(p.Transfers, func(t payment.Transfer) bool {
		return t.Stamp == nil && t.PostalIBAN == ""
	})
	all := make([]wire.Transfer, len(p.Transfers))
	for i, t := range p.Transfers {
		remittance, err := p.Wire.RFB(p.Number.IUV(), t.Amount)
		if err != nil {
			return nil, fail(err)
		}
		iban, metadata := t.IBAN, t.Metadata
		switch {
		case t.Stamp != nil && !v2:
			return nil, &refusal{semantics, "richiestaMarcaDaBollo"} // only V2 can ask for it
		case t.Stamp != nil:
		case r.TransferType == postal && t.Postal() != "":
			iban = t.Postal()
		case both:
			metadata = append(slices.Clip(metadata), payment.MetadataEntry{Key: payment.SupportIBAN, Value: t.PostalIBAN})
		}
		all[i] = wire.Transfer{
			Credit: payment.Credit{
				ID: i + 1, Amount: t.Amount, Creditor: t.Creditor, Company: t.Company, IBAN: iban,
				Remittance: remittance.String(), Category: t.Category, Metadata: metadata,
			},
			Request: t.Stamp,
		}
	}
	return all, nil
}
