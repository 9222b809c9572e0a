package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pagonline/pagonline/identity/spid"
	"github.com/pagonline/pagonline/payment"
)

// entityFile is what DIR/portal.json holds.
type entityFile struct {
	Environment payment.Environment `json:"environment"`
	// EntityID names the portal at identity providers, for good: SPID and eIDAS use it,
	// CIE has it with "/cie" behind.
	EntityID     string       `json:"entity_id"`
	Organization organization `json:"organization"`
	Certificate  string       `json:"certificate"` // PEM
	Key          string       `json:"key"`         // PEM, PKCS #8
}

// organization is what metadata say of the body.
type organization struct {
	Name         string `json:"name"` // the full legal one
	DisplayName  string `json:"display_name"`
	URL          string `json:"url"`
	IPACode      string `json:"ipa_code"`
	Email        string `json:"email"` // of an office, not of a person
	Telephone    string `json:"telephone"`
	Locality     string `json:"locality"`
	Municipality string `json:"municipality"` // Belfiore code
	Province     string `json:"province"`
}

// readEntity returns what dir says, and makes test values for baseURL if it says nothing.
func readEntity(dir, baseURL string) (entityFile, error) {
	name := filepath.Join(dir, "portal.json")
	b, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return makeEntity(name, baseURL)
	}
	if err != nil {
		return entityFile{}, err
	}
	var e entityFile
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return entityFile{}, fmt.Errorf("portal.json: %w", err)
	}
	if e.EntityID == "" {
		return entityFile{}, errors.New("portal.json: no entity_id")
	}
	return e, nil
}

func makeEntity(name, baseURL string) (entityFile, error) {
	e := entityFile{
		Environment: payment.Sandbox,
		EntityID:    baseURL,
		Organization: organization{
			Name: "Archivio di Stato di Prova", DisplayName: "Archivio di Stato di Prova", URL: "https://archivio.example.org",
			IPACode: "as_prova", Email: "portale@archivio.example.org", Telephone: "+390600000000",
			Locality: "Roma", Municipality: "H501", Province: "RM",
		},
	}
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		return entityFile{}, err
	}
	o := e.Organization
	cert, err := spid.NewCertificate(key, spid.Subject{
		EntityID: e.EntityID, CommonName: o.DisplayName, Organization: o.Name, City: o.Locality, IPACode: o.IPACode, NotBefore: time.Now(),
	})
	if err != nil {
		return entityFile{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return entityFile{}, err
	}
	e.Certificate = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}))
	e.Key = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	b, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return entityFile{}, err
	}
	return e, os.WriteFile(name, append(b, '\n'), 0o600)
}

// trial reports whether nothing here is for real.
func (e entityFile) trial() bool { return e.Environment != payment.Production }
