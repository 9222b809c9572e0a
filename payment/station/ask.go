package station

import (
	"context"
	"errors"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
)

// Asked is what the node says when it asks for a notice. All but the operation is
// information, and may be missing.
type Asked struct {
	// Operation is the message's name, as in "paGetPaymentV2"; "payment-options" for the
	// call by REST.
	Operation    string
	Amount       *euro.Amount   // what the payer was told, or means to pay
	Note         string         // Checkout says its cart here
	TransferType string         // "POSTAL", "PAGOPA" or ""
	DueDate      pagonline.Date // what the payer was told
}

// Recompute says what is due for a position now: where interest or costs of
// notification grow, say. It is called when a notice is verified and when it is
// activated, changes nothing, and may be called at any time and often. What it returns
// goes into the answer only: a receipt is compared with the position as it is kept.
//
// Its error refuses the notice: with the fault of the reason if it wraps
// [payment.ErrUnknown], [payment.ErrPaid], [payment.ErrCancelled], [payment.ErrExpired] or
// [payment.ErrInCharge] (another channel holds the position), with PAA_SYSTEM_ERROR for
// anything else.
type Recompute func(ctx context.Context, p payment.Position, asked Asked) (payment.Terms, error)

// Demander makes, or finds, the notice for who wants to pay without having one
// (spontaneous payment; paDemandPaymentNotice).
type Demander interface {
	// Demand returns the key of a position of d.Creditor's. The same demand may come
	// again. Its error wraps [pagonline.ErrInvalid] if nobody can be asked for this, one
	// of the reasons that [Recompute] may give, or is a failure: PAA_SYSTEM_ERROR.
	Demand(ctx context.Context, d Demand) (payment.Key, error)
}

// Demand is what somebody wants to pay.
type Demand struct {
	Creditor string // idPA, 11 digits
	Service  string // idServizio, 5 characters: as in the catalogue of services of the node
	Subject  string // idSoggettoServizio, 5 characters: who offers it
	Data     []byte // datiSpecificiServizio: what the service asked of the payer
}

// payable returns the position if it can be paid, with what is due now. Its error is
// refusalOf's matter.
func (h *Handler) payable(ctx context.Context, k payment.Key, asked Asked) (payment.Position, error) {
	p, err := h.cashier.Payable(ctx, k)
	if err != nil || h.cfg.Recompute == nil {
		return p, err
	}
	terms, err := h.cfg.Recompute(ctx, p, asked)
	if err != nil {
		return payment.Position{}, err
	}
	p, err = p.With(terms)
	if err != nil { // the hook's mistake, not the payer's
		return payment.Position{}, fail(err)
	}
	return p, nil
}

// failure hides the class of an error that is nobody's refusal.
type failure struct{ error }

// fail returns err as a failure.
func fail(err error) error {
	if err == nil {
		return nil
	}
	return failure{err}
}

// key reads the notice number of a message; not all of its eighteen digits are a number
// that a creditor can issue.
func key(r wire.Request) (payment.Key, error) {
	number, err := notice.ParseSyntax(r.Number)
	if err != nil {
		return payment.Key{}, payment.ErrUnknown
	}
	return payment.Key{Creditor: r.PA, Number: number}, nil
}

// verify answers paVerifyPaymentNotice: one option, for exactly what is due.
func (h *Handler) verify(ctx context.Context, r wire.Request) (wire.Response, error) {
	k, err := key(r)
	if err != nil {
		return wire.Response{}, err
	}
	return h.due(ctx, k, r)
}

// due is what verify and demand have in common.
func (h *Handler) due(ctx context.Context, k payment.Key, r wire.Request) (wire.Response, error) {
	p, err := h.payable(ctx, k, Asked{Operation: string(r.Operation)})
	if err != nil {
		return wire.Response{}, err
	}
	description, err := p.Description()
	if err != nil {
		return wire.Response{}, fail(err)
	}
	return wire.Response{Operation: r.Operation, Due: &wire.Due{
		Amount: p.Amount(), DueDate: p.DueDate, AllCCP: allPostal(p.Terms), Description: description,
		FiscalCode: p.Creditor, Company: p.Company, Office: p.Office,
	}}, nil
}

// demand answers paDemandPaymentNotice, as verify does the notice that was made for it.
func (h *Handler) demand(ctx context.Context, r wire.Request) (wire.Response, error) {
	if h.cfg.Demander == nil {
		return wire.Response{}, &refusal{semantics, "idServizio"}
	}
	k, err := h.cfg.Demander.Demand(ctx, Demand{Creditor: r.PA, Service: r.Service, Subject: r.ServiceSubject, Data: r.Data})
	switch {
	case errors.Is(err, pagonline.ErrInvalid):
		return wire.Response{}, &refusal{semantics, "datiSpecificiServizioRequest"}
	case err != nil:
		return wire.Response{}, err
	case k.Creditor != r.PA:
		return wire.Response{}, fail(errors.New("station: the demander's position is another creditor's"))
	}
	answer, err := h.due(ctx, k, r)
	answer.QR = &wire.QR{FiscalCode: k.Creditor, Number: k.Number.String()}
	return answer, err
}

// getPayment answers paGetPayment, V1 and V2, with the position and its transfers.
func (h *Handler) getPayment(ctx context.Context, r wire.Request) (wire.Response, error) {
	k, err := key(r)
	if err != nil {
		return wire.Response{}, err
	}
	p, err := h.payable(ctx, k, Asked{
		Operation: string(r.Operation), Amount: r.Amount, Note: r.Note, TransferType: r.TransferType, DueDate: r.DueDate,
	})
	if err != nil {
		return wire.Response{}, err
	}
	description, err := p.Description()
	if err != nil {
		return wire.Response{}, fail(err)
	}
	transfers, err := transfers(p, r)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.Response{Operation: r.Operation, Payment: &wire.Payment{
		IUV: p.Number.IUV().String(), Amount: p.Amount(), DueDate: p.DueDate, Description: description,
		Company: p.Company, Office: p.Office, Debtor: p.Debtor, Transfers: transfers, Metadata: p.Metadata,
	}}, nil
}
