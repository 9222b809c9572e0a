package euro_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
)

var (
	_ driver.Valuer            = euro.Amount{}
	_ sql.Scanner              = (*euro.Amount)(nil)
	_ encoding.TextAppender    = euro.Delta{}
	_ encoding.TextMarshaler   = euro.Total{}
	_ encoding.TextUnmarshaler = (*euro.Total)(nil)
)

func TestParse(t *testing.T) {
	for in, cents := range map[string]int64{
		"0.00":             0,
		"0.01":             1,
		"12.50":            1250,
		"999999999.99":     99_999_999_999,
		"01.00":            100, // the schema's pattern lets zeros lead
		"000000000000.10":  10,
		"00000000000012.5": -1,
	} {
		a, err := euro.Parse(in)
		if cents < 0 {
			require.Error(t, err, in)
			continue
		}
		require.NoError(t, err, in)
		require.Equal(t, cents, a.Cents(), in)
	}
}

func TestParseRefuses(t *testing.T) {
	for in, code := range map[string]pagonline.Code{
		"":                             pagonline.CodeAmountFormat,
		"12":                           pagonline.CodeAmountFormat, // no decimals
		"12.5":                         pagonline.CodeAmountFormat, // the portal's form, not the wire's
		"12,50":                        pagonline.CodeAmountFormat,
		".50":                          pagonline.CodeAmountFormat,
		"12.":                          pagonline.CodeAmountFormat,
		"12.505":                       pagonline.CodeAmountFormat,
		"+1.00":                        pagonline.CodeAmountFormat, // shopspring would take these
		"1e2.00":                       pagonline.CodeAmountFormat,
		"-1.00":                        pagonline.CodeAmountFormat,
		" 1.00":                        pagonline.CodeAmountFormat,
		"1.00 ":                        pagonline.CodeAmountFormat,
		"1 0.00":                       pagonline.CodeAmountFormat,
		"١٢.٥٠":                        pagonline.CodeAmountFormat, // Arabic digits
		"１.00":                         pagonline.CodeAmountFormat, // fullwidth digit
		"1.0\x00":                      pagonline.CodeAmountFormat,
		"1000000000.00":                pagonline.CodeAmountRange,
		"99999999999999999999999.99":   pagonline.CodeAmountRange,
		"92233720368547758.07":         pagonline.CodeAmountRange,
		strings.Repeat("9", 999) + "x": pagonline.CodeAmountFormat,
	} {
		_, err := euro.Parse(in)
		require.Equal(t, code, pagonline.CodeOf(err), "%q: %v", in, err)
		require.ErrorIs(t, err, pagonline.ErrInvalid, in)
	}
}

func TestArithmetic(t *testing.T) {
	least, most := euro.MustParse("0.01"), euro.MustParse("999999999.99")

	_, err := most.Add(least)
	require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err))
	_, err = euro.Amount{}.Sub(least)
	require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err))
	for _, n := range []int64{-1, math.MaxInt64, math.MinInt64, 100_000_000_000} {
		_, err = least.Times(n)
		require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err), n)
	}
	zero, err := euro.Amount{}.Times(math.MaxInt64)
	require.NoError(t, err)
	require.True(t, zero.IsZero())

	sum, err := euro.MustParse("12.50").Add(euro.MustParse("0.50"))
	require.NoError(t, err)
	require.Equal(t, euro.MustParse("13.00"), sum)
	triple, err := euro.MustParse("0.15").Times(3)
	require.NoError(t, err)
	require.Equal(t, "0.45", triple.String())
	require.Equal(t, "-0.50", euro.MustParse("12.00").Minus(euro.MustParse("12.50")).String())
	require.Negative(t, least.Compare(most))
}

func TestTotalGoesBeyondTheCap(t *testing.T) {
	most := euro.MustParse("999999999.99")
	total, err := euro.Sum(most, most, most)
	require.NoError(t, err)
	require.Equal(t, "2999999999.97", total.String())
	_, err = total.Amount()
	require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err))

	revoked, err := euro.ParseDelta("-999999999.99")
	require.NoError(t, err)
	total, err = total.AddDelta(revoked)
	require.NoError(t, err)
	require.Equal(t, "1999999999.98", total.String())

	brim, err := euro.ParseTotal("92233720368547758.06")
	require.NoError(t, err)
	_, err = brim.Add(most)
	require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err))
	ebb, err := euro.ParseTotal("-92233720368547758.06")
	require.NoError(t, err)
	_, err = ebb.AddDelta(revoked)
	require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err))
	_, err = ebb.AddTotal(ebb)
	require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err))
}

func TestFromDecimalRoundsHalfUp(t *testing.T) {
	for in, want := range map[string]string{
		"12.5":          "12.50",
		"0.004":         "0.00",
		"0.005":         "0.01",
		"1.005":         "1.01", // a float would say 1.00
		"2.675":         "2.68",
		"2.6749999999":  "2.67",
		"999999999.994": "999999999.99",
		"0e50":          "0.00",
		"0e-200":        "0.00",
	} {
		a, err := euro.FromDecimal(decimal.RequireFromString(in))
		require.NoError(t, err, in)
		require.Equal(t, want, a.String(), in)
		require.Equal(t, want, a.Decimal().StringFixed(2))
	}
	for _, in := range []string{"-0.01", "999999999.995", "1e12", "1e9999", "1e-9999"} {
		_, err := euro.FromDecimal(decimal.RequireFromString(in))
		require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err), in)
	}
	for _, exponent := range []int32{math.MaxInt32, math.MinInt32} { // overflows an int of 32 bits
		_, err := euro.FromDecimal(decimal.New(1, exponent))
		require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err))
	}
}

func TestLocalized(t *testing.T) {
	for in, want := range map[string][2]string{
		"0.00":         {"0,00", "0.00"},
		"12.50":        {"12,50", "12.50"},
		"999.99":       {"999,99", "999.99"},
		"1020.99":      {"1.020,99", "1,020.99"},
		"999999999.99": {"999.999.999,99", "999,999,999.99"},
	} {
		a := euro.MustParse(in)
		require.Equal(t, want, [2]string{a.Localized("it"), a.Localized("en")})
	}
	d, err := euro.ParseDelta("-1020.99")
	require.NoError(t, err)
	require.Equal(t, "-1.020,99", d.Localized("de"))
}

func TestJSONHoldsStringsOnly(t *testing.T) {
	type line struct {
		Amount euro.Amount
		Diff   euro.Delta
		Sum    euro.Total
	}
	diff, err := euro.DeltaCents(-50)
	require.NoError(t, err)
	in := line{Amount: euro.MustParse("12.50"), Diff: diff}
	b, err := json.Marshal(in)
	require.NoError(t, err)
	require.JSONEq(t, `{"Amount":"12.50","Diff":"-0.50","Sum":"0.00"}`, string(b))
	var out line
	require.NoError(t, json.Unmarshal(b, &out))
	require.Equal(t, in, out)

	require.Error(t, json.Unmarshal([]byte(`{"Amount":12.50}`), &out), "a number is a float to most readers")
	require.Error(t, json.Unmarshal([]byte(`{"Amount":"12.5"}`), &out))
	require.Error(t, json.Unmarshal([]byte(`{"Amount":"-12.50"}`), &out))
	require.Error(t, json.Unmarshal([]byte(`{"Diff":"-0.00"}`), &out))
}

func TestSQL(t *testing.T) {
	v, err := euro.MustParse("12.50").Value()
	require.NoError(t, err)
	require.Equal(t, int64(1250), v)
	for _, src := range []any{int64(1250), "12.50", []byte("12.50")} {
		var a euro.Amount
		require.NoError(t, a.Scan(src))
		require.Equal(t, "12.50", a.String())
	}
	for _, src := range []any{nil, 12.5, int64(-1), int64(100_000_000_000), "12.5", true} {
		var a euro.Amount
		require.Error(t, a.Scan(src), "%v", src)
	}
	var d euro.Delta
	require.NoError(t, d.Scan(int64(-50)))
	require.Equal(t, "-0.50", d.String())
	require.Equal(t, "0.50", d.Neg().String())
	var total euro.Total
	require.NoError(t, total.Scan("99999999999.00"))
	require.Equal(t, "99999999999.00", total.String())
}

func TestArithmeticDoesNotAllocate(t *testing.T) {
	a, b, buf := euro.MustParse("12.50"), euro.MustParse("7.00"), make([]byte, 0, 32)
	n := testing.AllocsPerRun(100, func() {
		c, _ := a.Add(b)
		c, _ = c.Times(3)
		c, _ = c.Sub(b)
		total, _ := euro.Sum(a, b, c)
		total, _ = total.AddDelta(a.Minus(b))
		buf, _ = total.AppendText(buf[:0])
	})
	require.Zero(t, n)
}

// FuzzParse holds the laws of the text form: what is read is a canonical number of
// cents, it is written back to the same, and shopspring agrees on its value.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"12.50", "0.00", "999999999.99", "007.10", "1e2.00", "-1.00", "1000000000.00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := euro.Parse(s)
		if err != nil {
			require.ErrorIs(t, err, pagonline.ErrInvalid)
			return
		}
		again, err := euro.Parse(a.String())
		require.NoError(t, err)
		require.Equal(t, a, again)
		d, err := decimal.NewFromString(s)
		require.NoError(t, err)
		require.True(t, d.Equal(a.Decimal()))
		back, err := euro.FromDecimal(d)
		require.NoError(t, err)
		require.Equal(t, a, back)
	})
}

func FuzzParseTotal(f *testing.F) {
	for _, s := range []string{"12.50", "-0.01", "-0.00", "92233720368547758.07", "--1.00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		total, err := euro.ParseTotal(s)
		if err != nil {
			return
		}
		again, err := euro.ParseTotal(total.String())
		require.NoError(t, err)
		require.Equal(t, total, again)
		if d, err := euro.ParseDelta(s); err == nil {
			require.Equal(t, total.Cents(), d.Cents())
		}
	})
}
