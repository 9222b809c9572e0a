package saml_test

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

// Every case of the public judges' lists and of the attacks, signed and canonicalised by
// another implementation.
func TestCasesOfTheJudges(t *testing.T) {
	asked := map[identity.Scheme][]string{
		identity.SPID:  {"spidCode", "name", "familyName", "fiscalNumber", "email"},
		identity.CIE:   {"name", "familyName", "dateOfBirth", "fiscalNumber"},
		identity.EIDAS: {"spidCode", "name", "familyName", "dateOfBirth"},
	}
	for scheme, attributes := range asked {
		p := idptest.Start(t, scheme)
		e := expect(p.Certificate())
		e.Scheme, e.IdP.EntityID, e.Attributes, e.Force = scheme, p.EntityID(), attributes, true
		if scheme == identity.CIE {
			e.IssuerFormat = saml.FormatOptional
		}
		person := idptest.People(scheme)[0]
		for _, is := range append(idptest.Cases(scheme), idptest.Case{Name: "1"}) {
			t.Run(string(scheme)+" "+is.Name, func(t *testing.T) {
				e.IssuedAt = time.Now()
				back, err := p.Answer(authnRequest(t, p, e), person, is)
				require.NoError(t, err)
				e.Now = time.Now()
				a, err := saml.ReadResponse(back.Values.Get("SAMLResponse"), e)
				want := is.Want(e.Least)
				switch {
				case err == nil && (want == nil || is.Either):
					require.Equal(t, person.GivenName, a.Attributes["name"])
				case want == nil:
					require.NoError(t, err, why(err))
				default:
					require.ErrorIs(t, err, want)
					anomaly := &identity.AnomalyError{}
					require.Equal(t, is.Anomaly != 0, errors.As(err, &anomaly))
					require.Equal(t, is.Anomaly, anomaly.Number)
					require.Empty(t, a.Attributes)
					require.Zero(t, a.Level)
				}
			})
		}
	}
}

// authnRequest is what p answers to, for e.
func authnRequest(t *testing.T, p *idptest.SAMLProvider, e saml.Expect) identity.Challenge {
	t.Helper()
	doc := `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="` + e.RequestID +
		`" Version="2.0" IssueInstant="` + e.IssuedAt.UTC().Format("2006-01-02T15:04:05.000Z") + `" Destination="` + p.EntityID() +
		`/sso" ForceAuthn="true" AssertionConsumerServiceURL="` + e.ACS + `" ProtocolBinding="` + string(saml.POST) +
		`"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="` + e.EntityID + `">` + e.EntityID +
		`</saml:Issuer><samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"/><samlp:RequestedAuthnContext Comparison="minimum">` +
		`<saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>`
	return identity.Challenge{URL: p.EntityID() + "/sso", Form: url.Values{"SAMLRequest": {encoded(doc)}, "RelayState": {"opaque"}}}
}

// What is right, in its many forms.
func TestReadResponseAccepts(t *testing.T) {
	for name, c := range map[string]struct {
		by     forger
		edits  []string
		expect func(*saml.Expect)
		differ func(*saml.Answer)
	}{
		"as it is":               {},
		"response not signed":    {by: forger{bare: true}},
		"sha384":                 {by: forger{method: "rsa-sha384", digest: "sha384"}},
		"sha512":                 {by: forger{method: "rsa-sha512", digest: "sha512"}},
		"types are covered too":  {by: forger{prefixes: "xs"}},
		"prefix not declared":    {by: forger{prefixes: "xsd xs"}},
		"ECDSA":                  {by: forger{by: curveKey, method: "ecdsa-sha256"}},
		"ECDSA with SHA-384":     {by: forger{by: curveKey, method: "ecdsa-sha384"}},
		"the new key":            {by: forger{by: otherKey}},
		"KeyInfo of nobody":      {by: forger{edits: []string{"<ds:X509Certificate/>", "<ds:X509Certificate>!</ds:X509Certificate>"}}},
		"no KeyInfo":             {by: forger{edits: []string{"<ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo>", ""}}},
		"no NameFormat, no type": {edits: []string{` xsi:type="xs:string"`, ""}},
		"other time zone":        {edits: []string{"2026-11-24T09:59:50Z", "2026-11-24T10:59:50.000+01:00"}},
		"fractions": {
			edits:  []string{"09:59:50Z", "09:59:50.123456Z"},
			differ: func(a *saml.Answer) { a.ResponseIssued = a.ResponseIssued.Add(123456 * time.Microsecond) },
		},
		"whole seconds of a request within": {
			edits: []string{"09:59:50Z", "09:59:00Z"}, expect: func(e *saml.Expect) { e.IssuedAt = e.IssuedAt.Add(531 * time.Millisecond) },
			differ: func(a *saml.Answer) { a.ResponseIssued = requestedAt },
		},
		"no session":        {edits: []string{` SessionIndex="_session"`, ""}, differ: func(a *saml.Answer) { a.SessionIndex = "" }},
		"one time use":      {edits: []string{"</saml:AudienceRestriction>", "</saml:AudienceRestriction><saml:OneTimeUse/>"}},
		"the earlier end":   {edits: []string{"10:04:00Z", "10:09:00Z"}, differ: func(a *saml.Answer) { a.NotOnOrAfter = now.Add(5 * time.Minute) }},
		"clock a bit ahead": {edits: []string{"09:59:51Z", "10:00:59Z"}},
		"just over":         {edits: []string{"10:04:00Z", "09:59:01Z"}, differ: func(a *saml.Answer) { a.NotOnOrAfter = now.Add(-59 * time.Second) }},
		"empty value":       {edits: []string{">Mario<", "><"}, differ: func(a *saml.Answer) { a.Attributes["name"] = "" }},
		"references":        {edits: []string{">Rossi<", ">D&#39;&amp;&#x410; &lt;<"}, differ: func(a *saml.Answer) { a.Attributes["familyName"] = "D'&А <" }},
		"CIE": {
			edits: []string{
				` Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity"`, "", "<saml:SubjectConfirmationData ", `<saml:SubjectConfirmationData Address="192.0.2.1" `,
				` NameQualifier="`, ` SPNameQualifier="https://sp.example.org" NameQualifier="`, "SpidL2", "SpidL3",
			},
			expect: func(e *saml.Expect) { e.Scheme, e.IssuerFormat = identity.CIE, saml.FormatOptional },
			differ: func(a *saml.Answer) { a.Level = identity.High },
		},
	} {
		t.Run(name, func(t *testing.T) {
			e, want := expect(idpKey().cert, otherKey().cert, curveKey().cert), says()
			if c.expect != nil {
				c.expect(&e)
			}
			if c.differ != nil {
				c.differ(&want)
			}
			doc := c.by.answer(t, c.edits...)
			for _, doc := range []string{
				doc, "\ufeff" + doc, `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + doc + "\n", "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>" + doc,
				strings.Replace(doc, "</ds:SignatureValue>", "&#13;\n  </ds:SignatureValue>", 1),
			} {
				got, err := saml.ReadResponse(encoded(doc), e)
				require.NoError(t, err, why(err))
				require.Equal(t, want, got)
			}
		})
	}
}

// What is wrong, beyond the judges' lists.
func TestReadResponseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		by    forger
		edits []string
	}{
		"nothing signed":             {by: forger{bare: true, open: true}},
		"only the response":          {by: forger{open: true}},
		"SHA-1":                      {by: forger{method: "rsa-sha1"}},
		"SHA-1 digest":               {by: forger{digest: "sha1"}},
		"RSA of 1024 bits":           {by: forger{by: shortKey}},
		"ECDSA of 224 bits":          {by: forger{by: tinyKey, method: "ecdsa-sha256"}},
		"a key of nobody's":          {by: forger{by: rsaHolder(2048)}},
		"no URI":                     {by: forger{uri: "none"}},
		"URI of the document":        {by: forger{uri: " "}},
		"URI of another":             {by: forger{uri: "#_other"}},
		"XPointer":                   {by: forger{uri: "#xpointer(/)"}},
		"default in the prefix list": {by: forger{prefixes: "#default xs"}},
		"a long prefix list":         {by: forger{prefixes: "a b c d e f g h i"}},
		"Object":                     {by: forger{edits: []string{"</ds:KeyInfo>", "</ds:KeyInfo><ds:Object/>"}}},
		"two references":             {by: forger{edits: []string{"</ds:SignedInfo>", `<ds:Reference URI="#x"/></ds:SignedInfo>`}}},
		"other canonical form":       {by: forger{edits: []string{`<ds:CanonicalizationMethod Algorithm="` + exclusive, `<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2006/12/xml-c14n11`}}},
		"prefix list in SignedInfo":  {by: forger{edits: []string{`exc-c14n#"/><ds:SignatureMethod`, `exc-c14n#"><ec:InclusiveNamespaces xmlns:ec="` + exclusive + `" PrefixList="xs"/></ds:CanonicalizationMethod><ds:SignatureMethod`}}},
		"truncated":                  {by: forger{edits: []string{`rsa-sha256"/>`, `rsa-sha256"><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>`}}},
		"attribute in SignedInfo":    {by: forger{edits: []string{"<ds:Reference", `<ds:Reference Type="x"`}}},
		"no transforms":              {by: forger{edits: []string{`<ds:Transform Algorithm="` + exclusive + `"/>`, ""}}},

		"IDs the same but for case": {edits: []string{"_assertion", "_RESPONSE"}},
		"long ID":                   {edits: []string{"_assertion", strings.Repeat("a", 300)}},
		"ID with a quote":           {edits: []string{"_assertion", "a')or('"}},
		"extensions":                {edits: []string{"<samlp:Status>", "<samlp:Extensions/><samlp:Status>"}},
		"advice":                    {edits: []string{"<saml:AuthnStatement", "<saml:Advice/><saml:AuthnStatement"}},
		"unknown condition":         {edits: []string{"</saml:AudienceRestriction>", `</saml:AudienceRestriction><saml:Condition/>`}},
		"no zone":                   {edits: []string{"10:04:00Z", "10:04:00"}},
		"comma":                     {edits: []string{"10:04:00Z", "10:04:00,5Z"}},
		"no such day":               {edits: []string{"2026-11-24T10:05:00Z", "2026-11-31T10:05:00Z"}},
		"over":                      {edits: []string{"10:04:00Z", "09:59:00Z"}},
		"begins late":               {edits: []string{"NotOnOrAfter=\"2026-11-24T10:04:00Z\"", `NotBefore="2026-11-24T10:02:00Z" NotOnOrAfter="2026-11-24T10:04:00Z"`}},
		"session over":              {edits: []string{"<saml:AuthnStatement ", `<saml:AuthnStatement SessionNotOnOrAfter="2026-11-24T09:00:00Z" `}},
		"no instant":                {edits: []string{` AuthnInstant="2026-11-24T09:59:52Z"`, ""}},
		"signed in tomorrow":        {edits: []string{"2026-11-24T09:59:52Z", "2026-11-25T09:59:52Z"}},
		"before the request":        {edits: []string{"09:59:51Z", "09:57:59Z"}},
		"level with a tail":         {edits: []string{"SpidL2", "SpidL2x"}},
		"no level 4":                {edits: []string{"SpidL2", "SpidL4"}},
		"attribute not asked for":   {edits: []string{`Name="name"`, `Name="email"`}},
		"attribute missing":         {edits: []string{`<saml:Attribute Name="name"><saml:AttributeValue xsi:type="xs:string">Mario</saml:AttributeValue></saml:Attribute>`, ""}},
		"two values":                {edits: []string{"Mario</saml:AttributeValue>", "Mario</saml:AttributeValue><saml:AttributeValue>Lucia</saml:AttributeValue>"}},
		"element in a value":        {edits: []string{">Mario<", "><saml:NameID>Mario</saml:NameID><"}},
		"element in an audience":    {edits: []string{">https://sp.example.org<", "><saml:NameID/>https://sp.example.org<"}},
		"nothing but empty values":  {edits: []string{">Mario<", "><", ">Rossi<", "><", ">TINIT-RSSMRA80A01H501U<", "><"}},
		"Issuer in another case":    {edits: []string{">https://idp.example.org<", ">https://IDP.example.org<"}},
		"no success":                {edits: []string{"status:Success", "status:success"}},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, c.by.answer(t, c.edits...))
		})
	}
}

// why returns what the log is told.
func why(err error) string {
	if err == nil || pagonline.AsError(err).Detail == nil {
		return ""
	}
	return pagonline.AsError(err).Detail.Error()
}

// refused checks that nobody is let in, and that the log is told why without a name.
func refused(tb testing.TB, doc string) {
	tb.Helper()
	a, err := saml.ReadResponse(encoded(doc), expect(idpKey().cert, shortKey().cert, tinyKey().cert))
	require.ErrorIs(tb, err, identity.ErrAnswer)
	require.Empty(tb, a.Attributes)
	require.Zero(tb, a.Level)
	require.Zero(tb, a.NotOnOrAfter)
	require.Contains(tb, why(err), "saml: ")
	for _, personal := range []string{"Mario", "Rossi", "RSSMRA", "_name"} {
		require.NotContains(tb, err.Error()+why(err), personal)
	}
}

// What is done to bytes after they were signed.
func TestReadResponseRefusesMarkup(t *testing.T) {
	doc := forger{}.answer(t)
	for name, edits := range map[string][]string{
		"comment":                 {">TINIT-RSS", "><!-- -->TINIT-RSS"},
		"comment outside":         {"</samlp:Response>", "</samlp:Response><!-- -->"},
		"CDATA":                   {">Mario<", "><![CDATA[Mario]]><"},
		"instruction":             {">Mario<", "><?x?>Mario<"},
		"second declaration":      {">Mario<", `><?xml version="1.0"?>Mario<`},
		"document type":           {"<samlp:Response ", "<!DOCTYPE a><samlp:Response "},
		"entity":                  {">Mario<", ">&mario;<"},
		"not a character":         {">Mario<", ">&#0;<"},
		"not UTF-8":               {">Mario<", ">\xff<"},
		"attribute twice":         {` Version="2.0"`, ` Version="2.0" Version="1.1"`},
		"attribute twice by URI":  {"<samlp:Status>", `<samlp:Status xmlns:a="u" xmlns:b="u" a:x="" b:x="">`},
		"undeclared prefix":       {"<samlp:Status>", "<samlp:Status><x:y/>"},
		"no namespace":            {"<samlp:Status>", "<samlp:Status><y/>"},
		"prefix undone":           {"<samlp:Status>", `<samlp:Status xmlns:samlp="">`},
		"reserved prefix":         {"<samlp:Status>", `<samlp:Status xmlns:xml="urn:x">`},
		"reserved namespace":      {"<samlp:Status>", `<samlp:Status xmlns:x="http://www.w3.org/2000/xmlns/">`},
		"two documents":           {"</samlp:Response>", "</samlp:Response><a/>"},
		"text after it":           {"</samlp:Response>", "</samlp:Response>x"},
		"text before it":          {"<samlp:Response ", "x<samlp:Response "},
		"cut off":                 {"</samlp:Response>", ""},
		"other end":               {"</samlp:Response>", "</samlp:Answer>"},
		"empty":                   {doc, ""},
		"deep":                    {"<samlp:Status>", "<samlp:Status>" + strings.Repeat("<saml:a>", 10_000) + strings.Repeat("</saml:a>", 10_000)},
		"many elements":           {"<samlp:Status>", "<samlp:Status>" + strings.Repeat("<saml:a/>", 10_000)},
		"many attributes":         {"<samlp:Status>", "<samlp:Status" + strings.Repeat(" xmlns:a"+"a", 1) + `="u"` + manyAttributes(100) + ">"},
		"long":                    {"<samlp:Status>", strings.Repeat(" ", 300<<10) + "<samlp:Status>"},
		"ID of a signature twice": {"<ds:SignatureValue>", `<ds:SignatureValue Id="_Assertion">`},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, edited(t, doc, edits))
		})
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(" a" + strings.Repeat("b", i) + `=""`)
	}
	return b.String()
}

// The form field is bounded and strict before anything is read of it.
func TestDecodePost(t *testing.T) {
	for _, field := range []string{"", "====", "PGEvPg", "PGEvPg=", "PGEvPh==", "PGEv Pg==", "PGEv-g==", strings.Repeat("A", 64<<20)} {
		_, err := saml.DecodePost(field)
		require.ErrorIs(t, err, identity.ErrAnswer, len(field))
		_, err = saml.ReadResponse(field, expect())
		require.ErrorIs(t, err, identity.ErrAnswer)
	}
	got, err := saml.DecodePost("PGEv\r\nPg==\n")
	require.NoError(t, err)
	require.Equal(t, "<a/>", string(got))
	_, err = saml.DecodePost(base64.StdEncoding.EncodeToString(make([]byte, 256<<10)))
	require.NoError(t, err)
}

func TestComparison(t *testing.T) {
	const low, substantial, high = identity.Low, identity.Substantial, identity.High
	for _, c := range []struct {
		comparison  string
		least, said identity.Assurance
		want        error
	}{
		{"minimum", substantial, low, identity.ErrAssurance},
		{"minimum", substantial, substantial, nil},
		{"minimum", substantial, high, nil},
		{"exact", substantial, low, identity.ErrAssurance},
		{"exact", substantial, substantial, nil},
		{"exact", substantial, high, identity.ErrAnswer},
		{"", substantial, high, identity.ErrAnswer},
		{"maximum", substantial, low, nil},
		{"maximum", substantial, substantial, nil},
		{"maximum", substantial, high, identity.ErrAnswer},
		{"better", substantial, low, identity.ErrAssurance},
		{"better", substantial, substantial, identity.ErrAssurance},
		{"better", substantial, high, nil},
		{"minimum", identity.NoAssurance, low, nil},
		{"exact", identity.NoAssurance, high, nil},
	} {
		e := expect(idpKey().cert)
		e.Least, e.Comparison = c.least, c.comparison
		a, err := saml.ReadResponse(encoded(forger{}.answer(t, "SpidL2", "SpidL"+string(rune('0'+c.said-identity.Low+1)))), e)
		require.ErrorIs(t, err, c.want, "%s %s %s", c.comparison, c.least, c.said)
		if c.want == nil {
			require.Equal(t, c.said, a.Level)
		}
	}
}

// Numbers are read however they are written; a refusal need not be signed, but if it is,
// then rightly.
func TestAnomalies(t *testing.T) {
	const success = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>`
	failure := func(code, message string) []string {
		return []string{success, `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:` + code + `"/>` + message}
	}
	said := func(s string) []string {
		return failure("Responder", "<samlp:StatusMessage>"+s+"</samlp:StatusMessage>")
	}
	for _, c := range []struct {
		edits []string
		want  error
	}{
		{said("ErrorCode nr25"), identity.ErrCancelled},
		{said("\n errorcode_NR 025 "), identity.ErrCancelled},
		{said("ERROR CODE nr.19"), identity.ErrAttempts},
		{said("ErrorCode nr08"), identity.ErrRejected},
		{said("ErrorCode nr20"), identity.ErrAssurance},
		{said("ErrorCode nr1"), identity.ErrRejected},
		{said("ErrorCode nr251"), identity.ErrRejected},
		{failure("Requester", ""), identity.ErrRejected},
		{failure("Nonsense", ""), identity.ErrAnswer},
		{[]string{success, ""}, identity.ErrAnswer},
		{[]string{success, `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:statuss:NoAuthnContext"/></samlp:StatusCode>`}, identity.ErrAssurance},
	} {
		for _, by := range []forger{{}, {bare: true, open: true}} {
			_, err := saml.ReadResponse(encoded(by.answer(t, c.edits...)), expect(idpKey().cert))
			require.ErrorIs(t, err, c.want, c.edits[1])
		}
		_, err := saml.ReadResponse(encoded(forger{by: otherKey}.answer(t, c.edits...)), expect(idpKey().cert))
		require.ErrorIs(t, err, identity.ErrAnswer)
	}
	e := expect(idpKey().cert)
	e.RequestID = "_another"
	_, err := saml.ReadResponse(encoded(forger{bare: true, open: true}.answer(t, said("ErrorCode nr25")...)), e)
	require.ErrorIs(t, err, identity.ErrAnswer, "a refusal to somebody else")
}

// No key, no name, no request: nothing is expected, so nothing is right.
func TestNothingExpected(t *testing.T) {
	doc := encoded(forger{}.answer(t))
	for _, change := range []func(*saml.Expect){
		func(e *saml.Expect) { *e = saml.Expect{} },
		func(e *saml.Expect) { e.IdP.Certificates = nil },
		func(e *saml.Expect) { e.IdP.Certificates = []*x509.Certificate{{}} },
		func(e *saml.Expect) { e.RequestID = "" },
		func(e *saml.Expect) { e.EntityID = "" },
		func(e *saml.Expect) { e.ACS = "" },
		func(e *saml.Expect) { e.Attributes = nil },
	} {
		e := expect(idpKey().cert)
		change(&e)
		_, err := saml.ReadResponse(doc, e)
		require.ErrorIs(t, err, identity.ErrAnswer)
	}
}
