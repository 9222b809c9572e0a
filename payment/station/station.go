// Package station is the creditor's side of the pagoPA node: an [http.Handler] that
// answers paVerifyPaymentNotice, paGetPaymentV2 and paSendRTV2 (SOAP 1.1; SANP 3.12,
// synchronous integration; paForNode.wsdl).
//
// Verify and getPayment change nothing. A receipt is answered OK when it is stored and
// not before; one that is refused is in quarantine before the refusal goes out,
// because to the node a KO is final. If storing fails the answer is HTTP 500, and the
// node sends the receipt again.
//
// # What is answered to what
//
//	not one well-formed SOAP envelope, larger than the bound,
//	  no known message in it                                   HTTP 400
//	a field missing, misplaced or out of form                  PAA_SINTASSI_EXTRAXSD
//	idPA, or the notice's creditor, not on this station        PAA_ID_DOMINIO_ERRATO
//	idBrokerPA                                                 PAA_ID_INTERMEDIARIO_ERRATO
//	idStation                                                  PAA_STAZIONE_INT_ERRATA
//	no such notice, a draft, eighteen zeros                    PAA_PAGAMENTO_SCONOSCIUTO
//	paid                                                       PAA_PAGAMENTO_DUPLICATO
//	past its due date and refused for it                       PAA_PAGAMENTO_SCADUTO
//	withdrawn                                                  PAA_PAGAMENTO_ANNULLATO
//	a receipt with a known id and other content                PAA_RECEIPT_DUPLICATA
//	a receipt that failed, or contradicts itself               PAA_SEMANTICA
//
// The lines are also the order in which they are looked at.
package station

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

// Creditor is one that the station answers for, with the identifiers that pagoPA gave
// it.
type Creditor struct {
	FiscalCode string // idPA, 11 digits
	Broker     string // idBrokerPA
	Station    string // idStation
}

// Config says how a station works. The zero value of each field works.
type Config struct {
	// MaxBody bounds a request. Default: 1 MiB; the largest legal message has a third
	// of it.
	MaxBody int64
	// RefuseSecondPayments answers PAA_RECEIPT_DUPLICATA to another receipt for a paid
	// notice, as some other stations do. It is stored for the refund all the same.
	RefuseSecondPayments bool
	// RefuseRepeats answers PAA_RECEIPT_DUPLICATA to the same receipt again, as some
	// other stations do, in place of the OK that it got.
	RefuseRepeats bool
	// Log gets what goes wrong; no personal data. Default: nothing.
	Log *slog.Logger
}

// Handler answers the node. It is safe for concurrent use.
type Handler struct {
	cashier   *payment.Cashier
	creditors map[string]Creditor
	cfg       Config
}

var _ http.Handler = (*Handler)(nil)

// New returns the handler of a station that answers for these creditors. Mount it
// where the node was told to call, behind TLS that asks for the node's certificate.
func New(cashier *payment.Cashier, creditors []Creditor, cfg Config) *Handler {
	if cfg.MaxBody == 0 {
		cfg.MaxBody = 1 << 20
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	h := &Handler{cashier: cashier, creditors: map[string]Creditor{}, cfg: cfg}
	for _, c := range creditors {
		h.creditors[c.FiscalCode] = c
	}
	return h
}

// ServeHTTP answers one call of the node.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.cfg.MaxBody))
	if err != nil {
		h.badRequest(w, r, err)
		return
	}
	answer, err := h.answer(r.Context(), body)
	switch {
	case isNoMessage(err):
		h.badRequest(w, r, err)
	case err != nil:
		h.cfg.Log.ErrorContext(r.Context(), "station: not answered", slog.Any("error", err))
		http.Error(w, "try again", http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		_, _ = w.Write(answer.Append(nil)) // who hung up asks again
	}
}

func (h *Handler) badRequest(w http.ResponseWriter, r *http.Request, err error) {
	h.cfg.Log.WarnContext(r.Context(), "station: bad request", slog.Any("error", err))
	http.Error(w, "not a SOAP message of a station", http.StatusBadRequest)
}

// isNoMessage reports whether err says that a body holds no message.
func isNoMessage(err error) bool {
	_, malformed := errors.AsType[*xmlpull.SyntaxError](err)
	return malformed || errors.Is(err, wire.ErrEnvelope)
}

// answer returns what to say to a message. Its error is that of reading it, or that of
// a store which failed.
func (h *Handler) answer(ctx context.Context, body []byte) (wire.Response, error) {
	r, err := wire.DecodeRequest(body)
	field, badField := errors.AsType[*wire.FieldError](err)
	if err != nil && !badField {
		return wire.Response{}, err
	}
	answer, refused := wire.Response{}, h.addressed(r)
	if badField {
		refused = &refusal{code: syntaxError, description: field.Path}
	}
	switch {
	case refused == nil:
		answer, refused, err = h.serve(ctx, r, body)
	case r.Operation == wire.SendRT: // it may be money: keep it before saying no
		err = h.cashier.Quarantine(ctx, payment.QuarantinedMessage{
			Operation: string(r.Operation), Reason: string(refused.code), Raw: body,
		})
	default:
		err = nil
	}
	if err != nil {
		return wire.Response{}, err
	}
	if refused != nil {
		h.cfg.Log.InfoContext(ctx, "station: refused", slog.String("operation", string(r.Operation)), slog.String("fault", string(refused.code)))
		answer = wire.Response{Operation: r.Operation, Fault: refused.fault(r.PA)}
	}
	return answer, nil
}

// addressed checks that the message is for this station: creditor, broker, station, in
// this order.
func (h *Handler) addressed(r wire.Request) *refusal {
	c, known := h.creditors[r.PA]
	switch {
	case !known, r.Operation != wire.SendRT && r.FiscalCode != r.PA:
		return &refusal{code: wrongCreditor}
	case r.Broker != c.Broker:
		return &refusal{code: wrongBroker}
	case r.Station != c.Station:
		return &refusal{code: wrongStation}
	default:
		return nil
	}
}

// serve carries out a message that is addressed rightly. Its error means that nothing
// can be said now.
func (h *Handler) serve(ctx context.Context, r wire.Request, body []byte) (wire.Response, *refusal, error) {
	switch r.Operation {
	case wire.Verify:
		return h.verify(ctx, r)
	case wire.GetPayment:
		return h.getPayment(ctx, r)
	default:
		return h.sendRT(ctx, r, body)
	}
}
