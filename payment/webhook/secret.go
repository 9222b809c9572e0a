package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
)

// Secret is what sender and receiver share, one for each address. The zero value is none.
// It does not show itself to fmt, to a log or to JSON: see [Secret.Reveal].
type Secret struct{ key string }

// The lengths of a key, in bytes (Standard Webhooks: 192 to 512 bits).
const (
	minKey = 24
	maxKey = 64
	newKey = 32
)

const secretPrefix = "whsec_"

// NewSecret returns a new random secret.
func NewSecret() Secret {
	b := make([]byte, newKey)
	_, _ = rand.Read(b) // it never fails
	return Secret{string(b)}
}

// ParseSecret reads a secret as receivers get it: "whsec_" and 24 to 64 bytes in base64.
// The prefix may be missing, as in libraries of the scheme. Its error has
// [pagonline.CodeInputSyntax] and does not show s.
func ParseSecret(s string) (Secret, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, secretPrefix))
	if err != nil || len(key) < minKey || len(key) > maxKey {
		return Secret{}, pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{
			It: "il segreto di un webhook è whsec_ e da 24 a 64 byte in base64", En: "a webhook's secret is whsec_ and 24 to 64 bytes in base64",
		}).At("secret")
	}
	return Secret{string(key)}, nil
}

// IsZero reports whether s is none.
func (s Secret) IsZero() bool { return s == Secret{} }

// Reveal returns the secret for the receiver's configuration, "" for none.
func (s Secret) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return secretPrefix + base64.StdEncoding.EncodeToString([]byte(s.key))
}

// Sign returns the signature of a request with this id, time and body, as in
// "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=".
func (s Secret) Sign(id string, at time.Time, body []byte) string {
	return version + base64.StdEncoding.EncodeToString(s.mac(id, strconv.FormatInt(at.Unix(), 10), body))
}

// version is that of symmetric signatures.
const version = "v1,"

func (s Secret) mac(id, at string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(s.key))
	h.Write([]byte(id + "." + at + "."))
	h.Write(body)
	return h.Sum(nil)
}

// Format hides the secret from all verbs of fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.LogValue().String()) }

// Format hides the secrets.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "webhook.Client") }

// Format hides the secrets.
func (v *Verifier) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "webhook.Verifier") }

// LogValue gives the log whether there is one.
func (s Secret) LogValue() slog.Value {
	if s.IsZero() {
		return slog.StringValue("no secret")
	}
	return slog.StringValue(secretPrefix + "…")
}
