package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt"
)

var keysNewCommand = command{
	name: "keys new",
	about: pagonline.Text{
		It: "crea in DIR la chiave che firma le ricevute, e stampa la sua metà pubblica (PEM)",
		En: "makes in DIR the key that signs receipts, and prints its public half (PEM)",
	},
	flags: keysFlags(newKeys),
}

var keysRotateCommand = command{
	name: "keys rotate",
	about: pagonline.Text{
		It: "da oggi firma una chiave nuova; le vecchie verificano ancora ciò che hanno firmato",
		En: "from today on a new key signs; the old ones still verify what they signed",
	},
	flags: keysFlags(rotateKeys),
}

var keysListCommand = command{
	name: "keys list",
	about: pagonline.Text{
		It: "stampa le chiavi pubbliche di DIR (PEM), per chi verifica le ricevute",
		En: "prints the public keys of DIR (PEM), for whoever verifies receipts",
	},
	flags: keysFlags(readKeys),
}

// keysFlags declares the flags of a command that prints the ring which work returns.
func keysFlags(work func(dir string) (receipt.KeyRing, error)) func(*call) func(context.Context) error {
	return func(c *call) func(context.Context) error {
		dir := c.fs.String("data", "", "cartella delle chiavi / directory of the keys")
		c.checks = append(c.checks, func() string {
			if *dir == "" {
				return "-data DIR"
			}
			return ""
		})
		c.takes(0, 0)
		return func(context.Context) error {
			ring, err := work(*dir)
			if err != nil {
				return err
			}
			_, err = c.out.Write(ring.PEM())
			return err
		}
	}
}

// readKeys returns the ring of dir, ready to sign.
func readKeys(dir string) (receipt.KeyRing, error) {
	ring, err := keysOf(dir).Read()
	return ring, keysError(err)
}

func keysOf(dir string) receipt.KeyFile {
	return receipt.KeyFile(filepath.Join(dir, receipt.KeyFileName))
}

func newKeys(dir string) (receipt.KeyRing, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return receipt.KeyRing{}, fmt.Errorf("keys: %w", err)
	}
	ring, err := keysOf(dir).New(pagonline.DateOf(time.Now()))
	return ring, keysError(err)
}

func rotateKeys(dir string) (receipt.KeyRing, error) {
	ring, err := keysOf(dir).Rotate(pagonline.DateOf(time.Now()))
	return ring, keysError(err)
}

// keysError says of keys that are not there how to make them.
func keysError(err error) error {
	if err == nil || errors.Is(pagonline.AsError(err), pagonline.ErrInternal) {
		return err
	}
	e := pagonline.AsError(err).At("data")
	if e.Code == pagonline.CodeNotFound {
		e.Text = pagonline.Text{It: "Non ci sono chiavi: crearle con keys new.", En: "There are no keys: make them by keys new."}
	}
	return e
}
