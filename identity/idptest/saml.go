package idptest

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pagonline/pagonline/identity"
)

// SAMLProvider is a SAML identity provider like those of SPID, of CIE or like the Italian eIDAS
// node, with keys of its own. It is an http.Handler with a login page; [SAMLProvider.Answer] does
// the same without HTTP. It is safe for concurrent use.
type SAMLProvider struct {
	scheme identity.Scheme
	cfg    SAMLConfig
	keys   keyPair

	mu      sync.Mutex
	service *service

	once  sync.Once
	other keyPair // see another
}

// SAMLConfig says who the identity provider is. The zero value is one that is reached by
// [SAMLProvider.Answer] only.
type SAMLConfig struct {
	// EntityID names it. Default: "https://idp.example.org/" and the scheme.
	EntityID string
	// BaseURL is where the handler is mounted, without a slash at the end. Default: the
	// entity ID.
	BaseURL string
	// Key signs its answers. Default: a new one of 2048 bits.
	Key *rsa.PrivateKey
	// People are offered by the login page. Default: [People] of the scheme.
	People []identity.Person
	// Now is the clock. Default: the system's.
	Now func() time.Time
}

// NewSAML returns an identity provider of the scheme: [identity.SPID], [identity.CIE] or
// [identity.EIDAS].
func NewSAML(scheme identity.Scheme, cfg SAMLConfig) (*SAMLProvider, error) {
	cfg.EntityID = cmp.Or(cfg.EntityID, "https://idp.example.org/"+string(scheme))
	cfg.BaseURL = cmp.Or(cfg.BaseURL, cfg.EntityID)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if len(cfg.People) == 0 {
		cfg.People = People(scheme)
	}
	own, err := withCertificate(cfg.Key, "idptest", cfg.Now())
	if err != nil {
		return nil, err
	}
	return &SAMLProvider{scheme: scheme, cfg: cfg, keys: own}, nil
}

// another returns a key that is in no metadata, for forged answers. It is made when it is
// first needed; what cannot be made cannot sign.
func (p *SAMLProvider) another() keyPair {
	p.once.Do(func() { p.other, _ = withCertificate(nil, "idptest, another", p.cfg.Now()) })
	return p.other
}

func withCertificate(key *rsa.PrivateKey, name string, now time.Time) (keyPair, error) {
	if key == nil {
		var err error
		if key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return keyPair{}, fmt.Errorf("idptest: key: %w", err)
		}
	}
	pair, err := newKeyPair(key, name, now)
	if err != nil {
		return keyPair{}, fmt.Errorf("idptest: certificate: %w", err)
	}
	return pair, nil
}

// Start returns an identity provider for one test, that is reached by [SAMLProvider.Answer].
func Start(tb testing.TB, scheme identity.Scheme) *SAMLProvider {
	tb.Helper()
	p, err := NewSAML(scheme, SAMLConfig{})
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// EntityID returns the name by which a service asks for it.
func (p *SAMLProvider) EntityID() string { return p.cfg.EntityID }

// Certificate returns the certificate of its key, which the metadata hold too.
func (p *SAMLProvider) Certificate() *x509.Certificate { return p.keys.cert }

// url returns the address of one of the handler's paths.
func (p *SAMLProvider) url(path string) string { return strings.TrimSuffix(p.cfg.BaseURL, "/") + path }

// Metadata returns the document that a service reads: entity ID, certificate, addresses.
func (p *SAMLProvider) Metadata() []byte {
	endpoints := func(name, path string) string {
		var b strings.Builder
		for _, binding := range []string{redirect, post} {
			fmt.Fprintf(&b, `<md:%s Binding="%s" Location="%s"/>`, name, binding, escape(p.url(path)))
		}
		return b.String()
	}
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="%s" xmlns:ds="%s" entityID="%s" ID="_metadata">`+
		`<md:IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="%s">`+
		`<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`+
		`%s<md:NameIDFormat>%s</md:NameIDFormat>%s</md:IDPSSODescriptor>`+
		`<md:Organization><md:OrganizationName xml:lang="it">idptest</md:OrganizationName><md:OrganizationDisplayName xml:lang="it">Gestore di prova (%s)</md:OrganizationDisplayName>`+
		`<md:OrganizationURL xml:lang="it">%s</md:OrganizationURL></md:Organization></md:EntityDescriptor>
`, metadataNS, dsNS, escape(p.cfg.EntityID), protocolNS, base64.StdEncoding.EncodeToString(p.keys.cert.Raw),
		endpoints("SingleLogoutService", "/slo"), transient, endpoints("SingleSignOnService", "/sso"), p.scheme, escape(p.url("")))
}

// service is what the metadata of a service say.
type service struct {
	entityID   string
	certs      []*x509.Certificate
	acs        map[string]string   // by index
	attributes map[string][]string // the names of each set, by index
	logout     []logoutAddress
}

type logoutAddress struct{ binding, location, response string }

func (s *service) consumers() []string { return slices.Collect(maps.Values(s.acs)) }

// Trust reads the metadata of the service that will ask. From then on its requests have
// to be signed by the keys of it and to keep to it, and it is told the attributes that it
// asks for.
func (p *SAMLProvider) Trust(metadata []byte) error {
	root, err := parse(metadata)
	if err != nil {
		return fmt.Errorf("idptest: metadata: %w", err)
	}
	sp := at(root, "SPSSODescriptor")
	if sp == nil {
		return errors.New("idptest: metadata: no SPSSODescriptor")
	}
	s := service{entityID: root.SelectAttrValue("entityID", ""), acs: map[string]string{}, attributes: map[string][]string{}}
	for _, key := range sp.SelectElements("KeyDescriptor") {
		der, err := base64.StdEncoding.DecodeString(blanks.Replace(textAt(key, "KeyInfo/X509Data/X509Certificate")))
		if err != nil {
			return fmt.Errorf("idptest: metadata: certificate: %w", err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return fmt.Errorf("idptest: metadata: certificate: %w", err)
		}
		if key.SelectAttrValue("use", "signing") == "signing" {
			s.certs = append(s.certs, cert)
		}
	}
	for _, e := range sp.SelectElements("AssertionConsumerService") {
		s.acs[e.SelectAttrValue("index", "")] = e.SelectAttrValue("Location", "")
	}
	for _, e := range sp.SelectElements("AttributeConsumingService") {
		index := e.SelectAttrValue("index", "")
		for _, a := range e.SelectElements("RequestedAttribute") {
			s.attributes[index] = append(s.attributes[index], a.SelectAttrValue("Name", ""))
		}
	}
	for _, e := range sp.SelectElements("SingleLogoutService") {
		location := e.SelectAttrValue("Location", "")
		s.logout = append(s.logout, logoutAddress{e.SelectAttrValue("Binding", ""), location, e.SelectAttrValue("ResponseLocation", location)})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.service = &s
	return nil
}

func (p *SAMLProvider) trusted() *service {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.service
}

// Answer reads the request in c as the browser would bring it, and returns what the
// browser brings back of person: the right answer with the zero [Case], or a wrong one.
// Its error says what is wrong with the request.
func (p *SAMLProvider) Answer(c identity.Challenge, person identity.Person, is Case) (identity.Callback, error) {
	var query string
	if u, err := url.Parse(c.URL); err != nil {
		return identity.Callback{}, fmt.Errorf("idptest: %w", err)
	} else if len(c.Form) == 0 {
		query = u.RawQuery
	}
	a, err := p.readRequest(query, c.Form)
	if err != nil {
		return identity.Callback{}, fmt.Errorf("idptest: AuthnRequest: %w", err)
	}
	doc, err := p.response(a, person, is)
	if err != nil {
		return identity.Callback{}, fmt.Errorf("idptest: %s: %w", is.Name, err)
	}
	return identity.Callback{Method: "POST", URL: a.acs, Values: url.Values{
		"SAMLResponse": {base64.StdEncoding.EncodeToString(doc)}, "RelayState": {a.relay},
	}}, nil
}
