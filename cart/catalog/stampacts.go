package catalog

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
)

// The bounds of [Acts].
const (
	MaxDocuments = 1000
	// MaxDigitalStamps is how many stamps of one bill can be digital ones.
	MaxDigitalStamps = 1000
	pagesPerStamp    = 4 // facciate of a foglio: DPR 642/1972, art. 5
)

// Acts are what somebody asks an institute for that may pay stamp duty, and how he
// would pay it. The zero value pays none.
type Acts struct {
	// Request is the request itself (istanza): one stamp for each of Documents, one if
	// there are none.
	Request bool `json:"request"`
	// Authorisation is an act of the institute's own, as the one to publish. Its stamp
	// is due in addition to the request's.
	Authorisation bool `json:"authorisation,omitempty"`
	// Documents are those of which a certified copy is wanted.
	Documents []CertifiedCopy `json:"documents"`
	// Exemption quotes the rule that exempts from the duty, "" for none: the applicant
	// must name it.
	Exemption string `json:"exemption,omitempty"`

	// RequestHash and AuthorisationHash ask for digital stamps on these acts, as
	// CertifiedCopy.Hash does on copies.
	RequestHash       string `json:"requestHash,omitempty"`
	AuthorisationHash string `json:"authorisationHash,omitempty"`
	// Province is of the payer's residence, as in "LI". Digital stamps need it.
	Province string `json:"province,omitempty"`
	// Virtual is the number of the authorisation by which the institute pays without
	// stamps (bollo virtuale, DPR 642/1972, art. 15), "" for none.
	Virtual string `json:"virtual,omitempty"`
	// Abroad: the payer can buy no stamps, he sends the duty to [StampIBAN].
	Abroad bool `json:"abroad,omitempty"`
}

// CertifiedCopy is the certified copy of one document (copia conforme).
type CertifiedCopy struct {
	Pages int    `json:"pages"`          // facciate, 1 to 99999
	Hash  string `json:"hash,omitempty"` // base64 of its SHA-256, for digital stamps
}

// The lengths of the free texts of [Acts], in characters.
const (
	leastRule  = 8 // "L. 10/77"
	mostRule   = 200
	mostNumber = 60
)

var (
	// ruleWord is what a rule is called, or its number with a year.
	ruleWord = regexp.MustCompile(`(?i)\b(artt?|articol[oi]|articles?|legge|law|act|comma|d\.?l(gs)?|d\.?m|r\.?d|d\.?p\.?r|` +
		`decreto|decree|tab(ella)?|tariffa|allegato|reg(olamento)?|direttiva|codice|cost(ituzione)?)\b|\bl\.|[0-9]/[0-9]`)
	province = regexp.MustCompile(`^[A-Z]{2}$`)
)

// check reports the first thing that is wrong with a.
func (a Acts) check() error {
	if len(a.Documents) > MaxDocuments {
		return tooMany("documents", pagonline.Text{It: "Troppi documenti", En: "Too many documents"}, MaxDocuments)
	}
	if a.Exemption != "" {
		if err := quotesRule(a.Exemption); err != nil {
			return err
		}
	}
	if a.Virtual != "" && trimmed(a.Virtual) == "" {
		return pagonline.NewError(pagonline.CodeRequiredField, pagonline.Same("virtual")).At("virtual")
	}
	if err := plain("virtual", trimmed(a.Virtual), mostNumber); err != nil {
		return err
	}
	if a.Province != "" && !province.MatchString(a.Province) {
		return pagonline.NewError(pagonline.CodeInputSyntax,
			pagonline.Text{It: "la provincia ha due lettere maiuscole", En: "a province has two capital letters"}).At("province")
	}
	if err := a.checkHash("requestHash", a.RequestHash); err != nil {
		return err
	}
	for i, d := range a.Documents {
		at := fmt.Sprintf("documents[%d]", i)
		if d.Pages < 1 || d.Pages > MaxCount {
			return badCount(1, MaxCount).At(at + ".pages")
		}
		if err := a.checkHash(at+".hash", d.Hash); err != nil {
			return err
		}
	}
	return a.checkHash("authorisationHash", a.AuthorisationHash)
}

// checkHash reports a hash that is no SHA-256 in base64, or has no province beside it.
func (a Acts) checkHash(field, hash string) error {
	if hash == "" {
		return nil
	}
	if len(hash) != base64.StdEncoding.EncodedLen(sha256.Size) {
		return badHash(field)
	}
	if sum, err := base64.StdEncoding.Strict().DecodeString(hash); err != nil || len(sum) != sha256.Size {
		return badHash(field)
	}
	if a.Province == "" {
		return pagonline.NewError(pagonline.CodeRequiredField,
			pagonline.Text{It: "provincia", En: "province"}).At("province")
	}
	return nil
}

func badHash(field string) error {
	return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{
		It: "l'impronta è lo SHA-256 del documento in base64, 44 caratteri",
		En: "the hash is the document's SHA-256 in base64, 44 characters",
	}).At(field)
}

// quotesRule reports a text that names no rule: without a word for one, or without its
// number. Whether the rule exempts is for the institute to say.
func quotesRule(s string) error {
	s = trimmed(s)
	if err := plain("exemption", s, mostRule); err != nil {
		return err
	}
	if utf8.RuneCountInString(s) < leastRule || !strings.ContainsAny(s, "0123456789") || !ruleWord.MatchString(s) {
		return pagonline.NewError(pagonline.CodeExemptionRule).At("exemption")
	}
	return nil
}
