package stamp

import (
	"errors"
	"fmt"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// FaultError says what is wrong with a stamp, in a short code that stays. The errors of this
// package wrap it: errors.Is(err, stamp.ErrSignature).
type FaultError string

// The faults.
const (
	ErrUnreadable  FaultError = "unreadable"  // not a stamp, or not in the form of one
	ErrAmount      FaultError = "amount"      // no amount, or not the one that was paid
	ErrType        FaultError = "type"        // a type other than 01
	ErrHash        FaultError = "hash"        // of another document, or not a SHA-256
	ErrSignature   FaultError = "signature"   // altered, or signed in a way that is not accepted
	ErrCertificate FaultError = "certificate" // signed by one who may not sell stamps
	ErrExpired     FaultError = "expired"     // with a certificate not valid at the time of purchase
	ErrFuture      FaultError = "future"      // bought later than now
)

var texts = map[FaultError]pagonline.Text{
	ErrUnreadable:  {It: "marca da bollo digitale non leggibile", En: "unreadable digital stamp"},
	ErrAmount:      {It: "importo della marca da bollo digitale errato", En: "wrong amount of the digital stamp"},
	ErrType:        {It: "tipo di marca da bollo digitale non previsto", En: "unexpected type of digital stamp"},
	ErrHash:        {It: "la marca da bollo digitale non è di questo documento", En: "the digital stamp is not for this document"},
	ErrSignature:   {It: "firma della marca da bollo digitale non valida", En: "invalid signature of the digital stamp"},
	ErrCertificate: {It: "firmatario della marca da bollo digitale non riconosciuto", En: "unknown signer of the digital stamp"},
	ErrExpired:     {It: "certificato della marca da bollo digitale scaduto all'acquisto", En: "certificate of the digital stamp not valid when it was bought"},
	ErrFuture:      {It: "marca da bollo digitale con data futura", En: "digital stamp dated in the future"},
}

// Error returns the English text.
func (f FaultError) Error() string { return "stamp: " + texts[f].En }

// StampFault returns the code: by this method callers that do not import this package
// find it, with errors.As.
func (f FaultError) StampFault() string { return string(f) }

// bad makes the public error of a fault; cause, if any, is for the log.
func bad(f FaultError, cause error) error {
	detail := error(f)
	if cause != nil {
		detail = fmt.Errorf("%w: %w", f, cause)
	}
	return pagonline.NewError(pagonline.CodeInputSyntax, texts[f]).Because(detail)
}

// FaultCode returns the code of the fault in err, such as "signature": what a receipt
// keeps as its stamp's fault. It is "" for nil, and [payment.StampUnchecked] for errors
// that say nothing of the stamp, such as that of a context that was cancelled.
func FaultCode(err error) string {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[FaultError](err); ok {
		return string(f)
	}
	return payment.StampUnchecked
}
