package wire_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

// fullPSP returns messages in which everything that may be there is there.
func fullPSP() (requests []wire.PSPRequest, responses []wire.PSPResponse) {
	who := wire.PSPRequest{PSP: "ABI00000", Broker: "00000000000", Channel: "00000000000_01", Password: "password"}
	verify := who
	verify.Operation, verify.FiscalCode, verify.Number = wire.PSPVerify, "99999000013", "301000000000000144"
	activate := verify
	activate.Operation, activate.IdempotencyKey = wire.PSPActivate, "00000000000_0123456789"
	activate.Life, activate.Amount, activate.DueDate, activate.Note = new(int64(1_800_000)), euro.MustParse("12.50"), day("2026-12-23"), "note"
	v1 := activate
	v1.Operation = wire.PSPActivateV1
	activate.Method, activate.TouchPoint = "CP", "PSP"
	outcome := who
	outcome.Operation, outcome.IdempotencyKey, outcome.Tokens, outcome.Paid = wire.PSPOutcome, "00000000000_abcdefghiJ", []string{"t1", "t2"}, true
	outcome.Details = &wire.PSPDetails{
		Method: "creditCard", Channel: "app", Fee: euro.MustParse("1.50"), Payer: &subject,
		AppliedOn: day("2026-11-23"), TransferOn: day("2026-11-24"),
	}
	outcomeV1 := outcome
	outcomeV1.Operation, outcomeV1.Tokens = wire.PSPOutcomeV1, []string{"t1"}
	more := *outcome.Details
	more.CreditorFee, more.Bundle, more.CIBundle = amount("0.50"), "b", "cb"
	more.Stamps = []wire.PSPStamp{{Token: "t1", Transfer: 2, Stamp: []byte("<marcaDaBollo/>")}}
	outcome.Details = &more
	failed := who
	failed.Operation, failed.Tokens = wire.PSPOutcomeV1, []string{"t1"}

	transfers := []wire.Transfer{{Credit: payment.Credit{
		ID: 1, Amount: euro.MustParse("12.00"), Creditor: "99999000013", IBAN: "IT60X0542811101000000123456", Remittance: "r", Metadata: entries,
	}}}
	activated := wire.PSPResponse{
		Operation: wire.PSPActivateV1, Amount: amount("12.50"), Description: "d", FiscalCode: "99999000013", Company: "c", Office: "o",
		Token: "c110729d258c4ab1b765fe902aae41d6", Transfers: transfers, IUV: "01000000000000144", StandIn: true,
	}
	activatedV2 := activated
	activatedV2.Operation, activatedV2.Metadata, activatedV2.AllCCP = wire.PSPActivate, entries, true
	activatedV2.UserFee, activatedV2.PAFee, activatedV2.Bundle, activatedV2.CIBundle = amount("1.00"), amount("0.50"), "b", "cb"
	first := transfers[0]
	first.Company, first.Category = "c", "9/0701100AP/"
	activatedV2.Transfers = []wire.Transfer{
		first,
		{Credit: payment.Credit{ID: 2, Amount: euro.MustParse("0.50"), Creditor: "99999000013", Remittance: "r"}, Request: &payment.Stamp{Hash: "aGFzaA==", Province: "LI"}},
		{Credit: payment.Credit{ID: 3, Creditor: "99999000013", Remittance: "r"}},
	}
	fault := &wire.PSPFault{
		Code: "PPT_ERRORE_EMESSO_DA_PAA", String: "Errore restituito dall'Ente Creditore", ID: "99999000013", Description: "x", Serial: new(int64(1)),
		OriginalCode: "PAA_PAGAMENTO_SCADUTO", OriginalString: "Pagamento in attesa risulta scaduto all'Ente Creditore", OriginalDescription: "x",
	}
	responses = []wire.PSPResponse{
		{
			Operation: wire.PSPVerify, Description: "d", FiscalCode: "99999000013", Company: "c", Office: "o", StandIn: true,
			Options: []wire.PSPOption{{Amount: euro.MustParse("12.50"), Options: "EQ", DueDate: day("2026-12-23"), Note: "n"}, {Amount: euro.MustParse("0.01"), Options: "ANY"}},
		},
		activated, activatedV2,
		{Operation: wire.PSPOutcome},
		{Operation: wire.PSPOutcomeV1},
	}
	for _, operation := range []wire.PSPOperation{wire.PSPVerify, wire.PSPActivate, wire.PSPActivateV1, wire.PSPOutcome, wire.PSPOutcomeV1} {
		responses = append(responses, wire.PSPResponse{Operation: operation, Fault: fault})
	}
	bare := wire.PSPRequest{Operation: wire.PSPActivate, PSP: "p", Broker: "b", Channel: "c", Password: "password", FiscalCode: "99999000013", Number: "301000000000000144"}
	return []wire.PSPRequest{verify, activate, v1, outcome, outcomeV1, failed, bare}, responses
}

const pspSchema = "wsdl/xsd/nodeForPsp.xsd"

func TestPSPRoundTrip(t *testing.T) {
	requests, responses := fullPSP()
	for _, r := range requests {
		require.True(t, r.Operation.Known())
		got, err := wire.DecodePSPRequest(r.Append(nil))
		require.NoError(t, err, "%s", r.Append(nil))
		require.Equal(t, r, got)
	}
	for _, r := range responses {
		got, err := wire.DecodePSPResponse(r.Append(nil), r.Operation)
		require.NoError(t, err, "%s", r.Append(nil))
		require.Equal(t, r, got)
	}
	require.False(t, wire.PSPOperation("verificaBollettino").Known())
	require.Empty(t, wire.PSPRequest{}.Append(nil))
	require.Empty(t, wire.PSPResponse{}.Append(nil))
}

func TestWhatIsWrittenForPSPIsValid(t *testing.T) {
	requests, responses := fullPSP()
	for _, r := range requests {
		valid, report := officialtest.ValidBy(t, pspSchema, r.Append(nil))
		require.True(t, valid, report)
	}
	for _, r := range responses {
		valid, report := officialtest.ValidBy(t, pspSchema, r.Append(nil))
		require.True(t, valid, report)
	}
}

func pspRequest(body []byte) error {
	_, err := wire.DecodePSPRequest(body)
	return err
}

func pspResponse(operation wire.PSPOperation) func([]byte) error {
	return func(body []byte) error {
		_, err := wire.DecodePSPResponse(body, operation)
		return err
	}
}

// TestOfficialSamplesOfPSP reads the public messages of these operations; each is taken
// or refused as the schema says.
func TestOfficialSamplesOfPSP(t *testing.T) {
	dir := officialtest.Path(t, "samples")
	files, err := filepath.Glob(filepath.Join(dir, "*.xml"))
	require.NoError(t, err)
	read := 0
	for _, file := range files {
		name := filepath.Base(file)
		decode := pspRequest
		for _, operation := range []wire.PSPOperation{wire.PSPVerify, wire.PSPActivate, wire.PSPActivateV1, wire.PSPOutcome, wire.PSPOutcomeV1} {
			if strings.HasSuffix(name, string(operation)+"Res.xml") || strings.HasSuffix(name, string(operation)+"Response.xml") {
				decode = pspResponse(operation)
			}
		}
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		err = decode(body)
		_, malformed := errors.AsType[*xmlpull.SyntaxError](err)
		if malformed || errors.Is(err, wire.ErrEnvelope) { // another operation, or a broken sample
			continue
		}
		read++
		valid, report := officialtest.ValidBy(t, pspSchema, body)
		require.Equal(t, valid, err == nil, "%s: %v; %s", name, err, report)
	}
	require.GreaterOrEqual(t, read, 23)
}

// TestPSPFieldErrors breaks each message; what is refused is refused by the schema too.
func TestPSPFieldErrors(t *testing.T) {
	requests, responses := fullPSP()
	long := strings.Repeat("x", 211)
	for _, c := range []struct{ in, old, with, path string }{
		{"verifyPaymentNoticeReq", `<idPSP>ABI00000</idPSP>`, ``, "idPSP"},
		{"verifyPaymentNoticeReq", `<idPSP>ABI00000`, `<idPSP>` + long[:36], "idPSP"},
		{"verifyPaymentNoticeReq", `<idPSP>ABI00000</idPSP>`, `<idPSP>ABI00000</idPSP><idPSP>ABI00000</idPSP>`, "idBrokerPSP"},
		{"verifyPaymentNoticeReq", `<password>password`, `<password>passwor`, "password"},
		{"verifyPaymentNoticeReq", `<password>password`, `<password>passwordpassword`, "password"},
		{"verifyPaymentNoticeReq", `</qrCode>`, `</qrCode><amount>1.00</amount>`, "amount"},
		{"activatePaymentNoticeV2Request", `_0123456789<`, `-0123456789<`, "idempotencyKey"},
		{"activatePaymentNoticeV2Request", `_0123456789<`, `_012345678<`, "idempotencyKey"},
		{"activatePaymentNoticeV2Request", `_0123456789<`, `_01234567890<`, "idempotencyKey"},
		{"activatePaymentNoticeV2Request", `00000000000_0123456789<`, `0_0123456789<`, "idempotencyKey"},
		{"activatePaymentNoticeV2Request", `00000000000_0123456789<`, `0123456789012345678_0123456789<`, "idempotencyKey"},
		{"activatePaymentNoticeV2Request", `00000000000_0123456789<`, `0000000%000_0123456789<`, "idempotencyKey"},
		{"activatePaymentNoticeV2Request", `1800000`, `1800001`, "expirationTime"},
		{"activatePaymentNoticeV2Request", `1800000`, `12:12`, "expirationTime"},
		{"activatePaymentNoticeV2Request", `1800000`, ``, "expirationTime"},
		{"activatePaymentNoticeV2Request", `<amount>12.50`, `<amount>12,50`, "amount"},
		{"activatePaymentNoticeV2Request", `<amount>12.50`, `<amount>12.500`, "amount"},
		{"activatePaymentNoticeV2Request", `<amount>12.50</amount>`, ``, "amount"},
		{"activatePaymentNoticeV2Request", `2026-12-23`, `12-28-2022`, "dueDate"},
		{"activatePaymentNoticeV2Request", `<paymentNote>note`, `<paymentNote>` + long, "paymentNote"},
		{"activatePaymentNoticeV2Request", `>CP<`, `>cp<`, "paymentMethod"},
		{"activatePaymentNoticeV2Request", `>PSP<`, `>MARS<`, "touchPoint"},
		{"activatePaymentNoticeReq", `</paymentNote>`, `</paymentNote><paymentMethod>CP</paymentMethod>`, "paymentMethod"},
		{"sendPaymentOutcomeV2Request", `<paymentToken>t1</paymentToken>`, strings.Repeat(`<paymentToken>t</paymentToken>`, 5), "paymentTokens.paymentToken"},
		{"sendPaymentOutcomeV2Request", `<paymentToken>t1</paymentToken><paymentToken>t2</paymentToken>`, ``, "paymentTokens.paymentToken"},
		{"sendPaymentOutcomeV2Request", `<paymentToken>t1`, `<paymentToken>` + long[:36], "paymentTokens.paymentToken"},
		{"sendPaymentOutcomeV2Request", `<outcome>OK`, `<outcome>OKK`, "outcome"},
		{"sendPaymentOutcomeV2Request", `creditCard`, `card`, "details.paymentMethod"},
		{"sendPaymentOutcomeV2Request", `>app<`, `>apps<`, "details.paymentChannel"},
		{"sendPaymentOutcomeV2Request", `<fee>1.50</fee>`, ``, "details.fee"},
		{"sendPaymentOutcomeV2Request", `<primaryCiIncurredFee>0.50`, `<primaryCiIncurredFee>2.5`, "details.primaryCiIncurredFee"},
		{"sendPaymentOutcomeV2Request", `<idBundle>b`, `<idBundle>` + long[:71], "details.idBundle"},
		{"sendPaymentOutcomeV2Request", `<entityUniqueIdentifierType>G`, `<entityUniqueIdentifierType>FF`, "details.payer.uniqueIdentifier.entityUniqueIdentifierType"},
		{"sendPaymentOutcomeV2Request", `<transferDate>2026-11-24</transferDate>`, ``, "details.transferDate"},
		{"sendPaymentOutcomeV2Request", `<idTransfer>2`, `<idTransfer>6`, "details.marcheDaBollo.marcaDaBollo.idTransfer"},
		{"sendPaymentOutcomeReq", `<paymentToken>t1</paymentToken>`, `<paymentToken>t1</paymentToken><paymentToken>t2</paymentToken>`, "outcome"},
		{"sendPaymentOutcomeReq", `<payer>`, `<idBundle>b</idBundle><payer>`, "details.applicationDate"},
		{"verifyPaymentNoticeRes", `<amount>12.50`, `<amount>0.00`, "paymentList.paymentOptionDescription.amount"},
		{"verifyPaymentNoticeRes", `>EQ<`, `>XX<`, "paymentList.paymentOptionDescription.options"},
		{"verifyPaymentNoticeRes", `<standin>true`, `<standin>yes`, "standin"},
		{"verifyPaymentNoticeRes", `<standin>true</standin>`, `<standIn>true</standIn>`, "standIn"},
		{"activatePaymentNoticeRes", `<IBAN>IT60X`, `<IBAN>`, "transferList.transfer.IBAN"},
		{"activatePaymentNoticeRes", `<IBAN>IT60X`, `<IBAN>XXXXX`, "transferList.transfer.IBAN"},
		{"activatePaymentNoticeRes", `<IBAN>IT60X0542811101000000123456</IBAN>`, ``, "transferList.transfer.IBAN"},
		{"activatePaymentNoticeV2Response", `<transferList>`, `<transferList><transfer/>`, "transferList.transfer.idTransfer"},
		{"activatePaymentNoticeV2Response", `<tipoBollo>01`, `<tipoBollo>02`, "transferList.transfer.richiestaMarcaDaBollo.tipoBollo"},
		{"activatePaymentNoticeV2Response", `<outcome>OK`, `<outcome>KO`, "outcome"},
	} {
		var body string
		decode := pspRequest
		for _, r := range requests {
			if s := string(r.Append(nil)); body == "" && strings.Contains(s, "<nod:"+c.in+">") && strings.Contains(s, c.old) {
				body = s
			}
		}
		for _, r := range responses {
			if s := string(r.Append(nil)); body == "" && strings.Contains(s, "<nod:"+c.in+">") && strings.Contains(s, c.old) {
				body, decode = s, pspResponse(r.Operation)
			}
		}
		require.NotEmpty(t, body, "%s %s", c.in, c.old)
		body = strings.Replace(body, c.old, c.with, 1)
		var field *wire.FieldError
		err := decode([]byte(body))
		require.ErrorAs(t, err, &field, "%s %s: %v", c.in, c.with, err)
		require.Equal(t, c.path, field.Path, "%s %s", c.in, c.with)
		if valid, _ := officialtest.ValidBy(t, pspSchema, []byte(body)); valid { // more strict than the schema
			require.Equal(t, `<outcome>KO`, c.with, "a KO without a fault")
		}
	}
}

func TestPSPNoMessage(t *testing.T) {
	requests, _ := fullPSP()
	verify := string(requests[0].Append(nil))
	for _, body := range []string{
		strings.Replace(verify, "node/nodeForPsp.xsd", "pa/paForNode.xsd", 1),
		strings.ReplaceAll(verify, "verifyPaymentNotice", "verificaBollettino"),
		strings.ReplaceAll(verify, "nod:verify", "verify"),
	} {
		require.ErrorIs(t, pspRequest([]byte(body)), wire.ErrEnvelope)
	}
	require.ErrorIs(t, pspResponse(wire.PSPActivate)([]byte(verify)), wire.ErrEnvelope)
}

// FuzzDecodePSPRequest: no panic; and what is read is written and read again as itself.
func FuzzDecodePSPRequest(f *testing.F) {
	requests, _ := fullPSP()
	for _, r := range requests {
		f.Add(r.Append(nil))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := wire.DecodePSPRequest(body)
		if err != nil {
			return
		}
		again, err := wire.DecodePSPRequest(r.Append(nil))
		require.NoError(t, err, "%s", r.Append(nil))
		require.Equal(t, r, again)
	})
}

func FuzzDecodePSPResponse(f *testing.F) {
	_, responses := fullPSP()
	for i, r := range responses {
		f.Add(r.Append(nil), byte(i))
	}
	operations := []wire.PSPOperation{wire.PSPVerify, wire.PSPActivateV1, wire.PSPActivate, wire.PSPOutcome, wire.PSPOutcomeV1}
	f.Fuzz(func(t *testing.T, body []byte, n byte) {
		operation := operations[int(n)%len(operations)]
		r, err := wire.DecodePSPResponse(body, operation)
		if err != nil {
			return
		}
		again, err := wire.DecodePSPResponse(r.Append(nil), operation)
		require.NoError(t, err, "%s", r.Append(nil))
		require.Equal(t, r, again)
	})
}
