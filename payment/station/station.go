// Package station is the creditor's side of the pagoPA node: an [http.Handler] that
// answers paVerifyPaymentNotice, paGetPayment, paSendRT (both also V2) and
// paDemandPaymentNotice (SOAP 1.1; SANP 3.12, synchronous integration; paForNode.wsdl),
// and one for the payment options, by REST; see [Handler.PaymentOptions].
//
// Asking changes nothing. A receipt is answered OK when it is stored and not before;
// one that is refused is in quarantine before the refusal goes out, because to the node
// a KO is final. If storing fails the answer is HTTP 500, and the node sends the receipt
// again, for two days. Nobody is told to come back for a verification: there a failure
// is PAA_SYSTEM_ERROR, also where the store cannot write, so that nobody begins to pay
// what could not be recorded.
//
// # What is answered to what
//
// The lines are looked at in this order, and the first that holds is answered: of two
// things that are wrong, the one above is told.
//
//	more in hand than [Config] gives memory for                  HTTP 503
//	not one well-formed SOAP envelope, larger than the bound,
//	  no known message in it                                     HTTP 400
//	a receipt, and too much at once                              HTTP 503
//	a field missing, misplaced or out of form                    PAA_SINTASSI_EXTRAXSD
//	idPA, or the notice's creditor, not on this station          PAA_ID_DOMINIO_ERRATO
//	idBrokerPA                                                   PAA_ID_INTERMEDIARIO_ERRATO
//	idStation                                                    PAA_STAZIONE_INT_ERRATA
//	no receipt, and too much at once                             PAA_SYSTEM_ERROR
//	a receipt with a known id and other content                  PAA_RECEIPT_DUPLICATA
//	a receipt of a payment that failed                           PAA_SEMANTICA
//	a service that nobody offers, or not with such data          PAA_SEMANTICA
//	no such notice, a draft, eighteen zeros, an alternative
//	  to what was begun                                          PAA_PAGAMENTO_SCONOSCIUTO
//	a receipt that contradicts itself                            PAA_SEMANTICA
//	a second payment, if [Config] refuses them                   PAA_RECEIPT_DUPLICATA
//	paid                                                         PAA_PAGAMENTO_DUPLICATO
//	withdrawn                                                    PAA_PAGAMENTO_ANNULLATO
//	past its due date and refused for it                         PAA_PAGAMENTO_SCADUTO
//	held by another channel, says [Recompute]                    PAA_PAGAMENTO_IN_CORSO
//	[Recompute] fails                                            PAA_SYSTEM_ERROR
//	a stamp, asked of paGetPayment, which cannot carry it        PAA_SEMANTICA
//
// Where the store fails, or a hook panics, all lines above have been looked at; then it
// is PAA_SYSTEM_ERROR, and for a receipt HTTP 500.
//
// A receipt is taken whatever has become of its notice: the payment token may have
// expired, the amount may have changed, the node may have answered in the creditor's
// place (stand-in). One for another creditor's notice, of which this one gets a share, is
// taken too. What seems to be a receipt and cannot be read is in quarantine as
// [Unreadable] beside its HTTP 400. The header SOAPAction is not looked at: the message
// says what it is.
//
// # Too much at once
//
// Receipts have seats of their own, which nothing else can take. Who asks for a notice
// waits for a seat as long as he can be answered within 2 s, the service level of SANP
// 3.12; if he could not, he hears PAA_SYSTEM_ERROR at once. Where nobody else can be let
// in, a message as the node writes it is turned away before it is read: what reading costs
// is left to those who have a seat.
//
// What is turned away here, and what is answered with HTTP 400 or 500, is in the log and
// not in the event journal; all else is in the journal, with the answer, before it is
// given.
//
// # Speed
//
// Medians of seven runs, with the caller in the same process, on two cores that others
// used too: over loopback HTTP, with the memory store and the event journal. As many
// calls a second as the "hello, world" of net/http answers are 1.
//
//	paVerifyPaymentNotice                                    0.50 (0.65 when it is quiet)
//	paGetPaymentV2, 5 transfers and 90 entries of metadata   0.30
//	paSendRTV2, each paying a notice                         0.37
//
// A program with a station and the memory store that waits takes 9 MiB. To repeat:
//
//	go test -run - -bench . -count 7 ./payment/station
//	go test -run Idle -v ./payment/station
package station

import (
	"log/slog"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// Creditor is one that the station answers for, with the identifiers that pagoPA gave
// it. One with several stations, as for a broadcast of receipts, is named for each.
type Creditor struct {
	FiscalCode string // idPA, 11 digits
	Broker     string // idBrokerPA
	Station    string // idStation
}

// Config says how a station works. The zero value of each field works.
type Config struct {
	// RefuseSecondPayments answers PAA_RECEIPT_DUPLICATA to another receipt for a paid
	// notice, as some other stations do. It is stored for the refund all the same.
	RefuseSecondPayments bool
	// RefuseRepeats answers PAA_RECEIPT_DUPLICATA to the same receipt again, as some
	// other stations do, in place of the OK that it got.
	RefuseRepeats bool
	// Recompute says what is due today. Default: what the position says.
	Recompute Recompute
	// Demander makes notices for spontaneous payments. Default: there are none.
	Demander Demander
	// Stamps checks the stamps in receipts. Default: nobody does.
	Stamps StampVerifier
	// NoJournal writes nothing into the event journal.
	NoJournal bool

	// MaxBody bounds a request. Default: 1 MiB; the largest legal message has a third
	// of it.
	MaxBody int64
	// MaxMemory bounds what the bodies of all requests hold together, until each is
	// answered. What the garbage collector has not freed yet comes on top: with GOGC at
	// 100 as much again. Default: 64 MiB.
	MaxMemory int64
	// BodyTime bounds how long a request may take to come in. Default: 5 s.
	BodyTime time.Duration
	// Seats is how many calls are carried out at the same time, receipts apart, and
	// ReceiptSeats how many receipts. Default: 8 and 4 for each processor,
	// 16 and 8 at least, so that it has time left to say no when more come than it can serve.
	// Hooks that wait for others, or a database far away, want more.
	Seats, ReceiptSeats int

	// Log gets what goes wrong; no personal data. Default: nothing.
	Log *slog.Logger
}

// Handler answers the node. It is safe for concurrent use.
type Handler struct {
	cashier   *payment.Cashier
	creditors map[string][]Creditor
	cfg       Config

	asking, receiving *gate
	requests, answers buffers
	held              atomic.Int64 // bytes of the requests that are in hand
	journal           scribe
}

var _ http.Handler = (*Handler)(nil)

// The node waits 7 s for an answer, 15 s for that to a receipt; the service level is 2 s
// (SANP 3.12, quality indicators).
const (
	serviceLevel    = 2 * time.Second
	askPatience     = 6500 * time.Millisecond
	receiptPatience = 14 * time.Second
)

// New returns the handler of a station that answers for these creditors. Mount it
// where the node was told to call, behind TLS that asks for the node's certificate; see
// [TLS] and [Server].
func New(cashier *payment.Cashier, creditors []Creditor, cfg Config) *Handler {
	set(&cfg.MaxBody, 1<<20)
	set(&cfg.MaxMemory, 64<<20)
	set(&cfg.BodyTime, 5*time.Second)
	set(&cfg.Seats, max(16, 8*runtime.GOMAXPROCS(0)))
	set(&cfg.ReceiptSeats, max(8, 4*runtime.GOMAXPROCS(0)))
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	h := &Handler{
		cashier: cashier, creditors: map[string][]Creditor{}, cfg: cfg,
		asking:    newGate(cfg.Seats, 1024, serviceLevel*3/4), // the rest is for the way here and back
		receiving: newGate(cfg.ReceiptSeats, 1024, receiptPatience*2/3),
	}
	h.requests.most, h.answers.most = 8<<10, 64<<10
	h.journal.append = cashier.AppendJournal
	for _, c := range creditors {
		h.creditors[c.FiscalCode] = append(h.creditors[c.FiscalCode], c)
	}
	return h
}

// set gives a setting its default.
func set[T int | int64 | time.Duration](v *T, otherwise T) {
	if *v <= 0 {
		*v = otherwise
	}
}
