package samlsp

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

const (
	// logWithin is how long the log may take, which does not wait for the browser.
	logWithin = 10 * time.Second
	// maxUnsigned is the longest answer that is kept whole though nobody signed it, and
	// maxHead what is kept of others, in bytes.
	maxUnsigned, maxHead = 8 << 10, 2 << 10
)

// log keeps the exchange, even if the browser is gone by now.
func (p *Provider) log(ctx context.Context, e identity.Exchange) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logWithin)
	defer cancel()
	return p.audit.Append(ctx, e)
}

// exchange is what the log keeps. The names in it are those that the answer claims if it
// was refused.
func exchange(field string, pending identity.Pending, a saml.Answer, outcome error, now time.Time) identity.Exchange {
	e := identity.Exchange{
		Scheme: pending.Scheme, At: now, Outcome: "ok", RequestID: pending.RequestID, RequestIssued: pending.IssuedAt,
		ResponseID: a.ResponseID, ResponseIssued: a.ResponseIssued, ResponseIssuer: a.Issuer, AssertionID: a.AssertionID,
		Subject: a.NameID, Qualifier: a.NameQualifier, Request: pending.Request, Response: kept(field, pending.RequestID, a),
	}
	if outcome != nil {
		e.Outcome = string(pagonline.CodeOf(outcome))
	}
	return e
}

// kept returns what the log keeps of an answer: all of it if the identity provider signed
// it, or if it is a Response to the request and not long. Anybody may post anything here,
// and two years are long: of all else it is a line, "sha256=" and the hash in hexadecimal,
// " bytes=" and the length, and then the beginning.
func kept(field, requestID string, a saml.Answer) []byte {
	answer, err := saml.DecodePost(field)
	if err != nil {
		answer = []byte(field)
	}
	if a.Signed || a.InResponseTo == requestID && requestID != "" && len(answer) <= maxUnsigned {
		return answer
	}
	return fmt.Appendf(nil, "sha256=%x bytes=%d\n%s", sha256.Sum256(answer), len(answer), answer[:min(len(answer), maxHead)])
}
