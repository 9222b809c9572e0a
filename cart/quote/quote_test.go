package quote_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

func TestJSON(t *testing.T) {
	q := storetest.Quote(345)
	q.AcceptedAt, q.PaidAt, q.Payments = q.IssuedAt.Add(time.Hour), q.IssuedAt.Add(2*time.Hour), 1
	q.Position = storetest.Position(1).Key
	b, err := json.Marshal(q)
	require.NoError(t, err)
	require.JSONEq(t, `{
	"id": "quote-345",
	"institute": "AS-LI",
	"creditor": "99999000013",
	"service": "fotocopie",
	"protocol": "345/2024",
	"code": "CCCCCCC345",
	"amount": "12.50",
	"lines": [
		{
			"code": "a4-bn",
			"count": 25,
			"unit": "page",
			"amount": "12.50",
			"rule": {
				"it": "25 × 0,50",
				"en": "25 × 0.50"
			}
		}
	],
	"detail": "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024",
	"payer": "Mario Rossi",
	"addressee": "owner",
	"subject": "perché l’Archivio",
	"status": "issued",
	"issuedAt": "2026-11-23T10:00:45.123Z",
	"expiresOn": "2026-12-23",
	"acceptedAt": "2026-11-23T11:00:45.123Z",
	"position": {
		"creditor": "99999000013",
		"number": "301000000000000144"
	},
	"paidAt": "2026-11-23T12:00:45.123Z",
	"payments": 1
}`, string(b))
	var again quote.Quote
	require.NoError(t, json.Unmarshal(b, &again))
	require.Equal(t, q, again)
}

// TestLogNamesNobody: neither a quote, nor a request, nor an access tells the log who
// asked, for what, or how to open it.
func TestLogNamesNobody(t *testing.T) {
	q := storetest.Quote(345)
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	log.InfoContext(context.Background(), "x", slog.Any("quote", q), slog.Any("request", request()), slog.Any("code", q.Code),
		slog.Any("access", quote.Access{Institute: "AS-LI", Code: q.Code.String(), Owner: "owner"}))
	for _, secret := range []string{q.Code.String(), q.Payer, q.Subject, "owner", "12.50"} {
		require.NotContains(t, out.String(), secret)
	}
	require.Contains(t, out.String(), `"id":"quote-345","institute":"AS-LI","status":"issued"`)
}

func TestCheckAmount(t *testing.T) {
	q := storetest.Quote(345)
	require.NoError(t, q.CheckAmount(euro.MustParse("12.50")))
	err := q.CheckAmount(euro.MustParse("12.05"))
	fails(t, err, pagonline.CodeQuoteAmount, "amount")
	require.Equal(t, "L'importo deve essere quello del preventivo: 12,50.", pagonline.AsError(err).It)
}

func TestStatusTable(t *testing.T) {
	all := []quote.Status{quote.Issued, quote.Accepted, quote.Withdrawn, quote.Superseded, quote.Expired, quote.Paid}
	reached := map[quote.Status]bool{quote.Issued: true}
	for _, s := range all {
		for _, to := range s.Next() {
			require.Contains(t, all, to)
			reached[to] = true
		}
		if s != quote.Paid {
			require.Contains(t, s.Next(), quote.Paid, "the receipt wins")
		}
	}
	require.Len(t, reached, len(all))
	s := quote.Issued.Next()
	s[0] = "changed"
	require.Equal(t, quote.Accepted, quote.Issued.Next()[0])
}
