package station_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/station"
)

func (o *office) optionsRaw(method, path string) *httptest.ResponseRecorder {
	o.t.Helper()
	w := httptest.NewRecorder()
	o.station().PaymentOptions().ServeHTTP(w, httptest.NewRequestWithContext(o.t.Context(), method, path, nil))
	return w
}

// options calls the handler by REST.
func (o *office) options(method, path string) (int, map[string]any) {
	o.t.Helper()
	w := o.optionsRaw(method, path)
	var answer map[string]any
	if w.Header().Get("Content-Type") == "application/json" {
		require.NoError(o.t, json.Unmarshal(w.Body.Bytes(), &answer), "%s", w.Body)
	}
	return w.Code, answer
}

func optionsOf(p payment.Position) string {
	return "/payment-options/organizations/" + p.Creditor + "/notices/" + p.Number.String()
}

func TestPaymentOptions(t *testing.T) {
	o := newOffice(t, station.Config{})
	of := func(option int, amount string) payment.Position {
		return o.open(func(r *payment.OpenRequest) {
			r.Debt, r.Option = "debt-1", option
			r.Transfers[0].Amount, r.Transfers[0].PostalIBAN = euro.MustParse(amount), postalIBAN
		})
	}
	single, first, second := of(0, "25.00"), of(1, "12.00"), of(2, "13.00")
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		status, got := o.options(method, optionsOf(single))
		require.Equal(t, http.StatusOK, status)
		instalment := func(p payment.Position, amount float64, status, reason string) map[string]any {
			return map[string]any{
				"nav": p.Number.String(), "iuv": p.Number.IUV().String(), "amount": amount, "status": status, "statusReason": reason,
				"description": "prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie",
				"dueDate":     "2026-12-23T23:59:59", "validFrom": "2026-11-23T10:00:00",
			}
		}
		option := func(amount float64, status, reason string, instalments ...any) map[string]any {
			return map[string]any{
				"numberOfInstallments": float64(len(instalments)), "amount": amount, "status": status, "statusReason": reason, "allCCP": true,
				"description": "prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie",
				"dueDate":     "2026-12-23T23:59:59", "validFrom": "2026-11-23T10:00:00", "installments": instalments,
			}
		}
		require.Equal(t, map[string]any{
			"organizationFiscalCode": creditor, "companyName": "Ente creditore di prova", "officeName": "Archivio di Stato di Livorno",
			"standin": false,
			"paymentOptions": []any{
				option(2500, "PO_UNPAID", "da pagare", instalment(single, 2500, "POI_UNPAID", "da pagare")),
				option(2500, "PO_UNPAID", "da pagare",
					instalment(first, 1200, "POI_UNPAID", "da pagare"), instalment(second, 1300, "POI_UNPAID", "da pagare")),
			},
		}, got)
	}

	states := func(p payment.Position) (all []string) {
		w := o.optionsRaw(http.MethodGet, optionsOf(p))
		require.Equal(t, http.StatusOK, w.Code)
		var got struct {
			PaymentOptions []struct {
				Status       string
				Installments []struct{ Status string }
			}
		}
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
		for _, option := range got.PaymentOptions {
			all = append(all, option.Status)
			for _, i := range option.Installments {
				all = append(all, i.Status)
			}
		}
		return all
	}
	require.Empty(t, o.fault(receipt(first, "iur")))
	require.Equal(t, []string{"PO_INVALID", "POI_INVALID", "PO_PARTIALLY_PAID", "POI_PAID", "POI_UNPAID"}, states(second), "a plan that was begun")
	o.now = second.DueDate.End()
	require.Equal(t, []string{"PO_INVALID", "POI_INVALID", "PO_PARTIALLY_PAID", "POI_PAID", "POI_EXPIRED_UNPAID"}, states(second))
	require.Equal(t, []string{"PO_EXPIRED_UNPAID", "POI_EXPIRED_UNPAID"}, states(o.open(func(r *payment.OpenRequest) { r.DueDate = second.DueDate })))
	strict := o.open(func(r *payment.OpenRequest) {
		r.Debt, r.Option, r.RefuseLate, r.DueDate = "debt-2", 1, true, second.DueDate
	})
	open := o.open(func(r *payment.OpenRequest) { r.Debt, r.Option = "debt-2", 2 })
	require.Equal(t, []string{"PO_UNPAID", "POI_EXPIRED_NOT_PAYABLE", "POI_UNPAID"}, states(open))
	for p, want := range map[string]string{
		optionsOf(single): "404 ODP-107 PAA_PAGAMENTO_SCONOSCIUTO Pagamento in attesa risulta sconosciuto all'Ente Creditore",
		optionsOf(first):  "409 ODP-108 PAA_PAGAMENTO_DUPLICATO Pagamento in attesa risulta concluso all'Ente Creditore",
		optionsOf(strict): "422 ODP-110 PAA_PAGAMENTO_SCADUTO Pagamento in attesa risulta scaduto all'Ente Creditore",
	} {
		require.Equal(t, want, o.problem(p))
	}
	require.NoError(t, o.cashier.Withdraw(t.Context(), open.Key))
	require.Equal(t, "422 ODP-111 PAA_PAGAMENTO_ANNULLATO Pagamento in attesa risulta annullato all'Ente Creditore", o.problem(optionsOf(open)))
}

func (o *office) problem(path string) string {
	o.t.Helper()
	status, got := o.options(http.MethodPost, path)
	require.InDelta(o.t, status, got["httpStatusCode"], 0)
	require.NotEmpty(o.t, got["httpStatusDescription"])
	require.InDelta(o.t, o.now.Unix(), got["timestamp"], 0)
	require.Equal(o.t, o.now.Format("2006-01-02T15:04:05.000000"), got["dateTime"])
	return fmt.Sprint(status, " ", got["appErrorCode"], " ", got["errorMessage"])
}

func TestPaymentOptionsRefused(t *testing.T) {
	o := newOffice(t, station.Config{})
	p := o.open()
	const path = "/payment-options/organizations/"
	for path, want := range map[string]string{
		path + "9999900001/notices/301000000000000144":    "400 ODP-101 PAA_SINTASSI Errore di sintassi",
		path + "99999000013/notices/30100000000000014x":   "400 ODP-101 PAA_SINTASSI Errore di sintassi",
		path + "00000000000/notices/301000000000000144":   "400 ODP-104 PAA_ID_DOMINIO_ERRATO La PAA non corrisponde al Dominio indicato",
		path + "99999000013/notices/000000000000000000":   "404 ODP-107 PAA_PAGAMENTO_SCONOSCIUTO Pagamento in attesa risulta sconosciuto all'Ente Creditore",
		path + "99999000013/notices/999999999999999999":   "404 ODP-107 PAA_PAGAMENTO_SCONOSCIUTO Pagamento in attesa risulta sconosciuto all'Ente Creditore",
		path + "99999000013/notices/" + unissued + "":     "404 ODP-107 PAA_PAGAMENTO_SCONOSCIUTO Pagamento in attesa risulta sconosciuto all'Ente Creditore",
		path + "x%2Fy/notices/" + "301000000000000144%0a": "400 ODP-101 PAA_SINTASSI Errore di sintassi",
	} {
		require.Equal(t, want, o.problem(path), path)
	}
	status, _ := o.options(http.MethodGet, "/payment-options/organizations/99999000013")
	require.Equal(t, http.StatusNotFound, status)
	status, _ = o.options(http.MethodDelete, optionsOf(p))
	require.Equal(t, http.StatusMethodNotAllowed, status)

	n := 0
	for e, err := range o.store.Journal().List(t.Context(), payment.JournalFilter{Operation: "paVerifyPaymentOptions"}) {
		require.NoError(t, err)
		require.Equal(t, e.Creditor == creditor, e.Station == identifiers.Station && e.Responder == identifiers.Station, e)
		if e.Subtype == payment.Response && e.Outcome == "KO" && e.Parameters.Status >= 400 {
			n++
		}
	}
	require.Equal(t, 7, n)

	cashier := payment.NewCashier(brokenStore{o.store}, payment.Config{})
	o.handler = station.New(cashier, []station.Creditor{identifiers}, station.Config{NoJournal: true})
	status, got := o.options(http.MethodGet, optionsOf(p))
	require.Equal(t, http.StatusInternalServerError, status)
	require.Equal(t, "ODP-103", got["appErrorCode"])
}
