package cart_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
)

const (
	dot     = catalog.DotOnly
	comma   = catalog.CommaOnly
	lenient = catalog.Lenient
)

func TestParsePrice(t *testing.T) {
	for _, c := range []struct {
		in     string
		policy catalog.AmountPolicy
		want   string
	}{
		{"12.5", dot, "12.50"}, // the form that Livorno prescribes: 00.0
		{"00.5", dot, "0.50"},
		{"12.50", dot, "12.50"},
		{"12", dot, "12.00"},
		{"12,50", comma, "12.50"},
		{"12", comma, "12.00"},
		{"12,50", lenient, "12.50"},
		{"12.50", lenient, "12.50"},
		{"12.50", "", "12.50"}, // no policy is the lenient one
		{"1.234,56", lenient, "1234.56"},
		{"1,234.56", lenient, "1234.56"},
		{"1,234,567.8", lenient, "1234567.80"},
		{"999.999.999,99", lenient, "999999999.99"},
		{"999999999.99", dot, "999999999.99"},
		{"0.01", dot, "0.01"},
		{" 12.5 ", dot, "12.50"},
		{"\u00a012.5\u00a0", dot, "12.50"},
		{"€ 12.5", dot, "12.50"},
		{"12.5€", dot, "12.50"},
		{"EUR12.5", dot, "12.50"},
		{"12.5 eur", dot, "12.50"},
		{"12.50" + strings.Repeat(" ", 100), dot, "12.50"},
	} {
		a, err := cart.ParsePrice(c.in, c.policy)
		require.NoError(t, err, "%q %s", c.in, c.policy)
		require.Equal(t, c.want, a.String(), "%q %s", c.in, c.policy)
	}
}

func TestParsePriceRefuses(t *testing.T) {
	for _, c := range []struct {
		in     string
		policy catalog.AmountPolicy
		code   pagonline.Code
		it     string // a part of the text
	}{
		{"12,50", dot, pagonline.CodeAmountFormat, "usare il punto e al massimo due decimali (es. 12.50)"},
		{"7,5", dot, pagonline.CodeAmountFormat, "(es. 7.50)"}, // the right form of what was written
		{"12.50", comma, pagonline.CodeAmountFormat, "usare la virgola e al massimo due decimali (es. 12,50)"},
		{"7.5", comma, pagonline.CodeAmountFormat, "(es. 7,50)"},
		{"1.234,56", dot, pagonline.CodeAmountFormat, "(es. 1234.56)"},
		{"1,234.56", comma, pagonline.CodeAmountFormat, "(es. 1234,56)"},
		{"1 234,50", lenient, pagonline.CodeAmountFormat, "usare il punto o la virgola e al massimo due decimali (es. 1234.50)"},
		{"12.", lenient, pagonline.CodeAmountFormat, "(es. 12.00)"},
		{".5", lenient, pagonline.CodeAmountFormat, "(es. 0.50)"},
		{"", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"€", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"€ 12 €", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"dodici", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"-12", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"+12", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"1e2", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"1.234.5", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"1.234.567", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"1.23,45", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"1234.567,89", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"1.234,567", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"1.2345", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{",,", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"١٢٫٥٠", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"}, // Arabic digits
		{"１２.５", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},  // fullwidth digits
		{"12.5\x00", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{strings.Repeat("1", 1_000_000), lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},

		{"1.234", dot, pagonline.CodeAmountAmbiguous, `"1.234". Scrivere 1234.00 oppure 1.23.`},
		{"1,234", dot, pagonline.CodeAmountAmbiguous, `"1,234". Scrivere 1234.00 oppure 1.23.`},
		{"1.234", comma, pagonline.CodeAmountAmbiguous, `Scrivere 1234,00 oppure 1,23.`},
		{"1,234", lenient, pagonline.CodeAmountAmbiguous, `Scrivere 1234.00 oppure 1.23.`},
		{"0.500", dot, pagonline.CodeAmountAmbiguous, `Scrivere 500.00 oppure 0.50.`},
		{"0.000", dot, pagonline.CodeAmountAmbiguous, `Scrivere 1234.00 oppure 1.23.`},
		{"999999999.123", comma, pagonline.CodeAmountAmbiguous, `Scrivere 1234,00 oppure 1,23.`},
		{"0.001,50", lenient, pagonline.CodeAmountFormat, "(es. 12.50)"},
		{"€ 1.234", dot, pagonline.CodeAmountAmbiguous, `"1.234"`},

		{"0", dot, pagonline.CodeAmountRange, "compreso tra 0,01 e 999.999.999,99"},
		{"0.00", dot, pagonline.CodeAmountRange, ""},
		{"0,0", lenient, pagonline.CodeAmountRange, ""},
		{"1000000000", dot, pagonline.CodeAmountRange, ""},
		{"1.000.000.000,00", lenient, pagonline.CodeAmountRange, ""},
		{strings.Repeat("9", 70), dot, pagonline.CodeAmountRange, ""},
	} {
		_, err := cart.ParsePrice(c.in, c.policy)
		require.Equal(t, c.code, pagonline.CodeOf(err), "%.20q %s: %v", c.in, c.policy, err)
		require.Contains(t, pagonline.AsError(err).It, c.it, "%.20q %s", c.in, c.policy)
	}
}

// TestSuggestionsAreRight: the form that an error suggests is itself accepted.
func TestSuggestionsAreRight(t *testing.T) {
	for _, policy := range []catalog.AmountPolicy{dot, comma, lenient} {
		for _, in := range []string{"7,5", "7.5", "1.234,56", "1,234.56", "1 234", "12.", ".5", "1.234", "0,999", "0.000", "0.500", "999999999.123", "x"} {
			_, err := cart.ParsePrice(in, policy)
			if err == nil {
				continue
			}
			en := strings.TrimRight(pagonline.AsError(err).En, ".)")
			suggested := en[strings.LastIndexByte(en, ' ')+1:]
			_, err = cart.ParsePrice(suggested, policy)
			require.NoError(t, err, "%q for %q under %s", suggested, in, policy)
		}
	}
}

// FuzzParsePrice: what is accepted has one value only, and no policy takes what the
// lenient one does not.
func FuzzParsePrice(f *testing.F) {
	for _, s := range []string{"12.5", "12,50", "1.234,56", "1.234", "€ 1", "0", "1,2.3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := cart.ParsePrice(s, lenient)
		for _, policy := range []catalog.AmountPolicy{dot, comma} {
			if b, strictErr := cart.ParsePrice(s, policy); strictErr == nil {
				require.NoError(t, err)
				require.Equal(t, a, b)
			}
		}
		if err != nil {
			require.ErrorIs(t, err, pagonline.ErrInvalid)
			return
		}
		require.False(t, a.IsZero())
		again, err := cart.ParsePrice(a.String(), dot)
		require.NoError(t, err)
		require.Equal(t, a, again)
		again, err = cart.ParsePrice(a.Localized("it"), lenient)
		if a.Cents() < 100_000 {
			require.NoError(t, err)
		}
		if err == nil {
			require.Equal(t, a, again)
		}
		require.True(t, a.Decimal().GreaterThan(decimal.Zero))
	})
}
