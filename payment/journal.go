package payment

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// JournalEntry is one row of the event journal (giornale degli eventi; SANP 3.12,
// appendix of that name): a message that came or went. It holds codes, sizes and
// hashes, and names no person; see [Cashier.AppendJournal].
//
// As JSON it has the names that SANP gives the fields, all of them, always.
type JournalEntry struct {
	ID   int64 `json:"-"` // given by the store
	Seal int64 `json:"-"` // the seal that covers it, 0 if none does yet

	At          time.Time         `json:"eventDateTime"`                    // UTC, to the millisecond
	Creditor    string            `json:"domainIdentifier"`                 // fiscal code, 11 digits
	IUV         string            `json:"uniquePaymentIdentifier"`          // "" if it is not known
	Token       string            `json:"paymentContextCode"`               // payment token, receipt id, CCP
	Notice      string            `json:"noticeNumber"`                     // as it was said, right or wrong; "" if it could not be read
	PSP         string            `json:"paymentServiceProviderIdentifier"` // idPSP
	PaymentType string            `json:"paymentType"`                      // as in "CP"
	Component   string            `json:"component"`                        // the part that writes, as in "station"
	Category    JournalCategory   `json:"eventCategory"`
	Operation   string            `json:"eventType"` // the message's name, as in "paSendRTV2"
	Subtype     JournalSubtype    `json:"eventSubtype"`
	Requester   string            `json:"requesterIdentifier"` // who asks: the station, broker or PSP
	Responder   string            `json:"responderIdentifier"` // who answers
	Station     string            `json:"paIntermediaryStationIdentifier"`
	Channel     string            `json:"paymentChannel"` // the PSP's
	Parameters  JournalParameters `json:"interfaceSpecificParameters"`
	Outcome     string            `json:"outcome"` // "OK" or "KO"; "" for a request
}

// JournalCategory says whether somebody else saw the event.
type JournalCategory string

// The categories.
const (
	Interface JournalCategory = "INTERFACE" // a message between two parties
	Internal  JournalCategory = "INTERNAL"  // a step of our own
)

// JournalSubtype is the half of a call that an entry tells.
type JournalSubtype string

// The halves.
const (
	Request  JournalSubtype = "REQ"
	Response JournalSubtype = "RESP"
)

// JournalParameters tie an entry to its message, of which they hold nothing.
type JournalParameters struct {
	Size    int    `json:"size,omitempty"`       // bytes of the message
	SHA256  string `json:"sha256,omitempty"`     // of the message, 64 hexadecimal digits
	Answers string `json:"answers,omitempty"`    // of a response: the SHA256 of its request
	Status  int    `json:"httpStatus,omitempty"` // of a response
	Fault   string `json:"fault,omitempty"`      // as in "PAA_PAGAMENTO_SCONOSCIUTO"
	Detail  string `json:"detail,omitempty"`     // a code of ours, as in "repeat", or the path of the element that is refused
}

// WithMessage returns e with the size and the hash of its message, the very bytes that
// came or went.
func (e JournalEntry) WithMessage(message []byte) JournalEntry {
	digest := sha256.Sum256(message)
	e.Parameters.Size, e.Parameters.SHA256 = len(message), hex.EncodeToString(digest[:])
	return e
}

// Answer returns the entry of the response to the request e: the same payment and
// parties, the response's instant, message and outcome. Fault and status may be added.
func (e JournalEntry) Answer(at time.Time, message []byte, outcome string) JournalEntry {
	e.Parameters = JournalParameters{Answers: e.Parameters.SHA256}
	e.At, e.Subtype, e.Outcome = at, Response, outcome
	return e.WithMessage(message)
}

// journalInstant is how SANP writes instants: ISO 8601, milliseconds, GMT.
const journalInstant = "2006-01-02T15:04:05.000Z"

// MarshalJSON returns one line, always the same for the same entry.
func (e JournalEntry) MarshalJSON() ([]byte, error) {
	type plain JournalEntry
	return json.Marshal(struct {
		At string `json:"eventDateTime"`
		plain
	}{e.At.UTC().Format(journalInstant), plain(e)})
}

// Digest returns the SHA-256 of the entry's JSON, which is what a seal holds of it.
func (e JournalEntry) Digest() Digest {
	line, err := e.MarshalJSON()
	if err != nil {
		return Digest{} // strings and numbers: it cannot fail
	}
	return sha256.Sum256(line)
}
