package main

import (
	"context"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/database"
)

// desk is the register of quotes with its database.
type desk struct {
	*quote.Register
	store   database.Store
	baseURL string
}

// quoteFlags are those of every command for quotes.
type quoteFlags struct {
	data                         *place
	baseURL, institute, protocol string
}

func (c *call) quoteFlags() *quoteFlags {
	f := &quoteFlags{data: c.withData()}
	c.fs.StringVar(&f.baseURL, "base-url", "http://127.0.0.1:8080", "indirizzo del portale / address of the portal")
	c.fs.StringVar(&f.institute, "institute", "", "codice dell'istituto / code of the institute")
	c.fs.StringVar(&f.protocol, "protocol", "", "numero di protocollo / protocol number")
	c.withCatalog()
	c.takes(0, 0)
	return f
}

// withDesk opens the database and hands out the desk.
func (c *call) withDesk(ctx context.Context, f *quoteFlags, work func(*desk) error) error {
	c.in = strings.TrimSpace(f.institute + " " + f.protocol)
	if _, err := (quote.Quote{}).URL(f.baseURL); err != nil { // before anything is done whose link cannot be told
		return pagonline.AsError(err).At("base-url")
	}
	offers, err := c.offers()
	if err != nil {
		return err
	}
	return c.open(ctx, f.data, func(b *books) error {
		return work(&desk{quote.NewRegister(offers, b.store, b.cashier, quote.Config{}), b.store, f.baseURL})
	})
}

// find returns the quote that -institute and -protocol name.
func (d *desk) find(ctx context.Context, f *quoteFlags) (quote.Quote, error) {
	protocol, err := causale.ParseProtocol(f.protocol)
	if err != nil {
		return quote.Quote{}, pagonline.AsError(err).At("protocol")
	}
	return d.Find(ctx, f.institute, protocol)
}

// quoteOutput is a quote as the desk sees it.
type quoteOutput struct {
	Institute string        `json:"institute"`
	Protocol  string        `json:"protocol"`
	Status    quote.Status  `json:"status"`
	Amount    euro.Amount   `json:"amount"`
	Code      string        `json:"code"`
	URL       string        `json:"url"`
	Notice    *quotedNotice `json:"notice,omitempty"`
	Payments  int           `json:"payments,omitempty"`
}

type quotedNotice struct {
	Number string `json:"number"`
	IUV    string `json:"iuv"`
	QR     string `json:"qr"`
}

// show prints a quote.
func (c *call) show(ctx context.Context, d *desk, q quote.Quote) error {
	link, err := q.URL(d.baseURL)
	if err != nil {
		return err
	}
	out := quoteOutput{
		Institute: q.Institute, Protocol: q.Protocol.String(), Status: q.Status, Amount: q.Amount,
		Code: q.Code.String(), URL: link, Payments: q.Payments,
	}
	if q.Position != (payment.Key{}) {
		p, err := d.store.Positions().Get(ctx, q.Position)
		if err != nil {
			return err
		}
		qr, err := p.QR().Text()
		if err != nil {
			return err
		}
		out.Notice = &quotedNotice{p.Number.String(), p.Number.IUV().String(), qr}
	}
	c.write(out)
	return nil
}
