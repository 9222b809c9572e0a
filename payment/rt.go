package payment

import (
	"log/slog"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// RT is the receipt that pagoPA sends for a payment (ricevuta telematica; ctReceipt
// and ctReceiptV2 of the schemas). It is keyed by the creditor that receives it and
// the receipt id; one payment of several beneficiaries gives each of them one.
type RT struct {
	Creditor  string `json:"creditor"`  // who receives it, 11 digits
	ReceiptID string `json:"receiptId"` // IUR, also the payment token

	Issuer      string        `json:"issuer"` // whose notice it is, 11 digits
	Number      notice.Number `json:"number"`
	IUV         string        `json:"iuv"`
	OK          bool          `json:"ok"` // outcome
	Amount      euro.Amount   `json:"amount"`
	Description string        `json:"description"`
	Company     string        `json:"company"`
	Office      string        `json:"office,omitempty"`
	Debtor      Subject       `json:"debtor"`
	Payer       *Subject      `json:"payer,omitempty"`
	Transfers   []Credit      `json:"transfers"`
	PSP         PSPInfo       `json:"psp"`
	Method      string        `json:"method,omitempty"`
	Fee         *euro.Amount  `json:"fee,omitempty"` // what the PSP took from the payer
	// PaidAt is the instant of the payment, zero if the receipt has none. The dates
	// are of its application and of the transfer to come.
	PaidAt         time.Time       `json:"paidAt,omitzero"`
	AppliedOn      pagonline.Date  `json:"appliedOn"`
	TransferOn     pagonline.Date  `json:"transferOn"`
	Metadata       []MetadataEntry `json:"metadata,omitempty"`
	StandIn        bool            `json:"standIn,omitempty"` // paid while the station was not asked
	Note           string          `json:"note,omitempty"`    // paymentNote, V2 only: the order
	CreditorFee    *euro.Amount    `json:"creditorFee,omitempty"`
	Bundle         string          `json:"bundle,omitempty"`
	CreditorBundle string          `json:"creditorBundle,omitempty"`

	// Operation and Raw are the message it came in, kept as evidence.
	Operation string `json:"operation"`
	Raw       []byte `json:"-"`

	// Set by [Cashier.Record].
	ReceivedAt time.Time `json:"receivedAt"`
	// Second marks a receipt for a notice that another one had paid: to refund.
	Second bool `json:"second,omitempty"`
	// Difference is what was paid less what was due when it came.
	Difference euro.Delta `json:"difference"`
}

// OperationBizEvents is the Operation of a receipt that was asked of biz-events because
// it never came.
const OperationBizEvents = "biz-events"

// recovers reports whether one of both receipts was asked of biz-events, which does not
// have all of their fields, and both are of the same payment.
func (r RT) recovers(o RT) bool {
	return (r.Operation == OperationBizEvents) != (o.Operation == OperationBizEvents) &&
		r.Creditor == o.Creditor && r.ReceiptID == o.ReceiptID && r.Issuer == o.Issuer && r.Number == o.Number &&
		r.IUV == o.IUV && r.OK == o.OK && r.Amount == o.Amount &&
		slices.EqualFunc(r.Transfers, o.Transfers, func(a, b Credit) bool {
			return a.ID == b.ID && a.Amount == b.Amount && a.Creditor == b.Creditor
		})
}

// LogValue gives the log the position and the receipt's id.
func (r RT) LogValue() slog.Value {
	return slog.GroupValue(slog.String("position", r.PositionKey().String()), slog.String("id", JournalCode(r.ReceiptID)))
}

// Credit is the share of one beneficiary in an [RT].
type Credit struct {
	ID       int         `json:"id"` // 1..5
	Amount   euro.Amount `json:"amount"`
	Creditor string      `json:"creditor"`
	Company  string      `json:"company,omitempty"`
	IBAN     string      `json:"iban,omitempty"`
	Stamp    []byte      `json:"stamp,omitempty"` // MBDAttachment: the stamp itself
	// StampFault says, in one word, what the station found wrong with the stamp. It is
	// no part of the message: [RT.Same] does not look at it.
	StampFault string          `json:"stampFault,omitempty"`
	Remittance string          `json:"remittance"`
	Category   string          `json:"category"`
	Metadata   []MetadataEntry `json:"metadata,omitempty"`
}

// PSPInfo names who took the payment.
type PSPInfo struct {
	ID                 string `json:"id"`
	FiscalCode         string `json:"fiscalCode,omitempty"`
	VAT                string `json:"vat,omitempty"`
	Company            string `json:"company"`
	Channel            string `json:"channel"`
	ChannelDescription string `json:"channelDescription"`
}

// MetadataEntry is one mapEntry of a message's metadata.
type MetadataEntry struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// PositionKey returns the key of the position that the receipt is about.
func (r RT) PositionKey() Key { return Key{Creditor: r.Issuer, Number: r.Number} }

// Same reports whether both receipts say the same payment: they are equal in the
// fields that both versions of the message have, for pagoPA may send one as V1 and
// as V2.
func (r RT) Same(o RT) bool {
	return r.Creditor == o.Creditor && r.ReceiptID == o.ReceiptID &&
		r.Issuer == o.Issuer && r.Number == o.Number && r.IUV == o.IUV && r.OK == o.OK &&
		r.Amount == o.Amount && r.Description == o.Description &&
		r.Company == o.Company && r.Office == o.Office && r.Debtor == o.Debtor &&
		equalPointers(r.Payer, o.Payer) && sameCredits(r.Transfers, o.Transfers) &&
		r.PSP == o.PSP && r.Method == o.Method && equalPointers(r.Fee, o.Fee) &&
		r.PaidAt.Equal(o.PaidAt) && r.AppliedOn == o.AppliedOn && r.TransferOn == o.TransferOn &&
		slices.Equal(r.Metadata, o.Metadata) && r.StandIn == o.StandIn
}

func equalPointers[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

func sameCredits(a, b []Credit) bool {
	return slices.EqualFunc(a, b, func(a, b Credit) bool {
		return a.ID == b.ID && a.Amount == b.Amount && a.Creditor == b.Creditor && a.IBAN == b.IBAN &&
			a.Remittance == b.Remittance && a.Category == b.Category && slices.Equal(a.Metadata, b.Metadata)
	})
}

// consistent checks what must hold between the fields of a receipt: the shares add
// up, and the reference is the notice's.
func (r RT) consistent() bool {
	var sum euro.Total
	for _, c := range r.Transfers {
		var err error
		if sum, err = sum.Add(c.Amount); err != nil {
			return false
		}
	}
	return len(r.Transfers) > 0 && sum.Cents() == r.Amount.Cents() &&
		(r.Issuer != r.Creditor || r.IUV == r.Number.IUV().String())
}
