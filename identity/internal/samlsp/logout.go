package samlsp

import (
	"context"
	"fmt"
	"net/http"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

// metadataType is the media type of SAML metadata (SAML metadata, appendix A).
const metadataType = "application/samlmetadata+xml"

// Metadata returns what the identity providers must know of the service, signed. It fails
// once the certificate has expired: nobody would take it.
func (p *Provider) Metadata(context.Context) (body []byte, mediaType string, err error) {
	if p.cfg.Now().After(p.signer.Certificate.NotAfter) {
		return nil, "", fmt.Errorf("%s: metadata: the certificate expired", p.rules.Scheme)
	}
	return append([]byte(nil), p.metadata...), metadataType, nil
}

// BeginLogout returns where to send the browser, and what to keep until the answer comes.
// There is nothing to do where the identity provider keeps no session (SPID levels 2 and 3
// have no index of one) or has no address.
func (p *Provider) BeginLogout(_ context.Context, of identity.Login) (identity.Challenge, error) {
	idp, ok := p.idp(of.IdP)
	if !ok || of.IsZero() || of.Scheme != p.rules.Scheme {
		return identity.Challenge{}, fmt.Errorf("%s: logout: %w", p.rules.Scheme, identity.ErrProvider)
	}
	to, ok := endpoint(idp.SLO, saml.Redirect)
	if !ok {
		return identity.Challenge{}, nil
	}
	if p.rules.PlainLogout {
		return identity.Challenge{URL: to.Location}, nil
	}
	if of.SessionIndex == "" {
		return identity.Challenge{}, nil
	}
	pending, err := p.begin(idp)
	if err != nil {
		return identity.Challenge{}, err
	}
	sending, err := saml.LogoutRequest{
		ID: pending.RequestID, EntityID: p.service.EntityID, IssuedAt: p.cfg.Now(),
		NameID: of.NameID, NameQualifier: of.NameQualifier, SessionIndex: of.SessionIndex,
	}.Send(to, pending.Handle, p.signer)
	if err != nil {
		return identity.Challenge{}, fmt.Errorf("%s: logout: %w", p.rules.Scheme, err)
	}
	return identity.Challenge{URL: sending.URL, Form: sending.Form, Pending: pending}, nil
}

// Logout reads what came to the logout address. The wish of an identity provider is
// answered with success whether there is such a session or not (SPID technical rules,
// single logout). An answer that is no success leaves open who is signed in where.
func (p *Provider) Logout(_ context.Context, back identity.Callback) (identity.Logout, error) {
	known := func(entityID string) (saml.IdP, bool) {
		_, idp, ok := p.whose(entityID)
		return idp, ok
	}
	m, err := saml.ReadLogout(back, known, p.service.EntityID, p.service.SLO, p.cfg.Now(), p.cfg.Skew)
	if err != nil {
		return identity.Logout{}, fmt.Errorf("%s: logout: %w", p.rules.Scheme, err)
	}
	if !m.Request {
		return identity.Logout{InResponseTo: m.InResponseTo, Partial: m.Partial || !m.Success}, nil
	}
	scheme, idp, _ := p.whose(m.Issuer)
	ended := identity.Login{
		Scheme: scheme, IdP: m.Issuer,
		NameID: m.NameID, NameQualifier: m.NameQualifier, SessionIndex: m.SessionIndex,
	}
	reply, err := p.reply(idp, m, back)
	if err != nil {
		return identity.Logout{}, fmt.Errorf("%s: logout: %w", p.rules.Scheme, err)
	}
	return identity.Logout{Ended: ended, Reply: reply}, nil
}

func (p *Provider) reply(idp saml.IdP, m saml.LogoutMessage, back identity.Callback) (identity.Challenge, error) {
	preferred := saml.Redirect
	if back.Method == http.MethodPost {
		preferred = saml.POST
	}
	to, ok := endpoint(idp.SLO, preferred)
	if !ok {
		return identity.Challenge{}, nil
	}
	id, err := p.newID()
	if err != nil {
		return identity.Challenge{}, err
	}
	relay := back.Values.Get(saml.RelayParam)
	if len(relay) > saml.MaxRelay {
		relay = ""
	}
	sending, err := saml.LogoutResponse{ID: id, InResponseTo: m.ID, EntityID: p.service.EntityID, IssuedAt: p.cfg.Now()}.
		Send(to, relay, p.signer)
	return identity.Challenge{URL: sending.URL, Form: sending.Form}, err
}

// whose returns the identity provider and the scheme that it is known in: ours first, or
// that of another provider of the same service.
func (p *Provider) whose(entityID string) (identity.Scheme, saml.IdP, bool) {
	for _, each := range append([]*Provider{p}, p.family.members()...) {
		if idp, ok := (*each.idps.Load())[entityID]; ok && idp.Current(p.cfg.Now()) {
			return each.rules.Scheme, idp, true
		}
	}
	return "", saml.IdP{}, false
}
