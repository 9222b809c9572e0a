package main

import "github.com/pagonline/pagonline/cart/quote"

// wanted are the flags that say what a quote is to say.
type wanted struct{ service, amount, reason, payer, address, subject, expires string }

func (c *call) wanted() *wanted {
	w := &wanted{}
	c.fs.StringVar(&w.service, "service", "", "codice del servizio / code of the service")
	c.fs.StringVar(&w.amount, "amount", "", "importo / amount: 12.50")
	c.fs.StringVar(&w.reason, "reason", "", "motivo della gratuità / why nothing is due")
	c.fs.StringVar(&w.payer, "payer", "", "nome e cognome / name")
	c.fs.StringVar(&w.address, "address", "", `indirizzo di chi paga, per l'avviso / payer's address, for the notice: "Via Roma 1, 57123 Livorno (LI)"`)
	c.fs.StringVar(&w.subject, "subject", "", "oggetto / subject")
	c.fs.StringVar(&w.expires, "expires", "", "ultimo giorno / last day: yyyy-mm-dd")
	return w
}

// request reads them as a row of a batch is read.
func (w *wanted) request(f *quoteFlags) (quote.Request, error) {
	return quote.ReadRequest(map[string]string{
		"institute": f.institute, "service": w.service, "protocol": f.protocol, "amount": w.amount, "reason": w.reason,
		"payer": w.payer, "address": w.address, "subject": w.subject, "expires": w.expires,
	}, readAmount)
}
