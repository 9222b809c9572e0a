package identity

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"time"
)

// Session is a browser that came back: of somebody who signed in, or of nobody yet, who
// may have a cart all the same.
type Session struct {
	// ID is [HashSecret] of what the browser's cookie holds, so that who reads the
	// store cannot take a session over.
	ID    string
	Auth  Authentication // zero as long as nobody signed in
	State []byte         // the program's own and opaque here, as the id of a cart
	// CreatedAt is when the person signed in, or the browser came; SeenAt when it was
	// last here, to the minute or so.
	CreatedAt time.Time
	SeenAt    time.Time
	Expires   time.Time
}

// SignedIn reports whether somebody signed in.
func (s Session) SignedIn() bool { return !s.Auth.Person.Subject.IsZero() }

// Owner returns the pseudonym of who signed in, "" for nobody; see [SubjectID.Owner].
func (s Session) Owner() string { return s.Auth.Person.Subject.Owner() }

// LogValue gives the log the pseudonym.
func (s Session) LogValue() slog.Value { return slog.StringValue(s.Owner()) }

// HashSecret returns the SHA-256 of a secret in hexadecimal: what is kept of session
// cookies and mailed tokens. It is for long random secrets, never for passwords.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
