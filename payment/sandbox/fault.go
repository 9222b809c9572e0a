package sandbox

import (
	"errors"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// NodeError is why the node says no to a PSP.
type NodeError struct {
	Code string // as in "PPT_PAGAMENTO_IN_CORSO"
	// PA is the station's own fault, where the node passes one on
	// (PPT_ERRORE_EMESSO_DA_PAA).
	PA string
}

// Error returns the codes.
func (f *NodeError) Error() string {
	if f.PA != "" {
		return "sandbox: " + f.Code + " (" + f.PA + ")"
	}
	return "sandbox: " + f.Code
}

// The node's faults (SANP 3.12, "Gestione degli errori", dominio-nodo).
const (
	faultUnknownPA   = "PPT_DOMINIO_SCONOSCIUTO"
	faultInProgress  = "PPT_PAGAMENTO_IN_CORSO"
	faultPaid        = "PPT_PAGAMENTO_DUPLICATO"
	faultSemantics   = "PPT_SEMANTICA"
	faultFromPA      = "PPT_ERRORE_EMESSO_DA_PAA"
	faultUnreachable = "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE"
	faultTimeout     = "PPT_STAZIONE_INT_PA_TIMEOUT"
	faultResponse    = "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE"
	faultNoToken     = "PPT_TOKEN_SCONOSCIUTO"
	faultExpired     = "PPT_TOKEN_SCADUTO"
	faultExpiredKO   = "PPT_TOKEN_SCADUTO_KO"
	faultSettled     = "PPT_ESITO_GIA_ACQUISITO"
)

// Unwrap returns what [payment.PSP] promises for the fault.
func (f *NodeError) Unwrap() error {
	for _, known := range []struct {
		code, pa string
		reason   error
	}{
		{faultInProgress, "", payment.ErrInCharge},
		{faultPaid, "", payment.ErrPaid},
		{faultUnknownPA, "", payment.ErrUnknown},
		{faultFromPA, "PAA_PAGAMENTO_SCONOSCIUTO", payment.ErrUnknown},
		{faultFromPA, "PAA_PAGAMENTO_DUPLICATO", payment.ErrPaid},
		{faultFromPA, "PAA_PAGAMENTO_SCADUTO", payment.ErrExpired},
		{faultFromPA, "PAA_PAGAMENTO_ANNULLATO", payment.ErrCancelled},
		{faultUnreachable, "", pagonline.ErrUnavailable},
		{faultTimeout, "", pagonline.ErrUnavailable},
		{faultResponse, "", pagonline.ErrUnavailable},
	} {
		if known.code == f.Code && known.pa == f.PA {
			return known.reason
		}
	}
	return errFault
}

var errFault = errors.New("sandbox: refused by the node")
