package storetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// Quote returns a quote of Livorno's, under the protocol n/2024; n makes it another
// one.
func Quote(n int) quote.Quote {
	digits := strings.NewReplacer("0", "C", "1", "D") // the alphabet of codes has neither
	code, err := quote.ParseCode(digits.Replace(fmt.Sprintf("%010d", n)))
	if err != nil {
		panic(err) // the suite's own mistake
	}
	detail, err := causale.NewDetail(fmt.Sprintf("ARCHIVIO DI STATO DI LIVORNO prot. %d/2024", n))
	if err != nil {
		panic(err)
	}
	return quote.Quote{
		ID: fmt.Sprintf("quote-%d", n), Institute: "AS-LI", Creditor: "99999000013", Service: "fotocopie",
		Protocol: causale.MustParseProtocol(fmt.Sprintf("%d/2024", n)), Code: code, Amount: euro.MustParse("12.50"),
		Lines: []catalog.Line{{
			Code: "a4-bn", Count: 25, Unit: catalog.Page, Amount: euro.MustParse("12.50"),
			Rule: pagonline.Text{It: "25 × 0,50", En: "25 × 0.50"},
		}},
		Detail: detail, Payer: "Mario Rossi", Addressee: "owner", Subject: "perché l’Archivio", Status: quote.Issued,
		IssuedAt: at(n % 60), ExpiresOn: pagonline.DateOf(at(0)).AddDays(30),
	}
}

// ids are what quotes are told apart by in a failure.
func ids(quotes []quote.Quote) (all []string) {
	for _, q := range quotes {
		all = append(all, q.ID)
	}
	return all
}

func testQuotes(t *testing.T, st Store) {
	ctx, q := t.Context(), Quote(345)
	must(t, st.Quotes().Insert(ctx, q))
	wantErr(t, "second Insert", st.Quotes().Insert(ctx, q), quote.ErrExists)
	other := Quote(346)
	other.Code = q.Code
	wantErr(t, "Insert with a code that is there", st.Quotes().Insert(ctx, other), quote.ErrExists)
	equal(t, "Get", value(st.Quotes().Get(ctx, q.ID))(t), q)
	equal(t, "ByCode", value(st.Quotes().ByCode(ctx, q.Code))(t), q)
	_, err := st.Quotes().Get(ctx, other.ID)
	wantErr(t, "Get of none", err, quote.ErrNotFound)
	_, err = st.Quotes().ByCode(ctx, Quote(346).Code)
	wantErr(t, "ByCode of none", err, quote.ErrNotFound)
	_, err = st.Quotes().ByCode(ctx, quote.Code{})
	wantErr(t, "ByCode without a code", err, quote.ErrNotFound)

	must(t, st.Quotes().Update(ctx, q.ID, func(u *quote.Quote) error {
		equal(t, "what Update hands over", *u, q)
		u.Status, u.AcceptedAt, u.SupersededBy = quote.Superseded, at(9), "another"
		u.Lines[0].Count = 1
		return nil
	}))
	q.Status, q.AcceptedAt, q.SupersededBy, q.Lines[0].Count = quote.Superseded, at(9), "another", 1
	wantErr(t, "failed Update", st.Quotes().Update(ctx, q.ID, func(u *quote.Quote) error {
		u.Status, u.Lines[0].Count = quote.Withdrawn, 2
		return errTest
	}), errTest)
	got := value(st.Quotes().Get(ctx, q.ID))(t)
	equal(t, "after Update", got, q)
	got.Lines[0].Count = 3 // the caller's copy is his own
	equal(t, "after Get", value(st.Quotes().Get(ctx, q.ID))(t), q)
	wantErr(t, "Update of none", st.Quotes().Update(ctx, "none", func(*quote.Quote) error { return nil }), quote.ErrNotFound)

	bare := Quote(347)
	bare.Lines, bare.Payer, bare.Addressee, bare.Subject = nil, "", "", ""
	bare.Amount, bare.Reason, bare.ExpiresOn = euro.Amount{}, "immagini già in rete", pagonline.Date{}
	must(t, st.Quotes().Insert(ctx, bare))
	equal(t, "over nothing", value(st.Quotes().Get(ctx, bare.ID))(t), bare)
}

func testQuoteLists(t *testing.T, st Store) {
	ctx := t.Context()
	var all []quote.Quote
	for i, protocol := range []string{"123/2024", "0123", "1234/2024", "123/2025", "verbale senza numero", "VERBALE senza numero"} {
		q := Quote(i + 1)
		q.Protocol = causale.MustParseProtocol(protocol)
		if i == 3 {
			q.Status, q.Addressee = quote.Withdrawn, ""
		}
		must(t, st.Quotes().Insert(ctx, q))
		all = append(all, q)
	}
	elsewhere := Quote(7)
	elsewhere.Institute, elsewhere.Protocol = "AS-PI", all[0].Protocol
	must(t, st.Quotes().Insert(ctx, elsewhere))

	for _, c := range []struct {
		institute, protocol string
		want                []quote.Quote
	}{
		{"AS-LI", "00123", []quote.Quote{all[3], all[1], all[0]}}, // the newest first, of any year
		{"AS-LI", "1234", []quote.Quote{all[2]}},
		{"AS-LI", "12", nil},
		{"AS-LI", "verbale SENZA numero", []quote.Quote{all[5], all[4]}},
		{"AS-PI", "123/2024", []quote.Quote{elsewhere}},
		{"", "123/2024", nil},
	} {
		got := value(st.Quotes().ByProtocol(ctx, c.institute, causale.MustParseProtocol(c.protocol)))(t)
		equal(t, "ByProtocol "+c.institute+" "+c.protocol, ids(got), ids(c.want))
	}
	for _, c := range []struct {
		filter quote.Filter
		want   []quote.Quote
	}{
		{quote.Filter{}, []quote.Quote{elsewhere, all[5], all[4], all[3], all[2], all[1], all[0]}},
		{quote.Filter{Institute: "AS-PI"}, []quote.Quote{elsewhere}},
		{quote.Filter{Owner: "owner", Institute: "AS-LI"}, []quote.Quote{all[5], all[4], all[2], all[1], all[0]}},
		{quote.Filter{Owner: "nobody"}, nil},
		{quote.Filter{Status: quote.Withdrawn}, []quote.Quote{all[3]}},
	} {
		equal(t, fmt.Sprintf("List %+v", c.filter), ids(collect(t, st.Quotes().List(ctx, c.filter))), ids(c.want))
	}
	for i := range 120 { // more than a page of any store
		must(t, st.Quotes().Insert(ctx, Quote(1000+i)))
	}
	equal(t, "a long List", len(collect(t, st.Quotes().List(ctx, quote.Filter{}))), 127)
}

func testQuoteUnits(t *testing.T, st Store) {
	ctx, q := t.Context(), Quote(345)
	must(t, st.Quotes().Insert(ctx, Quote(1)))
	wantErr(t, "Do", st.Do(ctx, func(inner context.Context) error {
		must(t, st.Quotes().Insert(inner, q))
		must(t, st.Quotes().Update(inner, "quote-1", func(q *quote.Quote) error {
			q.Status = quote.Withdrawn
			return nil
		}))
		equal(t, "what the unit sees", value(st.Quotes().ByCode(inner, q.Code))(t), q)
		equal(t, "its list", len(collect(t, st.Quotes().List(inner, quote.Filter{}))), 2)
		equal(t, "the list seen from outside", len(collect(t, st.Quotes().List(ctx, quote.Filter{}))), 1)
		return errTest
	}), errTest)
	_, err := st.Quotes().Get(ctx, q.ID)
	wantErr(t, "after a failed unit", err, quote.ErrNotFound)
	_, err = st.Quotes().ByCode(ctx, q.Code)
	wantErr(t, "its code", err, quote.ErrNotFound)
	equal(t, "its protocol", len(value(st.Quotes().ByProtocol(ctx, q.Institute, q.Protocol))(t)), 0)
	equal(t, "the other quote", value(st.Quotes().Get(ctx, "quote-1"))(t), Quote(1))

	// A rule may look at other tables of its unit, and one unit holds quote and notice.
	in(t, st, func(ctx context.Context) {
		must(t, st.Quotes().Insert(ctx, q))
		must(t, st.Quotes().Update(ctx, q.ID, func(q *quote.Quote) error {
			q.Status = quote.Accepted
			return st.Positions().Insert(ctx, Position(1))
		}))
	})
	equal(t, "after the unit", value(st.Quotes().Get(ctx, q.ID))(t).Status, quote.Accepted)
	equal(t, "the notice", value(st.Positions().Get(ctx, Position(1).Key))(t), Position(1))
}

// testOneQuote: of many that look for a quote and add it where there is none, one adds
// it.
func testOneQuote(t *testing.T, st Store) {
	ctx := t.Context()
	var added atomic.Int32
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			q, mine := Quote(i), false
			q.Protocol = Quote(345).Protocol
			err := st.Do(ctx, func(ctx context.Context) error {
				held, err := st.Quotes().ByProtocol(ctx, q.Institute, q.Protocol)
				if mine = err == nil && len(held) == 0; !mine {
					return err
				}
				return st.Quotes().Insert(ctx, q)
			})
			if err != nil {
				t.Error(err)
			}
			if mine {
				added.Add(1)
			}
		})
	}
	wg.Wait()
	equal(t, "quotes added", added.Load(), int32(1))
	equal(t, "quotes there", len(collect(t, st.Quotes().List(ctx, quote.Filter{}))), 1)
}
