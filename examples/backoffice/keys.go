package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt"
)

// keyFile holds the key ring of a directory, for its owner's eyes only: the private key
// that signs, and behind it the public halves of all.
const keyFile = "receipt-keys.pem"

var keysNewCommand = command{
	name: "keys new",
	about: pagonline.Text{
		It: "crea in DIR la chiave che firma le ricevute, e stampa la sua metà pubblica (PEM)",
		En: "makes in DIR the key that signs receipts, and prints its public half (PEM)",
	},
	flags: keysFlags(func(dir string) (receipt.KeyRing, error) { return renewKeys(dir, true) }),
}

var keysRotateCommand = command{
	name: "keys rotate",
	about: pagonline.Text{
		It: "da oggi firma una chiave nuova; le vecchie verificano ancora ciò che hanno firmato",
		En: "from today on a new key signs; the old ones still verify what they signed",
	},
	flags: keysFlags(func(dir string) (receipt.KeyRing, error) { return renewKeys(dir, false) }),
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
func readKeys(dir string) (ring receipt.KeyRing, err error) {
	file, err := os.ReadFile(filepath.Join(dir, keyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return ring, keysError(pagonline.CodeNotFound, "Non ci sono chiavi: crearle con keys new.", "There are no keys: make them by keys new.")
	}
	if err != nil {
		return ring, fmt.Errorf("keys: %w", err)
	}
	last := []byte("-----END PRIVATE KEY-----\n")
	at := bytes.Index(file, last) + len(last)
	private, err := receipt.ParsePrivateKey(file[:min(at, len(file))])
	if err != nil {
		return ring, err
	}
	if ring, err = receipt.ParseKeyRing(file[at:]); err != nil {
		return ring, err
	}
	return ring.WithSigner(private)
}

// renewKeys adds a key that signs to the ring of dir, or makes its first. The file is
// replaced as a whole; while it is being written nobody else writes it.
func renewKeys(dir string, first bool) (ring receipt.KeyRing, err error) {
	path := filepath.Join(dir, keyFile)
	if first {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return ring, fmt.Errorf("keys: %w", err)
		}
	} else if ring, err = readKeys(dir); err != nil {
		return ring, err
	}
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ring, keysError(pagonline.CodeConflict,
			"Le chiavi stanno cambiando; se nessuno le cambia, cancellare "+keyFile+".new.",
			"The keys are being changed; if nobody changes them, delete "+keyFile+".new.")
	}
	if err != nil {
		return ring, fmt.Errorf("keys: %w", err)
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err == nil {
			err = os.Rename(f.Name(), path)
		}
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	switch _, err := os.Stat(path); {
	case !first:
		if ring, err = readKeys(dir); err != nil { // again: now nobody else changes it
			return ring, err
		}
	case err == nil:
		return ring, keysError(pagonline.CodeConflict, "Le chiavi ci sono già: cambiarle con keys rotate.", "There are keys already: change them by keys rotate.")
	case !errors.Is(err, fs.ErrNotExist):
		return ring, fmt.Errorf("keys: %w", err)
	}
	return addKey(f, ring)
}

// addKey writes the ring with a new key that signs from today on.
func addKey(f *os.File, ring receipt.KeyRing) (receipt.KeyRing, error) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return ring, fmt.Errorf("keys: %w", err)
	}
	if ring, err = ring.Rotate(private, pagonline.DateOf(time.Now())); err != nil {
		return ring, err
	}
	file, err := receipt.MarshalPrivateKey(private)
	if err != nil {
		return ring, err
	}
	if _, err := f.Write(append(file, ring.PEM()...)); err != nil {
		return ring, fmt.Errorf("keys: %w", err)
	}
	return ring, f.Sync()
}

func keysError(code pagonline.Code, it, en string) error {
	err := pagonline.NewError(code).At("data")
	err.Text = pagonline.Text{It: it, En: en}
	return err
}
