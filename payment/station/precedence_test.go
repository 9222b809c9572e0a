package station_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/station"
)

// mistake is a line of the package's table.
type mistake struct {
	name, code string
	open       func(*payment.OpenRequest)
	happen     func(*office, payment.Position) // before the call
	hook       error                           // of Recompute
	edit       func(*wire.Request)
	raw        func(string) string
	only       []wire.Operation // empty: all
}

// unissued is a notice number that nobody has issued.
const unissued = "399000000000001976"

// mistakes are the table, in its order.
var mistakes = []mistake{
	{name: "syntax", code: "PAA_SINTASSI_EXTRAXSD", raw: func(s string) string { return strings.Replace(s, "<idPA>", "<x/><idPA>", 1) }},
	{name: "creditor", code: "PAA_ID_DOMINIO_ERRATO", edit: func(r *wire.Request) { r.PA = "00000000000" }},
	{
		name: "notice's creditor", code: "PAA_ID_DOMINIO_ERRATO", edit: func(r *wire.Request) { r.FiscalCode = "00000000000" },
		only: []wire.Operation{wire.Verify, wire.GetPayment, wire.GetPaymentV1},
	},
	{name: "broker", code: "PAA_ID_INTERMEDIARIO_ERRATO", edit: func(r *wire.Request) { r.Broker = "x" }},
	{name: "station", code: "PAA_STAZIONE_INT_ERRATA", edit: func(r *wire.Request) { r.Station = "x" }},
	{
		name: "altered", code: "PAA_RECEIPT_DUPLICATA", only: receipts,
		happen: func(o *office, p payment.Position) { o.call(receipt(p, "iur")) }, // stored, whatever is said
		edit:   func(r *wire.Request) { r.RT.Description = "another" },
	},
	{name: "outcome", code: "PAA_SEMANTICA", edit: func(r *wire.Request) { r.RT.OK = false }, only: receipts},
	{name: "service", code: "PAA_SEMANTICA", edit: func(r *wire.Request) { r.Service = "none!" }, only: []wire.Operation{wire.Demand}},
	{name: "unknown", code: "PAA_PAGAMENTO_SCONOSCIUTO", edit: func(r *wire.Request) { r.Number, r.RT.IUV = unissued, unissued[1:] }},
	{name: "contradiction", code: "PAA_SEMANTICA", edit: func(r *wire.Request) { r.RT.Amount = euro.MustParse("99.00") }, only: receipts},
	{
		name: "second", code: "PAA_RECEIPT_DUPLICATA", only: receipts,
		happen: func(o *office, p payment.Position) { require.Empty(o.t, o.fault(receipt(p, "first"))) },
	},
	{
		name: "paid", code: "PAA_PAGAMENTO_DUPLICATO", only: asking,
		happen: func(o *office, p payment.Position) { require.Empty(o.t, o.fault(receipt(p, "first"))) },
	},
	{
		name: "withdrawn", code: "PAA_PAGAMENTO_ANNULLATO", only: asking,
		happen: func(o *office, p payment.Position) { require.NoError(o.t, o.cashier.Withdraw(o.t.Context(), p.Key)) },
	},
	{
		name: "late", code: "PAA_PAGAMENTO_SCADUTO", only: asking, open: func(r *payment.OpenRequest) { r.RefuseLate = true },
		happen: func(o *office, p payment.Position) { o.now = p.DueDate.End() },
	},
	{name: "held", code: "PAA_PAGAMENTO_IN_CORSO", hook: payment.ErrInCharge, only: asking},
	{name: "failure", code: "PAA_SYSTEM_ERROR", hook: errStore, only: asking},
	{
		name: "stamp", code: "PAA_SEMANTICA", only: []wire.Operation{wire.GetPaymentV1},
		open: func(r *payment.OpenRequest) { r.Transfers = []payment.Transfer{stamp()} },
	},
}

var (
	receipts = []wire.Operation{wire.SendRT, wire.SendRTV1}
	asking   = []wire.Operation{wire.Verify, wire.GetPayment, wire.GetPaymentV1, wire.Demand}
)

func (m mistake) of(operation wire.Operation) bool {
	return len(m.only) == 0 || slices.Contains(m.only, operation)
}

// TestPrecedence makes every two mistakes at once, and each alone: the one that stands
// higher in the table is answered.
func TestPrecedence(t *testing.T) {
	pairs := 0
	for _, operation := range append(append([]wire.Operation(nil), receipts...), asking...) {
		for i, first := range mistakes {
			for j, second := range mistakes {
				if j < i || !first.of(operation) || !second.of(operation) || first.hook != nil && second.hook != nil && i != j {
					continue
				}
				pairs++
				t.Run(string(operation)+"/"+first.name+"+"+second.name, func(t *testing.T) { try(t, operation, first, second) })
			}
		}
	}
	require.Greater(t, pairs, 300)
}

func try(t *testing.T, operation wire.Operation, both ...mistake) {
	t.Helper()
	hook := func() error {
		for _, m := range both {
			if m.hook != nil {
				return m.hook
			}
		}
		return nil
	}
	var answered payment.Key
	o := newOffice(t, station.Config{
		RefuseSecondPayments: true,
		Recompute: func(_ context.Context, p payment.Position, _ station.Asked) (payment.Terms, error) {
			return p.Terms, hook()
		},
		Demander: spontaneous(func(d station.Demand) (payment.Key, error) {
			if d.Service != "00001" {
				return payment.Key{}, &noService
			}
			return answered, nil
		}),
	})
	p := o.open(func(r *payment.OpenRequest) {
		for _, m := range both {
			if m.open != nil {
				m.open(r)
			}
		}
	})
	r := receipt(p, "iur")
	r.Operation, r.FiscalCode = operation, creditor
	r.Service, r.ServiceSubject, r.Data = "00001", "00002", []byte("x")
	for n := range slices.Backward(both) { // the first comes last, as money may after all
		if both[n].happen != nil && (n == 0 || both[n].name != both[0].name) {
			both[n].happen(o, p)
		}
	}
	for _, m := range both {
		if m.edit != nil {
			m.edit(&r)
		}
	}
	answered = p.Key
	if r.Number == unissued {
		answered = payment.Key{Creditor: creditor}
	}
	body := string(r.Append(nil))
	for n, m := range both {
		if m.raw != nil && (n == 0 || m.name != both[0].name) {
			body = m.raw(body)
		}
	}
	status, answer := o.post([]byte(body))
	require.Equal(t, http.StatusOK, status, "%s", answer)
	got, err := wire.DecodeResponse(answer, operation)
	require.NoError(t, err)
	require.NotNil(t, got.Fault, "%s", answer)
	require.Equal(t, both[0].code, got.Fault.Code)
	if operation == wire.SendRT && both[0].name != "second" {
		require.Contains(t, o.quarantine(), both[0].code, "kept before it is refused")
	}
}
