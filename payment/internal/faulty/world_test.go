package faulty_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/faulty"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

const creditor = "99999000013"

var identifiers = station.Creditor{FiscalCode: creditor, Broker: "88888888888", Station: "88888888888_01"}

// world is an institution with all its parts on one store, whose hook the test sets.
type world struct {
	store *faulty.Store
	hook  faulty.Hook
	now   time.Time

	cashier  *payment.Cashier
	station  *station.Handler
	register *quote.Register
	shop     *cart.Shop
	desk     *desk.Desk
	archiver *receipt.Archiver
	handled  []payment.Event // what the last of the handlers got

	// What a flow's preparation leaves for its call.
	p     payment.Position
	q     quote.Quote
	c     cart.Cart
	order payment.Order
	rt    payment.RT
	id    string
	body  []byte
	carts []string // all that are in the store
}

// catalogue has one archive, with a service by quote and one of fixed price.
var catalogue = func() *catalog.Catalog {
	c, err := catalog.New(
		[]catalog.Creditor{{
			FiscalCode: creditor, Name: "Ente creditore di prova", IBAN: "IT60X0542811101000000123456",
			Segregation: 1, Taxonomy: "9/0701100AP/", DueDays: 15,
		}},
		[]catalog.Institute{{Code: "AS-LI", Name: "Archivio di Stato di Livorno", Creditor: creditor, Services: []catalog.Service{
			{
				Code: "fotocopie", Label: "Servizio di Fotocopie", Price: catalog.Price{Kind: catalog.ByQuote},
				Causale: causale.Template{Pieces: []causale.Piece{
					{Part: causale.PartInstitute, Required: true, Upper: true}, {Part: causale.PartProtocol, Required: true},
				}},
			},
			{Code: "cd", Label: "CD", Price: catalog.Price{Kind: catalog.Fixed, Amount: euro.MustParse("2.50")}},
		}}},
		catalog.Config{},
	)
	if err != nil {
		panic(err)
	}
	return c
}()

func newWorld(inner faulty.Inner) *world {
	w := &world{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	w.store = faulty.New(inner, func(ctx context.Context, c faulty.Call) error {
		if w.hook == nil {
			return nil
		}
		return w.hook(ctx, c)
	})
	w.archiver = receipt.NewArchiver(w.store, w.store.Archive(), receipt.ArchiverConfig{Now: clock})
	w.desk = desk.New(catalogue, w.store, desk.Config{Now: clock})
	w.cashier = payment.NewCashier(w.store, payment.Config{
		Now: clock, Gateway: page{}, Publisher: page{},
		Handlers: []payment.Handler{
			w.archiver.Handle, w.desk.Handle, payment.Mirror(w.store, page{}),
			func(_ context.Context, e payment.Event) error {
				w.handled = append(w.handled, e)
				return nil
			},
		},
	})
	w.register = quote.NewRegister(catalogue, w.store, w.cashier, quote.Config{Now: clock})
	w.shop = cart.NewShop(catalogue, w.store, w.cashier, cart.Config{Now: clock, Quotes: w.register})
	w.station = station.New(w.cashier, []station.Creditor{identifiers}, station.Config{})
	return w
}

// page is a gateway and a publisher that always work.
type page struct{}

func (page) Start(_ context.Context, r payment.GatewayRequest) (string, error) {
	return "https://pay.example/" + r.Order, nil
}

func (page) Publish(context.Context, payment.Position) error { return nil }

// must is for what a preparation does.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func no(err error) {
	if err != nil {
		panic(err)
	}
}

var background = context.Background()

func (w *world) request(debt string) payment.OpenRequest {
	return payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: creditor, Name: "Ente creditore di prova", Segregation: 1},
		Debt:     debt, Owner: "owner", Office: "Archivio di Stato di Livorno",
		Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi", Email: "mario.rossi@example.org"},
		Wire:     causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno", Service: "Servizio di Fotocopie"},
		Purchase: payment.Purchase{Detail: must(causale.NewDetail("prot. 345/2024"))},
		Terms: payment.Terms{Transfers: []payment.Transfer{{
			Amount: euro.MustParse("12.50"), Creditor: creditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
		}}},
	}
}

func (w *world) open(debt string) payment.Position {
	w.p = must(w.cashier.Open(background, w.request(debt)))
	return w.p
}

func (w *world) send(keys ...payment.Key) {
	w.order = must(w.cashier.Send(background, payment.OrderRequest{Owner: "owner", Positions: keys}, nil))
}

// pay records a receipt of p.
func (w *world) pay(p payment.Position) {
	w.rt = storetest.Receipt(p, "iur")
	w.rt.PaidAt = w.now
	must(w.cashier.Record(background, w.rt))
}

func (w *world) issue() quote.Quote {
	w.q = must(w.register.Issue(background, quoteRequest("12.50")))
	return w.q
}

func quoteRequest(amount string) quote.Request {
	return quote.Request{
		Institute: "AS-LI", Service: "fotocopie", Protocol: causale.MustParseProtocol("345/2024"),
		Amount: euro.MustParse(amount), Payer: "Mario Rossi", Subject: "Registro 7", Addressee: "owner",
	}
}

// paidCase is a quote with its notice paid, and the desk's case of it.
func (w *world) paidCase() {
	q := w.issue()
	w.pay(must(w.register.Notice(background, q.ID, payment.Subject{}, "")))
	no(w.desk.Collect(background))
}

func (w *world) verified() {
	w.paidCase()
	must(w.desk.Verify(background, w.q.ID, desk.Check{Verification: desk.Verification{By: "clerk-1"}}))
}

// basket is a cart with a quote and something of fixed price.
func (w *world) basket() {
	q := w.issue()
	w.c = must(w.shop.Open(background, "owner"))
	w.carts = append(w.carts, w.c.ID)
	must(w.shop.Add(background, w.ref(), cart.Form{Institute: "AS-LI", Service: "cd", Quantity: 2, Detail: "due CD"}))
	w.c = must(w.shop.Get(background, cart.Ref{ID: w.c.ID, Owner: "owner"}))
	must(w.shop.AddQuote(background, w.ref(), quote.Access{Institute: "AS-LI", Protocol: q.Protocol, Code: q.Code.String()}))
	w.c = must(w.shop.Get(background, cart.Ref{ID: w.c.ID, Owner: "owner"}))
}

func (w *world) ref() cart.Ref { return cart.Ref{ID: w.c.ID, Owner: "owner", Version: w.c.Version} }

// message is one of the node's to the station, about a notice.
func message(operation wire.Operation, p payment.Position) wire.Request {
	return wire.Request{
		Operation: operation, PA: creditor, Broker: identifiers.Broker, Station: identifiers.Station,
		FiscalCode: creditor, Number: p.Number.String(),
	}
}

// sendRT is the receipt of p as the node sends it.
func sendRT(operation wire.Operation, p payment.Position, id string, edit ...func(*payment.RT)) []byte {
	r := message(operation, p)
	r.RT = payment.RT{
		ReceiptID: id, Issuer: creditor, OK: true, IUV: p.Number.IUV().String(), Amount: p.Amount(),
		Description: "x", Company: p.Company, Debtor: p.Debtor,
		Transfers: []payment.Credit{{
			ID: 1, Amount: p.Amount(), Creditor: creditor, IBAN: "IT60X0542811101000000123456", Remittance: "x", Category: "9/0701100AP/",
		}},
		PSP:    payment.PSPInfo{ID: "ABI00000", Company: "PSP di prova", Channel: "c", ChannelDescription: "app"},
		PaidAt: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
	}
	for _, e := range edit {
		e(&r.RT)
	}
	return r.Append(nil)
}

// post sends the message to the station. Its error is what makes the node try again, or
// the payer come back: HTTP 5xx, or PAA_SYSTEM_ERROR.
func (w *world) post(ctx context.Context) (string, error) {
	status, answer := deliver(ctx, w.station, http.MethodPost, "/", w.body)
	switch {
	case status >= http.StatusInternalServerError:
		return "", fmt.Errorf("%w: HTTP %d", errAnswer, status)
	case bytes.Contains(answer, []byte("PAA_SYSTEM_ERROR")):
		return "", fmt.Errorf("%w: PAA_SYSTEM_ERROR", errAnswer)
	default:
		return says(fmt.Sprint(status, string(answer)), nil)
	}
}

func deliver(ctx context.Context, h http.Handler, method, path string, body []byte) (int, []byte) {
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequestWithContext(ctx, method, path, bytes.NewReader(body)))
	return recorder.Code, recorder.Body.Bytes()
}

// outcome is what an answer says.
func outcome(answer string) string {
	for _, word := range []string{"faultCode>", "outcome>"} {
		if _, rest, ok := strings.Cut(answer, word); ok {
			said, _, _ := strings.Cut(rest, "<")
			return said
		}
	}
	return answer
}
