package main

import (
	"context"
	"fmt"
	"net"
	"os"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/mail"
	"github.com/pagonline/pagonline/receipt/pdf"
)

// postFlags say how mail leaves.
type postFlags struct{ smtp, from string }

func (c *call) postFlags() *postFlags {
	f := &postFlags{}
	c.fs.StringVar(&f.smtp, "smtp", "", "server di posta, con utente e password in SMTP_USERNAME e SMTP_PASSWORD / "+
		"mail server, with user and password in SMTP_USERNAME and SMTP_PASSWORD: HOST:PORT (default: no mail)")
	c.fs.StringVar(&f.from, "from", "", "mittente / sender")
	c.checks = append(c.checks, func() string {
		if (f.smtp == "") != (f.from == "") {
			return "-smtp HOST:PORT -from ADDRESS"
		}
		return ""
	})
	return f
}

// keep has each receipt archived, as soon as there is a key to sign it, and what follows
// from its events sent; without -smtp nobody is told, later neither. Must is whether there
// has to be a key.
func (c *call) keep(b *books, dir string, f *postFlags, must bool) error {
	if dir == "" {
		return nil // there are none
	}
	keys, err := readKeys(dir)
	if !must && pagonline.CodeOf(err) == pagonline.CodeNotFound {
		return nil // receipts wait for a key
	}
	if err != nil {
		return err
	}
	printer, err := pdf.New(pdf.Config{})
	if err != nil {
		return err
	}
	archiver := receipt.NewArchiver(b.store, b.store.Archive(), receipt.ArchiverConfig{Print: papers{printer, keys}.print})
	b.handlers = append(b.handlers, handler{"archive", archiver.Handle})
	if f.smtp != "" {
		post, err := c.post(b, f, mail.Archived(archiver))
		if err != nil {
			return err
		}
		b.handlers = append(b.handlers, handler{"mail", post})
	}
	return nil
}

// post returns what sends mail: to payers, and the receipts to the mailboxes of a
// catalogue of one's own. Those of the sample are real institutes' and get nothing of a
// trial.
func (c *call) post(b *books, f *postFlags, files func(context.Context, receipt.Receipt) ([]mail.File, error)) (payment.Handler, error) {
	offers, err := c.offers()
	if err != nil {
		return nil, err
	}
	w, err := mail.NewWriter(mail.Address{Email: f.from}, mail.WriterConfig{})
	if err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(f.smtp) // NewSMTP says what is wrong with it
	server, err := mail.NewSMTP(f.smtp, mail.SMTPConfig{
		Username: os.Getenv("SMTP_USERNAME"), Password: os.Getenv("SMTP_PASSWORD"),
		InsecurePlaintext: onThisMachine(host),
	})
	if err != nil {
		return nil, err
	}
	cfg := mail.HandlerConfig{Files: files, Cases: b.store.Cases()}
	if c.catalog != "" {
		cfg.Mailbox = func(p payment.Purchase) string { return mailbox(offers, p) }
	}
	post := mail.NewPost(b.store.Sent(), server, mail.PostConfig{})
	return mail.Handler(b.store, w, post, cfg), nil
}

// mailbox returns where the receipts of a service go, closed or not; "" for nowhere.
func mailbox(offers *catalog.Catalog, p payment.Purchase) string {
	in, err := offers.Institute(p.InstituteCode)
	if err != nil {
		return ""
	}
	for _, s := range in.Services {
		if s.Code == p.ServiceCode {
			return s.Mailbox
		}
	}
	return ""
}

// papers prints receipts and signs them.
type papers struct {
	printer *pdf.Printer
	keys    receipt.KeyRing
}

// sign returns the receipt with its proof, as the printer will draw it.
func (p papers) sign(r receipt.Receipt, lang string) (receipt.Receipt, receipt.Proof, error) {
	rendering := p.printer.Rendering(lang)
	r.Rendering = &rendering
	proof, err := p.keys.Sign(r)
	return r, proof, err
}

// print returns a receipt as the payer gets it: its PDF, and the signed JSON inside it,
// which stands alone where the PDF cannot be made.
func (p papers) print(_ context.Context, r receipt.Receipt) (page, data []byte, err error) {
	r, proof, err := p.sign(r, "it")
	if err != nil {
		return nil, nil, fmt.Errorf("receipt: %w", err)
	}
	page, err = p.printer.Receipt(r, pdf.ReceiptOptions{Proof: &proof})
	return page, proof.SignedJSON(), err
}
