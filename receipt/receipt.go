// Package receipt makes what the citizen keeps and the clerk reads: the receipt of a
// payment, from the RT that pagoPA sent and the position it paid. It is written as JSON
// and as plain text, in Italian and English.
//
// # Proof
//
// [KeyRing.Sign] binds a receipt by an Ed25519 signature: the [Proof] has its canonical
// JSON, the text of a QR code and a short code for the telephone. [Verify], for whoever
// holds the public keys, tells offline what was issued from what was changed, compares it
// with the quote ([Expectations]) and says in words what was looked at ([Verdict]).
// [Verdict.Claim] sees to it that a receipt serves one request.
//
//	the file with both       VerifySignedJSON(file, keys, want)
//	JSON and QR code         Verify(json, text, keys, want)
//	the QR code on paper     Verify(nil, text, keys, want)
//	the telephone            ParseCode, compared with the register's
//
// Keys change by [KeyRing.Rotate]; what an old key signed stays authentic as long as its
// public half is in the ring ([ParseKeyRing], [KeyRing.PEM]). [KeyFile] keeps them beside a
// database.
//
// Source of the content: SANP 3.12, payment attestation.
package receipt

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// schemaVersion is raised when a field changes its meaning or goes.
const schemaVersion = 1

// Receipt says that a notice was paid. Its JSON form is stable: amounts are strings,
// instants have the offset of Europe/Rome, absent things are left out.
type Receipt struct {
	SchemaVersion int                 `json:"schemaVersion"`
	Environment   payment.Environment `json:"environment"`

	IUR      string        `json:"iur"` // receiptId
	IUV      string        `json:"iuv"`
	Notice   notice.Number `json:"notice"`
	Creditor Party         `json:"creditor"`
	Debtor   Party         `json:"debtor"`
	Payer    *Party        `json:"payer,omitempty"` // if it is known

	Institute Office           `json:"institute"`
	Service   Office           `json:"service"`
	Quantity  int              `json:"quantity"`
	UnitPrice euro.Amount      `json:"unitPrice"`
	Protocol  causale.Protocol `json:"protocol"`
	Causale   causale.Detail   `json:"causale"` // as the payer gave it

	PaidAt     time.Time      `json:"paidAt"`
	AppliedOn  pagonline.Date `json:"appliedOn,omitzero"`
	TransferOn pagonline.Date `json:"transferOn,omitzero"` // when the creditor gets it
	PSP        Party          `json:"psp"`
	Method     string         `json:"method,omitempty"`
	Items      []Item         `json:"items"`
	Amount     euro.Amount    `json:"amount"` // what the creditor gets
	Fee        *euro.Amount   `json:"fee,omitempty"`
	// Difference is what was paid less what was due, where it is not 0.00.
	Difference euro.Delta `json:"difference,omitzero"`
	// Second marks a payment of a notice that was paid already: it is to be refunded.
	Second bool `json:"second,omitempty"`

	// Rendering says what drew the page that this JSON is attached to; nil if there is
	// none. It is signed with the rest.
	Rendering *Rendering `json:"rendering,omitempty"`
}

// Rendering is what has to be the same for the same page to come out.
type Rendering struct {
	Renderer string   `json:"renderer"` // name and version
	Language string   `json:"language"` // as in "it"
	Fonts    []string `json:"fonts,omitempty"`
}

// Party is a creditor, a person or a PSP. A person without a fiscal code has none.
type Party struct {
	Name       string `json:"name"`
	FiscalCode string `json:"fiscalCode,omitempty"`
}

// LogValue gives the log whether there is a fiscal code: the party may be a person.
func (p Party) LogValue() slog.Value { return slog.BoolValue(p.FiscalCode != "") }

// Office is an institute, or one of its services.
type Office struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Item is the share of one beneficiary.
type Item struct {
	Description string      `json:"description"`
	Amount      euro.Amount `json:"amount"`
	Creditor    string      `json:"creditor"`
	Category    string      `json:"category"`
}

// ErrOther says that an RT is not about the position it is put together with.
var ErrOther = errors.New("receipt: not of this position")

// New makes the receipt of a position from an RT about it. Outside production every
// text of it says that it is a fac-simile. Its error is [ErrOther], or has
// [pagonline.CodeNotPaid] for an RT of a payment that failed.
func New(rt payment.RT, p payment.Position, env payment.Environment) (Receipt, error) {
	switch {
	case rt.PositionKey() != p.Key || rt.Creditor != p.Creditor:
		return Receipt{}, ErrOther
	case !rt.OK:
		return Receipt{}, pagonline.NewError(pagonline.CodeNotPaid)
	}
	if env == "" {
		env = payment.Sandbox
	}
	r := Receipt{
		SchemaVersion: schemaVersion, Environment: env,
		IUR: rt.ReceiptID, IUV: rt.IUV, Notice: rt.Number,
		Creditor: Party{p.Company, p.Creditor}, Debtor: party(rt.Debtor),
		Institute: Office{p.Purchase.InstituteCode, p.Purchase.Institute},
		Service:   Office{p.Purchase.ServiceCode, p.Purchase.Service},
		Quantity:  p.Purchase.Quantity, UnitPrice: p.Purchase.UnitPrice,
		Protocol: p.Purchase.Protocol, Causale: p.Purchase.Detail,
		PaidAt: rt.PaidAt, AppliedOn: rt.AppliedOn, TransferOn: rt.TransferOn,
		PSP: Party{rt.PSP.Company, rt.PSP.FiscalCode}, Method: rt.Method,
		Amount: rt.Amount, Fee: rt.Fee, Difference: rt.Difference, Second: rt.Second,
	}
	if r.PaidAt.IsZero() {
		r.PaidAt = rt.ReceivedAt
	}
	r.PaidAt = r.PaidAt.In(pagonline.Rome())
	if rt.Payer != nil {
		payer := party(*rt.Payer)
		r.Payer = &payer
	}
	for _, t := range rt.Transfers {
		r.Items = append(r.Items, Item{Description: t.Remittance, Amount: t.Amount, Creditor: t.Creditor, Category: t.Category})
	}
	return r, nil
}

func party(s payment.Subject) Party {
	if s.Code == payment.Anonymous {
		return Party{Name: s.Name}
	}
	return Party{Name: s.Name, FiscalCode: s.Code}
}

// Load returns the receipt of one of owner's positions: that of the RT which paid it.
// Its error has [pagonline.CodeNotFound], also for what others or nobody owns, or
// [pagonline.CodeReceiptNotReady] until the RT is there; then one may ask again.
func Load(ctx context.Context, st payment.Store, owner string, k payment.Key, env payment.Environment) (Receipt, error) {
	p, err := st.Positions().Get(ctx, k)
	switch {
	case errors.Is(err, payment.ErrNotFound), err == nil && (p.Owner != owner || owner == ""):
		return Receipt{}, pagonline.NewError(pagonline.CodeNotFound)
	case err != nil:
		return Receipt{}, err
	case !p.Status.Settled():
		return Receipt{}, pagonline.NewError(pagonline.CodeReceiptNotReady)
	}
	rt, err := st.RTs().Get(ctx, p.Creditor, p.ReceiptID)
	if err != nil {
		return Receipt{}, err
	}
	return New(rt, p, env)
}

// LogValue gives the log the receipt's id.
func (r Receipt) LogValue() slog.Value { return slog.StringValue(payment.JournalCode(r.IUR)) }

// Total returns what the payer spent: amount and fee.
func (r Receipt) Total() euro.Total {
	t, _ := euro.Sum(r.Amount) // two amounts always fit
	if r.Fee != nil {
		t, _ = t.Add(*r.Fee)
	}
	return t
}
