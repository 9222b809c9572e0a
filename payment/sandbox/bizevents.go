package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
)

// bizEventsRoutes adds biz-events: the receipts of what was paid here, once more
// (biz_events.json).
func (s *Sandbox) bizEventsRoutes(mux *http.ServeMux) {
	const one = "GET /bizevents/service/v1/organizations/{cf}/receipts/{iur}"
	for _, pattern := range []string{one, one + "/paymentoptions/{iuv}"} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if !s.admitted(w, r, "/bizevents", receiptCalls, receiptSpan) {
				return
			}
			rt, found := s.madeReceipt(r.PathValue("cf"), r.PathValue("iur"), r.PathValue("iuv"))
			if !found {
				answerJSON(w, 0, nil, refused(http.StatusNotFound, "Not found the receipt", ""))
				return
			}
			answerJSON(w, http.StatusOK, newBizReceipt(rt), nil)
		})
	}
}

// madeReceipt returns the receipt of a payment in which the creditor has a share.
func (s *Sandbox) madeReceipt(creditor, iur, iuv string) (payment.RT, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.receipts {
		concerned := r.RT.Issuer == creditor ||
			slices.ContainsFunc(r.RT.Transfers, func(c payment.Credit) bool { return c.Creditor == creditor })
		if r.RT.ReceiptID == iur && concerned && (iuv == "" || r.RT.IUV == iuv) {
			rt := r.RT
			rt.Number, _ = notice.ParseSyntax(r.Number) // it was read before
			return rt, true
		}
	}
	return payment.RT{}, false
}

// The form of biz-events (CtReceiptModelResponse): amounts are numbers, the payment's
// time is a date, and each transfer has an IBAN and a stamp, one of them empty.
type (
	bizReceipt struct {
		ReceiptID    string                  `json:"receiptId"`
		NoticeNumber string                  `json:"noticeNumber"`
		FiscalCode   string                  `json:"fiscalCode"`
		Outcome      string                  `json:"outcome"`
		IUV          string                  `json:"creditorReferenceId"`
		Amount       json.Number             `json:"paymentAmount"`
		Description  string                  `json:"description"`
		CompanyName  string                  `json:"companyName"`
		OfficeName   string                  `json:"officeName,omitempty"`
		Debtor       bizPerson               `json:"debtor"`
		Transfers    []bizTransfer           `json:"transferList"`
		IDPSP        string                  `json:"idPSP"`
		PSPCode      string                  `json:"pspFiscalCode,omitempty"`
		PSPVAT       string                  `json:"pspPartitaIVA,omitempty"`
		PSPCompany   string                  `json:"pspCompanyName"`
		IDChannel    string                  `json:"idChannel"`
		ChannelDesc  string                  `json:"channelDescription,omitempty"`
		Payer        *bizPerson              `json:"payer,omitempty"`
		Method       string                  `json:"paymentMethod,omitempty"`
		Fee          json.Number             `json:"fee,omitempty"`
		Bundle       string                  `json:"idBundle,omitempty"`
		CIBundle     string                  `json:"idCiBundle,omitempty"`
		PaidOn       string                  `json:"paymentDateTime,omitempty"`
		PaidAt       string                  `json:"paymentDateTimeFormatted,omitempty"`
		AppliedOn    string                  `json:"applicationDate,omitempty"`
		TransferOn   string                  `json:"transferDate,omitempty"`
		Metadata     []payment.MetadataEntry `json:"metadata,omitempty"`
	}
	bizPerson struct {
		Type     string `json:"entityUniqueIdentifierType"`
		Code     string `json:"entityUniqueIdentifierValue"`
		FullName string `json:"fullName"`
		Street   string `json:"streetName,omitempty"`
		Civic    string `json:"civicNumber,omitempty"`
		Postal   string `json:"postalCode,omitempty"`
		City     string `json:"city,omitempty"`
		Province string `json:"stateProvinceRegion,omitempty"`
		Country  string `json:"country,omitempty"`
		Email    string `json:"email,omitempty"`
	}
	bizTransfer struct {
		ID         int                     `json:"idTransfer"`
		Amount     json.Number             `json:"transferAmount"`
		Creditor   string                  `json:"fiscalCodePA"`
		IBAN       string                  `json:"iban"`
		Stamp      string                  `json:"mbdAttachment"`
		Remittance string                  `json:"remittanceInformation"`
		Category   string                  `json:"transferCategory"`
		Metadata   []payment.MetadataEntry `json:"metadata,omitempty"`
	}
)

func newBizReceipt(rt payment.RT) bizReceipt {
	w := bizReceipt{
		ReceiptID: rt.ReceiptID, NoticeNumber: rt.Number.String(), FiscalCode: rt.Issuer, Outcome: "OK", IUV: rt.IUV,
		Amount: json.Number(rt.Amount.String()), Description: rt.Description, CompanyName: rt.Company, OfficeName: rt.Office,
		Debtor: newBizPerson(rt.Debtor), IDPSP: rt.PSP.ID, PSPCode: rt.PSP.FiscalCode, PSPVAT: rt.PSP.VAT, PSPCompany: rt.PSP.Company,
		IDChannel: rt.PSP.Channel, ChannelDesc: rt.PSP.ChannelDescription, Method: rt.Method, Bundle: rt.Bundle, CIBundle: rt.CreditorBundle,
		AppliedOn: rt.AppliedOn.String(), TransferOn: rt.TransferOn.String(), Metadata: rt.Metadata,
	}
	if !rt.PaidAt.IsZero() {
		w.PaidOn, w.PaidAt = pagonline.DateOf(rt.PaidAt).String(), rt.PaidAt.In(pagonline.Rome()).Format(time.RFC3339)
	}
	if rt.Payer != nil {
		payer := newBizPerson(*rt.Payer)
		w.Payer = &payer
	}
	if rt.Fee != nil {
		w.Fee = json.Number(rt.Fee.String())
	}
	for _, c := range rt.Transfers {
		w.Transfers = append(w.Transfers, bizTransfer{
			ID: c.ID, Amount: json.Number(c.Amount.String()), Creditor: c.Creditor, IBAN: c.IBAN,
			Stamp: base64.StdEncoding.EncodeToString(c.Stamp), Remittance: c.Remittance, Category: c.Category, Metadata: c.Metadata,
		})
	}
	return w
}

func newBizPerson(s payment.Subject) bizPerson {
	return bizPerson{
		Type: string(s.Kind), Code: s.Code, FullName: s.Name, Street: s.Street, Civic: s.Civic, Postal: s.PostalCode,
		City: s.City, Province: s.Province, Country: s.Country, Email: s.Email,
	}
}
