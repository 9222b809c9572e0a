package idptest

import (
	"fmt"

	"github.com/pagonline/pagonline/identity"
)

// anomalyCases are the messages of the rules (SPID, table of the error messages), as
// identity providers send them: without assertion and not signed.
func anomalyCases() []Case {
	var all []Case
	for _, r := range []struct {
		number           int
		err              error
		name             string // as the judges number it
		code, sub, about string
	}{
		{19, identity.ErrAttempts, "104", "Responder", "AuthnFailed", "anomalia 19: ripetute credenziali errate"},
		{20, identity.ErrAssurance, "105", "Responder", "AuthnFailed", "anomalia 20: nessuna credenziale del livello richiesto"},
		{21, identity.ErrTimeout, "106", "Responder", "AuthnFailed", "anomalia 21: tempo scaduto"},
		{22, identity.ErrConsent, "107", "Responder", "AuthnFailed", "anomalia 22: consenso negato"},
		{23, identity.ErrSuspended, "108", "Responder", "AuthnFailed", "anomalia 23: identità sospesa o revocata"},
		{25, identity.ErrCancelled, "111", "Responder", "AuthnFailed", "anomalia 25: accesso annullato dall'utente"},
		{8, identity.ErrRejected, "", "Requester", "", "anomalia 8: richiesta non conforme"},
		{9, identity.ErrRejected, "", "VersionMismatch", "", "anomalia 9: versione"},
		{11, identity.ErrRejected, "", "Requester", "", "anomalia 11: ID"},
		{12, identity.ErrRejected, "", "Requester", "NoAuthnContext", "anomalia 12: RequestedAuthnContext"},
		{13, identity.ErrRejected, "", "Requester", "RequestDenied", "anomalia 13: IssueInstant"},
		{14, identity.ErrRejected, "", "Requester", "RequestUnsupported", "anomalia 14: Destination"},
		{15, identity.ErrRejected, "", "Requester", "NoPassive", "anomalia 15: IsPassive"},
		{16, identity.ErrRejected, "", "Requester", "RequestUnsupported", "anomalia 16: AssertionConsumerService"},
		{17, identity.ErrRejected, "", "Requester", "RequestUnsupported", "anomalia 17: NameIDPolicy"},
		{18, identity.ErrRejected, "", "Requester", "RequestUnsupported", "anomalia 18: AttributeConsumingService"},
		{30, identity.ErrIdentityType, "", "Responder", "AuthnFailed", "anomalia 30: tipo di identità"},
	} {
		if r.name == "" {
			r.name = fmt.Sprintf("anomaly %d", r.number)
		}
		message := fmt.Sprintf("ErrorCode nr%02d", r.number)
		all = append(all, Case{Name: r.name, About: r.about, Err: r.err, Anomaly: r.number, before: failure(r.code, r.sub, message)})
	}
	signed := edits(failure("Responder", "AuthnFailed", "ErrorCode nr25"), func(a *answer) { a.signResponse = &signature{by: a.idp.keys} })
	return append(all,
		Case{Name: "anomaly 25, signed", About: "anomalia 25, firmata", Err: identity.ErrCancelled, Anomaly: 25, before: signed},
		Case{Name: "anomaly 25, loosely written", About: "anomalia 25, scritta diversamente", Err: identity.ErrCancelled, Anomaly: 25, before: failure("Responder", "AuthnFailed", "\n  errorcode  NR25 ")},
		Case{Name: "failure without a number", About: "errore senza numero di anomalia", Err: identity.ErrRejected, before: failure("Responder", "", "")},
	)
}

// failure makes the answer one of those without a person.
func failure(code, sub, message string) func(*answer) {
	return func(a *answer) {
		unsigned(true, true)(a)
		a.assertion.Remove()
		outer := at(a.response, "Status/StatusCode")
		outer.CreateAttr("Value", status+code)
		if sub != "" {
			outer.CreateElement("samlp:StatusCode").CreateAttr("Value", status+sub)
		}
		if message != "" {
			at(a.response, "Status").CreateElement("samlp:StatusMessage").SetText(message)
		}
	}
}
