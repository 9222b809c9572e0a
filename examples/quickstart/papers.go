package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/mail"
	"github.com/pagonline/pagonline/receipt/pdf"
)

// papers are the files that a walk leaves beside its database: the notice before, the
// receipt after, and what verifies the receipt.
type papers struct {
	dir, lang string
	suffix    string // as in "-2", of the second walk
	printer   *pdf.Printer
	keys      receipt.KeyRing
}

// publicKey is the name of the file with the public keys.
const publicKey = "receipt-key.pub"

// newPapers makes the key of dir where there is none.
func newPapers(dir, lang string) (*papers, error) {
	p := &papers{dir: dir, lang: lang}
	file := receipt.KeyFile(filepath.Join(dir, receipt.KeyFileName))
	var err error
	if p.keys, err = file.Read(); pagonline.CodeOf(err) == pagonline.CodeNotFound {
		p.keys, err = file.New(pagonline.DateOf(time.Now()))
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, publicKey), p.keys.PEM(), 0o644)
	}
	if err == nil {
		p.printer, err = pdf.New(pdf.Config{})
	}
	return p, err
}

// notice writes the notice of a position, under the first number that no earlier walk has.
func (p *papers) notice(of payment.Position, creditor catalog.Creditor) error {
	n := pdf.NoticeOf(pdf.PayeeOf(creditor, nil), of)
	n.Lang, n.Environment = p.lang, payment.Sandbox
	file, err := p.printer.Notice(n)
	if err != nil {
		return err
	}
	for walk := 1; ; walk++ {
		if walk > 1 {
			p.suffix = "-" + strconv.Itoa(walk)
		}
		if _, err := os.Stat(p.path("receipt")); err == nil {
			continue
		}
		if err = p.write("notice", file); !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
}

func (p *papers) path(name string) string { return filepath.Join(p.dir, name+p.suffix+".pdf") }

// write writes a file that is not there yet.
func (p *papers) write(name string, content []byte) error {
	f, err := os.OpenFile(p.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("papers: %w", err)
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// receipt writes the receipt, which is the file that the mail has too, to the byte.
func (p *papers) receipt(ctx context.Context, r receipt.Receipt) error {
	files, err := p.files(ctx, r)
	if err != nil {
		return err
	}
	return p.write("receipt", files[0].Content)
}

// files returns a receipt as it goes with a mail: its PDF, and the JSON inside it.
func (p *papers) files(_ context.Context, r receipt.Receipt) ([]mail.File, error) {
	rendering := p.printer.Rendering(p.lang)
	r.Rendering = &rendering
	proof, err := p.keys.Sign(r)
	if err != nil {
		return nil, err
	}
	page, err := p.printer.Receipt(r, pdf.ReceiptOptions{Proof: &proof})
	if err != nil {
		return nil, err
	}
	name := "ricevuta-" + r.IUV
	return []mail.File{
		{Name: name + ".pdf", MediaType: "application/pdf", Content: page},
		{Name: name + ".json", MediaType: "application/json", Content: proof.SignedJSON()},
	}, nil
}

// left says where the files are.
func (p *papers) left(paid bool) *filesOutput {
	f := &filesOutput{Notice: p.path("notice"), Key: filepath.Join(p.dir, publicKey)}
	if paid {
		f.Receipt = p.path("receipt")
	}
	return f
}
