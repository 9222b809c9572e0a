package local

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost is what one run of argon2id costs. The zero value is the default.
type Cost struct {
	Memory  uint32 // KiB: 8 per lane to 262144
	Passes  uint32 // 1 to 16
	Threads uint8  // lanes: 1 to 16
}

const (
	saltLength = 16
	keyLength  = 32
)

func (c Cost) check() error {
	if c.Passes < 1 || c.Passes > 16 || c.Threads < 1 || c.Threads > 16 ||
		c.Memory < 8*uint32(c.Threads) || c.Memory > 256<<10 {
		return errors.New("local: cost of a password out of bounds")
	}
	return nil
}

// hashed is a password as it is kept.
type hashed struct {
	cost      Cost
	salt, key []byte
}

// String returns the PHC string, as in "$argon2id$v=19$m=65536,t=3,p=4$salt$key".
func (h hashed) String() string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s",
		h.cost.Memory, h.cost.Passes, h.cost.Threads, b.EncodeToString(h.salt), b.EncodeToString(h.key))
}

var errPHC = errors.New("local: no PHC string of argon2id within bounds")

// parsePHC reads what String writes, and nothing that would cost more than [Cost] allows.
func parsePHC(s string) (hashed, error) {
	if len(s) > 256 {
		return hashed{}, errPHC
	}
	parts := strings.Split(s, "$")
	if len(parts) != 6 {
		return hashed{}, errPHC
	}
	var h hashed
	for part := range strings.SplitSeq(parts[3], ",") {
		name, value, _ := strings.Cut(part, "=")
		n, err := strconv.ParseUint(value, 10, 32)
		if err != nil || name == "p" && n > 255 {
			return hashed{}, errPHC
		}
		switch name {
		case "m":
			h.cost.Memory = uint32(n)
		case "t":
			h.cost.Passes = uint32(n)
		case "p":
			h.cost.Threads = uint8(n)
		}
	}
	var errSalt, errKey error
	h.salt, errSalt = base64.RawStdEncoding.Strict().DecodeString(parts[4])
	h.key, errKey = base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if errSalt != nil || errKey != nil || h.cost.check() != nil || len(h.salt) < 8 || len(h.salt) > 64 ||
		len(h.key) < 16 || len(h.key) > 64 || h.String() != s {
		return hashed{}, errPHC
	}
	return h, nil
}

// hasher runs argon2id, a few at a time.
type hasher struct {
	cost Cost
	slot chan struct{}
	// nobody is what the password of an unknown address is compared with: it costs the
	// same, and no password has it.
	nobody string
	// run is argon2.IDKey; tests count its calls.
	run func(password, salt []byte, passes, memory uint32, threads uint8, length uint32) []byte
}

func newHasher(cost Cost, parallel int) (*hasher, error) {
	if cost == (Cost{}) {
		cost = Cost{Memory: 64 << 10, Passes: 3, Threads: 4}
	}
	if err := cost.check(); err != nil {
		return nil, err
	}
	if parallel < 0 || parallel > 1024 {
		return nil, errors.New("local: passwords hashed at a time out of bounds")
	}
	if parallel == 0 {
		parallel = 4
	}
	h := &hasher{cost: cost, slot: make(chan struct{}, parallel), run: argon2.IDKey}
	h.nobody = hashed{cost, random(saltLength), random(keyLength)}.String()
	return h, nil
}

// random returns n random bytes. rand.Read never fails.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// key waits for its turn, or for the end of ctx.
func (h *hasher) key(ctx context.Context, password string, p hashed, length int) ([]byte, error) {
	select {
	case h.slot <- struct{}{}:
		defer func() { <-h.slot }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := ctx.Err(); err != nil { // both were ready
		return nil, err
	}
	return h.run([]byte(password), p.salt, p.cost.Passes, p.cost.Memory, p.cost.Threads, uint32(length)), nil
}

// make returns the PHC string of a password.
func (h *hasher) make(ctx context.Context, password string) (string, error) {
	p := hashed{cost: h.cost, salt: random(saltLength)}
	key, err := h.key(ctx, password, p, keyLength)
	p.key = key
	return p.String(), err
}

// verify reports whether the password is the kept one, and whether that has other
// parameters than those of today.
func (h *hasher) verify(ctx context.Context, kept, password string) (right, stale bool, err error) {
	p, err := parsePHC(kept)
	if err != nil {
		return false, false, err
	}
	key, err := h.key(ctx, password, p, len(p.key))
	if err != nil {
		return false, false, err
	}
	stale = p.cost != h.cost || len(p.salt) != saltLength || len(p.key) != keyLength
	return subtle.ConstantTimeCompare(key, p.key) == 1, stale, nil
}
