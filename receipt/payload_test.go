package receipt_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt"
)

func TestPayloadFits(t *testing.T) {
	const set = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" // ISO/IEC 18004, table 5
	hex := "c110729d258c4ab1b765fe902aae41d6"
	for _, c := range []struct {
		iuv, iur, amount, protocol string
		whole, number              bool // IUR and protocol stand in it
	}{
		{"01000000000000144", hex, "12.50", "345/2024", true, true},
		{"01000000000000144", hex, "999999999.99", "345/2024", true, false},
		{"01000000000000144", strings.Repeat("a", 35), "999999999.99", "1", true, false},
		{"01000000000000144", strings.Repeat("a", 36), "0.00", "345/2024", false, true},
		{"01000000000000144", "ABC-1.2:3", "1.00", "prot. n. 12345 del 1 aprile 2026", true, true},
		{"RF18539007547034", hex, "1.00", "345/2024", true, true},
		{"RF18539007547034", "Mixed", "1.00", "345-bis/2024", false, false},
		{strings.Repeat("9", 35), hex, "999999999.99", "345/2024", false, false},
		{strings.Repeat("_", 35), "under_score", "1.00", "", false, false},
		{strings.Repeat("è", 200), strings.Repeat("€", 200), "1.00", "2024/25", false, false},
		{"1", "%0123456789ABCDE", "1.00", "0345", false, true},
		{"1", "a/b", "1.00", "345/1861", false, true},
	} {
		r := made(t, nil)
		r.IUV, r.IUR, r.Amount, r.Items, r.Second = c.iuv, c.iur, euro.MustParse(c.amount), nil, true
		r.Protocol = causale.Protocol{}
		if c.protocol != "" {
			r.Protocol = causale.MustParseProtocol(c.protocol)
		}
		p, err := testRing("a").Sign(r)
		require.NoError(t, err)
		require.LessOrEqual(t, len(p.QR), receipt.MaxPayload)
		require.Empty(t, strings.Trim(p.QR, set), "alphanumeric")
		require.NotContains(t, p.QR, " ")
		v := receipt.Verify(p.JSON, p.QR, testRing("a"), receipt.Expectations{})
		require.Equal(t, receipt.Authentic, v.Word)
		require.Equal(t, c.whole, v.Signed.IUR == c.iur, "%s in %s", c.iur, p.QR)
		require.NotEqual(t, c.whole, strings.HasPrefix(v.Signed.IUR, "%"))
		require.Equal(t, c.number, v.Signed.Protocol.Equal(r.Protocol), "%s in %s", c.protocol, p.QR)
		require.True(t, v.Signed.Second)
	}
}

// TestIdentifiersDiffer: what has another name has another name in the code, too.
func TestIdentifiersDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, iur := range []string{"abc", "ABC", "Abc", "ABc", "+abc", "+ABC", "%abc", "12", "+12", "1-2", "1 2", "1_2", "ａｂｃ", "ı"} {
		p := signed(t, func(rt *payment.RT) { rt.ReceiptID = iur })
		q, err := receipt.ParsePayload(p.QR)
		require.NoError(t, err)
		require.Empty(t, seen[q.IUR], "%s", iur)
		seen[q.IUR] = iur
		field := strings.Split(p.QR, "/")[4]
		require.Empty(t, seen["field "+field], "%s", iur)
		seen["field "+field] = iur
	}
}

func TestParsePayloadRefuses(t *testing.T) {
	good := signed(t, nil).QR
	field := func(i int, s string) string {
		f := strings.Split(good, "/")
		f[i] = s
		return strings.Join(f, "/")
	}
	for _, in := range []string{
		"", "R1", strings.Repeat("R", 300), strings.Repeat("/", 10), strings.Repeat("/", 221),
		field(0, "R2"), field(0, "r1"), // of another version
		field(1, "7Q2"), field(1, "7Q2I"), // a letter that looks like 1
		field(2, "9999900001"), field(2, "9999900001A"),
		field(3, ""), field(3, "a"), field(3, "+12"), field(3, "_"), field(3, "%"),
		field(4, "%0123456789ABCD"), field(4, "%:::456789ABCDEF"), field(4, "+"),
		field(5, ""), field(5, "01"), field(5, "-1"), field(5, "1.5"), field(5, "100000000000"),
		field(6, "20261332"), field(6, "2026-1-1"), field(6, "00000101"), field(6, "2026112"),
		field(7, "KO"), field(7, ""), field(7, "OK3"),
		field(8, "0345.2024"), field(8, "345."), field(8, "345.02024"), field(8, "A"), field(8, "345.2024.1"),
		field(9, "0"), field(9, strings.Repeat(":", 24)), field(10, ""), field(10, strings.Repeat(":", 96)),
	} {
		_, err := receipt.ParsePayload(in)
		require.Equal(t, pagonline.CodeCodeUnreadable, pagonline.CodeOf(err), "%q", in)
	}
	require.Empty(t, receipt.Payload{}.String())
	require.True(t, receipt.Payload{}.Code().IsZero())
}

func FuzzParsePayload(f *testing.F) {
	ring := testRing("a")
	r := receipt.Receipt{
		SchemaVersion: 1, IUR: "iur", IUV: "01000000000000144", Notice: notice.MustParse("301000000000000144"),
		Creditor: receipt.Party{Name: "Ente", FiscalCode: "99999000013"}, PaidAt: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC),
	}
	p, err := ring.Sign(r)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", p.QR, p.QR + " ", strings.Replace(p.QR, "T1", "R1", 1), strings.ReplaceAll(p.QR, "/", ":")} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := receipt.ParsePayload(s)
		switch {
		case err != nil && pagonline.CodeOf(err) != pagonline.CodeCodeUnreadable:
			t.Errorf("ParsePayload(%q): %v", s, err)
		case err == nil && (q.String() != s || q.IUR == "" || q.IUV == "" || q.PaidOn.IsZero()):
			t.Errorf("ParsePayload(%q) = %+v", s, q)
		case s != p.QR && receipt.Verify(nil, s, ring, receipt.Expectations{}).Word == receipt.Authentic:
			t.Errorf("forged: %q", s)
		}
	})
}

func FuzzParseSignedJSON(f *testing.F) {
	ring := testRing("a")
	p, err := ring.Sign(receipt.Receipt{
		SchemaVersion: 1, IUR: "iur", IUV: "1", Creditor: receipt.Party{FiscalCode: "99999000013"}, PaidAt: time.Unix(1_800_000_000, 0),
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(p.SignedJSON())
	f.Add(p.JSON)
	f.Add([]byte(`{"proof":{"code":"`))
	f.Fuzz(func(t *testing.T, b []byte) {
		q, err := receipt.ParseSignedJSON(b)
		if err == nil && !bytes.Equal(q.SignedJSON(), b) {
			t.Errorf("%q has another form", b)
		}
		v := receipt.VerifySignedJSON(b, ring, receipt.Expectations{})
		if v.Word == receipt.Authentic && !bytes.Equal(b, p.SignedJSON()) || v.OK() != (v.Err() == nil) {
			t.Errorf("%q: %+v", b, v)
		}
	})
}
