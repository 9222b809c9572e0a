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
	wire.Verify: 7 * time.Second, wire.GetPayment: 7 * time.Second, wire.GetPaymentV1: 7 * time.Second,
	wire.SendRT: 15 * time.Second, wire.SendRTV1: 15 * time.Second,
}

// maxAnswer bounds what is read of a station's answer.
const maxAnswer = 1 << 20

// Call is one message that the node sent to a station.
type Call struct {
	Operation string    `json:"operation"`         // as in "paGetPaymentV2"
	Station   string    `json:"station,omitempty"` // its id
	Notice    string    `json:"notice,omitempty"`
	Outcome   string    `json:"outcome,omitempty"` // "OK", "KO", or "" where there was no answer to speak of
	Fault     string    `json:"fault,omitempty"`   // of a KO, as in "PAA_PAGAMENTO_DUPLICATO"
	At        time.Time `json:"at"`
}

// maxCalls is how many of the last messages are remembered.
const maxCalls = 10_000

// Calls returns the messages that the node has sent so far, in their order: the last ten
// thousand.
func (s *Sandbox) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls[max(0, len(s.calls)-maxCalls):]...)
}

// noted remembers a message.
func (s *Sandbox) noted(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls = append(s.calls, c); len(s.calls) >= 2*maxCalls {
		s.calls = append([]Call(nil), s.calls[maxCalls:]...)
	}
}

// call sends a message to a station and reads the answer. Its error is a [*NodeError], or
// the context's.
func (s *Sandbox) call(ctx context.Context, r wire.Request, st Station) (wire.Response, error) {
	r.PA, r.Broker, r.Station = st.FiscalCode, st.Broker, st.StationID
	var answer wire.Response
	var err error
	if s.out(StationDown, r.Number) {
		err = &NodeError{Code: faultUnreachable}
	} else {
		answer, err = s.exchange(ctx, r, st)
	}
	call := Call{Operation: string(r.Operation), Station: st.StationID, Notice: r.Number, At: s.now()}
	switch {
	case err != nil:
		s.cfg.Log.WarnContext(ctx, "sandbox: no good answer", slog.String("operation", call.Operation), slog.Any("error", err))
	case answer.Fault != nil:
		call.Outcome, call.Fault = "KO", answer.Fault.Code
	default:
		call.Outcome = "OK"
	}
	s.noted(call)
	return answer, err
}

func (s *Sandbox) exchange(ctx context.Context, r wire.Request, st Station) (wire.Response, error) {
	limited, cancel := context.WithTimeout(ctx, timeouts[r.Operation])
	defer cancel()
	client, url := s.cfg.HTTPClient, st.URL
	if st.Handler != nil {
		client, url = &http.Client{Transport: inProcess{st.Handler}}, "http://station.invalid/"
	}
	req, err := http.NewRequestWithContext(limited, http.MethodPost, url, bytes.NewReader(r.Append(nil)))
	if err != nil {
		return wire.Response{}, &NodeError{Code: faultUnreachable}
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", `"`+string(r.Operation)+`"`)
	resp, err := client.Do(req)
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
	if err != nil || !wellFormed(answer.Fault) {
		return wire.Response{}, &NodeError{Code: faultResponse}
	}
	return answer, nil
}
