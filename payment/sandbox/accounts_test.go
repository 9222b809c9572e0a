package sandbox_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/stamp"
	"github.com/pagonline/pagonline/payment/stamp/stamptest"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
)

const second = "01234567890" // another creditor

// shared opens a notice of which another creditor gets a share.
func (c *town) shared(transfers ...payment.Transfer) payment.Position {
	c.t.Helper()
	p, err := c.cashier.Open(c.t.Context(), payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: creditor, Name: "Ente creditore di prova", Segregation: 1},
		Office:   "Archivio di Stato di Livorno",
		Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
		Wire:     causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno"},
		Terms:    payment.Terms{Transfers: transfers},
	})
	require.NoError(c.t, err)
	return p
}

func to(who string) payment.Transfer {
	return payment.Transfer{Amount: price, Creditor: who, Company: "Ente", IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/"}
}

// TestBroadcast: the receipt goes to the station that was asked and to the second
// creditor's, in the version that each speaks.
func TestBroadcast(t *testing.T) {
	for _, v1 := range []bool{false, true} {
		theirs := &memory.Store{}
		server := httptest.NewServer(station.New(payment.NewCashier(theirs, payment.Config{}),
			[]station.Creditor{{FiscalCode: second, Broker: "b2", Station: "s2"}}, station.Config{}))
		defer server.Close()
		c := newTown(t, func(p *plan) {
			p.stations[0].Broadcast, p.stations[0].V1 = true, !v1
			for i, all := range []bool{true, false} { // the other one is only asked
				p.stations = append(p.stations, sandbox.Station{
					FiscalCode: second, Broker: "b2", StationID: fmt.Sprint("s", 2+i), URL: server.URL, Broadcast: all, V1: v1,
				})
			}
		})
		p := c.shared(to(creditor), to(second))
		token := c.pay(p.Key)
		require.NoError(t, c.sandbox.Flush(t.Context()))
		want := []string{"paGetPaymentV2 OK", "paSendRTV2 OK", "paSendRT OK"}
		if !v1 {
			want = []string{"paGetPayment OK", "paSendRT OK", "paSendRTV2 OK"}
		}
		require.Equal(t, want, c.calls())
		require.Len(t, c.receipts(p.Key), 1)
		copied, err := theirs.RTs().Get(t.Context(), second, token)
		require.NoError(t, err)
		require.Equal(t, creditor, copied.Issuer)

		own := c.open(price)
		c.pay(own.Key)
		require.NoError(t, c.sandbox.Flush(t.Context()))
		require.Len(t, c.sent(), 3, "no share, no copy")
	}
}

func TestRegisteredAccounts(t *testing.T) {
	for name, test := range map[string]struct {
		ibans map[string][]string
		iban  string
		fault string
	}{
		"any":            {nil, "IT60X0542811101000000123456", ""},
		"check digits":   {nil, "IT61X0542811101000000123456", "PPT_IBAN_NON_CENSITO"},
		"registered":     {map[string][]string{creditor: {"IT60X0542811101000000123456"}}, "IT60X0542811101000000123456", ""},
		"of another":     {map[string][]string{second: {"IT60X0542811101000000123456"}}, "IT60X0542811101000000123456", "PPT_IBAN_NON_CENSITO"},
		"none, not all":  {map[string][]string{}, "IT60X0542811101000000123456", "PPT_IBAN_NON_CENSITO"},
		"something else": {map[string][]string{creditor: {"IT60X0542811101000000123456"}}, "IT11W0760113900000012345678", "PPT_IBAN_NON_CENSITO"},
	} {
		c := newTown(t, func(p *plan) { p.config.IBANs = test.ibans })
		p := c.open(price)
		require.NoError(t, c.store.Positions().Update(t.Context(), p.Key, func(p *payment.Position) error {
			p.Transfers[0].IBAN = test.iban
			return nil
		}))
		_, err := c.sandbox.Activate(t.Context(), p.Key, price)
		if test.fault == "" {
			require.NoError(t, err, name)
		} else {
			require.ErrorContains(t, err, test.fault, name)
		}
	}
}

// TestPostalAccounts: a cart of which every transfer is to go to one (allCCP).
func TestPostalAccounts(t *testing.T) {
	const postal = "IT11W0760113900000012345678"
	for allCCP, want := range map[string]string{"": to("").IBAN, `,"allCCP":true`: postal, `,"allCCP":"true"`: postal, `,"allCCP":"false"`: to("").IBAN} {
		c := newTown(t)
		transfer := to(creditor)
		transfer.PostalIBAN = postal
		p := c.shared(transfer)
		_, err := sandbox.Payer{}.Visit(t.Context(), c.cartV1(p, allCCP), sandbox.Pay)
		require.NoError(t, err)
		require.NoError(t, c.sandbox.Flush(t.Context()))
		require.Equal(t, want, c.receipts(p.Key)[0].Transfers[0].IBAN, allCCP)
	}
}

// TestNamelessCreditor: V1 need not say whose notice it is; the receipt must.
func TestNamelessCreditor(t *testing.T) {
	c := newTown(t, func(p *plan) { p.stations[0].V1 = true })
	p := c.open(price)
	c.garble = envelope("paGetPaymentRes", `<outcome>OK</outcome><data><creditorReferenceId>`+p.Number.IUV().String()+`</creditorReferenceId>
		<paymentAmount>12.50</paymentAmount><dueDate>2026-12-20</dueDate><description>d</description><debtor><uniqueIdentifier>
		<entityUniqueIdentifierType>F</entityUniqueIdentifierType><entityUniqueIdentifierValue>ANONIMO</entityUniqueIdentifierValue></uniqueIdentifier>
		<fullName>Mario Rossi</fullName></debtor><transferList><transfer><idTransfer>1</idTransfer><transferAmount>12.50</transferAmount>
		<fiscalCodePA>99999000013</fiscalCodePA><IBAN>IT60X0542811101000000123456</IBAN><remittanceInformation>r</remittanceInformation>
		<transferCategory>c</transferCategory></transfer></transferList></data>`)
	c.pay(p.Key)
	c.garble = ""
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Equal(t, creditor, c.receipts(p.Key)[0].Company)
}

// TestStamps: a stamp is sold, and the station takes it with the receipt.
func TestStamps(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	ca, err := stamptest.NewCA(now)
	require.NoError(t, err)
	seller, err := ca.Seller(stamp.PSP{FiscalCode: "00000000000", Name: "PSP di prova"})
	require.NoError(t, err)
	var fail error
	c := newTown(t, func(p *plan) {
		p.config.SellStamp = func(want payment.Stamp, price euro.Amount, at time.Time) ([]byte, error) {
			if fail != nil {
				return nil, fail
			}
			return seller.Sell("01234567890123", at, price, want.Hash)
		}
	})
	const hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" // of nothing
	p := c.shared(to(creditor), payment.Transfer{
		Amount: euro.MustParse("16.00"), Creditor: creditor, Stamp: &payment.Stamp{Hash: hash, Province: "LI"}, Category: "9/0701100AP/",
	})
	a, err := c.sandbox.Activate(t.Context(), p.Key, price)
	require.NoError(t, err)
	fail = errors.New("sold out")
	require.ErrorIs(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true}), fail)
	fail = nil
	require.NoError(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true}))
	require.NoError(t, c.sandbox.Flush(t.Context()))
	verifier, err := stamp.New(ca.Pool(), stamp.Config{Now: func() time.Time { return now }})
	require.NoError(t, err)
	sold := c.receipts(p.Key)[0].Transfers[1]
	require.NoError(t, verifier.CheckStamp(t.Context(), sold, &payment.Stamp{Hash: hash, Province: "LI"}))

	none := newTown(t)
	p = none.shared(to(creditor), payment.Transfer{
		Amount: euro.MustParse("16.00"), Creditor: creditor, Stamp: &payment.Stamp{Hash: hash, Province: "LI"}, Category: "9/0701100AP/",
	})
	_, err = none.sandbox.Activate(t.Context(), p.Key, price)
	require.ErrorContains(t, err, "PPT_SEMANTICA")
}
