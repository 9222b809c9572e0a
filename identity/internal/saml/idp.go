package saml

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/beevik/etree"
)

// IdP is an identity provider as its metadata describe it.
type IdP struct {
	EntityID string
	// Certificates hold the keys that sign, at least one: there are more while keys are
	// changed. Their dates are not looked at: it is the metadata that are trusted.
	Certificates []*x509.Certificate
	SSO          []Endpoint // at least one
	SLO          []Endpoint
	Names        map[string]string // to show, by language as in "it"; may be empty
	ValidUntil   time.Time         // from then on nothing of this counts; zero is never
}

// Current reports whether the metadata are good at an instant.
func (p IdP) Current(at time.Time) bool { return p.ValidUntil.IsZero() || at.Before(p.ValidUntil) }

// Endpoint is an address of an identity provider.
type Endpoint struct {
	Binding          Binding
	Location         string
	ResponseLocation string // where answers go; Location if the metadata name none
}

// ReadIdPs returns the identity providers of an EntityDescriptor or, as the registry of
// SPID publishes them, of an EntitiesDescriptor, in their order. Other entities are left
// out. Addresses of other bindings than [Redirect] and [POST] are too.
//
// An identity provider is left out too that has no key to verify with (RSA of 2048 bits,
// ECDSA of 256), no address to sign in at, or one that is neither https nor http on this
// machine, whose end cannot be read, or that came before. The error joins what is wrong
// with each of them; there is one in any case if nobody is left. Whether the metadata are
// [IdP.Current] is the caller's to see.
func ReadIdPs(metadata []byte) ([]IdP, error) {
	root, err := parse(metadata, metadataLimits)
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	var found []IdP
	var wrong error
	seen := map[string]bool{}
	for _, e := range entities(root) {
		role := one(e, metadataNS, "IDPSSODescriptor")
		if role == nil {
			continue
		}
		idp, err := readIdP(e, role)
		if err == nil && seen[idp.EntityID] {
			err = reason("entity twice")
		}
		if err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("metadata of %.200q: %w", attr(e, "entityID"), err))
			continue
		}
		seen[idp.EntityID] = true
		found = append(found, idp)
	}
	if len(found) == 0 && wrong == nil {
		wrong = fmt.Errorf("metadata: %w", reason("no identity provider"))
	}
	return found, wrong
}

// entities returns the EntityDescriptors of metadata, at any depth.
func entities(e *etree.Element) []*etree.Element {
	switch {
	case is(e, metadataNS, "EntityDescriptor"):
		return []*etree.Element{e}
	case !is(e, metadataNS, "EntitiesDescriptor"):
		return nil
	}
	var found []*etree.Element
	for _, c := range e.ChildElements() {
		found = append(found, entities(c)...)
	}
	return found
}

func readIdP(e, role *etree.Element) (idp IdP, err error) {
	idp = IdP{EntityID: attr(e, "entityID"), Names: names(e, role)}
	if idp.EntityID == "" || len(idp.EntityID) > 1024 {
		return idp, reason("no entityID, or too long a one")
	}
	if idp.ValidUntil, err = validUntil(role); err != nil {
		return idp, err
	}
	for _, key := range all(role, metadataNS, "KeyDescriptor") {
		if use := attr(key, "use"); use != "" && use != "signing" {
			continue
		}
		certs, err := certificates(key)
		if err != nil {
			return idp, err
		}
		idp.Certificates = append(idp.Certificates, certs...)
	}
	if len(idp.Certificates) == 0 {
		return idp, reason("no key to verify signatures with, or none that is long enough")
	}
	if idp.SSO, err = endpoints(all(role, metadataNS, "SingleSignOnService")); err != nil {
		return idp, err
	}
	if idp.SLO, err = endpoints(all(role, metadataNS, "SingleLogoutService")); err != nil {
		return idp, err
	}
	if len(idp.SSO) == 0 {
		return idp, reason("no address to sign in at")
	}
	return idp, nil
}

// validUntil returns when the first of role, its entity and the groups around it ends, zero
// for never (SAML metadata, 2.3.1, 2.3.2 and 2.4.1).
func validUntil(role *etree.Element) (first time.Time, err error) {
	for e := role; e != nil; e = e.Parent() {
		said := attr(e, "validUntil")
		if said == "" {
			continue
		}
		until, ok := instant(said)
		if !ok {
			return time.Time{}, reason("validUntil")
		}
		if first.IsZero() || until.Before(first) {
			first = until
		}
	}
	return first, nil
}

// certificates returns those of a KeyDescriptor whose keys count.
func certificates(key *etree.Element) (found []*x509.Certificate, err error) {
	for _, info := range all(key, dsigNS, "KeyInfo") {
		for _, data := range all(info, dsigNS, "X509Data") {
			for _, e := range all(data, dsigNS, "X509Certificate") {
				encoded, ok := text(e)
				der, err := base64.StdEncoding.DecodeString(unblank(encoded))
				if err != nil || !ok {
					return nil, reason("certificate unreadable")
				}
				cert, err := ReadCertificate(der)
				if err != nil {
					return nil, err
				}
				if strong(cert.PublicKey) {
					found = append(found, cert)
				}
			}
		}
	}
	return found, nil
}

func endpoints(services []*etree.Element) (found []Endpoint, err error) {
	for _, e := range services {
		at := Endpoint{Binding(attr(e, "Binding")), attr(e, "Location"), attr(e, "ResponseLocation")}
		if at.Binding != Redirect && at.Binding != POST {
			continue
		}
		if at.ResponseLocation == "" {
			at.ResponseLocation = at.Location
		}
		if !address(at.Location) || !address(at.ResponseLocation) {
			return nil, reason("address that is not https")
		}
		found = append(found, at)
	}
	return found, nil
}

// address reports whether a browser can be sent there: a Location may come from far and
// hold a script (CVE-2023-45683).
func address(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || len(s) > 2048 {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	local := host == "localhost" || ip != nil && ip.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && local
}
