package sandbox

import (
	"regexp"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// The states of a debt, those of version 1, and of an option.
const (
	stDraft         = "DRAFT"
	stPublished     = "PUBLISHED"
	stValid         = "VALID"
	stInvalid       = "INVALID"
	stExpired       = "EXPIRED"
	stPartiallyPaid = "PARTIALLY_PAID"
	stPaid          = "PAID"
	stReported      = "REPORTED"

	poUnpaid = "PO_UNPAID"
	poPaid   = "PO_PAID"
)

// debt is a debt position.
type debt struct {
	creditor, iupd, company, office string
	payStandIn                      bool
	state                           string
	serial                          int
	inserted, updated               time.Time
	published, paidAt               time.Time
	options                         []*debtOption
}

// debtOption is one notice of a debt.
type debtOption struct {
	wireInstallment
	plan            int // 0 for a single payment; those of one plan share a number
	due             time.Time
	validity        time.Time
	retention       time.Time
	switchToExpired bool
	debtor          wireDebtor
	state           string
}

var (
	digits11    = regexp.MustCompile(`^[0-9]{11}$`)
	iupdForm    = regexp.MustCompile(`^[\w* -]+$`)
	taxonomyOf  = regexp.MustCompile(`^[6-9]/[0-9]{7}[A-Z]{2}/$`)
	accountForm = regexp.MustCompile(`^[A-Za-z0-9]{1,35}$`)
	provinceOf  = regexp.MustCompile(`^[A-Z]{2}$`)
)

// check is what GPD checks of a debt, as a new one or in the place of an old one.
func (d *debt) check(now time.Time, isNew bool) error {
	switch {
	case !digits11.MatchString(d.creditor):
		return badDebt("organizationfiscalcode")
	case !iupdForm.MatchString(d.iupd):
		return badDebt("iupd")
	case !textOf(d.company, 1), !textOf(d.office, 0):
		return badDebt("companyName or officeName")
	case len(d.options) == 0:
		return badDebt("paymentOption")
	}
	seen := map[string]bool{}
	for _, o := range d.options {
		if seen[o.IUV] || seen[o.NAV] {
			return notUnique()
		}
		seen[o.IUV], seen[o.NAV] = true, true
		from := o.validity
		if from.IsZero() {
			from = now
		}
		switch {
		case isNew && !o.validity.IsZero() && !o.validity.After(now):
			return badDebt("Dates congruence error: validity_date must be >= current_date")
		case !o.due.After(from), (isNew || o.switchToExpired) && o.due.Before(now):
			return badDebt("Dates congruence error: due_date must be >= validity_date and current_date")
		case !o.retention.IsZero() && o.retention.Before(o.due):
			return badDebt("Dates congruence error: retention_date must be >= due_date")
		case o.debtor.Type != "F" && o.debtor.Type != "G", o.debtor.FiscalCode == "", o.debtor.FullName == "",
			o.debtor.Country != "" && !provinceOf.MatchString(o.debtor.Country):
			return badDebt("debtor")
		}
		if err := o.check(); err != nil {
			return err
		}
	}
	return nil
}

func (w wireInstallment) check() error {
	if w.IUV == "" || w.Amount < 1 || !textOf(w.Description, 1) {
		return badDebt("iuv, amount or description")
	}
	if len(w.Transfers) == 0 || len(w.Transfers) > payment.MaxTransfers {
		return badDebt("Number of transfers congruence error")
	}
	var sum int64
	for i, t := range w.Transfers {
		stamped := t.Stamp != nil && t.Stamp.Hash != "" && t.Stamp.Province != "" && t.Stamp.Type != ""
		switch {
		case slices.ContainsFunc(w.Transfers[:i], func(o wireTransfer) bool { return o.ID == t.ID }),
			len(t.ID) != 1, t.ID < "1", t.ID > "5":
			return badDebt("Transfer ID congruence error")
		case (t.IBAN != "") == stamped, stamped && t.PostalIBAN != "":
			return badDebt("The Iban may be present (optionally combined with the Postal Iban) or the Stamp")
		case t.IBAN != "" && !accountForm.MatchString(t.IBAN), t.PostalIBAN != "" && !accountForm.MatchString(t.PostalIBAN),
			stamped && (len(t.Stamp.Type) != 2 || len(t.Stamp.Hash) > 72 || !provinceOf.MatchString(t.Stamp.Province)):
			return badDebt("iban or stamp")
		case t.Amount < 1, !textOf(t.Remittance, 1), !textOf(t.Company, 0):
			return badDebt("transfer")
		case !taxonomyOf.MatchString(t.Category):
			return badDebt("category: not in the taxonomy")
		}
		if err := checkEntries(t.Metadata); err != nil {
			return err
		}
		sum += t.Amount
	}
	if sum != w.Amount {
		return badDebt("Amounts congruence error: payment option amount must coincide with the total of the transfers amount")
	}
	return nil
}

func checkEntries(all []payment.MetadataEntry) error {
	if len(all) > 10 {
		return badDebt("metadata")
	}
	seen := map[string]bool{}
	for _, e := range all {
		switch {
		case seen[e.Key]:
			return refused(409, "The metadata violated constraints of uniqueness", "")
		case e.Key == "NOTIFICATION_FEE":
			return refused(409, "The payment option contains reserved metadata", "")
		case !textOf(e.Key, 1), !textOf(e.Value, 0):
			return badDebt("metadata")
		}
		seen[e.Key] = true
	}
	return nil
}

// keepValidity keeps the validity that has begun, where none is given anew.
func (d *debt) keepValidity(old *debt, now time.Time, publish bool) {
	if old.state != stValid || !publish {
		return
	}
	for _, o := range d.options {
		for _, was := range old.options {
			if was.IUV == o.IUV && o.validity.IsZero() && was.validity.Before(now) {
				o.validity = was.validity
			}
		}
	}
}

// publish makes a debt payable, now or from its validity on.
func (d *debt) publish(now time.Time) {
	d.state, d.published, d.updated = stPublished, now, now
	for _, o := range d.options {
		if o.validity.IsZero() {
			o.validity = now
		}
	}
	d.age(now)
}

// age does what time does to a debt.
func (d *debt) age(now time.Time) {
	if d.state == stPublished && slices.ContainsFunc(d.options, func(o *debtOption) bool { return !o.validity.After(now) }) {
		d.state = stValid
	}
	expires := !slices.ContainsFunc(d.options, func(o *debtOption) bool { return !o.switchToExpired || !now.After(o.due) })
	if d.state == stValid && expires {
		d.state = stExpired
	}
}
