package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
)

func TestMetadataFrom(t *testing.T) {
	idp := idptest.Start(t, identity.SPID)
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/idp":
			_, _ = w.Write(idp.Metadata())
		case "/long":
			_, _ = w.Write(make([]byte, maxMetadata+1))
		case "/away":
			http.Redirect(w, r, "http://192.0.2.1/idp", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	defer served.Close()
	file := filepath.Join(t.TempDir(), "idp.xml")
	require.NoError(t, os.WriteFile(file, idp.Metadata(), 0o600))
	r := start(t, options{metadata: []source{{identity.SPID, served.URL + "/idp"}, {identity.EIDAS, file}}})
	first := get(t, browser(), r.url)
	require.Contains(t, first.body, `href="/spid/login?idp=https%3A%2F%2Fidp.example.org%2Fspid"`)
	require.Contains(t, first.body, `href="/eidas/login?idp=https%3A%2F%2Fidp.example.org%2Fspid"`)
	require.NotContains(t, first.body, "/cie/login")
	for from, why := range map[string]string{
		served.URL + "/long": "too long", served.URL + "/none": "404", "http://127.0.0.1:1/": "refused", filepath.Join(t.TempDir(), "none"): "no such file",
		served.URL + "/away": "this machine", served.URL + "/round": "redirected too often", "http://192.0.2.1/idp": "this machine",
	} {
		_, err := source{identity.SPID, from}.read(t.Context())
		require.ErrorContains(t, err, why, from)
	}
}

// TestNoWayBackFromHTTPS: what https protected is not fetched by http, not even from here.
func TestNoWayBackFromHTTPS(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	defer secure.Close()
	old := http.DefaultTransport
	http.DefaultTransport = secure.Client().Transport
	defer func() { http.DefaultTransport = old }()
	_, err := source{identity.SPID, secure.URL}.read(t.Context())
	require.ErrorContains(t, err, "away from https")
}

// TestLastGoodCopy has the registry fall silent, and talk nonsense.
func TestLastGoodCopy(t *testing.T) {
	idp := idptest.Start(t, identity.SPID)
	var says atomic.Pointer[string]
	say := func(s string) { says.Store(&s) }
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if *says.Load() == "" {
			w.WriteHeader(http.StatusBadGateway)
		}
		_, _ = w.Write([]byte(*says.Load()))
	}))
	defer served.Close()
	o := options{data: t.TempDir(), baseURL: "http://127.0.0.1:1", metadata: []source{{identity.SPID, served.URL}}}
	say("")
	_, err := newPortal(t.Context(), o, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "metadata of spid", "there is no copy yet")
	for _, said := range []string{string(idp.Metadata()), "", "<nonsense/>", string(idp.Metadata())} {
		say(said)
		r := start(t, o)
		require.Contains(t, get(t, browser(), r.url).body, "/spid/login?idp=", said)
		warned := strings.Contains(r.log.String(), "the last good copy")
		require.Equal(t, said != string(idp.Metadata()), warned, said)
		require.Equal(t, warned, r.signs.again == soon, "an hour later once more")
	}
	r := start(t, o)
	r.signs.copies = filepath.Join(o.data, "portal.json", "none")
	require.NoError(t, r.signs.update(t.Context(), o.metadata), "no copy, and good all the same")
	require.Contains(t, r.log.String(), "no copy of the metadata is kept")
	copies, err := filepath.Glob(filepath.Join(o.data, "metadata-spid-*.xml"))
	require.NoError(t, err)
	require.Len(t, copies, 1)
	b, err := os.ReadFile(copies[0])
	require.NoError(t, err)
	require.Equal(t, string(idp.Metadata()), string(b))
	info, err := os.Stat(copies[0])
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	left, err := filepath.Glob(filepath.Join(o.data, ".new-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestFederation has metadata that nobody signed refused.
func TestFederation(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, b, 0o600))
		return file
	}
	o := options{data: dir, baseURL: "http://127.0.0.1:1", metadata: []source{{identity.SPID, write("idp.xml", idptest.Start(t, identity.SPID).Metadata())}}}
	for file, why := range map[string]string{
		write("good.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})): "spid: metadata 0",
		write("text.pem", []byte("x")): "not PEM",
		write("bad.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der[1:]})): "-federation",
		filepath.Join(dir, "none.pem"): "-federation",
	} {
		o.federation = map[identity.Scheme]string{identity.SPID: file}
		_, err = newPortal(t.Context(), o, slog.New(slog.DiscardHandler))
		require.ErrorContains(t, err, why, file)
	}
}
