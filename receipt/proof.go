package receipt

import (
	"bytes"
	"context"
	"log/slog"
	"slices"

	"github.com/pagonline/pagonline"
)

// Proof is a receipt that was signed: what goes on the page, into the file and on the
// telephone.
type Proof struct {
	// JSON is the canonical JSON of the receipt. It is bound byte by byte.
	JSON []byte
	// QR is the text of the QR code; see [Payload].
	QR string
	// Code is the verification code, for the telephone.
	Code Code
	// Key is the name of the key that signed.
	Key KeyID
}

// Sign signs a receipt. The same receipt and key give the same proof. Its error has
// [pagonline.CodeRequiredField] or [pagonline.CodeFiscalCode] where IUV, IUR, instant or
// the creditor's fiscal code are missing, [pagonline.CodeInputSyntax] where the ring has
// no key that signs or one that ended before the payment; else it is the signer's own.
func (k KeyRing) Sign(r Receipt) (Proof, error) {
	key, ok := k.Find(k.signing)
	if !ok || k.sign == nil {
		return Proof{}, badKey("manca la chiave che firma", "no key that signs")
	}
	json, err := r.Canonical()
	if err != nil {
		return Proof{}, err
	}
	text, err := unsignedPayload(r, k.signing, json)
	if err != nil {
		return Proof{}, err
	}
	if !key.covers(pagonline.DateOf(r.PaidAt)) {
		return Proof{}, badKey("chiave non più in uso alla data del pagamento", "key out of use on the day of the payment")
	}
	signature, err := k.sign([]byte(text))
	if err != nil {
		return Proof{}, err
	}
	text += "/" + string(append41(nil, signature))
	return Proof{JSON: json, QR: text, Code: codeOf(text), Key: k.signing}, nil
}

// LogValue gives the log the key and the code.
func (p Proof) LogValue() slog.Value {
	return slog.GroupValue(slog.String("key", string(p.Key)), slog.String("code", p.Code.String()))
}

const (
	fileCode      = `{"proof":{"code":"`
	fileQR        = `","qr":"`
	fileReceipt   = `"},"receipt":`
	fileEnd       = `}`
	maxSignedJSON = maxJSON + 1024
)

// SignedJSON returns the proof as one file, to attach and to keep: itself canonical JSON,
//
//	{"proof":{"code":"…","qr":"R1/…"},"receipt":{…}}
//
// with the signed bytes as they are.
func (p Proof) SignedJSON() []byte {
	return slices.Concat([]byte(fileCode), []byte(p.Code.text), []byte(fileQR), []byte(p.QR), []byte(fileReceipt), p.JSON, []byte(fileEnd))
}

// ParseSignedJSON reads what [Proof.SignedJSON] wrote, to the byte; it does not look at the
// signature, see [VerifySignedJSON]. Its error has [pagonline.CodeInputSyntax], or
// [pagonline.CodeReceiptAltered] if the parts do not belong together.
func ParseSignedJSON(b []byte) (Proof, error) {
	if len(b) > maxSignedJSON {
		return Proof{}, unreadableJSON("ricevuta fuori misura", "receipt out of range")
	}
	code, rest, ok1 := bytes.Cut(b, []byte(fileQR))
	code, ok2 := bytes.CutPrefix(code, []byte(fileCode))
	qr, json, ok3 := bytes.Cut(rest, []byte(fileReceipt))
	json, ok4 := bytes.CutSuffix(json, []byte(fileEnd))
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return Proof{}, unreadableJSON("non è una ricevuta firmata", "not a signed receipt")
	}
	payload, err := ParsePayload(string(qr))
	if err != nil || payload.Code().String() != string(code) {
		return Proof{}, pagonline.NewError(pagonline.CodeReceiptAltered).At("qr")
	}
	return Proof{JSON: bytes.Clone(json), QR: payload.String(), Code: payload.Code(), Key: payload.Key}, nil
}

// Sealer puts the institute's electronic seal on a PDF (PAdES, ETSI EN 319 142), where it
// has a certificate for it. This module has no implementation: the signed QR code needs
// none.
type Sealer interface {
	// Seal returns the document with an incremental update behind it: doc is a prefix of
	// what it returns. Who verifies the sealed file is told [Resaved]: the signature holds
	// and what was issued is whole, but what an update adds, a program that knows no seals
	// cannot judge. So the seal is verified by what knows it, and the document that was
	// sealed, by itself, is [Authentic].
	Seal(ctx context.Context, doc []byte) ([]byte, error)
}
