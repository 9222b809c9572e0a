package payment

import (
	"strconv"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
)

// FlowEntry is one row of a reporting flow (flusso di rendicontazione): what a PSP says
// that it has transferred for one share of one payment. Digital stamps are in no flow.
// Source: SACI 3.2.1, tables 5 and 6.
type FlowEntry struct {
	Flow   string         `json:"flow"`   // identificativoFlusso
	Date   pagonline.Date `json:"date"`   // of the flow
	IUV    string         `json:"iuv"`    // names the notice
	IUR    string         `json:"iur"`    // names the payment: the receipt's id
	Index  int            `json:"index"`  // of the transfer, 1 to 5; 0 if the flow has none
	Amount euro.Delta     `json:"amount"` // below zero where revoked
	Code   FlowCode       `json:"code"`   // codiceEsitoSingoloPagamento
	PaidOn pagonline.Date `json:"paidOn"` // dataEsitoSingoloPagamento
}

// FlowCode is how a flow says that a payment ended. The schema knows three of the codes,
// SACI and real flows have five.
type FlowCode int

// The codes (SACI 3.2.1, table 6).
const (
	FlowExecuted         FlowCode = 0 // paid
	FlowRevoked          FlowCode = 3 // taken back; the amount is below zero
	FlowStandIn          FlowCode = 4 // paid while ACA answered for the station
	FlowStandInNoReceipt FlowCode = 8 // the same, and the PSP has no receipt
	FlowNoReceipt        FlowCode = 9 // paid, and the PSP has no receipt
)

// Known reports whether SACI has the code.
func (c FlowCode) Known() bool { return c.Paid() || c == FlowRevoked }

// Paid reports whether the PSP took the money and has not given it back.
func (c FlowCode) Paid() bool { return c == FlowExecuted || c == FlowStandIn || c.NoReceipt() }

// NoReceipt reports whether the PSP has no receipt for the payment, because its outcome
// came too late: the creditor may wait for one in vain.
func (c FlowCode) NoReceipt() bool { return c == FlowNoReceipt || c == FlowStandInNoReceipt }

// String returns the code as flows write it, as in "9".
func (c FlowCode) String() string { return strconv.Itoa(int(c)) }

// Text says what the code means, as part of a sentence.
func (c FlowCode) Text() pagonline.Text {
	switch c {
	case FlowExecuted:
		return pagonline.Text{It: "pagato", En: "paid"}
	case FlowRevoked:
		return pagonline.Text{It: "revocato", En: "revoked"}
	case FlowStandIn:
		return pagonline.Text{It: "pagato in stand-in", En: "paid in stand-in"}
	case FlowStandInNoReceipt:
		return pagonline.Text{It: "pagato in stand-in, senza ricevuta per il PSP", En: "paid in stand-in, without a receipt for the PSP"}
	case FlowNoReceipt:
		return pagonline.Text{It: "pagato, senza ricevuta per il PSP", En: "paid, without a receipt for the PSP"}
	default:
		return pagonline.Text{It: "esito sconosciuto", En: "unknown outcome"}
	}
}
