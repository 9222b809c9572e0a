package wire

import (
	"strconv"
	"strings"

	"github.com/pagonline/pagonline/payment"
)

// The messages, element by element as nodeForPsp.xsd has them.

func (r *PSPRequest) fields(c *codec) {
	leaf(c, "idPSP", required, text35, &r.PSP)
	leaf(c, "idBrokerPSP", required, text35, &r.Broker)
	leaf(c, "idChannel", required, text35, &r.Channel)
	leaf(c, "password", required, text(8, 15), &r.Password)
	switch r.Operation {
	case PSPVerify:
		r.notice(c)
	case PSPActivate, PSPActivateV1:
		leaf(c, "idempotencyKey", optional, idempotencyKey, &r.IdempotencyKey)
		r.notice(c)
		leaf(c, "expirationTime", optional, pointed(tokenLife), &r.Life)
		leaf(c, "amount", required, amount, &r.Amount)
		leaf(c, "dueDate", optional, date, &r.DueDate)
		leaf(c, "paymentNote", optional, text210, &r.Note)
		if r.Operation == PSPActivate {
			leaf(c, "paymentMethod", optional, oneOf("BBT", "BP", "AD", "CP", "PO", "OBEP", "JIF", "MYBK", "PPAL"), &r.Method)
			leaf(c, "touchPoint", optional, oneOf("IO", "WISP", "CHECKOUT", "PSP", "ATM", "BETTING", "TS", "HB", "POS"), &r.TouchPoint)
		}
	default:
		leaf(c, "idempotencyKey", optional, idempotencyKey, &r.IdempotencyKey)
		r.result(c)
	}
}

// notice is ctQrCode.
func (r *PSPRequest) notice(c *codec) {
	group(c, "qrCode", required, nil, func() {
		leaf(c, "fiscalCode", required, fiscalCodePA, &r.FiscalCode)
		leaf(c, "noticeNumber", required, noticeNumber, &r.Number)
	})
}

// result is the rest of sendPaymentOutcome, both versions.
func (r *PSPRequest) result(c *codec) {
	if r.Operation == PSPOutcome {
		group(c, "paymentTokens", required, nil, func() { leaves(c, "paymentToken", 5, text35, &r.Tokens) })
	} else {
		leaves(c, "paymentToken", 1, text35, &r.Tokens)
	}
	outcome := outcomeOf(r.Paid)
	leaf(c, "outcome", required, oneOf("OK", "KO"), &outcome)
	r.Paid = outcome == "OK"
	maybe(c, "details", &r.Details, func(d *PSPDetails) { d.fields(c, r.Operation == PSPOutcome) })
}

// fields is ctOutcomeDetails and ctOutcomeDetailsV2.
func (d *PSPDetails) fields(c *codec, v2 bool) {
	leaf(c, "paymentMethod", required, oneOf("cash", "creditCard", "bancomat", "other"), &d.Method)
	leaf(c, "paymentChannel", optional, oneOf("frontOffice", "atm", "onLine", "app", "other"), &d.Channel)
	leaf(c, "fee", required, amount, &d.Fee)
	if v2 {
		leaf(c, "primaryCiIncurredFee", optional, pointed(amount), &d.CreditorFee)
		leaf(c, "idBundle", optional, text70, &d.Bundle)
		leaf(c, "idCiBundle", optional, text70, &d.CIBundle)
	}
	maybe(c, "payer", &d.Payer, func(s *payment.Subject) { subject(c, s) })
	leaf(c, "applicationDate", required, date, &d.AppliedOn)
	leaf(c, "transferDate", required, date, &d.TransferOn)
	if v2 {
		sold := len(d.Stamps) > 0
		group(c, "marcheDaBollo", optional, &sold, func() {
			list(c, "marcaDaBollo", 25, &d.Stamps, func(s *PSPStamp) {
				stamp := string(s.Stamp)
				leaf(c, "paymentToken", required, text35, &s.Token)
				leaf(c, "idTransfer", required, transferID, &s.Transfer)
				leaf(c, "MBDAttachment", required, bytes64, &stamp)
				s.Stamp = []byte(stamp)
			})
		})
	}
}

func (r *PSPResponse) fields(c *codec) {
	outcome := outcomeOf(r.Fault == nil)
	leaf(c, "outcome", required, oneOf("OK", "KO"), &outcome)
	maybe(c, "fault", &r.Fault, func(f *PSPFault) { f.fields(c) })
	if c.reading() && c.err == nil && (outcome == "OK") != (r.Fault == nil) {
		c.fail("outcome") // an answer must not say both
	}
	switch r.Operation {
	case PSPVerify:
		r.due(c)
	case PSPActivate, PSPActivateV1:
		r.activated(c)
	default: // no more than an outcome
	}
}

// fields is ctFaultBean. The schema bounds no text; a description may hold a whole
// message of the station.
func (f *PSPFault) fields(c *codec) {
	long := text(0, 1<<16)
	leaf(c, "faultCode", required, long, &f.Code)
	leaf(c, "faultString", required, long, &f.String)
	leaf(c, "id", required, long, &f.ID)
	leaf(c, "description", optional, long, &f.Description)
	leaf(c, "serial", optional, pointed(int32s), &f.Serial)
	leaf(c, "originalFaultCode", optional, long, &f.OriginalCode)
	leaf(c, "originalFaultString", optional, long, &f.OriginalString)
	leaf(c, "originalDescription", optional, long, &f.OriginalDescription)
}

// due is the rest of verifyPaymentNoticeRes.
func (r *PSPResponse) due(c *codec) {
	some := len(r.Options) > 0
	group(c, "paymentList", optional, &some, func() {
		list(c, "paymentOptionDescription", 5, &r.Options, func(o *PSPOption) {
			leaf(c, "amount", required, notZero, &o.Amount)
			leaf(c, "options", required, oneOf("EQ", "LS", "GT", "ANY"), &o.Options)
			leaf(c, "dueDate", optional, date, &o.DueDate)
			leaf(c, "paymentNote", optional, text210, &o.Note)
		})
	})
	leaf(c, "paymentDescription", optional, text210, &r.Description)
	leaf(c, "fiscalCodePA", optional, fiscalCodePA, &r.FiscalCode)
	leaf(c, "companyName", optional, text140, &r.Company)
	leaf(c, "officeName", optional, text140, &r.Office)
	leaf(c, "standin", optional, truth, &r.StandIn)
}

// activated is the rest of activatePaymentNoticeRes and activatePaymentNoticeV2Response.
func (r *PSPResponse) activated(c *codec) {
	v2 := r.Operation == PSPActivate
	leaf(c, "totalAmount", optional, pointed(amount), &r.Amount)
	leaf(c, "paymentDescription", optional, text140, &r.Description)
	leaf(c, "fiscalCodePA", optional, fiscalCodePA, &r.FiscalCode)
	leaf(c, "companyName", optional, text140, &r.Company)
	leaf(c, "officeName", optional, text140, &r.Office)
	leaf(c, "paymentToken", optional, text35, &r.Token)
	some := len(r.Transfers) > 0
	group(c, "transferList", optional, &some, func() {
		list(c, "transfer", 5, &r.Transfers, func(t *Transfer) { t.forPSP(c, v2) })
	})
	if v2 {
		metadata(c, &r.Metadata)
	}
	leaf(c, "creditorReferenceId", optional, text35, &r.IUV)
	if v2 {
		leaf(c, "suggestedUserFee", optional, pointed(amount), &r.UserFee)
		leaf(c, "suggestedPaFee", optional, pointed(amount), &r.PAFee)
		leaf(c, "suggestedIdBundle", optional, text70, &r.Bundle)
		leaf(c, "suggestedIdCiBundle", optional, text70, &r.CIBundle)
		leaf(c, "allCCP", optional, truth, &r.AllCCP)
	}
	leaf(c, "standin", optional, truth, &r.StandIn)
}

// forPSP is ctTransferPSP and ctTransferPSPV2.
func (t *Transfer) forPSP(c *codec, v2 bool) {
	leaf(c, "idTransfer", required, transferID, &t.ID)
	leaf(c, "transferAmount", required, amount, &t.Amount)
	leaf(c, "fiscalCodePA", required, fiscalCodePA, &t.Creditor)
	if !v2 {
		leaf(c, "IBAN", required, pspIBAN, &t.IBAN)
		leaf(c, "remittanceInformation", required, text140, &t.Remittance)
		metadata(c, &t.Metadata)
		return
	}
	leaf(c, "companyName", optional, text140, &t.Company)
	if t.Request == nil && (!c.reading() || c.at("IBAN")) {
		leaf(c, "IBAN", optional, pspIBAN, &t.IBAN)
	} else {
		maybe(c, "richiestaMarcaDaBollo", &t.Request, func(s *payment.Stamp) { stampRequest(c, s) })
	}
	leaf(c, "remittanceInformation", required, text140, &t.Remittance)
	leaf(c, "transferCategory", optional, text140, &t.Category)
	metadata(c, &t.Metadata)
}

// stampRequest is ctRichiestaMarcaDaBollo.
func stampRequest(c *codec, s *payment.Stamp) {
	kind := "01"
	leaf(c, "hashDocumento", required, hash, &s.Hash)
	leaf(c, "tipoBollo", required, oneOf("01"), &kind)
	leaf(c, "provinciaResidenza", required, country, &s.Province)
}

// leaves is an element with text that occurs from 1 to most times.
func leaves(c *codec, name string, most int, f form[string], items *[]string) {
	if !c.reading() {
		for i := range *items {
			leaf(c, name, required, f, &(*items)[i])
		}
		return
	}
	for n := 0; n < most && (n == 0 || c.at(name)); n++ {
		var item string
		leaf(c, name, required, f, &item)
		*items = append(*items, item)
	}
}

// integer is xsd:integer from least to most.
func integer(least, most int64) form[int64] {
	return form[int64]{
		parse: func(s string) (int64, bool) {
			n, err := strconv.ParseInt(collapse(s), 10, 64)
			return n, err == nil && least <= n && n <= most
		},
		append: func(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) },
	}
}

// tokenLife is stExpirationTime, which the schema does not bound from below.
var tokenLife = integer(-1<<62, 1_800_000)

var int32s = integer(-1<<31, 1<<31-1)

// idempotencyKey is stIdempotencyKey.
var idempotencyKey = some(29, ValidIdempotencyKey)

// ValidIdempotencyKey reports whether s is an idempotency key: 2 to 18 letters and
// digits, an underscore, 10 letters and digits.
func ValidIdempotencyKey(s string) bool {
	who, which, cut := strings.Cut(s, "_")
	return cut && len(who) >= 2 && len(who) <= 18 && len(which) == 10 && alphanumeric(who) && alphanumeric(which)
}

// pspIBAN is stIBAN of nodeForPsp.xsd, which is stricter than the station's.
var pspIBAN = some(34, ValidIBAN)

// ValidIBAN reports whether the node can tell a PSP this IBAN: two letters, two digits,
// 1 to 30 letters and digits. Its check digits are not looked at.
func ValidIBAN(s string) bool {
	return len(s) >= 5 && len(s) <= 34 && strings.Trim(s[:2], letters) == "" && strings.Trim(s[2:4], "0123456789") == "" && alphanumeric(s[4:])
}

func alphanumeric(s string) bool { return strings.Trim(s, letters+"0123456789") == "" }

const letters = upper + "abcdefghijklmnopqrstuvwxyz"
