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
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
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
func readEntity(dir, baseURL string, log *slog.Logger) (entityFile, error) {
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
	if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		if !e.trial() {
			return entityFile{}, errors.Join(errors.New("portal.json: it holds a key and others may read it: chmod 600"), err)
		}
		log.Warn("portal.json holds a key and others may read it: chmod 600", "cause", err)
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
	return e, writeFile(name, append(b, '\n'))
}

// writeFile writes a file whole or not at all, for its owner's eyes.
func writeFile(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// trial reports whether nothing here is for real.
func (e entityFile) trial() bool { return e.Environment != payment.Production }
