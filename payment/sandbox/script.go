package sandbox

import (
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/notice"
)

// Fault is something that goes wrong on purpose. It is named in JSON by its value. The
// package comment says what each one does.
type Fault string

// The faults.
const (
	Lost                Fault = "lost"
	Duplicated          Fault = "duplicated"
	Late                Fault = "late"
	Reordered           Fault = "reordered"
	Altered             Fault = "altered"
	SecondPayment       Fault = "second_payment"
	ExpiredToken        Fault = "expired_token"
	PaidAfterWaiting    Fault = "paid_after_waiting"
	RefusedAfterWaiting Fault = "refused_after_waiting"
	ClosedBrowser       Fault = "closed_browser"
	StandIn             Fault = "stand_in"
	StationDown         Fault = "station_down"
	Malformed           Fault = "malformed"
	Slow                Fault = "slow"
	TooManyRequests     Fault = "429"
	ServerError         Fault = "500"
)

// Faults returns all faults, in the order of the package comment.
func Faults() []Fault {
	return []Fault{
		Lost, Duplicated, Late, Reordered, Altered, SecondPayment, ExpiredToken,
		PaidAfterWaiting, RefusedAfterWaiting, ClosedBrowser, StandIn, StationDown,
		Malformed, Slow, TooManyRequests, ServerError,
	}
}

// Rule has a fault happen, once.
type Rule struct {
	// Notice says to what it happens. None: to whatever comes.
	Notice notice.Number `json:"notice,omitzero"`
	// Call counts the occasions, of that notice if there is one: 1, or 0, is the next.
	// Each one that passes takes one off.
	Call  int   `json:"call,omitempty"`
	Fault Fault `json:"fault"`
}

// The bounds of a script.
const (
	maxRules = 1000
	maxCall  = 1_000_000
)

// Script has faults happen from now on, beside those that are still to come. Its error
// wraps [pagonline.ErrInvalid]; then no rule was taken.
func (s *Sandbox) Script(rules ...Rule) error {
	for _, r := range rules {
		if !slices.Contains(Faults(), r.Fault) {
			return badRule("fault", "guasto sconosciuto, ci sono "+names(Faults()), "unknown fault, there are "+names(Faults()))
		}
		if r.Call < 0 || r.Call > maxCall {
			return badRule("call", "l'occasione va da 1 a 1000000", "the occasion is from 1 to 1000000")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rules)+len(rules) > maxRules {
		return badRule("fault", "al massimo 1000 guasti in programma", "at most 1000 faults to come")
	}
	for _, r := range rules {
		r.Call = max(r.Call, 1)
		s.rules = append(s.rules, r)
	}
	return nil
}

func badRule(field, it, en string) error {
	return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{It: it, En: en}).At(field)
}

func names(faults []Fault) string {
	var all []string
	for _, f := range faults {
		all = append(all, string(f))
	}
	return strings.Join(all, ", ")
}

// Rules returns the faults that are still to come, in their order, with what is left of
// their counts.
func (s *Sandbox) Rules() []Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Rule{}, s.rules...)
}

// ClearScript forgets the faults that are still to come, and ends those that last.
func (s *Sandbox) ClearScript() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules, s.outages = nil, nil
}

// strikes counts an occasion of a fault, which concerns the notices that it says, and
// reports whether the fault happens; rule is the one that had it happen. The caller
// holds the lock.
func (s *Sandbox) strikes(f Fault, concerns func(notice.Number) bool) (rule Rule, hit bool) {
	kept := s.rules[:0]
	for _, r := range s.rules {
		if r.Fault == f && (r.Notice.IsZero() || concerns(r.Notice)) {
			if r.Call--; r.Call == 0 {
				rule, hit = r, true
				continue
			}
		}
		kept = append(kept, r)
	}
	s.rules = kept
	return rule, hit
}

// strikesAt is strikes for an occasion of one notice.
func (s *Sandbox) strikesAt(f Fault, n notice.Number) bool {
	_, hit := s.strikes(f, func(other notice.Number) bool { return other == n })
	return hit
}
