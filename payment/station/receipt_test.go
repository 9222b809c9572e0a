package station_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/station"
)

// TestOneReceiptInTwoVersions: pagoPA may send a receipt as V1 and as V2; it is one.
func TestOneReceiptInTwoVersions(t *testing.T) {
	for _, order := range [][]wire.Operation{{wire.SendRTV1, wire.SendRT}, {wire.SendRT, wire.SendRTV1}} {
		o := newOffice(t, station.Config{})
		p := o.open()
		fee := euro.MustParse("0.50")
		r := receipt(p, "iur")
		r.RT.Note, r.RT.CreditorFee, r.RT.Bundle, r.RT.CreditorBundle = "order", &fee, "b", "c"
		r.RT.Transfers[0].Company = "Ente creditore di prova"
		for _, operation := range order {
			r.Operation = operation
			require.Empty(t, o.fault(r))
		}
		rts, err := o.store.RTs().ByPosition(t.Context(), p.Key)
		require.NoError(t, err)
		require.Len(t, rts, 1)
		require.Equal(t, string(order[0]), rts[0].Operation)
		require.Empty(t, o.quarantine())
		r.RT.Method = "another"
		require.Equal(t, "PAA_RECEIPT_DUPLICATA", o.fault(r), "other in what both can say")
	}
}

// TestOddReceipts: a receipt wins over whatever has become of its notice.
func TestOddReceipts(t *testing.T) {
	o := newOffice(t, station.Config{})
	standIn := receipt(o.open(), "stand-in")
	standIn.RT.StandIn = true
	draft := o.open(func(r *payment.OpenRequest) { r.Draft = true })
	withdrawn := o.open()
	require.NoError(t, o.cashier.Withdraw(t.Context(), withdrawn.Key))
	late := o.open(func(r *payment.OpenRequest) { r.RefuseLate = true })
	changed := o.open()
	old := receipt(changed, "changed")
	require.NoError(t, o.cashier.Update(t.Context(), changed.Key, func(t *payment.Terms) error {
		t.Transfers[0].Amount = euro.MustParse("20.00")
		return nil
	}))
	o.now = o.now.Add(90 * 24 * time.Hour) // every token has expired, and every due date passed
	for name, r := range map[string]wire.Request{
		"stand-in": standIn, "draft": receipt(draft, "draft"), "withdrawn": receipt(withdrawn, "withdrawn"), "late": receipt(late, "late"),
		"changed": old,
	} {
		require.Empty(t, o.fault(r), name)
		k, err := o.cashier.Position(t.Context(), payment.Key{Creditor: creditor, Number: mustNumber(r.Number)})
		require.NoError(t, err)
		require.Equal(t, payment.Paid, k.Status, name)
	}
	rt, err := o.store.RTs().Get(t.Context(), creditor, "changed")
	require.NoError(t, err)
	require.Equal(t, "-7.50", rt.Difference.String())
}

// TestSecondaryCreditor: of a payment with several beneficiaries each gets a copy, also
// who never issued such a notice.
func TestSecondaryCreditor(t *testing.T) {
	o := newOffice(t, station.Config{})
	r := receipt(o.open(), "iur")
	r.RT.Issuer, r.Number, r.RT.IUV = "01234567890", "001000000000000000", "RF18539007547034"
	r.RT.Transfers[0].Creditor = "01234567890"
	r.RT.Transfers = append(r.RT.Transfers, r.RT.Transfers[0])
	r.RT.Transfers[1].ID, r.RT.Transfers[1].Creditor = 2, creditor
	r.RT.Amount = euro.MustParse("25.00")
	for _, operation := range receipts {
		r.Operation = operation
		require.Empty(t, o.fault(r), operation)
	}
	require.Empty(t, o.quarantine())
	r.RT.Amount = euro.MustParse("24.00")
	r.RT.ReceiptID = "iur-2"
	require.Equal(t, "PAA_SEMANTICA", o.fault(r), "its shares do not add up")
}

// judge is a verifier of stamps that says what a test wants.
type judge func(sold payment.Credit, want *payment.Stamp) error

func (j judge) CheckStamp(_ context.Context, sold payment.Credit, want *payment.Stamp) error {
	return j(sold, want)
}

// stampCodeError is an error that says in a code what is wrong.
type stampCodeError string

func (b stampCodeError) Error() string      { return "bad stamp" }
func (b stampCodeError) StampFault() string { return string(b) }

// TestStamps: a bad stamp is noted and refuses nothing.
func TestStamps(t *testing.T) {
	var verdict func() error
	var wanted []*payment.Stamp
	o := newOffice(t, station.Config{Stamps: judge(func(sold payment.Credit, want *payment.Stamp) error {
		require.Equal(t, "<marca/>", string(sold.Stamp))
		require.Equal(t, "16.00", sold.Amount.String())
		wanted = append(wanted, want)
		return verdict()
	})})
	for name, c := range map[string]struct {
		verdict func() error
		fault   string
	}{
		"good": {func() error { return nil }, ""},
		"bad":  {func() error { return errStore }, "invalid"},
		"coded": {func() error {
			return pagonline.NewError(pagonline.CodeInputSyntax).Because(stampCodeError("signature"))
		}, "signature"},
		"panic": {func() error { panic("Mario") }, "unchecked"},
	} {
		verdict, wanted = c.verdict, nil
		p := o.open(func(r *payment.OpenRequest) { r.Transfers = append(r.Transfers, stamp()) })
		r := receipt(p, name)
		r.RT.Transfers[0].Amount = euro.MustParse("12.50")
		r.RT.Transfers = append(r.RT.Transfers, payment.Credit{
			ID: 2, Amount: euro.MustParse("16.00"), Creditor: creditor, Stamp: []byte("<marca/>"), Remittance: "x", Category: "9/1201105IM/",
		})
		require.Empty(t, o.fault(r), name)
		require.Empty(t, o.fault(r), "%s, again", name)
		rt, err := o.store.RTs().Get(t.Context(), creditor, name)
		require.NoError(t, err)
		require.Equal(t, c.fault, rt.Transfers[1].StampFault, name)
		require.Empty(t, rt.Transfers[0].StampFault)
		require.Equal(t, &payment.Stamp{Hash: "aGFzaA==", Province: "LI"}, wanted[0])

		secondary := r
		secondary.RT.Issuer = "01234567890"
		secondary.RT.ReceiptID, wanted = "copy of "+name, nil
		require.Empty(t, o.fault(secondary))
		require.Equal(t, []*payment.Stamp{nil}, wanted, "what another creditor asked for is not known")

		none := receipt(o.open(func(r *payment.OpenRequest) { r.Transfers = []payment.Transfer{stamp()} }), "none for "+name)
		require.Empty(t, o.fault(none))
		rt, err = o.store.RTs().Get(t.Context(), creditor, "none for "+name)
		require.NoError(t, err)
		require.Equal(t, "missing", rt.Transfers[0].StampFault)
	}
	require.NotContains(t, o.log.String(), "Mario")
}

// messages returns what is open in quarantine.
func (o *office) messages() (all []payment.QuarantinedMessage) {
	for m, err := range o.cashier.Quarantined(o.t.Context()) {
		require.NoError(o.t, err)
		all = append(all, m)
	}
	return all
}

// TestReplay: a receipt that was refused is recorded once the reason is gone.
func TestReplay(t *testing.T) {
	o := newOffice(t, station.Config{})
	ctx, handler := t.Context(), o.station()
	next, err := o.cashier.Open(ctx, payment.OpenRequest{}) // takes no number
	require.Error(t, err)
	require.Zero(t, next)
	p := o.open()
	early := receipt(p, "early")
	early.Number = "301000000000000245" // the next one
	early.RT.IUV = early.Number[1:]
	require.Equal(t, "PAA_PAGAMENTO_SCONOSCIUTO", o.fault(early))
	m := o.messages()[0]
	done, err := handler.Replay(ctx, m.ID, "clerk-1")
	require.NoError(t, err)
	require.Equal(t, station.Replayed{Fault: "PAA_PAGAMENTO_SCONOSCIUTO"}, done)
	require.Len(t, o.messages(), 1, "open still, and once")
	require.Equal(t, 1, o.messages()[0].Times)

	q := o.open()
	require.Equal(t, early.Number, q.Number.String())
	for again := range 3 {
		done, err = handler.Replay(ctx, m.ID, "clerk-1")
		require.NoError(t, err)
		require.Empty(t, done.Fault)
		require.Equal(t, again > 0, done.Repeat)
	}
	require.Empty(t, o.messages())
	m, err = o.cashier.QuarantinedMessage(ctx, m.ID)
	require.NoError(t, err)
	require.Equal(t, "clerk-1", m.ResolvedBy)
	require.Equal(t, o.now, m.ResolvedAt)
	q, err = o.cashier.Position(ctx, q.Key)
	require.NoError(t, err)
	require.Equal(t, payment.Paid, q.Status)
	require.Empty(t, o.fault(early), "and to the node it is a repeat")

	_, err = handler.Replay(ctx, 1_000_000, "clerk-1")
	require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
	require.NoError(t, o.cashier.Quarantine(ctx, payment.QuarantinedMessage{Operation: "flow", Raw: []byte("x")}))
	_, err = handler.Replay(ctx, o.messages()[0].ID, "clerk-1")
	require.Equal(t, pagonline.CodeNotAllowed, pagonline.CodeOf(err))
}

// TestReplayStillRefused: each reason goes on to be told, and a station that was set
// right takes what it had refused.
func TestReplayStillRefused(t *testing.T) {
	o := newOffice(t, station.Config{})
	ctx, handler := t.Context(), o.station()
	p := o.open()
	require.Empty(t, o.fault(receipt(p, "iur")))
	altered, ko, broker, broken := receipt(p, "iur"), receipt(p, "ko"), receipt(p, "broker"), receipt(p, "broken")
	altered.RT.Description, ko.RT.OK, broker.Broker = "other", false, "77777777777"
	for _, r := range []wire.Request{altered, ko, broker} {
		require.NotEmpty(t, o.fault(r))
	}
	o.post([]byte(strings.Replace(string(broken.Append(nil)), "<idPA>", "<x/><idPA>", 1)))
	status, _ := o.post([]byte(strings.TrimSuffix(string(broken.Append(nil)), ">")))
	require.Equal(t, 400, status)
	var faults []string
	for _, m := range o.messages() {
		require.Equal(t, faultOf(t, handler, m.ID), m.Reason)
		faults = append(faults, m.Reason)
	}
	require.Equal(t, []string{"PAA_RECEIPT_DUPLICATA", "PAA_SEMANTICA", "PAA_ID_INTERMEDIARIO_ERRATO", "PAA_SINTASSI_EXTRAXSD", "unreadable"}, faults)

	moved := identifiers
	moved.Broker = "77777777777"
	mended := station.New(o.cashier, []station.Creditor{identifiers, moved}, station.Config{})
	m := o.messages()[2]
	done, err := mended.Replay(ctx, m.ID, "clerk-1")
	require.NoError(t, err)
	require.Equal(t, station.Replayed{Recorded: payment.Recorded{Second: true}}, done)
	require.NoError(t, o.cashier.Resolve(ctx, o.messages()[0].ID, "clerk-2", "the same money, said twice"))
	require.Len(t, o.messages(), 3)
}

func faultOf(t *testing.T, h *station.Handler, id int64) string {
	t.Helper()
	done, err := h.Replay(t.Context(), id, "clerk-1")
	require.NoError(t, err)
	return done.Fault
}

// TestJournal: two rows for each call, in the receipt's transaction for a receipt.
func TestJournal(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	o.call(ask(wire.Verify, p.Number.String()))
	o.call(ask(wire.GetPayment, unissued))
	o.call(receipt(p, "iur"))
	o.call(receipt(p, "iur"))
	ko := receipt(p, "ko")
	ko.RT.OK = false
	o.call(ko)
	var got []string
	for e, err := range o.store.Journal().List(t.Context(), payment.JournalFilter{}) {
		require.NoError(t, err)
		require.Equal(t, creditor, e.Creditor)
		require.Equal(t, "station", e.Component)
		require.Equal(t, identifiers.Station, e.Station)
		require.NotEmpty(t, e.Parameters.SHA256)
		got = append(got, strings.Join([]string{e.Operation, string(e.Subtype), e.Outcome, e.Token, e.Parameters.Fault, e.Parameters.Detail}, " "))
	}
	require.Equal(t, []string{
		"paVerifyPaymentNotice REQ    ", "paVerifyPaymentNotice RESP OK   ",
		"paGetPaymentV2 REQ    ", "paGetPaymentV2 RESP KO  PAA_PAGAMENTO_SCONOSCIUTO ",
		"paSendRTV2 REQ  iur  ", "paSendRTV2 RESP OK iur  ",
		"paSendRTV2 REQ  iur  ", "paSendRTV2 RESP OK iur  repeat",
		"paSendRTV2 REQ  ko  ", "paSendRTV2 RESP KO ko PAA_SEMANTICA ",
	}, got)

	o = newOffice(t, station.Config{NoJournal: true})
	o.call(ask(wire.Verify, unissued))
	o.call(receipt(o.open(), "iur"))
	for e, err := range o.store.Journal().List(t.Context(), payment.JournalFilter{}) {
		t.Fatal("a row", e, err)
	}
}

// unwritable fails to write the journal, and panics where it may.
type unwritable struct {
	payment.Store
	panics bool
}

type unwritableJournal struct {
	payment.Journal
	panics bool
}

func (s unwritable) Journal() payment.Journal {
	return unwritableJournal{s.Store.Journal(), s.panics}
}

func (j unwritableJournal) Append(context.Context, ...payment.JournalEntry) error {
	if j.panics {
		panic("of Mario Rossi")
	}
	return errors.New("disk full")
}

// TestNoJournalNoAnswer: what cannot be written down does not begin, and a receipt comes
// again.
func TestNoJournalNoAnswer(t *testing.T) {
	for _, panics := range []bool{false, true} {
		o := newOffice(t, station.Config{})
		p := o.open()
		cashier := payment.NewCashier(unwritable{o.store, panics}, payment.Config{Now: func() time.Time { return o.now }})
		o.handler = station.New(cashier, []station.Creditor{identifiers}, station.Config{})
		for range 2 {
			require.Equal(t, "PAA_SYSTEM_ERROR", o.fault(ask(wire.Verify, p.Number.String())))
			status, _ := o.post(receipt(p, "iur").Append(nil))
			require.Equal(t, 500, status)
		}
		rts, err := o.store.RTs().ByPosition(t.Context(), p.Key)
		require.NoError(t, err)
		require.Empty(t, rts, "the receipt and its rows are one transaction")
	}
}
