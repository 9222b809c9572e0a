package quote_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
)

func address(s string) func(*quote.Request) {
	return func(r *quote.Request) { r.Address = s }
}

// TestAddress: it is on the notice, in the parts that pagoPA knows; who signed in has his
// own.
func TestAddress(t *testing.T) {
	o := newOffice(&memory.Store{})
	free := func(r *quote.Request) { r.Addressee = "" }
	number := 0
	for text, want := range map[string]payment.Subject{
		"":                                          {},
		"Via Roma 1, 57123 Livorno (LI)":            {Street: "Via Roma 1", PostalCode: "57123", City: "Livorno", Province: "LI"},
		"  Via Roma,1 ,  57123 Livorno( LI ) ":      {Street: "Via Roma, 1", PostalCode: "57123", City: "Livorno", Province: "LI"},
		"Località Le Selve, Monte Argentario":       {Street: "Località Le Selve", City: "Monte Argentario"},
		"Hauptstraße 5, 10115 Berlin, DE":           {Street: "Hauptstraße 5", PostalCode: "10115", City: "Berlin", Country: "DE"},
		"12 High Street, SW1A London, GB":           {Street: "12 High Street", PostalCode: "SW1A", City: "London", Country: "GB"},
		"Piazza Čop 3, 34170 Gorizia (Gorizia), IT": {Street: "Piazza Čop 3", PostalCode: "34170", City: "Gorizia", Province: "Gorizia", Country: "IT"},
	} {
		want.Kind, want.Code, want.Name = payment.Natural, payment.Anonymous, "Mario Rossi"
		number++
		own := protocol(strconv.Itoa(number) + "/2024")
		q := o.issue(t, own, address(text), free)
		require.Equal(t, want, o.notice(t, q, "").Debtor, text)
		require.Equal(t, strings.Join(strings.Fields(text), " "), q.Address)
		require.Equal(t, q.ID, o.issue(t, own, address(text), free).ID)
		_, err := o.Issue(t.Context(), request(own, free, address("x, y")))
		fails(t, err, pagonline.CodeConflict, "protocol")
	}
	q := o.issue(t, protocol("99/2024"), address("Via Roma 1, 57123 Livorno (LI)"))
	p, err := o.Notice(t.Context(), q.ID, debtor, "owner")
	require.NoError(t, err)
	require.Equal(t, debtor, p.Debtor)

	for text, code := range map[string]pagonline.Code{
		"Via Roma 1": pagonline.CodeInputSyntax, ", ": pagonline.CodeInputSyntax, "Via Roma 1,": pagonline.CodeInputSyntax,
		"Via Roma 1, IT": pagonline.CodeInputSyntax, "Via Roma 1, Livorno (LI": pagonline.CodeInputSyntax,
		"Via Roma 1, (LI)": pagonline.CodeInputSyntax, "Via Roma 1, Livorno ()": pagonline.CodeInputSyntax,
		"Via Roma\x001, Livorno":                         pagonline.CodeTextInvalid,
		strings.Repeat("a", 71) + ", Livorno":            pagonline.CodeTextTooLong,
		"Via Roma 1, " + strings.Repeat("a", 36):         pagonline.CodeTextTooLong,
		"Via Roma 1, " + strings.Repeat("1", 17) + " Li": pagonline.CodeTextTooLong,
		strings.Repeat("a, ", 60):                        pagonline.CodeTextTooLong,
	} {
		fails(t, o.Check(t.Context(), request(protocol("98/2024"), address(text))), code, "address")
	}
}

// FuzzAddress: whatever is taken can be opened as a notice.
func FuzzAddress(f *testing.F) {
	f.Add("Via Roma 1, 57123 Livorno (LI), IT")
	f.Add("a,1 (b)(c)")
	f.Fuzz(func(t *testing.T, s string) {
		o := newOffice(&memory.Store{})
		q, err := o.Issue(t.Context(), request(address(s)))
		if err != nil {
			require.NotEmpty(t, pagonline.CodeOf(err))
			return
		}
		_, err = o.Notice(t.Context(), q.ID, payment.Subject{}, "")
		require.NoError(t, err, "%q", s)
	})
}
