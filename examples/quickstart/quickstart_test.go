package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// start runs the program in this process.
func start(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, &out, &errs)
	return status, out.String(), errs.String()
}

// walked runs it with -json and reads what it prints, which must be one object.
func walked(t *testing.T, args ...string) result {
	t.Helper()
	status, stdout, stderr := start(t, append([]string{"-json"}, args...)...)
	require.Zero(t, status, stderr)
	require.Empty(t, stderr)
	dec := json.NewDecoder(strings.NewReader(stdout))
	dec.DisallowUnknownFields()
	var r result
	require.NoError(t, dec.Decode(&r), stdout)
	_, err := dec.Token()
	require.ErrorIs(t, err, io.EOF, "nothing else on stdout")
	return r
}

func TestSeedPath(t *testing.T) {
	r := walked(t)
	require.Equal(t, "test", string(r.Person.Scheme))
	require.Len(t, r.Cart.Items, 1)
	require.Equal(t, "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024", r.Cart.Items[0].Causale)
	require.Equal(t, "12.50", r.Cart.Total.String())
	require.Equal(t, "PAGOPA|002|"+r.Notice.Number+"|99999000013|1250", r.Notice.QR)
	require.True(t, strings.HasPrefix(r.Checkout.Location, "http://127.0.0.1:"))
	require.Equal(t, []string{"open", "paid"}, r.Position)
	require.Equal(t, []string{"created", "sent", "taken_in_charge", "paid"}, r.Order)
	require.Equal(t, []soapOutput{{"paGetPaymentV2", "OK", ""}, {"paSendRTV2", "OK", ""}}, r.SOAP)
	require.Equal(t, "12.50", r.Receipt.Amount.String())
	require.Equal(t, "1.50", r.Receipt.Fee.String())
	require.Equal(t, r.Cart.Items[0].Causale, r.Receipt.Causale)
	require.Equal(t, r.Notice.IUV, r.Receipt.IUV)
	require.Len(t, r.Receipt.IUR, 32)
	require.WithinDuration(t, time.Now(), r.Receipt.PaidAt, time.Minute)
	require.Nil(t, r.Listen)
	require.Nil(t, r.Files, "nothing stays")
	require.Equal(t, "mario.rossi@example.org", r.Mail.To)
	require.Equal(t, "Ricevuta di pagamento – Archivio di Stato di Livorno – IUV "+r.Notice.IUV, r.Mail.Subject)
	require.Contains(t, r.Mail.Text, "FAC-SIMILE – NON PAGABILE")
	require.Contains(t, r.Mail.Text, r.Receipt.IUR)
}

func TestText(t *testing.T) {
	status, stdout, _ := start(t)
	require.Zero(t, status)
	for _, words := range []string{"Istituto: Archivio di Stato di Livorno", "VISUALIZZA CARRELLO: totale 12,50 €", "INVIA PAGAMENTO: http://127.0.0.1", "Presa in carico", "VISUALIZZA ACQUISTI: pagato", "Ricevuta di pagamento"} {
		require.Contains(t, stdout, words)
	}
	_, stdout, _ = start(t, "-lang", "en")
	require.Contains(t, stdout, "Payment receipt")
	require.NotContains(t, stdout, "Ricevuta")
	_, stdout, _ = start(t, "-pay", "refuse")
	require.Contains(t, stdout, "l'avviso resta pagabile")
	require.Contains(t, stdout, "da pagare")
	_, stdout, _ = start(t, "-pay", "abandon", "-lang", "en")
	require.Contains(t, stdout, "Payment abandoned")
}

// TestWhatIsLeftOpenIsPaidLater: with the same number, at a counter.
func TestWhatIsLeftOpenIsPaidLater(t *testing.T) {
	for pay, ends := range map[string][]string{
		"refuse":  {"created", "sent", "closed_unpaid"},
		"abandon": {"created", "sent"},
	} {
		dir := t.TempDir()
		r := walked(t, "-data", dir, "-pay", pay)
		require.Equal(t, []string{"open"}, r.Position)
		require.Equal(t, ends, r.Order)
		require.Nil(t, r.Receipt)

		for _, still := range []string{"refuse", "abandon"} {
			again := walked(t, "-data", dir, "-notice", r.Notice.Number, "-pay", still)
			require.Equal(t, []string{"open"}, again.Position)
		}
		status, told, _ := start(t, "-data", dir, "-notice", r.Notice.Number, "-pay", "refuse")
		require.Zero(t, status)
		require.Contains(t, told, fmt.Sprintf("Per pagarlo: go run ./examples/quickstart -mode sync -data %q -notice %s\n", dir, r.Notice.Number))
		number, err := notice.Parse(r.Notice.Number)
		require.NoError(t, err)
		grouped := number.Grouped() // as it is printed
		require.Contains(t, told, grouped)
		paid := walked(t, "-data", dir, "-notice", grouped)
		require.Equal(t, r.Notice, paid.Notice)
		require.Equal(t, r.Cart, paid.Cart)
		require.Nil(t, paid.Checkout)
		require.Equal(t, []string{"open", "paid"}, paid.Position)
		require.Equal(t, append(ends, "paid"), paid.Order)
		require.Equal(t, []soapOutput{{"paVerifyPaymentNotice", "OK", ""}, {"paGetPaymentV2", "OK", ""}, {"paSendRTV2", "OK", ""}}, paid.SOAP)
		require.Equal(t, "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024", paid.Receipt.Causale)
		for _, late := range []string{"ok", "refuse", "abandon"} {
			status, stdout, _ := start(t, "-data", dir, "-notice", r.Notice.Number, "-json", "-pay", late)
			require.Equal(t, 2, status, late)
			require.Contains(t, stdout, `"code":"already_paid"`, late)
		}
	}
}

// TestAsynchronousMode: GPD answers for the creditor, the station gets receipts only,
// and all else is the same.
func TestAsynchronousMode(t *testing.T) {
	receipts := []soapOutput{{"paSendRTV2", "OK", ""}}
	r := walked(t, "-mode", "async")
	require.Equal(t, receipts, r.SOAP)
	require.Equal(t, []string{"open", "paid"}, r.Position)
	require.Equal(t, []string{"created", "sent", "taken_in_charge", "paid"}, r.Order)
	require.Equal(t, "12.50", r.Receipt.Amount.String())

	dir := t.TempDir()
	left := walked(t, "-mode", "async", "-data", dir, "-pay", "refuse")
	require.Empty(t, left.SOAP)
	require.Equal(t, []string{"open"}, left.Position)
	paid := walked(t, "-mode", "async", "-data", dir, "-notice", left.Notice.Number)
	require.Equal(t, left.Notice, paid.Notice)
	require.Equal(t, receipts, paid.SOAP)
	require.Equal(t, []string{"open", "paid"}, paid.Position)
}

func TestMistakes(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		code, field string
		args        []string
	}{
		{"amount_format", "unitPrice", []string{"-price", "12,50"}},
		{"amount_ambiguous", "unitPrice", []string{"-price", "1.234"}},
		{"amount_range", "unitPrice", []string{"-price", "0"}},
		{"causale_missing_part", "protocol", []string{"-protocol", ""}},
		{"causale_missing_part", "protocol", []string{"-detail", "ARCHIVIO DI STATO DI LIVORNO prot. 1345/2024"}},
		{"fiscal_code", "fiscalCode", []string{"-fiscal-code", "RSSMRA80A01H501X"}},
		{"quantity", "quantity", []string{"-quantity", "2"}},
		{"institute_unknown", "institute", []string{"-institute", "AS-XX"}},
		{"service_not_offered", "service", []string{"-service", "biglietti"}},
		{"payer_name", "payer", []string{"-payer", ""}},
		{"input_syntax", "email", []string{"-email", "nowhere"}},
		{"notice_invalid", "notice", []string{"-data", dir, "-notice", "301000000000000145"}},
		{"not_found", "", []string{"-data", dir, "-notice", "301000000000000144"}},
		{"not_found", "", []string{"-data", dir, "-notice", "301000000000000144", "-pay", "abandon"}},
	} {
		status, stdout, stderr := start(t, append(c.args, "-json")...)
		require.Equal(t, 2, status, "%v %s", c.args, stdout)
		require.Empty(t, stderr)
		var said struct {
			Error struct{ Code, Field, It, En string }
		}
		require.NoError(t, json.Unmarshal([]byte(stdout), &said))
		require.Equal(t, c.code, said.Error.Code, c.args)
		require.Equal(t, c.field, said.Error.Field, c.args)
		require.NotEmpty(t, said.Error.It)
		require.NotEmpty(t, said.Error.En)

		status, stdout, stderr = start(t, append(c.args, "-lang", "en")...)
		require.Equal(t, 2, status)
		require.Empty(t, stdout)
		require.Equal(t, said.Error.En+"\n", stderr)
	}
}

func TestOtherFailures(t *testing.T) {
	for _, args := range [][]string{
		{"-pay", "perhaps"}, {"-mode", "both"}, {"-lang", "fr"}, {"-notice", "301000000000000144"}, {"-colour"}, {"argument"}, {"-quantity", "one"},
	} {
		status, stdout, stderr := start(t, args...)
		require.Equal(t, 64, status, args)
		require.Empty(t, stdout)
		require.NotEmpty(t, stderr)
	}
	status, _, stderr := start(t, "-h")
	require.Zero(t, status)
	require.Contains(t, stderr, "-protocol")
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, args := range [][]string{{"-data", file}, {"-listen", "127.0.0.1:99999"}} {
		status, _, stderr = start(t, args...)
		require.Equal(t, 1, status, args)
		require.NotEmpty(t, stderr)
	}
}

// wiretap keeps what goes through it.
type wiretap struct {
	mu       sync.Mutex
	requests []string
}

func (w *wiretap) RoundTrip(r *http.Request) (*http.Response, error) {
	dump, err := httputil.DumpRequestOut(r, true)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	w.requests = append(w.requests, string(dump))
	w.mu.Unlock()
	return (&http.Transport{}).RoundTrip(r)
}

// TestNamesStayAtHome: what a payer writes into the reason is on his receipt, and in
// no message: not to Checkout, not by SOAP.
func TestNamesStayAtHome(t *testing.T) {
	before, tap := http.DefaultTransport, &wiretap{}
	http.DefaultTransport = tap
	defer func() { http.DefaultTransport = before }()
	dir := t.TempDir()
	detail := "Archivio di Stato di Livorno prot. 345/2024 - Fiammetta Inventata"
	r := walked(t, "-data", dir, "-detail", detail)
	require.Equal(t, detail, r.Receipt.Causale)
	walked(t, "-protocol", "345/2024 Fiammetta Inventata")
	require.NotContains(t, r.Notice.QR, "Fiammetta")
	seen := strings.Join(tap.requests, "\n")
	for _, expected := range []string{"POST /sandbox/checkout/ec/v2/carts", "paGetPaymentV2Request", "paSendRTV2Request", "prot. 345/2024"} {
		require.Contains(t, seen, expected)
	}
	require.NotContains(t, seen, "Fiammetta")
	st, err := sqlite.Open(t.Context(), dir, sqlite.Config{})
	require.NoError(t, err)
	defer st.Close()
	for p, err := range st.Positions().List(t.Context(), payment.PositionFilter{}) {
		require.NoError(t, err)
		rts, err := st.RTs().ByPosition(t.Context(), p.Key)
		require.NoError(t, err)
		require.NotContains(t, string(rts[0].Raw), "Fiammetta")
	}
}
