// Package officialtest finds, for tests, the official material that is not part of this
// module: WSDL and XSD, sample messages, number vectors. It lies in the folder that
// PAGONLINE_SHARED names, or in ../shared beside the module; where there is none, the
// tests that need it are skipped and say so.
package officialtest

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Path returns the path of a file or folder under data, such as
// "vectors/notice_numbers.csv", or skips the test.
func Path(tb testing.TB, name string) string {
	tb.Helper()
	shared := os.Getenv("PAGONLINE_SHARED")
	if shared == "" {
		_, here, _, _ := runtime.Caller(0)
		shared = filepath.Join(filepath.Dir(here), "../../../../shared")
	}
	path := filepath.Join(shared, "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("skipped: the official material is not here (%s); set PAGONLINE_SHARED", name)
	}
	return path
}
