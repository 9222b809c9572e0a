package notice_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/notice"
)

func TestRecognise(t *testing.T) {
	const number, iuv = "301000000000000144", "01000000000000144"
	for _, c := range []struct {
		text        string
		kind        notice.Kind
		number, iuv string
		right       bool
	}{
		{number, notice.KindNotice, number, iuv, true},
		{" 3010 0000 0000 0001 44 ", notice.KindNotice, number, iuv, true},
		{"3010\u00a00000\u00a00000\u00a00001\u00a044", notice.KindNotice, number, iuv, true}, // copied from a PDF
		{"NAV " + number, notice.KindNotice, number, iuv, true},
		{"codice avviso: 3010 0000 0000 0001 44", notice.KindNotice, number, iuv, true},
		{"301000000000000145", notice.KindNotice, "301000000000000145", "01000000000000145", false},
		{"000000000000000000", notice.KindNotice, "000000000000000000", "000000000000000", true},
		{iuv, notice.KindIUV, number, iuv, true},
		{"IUV " + iuv, notice.KindIUV, number, iuv, true},
		{"01000000000000145", notice.KindIUV, "", "01000000000000145", false},
		{"44012345678901285", notice.KindIUV, "244012345678901285", "44012345678901285", true},
		{"110000000000164", notice.KindIUV, "", "110000000000164", true},
		{"AB-12_x", notice.KindIUV, "", "AB-12_x", true},
		{"RF18 5390 0754 7034", notice.KindRF, "", "RF18539007547034", true},
		{"rf23567483937849450550875", notice.KindRF, "", "RF23567483937849450550875", false},
		{"PAGOPA|002|302032002700000251|03334231200|11", notice.KindQR, "302032002700000251", "02032002700000251", true},
		{"PAGOPA|002|223456789012345678|12345678901|1234567801", notice.KindQR, "223456789012345678", "23456789012345678", false},
	} {
		f, err := notice.Recognise(c.text)
		require.NoError(t, err, c.text)
		require.Equal(t, []string{string(c.kind), c.number, c.iuv}, []string{string(f.Kind), f.Number.String(), f.IUV.String()}, c.text)
		require.Equal(t, c.right, f.Wrong == nil, c.text)
	}
	for text, code := range map[string]pagonline.Code{
		"":                         pagonline.CodeIUVInvalid,
		"?":                        pagonline.CodeIUVInvalid,
		"401000000000000144":       pagonline.CodeNoticeInvalid,
		"RF1":                      pagonline.CodeIUVInvalid,
		"PAGOPA|003|x":             pagonline.CodeCodeUnreadable,
		"codfase=NBPA;18":          pagonline.CodeCodeUnreadable,
		strings.Repeat("1", 10000): pagonline.CodeIUVInvalid,
		"３０１０００００００００００００１４４": pagonline.CodeIUVInvalid, // fullwidth digits
	} {
		_, err := notice.Recognise(text)
		require.Equal(t, code, pagonline.CodeOf(err), "%.40q", text)
	}
}

// FuzzRecognise: what is recognised by a number or IUV is recognised again in its own
// normal form.
func FuzzRecognise(f *testing.F) {
	for _, s := range []string{"3010 0000 0000 0001 44", "NAV 301000000000000145", "RF18539007547034", "PAGOPA|002|302032002700000251|03334231200|11", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		found, err := notice.Recognise(s)
		if err != nil {
			require.ErrorIs(t, err, pagonline.ErrInvalid)
			return
		}
		require.False(t, found.IUV.IsZero())
		if found.Kind == notice.KindNotice {
			again, err := notice.Recognise(found.Number.String())
			require.NoError(t, err)
			require.Equal(t, found, again)
		}
	})
}

func ExampleRecognise() {
	f, err := notice.Recognise("Codice avviso 3010 0000 0000 0001 44")
	fmt.Println(f.Kind, f.Number, f.IUV, f.Wrong, err)
	// Output: notice 301000000000000144 01000000000000144 <nil> <nil>
}
