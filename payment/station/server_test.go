package station_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/station"
)

// serve runs a server on a loopback port and returns its address.
func serve(t *testing.T, server *http.Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server.ErrorLog = log.New(io.Discard, "", 0) // it will say who was turned away
	done := make(chan struct{})
	go func() {
		defer close(done)
		if server.TLSConfig != nil {
			_ = server.ServeTLS(l, "", "")
			return
		}
		_ = server.Serve(l)
	}()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		<-done
	})
	return l.Addr().String()
}

// TestSlowloris: who sends a byte now and then is cut off, also where the server has no
// bounds of its own; and the connection of who is quick stays.
func TestSlowloris(t *testing.T) {
	o := newOffice(t, station.Config{BodyTime: 300 * time.Millisecond})
	body := string(ask(wire.Verify, o.open().Number.String()).Append(nil))
	addr := serve(t, &http.Server{Handler: o.handler})
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer conn.Close()
	began := time.Now()
	head := "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n"
	_, err = io.WriteString(conn, head+body[:100])
	require.NoError(t, err)
	go func() {
		for range 100 {
			if _, err := io.WriteString(conn, " "); err != nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
	require.Less(t, time.Since(began), 2*time.Second)

	quick, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer quick.Close()
	r := bufio.NewReader(quick)
	for range 3 {
		_, err = io.WriteString(quick, strings.Replace(head, "100000", itoa(len(body)), 1)+body)
		require.NoError(t, err)
		resp, err := http.ReadResponse(r, nil)
		require.NoError(t, err)
		answer, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Contains(t, string(answer), "<outcome>OK</outcome>")
		time.Sleep(400 * time.Millisecond) // past the bound of a body, between two calls
	}
}

func itoa(n int) string { return big.NewInt(int64(n)).String() }

// TestServerBounds: every part of a call is bounded.
func TestServerBounds(t *testing.T) {
	s := station.Server(http.NotFoundHandler(), nil)
	for _, d := range []time.Duration{s.ReadHeaderTimeout, s.ReadTimeout, s.WriteTimeout, s.IdleTimeout} {
		require.Positive(t, d)
	}
	require.Less(t, s.ReadTimeout, 7*time.Second, "the node gives up then")
	addr := serve(t, s)
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer conn.Close()
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("x", 1<<16)+"\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, resp.StatusCode)
}

// authority issues certificates for the tests.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	a := authority{t: t}
	leaf := a.issue("Autorità di prova", time.Hour, func(c *x509.Certificate) {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
	})
	key, ok := leaf.PrivateKey.(*ecdsa.PrivateKey)
	require.True(t, ok)
	a.cert, a.key = leaf.Leaf, key
	return a
}

func (a authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

// issue returns a certificate that ends after life; without an authority it is
// self-signed.
func (a authority) issue(name string, life time.Duration, edit ...func(*x509.Certificate)) tls.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"example.org"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:   time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(life),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	for _, e := range edit {
		e(template)
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	require.NoError(a.t, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(a.t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// TestTLS: only the node gets as far as a request.
func TestTLS(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	server := ours.issue("stazione", time.Hour)
	node, next := theirs.issue("nodo", time.Hour), theirs.issue("nodo, da domani", time.Hour)
	other, old, stranger := theirs.issue("un altro", time.Hour), theirs.issue("nodo, ieri", -time.Hour), ours.issue("estraneo", time.Hour)
	o := newOffice(t, station.Config{})
	body := string(ask(wire.Verify, o.open().Number.String()).Append(nil))
	pins := []*x509.Certificate{node.Leaf, next.Leaf, old.Leaf}
	for name, c := range map[string]struct {
		config station.TLS
		let    map[string]bool
	}{
		"pins":            {station.TLS{Pinned: pins}, map[string]bool{"node": true, "next": true}},
		"key":             {station.TLS{PinnedKeys: [][32]byte{sha256.Sum256(next.Leaf.RawSubjectPublicKeyInfo)}}, map[string]bool{"next": true}},
		"authority":       {station.TLS{Authorities: theirs.pool()}, map[string]bool{"node": true, "next": true, "other": true}},
		"both":            {station.TLS{Authorities: theirs.pool(), Pinned: pins}, map[string]bool{"node": true, "next": true}},
		"both, not alike": {station.TLS{Authorities: ours.pool(), Pinned: pins}, map[string]bool{}},
	} {
		c.config.Certificates = []tls.Certificate{server}
		cfg, err := c.config.Config()
		require.NoError(t, err)
		addr := serve(t, station.Server(o.handler, cfg))
		for who, cert := range map[string]*tls.Certificate{
			"node": &node, "next": &next, "other": &other, "old": &old, "stranger": &stranger, "nobody": nil,
		} {
			client := &tls.Config{RootCAs: ours.pool(), ClientSessionCache: tls.NewLRUClientSessionCache(4)}
			if cert != nil {
				client.Certificates = []tls.Certificate{*cert}
			}
			for range 2 { // the second connection is resumed
				require.Equal(t, c.let[who], answers(client, addr, body), "%s: %s", name, who)
			}
			client.MaxVersion, client.MinVersion = tls.VersionTLS11, tls.VersionTLS10
			require.False(t, answers(client, addr, body), "TLS 1.1")
			client.MaxVersion, client.MinVersion = tls.VersionTLS12, tls.VersionTLS12
			require.Equal(t, c.let[who], answers(client, addr, body), "%s: %s, TLS 1.2", name, who)
		}
	}
	for _, c := range []station.TLS{{}, {Certificates: []tls.Certificate{server}}, {Pinned: pins}} {
		_, err := c.Config()
		require.Error(t, err, "it is never open to all")
	}
}

// answers reports whether a client with this configuration gets an answer.
func answers(cfg *tls.Config, addr, body string) bool {
	transport := &http.Transport{TLSClientConfig: cfg}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Post("https://"+addr, "text/xml", strings.NewReader(body))
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return err == nil && strings.Contains(string(answer), "<outcome>OK</outcome>")
}
