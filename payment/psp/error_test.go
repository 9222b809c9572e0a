package psp_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/psp"
)

// TestReasons: what the node says, and what a program makes of it.
func TestReasons(t *testing.T) {
	for _, c := range []struct {
		code, pa string
		want     error
	}{
		{"PPT_PAGAMENTO_DUPLICATO", "", payment.ErrPaid},
		{"PPT_PAGAMENTO_IN_CORSO", "", payment.ErrInCharge},
		{"PPT_ATTIVAZIONE_IN_CORSO", "", payment.ErrInCharge},
		{"PPT_DOMINIO_SCONOSCIUTO", "", payment.ErrUnknown},
		{"PPT_STAZIONE_INT_PA_SCONOSCIUTA", "", payment.ErrUnknown},
		{"PPT_INTERMEDIARIO_PA_SCONOSCIUTO", "", payment.ErrUnknown},
		{"PPT_PAGAMENTO_SCONOSCIUTO", "", payment.ErrUnknown},
		{"PPT_ERRORE_EMESSO_DA_PAA", "PAA_PAGAMENTO_SCONOSCIUTO", payment.ErrUnknown},
		{"PPT_ERRORE_EMESSO_DA_PAA", "PAA_PAGAMENTO_DUPLICATO", payment.ErrPaid},
		{"PPT_ERRORE_EMESSO_DA_PAA", "PAA_PAGAMENTO_IN_CORSO", payment.ErrInCharge},
		{"PPT_ERRORE_EMESSO_DA_PAA", "PAA_PAGAMENTO_SCADUTO", payment.ErrExpired},
		{"PPT_ERRORE_EMESSO_DA_PAA", "PAA_PAGAMENTO_ANNULLATO", payment.ErrCancelled},
		{"PPT_ERRORE_EMESSO_DA_PAA", "PAA_SYSTEM_ERROR", pagonline.ErrUnavailable},
		{"PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE", "", pagonline.ErrUnavailable},
		{"PPT_STAZIONE_INT_PA_TIMEOUT", "", pagonline.ErrUnavailable},
		{"PPT_STAZIONE_INT_PA_SERVIZIO_NONATTIVO", "", pagonline.ErrUnavailable},
		{"PPT_SYSTEM_ERROR", "", pagonline.ErrUnavailable},
		{"PPT_AUTENTICAZIONE", "", pagonline.ErrInternal},
		{"PPT_SINTASSI_EXTRAXSD", "", pagonline.ErrInternal},
	} {
		for _, extended := range []bool{true, false} {
			f := wire.PSPFault{Code: c.code, String: "s", ID: "id"}
			if extended {
				f.OriginalCode = c.pa
			} else {
				f.Description = "Errore della PA: " + c.pa + " (Mario Rossi)"
			}
			n := newNode(t, psp.Config{}, refused(wire.PSPVerify, f))
			_, err := n.Verify(t.Context(), key)
			var e *psp.Error
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, c.want, c.code+c.pa)
			require.Equal(t, []string{c.code, c.pa}, []string{e.Code, e.PA})
			code := c.code
			if c.pa != "" {
				code = c.pa
			}
			fault, known := payment.FaultOf(code)
			require.True(t, known, code)
			require.Equal(t, fault, e.Fault)
			require.Equal(t, fault.Text, pagonline.AsError(err).Text, "what the payer is told")
			require.Empty(t, e.Advice)
			require.NotContains(t, fmt.Sprint(err), "Rossi")
			require.NotContains(t, n.log.String(), "Rossi")
		}
	}
}

// TestAdvice is the table of the best practice: what becomes of money that was taken.
func TestAdvice(t *testing.T) {
	for _, c := range []struct {
		touchPoint, code, description string
		want                          psp.Advice
	}{
		{"", "PPT_TOKEN_SCADUTO", "", psp.AdviceKeep},
		{"TS", "PPT_TOKEN_SCADUTO", "", psp.AdviceKeep},
		{"CHECKOUT", "PPT_TOKEN_SCADUTO", "", psp.AdviceRefund},
		{"IO", "PPT_TOKEN_SCADUTO", "", psp.AdviceRefund},
		{"WISP", "PPT_TOKEN_SCADUTO", "", psp.AdviceRefund},
		{"", "PPT_PAGAMENTO_DUPLICATO", "", psp.AdviceRefund},
		{"", "PPT_ESITO_GIA_ACQUISITO", "Esito concorde con il precedente", psp.AdviceKeep},
		{"", "PPT_ESITO_GIA_ACQUISITO", "Esito discorde: {}", psp.AdviceCheck},
		{"", "PPT_ESITO_GIA_ACQUISITO", "", psp.AdviceCheck},
		{"", "PPT_TOKEN_SCONOSCIUTO", "", psp.AdviceCheck},
		{"", "PPT_SEMANTICA", "", psp.AdviceCheck},
	} {
		n := newNode(t, psp.Config{TouchPoint: c.touchPoint}, refused(wire.PSPOutcome, wire.PSPFault{Code: c.code, Description: c.description}))
		var e *psp.Error
		require.ErrorAs(t, n.Settle(t.Context(), "token", paid), &e)
		require.Equal(t, c.want, e.Advice, c)
		require.NotEmpty(t, e.Advice.Text().It)
		require.NotEmpty(t, e.Advice.Text().En)
	}
	n := newNode(t, psp.Config{}, refused(wire.PSPOutcome, wire.PSPFault{Code: "PPT_TOKEN_SCADUTO_KO"}))
	var e *psp.Error
	require.ErrorAs(t, n.Settle(t.Context(), "token", payment.Outcome{}), &e)
	require.Empty(t, e.Advice)
	require.Equal(t, pagonline.Text{}, e.Advice.Text())
}

// TestHostileFault: what a fault says in place of a code goes nowhere.
func TestHostileFault(t *testing.T) {
	for _, code := range []string{"", "Mario Rossi", "PPT_<script>", strings.Repeat("è", 100), "\n"} {
		n := newNode(t, psp.Config{}, refused(wire.PSPVerify, wire.PSPFault{Code: code, Description: strings.Repeat("Mario Rossi ", 1000)}))
		_, err := n.Verify(t.Context(), key)
		var e *psp.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "PPT_?", e.Code)
		require.LessOrEqual(t, len(e.Detail), 1024)
		require.NotContains(t, err.Error()+n.log.String(), "Rossi")
	}
	n := newNode(t, psp.Config{}, refused(wire.PSPVerify, wire.PSPFault{Code: "PPT_ERRORE_EMESSO_DA_PAA", Description: strings.Repeat("PAA_", 1<<13)}))
	_, err := n.Verify(t.Context(), key)
	require.Less(t, len(err.Error()), 150)
}

// TestLog: neither password nor payer are logged.
func TestLog(t *testing.T) {
	n := newNode(t, psp.Config{}, refused(wire.PSPOutcome, wire.PSPFault{Code: "PPT_SEMANTICA", Description: "Mario Rossi"}))
	payer := payment.Subject{Kind: payment.Natural, Code: "RSSMRA80A01H501U", Name: "Mario Rossi"}
	err := n.Settle(t.Context(), "token", payment.Outcome{Paid: true, Payer: &payer})
	slog.New(slog.NewTextHandler(&n.log, nil)).Info("x", "who", identity, "error", err, "unwrapped", errors.Unwrap(err))
	require.Contains(t, n.log.String(), "PPT_SEMANTICA")
	for _, canary := range []string{"Rossi", "RSSMRA", "password"} {
		require.NotContains(t, n.log.String(), canary)
	}
}
