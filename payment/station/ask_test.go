package station_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/station"
)

const (
	bankIBAN   = "IT60X0542811101000000123456"
	postalIBAN = "IT11W0760113900000012345678"
)

func share(amount, iban, postalIBAN string) payment.Transfer {
	return payment.Transfer{Amount: euro.MustParse(amount), Creditor: creditor, IBAN: iban, PostalIBAN: postalIBAN, Category: "9/0701100AP/"}
}

func stamp() payment.Transfer {
	return payment.Transfer{
		Amount: euro.MustParse("16.00"), Creditor: creditor, Category: "9/1201105IM/", Stamp: &payment.Stamp{Hash: "aGFzaA==", Province: "LI"},
	}
}

// TestAccounts: which account each transfer gets, and whether all can be paid at the
// post office.
func TestAccounts(t *testing.T) {
	two, bank, post := share("1.00", bankIBAN, postalIBAN), share("1.00", bankIBAN, ""), share("1.00", postalIBAN, "")
	for _, c := range []struct {
		name      string
		transfers []payment.Transfer
		allCCP    bool
		any       string // the IBANs without transferType, then those for POSTAL, PAGOPA
		postal    string
		pagoPA    string
	}{
		{"a bank account", []payment.Transfer{bank}, false, "b", "b", "b"},
		{"a postal account", []payment.Transfer{post}, true, "p", "p", "p"},
		{"both", []payment.Transfer{two}, true, "b", "p", "b+p"},
		{"both, all of them", []payment.Transfer{two, two}, true, "b b", "p p", "b+p b+p"}, //nolint:dupword // two transfers
		{"not all have both", []payment.Transfer{two, bank}, false, "b b", "p b", "b b"},
		{"one has the postal one only", []payment.Transfer{two, post}, true, "b p", "p p", "b p"},
		{"and a stamp", []payment.Transfer{two, stamp()}, false, "b s", "p s", "b+p s"},
	} {
		o := newOffice(t, station.Config{})
		p := o.open(func(r *payment.OpenRequest) { r.Transfers = c.transfers })
		require.Equal(t, c.allCCP, o.call(ask(wire.Verify, p.Number.String())).Due.AllCCP, c.name)
		for transferType, want := range map[string]string{"": c.any, "POSTAL": c.postal, "PAGOPA": c.pagoPA} {
			r := ask(wire.GetPayment, p.Number.String())
			r.TransferType = transferType
			require.Equal(t, want, accounts(o.call(r).Payment), "%s, %q", c.name, transferType)
			r.Operation = wire.GetPaymentV1
			answer := o.call(r)
			if strings.Contains(want, "s") {
				require.Equal(t, "PAA_SEMANTICA", answer.Fault.Code, "V1 has no place for a stamp")
				continue
			}
			require.Equal(t, strings.ReplaceAll(want, "+p", ""), accounts(answer.Payment), "%s, %q, V1", c.name, transferType)
		}
	}
}

// accounts says in letters where the transfers go.
func accounts(p *wire.Payment) string {
	var all []string
	for _, t := range p.Transfers {
		s := map[string]string{bankIBAN: "b", postalIBAN: "p", "": "s"}[t.IBAN]
		if slices.Contains(t.Metadata, payment.MetadataEntry{Key: payment.SupportIBAN, Value: postalIBAN}) {
			s += "+p"
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

func TestGetPaymentV1(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open(func(r *payment.OpenRequest) {
		r.Metadata = entries(15)
		r.Transfers = append(r.Transfers, r.Transfers[0], r.Transfers[0], r.Transfers[0], r.Transfers[0])
		r.Transfers[0].Creditor, r.Transfers[0].Company, r.Transfers[0].Metadata = "01234567890", "Altro ente", entries(15)
	})
	got := o.call(ask(wire.GetPaymentV1, p.Number.String())).Payment
	require.Equal(t, "62.50", got.Amount.String())
	require.Equal(t, p.Metadata, got.Metadata)
	require.Len(t, got.Transfers, 5)
	require.Equal(t, entries(15), got.Transfers[0].Metadata)
	require.Equal(t, "01234567890", got.Transfers[0].Creditor)
	require.Empty(t, got.Transfers[0].Company, "V1 does not say it")
	v2 := o.call(ask(wire.GetPayment, p.Number.String())).Payment
	require.Equal(t, "Altro ente", v2.Transfers[0].Company)
	v2.Transfers[0].Company = ""
	require.Equal(t, v2, got)
}

// TestRecompute: the hook has the last word on what is due, and changes nothing.
func TestRecompute(t *testing.T) {
	var asked []station.Asked
	var fail error
	o := newOffice(t, station.Config{Recompute: func(_ context.Context, p payment.Position, a station.Asked) (payment.Terms, error) {
		asked = append(asked, a)
		p.Transfers[0].Amount = euro.MustParse("13.00")
		p.DueDate = p.DueDate.AddDays(1)
		return p.Terms, fail
	}})
	p := o.open()
	due := o.call(ask(wire.Verify, p.Number.String())).Due
	require.Equal(t, "13.00", due.Amount.String())
	require.Equal(t, p.DueDate.AddDays(1), due.DueDate)
	r := ask(wire.GetPayment, p.Number.String())
	told := euro.MustParse("12.50")
	r.Amount, r.Note, r.TransferType, r.DueDate = &told, "cart-1", "PAGOPA", p.DueDate
	got := o.call(r).Payment
	require.Equal(t, "13.00", got.Amount.String())
	require.Equal(t, "13.00", got.Transfers[0].Amount.String())
	require.Contains(t, got.Transfers[0].Remittance, "/13.00/")
	require.Equal(t, []station.Asked{
		{Operation: "paVerifyPaymentNotice"},
		{Operation: "paGetPaymentV2", Amount: &told, Note: "cart-1", TransferType: "PAGOPA", DueDate: p.DueDate},
	}, asked)
	kept, err := o.store.Positions().Get(t.Context(), p.Key)
	require.NoError(t, err)
	require.Equal(t, p, kept, "nothing is changed by asking")

	for err, code := range map[error]string{
		errStore:                     "PAA_SYSTEM_ERROR",
		pagonline.ErrInvalid:         "PAA_SYSTEM_ERROR",
		payment.ErrUnknown:           "PAA_PAGAMENTO_SCONOSCIUTO",
		payment.ErrPaid:              "PAA_PAGAMENTO_DUPLICATO",
		payment.ErrCancelled:         "PAA_PAGAMENTO_ANNULLATO",
		payment.ErrExpired:           "PAA_PAGAMENTO_SCADUTO",
		payment.ErrInCharge:          "PAA_PAGAMENTO_IN_CORSO",
		errors.Join(errStore, errFF): "PAA_SYSTEM_ERROR",
	} {
		fail = err
		require.Equal(t, code, o.fault(ask(wire.Verify, p.Number.String())))
		require.Equal(t, code, o.fault(ask(wire.GetPaymentV1, p.Number.String())))
	}
	require.NotContains(t, o.log.String(), "12.50")
}

var errFF = errors.New("another")

// TestRecomputeGoneWrong: terms that cannot be, and a panic, are the hook's fault and end
// nothing but the call.
func TestRecomputeGoneWrong(t *testing.T) {
	var terms func(payment.Terms) payment.Terms
	o := newOffice(t, station.Config{Recompute: func(_ context.Context, p payment.Position, _ station.Asked) (payment.Terms, error) {
		return terms(p.Terms), nil
	}})
	p := o.open()
	for name, f := range map[string]func(payment.Terms) payment.Terms{
		"none": func(payment.Terms) payment.Terms { return payment.Terms{} },
		"zero": func(t payment.Terms) payment.Terms { t.Transfers[0].Amount = euro.Amount{}; return t },
		"iban": func(t payment.Terms) payment.Terms { t.Transfers[0].IBAN = "IT00X"; return t },
		"six":  func(t payment.Terms) payment.Terms { t.Transfers = make([]payment.Transfer, 6); return t },
		"panic": func(payment.Terms) payment.Terms {
			panic("of Mario Rossi")
		},
	} {
		terms = f
		require.Equal(t, "PAA_SYSTEM_ERROR", o.fault(ask(wire.Verify, p.Number.String())), name)
		require.Equal(t, "PAA_SYSTEM_ERROR", o.fault(ask(wire.GetPayment, p.Number.String())), name)
	}
	require.NotContains(t, o.log.String(), "Mario", "what a hook panics with stays out of the log")
}

// office of spontaneous payments.
type spontaneous func(station.Demand) (payment.Key, error)

func (f spontaneous) Demand(_ context.Context, d station.Demand) (payment.Key, error) { return f(d) }

func TestDemand(t *testing.T) {
	var p payment.Position
	var fail error
	var got station.Demand
	o := newOffice(t, station.Config{Demander: spontaneous(func(d station.Demand) (payment.Key, error) {
		got = d
		return p.Key, fail
	})})
	p = o.open(func(r *payment.OpenRequest) { r.Transfers[0].PostalIBAN = postalIBAN })
	r := wire.Request{
		Operation: wire.Demand, PA: creditor, Broker: identifiers.Broker, Station: identifiers.Station,
		Service: "00001", ServiceSubject: "00002", Data: []byte("<dati/>"),
	}
	answer := o.call(r)
	require.Equal(t, station.Demand{Creditor: creditor, Service: "00001", Subject: "00002", Data: []byte("<dati/>")}, got)
	require.Equal(t, &wire.QR{FiscalCode: creditor, Number: p.Number.String()}, answer.QR)
	require.Equal(t, o.call(ask(wire.Verify, p.Number.String())).Due, answer.Due)
	var notices []string
	for e, err := range o.store.Journal().List(t.Context(), payment.JournalFilter{Operation: string(wire.Demand)}) {
		require.NoError(t, err)
		notices = append(notices, string(e.Subtype)+" "+e.Notice+" "+e.IUV)
	}
	require.Equal(t, []string{"REQ  ", "RESP " + p.Number.String() + " " + p.Number.IUV().String()}, notices, "the one that it was answered with")

	for err, code := range map[error]string{
		errStore:             "PAA_SYSTEM_ERROR",
		pagonline.ErrInvalid: "PAA_SEMANTICA",
		payment.ErrUnknown:   "PAA_PAGAMENTO_SCONOSCIUTO",
		payment.ErrPaid:      "PAA_PAGAMENTO_DUPLICATO",
	} {
		fail = err
		require.Equal(t, code, o.fault(r))
	}
	fail = nil
	require.NoError(t, o.cashier.Withdraw(t.Context(), p.Key))
	require.Equal(t, "PAA_PAGAMENTO_ANNULLATO", o.fault(r))
	p.Creditor = "01234567890"
	require.Equal(t, "PAA_SYSTEM_ERROR", o.fault(r), "a position of somebody else")
	require.Equal(t, "PAA_ID_DOMINIO_ERRATO", o.fault(func() wire.Request { r := r; r.PA = "00000000000"; return r }()))

	none := newOffice(t, station.Config{})
	require.Equal(t, "PAA_SEMANTICA", none.fault(r), "no spontaneous payments here")
}

// TestSeveralStations: one station answers for several creditors, and one creditor may
// have several stations.
func TestSeveralStations(t *testing.T) {
	o := newOffice(t, station.Config{})
	second, broadcast := identifiers, identifiers
	second.FiscalCode, second.Station = "01234567890", "88888888888_02"
	broadcast.Station = "88888888888_03"
	o.handler = station.New(o.cashier, []station.Creditor{identifiers, second, broadcast}, station.Config{})
	p := o.open()
	for _, c := range []struct{ creditor, station, fault string }{
		{creditor, "88888888888_01", ""},
		{creditor, "88888888888_03", ""},
		{creditor, "88888888888_02", "PAA_STAZIONE_INT_ERRATA"},
		{"01234567890", "88888888888_02", "PAA_PAGAMENTO_SCONOSCIUTO"}, // the other's notice
		{"01234567890", "88888888888_01", "PAA_STAZIONE_INT_ERRATA"},
	} {
		r := ask(wire.Verify, p.Number.String())
		r.PA, r.FiscalCode, r.Station = c.creditor, c.creditor, c.station
		require.Equal(t, c.fault, o.fault(r), c)
	}
	r := receipt(p, "iur")
	require.Empty(t, o.fault(r))
	r.PA, r.Station = second.FiscalCode, second.Station
	require.Empty(t, o.fault(r), "the secondary creditor's copy, with the same id")
	for _, of := range []string{creditor, second.FiscalCode} {
		rt, err := o.store.RTs().Get(t.Context(), of, "iur")
		require.NoError(t, err)
		require.Equal(t, creditor, rt.Issuer)
	}
}

var noService = *pagonline.NewError(pagonline.CodeInputSyntax)
