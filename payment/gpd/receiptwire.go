package gpd

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"time"

	"github.com/shopspring/decimal"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// refused closes the budget after a 429: other processes have spent it.
func (r *Receipts) refused(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Status != http.StatusTooManyRequests {
		return err
	}
	c := *e
	if c.retryAt.IsZero() {
		c.retryAt = r.api.now().Add(budgetSpan)
	}
	r.budget.exhaust(c.retryAt)
	return &c
}

// What biz-events tells (CtReceiptModelResponse). A transfer has an IBAN or a stamp;
// the schema has both as required, so the other one may be missing, null or "".
type (
	receipt struct {
		ReceiptID    string       `json:"receiptId"`
		NoticeNumber string       `json:"noticeNumber"`
		FiscalCode   string       `json:"fiscalCode"`
		Outcome      string       `json:"outcome"`
		IUV          string       `json:"creditorReferenceId"`
		Amount       euros        `json:"paymentAmount"`
		Description  string       `json:"description"`
		CompanyName  string       `json:"companyName"`
		OfficeName   string       `json:"officeName"`
		Debtor       person       `json:"debtor"`
		Transfers    []credit     `json:"transferList"`
		IDPSP        string       `json:"idPSP"`
		PSPCode      string       `json:"pspFiscalCode"`
		PSPVAT       string       `json:"pspPartitaIVA"`
		PSPCompany   string       `json:"pspCompanyName"`
		IDChannel    string       `json:"idChannel"`
		ChannelDesc  string       `json:"channelDescription"`
		Payer        *person      `json:"payer"`
		Method       string       `json:"paymentMethod"`
		Fee          *euros       `json:"fee"`
		CreditorFee  *euros       `json:"primaryCiIncurredFee"`
		Bundle       string       `json:"idBundle"`
		CIBundle     string       `json:"idCiBundle"`
		PaidOn       day          `json:"paymentDateTime"` // a date, whatever its name says
		PaidAt       localInstant `json:"paymentDateTimeFormatted"`
		AppliedOn    day          `json:"applicationDate"`
		TransferOn   day          `json:"transferDate"`
		Metadata     []entry      `json:"metadata"`
	}
	person struct {
		Type     payment.SubjectKind `json:"entityUniqueIdentifierType"`
		Code     string              `json:"entityUniqueIdentifierValue"`
		FullName string              `json:"fullName"`
		Street   string              `json:"streetName"`
		Civic    string              `json:"civicNumber"`
		Postal   string              `json:"postalCode"`
		City     string              `json:"city"`
		Province string              `json:"stateProvinceRegion"`
		Country  string              `json:"country"`
		Email    string              `json:"email"`
	}
	credit struct {
		ID         int     `json:"idTransfer"`
		Amount     euros   `json:"transferAmount"`
		Creditor   string  `json:"fiscalCodePA"`
		IBAN       string  `json:"iban"`
		Stamp      string  `json:"mbdAttachment"`
		Remittance string  `json:"remittanceInformation"`
		Category   string  `json:"transferCategory"`
		Metadata   []entry `json:"metadata"`
	}
)

func decodeReceipt(body []byte) (Recovered, error) {
	var w receipt
	if err := json.Unmarshal(body, &w); err != nil {
		return Recovered{}, unreadable("not a receipt in JSON")
	}
	number, err := notice.ParseSyntax(w.NoticeNumber)
	if err != nil || !eleven.MatchString(w.FiscalCode) || w.ReceiptID == "" || w.IUV == "" {
		return Recovered{}, unreadable("a receipt without its names")
	}
	if w.Outcome != "OK" && w.Outcome != "KO" || len(w.Transfers) == 0 || len(w.Transfers) > payment.MaxTransfers {
		return Recovered{}, unreadable("a receipt without outcome or transfers")
	}
	rt := payment.RT{
		ReceiptID: w.ReceiptID, Issuer: w.FiscalCode, Number: number, IUV: w.IUV, OK: w.Outcome == "OK", Amount: w.Amount.Amount,
		Description: w.Description, Company: w.CompanyName, Office: w.OfficeName, Debtor: w.Debtor.subject(),
		PSP: payment.PSPInfo{
			ID: w.IDPSP, FiscalCode: w.PSPCode, VAT: w.PSPVAT, Company: w.PSPCompany, Channel: w.IDChannel, ChannelDescription: w.ChannelDesc,
		},
		Method: w.Method, PaidAt: w.PaidAt.Time, AppliedOn: w.AppliedOn.Date, TransferOn: w.TransferOn.Date,
		Metadata: readEntries(w.Metadata), Bundle: w.Bundle, CreditorBundle: w.CIBundle,
		Operation: payment.OperationBizEvents, Raw: body,
	}
	if w.Payer != nil {
		payer := w.Payer.subject()
		rt.Payer = &payer
	}
	if w.Fee != nil {
		rt.Fee = &w.Fee.Amount
	}
	if w.CreditorFee != nil {
		rt.CreditorFee = &w.CreditorFee.Amount
	}
	for n, t := range w.Transfers {
		attachment, err := base64.StdEncoding.DecodeString(t.Stamp)
		if err != nil {
			return Recovered{}, unreadable("a stamp that is not base64")
		}
		if len(attachment) == 0 {
			attachment = nil
		}
		if t.ID == 0 {
			t.ID = n + 1 // it may be missing
		}
		rt.Transfers = append(rt.Transfers, payment.Credit{
			ID: t.ID, Amount: t.Amount.Amount, Creditor: t.Creditor, IBAN: t.IBAN, Stamp: attachment,
			Remittance: t.Remittance, Category: t.Category, Metadata: readEntries(t.Metadata),
		})
	}
	paidOn := w.PaidOn.Date
	if paidOn.IsZero() {
		paidOn = pagonline.DateOf(rt.PaidAt)
	}
	return Recovered{rt: rt, paidOn: paidOn}, nil
}

func (w person) subject() payment.Subject {
	return payment.Subject{
		Kind: w.Type, Code: w.Code, Name: w.FullName, Street: w.Street, Civic: w.Civic, PostalCode: w.Postal,
		City: w.City, Province: w.Province, Country: w.Country, Email: w.Email,
	}
}

// euros is an amount as a JSON number of euros, exact to the cent.
type euros struct{ euro.Amount }

// number bounds what is handed to the decimal reader: no exponent can be large.
var number = regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,6})?([eE][+-]?[0-9])?$`)

var errAmount = errors.New("gpd: not an amount")

// UnmarshalJSON reads 12, 12.5, 12.50 and 1.25E1; what is not whole cents is refused.
func (e *euros) UnmarshalJSON(b []byte) error {
	if !number.Match(b) {
		return errAmount
	}
	d, err := decimal.NewFromString(string(b))
	if err != nil {
		return errAmount
	}
	cents := d.Shift(2)
	if !cents.IsInteger() {
		return errAmount
	}
	e.Amount, err = euro.Cents(cents.IntPart())
	return err
}

// day is a date, of which an instant may be the form.
type day struct{ pagonline.Date }

// UnmarshalJSON reads yyyy-mm-dd, and what follows it is not looked at; null and "" are
// no day.
func (d *day) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	d.Date = pagonline.Date{}
	if s == nil || *s == "" {
		return nil
	}
	var err error
	d.Date, err = pagonline.ParseDate((*s)[:min(len(*s), len(time.DateOnly))])
	return err
}

// localInstant is a time that, without a zone, is meant in Rome: that of the receipt
// which it repeats.
type localInstant struct{ time.Time }

// UnmarshalJSON reads both forms; null and "" are no time.
func (t *localInstant) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	t.Time = time.Time{}
	if s == nil || *s == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, *s)
	if err != nil {
		at, err = time.ParseInLocation("2006-01-02T15:04:05", *s, pagonline.Rome())
	}
	if err != nil {
		return err
	}
	t.Time = at.UTC()
	return nil
}
