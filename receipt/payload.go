package receipt

import (
	"crypto/ed25519"
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// MaxPayload is the longest text of the QR code: what 49×49 modules hold of alphanumeric
// characters at level M (ISO/IEC 18004, version 8).
const MaxPayload = 221

// Payload is what the QR code of a receipt says, and its signature. It survives print,
// photocopy and telefax; whoever has the public key needs no network to check it. It is
// of 11 fields with slashes between them, all of the alphanumeric set:
//
//	R1/7Q2M/99999000013/01000000000000144/C110729D…/1250/20261123/OK/345.2024/…/…
//
//	R1          version; T1 for a receipt that is not of production
//	7Q2M        the key, see [KeyID]
//	99999000013 fiscal code of the creditor
//	0100…       IUV, see below
//	C110…       receipt id (IUR), see below
//	1250        amount in cents, without the PSP's fee
//	20261123    day of the payment in Rome
//	OK          outcome; OK2 for a second payment of the same notice
//	345.2024    number and year of the protocol, where they tell all of it and find room
//	24 chars    the first 128 bits of the SHA-256 of the canonical JSON, in base 41
//	96 chars    Ed25519 signature of all that stands before the last slash, in base 41
//
// IUV and IUR are written in capitals if they have no capitals of their own, and behind
// a + if they have nothing but capitals; so case is not lost. What has both, or other
// characters than letters, digits, hyphen, dot and colon, or finds no room, is a % and
// 80 bits of its SHA-256. Base 41 is that of RFC 9285 with other characters: those of
// the set without blank, $, * and slash.
//
// The hash has 128 bits because a forger needs a second receipt with the hash of a
// signed one. Two receipts with one hash, which are easier to find, do not help him: he
// would have to know the first before it is paid, with its IUR and its instant.
type Payload struct {
	Trial    bool             `json:"trial,omitempty"` // not of production
	Key      KeyID            `json:"key"`
	Creditor string           `json:"creditor"`
	IUV      string           `json:"iuv"` // or % and its hash
	IUR      string           `json:"iur"` // or % and its hash
	Amount   euro.Amount      `json:"amount"`
	PaidOn   pagonline.Date   `json:"paidOn"`
	Second   bool             `json:"second,omitempty"`
	Protocol causale.Protocol `json:"protocol,omitzero"` // none if it had no room

	hash      [hashLength]byte
	signature [ed25519.SignatureSize]byte
	text      string
}

const (
	hashLength      = 16
	hashText        = hashLength / 2 * 3
	signatureText   = ed25519.SignatureSize / 2 * 3
	payloadFields   = 11
	realPayload     = "R1"
	trialPayload    = "T1"
	paid            = "OK"
	paidAgain       = "OK2"
	hashedWord      = 1 + 15 // % and ten bytes
	longestIUV      = 35     // stText35 of the pagoPA schemas
	longestCents    = 11
	payloadProtocol = "." // between number and year
)

// ParsePayload reads the text of a QR code, without looking at the signature; see
// [Verify]. Its error has [pagonline.CodeCodeUnreadable]. What it reads has one spelling:
// [Payload.String] returns s.
func ParsePayload(s string) (Payload, error) {
	if len(s) > MaxPayload {
		return Payload{}, badPayload("troppo lungo", "too long")
	}
	f := strings.Split(s, "/")
	if len(f) != payloadFields {
		return Payload{}, badPayload("non è di una ricevuta", "not of a receipt")
	}
	if f[0] != realPayload && f[0] != trialPayload {
		return Payload{}, badPayload("versione sconosciuta", "unknown version")
	}
	p := Payload{Trial: f[0] == trialPayload, Key: KeyID(f[1]), Creditor: f[2], Second: f[7] == paidAgain, text: s}
	var ok [8]bool
	ok[0] = isKeyID(f[1]) && isFiscalCode(f[2])
	p.IUV, ok[1] = readWord(f[3])
	p.IUR, ok[2] = readWord(f[4])
	p.Amount, ok[3] = readCents(f[5])
	p.PaidOn, ok[4] = readDay(f[6])
	p.Protocol, ok[5] = readProtocol(f[8])
	ok[6] = decode41(p.hash[:], f[9])
	ok[7] = decode41(p.signature[:], f[10])
	if slices.Contains(ok[:], false) || f[7] != paid && f[7] != paidAgain {
		return Payload{}, badPayload("campo non valido", "invalid field")
	}
	return p, nil
}

func badPayload(it, en string) error {
	return pagonline.NewError(pagonline.CodeCodeUnreadable, pagonline.Text{It: it, En: en}).At("qr")
}

// String returns the text of the QR code, "" for none.
func (p Payload) String() string { return p.text }

// Code returns the verification code of this payload.
func (p Payload) Code() Code {
	if p.text == "" {
		return Code{}
	}
	return codeOf(p.text)
}

// signed returns what the signature is of.
func (p Payload) signed() string { return p.text[:len(p.text)-signatureText-1] }

// hash128 is what of the hash stands in the payload.
func hash128(json []byte) []byte {
	sum := sha256.Sum256(json)
	return sum[:hashLength]
}

// unsignedPayload returns what is to be signed. json is the canonical form of r.
func unsignedPayload(r Receipt, key KeyID, json []byte) (string, error) {
	required := func(field string) error {
		return pagonline.NewError(pagonline.CodeRequiredField, pagonline.Same(field)).At(field)
	}
	day := pagonline.DateOf(r.PaidAt)
	switch {
	case !isFiscalCode(r.Creditor.FiscalCode):
		return "", pagonline.NewError(pagonline.CodeFiscalCode).At("creditor")
	case r.IUV == "":
		return "", required("iuv")
	case r.IUR == "":
		return "", required("iur")
	case day.IsZero():
		return "", required("paidAt")
	}
	version, outcome := realPayload, paid
	if r.Environment != payment.Production {
		version = trialPayload
	}
	if r.Second {
		outcome = paidAgain
	}
	iuv := word(r.IUV, longestIUV)
	cents := strconv.FormatInt(r.Amount.Cents(), 10)
	f := []string{
		version, string(key), r.Creditor.FiscalCode, iuv, "", cents,
		strings.ReplaceAll(day.String(), "-", ""), outcome, "", string(append41(nil, hash128(json))),
	}
	room := MaxPayload - 1 - signatureText - (len(f) - 1)
	for _, s := range f {
		room -= len(s)
	}
	// The room for the IUR depends on the IUV alone, so that it is written in one way.
	f[4] = word(r.IUR, room-(longestCents-len(cents))-(len(paidAgain)-len(outcome)))
	f[8] = protocolText(r.Protocol, room-len(f[4]))
	return strings.Join(f, "/"), nil
}
