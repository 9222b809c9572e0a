package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/cie"
	"github.com/pagonline/pagonline/identity/eidas"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/spid"
)

// samlProvider is what the providers of the three schemes have.
type samlProvider interface {
	identity.MetadataProvider
	Update(metadata ...[]byte) error
	IdPs(language string) iter.Seq2[string, string]
}

// signIn is who signs people in.
type signIn struct {
	saml      map[identity.Scheme]samlProvider
	providers map[identity.Scheme]identity.Provider // the same, for the handler
	demo      map[string]http.Handler               // fictional identity providers, by their paths
	copies    string                                // directory of the last good metadata
	again     time.Duration                         // after which the metadata are to be read once more
	log       *slog.Logger
}

// newSignIn makes the providers of the entity. What it fetches is kept in dir.
func newSignIn(ctx context.Context, e entityFile, store identity.Store, o options, dir string, log *slog.Logger) (*signIn, error) {
	key, err := e.keys()
	if err != nil {
		return nil, err
	}
	trusted, err := readFederation(o.federation)
	if err != nil {
		return nil, err
	}
	byCard, err := cie.New(e.cie(o.baseURL), key, store.Replays(), store.Audit(), cie.Config{Federation: trusted[identity.CIE], Log: log})
	if err != nil {
		return nil, err
	}
	bySPID, err := spid.New(e.spid(o.baseURL), key, store.Replays(), store.Audit(), spid.Config{Federation: trusted[identity.SPID], Log: log})
	if err != nil {
		return nil, err
	}
	fromAbroad, err := eidas.New(bySPID, eidas.Config{Federation: trusted[identity.EIDAS]})
	if err != nil {
		return nil, err
	}
	s := &signIn{
		saml:      map[identity.Scheme]samlProvider{identity.SPID: bySPID, identity.CIE: byCard, identity.EIDAS: fromAbroad},
		providers: map[identity.Scheme]identity.Provider{identity.SPID: bySPID, identity.CIE: byCard, identity.EIDAS: fromAbroad},
		demo:      map[string]http.Handler{},
		copies:    dir,
		again:     daily,
		log:       log,
	}
	if len(o.metadata) == 0 && e.trial() {
		return s, s.startDemo(ctx, o.baseURL)
	}
	return s, s.update(ctx, o.metadata)
}

// startDemo makes identity providers of fictional people, which trust this portal.
func (s *signIn) startDemo(ctx context.Context, base string) error {
	for scheme, provider := range s.saml {
		path := "/demo/" + string(scheme)
		idp, err := idptest.NewSAML(scheme, idptest.SAMLConfig{EntityID: base + path})
		if err != nil {
			return err
		}
		metadata, _, err := provider.Metadata(ctx)
		if err != nil {
			return err
		}
		if err := errors.Join(idp.Trust(metadata), provider.Update(idp.Metadata())); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		s.demo[path+"/"] = idp
	}
	return nil
}

// labels are what stands over the identity providers of a scheme.
var labels = map[identity.Scheme]pagonline.Text{
	identity.SPID:  {It: "Entra con SPID", En: "Sign in with SPID"},
	identity.CIE:   {It: "Entra con CIE", En: "Sign in with CIE"},
	identity.EIDAS: {It: "Accedi con eIDAS", En: "Login with eIDAS"},
}

// schemeNames and levels are what people call a sign-in.
var (
	schemeNames = map[identity.Scheme]string{identity.SPID: "SPID", identity.CIE: "CIE", identity.EIDAS: "eIDAS", identity.Local: "e-mail"}
	levels      = map[identity.Assurance]pagonline.Text{
		identity.SelfAsserted: {It: "dati dichiarati dalla persona", En: "self-declared"},
		identity.Low:          {It: "livello basso", En: "level low"},
		identity.Substantial:  {It: "livello significativo", En: "level substantial"},
		identity.High:         {It: "livello elevato", En: "level high"},
	}
)

// buttons returns the ways to sign in that there are with the schemes.
func (s *signIn) buttons(language string, schemes []identity.Scheme) []buttons {
	var all []buttons
	for _, scheme := range schemes {
		b := buttons{Label: labels[scheme].In(language)}
		for id, name := range s.saml[scheme].IdPs(language) {
			b.Choices = append(b.Choices, choice{name, "/" + string(scheme) + "/login?" + url.Values{"idp": {id}}.Encode()})
		}
		if len(b.Choices) > 0 {
			all = append(all, b)
		}
	}
	return all
}

// spid is the entity of SPID and eIDAS.
func (e entityFile) spid(base string) spid.Entity {
	o := e.Organization
	return spid.Entity{
		ID: e.EntityID, ACS: base + "/spid/acs", SLO: base + "/spid/slo",
		Name: inItalian(o.Name), DisplayName: inItalian(o.DisplayName), URL: inItalian(o.URL),
		Email: o.Email, Telephone: o.Telephone, IPACode: o.IPACode, EIDAS: true,
	}
}

func (e entityFile) cie(base string) cie.Entity {
	o := e.Organization
	return cie.Entity{
		ID: e.EntityID + "/cie", ACS: base + "/cie/acs", SLO: base + "/cie/slo",
		Name: inItalian(o.Name), DisplayName: inItalian(o.DisplayName), URL: inItalian(o.URL),
		Email: o.Email, Telephone: o.Telephone, IPACode: o.IPACode,
		Place: cie.Place{Municipality: o.Municipality, Province: o.Province},
	}
}

func inItalian(text string) map[string]string { return map[string]string{"it": text} }

// keys returns the certificate and its key.
func (e entityFile) keys() (tls.Certificate, error) {
	pair, err := tls.X509KeyPair([]byte(e.Certificate), []byte(e.Key))
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("portal.json: %w", err)
	}
	return pair, nil
}
