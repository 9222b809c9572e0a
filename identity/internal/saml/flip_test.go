package saml_test

import (
	"encoding/base64"
	"errors"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

// every returns from which bit to flip to the next: some, or all if PAGONLINE_LONG is 1.
// It has no divisor in common with 8, so that each bit of a byte has its turn.
func every() int {
	if os.Getenv("PAGONLINE_LONG") == "1" {
		return 1
	}
	return 43
}

// After any bit of a signed answer was flipped, it says the very same or is refused.
func TestFlippedBits(t *testing.T) {
	for _, by := range []forger{{}, {bare: true}} {
		doc := by.answer(t)
		e, want := expect(idpKey().cert), says()
		if by.bare { // what nobody signed may say what it likes; it is not of the person
			want.ResponseID, want.ResponseIssued = "", want.AuthnAt
		}
		tried, accepted := 0, 0
		for i := 0; i < 8*len(doc); i += every() {
			tried++
			flipped := []byte(doc)
			flipped[i/8] ^= 1 << (i % 8)
			a, err := saml.ReadResponse(base64.StdEncoding.EncodeToString(flipped), e)
			if err != nil {
				require.ErrorIs(t, err, identity.ErrAnswer, "bit %d", i)
				continue
			}
			accepted++
			if by.bare {
				a.ResponseID, a.ResponseIssued = "", a.AuthnAt
			}
			require.Equal(t, want, a, "bit %d", i)
		}
		t.Logf("%d bits, %d flipped, %d accepted with the same answer", 8*len(doc), tried, accepted)
	}
}

// The same for the field as it is posted, and for a query.
func TestFlippedCarriers(t *testing.T) {
	field := encoded(forger{}.answer(t))
	for i := 0; i < 8*len(field); i += 7 * every() {
		flipped := []byte(field)
		flipped[i/8] ^= 1 << (i % 8)
		if a, err := saml.ReadResponse(string(flipped), expect(idpKey().cert)); err == nil {
			require.Equal(t, says(), a, "bit %d", i)
		}
	}
	query := forger{}.query(t, "SAMLRequest", logoutRequest, "state")
	want, err := readLogout(identity.Callback{Method: "GET", Query: query})
	require.NoError(t, err)
	for i := 0; i < 8*len(query); i += every() {
		flipped := []byte(query)
		flipped[i/8] ^= 1 << (i % 8)
		if m, err := readLogout(identity.Callback{Method: "GET", Query: string(flipped)}); err == nil {
			require.Equal(t, want, m, "bit %d", i)
		}
	}
}

// changes seeds a fuzz target with places of doc, and what to put there.
func changes(f *testing.F, doc string) {
	f.Helper()
	f.Add(0, 0, []byte(nil))
	f.Add(0, len(doc), []byte("<a"))
	for _, mark := range []string{"<saml:Assertion ", "Mario", "</ds:Signature>", "<ds:SignedInfo>", "_assertion", "Issuer", " xmlns:", "&Signature=", "%"} {
		at := max(0, strings.Index(doc, mark))
		f.Add(at, 0, []byte("<!-- -->"))
		f.Add(at, len(mark), []byte(mark+mark))
		f.Add(at, 1, []byte("&#x41;"))
	}
}

// changed puts with in the place of cut bytes of doc.
func changed(doc string, at, cut int, with []byte) (string, bool) {
	if at < 0 || cut < 0 || at > len(doc) || cut > len(doc)-at {
		return "", false
	}
	return doc[:at] + string(with) + doc[at+cut:], true
}

// FuzzReadResponse: whatever is done to an answer, it is refused, or says what was
// signed.
func FuzzReadResponse(f *testing.F) {
	docs := []string{forger{bare: true}.answer(f), forger{}.answer(f)}
	changes(f, docs[0])
	e, want := expect(idpKey().cert), says()
	f.Fuzz(func(t *testing.T, at, cut int, with []byte) {
		for _, doc := range docs {
			doc, ok := changed(doc, at, cut, with)
			if !ok {
				return
			}
			a, err := saml.ReadResponse(encoded(doc), e)
			if err != nil {
				if a.Attributes != nil || a.Level != identity.NoAssurance {
					t.Errorf("%s\nrefused, and yet it says %+v", doc, a)
				}
				continue
			}
			a.ResponseID, a.ResponseIssued = want.ResponseID, want.ResponseIssued // perhaps not signed
			require.Equal(t, want, a)
		}
	})
}

// FuzzReadLogout: whatever is done to a message, it is refused or the same.
func FuzzReadLogout(f *testing.F) {
	query, doc := forger{}.query(f, "SAMLRequest", logoutRequest, "state"), forger{}.message(f, logoutRequest)
	want, err := readLogout(identity.Callback{Method: "GET", Query: query})
	require.NoError(f, err)
	changes(f, query)
	changes(f, doc)
	f.Fuzz(func(t *testing.T, at, cut int, with []byte) {
		var backs []identity.Callback
		if query, ok := changed(query, at, cut, with); ok {
			backs = append(backs, identity.Callback{Method: "GET", Query: query})
		}
		if doc, ok := changed(doc, at, cut, with); ok {
			backs = append(backs, identity.Callback{Method: "POST", Values: url.Values{"SAMLRequest": {encoded(doc)}}})
		}
		for _, back := range backs {
			m, err := readLogout(back)
			switch {
			case err != nil && (!errors.Is(err, identity.ErrAnswer) || m != (saml.LogoutMessage{})):
				t.Errorf("%+v: %v, and yet %+v", back, err, m)
			case err == nil && m != want:
				t.Errorf("%+v: accepted as %+v", back, m)
			}
		}
	})
}

// FuzzReadIdPs: what is read of metadata can be used.
func FuzzReadIdPs(f *testing.F) {
	f.Add([]byte(metadata(idpKey().cert)))
	f.Add([]byte("<!-- -->" + metadata(idpKey().cert)))
	f.Add([]byte(`<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		idps, err := saml.ReadIdPs(doc)
		if err == nil && len(idps) == 0 {
			t.Error("neither an identity provider nor an error")
		}
		for _, idp := range idps {
			if idp.EntityID == "" || len(idp.Certificates) == 0 || len(idp.SSO) == 0 {
				t.Errorf("%+v", idp)
			}
			for _, at := range append(idp.SSO, idp.SLO...) {
				if u, err := url.Parse(at.Location); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
					t.Errorf("%+v", at)
				}
			}
		}
		_ = saml.VerifyMetadata(doc, idpKey().cert)
	})
}

// An answer costs at most 1 MB while it is read, with all that SPID tells of a person and
// four keys, of which the last is the one.
func TestMemoryOfAnAnswer(t *testing.T) {
	e := expect(otherKey().cert, curveKey().cert, rsaHolder(2048)().cert, idpKey().cert)
	var added strings.Builder
	for name := range strings.FieldsSeq("spidCode placeOfBirth countyOfBirth dateOfBirth gender companyName registeredOffice ivaCode idCard " +
		"mobilePhone email domicileStreetAddress domicilePostalCode domicileMunicipality domicileProvince domicileNation address expirationDate digitalAddress companyFiscalNumber") {
		e.Attributes = append(e.Attributes, name)
		added.WriteString(`<saml:Attribute Name="` + name + `"><saml:AttributeValue xsi:type="xs:string">Via dell'Esempio 1</saml:AttributeValue></saml:Attribute>` + "\n")
	}
	field := encoded(forger{}.answer(t, "</saml:AttributeStatement>", added.String()+"</saml:AttributeStatement>"))
	const times = 50
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range times {
		_, err := saml.ReadResponse(field, e)
		require.NoError(t, err, why(err))
	}
	runtime.ReadMemStats(&after)
	each := (after.TotalAlloc - before.TotalAlloc) / times
	t.Logf("%d bytes posted, %d allocated", len(field), each)
	require.Less(t, each, uint64(1_000_000))
}

func BenchmarkVerifyResponse(b *testing.B) {
	field, e := encoded(forger{}.answer(b)), expect(idpKey().cert)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := saml.ReadResponse(field, e); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRSAVerify is what cannot be saved: an answer has two signatures.
func BenchmarkRSAVerify(b *testing.B) {
	octets := []byte("octets")
	value := forger{by: idpKey, method: "rsa-sha256"}.value(b, octets)
	b.ReportAllocs()
	for b.Loop() {
		if err := idpKey().cert.CheckSignature(idpKey().cert.SignatureAlgorithm, octets, value); err != nil {
			b.Fatal(err)
		}
	}
}
