package quote

import "io"

// WithRandom makes r draw its codes from random.
func WithRandom(r *Register, random io.Reader) *Register {
	r.random = random
	return r
}
