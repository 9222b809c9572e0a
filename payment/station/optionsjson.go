package station

import (
	"slices"
)

// What the payment options look like (orgs_payment_options.json); amounts are cents.
type (
	optionsAnswer struct {
		Creditor string   `json:"organizationFiscalCode"`
		Company  string   `json:"companyName"`
		Office   string   `json:"officeName"`
		StandIn  bool     `json:"standin"`
		Options  []option `json:"paymentOptions"`
	}
	option struct {
		Description string       `json:"description"`
		Number      int          `json:"numberOfInstallments"`
		DueDate     string       `json:"dueDate"`
		ValidFrom   string       `json:"validFrom"`
		Amount      int64        `json:"amount"`
		Status      string       `json:"status"`
		Reason      string       `json:"statusReason"`
		AllCCP      bool         `json:"allCCP"`
		Instalments []instalment `json:"installments"`
	}
	instalment struct {
		Notice      string `json:"nav"`
		IUV         string `json:"iuv"`
		Amount      int64  `json:"amount"`
		Description string `json:"description"`
		DueDate     string `json:"dueDate"`
		ValidFrom   string `json:"validFrom"`
		Status      string `json:"status"`
		Reason      string `json:"statusReason"`

		status string
		postal bool
	}
	problemAnswer struct {
		Status     int    `json:"httpStatusCode"`
		StatusText string `json:"httpStatusDescription"`
		Message    string `json:"errorMessage"`
		Code       string `json:"appErrorCode"`
		Timestamp  int64  `json:"timestamp"`
		At         string `json:"dateTime"`
	}
)

// The states, without the prefixes PO_ of options and POI_ of instalments.
const (
	unpaid  = "UNPAID"
	isPaid  = "PAID"
	partly  = "PARTIALLY_PAID" // of options only
	late    = "EXPIRED_UNPAID"
	tooLate = "EXPIRED_NOT_PAYABLE"
	invalid = "INVALID"
)

var reasons = map[string]string{
	unpaid:  "da pagare",
	isPaid:  "pagato",
	partly:  "pagato in parte",
	late:    "scaduto, ancora pagabile",
	tooLate: "scaduto, non più pagabile",
	invalid: "non pagabile",
}

// add puts an instalment into the option.
func (o *option) add(i instalment) {
	if o.Number == 0 {
		o.Description, o.DueDate, o.ValidFrom, o.AllCCP = i.Description, i.DueDate, i.ValidFrom, true
	}
	o.Number++
	o.Amount += i.Amount
	o.DueDate, o.ValidFrom = max(o.DueDate, i.DueDate), min(o.ValidFrom, i.ValidFrom) // their text sorts
	o.AllCCP = o.AllCCP && i.postal
	o.Instalments = append(o.Instalments, i)
}

// close returns the option with its state, which is that of its instalments: all of
// them, or the best that can still be done with it.
func (o option) close() option {
	has := func(status string) bool {
		return slices.ContainsFunc(o.Instalments, func(i instalment) bool { return i.status == status })
	}
	var status string
	switch {
	case has(isPaid) && (has(unpaid) || has(late) || has(tooLate) || has(invalid)):
		status = partly
	case has(isPaid):
		status = isPaid
	case has(unpaid):
		status = unpaid
	case has(late):
		status = late
	case has(tooLate):
		status = tooLate
	default:
		status = invalid
	}
	o.Status, o.Reason = "PO_"+status, reasons[status]
	return o
}
