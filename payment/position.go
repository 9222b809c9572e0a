package payment

import (
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// Key names a position: the creditor's fiscal code (11 digits) and the notice number.
type Key struct {
	Creditor string        `json:"creditor"`
	Number   notice.Number `json:"number"`
}

// String returns both, with a slash between.
func (k Key) String() string { return k.Creditor + "/" + k.Number.String() }

// Position is one payment notice of a debt (posizione debitoria).
type Position struct {
	Key
	Status Status `json:"status"`
	// Owner is whose purchase it is: an opaque id, "" for nobody's.
	Owner string `json:"owner,omitempty"`
	// Debt (IUPD) is shared by the positions of one debt. Option tells them apart: 0
	// is the single payment, 1, 2, … are the instalments of a plan. Of each there is
	// at most one that is not cancelled.
	Debt   string `json:"debt"`
	Option int    `json:"option,omitempty"`

	Company  string       `json:"company"` // the creditor's name
	Office   string       `json:"office"`  // the institute's
	Debtor   Subject      `json:"debtor"`
	Wire     causale.Wire `json:"wire"`     // what is said on the wire
	Purchase Purchase     `json:"purchase"` // what was bought, as it was then
	// Metadata go to the node with the notice and come back in the receipt: at most 15,
	// keys and values of 1 to 140 characters, nobody named in them.
	Metadata []MetadataEntry `json:"metadata,omitempty"`
	Terms

	OpenedAt  time.Time `json:"openedAt"`
	PaidAt    time.Time `json:"paidAt,omitzero"`     // of the receipt that paid it
	ReceiptID string    `json:"receiptId,omitempty"` // of the same
}

// Terms are what may still change while a position is not paid.
type Terms struct {
	// Transfers are the shares of the beneficiaries, 1 to 5.
	Transfers []Transfer `json:"transfers"`
	// DueDate is the day by which payment is asked for. It can be paid afterwards.
	DueDate pagonline.Date `json:"dueDate"`
	// RefuseLate refuses payment after DueDate.
	RefuseLate bool `json:"refuseLate,omitempty"`
}

// Transfer is the share of one beneficiary: money to an IBAN, or one digital stamp.
type Transfer struct {
	Amount   euro.Amount `json:"amount"`
	Creditor string      `json:"creditor"` // fiscal code of who gets it, 11 digits
	Company  string      `json:"company,omitempty"`
	IBAN     string      `json:"iban,omitempty"`
	// PostalIBAN is the beneficiary's account at the post office, if he has one beside
	// IBAN. Where it is his only one, it stands in IBAN.
	PostalIBAN string `json:"postalIban,omitempty"`
	Stamp      *Stamp `json:"stamp,omitempty"`
	Category   string `json:"category"` // taxonomy code, as in "9/0701100AP/"
	// Metadata are as those of [Position], but for the key IBANAPPOGGIO, which the
	// station writes, and which takes the place of one where there is a PostalIBAN.
	Metadata []MetadataEntry `json:"metadata,omitempty"`
}

// Postal returns the IBAN of the beneficiary's postal account, "" if he has none.
func (t Transfer) Postal() string {
	switch {
	case t.PostalIBAN != "":
		return t.PostalIBAN
	case isPostal(t.IBAN):
		return t.IBAN
	default:
		return ""
	}
}

// isPostal reports whether an IBAN is of an account at the post office, whose bank
// code (ABI) is 07601.
func isPostal(s string) bool { return len(s) == 27 && s[:2] == "IT" && s[5:10] == "07601" }

// Stamp asks for a digital revenue stamp (marca da bollo, type 01).
type Stamp struct {
	Hash     string `json:"hash"`     // base64 of the document's SHA-256
	Province string `json:"province"` // of residence, as in "LI"
}

// Purchase is what the payer bought, as the catalogue said it at that time.
type Purchase struct {
	InstituteCode string           `json:"instituteCode"`
	Institute     string           `json:"institute"`
	ServiceCode   string           `json:"serviceCode"`
	Service       string           `json:"service"`
	Quantity      int              `json:"quantity"`
	UnitPrice     euro.Amount      `json:"unitPrice"`
	Protocol      causale.Protocol `json:"protocol"`
	Detail        causale.Detail   `json:"detail"` // may name people: never on the wire
}

// SubjectKind tells natural from legal persons, as the schemas do.
type SubjectKind string

// The kinds of subjects.
const (
	Natural SubjectKind = "F"
	Legal   SubjectKind = "G"
)

// Anonymous is the code of a debtor or payer who has no Italian fiscal code.
const Anonymous = "ANONIMO"

// Subject is a debtor or a payer. It names a person: the log gets its kind only.
type Subject struct {
	Kind       SubjectKind `json:"kind"`
	Code       string      `json:"code"` // fiscal code, 2 to 16 characters, or ANONIMO
	Name       string      `json:"name"` // 1 to 70 characters
	Street     string      `json:"street,omitempty"`
	Civic      string      `json:"civic,omitempty"`
	PostalCode string      `json:"postalCode,omitempty"`
	City       string      `json:"city,omitempty"`
	Province   string      `json:"province,omitempty"`
	Country    string      `json:"country,omitempty"` // ISO 3166, two capitals
	Email      string      `json:"email,omitempty"`
}

// LogValue gives the log the kind.
func (s Subject) LogValue() slog.Value { return slog.StringValue("subject " + string(s.Kind)) }

// LogValue gives the log the key and the state.
func (p Position) LogValue() slog.Value {
	return slog.GroupValue(slog.String("key", p.String()), slog.String("status", string(p.Status)))
}

// LogValue gives the log the codes of institute and service.
func (p Purchase) LogValue() slog.Value {
	return slog.StringValue(p.InstituteCode + "/" + p.ServiceCode)
}

// Amount returns what is due: the sum of the transfers.
func (t Terms) Amount() euro.Amount {
	var sum euro.Amount
	for _, transfer := range t.Transfers {
		sum, _ = sum.Add(transfer.Amount) // Open and Update refuse what does not fit
	}
	return sum
}

// clone returns a copy of t that shares nothing with it.
func (t Terms) clone() Terms {
	t.Transfers = slices.Clone(t.Transfers)
	for i := range t.Transfers {
		transfer := &t.Transfers[i]
		transfer.Metadata = entries(transfer.Metadata)
		if transfer.Stamp != nil {
			stamp := *transfer.Stamp
			transfer.Stamp = &stamp
		}
	}
	return t
}

// With returns the position with other terms, which are checked as [Cashier.Update]
// checks them. It is for who asks what is due today and changes nothing; t is copied.
func (p Position) With(t Terms) (Position, error) {
	p.Terms = t.clone()
	return p, p.validate()
}

// Late reports whether now is past the due date.
func (t Terms) Late(now time.Time) bool {
	return !t.DueDate.IsZero() && !now.Before(t.DueDate.End())
}

// LastDay returns the last day on which the position can be paid, none if it can be paid
// later too. It says nothing about the state.
func (t Terms) LastDay() pagonline.Date {
	if !t.RefuseLate {
		return pagonline.Date{}
	}
	return t.DueDate
}

// Payable returns nil if p can be paid now, else [ErrUnknown], [ErrPaid], [ErrExpired]
// or [ErrCancelled]. It does not look at the debt's other positions; see
// [Cashier.Payable].
func (p Position) Payable(now time.Time) error {
	switch {
	case p.Status.Settled():
		return ErrPaid
	case p.Status == Cancelled:
		return ErrCancelled
	case p.Status == Expired, p.Status == Open && p.RefuseLate && p.Late(now):
		return ErrExpired
	case p.Status == Open:
		return nil
	default:
		return ErrUnknown
	}
}

// alternative reports whether only one of both can be paid: the single payment of a debt
// or its instalments.
func (p Position) alternative(q Position) bool { return (p.Option == 0) != (q.Option == 0) }

// move takes the position to a state that may follow its own.
func (p *Position) move(to Status) error {
	if !slices.Contains(nextStatus[p.Status], to) {
		return fmt.Errorf("%w: %s to %s", ErrState, p.Status, to)
	}
	p.Status = to
	return nil
}

// Description returns the reason as free text, for descriptions and subjects.
func (p Position) Description() (string, error) {
	r, err := p.Wire.Free()
	return r.String(), err
}

// QR returns what the notice's QR code says.
func (p Position) QR() notice.QR {
	return notice.QR{Number: p.Number, Creditor: p.Creditor, Cents: p.Amount().Cents()}
}
