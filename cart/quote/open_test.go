package quote_test

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

func TestOpen(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		q := o.issue(t)
		other := o.issue(t, func(r *quote.Request) { r.Institute = "AS-PI" })
		code := q.Code.String()
		p := q.Protocol
		for _, a := range []quote.Access{
			{Institute: "AS-LI", Protocol: p, Code: code},
			{Institute: "AS-LI", Protocol: causale.MustParseProtocol("00345"), Code: " " + strings.ToLower(q.Code.Grouped()) + " "},
			{Protocol: p, Code: code},
			{Institute: "AS-LI", Protocol: p, Code: code, Owner: "another"},
			{Institute: "AS-LI", Protocol: p, Owner: "owner"},
			{Institute: "AS-LI", Protocol: p, Code: "wrong", Owner: "owner"},
			{Institute: "AS-LI", Protocol: p, Code: o.issue(t, protocol("9/2024")).Code.String(), Owner: "owner"},
		} {
			got, err := o.Open(t.Context(), a)
			require.NoError(t, err, "%+v", a)
			require.Equal(t, q, got)
		}
		got, err := o.Open(t.Context(), quote.Access{Protocol: p, Owner: "owner"})
		require.NoError(t, err)
		require.Equal(t, other, got, "of any institute, the newest")
	})
}

// TestOpenElsewhere: who holds the quote is told whose it is.
func TestOpenElsewhere(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		q := o.issue(t, func(r *quote.Request) { r.Institute = "AS-PI" })
		for _, a := range []quote.Access{
			{Institute: "AS-LI", Protocol: q.Protocol, Code: q.Code.String()},
			{Institute: "AS-LI", Protocol: q.Protocol, Owner: "owner"},
		} {
			_, err := o.Open(t.Context(), a)
			fails(t, err, pagonline.CodeQuoteOtherInstitute, "institute")
			require.Equal(t, "Il preventivo è di un altro istituto: Archivio di Stato di Pisa.", pagonline.AsError(err).It)
		}
	})
}

// spy counts what is read.
type spy struct {
	storetest.Store
	reads []string
}

type spiedQuotes struct {
	quote.Quotes
	*spy
}

func (s *spy) Quotes() quote.Quotes { return spiedQuotes{s.Store.Quotes(), s} }

func (s *spy) Positions() payment.Positions {
	s.reads = append(s.reads, "positions")
	return s.Store.Positions()
}

func (s spiedQuotes) ByCode(ctx context.Context, c quote.Code) (quote.Quote, error) {
	s.reads = append(s.reads, "code")
	return s.Quotes.ByCode(ctx, c)
}

func (s spiedQuotes) ByProtocol(ctx context.Context, institute string, p causale.Protocol) ([]quote.Quote, error) {
	s.reads = append(s.reads, "protocol")
	return s.Quotes.ByProtocol(ctx, institute, p)
}

func (s spiedQuotes) Get(ctx context.Context, id string) (quote.Quote, error) {
	s.reads = append(s.reads, "id")
	return s.Quotes.Get(ctx, id)
}

func (s spiedQuotes) List(ctx context.Context, f quote.Filter) iter.Seq2[quote.Quote, error] {
	return func(yield func(quote.Quote, error) bool) {
		n := 0
		for q, err := range s.Quotes.List(ctx, f) {
			n++
			if !yield(q, err) {
				break
			}
		}
		s.reads = append(s.reads, fmt.Sprintf("list of %d", n))
	}
}

// TestOpenTellsNothing: to who does not hold it, a quote that is there in whatever
// state and one that is not are the same, in words and in what is read.
func TestOpenTellsNothing(t *testing.T) {
	st := &spy{Store: &memory.Store{}}
	o := newOffice(st)
	ctx := t.Context()
	mine := o.issue(t, protocol("1/2024"), func(r *quote.Request) { r.Addressee = "another" })
	there := map[string]quote.Quote{"live": o.issue(t)}
	there["withdrawn"] = o.issue(t, protocol("2/2024"))
	_, err := o.Withdraw(ctx, there["withdrawn"].ID)
	require.NoError(t, err)
	there["paid"] = o.issue(t, protocol("3/2024"))
	o.pay(t, o.notice(t, there["paid"], ""), "iur", o.now)
	there["superseded"] = o.issue(t, protocol("4/2024"))
	_, err = o.Supersede(ctx, there["superseded"].ID, request(protocol("4/2024"), amount("1.00")))
	require.NoError(t, err)
	there["another institute's"] = o.issue(t, protocol("5/2024"), func(r *quote.Request) { r.Institute = "AS-PI" })
	there["expired"] = o.issue(t, protocol("6/2024"), func(r *quote.Request) { r.ExpiresOn = day("2026-11-23") })
	o.now = o.now.AddDate(0, 0, 1)

	absent := quote.Quote{Institute: "AS-LI", Protocol: causale.MustParseProtocol("999/2024")}
	for _, c := range []struct {
		name  string
		code  string
		owner string
		reads []string
	}{
		{"nobody, without a code", "", "", []string{"code"}},
		{"nobody, with a wrong code", "CDF23456GH", "", []string{"code"}},
		{"nobody, with a code out of form", "0", "", []string{"code"}},
		{"nobody, with a code of 1 MB", strings.Repeat("C", 1<<20), "", []string{"code"}},
		{"nobody, with the code of another quote", mine.Code.String(), "", []string{"code"}},
		{"another owner", "", "another", []string{"code", "list of 1"}},
		{"another owner, with a wrong code", "CDF23456GH", "another", []string{"code", "list of 1"}},
		{"an owner of none", "", "nobody", []string{"code", "list of 0"}},
	} {
		ask := func(q quote.Quote) ([]string, error) {
			st.reads = nil
			_, err := o.Open(ctx, quote.Access{Institute: "AS-LI", Protocol: q.Protocol, Code: c.code, Owner: c.owner})
			return st.reads, err
		}
		absentReads, wantErr := ask(absent)
		fails(t, wantErr, pagonline.CodeQuoteUnknown, "protocol")
		require.Equal(t, c.reads, absentReads, c.name)
		for state, q := range there {
			reads, err := ask(q)
			require.Equal(t, wantErr, err, "%s, %s", c.name, state)
			require.Equal(t, c.reads, reads, "%s, %s", c.name, state)
		}
	}
	// And 34 is not 345, for its holder too.
	for _, s := range []string{"34/2024", "3450/2024", "345/2025", ""} {
		_, err := o.Open(ctx, quote.Access{Institute: "AS-LI", Protocol: causale.MustParseProtocol(s), Code: there["live"].Code.String()})
		fails(t, err, pagonline.CodeQuoteUnknown, "protocol")
	}
}

// TestStoreFails: what the store cannot do is not "unknown".
func TestStoreFails(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		q := o.issue(t)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := o.Issue(ended, request())
		require.ErrorIs(t, err, context.Canceled)
		_, err = o.Withdraw(ended, q.ID)
		require.ErrorIs(t, err, context.Canceled)
		if _, err = o.Open(ended, access(q)); err != nil { // memory needs no context to read
			require.ErrorIs(t, err, context.Canceled)
		}
	})
}
