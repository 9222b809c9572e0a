package psp

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// maxTries is how often an outcome is sent (SANP, "Indicatori di qualità", retry).
const maxTries = 5

// maxAnswer bounds what is read of an answer; the largest legal one has a third of it.
const maxAnswer = 256 << 10

// newKey returns an idempotency key for a new call.
func (c *Client) newKey() string { return c.code + "_" + rand.Text()[:10] }

// encode writes a request and checks it as the node would.
func encode(r wire.PSPRequest) ([]byte, error) {
	body := r.Append(nil)
	_, err := wire.DecodePSPRequest(body)
	if field, ok := errors.AsType[*wire.FieldError](err); ok {
		return nil, pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Same(field.Path)).At(field.Path)
	}
	if err != nil {
		return nil, fmt.Errorf("psp: %w", err)
	}
	return body, nil
}

// call sends a request until there is an answer, as often as its kind allows. Its error
// is an [*Error], or says which field of the request is out of form.
func (c *Client) call(ctx context.Context, r wire.PSPRequest) (wire.PSPResponse, error) {
	body, err := encode(r)
	if err != nil {
		return wire.PSPResponse{}, err
	}
	isOutcome := r.Operation == wire.PSPOutcome || r.Operation == wire.PSPOutcomeV1
	most, timeout := 1, c.cfg.Timeout
	if isOutcome {
		most, timeout = maxTries, c.cfg.OutcomeTimeout
	}
	if ended := ctx.Err(); ended != nil { // nothing was sent
		return wire.PSPResponse{}, &Error{Operation: string(r.Operation), IdempotencyKey: r.IdempotencyKey, cause: ended}
	}
	for try := 1; ; try++ {
		answer, failed := c.try(ctx, r.Operation, body, timeout)
		if failed == nil && answer.Fault != nil {
			failed = refusal(answer.Fault)
		}
		if failed == nil {
			return answer, nil
		}
		if failed.lost && try < most && ctx.Err() == nil {
			c.cfg.Log.WarnContext(ctx, "psp: no good answer, trying again",
				slog.String("operation", string(r.Operation)), slog.Int("try", try), slog.Any("error", failed))
			if err = c.cfg.Sleep(ctx, c.cfg.OutcomeTimeout*(1<<try-1)); err == nil {
				continue
			}
			failed.cause = err
		}
		failed.Operation, failed.IdempotencyKey, failed.Tries = string(r.Operation), r.IdempotencyKey, try
		if isOutcome && r.Paid {
			failed.Advice = c.advice(failed)
		}
		c.cfg.Log.WarnContext(ctx, "psp: failed", slog.Any("error", failed))
		return wire.PSPResponse{}, failed
	}
}

// try sends a request once.
func (c *Client) try(ctx context.Context, operation wire.PSPOperation, body []byte, timeout time.Duration) (wire.PSPResponse, *Error) {
	none := wire.PSPResponse{}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodPost, c.cfg.URL, bytes.NewReader(body))
	if err != nil {
		return none, &Error{cause: err}
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", `"`+string(operation)+`"`)
	if c.cfg.SubscriptionKey != "" {
		req.Header.Set("Ocp-Apim-Subscription-Key", c.cfg.SubscriptionKey)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return none, c.lost(ctx, 0, err)
	}
	defer func() { _ = resp.Body.Close() }() // read as far as it matters
	switch status := resp.StatusCode; {
	case status == http.StatusOK:
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout:
		return none, c.lost(ctx, status, nil)
	default: // a redirect, a missing key, another address: the same call fails again
		return none, &Error{Status: status, cause: pagonline.NewError(pagonline.CodeInternal)}
	}
	said, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(said) > maxAnswer {
		err = errors.New("psp: answer too long")
	}
	if err != nil {
		return none, c.lost(ctx, http.StatusOK, err)
	}
	answer, err := wire.DecodePSPResponse(said, operation)
	if err == nil && !complete(answer) {
		err = errors.New("psp: answer without what was asked for")
	}
	if err != nil {
		return none, c.lost(ctx, http.StatusOK, err)
	}
	return answer, nil
}

// lost is the error of a call without a good answer. The node may have taken it.
func (c *Client) lost(ctx context.Context, status int, err error) *Error {
	if ended := ctx.Err(); ended != nil {
		return &Error{lost: true, Status: status, cause: ended}
	}
	return &Error{lost: true, Status: status, cause: pagonline.NewError(pagonline.CodeUnavailable).Because(err)}
}

// complete reports whether an OK brings what the schema leaves out of a KO.
func complete(r wire.PSPResponse) bool {
	switch {
	case r.Fault != nil:
		return true
	case r.Operation == wire.PSPVerify:
		return len(r.Options) > 0
	case r.Operation == wire.PSPActivate, r.Operation == wire.PSPActivateV1:
		return r.Token != "" && r.Amount != nil
	default:
		return true
	}
}
