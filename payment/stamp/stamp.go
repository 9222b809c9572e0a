// Package stamp reads and checks digital revenue stamps (marca da bollo digitale,
// @e.bollo): the XML that a PSP signs when a payment buys one, and that pagoPA passes on
// in the MBDAttachment of a receipt.
//
// A stamp belongs to one document, by the SHA-256 of its bytes. The creditor that gets
// it must check it himself: that one who may sell stamps has signed it, and that it is
// for this document (SANP, Servizio @e.bollo). [New] makes a [Verifier] from the
// certificates of who vouches for the sellers, the Agenzia delle Entrate ("CA Bollo
// Telematico"):
//
//	verifier, err := stamp.New(anchors, stamp.Config{})
//	...
//	s, err := verifier.Verify(attachment, stamp.Want{Hash: hash, Amount: sixteen})
//
// A Verifier is also what the station takes, to note a bad stamp on the receipt that
// brought it: see [Verifier.CheckStamp]. [FaultCode] is the note. A bad stamp never
// refuses a receipt, for the money was paid.
//
// [Parse] reads a stamp without believing it.
//
// # What is checked
//
// The document must be what MarcaDaBollo.xsd says, no more, and hold no comments,
// processing instructions, CDATA sections or document type. Its signature must be
// enveloped, over the whole document (one reference, URI=""), by RSA of 2048 bits or
// more or ECDSA, with SHA-256 or better, canonical XML 1.0, 1.1 or exclusive. Its key
// must be of the certificate in KeyInfo, and that must lead to the given anchors, at the
// time of purchase, with a key usage for signatures: KeyInfo alone proves nothing. What
// a Verifier returns is read again from the very bytes that the signature covers.
//
// What is not checked: revocation, unless [Config] has a way, because the lists that
// come along in KeyInfo are chosen by who signs; and whether a stamp is used twice, for
// which the caller keeps the [Stamp.IUBD] of those he has seen.
package stamp

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
)

// The namespaces of a stamp and of its signature.
const (
	space     = "http://www.agenziaentrate.gov.it/2014/MarcaDaBollo"
	dsigSpace = "http://www.w3.org/2000/09/xmldsig#"
)

// Ordinary is the only type of stamp that there is (TipoBollo).
const Ordinary = "01"

// Stamp is what a digital stamp says. Stamps compare with ==, but for the location of
// PurchasedAt, which is UTC.
type Stamp struct {
	PSP         PSP         `json:"psp"`         // who sold and signed it
	IUBD        string      `json:"iubd"`        // its number: identificativo univoco del bollo digitale
	PurchasedAt time.Time   `json:"purchasedAt"` // OraAcquisto
	Amount      euro.Amount `json:"amount"`      // Importo, more than zero
	Type        string      `json:"type"`        // TipoBollo: "01", [Ordinary]
	Hash        string      `json:"hash"`        // base64 of the document's SHA-256, 44 characters
}

// PSP is who sells a stamp, as the stamp names him.
type PSP struct {
	FiscalCode string `json:"fiscalCode"`
	Name       string `json:"name"`
}

// Parse reads a stamp: the XML itself, decoded from base64. It checks the form of the
// whole document, but not the signature: for that there is [Verifier.Verify]. Its error
// is a [pagonline.Error] that wraps a [FaultError].
func Parse(attachment []byte) (Stamp, error) {
	root, err := read(attachment)
	if err != nil {
		return Stamp{}, bad(ErrUnreadable, err)
	}
	s, _, err := parse(root, signed)
	return s, err
}

// Whether a document still has its signature.
const (
	signed   = true
	unsigned = false
)

// parse reads a marcaDaBollo. It returns the Signature too, if there must be one.
func parse(root *node, withSignature bool) (s Stamp, signature *node, err error) {
	names := []string{"PSP", "IUBD", "OraAcquisto", "Importo", "TipoBollo", "ImprontaDocumento"}
	if withSignature {
		names = append(names, "Signature")
	}
	parts, ok := root.children(names...)
	if !ok || !root.is(space, "marcaDaBollo") || len(root.attrs) > 0 {
		return Stamp{}, nil, bad(ErrUnreadable, nil)
	}
	for _, part := range parts[:6] {
		if part.space != space || len(part.attrs) > 0 {
			return Stamp{}, nil, bad(ErrUnreadable, nil)
		}
	}
	psp, ok := parts[0].children("CodiceFiscale", "Denominazione")
	if !ok || !psp[0].says(space) || !psp[1].says(space) || !parts[1].says(space) {
		return Stamp{}, nil, bad(ErrUnreadable, nil)
	}
	s = Stamp{PSP: PSP{psp[0].text, psp[1].text}, IUBD: parts[1].text}
	if s.PurchasedAt, ok = instant(parts[2]); !ok {
		return Stamp{}, nil, bad(ErrUnreadable, nil)
	}
	if s.Amount, ok = amount(parts[3]); !ok {
		return Stamp{}, nil, bad(ErrAmount, nil)
	}
	if s.Type = parts[4].text; s.Type != Ordinary || len(parts[4].kids) > 0 {
		return Stamp{}, nil, bad(ErrType, nil)
	}
	if s.Hash, ok = hash(parts[5]); !ok {
		return Stamp{}, nil, bad(ErrHash, nil)
	}
	if !withSignature {
		return s, nil, nil
	}
	if !parts[6].is(dsigSpace, "Signature") {
		return Stamp{}, nil, bad(ErrUnreadable, nil)
	}
	return s, parts[6], nil
}

// maxText is more than any name or number of a stamp needs.
const maxText = 256

// says reports whether n is in the namespace and holds nothing but some text.
func (n *node) says(space string) bool {
	return n.space == space && len(n.kids) == 0 && len(n.attrs) == 0 &&
		n.text != "" && utf8.RuneCountInString(n.text) <= maxText
}

var (
	dateTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$`)
	decimal  = regexp.MustCompile(`^\d{1,9}(\.\d{1,2})?$`)
)

// instant reads an xsd:dateTime; without a zone it is of Europe/Rome.
func instant(n *node) (time.Time, bool) {
	s := collapse(n.text)
	if len(n.kids) > 0 || !dateTime.MatchString(s) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t, err = time.ParseInLocation("2006-01-02T15:04:05", s, pagonline.Rome())
	}
	return t.UTC(), err == nil && t.Year() > 0
}

// amount reads tipoImporto, a decimal of two places at most, if it is more than zero.
func amount(n *node) (euro.Amount, bool) {
	s := collapse(n.text)
	if len(n.kids) > 0 || !decimal.MatchString(s) {
		return euro.Amount{}, false
	}
	whole, cents, _ := strings.Cut(s, ".")
	a, err := euro.Parse(whole + "." + (cents + "00")[:2])
	return a, err == nil && !a.IsZero()
}

// hash reads tipoImpronta: the SHA-256 of a document.
func hash(n *node) (string, bool) {
	parts, ok := n.children("DigestMethod", "DigestValue")
	if !ok || parts[0].space != space || !parts[0].only(attr{"Algorithm", sha256Digest}) ||
		parts[1].space != dsigSpace || !parts[1].only() {
		return "", false
	}
	return sha256Text(parts[1].text)
}

// sha256Text returns base64 of 32 bytes as it is written best; the XML may fold it.
func sha256Text(s string) (string, bool) {
	b, ok := decode64(s)
	return base64.StdEncoding.EncodeToString(b), ok && len(b) == sha256.Size
}

// decode64 reads xsd:base64Binary.
func decode64(s string) ([]byte, bool) {
	b, err := base64.StdEncoding.Strict().DecodeString(strings.Join(strings.FieldsFunc(s, isSpace), ""))
	return b, err == nil
}

// collapse takes the white space away that numbers and dates may have around them.
func collapse(s string) string { return strings.TrimFunc(s, isSpace) }

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }
