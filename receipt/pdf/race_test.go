//go:build race

package pdf_test

// underRace: the race detector has pools forget what they were given, on purpose.
const underRace = true
