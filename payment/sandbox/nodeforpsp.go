package sandbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
)

// PSP is a payment service provider that may call the node over SOAP.
type PSP struct {
	ID       string // idPSP
	Broker   string // idBrokerPSP
	Channel  string // idChannel
	Password string // of the channel, 8 to 15 characters
	Company  string // as its receipts name it, 1 to 70 characters
}

// DefaultPSP is the PSP that the node knows if [Config.PSPs] names none. It is
// fictional.
func DefaultPSP() PSP {
	return PSP{ID: psp.ID, Broker: psp.FiscalCode, Channel: psp.Channel, Password: "pwdpwdpwd", Company: psp.Company}
}

// pspDesk is what the node remembers of the PSPs that call it. Its parts are guarded by
// the sandbox's mutex.
type pspDesk struct {
	psps   []PSP
	tokens map[string]pspToken
	keys   map[pspKey]*pspAnswer
}

// pspToken is who has activated what; the key is dropped when its outcome comes.
type pspToken struct {
	psp string
	key pspKey
}

// pspKey is an idempotency key. Each PSP and each operation has its own.
type pspKey struct {
	psp, key  string
	operation wire.PSPOperation
}

// pspAnswer is what a key was answered; done is closed when it is known.
type pspAnswer struct {
	request [sha256.Size]byte
	done    chan struct{}
	answer  wire.PSPResponse
	until   time.Time
}

func newPSPDesk(psps []PSP) pspDesk {
	if len(psps) == 0 {
		psps = []PSP{DefaultPSP()}
	}
	return pspDesk{psps: psps, tokens: map[string]pspToken{}, keys: map[pspKey]*pspAnswer{}}
}

// nodeForPSPRoutes adds the node's address for PSPs, also under pagoPA's own path.
func (s *Sandbox) nodeForPSPRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /node-for-psp/v1", s.nodeForPSP)
	mux.HandleFunc("POST /nodo-auth/node-for-psp/v1", s.nodeForPSP)
}

// maxPSPBody bounds a request: 25 stamps of some kilobytes.
const maxPSPBody = 1 << 20

// nodeForPSP answers one call of a PSP. What is no XML, and what names no operation, is
// a SOAP Fault with HTTP 400; everything else is an answer of the operation with HTTP
// 200, as the node does. A call is carried out to its end even if the PSP hangs up. A
// token ends on time: there is no moment between its expiry and its cancellation.
func (s *Sandbox) nodeForPSP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPSPBody))
	var request wire.PSPRequest
	if err == nil {
		request, err = wire.DecodePSPRequest(body)
	}
	field, badField := errors.AsType[*wire.FieldError](err)
	operation := wire.PSPOperation(strings.Trim(r.Header.Get("SOAPAction"), `"`))
	if operation == "" {
		operation = request.Operation
	}
	switch {
	case err != nil && !badField && !errors.Is(err, wire.ErrEnvelope):
		soapFault(w, "soap:Client", "Errore richiesta non leggibile")
		return
	case !operation.Known():
		soapFault(w, faultSOAPAction, "SOAPAction errata.")
		return
	}
	var refused *pspError
	switch {
	case badField:
		refused = &pspError{code: faultSyntax, description: field.Path}
	case err != nil, operation != request.Operation:
		refused = &pspError{code: faultSyntax, description: string(operation)}
	default:
		refused = s.desk.admit(request)
	}
	answer := wire.PSPResponse{Operation: operation}
	if refused == nil {
		answer = s.answerOnce(r.Context(), request)
	} else {
		answer.Fault = refused.fault()
	}
	if answer.Fault != nil {
		s.cfg.Log.InfoContext(r.Context(), "sandbox: PSP refused", slog.String("operation", string(operation)), slog.String("fault", answer.Fault.Code))
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = w.Write(answer.Append(nil)) // who hung up asks again
}

// soapFault answers what no operation can answer. Code and text are the node's own.
func soapFault(w http.ResponseWriter, code, text string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">`+
		`<soap:Body><soap:Fault><faultcode>%s</faultcode><faultstring>%s</faultstring></soap:Fault></soap:Body></soap:Envelope>`, code, text)
}

// admit checks who calls, in the node's order: PSP, broker, channel, whether they belong
// together, password.
func (d *pspDesk) admit(r wire.PSPRequest) *pspError {
	has := func(match func(PSP) bool) bool { return slices.ContainsFunc(d.psps, match) }
	switch {
	case !has(func(p PSP) bool { return p.ID == r.PSP }):
		return &pspError{code: "PPT_PSP_SCONOSCIUTO"}
	case !has(func(p PSP) bool { return p.Broker == r.Broker }):
		return &pspError{code: "PPT_INTERMEDIARIO_PSP_SCONOSCIUTO"}
	case !has(func(p PSP) bool { return p.Channel == r.Channel }):
		return &pspError{code: "PPT_CANALE_SCONOSCIUTO"}
	}
	who, known := d.who(r)
	switch {
	case !known:
		return &pspError{code: faultNotAllowed, description: "Configurazione intermediario-canale non corretta"}
	case who.Password != r.Password:
		return &pspError{code: "PPT_AUTENTICAZIONE"}
	case r.Life != nil && *r.Life <= 0:
		return &pspError{code: faultSyntax, description: "expirationTime"}
	case r.Paid && r.Details == nil:
		return &pspError{code: faultSyntax, description: "details"}
	default:
		return nil
	}
}

// who returns the PSP that calls.
func (d *pspDesk) who(r wire.PSPRequest) (PSP, bool) {
	i := slices.IndexFunc(d.psps, func(p PSP) bool { return p.ID == r.PSP && p.Broker == r.Broker && p.Channel == r.Channel })
	if i < 0 {
		return PSP{}, false
	}
	return d.psps[i], true
}

// outcomeKeyLife is how long the key of an outcome is kept; from manyKeys on, those that
// are over make room.
const (
	outcomeKeyLife = 48 * time.Hour
	manyKeys       = 10_000
)

// answerOnce answers a request under its idempotency key: the same request gets the
// same answer, another one is refused. An activation that failed leaves its key free.
func (s *Sandbox) answerOnce(ctx context.Context, r wire.PSPRequest) wire.PSPResponse {
	if r.IdempotencyKey == "" {
		return s.answer(context.WithoutCancel(ctx), r)
	}
	key := pspKey{psp: r.PSP, key: r.IdempotencyKey, operation: r.Operation}
	mine := &pspAnswer{request: sha256.Sum256(r.Append(nil)), done: make(chan struct{})}
	for {
		first := s.claim(key, mine)
		if first == mine {
			break
		}
		if first.request != mine.request {
			return wire.PSPResponse{Operation: r.Operation, Fault: (&pspError{code: "PPT_ERRORE_IDEMPOTENZA"}).fault()}
		}
		select {
		case <-ctx.Done(): // nobody listens any more
			return wire.PSPResponse{Operation: r.Operation, Fault: (&pspError{code: faultSystem}).fault()}
		case <-first.done:
		}
		if first.answer.Operation != "" {
			return first.answer
		}
	}
	answer := s.answer(context.WithoutCancel(ctx), r)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer close(mine.done)
	switch attempt, activated := s.attempts[answer.Token]; {
	case activated:
		mine.answer, mine.until = answer, attempt.expires
		if t, open := s.desk.tokens[answer.Token]; open {
			t.key = key
			s.desk.tokens[answer.Token] = t
		}
	case isOutcome(r.Operation):
		mine.answer, mine.until = answer, s.now().Add(outcomeKeyLife)
	default:
		delete(s.desk.keys, key)
	}
	return answer
}

// claim returns what stands under a key; mine, if there is nothing that still counts.
func (s *Sandbox) claim(key pspKey, mine *pspAnswer) *pspAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	over := func(_ pspKey, a *pspAnswer) bool { return !a.until.IsZero() && !now.Before(a.until) }
	if first, known := s.desk.keys[key]; known && !over(key, first) {
		return first
	}
	if len(s.desk.keys) >= manyKeys {
		maps.DeleteFunc(s.desk.keys, over)
	}
	s.desk.keys[key] = mine
	return mine
}

func isOutcome(o wire.PSPOperation) bool { return o == wire.PSPOutcome || o == wire.PSPOutcomeV1 }

// answer carries a request out.
func (s *Sandbox) answer(ctx context.Context, r wire.PSPRequest) wire.PSPResponse {
	var answer wire.PSPResponse
	var err error
	if isOutcome(r.Operation) {
		err = s.outcomeForPSP(r)
	} else {
		k := payment.Key{Creditor: r.FiscalCode}
		k.Number, err = notice.ParseSyntax(r.Number)
		switch {
		case err != nil:
			err = &pspError{code: "PPT_STAZIONE_INT_PA_SCONOSCIUTA"} // no such auxiliary digit
		case r.Operation == wire.PSPVerify:
			answer, err = s.verifyForPSP(ctx, k)
		default:
			answer, err = s.activateForPSP(ctx, k, r)
		}
	}
	if err != nil {
		answer = wire.PSPResponse{Fault: refusalOf(err, r.FiscalCode).fault()}
	}
	answer.Operation = r.Operation
	return answer
}
