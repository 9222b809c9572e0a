package receipt_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func made(t *testing.T, edit func(*payment.RT)) receipt.Receipt {
	t.Helper()
	p := storetest.Position(1)
	rt := storetest.Receipt(p, "c110729d258c4ab1b765fe902aae41d6")
	if edit != nil {
		edit(&rt)
	}
	r, err := receipt.New(rt, p, "")
	require.NoError(t, err)
	return r
}

func TestGolden(t *testing.T) {
	r := made(t, nil)
	b, err := json.MarshalIndent(r, "", "  ")
	require.NoError(t, err)
	golden(t, "receipt.json", string(b)+"\n")
	golden(t, "receipt.it.txt", r.Text("it"))
	golden(t, "receipt.en.txt", r.Text("en"))

	second := made(t, func(rt *payment.RT) {
		rt.Second, rt.Difference, rt.Fee, rt.Payer, rt.Method = true, euro.Delta{}, nil, nil, ""
		rt.AppliedOn, rt.TransferOn, rt.PSP.FiscalCode = pagonline.Date{}, pagonline.Date{}, "00000000000"
	})
	golden(t, "second.it.txt", second.Text("it"))
	require.Equal(t, second.Amount.String(), second.Total().String())
}

func TestJSONRoundTrip(t *testing.T) {
	r := made(t, nil)
	b, err := json.Marshal(r)
	require.NoError(t, err)
	var back receipt.Receipt
	require.NoError(t, json.Unmarshal(b, &back))
	require.True(t, r.PaidAt.Equal(back.PaidAt))
	back.PaidAt = r.PaidAt
	require.Equal(t, r, back)
	require.Contains(t, string(b), `"paidAt":"2026-11-23T11:00:40.123+01:00"`, "the offset of Rome")
	require.Contains(t, string(b), `"amount":"12.50"`)
}

func TestProductionIsNoFacsimile(t *testing.T) {
	p := storetest.Position(1)
	for env, want := range map[payment.Environment]bool{"": true, payment.Sandbox: true, payment.UAT: true, payment.Production: false} {
		r, err := receipt.New(storetest.Receipt(p, "iur"), p, env)
		require.NoError(t, err)
		if want {
			require.Contains(t, r.Text("en"), "FAC-SIMILE – NON PAGABILE")
		} else {
			require.NotContains(t, r.Text("en"), "FAC-SIMILE")
		}
	}
}

func TestNewRefuses(t *testing.T) {
	p := storetest.Position(1)
	_, err := receipt.New(storetest.Receipt(storetest.Position(2), "iur"), p, "")
	require.ErrorIs(t, err, receipt.ErrOther)
	copied := storetest.Receipt(p, "iur")
	copied.Creditor = "01234567890"
	_, err = receipt.New(copied, p, "")
	require.ErrorIs(t, err, receipt.ErrOther)
	failed := storetest.Receipt(p, "iur")
	failed.OK = false
	_, err = receipt.New(failed, p, "")
	require.Equal(t, pagonline.CodeNotPaid, pagonline.CodeOf(err))
	bare := storetest.Receipt(p, "iur")
	bare.PaidAt = time.Time{}
	r, err := receipt.New(bare, p, "")
	require.NoError(t, err)
	require.True(t, r.PaidAt.Equal(bare.ReceivedAt), "without an instant of its own, when it came")
}

func TestLoad(t *testing.T) {
	st, p := &memory.Store{}, storetest.Position(1)
	cashier := payment.NewCashier(st, payment.Config{})
	require.NoError(t, st.Positions().Insert(t.Context(), p))
	_, err := receipt.Load(t.Context(), st, "owner", p.Key, "")
	require.Equal(t, pagonline.CodeReceiptNotReady, pagonline.CodeOf(err))
	require.ErrorIs(t, err, pagonline.ErrUnavailable, "one may ask again")
	for _, owner := range []string{"", "other"} {
		_, err = receipt.Load(t.Context(), st, owner, p.Key, "")
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err), "existence is not told")
	}
	_, err = receipt.Load(t.Context(), st, "owner", storetest.Position(2).Key, "")
	require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))

	_, err = cashier.Record(t.Context(), storetest.Receipt(p, "iur"))
	require.NoError(t, err)
	r, err := receipt.Load(t.Context(), st, "owner", p.Key, "")
	require.NoError(t, err)
	require.Equal(t, "iur", r.IUR)
	require.Equal(t, "14.00", r.Total().String())
}

// TestPartyLogged: a log learns nobody's name.
func TestPartyLogged(t *testing.T) {
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "party", receipt.Party{Name: "Mario Rossi", FiscalCode: "RSSMRA80A01F205X"})
	require.Contains(t, b.String(), "party=true")
	require.NotContains(t, b.String(), "R")
}
