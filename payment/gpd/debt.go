package gpd

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// Debt is one debt position of GPD: the ways to pay one debt, of which the payer takes
// one. [NewDebt] makes it from payment's positions, which are one notice each.
type Debt struct {
	Creditor string // fiscal code, 11 digits
	IUPD     string // names the debt among the creditor's; see [IUPD]
	Company  string // the creditor's name, 1 to 140 characters
	Office   string // at most 140 characters
	// NoStandIn keeps it from being paid in stand-in. The services take it and do not
	// tell it.
	NoStandIn bool
	Options   []Option // 1 to 100

	// Told by the services, not sent.
	Status      Status
	PublishedAt time.Time
	PaidAt      time.Time
}

// Option is one way to pay a debt: at once, or in the instalments of a plan.
type Option struct {
	Debtor     payment.Subject // ACA does not tell it
	RefuseLate bool            // switchToExpired: no payment after the last due date
	ValidFrom  time.Time       // the zero time for from now on
	KeepUntil  time.Time       // retentionDate, which is for the creditor's own use
	// Installments are the notices: one, or those of a plan, at most 100.
	Installments []Installment
}

// LogValue gives the log how many notices there are.
func (o Option) LogValue() slog.Value { return slog.IntValue(len(o.Installments)) }

// Installment is one notice.
type Installment struct {
	Number      notice.Number
	IUV         string
	Amount      euro.Amount
	Description string // 1 to 140 characters
	DueAt       time.Time
	Transfers   []Transfer // 1 to 5
	Metadata    []payment.MetadataEntry

	// Told by the services, not sent.
	Status          InstallmentStatus
	PaidAt          time.Time
	ReceiptID       string
	Method          string
	PSP             string      // its name
	Fee             euro.Amount // what the PSP took
	NotificationFee euro.Amount // of SEND; part of Amount
	Flow            string      // the reporting flow that named it
}

// LogValue gives the log the number of the notice.
func (i Installment) LogValue() slog.Value { return slog.StringValue(i.Number.String()) }

// Transfer is the share of one beneficiary.
type Transfer struct {
	payment.Transfer
	Remittance string // 1 to 140 characters
}

// LogValue gives the log the key and the state.
func (d Debt) LogValue() slog.Value {
	return slog.GroupValue(slog.String("iupd", d.Creditor+"/"+d.IUPD), slog.String("status", string(d.Status)))
}

// Status is the state of a [Debt]. Version 3 knows UNPAYABLE, ACA the three that
// follow it here.
type Status string

// The states of a debt. PARTIALLY_PAID, PAID, REPORTED and INVALID cannot be changed any
// more; VALID and PARTIALLY_PAID can be paid.
const (
	Draft         Status = "DRAFT"
	Published     Status = "PUBLISHED" // its validity has not begun
	Valid         Status = "VALID"
	PartiallyPaid Status = "PARTIALLY_PAID"
	Paid          Status = "PAID"
	Unpayable     Status = "UNPAYABLE"
	Invalid       Status = "INVALID"
	Expired       Status = "EXPIRED"
	Reported      Status = "REPORTED"
)

// InstallmentStatus is the state of an [Installment]; that of ACA without its PO_.
type InstallmentStatus string

// The states of an installment. UNPAYABLE and EXPIRED exist in the schema only.
const (
	InstallmentUnpaid            InstallmentStatus = "UNPAID"
	InstallmentPaid              InstallmentStatus = "PAID"
	InstallmentPartiallyReported InstallmentStatus = "PARTIALLY_REPORTED"
	InstallmentReported          InstallmentStatus = "REPORTED"
	InstallmentUnpayable         InstallmentStatus = "UNPAYABLE"
	InstallmentExpired           InstallmentStatus = "EXPIRED"
)

// Paid reports whether a payment is known.
func (s InstallmentStatus) Paid() bool {
	return s == InstallmentPaid || s == InstallmentPartiallyReported || s == InstallmentReported
}

// Find returns the installment of a notice.
func (d Debt) Find(n notice.Number) (Installment, bool) {
	for _, o := range d.Options {
		for _, i := range o.Installments {
			if i.Number == n {
				return i, true
			}
		}
	}
	return Installment{}, false
}

// maxIUPD is the length to which a debt is spelled out.
const maxIUPD = 100

// IUPD returns the name that a debt has at GPD: the debt itself where letters, digits
// and hyphens are all there is, else with each other byte as an underscore and two hex
// digits, for GPD takes no others in an address. Different debts have different names;
// one that would be too long is named by its SHA-256.
func IUPD(debt string) string {
	var b strings.Builder
	for _, c := range []byte(debt) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "_%02X", c)
		}
	}
	if b.Len() > maxIUPD {
		sum := sha256.Sum256([]byte(debt))
		return "_h" + hex.EncodeToString(sum[:]) // no byte is written so
	}
	return b.String()
}

// NewDebt returns the debt of which these are the notices: option 0 is a way to pay of
// its own, the others are the instalments of one plan. They must share creditor and
// debt. Its error is that of [Client.Create], or says what cannot be said of a notice.
func NewDebt(positions ...payment.Position) (Debt, error) {
	if len(positions) == 0 {
		return Debt{}, syntax("positions")
	}
	sorted := slices.Clone(positions)
	slices.SortStableFunc(sorted, func(a, b payment.Position) int { return a.Option - b.Option })
	first := sorted[0]
	d := Debt{Creditor: first.Creditor, IUPD: IUPD(first.Debt), Company: first.Company, Office: first.Office}
	plan := Option{Debtor: first.Debtor, RefuseLate: true}
	for _, p := range sorted {
		if p.Creditor != first.Creditor || p.Debt != first.Debt {
			return Debt{}, syntax("positions")
		}
		i, err := newInstallment(p)
		if err != nil {
			return Debt{}, err
		}
		if p.Option == 0 {
			d.Options = append(d.Options, Option{Debtor: p.Debtor, RefuseLate: p.RefuseLate, Installments: []Installment{i}})
			continue
		}
		plan.Debtor = p.Debtor
		plan.RefuseLate = plan.RefuseLate && p.RefuseLate // or one that may be late would be refused
		plan.Installments = append(plan.Installments, i)
	}
	if len(plan.Installments) > 0 {
		d.Options = append(d.Options, plan)
	}
	return d, d.check()
}

func newInstallment(p payment.Position) (Installment, error) {
	description, err := p.Description()
	if err != nil {
		return Installment{}, err
	}
	i := Installment{
		Number: p.Number, IUV: p.Number.IUV().String(), Amount: p.Amount(), Description: description,
		DueAt: lastSecond(p), Metadata: p.Metadata,
	}
	for _, t := range p.Transfers {
		remittance, err := p.Wire.RFB(p.Number.IUV(), t.Amount)
		if err != nil {
			return Installment{}, err
		}
		i.Transfers = append(i.Transfers, Transfer{Transfer: t, Remittance: remittance.String()})
	}
	return i, nil
}

// lastSecond returns the last second of the day on which p is due. GPD compares
// instants, and its dates are of the same day in UTC.
func lastSecond(p payment.Position) time.Time {
	if p.DueDate.IsZero() {
		return time.Time{}
	}
	return p.DueDate.End().Add(-time.Second)
}
