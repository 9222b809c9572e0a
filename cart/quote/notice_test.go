package quote_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// debtor is somebody who signed in.
var debtor = payment.Subject{Kind: payment.Natural, Code: "RSSMRA80A01H501U", Name: "Mario Rossi"}

// TestNoticeAbroad: a payer who has no account and no fiscal code gets a notice for his
// name and the protocol (Archivio di Stato di Torino).
func TestNoticeAbroad(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		q := o.issue(t, amount("30.00"), func(r *quote.Request) { r.Payer, r.Addressee = "Erika Mustermann", "" })
		p := o.notice(t, q, "")
		require.Equal(t, payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Erika Mustermann"}, p.Debtor)
		text, err := p.QR().Text()
		require.NoError(t, err)
		require.Regexp(t, `^PAGOPA\|002\|[0-9]{18}\|99999000013\|3000$`, text)
		require.Equal(t, q.ID, p.Debt)

		nameless := o.issue(t, protocol("1/2024"), func(r *quote.Request) { r.Payer = "" })
		_, err = o.Notice(ctx, nameless.ID, payment.Subject{}, "")
		fails(t, err, pagonline.CodePayerName, "payer")
		_, err = o.Notice(ctx, "none", debtor, "")
		fails(t, err, pagonline.CodeNotFound, "")
	})
}

// TestNoticeIsLocked: it says what the quote says, and nobody's name on the wire.
func TestNoticeIsLocked(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		q := o.issue(t, func(r *quote.Request) {
			r.Service, r.Years, r.ExpiresOn = "ricerche", "1936-1943", pagonline.Date{}
		})
		p, err := o.Notice(t.Context(), q.ID, debtor, "owner")
		require.NoError(t, err)
		require.Equal(t, payment.Purchase{
			InstituteCode: "AS-LI", Institute: "Archivio di Stato di Livorno", ServiceCode: "ricerche", Service: "Ricerche",
			Quantity: 1, UnitPrice: euro.MustParse("12.50"), Protocol: q.Protocol, Detail: q.Detail,
		}, p.Purchase)
		require.Equal(t, "12.50", p.Amount().String())
		require.Equal(t, "2026-12-08", p.DueDate.String(), "the creditor's 15 days")
		require.False(t, p.RefuseLate)
		description, err := p.Description()
		require.NoError(t, err)
		require.Equal(t, "prot. 345/2024 - Archivio di Stato di Livorno - Ricerche", description)
		require.Contains(t, q.Detail.String(), "Rossi")

		o.now = o.now.AddDate(0, 6, 0)
		_, err = o.cashier.Payable(t.Context(), p.Key)
		require.NoError(t, err)
		require.Equal(t, p.Key, o.notice(t, q, "owner").Key)
	})
}

// TestNoticeIsShared: the paper and the carts have one notice, which becomes its
// payer's and stays his.
func TestNoticeIsShared(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, q := t.Context(), o.issue(t)
		paper := o.notice(t, q, "")
		require.Equal(t, paper, o.notice(t, q, ""))
		mine, err := o.Notice(ctx, q.ID, debtor, "owner")
		require.NoError(t, err)
		require.Equal(t, paper.Key, mine.Key)
		require.Equal(t, "owner", mine.Owner)
		require.Equal(t, mine, o.notice(t, q, "owner"))
		require.Equal(t, mine, o.notice(t, q, ""), "the desk prints it again")
		_, err = o.Notice(ctx, q.ID, debtor, "another")
		fails(t, err, pagonline.CodeNotFound, "")
		require.Equal(t, mine, o.notice(t, q, ""))
		var purchases []payment.Key
		for p, err := range o.cashier.Purchases(ctx, "owner") {
			require.NoError(t, err)
			purchases = append(purchases, p.Key)
		}
		require.Equal(t, []payment.Key{paper.Key}, purchases)
		got, err := o.Get(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, paper.Key, got.Position)
	})
}

// TestOneNotice: carts and desk that ask at once get one notice.
func TestOneNotice(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		q := o.issue(t)
		var mu sync.Mutex
		numbers, withdrawn := map[string]bool{}, 0
		var wg sync.WaitGroup
		for i := range 32 {
			wg.Go(func() {
				if i == 16 {
					if _, err := o.Withdraw(t.Context(), q.ID); err != nil {
						t.Error(err)
					}
					return
				}
				p, err := o.Notice(t.Context(), q.ID, debtor, "owner")
				mu.Lock()
				defer mu.Unlock()
				switch pagonline.CodeOf(err) {
				case "":
					numbers[p.Number.String()] = true
				case pagonline.CodeQuoteWithdrawn:
					withdrawn++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.LessOrEqual(t, len(numbers), 1)
		for p, err := range o.cashier.Purchases(t.Context(), "owner") {
			require.NoError(t, err)
			require.Equal(t, payment.Cancelled, p.Status, "no notice outlives its quote")
		}
	})
}

// TestNoticeRefuses what the catalogue has become.
func TestNoticeRefuses(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		q := o.issue(t)
		change := func(edit func(*catalog.Creditor, *catalog.Institute)) *quote.Register {
			old := institutes()
			creditor, in := old.Creditors()[0], old.Institutes()[0]
			for _, candidate := range old.Institutes() {
				if candidate.Code == "AS-LI" {
					in = candidate
				}
			}
			edit(&creditor, &in)
			c, err := catalog.New([]catalog.Creditor{creditor}, []catalog.Institute{in}, catalog.Config{})
			require.NoError(t, err)
			return quote.NewRegister(c, o.store, o.cashier, quote.Config{})
		}
		for _, c := range []struct {
			code pagonline.Code
			edit func(*catalog.Creditor, *catalog.Institute)
		}{
			{pagonline.CodeInstituteSuspended, func(_ *catalog.Creditor, in *catalog.Institute) { in.Suspended = true }},
			{pagonline.CodeServiceNotOffered, func(_ *catalog.Creditor, in *catalog.Institute) { in.Services = nil }},
			{pagonline.CodeConflict, func(c *catalog.Creditor, in *catalog.Institute) {
				c.FiscalCode, in.Creditor = "01234567890", "01234567890"
			}},
		} {
			_, err := change(c.edit).Notice(t.Context(), q.ID, debtor, "")
			require.Equal(t, c.code, pagonline.CodeOf(err))
		}
		_, err := o.Notice(t.Context(), q.ID, payment.Subject{Kind: payment.Natural, Code: "x", Name: strings.Repeat("x", 71)}, "")
		require.ErrorIs(t, err, pagonline.ErrInvalid)
		got, err := o.Get(t.Context(), q.ID)
		require.NoError(t, err)
		require.Zero(t, got.Position)
	})
}

// TestProtocolsOnTheWire: a notice says the protocol as it was written.
func TestProtocolsOnTheWire(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		for _, s := range []string{"MIC|MIC_AS-LI|11/03/2024|0000123-P", "4352/28.28.00-108", "(U).0050487.11-12-2019"} {
			q := o.issue(t, protocol(s))
			description, err := o.notice(t, q, "").Description()
			require.NoError(t, err)
			require.Contains(t, description, causale.MustParseProtocol(s).String())
		}
	})
}
