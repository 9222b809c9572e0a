package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// bank is a PSP that speaks SOAP with a sandbox, and a creditor behind it.
type bank struct {
	t       *testing.T
	sandbox *sandbox.Sandbox
	cashier *payment.Cashier
	store   *memory.Store
	head    wire.PSPRequest

	mu  sync.Mutex
	now time.Time
}

const (
	bankCreditor = "99999000013"
	bankKey      = "00000000000_0123456789"
)

func newBank(t *testing.T, cfg sandbox.Config) *bank {
	t.Helper()
	b := &bank{t: t, store: &memory.Store{}, now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	b.cashier = payment.NewCashier(b.store, payment.Config{Now: b.clock})
	creditors := httptest.NewServer(station.New(b.cashier, []station.Creditor{{FiscalCode: bankCreditor, Broker: "broker", Station: "station"}}, station.Config{}))
	t.Cleanup(creditors.Close)
	cfg.Now = b.clock
	b.sandbox = sandbox.New([]sandbox.Station{{FiscalCode: bankCreditor, Broker: "broker", StationID: "station", URL: creditors.URL}}, cfg)
	p := sandbox.DefaultPSP()
	b.head = wire.PSPRequest{PSP: p.ID, Broker: p.Broker, Channel: p.Channel, Password: p.Password}
	return b
}

func (b *bank) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bank) advance(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *bank) open(transfers ...payment.Transfer) payment.Key {
	b.t.Helper()
	if len(transfers) == 0 {
		transfers = []payment.Transfer{{Amount: euro.MustParse("12.50"), Creditor: bankCreditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/"}}
	}
	p, err := b.cashier.Open(b.t.Context(), payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: bankCreditor, Name: "Ente creditore di prova", Segregation: 1},
		Office:   "Archivio di Stato di Livorno",
		Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
		Wire:     causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno"},
		Terms:    payment.Terms{Transfers: transfers, DueDate: pagonline.DateOf(b.now).AddDays(30)},
	})
	require.NoError(b.t, err)
	return p.Key
}

func (b *bank) receipts(k payment.Key) []payment.RT {
	b.t.Helper()
	require.NoError(b.t, b.sandbox.Flush(b.t.Context()))
	rts, err := b.store.RTs().ByPosition(b.t.Context(), k)
	require.NoError(b.t, err)
	return rts
}

// post sends a body as it is.
func (b *bank) post(action, body string) (status int, answer []byte) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/node-for-psp/v1", strings.NewReader(body))
	if action != "" {
		r.Header.Set("SOAPAction", action)
	}
	b.sandbox.ServeHTTP(w, r.WithContext(b.t.Context()))
	return w.Code, w.Body.Bytes()
}

// posted sends a body and reads the answer, which must be as the official schema has it.
func (b *bank) posted(operation wire.PSPOperation, body string) wire.PSPResponse {
	b.t.Helper()
	status, said := b.post(`"`+string(operation)+`"`, body)
	require.Equal(b.t, http.StatusOK, status, "%s", said)
	answer, err := wire.DecodePSPResponse(said, operation)
	require.NoError(b.t, err, "%s", said)
	if answer.Fault != nil {
		require.NotEmpty(b.t, answer.Fault.String)
		require.NotEmpty(b.t, answer.Fault.ID)
	}
	b.t.Run("schema", func(t *testing.T) { // is skipped by itself where there is none
		valid, report := officialtest.ValidBy(t, "wsdl/xsd/nodeForPsp.xsd", said)
		require.True(t, valid, report)
	})
	return answer
}

func (b *bank) call(r wire.PSPRequest) wire.PSPResponse {
	b.t.Helper()
	return b.posted(r.Operation, string(r.Append(nil)))
}

// fault returns the code that a call is refused with, and its description; "OK" for one
// that is not.
func (b *bank) fault(r wire.PSPRequest) string {
	b.t.Helper()
	return bankSaid(b.call(r))
}

func bankSaid(r wire.PSPResponse) string {
	if r.Fault == nil {
		return "OK"
	}
	return strings.TrimSpace(r.Fault.Code + " " + r.Fault.OriginalCode + r.Fault.Description)
}

func (b *bank) request(operation wire.PSPOperation, k payment.Key) wire.PSPRequest {
	r := b.head
	r.Operation, r.FiscalCode, r.Number = operation, k.Creditor, k.Number.String()
	if operation != wire.PSPVerify {
		r.Amount = euro.MustParse("12.50")
	}
	return r
}

func (b *bank) activate(k payment.Key) string {
	b.t.Helper()
	answer := b.call(b.request(wire.PSPActivate, k))
	require.Nil(b.t, answer.Fault)
	return answer.Token
}

func (b *bank) outcome(paid bool, tokens ...string) wire.PSPRequest {
	r := b.head
	r.Operation, r.Tokens, r.Paid = wire.PSPOutcome, tokens, paid
	if paid {
		today := pagonline.DateOf(b.clock())
		r.Details = &wire.PSPDetails{Method: "cash", Channel: "atm", Fee: euro.MustParse("1.00"), AppliedOn: today, TransferOn: today.AddDays(4)}
	}
	return r
}
