package sandbox

import (
	"context"
	"slices"
	"strings"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// answered is what is due, and who says so.
type answered struct {
	wire.Response
	station Station // of the creditor
	standIn bool    // ACA has answered in its place
}

// ask asks what is due: GPD if it holds the notice, ACA while it stands in, else the
// creditor's station.
func (s *Sandbox) ask(ctx context.Context, r wire.Request, k payment.Key) (answered, error) {
	r.FiscalCode, r.Number = k.Creditor, k.Number.String()
	st, known := s.station(k.Creditor)
	if !known {
		return answered{}, &NodeError{Code: faultUnknownPA}
	}
	got := answered{station: st}
	var err error
	if answer, known := s.gpdAnswer(r, k); known {
		got.Response = answer
	} else if got.standIn = s.out(StandIn, r.Number); got.standIn {
		if got.Response, known = s.acaAnswer(r, k); !known {
			err = &NodeError{Code: faultUnreachable}
		}
	} else {
		if st.V1 && r.Operation == wire.GetPayment {
			r.Operation = wire.GetPaymentV1
		}
		got.Response, err = s.call(ctx, r, st)
	}
	if err == nil && got.Fault != nil {
		err = &NodeError{Code: faultFromPA, PA: got.Fault.Code}
	}
	if err != nil {
		return answered{}, err
	}
	return got, nil
}

// wellFormed reports whether a fault, if there is one, is one that the node passes on.
func wellFormed(f *wire.Fault) bool {
	return f == nil || strings.HasPrefix(f.Code, "PAA_") && f.String != "" && f.ID != ""
}

// checkDue checks an answer to verify as the node does: all must be there but the office,
// although the schema asks for none of it (SANP 3.12, synchronous integration).
func checkDue(d *wire.Due, creditor string) error {
	if d == nil || d.Description == "" || d.Company == "" || d.FiscalCode != creditor {
		return &NodeError{Code: faultResponse}
	}
	return nil
}

// checkPayment checks an answer to getPayment as the node does: the transfers add up to
// the amount, each has a number of its own, and their accounts are registered.
func (s *Sandbox) checkPayment(p *wire.Payment) error {
	if p == nil || len(p.Transfers) == 0 {
		return &NodeError{Code: faultResponse}
	}
	var sum euro.Total
	seen := map[int]bool{}
	for _, t := range p.Transfers {
		sum, _ = sum.Add(t.Amount) // five amounts always fit
		if seen[t.ID] || t.Request == nil && !wire.ValidIBAN(t.IBAN) {
			return &NodeError{Code: faultResponse}
		}
		seen[t.ID] = true
	}
	if sum.Cents() != p.Amount.Cents() {
		return &NodeError{Code: faultResponse}
	}
	for _, t := range p.Transfers {
		if t.Request == nil && !s.registered(t.Creditor, t.IBAN) {
			return &NodeError{Code: faultIBAN}
		}
	}
	return nil
}

// registered reports whether a creditor has told pagoPA of an account.
func (s *Sandbox) registered(creditor, iban string) bool {
	if s.cfg.IBANs == nil {
		return checkDigits(iban)
	}
	return slices.Contains(s.cfg.IBANs[creditor], iban)
}

// checkDigits reports whether those of an IBAN hold (ISO 13616: mod 97 is 1).
func checkDigits(iban string) bool {
	rest := 0
	for _, r := range strings.ToUpper(iban[4:] + iban[:4]) {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return rest == 1
}
