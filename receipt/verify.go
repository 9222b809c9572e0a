package receipt

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/subtle"
	"encoding/json"
	"log/slog"

	"github.com/pagonline/pagonline"
)

// Word is the verdict in one word.
type Word string

// The words. Only an authentic receipt may be trusted.
const (
	Authentic  Word = "authentic"
	Altered    Word = "altered"     // signature, JSON or page are not what was issued
	Resaved    Word = "resaved"     // of a PDF: the signature is right, the looks are not vouched for: it was written anew, or added to
	UnknownKey Word = "unknown_key" // the ring does not hold the key, or not for that day
	Unsigned   Word = "unsigned"    // nothing there that proves anything
)

// Names of checks.
const (
	CheckSignature   = "signature"   // by a known key
	CheckContent     = "content"     // the JSON is the one that was signed
	CheckEnvironment = "environment" // production, or the one expected
	CheckOutcome     = "outcome"     // paid, and for the first time
	CheckCreditor    = "creditor"
	CheckInstitute   = "institute"
	CheckService     = "service"
	CheckAmount      = "amount"
	CheckProtocol    = "protocol"
	CheckNotice      = "notice" // check digits, and the IUV in it
	CheckDate        = "date"   // not before the quote
	CheckPSP         = "psp"    // named
	CheckUse         = "use"    // not used for another request
)

// Check is one thing that was looked at, and what was found, in words. It names nobody.
type Check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	pagonline.Text
	code pagonline.Code // of what is not OK; "" is receipt_altered
}

// Verdict says what a receipt is worth, and why.
type Verdict struct {
	Word   Word    `json:"verdict"`
	Checks []Check `json:"checks"`
	// Receipt is what was signed; nil if it is not authentic, if there was nothing but a
	// QR code, or if it is of a later version.
	Receipt *Receipt `json:"receipt,omitempty"`
	// Signed is what the QR code says; nil if its signature does not hold.
	Signed *Payload `json:"signed,omitempty"`
}

// OK reports whether the receipt is authentic and every check holds.
func (v Verdict) OK() bool { return v.Err() == nil }

// Err returns nil if [Verdict.OK], else why not: an error with
// [pagonline.CodeReceiptAltered], with [pagonline.CodeNotVerified] if there is no
// signature or no key for it, or with the code of the first check that does not hold.
func (v Verdict) Err() error {
	for _, c := range v.Checks {
		if !c.OK {
			err := pagonline.NewError(cmp.Or(c.code, pagonline.CodeReceiptAltered)).At(c.Name)
			err.Text = c.Text
			return err
		}
	}
	switch v.Word {
	case Authentic:
		return nil
	case Altered, Resaved:
		return pagonline.NewError(pagonline.CodeReceiptAltered)
	default:
		return pagonline.NewError(pagonline.CodeNotVerified)
	}
}

// LogValue gives the log the word, and the names of the checks that do not hold.
func (v Verdict) LogValue() slog.Value {
	var failed []string
	for _, c := range v.Checks {
		if !c.OK {
			failed = append(failed, c.Name)
		}
	}
	return slog.GroupValue(slog.String("verdict", string(v.Word)), slog.Any("failed", failed))
}

func (v *Verdict) pass(name, it, en string) {
	v.Checks = append(v.Checks, Check{Name: name, OK: true, Text: pagonline.Text{It: it, En: en}})
}

func (v *Verdict) fail(name string, code pagonline.Code, it, en string) {
	v.Checks = append(v.Checks, Check{Name: name, Text: pagonline.Text{It: it, En: en}, code: code})
}

// refuse gives the verdict that needs no further looking.
func (v Verdict) refuse(w Word, name, it, en string) Verdict {
	code := pagonline.CodeNotVerified
	if w == Altered {
		code = pagonline.CodeReceiptAltered
	}
	v.fail(name, code, it, en)
	v.Word = w
	return v
}

// Verify looks at the canonical JSON of a receipt and the text of its QR code. Public
// keys are all it needs, neither network nor clock. Without JSON (nil) it is the paper
// that is verified: then institute and service are not known, and the protocol is where
// the code has it; what is wanted and not known is a check that does not hold. Without a
// text ("") the receipt is unsigned.
//
// It changes nothing. Whether the receipt was used before, [Verdict.CheckUse] looks up.
func Verify(canonical []byte, qr string, keys KeyRing, want Expectations) Verdict {
	v := Verdict{Checks: []Check{}}
	if qr == "" {
		return v.refuse(Unsigned, CheckSignature, "La ricevuta non è firmata.", "The receipt is not signed.")
	}
	p, err := ParsePayload(qr)
	if err != nil {
		return v.refuse(Altered, CheckSignature, "Il codice QR non è quello di una ricevuta firmata.", "The QR code is not that of a signed receipt.")
	}
	key, known := keys.Find(p.Key)
	switch id := string(p.Key); {
	case !known:
		return v.refuse(UnknownKey, CheckSignature, "Chiave sconosciuta: "+id+".", "Unknown key: "+id+".")
	case !ed25519.Verify(key.Key, []byte(p.signed()), p.signature[:]):
		return v.refuse(Altered, CheckSignature, "La firma non vale per questi dati.", "The signature is not of these data.")
	case !key.covers(p.PaidOn):
		return v.refuse(UnknownKey, CheckSignature,
			"La chiave "+id+" non era più in uso alla data del pagamento.", "The key "+id+" was out of use on the day of the payment.")
	default:
		v.pass(CheckSignature, "Firma valida, chiave "+id+".", "Valid signature, key "+id+".")
	}
	v.Signed, v.Word = &p, Authentic
	if canonical != nil {
		v = v.content(canonical)
	}
	if v.Word != Authentic {
		return v
	}
	v.compare(want)
	return v
}

// content compares the JSON with what was signed.
func (v Verdict) content(canonical []byte) Verdict {
	if subtle.ConstantTimeCompare(hash128(canonical), v.Signed.hash[:]) != 1 {
		return v.refuse(Altered, CheckContent, "I dati non sono quelli firmati.", "The data are not those that were signed.")
	}
	r, err := Parse(canonical)
	if err != nil {
		v.fail(CheckContent, pagonline.CodeNotVerified,
			"I dati sono quelli firmati, ma di una versione che questo programma non legge.",
			"The data are those that were signed, but of a version that this program does not read.")
		return v
	}
	if text, err := unsignedPayload(r, v.Signed.Key, canonical); err != nil || text != v.Signed.signed() {
		return v.refuse(Altered, CheckContent, "Dati e codice QR non concordano.", "Data and QR code do not agree.")
	}
	v.Receipt = &r
	v.pass(CheckContent, "I dati sono quelli firmati.", "The data are those that were signed.")
	return v
}

// VerifySignedJSON is [Verify] for a file that [Proof.SignedJSON] wrote. The bare JSON of a
// receipt is unsigned.
func VerifySignedJSON(file []byte, keys KeyRing, want Expectations) Verdict {
	p, err := ParseSignedJSON(file)
	if err == nil {
		return Verify(p.JSON, p.QR, keys, want)
	}
	v := Verdict{Checks: []Check{}}
	if _, err := Parse(file); err == nil && !hasProof(file) {
		return Verify(file, "", keys, want)
	}
	return v.refuse(Altered, CheckContent, "Il file non è una ricevuta come fu emessa.", "The file is not a receipt as it was issued.")
}

// hasProof tells a receipt from a document that was written anew.
func hasProof(file []byte) bool {
	var members map[string]json.RawMessage
	return json.NewDecoder(bytes.NewReader(file)).Decode(&members) == nil && members["proof"] != nil
}
