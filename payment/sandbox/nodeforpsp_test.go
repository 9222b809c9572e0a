package sandbox_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/sandbox"
)

func TestSOAPPayment(t *testing.T) {
	b := newBank(t, sandbox.Config{})
	for _, v := range []struct{ activate, outcome wire.PSPOperation }{{wire.PSPActivate, wire.PSPOutcome}, {wire.PSPActivateV1, wire.PSPOutcomeV1}} {
		k := b.open()
		due := b.call(b.request(wire.PSPVerify, k))
		require.Equal(t, []wire.PSPOption{{Amount: euro.MustParse("12.50"), Options: "EQ", DueDate: pagonline.DateOf(b.now).AddDays(30)}}, due.Options)
		require.Equal(t, []string{bankCreditor, "Ente creditore di prova", "Archivio di Stato di Livorno"}, []string{due.FiscalCode, due.Company, due.Office})
		r := b.request(v.activate, k)
		r.Note = "note"
		got := b.call(r)
		require.Len(t, got.Token, 32)
		require.Equal(t, "12.50", got.Amount.String())
		require.Equal(t, k.Number.IUV().String(), got.IUV)
		require.Len(t, got.Transfers, 1)
		require.Equal(t, v.activate == wire.PSPActivate, got.Transfers[0].Category != "", "V1 does not tell it")
		end := b.outcome(true, got.Token)
		end.Operation = v.outcome
		require.Equal(t, "OK", b.fault(end))
		rts := b.receipts(k)
		require.Len(t, rts, 1)
		rt := rts[0]
		require.Equal(t, []string{got.Token, "cash", "note", "2026-11-24", "atm"}, []string{rt.ReceiptID, rt.Method, rt.Note, rt.TransferOn.String(), rt.PSP.ChannelDescription})
		require.Nil(t, rt.Payer)
		require.Equal(t, "PPT_PAGAMENTO_DUPLICATO", b.fault(b.request(wire.PSPVerify, k)))
	}
}

func TestWhoCallsTheNode(t *testing.T) {
	b := newBank(t, sandbox.Config{PSPs: []sandbox.PSP{
		{ID: "PSP1", Broker: "BROKER1", Channel: "CHANNEL1", Password: "password1"},
		{ID: "PSP2", Broker: "BROKER2", Channel: "CHANNEL2", Password: "password2", Company: "Altra banca di prova"},
	}})
	k := b.open()
	for _, c := range []struct{ psp, broker, channel, password, want string }{
		{"PSP1", "BROKER1", "CHANNEL1", "password1", "OK"},
		{"PSP2", "BROKER2", "CHANNEL2", "password2", "OK"},
		{"PSP3", "BROKER3", "CHANNEL1", "password1", "PPT_PSP_SCONOSCIUTO"},
		{"PSP1", "BROKER3", "CHANNEL3", "password1", "PPT_INTERMEDIARIO_PSP_SCONOSCIUTO"},
		{"PSP1", "BROKER1", "CHANNEL3", "password1", "PPT_CANALE_SCONOSCIUTO"},
		{"PSP1", "BROKER2", "CHANNEL2", "password2", "PPT_AUTORIZZAZIONE Configurazione intermediario-canale non corretta"},
		{"PSP1", "BROKER1", "CHANNEL2", "password1", "PPT_AUTORIZZAZIONE Configurazione intermediario-canale non corretta"},
		{"PSP1", "BROKER1", "CHANNEL1", "password2", "PPT_AUTENTICAZIONE"},
	} {
		b.head = wire.PSPRequest{PSP: c.psp, Broker: c.broker, Channel: c.channel, Password: c.password}
		require.Equal(t, c.want, b.fault(b.request(wire.PSPVerify, k)), c)
		if c.want != "OK" {
			require.Equal(t, c.want, b.fault(b.request(wire.PSPActivate, k)), c)
			require.Equal(t, c.want, b.fault(b.outcome(true, "token")), c)
		}
	}
	b.head = wire.PSPRequest{PSP: "PSP1", Broker: "BROKER1", Channel: "CHANNEL1", Password: "password1"}
	token := b.activate(k)
	b.head = wire.PSPRequest{PSP: "PSP2", Broker: "BROKER2", Channel: "CHANNEL2", Password: "password2"}
	require.Equal(t, "PPT_TOKEN_SCONOSCIUTO", b.fault(b.outcome(true, token)), "a token is its PSP's")
	k = b.open()
	require.Equal(t, "OK", b.fault(b.outcome(true, b.activate(k))))
	require.Equal(t, payment.PSPInfo{
		ID: "PSP2", FiscalCode: "BROKER2", Company: "Altra banca di prova", Channel: "CHANNEL2", ChannelDescription: "atm",
	}, b.receipts(k)[0].PSP)
}

// TestIdempotencyKeys is the node's table: known key and same request, known key and
// another, a new one, one that has expired.
func TestIdempotencyKeys(t *testing.T) {
	b := newBank(t, sandbox.Config{})
	k := b.open()
	r := b.request(wire.PSPActivate, k)
	r.IdempotencyKey = bankKey
	first := b.call(r)
	require.Nil(t, first.Fault)
	require.Equal(t, first, b.call(r), "the same answer, the same token")
	spaced := strings.ReplaceAll(string(r.Append(nil)), "<qrCode>", "\n <!-- the same --> <qrCode>")
	require.Equal(t, first, b.posted(r.Operation, spaced), "written in another way")
	other := r
	other.Amount = euro.MustParse("0.01")
	require.Equal(t, "PPT_ERRORE_IDEMPOTENZA", b.fault(other))
	other = b.request(wire.PSPActivate, b.open())
	other.IdempotencyKey = bankKey
	require.Equal(t, "PPT_ERRORE_IDEMPOTENZA", b.fault(other))
	fresh := r
	fresh.IdempotencyKey = "00000000000_9876543210"
	require.Equal(t, "PPT_PAGAMENTO_IN_CORSO", b.fault(fresh))
	require.Equal(t, "PPT_PAGAMENTO_IN_CORSO", b.fault(fresh), "a refused activation leaves its key free")
	v1 := r
	v1.Operation = wire.PSPActivateV1
	require.Equal(t, "PPT_PAGAMENTO_IN_CORSO", b.fault(v1), "each operation has its own keys")

	b.advance(30 * time.Minute)
	second := b.call(r)
	require.NotEqual(t, first.Token, second.Token, "the key goes with its token")

	end := b.outcome(false, second.Token)
	end.IdempotencyKey = bankKey
	require.Equal(t, "OK", b.fault(end))
	require.Equal(t, "OK", b.fault(end), "the same answer")
	changed := end
	changed.Tokens = []string{first.Token}
	require.Equal(t, "PPT_ERRORE_IDEMPOTENZA", b.fault(changed))
	third := b.call(r)
	require.NotEqual(t, second.Token, third.Token, "the outcome has dropped the activation's key")

	end = b.outcome(true, third.Token)
	end.IdempotencyKey = "00000000000_0000000001"
	require.Equal(t, "OK", b.fault(end))
	require.Equal(t, "OK", b.fault(end))
	changed = end
	details := *end.Details
	details.Method = "bancomat"
	changed.Details = &details
	require.Equal(t, "PPT_ERRORE_IDEMPOTENZA", b.fault(changed))
	require.Len(t, b.receipts(k), 1)
	b.advance(48 * time.Hour)
	require.Equal(t, "PPT_ESITO_GIA_ACQUISITO Esito concorde", b.fault(end), "the key has expired")
}

// TestOutcomes is the table of what an outcome is answered.
func TestOutcomes(t *testing.T) {
	b := newBank(t, sandbox.Config{})
	one, two := b.activate(b.open()), b.activate(b.open())
	require.Equal(t, "PPT_TOKEN_SCONOSCIUTO", b.fault(b.outcome(true, strings.Repeat("0", 32))))
	require.Equal(t, "PPT_TOKEN_SCONOSCIUTO", b.fault(b.outcome(true, one, "other")))
	require.Equal(t, "PPT_SINTASSI_EXTRAXSD paymentToken", b.fault(b.outcome(true, one, one)))
	bare := b.outcome(true, one)
	bare.Details = nil
	require.Equal(t, "PPT_SINTASSI_EXTRAXSD details", b.fault(bare))
	require.Equal(t, "OK", b.fault(b.outcome(true, one, two)))
	require.Equal(t, "PPT_ESITO_GIA_ACQUISITO Esito concorde", b.fault(b.outcome(true, one, two)))
	require.Equal(t, "PPT_ESITO_GIA_ACQUISITO Esito discorde", b.fault(b.outcome(false, one)))

	k := b.open()
	failed := b.activate(k)
	require.Equal(t, "OK", b.fault(b.outcome(false, failed)))
	require.Equal(t, "PPT_ESITO_GIA_ACQUISITO Esito concorde", b.fault(b.outcome(false, failed)))
	require.Equal(t, "PPT_ESITO_GIA_ACQUISITO Esito discorde", b.fault(b.outcome(true, failed)))
	require.Empty(t, b.receipts(k))

	late := b.activate(k)
	b.advance(30 * time.Minute)
	require.Equal(t, "PPT_TOKEN_SCADUTO_KO", b.fault(b.outcome(false, late)))
	require.Equal(t, "PPT_TOKEN_SCADUTO", b.fault(b.outcome(true, late)))
	require.Len(t, b.receipts(k), 1)

	k = b.open()
	late = b.activate(k)
	b.advance(30 * time.Minute)
	next := b.activate(k)
	require.Equal(t, "PPT_PAGAMENTO_DUPLICATO", b.fault(b.outcome(true, late)))
	require.Equal(t, "OK", b.fault(b.outcome(false, next)))
	require.Equal(t, "PPT_TOKEN_SCADUTO", b.fault(b.outcome(true, late)), "no rival any more")
	require.Equal(t, late, b.receipts(k)[0].ReceiptID)

	k = b.open()
	atCheckout := b.request(wire.PSPActivate, k)
	atCheckout.TouchPoint = "CHECKOUT"
	token := b.call(atCheckout).Token
	b.advance(30 * time.Minute)
	require.Equal(t, "PPT_TOKEN_SCADUTO", b.fault(b.outcome(true, token)))
	require.Empty(t, b.receipts(k), "there the money goes back")
}

func TestActivations(t *testing.T) {
	b := newBank(t, sandbox.Config{TokenLife: 10 * time.Minute})
	k := b.open()
	r := b.request(wire.PSPActivate, k)
	life := func(ms int64) wire.PSPRequest {
		r.Life = &ms
		return r
	}
	require.Equal(t, "PPT_AUTORIZZAZIONE expirationTime deve essere <= 600000", b.fault(life(600_001)))
	require.Equal(t, "PPT_SINTASSI_EXTRAXSD expirationTime", b.fault(life(1_800_001)))
	require.Equal(t, "PPT_SINTASSI_EXTRAXSD expirationTime", b.fault(life(0)))
	require.Equal(t, "PPT_SINTASSI_EXTRAXSD expirationTime", b.fault(life(-1)))
	require.Equal(t, "OK", b.fault(life(1000)))
	require.Equal(t, "PPT_PAGAMENTO_IN_CORSO", b.fault(life(1000)))
	require.Equal(t, "PPT_PAGAMENTO_IN_CORSO", b.fault(b.request(wire.PSPVerify, k)))
	b.advance(time.Second)
	require.Equal(t, "OK", b.fault(life(600_000)))

	elsewhere, never := k, b.open()
	elsewhere.Creditor = "00000000000"
	require.Equal(t, "PPT_DOMINIO_SCONOSCIUTO", b.fault(b.request(wire.PSPActivate, elsewhere)))
	require.NoError(t, b.cashier.Withdraw(t.Context(), never))
	require.Equal(t, "PPT_ERRORE_EMESSO_DA_PAA PAA_PAGAMENTO_ANNULLATO", b.fault(b.request(wire.PSPActivate, never)))
	fault := b.call(b.request(wire.PSPVerify, never)).Fault
	require.Equal(t, wire.PSPFault{
		Code: "PPT_ERRORE_EMESSO_DA_PAA", String: "Errore restituito dall'Ente Creditore", ID: bankCreditor,
		OriginalCode: "PAA_PAGAMENTO_ANNULLATO", OriginalString: "Pagamento in attesa risulta annullato all'Ente Creditore",
	}, *fault)
}

// TestPostalSlip: to be paid at a post office, a notice needs a postal account, and that is
// what the station names then.
func TestPostalSlip(t *testing.T) {
	b := newBank(t, sandbox.Config{})
	const postal = "IT11W0760113900000012345678"
	r := b.request(wire.PSPActivate, b.open(payment.Transfer{
		Amount: euro.MustParse("12.50"), Creditor: bankCreditor, IBAN: "IT60X0542811101000000123456", PostalIBAN: postal, Category: "9/0701100AP/",
	}))
	r.Method = "BP"
	require.Equal(t, postal, b.call(r).Transfers[0].IBAN)
}

// TestStandInForPSP: ACA answers the PSP, which is told so.
func TestStandInForPSP(t *testing.T) {
	b := newBank(t, sandbox.Config{})
	k := b.open()
	server := httptest.NewServer(b.sandbox)
	defer server.Close()
	aca, err := gpd.NewACA("key", gpd.Config{BaseURL: server.URL})
	require.NoError(t, err)
	p, err := b.store.Positions().Get(t.Context(), k)
	require.NoError(t, err)
	require.NoError(t, aca.Publish(t.Context(), p))
	require.False(t, b.call(b.request(wire.PSPVerify, k)).StandIn)
	require.NoError(t, b.sandbox.Script(sandbox.Rule{Fault: sandbox.StandIn}))
	require.True(t, b.call(b.request(wire.PSPVerify, k)).StandIn)
	got := b.call(b.request(wire.PSPActivate, k))
	require.True(t, got.StandIn)
	require.Equal(t, "OK", b.fault(b.outcome(true, got.Token)))
	require.True(t, b.receipts(k)[0].StandIn)
}

// TestStampsAreSold: a notice with a digital stamp needs the second version, and the
// stamp comes with the outcome.
func TestStampsAreSold(t *testing.T) {
	b := newBank(t, sandbox.Config{})
	stamp := &payment.Stamp{Hash: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Province: "LI"}
	k := b.open(
		payment.Transfer{Amount: euro.MustParse("12.50"), Creditor: bankCreditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/"},
		payment.Transfer{Amount: euro.MustParse("16.00"), Creditor: bankCreditor, Stamp: stamp, Category: "9/1201105IM/"},
	)
	require.Equal(t, "PPT_SEMANTICA", b.fault(b.request(wire.PSPActivateV1, k)))
	got := b.call(b.request(wire.PSPActivate, k))
	require.Equal(t, stamp, got.Transfers[1].Request)
	end := b.outcome(true, got.Token)
	require.Equal(t, "PPT_SEMANTICA marcheDaBollo", b.fault(end), "none sold")
	end.Details.Stamps = []wire.PSPStamp{{Token: got.Token, Transfer: 1, Stamp: []byte("<marcaDaBollo/>")}}
	require.Equal(t, "PPT_SEMANTICA marcheDaBollo", b.fault(end), "another transfer's")
	end.Details.Stamps = []wire.PSPStamp{{Token: got.Token, Transfer: 2, Stamp: []byte("<marcaDaBollo/>")}, {Token: "t", Transfer: 2, Stamp: []byte("x")}}
	require.Equal(t, "PPT_SEMANTICA marcheDaBollo", b.fault(end), "another token's")
	end.Details.Stamps = end.Details.Stamps[:1]
	require.Equal(t, "OK", b.fault(end))
	require.Equal(t, "<marcaDaBollo/>", string(b.receipts(k)[0].Transfers[1].Stamp))
}
