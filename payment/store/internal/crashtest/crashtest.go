// Package crashtest finds out whether a store loses anything when the program that uses
// it is killed, or the power fails.
//
// A program, a process of its own, serves [Handler]: the station of a creditor, on the
// store under test. [Callers], in another process, open notices there and send receipts,
// most of them once, some twice at the same time, again, altered, or for a notice that is
// paid; what was under way when the program died they send again to the next one. What
// they were told they write into a [Ledger]. When the program is dead, [Ledger.Check]
// compares the store with it:
//
//	ledger := &crashtest.Ledger{}
//	callers := crashtest.NewCallers(ledger, "a", 16)
//	for range loops {
//		url, kill := start(t) // a process that serves crashtest.Handler(store)
//		time.AfterFunc(30*time.Millisecond, kill)
//		err := callers.Run(ctx, url) // returns when the program is dead
//		err = ledger.Check(ctx, reopened)
//	}
//
// Several Callers, with names of their own, may share a ledger and call several programs
// on one database.
//
// A ledger that lives in the program itself, as where file operations are recorded, tells
// each fact to [Ledger.Note] before anybody acts on it; a ledger of the facts up to some
// moment is made with [Ledger.Add].
package crashtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/station"
)

const (
	creditor    = "99999000013"
	broker      = "88888888888"
	stationID   = "88888888888_01"
	segregation = 1
	iban        = "IT60X0542811101000000123456"
	category    = "9/0701100AP/"
	office      = "Archivio di Stato di Livorno"
)

// Handler is what a program under test serves:
//
//	POST /station             the messages of the node
//	POST /notices?debt=D      opens a notice for a debt, and answers its number
//	POST /seals               seals the journal
//	POST /deliveries?to=URL   delivers events: each is posted to URL, and must be taken
//
// What fails is answered with HTTP 500.
func Handler(store payment.Store) http.Handler {
	cashier := payment.NewCashier(store, payment.Config{})
	mux := http.NewServeMux()
	mux.Handle("POST /station", station.New(cashier, []station.Creditor{{FiscalCode: creditor, Broker: broker, Station: stationID}}, station.Config{}))
	mux.HandleFunc("POST /notices", func(w http.ResponseWriter, r *http.Request) {
		p, err := cashier.Open(r.Context(), request(r.FormValue("debt")))
		answer(w, p.Number.String(), err)
	})
	mux.HandleFunc("POST /seals", func(w http.ResponseWriter, r *http.Request) {
		_, err := cashier.SealJournal(r.Context())
		answer(w, "sealed", err)
	})
	mux.HandleFunc("POST /deliveries", func(w http.ResponseWriter, r *http.Request) {
		deliverer := payment.NewCashier(store, payment.Config{Handlers: []payment.Handler{postTo(r.FormValue("to"))}})
		_, err := deliverer.DeliverPending(r.Context())
		answer(w, "delivered", err)
	})
	return mux
}

func answer(w http.ResponseWriter, said string, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = io.WriteString(w, said) // who hung up asks again
}

// Serve serves [Handler] on the loopback interface until ctx ends, and tells ready where.
func Serve(ctx context.Context, store payment.Store, ready func(url string)) error {
	return serve(ctx, Handler(store), ready)
}

// request is what somebody owes for a debt. How much depends on the debt.
func request(debt string) payment.OpenRequest {
	return payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: creditor, Name: "Ente creditore di prova", Segregation: segregation},
		Debt:     debt, Office: office,
		Debtor: payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi", Email: "mario.rossi@example.org"},
		Wire:   causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: office, Service: "Servizio di Fotocopie"},
		Terms: payment.Terms{Transfers: []payment.Transfer{
			{Amount: amountOf(debt), Creditor: creditor, IBAN: iban, Category: category},
			{Amount: share, Creditor: "01234567890", Company: "Altro ente di prova", IBAN: iban, Category: category},
		}},
	}
}

var share = euro.MustParse("0.33")

func amountOf(debt string) euro.Amount {
	cents := int64(1000)
	for _, c := range []byte(debt) {
		cents = (cents*31 + int64(c)) % 100_000
	}
	a, err := euro.Cents(1 + cents)
	if err != nil {
		panic(err) // it is in range
	}
	return a
}

// paidAt is when all payments were made.
var paidAt = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// receipt is the message that says that a debt's notice was paid.
func receipt(number notice.Number, debt, id string) wire.Request {
	due := request(debt)
	r := message(wire.SendRT, number)
	r.RT = payment.RT{
		ReceiptID: id, Issuer: creditor, OK: true, IUV: number.IUV().String(), Description: "prot. 345/2024",
		Company: due.Creditor.Name, Office: office, Debtor: due.Debtor,
		PSP:    payment.PSPInfo{ID: "ABI00000", Company: "PSP di prova", Channel: "00000000000_01", ChannelDescription: "app"},
		PaidAt: paidAt,
	}
	for i, t := range due.Transfers {
		r.RT.Transfers = append(r.RT.Transfers, payment.Credit{
			ID: i + 1, Amount: t.Amount, Creditor: t.Creditor, Company: t.Company, IBAN: iban, Remittance: "prot. 345/2024", Category: category,
		})
		r.RT.Amount = must(r.RT.Amount.Add(t.Amount))
	}
	for i := range 10 { // the size of a real one
		r.RT.Metadata = append(r.RT.Metadata, payment.MetadataEntry{Key: fmt.Sprintf("key-%d", i), Value: fmt.Sprintf("%0100d", i)})
	}
	return r
}

func message(operation wire.Operation, number notice.Number) wire.Request {
	return wire.Request{
		Operation: operation, PA: creditor, Broker: broker, Station: stationID, FiscalCode: creditor, Number: number.String(),
	}
}

func must(a euro.Amount, err error) euro.Amount {
	if err != nil {
		panic(err) // amounts are in range
	}
	return a
}

// outcome returns the fault in an answer to an operation, "" for OK.
func outcome(body []byte, operation wire.Operation) (string, error) {
	r, err := wire.DecodeResponse(body, operation)
	switch {
	case err != nil:
		return "", fmt.Errorf("answer %s: %w", body, err)
	case r.Fault != nil:
		return r.Fault.Code, nil
	case !bytes.Contains(body, []byte("<outcome>OK</outcome>")):
		return "", fmt.Errorf("answer %s", body)
	default:
		return "", nil
	}
}
