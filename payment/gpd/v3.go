package gpd

import (
	"encoding/json"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// form is how a service writes and tells a debt.
type form interface {
	encode(d Debt) any
	decode(body []byte) (Debt, error)
	// page reads a page of a list and returns how many pages there are.
	page(body []byte) (all []Debt, pages int, err error)
}

// v3 is the form of gpd_v3.json: a position has options, an option has installments.
type v3 struct{}

type (
	debtV3 struct {
		IUPD         string     `json:"iupd"`
		Organization string     `json:"organizationFiscalCode,omitempty"`
		PayStandIn   *bool      `json:"payStandIn,omitempty"`
		CompanyName  string     `json:"companyName"`
		OfficeName   string     `json:"officeName,omitempty"`
		Status       Status     `json:"status,omitempty"`
		PublishDate  instant    `json:"publishDate,omitzero"`
		PaymentDate  instant    `json:"paymentDate,omitzero"`
		Options      []optionV3 `json:"paymentOption"`
	}
	optionV3 struct {
		ValidityDate    instant         `json:"validityDate,omitzero"`
		RetentionDate   instant         `json:"retentionDate,omitzero"`
		SwitchToExpired bool            `json:"switchToExpired"`
		Debtor          debtor          `json:"debtor"`
		Installments    []installmentV3 `json:"installments"`
	}
	installmentV3 struct {
		installment
		Status   InstallmentStatus `json:"status,omitempty"`
		Metadata []entry           `json:"installmentMetadata,omitempty"`
	}
)

func (v3) encode(d Debt) any {
	standIn := !d.NoStandIn
	w := debtV3{IUPD: d.IUPD, PayStandIn: &standIn, CompanyName: d.Company, OfficeName: d.Office}
	for _, o := range d.Options {
		option := optionV3{
			ValidityDate: instant{o.ValidFrom}, RetentionDate: instant{o.KeepUntil},
			SwitchToExpired: o.RefuseLate, Debtor: newDebtor(o.Debtor),
		}
		for _, i := range o.Installments {
			option.Installments = append(option.Installments, installmentV3{installment: newWire(i), Metadata: entries(i.Metadata)})
		}
		w.Options = append(w.Options, option)
	}
	return w
}

func (v3) decode(body []byte) (Debt, error) { return decodeDebt[debtV3](body) }

func (v3) page(body []byte) ([]Debt, int, error) { return decodePage[debtV3](body) }

func (w debtV3) debt() (Debt, error) {
	d := Debt{
		Creditor: w.Organization, IUPD: w.IUPD, Company: w.CompanyName, Office: w.OfficeName, Status: w.Status,
		PublishedAt: w.PublishDate.Time, PaidAt: w.PaymentDate.Time, NoStandIn: w.PayStandIn != nil && !*w.PayStandIn,
	}
	for _, o := range w.Options {
		option := Option{
			Debtor: o.Debtor.subject(), RefuseLate: o.SwitchToExpired, ValidFrom: o.ValidityDate.Time, KeepUntil: o.RetentionDate.Time,
		}
		for _, i := range o.Installments {
			one, err := i.read(i.Metadata)
			if err != nil {
				return Debt{}, err
			}
			one.Status = i.Status
			option.Installments = append(option.Installments, one)
		}
		d.Options = append(d.Options, option)
	}
	return d, nil
}

// wireDebt is a position as one of the forms has it.
type wireDebt interface{ debt() (Debt, error) }

func decodeDebt[W wireDebt](body []byte) (Debt, error) {
	var w W
	if err := json.Unmarshal(body, &w); err != nil {
		return Debt{}, unreadable("not a position in JSON")
	}
	return w.debt()
}

func decodePage[W wireDebt](body []byte) ([]Debt, int, error) {
	var w struct {
		List []W      `json:"payment_position_list"`
		Info pageInfo `json:"page_info"`
	}
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, 0, unreadable("not a page in JSON")
	}
	all := make([]Debt, 0, len(w.List))
	for _, one := range w.List {
		d, err := one.debt()
		if err != nil {
			return nil, 0, err
		}
		all = append(all, d)
	}
	return all, w.Info.TotalPages, nil
}

// What both forms share.
type (
	installment struct {
		NAV             string     `json:"nav,omitempty"`
		IUV             string     `json:"iuv"`
		Amount          int64      `json:"amount"` // cents
		Description     string     `json:"description"`
		DueDate         instant    `json:"dueDate"`
		Transfers       []transfer `json:"transfer"`
		PaymentDate     instant    `json:"paymentDate,omitzero"`
		PaymentMethod   string     `json:"paymentMethod,omitempty"`
		PSPCompany      string     `json:"pspCompany,omitempty"`
		Fee             int64      `json:"fee,omitempty"`
		NotificationFee int64      `json:"notificationFee,omitempty"`
		IDReceipt       string     `json:"idReceipt,omitempty"`
		IDFlow          string     `json:"idFlowReporting,omitempty"`
	}
	transfer struct {
		ID           string  `json:"idTransfer"`
		Amount       int64   `json:"amount"`
		Organization string  `json:"organizationFiscalCode,omitempty"`
		CompanyName  string  `json:"companyName,omitempty"`
		Remittance   string  `json:"remittanceInformation"`
		Category     string  `json:"category"`
		IBAN         string  `json:"iban,omitempty"`
		PostalIBAN   string  `json:"postalIban,omitempty"`
		Stamp        *stamp  `json:"stamp,omitempty"`
		Metadata     []entry `json:"transferMetadata,omitempty"`
	}
	stamp struct {
		Hash     string `json:"hashDocument"`
		Type     string `json:"stampType"`
		Province string `json:"provincialResidence"`
	}
	entry struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	}
	debtor struct {
		Type        payment.SubjectKind `json:"type"`
		FiscalCode  string              `json:"fiscalCode"`
		FullName    string              `json:"fullName"`
		StreetName  string              `json:"streetName,omitempty"`
		CivicNumber string              `json:"civicNumber,omitempty"`
		PostalCode  string              `json:"postalCode,omitempty"`
		City        string              `json:"city,omitempty"`
		Province    string              `json:"province,omitempty"`
		Country     string              `json:"country,omitempty"`
		Email       string              `json:"email,omitempty"`
	}
	pageInfo struct {
		TotalPages int `json:"total_pages"`
	}
)

func newDebtor(s payment.Subject) debtor {
	return debtor{
		Type: s.Kind, FiscalCode: s.Code, FullName: s.Name, StreetName: s.Street, CivicNumber: s.Civic,
		PostalCode: s.PostalCode, City: s.City, Province: s.Province, Country: s.Country, Email: s.Email,
	}
}

func (w debtor) subject() payment.Subject {
	return payment.Subject{
		Kind: w.Type, Code: w.FiscalCode, Name: w.FullName, Street: w.StreetName, Civic: w.CivicNumber,
		PostalCode: w.PostalCode, City: w.City, Province: w.Province, Country: w.Country, Email: w.Email,
	}
}

func entries(all []payment.MetadataEntry) (w []entry) {
	for _, e := range all {
		w = append(w, entry(e))
	}
	return w
}

func readEntries(w []entry) (all []payment.MetadataEntry) {
	for _, e := range w {
		all = append(all, payment.MetadataEntry(e))
	}
	return all
}

func newWire(i Installment) installment {
	w := installment{
		NAV: i.Number.String(), IUV: i.IUV, Amount: i.Amount.Cents(), Description: i.Description, DueDate: instant{i.DueAt},
	}
	for n, t := range i.Transfers {
		one := transfer{
			ID: ids[n], Amount: t.Amount.Cents(), Organization: t.Creditor, CompanyName: t.Company, Remittance: t.Remittance,
			Category: t.Category, IBAN: t.IBAN, PostalIBAN: t.PostalIBAN, Metadata: entries(t.Metadata),
		}
		if t.Stamp != nil {
			one.Stamp = &stamp{Hash: t.Stamp.Hash, Type: "01", Province: t.Stamp.Province}
		}
		w.Transfers = append(w.Transfers, one)
	}
	return w
}

// ids are the transfers' own; [Installment.check] has counted them.
var ids = [payment.MaxTransfers]string{"1", "2", "3", "4", "5"}

func (w installment) read(metadata []entry) (Installment, error) {
	i := Installment{
		IUV: w.IUV, Description: w.Description, DueAt: w.DueDate.Time, Metadata: readEntries(metadata),
		PaidAt: w.PaymentDate.Time, ReceiptID: w.IDReceipt, Method: w.PaymentMethod, PSP: w.PSPCompany, Flow: w.IDFlow,
	}
	i.Number, _ = notice.ParseSyntax(w.NAV) // others' may be anything, and none is told as none
	for _, a := range []struct {
		cents int64
		to    *euro.Amount
	}{{w.Amount, &i.Amount}, {w.Fee, &i.Fee}, {w.NotificationFee, &i.NotificationFee}} {
		var err error
		if *a.to, err = euro.Cents(a.cents); err != nil {
			return Installment{}, unreadable("an amount out of range")
		}
	}
	for _, t := range w.Transfers {
		amount, err := euro.Cents(t.Amount)
		if err != nil {
			return Installment{}, unreadable("an amount out of range")
		}
		one := Transfer{Remittance: t.Remittance, Transfer: payment.Transfer{
			Amount: amount, Creditor: t.Organization, Company: t.CompanyName, IBAN: t.IBAN, PostalIBAN: t.PostalIBAN,
			Category: t.Category, Metadata: readEntries(t.Metadata),
		}}
		if t.Stamp != nil {
			one.Stamp = &payment.Stamp{Hash: t.Stamp.Hash, Province: t.Stamp.Province}
		}
		i.Transfers = append(i.Transfers, one)
	}
	return i, nil
}

// instant is a time as the services write it: with a zone, or without one and then in UTC.
type instant struct{ time.Time }

// MarshalJSON writes milliseconds, in UTC.
func (t instant) MarshalJSON() ([]byte, error) {
	return t.UTC().AppendFormat(nil, `"2006-01-02T15:04:05.000Z"`), nil
}

// UnmarshalJSON reads both forms; null and "" are no time.
func (t *instant) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	t.Time = time.Time{}
	if s == nil || *s == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, *s) // takes fractions
	if err != nil {
		at, err = time.Parse("2006-01-02T15:04:05", *s)
	}
	if err != nil {
		return err
	}
	t.Time = at.UTC()
	return nil
}
