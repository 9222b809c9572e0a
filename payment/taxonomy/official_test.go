package taxonomy_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/taxonomy"
)

func official(tb testing.TB) *taxonomy.Table {
	tb.Helper()
	file, err := os.Open(officialtest.Path(tb, "taxonomy/tassonomia.csv"))
	require.NoError(tb, err)
	defer file.Close()
	table, err := taxonomy.Read(file)
	require.NoError(tb, err)
	return table
}

// The figures of version 47 of the official file.
func TestOfficialFile(t *testing.T) {
	table := official(t)
	require.Equal(t, 3004, table.Len())
	require.Equal(t, "47", table.Version())
	normal := map[taxonomy.Reason]int{}
	for row := range table.All() {
		require.Equal(t, "47", row.Version)
		require.NotEmpty(t, row.CreditorType)
		require.NotEmpty(t, row.Area)
		require.NotEmpty(t, row.Service)
		require.NotEmpty(t, row.Topic)
		require.False(t, row.Until.Before(row.From), row.Code)
		if row.Code.Prefix() != taxonomy.Normal {
			continue
		}
		normal[row.Code.Reason()]++
		for _, p := range []taxonomy.Prefix{taxonomy.NoRequest, taxonomy.OtherOperator, taxonomy.Both} {
			code, err := row.Code.WithPrefix(p)
			require.NoError(t, err)
			twin, ok := table.Lookup(code)
			require.True(t, ok, code)
			twin.Code = row.Code
			require.Equal(t, row, twin)
		}
	}
	require.Equal(t, map[taxonomy.Reason]int{taxonomy.AP: 353, taxonomy.TS: 194, taxonomy.SP: 120, taxonomy.SA: 43, taxonomy.IM: 41}, normal)
}

// What an archive needs to know of it.
func TestOfficialCodes(t *testing.T) {
	table := official(t)
	today := day(t, "2026-11-24")
	for _, c := range []struct {
		code    string
		service string
		want    error
	}{
		{"9/0706100TS/", "Introiti biglietti di Musei Monumenti e Aree Archeologiche", taxonomy.ErrExpired},
		{"9/0706101TS/", "", taxonomy.ErrExpired},
		{"9/0701100AP/", "INCASSI GENERALI", nil},
		{"6/0701100AP/", "INCASSI GENERALI", nil},
		{"9/1201105IM/", "Imposta di bollo - servizio @e.bollo", nil},
		{"9/0811100IM/", "", nil},
		{"9/0702107TS/", "", nil},
		{"9/0108100SP/", "", nil},
		{"9/0706102TS/", "", taxonomy.ErrUnknown},
	} {
		code := taxonomy.MustParse(c.code)
		err := table.Check(code, today)
		if c.want != nil {
			require.ErrorIs(t, err, c.want, c.code)
		} else {
			require.NoError(t, err, c.code)
		}
		if row, _ := table.Lookup(code); c.service != "" {
			require.Equal(t, c.service, row.Service)
		}
	}
	require.NoError(t, table.Check(taxonomy.MustParse("9/0706100TS/"), day(t, "2022-01-04")))

	var culture int
	for row := range table.Choices("07", today) {
		require.Equal(t, taxonomy.Normal, row.Code.Prefix())
		if row.Area == "MINISTERO DEI BENI CULTURALI" {
			culture++
		}
	}
	require.Zero(t, culture) // nothing of it is left
}

// FuzzRead: the reader never panics, its errors are of one code, and what a table holds
// its own checks accept.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		csvFile, jsonFile, "", "[", "[{}]", `[{"DATI SPECIFICI INCASSO":"9/0701100AP/"}]`, "a;b\n\"", "\ufeff[",
		"dati_specifici_di_incasso;data_inizio_validita;data_fine_validita\n9/0701100AP/;01/01/1900;31/12/1899\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := taxonomy.Read(bytes.NewReader(b))
		if err != nil {
			if pagonline.CodeOf(err) != pagonline.CodeInputSyntax || table != nil {
				t.Errorf("Read = %v, %v", table, err)
			}
			return
		}
		n := 0
		for row := range table.All() {
			n++
			again, err := taxonomy.Parse(row.Code.String())
			if err != nil || again != row.Code {
				t.Errorf("code %q does not read back: %v", row.Code, err)
			}
			if got, ok := table.Lookup(row.Code); !ok || got != row {
				t.Errorf("Lookup(%s) = %v, %v", row.Code, got, ok)
			}
			if err := table.Check(row.Code, row.From); (err == nil) != row.ValidOn(row.From) {
				t.Errorf("Check(%s, %s) = %v", row.Code, row.From, err)
			}
		}
		if n != table.Len() {
			t.Errorf("%d rows of %d", n, table.Len())
		}
	})
}

// FuzzParse: a code reads back as it is written, or is refused with one code.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"9/0701100AP/", "9/0701100AP", "", "5/0000000IM/", "8/9999999SA/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := taxonomy.Parse(s)
		switch {
		case err != nil && pagonline.CodeOf(err) != pagonline.CodeInputSyntax:
			t.Errorf("Parse(%q): %v", s, err)
		case err == nil && c.String() != s:
			t.Errorf("Parse(%q).String() = %q", s, c)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	file, err := os.ReadFile(officialtest.Path(b, "taxonomy/tassonomia.csv"))
	require.NoError(b, err)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := taxonomy.Read(bytes.NewReader(file)); err != nil {
			b.Fatal(err)
		}
	}
}
