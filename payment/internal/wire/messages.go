package wire

import (
	"time"

	"github.com/pagonline/pagonline/payment"
)

// The messages, element by element as paForNode.xsd has them.

func (r *Request) fields(c *codec) {
	leaf(c, "idPA", required, text35, &r.PA)
	leaf(c, "idBrokerPA", required, text35, &r.Broker)
	leaf(c, "idStation", required, text35, &r.Station)
	switch r.Operation {
	case SendRT, SendRTV1:
		group(c, "receipt", required, nil, func() { r.receipt(c, r.Operation == SendRT) })
		return
	case Demand:
		r.demand(c)
		return
	default:
	}
	group(c, "qrCode", required, nil, func() {
		leaf(c, "fiscalCode", required, fiscalCodePA, &r.FiscalCode)
		leaf(c, "noticeNumber", required, noticeNumber, &r.Number)
	})
	if r.Operation != Verify {
		leaf(c, "amount", optional, pointed(amount), &r.Amount)
		leaf(c, "paymentNote", optional, text210, &r.Note)
		leaf(c, "transferType", optional, oneOf("POSTAL", "PAGOPA"), &r.TransferType)
		leaf(c, "dueDate", optional, date, &r.DueDate)
	}
}

// demand is the rest of paDemandPaymentNoticeRequest.
func (r *Request) demand(c *codec) {
	leaf(c, "idServizio", required, text5, &r.Service)
	leaf(c, "idSoggettoServizio", required, text5, &r.ServiceSubject)
	name := "datiSpecificiServizioRequest"
	for _, sanp := range []string{"datiSpecificiServizio", "datiSpecificiServizioReq"} {
		if c.reading() && c.at(sanp) {
			name = sanp
		}
	}
	data := string(r.Data)
	leaf(c, name, required, bytes64, &data)
	r.Data = []byte(data)
}

// receipt is ctReceiptV2, or ctReceipt.
func (r *Request) receipt(c *codec, v2 bool) {
	rt := &r.RT
	outcome := outcomeOf(rt.OK)
	// The schema bounds the id by nothing; no PSP's token is longer than 35.
	leaf(c, "receiptId", required, text(1, 255), &rt.ReceiptID)
	leaf(c, "noticeNumber", required, noticeNumber, &r.Number)
	leaf(c, "fiscalCode", required, fiscalCodePA, &rt.Issuer)
	leaf(c, "outcome", required, outcomes, &outcome)
	rt.OK = outcome == "OK"
	leaf(c, "creditorReferenceId", required, text35, &rt.IUV)
	leaf(c, "paymentAmount", required, amount, &rt.Amount)
	leaf(c, "description", required, text140, &rt.Description)
	leaf(c, "companyName", required, text140, &rt.Company)
	leaf(c, "officeName", optional, text140, &rt.Office)
	group(c, "debtor", required, nil, func() { subject(c, &rt.Debtor) })
	group(c, "transferList", required, nil, func() {
		list(c, "transfer", 5, &rt.Transfers, func(t *payment.Credit) { credit(c, t, v2) })
	})
	leaf(c, "idPSP", required, text35, &rt.PSP.ID)
	leaf(c, "pspFiscalCode", optional, text70, &rt.PSP.FiscalCode)
	leaf(c, "pspPartitaIVA", optional, text(1, 20), &rt.PSP.VAT)
	leaf(c, "PSPCompanyName", required, text70, &rt.PSP.Company)
	leaf(c, "idChannel", required, text35, &rt.PSP.Channel)
	leaf(c, "channelDescription", required, text35, &rt.PSP.ChannelDescription)
	maybe(c, "payer", &rt.Payer, func(s *payment.Subject) { subject(c, s) })
	leaf(c, "paymentMethod", optional, text35, &rt.Method)
	if v2 {
		leaf(c, "paymentNote", optional, text210, &rt.Note)
	}
	leaf(c, "fee", optional, pointed(amount), &rt.Fee)
	if v2 {
		leaf(c, "primaryCiIncurredFee", optional, pointed(amount), &rt.CreditorFee)
		leaf(c, "idBundle", optional, text70, &rt.Bundle)
		leaf(c, "idCiBundle", optional, text70, &rt.CreditorBundle)
	}
	leaf(c, "paymentDateTime", optional, instant, &rt.PaidAt)
	leaf(c, "applicationDate", optional, date, &rt.AppliedOn)
	leaf(c, "transferDate", optional, date, &rt.TransferOn)
	metadata(c, &rt.Metadata)
	if c.reading() && c.at("standin") { // the SANP's spelling
		leaf(c, "standin", optional, truth, &rt.StandIn)
		return
	}
	leaf(c, "standIn", optional, truth, &rt.StandIn)
}

// credit is ctTransferPAReceiptV2, or ctTransferPA.
func credit(c *codec, t *payment.Credit, v2 bool) {
	leaf(c, "idTransfer", required, transferID, &t.ID)
	leaf(c, "transferAmount", required, notZero, &t.Amount)
	leaf(c, "fiscalCodePA", required, fiscalCodePA, &t.Creditor)
	if v2 {
		leaf(c, "companyName", optional, text140, &t.Company)
	}
	if v2 && (c.reading() && c.at("MBDAttachment") || !c.reading() && t.Stamp != nil) {
		stamp := string(t.Stamp)
		leaf(c, "MBDAttachment", required, bytes64, &stamp)
		t.Stamp = []byte(stamp)
	} else {
		leaf(c, "IBAN", required, text35, &t.IBAN)
	}
	leaf(c, "remittanceInformation", required, text140, &t.Remittance)
	leaf(c, "transferCategory", required, text140, &t.Category)
	metadata(c, &t.Metadata)
}

func (r *Response) fields(c *codec) {
	outcome := outcomeOf(r.Fault == nil)
	leaf(c, "outcome", required, outcomes, &outcome)
	maybe(c, "fault", &r.Fault, func(f *Fault) { f.fields(c) })
	if c.reading() && c.err == nil && (outcome == "OK") != (r.Fault == nil) {
		c.fail("outcome") // an answer must not say both (SANP, checks of the node)
	}
	switch r.Operation {
	case Demand:
		maybe(c, "qrCode", &r.QR, func(qr *QR) {
			leaf(c, "fiscalCode", required, fiscalCodePA, &qr.FiscalCode)
			leaf(c, "noticeNumber", required, noticeNumber, &qr.Number)
		})
		r.due(c)
	case Verify:
		r.due(c)
	case GetPayment, GetPaymentV1:
		maybe(c, "data", &r.Payment, func(p *Payment) { p.fields(c, r.Operation == GetPayment) })
	case SendRT, SendRTV1: // no more than an outcome
	}
}

// fields is ctFaultBean; the schema bounds none of its texts.
func (f *Fault) fields(c *codec) {
	leaf(c, "faultCode", required, anyText, &f.Code)
	leaf(c, "faultString", required, anyText, &f.String)
	leaf(c, "id", required, anyText, &f.ID)
	leaf(c, "description", optional, anyText, &f.Description)
	leaf(c, "serial", optional, number, &f.Serial)
	leaf(c, "originalFaultCode", optional, anyText, &f.OriginalCode)
	leaf(c, "originalFaultString", optional, anyText, &f.OriginalString)
	leaf(c, "originalDescription", optional, anyText, &f.OriginalDescription)
}

// due is the rest of paVerifyPaymentNoticeRes, and of paDemandPaymentNoticeResponse.
func (r *Response) due(c *codec) {
	maybe(c, "paymentList", &r.Due, func(due *Due) {
		group(c, "paymentOptionDescription", required, nil, func() {
			options := "EQ"
			leaf(c, "amount", required, notZero, &due.Amount)
			leaf(c, "options", required, oneOf("EQ", "LS", "GT", "ANY"), &options)
			leaf(c, "dueDate", optional, date, &due.DueDate)
			leaf(c, "detailDescription", optional, text140, &due.Detail)
			leaf(c, "allCCP", required, truth, &due.AllCCP)
		})
	})
	due := r.Due
	if due == nil {
		due = &Due{} // what is said of nothing that is due is dropped
	}
	leaf(c, "paymentDescription", optional, text140, &due.Description)
	leaf(c, "fiscalCodePA", optional, fiscalCodePA, &due.FiscalCode)
	leaf(c, "companyName", optional, text140, &due.Company)
	leaf(c, "officeName", optional, text140, &due.Office)
}

// fields is ctPaymentPAV2, or ctPaymentPA. retentionDate and lastPayment, which the platform ignores,
// are not written and are passed over.
func (p *Payment) fields(c *codec, v2 bool) {
	leaf(c, "creditorReferenceId", required, text35, &p.IUV)
	leaf(c, "paymentAmount", required, notZero, &p.Amount)
	leaf(c, "dueDate", required, date, &p.DueDate)
	if c.reading() {
		var retention time.Time
		var last bool
		leaf(c, "retentionDate", optional, instant, &retention)
		leaf(c, "lastPayment", optional, truth, &last)
	}
	leaf(c, "description", required, text140, &p.Description)
	leaf(c, "companyName", need(v2), text140, &p.Company)
	leaf(c, "officeName", optional, text140, &p.Office)
	group(c, "debtor", required, nil, func() { subject(c, &p.Debtor) })
	group(c, "transferList", required, nil, func() {
		list(c, "transfer", 5, &p.Transfers, func(t *Transfer) { t.fields(c, v2) })
	})
	metadata(c, &p.Metadata)
}

// fields is ctTransferPAV2, or ctTransferPA.
func (t *Transfer) fields(c *codec, v2 bool) {
	leaf(c, "idTransfer", required, transferID, &t.ID)
	leaf(c, "transferAmount", required, notZero, &t.Amount)
	leaf(c, "fiscalCodePA", required, fiscalCodePA, &t.Creditor)
	if v2 {
		leaf(c, "companyName", optional, text140, &t.Company)
	}
	if v2 && (c.reading() && c.at("richiestaMarcaDaBollo") || !c.reading() && t.Request != nil) {
		maybe(c, "richiestaMarcaDaBollo", &t.Request, func(s *payment.Stamp) {
			kind := "01"
			leaf(c, "hashDocumento", required, hash, &s.Hash)
			leaf(c, "tipoBollo", required, oneOf("01"), &kind)
			leaf(c, "provinciaResidenza", required, country, &s.Province)
		})
	} else {
		leaf(c, "IBAN", required, text35, &t.IBAN)
	}
	leaf(c, "remittanceInformation", required, text140, &t.Remittance)
	leaf(c, "transferCategory", required, text140, &t.Category)
	metadata(c, &t.Metadata)
}

// subject is ctSubject.
func subject(c *codec, s *payment.Subject) {
	group(c, "uniqueIdentifier", required, nil, func() {
		leaf(c, "entityUniqueIdentifierType", required, subjectKind, &s.Kind)
		leaf(c, "entityUniqueIdentifierValue", required, text(2, 16), &s.Code)
	})
	leaf(c, "fullName", required, text70, &s.Name)
	leaf(c, "streetName", optional, text70, &s.Street)
	leaf(c, "civicNumber", optional, text16, &s.Civic)
	leaf(c, "postalCode", optional, text16, &s.PostalCode)
	leaf(c, "city", optional, text35, &s.City)
	leaf(c, "stateProvinceRegion", optional, text35, &s.Province)
	leaf(c, "country", optional, country, &s.Country)
	leaf(c, "e-mail", optional, email, &s.Email)
}

// metadata is ctMetadata, which is optional wherever it stands.
func metadata(c *codec, entries *[]payment.MetadataEntry) {
	present := len(*entries) > 0
	group(c, "metadata", optional, &present, func() {
		list(c, "mapEntry", 15, entries, func(e *payment.MetadataEntry) {
			leaf(c, "key", required, text140, &e.Key)
			leaf(c, "value", required, text140, &e.Value)
		})
	})
}

// maybe is an optional group behind a pointer: nil is absent.
func maybe[T any](c *codec, name string, v **T, children func(*T)) {
	if c.reading() && c.at(name) {
		*v = new(T)
	}
	present := *v != nil
	group(c, name, optional, &present, func() { children(*v) })
}

func outcomeOf(ok bool) string {
	if ok {
		return "OK"
	}
	return "KO"
}
