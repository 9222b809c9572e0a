package causale_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/causale"
)

func TestNothingPersonalIsLogged(t *testing.T) {
	const name = "Fiammetta Inventata"
	detail, err := causale.NewDetail(name)
	require.NoError(t, err)
	remittance, err := causale.ParseRemittance("/RFB/" + v17 + "/1.00/TXT/" + name)
	require.NoError(t, err)
	reading, err := causale.Read("prot. 345/2024 " + name)
	require.NoError(t, err)
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	log.Info("x", "detail", detail, "remittance", remittance, "reading", reading, "read", &reading,
		"parts", causale.Parts{Payer: name, Subject: name})
	require.NotContains(t, out.String(), "Inventata")
	require.Contains(t, out.String(), v17)
}
