package payment_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

func TestOpenNamesTheField(t *testing.T) {
	for field, edit := range map[string]func(*payment.OpenRequest){
		"creditor":           func(r *payment.OpenRequest) { r.Creditor.FiscalCode = "9999900001X" },
		"company":            func(r *payment.OpenRequest) { r.Creditor.Name = "" },
		"office":             func(r *payment.OpenRequest) { r.Office = strings.Repeat("o", 141) },
		"debt":               func(r *payment.OpenRequest) { r.Debt = strings.Repeat("d", 36) },
		"option":             func(r *payment.OpenRequest) { r.Option = -1 },
		"debtor.name":        func(r *payment.OpenRequest) { r.Debtor.Name = strings.Repeat("n", 71) },
		"debtor.code":        func(r *payment.OpenRequest) { r.Debtor.Code = "RSSMRA80A01H501X" },
		"debtor.kind":        func(r *payment.OpenRequest) { r.Debtor.Kind = "" },
		"debtor.email":       func(r *payment.OpenRequest) { r.Debtor.Email = "a@" },
		"debtor.city":        func(r *payment.OpenRequest) { r.Debtor.City = strings.Repeat("c", 36) },
		"debtor.street":      func(r *payment.OpenRequest) { r.Debtor.Street = "a\x01" },
		"debtor.country":     func(r *payment.OpenRequest) { r.Debtor.Country = "Italia" },
		"transfers":          func(r *payment.OpenRequest) { r.Transfers = nil },
		"amount":             func(r *payment.OpenRequest) { r.Transfers[0].Amount = euro.Amount{} },
		"transfers.creditor": func(r *payment.OpenRequest) { r.Transfers[0].Creditor = "" },
		"transfers.company":  func(r *payment.OpenRequest) { r.Transfers[0].Company = "a\nb" },
		"transfers.iban":     func(r *payment.OpenRequest) { r.Transfers[0].IBAN = "IT60 0542" },
		"transfers.category": func(r *payment.OpenRequest) { r.Transfers[0].Category = "" },
		"transfers.stamp": func(r *payment.OpenRequest) {
			r.Transfers[0].IBAN, r.Transfers[0].Stamp = "", &payment.Stamp{Hash: "x"}
		},
	} {
		r := request("debt")
		edit(&r)
		_, err := newOffice(t, &memory.Store{}).Open(t.Context(), r)
		require.ErrorIs(t, err, pagonline.ErrInvalid, field)
		require.Equal(t, field, pagonline.AsError(err).Field, err)
	}
	for _, debtor := range []payment.Subject{
		{Kind: payment.Natural, Code: "DE/IT/123", Name: "Erika Mustermann"},
		{Kind: payment.Legal, Code: payment.Anonymous, Name: "Ditta di prova"},
		{Kind: payment.Natural, Code: "12", Name: "Mario Rossi"},
		{Kind: payment.Natural, Code: "rssmra80a01h501u", Name: "Mario Rossi"},
	} {
		r := request("debt")
		r.Debtor = debtor
		_, err := newOffice(t, &memory.Store{}).Open(t.Context(), r)
		require.Equal(t, pagonline.CodeFiscalCode, pagonline.CodeOf(err), debtor.Code)
	}
	for _, hash := range []string{"AAAAA", "AAAA=", "AAAA==", "AAAAAA", "aGFzaB==", ""} {
		r := request("debt")
		r.Transfers[0].IBAN, r.Transfers[0].Stamp = "", &payment.Stamp{Hash: hash, Province: "LI"}
		_, err := newOffice(t, &memory.Store{}).Open(t.Context(), r)
		require.Equal(t, "transfers.stamp", pagonline.AsError(err).Field, hash)
	}
	long := request("debt")
	long.Wire = causale.Wire{Institute: strings.Repeat("i", 120)} // fits a description, and no remittance
	_, err := newOffice(t, &memory.Store{}).Open(t.Context(), long)
	require.Equal(t, pagonline.CodeCausaleTooLong, pagonline.CodeOf(err), "what the station could not answer with is not opened")

	six := request("debt")
	for range 5 {
		six.Transfers = append(six.Transfers, six.Transfers[0])
	}
	_, err = newOffice(t, &memory.Store{}).Open(t.Context(), six)
	require.Equal(t, "transfers", pagonline.AsError(err).Field)
	six.Transfers = six.Transfers[:5]
	for i := range six.Transfers {
		six.Transfers[i].Amount = euro.MustParse("999999999.99")
	}
	_, err = newOffice(t, &memory.Store{}).Open(t.Context(), six)
	require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err))
	both := request("debt")
	both.Transfers[0].Stamp = &payment.Stamp{Hash: "aGFzaA==", Province: "LI"}
	_, err = newOffice(t, &memory.Store{}).Open(t.Context(), both)
	require.Equal(t, "transfers.iban", pagonline.AsError(err).Field, "an IBAN or a stamp, not both")
}

func TestDraftAndUpdate(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		r := request("debt")
		r.Draft, r.RefuseLate = true, true
		p, err := o.Open(t.Context(), r)
		require.NoError(t, err)
		_, err = o.Payable(t.Context(), p.Key)
		require.ErrorIs(t, err, payment.ErrUnknown)
		require.NoError(t, o.Publish(t.Context(), p.Key))
		require.NoError(t, o.Publish(t.Context(), p.Key))
		_, err = o.Payable(t.Context(), p.Key)
		require.NoError(t, err)

		o.now = p.DueDate.End().Add(-time.Second)
		_, err = o.Payable(t.Context(), p.Key)
		require.NoError(t, err, "due until the end of the day, in Rome")
		o.now = p.DueDate.End()
		_, err = o.Payable(t.Context(), p.Key)
		require.ErrorIs(t, err, payment.ErrExpired)
		require.NoError(t, o.Update(t.Context(), p.Key, func(terms *payment.Terms) error {
			terms.DueDate = p.DueDate.AddDays(10)
			return nil
		}))
		q, err := o.Payable(t.Context(), p.Key)
		require.NoError(t, err)
		require.Equal(t, p.Number, q.Number)

		err = o.Update(t.Context(), p.Key, func(terms *payment.Terms) error {
			terms.Transfers[0].Amount = euro.Amount{}
			return nil
		})
		require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err))
		require.Equal(t, "12.50", o.get(t, p.Key).Amount().String(), "a refused change keeps nothing")
		require.NoError(t, o.Update(t.Context(), p.Key, func(*payment.Terms) error { return nil }))
		require.Equal(t, []string{"position.draft", "position.open", "position.updated"}, o.kinds(t, payment.EventFilter{Position: p.Key}))

		require.NoError(t, o.store.Positions().Update(t.Context(), p.Key, func(p *payment.Position) error {
			p.Status = payment.Expired
			return nil
		}))
		require.NoError(t, o.Update(t.Context(), p.Key, func(terms *payment.Terms) error {
			terms.DueDate = terms.DueDate.AddDays(1)
			return nil
		}))
		require.Equal(t, payment.Open, o.get(t, p.Key).Status)

		_, err = o.Record(t.Context(), receipt(p, "iur"))
		require.NoError(t, err)
		err = o.Update(t.Context(), p.Key, func(*payment.Terms) error { return nil })
		require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(err))
		require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(o.Withdraw(t.Context(), p.Key)))
		unknown := payment.Key{Creditor: creditor, Number: notice.MustParse("399000000000001976")}
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(o.Withdraw(t.Context(), unknown)))
		withdrawn := o.open(t, "other")
		require.NoError(t, o.Withdraw(t.Context(), withdrawn.Key))
		err = o.Update(t.Context(), withdrawn.Key, func(*payment.Terms) error { return nil })
		require.ErrorIs(t, err, payment.ErrCancelled)
		require.ErrorIs(t, o.Publish(t.Context(), withdrawn.Key), payment.ErrState)
	})
}

// TestStillPayableAfterDueDate: only an option refuses late payment.
func TestStillPayableAfterDueDate(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	p := o.open(t, "debt")
	o.now = p.DueDate.End().AddDate(1, 0, 0)
	_, err := o.Payable(t.Context(), p.Key)
	require.NoError(t, err)
}

// TestNumbersUnderParallelIssuers is I9: no number twice, with 64 issuers, a unit of
// work that fails, and a restart.
func TestNumbersUnderParallelIssuers(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	seen := map[notice.Number]bool{}
	for range 2 { // a restart
		st, err := sqlite.Open(t.Context(), dir, sqlite.Config{})
		require.NoError(t, err)
		o := newOffice(t, st)
		var wg sync.WaitGroup
		for worker := range 64 {
			wg.Go(func() {
				var p payment.Position
				failure := errors.New("on purpose")
				err := st.Do(t.Context(), func(ctx context.Context) (err error) {
					if p, err = o.Open(ctx, request("")); err == nil && worker%2 == 0 {
						err = failure
					}
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				if worker%2 == 0 != errors.Is(err, failure) || seen[p.Number] || p.Number.IsZero() {
					t.Errorf("number %s: %v", p.Number, err)
				}
				seen[p.Number] = true
			})
		}
		wg.Wait()
		require.NoError(t, st.Close())
	}
	require.Len(t, seen, 128)
}

func TestPurchases(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		a, b := o.open(t, "a"), o.open(t, "b")
		others := request("c")
		others.Owner = "other"
		_, err := o.Open(t.Context(), others)
		require.NoError(t, err)
		var keys []payment.Key
		for p, err := range o.Purchases(t.Context(), "owner") {
			require.NoError(t, err)
			keys = append(keys, p.Key)
		}
		require.Equal(t, []payment.Key{b.Key, a.Key}, keys)
		for p, err := range o.Purchases(t.Context(), "") {
			t.Error("nobody has bought", p, err)
		}
	})
}
