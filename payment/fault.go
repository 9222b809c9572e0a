package payment

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
)

// Actor is who must act next.
type Actor string

// The actors. The broker (intermediario) runs the station, the PSP takes the payer's
// money; a creditor alone is its own broker.
const (
	ActorNobody   Actor = "nobody" // it passes by itself, or it is over
	ActorPayer    Actor = "payer"
	ActorPSP      Actor = "psp"
	ActorCreditor Actor = "creditor"
	ActorBroker   Actor = "broker"
	ActorPagoPA   Actor = "pagopa"
)

var actors = map[Actor]pagonline.Text{
	ActorNobody:   {It: "nessuno", En: "nobody"},
	ActorPayer:    {It: "il pagatore", En: "the payer"},
	ActorPSP:      {It: "il prestatore di servizi di pagamento", En: "the payment service provider"},
	ActorCreditor: {It: "l'ente creditore", En: "the creditor"},
	ActorBroker:   {It: "chi gestisce la stazione dell'ente", En: "who runs the creditor's station"},
	ActorPagoPA:   pagonline.Same("pagoPA"),
}

// Text returns the actor as the subject of a sentence, in lower case.
func (a Actor) Text() pagonline.Text { return actors[a] }

// Retry says what may be done with the same notice after a [Fault].
type Retry string

// The ways to go on.
const (
	RetryNever  Retry = "never"         // it is over: nothing to try
	RetryAtOnce Retry = "at_once"       // a new attempt may begin now
	RetryLater  Retry = "later"         // the same call may succeed in a while
	RetryMended Retry = "after_mending" // once Who has mended what is wrong
)

// Fault is what a fault code of pagoPA means. Codes that begin with PAA_ come from the
// creditor's station, those with PPT_ from the node. The text that comes with a code on
// the wire is free: only the code counts (SANP 3.12, "Gestione degli errori").
type Fault struct {
	Code  string `json:"code"`
	Who   Actor  `json:"who"` // must act
	Retry Retry  `json:"retry"`
	// Text is what to tell the payer. It does not say that nothing was paid: only the
	// absence of a receipt can be known, and that is for [Resolve].
	Text pagonline.Text `json:"text"`
	// Desk is what an operator should know and do.
	Desk pagonline.Text `json:"desk"`
	// Official is the fixed faultString of the code, "" where none is published.
	Official string `json:"official,omitempty"`
}

// FaultOf returns what code means. For a code that the catalogue does not have it
// returns false, and what can be said from its prefix.
func FaultOf(code string) (Fault, bool) {
	for _, table := range []map[string]Fault{creditorFaults, nodeFaults} {
		if f, ok := table[code]; ok {
			f.Code = code
			return f, true
		}
	}
	f := unknownNodeFault
	if strings.HasPrefix(code, "PAA_") {
		f = unknownCreditorFault
	}
	f.Code = code
	return f, false
}

// Faults returns the catalogue, sorted by code.
func Faults() []Fault {
	var all []Fault
	for _, table := range []map[string]Fault{creditorFaults, nodeFaults} {
		for code := range maps.Keys(table) {
			f, _ := FaultOf(code)
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b Fault) int { return cmp.Compare(a.Code, b.Code) })
	return all
}

// What payers are told for many codes: the details are no help to them.
var (
	tellCreditor = pagonline.Text{
		It: "L'ente creditore al momento non può ricevere questo pagamento. Riprovare più tardi con lo stesso avviso; se si ripete, rivolgersi all'ente.",
		En: "The creditor cannot take this payment at the moment. Try the same notice again later; if it happens again, ask the creditor.",
	}
	tellPSP = pagonline.Text{
		It: "Il canale di pagamento scelto non può trattare questo avviso. Provare con un'altra banca, un altro sportello o un altro sito.",
		En: "The chosen payment channel cannot handle this notice. Try another bank, counter or site.",
	}
	tellLater = pagonline.Text{
		It: "Il servizio non risponde come dovrebbe. Riprovare più tardi con lo stesso avviso.",
		En: "The service does not answer as it should. Try the same notice again later.",
	}
	tellWait = pagonline.Text{
		It: "Un pagamento di questo avviso risulta in corso. Attendere mezz'ora: se non arriva la ricevuta, riprovare con lo stesso avviso.",
		En: "A payment of this notice is in progress. Wait half an hour: if no receipt comes, try the same notice again.",
	}
	tellPaid = pagonline.Text{
		It: "Questo avviso risulta già pagato: non pagarlo di nuovo.",
		En: "This notice is already paid: do not pay it again.",
	}
	tellNumber = pagonline.Text{
		It: "Avviso non trovato. Controllare il numero dell'avviso e il codice fiscale dell'ente; se sono giusti, rivolgersi all'ente.",
		En: "Notice not found. Check the notice number and the creditor's fiscal code; if they are right, ask the creditor.",
	}
	tellReceipt = pagonline.Text{
		It: "Il pagamento è in verifica. Non pagare di nuovo: attendere la ricevuta o rivolgersi all'ente.",
		En: "The payment is being checked. Do not pay again: wait for the receipt or ask the creditor.",
	}
)

// What is said of codes that no table has.
var (
	unknownCreditorFault = Fault{
		Who: ActorBroker, Retry: RetryMended, Text: tellCreditor,
		Desk: pagonline.Text{
			It: "Codice non documentato, emesso dalla stazione dell'ente: cercarlo nel giornale degli eventi della stazione.",
			En: "Undocumented code, issued by the creditor's station: look for it in the station's event journal.",
		},
	}
	unknownNodeFault = Fault{
		Who: ActorPagoPA, Retry: RetryLater, Text: tellLater,
		Desk: pagonline.Text{
			It: "Codice non documentato, emesso dal nodo: riprovare una volta più tardi; se si ripete, chiedere all'assistenza pagoPA citando il codice.",
			En: "Undocumented code, issued by the node: try once more later; if it happens again, ask pagoPA's support and quote the code.",
		},
	}
)
