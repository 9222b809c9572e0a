package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf"
)

// The exit statuses of a verification. Of many receipts the highest counts.
const (
	statusNotAuthentic = 4
	statusNotMatching  = 5 // authentic, but used already, or not what is due
)

var receiptVerifyCommand = command{
	name: "receipt verify", args: "[FILE.pdf | FILE.json | MAIL.eml | DIR ...]",
	about: pagonline.Text{
		It: "dice se le ricevute sono autentiche; esce con 4 se non lo sono, con 5 se sono già usate o di altro importo o protocollo",
		En: "tells whether receipts are authentic; exits with 4 if they are not, with 5 if they were used before or are of another amount or protocol",
	},
	flags: func(c *call) func(context.Context) error {
		v := &verification{call: c}
		key := c.fs.String("key", "", "chiavi pubbliche / public keys: PUB.pem")
		protocol := c.fs.String("protocol", "", "protocollo del preventivo / protocol of the quote")
		amount := c.fs.String("amount", "", "importo dovuto / amount due: 12.50")
		at := c.placeFlags("cartella della base dati, che sa quali sono già usate / directory of the database, which knows those used before")
		c.fs.StringVar(&v.qr, "qr", "", "testo del codice QR / text of the QR code")
		c.fs.BoolVar(&v.use, "use", false, "segna come usate, per il protocollo e adesso, quelle che valgono; mostrarle di nuovo si dice sempre; vuole -data / "+
			"marks those that hold as used, for the protocol and now; showing them again is always told; needs -data")
		c.checks = append(c.checks, func() string { return v.wrong(*key, at) })
		return func(ctx context.Context) error {
			if err := v.read(*key, *protocol, *amount); err != nil {
				return err
			}
			if !at.given() {
				return v.all(ctx)
			}
			return c.open(ctx, at, func(b *books) error {
				v.uses = b.store.Uses()
				return v.all(ctx)
			})
		}
	},
}

// verification is one run of the command.
type verification struct {
	*call
	qr      string
	use     bool
	printer *pdf.Printer
	keys    receipt.KeyRing
	want    receipt.Expectations
	uses    receipt.Uses // nil without a database
}

// wrong says what is wrong with the flags.
func (v *verification) wrong(key string, at *place) string {
	var empty string // as a script gives it by mistake: nothing would be compared
	v.fs.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" {
			empty = f.Name
		}
	})
	switch {
	case empty != "":
		return "-" + empty + ": vuoto / empty"
	case (v.qr == "") == (len(v.args) == 0):
		return "FILE.pdf | FILE.json | MAIL.eml | DIR ... | -qr TEXT"
	case key == "":
		return "-key PUB.pem"
	case v.use && !at.given():
		return "-use: -data DIR"
	case at.given():
		return at.find(false)
	default:
		return ""
	}
}

// read reads the keys and what is expected.
func (v *verification) read(key, protocol, amount string) (err error) {
	file, err := readFile(key)
	if err != nil {
		if e, ok := errors.AsType[*pagonline.Error](err); ok {
			return e.At("key")
		}
		return err
	}
	if v.keys, err = receipt.ParseKeyRing(file); err != nil {
		return err
	}
	if protocol != "" {
		v.want.Protocol, err = causale.ParseProtocol(protocol)
		if err == nil && v.want.Protocol.IsZero() { // which would not be compared
			err = pagonline.NewError(pagonline.CodeRequiredField)
		}
		if err != nil {
			return pagonline.AsError(err).At("protocol")
		}
	}
	if amount != "" {
		v.want.Amount, err = readAmount("", amount)
		if err == nil && v.want.Amount.IsZero() { // nor would this
			err = pagonline.NewError(pagonline.CodeAmountRange)
		}
		if err != nil {
			return pagonline.AsError(err).At("amount")
		}
	}
	v.printer, err = pdf.New(pdf.Config{})
	return err
}

// all verifies every input, and a directory's receipts in the order of their names.
func (v *verification) all(ctx context.Context) error {
	if v.qr != "" {
		return v.tell(ctx, v.qr, receipt.Verify(nil, strings.TrimSpace(v.qr), v.keys, v.want))
	}
	for _, arg := range v.args {
		files := []string{arg}
		if info, err := os.Stat(arg); err == nil && info.IsDir() {
			if files, err = receiptFiles(arg); err != nil {
				return err
			}
		}
		if len(files) == 0 { // no receipt is no proof
			v.absent(arg)
		}
		for _, file := range files {
			if err := v.one(ctx, file); err != nil {
				return err
			}
		}
	}
	return nil
}

// receiptFiles returns the receipts in a directory, and the mails.
func receiptFiles(dir string) (files []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	for _, e := range entries {
		if e.Type().IsRegular() && (isReceiptFile(e.Name()) || extension(e.Name()) == ".eml") {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, nil
}

// one verifies a file.
func (v *verification) one(ctx context.Context, name string) error {
	file, err := readFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.absent(name)
		return nil
	case err != nil:
		return err
	case extension(name) == ".eml":
		return v.mail(ctx, name, file)
	default:
		return v.tell(ctx, name, v.verdict(name, file))
	}
}

// verdict verifies a PDF, known by its first bytes or its name, or else JSON.
func (v *verification) verdict(name string, file []byte) receipt.Verdict {
	if bytes.HasPrefix(file, []byte("%PDF-")) || extension(name) == ".pdf" {
		return v.printer.Verify(file, v.keys, v.want)
	}
	return receipt.VerifySignedJSON(file, v.keys, v.want)
}

func (v *verification) absent(name string) {
	v.failed = true
	v.write(failure{name, pagonline.NewError(pagonline.CodeNotFound)})
}

// readFile reads a file up to where it is too large to be a receipt or a key.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, pagonline.NewError(pagonline.CodeNotFound).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	defer f.Close()
	file, err := io.ReadAll(io.LimitReader(f, receipt.MaxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	return file, nil
}

// verdictOutput is what is said of one receipt.
type verdictOutput struct {
	In string `json:"in"`
	receipt.Verdict
}

// tell looks up whether the receipt was used before, marks it if asked to, and prints
// the verdict.
func (v *verification) tell(ctx context.Context, in string, said receipt.Verdict) (err error) {
	switch {
	case v.uses == nil:
	case v.use:
		said, err = said.Claim(ctx, v.uses, v.request(said))
	default:
		said, err = said.CheckUse(ctx, v.uses, v.request(said))
	}
	if err != nil {
		return err
	}
	v.write(verdictOutput{in, said})
	switch {
	case said.Word != receipt.Authentic:
		v.status = max(v.status, statusNotAuthentic)
	case !said.OK():
		v.status = max(v.status, statusNotMatching)
	}
	return ctx.Err()
}

// request names what the receipt is shown for: the protocol, and the instant, because
// nobody shows a receipt twice without its being told for what it was used, and when. ""
// where there is no protocol.
func (v *verification) request(said receipt.Verdict) string {
	protocol := v.want.Protocol
	switch {
	case !protocol.IsZero():
	case said.Receipt != nil:
		protocol = said.Receipt.Protocol
	case said.Signed != nil:
		protocol = said.Signed.Protocol
	}
	if protocol.IsZero() {
		return ""
	}
	return protocol.String() + " (" + time.Now().UTC().Format(time.RFC3339Nano) + ")"
}
