package wire

import (
	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// PSPOperation names a call of a PSP to the node.
type PSPOperation string

// The operations that the node serves for PSPs (nodeForPsp.wsdl).
const (
	PSPVerify     PSPOperation = "verifyPaymentNotice"
	PSPActivate   PSPOperation = "activatePaymentNoticeV2"
	PSPActivateV1 PSPOperation = "activatePaymentNotice"
	PSPOutcome    PSPOperation = "sendPaymentOutcomeV2"
	PSPOutcomeV1  PSPOperation = "sendPaymentOutcome"
)

// forPSP is what a PSP says to the node.
var forPSP = schema{"nod", "http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd"}

// pspRoots are the elements of requests and answers.
var pspRoots = []struct {
	operation         PSPOperation
	request, response string
}{
	{PSPVerify, "verifyPaymentNoticeReq", "verifyPaymentNoticeRes"},
	{PSPActivate, "activatePaymentNoticeV2Request", "activatePaymentNoticeV2Response"},
	{PSPActivateV1, "activatePaymentNoticeReq", "activatePaymentNoticeRes"},
	{PSPOutcome, "sendPaymentOutcomeV2Request", "sendPaymentOutcomeV2Response"},
	{PSPOutcomeV1, "sendPaymentOutcomeReq", "sendPaymentOutcomeRes"},
}

// Known reports whether the operation is one of them.
func (o PSPOperation) Known() bool {
	for _, known := range pspRoots {
		if known.operation == o {
			return true
		}
	}
	return false
}

// PSPRequest is a call of a PSP. Which fields there are depends on the operation.
type PSPRequest struct {
	Operation PSPOperation
	PSP       string
	Broker    string
	Channel   string
	Password  string

	IdempotencyKey string // activate, outcome; "" for none

	// Verify, activate: the notice.
	FiscalCode string
	Number     string // 18 digits

	// Activate.
	Life       *int64 // of the token to come, in milliseconds (expirationTime)
	Amount     euro.Amount
	DueDate    pagonline.Date
	Note       string
	Method     string // V2: as in "CP"
	TouchPoint string // V2: as in "PSP"

	// Outcome.
	Tokens  []string // 1 to 5; V1: one
	Paid    bool
	Details *PSPDetails
}

// PSPDetails is how a payment was made.
type PSPDetails struct {
	Method      string // cash, creditCard, bancomat, other
	Channel     string
	Fee         euro.Amount
	CreditorFee *euro.Amount // this and the bundles, and the stamps: V2
	Bundle      string
	CIBundle    string
	Payer       *payment.Subject
	AppliedOn   pagonline.Date
	TransferOn  pagonline.Date
	Stamps      []PSPStamp
}

// PSPStamp is a digital stamp that was sold.
type PSPStamp struct {
	Token    string
	Transfer int
	Stamp    []byte
}

// PSPResponse is an answer of the node: a fault, or what the operation asks for, all of
// which is optional to the schema.
type PSPResponse struct {
	Operation PSPOperation
	Fault     *PSPFault

	Options []PSPOption // verify: 1 to 5 ways to pay

	// Verify, activate.
	Description string
	FiscalCode  string
	Company     string
	Office      string
	StandIn     bool // ACA has answered for the station

	// Activate.
	Amount    *euro.Amount
	Token     string
	Transfers []Transfer
	Metadata  []payment.MetadataEntry // this and what follows but the IUV: V2
	IUV       string
	UserFee   *euro.Amount // suggested
	PAFee     *euro.Amount
	Bundle    string
	CIBundle  string
	AllCCP    bool
}

// PSPFault is why the node says no. The original fault is the station's own.
type PSPFault struct {
	Code                string
	String              string
	ID                  string
	Description         string
	Serial              *int64
	OriginalCode        string
	OriginalString      string
	OriginalDescription string
}

// PSPOption is one way to pay a notice.
type PSPOption struct {
	Amount  euro.Amount
	Options string // EQ, LS, GT or ANY: what else may be paid
	DueDate pagonline.Date
	Note    string
}

// DecodePSPRequest reads a call of a PSP. Its error is that of [DecodeRequest].
func DecodePSPRequest(body []byte) (PSPRequest, error) {
	var r PSPRequest
	err := decode(body, forPSP, func(c *codec, root string) bool {
		for _, known := range pspRoots {
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

// DecodePSPResponse reads the node's answer to an operation. Its error is that of
// [DecodeRequest].
func DecodePSPResponse(body []byte, operation PSPOperation) (PSPResponse, error) {
	r := PSPResponse{Operation: operation}
	err := decode(body, forPSP, func(c *codec, root string) bool {
		for _, known := range pspRoots {
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
func (r PSPRequest) Append(b []byte) []byte {
	for _, known := range pspRoots {
		if known.operation == r.Operation {
			return encode(b, forPSP, known.request, r.fields)
		}
	}
	return b
}

// Append appends the answer as a SOAP envelope.
func (r PSPResponse) Append(b []byte) []byte {
	for _, known := range pspRoots {
		if known.operation == r.Operation {
			return encode(b, forPSP, known.response, r.fields)
		}
	}
	return b
}
