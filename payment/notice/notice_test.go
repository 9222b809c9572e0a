package notice_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/notice"
)

// TestVectors reads the public numbers and says of each what the table says.
func TestVectors(t *testing.T) {
	f, err := os.Open(officialtest.Path(t, "vectors/notice_numbers.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"notice_number", "aux", "check_ok", "iuv", "source"}, rows[0])
	require.Greater(t, len(rows), 50)
	for _, row := range rows[1:] {
		n, err := notice.ParseSyntax(row[0])
		require.NoError(t, err, row[0])
		require.Equal(t, row[1], strconv.Itoa(n.Aux()), row[0])
		require.Equal(t, row[3], n.IUV().String(), row[0])
		wantOK := row[2] != "BAD" // "ok", or aux 1, which has none
		require.Equal(t, wantOK, n.CheckOK(), row[0])
		_, err = notice.Parse(row[0])
		require.Equal(t, wantOK, err == nil, row[0])
	}
}

// TestCheckDigits holds a part of the public numbers, so that the rule is tested
// where the official material is not at hand.
func TestCheckDigits(t *testing.T) {
	for _, s := range []string{
		"001110000000000164", "002720356084529460", // aux 0
		"123456789012345675", "199999999999999999", // aux 1 has no check digits
		"244012345678901285", "200000000000001214", // aux 2
		"302032002700000251", "348175498304559315", "301000000000000144", // aux 3
		"000000000000000000", // the node's probe
	} {
		n, err := notice.Parse(s)
		require.NoError(t, err, s)
		require.Equal(t, s, n.String())
		require.False(t, n.IsZero())
		require.True(t, n.CheckOK())
	}
	for _, s := range []string{"201234567890123422", "302012387654312384", "300000000000000000", "001000000000001420"} {
		_, err := notice.Parse(s)
		require.Equal(t, pagonline.CodeNoticeInvalid, pagonline.CodeOf(err), s)
		n, err := notice.ParseSyntax(s)
		require.NoError(t, err, s)
		require.False(t, n.CheckOK())
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"", "30100000000000014", "3010000000000001444", // length
		"3010 0000 0000 0001 44", "30100000000000014 ", "+01000000000000144", "30100000000000014x",
		"3010000000000001/4", "3010000:00000000144", "٣٠١٠٠٠٠٠٠", // digits of other scripts
		"401000000000000144", "901000000000000144", // aux digit
	} {
		_, err := notice.ParseSyntax(s)
		require.Equal(t, pagonline.CodeNoticeInvalid, pagonline.CodeOf(err), "%q", s)
	}
}

func TestIssue(t *testing.T) {
	n, err := notice.Issue(1, 1)
	require.NoError(t, err)
	require.Equal(t, "301000000000000144", n.String())
	require.Equal(t, "3010 0000 0000 0001 44", n.Grouped())
	require.Equal(t, "01000000000000144", n.IUV().String())
	code, ok := n.Segregation()
	require.True(t, ok)
	require.Equal(t, uint8(1), code)

	n, err = notice.Issue(99, 9_999_999_999_999)
	require.NoError(t, err)
	require.Equal(t, "3999999999999999", n.String()[:16])
	require.True(t, n.CheckOK())

	_, err = notice.Issue(100, 1)
	require.Error(t, err)
	_, err = notice.Issue(1, 10_000_000_000_000)
	require.Error(t, err)
}

func TestZeroIsNone(t *testing.T) {
	var n notice.Number
	require.True(t, n.IsZero())
	require.Empty(t, n.String())
	require.Empty(t, n.Grouped())
	require.Zero(t, n.Aux())
	require.False(t, n.CheckOK())
	require.True(t, n.IUV().IsZero())
	_, ok := n.Segregation()
	require.False(t, ok)
	require.NotEqual(t, n, notice.MustParse("000000000000000000"))

	b, err := json.Marshal(struct{ N notice.Number }{})
	require.NoError(t, err)
	require.JSONEq(t, `{"N":""}`, string(b))
}

func TestIUVBothWays(t *testing.T) {
	for _, s := range []string{"123456789012345675", "244012345678901285", "301000000000000144"} {
		n := notice.MustParse(s)
		back, err := n.IUV().Number(n.Aux())
		require.NoError(t, err)
		require.Equal(t, n, back)
	}
	n := notice.MustParse("001110000000000164")
	back, err := n.IUV().NumberWithApplication(1)
	require.NoError(t, err)
	require.Equal(t, n, back)

	_, err = n.IUV().Number(3)
	require.Error(t, err, "15 digits do not make a number with aux digit 3")
	iuv, err := notice.ParseIUV("01000000000000145")
	require.NoError(t, err)
	_, err = iuv.Number(3)
	require.Error(t, err, "wrong check digits")
	_, err = iuv.Number(0)
	require.Error(t, err)
	_, err = iuv.NumberWithApplication(1)
	require.Error(t, err)

	for _, s := range []string{"", strings.Repeat("1", 36), "a/b", "a b", "à"} {
		_, err = notice.ParseIUV(s)
		require.Equal(t, pagonline.CodeIUVInvalid, pagonline.CodeOf(err), s)
	}
}

func TestRF(t *testing.T) {
	for _, s := range []string{"RF45w9", "RF18539007547034", "RF78567483937849450550875", "rf18 5390 0754 7034"} {
		rf, err := notice.ParseRF(s)
		require.NoError(t, err, s)
		built, err := notice.NewRF(rf.String()[4:])
		require.NoError(t, err)
		require.Equal(t, rf, built)
	}
	for _, s := range []string{"RF23567483937849450550875", "RF3301600201900000053964"} {
		_, err := notice.ParseRF(s)
		require.Equal(t, pagonline.CodeIUVInvalid, pagonline.CodeOf(err), s)
		rf, err := notice.ParseRFSyntax(s)
		require.NoError(t, err)
		require.False(t, rf.CheckOK())
	}
	for _, s := range []string{"", "RF", "RF18", "RFx8539007547034", "RF18" + strings.Repeat("0", 22), "XF18539007547034", "RF18539-07547034", strings.Repeat(" ", 60) + "RF45W9"} {
		_, err := notice.ParseRFSyntax(s)
		require.Equal(t, pagonline.CodeIUVInvalid, pagonline.CodeOf(err), s)
	}
	rf, err := notice.ParseRF("RF18539007547034")
	require.NoError(t, err)
	again, ok := rf.IUV().RF()
	require.True(t, ok)
	require.Equal(t, rf, again)
	require.Equal(t, "RF18 5390 0754 7034", rf.Grouped())
}

func TestQR(t *testing.T) {
	n := notice.MustParse("302032002700000251")
	for cents, want := range map[int64]string{0: "00", 5: "05", 11: "11", 1250: "1250", 99_999_999_999: "99999999999"} {
		q := notice.QR{Number: n, Creditor: "03334231200", Cents: cents}
		s, err := q.Text()
		require.NoError(t, err)
		require.Equal(t, "PAGOPA|002|302032002700000251|03334231200|"+want, s)
		back, err := notice.ParseQR(s)
		require.NoError(t, err)
		require.Equal(t, q, back)
	}
	for s, cents := range map[string]int64{ // public strings
		"PAGOPA|002|302032002700000251|03334231200|2":           2,
		"PAGOPA|002|223456789012345678|12345678901|1234567801":  1234567801, // wrong check digits
		"PAGOPA|002|301185850000001130|80002270074|0000069496":  69496,
		"PAGOPA|002|001721265093769322|00087640256|10100000002": 10100000002,
		"PAGOPA|002|000000000000000000|01199250158|0000015000":  15000,
	} {
		q, err := notice.ParseQR(s)
		require.NoError(t, err, s)
		require.Equal(t, cents, q.Cents, s)
	}
	for _, s := range []string{
		"", "PAGOPA", "XAGOPA|002|302032002700000251|03334231200|11", "PAGOPA|003|302032002700000251|03334231200|11",
		"PAGOPA|002|30203200270000025X|03334231200|11", "PAGOPA|002|302032002700000251|0333423120X|11",
		"PAGOPA|002|302032002700000251|03334231200|1X", "PAGOPA|002|302032002700000251|03334231200|",
		"PAGOPA|002|302032002700000251|03334231200|123456789012", "PAGOPA|002|302032002700000251|03334231200|11|",
		"PAGOPA|002|302032002700000251|03334231200|-1", "PAGOPA|002|302032002700000251|03334231200",
	} {
		_, err := notice.ParseQR(s)
		require.Equal(t, pagonline.CodeCodeUnreadable, pagonline.CodeOf(err), s)
	}
	for _, q := range []notice.QR{
		{Creditor: "03334231200"},
		{Number: n, Creditor: "3334231200"},
		{Number: n, Creditor: "0333423120X"},
		{Number: n, Creditor: "03334231200", Cents: -1},
		{Number: n, Creditor: "03334231200", Cents: 100_000_000_000},
	} {
		_, err := q.Text()
		require.Error(t, err)
	}
}

func TestDataMatrix(t *testing.T) {
	d := notice.DataMatrix{
		Number: notice.MustParse("301000000000000144"), Account: "123456", Cents: 1250,
		Creditor: "99999000013", Debtor: "RSSMRA80A01E625P", Name: "María Groß–Łukasz", Subject: "Fotocopie, prot. 345/2024 Ж",
	}
	s, err := d.Text()
	require.NoError(t, err)
	require.Len(t, s, 256)
	require.Equal(t, "codfase=NBPA;183010000000000001441200000012345610000000125038961P199999000013RSSMRA80A01E625P"+
		"MARIA GROSS-LUKASZ                      FOTOCOPIE, PROT. 345/2024", strings.TrimRight(s[:200], " "))
	require.Equal(t, "            A", s[243:])

	back, err := notice.ParseDataMatrix(s)
	require.NoError(t, err)
	require.Equal(t, "000000123456", back.Account)
	require.Equal(t, "MARIA GROSS-LUKASZ", back.Name)
	require.Equal(t, d.Number, back.Number)
	require.Equal(t, d.Cents, back.Cents)

	long := d
	long.Name, long.Subject, long.Debtor = strings.Repeat("n", 70), strings.Repeat("ß", 140), ""
	s, err = long.Text()
	require.NoError(t, err)
	require.Len(t, s, 256)
	require.Equal(t, strings.Repeat("N", 40)+strings.Repeat("S", 110)+"            A", s[93:])

	far := d
	far.Name = "Nguyễn Đặng Ştefan Ǽ"
	s, err = far.Text()
	require.NoError(t, err)
	require.Equal(t, "NGUYEN DANG STEFAN AE", strings.TrimRight(s[93:133], " "))

	// A public sample in mixed case that lost one blank of its padding.
	lost := "codfase=NBPA;183007157000000000321200001630209310000000000138961P100085240950BSCMTT83A12L719R" +
		"Name Surname" + strings.Repeat(" ", 27) + "test" + strings.Repeat(" ", 118) + "A"
	back, err = notice.ParseDataMatrix(lost)
	require.NoError(t, err)
	require.Equal(t, "Name Surname", back.Name)
	require.Equal(t, "test", back.Subject)
	require.Equal(t, int64(1), back.Cents)

	for _, bad := range []string{
		"", "codfase=NBPA;", strings.Replace(s, "NBPA", "XXXX", 1), s + " ", s[:200], s[:255] + "B",
		strings.Replace(s, "3896", "3897", 1), strings.Replace(s, "301000000000000144", "30100000000000014A", 1),
		strings.Replace(s, "12000000123456", "1200000012345E", 1), strings.Repeat("à", 2000),
		s[:243] + "filled      A",
	} {
		_, err := notice.ParseDataMatrix(bad)
		require.Equal(t, pagonline.CodeCodeUnreadable, pagonline.CodeOf(err), "%.40q", bad)
	}
	for _, edit := range []func(*notice.DataMatrix){
		func(d *notice.DataMatrix) { d.Number = notice.Number{} },
		func(d *notice.DataMatrix) { d.Account = "" },
		func(d *notice.DataMatrix) { d.Account = "1234567890123" },
		func(d *notice.DataMatrix) { d.Cents = 10_000_000_000 },
		func(d *notice.DataMatrix) { d.Creditor = "999" },
	} {
		bad := d
		edit(&bad)
		_, err := bad.Text()
		require.Equal(t, pagonline.CodeCodeUnreadable, pagonline.CodeOf(err))
	}
}

// FuzzParse compares the fast reader with arithmetic on big integers.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"301000000000000144", "000000000000000000", "123456789012345675", "30100000000000014x", "9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := notice.ParseSyntax(s)
		form := len(s) == 18 && strings.Trim(s, "0123456789") == "" && s[0] <= '3'
		require.Equal(t, form, err == nil)
		if err != nil {
			return
		}
		require.Equal(t, s, n.String())
		head, _ := new(big.Int).SetString(s[:16], 10)
		rest := new(big.Int).Mod(head, big.NewInt(93))
		require.Equal(t, s[0] == '1' || fmt.Sprintf("%02d", rest) == s[16:], n.CheckOK())
		if n.CheckOK() && n.Aux() != 0 {
			back, err := n.IUV().Number(n.Aux())
			require.NoError(t, err)
			require.Equal(t, n, back)
		}
	})
}

func FuzzIssue(f *testing.F) {
	f.Add(uint8(1), uint64(1))
	f.Fuzz(func(t *testing.T, segregation uint8, serial uint64) {
		n, err := notice.Issue(segregation, serial)
		if segregation > 99 || serial > 9_999_999_999_999 {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("3%02d%013d", segregation, serial), n.String()[:16])
		_, err = notice.Parse(n.String())
		require.NoError(t, err)
	})
}

func FuzzParseRF(f *testing.F) {
	for _, s := range []string{"RF45w9", "RF23 5674 8393 7849 4505 5087 5", "RF"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		rf, err := notice.ParseRFSyntax(s)
		if err != nil {
			return
		}
		right, err := notice.NewRF(rf.String()[4:])
		require.NoError(t, err)
		require.True(t, right.CheckOK())
		if rf.CheckOK() {
			again, err := notice.ParseRF(rf.Grouped())
			require.NoError(t, err)
			require.Equal(t, rf, again)
		}
	})
}

func FuzzParseIUV(f *testing.F) {
	for _, s := range []string{"01000000000000144", "RF45w9", "a_b-c", "/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := notice.ParseIUV(s)
		if err != nil {
			return
		}
		require.Equal(t, s, v.String())
		for aux := range 5 {
			if n, err := v.Number(aux); err == nil {
				require.Equal(t, v, n.IUV())
			}
		}
	})
}

func FuzzParseQR(f *testing.F) {
	for _, s := range []string{"PAGOPA|002|302032002700000251|03334231200|11", "PAGOPA|002|302032002700000251|03334231200|0000069496", "PAGOPA||||"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := notice.ParseQR(s)
		if err != nil {
			return
		}
		text, err := q.Text()
		require.NoError(t, err)
		again, err := notice.ParseQR(text)
		require.NoError(t, err)
		require.Equal(t, q, again)
	})
}

func FuzzParseDataMatrix(f *testing.F) {
	f.Add("codfase=NBPA;183007157000000000321200001630209310000000000138961P100085240950BSCMTT83A12L719R"+
		"Name Surname"+strings.Repeat(" ", 27)+"test"+strings.Repeat(" ", 118)+"A", "Groß", "Ж")
	f.Fuzz(func(t *testing.T, s, name, subject string) {
		d, err := notice.ParseDataMatrix(s)
		if err != nil {
			return
		}
		d.Name, d.Subject = name, subject
		text, err := d.Text()
		require.NoError(t, err)
		require.Len(t, text, 256)
		again, err := notice.ParseDataMatrix(text)
		require.NoError(t, err)
		require.Equal(t, d.Number, again.Number)
		require.Equal(t, d.Cents, again.Cents)
	})
}
