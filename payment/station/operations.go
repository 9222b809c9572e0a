package station

import (
	"context"
	"errors"
	"fmt"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
)

// issuable reads eighteen digits; not all of them are a number that a creditor can
// issue.
func issuable(digits string) (notice.Number, bool) {
	n, err := notice.ParseSyntax(digits)
	return n, err == nil
}

// payable returns the position that a message asks about, if it can be paid.
func (h *Handler) payable(ctx context.Context, r wire.Request) (payment.Position, *refusal, error) {
	number, ok := issuable(r.Number)
	if !ok {
		return payment.Position{}, &refusal{code: unknownNotice}, nil
	}
	p, err := h.cashier.Payable(ctx, payment.Key{Creditor: r.PA, Number: number})
	if err == nil {
		return p, nil, nil
	}
	if refused := refusalOf(err); refused != nil {
		return payment.Position{}, refused, nil
	}
	return payment.Position{}, nil, err
}

// verify answers paVerifyPaymentNotice: one option, for exactly what is due.
func (h *Handler) verify(ctx context.Context, r wire.Request) (wire.Response, *refusal, error) {
	p, refused, err := h.payable(ctx, r)
	if refused != nil || err != nil {
		return wire.Response{}, refused, err
	}
	description, err := p.Description()
	if err != nil {
		return wire.Response{}, nil, err
	}
	return wire.Response{Operation: r.Operation, Due: &wire.Due{
		Amount: p.Amount(), DueDate: p.DueDate, Description: description,
		FiscalCode: p.Creditor, Company: p.Company, Office: p.Office,
	}}, nil, nil
}

// getPayment answers paGetPaymentV2 with the position and its transfers.
func (h *Handler) getPayment(ctx context.Context, r wire.Request) (wire.Response, *refusal, error) {
	p, refused, err := h.payable(ctx, r)
	if refused != nil || err != nil {
		return wire.Response{}, refused, err
	}
	description, err := p.Description()
	if err != nil {
		return wire.Response{}, nil, err
	}
	pay := &wire.Payment{
		IUV: p.Number.IUV().String(), Amount: p.Amount(), DueDate: p.DueDate, Description: description,
		Company: p.Company, Office: p.Office, Debtor: p.Debtor,
	}
	for i, t := range p.Transfers {
		remittance, err := p.Wire.RFB(p.Number.IUV(), t.Amount)
		if err != nil {
			return wire.Response{}, nil, err
		}
		pay.Transfers = append(pay.Transfers, wire.Transfer{
			Credit: payment.Credit{
				ID: i + 1, Amount: t.Amount, Creditor: t.Creditor, Company: t.Company, IBAN: t.IBAN,
				Remittance: remittance.String(), Category: t.Category,
			},
			Request: t.Stamp,
		})
	}
	return wire.Response{Operation: r.Operation, Payment: pay}, nil, nil
}

// sendRT answers paSendRTV2: OK when the receipt is stored.
func (h *Handler) sendRT(ctx context.Context, r wire.Request, body []byte) (wire.Response, *refusal, error) {
	rt := r.RT
	rt.Creditor, rt.Operation, rt.Raw = r.PA, string(r.Operation), body
	var ok bool
	if rt.Number, ok = issuable(r.Number); !ok {
		err := h.cashier.Quarantine(ctx, payment.QuarantinedMessage{
			Operation: rt.Operation, Reason: string(unknownNotice), Raw: body,
		})
		return wire.Response{}, &refusal{code: unknownNotice}, err
	}
	done, err := h.cashier.Record(ctx, rt)
	switch {
	case errors.Is(err, payment.ErrRefused):
		refused := refusalOf(err)
		if refused == nil {
			return wire.Response{}, nil, fmt.Errorf("station: no fault for: %w", err)
		}
		return wire.Response{}, refused, nil
	case err != nil:
		return wire.Response{}, nil, err
	case done.Second && h.cfg.RefuseSecondPayments, done.Repeat && h.cfg.RefuseRepeats:
		return wire.Response{}, &refusal{code: duplicateRT}, nil
	default:
		return wire.Response{Operation: r.Operation}, nil, nil
	}
}
