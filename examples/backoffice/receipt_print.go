package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf"
)

var receiptPrintCommand = command{
	name: "receipt print", args: "IUV",
	about: pagonline.Text{
		It: "scrive la ricevuta di un pagamento, firmata con la chiave di DIR",
		En: "writes the receipt of a payment, signed by the key of DIR",
	},
	flags: func(c *call) func(context.Context) error {
		dir, creditor := c.withData(), c.creditorFlag()
		lang := c.choice("lang", "it", "lingua / language", "it", "en")
		iur := c.fs.String("receipt", "", "IUR, se i pagamenti sono più d'uno; altrimenti il primo / where there are several payments; else the first")
		file := c.fs.String("o", "", "file da scrivere / file to write: FILE.pdf | FILE.json")
		c.checks = append(c.checks, func() string {
			if !isReceiptFile(*file) {
				return "-o FILE.pdf | FILE.json"
			}
			return ""
		})
		c.takes(1, 1)
		c.withKeys(dir, func() bool { return true })
		return func(ctx context.Context) error {
			k, err := positionKey(*creditor, c.args[0])
			if err != nil {
				return err
			}
			keys, err := readKeys(dir.dir)
			if err != nil {
				return err
			}
			return c.open(ctx, dir, func(b *books) error {
				r, err := b.receipt(ctx, k, *iur)
				if err != nil {
					return err
				}
				return c.printReceipt(r, keys, *lang, *file)
			})
		}
	},
}

// isReceiptFile tells by a file's name whether a receipt may be in it.
func isReceiptFile(file string) bool {
	return slices.Contains([]string{".pdf", ".json"}, extension(file))
}

func extension(file string) string { return strings.ToLower(filepath.Ext(file)) }

// positionKey reads an IUV, or the notice number that it is in.
func positionKey(creditor, text string) (payment.Key, error) {
	f, err := notice.Recognise(text)
	switch {
	case err == nil && f.Wrong != nil:
		err = f.Wrong
	case err == nil && f.Number.IsZero():
		err = pagonline.NewError(pagonline.CodeIUVInvalid, pagonline.Text{It: "non è di un avviso", En: "it is not of a notice"})
	}
	return payment.Key{Creditor: creditor, Number: f.Number}, err
}

// receipt returns the receipt of a payment of a position, whoever owns it: the desk sees
// all. Without an IUR it is the payment that settled the position.
func (b *books) receipt(ctx context.Context, k payment.Key, iur string) (receipt.Receipt, error) {
	p, err := b.store.Positions().Get(ctx, k)
	switch {
	case errors.Is(err, payment.ErrNotFound):
		return receipt.Receipt{}, pagonline.NewError(pagonline.CodeNotFound)
	case err != nil:
		return receipt.Receipt{}, err
	case !p.Status.Settled():
		return receipt.Receipt{}, pagonline.NewError(pagonline.CodeReceiptNotReady)
	}
	rt, err := b.store.RTs().Get(ctx, p.Creditor, cmp.Or(iur, p.ReceiptID))
	if errors.Is(err, payment.ErrNotFound) || err == nil && rt.Number != p.Number {
		return receipt.Receipt{}, pagonline.NewError(pagonline.CodeNotFound).At("receipt")
	}
	if err != nil {
		return receipt.Receipt{}, err
	}
	return receipt.New(rt, p, payment.Sandbox)
}

// receiptOutput says what was written.
type receiptOutput struct {
	In   string        `json:"in"`
	File string        `json:"file"`
	Key  receipt.KeyID `json:"key"`
	Code receipt.Code  `json:"code"`
}

// printReceipt writes a receipt to a file. The JSON by itself is what the PDF has inside,
// to the byte.
func (c *call) printReceipt(r receipt.Receipt, keys receipt.KeyRing, lang, file string) error {
	printer, err := pdf.New(pdf.Config{})
	if err != nil {
		return err
	}
	r, proof, err := papers{printer, keys}.sign(r, lang)
	if err != nil {
		return err
	}
	content := proof.SignedJSON()
	if extension(file) == ".pdf" {
		if content, err = printer.Receipt(r, pdf.ReceiptOptions{Proof: &proof}); err != nil {
			return err
		}
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	c.write(receiptOutput{c.in, file, proof.Key, proof.Code})
	return nil
}
