package gpd

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// What GPD checks, and the facets of gpd_v3.json: refused here, a mistake costs no call
// and names its field.
var (
	eleven   = regexp.MustCompile(`^[0-9]{11}$`)
	iupdForm = regexp.MustCompile(`^[\w* -]{1,255}$`) // of the address: [\w*\h-]+
	ibanForm = regexp.MustCompile(`^[A-Za-z0-9]{1,35}$`)
	taxonomy = regexp.MustCompile(`^[6-9]/[0-9]{7}[A-Z]{2}/$`)
	country  = regexp.MustCompile(`^[A-Z]{2}$`)
)

const (
	maxOptions      = 100
	maxInstallments = 100
	maxMetadata     = 10
	maxText         = 140
	feeKey          = "NOTIFICATION_FEE" // GPD's own
)

// syntax names a field whose form is wrong, and not what stood in it.
func syntax(field string) error {
	return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Same(field)).At(field)
}

// text checks that s has at most 140 characters, and one at least if it must.
func text(field, s string, must bool) error {
	n := utf8.RuneCountInString(s)
	switch {
	case must && strings.TrimSpace(s) == "":
		return pagonline.NewError(pagonline.CodeRequiredField, pagonline.Same(field)).At(field)
	case n > maxText:
		return pagonline.NewError(pagonline.CodeTextTooLong, count(n), count(maxText)).At(field)
	case !utf8.ValidString(s):
		return syntax(field)
	}
	return nil
}

func count(n int) pagonline.Text { return pagonline.Same(strconv.Itoa(n)) }

// named checks what names a debt in an address.
func named(creditor, iupd string) error {
	if !eleven.MatchString(creditor) {
		return syntax("creditor")
	}
	if !iupdForm.MatchString(iupd) {
		return syntax("iupd")
	}
	return nil
}

// first returns the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// check checks what does not depend on the time.
func (d Debt) check() error {
	if err := first(named(d.Creditor, d.IUPD), text("company", d.Company, true), text("office", d.Office, false)); err != nil {
		return err
	}
	if len(d.Options) == 0 || len(d.Options) > maxOptions {
		return syntax("options")
	}
	seen := map[string]bool{}
	for _, o := range d.Options {
		if len(o.Installments) == 0 || len(o.Installments) > maxInstallments {
			return syntax("installments")
		}
		if err := checkDebtor(o.Debtor); err != nil {
			return err
		}
		for _, i := range o.Installments {
			if seen[i.IUV] {
				return syntax("iuv")
			}
			seen[i.IUV] = true
			if err := i.check(); err != nil {
				return err
			}
			if !i.DueAt.After(o.ValidFrom) {
				return syntax("dueAt")
			}
			if !o.KeepUntil.IsZero() && o.KeepUntil.Before(i.DueAt) {
				return syntax("keepUntil")
			}
		}
	}
	return nil
}

// checkNew checks what a debt that is not there yet must satisfy besides. It returns
// [payment.ErrExpired] for one that is late.
func (d Debt) checkNew(now time.Time) error {
	for _, o := range d.Options {
		if !o.ValidFrom.IsZero() && !o.ValidFrom.After(now) {
			return syntax("validFrom")
		}
		for _, i := range o.Installments {
			if i.DueAt.Before(now) {
				return pagonline.NewError(pagonline.CodeConflict).At("dueAt").Because(payment.ErrExpired)
			}
		}
	}
	return nil
}

func checkDebtor(s payment.Subject) error {
	switch {
	case s.Kind != payment.Natural && s.Kind != payment.Legal:
		return syntax("debtor.kind")
	case strings.TrimSpace(s.Code) == "":
		return pagonline.NewError(pagonline.CodeFiscalCode).At("debtor.code")
	case strings.TrimSpace(s.Name) == "":
		return pagonline.NewError(pagonline.CodePayerName).At("debtor.name")
	case s.Country != "" && !country.MatchString(s.Country):
		return syntax("debtor.country")
	}
	return nil
}

func (i Installment) check() error {
	if i.IUV == "" || utf8.RuneCountInString(i.IUV) > 35 {
		return syntax("iuv")
	}
	if err := first(text("description", i.Description, true), metadata(i.Metadata)); err != nil {
		return err
	}
	if len(i.Transfers) == 0 || len(i.Transfers) > payment.MaxTransfers {
		return syntax("transfers")
	}
	var sum euro.Total
	for _, t := range i.Transfers {
		if err := t.check(); err != nil {
			return err
		}
		sum, _ = sum.Add(t.Amount) // five amounts always fit
	}
	if sum.Cents() != i.Amount.Cents() {
		return syntax("transfers")
	}
	return nil
}

func (t Transfer) check() error {
	if t.Amount.IsZero() {
		return pagonline.NewError(pagonline.CodeAmountRange).At("amount")
	}
	if !eleven.MatchString(t.Creditor) {
		return syntax("transfers.creditor")
	}
	if err := first(text("transfers.company", t.Company, false), text("transfers.remittance", t.Remittance, true), metadata(t.Metadata)); err != nil {
		return err
	}
	switch {
	case (t.IBAN == "") == (t.Stamp == nil), t.IBAN != "" && !ibanForm.MatchString(t.IBAN):
		return syntax("transfers.iban") // exactly one of iban and stamp
	case t.PostalIBAN != "" && (t.Stamp != nil || !ibanForm.MatchString(t.PostalIBAN)):
		return syntax("transfers.postalIban")
	case t.Stamp != nil && (t.Stamp.Hash == "" || len(t.Stamp.Hash) > 72 || !country.MatchString(t.Stamp.Province)):
		return syntax("transfers.stamp")
	case !taxonomy.MatchString(t.Category):
		return syntax("transfers.category")
	}
	return nil
}

func metadata(entries []payment.MetadataEntry) error {
	if len(entries) > maxMetadata {
		return syntax("metadata")
	}
	seen := map[string]bool{}
	for _, e := range entries {
		if seen[e.Key] || e.Key == feeKey {
			return syntax("metadata")
		}
		seen[e.Key] = true
		if err := first(text("metadata", e.Key, true), text("metadata", e.Value, false)); err != nil {
			return err
		}
	}
	return nil
}
