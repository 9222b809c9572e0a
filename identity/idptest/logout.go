package idptest

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline/identity"
)

// LogoutCase is one way to send a logout message. The zero value is a right one with the
// Redirect binding.
type LogoutCase struct {
	// Name tells it from the others with the same binding.
	Name string
	// About says in Italian what there is to see.
	About string
	// POST sends it by the POST binding.
	POST bool
	// Err is what a service has to say, nil if the message is right.
	Err error
	// Partial is true for an answer that says that the person is signed in still, at other
	// services or at the identity provider.
	Partial bool

	code   string // of an answer, behind the prefix of all; Success if empty
	change func(*logout)
}

// logout is a logout message in the making.
type logout struct {
	root *etree.Element
	sign *signature
}

// LogoutCases returns all ways to send a logout message, with both bindings.
func LogoutCases() []LogoutCase {
	rootSet := func(name, value string) func(*logout) {
		return func(l *logout) { l.root.CreateAttr(name, value) }
	}
	rows := []LogoutCase{
		{Name: "right", About: "messaggio giusto"},
		{Name: "partial", About: "uscita parziale", Partial: true, code: `Requester"><samlp:StatusCode Value="` + status + `PartialLogout"/></samlp:StatusCode>`},
		{Name: "partial success", About: "uscita riuscita in parte", Partial: true, code: `Success"><samlp:StatusCode Value="` + status + `PartialLogout"/></samlp:StatusCode>`},
		{Name: "failed", About: "uscita non riuscita", Partial: true, code: `Responder"/>`},
		{Name: "denied", About: "uscita negata", Partial: true, code: `Requester"><samlp:StatusCode Value="` + status + `RequestDenied"/></samlp:StatusCode>`},
		{Name: "not signed", About: "non firmato", Err: identity.ErrAnswer, change: func(l *logout) { l.sign = nil }},
		{Name: "other key", About: "firmato con un'altra chiave", Err: identity.ErrAnswer},
		{Name: "SHA-1", About: "firmato con SHA-1", Err: identity.ErrAnswer, change: func(l *logout) { l.sign.method, l.sign.digest = rsaSHA1, sha1URI }},
		{Name: "other issuer", About: "di un altro gestore", Err: identity.ErrAnswer, change: func(l *logout) { at(l.root, "Issuer").SetText("https://other.example.org/idp") }},
		{Name: "no issuer", About: "senza Issuer", Err: identity.ErrAnswer, change: func(l *logout) { at(l.root, "Issuer").Remove() }},
		{Name: "other destination", About: "per un altro servizio", Err: identity.ErrAnswer, change: rootSet("Destination", "https://other.example.org/slo")},
		{Name: "old", About: "di ieri", Err: identity.ErrAnswer, change: func(l *logout) {
			at, err := time.Parse(time.RFC3339, l.root.SelectAttrValue("IssueInstant", ""))
			if err == nil {
				l.root.CreateAttr("IssueInstant", stamp(at.Add(-24*time.Hour)))
			}
		}},
		{Name: "no ID", About: "senza ID", Err: identity.ErrAnswer, change: func(l *logout) { l.root.RemoveAttr("ID") }},
		{Name: "other version", About: "di un'altra versione", Err: identity.ErrAnswer, change: rootSet("Version", "1.1")},
	}
	all := make([]LogoutCase, 0, 2*len(rows))
	for _, r := range rows {
		all = append(all, r)
		r.POST = true
		all = append(all, r)
	}
	return all
}

// Logout returns the wish of the identity provider that a sign-in ends, as the browser
// brings it to the service.
func (p *SAMLProvider) Logout(of identity.Login, is LogoutCase) (identity.Callback, error) {
	session := ""
	if of.SessionIndex != "" {
		session = "<samlp:SessionIndex>" + escape(of.SessionIndex) + "</samlp:SessionIndex>"
	}
	return p.sendLogout("LogoutRequest", "", "", `<saml:NameID Format="`+transient+`" NameQualifier="`+escape(of.NameQualifier)+`">`+
		escape(of.NameID)+`</saml:NameID>`+session, is)
}

// AnswerLogout reads the service's wish in c and returns the answer that the browser
// takes back. Its error says what is wrong with the wish.
func (p *SAMLProvider) AnswerLogout(c identity.Challenge, is LogoutCase) (identity.Callback, error) {
	m, err := p.readLogout(c, "SAMLRequest", "LogoutRequest")
	if err != nil {
		return identity.Callback{}, err
	}
	if textAt(m.root, "NameID") == "" || attrAt(m.root, "NameID", "Format") != transient || attrAt(m.root, "NameID", "NameQualifier") == "" {
		return identity.Callback{}, errors.New("idptest: LogoutRequest: NameID")
	}
	code := `<samlp:StatusCode Value="` + status + cmp.Or(is.code, `Success"/>`)
	return p.sendLogout("LogoutResponse", m.root.SelectAttrValue("ID", ""), m.relay, "<samlp:Status>"+code+"</samlp:Status>", is)
}

// EndLogout reads the service's answer in c to [SAMLProvider.Logout]. Its error says what is wrong
// with it; an answer that is not a success is wrong.
func (p *SAMLProvider) EndLogout(c identity.Challenge) error {
	m, err := p.readLogout(c, "SAMLResponse", "LogoutResponse")
	if err != nil {
		return err
	}
	if code := attrAt(m.root, "Status/StatusCode", "Value"); code != status+"Success" || m.root.SelectAttrValue("InResponseTo", "") == "" {
		return fmt.Errorf("idptest: LogoutResponse: status %q", code)
	}
	return nil
}

func (p *SAMLProvider) readLogout(c identity.Challenge, field, name string) (message, error) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return message{}, fmt.Errorf("idptest: %w", err)
	}
	m, err := readMessage(u.RawQuery, c.Form, field)
	if err != nil {
		return message{}, fmt.Errorf("idptest: %w", err)
	}
	return m, p.checkLogout(m, name)
}

func (p *SAMLProvider) checkLogout(m message, name string) error {
	service := p.trusted()
	if service == nil {
		return errors.New("idptest: logout: no service is known; see Trust")
	}
	issued, timeErr := time.Parse(time.RFC3339, m.root.SelectAttrValue("IssueInstant", ""))
	age := p.cfg.Now().Sub(issued)
	for _, rule := range []struct {
		what string
		ok   bool
	}{
		{"not one", m.root.Tag == name && namespace(m.root, m.root.Space) == protocolNS},
		{"ID", m.root.SelectAttrValue("ID", "") != ""},
		{"Version", m.root.SelectAttrValue("Version", "") == "2.0"},
		{"IssueInstant", timeErr == nil && age > -time.Minute && age < 10*time.Minute},
		{"Destination", m.root.SelectAttrValue("Destination", "") == p.url("/slo")},
		{"Issuer", textAt(m.root, "Issuer") == service.entityID && attrAt(m.root, "Issuer", "Format") == entity && attrAt(m.root, "Issuer", "NameQualifier") != ""},
	} {
		if !rule.ok {
			return fmt.Errorf("idptest: %s: %s", name, rule.what)
		}
	}
	if err := m.signed(service.certs); err != nil {
		return fmt.Errorf("idptest: %s: signature: %w", name, err)
	}
	return nil
}

// sendLogout writes and signs a message to the service's logout address.
func (p *SAMLProvider) sendLogout(name, inResponseTo, relay, content string, is LogoutCase) (identity.Callback, error) {
	service := p.trusted()
	if service == nil || len(service.logout) == 0 {
		return identity.Callback{}, errors.New("idptest: logout: the service's metadata name no logout address; see Trust")
	}
	to := service.logout[0]
	for _, l := range service.logout {
		if l.binding == post && is.POST || l.binding == redirect && !is.POST {
			to = l
		}
	}
	location, field := to.location, "SAMLRequest"
	if inResponseTo != "" {
		location, field = to.response, "SAMLResponse"
		inResponseTo = ` InResponseTo="` + escape(inResponseTo) + `"`
	}
	root, err := parse([]byte(`<samlp:` + name + ` xmlns:samlp="` + protocolNS + `" xmlns:saml="` + assertionNS + `" Destination="` + escape(location) +
		`" ID="` + newID() + `"` + inResponseTo + ` IssueInstant="` + stamp(p.cfg.Now()) + `" Version="2.0"><saml:Issuer Format="` + entity +
		`" NameQualifier="` + escape(p.cfg.EntityID) + `">` + escape(p.cfg.EntityID) + `</saml:Issuer>` + content + `</samlp:` + name + `>`))
	if err != nil {
		return identity.Callback{}, err
	}
	l := &logout{root: root, sign: &signature{by: p.keys, method: rsaSHA256}}
	if is.Name == "other key" {
		l.sign.by = p.another()
	}
	if is.change != nil {
		is.change(l)
	}
	if is.POST {
		if l.sign != nil {
			if err := l.sign.sign(l.root); err != nil {
				return identity.Callback{}, err
			}
		}
		return identity.Callback{Method: "POST", URL: location, Values: url.Values{
			field: {base64.StdEncoding.EncodeToString(written(l.root))}, "RelayState": {relay},
		}}, nil
	}
	query, err := redirectQuery(field, written(l.root), relay, l.sign)
	if err != nil {
		return identity.Callback{}, err
	}
	values, err := url.ParseQuery(query)
	return identity.Callback{Method: "GET", URL: location + "?" + query, Query: query, Values: values}, err
}

// redirectQuery packs a message for the Redirect binding and signs the octets.
func redirectQuery(field string, doc []byte, relay string, by *signature) (string, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		return "", err
	}
	_, err = w.Write(doc)
	if err = errors.Join(err, w.Close()); err != nil {
		return "", err
	}
	parts := []string{field + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(packed.Bytes()))}
	if relay != "" {
		parts = append(parts, "RelayState="+url.QueryEscape(relay))
	}
	if by == nil {
		return strings.Join(parts, "&"), nil
	}
	parts = append(parts, "SigAlg="+url.QueryEscape(by.method))
	value, err := by.value([]byte(strings.Join(parts, "&")))
	if err != nil {
		return "", err
	}
	return strings.Join(append(parts, "Signature="+url.QueryEscape(base64.StdEncoding.EncodeToString(value))), "&"), nil
}
