package causale_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
)

func TestTransfer(t *testing.T) {
	for in, want := range map[string]struct {
		flow        string
		progressive int
	}{
		"/PUR/LGPE-RIVERSAMENTO/URI/2023-03-08GovPAYPsp1-15442458845":            {"2023-03-08GovPAYPsp1-15442458845", -1},
		"/PUR/LGPE-RIVERSAMENTO/TXT/0/URI/2015-07-15xxxxxxxx-0000000001":         {"2015-07-15xxxxxxxx-0000000001", 0},
		"/PUR/LGPE-RIVERSAMENTO/TXT/9/URI/2015-07-15xxxxxxxx-hh_mm_ss_nnn":       {"2015-07-15xxxxxxxx-hh_mm_ss_nnn", 9},
		"/PUR/LGPE-RIVERSAMENTO/URI/2021-11-10PPAYITR1XXX-S011516185":            {"2021-11-10PPAYITR1XXX-S011516185", -1},
		"/PUR/LGPE-RIVERSAMENTO/TXT/1/URI/2026-06-20-FLOW-ABC":                   {"2026-06-20-FLOW-ABC", 1},
		"/PUR/LGPE-RIVERSAMENTO/URI/2024-02-29" + strings.Repeat("x", 23) + "-1": {"2024-02-29" + strings.Repeat("x", 23) + "-1", -1},
	} {
		tr, err := causale.ParseTransfer(in)
		require.NoError(t, err, in)
		require.Equal(t, want.flow, tr.Flow())
		n, ok := tr.Progressive()
		require.Equal(t, want.progressive >= 0, ok, in)
		if ok {
			require.Equal(t, want.progressive, n)
			made, err := causale.NewTransfer(want.flow, n)
			require.NoError(t, err)
			require.Equal(t, tr, made)
		}
		require.Equal(t, in, tr.String())
		require.False(t, tr.IsZero())
	}
	for _, in := range []string{
		"", "/PUR/LGPE-RIVERSAMENTO/URI/",
		"/PUR/LGPE/RIVERSAMENTO/XXXXXXXXXXX",
		"/PUR/LGPE-RIVERSAMENTO/URI/2",                                               // cut
		"/PUR/LGPE-RIVERSAMENTO/URI/2023-03-08GovPAYPsp1-",                           // cut
		"/PUR/LGPE-RIVERSAMENTO/URI/2023-03-08GovPAYPsp1",                            // cut
		"/PUR/LGPE-RIVERSAMENTO/URI/2023-02-30GovPAYPsp1-1",                          // no such day
		"/PUR/LGPE-RIVERSAMENTO/URI/2023-03-08GovPAYPsp1-1 ",                         // something after it
		"RI1/PUR/LGPE-RIVERSAMENTO/URI/2023-03-08GovPAYPsp1-1",                       // something before it
		"/PUR/LGPE-RIVERSAMENTO/TXT/10/URI/2023-03-08GovPAYPsp1-1",                   // one digit
		"/PUR/LGPE-RIVERSAMENTO/TXT//URI/2023-03-08GovPAYPsp1-1",                     // none
		"/pur/lgpe-riversamento/uri/2023-03-08GovPAYPsp1-1",                          // small letters
		"/PUR/LGPE-RIVERSAMENTO/URI/2023-03-08GovPAY.Psp1-1",                         // a point
		"/PUR/LGPE-RIVERSAMENTO/URI/2024-02-29" + strings.Repeat("x", 24) + "-1",     // 36 characters
		"/PUR/LGPE-RIVERSAMENTO/URI/2024-02-29" + strings.Repeat("x", 1_000_000),     // hostile
		"/PUR/LGPE-RIVERSAMENTO/URI/２０２３-03-08GovPAYPsp1-1", "/RFB/0100000000000144", // others
	} {
		_, err := causale.ParseTransfer(in)
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), "%.80q", in)
	}
	for _, n := range []int{-1, 10} {
		_, err := causale.NewTransfer("2023-03-08GovPAYPsp1-1", n)
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
	}
	require.Empty(t, causale.Transfer{}.String())
	_, ok := causale.Transfer{}.Progressive()
	require.False(t, ok)
}

func TestTransferJSON(t *testing.T) {
	type line struct{ T causale.Transfer }
	made, err := causale.NewTransfer("2023-03-08GovPAYPsp1-1", 0)
	require.NoError(t, err)
	for _, in := range []line{{}, {made}} {
		b, err := json.Marshal(in)
		require.NoError(t, err)
		var out line
		require.NoError(t, json.Unmarshal(b, &out))
		require.Equal(t, in, out)
	}
	require.Error(t, json.Unmarshal([]byte(`{"T":"x"}`), new(line)))
}

// FuzzParseTransfer: what is read writes itself; what is built is read back.
func FuzzParseTransfer(f *testing.F) {
	f.Add("/PUR/LGPE-RIVERSAMENTO/URI/2023-03-08GovPAYPsp1-15442458845", "2023-03-08GovPAYPsp1-1", 0)
	f.Add("/PUR/LGPE-RIVERSAMENTO/TXT/0/URI/2015-07-15xxxxxxxx-hh_mm_ss_nnn", "2024-02-29x-1", 9)
	f.Fuzz(func(t *testing.T, s, flow string, progressive int) {
		if tr, err := causale.ParseTransfer(s); err == nil {
			require.Equal(t, s, tr.String())
			require.LessOrEqual(t, len(s), causale.MaxLength)
		}
		tr, err := causale.NewTransfer(flow, progressive)
		if err != nil {
			require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
			return
		}
		again, err := causale.ParseTransfer(tr.String())
		require.NoError(t, err)
		require.Equal(t, tr, again)
		r, err := causale.Read(tr.String())
		require.NoError(t, err)
		how := causale.Exact
		if len(flow)-strings.LastIndex(flow, "-") <= 3 {
			how = causale.Likely // one or two characters may be what a cut has left
		}
		require.Equal(t, how, r.Confidence)
		require.Equal(t, flow, r.Flow)
	})
}
