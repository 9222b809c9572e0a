package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt/desk"
)

func mustOffer(t *testing.T) catalog.Offer {
	t.Helper()
	offer, err := institutes().Offer("AS-LI", "cd")
	require.NoError(t, err)
	return offer
}

// TestFulfil is use case 14, with the rows 4 and 14 of the acceptance scenarios:
// Frosinone delivers within ten days of acceptance and receipt, and nothing before.
func TestFulfil(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, q := t.Context(), o.issue(t, "345/2024", "12.50")
		mail := desk.Release{How: desk.ByEmail, By: "clerk-2", Megabytes: 10}
		_, err := o.register.Accept(ctx, q.ID)
		require.NoError(t, err)
		p := o.notice(t, q)
		require.Empty(t, o.work(t))
		_, err = o.Release(ctx, q.ID, mail)
		fails(t, err, pagonline.CodeNotVerified, "")
		_, err = o.Verify(ctx, q.ID, clerk)
		fails(t, err, pagonline.CodeReceiptNotReady, "")

		o.now = o.now.AddDate(0, 0, 2)
		o.pay(t, p, "iur", "12.50")
		require.Equal(t, []string{"verify 345/2024"}, o.work(t))
		_, err = o.Release(ctx, q.ID, mail)
		fails(t, err, pagonline.CodeNotVerified, "")
		c, err := o.Verify(ctx, q.ID, clerk)
		require.NoError(t, err)
		require.Equal(t, "2026-12-05", c.DeliverBy.String(), "25 November and ten days")
		require.Equal(t, desk.Verification{By: "clerk-1", At: o.now}, c.Verification)
		other := clerk
		other.By = "clerk-9"
		again, err := o.Verify(ctx, q.ID, other)
		require.NoError(t, err)
		require.Equal(t, c, again, "the first one stays")
		require.Equal(t, []string{"due 345/2024"}, o.work(t))
		o.now = c.DeliverBy.End().Add(-time.Second)
		require.Equal(t, []string{"due 345/2024"}, o.work(t))
		o.now = o.now.Add(time.Second)
		require.Equal(t, []string{"overdue 345/2024"}, o.work(t))

		heavy := mail
		heavy.Megabytes = 11
		_, err = o.Release(ctx, q.ID, heavy)
		fails(t, err, pagonline.CodeQuantity, "megabytes")
		require.Empty(t, o.events(t))
		heavy.How = desk.ByLink
		c, err = o.Release(ctx, q.ID, heavy)
		require.NoError(t, err)
		require.Equal(t, desk.Released, c.Status)
		require.Equal(t, o.now, c.Release.At)
		_, err = o.Release(ctx, q.ID, heavy)
		fails(t, err, pagonline.CodeAlreadyReleased, "")
		require.Equal(t, "Riproduzioni già trasmesse il 06/12/2026.", pagonline.AsError(err).It)
		_, err = o.Reject(ctx, q.ID, desk.Rejection{By: "clerk-1", Reason: "x"})
		fails(t, err, pagonline.CodeAlreadyReleased, "")
		require.Empty(t, o.work(t))
		require.Equal(t, []payment.EventKind{desk.EventReleased}, o.events(t))
	})
}

func TestReleaseRefuses(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		c := o.verified(t)
		for _, bad := range []struct {
			r     desk.Release
			code  pagonline.Code
			field string
		}{
			{desk.Release{By: "clerk"}, pagonline.CodeRequiredField, "how"},
			{desk.Release{How: "pigeon", By: "clerk"}, pagonline.CodeRequiredField, "how"},
			{desk.Release{How: desk.AtDesk}, pagonline.CodeRequiredField, "by"},
			{desk.Release{How: desk.AtDesk, By: strings.Repeat("è", 71)}, pagonline.CodeTextTooLong, "by"},
			{desk.Release{How: desk.AtDesk, By: "a\nb"}, pagonline.CodeTextInvalid, "by"},
			{desk.Release{How: desk.AtDesk, By: "clerk", Megabytes: -1}, pagonline.CodeQuantity, "megabytes"},
			{desk.Release{How: desk.AtDesk, By: "clerk", Reference: "4111 1111 1111 1111"}, pagonline.CodeSensitiveData, "reference"},
		} {
			_, err := o.Release(t.Context(), c.ID, bad.r)
			fails(t, err, bad.code, bad.field)
		}
		_, err := o.Release(t.Context(), "none", desk.Release{How: desk.AtDesk, By: strings.Repeat("è", 70)})
		fails(t, err, pagonline.CodeNotFound, "")
		_, err = o.Case(t.Context(), "99999000013-none")
		fails(t, err, pagonline.CodeNotFound, "")
		_, err = o.ByPosition(t.Context(), storetest.Position(77).Key)
		fails(t, err, pagonline.CodeNotFound, "")
	})
}

// TestReject: no copies, and the money goes back.
func TestReject(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, c := t.Context(), o.verified(t)
		_, err := o.Reject(ctx, c.ID, desk.Rejection{By: "clerk-1"})
		fails(t, err, pagonline.CodeRequiredField, "reason")
		c, err = o.Reject(ctx, c.ID, desk.Rejection{By: "clerk-1", Reason: "carte non consultabili"})
		require.NoError(t, err)
		require.Equal(t, desk.Rejected, c.Status)
		_, err = o.Reject(ctx, c.ID, desk.Rejection{By: "clerk-1", Reason: "carte non consultabili"})
		fails(t, err, pagonline.CodeNotAllowed, "")
		_, err = o.Release(ctx, c.ID, desk.Release{How: desk.AtDesk, By: "clerk"})
		fails(t, err, pagonline.CodeNotAllowed, "")
		_, err = o.Verify(ctx, c.ID, clerk)
		fails(t, err, pagonline.CodeNotAllowed, "")
		require.Equal(t, []string{"refund 345/2024"}, o.work(t))
		r, err := o.RequestRefund(ctx, c.ID, desk.RefundRequest{Amount: euro.MustParse("12.50"), Why: desk.NotPossible, By: "clerk-1"})
		require.NoError(t, err)
		_, err = o.DecideRefund(ctx, c.ID, r.ID, desk.Decision{Approve: true, By: "director"})
		require.NoError(t, err)
		_, err = o.RecordRefund(ctx, c.ID, r.ID, desk.Execution{On: pagonline.DateOf(o.now), Reference: "TRN 1", By: "clerk-2"})
		require.NoError(t, err)
		require.Empty(t, o.work(t))
		require.Equal(t, []payment.EventKind{desk.EventRejected, desk.EventRefunded}, o.events(t))

		// Whoever pays again brings it back.
		o.pay(t, o.buy(t, typed{"AS-LI", "fotocopie", "345/2024", "x", "12.50"}), "again", "12.50")
		require.Equal(t, []string{"verify 345/2024"}, o.work(t))
	})
}

// TestNothingDue: a quote over nothing is verified without a payment.
func TestNothingDue(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, q := t.Context(), o.issue(t, "345/2024", "0.00")
		c, err := o.Verify(ctx, q.ID, clerk)
		require.NoError(t, err)
		require.Equal(t, pagonline.DateOf(o.now).AddDays(10), c.DeliverBy)
		require.Equal(t, []string{"due 345/2024"}, o.work(t))
		_, err = o.Release(ctx, q.ID, desk.Release{How: desk.AtDesk, By: "clerk"})
		require.NoError(t, err)
		_, err = o.RequestRefund(ctx, q.ID, desk.RefundRequest{Amount: euro.MustParse("1.00"), Why: desk.WrongAmount, By: "clerk"})
		fails(t, err, pagonline.CodeNothingToRefund, "")
	})
}

// TestTwoClerks: of many who release at once, one does.
func TestTwoClerks(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		c := o.verified(t)
		var released, refused atomic.Int32
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				_, err := o.Release(t.Context(), c.ID, desk.Release{How: desk.AtDesk, By: fmt.Sprintf("clerk-%d", i)})
				switch pagonline.CodeOf(err) {
				case "":
					released.Add(1)
				case pagonline.CodeAlreadyReleased:
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.Equal(t, int32(1), released.Load())
		require.Equal(t, int32(15), refused.Load())
		require.Len(t, o.events(t), 1)
	})
}

// TestUnitOfWork: what the desk did in a unit of work that fails is not done.
func TestUnitOfWork(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, c := t.Context(), o.verified(t)
		boom := errors.New("boom")
		err := o.store.Do(ctx, func(ctx context.Context) error {
			_, err := o.Release(ctx, c.ID, desk.Release{How: desk.AtDesk, By: "clerk"})
			require.NoError(t, err)
			_, err = o.RequestRefund(ctx, c.ID, desk.RefundRequest{Amount: euro.MustParse("1.00"), Why: desk.WrongAmount, By: "clerk"})
			require.NoError(t, err)
			_, err = o.AskHelp(ctx, desk.HelpRequest{Category: desk.HelpAccess, Text: "x"})
			require.NoError(t, err)
			return boom
		})
		require.ErrorIs(t, err, boom)
		after, err := o.Case(ctx, c.ID)
		require.NoError(t, err)
		require.Equal(t, c, after)
		require.Equal(t, []string{"due 345/2024"}, o.work(t))
		require.Empty(t, o.events(t))
	})
}

// TestCollect: each receipt is seen once, whoever looks and however often.
func TestCollect(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		for i := range 70 { // more events than one transaction reads
			p := o.buy(t, typed{"AS-LI", "fotocopie", fmt.Sprintf("%d/2024", i+1), "x", "12.50"})
			o.pay(t, p, fmt.Sprintf("iur-%d", i), "12.50")
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := o.Collect(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.Len(t, o.work(t), 70)
		mark, err := o.store.Cases().Mark(ctx)
		require.NoError(t, err)
		require.NoError(t, o.Collect(ctx))
		again, err := o.store.Cases().Mark(ctx)
		require.NoError(t, err)
		require.Equal(t, mark, again)

		// Those of a secondary creditor are of no notice here.
		rt := storetest.Receipt(storetest.Position(9000), "copy")
		rt.Creditor = "01234567890"
		_, err = o.cashier.Record(ctx, rt)
		require.NoError(t, err)
		require.Len(t, o.work(t), 70)
		for e, err := range o.store.Outbox().List(ctx, payment.EventFilter{}) {
			require.NoError(t, err)
			require.NoError(t, o.Handle(ctx, e))
		}
		require.Len(t, o.work(t), 70)
	})
}

// TestWorklist: quarantine and help are on it, and each institute has its own.
func TestWorklist(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		o.paidQuote(t)
		p := o.buy(t, typed{"AS-PI", "fotocopie", "1/2024", "x", "12.50"})
		o.pay(t, p, "pisa", "12.50")
		require.NoError(t, o.cashier.Quarantine(ctx, payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: "x", Raw: []byte("<x/>")}))
		require.NoError(t, o.cashier.Quarantine(ctx, payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: "y", Raw: []byte("<y/>")}))
		require.NoError(t, o.cashier.Resolve(ctx, 1, "clerk", "x"))
		_, err := o.AskHelp(ctx, desk.HelpRequest{Owner: "owner", Category: desk.HelpReceipt, Text: "Dov’è?"})
		require.NoError(t, err)
		require.Equal(t, []string{"verify 345/2024", "verify 1/2024", "quarantine", "help"}, o.work(t))
		var pisa []desk.Work
		for i, err := range o.Worklist(ctx, "AS-PI") {
			require.NoError(t, err)
			pisa = append(pisa, i.Work)
		}
		require.Equal(t, []desk.Work{desk.WorkVerify, desk.WorkQuarantine, desk.WorkHelp}, pisa)
		for _, err := range o.Worklist(ctx, "") {
			require.NoError(t, err)
			break
		}
		c, err := o.ByPosition(ctx, p.Key)
		require.NoError(t, err)
		require.Equal(t, pagonline.DateOf(o.now).AddDays(30), c.DeliverBy, "the rule of Pisa")
		_, err = o.Verify(ctx, c.ID, clerk)
		require.NoError(t, err)
		_, err = o.Release(ctx, c.ID, desk.Release{How: desk.ByEmail, By: "clerk", Megabytes: 26})
		fails(t, err, pagonline.CodeQuantity, "megabytes")
		require.Equal(t, "La quantità deve essere un intero tra 0 e 25.", pagonline.AsError(err).It)
		o.now = o.now.AddDate(0, 0, 11)
		require.Equal(t, []string{"verify 345/2024", "due 1/2024", "overdue 345/2024", "quarantine", "help"}, o.work(t))

		ended, cancel := context.WithCancel(ctx)
		cancel()
		for _, err := range o.Worklist(ended, "") {
			if err != nil {
				require.ErrorIs(t, err, context.Canceled)
			}
		}
	})
}

// TestByProtocol: quotes that nobody has paid are found too.
func TestByProtocol(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		q := o.issue(t, "345/2024", "12.50")
		p := o.buy(t, typed{"AS-PI", "fotocopie", "345/2024", "x", "12.50"})
		o.pay(t, p, "pisa", "12.50")
		find := func(institute, protocol string) (ids []string) {
			cases, err := o.ByProtocol(t.Context(), institute, causaleProtocol(protocol))
			require.NoError(t, err)
			for _, c := range cases {
				ids = append(ids, c.ID)
			}
			return ids
		}
		require.Equal(t, []string{q.ID}, find("AS-LI", "prot. 0345"))
		require.Equal(t, []string{p.Creditor + "-" + p.Debt}, find("AS-PI", "345"))
		require.Empty(t, find("AS-LI", "345/2023"))
	})
}

// TestNobodyNamed: neither cases nor errors nor the log name the payer.
func TestNobodyNamed(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		c := o.verified(t)
		doc, err := json.Marshal(c)
		require.NoError(t, err)
		require.NotContains(t, string(doc), "Rossi")
		var out strings.Builder
		log := slog.New(slog.NewTextHandler(&out, nil))
		h, err := o.AskHelp(t.Context(), desk.HelpRequest{Owner: "mario@example.org", Category: desk.HelpAccess, Reference: "Rossi", Text: "Sono Mario Rossi"})
		require.NoError(t, err)
		log.Info("x", "case", c, "help", h, "refund", desk.Refund{ID: "r"}, "request", desk.HelpRequest{Text: "Rossi", Category: desk.HelpAccess})
		require.NotContains(t, out.String(), "Rossi")
		require.NotContains(t, out.String(), "example.org")
		require.Contains(t, out.String(), c.ID)
	})
}

// TestTablesAreInTheGodoc: the tables that the comments print are those of the code.
func TestTablesAreInTheGodoc(t *testing.T) {
	docs := map[string]string{}
	for _, name := range []string{"status.go", "desk.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		docs[name] = file.Doc.Text()
		for _, decl := range file.Decls {
			if g, ok := decl.(*ast.GenDecl); ok && g.Tok == token.TYPE {
				for _, spec := range g.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok {
						docs[s.Name.Name] = g.Doc.Text()
					}
				}
			}
		}
	}
	check(t, docs["desk.go"], []desk.Status{
		desk.Waiting, desk.Paid, desk.Verified, desk.Released, desk.Rejected, desk.Merged,
	}, desk.Status.Next)
	check(t, docs["RefundStatus"], []desk.RefundStatus{
		desk.RefundRequested, desk.RefundApproved, desk.RefundExecuted, desk.RefundRejected,
	}, desk.RefundStatus.Next)
	check(t, docs["HelpStatus"], []desk.HelpStatus{desk.HelpOpen, desk.HelpAnswered, desk.HelpClosed}, desk.HelpStatus.Next)
}

func check[S ~string](t *testing.T, doc string, all []S, next func(S) []S) {
	t.Helper()
	var rows []string
	for _, s := range all {
		to := "-"
		if n := next(s); len(n) > 0 {
			to = strings.Trim(fmt.Sprint(n), "[]")
		}
		rows = append(rows, string(s)+": "+to)
	}
	var printed []string
	for line := range strings.Lines(doc) {
		if strings.HasPrefix(line, "\t") && !strings.HasPrefix(line, "\tfrom") {
			printed = append(printed, strings.Join(strings.Fields(line), " "))
		}
	}
	require.Equal(t, rows, printed)
}
