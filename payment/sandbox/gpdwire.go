package sandbox

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pagonline/pagonline/payment"
)

// The forms of GPD's version 3 (gpd_v3.json), in requests and answers.
type (
	wirePosition struct {
		IUPD         string       `json:"iupd"`
		Organization string       `json:"organizationFiscalCode,omitempty"`
		PayStandIn   *bool        `json:"payStandIn,omitempty"`
		CompanyName  string       `json:"companyName"`
		OfficeName   string       `json:"officeName,omitempty"`
		InsertedDate wireTime     `json:"insertedDate,omitzero"`
		PublishDate  wireTime     `json:"publishDate,omitzero"`
		PaymentDate  wireTime     `json:"paymentDate,omitzero"`
		LastUpdated  wireTime     `json:"lastUpdatedDate,omitzero"`
		Status       string       `json:"status,omitempty"`
		Options      []wireOption `json:"paymentOption"`
	}
	wireOption struct {
		Description     string              `json:"description,omitempty"`
		ValidityDate    wireTime            `json:"validityDate,omitzero"`
		RetentionDate   wireTime            `json:"retentionDate,omitzero"`
		SwitchToExpired *bool               `json:"switchToExpired"`
		Debtor          wireDebtor          `json:"debtor"`
		Installments    []wireInstallmentV3 `json:"installments"`
	}
	wireInstallmentV3 struct {
		wireInstallment
		Status              string                  `json:"status,omitempty"`
		InstallmentMetadata []payment.MetadataEntry `json:"installmentMetadata,omitempty"`
	}
	wireInstallment struct {
		NAV           string         `json:"nav,omitempty"`
		IUV           string         `json:"iuv"`
		Organization  string         `json:"organizationFiscalCode,omitempty"`
		Amount        int64          `json:"amount"`
		Description   string         `json:"description"`
		DueDate       wireTime       `json:"dueDate"`
		Transfers     []wireTransfer `json:"transfer"`
		PaymentDate   wireTime       `json:"paymentDate,omitzero"`
		PaymentMethod string         `json:"paymentMethod,omitempty"`
		PSPCompany    string         `json:"pspCompany,omitempty"`
		Fee           int64          `json:"fee,omitempty"`
		IDReceipt     string         `json:"idReceipt,omitempty"`

		metadata []payment.MetadataEntry
	}
	wireTransfer struct {
		ID           string                  `json:"idTransfer"`
		Amount       int64                   `json:"amount"`
		Organization string                  `json:"organizationFiscalCode,omitempty"`
		Company      string                  `json:"companyName,omitempty"`
		Remittance   string                  `json:"remittanceInformation"`
		Category     string                  `json:"category"`
		IBAN         string                  `json:"iban,omitempty"`
		PostalIBAN   string                  `json:"postalIban,omitempty"`
		Stamp        *wireStamp              `json:"stamp,omitempty"`
		Metadata     []payment.MetadataEntry `json:"transferMetadata,omitempty"`
	}
	wireStamp struct {
		Hash     string `json:"hashDocument"`
		Type     string `json:"stampType"`
		Province string `json:"provincialResidence"`
	}
	wireDebtor struct {
		Type        string `json:"type,omitempty"`
		FiscalCode  string `json:"fiscalCode,omitempty"`
		FullName    string `json:"fullName,omitempty"`
		StreetName  string `json:"streetName,omitempty"`
		CivicNumber string `json:"civicNumber,omitempty"`
		PostalCode  string `json:"postalCode,omitempty"`
		City        string `json:"city,omitempty"`
		Province    string `json:"province,omitempty"`
		Region      string `json:"region,omitempty"`
		Country     string `json:"country,omitempty"`
		Email       string `json:"email,omitempty"`
		Phone       string `json:"phone,omitempty"`
	}
)

// Metadata returns the notice's own, whose name differs between the versions.
func (w wireInstallment) Metadata() []payment.MetadataEntry { return w.metadata }

func (w wireDebtor) subject() payment.Subject {
	return payment.Subject{
		Kind: payment.SubjectKind(w.Type), Code: w.FiscalCode, Name: w.FullName, Street: w.StreetName, Civic: w.CivicNumber,
		PostalCode: w.PostalCode, City: w.City, Province: w.Province, Country: w.Country, Email: w.Email,
	}
}

// wireTime is a date-time, with or without its zone.
type wireTime struct{ time.Time }

// MarshalJSON writes it as GPD does: UTC, milliseconds.
func (t wireTime) MarshalJSON() ([]byte, error) {
	return t.UTC().AppendFormat(nil, `"2006-01-02T15:04:05.000Z"`), nil
}

// UnmarshalJSON reads it; null is none.
func (t *wireTime) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil || s == nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, *s)
	if err != nil {
		at, err = time.Parse("2006-01-02T15:04:05", *s)
	}
	t.Time = at.UTC()
	return err
}

// textOf reports whether s has so many characters at least, and 140 at most.
func textOf(s string, least int) bool {
	return utf8.RuneCountInString(strings.TrimSpace(s)) >= least && utf8.RuneCountInString(s) <= 140
}

func readV3(body []byte) (*debt, error) {
	var w wirePosition
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, badDebt("not a debt position in JSON")
	}
	d := &debt{iupd: w.IUPD, company: w.CompanyName, office: w.OfficeName, payStandIn: w.PayStandIn == nil || *w.PayStandIn}
	if len(w.Options) > 100 {
		return nil, badDebt("paymentOption: at most 100")
	}
	for i, o := range w.Options {
		if n := len(o.Installments); n == 0 || n > 100 || o.SwitchToExpired == nil || !textOf(o.Description, 0) {
			return nil, badDebt("paymentOption: installments, switchToExpired or description")
		}
		plan := 0
		if len(o.Installments) > 1 {
			plan = i + 1
		}
		for _, n := range o.Installments {
			n.metadata = n.InstallmentMetadata
			if err := checkEntries(n.metadata); err != nil {
				return nil, err
			}
			d.options = append(d.options, &debtOption{
				wireInstallment: n.asked(), plan: plan, due: n.DueDate.Time, validity: o.ValidityDate.Time, retention: o.RetentionDate.Time,
				switchToExpired: *o.SwitchToExpired, debtor: o.Debtor,
			})
		}
	}
	return d, nil
}

// asked returns what a creditor may say: the rest is GPD's.
func (w wireInstallment) asked() wireInstallment {
	w.Organization, w.PaymentDate, w.PaymentMethod, w.PSPCompany, w.Fee, w.IDReceipt = "", wireTime{}, "", "", 0, ""
	return w
}

// stateV3 is the name of a state in version 3.
func stateV3(state string) string {
	switch state {
	case stInvalid, stExpired:
		return "UNPAYABLE"
	case stReported:
		return stPaid
	default:
		return state
	}
}

// optionsV3 groups the notices of a plan; told is whether the answer is to GET.
func (d *debt) optionsV3(told bool) (all []wireOption) {
	byPlan := map[int]int{}
	for _, o := range d.options {
		w := wireInstallmentV3{wireInstallment: o.wireInstallment, Status: strings.TrimPrefix(o.state, "PO_"), InstallmentMetadata: o.metadata}
		if told {
			w.Organization = d.creditor
		} else {
			w.wireInstallment = o.asked()
		}
		if at, known := byPlan[o.plan]; known && o.plan != 0 {
			all[at].Installments = append(all[at].Installments, w)
			continue
		}
		byPlan[o.plan] = len(all)
		expires := o.switchToExpired
		all = append(all, wireOption{
			ValidityDate: wireTime{o.validity}, RetentionDate: wireTime{o.retention}, SwitchToExpired: &expires, Debtor: o.debtor,
			Installments: []wireInstallmentV3{w},
		})
	}
	return all
}

func writeV3(d *debt) any {
	return wirePosition{
		IUPD: d.iupd, PayStandIn: &d.payStandIn, CompanyName: d.company, OfficeName: d.office, PaymentDate: wireTime{d.paidAt},
		Status: stateV3(d.state), Options: d.optionsV3(false),
	}
}

func tellV3(d *debt) any {
	return wirePosition{
		IUPD: d.iupd, Organization: d.creditor, CompanyName: d.company, OfficeName: d.office, InsertedDate: wireTime{d.inserted},
		PublishDate: wireTime{d.published}, PaymentDate: wireTime{d.paidAt}, LastUpdated: wireTime{d.updated},
		Status: stateV3(d.state), Options: d.optionsV3(true),
	}
}
