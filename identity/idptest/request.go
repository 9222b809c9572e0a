package idptest

import (
	"bytes"
	"compress/flate"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

// The names of SAML.
const (
	protocolNS  = "urn:oasis:names:tc:SAML:2.0:protocol"
	assertionNS = "urn:oasis:names:tc:SAML:2.0:assertion"
	metadataNS  = "urn:oasis:names:tc:SAML:2.0:metadata"
	redirect    = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	post        = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
	entity      = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
	transient   = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
	status      = "urn:oasis:names:tc:SAML:2.0:status:"
	level       = "https://www.spid.gov.it/SpidL"
)

// message is a SAML message that a browser carried here.
type message struct {
	root     *etree.Element
	relay    string
	redirect bool
	signed   func(certs []*x509.Certificate) error
}

// maxMessage bounds what is inflated or decoded, in bytes.
const maxMessage = 1 << 20

// readMessage reads a message from a raw query, or from the fields of a form.
func readMessage(query string, form url.Values, name string) (message, error) {
	if field := form.Get(name); field != "" {
		doc, err := base64.StdEncoding.DecodeString(blanks.Replace(field))
		if err != nil || len(doc) > maxMessage {
			return message{}, fmt.Errorf("%s: no base64", name)
		}
		root, err := parse(doc)
		if err != nil {
			return message{}, fmt.Errorf("%s: %w", name, err)
		}
		return message{root: root, relay: form.Get("RelayState"), signed: func(certs []*x509.Certificate) error { return verify(root, certs) }}, nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return message{}, err
	}
	packed, err := base64.StdEncoding.DecodeString(values.Get(name))
	if err != nil || len(packed) == 0 {
		return message{}, fmt.Errorf("%s: missing or no base64", name)
	}
	doc, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxMessage))
	if err != nil {
		return message{}, fmt.Errorf("%s: no deflate: %w", name, err)
	}
	root, err := parse(doc)
	if err != nil {
		return message{}, fmt.Errorf("%s: %w", name, err)
	}
	return message{root: root, relay: values.Get("RelayState"), redirect: true, signed: func(certs []*x509.Certificate) error {
		if at(root, "Signature") != nil {
			return errors.New("a Redirect message carries its signature in the query alone")
		}
		return verifyQuery(query, name, values, certs)
	}}, nil
}

// verifyQuery checks the signature of the Redirect binding, over the octets as they came.
func verifyQuery(query, name string, values url.Values, certs []*x509.Certificate) error {
	parts := strings.Split(query, "&")
	var octets []string
	for _, wanted := range []string{name, "RelayState", "SigAlg"} {
		for _, part := range parts {
			if strings.HasPrefix(part, wanted+"=") {
				octets = append(octets, part)
			}
		}
	}
	value, err := base64.StdEncoding.DecodeString(values.Get("Signature"))
	if err != nil || len(value) == 0 {
		return errors.New("no Signature")
	}
	return verifyOctets([]byte(strings.Join(octets, "&")), value, values.Get("SigAlg"), certs)
}

// asked is an AuthnRequest that was read and found right.
type asked struct {
	id, service, acs, relay string
	issuedAt                time.Time
	level                   identity.Assurance
	attributes              []string
}

// readRequest reads and checks an AuthnRequest by the rules of the scheme (SPID technical
// rules, single sign-on; CIE manual). Its error says what is wrong.
func (p *SAMLProvider) readRequest(query string, form url.Values) (asked, error) {
	m, err := readMessage(query, form, "SAMLRequest")
	if err != nil {
		return asked{}, err
	}
	r, service := m.root, p.trusted()
	if r.Tag != "AuthnRequest" || namespace(r, r.Space) != protocolNS {
		return asked{}, errors.New("no AuthnRequest")
	}
	if service != nil {
		if err := m.signed(service.certs); err != nil {
			return asked{}, fmt.Errorf("signature: %w", err)
		}
	}
	a := asked{id: r.SelectAttrValue("ID", ""), service: textAt(r, "Issuer"), relay: m.relay}
	a.issuedAt, err = time.Parse(time.RFC3339, r.SelectAttrValue("IssueInstant", ""))
	if err != nil || !strings.HasSuffix(r.SelectAttrValue("IssueInstant", ""), "Z") {
		return asked{}, errors.New("IssueInstant: not in UTC")
	}
	n, err := strconv.Atoi(strings.TrimPrefix(textAt(r, "RequestedAuthnContext/AuthnContextClassRef"), level))
	if err != nil || n < 1 || n > 3 {
		return asked{}, errors.New("AuthnContextClassRef: none of the three levels")
	}
	a.level = identity.Low + identity.Assurance(n-1)
	if err := p.checkRequest(r, a, service); err != nil {
		return asked{}, err
	}
	a.acs = r.SelectAttrValue("AssertionConsumerServiceURL", "")
	if index := r.SelectAttrValue("AssertionConsumerServiceIndex", ""); index != "" && service != nil {
		a.acs = service.acs[index]
	}
	if service != nil {
		a.attributes = service.attributes[r.SelectAttrValue("AttributeConsumingServiceIndex", "")]
	}
	if a.acs == "" || service != nil && !slices.Contains(service.consumers(), a.acs) {
		return asked{}, errors.New("AssertionConsumerService: none of the service's metadata; see Trust")
	}
	return a, nil
}

// checkRequest holds the rules on the single parts, in the order of the document.
func (p *SAMLProvider) checkRequest(r *etree.Element, a asked, service *service) error {
	has := func(name string) bool { return r.SelectAttr(name) != nil }
	destination, cie := r.SelectAttrValue("Destination", ""), p.scheme == identity.CIE
	comparison := attrAt(r, "RequestedAuthnContext", "Comparison")
	comparisons := []string{"exact", "minimum", "better", "maximum"}
	if cie {
		comparisons = comparisons[:2]
	}
	now := p.cfg.Now()
	for _, rule := range []struct {
		what string
		ok   bool
	}{
		{"ID: missing or no NCName", a.id != "" && strings.IndexAny(a.id, "0123456789-.") != 0 && !strings.ContainsAny(a.id, ": ")},
		{"Version: not 2.0", r.SelectAttrValue("Version", "") == "2.0"},
		{"IssueInstant: not now", a.issuedAt.After(now.Add(-10*time.Minute)) && a.issuedAt.Before(now.Add(time.Minute))},
		{"Destination: neither the SSO Location nor (SPID) the entity ID", destination == p.url("/sso") || !cie && destination == p.cfg.EntityID},
		{"ForceAuthn: not true", r.SelectAttrValue("ForceAuthn", "") == "true" || !cie && a.level < identity.Substantial},
		{"AssertionConsumerService: index or URL with ProtocolBinding, one of them", has("AssertionConsumerServiceIndex") != (has("AssertionConsumerServiceURL") && r.SelectAttrValue("ProtocolBinding", "") == post)},
		{"IsPassive: present", !has("IsPassive")},
		{"Issuer: not the entity ID of the metadata", a.service != "" && (service == nil || a.service == service.entityID)},
		{"Issuer: Format or NameQualifier", cie || attrAt(r, "Issuer", "Format") == entity && attrAt(r, "Issuer", "NameQualifier") != ""},
		{"NameIDPolicy: Format not transient", attrAt(r, "NameIDPolicy", "Format") == transient},
		{"NameIDPolicy: AllowCreate", attrAt(r, "NameIDPolicy", "AllowCreate") == ""},
		{"RequestedAuthnContext: not one", len(r.SelectElements("RequestedAuthnContext")) == 1 && len(at(r, "RequestedAuthnContext").ChildElements()) == 1},
		{"RequestedAuthnContext: Comparison", slices.Contains(comparisons, comparison)},
		{"Scoping: present", at(r, "Scoping") == nil && at(r, "RequesterID") == nil},
	} {
		if !rule.ok {
			return errors.New(rule.what)
		}
	}
	return nil
}
