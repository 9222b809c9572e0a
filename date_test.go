package pagonline_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata" // what TestRome compares with

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
)

func date(t *testing.T, s string) pagonline.Date {
	t.Helper()
	d, err := pagonline.ParseDate(s)
	require.NoError(t, err)
	return d
}

func TestParseDate(t *testing.T) {
	for _, s := range []string{"2026-11-23", "2024-02-29", "0001-01-01", "9999-12-31"} {
		require.Equal(t, s, date(t, s).String())
	}
	for _, s := range []string{"", "2026-02-30", "2025-02-29", "23/11/2026", "2026-1-2", "2026-11-23T00:00:00Z", "0000-01-01", "12026-01-01"} {
		_, err := pagonline.ParseDate(s)
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), s)
	}
}

func TestZeroDateIsNone(t *testing.T) {
	var d pagonline.Date
	require.True(t, d.IsZero())
	require.Empty(t, d.String())
	require.Empty(t, d.Localized("en"))
	require.True(t, d.AddDays(1).IsZero())
	require.True(t, d.Start().IsZero())
	require.True(t, d.End().IsZero())
	require.True(t, pagonline.DateOf(time.Time{}).IsZero())
	require.True(t, d.Before(date(t, "0001-01-01")))
}

func TestDaysAreOfTheCalendar(t *testing.T) {
	require.Equal(t, "2026-03-30", date(t, "2026-03-28").AddDays(2).String(), "over the change to summer time")
	require.Equal(t, "2024-02-29", date(t, "2024-01-30").AddDays(30).String())
	require.Equal(t, "2025-12-31", date(t, "2026-01-01").AddDays(-1).String())
	require.True(t, date(t, "9999-12-31").AddDays(1).IsZero())
}

// TestDayEndsInRome: each day of the years 2024 to 2030 ends when the next begins,
// and the two days on which the clock changes have 23 and 25 hours.
func TestDayEndsInRome(t *testing.T) {
	hours := map[time.Duration]int{}
	for d := date(t, "2024-01-01"); d.Before(date(t, "2031-01-01")); d = d.AddDays(1) {
		require.Equal(t, d.End(), d.AddDays(1).Start())
		require.Equal(t, d, pagonline.DateOf(d.Start()))
		require.Equal(t, d, pagonline.DateOf(d.End().Add(-time.Nanosecond)))
		require.Equal(t, time.UTC, d.End().Location())
		hours[d.End().Sub(d.Start())]++
	}
	require.Equal(t, map[time.Duration]int{24 * time.Hour: 2557 - 14, 23 * time.Hour: 7, 25 * time.Hour: 7}, hours)
}

func TestDateOfRome(t *testing.T) {
	require.Equal(t, "2026-11-24", pagonline.DateOf(time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC)).String())
	require.Equal(t, "2026-06-30", pagonline.DateOf(time.Date(2026, 6, 30, 21, 59, 0, 0, time.UTC)).String())
	require.Equal(t, "Europe/Rome", pagonline.Rome().String())
}

// TestRome compares the zone with the database, each hour from 1996 to 2060.
func TestRome(t *testing.T) {
	want, err := time.LoadLocation("Europe/Rome")
	require.NoError(t, err)
	end := time.Date(2061, 1, 1, 0, 0, 0, 0, time.UTC)
	for at := time.Date(1996, 1, 1, 0, 0, 0, 0, time.UTC); at.Before(end); at = at.Add(time.Hour) {
		name, offset := at.In(pagonline.Rome()).Zone()
		wantName, wantOffset := at.In(want).Zone()
		if name != wantName || offset != wantOffset {
			t.Fatalf("%s: %s %d, want %s %d", at, name, offset, wantName, wantOffset)
		}
	}
}

// TestDaysOfAllYears: each fifth day begins on that day and ends with the next, also
// before 1970, where package time reads the rule of a zone file wrongly.
func TestDaysOfAllYears(t *testing.T) {
	for d := date(t, "0001-01-01"); d.Before(date(t, "9999-12-20")); d = d.AddDays(5) {
		if pagonline.DateOf(d.Start()) != d || pagonline.DateOf(d.End()) != d.AddDays(1) {
			t.Fatalf("%s: from %s to %s", d, d.Start(), d.End())
		}
	}
}

func TestDateJSON(t *testing.T) {
	type due struct{ On, Paid pagonline.Date }
	in := due{On: date(t, "2026-12-23")}
	b, err := json.Marshal(in)
	require.NoError(t, err)
	require.JSONEq(t, `{"On":"2026-12-23","Paid":""}`, string(b))
	var out due
	require.NoError(t, json.Unmarshal(b, &out))
	require.Equal(t, in, out)
	require.Error(t, json.Unmarshal([]byte(`{"On":"tomorrow"}`), &out))
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-11-23", "2024-02-29", "9999-12-31", "0000-00-00", "0024-04-01", "1969-03-31"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := pagonline.ParseDate(s)
		if err != nil {
			return
		}
		require.Equal(t, s, d.String())
		require.Equal(t, d, pagonline.DateOf(d.Start()))
	})
}
