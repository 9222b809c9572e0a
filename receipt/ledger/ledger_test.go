package ledger_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
	"github.com/pagonline/pagonline/receipt/ledger"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Accounts of the State's treasury, as public pages show them: the fee of an archive, and
// stamp duty.
const (
	feeIBAN   = "IT50N0100003245232029258403" // 29/2584/03
	stampIBAN = "IT07Y0100003245348008120501" // 08/1205/01
)

// paidRT returns a receipt of the position n that was paid then, with one share of 10.00
// for the fee and one of 2.50 for stamp duty.
func paidRT(n uint64, id string, at time.Time) (payment.Position, payment.RT) {
	p := storetest.Position(n)
	rt := storetest.Receipt(p, id)
	rt.PaidAt, rt.Difference = at, euro.Delta{}
	rt.Transfers = []payment.Credit{
		{ID: 1, Amount: euro.MustParse("10.00"), Creditor: p.Creditor, IBAN: feeIBAN, Remittance: "x", Category: "9/0701100AP/"},
		{ID: 2, Amount: euro.MustParse("2.50"), Creditor: p.Creditor, IBAN: stampIBAN, Remittance: "y", Category: "9/0701100AP/"},
	}
	return p, rt
}

// books is a store with everything that a register can hold: a payment on each of two
// days around midnight in Rome, a second one, one for more than due, one that does not add
// up, one of which others get a part, one of a secondary creditor, one that failed.
func books(t *testing.T, st storetest.Store) {
	t.Helper()
	rome := pagonline.Rome()
	put := func(n uint64, id string, at time.Time, edit func(*payment.RT)) {
		p, rt := paidRT(n, id, at)
		if edit != nil {
			edit(&rt)
		}
		if err := st.Positions().Insert(t.Context(), p); !errors.Is(err, payment.ErrExists) {
			require.NoError(t, err)
		}
		require.NoError(t, st.RTs().Insert(t.Context(), rt))
	}
	put(1, "iur-before", time.Date(2026, 11, 22, 23, 59, 59, 0, rome), nil)
	put(2, "iur-first", time.Date(2026, 11, 23, 0, 0, 0, 0, rome), nil)
	put(2, "iur-second", time.Date(2026, 11, 23, 12, 0, 0, 0, rome), func(rt *payment.RT) { rt.Second = true })
	put(3, "=cmd|' /C calc'!A0", time.Date(2026, 11, 24, 9, 0, 0, 0, rome), func(rt *payment.RT) {
		rt.Payer = &payment.Subject{Kind: payment.Legal, Code: payment.Anonymous, Name: `+Ditta "Prova"; di esempio`}
		rt.Difference = rt.Amount.Minus(euro.MustParse("12.00"))
	})
	put(4, "iur-odd", time.Date(2026, 11, 24, 10, 0, 0, 0, rome), func(rt *payment.RT) { rt.Amount = euro.MustParse("13.00") })
	put(5, "iur-others", time.Date(2026, 11, 24, 11, 0, 0, 0, rome), func(rt *payment.RT) { rt.Transfers[1].Creditor = "01234567890" })
	put(6, "iur-theirs", time.Date(2026, 11, 24, 12, 0, 0, 0, rome), func(rt *payment.RT) {
		rt.Transfers[0].Creditor, rt.Transfers[1].Creditor = "01234567890", "01234567890"
	})
	put(7, "iur-failed", time.Date(2026, 11, 24, 13, 0, 0, 0, rome), func(rt *payment.RT) { rt.OK = false })
	put(8, "iur-late", time.Date(2026, 11, 25, 23, 59, 59, 999_000_000, rome), func(rt *payment.RT) {
		rt.PaidAt, rt.ReceivedAt = time.Time{}, rt.PaidAt
		rt.Transfers[0].IBAN, rt.Transfers[1].IBAN, rt.Transfers[0].Category = "", "", "0/2584/03"
	})
}

// refunds are those of the second payment, whole, and of a part of another.
func refunds(context.Context, receipt.Period) iter.Seq2[ledger.Refund, error] {
	day := pagonline.DateOf(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
	return func(yield func(ledger.Refund, error) bool) {
		_ = yield(ledger.Refund{On: day, Creditor: "99999000013", ReceiptID: "iur-second", Amount: euro.MustParse("12.50"), Reference: "ordinativo 12/2026"}, nil) &&
			yield(ledger.Refund{On: day.AddDays(1), Creditor: "99999000013", ReceiptID: "iur-odd", Amount: euro.MustParse("0.50"), Reference: "ordinativo 13/2026"}, nil)
	}
}

func period(t *testing.T, s string) receipt.Period {
	t.Helper()
	p, err := receipt.ParsePeriod(s)
	require.NoError(t, err)
	return p
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(file, got, 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), file)
}

func stores(t *testing.T) map[string]storetest.Store {
	t.Helper()
	st, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return map[string]storetest.Store{"memory": &memory.Store{}, "sqlite": st}
}

// TestRegister: the register of three days, in every format, the same from every store.
func TestRegister(t *testing.T) {
	for name, st := range stores(t) {
		books(t, st)
		for f, ending := range map[ledger.Format]string{ledger.CSV: "csv", ledger.Spreadsheet: "it.csv", ledger.JSONLines: "jsonl"} {
			rows := ledger.Register(t.Context(), st, period(t, "2026-11-23..2026-11-25"), ledger.Config{Refunds: refunds})
			var b, totals bytes.Buffer
			s, err := ledger.WriteRegister(&b, f, rows)
			require.NoError(t, err, name)
			require.NoError(t, ledger.WriteTotals(&totals, f, s))
			golden(t, "register."+ending, b.Bytes())
			golden(t, "totals."+ending, totals.Bytes())

			require.Equal(t, 7, s.Receipts, "the failed one and the day before are not in it")
			require.Equal(t, 2+2+2+2+1+1+2+2+1, s.Rows)
			require.Equal(t, "12.50", s.Seconds.String())
			require.Equal(t, "-13.00", s.Refunds.String())
			require.Equal(t, "60.00", s.Payments.String())
			require.Equal(t, "59.50", s.Net.String(), "the sums keep both")
			require.Equal(t, "15.00", s.Others.String())
			require.Equal(t, "0.50", s.Difference.String())
			require.Equal(t, []ledger.Mismatch{{Creditor: "99999000013", Receipt: "iur-odd", By: euro.MustParse("0.50").Minus(euro.Amount{})}}, s.Mismatches)
			require.Equal(t, 1, s.Mismatched)
			var net euro.Total
			for _, c := range s.Capitoli {
				net, err = net.AddTotal(c.Net)
				require.NoError(t, err)
			}
			require.Equal(t, s.Net, net, "the subtotals add up")
		}
	}
}

// TestArticle25: scenario 17, the five columns of art. 25 c. 3 (G.U. 11.03.1994,
// 094G0194).
func TestArticle25(t *testing.T) {
	st := &memory.Store{}
	p, rt := paidRT(1, "iur-1", time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	require.NoError(t, st.Positions().Insert(t.Context(), p))
	require.NoError(t, st.RTs().Insert(t.Context(), rt))
	cfg := ledger.Config{Treasury: func(context.Context, payment.RT, payment.Credit) (string, error) { return "quietanza 77", nil }}
	var b bytes.Buffer
	_, err := ledger.WriteRegister(&b, ledger.CSV, ledger.Register(t.Context(), st, receipt.Period{}, cfg))
	require.NoError(t, err)
	table, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	row := map[string]string{}
	for i, name := range table[0] {
		row[name] = table[1][i]
	}
	for column, want := range map[string]string{
		"form":     "pagoPA, CP, PSP di prova",                                 // (a) forma di pagamento
		"payer":    "Ditta di prova",                                           // (b) nome del versante
		"causale":  "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024, Mario Rossi", // (c) causale
		"amount":   "10.00",                                                    // (c) e importi
		"receipt":  "iur-1",                                                    // (d) numero della ricevuta
		"treasury": "quietanza 77",                                             // (d) e della quietanza di tesoreria
		"capitolo": "29/2584/03",                                               // (e) capitolo d'entrata
		"date":     "2026-11-23", "institute": "Archivio di Stato di Livorno", "iuv": rt.IUV,
	} {
		require.Equal(t, want, row[column], column)
	}
	require.Equal(t, "08/1205/01", table[2][slices.Index(table[0], "capitolo")], "stamp duty has its own")
}

func TestRegisterSelects(t *testing.T) {
	st := &memory.Store{}
	books(t, st)
	count := func(cfg ledger.Config, days string) int {
		n := 0
		for _, err := range ledger.Register(t.Context(), st, period(t, days), cfg) {
			require.NoError(t, err)
			n++
		}
		return n
	}
	require.Equal(t, 2+2+2+2+2+1+1+2, count(ledger.Config{}, ".."))
	require.Equal(t, 2, count(ledger.Config{}, "..2026-11-22"), "a second before midnight in Rome")
	require.Equal(t, 0, count(ledger.Config{Creditor: "01234567890"}, ".."))
	require.Equal(t, 14, count(ledger.Config{Creditor: "99999000013", Institute: "AS-LI"}, ".."))
	require.Equal(t, 0, count(ledger.Config{Institute: "AS-FI"}, ".."))
	for range ledger.Register(t.Context(), st, receipt.Period{}, ledger.Config{Refunds: refunds}) { //nolint:errcheck // left at once
		break
	}
}

// TestRegisterOfASecondaryCreditor: its receipt has no position here, and says itself
// what it is about.
func TestRegisterOfASecondaryCreditor(t *testing.T) {
	st := &memory.Store{}
	_, rt := paidRT(1, "iur", time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	rt.Creditor, rt.Transfers[1].Creditor = "01234567890", "01234567890"
	require.NoError(t, st.RTs().Insert(t.Context(), rt))
	var rows []ledger.Row
	for r, err := range ledger.Register(t.Context(), st, receipt.Period{}, ledger.Config{}) {
		require.NoError(t, err)
		rows = append(rows, r)
	}
	require.Len(t, rows, 1)
	require.Equal(t, "y", rows[0].Causale)
	require.Equal(t, "2.50", rows[0].Amount.String())
	require.Equal(t, "10.00", rows[0].Others.String())
	require.Equal(t, rt.Office, rows[0].Institute)
}

func TestRevenueOfTheCatalogue(t *testing.T) {
	st := &memory.Store{}
	p, rt := paidRT(1, "iur", time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	rt.Transfers[0].IBAN, rt.Transfers[1].IBAN = "", "IT60X0542811101000000123456"
	require.NoError(t, st.Positions().Insert(t.Context(), p))
	require.NoError(t, st.RTs().Insert(t.Context(), rt))
	cfg := ledger.Config{Revenue: func(bought payment.Purchase, _ payment.Credit) causale.Revenue {
		require.Equal(t, "AS-LI", bought.InstituteCode)
		r, _ := causale.ParseRevenue("29/2584/04")
		return r
	}}
	for r, err := range ledger.Register(t.Context(), st, receipt.Period{}, cfg) {
		require.NoError(t, err)
		require.Equal(t, "29/2584/04", r.Capitolo)
	}
}

func TestRegisterFails(t *testing.T) {
	st := &memory.Store{}
	books(t, st)
	last := func(store payment.Store, cfg ledger.Config) (err error) {
		for _, err = range ledger.Register(t.Context(), store, receipt.Period{}, cfg) {
		}
		return err
	}
	broken := func(context.Context, receipt.Period) iter.Seq2[ledger.Refund, error] {
		return func(yield func(ledger.Refund, error) bool) { yield(ledger.Refund{}, io.ErrUnexpectedEOF) }
	}
	require.ErrorIs(t, last(st, ledger.Config{Refunds: broken}), io.ErrUnexpectedEOF)
	treasury := func(context.Context, payment.RT, payment.Credit) (string, error) { return "", io.ErrUnexpectedEOF }
	require.ErrorIs(t, last(st, ledger.Config{Treasury: treasury}), io.ErrUnexpectedEOF)
	require.Equal(t, pagonline.CodeInternal, pagonline.CodeOf(last(poor{st}, ledger.Config{})))

	rows := ledger.Register(t.Context(), st, receipt.Period{}, ledger.Config{Refunds: broken})
	_, err := ledger.WriteRegister(io.Discard, ledger.CSV, rows)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, err = ledger.WriteRegister(io.Discard, "xlsx", rows)
	require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
	for _, f := range []ledger.Format{ledger.CSV, ledger.Spreadsheet, ledger.JSONLines} {
		_, err = ledger.WriteRegister(full{}, f, ledger.Register(t.Context(), st, receipt.Period{}, ledger.Config{}))
		require.ErrorIs(t, err, io.ErrShortWrite)
	}
}

// TestOrphanRefund: a refund whose receipt is lost ends no register, and is counted.
func TestOrphanRefund(t *testing.T) {
	st := &memory.Store{}
	books(t, st)
	day := pagonline.DateOf(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
	lost := func(context.Context, receipt.Period) iter.Seq2[ledger.Refund, error] {
		return func(yield func(ledger.Refund, error) bool) {
			yield(ledger.Refund{On: day, Creditor: "99999000013", Institute: "AS-LI", ReceiptID: "lost", Amount: euro.MustParse("3.00"), Reference: "TRN 1"}, nil)
		}
	}
	write := func(cfg ledger.Config) (ledger.Summary, string) {
		var b bytes.Buffer
		s, err := ledger.WriteRegister(&b, ledger.CSV, ledger.Register(t.Context(), st, receipt.Period{}, cfg))
		require.NoError(t, err)
		return s, b.String()
	}
	without, _ := write(ledger.Config{})
	require.Zero(t, without.Orphans)
	with, text := write(ledger.Config{Refunds: lost})
	require.Equal(t, without.Rows+1, with.Rows, "all the rest is there")
	require.Equal(t, without.Receipts, with.Receipts)
	require.Equal(t, 1, with.Orphans)
	require.Contains(t, text, "\r\n2026-11-24,refund,rimborso,,,-3.00,lost,TRN 1,,")
	for cfg, orphans := range map[[2]string]int{{"99999000013", "AS-LI"}: 1, {"99999000013", "AS-FI"}: 0, {"01234567890", ""}: 0} {
		s, _ := write(ledger.Config{Creditor: cfg[0], Institute: cfg[1], Refunds: lost})
		require.Equal(t, orphans, s.Orphans, cfg)
	}
}

// TestLogged: a log learns of a row nothing about who paid for what.
func TestLogged(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, nil))
	log.Info("x", "row", ledger.Row{Payer: "Mario Rossi", Causale: "Rossi Mario", Receipt: "iur-1", Movement: ledger.Payment},
		"purchase", ledger.Purchase{Causale: "Rossi Mario", Receipt: "iur-1"},
		"refund", ledger.Refund{Reference: "Rossi", ReceiptID: "iur-1"})
	require.NotContains(t, b.String(), "Rossi")
	require.Contains(t, b.String(), "row.receipt=iur-1")
	require.Contains(t, b.String(), "refund=iur-1")
}

// poor is a store without the ability to list receipts.
type poor struct{ payment.Store }

func (p poor) RTs() payment.RTs { return struct{ payment.RTs }{p.Store.RTs()} }

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestDeskRefunds(t *testing.T) {
	st := &memory.Store{}
	day := pagonline.DateOf(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
	p, rt := paidRT(1, "iur-1", time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	require.NoError(t, st.Positions().Insert(t.Context(), p))
	require.NoError(t, st.RTs().Insert(t.Context(), rt))
	for i, on := range []pagonline.Date{day.AddDays(1), day, day.AddDays(60)} {
		k := storetest.Position(uint64(i + 1)).Key
		require.NoError(t, st.Cases().Insert(t.Context(), desk.Case{
			ID: fmt.Sprint("case-", i), Creditor: p.Creditor, Institute: "AS-LI", Positions: []payment.Key{k},
			Refunds: []desk.Refund{
				{ID: "r1", Position: k, ReceiptID: "iur-1", Amount: euro.MustParse("1.00"), Status: desk.RefundExecuted, ExecutedOn: on, Reference: on.String()},
				{ID: "r2", Position: k, ReceiptID: "iur-1", Amount: euro.MustParse("1.00"), Status: desk.RefundApproved},
			},
		}))
	}
	var got []string
	cfg := ledger.Config{Refunds: ledger.DeskRefunds(st.Cases())}
	for r, err := range ledger.Register(t.Context(), st, period(t, "2026-11-23..2026-12-31"), cfg) {
		require.NoError(t, err)
		got = append(got, fmt.Sprint(r.Date, " ", r.Amount, " ", r.Capitolo, " ", r.Treasury))
	}
	require.Equal(t, []string{
		"2026-11-23 10.00 29/2584/03 ", "2026-11-23 2.50 08/1205/01 ",
		"2026-11-24 -1.00  2026-11-24", "2026-11-25 -1.00  2026-11-25", // a part of two shares is of neither
	}, got)
}

func TestPurchases(t *testing.T) {
	st := &memory.Store{}
	ctx := t.Context()
	paid, open := storetest.Position(1), storetest.Position(2)
	others := storetest.Position(3)
	others.Owner = "other"
	for _, p := range []payment.Position{paid, open, others} {
		require.NoError(t, st.Positions().Insert(ctx, p))
	}
	_, err := payment.NewCashier(st, payment.Config{}).Record(ctx, storetest.Receipt(paid, "iur-1"))
	require.NoError(t, err)
	for f, ending := range map[ledger.Format]string{ledger.CSV: "csv", ledger.Spreadsheet: "it.csv", ledger.JSONLines: "jsonl"} {
		var b bytes.Buffer
		n, err := ledger.WritePurchases(&b, f, ledger.Purchases(ctx, st, "owner", receipt.Period{}))
		require.NoError(t, err)
		require.Equal(t, 2, n, "others are never visible")
		golden(t, "purchases."+ending, b.Bytes())
	}
	for _, c := range []struct{ owner, days string }{{"", ".."}, {"nobody", ".."}, {"owner", "..2026-11-22"}} {
		n, err := ledger.WritePurchases(io.Discard, ledger.CSV, ledger.Purchases(ctx, st, c.owner, period(t, c.days)))
		require.NoError(t, err)
		require.Zero(t, n, c)
	}
}
