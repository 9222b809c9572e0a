package wire_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

func amount(s string) *euro.Amount {
	a := euro.MustParse(s)
	return &a
}

func day(s string) pagonline.Date {
	d, err := pagonline.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

var (
	subject = payment.Subject{
		Kind: payment.Legal, Code: "99999000013", Name: `Società "A & B" <prova>`, Street: "via", Civic: "1/a", PostalCode: "57100",
		City: "Livorno", Province: "LI", Country: "IT", Email: "a.b+c@example.org",
	}
	entries = []payment.MetadataEntry{{Key: "k", Value: "v"}, {Key: "è", Value: "a\nb"}}
	head    = wire.Request{PA: "99999000013", Broker: "99999000013", Station: "99999000013_01"}
)

// full returns messages in which everything that may be there is there.
func full() (requests []wire.Request, responses []wire.Response) {
	verify, get, send := head, head, head
	verify.Operation, verify.FiscalCode, verify.Number = wire.Verify, "99999000013", "301000000000000144"
	get.Operation, get.FiscalCode, get.Number = wire.GetPayment, "99999000013", "301000000000000144"
	get.Amount, get.Note, get.TransferType, get.DueDate = amount("0.00"), "order", "POSTAL", day("2026-12-23")
	send.Operation, send.Number = wire.SendRT, "301000000000000144"
	send.RT = payment.RT{
		ReceiptID: "iur", Issuer: "99999000013", OK: true, IUV: "01000000000000144", Amount: euro.MustParse("12.50"),
		Description: "d", Company: "c", Office: "o", Debtor: subject, Payer: &subject,
		Transfers: []payment.Credit{
			{ID: 1, Amount: euro.MustParse("12.00"), Creditor: "99999000013", Company: "c", IBAN: "IT60X0542811101000000123456", Remittance: "r", Category: "9/0701100AP/", Metadata: entries},
			{ID: 2, Amount: euro.MustParse("0.50"), Creditor: "99999000013", Stamp: []byte("<stamp/>"), Remittance: "r", Category: "9/1201105IM/"},
		},
		PSP:    payment.PSPInfo{ID: "ABI00000", FiscalCode: "f", VAT: "v", Company: "PSP di prova", Channel: "c", ChannelDescription: "app"},
		Method: "creditCard", Note: "order", Fee: amount("1.50"), CreditorFee: amount("0.00"), Bundle: "b", CreditorBundle: "cb",
		PaidAt: time.Date(2026, 11, 23, 9, 30, 0, 500_000_000, time.UTC), AppliedOn: day("2026-11-23"), TransferOn: day("2026-11-24"),
		Metadata: entries, StandIn: true,
	}
	getV1, sendV1, demand := get, send, head
	getV1.Operation, sendV1.Operation, demand.Operation = wire.GetPaymentV1, wire.SendRTV1, wire.Demand
	demand.Service, demand.ServiceSubject, demand.Data = "00002", "àèìòù", []byte("<data/>")
	rt := &sendV1.RT // what V1 has
	rt.Transfers, rt.Note, rt.CreditorFee, rt.Bundle, rt.CreditorBundle = slices.Clone(rt.Transfers[:1]), "", nil, "", ""
	rt.Transfers[0].Company = ""
	due := &wire.Due{
		Amount: euro.MustParse("12.50"), DueDate: day("2026-12-23"), Detail: "x", AllCCP: true, Description: "d",
		FiscalCode: "99999000013", Company: "c", Office: "o",
	}
	return []wire.Request{verify, get, send, getV1, sendV1, demand}, []wire.Response{
		{Operation: wire.Demand, QR: &wire.QR{FiscalCode: "99999000013", Number: "301000000000000144"}, Due: due},
		{Operation: wire.Demand, Fault: &wire.Fault{
			Code: "PAA_SEMANTICA", String: "", ID: "x", Serial: 1, OriginalCode: "c", OriginalString: "s", OriginalDescription: "d",
		}},
		{Operation: wire.GetPaymentV1, Payment: &wire.Payment{
			IUV: "01000000000000144", Amount: euro.MustParse("12.00"), DueDate: day("2026-12-23"), Description: "d", Debtor: subject,
			Transfers: []wire.Transfer{{Credit: payment.Credit{ID: 1, Amount: euro.MustParse("12.00"), Creditor: "99999000013", IBAN: "IT60X0542811101000000123456", Remittance: "r", Category: "9/0701100AP/"}}},
		}},
		{Operation: wire.SendRTV1},
		{Operation: wire.Verify, Due: due},
		{Operation: wire.GetPayment, Payment: &wire.Payment{
			IUV: "01000000000000144", Amount: euro.MustParse("12.50"), DueDate: day("2026-12-23"), Description: "d", Company: "c", Office: "o",
			Debtor: subject, Metadata: entries, Transfers: []wire.Transfer{
				{Credit: payment.Credit{ID: 1, Amount: euro.MustParse("12.00"), Creditor: "99999000013", Company: "c", IBAN: "IT60X0542811101000000123456", Remittance: "r", Category: "9/0701100AP/", Metadata: entries}},
				{Credit: payment.Credit{ID: 2, Amount: euro.MustParse("0.50"), Creditor: "99999000013", Remittance: "r", Category: "9/1201105IM/"}, Request: &payment.Stamp{Hash: "aGFzaA==", Province: "LI"}},
			},
		}},
		{Operation: wire.SendRT},
		{Operation: wire.Verify, Fault: &wire.Fault{Code: "PAA_SEMANTICA", String: "Errore semantico", ID: "99999000013", Description: "x"}},
		{Operation: wire.GetPayment, Fault: &wire.Fault{Code: "PAA_SYSTEM_ERROR", String: "Errore generico", ID: "99999000013"}},
		{Operation: wire.SendRT, Fault: &wire.Fault{Code: "PAA_SEMANTICA", String: "Errore semantico", ID: "99999000013"}},
	}
}

func TestRoundTrip(t *testing.T) {
	requests, responses := full()
	for _, r := range requests {
		got, err := wire.DecodeRequest(r.Append(nil))
		require.NoError(t, err)
		require.Equal(t, r, got)
	}
	for _, r := range responses {
		got, err := wire.DecodeResponse(r.Append(nil), r.Operation)
		require.NoError(t, err)
		require.Equal(t, r, got)
	}
}

func TestWhatIsWrittenIsValid(t *testing.T) {
	requests, responses := full()
	bare := requests[2]
	bare.RT.Office, bare.RT.Payer, bare.RT.Fee, bare.RT.CreditorFee, bare.RT.Metadata, bare.RT.StandIn = "", nil, nil, nil, nil, false
	bare.RT.Method, bare.RT.Note, bare.RT.Bundle, bare.RT.CreditorBundle, bare.RT.PaidAt = "", "", "", "", time.Time{}
	bare.RT.Debtor = payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "n"}
	for _, r := range append(requests, bare) {
		valid, report := officialtest.Valid(t, r.Append(nil))
		require.True(t, valid, report)
	}
	for _, r := range responses {
		valid, report := officialtest.Valid(t, r.Append(nil))
		require.True(t, valid, report)
	}
}

func request(body []byte) error {
	_, err := wire.DecodeRequest(body)
	return err
}

func response(operation wire.Operation) func([]byte) error {
	return func(body []byte) error {
		_, err := wire.DecodeResponse(body, operation)
		return err
	}
}

// edit replaces once in the full message of an operation; the replacement must bite.
func edit(t *testing.T, operation wire.Operation, old, with string) []byte {
	t.Helper()
	requests, _ := full()
	for _, r := range requests {
		if r.Operation == operation {
			s := string(r.Append(nil))
			require.Contains(t, s, old)
			return []byte(strings.Replace(s, old, with, 1))
		}
	}
	return nil
}

func TestFieldErrors(t *testing.T) {
	long := strings.Repeat("x", 141)
	for _, c := range []struct {
		operation       wire.Operation
		old, with, path string
	}{
		{wire.Verify, `<idPA>99999000013</idPA>`, ``, "idPA"},
		{wire.Verify, `<idPA>99999000013</idPA>`, `<idPA></idPA>`, "idPA"},
		{wire.Verify, `<idPA>99999000013</idPA>`, `<idPA>` + long[:36] + `</idPA>`, "idPA"},
		{wire.Verify, `<idPA>`, `<idPA a="b">`, "idPA"},
		{wire.Verify, `<idPA>99999000013</idPA>`, `<idPA>99999<!-- -->000013</idPA>`, "idPA"},
		{wire.Verify, `<idPA>99999000013</idPA>`, `<idPA><b/></idPA>`, "idPA"},
		{wire.Verify, `<idPA>99999000013</idPA>`, `<idPA>99999000013</idPA><idPA>99999000013</idPA>`, "idBrokerPA"},
		{wire.Verify, `<idPA>`, `<x/><idPA>`, "idPA"},
		{wire.Verify, `<idPA>`, `text<idPA>`, ""},
		{wire.Verify, `<idPA>99999000013</idPA>`, `<pa:idPA>99999000013</pa:idPA>`, "idPA"}, // children have no namespace
		{wire.Verify, `<fiscalCode>99999000013</fiscalCode>`, `<fiscalCode>9999900001</fiscalCode>`, "qrCode.fiscalCode"},
		{wire.Verify, `301000000000000144</noticeNumber>`, `30100000000000014</noticeNumber>`, "qrCode.noticeNumber"},
		{wire.Verify, `301000000000000144</noticeNumber>`, `30100000000000014٤</noticeNumber>`, "qrCode.noticeNumber"},
		{wire.Verify, `</qrCode>`, `<x/></qrCode>`, "qrCode.x"},
		{wire.Verify, `</qrCode>`, `</qrCode><x/>`, "x"},
		{wire.Verify, `<pa:paVerifyPaymentNoticeReq>`, `<pa:paVerifyPaymentNoticeReq a="b">`, ""},
		{wire.GetPayment, `<amount>0.00</amount>`, `<amount>0.0</amount>`, "amount"},
		{wire.GetPayment, `<amount>0.00</amount>`, `<amount>1e2</amount>`, "amount"},
		{wire.GetPayment, `<amount>0.00</amount>`, `<amount>+1.00</amount>`, "amount"},
		{wire.GetPayment, `<amount>0.00</amount>`, `<amount>-0.01</amount>`, "amount"},
		{wire.GetPayment, `<amount>0.00</amount>`, `<amount>1000000000.00</amount>`, "amount"},
		{wire.GetPayment, `<amount>0.00</amount>`, `<amount>1<!-- -->00.00</amount>`, "amount"},
		{wire.GetPayment, `POSTAL`, `postal`, "transferType"},
		{wire.GetPayment, `2026-12-23`, `2026-02-30`, "dueDate"},
		{wire.GetPayment, `2026-12-23`, `23/12/2026`, "dueDate"},
		{wire.GetPayment, `2026-12-23`, `2026-12-23+15:00`, "dueDate"},
		{wire.GetPayment, `<paymentNote>order</paymentNote>`, `<paymentNote/>`, "paymentNote"},
		{wire.SendRT, `<receiptId>iur</receiptId>`, `<receiptId/>`, "receipt.receiptId"},
		{wire.SendRT, `<outcome>OK</outcome>`, `<outcome>ok</outcome>`, "receipt.outcome"},
		{wire.SendRT, `<description>d</description>`, `<description>` + long + `</description>`, "receipt.description"},
		{wire.SendRT, `<entityUniqueIdentifierType>G`, `<entityUniqueIdentifierType>X`, "receipt.debtor.uniqueIdentifier.entityUniqueIdentifierType"},
		{wire.SendRT, `<country>IT</country>`, `<country>it</country>`, "receipt.debtor.country"},
		{wire.SendRT, `<e-mail>a.b`, `<e-mail>a@b@c`, "receipt.debtor.e-mail"},
		{wire.SendRT, `<idTransfer>1</idTransfer>`, `<idTransfer>6</idTransfer>`, "receipt.transferList.transfer.idTransfer"},
		{wire.SendRT, `<transferAmount>12.00`, `<transferAmount>0.00`, "receipt.transferList.transfer.transferAmount"},
		{wire.SendRT, `<IBAN>IT60X0542811101000000123456</IBAN>`, ``, "receipt.transferList.transfer.IBAN"},
		{wire.SendRT, `<MBDAttachment>`, `<MBDAttachment>!`, "receipt.transferList.transfer.MBDAttachment"},
		{wire.SendRT, `<paymentDateTime>2026-11-23T10:30:00.5+01:00`, `<paymentDateTime>2026-11-23 10:30:00`, "receipt.paymentDateTime"},
		{wire.SendRT, `<paymentDateTime>2026-11-23T10:30:00.5+01:00`, `<paymentDateTime>2026-11-23T10:30:00.+01:00`, "receipt.paymentDateTime"},
		{wire.SendRT, `<paymentDateTime>2026-11-23T10:30:00.5+01:00`, `<paymentDateTime>2026-11-23T10:30:00,5`, "receipt.paymentDateTime"},
		{wire.SendRT, `<paymentDateTime>2026-11-23T10:30:00.5+01:00`, `<paymentDateTime>2026-11-23T25:30:00`, "receipt.paymentDateTime"},
		{wire.SendRT, `<standIn>true`, `<standIn>TRUE`, "receipt.standIn"},
		{wire.SendRT, `<key>k</key>`, ``, "receipt.transferList.transfer.metadata.mapEntry.key"},
	} {
		body := edit(t, c.operation, c.old, c.with)
		r, err := wire.DecodeRequest(body)
		var field *wire.FieldError
		require.ErrorAs(t, err, &field, "%s: %v", c.with, err)
		require.Equal(t, c.path, field.Path, c.with)
		require.Equal(t, c.operation, r.Operation)
		require.NotContains(t, err.Error(), "99999", "no value in an error")
		if valid, _ := officialtest.Valid(t, body); valid { // more strict than the schema
			require.Regexp(t, "<!--|receiptId/|MBDAttachment", c.with, "spliced text, no receipt id, base64 that libxml2 forgives")
		}
	}
}

// TestCardinality: what may be there n times, may not be there once more.
func TestCardinality(t *testing.T) {
	requests, _ := full()
	for _, c := range []struct {
		most int
		set  func(r *payment.RT, n int)
	}{
		{5, func(r *payment.RT, n int) {
			for r.Transfers = r.Transfers[:1]; len(r.Transfers) < n; {
				r.Transfers = append(r.Transfers, r.Transfers[0])
			}
		}},
		{15, func(r *payment.RT, n int) {
			for r.Metadata = r.Metadata[:1]; len(r.Metadata) < n; {
				r.Metadata = append(r.Metadata, r.Metadata[0])
			}
		}},
	} {
		r := requests[2]
		c.set(&r.RT, c.most)
		require.NoError(t, request(r.Append(nil)))
		c.set(&r.RT, c.most+1)
		require.Error(t, request(r.Append(nil)))
	}
}

func TestLenientForms(t *testing.T) {
	for _, c := range []struct {
		operation wire.Operation
		old, with string
		check     func(wire.Request) bool
	}{
		{wire.GetPayment, `<amount>0.00`, "<amount>\n 7.00\t", func(r wire.Request) bool { return r.Amount.Cents() == 700 }}, // the schema collapses white space
		{wire.GetPayment, `2026-12-23`, `2026-12-23Z`, func(r wire.Request) bool { return r.DueDate == day("2026-12-23") }},
		{wire.GetPayment, `2026-12-23`, `2026-12-23+01:00`, func(r wire.Request) bool { return r.DueDate == day("2026-12-23") }},
		{wire.SendRT, `standIn>true</standIn`, `standin> 1 </standin`, func(r wire.Request) bool { return r.RT.StandIn }},
		{wire.SendRT, `<standIn>true</standIn>`, ``, func(r wire.Request) bool { return !r.RT.StandIn }},
		{wire.SendRT, `2026-11-23T10:30:00.5+01:00`, `2026-11-23T10:30:00`, func(r wire.Request) bool { return r.RT.PaidAt.Equal(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)) }},
		{wire.SendRT, `2026-11-23T10:30:00.5+01:00`, `2026-07-23T10:30:00`, func(r wire.Request) bool { return r.RT.PaidAt.Equal(time.Date(2026, 7, 23, 8, 30, 0, 0, time.UTC)) }},
		{wire.SendRT, `2026-11-23T10:30:00.5+01:00`, `2026-11-23T10:30:00.1234567891234-05:00`, func(r wire.Request) bool {
			return r.RT.PaidAt.Equal(time.Date(2026, 11, 23, 15, 30, 0, 123456789, time.UTC))
		}},
		{wire.SendRT, `<remittanceInformation>r`, `<remittanceInformation><![CDATA[a & b]]>`, func(r wire.Request) bool { return r.RT.Transfers[0].Remittance == "a & b" }},
		{wire.SendRT, `<idTransfer>1<`, `<idTransfer> +01<`, func(r wire.Request) bool { return r.RT.Transfers[0].ID == 1 }},
		{wire.SendRT, `<outcome>OK<`, `<outcome><!-- a comment beside the text -->OK<`, func(r wire.Request) bool { return r.RT.OK }},
		{wire.SendRT, `2026-11-23T10:30:00.5+01:00`, `2026-11-22T24:00:00.000Z`, func(r wire.Request) bool { return r.RT.PaidAt.Equal(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)) }},
		{wire.SendRT, `2026-11-23T10:30:00.5+01:00`, `0001-01-01T00:00:00`, func(r wire.Request) bool { return r.RT.PaidAt.Year() == 0 }}, // a stack's null; 23:00 the day before in UTC
		{wire.Demand, `datiSpecificiServizioRequest>PGRhdGEvPg==</datiSpecificiServizioRequest`, `datiSpecificiServizio>PGRh dGEvPg==</datiSpecificiServizio`, func(r wire.Request) bool { return string(r.Data) == "<data/>" }},
		{wire.Verify, `<idPA>`, `<!-- a comment between elements --><idPA>`, func(r wire.Request) bool { return r.PA == "99999000013" }},
		{wire.Verify, `<soapenv:Body>`, `<soapenv:Header><x:Security xmlns:x="u"><x:Token/></x:Security></soapenv:Header><soapenv:Body>`, func(r wire.Request) bool { return r.PA == "99999000013" }},
	} {
		r, err := wire.DecodeRequest(edit(t, c.operation, c.old, c.with))
		require.NoError(t, err, c.with)
		require.True(t, c.check(r), c.with)
	}
}

func TestNoMessage(t *testing.T) {
	verify := func(old, with string) string { return string(edit(t, wire.Verify, old, with)) }
	for _, body := range []string{
		verify(`schemas.xmlsoap.org/soap/envelope`, `www.w3.org/2003/05/soap-envelope`), // SOAP 1.2
		verify(`paForNode.xsd`, `other.xsd`),
		strings.ReplaceAll(verify(``, ``), `paVerifyPaymentNoticeReq`, `paOther`),
		strings.ReplaceAll(verify(``, ``), `pa:paVerifyPaymentNoticeReq`, `paVerifyPaymentNoticeReq`),
		verify(`</soapenv:Body>`, `<x/></soapenv:Body>`),
		verify(`</soapenv:Envelope>`, `<x/></soapenv:Envelope>`),
		verify(`</soapenv:Body>`, `</soapenv:Body><soapenv:Body/>`),
		verify(`<soapenv:Body>`, `<soapenv:Body>text`),
		verify(`<idPA>99999000013</idPA>`, `<idPA>99999<?x?>000013</idPA>`), // SOAP knows no instructions
		`<a/>`, `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"/>`,
		`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body/></soapenv:Envelope>`,
	} {
		require.ErrorIs(t, request([]byte(body)), wire.ErrEnvelope, body)
	}
	for _, body := range []string{
		"", "<a>", verify(`<?xml version="1.0" encoding="UTF-8"?>`, `<!DOCTYPE a>`),
		verify(`</soapenv:Envelope>`, `</soapenv:Envelope><a/>`), verify(`</soapenv:Envelope>`, ``),
		verify(`<idPA>99999000013</idPA>`, `<idPA/>`) + "x", // a bad field does not hide what is not XML
		verify(`</soapenv:Envelope>`, `</soapenv:Envelope>`+strings.Repeat(" ", 1<<20)),
	} {
		_, malformed := errors.AsType[*xmlpull.SyntaxError](request([]byte(body)))
		require.True(t, malformed, "%.100s", body)
	}
	_, err := wire.DecodeResponse([]byte(verify(``, ``)), wire.Verify)
	require.ErrorIs(t, err, wire.ErrEnvelope, "a request is no answer")
}
