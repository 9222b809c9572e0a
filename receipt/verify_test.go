package receipt_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/receipttest"
)

// theQuote is what the example's receipt was due for.
func theQuote() receipt.Expectations {
	return receipt.Expectations{
		Creditor: "99999000013", Institute: "AS-LI", Service: "fotocopie", Amount: euro.MustParse("12.50"),
		Protocol: causale.MustParseProtocol("prot. n. 345/2024"), QuotedOn: day("2026-11-23"), Environment: payment.Sandbox,
	}
}

func failed(v receipt.Verdict) (names []string) {
	for _, c := range v.Checks {
		if !c.OK {
			names = append(names, c.Name)
		}
	}
	return names
}

func TestExpectations(t *testing.T) {
	ring := testRing("a")
	p, err := ring.Sign(exampleReceipt())
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		want func(*receipt.Expectations)
		code pagonline.Code
		qr   bool // the QR code alone tells it too
	}{
		{"", func(*receipt.Expectations) {}, "", true},
		{"creditor", func(e *receipt.Expectations) { e.Creditor = "01234567890" }, pagonline.CodeWrongInstitute, true},
		{"institute", func(e *receipt.Expectations) { e.Institute = "AS-PI" }, pagonline.CodeWrongInstitute, false},
		{"service", func(e *receipt.Expectations) { e.Service = "libri" }, pagonline.CodeWrongInstitute, false},
		{"amount", func(e *receipt.Expectations) { e.Amount = euro.MustParse("12.51") }, pagonline.CodeAmountMismatch, true},
		{"protocol", func(e *receipt.Expectations) { e.Protocol = causale.MustParseProtocol("345/2025") }, pagonline.CodeUnmatched, true},
		{"protocol", func(e *receipt.Expectations) { e.Protocol = causale.MustParseProtocol("345-bis/2024") }, pagonline.CodeUnmatched, true},
		{"date", func(e *receipt.Expectations) { e.QuotedOn = day("2026-11-24") }, pagonline.CodeUnmatched, true},
		{"environment", func(e *receipt.Expectations) { e.Environment = payment.Production }, pagonline.CodeEnvironment, true},
		{"environment", func(e *receipt.Expectations) { e.Environment = payment.UAT }, pagonline.CodeEnvironment, false},
	} {
		want := theQuote()
		c.want(&want)
		v := receipt.Verify(p.JSON, p.QR, ring, want)
		require.Equal(t, receipt.Authentic, v.Word)
		if c.name == "" {
			require.NoError(t, v.Err())
		} else {
			require.Equal(t, []string{c.name}, failed(v))
			require.Equal(t, c.code, pagonline.CodeOf(v.Err()))
			require.Equal(t, c.name, pagonline.AsError(v.Err()).Field)
		}
		if !c.qr {
			continue
		}
		want.Institute, want.Service = "", ""
		v = receipt.Verify(nil, p.QR, ring, want)
		require.Equal(t, receipt.Authentic, v.Word)
		require.Nil(t, v.Receipt)
		if c.name == "" {
			require.Empty(t, failed(v))
		} else {
			require.Equal(t, []string{c.name}, failed(v))
		}
	}
	v := receipt.Verify(p.JSON, p.QR, ring, receipt.Expectations{Amount: euro.MustParse("13.00")})
	require.Equal(t, "Paid 12.50 €, due 13.00 €: difference -0.50 €.", pagonline.AsError(v.Err()).En)

	v = receipt.Verify(nil, p.QR, ring, theQuote())
	require.Equal(t, []string{"institute", "service"}, failed(v), "what is wanted and not known does not hold")
}

func TestReceiptsOwnFaults(t *testing.T) {
	ring := testRing("a")
	for name, edit := range map[string]func(*receipt.Receipt){
		"outcome":  func(r *receipt.Receipt) { r.Second = true },
		"notice":   func(r *receipt.Receipt) { r.IUV = "01000000000000145" },
		"amount":   func(r *receipt.Receipt) { r.Items[0].Amount = euro.MustParse("12.49") },
		"psp":      func(r *receipt.Receipt) { r.PSP.Name = " " },
		"protocol": func(r *receipt.Receipt) { r.Protocol = causale.Protocol{} },
	} {
		r := exampleReceipt()
		edit(&r)
		p, err := ring.Sign(r)
		require.NoError(t, err)
		v := receipt.Verify(p.JSON, p.QR, ring, theQuote())
		require.Equal(t, receipt.Authentic, v.Word)
		require.Equal(t, []string{name}, failed(v))
	}
	wrong, err := notice.ParseSyntax("301000000000000145")
	require.NoError(t, err)
	r := exampleReceipt()
	r.Notice, r.IUV = wrong, wrong.IUV().String()
	p, err := ring.Sign(r)
	require.NoError(t, err)
	v := receipt.Verify(p.JSON, p.QR, ring, receipt.Expectations{})
	require.Equal(t, pagonline.CodeNoticeInvalid, pagonline.CodeOf(v.Err()))

	r = exampleReceipt()
	r.Protocol = causale.Protocol{}
	p, err = ring.Sign(r)
	require.NoError(t, err)
	require.Equal(t, []string{"protocol"}, failed(receipt.Verify(nil, p.QR, ring, receipt.Expectations{Protocol: theQuote().Protocol})))
	require.Empty(t, failed(receipt.Verify(p.JSON, p.QR, ring, receipt.Expectations{})))

	r = exampleReceipt()
	r.Environment = payment.Production
	p, err = ring.Sign(r)
	require.NoError(t, err)
	require.Equal(t, "R1", p.QR[:2])
	require.Equal(t, []string{"environment"}, failed(receipt.Verify(p.JSON, p.QR, ring, receipt.Expectations{Environment: payment.Sandbox})))
	require.Empty(t, failed(receipt.Verify(nil, p.QR, ring, receipt.Expectations{Environment: payment.Production})))
}

// TestLaterVersion: what a later version signed is authentic, and cannot be read.
func TestLaterVersion(t *testing.T) {
	r := exampleReceipt()
	r.SchemaVersion = 99
	p, err := testRing("a").Sign(r)
	require.NoError(t, err)
	v := receipt.Verify(p.JSON, p.QR, testRing("a"), receipt.Expectations{})
	require.Equal(t, receipt.Authentic, v.Word)
	require.Nil(t, v.Receipt)
	require.Equal(t, []string{"content"}, failed(v))
}

func TestVerdictJSON(t *testing.T) {
	p := signed(t, nil)
	b, err := json.MarshalIndent(receipt.Verify(p.JSON, p.QR, testRing("a"), theQuote()), "", "  ")
	require.NoError(t, err)
	golden(t, "verdict.json", string(b)+"\n")
	b, err = json.Marshal(receipt.Verify(nil, "", testRing("a"), theQuote()))
	require.NoError(t, err)
	require.JSONEq(t, `{"verdict":"unsigned","checks":[{"name":"signature","ok":false,
		"it":"La ricevuta non è firmata.","en":"The receipt is not signed."}]}`, string(b))
}

// TestErrWithoutCheck: others set the word too.
func TestErrWithoutCheck(t *testing.T) {
	for word, code := range map[receipt.Word]pagonline.Code{
		receipt.Authentic: "", receipt.Altered: pagonline.CodeReceiptAltered, receipt.Resaved: pagonline.CodeReceiptAltered,
		receipt.UnknownKey: pagonline.CodeNotVerified, receipt.Unsigned: pagonline.CodeNotVerified, "": pagonline.CodeNotVerified,
	} {
		require.Equal(t, code, pagonline.CodeOf(receipt.Verdict{Word: word}.Err()))
	}
	v := receipt.Verdict{Word: receipt.Authentic, Checks: []receipt.Check{{Name: "page"}}}
	require.Equal(t, pagonline.CodeReceiptAltered, pagonline.CodeOf(v.Err()))
}

func TestUse(t *testing.T) {
	ctx, ring := t.Context(), testRing("a")
	p, err := ring.Sign(exampleReceipt())
	require.NoError(t, err)
	uses := &receipttest.MemoryUses{}
	v := receipt.Verify(p.JSON, p.QR, ring, theQuote())

	looked, err := v.CheckUse(ctx, uses, "quote-1")
	require.NoError(t, err)
	require.NoError(t, looked.Err())
	require.Len(t, looked.Checks, len(v.Checks)+1)

	wrong := receipt.Verify(p.JSON, p.QR, ring, receipt.Expectations{Creditor: "01234567890"})
	wrong, err = wrong.Claim(ctx, uses, "quote-2")
	require.NoError(t, err)
	require.Error(t, wrong.Err())
	for range 2 {
		claimed, err := v.Claim(ctx, uses, "quote-1")
		require.NoError(t, err)
		require.NoError(t, claimed.Err(), "what does not match claims nothing; the same request may claim again")
	}
	// The same receipt on paper, for another request.
	second := receipt.Verify(nil, p.QR, ring, receipt.Expectations{})
	for _, ask := range []func(context.Context, receipt.Uses, string) (receipt.Verdict, error){second.CheckUse, second.Claim} {
		used, err := ask(ctx, uses, "quote-2")
		require.NoError(t, err)
		require.Equal(t, receipt.Authentic, used.Word)
		require.Equal(t, []string{"use"}, failed(used))
		require.Equal(t, pagonline.CodeReceiptUsed, pagonline.CodeOf(used.Err()))
		require.Contains(t, used.Err().Error(), "quote-1")
	}
	require.NoError(t, second.Err(), "the verdict itself does not change")

	// Requests without a name are all different.
	uses = &receipttest.MemoryUses{}
	v, err = second.Claim(ctx, uses, "")
	require.NoError(t, err)
	require.True(t, v.OK())
	v, err = second.Claim(ctx, uses, "")
	require.NoError(t, err)
	require.Equal(t, pagonline.CodeReceiptUsed, pagonline.CodeOf(v.Err()))

	// A file that was saved anew holds the same receipt: it is told, and claims nothing.
	resaved := second
	resaved.Word = receipt.Resaved
	for _, ask := range []func(context.Context, receipt.Uses, string) (receipt.Verdict, error){resaved.CheckUse, resaved.Claim} {
		used, err := ask(ctx, uses, "quote-2")
		require.NoError(t, err)
		require.Equal(t, []string{"use"}, failed(used))
		fresh := &receipttest.MemoryUses{}
		_, err = ask(ctx, fresh, "quote-2")
		require.NoError(t, err)
		key, _ := resaved.UseKey()
		_, held, err := fresh.Holder(ctx, key)
		require.NoError(t, err)
		require.False(t, held)
	}

	altered := receipt.Verify([]byte("{}"), p.QR, ring, receipt.Expectations{})
	same, err := altered.Claim(ctx, brokenUses{}, "quote-1")
	require.NoError(t, err, "nobody asks for what is not authentic")
	require.Equal(t, altered, same)
	_, err = second.Claim(ctx, brokenUses{}, "quote-1")
	require.ErrorIs(t, err, errBroken)
	_, err = second.CheckUse(ctx, brokenUses{}, "quote-1")
	require.ErrorIs(t, err, errBroken)
}

var errBroken = errors.New("broken")

type brokenUses struct{}

func (brokenUses) Holder(context.Context, receipt.UseKey) (string, bool, error) {
	return "", false, errBroken
}

func (brokenUses) Claim(context.Context, receipt.UseKey, string) (string, bool, error) {
	return "", false, errBroken
}
