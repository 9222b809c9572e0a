package saml_test

import (
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

// metadata describe the identity provider of these tests.
func metadata(certs ...*x509.Certificate) string {
	var keys strings.Builder
	for _, cert := range certs {
		keys.WriteString(`<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>
  ` + base64.StdEncoding.EncodeToString(cert.Raw) + `
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`)
	}
	return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="` + dsigNS + `" ID="_metadata" entityID="https://idp.example.org">` +
		`<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` + keys.String() +
		`<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.org/slo" ResponseLocation="https://idp.example.org/slo/done"/>` +
		`<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://idp.example.org/soap"/>` +
		`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.org/sso"/>` +
		`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.org/sso"/>` +
		`</md:IDPSSODescriptor><md:Organization><md:OrganizationName xml:lang="it">Esempio S.p.A.</md:OrganizationName><md:OrganizationDisplayName xml:lang="it">Esempio</md:OrganizationDisplayName>` +
		`<md:OrganizationDisplayName xml:lang="en">Example</md:OrganizationDisplayName></md:Organization></md:EntityDescriptor>`
}

func TestReadIdPs(t *testing.T) {
	want := saml.IdP{
		EntityID: idpName, Certificates: []*x509.Certificate{idpKey().cert, curveKey().cert},
		SSO:   []saml.Endpoint{{saml.POST, idpName + "/sso", idpName + "/sso"}, {saml.Redirect, idpName + "/sso", idpName + "/sso"}},
		SLO:   []saml.Endpoint{{saml.Redirect, idpName + "/slo", idpName + "/slo/done"}},
		Names: map[string]string{"it": "Esempio", "en": "Example"},
	}
	one := metadata(idpKey().cert, shortKey().cert, curveKey().cert)
	const head = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">`
	service := `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example.org"><md:SPSSODescriptor/></md:EntityDescriptor>`
	for _, doc := range []string{
		one, "\ufeff<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- ours -->\n" + one, head + service + head + one + "</md:EntitiesDescriptor></md:EntitiesDescriptor>",
		strings.Replace(one, "<md:SingleLogout", `<md:KeyDescriptor use="encryption"/><md:SingleLogout`, 1),
		strings.Replace(one, "<md:Organization>", "<unknown/><md:Organization>", 1),
	} {
		got, err := saml.ReadIdPs([]byte(doc))
		require.NoError(t, err)
		require.Equal(t, []saml.IdP{want}, got)
	}
	for name, edits := range map[string][]string{
		"no metadata":        {one, "<a/>"},
		"a service":          {one, service},
		"no entityID":        {` entityID="https://idp.example.org"`, ""},
		"no key":             {`use="signing"`, `use="encryption"`},
		"unreadable key":     {base64.StdEncoding.EncodeToString(curveKey().cert.Raw), "AAAA"},
		"not base64":         {base64.StdEncoding.EncodeToString(curveKey().cert.Raw), "?"},
		"no address":         {"SingleSignOnService", "SingleSignOffService"},
		"http":               {"https://idp.example.org/sso", "http://idp.example.org/sso"},
		"a script":           {"https://idp.example.org/sso", "javascript:alert(1)//example.org"},
		"a script to end at": {"https://idp.example.org/slo/done", "javascript:alert(1)"},
		"document type":      {"<md:EntityDescriptor ", "<!DOCTYPE a><md:EntityDescriptor "},
		"instruction":        {"<md:Organization>", "<?x?><md:Organization>"},
		"no such end":        {"<md:EntityDescriptor ", `<md:EntityDescriptor validUntil="soon" `},
	} {
		got, err := saml.ReadIdPs([]byte(edited(t, one, edits)))
		require.Error(t, err, name)
		require.Empty(t, got, name)
	}
	_, err := saml.ReadIdPs([]byte(metadata(shortKey().cert)))
	require.ErrorContains(t, err, idpName, "the administrator is told which")
	local, err := saml.ReadIdPs([]byte(strings.ReplaceAll(one, "https://idp.example.org/", "http://127.0.0.1:8443/")))
	require.NoError(t, err)
	require.Equal(t, "http://127.0.0.1:8443/sso", local[0].SSO[0].Location)
	shown, err := saml.ReadIdPs([]byte(edited(t, one, []string{
		"md:OrganizationDisplayName", "md:OrganizationURL", `:protocol">`,
		`:protocol"><md:Extensions><mdui:UIInfo xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui"><mdui:DisplayName xml:lang="it">Entra<!-- --></mdui:DisplayName><mdui:DisplayName xml:lang="de">Eintritt</mdui:DisplayName></mdui:UIInfo></md:Extensions>`,
	})))
	require.NoError(t, err)
	require.Equal(t, map[string]string{"de": "Eintritt"}, shown[0].Names, "a text that a comment interrupts is none")
}

// TestReadIdPsLeavesOut: one that is malformed costs the others nothing.
func TestReadIdPsLeavesOut(t *testing.T) {
	named := func(host string, edits ...string) string {
		doc := strings.Replace(metadata(idpKey().cert), ` ID="_metadata"`, "", 1)
		return strings.ReplaceAll(edited(t, doc, edits), "idp.example.org", host)
	}
	got, err := saml.ReadIdPs([]byte(`<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` +
		named("a.example.org", "https://idp.example.org/sso", "http://idp.example.org/sso") + named("b.example.org") +
		named("c.example.org", `entityID="`, `validUntil="tomorrow" entityID="`) + named("b.example.org", "/sso", "/other") + named("d.example.org") +
		`</md:EntitiesDescriptor>`))
	require.Len(t, got, 2)
	require.Equal(t, "https://b.example.org", got[0].EntityID)
	require.Equal(t, "https://b.example.org/sso", got[0].SSO[0].Location, "the first")
	require.Equal(t, "https://d.example.org", got[1].EntityID)
	for _, told := range []string{"a.example.org", "not https", "c.example.org", "validUntil", "entity twice"} {
		require.ErrorContains(t, err, told)
	}
}

// TestValidUntil: metadata end when the first of the elements around a role ends.
func TestValidUntil(t *testing.T) {
	at := func(day string) string { return ` validUntil="2026-11-` + day + `T00:00:00Z"` }
	for _, c := range []struct{ group, entity, role, want string }{
		{"", "", "", ""},
		{at("20"), "", "", "20"},
		{"", at("21"), "", "21"},
		{"", "", at("22"), "22"},
		{at("20"), at("21"), at("22"), "20"},
		{at("22"), at("21"), at("20"), "20"},
		{at("22"), at("20"), at("21"), "20"},
	} {
		doc := `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"` + c.group + `><md:EntitiesDescriptor>` +
			edited(t, metadata(idpKey().cert), []string{"<md:EntityDescriptor", "<md:EntityDescriptor" + c.entity, "<md:IDPSSODescriptor", "<md:IDPSSODescriptor" + c.role}) +
			`</md:EntitiesDescriptor></md:EntitiesDescriptor>`
		got, err := saml.ReadIdPs([]byte(doc))
		require.NoError(t, err)
		if c.want == "" {
			require.Zero(t, got[0].ValidUntil)
			require.True(t, got[0].Current(now))
			continue
		}
		end, err := time.Parse(time.RFC3339, "2026-11-"+c.want+"T00:00:00Z")
		require.NoError(t, err)
		require.Equal(t, end, got[0].ValidUntil)
		require.True(t, got[0].Current(end.Add(-time.Second)))
		require.False(t, got[0].Current(end))
	}
}

func TestReadIdPsOfTests(t *testing.T) {
	for _, scheme := range []identity.Scheme{identity.SPID, identity.CIE, identity.EIDAS} {
		p := idptest.Start(t, scheme)
		idps, err := saml.ReadIdPs(p.Metadata())
		require.NoError(t, err)
		require.Len(t, idps, 1)
		require.Equal(t, p.EntityID(), idps[0].EntityID)
		require.True(t, p.Certificate().Equal(idps[0].Certificates[0]))
	}
}

func TestVerifyMetadata(t *testing.T) {
	sign := func(f forger, doc string) []byte {
		root := parsed(t, doc)
		f.sign(t, root)
		return []byte(written(t, root))
	}
	doc := metadata(idpKey().cert)
	many := `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_all">` + doc + strings.Repeat(strings.Replace(doc, ` ID="_metadata"`, "", 1), 100) + `</md:EntitiesDescriptor>`
	for _, f := range []forger{{}, {uri: " "}} { // CIE refers to the whole document
		f.edits = []string{`URI=" "`, `URI=""`}
		if f.uri == "" {
			f.edits = nil
		}
		require.NoError(t, saml.VerifyMetadata(sign(f, doc), idpKey().cert))
		require.NoError(t, saml.VerifyMetadata(sign(f, many), idpKey().cert))
	}
	require.Error(t, saml.VerifyMetadata(sign(forger{}, doc), otherKey().cert))
	require.Error(t, saml.VerifyMetadata([]byte(doc), idpKey().cert))
	require.Error(t, saml.VerifyMetadata([]byte(strings.Replace(string(sign(forger{}, doc)), "/sso", "/ssO", 1)), idpKey().cert))
	require.Error(t, saml.VerifyMetadata(sign(forger{by: shortKey}, doc), shortKey().cert))
	require.Error(t, saml.VerifyMetadata([]byte("<a/>"), idpKey().cert))
	require.Error(t, saml.VerifyMetadata([]byte(forger{}.answer(t)), idpKey().cert), "no metadata, though signed")
}

func TestReadCertificate(t *testing.T) {
	got, err := saml.ReadCertificate(idpKey().cert.Raw)
	require.NoError(t, err)
	require.True(t, got.Equal(idpKey().cert))
	// One that package x509 does not read: the serial number is negative.
	odd := append([]byte(nil), idpKey().cert.Raw...)
	at := strings.Index(string(odd), "\x02\x01\x01") // serial number 1
	require.Positive(t, at)
	odd[at+2] = 0xff
	_, err = x509.ParseCertificate(odd)
	require.Error(t, err)
	got, err = saml.ReadCertificate(odd)
	require.NoError(t, err)
	require.Equal(t, idpKey().cert.PublicKey, got.PublicKey)
	_, err = saml.ReadResponse(encoded(forger{}.answer(t)), expect(got))
	require.NoError(t, err)
	for _, der := range [][]byte{nil, {0x30}, odd[:len(odd)-1], append(odd, 0)} {
		_, err := saml.ReadCertificate(der)
		require.Error(t, err)
	}
}
