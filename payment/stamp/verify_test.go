package stamp_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/stamp"
	"github.com/pagonline/pagonline/payment/stamp/stamptest"
)

func TestVerify(t *testing.T) {
	attachment, says := genuine(t)
	v := verifier(t, stamp.Config{})
	for _, want := range []stamp.Want{{}, {Hash: says.Hash}, {Amount: sixteen}, {Hash: says.Hash, Amount: sixteen}} {
		got, err := v.Verify(attachment, want)
		require.NoError(t, err)
		require.Equal(t, says, got)
	}
	for _, c := range []struct {
		want  stamp.Want
		fault stamp.FaultError
	}{
		{stamp.Want{Hash: documentHash("another document")}, stamp.ErrHash},
		{stamp.Want{Hash: "Y2lhbw=="}, stamp.ErrHash}, // no SHA-256 at all
		{stamp.Want{Hash: strings.ToLower(says.Hash)}, stamp.ErrHash},
		{stamp.Want{Hash: says.Hash, Amount: euro.MustParse("32.00")}, stamp.ErrAmount},
	} {
		got, err := v.Verify(attachment, c.want)
		require.ErrorIs(t, err, c.fault)
		require.Equal(t, says, got) // authentic, but not what was wanted
	}
}

func TestCheckStamp(t *testing.T) {
	attachment, says := genuine(t)
	v := verifier(t, stamp.Config{})
	ctx := t.Context()
	sold := payment.Credit{Stamp: attachment, Amount: sixteen}
	require.NoError(t, v.CheckStamp(ctx, sold, &payment.Stamp{Hash: says.Hash, Province: "LI"}))
	require.NoError(t, v.CheckStamp(ctx, sold, nil))
	require.ErrorIs(t, v.CheckStamp(ctx, sold, &payment.Stamp{Hash: documentHash("x")}), stamp.ErrHash)
	require.ErrorIs(t, v.CheckStamp(ctx, sold, &payment.Stamp{}), stamp.ErrHash) // asked for, but for what?
	require.ErrorIs(t, v.CheckStamp(ctx, payment.Credit{}, nil), stamp.ErrUnreadable)

	for _, amount := range []string{"2.00", "0.00"} {
		other := payment.Credit{Stamp: attachment, Amount: euro.MustParse(amount)}
		require.ErrorIs(t, v.CheckStamp(ctx, other, &payment.Stamp{Hash: says.Hash}), stamp.ErrAmount)
		require.ErrorIs(t, v.CheckStamp(ctx, other, nil), stamp.ErrAmount, "of another creditor's, too")
	}

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	err := v.CheckStamp(cancelled, sold, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, "unchecked", stamp.FaultCode(err))
	require.Empty(t, stamp.FaultCode(nil))

	var f interface{ StampFault() string } // how the station finds it
	require.ErrorAs(t, v.CheckStamp(ctx, payment.Credit{}, nil), &f)
	require.Equal(t, "unreadable", f.StampFault())
}

func TestNewNeedsAnchors(t *testing.T) {
	for _, pool := range []*x509.CertPool{nil, x509.NewCertPool()} {
		_, err := stamp.New(pool, stamp.Config{})
		require.Error(t, err)
	}
}

func TestVerifyTime(t *testing.T) {
	attachment, says := genuine(t)
	clock := func(at time.Time) stamp.Config { return stamp.Config{Now: func() time.Time { return at }} }
	_, err := verifier(t, clock(bought.Add(-5*time.Minute))).Verify(attachment, stamp.Want{})
	require.NoError(t, err)
	got, err := verifier(t, clock(bought.Add(-5*time.Minute-time.Second))).Verify(attachment, stamp.Want{})
	require.ErrorIs(t, err, stamp.ErrFuture)
	require.Equal(t, says, got)
	// The certificate has expired since, and the stamp is as good as it was.
	_, err = verifier(t, clock(now.AddDate(20, 0, 0))).Verify(attachment, stamp.Want{})
	require.NoError(t, err)
}

func TestVerifyRevoked(t *testing.T) {
	attachment, _ := genuine(t)
	v := verifier(t, stamp.Config{Revoked: func(c *x509.Certificate, at time.Time) bool {
		return c.Equal(theMarket(t).seller.Certificate()) && at.Equal(bought)
	}})
	_, err := v.Verify(attachment, stamp.Want{})
	require.ErrorIs(t, err, stamp.ErrCertificate)
}

// The signature is genuine, but the document around it is not what was signed.
func TestWrapping(t *testing.T) {
	attachment, says := genuine(t)
	v := verifier(t, stamp.Config{})
	doc := string(attachment[strings.Index(string(attachment), "?>")+2:])
	from := strings.Index(doc, "<Signature ")
	content, signature := doc[strings.Index(doc, "<PSP>"):from], strings.TrimSuffix(doc[from:], "</marcaDaBollo>")
	fake := strings.Replace(content, "16.00", "32.00", 1)
	object := func(inside string) string {
		return strings.Replace(signature, "</Signature>", "<Object>"+inside+"</Object></Signature>", 1)
	}
	in := func(before, inside string) string { return strings.Replace(fake, before, inside+before, 1) }
	for name, forged := range map[string]string{
		"another amount":                   root(fake + signature),
		"the original in an Object":        root(fake + object(doc)),
		"its content in an Object":         root(fake + object(content)),
		"the original behind":              root(fake + doc),
		"the original before":              root(doc + fake + signature),
		"the original inside":              root(in("<IUBD>", doc) + signature),
		"in a new root":                    "<a>" + doc + "</a>",
		"two contents":                     root(fake + content + signature),
		"two contents turned":              root(content + fake + signature),
		"two signatures":                   root(content + signature + signature),
		"a second inside the first":        root(content + object(signature)),
		"the signature moved first":        root(signature + content),
		"the signature moved into the PSP": root(strings.Replace(content, "</PSP>", signature+"</PSP>", 1)),
		"an amount in another namespace":   root(strings.Replace(content, "<IUBD>", `<Importo xmlns="urn:x">32.00</Importo><IUBD>`, 1) + signature),
		"SignedInfo twice": root(fake + strings.Replace(signature, "<SignatureValue>",
			signature[strings.Index(signature, "<SignedInfo>"):strings.Index(signature, "<SignatureValue>")]+"<SignatureValue>", 1)),
		"a new digest": root(fake + regexpDigest.ReplaceAllString(signature, "<DigestValue>"+documentHash(root(fake))+"</DigestValue>")),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Verify([]byte(forged), stamp.Want{})
			require.Contains(t, []string{"signature", "unreadable"}, stamp.FaultCode(err))
		})
	}
	got, err := v.Verify([]byte(root(content+signature)), stamp.Want{}) // what all of them are made of
	require.NoError(t, err)
	require.Equal(t, says, got)
}

// The signature does not cover how the document is written, and KeyInfo not at all.
func TestWrittenOtherwise(t *testing.T) {
	attachment, says := genuine(t)
	v := verifier(t, stamp.Config{})
	doc := string(attachment)
	value := doc[strings.Index(doc, "<SignatureValue>")+16 : strings.Index(doc, "</SignatureValue>")]
	for name, other := range map[string]string{
		"empty tags":            strings.NewReplacer("></DigestMethod>", "/>", "></Transform>", " />").Replace(doc),
		"single quotes":         strings.ReplaceAll(doc, `"`, `'`),
		"byte order mark":       "\ufeff" + doc,
		"no declaration":        doc[strings.Index(doc, "?>")+2:],
		"turned declarations":   strings.Replace(doc, `xmlns="`+space+`" xmlns:ns2="`+dsigs+`"`, `xmlns:ns2="`+dsigs+`" xmlns="`+space+`"`, 1),
		"references":            strings.Replace(doc, ">16.00<", ">&#x31;6.00<", 1),
		"folded value":          strings.Replace(doc, value, "\r\n "+value[:76]+" \t"+value[76:]+"\n", 1),
		"spaces in KeyInfo":     strings.Replace(doc, "<X509Data>", "\n<X509Data>\n", 1),
		"another KeyName":       strings.Replace(doc, "<X509Data>", "<KeyName>x</KeyName><X509Data>", 1),
		"blanks in the tags":    strings.ReplaceAll(strings.ReplaceAll(doc, "</IUBD>", "</IUBD >"), "<IUBD>", "<IUBD\n>"),
		"blanks in Signature":   strings.Replace(doc, "</KeyInfo>", "</KeyInfo>\n", 1),
		"a redundant namespace": strings.Replace(doc, "<IUBD>", `<IUBD xmlns="`+space+`">`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEqual(t, doc, other)
			got, err := v.Verify([]byte(other), stamp.Want{Hash: says.Hash})
			require.NoError(t, err)
			require.Equal(t, says, got)
		})
	}
	for name, other := range map[string]string{
		"a blank in the content":    strings.Replace(doc, "<IUBD>", " <IUBD>", 1),
		"a blank in SignedInfo":     strings.Replace(doc, "<SignedInfo>", "<SignedInfo> ", 1),
		"an unused namespace":       strings.Replace(doc, "<IUBD>", `<IUBD xmlns:x="urn:x">`, 1),
		"one around SignedInfo":     strings.Replace(doc, "<Signature ", `<Signature xmlns:x="urn:x" `, 1),
		"a blank around a value":    strings.Replace(doc, ">16.00<", ">16.00 <", 1),
		"the same time elsewhere":   strings.Replace(doc, "2026-11-23T20:18:01+01:00", "2026-11-23T19:18:01Z", 1),
		"other white space in IUBD": strings.Replace(doc, "01240002186093", "01240002186093\n", 1),
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEqual(t, doc, other)
			_, err := v.Verify([]byte(other), stamp.Want{})
			require.ErrorIs(t, err, stamp.ErrSignature)
		})
	}
}

// TestEveryBit turns each bit of a stamp: either it is refused, or nothing that it says
// has changed.
func TestEveryBit(t *testing.T) {
	seller := ecdsaSeller(t) // the shortest stamps
	attachment := forgery{seller: seller, method: more + "ecdsa-sha256"}.sign(t)
	v := verifier(t, stamp.Config{})
	says, err := v.Verify(attachment, stamp.Want{})
	require.NoError(t, err)
	accepted, step := 0, 1
	if testing.Short() {
		step = 7
	}
	for i := 0; i < len(attachment)*8; i += step {
		attachment[i/8] ^= 1 << (i % 8)
		if got, err := v.Verify(attachment, stamp.Want{}); err == nil {
			accepted++
			require.Equal(t, says, got, "bit %d", i)
		} else {
			require.NotEqual(t, "unchecked", stamp.FaultCode(err), "bit %d", i)
		}
		attachment[i/8] ^= 1 << (i % 8)
	}
	t.Logf("%d bits, %d turned without effect", len(attachment)*8/step, accepted)
	require.Less(t, accepted, 64) // in the form of the document, not in what it says
}

// One Verifier serves every receipt.
func TestVerifyConcurrently(t *testing.T) {
	attachment, says := genuine(t)
	v := verifier(t, stamp.Config{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got, err := v.Verify(attachment, stamp.Want{Hash: says.Hash}); err != nil || got != says {
					t.Errorf("Verify = %v, %v", got, err)
				}
			}
		})
	}
	wg.Wait()
}

// What stamptest sells can be told to nobody else.
func TestOtherMarket(t *testing.T) {
	attachment, _ := genuine(t)
	ca, err := stamptest.NewCA(now)
	require.NoError(t, err)
	v, err := stamp.New(ca.Pool(), stamp.Config{Now: func() time.Time { return now }})
	require.NoError(t, err)
	_, err = v.Verify(attachment, stamp.Want{})
	require.ErrorIs(t, err, stamp.ErrCertificate)
}

// A signature over a stamp that is none says nothing.
func TestSignedNonsense(t *testing.T) {
	m, v := theMarket(t), verifier(t, stamp.Config{})
	for name, c := range map[string]struct {
		old, with string
		want      stamp.FaultError
	}{
		"type 02":      {">01<", ">02<", stamp.ErrType},
		"nothing due":  {">16.00<", ">0.00<", stamp.ErrAmount},
		"a short hash": {documentHash("istanza"), base64.StdEncoding.EncodeToString([]byte("questa è una marca da bollo")), stamp.ErrHash},
		"no IUBD":      {"<IUBD>1</IUBD>", "", stamp.ErrUnreadable},
	} {
		t.Run(name, func(t *testing.T) {
			content := m.seller.Content("1", bought, sixteen, documentHash("istanza"))
			require.Contains(t, content, c.old)
			_, err := v.Verify(forgery{seller: m.seller, content: strings.Replace(content, c.old, c.with, 1)}.sign(t), stamp.Want{})
			require.ErrorIs(t, err, c.want)
		})
	}
}
