package receipt

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/pagonline/pagonline"
)

// KeyFileName is the name that a [KeyFile] has beside a database.
const KeyFileName = "receipt-keys.pem"

// KeyFile is the path of a file with a key ring for its owner's eyes only: the private
// key that signs, as [MarshalPrivateKey] writes it, and behind it the public halves of all
// keys, as [KeyRing.PEM] does. Whoever verifies gets the latter alone.
//
// The file is replaced as a whole, and readable to its owner only. While one changes it,
// others get an error with [pagonline.CodeConflict] and go on reading what there was.
type KeyFile string

// Read returns the ring, ready to sign. Its error has [pagonline.CodeNotFound] where
// there is no file, or [pagonline.CodeInputSyntax].
func (k KeyFile) Read() (KeyRing, error) {
	f, err := os.Open(string(k))
	if errors.Is(err, fs.ErrNotExist) {
		return KeyRing{}, pagonline.NewError(pagonline.CodeNotFound).At("key").Because(err)
	}
	if err != nil {
		return KeyRing{}, fmt.Errorf("receipt: %w", err)
	}
	file, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return KeyRing{}, fmt.Errorf("receipt: %w", err)
	}
	if len(file) > maxKeyFile {
		return KeyRing{}, badKey("file troppo grande", "file too large")
	}
	_, _, public, err := nextBlock(file)
	if err != nil {
		return KeyRing{}, err
	}
	private, err := ParsePrivateKey(file[:len(file)-len(public)])
	if err != nil {
		return KeyRing{}, err
	}
	ring, err := ParseKeyRing(public)
	if err != nil {
		return KeyRing{}, err
	}
	return ring.WithSigner(private)
}

// New makes the file, with one key that signs from that day on. Its error has
// [pagonline.CodeConflict] where there is one already.
func (k KeyFile) New(on pagonline.Date) (KeyRing, error) {
	return k.change(on, func() (KeyRing, error) {
		switch _, err := os.Stat(string(k)); {
		case err == nil:
			return KeyRing{}, keysError("Le chiavi ci sono già.", "There are keys already.")
		case !errors.Is(err, fs.ErrNotExist):
			return KeyRing{}, fmt.Errorf("receipt: %w", err)
		default:
			return KeyRing{}, nil
		}
	})
}

// Rotate adds a new key that signs from that day on, see [KeyRing.Rotate]; private halves
// of former keys are not kept. Its error is that of [KeyFile.Read], of KeyRing.Rotate, or
// has [pagonline.CodeConflict].
func (k KeyFile) Rotate(on pagonline.Date) (KeyRing, error) {
	if _, err := k.Read(); err != nil { // before anything is made beside it
		return KeyRing{}, err
	}
	return k.change(on, k.Read)
}

// change puts a new key to the ring that current returns while nobody else changes it.
func (k KeyFile) change(on pagonline.Date, current func() (KeyRing, error)) (ring KeyRing, err error) {
	f, err := os.OpenFile(string(k)+".new", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return KeyRing{}, keysError("Le chiavi stanno cambiando; se nessuno le cambia, cancellare il file che finisce in .new.",
			"The keys are being changed; if nobody changes them, delete the file that ends in .new.")
	}
	if err != nil {
		return KeyRing{}, fmt.Errorf("receipt: %w", err)
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err == nil {
			err = os.Rename(f.Name(), string(k))
		}
		if err != nil {
			ring, err = KeyRing{}, errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if ring, err = current(); err != nil {
		return KeyRing{}, err
	}
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return KeyRing{}, fmt.Errorf("receipt: %w", err)
	}
	if ring, err = ring.Rotate(private, on); err != nil {
		return KeyRing{}, err
	}
	file, err := MarshalPrivateKey(private)
	if err != nil {
		return KeyRing{}, err
	}
	if _, err := f.Write(append(file, ring.PEM()...)); err != nil {
		return KeyRing{}, fmt.Errorf("receipt: %w", err)
	}
	return ring, f.Sync()
}

func keysError(it, en string) error {
	err := pagonline.NewError(pagonline.CodeConflict).At("key")
	err.Text = pagonline.Text{It: it, En: en}
	return err
}
