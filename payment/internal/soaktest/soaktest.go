// Package soaktest says how much of a test to do that could go on for ever.
package soaktest

import "os"

// Size returns one of three: plain for every run of the tests, soak for the stage of CI
// that has time for it (PAGONLINE_SOAK is set), long for who asks for more
// (PAGONLINE_LONG is set).
func Size(plain, soak, long int) int {
	switch {
	case os.Getenv("PAGONLINE_LONG") != "":
		return long
	case os.Getenv("PAGONLINE_SOAK") != "":
		return soak
	default:
		return plain
	}
}

// Large reports whether there is time for large sizes.
func Large() bool { return Size(0, 1, 1) > 0 }
