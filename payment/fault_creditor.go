package payment

import "github.com/pagonline/pagonline"

// creditorFaults are the codes of the creditor's station (SANP 3.12, "Gestione degli
// errori", tables dominio-ec and nodo-ec). The node hands them on to the PSP inside
// PPT_ERRORE_EMESSO_DA_PAA.
var creditorFaults = map[string]Fault{
	// The state of the notice.
	"PAA_PAGAMENTO_SCONOSCIUTO": {
		Who: ActorPayer, Retry: RetryMended, Text: tellNumber,
		Desk: pagonline.Text{
			It: "L'avviso non esiste, è in bozza, oppure è l'alternativa a un'opzione già pagata: controllare numero e stato. Se è la risposta a una ricevuta, questa è in quarantena e può essere denaro vero: esaminarla.",
			En: "The notice does not exist, is a draft, or is the alternative to an option already paid: check number and state. If it answered a receipt, that receipt is in quarantine and may be real money: look at it.",
		},
		Official: "Pagamento in attesa risulta sconosciuto all'Ente Creditore",
	},
	"PAA_PAGAMENTO_DUPLICATO": {
		Who: ActorNobody, Retry: RetryNever, Text: tellPaid,
		Desk: pagonline.Text{
			It: "L'avviso ha già una ricevuta: non serve altro. Se il pagatore la contesta, cercare la ricevuta con il numero dell'avviso.",
			En: "The notice has a receipt already: nothing else is needed. If the payer disputes it, look up the receipt by the notice number.",
		},
		Official: "Pagamento in attesa risulta concluso all'Ente Creditore",
	},
	"PAA_PAGAMENTO_IN_CORSO": {
		Who: ActorNobody, Retry: RetryLater, Text: tellWait,
		Desk: pagonline.Text{
			It: "Un altro canale dell'ente tiene la posizione: si libera da sola, al più dopo 30 minuti. Di norma è il nodo a impedire i pagamenti contemporanei, non la stazione.",
			En: "Another of the creditor's channels holds the position: it is free again by itself, after 30 minutes at most. Normally the node prevents concurrent payments, not the station.",
		},
		Official: "Pagamento in attesa risulta in corso all'Ente Creditore",
	},
	"PAA_PAGAMENTO_SCADUTO": {
		Who: ActorCreditor, Retry: RetryMended,
		Text: pagonline.Text{
			It: "L'avviso è scaduto e l'ente non lo accetta più: chiedere all'ente una nuova scadenza o un nuovo avviso.",
			En: "The notice is past its due date and the creditor no longer takes it: ask the creditor for a new date or a new notice.",
		},
		Desk: pagonline.Text{
			It: "Oltre la scadenza, e la posizione rifiuta i pagamenti in ritardo. Se si può ancora pagare, spostare la scadenza: il numero dell'avviso resta lo stesso.",
			En: "Past its due date, and the position refuses late payment. If it may still be paid, move the date: the notice number stays the same.",
		},
		Official: "Pagamento in attesa risulta scaduto all'Ente Creditore",
	},
	"PAA_PAGAMENTO_ANNULLATO": {
		Who: ActorNobody, Retry: RetryNever,
		Text: pagonline.Text{
			It: "L'ente ha annullato questo avviso. Cercare un avviso più recente dello stesso debito o rivolgersi all'ente.",
			En: "The creditor has withdrawn this notice. Look for a newer notice of the same debt or ask the creditor.",
		},
		Desk: pagonline.Text{
			It: "L'avviso è annullato. Se il debito esiste ancora, il pagatore deve avere il numero dell'avviso nuovo.",
			En: "The notice is withdrawn. If the debt still exists, the payer must get the number of the new notice.",
		},
		Official: "Pagamento in attesa risulta annullato all'Ente Creditore",
	},
	"PAA_RECEIPT_DUPLICATA": {
		Who: ActorCreditor, Retry: RetryNever, Text: tellPaid,
		Desk: pagonline.Text{
			It: "Una ricevuta con questo identificativo è già registrata. Se il contenuto è un altro, quella nuova è in quarantena: confrontarle. Il nodo non la manderà di nuovo.",
			En: "A receipt with this id is stored already. If its content is another, the new one is in quarantine: compare them. The node will not send it again.",
		},
	},

	// What the station understands.
	"PAA_SEMANTICA": {
		Who: ActorCreditor, Retry: RetryMended, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "La stazione ha capito la richiesta ma non la può accettare: se dipende da un elemento, la riga della risposta nel giornale degli eventi lo nomina (detail). Se era una ricevuta (importi che non tornano, esito KO), è in quarantena.",
			En: "The station understood the request but cannot take it: if that is because of an element, the answer's row in the event journal names it (detail). If it was a receipt (amounts that do not add up, outcome KO), it is in quarantine.",
		},
		Official: "Errore semantico",
	},
	"PAA_SINTASSI_EXTRAXSD": {
		Who: ActorBroker, Retry: RetryMended, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "La stazione non ha potuto leggere il messaggio: la riga della risposta nel giornale degli eventi nomina l'elemento (detail). Una ricevuta è intera in quarantena: confrontarla con lo schema. Poi correggere la stazione o segnalare a pagoPA.",
			En: "The station could not read the message: the answer's row in the event journal names the element (detail). A receipt is in quarantine as it came: compare it with the schema. Then mend the station or tell pagoPA.",
		},
		Official: "Errore di sintassi extra XSD",
	},
	"PAA_SINTASSI_XSD": {
		Who: ActorBroker, Retry: RetryMended, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "Il messaggio non rispetta lo schema: confrontarlo con l'XSD ufficiale; poi correggere la stazione o segnalare a pagoPA.",
			En: "The message breaks the schema: compare it with the official XSD; then mend the station or tell pagoPA.",
		},
		Official: "Errore di sintassi XSD",
	},
	"PAA_SINTASSI": {
		Who: ActorBroker, Retry: RetryMended, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "La richiesta delle opzioni di pagamento non è leggibile: controllare codice fiscale e numero avviso nell'indirizzo chiamato.",
			En: "The request for payment options cannot be read: check fiscal code and notice number in the address that was called.",
		},
	},
	"PAA_SYSTEM_ERROR": {
		Who: ActorBroker, Retry: RetryLater, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "Errore tecnico della stazione: guardarne il registro e la base dati. A verifica e attivazione il pagatore può riprovare; a una ricevuta questo codice non va mai dato, perché il nodo non la manderebbe più.",
			En: "Technical error of the station: look at its log and its database. After verify or activation the payer can try again; a receipt must never get this code, for the node would not send it again.",
		},
		Official: "Errore generico",
	},

	// How the station is registered.
	"PAA_ID_DOMINIO_ERRATO": {
		Who: ActorBroker, Retry: RetryMended, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "Il codice fiscale dell'ente non è tra quelli di questa stazione: confrontare la configurazione con il Back Office di pagoPA.",
			En: "The creditor's fiscal code is not one of this station's: compare the configuration with pagoPA's back office.",
		},
		Official: "La PAA non corrisponde al Dominio indicato",
	},
	"PAA_ID_INTERMEDIARIO_ERRATO": {
		Who: ActorBroker, Retry: RetryMended, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "L'identificativo dell'intermediario non è quello configurato: confrontarlo con il Back Office di pagoPA.",
			En: "The broker's id is not the configured one: compare it with pagoPA's back office.",
		},
		Official: "Identificativo intermediario non corrispondente",
	},
	"PAA_STAZIONE_INT_ERRATA": {
		Who: ActorBroker, Retry: RetryMended, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "L'identificativo della stazione non è quello configurato: confrontarlo con il Back Office di pagoPA.",
			En: "The station's id is not the configured one: compare it with pagoPA's back office.",
		},
		Official: "Stazione intermediario non corrispondente",
	},

	// The old model with RPT, which new stations do not speak.
	"PAA_ATTIVA_RPT_IMPORTO_NON_VALIDO": {Who: ActorCreditor, Retry: RetryMended, Text: tellCreditor, Desk: oldModel(
		"l'importo della richiesta non è quello della posizione", "the amount asked for is not the position's")},
	"PAA_RPT_SCONOSCIUTA": {Who: ActorBroker, Retry: RetryNever, Text: tellReceipt, Desk: oldModel(
		"la ricevuta cita una richiesta che l'ente non ha", "the receipt quotes a request that the creditor does not have")},
	"PAA_RT_DUPLICATA": {Who: ActorNobody, Retry: RetryNever, Text: tellPaid, Desk: oldModel(
		"la ricevuta è già registrata", "the receipt is stored already")},
	"PAA_RT_SCONOSCIUTA": {Who: ActorBroker, Retry: RetryNever, Text: tellReceipt, Desk: oldModel(
		"la ricevuta citata non c'è", "the receipt that is quoted is not there")},
	"PAA_ER_DUPLICATA": {Who: ActorNobody, Retry: RetryNever, Text: tellReceipt, Desk: oldModel(
		"l'esito di revoca è già registrato", "the outcome of the revocation is stored already")},
	"PAA_FIRMA_ERRATA": {Who: ActorPSP, Retry: RetryMended, Text: tellReceipt, Desk: oldModel(
		"la firma della ricevuta non è valida", "the receipt's signature is not valid")},
	"PAA_FIRMA_INDISPONIBILE": {Who: ActorBroker, Retry: RetryLater, Text: tellReceipt, Desk: oldModel(
		"la firma non si può verificare ora", "the signature cannot be checked now")},
	"PAA_ERRORE_FORMATO_BUSTA_FIRMATA": {Who: ActorPSP, Retry: RetryMended, Text: tellReceipt, Desk: oldModel(
		"la busta firmata non è leggibile", "the signed envelope cannot be read")},
	"PAA_TIPOFIRMA_SCONOSCIUTO": {Who: ActorPSP, Retry: RetryMended, Text: tellReceipt, Desk: oldModel(
		"il tipo di firma non è previsto", "the kind of signature is not known")},
}

func oldModel(it, en string) pagonline.Text {
	return pagonline.Text{
		It: "Codice del vecchio modello (RPT): " + it + ". Una stazione attuale non lo emette: chiedere a chi la gestisce.",
		En: "Code of the old model (RPT): " + en + ". A present station does not issue it: ask who runs it.",
	}
}
