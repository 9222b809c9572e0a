package station_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/station"
)

func TestVerify(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	answer := o.call(ask(wire.Verify, p.Number.String()))
	require.Equal(t, &wire.Due{
		Amount: euro.MustParse("12.50"), DueDate: p.DueDate, FiscalCode: creditor,
		Description: "prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie",
		Company:     "Ente creditore di prova", Office: "Archivio di Stato di Livorno",
	}, answer.Due)
}

func TestGetPayment(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open(func(r *payment.OpenRequest) {
		r.Transfers = append(r.Transfers, payment.Transfer{
			Amount: euro.MustParse("16.00"), Creditor: "01234567890", Company: "Altro ente", Category: "9/1201105IM/",
			Stamp: &payment.Stamp{Hash: "aGFzaA==", Province: "LI"},
		})
	})
	r := ask(wire.GetPayment, p.Number.String())
	other := euro.MustParse("1.00")
	r.Amount, r.Note, r.TransferType = &other, "order", "POSTAL" // information only
	got := o.call(r).Payment
	require.Equal(t, "28.50", got.Amount.String())
	require.Equal(t, p.Number.IUV().String(), got.IUV)
	require.Equal(t, p.DueDate, got.DueDate)
	require.Equal(t, p.Debtor, got.Debtor)
	require.Equal(t, "Ente creditore di prova", got.Company)
	require.Equal(t, "Archivio di Stato di Livorno", got.Office)
	require.Equal(t, []wire.Transfer{
		{Credit: payment.Credit{
			ID: 1, Amount: euro.MustParse("12.50"), Creditor: creditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
			Remittance: "/RFB/01000000000000144/12.50/TXT/prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie",
		}},
		{Credit: payment.Credit{
			ID: 2, Amount: euro.MustParse("16.00"), Creditor: "01234567890", Company: "Altro ente", Category: "9/1201105IM/",
			Remittance: "/RFB/01000000000000144/16.00/TXT/prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie",
		}, Request: &payment.Stamp{Hash: "aGFzaA==", Province: "LI"}},
	}, got.Transfers)
}

// TestNothingIsChangedByAsking is decision 7.
func TestNothingIsChangedByAsking(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	for range 3 {
		require.Nil(t, o.call(ask(wire.Verify, p.Number.String())).Fault)
		require.Nil(t, o.call(ask(wire.GetPayment, p.Number.String())).Fault)
	}
	got, err := o.store.Positions().Get(t.Context(), p.Key)
	require.NoError(t, err)
	require.Equal(t, p, got)
}

// TestIdentifiers: each wrong one gets its own fault, and the first one counts.
func TestIdentifiers(t *testing.T) {
	for _, operation := range []wire.Operation{wire.Verify, wire.GetPayment, wire.SendRT} {
		o := newOffice(t, station.Config{})
		p := o.open()
		right := receipt(p, "iur")
		right.Operation, right.FiscalCode = operation, creditor
		wrong := func(edit func(*wire.Request)) wire.Request {
			r := right
			edit(&r)
			return r
		}
		require.Equal(t, "PAA_ID_DOMINIO_ERRATO", o.fault(wrong(func(r *wire.Request) { r.PA = "00000000000" })))
		require.Equal(t, "PAA_ID_INTERMEDIARIO_ERRATO", o.fault(wrong(func(r *wire.Request) { r.Broker = "x" })))
		require.Equal(t, "PAA_STAZIONE_INT_ERRATA", o.fault(wrong(func(r *wire.Request) { r.Station = "x" })))
		require.Equal(t, "PAA_PAGAMENTO_SCONOSCIUTO", o.fault(wrong(func(r *wire.Request) {
			r.Number = "399000000000001976"
			r.RT.IUV = r.Number[1:]
		})))
		require.Equal(t, "PAA_ID_DOMINIO_ERRATO", o.fault(wrong(func(r *wire.Request) { r.PA, r.Broker, r.Station = "x", "x", "x" })))
		require.Equal(t, "PAA_ID_INTERMEDIARIO_ERRATO", o.fault(wrong(func(r *wire.Request) { r.Broker, r.Station = "x", "x" })))
		if operation == wire.SendRT {
			require.Equal(t, []string{
				"PAA_ID_DOMINIO_ERRATO", "PAA_ID_INTERMEDIARIO_ERRATO", "PAA_STAZIONE_INT_ERRATA", "PAA_PAGAMENTO_SCONOSCIUTO",
				"PAA_ID_DOMINIO_ERRATO", "PAA_ID_INTERMEDIARIO_ERRATO",
			}, o.quarantine(), "a receipt is kept before it is refused")
			continue
		}
		require.Equal(t, "PAA_ID_DOMINIO_ERRATO", o.fault(wrong(func(r *wire.Request) { r.FiscalCode = "00000000000" })))
		require.Empty(t, o.quarantine())
		require.Empty(t, o.fault(right))
	}
}

func TestStates(t *testing.T) {
	for _, operation := range []wire.Operation{wire.Verify, wire.GetPayment, wire.GetPaymentV1} {
		o := newOffice(t, station.Config{})
		require.Equal(t, "PAA_PAGAMENTO_SCONOSCIUTO", o.fault(ask(operation, "000000000000000000")), "the node's probe")
		require.Equal(t, "PAA_PAGAMENTO_SCONOSCIUTO", o.fault(ask(operation, "999999999999999999")), "no aux digit")
		require.Equal(t, "PAA_PAGAMENTO_SCONOSCIUTO", o.fault(ask(operation, "301000000000000145")), "wrong check digits")

		p := o.open()
		require.Empty(t, o.fault(ask(operation, p.Number.String())))
		late := o.open(func(r *payment.OpenRequest) { r.RefuseLate = true })
		draft := o.open(func(r *payment.OpenRequest) { r.Draft = true })
		withdrawn := o.open()
		require.NoError(t, o.cashier.Withdraw(t.Context(), withdrawn.Key))
		done := o.open()
		require.Empty(t, o.fault(receipt(done, "iur")))
		o.now = p.DueDate.End()
		require.Empty(t, o.fault(ask(operation, p.Number.String())), "still payable after the due date")
		require.Equal(t, "PAA_PAGAMENTO_SCADUTO", o.fault(ask(operation, late.Number.String())))
		require.Equal(t, "PAA_PAGAMENTO_SCONOSCIUTO", o.fault(ask(operation, draft.Number.String())))
		require.Equal(t, "PAA_PAGAMENTO_ANNULLATO", o.fault(ask(operation, withdrawn.Number.String())))
		require.Equal(t, "PAA_PAGAMENTO_DUPLICATO", o.fault(ask(operation, done.Number.String())))
	}
}

func TestSendRT(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	r := receipt(p, "iur-1")
	_, first := o.post(r.Append(nil))
	require.Nil(t, o.call(r).Fault)
	_, again := o.post(r.Append(nil))
	require.Equal(t, string(first), string(again), "the same receipt gets the same answer")

	altered := r
	altered.RT.Description = "y"
	require.Equal(t, "PAA_RECEIPT_DUPLICATA", o.fault(altered))
	require.Empty(t, o.fault(receipt(p, "iur-2")), "a second payment is kept and taken")
	rts, err := o.store.RTs().ByPosition(t.Context(), p.Key)
	require.NoError(t, err)
	require.Len(t, rts, 2)
	require.Equal(t, r.Append(nil), rts[0].Raw)
	require.Equal(t, "paSendRTV2", rts[0].Operation)
	require.True(t, rts[1].Second)

	ko := receipt(p, "iur-3")
	ko.RT.OK = false
	require.Equal(t, "PAA_SEMANTICA", o.fault(ko))
	sum := receipt(p, "iur-4")
	sum.RT.Amount = euro.MustParse("13.00")
	require.Equal(t, "PAA_SEMANTICA", o.fault(sum))
	nobodys := receipt(p, "iur-5")
	nobodys.Number = "999999999999999999"
	require.Equal(t, "PAA_PAGAMENTO_SCONOSCIUTO", o.fault(nobodys))
	require.Equal(t, []string{"PAA_RECEIPT_DUPLICATA", "PAA_SEMANTICA", "PAA_SEMANTICA", "PAA_PAGAMENTO_SCONOSCIUTO"}, o.quarantine())

	secondary := receipt(p, "iur-6")
	secondary.RT.Issuer = "01234567890"
	require.Empty(t, o.fault(secondary), "another creditor's notice, of which we get a share")
}

func TestOptions(t *testing.T) {
	o := newOffice(t, station.Config{RefuseSecondPayments: true, RefuseRepeats: true})
	p := o.open()
	require.Empty(t, o.fault(receipt(p, "iur-1")))
	require.Equal(t, "PAA_RECEIPT_DUPLICATA", o.fault(receipt(p, "iur-1")))
	require.Equal(t, "PAA_RECEIPT_DUPLICATA", o.fault(receipt(p, "iur-2")))
	rts, err := o.store.RTs().ByPosition(t.Context(), p.Key)
	require.NoError(t, err)
	require.Len(t, rts, 2, "stored all the same")
}

func TestBadFields(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	for _, operation := range []wire.Operation{wire.Verify, wire.GetPayment, wire.SendRT} {
		r := receipt(p, "iur")
		r.Operation, r.FiscalCode = operation, creditor
		for _, edit := range []struct{ old, with string }{
			{"<idStation>88888888888_01</idStation>", ""},
			{"<idPA>", "<x/><idPA>"},
			{p.Number.String(), "12345"},
		} {
			body := strings.Replace(string(r.Append(nil)), edit.old, edit.with, 1)
			status, answer := o.post([]byte(body))
			require.Equal(t, http.StatusOK, status, "%s %s", body, o.log.String())
			got, err := wire.DecodeResponse(answer, operation)
			require.NoError(t, err)
			require.Equal(t, "PAA_SINTASSI_EXTRAXSD", got.Fault.Code)
			require.NotEmpty(t, got.Fault.Description, "which field")
			t.Run("schema", func(t *testing.T) {
				valid, report := officialtest.Valid(t, answer)
				require.True(t, valid, report)
			})
		}
	}
	require.Len(t, o.quarantine(), 3, "the receipts among them")
	for e, err := range o.store.Journal().List(t.Context(), payment.JournalFilter{}) {
		require.NoError(t, err)
		require.Equal(t, e.Subtype == payment.Response, slices.Contains([]string{"idStation", "idPA", "qrCode.noticeNumber", "receipt.noticeNumber"}, e.Parameters.Detail), "which field: %q", e.Parameters.Detail)
	}
	require.Contains(t, o.log.String(), "detail=receipt.noticeNumber")

	o = newOffice(t, station.Config{})
	o.post([]byte(strings.Replace(string(ask(wire.Verify, unissued).Append(nil)), "</qrCode>", "</qrCode><RSSMRA80A01H501U/>", 1)))
	require.Contains(t, o.log.String(), "detail=?")
	require.NotContains(t, o.log.String(), "RSSMRA", "the name of the element is the sender's")
}

func TestNoMessage(t *testing.T) {
	o := newOffice(t, station.Config{MaxBody: 4096})
	good := string(ask(wire.Verify, o.open().Number.String()).Append(nil))
	for name, body := range map[string]string{
		"empty":             "",
		"not XML":           "{}",
		"cut off":           good[:len(good)-1],
		"two documents":     good + good,
		"a character more":  good + "x",
		"document type":     strings.Replace(good, "?>", "?><!DOCTYPE x>", 1),
		"other encoding":    strings.Replace(good, "UTF-8", "UTF-16", 1),
		"no envelope":       "<a/>",
		"SOAP 1.2":          strings.ReplaceAll(good, "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
		"unknown operation": strings.ReplaceAll(good, "paVerifyPaymentNoticeReq", "paOther"),
		"too large":         good + strings.Repeat(" ", 4096),
		"too deep":          strings.Repeat("<a>", 1000),
	} {
		status, answer := o.post([]byte(body))
		require.Equal(t, http.StatusBadRequest, status, name)
		require.NotContains(t, string(answer), "PAA_", name)
	}
	status, _ := o.post([]byte(good + strings.Repeat(" ", 4096-len(good))))
	require.Equal(t, http.StatusOK, status, "at the bound")
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/station", nil))
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
	require.Equal(t, "POST", w.Header().Get("Allow"))
	w = httptest.NewRecorder()
	o.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/station", io.MultiReader(strings.NewReader("<a"), failingReader{})))
	require.Equal(t, http.StatusBadRequest, w.Code)
	require.Empty(t, o.quarantine())
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("connection lost") }

// brokenStore fails whatever it is asked.
type brokenStore struct{ payment.Store }

var errStore = errors.New("disk full")

func (brokenStore) Do(context.Context, func(context.Context) error) error { return errStore }
func (brokenStore) Positions() payment.Positions                          { return brokenPositions{} }

type brokenPositions struct{ payment.Positions }

func (brokenPositions) Get(context.Context, payment.Key) (payment.Position, error) {
	return payment.Position{}, errStore
}

// TestStoreThatFails: neither OK nor KO goes out, so that the node tries again.
func TestStoreThatFails(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	cashier := payment.NewCashier(brokenStore{o.store}, payment.Config{})
	o.handler = station.New(cashier, []station.Creditor{identifiers}, station.Config{})
	unknown, wrong := receipt(p, "iur"), receipt(p, "iur")
	unknown.Number, wrong.Station = "999999999999999999", "x"
	for _, operation := range []wire.Operation{wire.Verify, wire.GetPayment, wire.GetPaymentV1} {
		require.Equal(t, "PAA_SYSTEM_ERROR", o.fault(ask(operation, p.Number.String())))
	}
	for _, r := range []wire.Request{receipt(p, "iur"), unknown, wrong} {
		status, body := o.post(r.Append(nil))
		require.Equal(t, http.StatusInternalServerError, status)
		require.NotContains(t, string(body), "Envelope")
		require.NotContains(t, string(body), errStore.Error())
	}
}

// TestNoNamesOnTheWireOrInTheLog: the reason that a payer writes stays at home.
func TestNoNamesOnTheWireOrInTheLog(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	for _, operation := range []wire.Operation{wire.Verify, wire.GetPayment} {
		_, body := o.post(ask(operation, p.Number.String()).Append(nil))
		require.NotContains(t, string(body), "Fiammetta")
	}
	o.fault(receipt(p, "iur"))
	altered := receipt(p, "iur")
	altered.RT.Description = "z"
	o.fault(altered)
	require.Contains(t, o.log.String(), "PAA_RECEIPT_DUPLICATA")
	for _, canary := range []string{"Fiammetta", "Mario", "mario.rossi", "IT60X"} {
		require.NotContains(t, o.log.String(), canary)
	}
}

// TestSameReceiptInParallel: whoever asks, one receipt is stored, and all hear OK.
func TestSameReceiptInParallel(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	body := receipt(p, "iur").Append(nil)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			w := httptest.NewRecorder()
			o.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body)))
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<outcome>OK</outcome>") {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	wg.Wait()
	rts, err := o.store.RTs().ByPosition(t.Context(), p.Key)
	require.NoError(t, err)
	require.Len(t, rts, 1)
}
