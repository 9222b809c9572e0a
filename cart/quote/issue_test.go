package quote_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
)

func TestIssue(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		require.NoError(t, o.Check(t.Context(), request()))
		_, err := o.Find(t.Context(), "AS-LI", causale.MustParseProtocol("345/2024"))
		fails(t, err, pagonline.CodeQuoteUnknown, "protocol") // a check writes nothing

		q := o.issue(t)
		require.Len(t, q.Code.String(), 10)
		require.LessOrEqual(t, len(q.ID), 35)
		require.Equal(t, "ARCHIVIO DI STATO DI LIVORNO 345/2024", q.Detail.String())
		require.Equal(t, quote.Issued, q.Status)
		require.Equal(t, o.now, q.IssuedAt)
		require.Zero(t, q.Position)

		got, err := o.Get(t.Context(), q.ID)
		require.NoError(t, err)
		require.Equal(t, q, got)
		got, err = o.Find(t.Context(), "AS-LI", causale.MustParseProtocol("0345"))
		require.NoError(t, err)
		require.Equal(t, q, got)
		_, err = o.Find(t.Context(), "AS-PI", q.Protocol)
		fails(t, err, pagonline.CodeQuoteUnknown, "protocol")
		_, err = o.Get(t.Context(), "none")
		fails(t, err, pagonline.CodeNotFound, "")
	})
}

// TestIssueAgain: one protocol of an institute has one live quote.
func TestIssueAgain(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		q := o.issue(t)
		for _, same := range []func(*quote.Request){
			func(*quote.Request) {},
			protocol("0345/2024"), protocol("345"), protocol("prot. n. 345 del 1 aprile 2024"),
			func(r *quote.Request) {
				r.Institute, r.Payer, r.Subject = " AS-LI ", " Mario  Rossi ", "Registro\u00a07"
			},
		} {
			require.Equal(t, q, o.issue(t, same))
		}
		for _, other := range []func(*quote.Request){
			amount("12.51"),
			func(r *quote.Request) { r.Payer = "Maria Bianchi" },
			func(r *quote.Request) { r.Subject = "" },
			func(r *quote.Request) { r.Addressee = "another" },
			func(r *quote.Request) { r.ExpiresOn = pagonline.Date{} },
			func(r *quote.Request) { r.Detail = "Archivio di Stato di Livorno, 345/2024" },
			func(r *quote.Request) { r.Charge = charge("12.50") },
		} {
			changed := request(other)
			_, err := o.Issue(t.Context(), changed)
			fails(t, err, pagonline.CodeConflict, "protocol")
			require.Equal(t, pagonline.AsError(err), pagonline.AsError(o.Check(t.Context(), changed)))
		}
		for _, another := range []func(*quote.Request){
			protocol("345/2025"), protocol("3450/2024"), protocol("34/2024"),
			func(r *quote.Request) { r.Institute = "AS-PI" },
		} {
			require.NotEqual(t, q.ID, o.issue(t, another).ID)
		}
	})
}

// TestIssueAgainLater: a batch that is run again finds what has become of its quotes.
func TestIssueAgainLater(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		q, err := o.Withdraw(ctx, o.issue(t).ID)
		require.NoError(t, err)
		require.Equal(t, q, o.issue(t), "a batch does not undo a withdrawal")
		again := o.issue(t, amount("13.00"))
		require.NotEqual(t, q.ID, again.ID)
		_, err = o.Issue(ctx, request())
		fails(t, err, pagonline.CodeConflict, "protocol")

		o.now = o.now.AddDate(0, 2, 0)
		require.Equal(t, quote.Expired, o.issue(t, amount("13.00")).Status)
		_, err = o.Issue(ctx, request(amount("14.00")))
		fails(t, err, pagonline.CodeQuoteExpired, "expiresOn")
		later := func(r *quote.Request) { r.ExpiresOn = day("2027-03-01") }
		renewed := o.issue(t, later)
		require.Equal(t, quote.Issued, renewed.Status)

		o.pay(t, o.notice(t, renewed, ""), "iur", o.now)
		require.Equal(t, quote.Paid, o.issue(t, later).Status)
		_, err = o.Issue(ctx, request(later, amount("15.00")))
		fails(t, err, pagonline.CodeQuotePaid, "protocol")
		// Without the year it may be another year's entry.
		require.Equal(t, quote.Issued, o.issue(t, later, amount("15.00"), protocol("345")).Status)
	})
}

func charge(total string) catalog.Charge {
	return catalog.Charge{Total: euro.MustParse(total), Lines: []catalog.Line{
		{Code: "a4", Count: 3, Unit: catalog.Page, Amount: euro.MustParse(total), Rule: pagonline.Same("3 × x")},
	}}
}

func TestIssueCharge(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		withLines := func(r *quote.Request) { r.Amount, r.Charge = euro.Amount{}, charge("4.45") }
		q := o.issue(t, withLines)
		require.Equal(t, "4.45", q.Amount.String())
		require.Equal(t, charge("4.45").Lines, q.Lines)
		require.Equal(t, q, o.issue(t, withLines, amount("4.45")))
		reworded := charge("4.45")
		reworded.Lines[0].Rule = pagonline.Same("3 per x")
		require.Equal(t, q, o.issue(t, func(r *quote.Request) { r.Amount, r.Charge = euro.Amount{}, reworded }))

		_, err := o.Issue(t.Context(), request(func(r *quote.Request) { r.Charge = charge("4.45") }))
		fails(t, err, pagonline.CodeQuoteAmount, "amount")
	})
}

// TestIssueNothing: a quote over nothing has a reason, and no notice.
func TestIssueNothing(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		_, err := o.Issue(ctx, request(func(r *quote.Request) { r.Amount = euro.Amount{} }))
		fails(t, err, pagonline.CodeReasonRequired, "reason")
		free := func(r *quote.Request) { r.Amount, r.Reason = euro.Amount{}, "immagini già in rete" }
		q := o.issue(t, free)
		require.True(t, q.Amount.IsZero())
		require.Equal(t, "immagini già in rete", q.Reason)
		require.Equal(t, q, o.issue(t, func(r *quote.Request) {
			r.Amount, r.Charge.Reason = euro.Amount{}, "immagini già in rete"
		}))
		partly := o.issue(t, protocol("346/2024"), func(r *quote.Request) {
			r.Amount, r.Charge = euro.Amount{}, charge("4.45")
			r.Charge.Reason = "uso di studio"
		})
		require.Equal(t, "4.45", partly.Amount.String())
		require.Equal(t, "uso di studio", partly.Reason, "of one line, or said though it is priced")
		opened, err := o.Open(ctx, access(q))
		require.NoError(t, err)
		require.Equal(t, q, opened)
		_, err = o.Notice(ctx, q.ID, debtor, "owner")
		fails(t, err, pagonline.CodeNotAllowed, "amount")
		_, err = o.Accept(ctx, q.ID)
		require.NoError(t, err)
		o.now = o.now.AddDate(1, 0, 0)
		q, err = o.Get(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, quote.Accepted, q.Status, "nothing more is to come")
	})
}

func TestIssueRefuses(t *testing.T) {
	for _, c := range []struct {
		field string
		code  pagonline.Code
		edit  func(*quote.Request)
	}{
		{"institute", pagonline.CodeInstituteUnknown, func(r *quote.Request) { r.Institute = "AS-YY" }},
		{"institute", pagonline.CodeInstituteSuspended, func(r *quote.Request) { r.Institute = "AS-XX" }},
		{"service", pagonline.CodeServiceNotOffered, func(r *quote.Request) { r.Service = "biglietti" }},
		{"service", pagonline.CodeNotAllowed, func(r *quote.Request) { r.Service = "cd" }}, // its price is known
		{"protocol", pagonline.CodeRequiredField, func(r *quote.Request) { r.Protocol = causale.Protocol{} }},
		{"reason", pagonline.CodeInputSyntax, func(r *quote.Request) { r.Reason = "gratis" }}, // and 12.50
		{"reason", pagonline.CodeTextTooLong, func(r *quote.Request) { r.Amount, r.Reason = euro.Amount{}, strings.Repeat("x", 141) }},
		{"payer", pagonline.CodePayerName, func(r *quote.Request) { r.Payer = strings.Repeat("é", 71) }},
		{"payer", pagonline.CodePayerName, func(r *quote.Request) { r.Payer = "Mario\nRossi" }},
		{"payer", pagonline.CodePayerName, func(r *quote.Request) { r.Payer = "Mario\u202eRossi" }}, // right to left
		{"subject", pagonline.CodeTextTooLong, func(r *quote.Request) { r.Subject = strings.Repeat("x", 1<<20) }},
		{"subject", pagonline.CodeTextInvalid, func(r *quote.Request) { r.Subject = "\xff" }},
		{"years", pagonline.CodeTextTooLong, func(r *quote.Request) { r.Years = strings.Repeat("1", 141) }},
		{"shelfmark", pagonline.CodeTextInvalid, func(r *quote.Request) { r.Shelfmark = "a\x00" }},
		{"addressee", pagonline.CodeInputSyntax, func(r *quote.Request) { r.Addressee = strings.Repeat("x", 256) }},
		{"expiresOn", pagonline.CodeQuoteExpired, func(r *quote.Request) { r.ExpiresOn = day("2026-11-22") }},
		{"protocol", pagonline.CodeCausaleMissingPart, func(r *quote.Request) { r.Detail = "Archivio di Stato di Livorno, 3450/2024" }},
		{"institute", pagonline.CodeCausaleMissingPart, func(r *quote.Request) { r.Detail = "345/2024" }},
		{"detail", pagonline.CodeCausaleTooLong, func(r *quote.Request) { r.Detail = strings.Repeat("x", 141) }},
		{"payer", pagonline.CodeCausaleMissingPart, func(r *quote.Request) { r.Service, r.Payer = "ricerche", "" }},
		{"years", pagonline.CodeCausaleMissingPart, func(r *quote.Request) { r.Service = "ricerche" }},
	} {
		o := newOffice(&memory.Store{})
		_, err := o.Issue(t.Context(), request(c.edit))
		fails(t, err, c.code, c.field)
		require.Equal(t, pagonline.AsError(err), pagonline.AsError(o.Check(t.Context(), request(c.edit))))
		for _, text := range []string{pagonline.AsError(err).It, err.Error()} {
			require.NotContains(t, text, "Rossi")
		}
		for q, err := range o.List(t.Context(), quote.Filter{}) {
			t.Error("something was stored", q.ID, err)
		}
	}
	o := newOffice(&memory.Store{})
	q := o.issue(t, func(r *quote.Request) { r.Service, r.Years, r.ExpiresOn = "ricerche", "1936-1943", day("2026-11-23") })
	require.Equal(t, "Mario Rossi Registro 7 1936-1943", q.Detail.String(), "on its last day a quote is good")
}
