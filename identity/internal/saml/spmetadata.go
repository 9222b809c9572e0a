package saml

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/beevik/etree"
)

// Service is a service provider as its metadata describe it (SPID technical rules,
// metadata; CIE manual).
type Service struct {
	EntityID string
	ACS      string // where answers are posted
	SLO      string // where logout messages come, by both bindings
	Sets     []AttributeSet
	// Names, DisplayNames and URLs describe the organization by language, all in the
	// same ones.
	Names, DisplayNames, URLs map[string]string
	Contacts                  []Contact
}

// AttributeSet is one set of attributes that a request can ask for.
type AttributeSet struct {
	Index      int
	Name       map[string]string // by language
	Attributes []string
}

// Contact is one ContactPerson.
type Contact struct {
	Type string // as in "other"
	// Prefix and Namespace are those of the elements in Extensions.
	Prefix, Namespace         string
	Extensions                []Element
	Company, Email, Telephone string
}

// Element is an element with text or with children, or an empty one.
type Element struct {
	Name, Text string
	Children   []Element
}

// Metadata returns the signed document. The same service with the same key has the same
// document, byte by byte, so that who compares it sees whether it changed.
func (s Service) Metadata(by Signer) ([]byte, error) {
	root := etree.NewElement("md:EntityDescriptor")
	root.CreateAttr("xmlns:md", metadataNS)
	root.CreateAttr("xmlns:ds", dsigNS)
	for _, c := range s.Contacts {
		if root.SelectAttr("xmlns:"+c.Prefix) == nil {
			root.CreateAttr("xmlns:"+c.Prefix, c.Namespace)
		}
	}
	root.CreateAttr("entityID", s.EntityID)
	s.descriptor(root.CreateElement("md:SPSSODescriptor"), by)
	organization := root.CreateElement("md:Organization")
	inLanguages(organization, "md:OrganizationName", s.Names)
	inLanguages(organization, "md:OrganizationDisplayName", s.DisplayNames)
	inLanguages(organization, "md:OrganizationURL", s.URLs)
	for _, c := range s.Contacts {
		c.add(root.CreateElement("md:ContactPerson"))
	}
	unsigned, err := document(root)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(unsigned)
	root.CreateAttr("ID", "_"+hex.EncodeToString(sum[:16]))
	if err := by.Sign(root, ""); err != nil {
		return nil, err
	}
	signed, err := document(root)
	return append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), signed...), err
}

func (s Service) descriptor(d *etree.Element, by Signer) {
	d.CreateAttr("protocolSupportEnumeration", protocolNS)
	d.CreateAttr("AuthnRequestsSigned", "true")
	d.CreateAttr("WantAssertionsSigned", "true")
	key := d.CreateElement("md:KeyDescriptor")
	key.CreateAttr("use", "signing")
	key.CreateElement("ds:KeyInfo").CreateElement("ds:X509Data").CreateElement("ds:X509Certificate").
		SetText(base64.StdEncoding.EncodeToString(by.Certificate.Raw))
	for _, b := range []Binding{Redirect, POST} {
		logout := d.CreateElement("md:SingleLogoutService")
		logout.CreateAttr("Binding", string(b))
		logout.CreateAttr("Location", s.SLO)
	}
	d.CreateElement("md:NameIDFormat").SetText(transientFormat)
	consumer := d.CreateElement("md:AssertionConsumerService")
	consumer.CreateAttr("Binding", string(POST))
	consumer.CreateAttr("Location", s.ACS)
	consumer.CreateAttr("index", "0")
	consumer.CreateAttr("isDefault", "true")
	for _, set := range s.Sets {
		e := d.CreateElement("md:AttributeConsumingService")
		e.CreateAttr("index", strconv.Itoa(set.Index))
		inLanguages(e, "md:ServiceName", set.Name)
		for _, name := range set.Attributes {
			e.CreateElement("md:RequestedAttribute").CreateAttr("Name", name)
		}
	}
}

func (c Contact) add(e *etree.Element) {
	e.CreateAttr("contactType", c.Type)
	addExtensions(e.CreateElement("md:Extensions"), c.Prefix, c.Extensions)
	for _, part := range []struct{ name, text string }{
		{"md:Company", c.Company}, {"md:EmailAddress", c.Email}, {"md:TelephoneNumber", c.Telephone},
	} {
		if part.text != "" {
			e.CreateElement(part.name).SetText(part.text)
		}
	}
}

func addExtensions(to *etree.Element, prefix string, extensions []Element) {
	for _, x := range extensions {
		e := to.CreateElement(prefix + ":" + x.Name)
		if x.Text != "" {
			e.SetText(x.Text)
		}
		addExtensions(e, prefix, x.Children)
	}
}

// inLanguages adds one element for each language, Italian first.
func inLanguages(to *etree.Element, name string, texts map[string]string) {
	languages := slices.SortedFunc(maps.Keys(texts), func(a, b string) int {
		switch {
		case a == b:
			return 0
		case a == "it" || b != "it" && a < b:
			return -1
		default:
			return 1
		}
	})
	for _, language := range languages {
		e := to.CreateElement(name)
		e.CreateAttr("xml:lang", language)
		e.SetText(texts[language])
	}
}

// document writes root without an XML declaration.
func document(root *etree.Element) ([]byte, error) {
	doc := etree.NewDocumentWithRoot(root.Copy())
	doc.WriteSettings.CanonicalText = true
	doc.WriteSettings.CanonicalAttrVal = true
	out, err := doc.WriteToBytes()
	if err != nil {
		return nil, fmt.Errorf("saml: write: %w", err)
	}
	return out, nil
}

// Texts returns an element for each pair of a name and a text that is not empty.
func Texts(pairs ...string) []Element {
	var all []Element
	for pair := range slices.Chunk(pairs, 2) {
		if len(pair) == 2 && pair[1] != "" {
			all = append(all, Element{Name: pair[0], Text: pair[1]})
		}
	}
	return all
}
