package receipt_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt"
)

// TestRotation: the old key's receipts stay, and nothing later is of it.
func TestRotation(t *testing.T) {
	first := testRing("a")
	old, err := first.Sign(made(t, nil))
	require.NoError(t, err)
	second, err := first.Rotate(testKey("b"), day("2026-11-30"))
	require.NoError(t, err)
	require.Len(t, second.Keys(), 2)
	require.NotEqual(t, first.Signing(), second.Signing())
	require.Len(t, first.Keys(), 1, "the former ring is what it was")
	require.True(t, first.Keys()[0].Until.IsZero())
	require.Equal(t, "2026-11-30", second.Keys()[0].Until.String())
	require.Equal(t, "2026-11-30", second.Keys()[1].From.String())

	clerk := publicOnly(t, second)
	require.Equal(t, second.Keys(), clerk.Keys(), "the file keeps the days")
	require.Equal(t, receipt.Authentic, receipt.Verify(old.JSON, old.QR, clerk, receipt.Expectations{}).Word)
	current, err := second.Sign(made(t, nil))
	require.NoError(t, err)
	require.Equal(t, receipt.Authentic, receipt.Verify(current.JSON, current.QR, clerk, receipt.Expectations{}).Word,
		"the receipt of an older payment")
	require.Equal(t, receipt.UnknownKey, receipt.Verify(current.JSON, current.QR, publicOnly(t, first), receipt.Expectations{}).Word,
		"a clerk with the old file")

	// A payment after the key's last day, signed with a key that was kept.
	late := made(t, nil)
	late.PaidAt = late.PaidAt.AddDate(0, 0, 8)
	p, err := first.Sign(late)
	require.NoError(t, err)
	v := receipt.Verify(p.JSON, p.QR, clerk, receipt.Expectations{})
	require.Equal(t, receipt.UnknownKey, v.Word)
	require.Nil(t, v.Receipt)
	require.Contains(t, v.Checks[0].En, "out of use")
	ended, err := second.WithSigner(testKey("a"))
	require.NoError(t, err)
	_, err = ended.Sign(late)
	require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), "what would not verify is not signed")
	lastDay := made(t, nil)
	lastDay.PaidAt = lastDay.PaidAt.AddDate(0, 0, 7)
	_, err = ended.Sign(lastDay)
	require.NoError(t, err)
	require.Equal(t, string(second.Keys()[0].ID())+" "+string(second.Signing())+"*", second.String())
}

func TestKeyRingRefuses(t *testing.T) {
	ring := testRing("a")
	_, err := ring.Rotate(testKey("a"), day("2026-12-01"))
	require.ErrorContains(t, err, "held already")
	_, err = ring.Rotate(testKey("b"), pagonline.Date{})
	require.ErrorContains(t, err, "day")
	_, err = ring.Rotate(testKey("b"), day("2025-12-31"))
	require.ErrorContains(t, err, "before the beginning")
	_, err = ring.Rotate(nil, day("2026-12-01"))
	require.ErrorContains(t, err, "Ed25519")
	_, err = ring.Rotate(ed25519.PrivateKey(nil), day("2026-12-01"))
	require.ErrorContains(t, err, "Ed25519")
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	_, err = ring.WithSigner(other)
	require.ErrorContains(t, err, "Ed25519")
	_, err = ring.WithSigner(testKey("b"))
	require.ErrorContains(t, err, "not among")
	_, err = receipt.NewKeyRing(receipt.PublicKey{})
	require.ErrorContains(t, err, "Ed25519")
	public := ring.Keys()[0]
	_, err = receipt.NewKeyRing(public, public)
	require.ErrorContains(t, err, "held already")
	public.Key[0] ^= 1
	_, known := ring.Find(receipt.KeyIDOf(public.Key))
	require.False(t, known)
}

// TestKeyNamesMeet: two keys of one name are told from the same key twice, and another one
// mends it.
func TestKeyNamesMeet(t *testing.T) {
	held := map[receipt.KeyID]int{}
	for i := 0; ; i++ { // the name has 20 bits: some 1200 keys will do
		key := testKey(strconv.Itoa(i))
		id := receipt.KeyIDOf(ed25519.PublicKey(key[ed25519.PrivateKeySize-ed25519.PublicKeySize:]))
		first, met := held[id]
		if !met {
			held[id] = i
			continue
		}
		ring := testRing(strconv.Itoa(first))
		_, err := ring.Rotate(key, day("2026-12-01"))
		require.ErrorContains(t, err, "generate another key")
		require.Contains(t, pagonline.AsError(err).It, "generarne una nuova")
		_, err = ring.Rotate(testKey(strconv.Itoa(i+1)), day("2026-12-01"))
		require.NoError(t, err)
		return
	}
}

func TestKeyFilesRefuse(t *testing.T) {
	ring := testRing("a")
	file := string(ring.PEM())
	private, err := receipt.MarshalPrivateKey(testKey("a"))
	require.NoError(t, err)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	ecPrivate, err := x509.MarshalPKCS8PrivateKey(ec)
	require.NoError(t, err)
	ecPublic, err := x509.MarshalPKIXPublicKey(&ec.PublicKey)
	require.NoError(t, err)
	block := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	for name, in := range map[string]string{
		"empty": "", "text": "hello", "private": string(private), "twice": file + file,
		"wrong name": strings.Replace(file, "Key: ", "Key: X", 1), "no day": strings.Replace(file, "2026-01-01", "soon", 1),
		"elliptic": block("PUBLIC KEY", ecPublic), "certificate": block("CERTIFICATE", ecPublic),
		"headers": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Headers: map[string]string{"a": "b"}, Bytes: ecPublic})),
		"cut":     file[:len(file)-10], "broken first": strings.Replace(file, "MCow", "MC*w", 1) + file, "large": strings.Repeat("\n", 1<<20),
	} {
		_, err := receipt.ParseKeyRing([]byte(in))
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), name)
	}
	for name, in := range map[string]string{
		"empty": "", "public": file, "elliptic": block("PRIVATE KEY", ecPrivate), "twice": string(private) + string(private),
		"encrypted": block("ENCRYPTED PRIVATE KEY", ecPrivate), "cut": string(private[:len(private)-10]), "large": strings.Repeat("\n", 1<<20),
	} {
		_, err := receipt.ParsePrivateKey([]byte(in))
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), name)
	}
	_, err = receipt.MarshalPrivateKey(nil)
	require.Error(t, err)

	// What other programs write.
	key, err := receipt.ParsePrivateKey([]byte(strings.ReplaceAll(string(private), "\n", "\r\n")))
	require.NoError(t, err)
	require.True(t, key.Equal(testKey("a")))
	_, bare, _ := strings.Cut(file, "-----BEGIN")
	got, err := receipt.ParseKeyRing([]byte("ED25519 Public-Key:\n-----BEGIN" + bare))
	require.NoError(t, err)
	require.True(t, got.Keys()[0].From.IsZero())
	require.Equal(t, ring.Keys()[0].Key, got.Keys()[0].Key)
}

func FuzzParseKeyRing(f *testing.F) {
	ring, err := testRing("a").Rotate(testKey("b"), day("2026-11-30"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(ring.PEM())
	f.Add([]byte("-----BEGIN PUBLIC KEY-----"))
	f.Fuzz(func(t *testing.T, b []byte) {
		ring, err := receipt.ParseKeyRing(b)
		if err != nil {
			return
		}
		again, err := receipt.ParseKeyRing(ring.PEM())
		if err != nil || !bytes.Equal(again.PEM(), ring.PEM()) {
			t.Errorf("%q: %v", b, err)
		}
	})
}
