//go:build unix

package recordtest

import (
	"syscall"
	"time"
)

// cpu returns the time that this process has computed.
func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
