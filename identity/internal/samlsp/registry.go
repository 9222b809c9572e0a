package samlsp

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/pagonline/pagonline/identity/internal/saml"
)

// registry holds the identity providers by their entity ID. It never changes.
type registry map[string]saml.IdP

// Update replaces the identity providers that are known by those that the documents
// describe, all at once; of one that two documents describe the later one counts. One that
// is malformed, or whose validUntil is past, is left out, and the log is told. Nothing
// changes if Update returns an error, as for a document without any that is right. With a
// federation certificate each document has to be signed by its holder.
func (p *Provider) Update(metadata ...[]byte) error {
	known := registry{}
	var left []error
	for i, document := range metadata {
		if p.cfg.Federation != nil {
			if err := saml.VerifyMetadata(document, p.cfg.Federation); err != nil {
				return fmt.Errorf("%s: metadata %d: %w", p.rules.Scheme, i, err)
			}
		}
		idps, err := p.current(saml.ReadIdPs(document))
		if len(idps) == 0 {
			return fmt.Errorf("%s: metadata %d: %w", p.rules.Scheme, i, err)
		}
		if err != nil {
			left = append(left, err)
		}
		for _, idp := range idps {
			known[idp.EntityID] = idp
		}
	}
	p.idps.Store(&known)
	for _, err := range left {
		p.cfg.Log.Warn("identity provider left out", "scheme", p.rules.Scheme, "cause", err)
	}
	return nil
}

// current leaves out those whose metadata have ended, and joins that to err.
func (p *Provider) current(idps []saml.IdP, err error) ([]saml.IdP, error) {
	now := p.cfg.Now()
	var good []saml.IdP
	for _, idp := range idps {
		if idp.Current(now) {
			good = append(good, idp)
			continue
		}
		err = errors.Join(err, fmt.Errorf("metadata of %.200q: validUntil %s is past", idp.EntityID, idp.ValidUntil.Format(time.RFC3339)))
	}
	return good, err
}

// IdPs returns the entity ID and the name, in the language if there is one in it, of all
// identity providers whose metadata have not ended, in another order each time: none is to
// be the first always.
func (p *Provider) IdPs(language string) iter.Seq2[string, string] {
	return func(yield func(id, name string) bool) {
		known, now := *p.idps.Load(), p.cfg.Now()
		ids := slices.DeleteFunc(slices.Sorted(maps.Keys(known)), func(id string) bool { return !known[id].Current(now) })
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

// idp returns the identity provider with the entity ID, or the only one for "". One whose
// metadata have ended since Update is not known any more.
func (p *Provider) idp(entityID string) (saml.IdP, bool) {
	known := *p.idps.Load()
	if entityID == "" && len(known) == 1 {
		for only := range known {
			entityID = only
		}
	}
	idp, ok := known[entityID]
	return idp, ok && idp.Current(p.cfg.Now())
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
