package receipt

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/pagonline/pagonline"
)

const (
	publicType  = "PUBLIC KEY"  // RFC 7468, section 13
	privateType = "PRIVATE KEY" // section 10
	// maxKeyFile bounds a file of keys, in bytes; a public key has some 180.
	maxKeyFile = 64 << 10
)

// PEM returns the public keys as text: for each a block of RFC 7468 (PKIX), which other
// programs read too, and before it lines that they skip:
//
//	Key: 7Q2M
//	From: 2026-11-23
//	Until: 2027-11-23
//	-----BEGIN PUBLIC KEY-----
//	…
func (k KeyRing) PEM() []byte {
	var b bytes.Buffer
	for _, key := range k.keys {
		fmt.Fprintf(&b, "Key: %s\n", key.ID())
		if !key.From.IsZero() {
			fmt.Fprintf(&b, "From: %s\n", key.From)
		}
		if !key.Until.IsZero() {
			fmt.Fprintf(&b, "Until: %s\n", key.Until)
		}
		der, err := x509.MarshalPKIXPublicKey(key.Key)
		if err != nil {
			continue // the ring holds nothing but keys of Ed25519
		}
		b.Write(pem.EncodeToMemory(&pem.Block{Type: publicType, Bytes: der}))
	}
	return b.Bytes()
}

// ParseKeyRing reads public keys, one at least: what [KeyRing.PEM] writes, or what other
// programs do. A block that cannot be read is an error, and so is a private key. Its
// error has [pagonline.CodeInputSyntax].
func ParseKeyRing(file []byte) (KeyRing, error) {
	var ring KeyRing
	if len(file) > maxKeyFile {
		return ring, badKey("file troppo grande", "file too large")
	}
	for {
		before, block, rest, err := nextBlock(file)
		if err != nil {
			return KeyRing{}, err
		}
		if block == nil {
			break
		}
		key, err := publicKey(before, block)
		if err == nil {
			err = ring.add(key)
		}
		if err != nil {
			return KeyRing{}, err
		}
		file = rest
	}
	if len(ring.keys) == 0 {
		return KeyRing{}, badKey("nessuna chiave pubblica", "no public key")
	}
	return ring, nil
}

// nextBlock returns the first block and the text before it; no block at the end. It does
// not skip broken ones, as [pem.Decode] does.
func nextBlock(file []byte) (before string, block *pem.Block, rest []byte, err error) {
	begin := []byte("-----BEGIN")
	at := bytes.Index(file, begin)
	if at < 0 {
		return "", nil, nil, nil
	}
	block, rest = pem.Decode(file[at:])
	if block == nil || len(block.Headers) > 0 || bytes.Count(file[at:len(file)-len(rest)], begin) != 1 {
		return "", nil, nil, badKey("blocco PEM", "PEM block")
	}
	return string(file[:at]), block, rest, nil
}

func publicKey(before string, block *pem.Block) (PublicKey, error) {
	if block.Type == privateType {
		return PublicKey{}, badKey("contiene una chiave privata", "it holds a private key")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	public, ok := parsed.(ed25519.PublicKey)
	if block.Type != publicType || err != nil || !ok {
		return PublicKey{}, badKey("serve una chiave Ed25519", "an Ed25519 key is needed")
	}
	key := PublicKey{Key: public}
	for line := range strings.Lines(before) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch name {
		case "Key":
			ok = value == string(key.ID())
		case "From":
			key.From, err = pagonline.ParseDate(value)
		case "Until":
			key.Until, err = pagonline.ParseDate(value)
		}
		if err != nil || !ok {
			return PublicKey{}, badKey("dati prima della chiave", "data before the key")
		}
	}
	return key, nil
}

// MarshalPrivateKey returns a private key as a block of RFC 7468 (PKCS #8), not
// encrypted: keep it where only its owner reads it.
func MarshalPrivateKey(key ed25519.PrivateKey) ([]byte, error) {
	if len(key) != ed25519.PrivateKeySize {
		return nil, badKey("serve una chiave Ed25519", "an Ed25519 key is needed")
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, badKey("serve una chiave Ed25519", "an Ed25519 key is needed")
	}
	return pem.EncodeToMemory(&pem.Block{Type: privateType, Bytes: der}), nil
}

// ParsePrivateKey reads one private key of Ed25519 in PKCS #8, not encrypted, and nothing
// else. Its error has [pagonline.CodeInputSyntax] and repeats nothing of the text.
func ParsePrivateKey(file []byte) (ed25519.PrivateKey, error) {
	if len(file) > maxKeyFile {
		return nil, badKey("file troppo grande", "file too large")
	}
	_, block, rest, err := nextBlock(file)
	switch {
	case err != nil:
		return nil, err
	case block == nil || block.Type != privateType || bytes.Contains(rest, []byte("-----BEGIN")):
		return nil, badKey("serve una chiave privata PKCS #8, non cifrata", "one PKCS #8 private key is needed, not encrypted")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, badKey("serve una chiave Ed25519", "an Ed25519 key is needed")
	}
	return key, nil
}
