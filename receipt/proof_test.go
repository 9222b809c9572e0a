package receipt_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
)

// testKey returns a key that everybody knows.
func testKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("not a secret: " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func day(s string) pagonline.Date {
	d, err := pagonline.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// testRing signs with the key of that name.
func testRing(name string) receipt.KeyRing {
	ring, err := receipt.KeyRing{}.Rotate(testKey(name), day("2026-01-01"))
	if err != nil {
		panic(err)
	}
	return ring
}

func signed(t *testing.T, edit func(*payment.RT)) receipt.Proof {
	t.Helper()
	p, err := testRing("a").Sign(made(t, edit))
	require.NoError(t, err)
	return p
}

func TestSignVerify(t *testing.T) {
	ring := testRing("a")
	r := made(t, nil)
	p, err := ring.Sign(r)
	require.NoError(t, err)
	again, err := ring.Sign(r)
	require.NoError(t, err)
	require.Equal(t, p, again, "the same receipt, the same proof")

	v := receipt.Verify(p.JSON, p.QR, publicOnly(t, ring), receipt.Expectations{})
	require.Equal(t, receipt.Authentic, v.Word)
	require.NoError(t, v.Err())
	require.True(t, v.OK())
	require.Equal(t, r.IUR, v.Receipt.IUR)
	require.Equal(t, r.IUR, v.Signed.IUR)
	require.Equal(t, r.IUV, v.Signed.IUV)
	require.Equal(t, r.Amount, v.Signed.Amount)
	require.True(t, v.Signed.Protocol.Equal(r.Protocol))
	require.True(t, v.Signed.Trial)
	require.Equal(t, "2026-11-23", v.Signed.PaidOn.String())
	for _, c := range v.Checks {
		require.True(t, c.OK, c.Name)
		require.NotEmpty(t, c.It, c.Name)
		require.NotEmpty(t, c.En, c.Name)
		for _, name := range []string{"Mario", "Rossi", "Ditta"} {
			require.NotContains(t, c.It+c.En, name)
		}
	}
}

// publicOnly goes through the file that a clerk has.
func publicOnly(t *testing.T, ring receipt.KeyRing) receipt.KeyRing {
	t.Helper()
	public, err := receipt.ParseKeyRing(ring.PEM())
	require.NoError(t, err)
	require.Empty(t, public.Signing())
	return public
}

// TestEveryBitOfTheJSON changes each bit of the JSON, alone and in its file.
func TestEveryBitOfTheJSON(t *testing.T) {
	p, ring := signed(t, nil), publicOnly(t, testRing("a"))
	require.Equal(t, receipt.Authentic, receipt.Verify(p.JSON, p.QR, ring, receipt.Expectations{}).Word)
	for i := range p.JSON {
		for bit := range 8 {
			b := bytes.Clone(p.JSON)
			b[i] ^= 1 << bit
			require.Equal(t, receipt.Altered, receipt.Verify(b, p.QR, ring, receipt.Expectations{}).Word, "byte %d, bit %d", i, bit)
		}
	}
	for _, b := range [][]byte{p.JSON[1:], p.JSON[:len(p.JSON)-1], append(bytes.Clone(p.JSON), '\n'), {}} {
		require.Equal(t, receipt.Altered, receipt.Verify(b, p.QR, ring, receipt.Expectations{}).Word)
	}
}

// TestEveryByteOfThePayload puts every other byte in each place.
func TestEveryByteOfThePayload(t *testing.T) {
	p, ring := signed(t, nil), publicOnly(t, testRing("a"))
	require.Equal(t, receipt.Authentic, receipt.Verify(nil, p.QR, ring, receipt.Expectations{}).Word)
	for i := range len(p.QR) {
		for c := range 256 {
			if b := []byte(p.QR); b[i] != byte(c) {
				b[i] = byte(c)
				require.NotEqual(t, receipt.Authentic, receipt.Verify(nil, string(b), ring, receipt.Expectations{}).Word, "%d: %q", i, c)
			}
		}
		cut := p.QR[:i] + p.QR[i+1:]
		require.NotEqual(t, receipt.Authentic, receipt.Verify(nil, cut, ring, receipt.Expectations{}).Word)
		double := p.QR[:i] + p.QR[i:i+1] + p.QR[i:]
		require.NotEqual(t, receipt.Authentic, receipt.Verify(nil, double, ring, receipt.Expectations{}).Word)
	}
	for _, s := range []string{p.QR + " ", " " + p.QR, p.QR + "\n", p.QR + "/", strings.ToLower(p.QR)} {
		require.Equal(t, receipt.Altered, receipt.Verify(nil, s, ring, receipt.Expectations{}).Word)
	}
}

// TestEveryBitOfTheFile changes each bit of JSON and proof in one file.
func TestEveryBitOfTheFile(t *testing.T) {
	p, ring := signed(t, nil), publicOnly(t, testRing("a"))
	file := p.SignedJSON()
	back, err := receipt.ParseSignedJSON(file)
	require.NoError(t, err)
	require.Equal(t, p, back)
	require.Equal(t, receipt.Authentic, receipt.VerifySignedJSON(file, ring, receipt.Expectations{}).Word)
	for i := range file {
		for bit := range 8 {
			b := bytes.Clone(file)
			b[i] ^= 1 << bit
			require.NotEqual(t, receipt.Authentic, receipt.VerifySignedJSON(b, ring, receipt.Expectations{}).Word, "byte %d, bit %d", i, bit)
		}
	}
	spaced := bytes.Replace(file, []byte(":"), []byte(": "), 1)
	require.Equal(t, receipt.Altered, receipt.VerifySignedJSON(spaced, ring, receipt.Expectations{}).Word)
	withReceipt := bytes.Replace(p.JSON, []byte("{"), []byte(`{"proof":{},`), 1)
	require.Equal(t, receipt.Altered, receipt.VerifySignedJSON(withReceipt, ring, receipt.Expectations{}).Word)
	require.Equal(t, receipt.Altered, receipt.VerifySignedJSON(bytes.Repeat([]byte("{"), 2<<20), ring, receipt.Expectations{}).Word)
	require.Equal(t, receipt.Unsigned, receipt.VerifySignedJSON(p.JSON, ring, receipt.Expectations{}).Word, "a bare receipt")
}

// TestSwapped puts together parts of two receipts that are both right.
func TestSwapped(t *testing.T) {
	ring := testRing("a")
	a, b := signed(t, nil), signed(t, func(rt *payment.RT) { rt.ReceiptID = "other" })
	require.Equal(t, receipt.Altered, receipt.Verify(a.JSON, b.QR, ring, receipt.Expectations{}).Word)
	cut := strings.LastIndexByte(a.QR, '/')
	require.Equal(t, receipt.Altered, receipt.Verify(nil, a.QR[:cut]+b.QR[strings.LastIndexByte(b.QR, '/'):], ring, receipt.Expectations{}).Word)
	swapped := a
	swapped.Code = b.Code
	_, err := receipt.ParseSignedJSON(swapped.SignedJSON())
	require.Equal(t, pagonline.CodeReceiptAltered, pagonline.CodeOf(err))
}

func TestUnknownAndUnsigned(t *testing.T) {
	p := signed(t, nil)
	v := receipt.Verify(p.JSON, p.QR, testRing("b"), receipt.Expectations{})
	require.Equal(t, receipt.UnknownKey, v.Word)
	require.Nil(t, v.Receipt)
	require.Nil(t, v.Signed)
	require.Equal(t, pagonline.CodeNotVerified, pagonline.CodeOf(v.Err()))
	require.Equal(t, receipt.UnknownKey, receipt.Verify(p.JSON, p.QR, receipt.KeyRing{}, receipt.Expectations{}).Word)
	v = receipt.Verify(p.JSON, "", testRing("a"), receipt.Expectations{})
	require.Equal(t, receipt.Unsigned, v.Word)
	require.Nil(t, v.Receipt)
	require.Equal(t, pagonline.CodeNotVerified, pagonline.CodeOf(v.Err()))
	_, claimed := v.UseKey()
	require.False(t, claimed)
	v = receipt.Verify(p.JSON, "x", testRing("a"), receipt.Expectations{})
	require.Equal(t, pagonline.CodeReceiptAltered, pagonline.CodeOf(v.Err()))
}

// TestForged signs with another key in the name of a known one.
func TestForged(t *testing.T) {
	forged, err := testRing("b").Sign(made(t, nil))
	require.NoError(t, err)
	head, _ := cutSignature(forged.QR)
	head = strings.Replace(head, string(forged.Key), string(signed(t, nil).Key), 1)
	_, tail := cutSignature(forged.QR)
	require.Equal(t, receipt.Altered, receipt.Verify(forged.JSON, head+tail, testRing("a"), receipt.Expectations{}).Word)
}

func cutSignature(qr string) (head, tail string) {
	at := strings.LastIndexByte(qr, '/')
	return qr[:at], qr[at:]
}

func TestSignRefuses(t *testing.T) {
	for code, edit := range map[pagonline.Code]func(*receipt.Receipt){
		pagonline.CodeFiscalCode:    func(r *receipt.Receipt) { r.Creditor.FiscalCode = "9999900001X" },
		pagonline.CodeRequiredField: func(r *receipt.Receipt) { r.IUR = "" },
		pagonline.CodeInputSyntax:   func(r *receipt.Receipt) { r.PaidAt = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		r := made(t, nil)
		edit(&r)
		_, err := testRing("a").Sign(r)
		require.Equal(t, code, pagonline.CodeOf(err))
	}
	r := made(t, nil)
	r.IUV = ""
	_, err := testRing("a").Sign(r)
	require.Equal(t, "iuv", pagonline.AsError(err).Field)
	r = made(t, nil)
	r.PaidAt = time.Time{}
	_, err = testRing("a").Sign(r)
	require.Equal(t, "paidAt", pagonline.AsError(err).Field)
	_, err = receipt.KeyRing{}.Sign(made(t, nil))
	require.Equal(t, "key", pagonline.AsError(err).Field)
	_, err = publicOnly(t, testRing("a")).Sign(made(t, nil))
	require.Equal(t, "key", pagonline.AsError(err).Field)
}

// device is a signer out of memory, as an HSM is.
type device struct {
	crypto.Signer
	err   error
	spoil bool
}

func (d device) Sign(rand io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts.HashFunc() != 0 || rand != nil {
		return nil, errors.New("device: want the whole message")
	}
	b, err := d.Signer.Sign(rand, message, opts)
	if d.spoil {
		b[7] ^= 1
	}
	return b, errors.Join(err, d.err)
}

func TestDevice(t *testing.T) {
	ring, err := receipt.KeyRing{}.Rotate(device{Signer: testKey("a")}, day("2026-01-01"))
	require.NoError(t, err)
	p, err := ring.Sign(made(t, nil))
	require.NoError(t, err)
	require.Equal(t, signed(t, nil), p)

	broken := errors.New("unplugged")
	ring, err = ring.WithSigner(device{Signer: testKey("a"), err: broken})
	require.NoError(t, err)
	_, err = ring.Sign(made(t, nil))
	require.ErrorIs(t, err, broken)
	ring, err = ring.WithSigner(device{Signer: testKey("a"), spoil: true})
	require.NoError(t, err)
	_, err = ring.Sign(made(t, nil))
	require.ErrorContains(t, err, "does not verify", "a fault must not get out: it may tell the key")
}

// TestLogsNameNobody looks at all that may be logged or printed.
func TestLogsNameNobody(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&b, nil))
	p, ring := signed(t, nil), testRing("a")
	v := receipt.Verify(p.JSON, p.QR, ring, receipt.Expectations{Creditor: "x"})
	log.Info("proof", "proof", p, "verdict", v, "ring", ring, "err", v.Err())
	fmt.Fprintf(&b, "%v %+v", ring, struct{ private receipt.KeyRing }{ring})
	_, err := receipt.Parse(bytes.Replace(p.JSON, []byte(`"quantity":1`), []byte(`"quantity":"Mario Rossi"`), 1))
	require.Error(t, err)
	log.Info("parse", "err", err)
	require.Contains(t, b.String(), p.Code.String())
	require.Contains(t, b.String(), `"failed":["creditor"]`)
	for _, secret := range []string{"Mario", "Rossi", "Ditta", strings.Trim(fmt.Sprintf("%d", testKey("a").Seed()), "[]")} {
		require.NotContains(t, b.String(), secret)
	}
}

func BenchmarkSign(b *testing.B) {
	r, ring := exampleReceipt(), testRing("a")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ring.Sign(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	ring := testRing("a")
	p, err := ring.Sign(exampleReceipt())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if v := receipt.Verify(p.JSON, p.QR, ring, receipt.Expectations{}); !v.OK() {
			b.Fatal(v)
		}
	}
}

func BenchmarkCanonical(b *testing.B) {
	r := exampleReceipt()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Canonical(); err != nil {
			b.Fatal(err)
		}
	}
}
