package saml

import (
	"crypto/x509"
	"fmt"

	"github.com/beevik/etree"
)

// VerifyMetadata checks that metadata are signed, as a whole, by the key of the
// certificate: that of the federation, or of the identity provider. The dates of the
// certificate are not looked at. It returns an error that tells why not; what is read
// from metadata without it is believed because of where they come from.
func VerifyMetadata(metadata []byte, cert *x509.Certificate) error {
	root, err := parse(metadata, metadataLimits)
	if err == nil && !is(root, metadataNS, "EntitiesDescriptor") && !is(root, metadataNS, "EntityDescriptor") {
		err = reason("no metadata")
	}
	if err == nil {
		// The library looks for the signature from the root on, and takes the first.
		if found := root.ChildElements(); len(found) == 0 || !is(found[0], dsigNS, "Signature") {
			err = reason("no signature at the head")
		}
	}
	if err == nil {
		_, err = verified(root, []*x509.Certificate{cert})
	}
	if err != nil {
		return fmt.Errorf("metadata: %w", err)
	}
	return nil
}

const mduiNS = "urn:oasis:names:tc:SAML:metadata:ui"

// names returns what the organisation, or else the service, wants to be called.
func names(e, role *etree.Element) map[string]string {
	found := map[string]string{}
	add := func(of *etree.Element, space, local string) {
		for _, name := range all(of, space, local) {
			lang := ""
			for _, a := range name.Attr {
				if a.Space == "xml" && a.Key == "lang" {
					lang = a.Value
				}
			}
			if said, ok := text(name); ok && said != "" && found[lang] == "" && len(said) <= 256 {
				found[lang] = said
			}
		}
	}
	if organisation := one(e, metadataNS, "Organization"); organisation != nil {
		add(organisation, metadataNS, "OrganizationDisplayName")
	}
	if extensions := one(role, metadataNS, "Extensions"); extensions != nil {
		if info := one(extensions, mduiNS, "UIInfo"); info != nil {
			add(info, mduiNS, "DisplayName")
		}
	}
	return found
}
