package station

import (
	"errors"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// faultCode is a code of the creditor's faults (SANP 3.12, "Gestione degli errori").
type faultCode string

const (
	syntaxError   faultCode = "PAA_SINTASSI_EXTRAXSD"
	wrongCreditor faultCode = "PAA_ID_DOMINIO_ERRATO"
	wrongBroker   faultCode = "PAA_ID_INTERMEDIARIO_ERRATO"
	wrongStation  faultCode = "PAA_STAZIONE_INT_ERRATA"
	unknownNotice faultCode = "PAA_PAGAMENTO_SCONOSCIUTO"
	paid          faultCode = "PAA_PAGAMENTO_DUPLICATO"
	inProgress    faultCode = "PAA_PAGAMENTO_IN_CORSO"
	expired       faultCode = "PAA_PAGAMENTO_SCADUTO"
	cancelled     faultCode = "PAA_PAGAMENTO_ANNULLATO"
	duplicateRT   faultCode = "PAA_RECEIPT_DUPLICATA"
	semantics     faultCode = "PAA_SEMANTICA"
	systemError   faultCode = "PAA_SYSTEM_ERROR"
)

// text is the fixed text of the code.
func (f faultCode) text() string {
	known, _ := payment.FaultOf(string(f))
	switch {
	case known.Official != "":
		return known.Official
	case f == duplicateRT: // for this one, and that of REST, none is published
		return "Receipt duplicata"
	default:
		return "Errore di sintassi"
	}
}

// refusal is why a station says no; it is the error that carries it, too.
type refusal struct {
	code        faultCode
	description string // no personal data
}

func (r *refusal) Error() string { return "station: " + string(r.code) }

func (r *refusal) fault(creditor string) *wire.Fault {
	return &wire.Fault{Code: string(r.code), String: r.code.text(), ID: creditor, Description: r.description}
}

// refusalOf returns the refusal for what the cashier or a hook said, nil if it is a
// failure.
func refusalOf(err error) *refusal {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r
	}
	for _, known := range []struct {
		reason error
		code   faultCode
	}{
		{payment.ErrUnknown, unknownNotice},
		{payment.ErrPaid, paid},
		{payment.ErrCancelled, cancelled},
		{payment.ErrExpired, expired},
		{payment.ErrInCharge, inProgress},
		{payment.ErrAltered, duplicateRT},
		{payment.ErrOutcomeKO, semantics},
		{payment.ErrInconsistent, semantics},
	} {
		if errors.Is(err, known.reason) {
			return &refusal{code: known.code}
		}
	}
	return nil
}
