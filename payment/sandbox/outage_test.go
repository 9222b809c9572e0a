package sandbox_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/sandbox"
)

// TestStationDown: for an hour of the sandbox's clock nothing reaches the station.
func TestStationDown(t *testing.T) {
	c := newTown(t)
	p, other := c.open(price), c.open(price)
	c.pay(p.Key)
	c.script(`{"fault":"station_down"}`)
	require.Error(t, c.sandbox.Flush(t.Context()))
	_, err := c.sandbox.Verify(t.Context(), other.Key)
	require.ErrorContains(t, err, "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE")
	require.Empty(t, c.receipts(p.Key))
	c.advance("1h")
	require.Len(t, c.receipts(p.Key), 1)
	_, err = c.sandbox.Verify(t.Context(), other.Key)
	require.NoError(t, err)

	c.script(named(sandbox.StationDown, other.Key))
	_, err = c.sandbox.Verify(t.Context(), other.Key)
	require.Error(t, err)
	_, err = c.sandbox.Verify(t.Context(), c.open(price).Key)
	require.NoError(t, err, "it is down for one notice")
	status, _ := c.send(http.MethodDelete, "/faults", "")
	require.Equal(t, http.StatusNoContent, status)
	_, err = c.sandbox.Verify(t.Context(), other.Key)
	require.NoError(t, err)
}

// TestStandIn: ACA answers, and the receipt says so.
func TestStandIn(t *testing.T) {
	c := newTown(t)
	aca, err := gpd.NewACA("key", gpd.Config{BaseURL: c.base + "/sandbox"})
	require.NoError(t, err)
	p, absent := c.open(price), c.open(price)
	require.NoError(t, aca.Publish(t.Context(), p))
	c.script(`{"fault":"stand_in"}`)
	due, err := c.sandbox.Verify(t.Context(), p.Key)
	require.NoError(t, err)
	require.Equal(t, price, due.Amount)
	c.pay(p.Key)
	_, err = c.sandbox.Verify(t.Context(), absent.Key)
	require.ErrorContains(t, err, "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE", "ACA does not have it")
	require.Empty(t, c.calls(), "the station was not asked")
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.True(t, c.receipts(p.Key)[0].StandIn)
	require.Equal(t, payment.Paid, c.status(p.Key))

	require.NoError(t, c.sandbox.Probe(t.Context(), creditor))
	_, err = c.sandbox.Verify(t.Context(), absent.Key)
	require.NoError(t, err, "the probe has ended it")
	c.script(`{"fault":"stand_in"}`)
	_, err = c.sandbox.Verify(t.Context(), absent.Key)
	require.Error(t, err)
	c.advance("1h")
	_, err = c.sandbox.Verify(t.Context(), absent.Key)
	require.NoError(t, err, "its hour is over")
}

func TestProbe(t *testing.T) {
	c := newTown(t)
	require.NoError(t, c.sandbox.Probe(t.Context(), creditor))
	require.Equal(t, []string{"paVerifyPaymentNotice KO PAA_PAGAMENTO_SCONOSCIUTO"}, c.calls())
	require.ErrorContains(t, c.sandbox.Probe(t.Context(), "00000000000"), "PPT_DOMINIO_SCONOSCIUTO")
	c.down = true
	require.ErrorContains(t, c.sandbox.Probe(t.Context(), creditor), "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE")
	c.down = false
	for garble, want := range map[string]string{
		`<outcome>OK</outcome>`: "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE",
		`<outcome>KO</outcome><fault><faultCode>PAA_SYSTEM_ERROR</faultCode><faultString>s</faultString><id>99999000013</id></fault>`: "PAA_SYSTEM_ERROR",
	} {
		c.garble = envelope("paVerifyPaymentNoticeRes", garble)
		require.ErrorContains(t, c.sandbox.Probe(t.Context(), creditor), want)
	}
}
