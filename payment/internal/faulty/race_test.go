//go:build race

package faulty_test

// slow is how many times less is done of what the race detector makes so much slower, as
// SQLite, which is C made into Go.
const slow = 10
