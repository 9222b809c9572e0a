package sandbox_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/psptest"
	"github.com/pagonline/pagonline/payment/sandbox"
)

func TestTokenThatExpired(t *testing.T) {
	c := newTown(t)
	paid := payment.Outcome{Paid: true}
	p := c.open(price)
	late, err := c.sandbox.Activate(t.Context(), p.Key, price)
	require.NoError(t, err)
	c.now = late.Expires
	err = c.sandbox.Settle(t.Context(), late.Token, paid)
	require.ErrorContains(t, err, "PPT_TOKEN_SCADUTO")
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Len(t, c.receipts(p.Key), 1, "the money was taken, so the receipt comes")

	q := c.open(price)
	first, err := c.sandbox.Activate(t.Context(), q.Key, price)
	require.NoError(t, err)
	c.now = first.Expires
	second, err := c.sandbox.Activate(t.Context(), q.Key, price)
	require.NoError(t, err, "the first one's time is over")
	err = c.sandbox.Settle(t.Context(), first.Token, paid)
	require.ErrorIs(t, err, payment.ErrPaid, "a rival holds the position")
	require.NoError(t, c.sandbox.Settle(t.Context(), second.Token, paid))

	r := c.open(price)
	refused, err := c.sandbox.Activate(t.Context(), r.Key, price)
	require.NoError(t, err)
	c.now = refused.Expires
	require.ErrorContains(t, c.sandbox.Settle(t.Context(), refused.Token, payment.Outcome{}), "PPT_TOKEN_SCADUTO_KO")
}

// envelope is an answer of a station.
func envelope(root, content string) string {
	return `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><e:Body><p:` +
		root + `>` + content + `</p:` + root + `></e:Body></e:Envelope>`
}

// TestTheNodeChecksTheStation: what it cannot make sense of is an error of the station.
func TestTheNodeChecksTheStation(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	answer := func(operation, data string) string { return envelope(operation, "<outcome>OK</outcome>"+data) }
	sum := `<data><creditorReferenceId>01000000000000144</creditorReferenceId><paymentAmount>12.50</paymentAmount><dueDate>2026-12-20</dueDate>
		<description>d</description><companyName>c</companyName><debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType>
		<entityUniqueIdentifierValue>ANONIMO</entityUniqueIdentifierValue></uniqueIdentifier><fullName>n</fullName></debtor><transferList><transfer>
		<idTransfer>1</idTransfer><transferAmount>13.00</transferAmount><fiscalCodePA>99999000013</fiscalCodePA>CHOICE
		<remittanceInformation>r</remittanceInformation><transferCategory>c</transferCategory></transfer></transferList></data>`
	const iban = "<IBAN>IT60X0542811101000000123456</IBAN>"
	refusing := func(code, id string) string {
		return envelope("paGetPaymentV2Response", `<outcome>KO</outcome><fault><faultCode>`+code+`</faultCode><faultString>s</faultString><id>`+id+`</id></fault>`)
	}
	for name, garble := range map[string]string{
		"not SOAP":          "<html/>",
		"no data":           answer("paGetPaymentV2Response", ""),
		"another operation": answer("paVerifyPaymentNoticeRes", ""),
		"sum":               answer("paGetPaymentV2Response", strings.Replace(sum, "CHOICE", "<IBAN>IT60X0542811101000000123456</IBAN>", 1)),
		"two of a number": answer("paGetPaymentV2Response", strings.NewReplacer("CHOICE", iban, "12.50", "26.00", "</transferList>",
			sum[strings.Index(sum, "<transfer>"):strings.Index(sum, "</transferList>")]+"</transferList>").Replace(sum)),
		"account":         answer("paGetPaymentV2Response", strings.NewReplacer("CHOICE", "<IBAN>60X0542811101000000123456</IBAN>", "13.00", "12.50").Replace(sum)),
		"fault":           refusing("QUALCOSA", "id"),
		"fault of nobody": refusing("PAA_SEMANTICA", ""),
		"too long":        strings.Repeat(" ", 2<<20),
	} {
		c.garble = garble
		_, err := c.sandbox.Activate(t.Context(), p.Key, price)
		require.ErrorContains(t, err, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", name)
		require.ErrorIs(t, err, pagonline.ErrUnavailable, name)
	}
	c.garble = answer("paVerifyPaymentNoticeRes", "")
	_, err := c.sandbox.Verify(t.Context(), p.Key)
	require.ErrorContains(t, err, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE")
	stamp := `<richiestaMarcaDaBollo><hashDocumento>aGFzaA==</hashDocumento><tipoBollo>01</tipoBollo><provinciaResidenza>LI</provinciaResidenza></richiestaMarcaDaBollo>`
	c.garble = answer("paGetPaymentV2Response", strings.NewReplacer("CHOICE", stamp, "13.00", "12.50").Replace(sum))
	_, err = c.sandbox.Activate(t.Context(), p.Key, price)
	require.ErrorContains(t, err, "PPT_SEMANTICA", "its PSP sells no stamps")

	c.garble = ""
	other := p.Key
	other.Creditor = "00000000000"
	_, err = c.sandbox.Verify(t.Context(), other)
	require.ErrorIs(t, err, payment.ErrUnknown)
	lost := sandbox.New([]sandbox.Station{{FiscalCode: creditor, URL: "http://127.0.0.1:1"}}, sandbox.Config{})
	_, err = lost.Verify(t.Context(), p.Key)
	require.ErrorContains(t, err, "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE")
	_, err = lost.Start(t.Context(), payment.GatewayRequest{})
	require.Error(t, err, "nobody can be sent to a sandbox without an address")
	bad := sandbox.New([]sandbox.Station{{FiscalCode: creditor, URL: "://"}}, sandbox.Config{})
	_, err = bad.Verify(t.Context(), p.Key)
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
	var fault *sandbox.NodeError
	require.ErrorAs(t, c.sandbox.Settle(t.Context(), "none", payment.Outcome{}), &fault)
	require.Equal(t, "PPT_TOKEN_SCONOSCIUTO", fault.Code)
}

func TestPSP(t *testing.T) {
	psptest.Run(t, func(t *testing.T) psptest.Fixture {
		c := newTown(t)
		withdrawn := c.open(price)
		require.NoError(t, c.cashier.Withdraw(t.Context(), withdrawn.Key))
		return psptest.Fixture{
			PSP:       c.sandbox,
			Open:      func(_ *testing.T, amount euro.Amount) payment.Key { return c.open(amount).Key },
			Unknown:   payment.Key{Creditor: creditor, Number: notice.MustParse("399000000000001976")},
			Withdrawn: withdrawn.Key,
			Receipts: func(t *testing.T, k payment.Key) (ids []string) {
				require.NoError(t, c.sandbox.Flush(t.Context()))
				for _, rt := range c.receipts(k) {
					ids = append(ids, rt.ReceiptID)
				}
				return ids
			},
		}
	})
}

// TestCashierPaysAtTheCounter: through the sandbox as a PSP.
func TestCashierPaysAtTheCounter(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	a, err := c.cashier.Pay(t.Context(), c.sandbox, p.Key, payment.Outcome{Paid: true, Method: "CP", Fee: euro.MustParse("1.50")})
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Equal(t, a.Token, c.receipts(p.Key)[0].ReceiptID)
	require.Equal(t, []string{"paVerifyPaymentNotice OK", "paGetPaymentV2 OK", "paSendRTV2 OK"}, c.calls())
}
