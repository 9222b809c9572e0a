package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
)

// launch runs the program and returns its address.
func launch(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r, out := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"-listen", "127.0.0.1:0"}, args...), out, t.Output())
		out.CloseWithError(errors.New("it has ended"))
	}()
	t.Cleanup(func() { stop(); require.Zero(t, <-ended) })
	var listening struct{ URL string }
	require.NoError(t, json.NewDecoder(r).Decode(&listening))
	return listening.URL
}

// tryAnotherSite signs in at a provider on another site, as providers are: for browsers,
// localhost is another site than 127.0.0.1.
func tryAnotherSite(w window, protocol string) {
	var idp *idptest.SAMLProvider
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { idp.ServeHTTP(rw, r) }))
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(w.t, err)
	idp, err = idptest.NewSAML(identity.SPID, idptest.SAMLConfig{EntityID: protocol + "://localhost:" + port})
	require.NoError(w.t, err)
	dir := w.t.TempDir()
	file := filepath.Join(dir, "idp.xml")
	metadata := idp.Metadata()
	args, want := []string{"-idp-metadata", "spid=" + file}, cookie{Name: "session", HTTPOnly: true, SameSite: "Lax"}
	if protocol == "https" {
		server.StartTLS()
		args = append(args, selfSigned(w.t, dir)...)
		want.Name, want.Secure = "__Host-session", true
		metadata = regexp.MustCompile(`<md:SingleSignOnService[^>]*HTTP-Redirect[^>]*/>`).ReplaceAll(metadata, nil) // the page that posts itself
	} else {
		server.Start()
	}
	w.t.Cleanup(server.Close)
	require.NoError(w.t, os.WriteFile(file, metadata, 0o600))
	base := launch(w.t, args...)
	require.True(w.t, strings.HasPrefix(base, protocol+"://127.0.0.1:"), base)
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	require.NoError(w.t, idp.Trust([]byte(get(w.t, c, base+"/spid/metadata").body)))

	w.signIn(base, "spid", "Annulla")
	cancelled := w.see(pagonline.NewError(pagonline.CodeLoginCancelled).It)
	require.Equal(w.t, base+"/spid/acs", cancelled.url)
	require.Equal(w.t, http.StatusForbidden, cancelled.status)
	w.click("Riprova")
	require.Contains(w.t, w.see("Le persone sono inventate").url, "//localhost:")
	w.click("as Shibboleth: SubjectLocality, FriendlyName e SessionIndex, come Shibboleth") // there is a session to end
	w.click("Accedi")
	me := w.see("I tuoi dati")
	require.Equal(w.t, base+"/me", me.url)
	require.Contains(w.t, me.body, "Mario")
	require.Contains(w.t, w.cookies(), want)
	w.click("Esci")
	w.see("Accesso terminato")
	w.click("Esci anche dal gestore di identità")
	require.True(w.t, wait(func() bool { return strings.HasPrefix(w.page().url, base+"/spid/slo") }), "the provider sends back")
	w.see("Accesso terminato")
}

// selfSigned makes a certificate and returns the flags that name it.
func selfSigned(t *testing.T, dir string) []string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	var flags []string
	for name, block := range map[string]*pem.Block{
		"-tls-cert": {Type: "CERTIFICATE", Bytes: cert}, "-tls-key": {Type: "PRIVATE KEY", Bytes: secret},
	} {
		file := filepath.Join(dir, "tls"+name+".pem")
		require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(block), 0o600))
		flags = append(flags, name, file)
	}
	return flags
}
