package payment

import "github.com/pagonline/pagonline"

// Finding is what [Resolve] found.
type Finding string

// The findings. None of them says "not paid": see [FindingOpen].
const (
	FindingPaid        Finding = "paid"
	FindingSecond      Finding = "second_payment"       // paid more than once
	FindingReversed    Finding = "reversed"             // a flow revokes the payment
	FindingNoReceipt   Finding = "paid_without_receipt" // a flow says so, with code 8 or 9
	FindingMissing     Finding = "receipt_missing"      // a flow says paid; there should be a receipt
	FindingQuarantined Finding = "in_quarantine"        // a receipt came and was refused
	FindingInCharge    Finding = "taken_in_charge"      // the payer was told to wait
	FindingUnderWay    Finding = "maybe_under_way"      // the payer is at the gateway, or has left it
	FindingLate        Finding = "receipt_late"         // taken in charge, and no receipt
	FindingOpen        Finding = "not_known_paid"       // not paid as far as is known
	FindingElsewhere   Finding = "paid_elsewhere"       // by another notice of the same debt
	FindingDraft       Finding = "not_open_yet"
	FindingWithdrawn   Finding = "withdrawn"
	FindingExpired     Finding = "expired"
	FindingUnknown     Finding = "unknown" // no such notice
)

// findings holds what the payer is told, and whether he may try the notice again.
var findings = map[Finding]struct {
	text  pagonline.Text
	retry bool
}{
	FindingPaid: {pagonline.Text{
		It: "Pagato: la ricevuta è registrata.",
		En: "Paid: the receipt is recorded.",
	}, false},
	FindingSecond: {pagonline.Text{
		It: "Risulta pagato più di una volta: quanto è in più va rimborsato.",
		En: "It was paid more than once: what is too much is to be refunded.",
	}, false},
	FindingReversed: {pagonline.Text{
		It: "Il pagamento è stato revocato da chi l'aveva incassato.",
		En: "The payment was revoked by whoever had taken the money.",
	}, false},
	FindingNoReceipt: {pagonline.Text{
		It: "Risulta un incasso, ma senza ricevuta: non pagare di nuovo.",
		En: "Money was taken, but there is no receipt: do not pay again.",
	}, false},
	FindingMissing: {pagonline.Text{
		It: "Risulta un incasso, ma la ricevuta non è arrivata: non pagare di nuovo.",
		En: "Money was taken, but the receipt has not come: do not pay again.",
	}, false},
	FindingQuarantined: {pagonline.Text{
		It: "È arrivata una ricevuta che va controllata: non pagare di nuovo.",
		En: "A receipt has come that must be checked: do not pay again.",
	}, false},
	FindingInCharge: {pagonline.Text{
		It: "Pagamento preso in carico: l'esito non è ancora noto.",
		En: "Payment taken in charge: its outcome is not known yet.",
	}, false},
	FindingUnderWay: {pagonline.Text{
		It: "Un pagamento può essere in corso: l'esito non è ancora noto.",
		En: "A payment may be under way: its outcome is not known yet.",
	}, true},
	FindingLate: {pagonline.Text{
		It: "Il pagamento era stato preso in carico, ma la ricevuta non è arrivata.",
		En: "The payment had been taken in charge, but the receipt has not come.",
	}, true},
	FindingOpen: {pagonline.Text{
		It: "Finora nessuna ricevuta: chi ha già tentato può riprovare con lo stesso avviso senza rischio.",
		En: "No receipt so far: who has tried before can safely try the same notice again.",
	}, true},
	FindingElsewhere: {pagonline.Text{
		It: "Il debito risulta pagato con un altro avviso: non pagare questo.",
		En: "The debt was paid with another notice: do not pay this one.",
	}, false},
	FindingDraft: {pagonline.Text{
		It: "L'avviso non si può ancora pagare.",
		En: "The notice cannot be paid yet.",
	}, false},
	FindingWithdrawn: {pagonline.Text{
		It: "L'avviso è stato annullato.",
		En: "The notice was withdrawn.",
	}, false},
	FindingExpired: {pagonline.Text{
		It: "L'avviso è scaduto e non si può più pagare.",
		En: "The notice is past its due date and can no longer be paid.",
	}, false},
	FindingUnknown: {pagonline.Text{
		It: "Questo ente non conosce l'avviso.",
		En: "The creditor does not know this notice.",
	}, false},
}

// Action is what is to be done next.
type Action string

// The actions.
const (
	DoNothing         Action = "nothing"
	DoWait            Action = "wait"
	DoAwaitReceipt    Action = "await_receipt" // the node repeats it
	DoFinish          Action = "finish"        // the payment that is under way
	DoAwaitPSP        Action = "await_psp"     // to end the attempt
	DoTryAgain        Action = "try_again"     // with the same notice
	DoRefund          Action = "refund"
	DoCheckQuarantine Action = "check_quarantine"
	DoCheckAmount     Action = "check_amount"
	DoSeekReceipt     Action = "seek_receipt" // at biz-events: see [Cashier.SeekReceipt]
	DoCloseByHand     Action = "close_by_hand"
	DoAskPagoPA       Action = "ask_pagopa"
	DoReadFlows       Action = "read_flows"
	DoMatch           Action = "match"  // the flow with the credit at the bank
	DoDecide          Action = "decide" // whether there is still a debt
	DoPublish         Action = "publish"
	DoMoveDate        Action = "move_date"
	DoCheckNumber     Action = "check_number"
)

// actions holds who does it, and the sentence that says so.
var actions = map[Action]struct {
	who  Actor
	text pagonline.Text
}{
	DoNothing: {ActorNobody, pagonline.Text{
		It: "Non resta nulla da fare.",
		En: "Nothing is left to do.",
	}},
	DoWait: {ActorPagoPA, pagonline.Text{
		It: "Tocca a pagoPA: mandare la ricevuta, di solito in pochi minuti.",
		En: "pagoPA acts next: send the receipt, usually within minutes.",
	}},
	DoAwaitReceipt: {ActorPagoPA, pagonline.Text{
		It: "Tocca a pagoPA: per 48 ore ripete la ricevuta, se la stazione non ha risposto; poi ne parla il flusso di rendicontazione.",
		En: "pagoPA acts next: it repeats the receipt for 48 hours if the station did not answer; after that the reporting flow names the payment.",
	}},
	DoFinish: {ActorPayer, pagonline.Text{
		It: "Tocca al pagatore: finire il pagamento; se la pagina è stata chiusa, ripartire dallo stesso ordine.",
		En: "The payer acts next: finish the payment; if the page was closed, begin again from the same order.",
	}},
	DoAwaitPSP: {ActorPSP, pagonline.Text{
		It: "Tocca al prestatore di servizi di pagamento: chiudere il tentativo entro 30 minuti.",
		En: "The payment service provider acts next: end the attempt within 30 minutes.",
	}},
	DoTryAgain: {ActorPayer, pagonline.Text{
		It: "Tocca al pagatore: pagare con questo avviso, online o a uno sportello.",
		En: "The payer acts next: pay with this notice, online or at a counter.",
	}},
	DoRefund: {ActorCreditor, pagonline.Text{
		It: "Tocca all'ente: rimborsare quanto è in più.",
		En: "The creditor acts next: refund what is too much.",
	}},
	DoCheckQuarantine: {ActorCreditor, pagonline.Text{
		It: "Tocca all'ente: esaminare la ricevuta in quarantena, e registrarla o chiuderla.",
		En: "The creditor acts next: look at the receipt in quarantine, and record it or close it.",
	}},
	DoCheckAmount: {ActorCreditor, pagonline.Text{
		It: "Tocca all'ente: l'importo pagato non è quello dovuto, decidere sulla differenza.",
		En: "The creditor acts next: what was paid is not what was due, decide about the difference.",
	}},
	DoSeekReceipt: {ActorCreditor, pagonline.Text{
		It: "Tocca all'ente: chiedere la ricevuta al servizio biz-events di pagoPA, una volta sola.",
		En: "The creditor acts next: ask pagoPA's biz-events service for the receipt, once.",
	}},
	DoCloseByHand: {ActorCreditor, pagonline.Text{
		It: "Tocca all'ente: la riga del flusso è la prova dell'incasso; annullare l'avviso, perché non sia pagato di nuovo.",
		En: "The creditor acts next: the row of the flow is the proof; withdraw the notice, so that it is not paid again.",
	}},
	DoAskPagoPA: {ActorCreditor, pagonline.Text{
		It: "Tocca all'ente: chiedere la ricevuta all'assistenza pagoPA, con il numero dell'avviso.",
		En: "The creditor acts next: ask pagoPA's support for the receipt, by the notice number.",
	}},
	DoReadFlows: {ActorCreditor, pagonline.Text{
		It: "Tocca all'ente: cercare l'avviso nei flussi di rendicontazione.",
		En: "The creditor acts next: look for the notice in the reporting flows.",
	}},
	DoMatch: {ActorCreditor, pagonline.Text{
		It: "Tocca all'ente: trovare in banca l'accredito del flusso.",
		En: "The creditor acts next: find the flow's credit at the bank.",
	}},
	DoDecide: {ActorCreditor, pagonline.Text{
		It: "Tocca all'ente: se il debito esiste ancora, emettere un nuovo avviso.",
		En: "The creditor acts next: if the debt still exists, issue a new notice.",
	}},
	DoPublish: {ActorCreditor, pagonline.Text{
		It: "Tocca all'ente: pubblicare l'avviso.",
		En: "The creditor acts next: publish the notice.",
	}},
	DoMoveDate: {ActorCreditor, pagonline.Text{
		It: "Tocca all'ente: spostare la scadenza, se si può ancora pagare.",
		En: "The creditor acts next: move the due date, if it may still be paid.",
	}},
	DoCheckNumber: {ActorPayer, pagonline.Text{
		It: "Tocca al pagatore: controllare il numero dell'avviso e il codice fiscale dell'ente.",
		En: "The payer acts next: check the notice number and the creditor's fiscal code.",
	}},
}
