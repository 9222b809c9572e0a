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
	expired       faultCode = "PAA_PAGAMENTO_SCADUTO"
	cancelled     faultCode = "PAA_PAGAMENTO_ANNULLATO"
	duplicateRT   faultCode = "PAA_RECEIPT_DUPLICATA"
	semantics     faultCode = "PAA_SEMANTICA"
)

// strings are the fixed texts of the codes.
var faultStrings = map[faultCode]string{
	syntaxError:   "Errore di sintassi extra XSD",
	wrongCreditor: "La PAA non corrisponde al Dominio indicato",
	wrongBroker:   "Identificativo intermediario non corrispondente",
	wrongStation:  "Stazione intermediario non corrispondente",
	unknownNotice: "Pagamento in attesa risulta sconosciuto all'Ente Creditore",
	paid:          "Pagamento in attesa risulta concluso all'Ente Creditore",
	expired:       "Pagamento in attesa risulta scaduto all'Ente Creditore",
	cancelled:     "Pagamento in attesa risulta annullato all'Ente Creditore",
	duplicateRT:   "Receipt duplicata",
	semantics:     "Errore semantico",
}

// refusal is why a station says no.
type refusal struct {
	code        faultCode
	description string // no personal data
}

func (r *refusal) fault(creditor string) *wire.Fault {
	return &wire.Fault{Code: string(r.code), String: faultStrings[r.code], ID: creditor, Description: r.description}
}

// refusalOf returns the refusal for what the cashier said, nil if the node should try
// again instead.
func refusalOf(err error) *refusal {
	for _, known := range []struct {
		reason error
		code   faultCode
	}{
		{payment.ErrUnknown, unknownNotice},
		{payment.ErrPaid, paid},
		{payment.ErrExpired, expired},
		{payment.ErrCancelled, cancelled},
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
