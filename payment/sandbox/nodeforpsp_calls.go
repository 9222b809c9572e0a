package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// The faults of the node that only PSPs see.
const (
	faultSyntax     = "PPT_SINTASSI_EXTRAXSD"
	faultSOAPAction = "PPT_SOAPACTION_ERRATA"
	faultNotAllowed = "PPT_AUTORIZZAZIONE"
	faultIBAN       = "PPT_IBAN_NON_CENSITO"
	faultSystem     = "PPT_SYSTEM_ERROR"
)

// pspError is why a PSP's call is refused.
type pspError struct {
	code, description string
	pa, creditor      string // of the station that refused
}

func (f *pspError) Error() string { return "sandbox: " + f.code }

// refusalOf returns the refusal that err is.
func refusalOf(err error, creditor string) *pspError {
	if f, ok := errors.AsType[*pspError](err); ok {
		return f
	}
	if f, ok := errors.AsType[*NodeError](err); ok {
		return &pspError{code: f.Code, pa: f.PA, creditor: creditor}
	}
	return &pspError{code: faultSystem}
}

// nodeStrings are the node's texts for codes whose text is not fixed.
var nodeStrings = map[string]string{
	faultSyntax:                         "Errore di sintassi extra XSD.",
	faultNotAllowed:                     "Il richiedente non ha i diritti per l'operazione.",
	faultIBAN:                           "Il codice IBAN indicato dal EC non è presente nella lista degli IBAN comunicati al sistema pagoPA.",
	faultSemantics:                      "Errore semantico.",
	faultExpiredKO:                      "paymentToken is expired on outcome KO",
	faultSettled:                        "L'esito del pagamento risulta già acquisito dal sistema pagoPA.",
	faultUnknownPA:                      "Identificativo Dominio sconosciuto.",
	faultUnreachable:                    "Errore di connessione verso la Stazione.",
	faultResponse:                       "Errore di risposta dalla stazione.",
	"PPT_PSP_SCONOSCIUTO":               "PSP sconosciuto.",
	"PPT_INTERMEDIARIO_PSP_SCONOSCIUTO": "Identificativo intermediario psp sconosciuto.",
	"PPT_CANALE_SCONOSCIUTO":            "Canale sconosciuto.",
	"PPT_AUTENTICAZIONE":                "Errore di autenticazione.",
	"PPT_ERRORE_IDEMPOTENZA":            "Errore idempotenza",
	"PPT_STAZIONE_INT_PA_SCONOSCIUTA":   "IdentificativoStazioneRichiedente sconosciuto.",
}

// fault writes the refusal. A fault of the station goes into fields of its own.
func (f *pspError) fault() *wire.PSPFault {
	known, _ := payment.FaultOf(f.code)
	text := nodeStrings[f.code]
	if f.code != faultNotAllowed { // its catalogued text is the description of one case
		text = cmp.Or(known.Official, text)
	}
	out := &wire.PSPFault{Code: f.code, String: cmp.Or(text, "Errore generico."), ID: "NodoDeiPagamentiSPC", Description: f.description}
	if f.pa != "" {
		own, _ := payment.FaultOf(f.pa)
		out.ID, out.OriginalCode, out.OriginalString = f.creditor, f.pa, cmp.Or(own.Official, f.pa)
	}
	return out
}

// verifyForPSP is verifyPaymentNotice.
func (s *Sandbox) verifyForPSP(ctx context.Context, k payment.Key) (wire.PSPResponse, error) {
	due, standIn, err := s.verify(ctx, k)
	if err != nil {
		return wire.PSPResponse{}, err
	}
	return wire.PSPResponse{
		Options:     []wire.PSPOption{{Amount: due.Amount, Options: "EQ", DueDate: due.DueDate, Note: due.Detail}},
		Description: due.Description, FiscalCode: k.Creditor, Company: due.Company, Office: due.Office, StandIn: standIn,
	}, nil
}

// moneyBack are the touch points at which a payment that comes too late does not count.
var moneyBack = []string{"IO", "WISP", "CHECKOUT"}

// activateForPSP is activatePaymentNotice, both versions.
func (s *Sandbox) activateForPSP(ctx context.Context, k payment.Key, r wire.PSPRequest) (wire.PSPResponse, error) {
	a := activation{key: k, amount: r.Amount, note: r.Note, stamps: r.Operation == wire.PSPActivate, refund: slices.Contains(moneyBack, r.TouchPoint)}
	if r.Method == "BP" { // a postal payment slip: to postal accounts only
		a.transfer = "POSTAL"
	}
	if r.Life != nil {
		a.life = time.Duration(*r.Life) * time.Millisecond
		if a.life > s.cfg.TokenLife {
			return wire.PSPResponse{}, &pspError{
				code: faultNotAllowed, description: fmt.Sprintf("expirationTime deve essere <= %d", s.cfg.TokenLife.Milliseconds()),
			}
		}
	}
	got, err := s.activate(ctx, a)
	if err != nil {
		return wire.PSPResponse{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.attempts[got.Token]
	answer := wire.PSPResponse{
		Amount: &taken.due.Amount, Description: taken.due.Description, FiscalCode: k.Creditor,
		Company: taken.due.Company, Office: taken.due.Office, Token: taken.token, IUV: taken.due.IUV,
		Transfers: taken.due.Transfers, Metadata: taken.due.Metadata, StandIn: taken.standIn,
	}
	s.desk.tokens[got.Token] = pspToken{psp: r.PSP}
	return answer, nil
}

// outcomeForPSP is sendPaymentOutcome, both versions. A token that is not this PSP's, or
// has its outcome, refuses the message as a whole; after that each token goes its own
// way, and the first refusal is the answer.
func (s *Sandbox) outcomeForPSP(r wire.PSPRequest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.endable(r); err != nil {
		return err
	}
	o := payment.Outcome{Paid: r.Paid}
	if r.Paid {
		o.Method, o.Fee, o.Payer = r.Details.Method, r.Details.Fee, r.Details.Payer
	}
	who, _ := s.desk.who(r)
	var first error
	for _, token := range r.Tokens {
		delete(s.desk.keys, s.desk.tokens[token].key)
		err := s.settleLocked(token, o, func(rt *payment.RT) { amend(rt, who, r.Details) })
		if first == nil {
			first = err
		}
	}
	return first
}

// endable checks the tokens of an outcome, and the stamps sold with them.
func (s *Sandbox) endable(r wire.PSPRequest) error {
	seen := map[string]bool{}
	for _, token := range r.Tokens {
		a, known := s.attempts[token]
		switch {
		case seen[token]:
			return &pspError{code: faultSyntax, description: "paymentToken"}
		case !known, s.desk.tokens[token].psp != r.PSP:
			return &pspError{code: faultNoToken}
		case a.settled && a.paid == r.Paid:
			return &pspError{code: faultSettled, description: "Esito concorde"}
		case a.settled:
			return &pspError{code: faultSettled, description: "Esito discorde"}
		case r.Paid && !sameStamps(a, r.Details.Stamps):
			return &pspError{code: faultSemantics, description: "marcheDaBollo"}
		}
		seen[token] = true
	}
	for _, sold := range details(r).Stamps {
		if !seen[sold.Token] {
			return &pspError{code: faultSemantics, description: "marcheDaBollo"}
		}
	}
	return nil
}

// details returns those of an outcome, none if it has none.
func details(r wire.PSPRequest) wire.PSPDetails {
	if r.Details == nil {
		return wire.PSPDetails{}
	}
	return *r.Details
}

// sameStamps reports whether an attempt's stamps were sold, each once, and no others.
func sameStamps(a *attempt, sold []wire.PSPStamp) bool {
	var wanted, got []int
	for _, t := range a.due.Transfers {
		if t.Request != nil {
			wanted = append(wanted, t.ID)
		}
	}
	for _, stamp := range sold {
		if stamp.Token == a.token {
			got = append(got, stamp.Transfer)
		}
	}
	slices.Sort(wanted)
	slices.Sort(got)
	return slices.Equal(wanted, got)
}

// amend writes what only the PSP knows into a receipt.
func amend(rt *payment.RT, who PSP, d *wire.PSPDetails) {
	rt.PSP = payment.PSPInfo{
		ID: who.ID, FiscalCode: who.Broker, Company: cmp.Or(who.Company, who.ID),
		Channel: who.Channel, ChannelDescription: cmp.Or(d.Channel, "other"),
	}
	rt.AppliedOn, rt.TransferOn = d.AppliedOn, d.TransferOn
	rt.CreditorFee, rt.Bundle, rt.CreditorBundle = d.CreditorFee, d.Bundle, d.CIBundle
	for _, sold := range d.Stamps {
		for i := range rt.Transfers {
			if sold.Token == rt.ReceiptID && sold.Transfer == rt.Transfers[i].ID {
				rt.Transfers[i].Stamp = sold.Stamp
			}
		}
	}
}
