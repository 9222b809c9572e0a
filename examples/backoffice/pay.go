package main

import (
	"context"
	"errors"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/sandbox"
)

var payCommand = command{
	name: "pay", args: "NOTICE",
	about: pagonline.Text{It: "fa la parte di pagoPA e paga un avviso presso una stazione", En: "plays pagoPA and pays a notice at a station"},
	flags: func(c *call) func(context.Context) error {
		var at sandbox.Station
		c.fs.StringVar(&at.URL, "url", "http://127.0.0.1:8090/station", "indirizzo della stazione / address of the station")
		c.fs.StringVar(&at.FiscalCode, "creditor", sampleCreditor, "codice fiscale dell'ente / fiscal code of the creditor")
		c.fs.StringVar(&at.Broker, "broker", sampleCreditor, "idBrokerPA")
		c.fs.StringVar(&at.StationID, "station-id", sampleCreditor+"_01", "idStation")
		outcome := c.choice("outcome", "ok", "esito / outcome", "ok", "ko")
		c.takes(1, 1)
		return func(ctx context.Context) error { return c.pay(ctx, at, *outcome == "ok") }
	},
}

const sampleCreditor = "99999000013"

// step is one message to the station, and what it answered.
type step struct {
	Operation string `json:"operation"`
	Outcome   string `json:"outcome"`
	Fault     string `json:"fault"`     // "" for none
	ReceiptID string `json:"receiptId"` // "" where none was sent
}

// ungrouped returns a notice number, which is printed in groups, without their blanks.
func ungrouped(number string) string { return strings.Join(strings.Fields(number), "") }

// pay verifies, activates and settles a notice as a PSP at its counter would, and sends
// the receipt. A refusal that was not asked for is exit status 3.
func (c *call) pay(ctx context.Context, at sandbox.Station, ok bool) error {
	number, err := notice.Parse(ungrouped(c.args[0]))
	if err != nil {
		return err
	}
	pagopa := sandbox.New([]sandbox.Station{at}, sandbox.Config{})
	k := payment.Key{Creditor: at.FiscalCode, Number: number}
	token, err := c.attempt(ctx, pagopa, k, ok)
	for _, call := range pagopa.Calls() {
		s := step{Operation: call.Operation, Outcome: call.Outcome, Fault: call.Fault}
		if call.Operation == "paSendRTV2" {
			s.ReceiptID = token
		}
		if s.Outcome == "" {
			s.Outcome = "KO" // no answer to speak of
		}
		c.failed = c.failed || s.Outcome != "OK"
		c.write(s)
	}
	if fault := (*sandbox.NodeError)(nil); errors.As(err, &fault) {
		if !c.failed { // it was the node's, not the station's
			c.write(step{Operation: "node", Outcome: "KO", Fault: fault.Code})
		}
		c.failed = true
		return nil
	}
	return err
}
