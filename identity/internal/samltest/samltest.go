// Package samltest is what the tests of SPID, CIE and eIDAS share.
package samltest

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/providertest"
)

// Certificate returns a key of a service with its certificate: the same for all tests of a
// process, because keys take long to make.
func Certificate(t testing.TB) tls.Certificate {
	t.Helper()
	pair, err := certificate()
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

var certificate = sync.OnceValues(func() (tls.Certificate, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Archivio di prova"},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
})

// Logged returns what [idptest.SAMLProvider.Judge] is to look at after each answer of idp:
// the sign-in has one row in the log, with its outcome and what was asked and answered.
func Logged(audit identity.AuditLog, scheme identity.Scheme, idp string) func(*testing.T, idptest.Judged) {
	return func(t *testing.T, j idptest.Judged) {
		t.Helper()
		var rows []identity.Exchange
		for e, err := range audit.List(t.Context(), identity.ExchangeFilter{RequestID: j.Pending.RequestID}) {
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, e)
		}
		if len(rows) != 1 {
			t.Fatalf("%d rows in the log, want 1", len(rows))
		}
		e, want := rows[0], "ok"
		if j.Err != nil {
			want = string(pagonline.CodeOf(j.Err))
		}
		answer, err := base64.StdEncoding.DecodeString(j.Back.Values.Get("SAMLResponse"))
		if err != nil {
			t.Fatal(err)
		}
		whole := j.Err == nil || !bytes.HasPrefix(e.Response, []byte("sha256=")) // what is no answer is kept in short
		for what, right := range map[string]bool{
			"scheme":  e.Scheme == scheme,
			"outcome": e.Outcome == want,
			"request": bytes.Equal(e.Request, j.Pending.Request) && bytes.Contains(e.Request, []byte(j.Pending.RequestID)),
			"answer":  !whole || bytes.Equal(e.Response, answer),
			"names of a right answer": j.Err != nil || e.ResponseIssuer == idp && e.Subject == j.Auth.Login.NameID &&
				e.Qualifier == j.Auth.Login.NameQualifier && e.AssertionID != "" && e.ResponseID != "" && !e.ResponseIssued.IsZero(),
		} {
			if !right {
				t.Errorf("log: wrong %s, outcome %q", what, e.Outcome)
			}
		}
	}
}

// Browser returns a browser for [providertest.Run] in which person signs in at idp.
func Browser(idp *idptest.SAMLProvider, scheme identity.Scheme, person identity.Person) providertest.Browser {
	return func(t *testing.T, c identity.Challenge, what providertest.Outcome) (identity.Callback, bool) {
		t.Helper()
		var is idptest.Case
		for _, each := range idptest.Cases(scheme) {
			if what == providertest.Cancel && each.Name == "111" || what == providertest.Weaker && each.Name == "95" {
				is = each
			}
		}
		back, err := idp.Answer(c, person, is)
		if err != nil {
			t.Fatal(err)
		}
		return back, true
	}
}
