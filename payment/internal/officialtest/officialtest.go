// Package officialtest finds, for tests, the official material that is not part of this
// module: WSDL and XSD, sample messages, number vectors. It lies in the folder that
// PAGONLINE_SHARED names, or in ../shared beside the module; where there is none, the
// tests that need it are skipped and say so.
package officialtest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/pagonline/pagonline/payment/internal/xmlpull"
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

// Payload returns the first child of the Body of a SOAP envelope that declares all its
// namespaces at the top, as a document of its own.
func Payload(tb testing.TB, envelope []byte) []byte {
	tb.Helper()
	r := xmlpull.New(envelope, xmlpull.Limits{})
	from, depth := 0, 0
	for {
		before := r.Offset()
		kind, err := r.Next()
		if err != nil {
			tb.Fatalf("%v in %s", err, envelope)
		}
		switch {
		case kind == xmlpull.Start && string(r.Local()) == "Body":
			depth = r.Depth() + 1
		case kind == xmlpull.Start && r.Depth() == depth:
			from = before
		case kind == xmlpull.End && depth > 0 && r.Depth() == depth-1:
			doc := string(envelope[from:r.Offset()])
			name, rest, _ := strings.Cut(doc, ">")
			name, empty := strings.CutSuffix(name, "/")
			if empty {
				rest = "/>" + rest
			} else {
				rest = ">" + rest
			}
			top := string(envelope[:from])
			for _, declaration := range namespaces.FindAllString(top, -1) {
				if !strings.Contains(name, strings.TrimSpace(declaration[:strings.IndexByte(declaration, '=')])+"=") {
					name += declaration
				}
			}
			return []byte(name + rest)
		case kind == xmlpull.EOF:
			tb.Fatalf("no payload in %s", envelope)
		}
	}
}

var namespaces = regexp.MustCompile(`\sxmlns:[A-Za-z]+\s*=\s*("[^"]*"|'[^']*')`)

// Valid reports whether xmllint finds the payload of a SOAP envelope valid by the
// official schema of the station's messages, and what it says. Without xmllint it
// skips the test.
func Valid(tb testing.TB, envelope []byte) (valid bool, report string) {
	tb.Helper()
	return ValidBy(tb, "wsdl/xsd/paForNode.xsd", envelope)
}

// ValidBy is [Valid] for another schema, a path as for [Path].
func ValidBy(tb testing.TB, name string, envelope []byte) (valid bool, report string) {
	tb.Helper()
	schema := Path(tb, name)
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		tb.Skip("skipped: xmllint is not installed (Debian: libxml2-utils)")
	}
	cmd := exec.CommandContext(tb.Context(), xmllint, "--noout", "--nonet", "--schema", schema, "-")
	cmd.Stdin = bytes.NewReader(Payload(tb, envelope))
	out, err := cmd.CombinedOutput()
	return err == nil, string(out)
}
