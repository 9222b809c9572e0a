package sandbox_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/sandbox"
)

// TestSOAPSyntax: what is no message of an operation, and what is a bad one.
func TestSOAPSyntax(t *testing.T) {
	b := newBank(t, sandbox.Config{})
	k := b.open()
	verify := string(b.request(wire.PSPVerify, k).Append(nil))
	edit := func(old, with string) string {
		require.Contains(t, verify, old)
		return strings.Replace(verify, old, with, 1)
	}
	for _, c := range []struct{ action, body, want string }{
		{"verifyPaymentNotice", verify, "OK"},
		{`"verifyPaymentNotice"`, verify, "OK"},
		{"verifyPaymentNotice", edit("schemas.xmlsoap.org/soap", "schemas.xmlsoap.org/ciao"), "PPT_SINTASSI_EXTRAXSD verifyPaymentNotice"},
		{"verifyPaymentNotice", edit("nodeForPsp.xsd", "other.xsd"), "PPT_SINTASSI_EXTRAXSD verifyPaymentNotice"},
		{"verifyPaymentNotice", "<a/>", "PPT_SINTASSI_EXTRAXSD verifyPaymentNotice"},
		{"verifyPaymentNotice", edit("<idPSP>PSPPROVA</idPSP>", ""), "PPT_SINTASSI_EXTRAXSD idPSP"},
		{"verifyPaymentNotice", edit("<qrCode>", "<qrCode><x/>"), "PPT_SINTASSI_EXTRAXSD qrCode.fiscalCode"},
		{"activatePaymentNotice", verify, "PPT_SINTASSI_EXTRAXSD activatePaymentNotice"},
	} {
		require.Equal(t, c.want, bankSaid(b.posted(wire.PSPOperation(strings.Trim(c.action, `"`)), c.body)), "%s %.200s", c.action, c.body)
	}
	status, answer := b.post("", verify)
	require.Equal(t, http.StatusOK, status, "the body names the operation")
	_, err := wire.DecodePSPResponse(answer, wire.PSPVerify)
	require.NoError(t, err)
	for _, c := range []struct{ action, body, want string }{
		{"verifyPaymentNotice", "", "soap:Client"},
		{"verifyPaymentNotice", "<a>", "soap:Client"},
		{"verifyPaymentNotice", edit(`<?xml version="1.0" encoding="UTF-8"?>`, "<!DOCTYPE a>"), "soap:Client"},
		{"verifyPaymentNotice", strings.Repeat(" ", 2<<20), "soap:Client"},
		{"verificaBollettino", verify, "PPT_SOAPACTION_ERRATA"},
		{"paVerifyPaymentNotice", verify, "PPT_SOAPACTION_ERRATA"},
		{"", "<a/>", "PPT_SOAPACTION_ERRATA"},
	} {
		status, answer := b.post(c.action, c.body)
		require.Equal(t, http.StatusBadRequest, status)
		require.Contains(t, string(answer), "<faultcode>"+c.want+"</faultcode>", "%s %.200s", c.action, c.body)
	}
	w := httptest.NewRecorder()
	b.sandbox.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/nodo-auth/node-for-psp/v1", strings.NewReader(verify)))
	require.Equal(t, http.StatusOK, w.Code, "pagoPA's own path")
	w = httptest.NewRecorder()
	b.sandbox.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/node-for-psp/v1", http.NoBody))
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
}

// TestOfficialSamplesToTheNode: every public request of a PSP gets the treatment that it
// should get from a node that knows its senders and neither creditor nor token.
func TestOfficialSamplesToTheNode(t *testing.T) {
	dir := officialtest.Path(t, "samples")
	b := newBank(t, sandbox.Config{PSPs: []sandbox.PSP{
		{ID: "60000000001", Broker: "60000000001", Channel: "60000000001_01", Password: "pwdpwdpwd"},
		{ID: "88888888888", Broker: "88888888888", Channel: "88888888888_01", Password: "**********"},
	}})
	const unknownPA, noToken, syntax = "PPT_DOMINIO_SCONOSCIUTO", "PPT_TOKEN_SCONOSCIUTO", "PPT_SINTASSI_EXTRAXSD"
	want := map[string]string{
		"01_activatePaymentNotice_req.xml":                                  unknownPA,
		"02_activatePaymentNoticeV2_req.xml":                                unknownPA,
		"03_verifyPaymentNotice_req.xml":                                    unknownPA,
		"05_sendPaymentOutcome_req_OK.xml":                                  noToken,
		"06_sendPaymentOutcomeV2_req.xml":                                   noToken,
		"07_sendPaymentOutcomeV2_req_MBD.xml":                               noToken,
		"50_sanp_verifyPaymentNoticeReq.xml":                                unknownPA,
		"54_sanp_activatePaymentNoticeReq.xml":                              unknownPA,
		"56_sanp_activatePaymentNoticeV2Request.xml":                        unknownPA,
		"58_sanp_sendPaymentOutcomeReq.xml":                                 noToken,
		"60_sanp_sendPaymentOutcomeV2Request.xml":                           noToken,
		"72_ko_activatePaymentNotice_req_idPSP_None.xml":                    syntax + " idPSP",
		"73_ko_activatePaymentNotice_req_password_1234567.xml":              syntax + " password",
		"74_ko_activatePaymentNotice_req_idempotencyKey_60000000001124.xml": syntax + " idempotencyKey",
		"76_ko_activatePaymentNotice_req_fiscalCode_1234567890.xml":         syntax + " qrCode.fiscalCode",
		"77_ko_activatePaymentNotice_req_noticeNumber_12345678901234.xml":   syntax + " qrCode.noticeNumber",
		"79_ko_activatePaymentNotice_req_expirationTime_1800001.xml":        syntax + " expirationTime",
		"81_ko_activatePaymentNotice_req_dueDate_12282022.xml":              syntax + " dueDate",
		"82_ko_sendPaymentOutcome_req_OK_entityUniqueIdentifierType_FF.xml": syntax + " details.payer.uniqueIdentifier.entityUniqueIdentifierType",
		"84_ko_sendPaymentOutcome_req_OK_fullName_12345678901234.xml":       syntax + " details.payer.fullName",
		"86_ko_sendPaymentOutcome_req_OK_paymentToken_None.xml":             syntax + " paymentToken",
		"04_verificaBollettino_req.xml":                                     "400 PPT_SOAPACTION_ERRATA",
		"17_demandPaymentNotice_req.xml":                                    "400 PPT_SOAPACTION_ERRATA",
		"52_sanp_verificaBollettinoReq.xml":                                 "400 PPT_SOAPACTION_ERRATA",
		"66_sanp_demandPaymentNoticeReq.xml":                                "400 soap:Client", // not well-formed
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		body, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		operation, _, _ := strings.Cut(strings.TrimLeft(strings.NewReplacer("sanp_", "", "ko_", "").Replace(name), "0123456789_"), "_")
		operation = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(operation, ".xml"), "Req"), "Request")
		if code, isFault := strings.CutPrefix(want[name], "400 "); isFault {
			status, answer := b.post(operation, string(body))
			require.Equal(t, http.StatusBadRequest, status, name)
			require.Contains(t, string(answer), "<faultcode>"+code+"<", name)
			continue
		}
		require.Equal(t, want[name], bankSaid(b.posted(wire.PSPOperation(operation), string(body))), name)
	}
}

// TestForeignPSP: a SOAP client of another language, made from the official WSDL, pays a
// notice over real HTTP.
func TestForeignPSP(t *testing.T) {
	wsdl := officialtest.Path(t, "wsdl/nodeForPsp.wsdl")
	const python = "/usr/bin/python3" // Debian's, for which it packages zeep
	if err := exec.CommandContext(t.Context(), python, "-c", "import zeep").Run(); err != nil {
		t.Skip("skipped: zeep is not installed (Debian: python3-zeep)")
	}
	b := newBank(t, sandbox.Config{})
	k := b.open()
	server := httptest.NewServer(b.sandbox)
	defer server.Close()
	cmd := exec.CommandContext(t.Context(), python, "testdata/zeep_psp.py", wsdl, server.URL+"/node-for-psp/v1",
		b.head.PSP, b.head.Broker, b.head.Channel, b.head.Password, k.Creditor, k.Number.String())
	out, err := cmd.Output()
	if failed, ok := err.(*exec.ExitError); ok { //nolint:errorlint // its stderr is wanted
		t.Fatalf("%v\n%s", err, failed.Stderr)
	}
	require.NoError(t, err)
	var parts map[string][4]*string
	require.NoError(t, json.Unmarshal(out, &parts))
	got := map[string]string{}
	for name, values := range parts {
		for _, part := range values {
			if part != nil {
				got[name] += *part + " "
			}
		}
	}
	require.Equal(t, map[string]string{
		"verify":         "OK 12.50 ",
		"wrongPassword":  "KO PPT_AUTENTICAZIONE ",
		"unknown":        "KO PPT_ERRORE_EMESSO_DA_PAA PAA_PAGAMENTO_SCONOSCIUTO ",
		"activate":       "OK 12.50 ",
		"activateAgain":  "OK 12.50 ",
		"sameToken":      "True ",
		"activateOther":  "KO PPT_ERRORE_IDEMPOTENZA ",
		"activateSecond": "KO PPT_PAGAMENTO_IN_CORSO ",
		"outcome":        "OK ",
		"outcomeAgain":   "OK ",
		"outcomeOther":   "KO PPT_ESITO_GIA_ACQUISITO ",
		"paid":           "KO PPT_PAGAMENTO_DUPLICATO ",
	}, got)
	require.Len(t, b.receipts(k), 1)
}

// FuzzNodeForPSP: whatever is posted, there is an answer of an operation, or a SOAP
// Fault.
func FuzzNodeForPSP(f *testing.F) {
	pagopa := sandbox.New(nil, sandbox.Config{})
	p := sandbox.DefaultPSP()
	r := wire.PSPRequest{
		Operation: wire.PSPActivate, PSP: p.ID, Broker: p.Broker, Channel: p.Channel, Password: p.Password,
		IdempotencyKey: bankKey, FiscalCode: bankCreditor, Number: "301000000000000144",
	}
	f.Add(string(r.Operation), string(r.Append(nil)))
	r.Operation, r.Tokens = wire.PSPOutcomeV1, []string{"token"}
	f.Add("", string(r.Append(nil)))
	f.Add("verificaBollettino", "<a/>")
	f.Fuzz(func(t *testing.T, action, body string) {
		w := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPost, "/node-for-psp/v1", strings.NewReader(body))
		request.Header.Set("SOAPAction", action)
		pagopa.ServeHTTP(w, request)
		said, err := io.ReadAll(w.Body)
		require.NoError(t, err)
		switch w.Code {
		case http.StatusBadRequest:
			require.Contains(t, string(said), "<faultcode>")
		case http.StatusOK:
			operation := wire.PSPOperation(strings.Trim(action, `"`))
			if sent, err := wire.DecodePSPRequest([]byte(body)); operation == "" && err == nil {
				operation = sent.Operation
			} else if operation == "" {
				return
			}
			_, err := wire.DecodePSPResponse(said, operation)
			require.NoError(t, err, "%s", said)
		default:
			t.Fatalf("status %d", w.Code)
		}
	})
}
