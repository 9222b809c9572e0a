package stamp

import (
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Config says how to check stamps. The zero value of each field works.
type Config struct {
	// Now is the clock. Default: time.Now.
	Now func() time.Time
	// Ahead is how much a seller's clock may be ahead of ours. Default: 5 minutes.
	Ahead time.Duration
	// Revoked reports whether a certificate was revoked at an instant. Default: none
	// was.
	Revoked func(certificate *x509.Certificate, at time.Time) bool
}

// Verifier checks stamps. It is safe for concurrent use.
type Verifier struct {
	anchors *x509.CertPool
	cfg     Config
}

// New returns a Verifier that believes in certificates that lead to one of the anchors,
// or are one. It copies both. It returns an error if there are no anchors: no pool
// would mean those of the machine, any of which may sell certificates to anybody.
func New(anchors *x509.CertPool, cfg Config) (*Verifier, error) {
	if anchors == nil || anchors.Equal(x509.NewCertPool()) {
		return nil, errors.New("stamp: no trust anchors")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the default clock
	}
	if cfg.Ahead == 0 {
		cfg.Ahead = 5 * time.Minute
	}
	if cfg.Revoked == nil {
		cfg.Revoked = func(*x509.Certificate, time.Time) bool { return false }
	}
	return &Verifier{anchors: anchors.Clone(), cfg: cfg}, nil
}

// Want is what a stamp must be for. A zero field is not compared.
type Want struct {
	Hash   string      // base64 of the document's SHA-256, as the position asked for it
	Amount euro.Amount // what was paid for the stamp
}

// Verify reads a stamp, checks its signature, and compares it with what was wanted. Its
// error is a [pagonline.Error] that wraps a [FaultError]; with [ErrHash], [ErrAmount] and
// [ErrFuture] it comes with the stamp, if the signature holds.
func (v *Verifier) Verify(attachment []byte, want Want) (Stamp, error) {
	s, err := v.authentic(attachment)
	switch {
	case err != nil:
		return Stamp{}, err
	case s.PurchasedAt.After(v.cfg.Now().Add(v.cfg.Ahead)):
		return s, bad(ErrFuture, nil)
	case !want.Amount.IsZero() && want.Amount != s.Amount:
		return s, bad(ErrAmount, nil)
	case want.Hash != "":
		return s, s.isFor(want.Hash)
	}
	return s, nil
}

// isFor compares the hash of the document.
func (s Stamp) isFor(hash string) error {
	if wanted, ok := sha256Text(hash); !ok || wanted != s.Hash {
		return bad(ErrHash, nil)
	}
	return nil
}

// CheckStamp does what the station asks for: it checks the stamp of a transfer against
// the transfer's amount, and what the position asked for. Without want, as for a receipt
// of which we are the secondary creditor, all but the hash is checked. Its error is that
// of [Verifier.Verify], or that of ctx.
func (v *Verifier) CheckStamp(ctx context.Context, sold payment.Credit, want *payment.Stamp) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s, err := v.Verify(sold.Stamp, Want{})
	switch {
	case err != nil:
		return err
	case s.Amount != sold.Amount: // also where that is zero
		return bad(ErrAmount, nil)
	case want != nil:
		return s.isFor(want.Hash)
	}
	return nil
}

// authentic returns what the signature of a stamp covers.
func (v *Verifier) authentic(attachment []byte) (Stamp, error) {
	root, err := read(attachment)
	if err != nil {
		return Stamp{}, bad(ErrUnreadable, err)
	}
	claimed, sig, err := parse(root, signed)
	if err != nil {
		return Stamp{}, err
	}
	form, err := formOf(sig)
	if err != nil {
		return Stamp{}, err
	}
	signer, err := v.signer(form, claimed.PurchasedAt)
	if err != nil {
		return Stamp{}, err
	}
	covered, err := form.covered(attachment, signer, claimed.PurchasedAt)
	if err != nil {
		return Stamp{}, bad(ErrSignature, err)
	}
	if root, err = read(covered); err != nil {
		return Stamp{}, bad(ErrSignature, err)
	}
	s, _, err := parse(root, unsigned)
	if err != nil || s != claimed {
		return Stamp{}, bad(ErrSignature, err)
	}
	return s, nil
}

// signer returns the certificate of who signed, if he was one who may at that time.
func (v *Verifier) signer(form signature, at time.Time) (*x509.Certificate, error) {
	i := slices.IndexFunc(form.certificates, func(c *x509.Certificate) bool { return !c.IsCA })
	if i < 0 {
		return nil, bad(ErrCertificate, errNoKey)
	}
	signer, others := form.certificates[i], x509.NewCertPool()
	for _, c := range form.certificates {
		others.AddCert(c)
	}
	if at.Before(signer.NotBefore) || at.After(signer.NotAfter) {
		return nil, bad(ErrExpired, nil)
	}
	const signs = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	if signer.KeyUsage != 0 && signer.KeyUsage&signs == 0 || !form.fits(signer.PublicKey) {
		return nil, bad(ErrCertificate, errKey)
	}
	_, err := signer.Verify(x509.VerifyOptions{
		Roots: v.anchors, Intermediates: others, CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	switch {
	case err != nil:
		return nil, bad(ErrCertificate, err)
	case v.cfg.Revoked(signer, at):
		return nil, bad(ErrCertificate, errRevoked)
	}
	return signer, nil
}

var errRevoked = errors.New("certificate revoked")
