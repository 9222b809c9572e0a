package samlsp

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"net/url"
	"slices"

	"github.com/pagonline/pagonline/identity/internal/saml"
)

// registry holds the identity providers by their entity ID. It never changes.
type registry map[string]saml.IdP

// Update replaces the identity providers that are known by those that the documents
// describe, all at once; of one that two documents describe the later one counts. Nothing
// changes if it returns an error. With a federation certificate each document has to be
// signed by its holder.
func (p *Provider) Update(metadata ...[]byte) error {
	known := registry{}
	for i, document := range metadata {
		if p.cfg.Federation != nil {
			if err := saml.VerifyMetadata(document, p.cfg.Federation); err != nil {
				return fmt.Errorf("%s: metadata %d: %w", p.rules.Scheme, i, err)
			}
		}
		idps, err := saml.ReadIdPs(document)
		if err != nil {
			return fmt.Errorf("%s: metadata %d: %w", p.rules.Scheme, i, err)
		}
		for _, idp := range idps {
			known[idp.EntityID] = idp
		}
	}
	p.idps.Store(&known)
	return nil
}

// IdPs returns the entity ID and the name, in the language if there is one in it, of all
// identity providers, in another order each time: none is to be the first always.
func (p *Provider) IdPs(language string) iter.Seq2[string, string] {
	return func(yield func(id, name string) bool) {
		known := *p.idps.Load()
		ids := slices.Sorted(maps.Keys(known))
		p.cfg.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		for _, id := range ids {
			if !yield(id, nameOf(known[id], language)) {
				return
			}
		}
	}
}

// nameOf falls back to Italian, to the first language and to the host.
func nameOf(idp saml.IdP, language string) string {
	name := cmp.Or(idp.Names[language], idp.Names["it"])
	if languages := slices.Sorted(maps.Keys(idp.Names)); name == "" && len(languages) > 0 {
		name = idp.Names[languages[0]]
	}
	if u, err := url.Parse(idp.EntityID); name == "" && err == nil {
		name = u.Host
	}
	return cmp.Or(name, idp.EntityID)
}

// idp returns the identity provider with the entity ID, or the only one for "".
func (p *Provider) idp(entityID string) (saml.IdP, bool) {
	known := *p.idps.Load()
	if entityID == "" && len(known) == 1 {
		for _, only := range known {
			return only, true
		}
	}
	idp, ok := known[entityID]
	return idp, ok
}

// endpoint returns the address with the binding that is preferred, or another one.
func endpoint(of []saml.Endpoint, preferred saml.Binding) (saml.Endpoint, bool) {
	var found saml.Endpoint
	for _, e := range of {
		if e.Binding != saml.Redirect && e.Binding != saml.POST {
			continue
		}
		if e.Binding == preferred {
			return e, true
		}
		if found.Location == "" {
			found = e
		}
	}
	return found, found.Location != ""
}
