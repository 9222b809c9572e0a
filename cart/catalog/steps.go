package catalog

import (
	"fmt"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// The sections of the page that [Catalog.Instructions] writes, in their order.

func (p *page) title(o Offer) {
	p.line("%s\nCome pagare: %s\n", "%s\nHow to pay: %s\n", o.Institute.Name, o.Service.Label)
}

func (p *page) signIn(portal string) {
	p.step("Usare di preferenza il browser Mozilla Firefox.", "Prefer the browser Mozilla Firefox.")
	p.step("Aprire il portale dei pagamenti: %s", "Open the payment portal: %s", portal)
	p.step("In alto a destra scegliere \"ACCOUNT\", poi \"Accedi come Utente\".",
		"At the top right choose \"ACCOUNT\", then \"Accedi come Utente\" (sign in as a user).")
	p.step("Entrare con SPID, CIE o eIDAS. Chi ha una nazionalità assente dall'elenco eIDAS sceglie \"Login without eIDAS\":"+
		" si registra con e-mail e password e attiva l'utenza con i dati ricevuti per e-mail.",
		"Sign in with SPID, CIE or eIDAS. If your country is not in the eIDAS list, choose \"Login without eIDAS\":"+
			" register with e-mail and password, then activate the account with the data that you get by e-mail.")
	p.step("Scegliere \"Pagamenti online\".", "Choose \"Pagamenti online\" (online payments).")
}

func (p *page) form(o Offer, amount euro.Amount, reason causale.Detail) {
	p.step("Istituto: scegliere \"%s\".", "Istituto (institute): choose \"%s\".", o.Institute.Name)
	p.step("Servizio: scegliere \"%s\".", "Servizio (service): choose \"%s\".", o.Service.Label)
	for i := range o.Service.Fields {
		p.field(&o.Service.Fields[i])
	}
	p.quantity(o.Service.Price)
	p.price(o, amount)
	p.reason(o, reason)
	p.step("Compilati tutti i campi obbligatori, premere \"Aggiungi al carrello\".",
		"When all mandatory fields are filled in, press \"Aggiungi al carrello\" (add to the cart).")
}

func (p *page) field(f *Field) {
	what := map[FieldKind]pagonline.Text{
		TextField: {It: "compilare", En: "fill it in"},
		DateField: {It: "indicare la data", En: "give the date"},
	}[f.Kind].In(p.lang)
	if !f.Required {
		what += pagonline.Text{It: " (facoltativo)", En: " (not mandatory)"}.In(p.lang)
	}
	p.step("%[1]s: %[3]s.", "%[1]s (%[2]s): %[3]s.", f.Label.It, f.Label.En, what)
}

func (p *page) quantity(price Price) {
	least, most := price.Quantities()
	if least == most {
		p.step("Quantità: lasciare %d.", "Quantità (quantity): leave it at %d.", least)
		return
	}
	p.step("Quantità: un numero da %d a %d.", "Quantità (quantity): a number from %d to %d.", least, most)
}

func (p *page) price(o Offer, amount euro.Amount) {
	sign := pagonline.Text{It: "con il punto o con la virgola", En: "with a dot or a comma"}
	point := "."
	switch o.Institute.Amounts {
	case DotOnly:
		sign = pagonline.Text{It: "con il punto e non con la virgola", En: "with a dot and not a comma"}
	case CommaOnly:
		sign = pagonline.Text{It: "con la virgola e non con il punto", En: "with a comma and not a dot"}
		point = ","
	default:
	}
	written := func(wire string) string { return strings.Replace(wire, ".", point, 1) }
	if !amount.IsZero() {
		p.step("Prezzo unitario: scrivere %s (%s).", "Prezzo unitario (unit price): write %s (%s).", written(amount.String()), sign.In(p.lang))
		return
	}
	whole := pagonline.Text{It: "l'intero importo del preventivo", En: "the whole amount of the quote"}
	if o.Service.Price.Kind == ByTariff {
		whole = pagonline.Text{
			It: "l'intero importo, secondo il tariffario dell'istituto o il preventivo",
			En: "the whole amount, by the institute's price list or the quote",
		}
	}
	p.step("Prezzo unitario: %s, %s (ad esempio %s).", "Prezzo unitario (unit price): %s, %s (for example %s).",
		whole.In(p.lang), sign.In(p.lang), written("12.50"))
}

// reason gives the text to copy, or the rule if it is not known.
func (p *page) reason(o Offer, reason causale.Detail) {
	if !reason.IsZero() {
		p.step("Dettaglio causale: copiare questo testo:\n\n        %s\n",
			"Dettaglio causale (payment reason): copy this text:\n\n        %s\n", reason)
		return
	}
	var parts []string
	for _, piece := range o.Service.Causale.Pieces {
		if piece.Required {
			parts = append(parts, p.part(o, piece))
		}
	}
	p.step("Dettaglio causale: deve contenere %s.", "Dettaglio causale (payment reason): it must hold %s.", strings.Join(parts, ", "))
}

// part says what stands in a piece of the payment reason.
func (p *page) part(o Offer, piece causale.Piece) string {
	known := map[causale.Part]string{
		causale.PartInstitute: o.Institute.Name, causale.PartService: o.Service.Label, causale.PartRevenue: o.Service.Revenue.String(),
	}[piece.Part]
	said := parts[piece.Part].In(p.lang)
	if piece.Upper {
		said += pagonline.Text{It: " in maiuscolo", En: " in capitals"}.In(p.lang)
		known = strings.ToUpper(known)
	}
	if known != "" {
		said += fmt.Sprintf(" (%s)", known)
	}
	return said
}

// parts are the words for what a payment reason holds.
var parts = map[causale.Part]pagonline.Text{
	causale.PartProtocol:  {It: "il numero di protocollo del preventivo", En: "the protocol number of the quote"},
	causale.PartInstitute: {It: "il nome dell'istituto", En: "the name of the institute"},
	causale.PartPayer:     {It: "il nome di chi ha fatto la richiesta", En: "the name of who made the request"},
	causale.PartService:   {It: "il nome del servizio", En: "the name of the service"},
	causale.PartSubject:   {It: "l'oggetto", En: "the subject"},
	causale.PartYears:     {It: "l'arco cronologico", En: "the span of years"},
	causale.PartShelfmark: {It: "la segnatura", En: "the shelfmark"},
	causale.PartRevenue:   {It: "il capitolo d'entrata", En: "the revenue code"},
}

func (p *page) pay() {
	p.step("Premere \"VISUALIZZA CARRELLO\" e controllare i pagamenti inseriti.",
		"Press \"VISUALIZZA CARRELLO\" (show the cart) and check the payments in it.")
	p.step("Premere \"INVIA PAGAMENTO\", accedere con SPID o con la propria e-mail, scegliere come pagare e pagare."+
		" Le commissioni di chi esegue il pagamento sono a parte: non si tolgono dall'importo.",
		"Press \"INVIA PAGAMENTO\" (send the payment), sign in with SPID or your e-mail address, choose how to pay, and pay."+
			" The fee of the payment service comes on top: do not take it off the amount.")
	p.step("Alla conferma della presa in carico premere \"Chiudi\": si torna al portale. Non è ancora la prova del pagamento.",
		"When the operation is confirmed as taken in charge (presa in carico), press \"Chiudi\" (close): you are back on the portal."+
			" It does not prove the payment yet.")
	p.step("Attendere l'e-mail con l'esito del pagamento.", "Wait for the e-mail with the outcome of the payment.")
}

func (p *page) receipt(mailbox string) {
	p.step("Dopo qualche minuto aprire \"VISUALIZZA ACQUISTI\" e scaricare il PDF con l'icona \"Ricevuta\".",
		"Some minutes later open \"VISUALIZZA ACQUISTI\" (show purchases) and download the PDF with the icon \"Ricevuta\" (receipt).")
	if mailbox != "" {
		p.step("Inviare la ricevuta a %s", "Send the receipt to %s", mailbox)
	}
	p.step("Verificato il pagamento, l'istituto rilascia quanto richiesto.",
		"Once the payment is verified, the institute releases what was asked for.")
}

func (p *page) help(desk HelpDesk) {
	var ways []string
	for _, way := range []string{desk.Email, desk.Phone} {
		if way != "" {
			ways = append(ways, way)
		}
	}
	if len(ways) > 0 {
		p.line("\nAssistenza: %s", "\nHelp desk: %s", strings.Join(ways, ", "))
	}
}
