// Package stationtest opens the stations of a simulation. It is for tests: the simulation
// itself knows none of the adapters.
package stationtest

import (
	"context"
	"log/slog"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/simulation"
	"github.com/pagonline/pagonline/payment/station"
)

// desk is a station, and what reads the quarantine again.
type desk struct{ *station.Handler }

// Again reads a message of the quarantine again.
func (d desk) Again(ctx context.Context, id int64, by string) (fault string, err error) {
	done, err := d.Replay(ctx, id, by)
	return done.Fault, err
}

// Open opens a station for the creditors of the simulation.
func Open(c *payment.Cashier, o simulation.Options, log *slog.Logger) simulation.Station {
	codes, broker, id := simulation.Creditors()
	var all []station.Creditor
	for _, code := range codes {
		all = append(all, station.Creditor{FiscalCode: code, Broker: broker, Station: id})
	}
	return desk{station.New(c, all, station.Config{
		RefuseSecondPayments: o.RefuseSecondPayments, RefuseRepeats: o.RefuseRepeats, Log: log,
	})}
}
