package psp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// Error is a call that failed: the node said no, or there is no answer to speak of.
type Error struct {
	Operation string // as in "activatePaymentNoticeV2"
	// Code is the node's fault, as in "PPT_PAGAMENTO_DUPLICATO"; "" if the node has not
	// answered. PA is the station's own, where the node hands one on, as in
	// "PAA_PAGAMENTO_SCADUTO".
	Code, PA string
	// Fault says who must act, whether to try again, and what to tell the payer. It is
	// that of PA if there is one, else that of Code.
	Fault payment.Fault
	// Advice says what is to be done with money that was taken; "" where none was.
	Advice Advice
	// Status is that of an HTTP answer which was no answer of the node, 0 if there was
	// none.
	Status int
	// IdempotencyKey repeats the call, if its answer was lost.
	IdempotencyKey string
	Tries          int
	// Detail is what the node said at length: for people at the PSP, not for a log; it
	// may quote the payment.
	Detail string

	lost  bool
	cause error
}

// Error returns the operation and the codes.
func (e *Error) Error() string {
	what := "no answer"
	switch {
	case e.PA != "":
		what = e.Code + " (" + e.PA + ")"
	case e.Code != "":
		what = e.Code
	case e.Status != 0:
		what = fmt.Sprintf("no good answer, HTTP %d", e.Status)
	case errors.Is(e.cause, context.Canceled), errors.Is(e.cause, context.DeadlineExceeded):
		what = "no answer in the caller's time"
	}
	return "psp: " + e.Operation + ": " + what
}

// Lost reports whether there was no answer: the node may have taken the call all the
// same, and the same call with the same key is safe.
func (e *Error) Lost() bool { return e.lost }

// Unwrap returns a [pagonline.Error] with the text for the payer and the reason that
// [payment.PSP] promises; or the context's error.
func (e *Error) Unwrap() error { return e.cause }

// LogValue gives the log what happened and not what the node said at length.
func (e *Error) LogValue() slog.Value {
	return slog.GroupValue(slog.String("operation", e.Operation), slog.String("code", e.Code), slog.String("pa", e.PA),
		slog.Int("status", e.Status), slog.Int("tries", e.Tries), slog.String("advice", string(e.Advice)))
}

// reasons are what [payment.PSP] promises; every other code goes by the catalogue.
var reasons = map[string]struct {
	reason error
	code   pagonline.Code
}{
	"PPT_PAGAMENTO_DUPLICATO":          {payment.ErrPaid, pagonline.CodeAlreadyPaid},
	"PAA_PAGAMENTO_DUPLICATO":          {payment.ErrPaid, pagonline.CodeAlreadyPaid},
	"PPT_PAGAMENTO_IN_CORSO":           {payment.ErrInCharge, pagonline.CodePaymentInProgress},
	"PPT_ATTIVAZIONE_IN_CORSO":         {payment.ErrInCharge, pagonline.CodePaymentInProgress},
	"PAA_PAGAMENTO_IN_CORSO":           {payment.ErrInCharge, pagonline.CodePaymentInProgress},
	"PAA_PAGAMENTO_SCADUTO":            {payment.ErrExpired, pagonline.CodeNotAllowed},
	"PAA_PAGAMENTO_ANNULLATO":          {payment.ErrCancelled, pagonline.CodeNotAllowed},
	"PAA_PAGAMENTO_SCONOSCIUTO":        {payment.ErrUnknown, pagonline.CodeNotFound},
	"PPT_PAGAMENTO_SCONOSCIUTO":        {payment.ErrUnknown, pagonline.CodeNotFound},
	"PPT_DOMINIO_SCONOSCIUTO":          {payment.ErrUnknown, pagonline.CodeNotFound},
	"PPT_INTERMEDIARIO_PA_SCONOSCIUTO": {payment.ErrUnknown, pagonline.CodeNotFound},
	"PPT_STAZIONE_INT_PA_SCONOSCIUTA":  {payment.ErrUnknown, pagonline.CodeNotFound},
}

var errRefused = errors.New("psp: refused by the node")

// maxCode bounds what is kept of a code, maxDetail what is kept of a description.
const (
	maxCode   = 64
	maxDetail = 1024
)

// refusal makes an error of a fault.
func refusal(f *wire.PSPFault) *Error {
	e := &Error{Code: token(f.Code), PA: creditorCode(f), Detail: strings.ToValidUTF8(f.Description[:min(len(f.Description), maxDetail)], "")}
	e.Fault, _ = payment.FaultOf(e.Code)
	if e.PA != "" {
		e.Fault, _ = payment.FaultOf(e.PA)
	}
	code, reason := pagonline.CodeInternal, errRefused
	if known, ok := reasons[e.Fault.Code]; ok {
		code, reason = known.code, known.reason
	} else if e.Fault.Retry == payment.RetryLater {
		code = pagonline.CodeUnavailable
	}
	public := pagonline.NewError(code).Because(reason)
	public.Text = e.Fault.Text
	e.cause = public
	return e
}

// paaCode is a code of a station inside a description.
var paaCode = regexp.MustCompile(`PAA_[A-Z_]{1,60}`)

// creditorCode returns the station's own code. To a broker that is not set up for the
// fields of its own, the node tells it in the description (SANP, "Gestione degli errori").
func creditorCode(f *wire.PSPFault) string {
	switch {
	case f.Code != "PPT_ERRORE_EMESSO_DA_PAA":
		return ""
	case f.OriginalCode != "":
		return token(f.OriginalCode)
	default:
		return strings.TrimRight(paaCode.FindString(f.Description), "_")
	}
}

// token returns a code as the error and the log may show it: letters, digits and
// underscores, a few.
func token(s string) string {
	s = s[:min(len(s), maxCode)]
	if strings.ContainsFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) || s == "" {
		return "PPT_?"
	}
	return s
}

// Advice is what is to be done with money that a PSP has taken, after an outcome that
// was not answered OK (SANP 3.12, best practice of the PSP).
type Advice string

// The advices.
const (
	// AdviceKeep: the payment counts all the same and its receipt goes out. The money is
	// transferred as ever; if the token had expired, the flow has code 9 (8 in stand-in).
	AdviceKeep Advice = "keep"
	// AdviceRefund: another payment counts, or this one does not; the payer gets his
	// money back.
	AdviceRefund Advice = "refund"
	// AdviceCheck: it cannot be told. Send the outcome again, with its key if the answer
	// was lost, or mended if it was wrong; if it cannot be said in time, ask pagoPA.
	AdviceCheck Advice = "check"
)

var advices = map[Advice]pagonline.Text{
	AdviceKeep: {
		It: "Il pagamento vale: riversare l'importo e non rimborsare il pagatore.",
		En: "The payment counts: transfer the amount and do not refund the payer.",
	},
	AdviceRefund: {
		It: "Il pagamento non vale: rimborsare il pagatore.",
		En: "The payment does not count: refund the payer.",
	},
	AdviceCheck: {
		It: "Non si sa se il pagamento vale: ripetere l'esito prima di rimborsare o di riversare.",
		En: "Whether the payment counts is not known: send the outcome again before refunding or transferring.",
	},
}

// Text returns what to tell an operator; empty for no advice.
func (a Advice) Text() pagonline.Text { return advices[a] }

// advice says what becomes of the money after an outcome OK that failed.
func (c *Client) advice(e *Error) Advice {
	switch {
	case e.Code == "PPT_TOKEN_SCADUTO" && refunds[c.cfg.TouchPoint], e.Code == "PPT_PAGAMENTO_DUPLICATO":
		return AdviceRefund
	case e.Code == "PPT_TOKEN_SCADUTO", e.Code == "PPT_ESITO_GIA_ACQUISITO" && strings.Contains(strings.ToLower(e.Detail), "esito concorde"):
		return AdviceKeep
	default:
		return AdviceCheck
	}
}

// refunds are the touch points at which a payment that comes too late does not count.
var refunds = map[string]bool{"IO": true, "WISP": true, "CHECKOUT": true}
