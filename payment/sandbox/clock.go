package sandbox

import "time"

func (s *Sandbox) now() time.Time {
	return s.cfg.Now().UTC().Add(time.Duration(s.ahead.Load()))
}

// maxAhead is how far the clock can be put forward, so that dates stay dates.
const maxAhead = 100 * 365 * 24 * time.Hour

// Advance puts the sandbox's clock forward: tokens expire, receipts fall due. Nothing is
// sent yet; [Sandbox.Deliver] or [Sandbox.Run] does that. A clock does not go back, so a
// negative d changes nothing, and it goes no more than a century ahead.
func (s *Sandbox) Advance(d time.Duration) {
	for {
		was := s.ahead.Load()
		is := was + int64(min(max(d, 0), maxAhead-time.Duration(was)))
		if s.ahead.CompareAndSwap(was, is) {
			return
		}
	}
}

// Now returns what the sandbox's clock says, in UTC.
func (s *Sandbox) Now() time.Time { return s.now() }
