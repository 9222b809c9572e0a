package receipt

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
)

// KeyID names a public key: the first 20 bits of the SHA-256 of its 32 bytes, as four
// characters. It is short because it stands in the QR code; a [KeyRing] holds no two keys
// of one name. Of a million new keys one has a name that a ring of one has: then one
// generates another.
type KeyID string

const keyIDLength = 4

// KeyIDOf returns the name of a public key.
func KeyIDOf(public ed25519.PublicKey) KeyID {
	sum := sha256.Sum256(public)
	return KeyID(append32(nil, sum[:3])[:keyIDLength])
}

// PublicKey verifies what its private half signed.
type PublicKey struct {
	Key ed25519.PublicKey
	// From is the day since which it signs. It is for the reader's information: the
	// receipt of an older payment may be signed later.
	From pagonline.Date
	// Until is the last day whose payments it vouches for; none while it is in use. What
	// it signed about them stays authentic. A key that was stolen is to be taken away.
	Until pagonline.Date
}

// ID returns the key's name.
func (k PublicKey) ID() KeyID { return KeyIDOf(k.Key) }

// covers reports whether the key vouches for a payment of that day.
func (k PublicKey) covers(paid pagonline.Date) bool {
	return k.Until.IsZero() || !k.Until.Before(paid)
}

// maxKeys is how many keys a ring holds: two centuries, with one each year.
const maxKeys = 200

// KeyRing holds many public keys, which verify, and at most one key that signs. Its zero
// value is empty. It does not change, so it is safe for concurrent use: [KeyRing.Rotate]
// and [KeyRing.WithSigner] return another one.
type KeyRing struct {
	keys    []PublicKey
	signing KeyID
	sign    func(message []byte) ([]byte, error) // a function, so that no printing shows a key
}

// NewKeyRing returns a ring that verifies with keys. It copies them. Its error has
// [pagonline.CodeInputSyntax]: not a key of Ed25519, one name twice, too many.
func NewKeyRing(keys ...PublicKey) (KeyRing, error) {
	var ring KeyRing
	for _, k := range keys {
		if err := ring.add(k); err != nil {
			return KeyRing{}, err
		}
	}
	return ring, nil
}

func (k *KeyRing) add(key PublicKey) error {
	if len(key.Key) != ed25519.PublicKeySize {
		return badKey("serve una chiave Ed25519", "an Ed25519 key is needed")
	}
	switch held, found := k.Find(key.ID()); {
	case found && held.Key.Equal(key.Key):
		return badKey("chiave già presente", "key held already")
	case found: // one of a million: the name has 20 bits
		return badKey("un'altra chiave ha lo stesso nome: generarne una nuova", "another key has the same name: generate another key")
	}
	if len(k.keys) == maxKeys {
		return badKey("troppe chiavi", "too many keys")
	}
	key.Key = slices.Clone(key.Key)
	k.keys = append(k.keys, key)
	return nil
}

func badKey(it, en string) error {
	return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{It: it, En: en}).At("key")
}

// Keys returns the public keys, in the order in which they were added.
func (k KeyRing) Keys() []PublicKey {
	keys := slices.Clone(k.keys)
	for i := range keys {
		keys[i].Key = slices.Clone(keys[i].Key)
	}
	return keys
}

// Find returns the key of that name.
func (k KeyRing) Find(id KeyID) (PublicKey, bool) {
	for _, key := range k.keys {
		if key.ID() == id {
			key.Key = slices.Clone(key.Key)
			return key, true
		}
	}
	return PublicKey{}, false
}

// Signing returns the name of the key that signs, "" if the ring only verifies.
func (k KeyRing) Signing() KeyID { return k.signing }

// WithSigner returns the ring with s as the key that signs; its public half must be in
// it. s is an Ed25519 key, in memory or in a device (HSM): it gets the whole message and
// [crypto.Hash](0). Its error has [pagonline.CodeInputSyntax].
func (k KeyRing) WithSigner(s crypto.Signer) (KeyRing, error) {
	public, err := publicOf(s)
	if err != nil {
		return KeyRing{}, err
	}
	held, ok := k.Find(KeyIDOf(public))
	if !ok || !held.Key.Equal(public) {
		return KeyRing{}, badKey("la chiave pubblica non è tra quelle note", "its public key is not among the known ones")
	}
	k.signing, k.sign = held.ID(), signerFunc(s, public)
	return k, nil
}

// Rotate returns the ring with s as a new key that signs from that day on. Keys that are
// still in use end with this day, and go on verifying what they signed. The first key of
// an empty ring is made so too. Its error has [pagonline.CodeInputSyntax].
func (k KeyRing) Rotate(s crypto.Signer, on pagonline.Date) (KeyRing, error) {
	public, err := publicOf(s)
	if err != nil {
		return KeyRing{}, err
	}
	if on.IsZero() {
		return KeyRing{}, badKey("manca il giorno", "the day is missing")
	}
	next := KeyRing{keys: k.Keys()}
	for i, key := range next.keys {
		if key.Until.IsZero() || on.Before(key.Until) {
			if on.Before(key.From) { // else nothing that it signed would hold
				return KeyRing{}, badKey("il giorno precede l'inizio di una chiave in uso", "the day is before the beginning of a key in use")
			}
			next.keys[i].Until = on
		}
	}
	if err := next.add(PublicKey{Key: public, From: on}); err != nil {
		return KeyRing{}, err
	}
	return next.WithSigner(s)
}

func publicOf(s crypto.Signer) (ed25519.PublicKey, error) {
	if s != nil {
		if private, ok := s.(ed25519.PrivateKey); ok && len(private) != ed25519.PrivateKeySize {
			return nil, badKey("serve una chiave Ed25519", "an Ed25519 key is needed")
		}
		if public, ok := s.Public().(ed25519.PublicKey); ok && len(public) == ed25519.PublicKeySize {
			return public, nil
		}
	}
	return nil, badKey("serve una chiave Ed25519", "an Ed25519 key is needed")
}

// errSigner says that a device signed with another key than it names, or not at all well.
var errSigner = errors.New("receipt: the signer's signature does not verify")

func signerFunc(s crypto.Signer, public ed25519.PublicKey) func([]byte) ([]byte, error) {
	_, inMemory := s.(ed25519.PrivateKey)
	return func(message []byte) ([]byte, error) {
		signature, err := s.Sign(nil, message, crypto.Hash(0)) // Ed25519 draws nothing
		if err != nil {
			return nil, fmt.Errorf("receipt: sign: %w", err)
		}
		if len(signature) != ed25519.SignatureSize || !inMemory && !ed25519.Verify(public, message, signature) {
			return nil, errSigner
		}
		return signature, nil
	}
}

// String returns the names of the keys; that of the one that signs has an asterisk.
func (k KeyRing) String() string {
	names := make([]string, len(k.keys))
	for i, key := range k.keys {
		names[i] = string(key.ID())
		if key.ID() == k.signing {
			names[i] += "*"
		}
	}
	return strings.Join(names, " ")
}

// LogValue gives the log what String returns.
func (k KeyRing) LogValue() slog.Value { return slog.StringValue(k.String()) }
