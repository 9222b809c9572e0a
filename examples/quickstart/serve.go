package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/jobs"
)

// copies says where pagoPA's copies of the positions are: in GPD, which answers for the
// creditor and must have a position before its payer is sent to pay; or in ACA, which
// answers while the station does not.
func (t *town) copies(cfg *payment.Config, mode string) (err error) {
	at := gpd.Config{BaseURL: t.base + "/sandbox", Positions: t.store.Positions(), Calls: t.store.Counters()}
	if mode == "async" {
		client, err := gpd.New("a subscription key", at)
		if err != nil {
			return err
		}
		receipts, err := gpd.NewReceipts("a subscription key", at)
		if err != nil {
			return err
		}
		t.publisher, cfg.Publisher = client, client
		t.recover = gpd.Recover(t.store, receipts, client.Claims(t.offer.Creditor.FiscalCode), gpd.RecoverConfig{})
	} else if t.publisher, err = gpd.NewACA("a subscription key", at); err != nil {
		return err
	}
	cfg.Handlers = []payment.Handler{payment.Mirror(t.store, t.publisher)}
	return nil
}

// keepOn keeps pagoPA going until ctx ends, and delivers what happens meanwhile.
func (t *town) keepOn(ctx context.Context, dir string) (err error) {
	queue, err := jobs.OpenSQLite(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, queue.Close()) }()
	engine := jobs.New(t.store, queue, jobs.Config{})
	engine.Register("copies", payment.Mirror(t.store, t.publisher))
	engine.Register("mail", t.mail)
	engine.Repeat("expiry", time.Hour, t.cashier.Expire)
	if t.recover != nil {
		engine.Repeat("receipts", time.Hour, t.recover)
	}
	if err := engine.Start(ctx); err != nil {
		return err
	}
	_ = t.pagopa.Run(ctx)
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return engine.Stop(ending)
}

// back returns the portal's addresses to which Checkout sends the payer of an order.
func (t *town) back(order string) payment.ReturnURLs {
	at := func(r payment.Return) string { return t.base + "/portal/" + order + "/" + string(r) }
	return payment.ReturnURLs{
		OK: at(payment.ReturnedOK), Cancel: at(payment.ReturnedCancel),
		Error: at(payment.ReturnedError), Waiting: at(payment.ReturnedWaiting),
	}
}

// returned is the portal's page for who comes back from Checkout.
func (t *town) returned(w http.ResponseWriter, r *http.Request) {
	order, err := t.cashier.Returned(r.Context(), r.PathValue("order"), payment.Return(r.PathValue("at")))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	_, _ = fmt.Fprintln(w, "FAC-SIMILE – NON PAGABILE:", order.Status)
}

// listening is where the town can be found after the walk.
type listening struct {
	Station     string `json:"station"`
	Sandbox     string `json:"sandbox"`
	IDPA        string `json:"idPA"`
	IDBrokerPA  string `json:"idBrokerPA"`
	IDStationPA string `json:"idStation"`
}

func (t *town) listening() *listening {
	c := t.offer.Creditor
	return &listening{
		Station: t.base + "/station", Sandbox: t.base + "/sandbox/",
		IDPA: c.FiscalCode, IDBrokerPA: c.Broker, IDStationPA: c.Station,
	}
}

// What GET /state tells.
type (
	townState struct {
		Positions  []positionState `json:"positions"`
		Quarantine []heldMessage   `json:"quarantine"`
	}
	positionState struct {
		Number         string         `json:"number"`
		Status         payment.Status `json:"status"`
		Receipts       []string       `json:"receipts"`
		SecondPayments []string       `json:"secondPayments"`
	}
	heldMessage struct {
		Operation  string    `json:"operation"`
		Reason     string    `json:"reason"`
		ReceivedAt time.Time `json:"receivedAt"`
	}
)

func (t *town) state(w http.ResponseWriter, r *http.Request) {
	s, err := t.look(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s)
}

// look reads the state from the store. IURs of second payments stand in their own list.
func (t *town) look(ctx context.Context) (townState, error) {
	s := townState{Positions: []positionState{}, Quarantine: []heldMessage{}}
	for p, err := range t.store.Positions().List(ctx, payment.PositionFilter{}) {
		if err != nil {
			return s, err
		}
		ps := positionState{Number: p.Number.String(), Status: p.Status, Receipts: []string{}, SecondPayments: []string{}}
		rts, err := t.store.RTs().ByPosition(ctx, p.Key)
		if err != nil {
			return s, err
		}
		for _, rt := range rts {
			if rt.Second {
				ps.SecondPayments = append(ps.SecondPayments, rt.ReceiptID)
			} else {
				ps.Receipts = append(ps.Receipts, rt.ReceiptID)
			}
		}
		s.Positions = append(s.Positions, ps)
	}
	for m, err := range t.store.Quarantine().List(ctx) {
		if err != nil {
			return s, err
		}
		s.Quarantine = append(s.Quarantine, heldMessage{m.Operation, m.Reason, m.ReceivedAt})
	}
	return s, nil
}
