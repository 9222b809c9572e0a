package pagonline

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
)

// The classes of errors. Every [Error] wraps exactly one, so that
// errors.Is(err, pagonline.ErrNotFound) tells what a program should do.
var (
	ErrInvalid     = errors.New("invalid input")          // mend the input
	ErrNotFound    = errors.New("not found")              // nothing there, or not for this user
	ErrConflict    = errors.New("not in this state")      // look again, then decide
	ErrDenied      = errors.New("not allowed")            // this user, this way: no
	ErrUnavailable = errors.New("unavailable for now")    // the same call may succeed later
	ErrInternal    = errors.New("internal inconsistency") // ours to mend
)

// Text is a sentence or a word for the user, in both languages.
type Text struct {
	It string `json:"it"`
	En string `json:"en"`
}

// Same returns the text that reads alike in both languages: a number, a code, a name.
func Same(s string) Text { return Text{It: s, En: s} }

// Error is what went wrong, for three readers: a program (Class and Code), the
// user (the texts), the log (Detail). Detail is never part of a text; it names no
// person, and neither do the texts beyond what the user typed in that very field.
//
// As JSON it is {"code","field","it","en"}.
type Error struct {
	// Class is one of the Err… values of this package.
	Class error `json:"-"`
	// Code is the stable public name, as in "amount_format".
	Code Code `json:"code"`
	// Field names the input that is wrong, as the form names it; "" if none.
	Field string `json:"field"`
	Text
	// Detail is the cause, for the log. errors.Is and errors.As find it.
	Detail error `json:"-"`
}

// NewError returns the error that the table holds for code, with its
// placeholders filled in the order in which they stand.
func NewError(code Code, fill ...Text) *Error {
	r, ok := table[code]
	if !ok {
		r = table[CodeInternal]
	}
	e := &Error{Class: r.class, Code: code, Text: r.text}
	for _, f := range fill {
		e.It = fillNext(e.It, f.It)
		e.En = fillNext(e.En, f.En)
	}
	return e
}

// fillNext replaces the first {placeholder} of s that is still open. A value that
// holds braces itself must not be filled again: its braces become parentheses.
func fillNext(s, value string) string {
	from := strings.IndexByte(s, '{')
	if from < 0 {
		return s
	}
	to := from + strings.IndexByte(s[from:], '}')
	return s[:from] + strings.NewReplacer("{", "(", "}", ")").Replace(value) + s[to+1:]
}

// At returns a copy of e that names the field.
func (e *Error) At(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// Because returns a copy of e that carries cause for the log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Detail = cause
	return &c
}

// Error returns the code, the field and the English text: what may be shown.
func (e *Error) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s: %s", e.Code, e.En)
	}
	return fmt.Sprintf("%s (%s): %s", e.Code, e.Field, e.En)
}

// In returns the text in lang: "en" for English, Italian for everything else.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.En
	}
	return t.It
}

// Is makes errors of one code equal for [errors.Is], whatever their fields. A target
// with a detail is more particular: it equals only errors that have this detail too.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && (t.Detail == nil || errors.Is(e.Detail, t.Detail))
}

// Unwrap returns the class and the detail.
func (e *Error) Unwrap() []error {
	if e.Detail == nil {
		return []error{e.Class}
	}
	return []error{e.Class, e.Detail}
}

// LogValue gives the log what the user must not see, and not what he typed.
func (e *Error) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("code", string(e.Code)), slog.String("field", e.Field)}
	if e.Detail != nil {
		attrs = append(attrs, slog.String("detail", e.Detail.Error()))
	}
	return slog.GroupValue(attrs...)
}

// Codes returns all codes of the table, sorted.
func Codes() []Code { return slices.Sorted(maps.Keys(table)) }

// AsError returns the [Error] in err's chain. An error of any other kind comes
// back as [CodeInternal] with err as its detail, and nil as nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return NewError(CodeInternal).Because(err)
}

// CodeOf returns the public code of err, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return AsError(err).Code
}

// Code is the stable public name of an error. Programs may compare it, forms may
// translate it; its texts in the table may be improved, the name stays.
type Code string

// The codes that this module uses; their texts stand in the table below.
const (
	// Identity and access.
	CodeNotActivated            Code = "not_activated"
	CodeActivationExpired       Code = "activation_expired"
	CodeEIDASCountryUnavailable Code = "eidas_country_unavailable"
	CodeLoginCancelled          Code = "login_cancelled"
	CodeAssuranceTooLow         Code = "assurance_too_low"
	CodeResetNotApplicable      Code = "reset_not_applicable"
	CodeLoginConsent            Code = "login_consent"
	CodeLoginTimeout            Code = "login_timeout"
	CodeLoginAttempts           Code = "login_attempts"
	CodeLoginRejected           Code = "login_rejected"
	CodeLoginAnswer             Code = "login_answer"
	CodeLoginExpired            Code = "login_expired"
	CodeLoginFailed             Code = "login_failed"
	CodeIdentitySuspended       Code = "identity_suspended"
	CodeIdentityType            Code = "identity_type"
	CodeProviderUnknown         Code = "provider_unknown"
	CodeTokenInvalid            Code = "token_invalid"
	CodeTooManyAttempts         Code = "too_many_attempts"
	CodePassword                Code = "password"
	CodeEmail                   Code = "email"

	// Institutes and services.
	CodeInstituteUnknown   Code = "institute_unknown"
	CodeInstituteSuspended Code = "institute_suspended"
	CodeServiceNotOffered  Code = "service_not_offered"

	// The fields of an item.
	CodeRequiredField      Code = "required_field"
	CodeAmountFormat       Code = "amount_format"
	CodeAmountAmbiguous    Code = "amount_ambiguous"
	CodeAmountRange        Code = "amount_range"
	CodeQuantity           Code = "quantity"
	CodePayerName          Code = "payer_name"
	CodeFiscalCode         Code = "fiscal_code"
	CodeCausaleMissingPart Code = "causale_missing_part"
	CodeCausaleTooLong     Code = "causale_too_long"
	CodeCausaleCharset     Code = "causale_charset"

	// Quotes.
	CodeQuoteUnknown        Code = "quote_unknown"
	CodeQuoteOtherInstitute Code = "quote_other_institute"
	CodeQuoteAmount         Code = "quote_amount"
	CodeQuoteExpired        Code = "quote_expired"
	CodeQuotePaid           Code = "quote_paid"
	CodeQuoteWithdrawn      Code = "quote_withdrawn"

	// Carts and orders.
	CodeCartEmpty         Code = "cart_empty"
	CodeCartExpired       Code = "cart_expired"
	CodeTooManyItems      Code = "too_many_items"
	CodePaymentInProgress Code = "payment_in_progress"
	CodeAlreadyPaid       Code = "already_paid"

	// Receipts.
	CodeReceiptNotReady Code = "receipt_not_ready"
	CodeNotFound        Code = "not_found"
	CodeNotPaid         Code = "not_paid"

	// The desk: matching and release.
	CodeAmountMismatch   Code = "amount_mismatch"
	CodeWrongInstitute   Code = "wrong_institute"
	CodeUnmatched        Code = "unmatched"
	CodeDuplicatePayment Code = "duplicate_payment"
	CodeNotVerified      Code = "not_verified"
	CodeAlreadyReleased  Code = "already_released"

	// Refunds.
	CodeRefundExceeds   Code = "refund_exceeds"
	CodeAlreadyRefunded Code = "already_refunded"
	CodeNothingToRefund Code = "nothing_to_refund"

	// Texts and codes from outside.
	CodeSensitiveData   Code = "sensitive_data"
	CodeNoticeInvalid   Code = "notice_invalid"
	CodeIUVInvalid      Code = "iuv_invalid"
	CodeCodeUnreadable  Code = "code_unreadable"
	CodeProtocolInvalid Code = "protocol_invalid"
	CodeTariffItem      Code = "tariff_item"
	CodeReasonRequired  Code = "reason_required"
	CodeExemptionRule   Code = "exemption_rule"
	CodeCatalogInvalid  Code = "catalog_invalid"
	CodeInputSyntax     Code = "input_syntax"
	CodeTextInvalid     Code = "text_invalid"
	CodeTextTooLong     Code = "text_too_long"

	// Everything else.
	CodeUnavailable           Code = "unavailable"
	CodeConflict              Code = "conflict"
	CodeEIDASCountryAvailable Code = "eidas_country_available"
	CodeNotAllowed            Code = "not_allowed"
	CodeReceiptAltered        Code = "receipt_altered"
	CodeReceiptUsed           Code = "receipt_used"
	CodeEnvironment           Code = "environment"
	CodeInternal              Code = "internal"
)

// row is one line of the table: the class and the two texts.
type row struct {
	class error
	text  Text
}

// table holds the class and the texts of each code. A {placeholder} is filled by
// [NewError], in the order in which it stands.
var table = map[Code]row{
	CodeNotActivated:            {ErrDenied, Text{"Utenza non ancora attivata: inserire i dati ricevuti via e-mail.", "Account not activated yet: enter the data received by e-mail."}},
	CodeActivationExpired:       {ErrDenied, Text{"Codice di attivazione scaduto: richiederne uno nuovo.", "Activation code expired: ask for a new one."}},
	CodeEIDASCountryUnavailable: {ErrDenied, Text{"Nazionalità assente dall'elenco eIDAS: usare \"Login without eIDAS\".", "Country not in the eIDAS list: use \"Login without eIDAS\"."}},
	CodeLoginCancelled:          {ErrDenied, Text{"Accesso annullato.", "Login cancelled."}},
	CodeAssuranceTooLow:         {ErrDenied, Text{"Livello di autenticazione insufficiente.", "Authentication level too low."}},
	CodeResetNotApplicable:      {ErrDenied, Text{"La password è gestita dal proprio gestore di identità.", "Your identity provider manages the password."}},
	CodeLoginConsent:            {ErrDenied, Text{"Consenso all'invio dei dati non dato: senza quei dati l'accesso non è possibile. Si può riprovare.", "You did not agree to send your data: without them you cannot sign in. You may try again."}},
	CodeLoginTimeout:            {ErrDenied, Text{"Tempo per l'accesso scaduto: ricominciare.", "The time to sign in is over: start again."}},
	CodeLoginAttempts:           {ErrDenied, Text{"Troppi tentativi di accesso falliti: riprovare più tardi.", "Too many failed attempts to sign in: try again later."}},
	CodeLoginRejected:           {ErrDenied, Text{"Il gestore di identità non ha accettato la richiesta di accesso: segnalarlo all'istituto.", "The identity provider did not accept the request to sign in: please tell the institute."}},
	CodeLoginAnswer:             {ErrDenied, Text{"La risposta del gestore di identità non è valida: accesso non riuscito.", "The identity provider's answer is not valid: you are not signed in."}},
	CodeLoginExpired:            {ErrDenied, Text{"Accesso scaduto o già usato: ricominciare.", "This sign-in has expired or was used already: start again."}},
	CodeLoginFailed:             {ErrDenied, Text{"E-mail o password non corretta.", "Wrong e-mail address or password."}},
	CodeIdentitySuspended:       {ErrDenied, Text{"Identità sospesa, revocata o scaduta: rivolgersi a chi l'ha rilasciata.", "Your identity is suspended, revoked or expired: ask who issued it."}},
	CodeIdentityType:            {ErrDenied, Text{"Il tipo di identità usato non è quello richiesto.", "This kind of identity is not the one asked for."}},
	CodeProviderUnknown:         {ErrNotFound, Text{"Gestore di identità sconosciuto.", "Unknown identity provider."}},
	CodeTokenInvalid:            {ErrDenied, Text{"Codice non valido, scaduto o già usato: richiederne uno nuovo.", "The code is not valid, has expired or was used: ask for a new one."}},
	CodeTooManyAttempts:         {ErrDenied, Text{"Troppi tentativi: riprovare tra {minuti} minuti.", "Too many attempts: try again in {minutes} minutes."}},
	CodePassword:                {ErrInvalid, Text{"La password deve avere da {min} a {max} caratteri e non essere tra quelle più comuni.", "The password must have {min} to {max} characters and not be a common one."}},
	CodeEmail:                   {ErrInvalid, Text{"Indirizzo e-mail non valido.", "Invalid e-mail address."}},
	CodeInstituteUnknown:        {ErrNotFound, Text{"Istituto inesistente.", "Unknown institute."}},
	CodeInstituteSuspended:      {ErrConflict, Text{"Istituto non attivo ai pagamenti.", "The institute is not open to payments."}},
	CodeServiceNotOffered:       {ErrNotFound, Text{"Servizio non previsto per l'istituto scelto.", "The chosen institute does not offer this service."}},
	CodeRequiredField:           {ErrInvalid, Text{"Campo obbligatorio: {campo}.", "Required field: {field}."}},
	CodeAmountFormat:            {ErrInvalid, Text{"Importo non valido: usare {segno} e al massimo due decimali (es. {esempio}).", "Invalid amount: use {sign} and at most two decimals (e.g. {example})."}},
	CodeAmountAmbiguous:         {ErrInvalid, Text{"Importo ambiguo: \"{v}\". Scrivere {uno} oppure {altro}.", "Ambiguous amount: \"{v}\". Write {one} or {other}."}},
	CodeAmountRange:             {ErrInvalid, Text{"L'importo deve essere compreso tra 0,01 e 999.999.999,99 euro.", "The amount must be between 0.01 and 999,999,999.99 euros."}},
	CodeQuantity:                {ErrInvalid, Text{"La quantità deve essere un intero tra {min} e {max}.", "The quantity must be a whole number from {min} to {max}."}},
	CodePayerName:               {ErrInvalid, Text{"Indicare nome e cognome o ragione sociale (massimo 70 caratteri).", "Give name and surname, or company name (70 characters at most)."}},
	CodeFiscalCode:              {ErrInvalid, Text{"Codice fiscale o partita IVA non valido.", "Invalid fiscal code or VAT number."}},
	CodeCausaleMissingPart:      {ErrInvalid, Text{"Nel dettaglio causale manca: {parte}.", "The payment reason lacks: {part}."}},
	CodeCausaleTooLong:          {ErrInvalid, Text{"Dettaglio causale troppo lungo: {n} caratteri su {max}.", "Payment reason too long: {n} characters of {max}."}},
	CodeCausaleCharset:          {ErrInvalid, Text{"Carattere non ammesso in posizione {i}.", "Character not allowed at position {i}."}},
	CodeQuoteUnknown:            {ErrNotFound, Text{"Nessun preventivo con questo protocollo per l'istituto scelto.", "No quote with this protocol at the chosen institute."}},
	CodeQuoteOtherInstitute:     {ErrConflict, Text{"Il preventivo è di un altro istituto: {nome}.", "The quote belongs to another institute: {name}."}},
	CodeQuoteAmount:             {ErrConflict, Text{"L'importo deve essere quello del preventivo: {importo}.", "The amount must be that of the quote: {amount}."}},
	CodeQuoteExpired:            {ErrConflict, Text{"Preventivo scaduto il {data}.", "The quote expired on {date}."}},
	CodeQuotePaid:               {ErrConflict, Text{"Preventivo già pagato il {data}.", "The quote was already paid on {date}."}},
	CodeQuoteWithdrawn:          {ErrConflict, Text{"Preventivo annullato o sostituito.", "The quote was withdrawn or replaced."}},
	CodeCartEmpty:               {ErrInvalid, Text{"Il carrello è vuoto.", "The cart is empty."}},
	CodeCartExpired:             {ErrConflict, Text{"Il carrello è scaduto: inserire di nuovo i pagamenti.", "The cart has expired: add the payments again."}},
	CodeTooManyItems:            {ErrInvalid, Text{"Al massimo {n} pagamenti per invio.", "At most {n} payments per submission."}},
	CodePaymentInProgress:       {ErrConflict, Text{"Un pagamento è già in corso per questo ordine.", "A payment of this order is already in progress."}},
	CodeAlreadyPaid:             {ErrConflict, Text{"Questo avviso risulta già pagato.", "This notice is already paid."}},
	CodeReceiptNotReady:         {ErrUnavailable, Text{"Ricevuta non ancora disponibile: riprovare tra qualche minuto.", "Receipt not available yet: try again in a few minutes."}},
	CodeNotFound:                {ErrNotFound, Text{"Elemento non trovato.", "Not found."}},
	CodeNotPaid:                 {ErrConflict, Text{"Il pagamento non è andato a buon fine.", "The payment was not completed."}},
	CodeAmountMismatch:          {ErrConflict, Text{"Pagato {pagato}, dovuto {dovuto}: differenza {diff}.", "Paid {paid}, due {due}: difference {diff}."}},
	CodeWrongInstitute:          {ErrConflict, Text{"Pagamento ricevuto da un istituto diverso da quello del preventivo.", "Payment received by an institute other than that of the quote."}},
	CodeUnmatched:               {ErrNotFound, Text{"Pagamento senza riferimento di protocollo riconoscibile.", "Payment without a recognisable protocol reference."}},
	CodeDuplicatePayment:        {ErrConflict, Text{"Preventivo pagato più volte: {n} pagamenti.", "The quote was paid more than once: {n} payments."}},
	CodeNotVerified:             {ErrConflict, Text{"Riproduzioni non rilasciabili prima della verifica del pagamento.", "Copies cannot be released before the payment is verified."}},
	CodeAlreadyReleased:         {ErrConflict, Text{"Riproduzioni già trasmesse il {data}.", "Copies already sent on {date}."}},
	CodeRefundExceeds:           {ErrConflict, Text{"Il rimborso supera l'importo pagato ({max}).", "The refund exceeds the amount paid ({max})."}},
	CodeAlreadyRefunded:         {ErrConflict, Text{"Pagamento già rimborsato.", "Payment already refunded."}},
	CodeNothingToRefund:         {ErrConflict, Text{"Nessun importo pagato da rimborsare.", "No paid amount to refund."}},
	CodeSensitiveData:           {ErrInvalid, Text{"Non inserire numeri di carta nel testo.", "Do not put card numbers in the text."}},
	CodeNoticeInvalid:           {ErrInvalid, Text{"Numero avviso non valido: {motivo}.", "Invalid notice number: {reason}."}},
	CodeIUVInvalid:              {ErrInvalid, Text{"IUV o riferimento non valido: {motivo}.", "Invalid IUV or reference: {reason}."}},
	CodeCodeUnreadable:          {ErrInvalid, Text{"Codice QR o DataMatrix non riconosciuto: {motivo}.", "QR or DataMatrix text not recognised: {reason}."}},
	CodeProtocolInvalid:         {ErrInvalid, Text{"Riferimento di protocollo non riconosciuto.", "Protocol reference not recognised."}},
	CodeTariffItem:              {ErrInvalid, Text{"Voce di tariffa inesistente o incompleta: {voce}.", "Unknown or incomplete tariff item: {item}."}},
	CodeReasonRequired:          {ErrInvalid, Text{"Indicare il motivo della gratuità.", "Give the reason why nothing is due."}},
	CodeExemptionRule:           {ErrInvalid, Text{"Indicare la norma che esenta dal bollo.", "Quote the rule that exempts from stamp duty."}},
	CodeCatalogInvalid:          {ErrInvalid, Text{"Catalogo non valido in {percorso}: {motivo}.", "Invalid catalogue at {path}: {reason}."}},
	CodeInputSyntax:             {ErrInvalid, Text{"Dati non leggibili: {motivo}.", "Unreadable input: {reason}."}},
	CodeTextInvalid:             {ErrInvalid, Text{"Testo con caratteri non validi in posizione {i}.", "Text with invalid characters at position {i}."}},
	CodeTextTooLong:             {ErrInvalid, Text{"Testo troppo lungo: {n} su {max}.", "Text too long: {n} of {max}."}},
	CodeUnavailable:             {ErrUnavailable, Text{"Servizio momentaneamente non disponibile: riprovare.", "Service unavailable for the moment: try again."}},
	CodeConflict:                {ErrConflict, Text{"I dati sono cambiati nel frattempo: ricontrollare.", "The data have changed meanwhile: check again."}},
	CodeEIDASCountryAvailable:   {ErrDenied, Text{"Per la nazionalità indicata usare \"Accedi con eIDAS\" (o SPID, CIE).", "For this nationality use eIDAS (or SPID, CIE) sign-in."}},
	CodeNotAllowed:              {ErrDenied, Text{"Operazione non consentita.", "Operation not allowed."}},
	CodeReceiptAltered:          {ErrConflict, Text{"La ricevuta è stata modificata dopo l'emissione.", "The receipt was changed after it was issued."}},
	CodeReceiptUsed:             {ErrConflict, Text{"La ricevuta è già stata usata per la richiesta {rif}.", "The receipt was already used for request {ref}."}},
	CodeEnvironment:             {ErrConflict, Text{"Documento o dati di un ambiente di prova.", "Document or data of a test environment."}},
	CodeInternal:                {ErrInternal, Text{"Errore interno: l'operazione non è stata eseguita.", "Internal error: the operation was not carried out."}},
}
