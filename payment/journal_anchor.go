package payment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
)

// Digest is a SHA-256 hash. Its text is 64 hexadecimal digits.
type Digest [sha256.Size]byte

// String returns the digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText returns the digits.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Anchor is what of a seal has to be kept elsewhere: printed, signed, sent to somebody.
// A journal that was made anew from its beginning has other hashes, and one that was cut
// has no such seal. See [Cashier.VerifyJournal].
type Anchor struct {
	Seal int64
	Hash Digest
}

// Anchor returns the seal's number and hash.
func (s JournalSeal) Anchor() Anchor { return Anchor{s.Number, s.Hash} }

// JournalAnchor returns the anchor of the journal's last seal. Its error has
// [pagonline.CodeNotFound] if nothing was sealed yet.
func (c *Cashier) JournalAnchor(ctx context.Context) (Anchor, error) {
	s, err := c.store.Journal().LastSeal(ctx)
	if err != nil {
		return Anchor{}, public(err)
	}
	return s.Anchor(), nil
}

// String returns both, as in "12:9f86d081…".
func (a Anchor) String() string { return strconv.FormatInt(a.Seal, 10) + ":" + a.Hash.String() }

// MarshalText returns what String does.
func (a Anchor) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText works as [ParseAnchor].
func (a *Anchor) UnmarshalText(b []byte) (err error) {
	*a, err = ParseAnchor(string(b))
	return err
}

// ParseAnchor reads what String returns; the digits may be in capitals and in groups, as
// people copy them from paper. Its error has [pagonline.CodeInputSyntax].
func ParseAnchor(s string) (Anchor, error) {
	const longest = 256
	invalid := pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{
		It: "attesi il numero di un sigillo, due punti e 64 cifre esadecimali",
		En: "want the number of a seal, a colon and 64 hexadecimal digits",
	}).At("anchor")
	if len(s) > longest {
		return Anchor{}, invalid
	}
	number, digits, _ := strings.Cut(s, ":")
	seal, err := strconv.ParseUint(strings.TrimSpace(number), 10, 63)
	hash, err2 := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	if err != nil || err2 != nil || len(hash) != sha256.Size {
		return Anchor{}, invalid
	}
	return Anchor{int64(seal), Digest(hash)}, nil
}
