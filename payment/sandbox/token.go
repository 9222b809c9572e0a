package sandbox

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// newToken returns 32 hex digits, as the node's tokens are.
func (s *Sandbox) newToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newTokenLocked()
}

func (s *Sandbox) newTokenLocked() string {
	var b [16]byte
	if s.cfg.Seed == "" {
		_, _ = rand.Read(b[:]) // it never fails
	} else {
		s.tokens++
		sum := sha256.Sum256([]byte(strconv.FormatUint(s.tokens, 10) + s.cfg.Seed))
		copy(b[:], sum[:])
	}
	return hex.EncodeToString(b[:])
}
