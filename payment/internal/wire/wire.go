// Package wire holds the SOAP messages between node and station (paForNode.xsd), as
// types, and reads and writes them: cardinality, order and facets as the schema has
// them, unknown and foreign elements refused.
//
// It reads the spelling "standin" of the SANP's samples beside the schema's "standIn",
// and writes the schema's.
package wire

import (
	"errors"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

// Operation names a call of the node.
type Operation string

// The operations that a station serves.
const (
	Verify     Operation = "paVerifyPaymentNotice"
	GetPayment Operation = "paGetPaymentV2"
	SendRT     Operation = "paSendRTV2"
)

// roots are the elements of requests and answers.
var roots = []struct {
	operation         Operation
	request, response string
}{
	{Verify, "paVerifyPaymentNoticeReq", "paVerifyPaymentNoticeRes"},
	{GetPayment, "paGetPaymentV2Request", "paGetPaymentV2Response"},
	{SendRT, "paSendRTV2Request", "paSendRTV2Response"},
}

// ErrEnvelope says that a document is well-formed and no SOAP 1.1 envelope with one
// known message in it.
var ErrEnvelope = errors.New("wire: not a SOAP envelope with a known message")

// FieldError says which element of a well-formed message is missing, misplaced or out
// of form, and not what stood in it.
type FieldError struct{ Path string }

func (e *FieldError) Error() string { return "wire: element " + e.Path }

// Request is a call of the node. Which fields there are depends on the operation.
type Request struct {
	Operation Operation
	PA        string // idPA: the creditor that is asked
	Broker    string
	Station   string

	// Verify, GetPayment: the notice.
	FiscalCode string
	Number     string // 18 digits

	// GetPayment.
	Amount       *euro.Amount // information only
	Note         string
	TransferType string
	DueDate      pagonline.Date

	// SendRT; its number is in Number, Creditor is not set.
	RT payment.RT
}

// Response is an answer of the station: a fault, or what the operation asks for.
type Response struct {
	Operation Operation
	Fault     *Fault
	Due       *Due     // Verify
	Payment   *Payment // GetPayment
}

// Fault is why a station says no.
type Fault struct {
	Code        string
	String      string
	ID          string
	Description string
}

// Due is what is to be paid.
type Due struct {
	Amount      euro.Amount
	DueDate     pagonline.Date
	Detail      string
	AllCCP      bool // every transfer can go to a postal account
	Description string
	FiscalCode  string
	Company     string
	Office      string
}

// Payment is what an activated notice pays for.
type Payment struct {
	IUV         string
	Amount      euro.Amount
	DueDate     pagonline.Date
	Description string
	Company     string
	Office      string
	Debtor      payment.Subject
	Transfers   []Transfer
	Metadata    []payment.MetadataEntry
}

// Transfer is the share of one beneficiary; Stamp asks for a digital stamp in place of
// an IBAN.
type Transfer struct {
	payment.Credit
	Request *payment.Stamp
}

// DecodeRequest reads a call of the node. Its error is a [*xmlpull.SyntaxError] or
// [ErrEnvelope] for what is no message at all, or a [*FieldError], with which come the
// operation and the fields before it; the rest of the document is well-formed then.
func DecodeRequest(body []byte) (Request, error) {
	var r Request
	err := decode(body, func(c *codec, root string) bool {
		for _, known := range roots {
			if known.request == root {
				r.Operation = known.operation
				r.fields(c)
				return true
			}
		}
		return false
	})
	return r, err
}

// DecodeResponse reads a station's answer to an operation. Its error is that of
// [DecodeRequest].
func DecodeResponse(body []byte, operation Operation) (Response, error) {
	r := Response{Operation: operation}
	err := decode(body, func(c *codec, root string) bool {
		for _, known := range roots {
			if known.response == root && known.operation == operation {
				r.fields(c)
				return true
			}
		}
		return false
	})
	return r, err
}

// Append appends the request as a SOAP envelope.
func (r Request) Append(b []byte) []byte {
	for _, known := range roots {
		if known.operation == r.Operation {
			return encode(b, known.request, r.fields)
		}
	}
	return b
}

// Append appends the answer as a SOAP envelope.
func (r Response) Append(b []byte) []byte {
	for _, known := range roots {
		if known.operation == r.Operation {
			return encode(b, known.response, r.fields)
		}
	}
	return b
}

const (
	soapSpace = "http://schemas.xmlsoap.org/soap/envelope/"
	paSpace   = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"
)

func encode(b []byte, root string, fields func(*codec)) []byte {
	c := &codec{out: append(b, `<?xml version="1.0" encoding="UTF-8"?>`+
		`<soapenv:Envelope xmlns:soapenv="`+soapSpace+`" xmlns:pa="`+paSpace+`"><soapenv:Body><pa:`+root+`>`...)}
	fields(c)
	return append(c.out, `</pa:`+root+`></soapenv:Body></soapenv:Envelope>`...)
}

// decode reads an envelope and hands its payload to message, which reports whether it
// knows the root.
func decode(body []byte, message func(c *codec, root string) bool) error {
	c := &codec{in: xmlpull.New(body, xmlpull.Limits{})}
	known := c.envelope(message)
	field, isField := errors.AsType[*FieldError](c.err)
	if !isField && c.err != nil {
		return c.err
	}
	if !known || isField { // the rest must be XML all the same
		for {
			kind, err := c.in.Next()
			if err != nil {
				return err
			}
			if kind == xmlpull.EOF {
				break
			}
		}
	}
	switch {
	case !known:
		return ErrEnvelope
	case isField:
		return field
	default:
		return nil
	}
}

// envelope reads the document; it reports whether it held a message, whose own error
// is in c.err.
func (c *codec) envelope(message func(c *codec, root string) bool) bool {
	starts := func(space, local string) bool {
		return c.err == nil && c.kind == xmlpull.Start && c.in.Is(space, local)
	}
	c.advance()
	if !starts(soapSpace, "Envelope") {
		return c.broken()
	}
	c.advance()
	if starts(soapSpace, "Header") {
		c.skipElement()
	}
	if !starts(soapSpace, "Body") {
		return c.broken()
	}
	c.advance()
	if c.err != nil || c.kind != xmlpull.Start || string(c.in.Space()) != paSpace {
		return c.broken()
	}
	c.checkAttrs()
	root := string(c.in.Local())
	attrs := c.err
	c.err = nil
	c.advance()
	if !message(c, root) {
		return c.broken()
	}
	if c.err == nil {
		c.err = attrs
	}
	if c.err != nil {
		return true
	}
	if c.kind != xmlpull.End { // more than the message has
		c.fail(string(c.in.Local()))
		return true
	}
	for range 2 { // Body and Envelope
		if c.advance(); c.err != nil || c.kind != xmlpull.End {
			return c.broken()
		}
	}
	if c.advance(); c.err != nil || c.kind != xmlpull.EOF {
		return c.broken()
	}
	return true
}

// broken says that there is no message, whatever else was wrong with its fields.
func (c *codec) broken() bool {
	if _, isField := errors.AsType[*FieldError](c.err); isField {
		c.err = nil
	}
	return false
}

// skipElement moves past the element that starts.
func (c *codec) skipElement() {
	for depth := 1; depth > 0; {
		kind, err := c.in.Next()
		switch {
		case err != nil:
			c.err = err
			return
		case kind == xmlpull.Start:
			depth++
		case kind == xmlpull.End:
			depth--
		}
	}
	c.advance()
}
