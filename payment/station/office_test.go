package station_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
)

const creditor = "99999000013"

var identifiers = station.Creditor{FiscalCode: creditor, Broker: "88888888888", Station: "88888888888_01"}

// office is a station with what the tests look at.
type office struct {
	t       testing.TB
	cashier *payment.Cashier
	store   payment.Store
	handler http.Handler
	now     time.Time
	log     bytes.Buffer
}

func newOffice(t testing.TB, cfg station.Config) *office {
	t.Helper()
	o := &office{t: t, store: &memory.Store{}, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	cfg.Log = slog.New(slog.NewTextHandler(&o.log, nil))
	o.cashier = payment.NewCashier(o.store, payment.Config{Now: func() time.Time { return o.now }, Log: cfg.Log})
	o.handler = station.New(o.cashier, []station.Creditor{identifiers}, cfg)
	return o
}

func (o *office) open(edit ...func(*payment.OpenRequest)) payment.Position {
	o.t.Helper()
	protocol := causale.MustParseProtocol("345/2024")
	detail, err := causale.NewDetail("prot. 345/2024, richiesta di Fiammetta Inventata")
	require.NoError(o.t, err)
	r := payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: creditor, Name: "Ente creditore di prova", Segregation: 1},
		Office:   "Archivio di Stato di Livorno",
		Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi", Email: "mario.rossi@example.org"},
		Wire:     causale.Wire{Protocol: protocol, Institute: "Archivio di Stato di Livorno", Service: "Servizio di Fotocopie"},
		Purchase: payment.Purchase{Detail: detail},
		Terms: payment.Terms{Transfers: []payment.Transfer{{
			Amount: euro.MustParse("12.50"), Creditor: creditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
		}}},
	}
	for _, e := range edit {
		e(&r)
	}
	p, err := o.cashier.Open(o.t.Context(), r)
	require.NoError(o.t, err)
	return p
}

// station is the handler, where a test has not put another in its place.
func (o *office) station() *station.Handler {
	o.t.Helper()
	h, ok := o.handler.(*station.Handler)
	require.True(o.t, ok)
	return h
}

// post sends a body and returns status and answer.
func (o *office) post(body []byte) (int, []byte) {
	o.t.Helper()
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, httptest.NewRequestWithContext(o.t.Context(), http.MethodPost, "/station", bytes.NewReader(body)))
	return w.Code, w.Body.Bytes()
}

// call sends a message and returns the answer, which must be valid by the official
// schema where that is at hand.
func (o *office) call(r wire.Request) wire.Response {
	o.t.Helper()
	status, body := o.post(r.Append(nil))
	require.Equal(o.t, http.StatusOK, status, "%s", body)
	answer, err := wire.DecodeResponse(body, r.Operation)
	require.NoError(o.t, err, "%s", body)
	if t, ok := o.t.(*testing.T); ok {
		t.Run("schema", func(t *testing.T) {
			valid, report := officialtest.Valid(t, body)
			require.True(t, valid, "%s\n%s", report, body)
		})
	}
	return answer
}

func (o *office) fault(r wire.Request) string {
	o.t.Helper()
	answer := o.call(r)
	if answer.Fault == nil {
		return ""
	}
	require.Equal(o.t, r.PA, answer.Fault.ID)
	require.NotEmpty(o.t, answer.Fault.String)
	return answer.Fault.Code
}

func (o *office) quarantine() (reasons []string) {
	for m, err := range o.store.Quarantine().List(o.t.Context()) {
		require.NoError(o.t, err)
		reasons = append(reasons, m.Reason)
	}
	return reasons
}

func ask(operation wire.Operation, number string) wire.Request {
	return wire.Request{
		Operation: operation, PA: creditor, Broker: identifiers.Broker, Station: identifiers.Station,
		FiscalCode: creditor, Number: number,
	}
}

func receipt(p payment.Position, id string) wire.Request {
	r := ask(wire.SendRT, p.Number.String())
	r.RT = payment.RT{
		ReceiptID: id, Issuer: creditor, OK: true, IUV: p.Number.IUV().String(), Amount: p.Amount(),
		Description: "x", Company: p.Company, Debtor: p.Debtor,
		Transfers: []payment.Credit{{ID: 1, Amount: p.Amount(), Creditor: creditor, IBAN: "IT60X0542811101000000123456", Remittance: "x", Category: "9/0701100AP/"}},
		PSP:       payment.PSPInfo{ID: "ABI00000", Company: "PSP di prova", Channel: "c", ChannelDescription: "app"},
		PaidAt:    time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
	}
	return r
}

func mustNumber(digits string) notice.Number { return notice.MustParse(digits) }
