package saml

// The names of SAML 2.0 and of XML signatures that both directions use.
const (
	assertionNS = "urn:oasis:names:tc:SAML:2.0:assertion"
	protocolNS  = "urn:oasis:names:tc:SAML:2.0:protocol"
	metadataNS  = "urn:oasis:names:tc:SAML:2.0:metadata"
	dsigNS      = "http://www.w3.org/2000/09/xmldsig#"

	entityFormat    = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
	transientFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
	bearerMethod    = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
	statusPrefix    = "urn:oasis:names:tc:SAML:2.0:status:"
	spidLevel       = "https://www.spid.gov.it/SpidL" // and 1, 2 or 3
)
