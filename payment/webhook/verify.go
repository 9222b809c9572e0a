package webhook

import (
	"cmp"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
)

// Why a request is not taken. With each comes a [pagonline.Error].
var (
	ErrHeader    = errors.New("webhook: headers missing, doubled or not well formed")
	ErrTime      = errors.New("webhook: sent too long ago, or in the future")
	ErrSignature = errors.New("webhook: no signature by a known secret")
	ErrTooLarge  = errors.New("webhook: the body is too large")
)

// VerifierConfig says what a verifier accepts. The zero value works.
type VerifierConfig struct {
	// Tolerance is how far the time of a request may be from now. Default: 5 minutes.
	Tolerance time.Duration
	// MaxBody bounds the body, in bytes. Default: 64 KiB.
	MaxBody int
	// Now is the clock. Default: the system's.
	Now func() time.Time
}

// Verifier tells whether requests come from who has the secret, and now. It is safe for
// concurrent use.
type Verifier struct {
	cfg     VerifierConfig
	secrets []Secret
}

// NewVerifier returns a verifier that takes what one of the secrets has signed: several
// while one is being changed. It copies cfg.
func NewVerifier(cfg VerifierConfig, secrets ...Secret) (*Verifier, error) {
	if len(secrets) == 0 || slices.ContainsFunc(secrets, Secret.IsZero) {
		return nil, errors.New("webhook: no secret")
	}
	cfg.Tolerance, cfg.MaxBody = cmp.Or(cfg.Tolerance, 5*time.Minute), cmp.Or(cfg.MaxBody, 64<<10)
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	return &Verifier{cfg, slices.Clone(secrets)}, nil
}

// What the headers can hold: ids have no dot, which stands between the parts of what is
// signed; the specification has no bounds, these are generous.
const (
	maxID         = 256
	maxSeconds    = 12 // digits
	maxSignatures = 4 << 10
)

// Verify returns nil for a request that is authentic and fresh; body is as it came, byte
// for byte. Else its error has [pagonline.CodeNotAllowed] and wraps [ErrHeader], [ErrTime],
// [ErrSignature] or [ErrTooLarge]. A request can be sent twice within the tolerance: who
// minds keeps the webhook-id, for ever or that long.
func (v *Verifier) Verify(h http.Header, body []byte) error {
	id, at, signatures := one(h, headerID), one(h, headerTime), one(h, headerSignature)
	seconds, err := strconv.ParseInt(at, 10, 64)
	switch {
	case id == "", signatures == "", len(id) > maxID, strings.Contains(id, "."), len(signatures) > maxSignatures,
		err != nil, len(at) > maxSeconds, at[0] == '+', at[0] == '-':
		return refused(ErrHeader)
	case len(body) > v.cfg.MaxBody:
		return refused(ErrTooLarge)
	case v.cfg.Now().Sub(time.Unix(seconds, 0)).Abs() > v.cfg.Tolerance:
		return refused(ErrTime)
	}
	for _, s := range v.secrets {
		if signed(s.mac(id, at, body), signatures) {
			return nil
		}
	}
	return refused(ErrSignature)
}

// one returns the value of a header that must stand there once, else "".
func one(h http.Header, name string) string {
	if values := h.Values(name); len(values) == 1 {
		return values[0]
	}
	return ""
}

// signed reports whether one of the signatures of a header is mac. Those of other kinds
// (v1a) are passed over.
func signed(mac []byte, signatures string) bool {
	found := false
	for s := range strings.SplitSeq(signatures, " ") {
		text, symmetric := strings.CutPrefix(s, version)
		given, err := base64.StdEncoding.Strict().DecodeString(text)
		if symmetric && err == nil && hmac.Equal(given, mac) {
			found = true
		}
	}
	return found
}

func refused(why error) error { return pagonline.NewError(pagonline.CodeNotAllowed).Because(why) }

// Read reads a request that a [Client] has sent, and verifies it. It returns the
// webhook-id, by which a repeat is told. Its error is that of [Verifier.Verify], has
// [pagonline.CodeInputSyntax] if the body is not a [Payload], or is that of the connection.
func (v *Verifier) Read(r *http.Request) (id string, p Payload, err error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(v.cfg.MaxBody)+1))
	if err != nil {
		return "", Payload{}, pagonline.NewError(pagonline.CodeUnavailable).Because(err)
	}
	if err := v.Verify(r.Header, body); err != nil {
		return "", Payload{}, err
	}
	if err := json.Unmarshal(body, &p); err != nil || p.Type == "" {
		return "", Payload{}, pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Same("JSON")).At("body").Because(err)
	}
	return r.Header.Get(headerID), p, nil
}
