package payment

import "github.com/pagonline/pagonline"

// nodeFaults are the codes of the node, as a PSP gets them (SANP 3.12, "Gestione degli
// errori", dominio-nodo, and "Best practice" of the PSPs).
var nodeFaults = map[string]Fault{
	// The state of the notice.
	"PPT_PAGAMENTO_DUPLICATO": {
		Who: ActorNobody, Retry: RetryNever, Text: tellPaid,
		Desk: pagonline.Text{
			It: "Per pagoPA l'avviso è già pagato: la ricevuta c'è o sta arrivando. Se è la risposta a un esito, il PSP deve rimborsare il pagatore.",
			En: "For pagoPA the notice is paid already: the receipt is here or on its way. If it answered an outcome, the PSP must refund the payer.",
		},
		Official: "Pagamento in attesa risulta concluso al sistema pagoPA",
	},
	"PPT_PAGAMENTO_IN_CORSO": {
		Who: ActorNobody, Retry: RetryLater, Text: tellWait,
		Desk: pagonline.Text{
			It: "Un altro tentativo tiene l'avviso, al più per 30 minuti. Non emettere un secondo avviso: si libera da solo.",
			En: "Another attempt holds the notice, for 30 minutes at most. Do not issue a second notice: this one is free again by itself.",
		},
		Official: "Pagamento in attesa risulta in corso al sistema pagoPA",
	},
	"PPT_ATTIVAZIONE_IN_CORSO": {
		Who: ActorNobody, Retry: RetryLater, Text: tellWait,
		Desk: pagonline.Text{
			It: "Lo stesso avviso viene attivato proprio ora da un'altra chiamata: attendere la fine di quella.",
			En: "Another call is activating the same notice right now: wait until it has ended.",
		},
	},
	"PPT_PAGAMENTO_SCONOSCIUTO": {
		Who: ActorPSP, Retry: RetryMended, Text: tellReceipt,
		Desk: pagonline.Text{
			It: "L'esito riguarda un avviso mai attivato: il PSP deve attivarlo di nuovo prima di dare un esito.",
			En: "The outcome is about a notice that was never activated: the PSP must activate it again before it gives an outcome.",
		},
	},

	// The outcome of an attempt.
	"PPT_TOKEN_SCADUTO": {
		Who: ActorPSP, Retry: RetryNever, Text: tellReceipt,
		Desk: pagonline.Text{
			It: "Esito positivo dopo la scadenza del token. Se il PSP ha incassato, il pagamento vale: la ricevuta arriva e il flusso porta il codice 9 (8 in stand-in). Un pagamento dal sito dell'ente va invece rimborsato.",
			En: "A positive outcome after the token had expired. If the PSP took the money the payment counts: the receipt comes and the flow has code 9 (8 in stand-in). A payment at the creditor's own site is to be refunded instead.",
		},
		Official: "paymentToken is expired",
	},
	"PPT_TOKEN_SCADUTO_KO": {
		Who: ActorPSP, Retry: RetryAtOnce,
		Text: pagonline.Text{
			It: "Il tentativo si è chiuso fuori tempo. Si può riprovare con lo stesso avviso.",
			En: "The attempt was closed out of time. The same notice can be tried again.",
		},
		Desk: pagonline.Text{
			It: "Esito negativo dopo la scadenza del token: l'avviso è di nuovo pagabile. Il PSP deve dare l'esito entro 30 minuti.",
			En: "A negative outcome after the token had expired: the notice can be paid again. The PSP must give its outcome within 30 minutes.",
		},
	},
	"PPT_TOKEN_SCONOSCIUTO": {
		Who: ActorPSP, Retry: RetryMended, Text: tellReceipt,
		Desk: pagonline.Text{
			It: "Il nodo non conosce il token dell'esito: il PSP deve cercare il token dell'attivazione, o attivare di nuovo se il denaro non è stato preso.",
			En: "The node does not know the outcome's token: the PSP must look for the token of the activation, or activate again if it took no money.",
		},
		Official: "unknown token",
	},
	"PPT_ESITO_GIA_ACQUISITO": {
		Who: ActorNobody, Retry: RetryNever, Text: tellReceipt,
		Desk: pagonline.Text{
			It: "L'esito di questo tentativo era già arrivato e vale il primo. La descrizione dice se i due concordano: se no, il PSP deve verificare l'incasso.",
			En: "The outcome of this attempt had come before, and the first one counts. The description says whether both agree: if not, the PSP must check whether it took the money.",
		},
	},
	"PPT_ERRORE_IDEMPOTENZA": {
		Who: ActorPSP, Retry: RetryMended, Text: tellPSP,
		Desk: pagonline.Text{
			It: "La stessa chiave di idempotenza con dati diversi: il PSP deve usare una chiave nuova per ogni richiesta nuova.",
			En: "The same idempotency key with other data: the PSP must use a new key for each new request.",
		},
	},
	"PPT_SEMANTICA": {
		Who: ActorPSP, Retry: RetryMended,
		Text: pagonline.Text{
			It: "Il sistema ha respinto la richiesta. Attendere mezz'ora: se non arriva la ricevuta, riprovare con lo stesso avviso.",
			En: "The system refused the request. Wait half an hour: if no receipt comes, try the same notice again.",
		},
		Desk: pagonline.Text{
			It: "La richiesta contraddice lo stato del pagamento o sé stessa: la descrizione dice dove. Il PSP non deve ripeterla uguale.",
			En: "The request contradicts the state of the payment, or itself: the description says where. The PSP must not repeat it as it is.",
		},
	},
	"PPT_CODIFICA_PSP_SCONOSCIUTA": {
		Who: ActorPSP, Retry: RetryMended, Text: tellPSP,
		Desk: pagonline.Text{
			It: "Il PSP ha letto il codice dell'avviso con una codifica che il nodo non conosce.",
			En: "The PSP read the notice's code in a coding that the node does not know.",
		},
	},

	// The creditor's station.
	"PPT_ERRORE_EMESSO_DA_PAA": {
		Who: ActorCreditor, Retry: RetryMended, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "Risposta dell'ente: il motivo è il codice PAA che l'accompagna, cercare quello.",
			En: "The creditor's own answer: the reason is the PAA code that comes with it, look that up.",
		},
		Official: "Errore restituito dall'Ente Creditore",
	},
	"PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE": {
		Who: ActorBroker, Retry: RetryLater, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "Il nodo non raggiunge la stazione: controllare rete, certificati e indirizzo. Se dura, risponde ACA in stand-in.",
			En: "The node cannot reach the station: check network, certificates and address. If it lasts, ACA answers in stand-in.",
		},
	},
	"PPT_STAZIONE_INT_PA_TIMEOUT": {
		Who: ActorBroker, Retry: RetryLater, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "La stazione non ha risposto in tempo (7 secondi; 15 per una ricevuta): guardarne il carico. Una ricevuta viene rimandata ogni ora, 48 volte.",
			En: "The station did not answer in time (7 seconds; 15 for a receipt): look at its load. A receipt is sent again each hour, 48 times.",
		},
		Official: "Timeout risposta dalla Stazione",
	},
	"PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO": {Who: ActorBroker, Retry: RetryLater, Text: tellCreditor, Desk: serviceOff},
	"PPT_STAZIONE_INT_PA_SERVIZIO_NONATTIVO":  {Who: ActorBroker, Retry: RetryLater, Text: tellCreditor, Desk: serviceOff},
	"PPT_STAZIONE_INT_PA_ERRORE_RESPONSE": {
		Who: ActorBroker, Retry: RetryMended, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "Il nodo ha scartato la risposta della stazione: schema, somma delle quote o risposta contraddittoria. Cercarla nel giornale degli eventi e correggere la posizione o la stazione.",
			En: "The node threw away the station's answer: schema, sum of the shares, or an answer that contradicts itself. Find it in the event journal and mend the position or the station.",
		},
	},
	"PPT_IBAN_NON_CENSITO": {
		Who: ActorCreditor, Retry: RetryMended, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "Un IBAN della posizione non è registrato per quell'ente: registrarlo nel Back Office, almeno 7 giorni prima dell'uso, o correggere la posizione.",
			En: "An IBAN of the position is not registered for that creditor: register it in the back office, at least 7 days before use, or mend the position.",
		},
	},
	"PPT_MULTI_BENEFICIARIO": {
		Who: ActorPSP, Retry: RetryMended, Text: tellPSP,
		Desk: pagonline.Text{
			It: "L'avviso ha più beneficiari e il PSP non li tratta con questa chiamata: un altro PSP può farlo.",
			En: "The notice has several beneficiaries and the PSP cannot handle them with this call: another PSP can.",
		},
	},

	// The creditor as pagoPA knows it.
	"PPT_DOMINIO_SCONOSCIUTO": {
		Who: ActorPayer, Retry: RetryMended, Text: tellNumber,
		Desk: pagonline.Text{
			It: "Nessun ente con questo codice fiscale su pagoPA: controllare il codice stampato sull'avviso.",
			En: "pagoPA has no creditor with this fiscal code: check the code printed on the notice.",
		},
	},
	"PPT_DOMINIO_DISABILITATO":           {Who: ActorCreditor, Retry: RetryMended, Text: tellCreditor, Desk: switchedOff("l'ente", "The creditor")},
	"PPT_INTERMEDIARIO_PA_SCONOSCIUTO":   {Who: ActorBroker, Retry: RetryMended, Text: tellCreditor, Desk: notRegistered("L'intermediario dell'ente", "The creditor's broker")},
	"PPT_INTERMEDIARIO_PA_DISABILITATO":  {Who: ActorBroker, Retry: RetryMended, Text: tellCreditor, Desk: switchedOff("l'intermediario dell'ente", "The creditor's broker")},
	"PPT_STAZIONE_INT_PA_SCONOSCIUTA":    {Who: ActorBroker, Retry: RetryMended, Text: tellCreditor, Desk: stationUnknown},
	"PPT_STAZIONE_INT_PA_DISABILITATA":   {Who: ActorBroker, Retry: RetryMended, Text: tellCreditor, Desk: switchedOff("la stazione", "The station")},
	"PPT_PSP_SCONOSCIUTO":                {Who: ActorPSP, Retry: RetryMended, Text: tellPSP, Desk: notRegistered("Il PSP", "The PSP")},
	"PPT_PSP_DISABILITATO":               {Who: ActorPSP, Retry: RetryMended, Text: tellPSP, Desk: switchedOff("il PSP", "The PSP")},
	"PPT_INTERMEDIARIO_PSP_SCONOSCIUTO":  {Who: ActorPSP, Retry: RetryMended, Text: tellPSP, Desk: notRegistered("L'intermediario del PSP", "The PSP's broker")},
	"PPT_INTERMEDIARIO_PSP_DISABILITATO": {Who: ActorPSP, Retry: RetryMended, Text: tellPSP, Desk: switchedOff("l'intermediario del PSP", "The PSP's broker")},
	"PPT_CANALE_SCONOSCIUTO":             {Who: ActorPSP, Retry: RetryMended, Text: tellPSP, Desk: notRegistered("Il canale del PSP", "The PSP's channel")},
	"PPT_CANALE_DISABILITATO":            {Who: ActorPSP, Retry: RetryMended, Text: tellPSP, Desk: switchedOff("il canale del PSP", "The PSP's channel")},
	"PPT_AUTENTICAZIONE": {
		Who: ActorPSP, Retry: RetryMended, Text: tellPSP,
		Desk: pagonline.Text{
			It: "Le credenziali con cui il PSP chiama il nodo non sono accettate.",
			En: "The node does not accept the credentials with which the PSP calls.",
		},
	},
	"PPT_AUTORIZZAZIONE": {
		Who: ActorPSP, Retry: RetryMended, Text: tellPSP,
		Desk: pagonline.Text{
			It: "L'intermediario del PSP non può usare quel canale: il PSP deve correggerne la configurazione.",
			En: "The PSP's broker may not use that channel: the PSP must mend its configuration.",
		},
		Official: "Configurazione intermediario-canale non corretta",
	},

	// How the call was made.
	"PPT_SINTASSI_EXTRAXSD": {Who: ActorPSP, Retry: RetryMended, Text: tellPSP, Desk: badCall},
	"PPT_SINTASSI_XSD":      {Who: ActorPSP, Retry: RetryMended, Text: tellPSP, Desk: badCall},
	"PPT_SOAPACTION_ERRATA": {Who: ActorPSP, Retry: RetryMended, Text: tellPSP, Desk: badCall},
	"PPT_VERSIONE_SERVIZIO": {
		Who: ActorPSP, Retry: RetryMended, Text: tellPSP,
		Desk: pagonline.Text{
			It: "La versione della chiamata non va bene per questo avviso: il PSP deve usare l'altra.",
			En: "The version of the call does not suit this notice: the PSP must use the other one.",
		},
	},
	"PPT_SERVIZIO_SCONOSCIUTO": {
		Who: ActorPSP, Retry: RetryMended, Text: tellPSP,
		Desk: pagonline.Text{
			It: "Pagamento spontaneo: il servizio richiesto non è nel catalogo dell'ente.",
			En: "Payment without a notice: the service asked for is not in the creditor's catalogue.",
		},
	},
	"PPT_SERVIZIO_NONATTIVO": {
		Who: ActorCreditor, Retry: RetryLater, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "Pagamento spontaneo: il servizio è nel catalogo ma non è attivo.",
			En: "Payment without a notice: the service is in the catalogue but not active.",
		},
	},
	"PPT_SUPERAMENTOSOGLIA": {
		Who: ActorPSP, Retry: RetryLater, Text: tellLater,
		Desk: pagonline.Text{
			It: "Troppe chiamate in poco tempo: rallentare e riprovare.",
			En: "Too many calls in a short time: slow down and try again.",
		},
	},
	"PPT_SYSTEM_ERROR": {
		Who: ActorPagoPA, Retry: RetryLater, Text: tellLater,
		Desk: pagonline.Text{
			It: "Errore tecnico del nodo: riprovare più tardi; se dura, vedere lo stato dei servizi pagoPA o aprire una segnalazione.",
			En: "Technical error of the node: try again later; if it lasts, look at the status of pagoPA's services or open a ticket.",
		},
	},
}

var (
	serviceOff = pagonline.Text{
		It: "La stazione risponde ma il servizio è spento: accenderlo. Se dura, risponde ACA in stand-in.",
		En: "The station answers but the service is off: switch it on. If it lasts, ACA answers in stand-in.",
	}
	stationUnknown = pagonline.Text{
		It: "Nessuna stazione serve i primi numeri di questo avviso: controllare nel Back Office cifra ausiliaria e codice di segregazione della stazione.",
		En: "No station serves the first digits of this notice: check the station's auxiliary digit and segregation code in the back office.",
	}
	badCall = pagonline.Text{
		It: "Il nodo non ha capito la chiamata del PSP: confrontarla con il contratto ufficiale (WSDL e XSD).",
		En: "The node did not understand the PSP's call: compare it with the official contract (WSDL and XSD).",
	}
)

func notRegistered(it, en string) pagonline.Text {
	return pagonline.Text{
		It: it + " non risulta registrato su pagoPA: controllare gli identificativi usati nella chiamata e nel Back Office.",
		En: en + " is not registered at pagoPA: check the ids used in the call and in the back office.",
	}
}

func switchedOff(it, en string) pagonline.Text {
	return pagonline.Text{
		It: "pagoPA ha disabilitato " + it + ": chiedere il motivo a pagoPA e farsi riabilitare.",
		En: en + " is disabled at pagoPA: ask pagoPA why, and to be enabled again.",
	}
}
