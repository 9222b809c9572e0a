package payment_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
)

// mock is in the reference, but as the word of a public test's mock.
const mock = "PAA_ERRORE_MOCK"

func TestFaultsHoldEveryCodeOfTheReference(t *testing.T) {
	page, err := os.ReadFile(officialtest.Path(t, "../reference/pagopa.md"))
	require.NoError(t, err)
	codes := regexp.MustCompile(`\bP(AA|PT)_[A-Z]+(_[A-Z]+)*\b`).FindAllString(string(page), -1)
	require.Greater(t, len(codes), 100)
	for _, code := range codes {
		f, known := payment.FaultOf(code)
		require.Equal(t, code != mock, known, code)
		require.Equal(t, code, f.Code)
	}
	for _, f := range payment.Faults() {
		require.Contains(t, codes, f.Code, "the catalogue has no code of its own")
	}
}

func TestFaults(t *testing.T) {
	var (
		actors  = []payment.Actor{payment.ActorNobody, payment.ActorPayer, payment.ActorPSP, payment.ActorCreditor, payment.ActorBroker, payment.ActorPagoPA}
		retries = []payment.Retry{payment.RetryNever, payment.RetryAtOnce, payment.RetryLater, payment.RetryMended}
	)
	all := payment.Faults()
	require.Equal(t, 64, len(all)) //nolint:testifylint // Len would print them all
	require.True(t, slices.IsSortedFunc(all, func(a, b payment.Fault) int { return strings.Compare(a.Code, b.Code) }))
	for _, code := range []string{"PAA_NEW", "PPT_NEW", ""} {
		f, known := payment.FaultOf(code)
		require.False(t, known)
		all = append(all, f)
	}
	for _, f := range all {
		require.Contains(t, actors, f.Who, f.Code)
		require.Contains(t, retries, f.Retry, f.Code)
		if f.Retry == payment.RetryMended {
			require.NotEqual(t, payment.ActorNobody, f.Who, "%s: somebody must mend it", f.Code)
		}
		require.NotEmpty(t, f.Who.Text().It)
		sentences(t, f.Code, f.Text)
		sentences(t, f.Code, f.Desk)
		requireModest(t, f.Text)
	}
}

// sentences holds that a text is there in both languages, is made of whole sentences and
// names nobody.
func sentences(t *testing.T, what string, text pagonline.Text) {
	t.Helper()
	require.NotEqual(t, text.It, text.En, what)
	for _, s := range []string{text.It, text.En} {
		require.True(t, utf8.ValidString(s) && strings.HasSuffix(s, "."), "%s: %q", what, s)
		require.NotRegexp(t, `[{}@]|%!|  |\d{5}|Rossi|\.\.`, s, what)
	}
}

// requireModest holds that a text for the payer does not say more than can be known:
// that a notice was not paid.
func requireModest(t *testing.T, text pagonline.Text) {
	t.Helper()
	require.NotRegexp(t, `(?i)non (è|e'|risulta|è stato|fu) (stato )?pagat|non avete pagato|mancato pagamento`, text.It)
	require.NotRegexp(t, `(?i)\b(not|never|un)[ -]?(been )?paid\b`, text.En)
}

func TestFaultsWhoActs(t *testing.T) {
	for _, tc := range []struct {
		code  string
		who   payment.Actor
		retry payment.Retry
	}{
		{"PAA_PAGAMENTO_DUPLICATO", payment.ActorNobody, payment.RetryNever},
		{"PPT_PAGAMENTO_DUPLICATO", payment.ActorNobody, payment.RetryNever},
		{"PAA_PAGAMENTO_IN_CORSO", payment.ActorNobody, payment.RetryLater},
		{"PPT_PAGAMENTO_IN_CORSO", payment.ActorNobody, payment.RetryLater},
		{"PAA_PAGAMENTO_SCONOSCIUTO", payment.ActorPayer, payment.RetryMended},
		{"PAA_PAGAMENTO_SCADUTO", payment.ActorCreditor, payment.RetryMended},
		{"PPT_STAZIONE_INT_PA_TIMEOUT", payment.ActorBroker, payment.RetryLater},
		{"PPT_STAZIONE_INT_PA_SERVIZIO_NONATTIVO", payment.ActorBroker, payment.RetryLater},
		{"PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO", payment.ActorBroker, payment.RetryLater},
		{"PPT_TOKEN_SCADUTO", payment.ActorPSP, payment.RetryNever},
		{"PPT_TOKEN_SCADUTO_KO", payment.ActorPSP, payment.RetryAtOnce},
		{"PPT_SYSTEM_ERROR", payment.ActorPagoPA, payment.RetryLater},
		{"PAA_OF_TOMORROW", payment.ActorBroker, payment.RetryMended},
		{"PPT_OF_TOMORROW", payment.ActorPagoPA, payment.RetryLater},
	} {
		f, _ := payment.FaultOf(tc.code)
		require.Equal(t, tc.who, f.Who, tc.code)
		require.Equal(t, tc.retry, f.Retry, tc.code)
	}
}
