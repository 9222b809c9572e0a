package sandbox

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
)

// outage is a fault that lasts: [StandIn] or [StationDown].
type outage struct {
	fault  Fault
	notice notice.Number // none: all
	until  time.Time
}

// outageLife is how long an outage lasts.
const outageLife = time.Hour

// out counts a call about a notice (18 digits), and reports whether a fault that lasts
// concerns it.
func (s *Sandbox) out(f Fault, number string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.outages = slices.DeleteFunc(s.outages, func(o outage) bool { return !now.Before(o.until) })
	about := func(n notice.Number) bool { return n.String() == number }
	if rule, hit := s.strikes(f, about); hit {
		s.outages = append(s.outages, outage{fault: f, notice: rule.Notice, until: now.Add(outageLife)})
	}
	return slices.ContainsFunc(s.outages, func(o outage) bool {
		return o.fault == f && (o.notice.IsZero() || about(o.notice))
	})
}

// probed is the notice that nobody has, eighteen zeros.
var probed = strings.Repeat("0", 18)

// Probe asks a creditor's station about the notice of eighteen zeros, as the node does to
// see whether stand-in can end: a station that works answers PAA_PAGAMENTO_SCONOSCIUTO
// (SANP 3.12, stand-in). Then stand-in ends, for all notices. Its error is a
// [*NodeError], or the context's.
func (s *Sandbox) Probe(ctx context.Context, creditor string) error {
	st, known := s.station(creditor)
	if !known {
		return &NodeError{Code: faultUnknownPA}
	}
	answer, err := s.call(ctx, wire.Request{Operation: wire.Verify, FiscalCode: creditor, Number: probed}, st)
	switch {
	case err != nil:
		return fmt.Errorf("probe: %w", err)
	case answer.Fault == nil:
		return fmt.Errorf("probe: %w", &NodeError{Code: faultResponse})
	case answer.Fault.Code != "PAA_PAGAMENTO_SCONOSCIUTO":
		return fmt.Errorf("probe: %w", &NodeError{Code: faultFromPA, PA: answer.Fault.Code})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outages = slices.DeleteFunc(s.outages, func(o outage) bool { return o.fault == StandIn })
	return nil
}
