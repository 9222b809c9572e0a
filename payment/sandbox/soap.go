package sandbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/pagonline/pagonline/payment/internal/wire"
)

// timeouts are how long the node waits for a station (SANP 3.12).
var timeouts = map[wire.Operation]time.Duration{
	wire.Verify: 7 * time.Second, wire.GetPayment: 7 * time.Second, wire.SendRT: 15 * time.Second,
}

// maxAnswer bounds what is read of a station's answer.
const maxAnswer = 1 << 20

var errNoStation = errors.New("sandbox: no station for this creditor")

// call sends a message to the creditor's station and reads the answer. Its error is a
// [*NodeError], the context's, or errNoStation.
func (s *Sandbox) call(ctx context.Context, r wire.Request, creditor string) (wire.Response, error) {
	st, known := s.stations[creditor]
	if !known {
		return wire.Response{}, errNoStation
	}
	r.PA, r.Broker, r.Station = creditor, st.Broker, st.StationID
	answer, err := s.exchange(ctx, r, st.URL)
	call := Call{Operation: string(r.Operation), At: s.now()}
	switch {
	case err != nil:
		s.cfg.Log.WarnContext(ctx, "sandbox: no good answer", slog.String("operation", call.Operation), slog.Any("error", err))
	case answer.Fault != nil:
		call.Outcome, call.Fault = "KO", answer.Fault.Code
	default:
		call.Outcome = "OK"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call)
	return answer, err
}

func (s *Sandbox) exchange(ctx context.Context, r wire.Request, url string) (wire.Response, error) {
	limited, cancel := context.WithTimeout(ctx, timeouts[r.Operation])
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodPost, url, bytes.NewReader(r.Append(nil)))
	if err != nil {
		return wire.Response{}, &NodeError{Code: faultUnreachable}
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", `"`+string(r.Operation)+`"`)
	resp, err := s.cfg.HTTPClient.Do(req)
	switch {
	case ctx.Err() != nil:
		return wire.Response{}, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return wire.Response{}, &NodeError{Code: faultTimeout}
	case err != nil:
		return wire.Response{}, &NodeError{Code: faultUnreachable}
	}
	defer func() { _ = resp.Body.Close() }() // read as far as it matters
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil || resp.StatusCode != http.StatusOK || len(body) > maxAnswer {
		return wire.Response{}, &NodeError{Code: faultResponse}
	}
	answer, err := wire.DecodeResponse(body, r.Operation)
	if err != nil {
		return wire.Response{}, &NodeError{Code: faultResponse}
	}
	return answer, nil
}
