package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt/pdf"
)

var noticePrintCommand = command{
	name: "notice print", args: "NOTICE",
	about: pagonline.Text{
		It: "scrive l'avviso da pagare (PDF), con le rate del suo piano",
		En: "writes the notice to be paid (PDF), with the instalments of its plan",
	},
	flags: func(c *call) func(context.Context) error {
		dir, creditor := c.withData(), c.creditorFlag()
		c.withCatalog()
		lang := c.choice("lang", "it", "lingua / language", "it", "en", "fr", "sl", "it+en", "it+fr", "it+sl", "it+de")
		file := c.fs.String("o", "", "file da scrivere / file to write: FILE.pdf")
		c.checks = append(c.checks, func() string {
			if extension(*file) != ".pdf" {
				return "-o FILE.pdf"
			}
			return ""
		})
		c.takes(1, 1)
		return func(ctx context.Context) error {
			k, err := positionKey(*creditor, c.args[0])
			if err != nil {
				return err
			}
			payee, err := c.payee(k.Creditor)
			if err != nil {
				return err
			}
			return c.open(ctx, dir, func(b *books) error {
				positions, err := b.payable(ctx, k)
				if err != nil {
					return err
				}
				n := pdf.NoticeOf(payee, positions[0], positions[1:]...)
				n.Lang, n.Environment = *lang, payment.Sandbox
				return c.printNotice(n, *file)
			})
		}
	},
}

// payee returns what notices say of a creditor of the catalogue.
func (c *call) payee(fiscalCode string) (pdf.Payee, error) {
	offers, err := c.offers()
	if err != nil {
		return pdf.Payee{}, err
	}
	creditors := offers.Creditors()
	i := slices.IndexFunc(creditors, func(one catalog.Creditor) bool { return one.FiscalCode == fiscalCode })
	if i < 0 {
		return pdf.Payee{}, pagonline.NewError(pagonline.CodeNotFound).At("creditor")
	}
	logo, err := c.logo(creditors[i].Logo)
	return pdf.PayeeOf(creditors[i], logo), err
}

// payable returns what stands on one paper with a notice, by option: all notices of its
// debt while every one of them can be paid. Of a plan that was begun the notice stands
// alone. One that can no more be paid is refused.
func (b *books) payable(ctx context.Context, k payment.Key) ([]payment.Position, error) {
	asked, err := b.cashier.Payable(ctx, k)
	if err != nil {
		return nil, unpayable(err)
	}
	if asked.Debt == "" {
		return []payment.Position{asked}, nil
	}
	var all []payment.Position
	for p, err := range b.store.Positions().List(ctx, payment.PositionFilter{Creditor: k.Creditor, Debt: asked.Debt}) {
		if err == nil && p.Status != payment.Cancelled {
			p, err = b.cashier.Payable(ctx, p.Key)
			all = append(all, p)
		}
		switch {
		case err == nil:
		case errors.Is(pagonline.AsError(err), pagonline.ErrInternal):
			return nil, err
		default:
			return []payment.Position{asked}, nil
		}
	}
	slices.SortFunc(all, func(a, b payment.Position) int { return cmp.Compare(a.Option, b.Option) })
	return all, nil
}

// unpayable says why a notice is not printed.
func unpayable(err error) error {
	for reason, text := range map[error]pagonline.Text{
		payment.ErrCancelled: {It: "L'avviso è stato ritirato.", En: "The notice was withdrawn."},
		payment.ErrExpired:   {It: "L'avviso è scaduto e non si può più pagare.", En: "The notice has expired and can no more be paid."},
	} {
		if errors.Is(err, reason) {
			e := pagonline.AsError(err).At("notice")
			e.Text = text
			return e
		}
	}
	return err
}

// noticeFileOutput says what was written.
type noticeFileOutput struct {
	In      string   `json:"in"`
	File    string   `json:"file"`
	Notices []string `json:"notices"` // the payment in one first, then the instalments
}

func (c *call) printNotice(n pdf.Notice, file string) error {
	printer, err := pdf.New(pdf.Config{})
	if err != nil {
		return err
	}
	content, err := printer.Notice(n)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	out := noticeFileOutput{In: c.in, File: file}
	for _, d := range append([]pdf.Due{n.Whole}, n.Instalments...) {
		if !d.Number.IsZero() {
			out.Notices = append(out.Notices, d.Number.String())
		}
	}
	c.write(out)
	return nil
}
