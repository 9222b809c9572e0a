package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// acaV1 is GPD for ACA (gpd-4-aca.json): version 1, in which the notices are the
// options and the debtor is the position's.
var acaV1 = dialect{
	base: "/aca/debt-positions-service/v1", book: func(s *Sandbox) *debtBook { return &s.aca }, standIn: true,
	read: readV1, write: writeV1, tell: tellV1, state: func(state string) string { return state },
}

type (
	wirePositionV1 struct {
		wireDebtor
		IUPD            string         `json:"iupd"`
		Organization    string         `json:"organizationFiscalCode,omitempty"`
		PayStandIn      *bool          `json:"payStandIn,omitempty"`
		SwitchToExpired *bool          `json:"switchToExpired,omitempty"`
		CompanyName     string         `json:"companyName"`
		OfficeName      string         `json:"officeName,omitempty"`
		ValidityDate    wireTime       `json:"validityDate,omitzero"`
		InsertedDate    wireTime       `json:"insertedDate,omitzero"`
		PublishDate     wireTime       `json:"publishDate,omitzero"`
		PaymentDate     wireTime       `json:"paymentDate,omitzero"`
		LastUpdated     wireTime       `json:"lastUpdatedDate,omitzero"`
		Status          string         `json:"status,omitempty"`
		Options         []wireOptionV1 `json:"paymentOption"`
	}
	wireOptionV1 struct {
		wireInstallment
		Partial        *bool                   `json:"isPartialPayment"`
		RetentionDate  wireTime                `json:"retentionDate,omitzero"`
		Status         string                  `json:"status,omitempty"`
		OptionMetadata []payment.MetadataEntry `json:"paymentOptionMetadata,omitempty"`
	}
)

func readV1(body []byte) (*debt, error) {
	var w wirePositionV1
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, badDebt("not a debt position in JSON")
	}
	if w.SwitchToExpired == nil || len(w.Options) > 100 {
		return nil, badDebt("switchToExpired or paymentOption")
	}
	d := &debt{iupd: w.IUPD, company: w.CompanyName, office: w.OfficeName, payStandIn: w.PayStandIn == nil || *w.PayStandIn}
	for _, o := range w.Options {
		if o.Partial == nil {
			return nil, badDebt("isPartialPayment")
		}
		o.metadata = o.OptionMetadata
		if err := checkEntries(o.metadata); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(o.Transfers, func(t wireTransfer) bool { return t.IBAN == "" }) {
			return nil, badDebt("iban: mandatory for ACA")
		}
		plan := 0
		if *o.Partial {
			plan = 1
		}
		d.options = append(d.options, &debtOption{
			wireInstallment: o.asked(), plan: plan, due: o.DueDate.Time, validity: w.ValidityDate.Time, retention: o.RetentionDate.Time,
			switchToExpired: *w.SwitchToExpired, debtor: w.wireDebtor,
		})
	}
	return d, nil
}

// optionV1 writes an option; told is whether it is told, with what GPD knows of it.
func (d *debt) optionV1(o *debtOption, told bool) wireOptionV1 {
	partial := o.plan != 0
	w := wireOptionV1{wireInstallment: o.asked(), Partial: &partial, RetentionDate: wireTime{o.retention}, OptionMetadata: o.metadata}
	if told {
		w.wireInstallment, w.Status = o.wireInstallment, o.state
		w.Organization = d.creditor
	}
	return w
}

func writeV1(d *debt) any {
	first := d.options[0]
	w := wirePositionV1{
		wireDebtor: first.debtor, IUPD: d.iupd, PayStandIn: &d.payStandIn, SwitchToExpired: &first.switchToExpired,
		CompanyName: d.company, OfficeName: d.office, ValidityDate: wireTime{first.validity}, PaymentDate: wireTime{d.paidAt}, Status: d.state,
	}
	for _, o := range d.options {
		w.Options = append(w.Options, d.optionV1(o, false))
	}
	return w
}

func tellV1(d *debt) any {
	first := d.options[0]
	w := wirePositionV1{
		wireDebtor: wireDebtor{Type: first.debtor.Type}, IUPD: d.iupd, Organization: d.creditor, CompanyName: d.company, OfficeName: d.office,
		ValidityDate: wireTime{first.validity}, InsertedDate: wireTime{d.inserted}, PublishDate: wireTime{d.published},
		PaymentDate: wireTime{d.paidAt}, LastUpdated: wireTime{d.updated}, Status: d.state,
	}
	for _, o := range d.options {
		w.Options = append(w.Options, d.optionV1(o, true))
	}
	return w
}

func (s *Sandbox) invalidateDebt(dl dialect, w http.ResponseWriter, r *http.Request) {
	s.change(dl, w, http.StatusOK, func(b *debtBook, now time.Time) (*debt, error) {
		d := b.debts[r.PathValue("cf")][r.PathValue("iupd")]
		switch {
		case d == nil:
			return nil, noDebt()
		case d.state != stPublished && d.state != stValid:
			return nil, notUpdatable("invalidable")
		}
		d.state, d.updated = stInvalid, now
		return d, nil
	})
}

// markPaid notes a payment that pagoPA did not see.
func (s *Sandbox) markPaid(dl dialect, w http.ResponseWriter, r *http.Request) {
	var in struct {
		PaymentDate wireTime `json:"paymentDate"`
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxDebt))
	if err != nil || json.Unmarshal(body, &in) != nil {
		answerJSON(w, 0, nil, refused(http.StatusBadRequest, "BAD REQUEST", "paymentDate"))
		return
	}
	s.mu.Lock()
	now := s.now()
	if in.PaymentDate.IsZero() {
		in.PaymentDate = wireTime{now}
	}
	v, err := s.current(dl, now).markPaid(r.PathValue("cf"), r.PathValue("nav"), in.PaymentDate.Time)
	s.mu.Unlock()
	answerJSON(w, http.StatusOK, v, err)
}

func (b *debtBook) markPaid(creditor, nav string, at time.Time) (any, error) {
	for _, d := range b.debts[creditor] {
		for _, o := range d.options {
			if o.NAV != nav {
				continue
			}
			if o.state != poUnpaid {
				return nil, refused(http.StatusConflict, "Existing related payment found", "")
			}
			d.paid(o, at)
			return d.optionV1(o, true), nil
		}
	}
	return nil, refused(http.StatusNotFound, "Not found the payment option", "")
}
