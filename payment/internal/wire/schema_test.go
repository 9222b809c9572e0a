package wire_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/hostile"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// declared is where this package and xmllint with the official schema may differ, as the
// package comment says. Where they read a document differently, one of these matches how
// it was read here, a line, and the document.
var declared = map[bool][]*regexp.Regexp{
	true: { // we read it
		regexp.MustCompile(`<standin`),
		regexp.MustCompile(`<datiSpecificiServizio>`),
		regexp.MustCompile(`xsi:type=`),
		// libxml2: blank CDATA between elements, white space about dates and an xsd:int
		regexp.MustCompile(`<!\[CDATA\[ ?\]\]>`),
		regexp.MustCompile(`(Date|DateTime|serial)>(\s|&#1[03];)|(\s|&#1[03];)</\w*(Date|DateTime|serial)>`),
	},
	false: { // xmllint does
		regexp.MustCompile(`^no message\n(?s:.*)<\?pi`),
		regexp.MustCompile(`^field [^\n]*\n(?s:.*)[^>]<!--[^<>]*-->[^<]`),
		regexp.MustCompile(`^field receipt.receiptId\n(?s:.*)<receiptId>(\s*|.{256,})</receiptId>`),
		regexp.MustCompile(`^field \S*(Date|DateTime)\n(?s:.*)>\s*(-\d{4,}-|\d{5,}-|0000-|9999-12-31T24)`),
		regexp.MustCompile(`^field outcome\n`), // an answer says both, or neither
		// libxml2 passes over what is not base64
		regexp.MustCompile(`^field \S*(MBDAttachment|datiSpecificiServizioRequest|hashDocumento)\n`),
	},
}

// plainDigits shows the digits that a mutant hides.
var plainDigits = strings.NewReplacer("&#49;", "1", "&#x31;", "1", "<![CDATA[1]]>", "1")

func isDeclared(err error, payload string) bool {
	how := outcomeOf(err) + "\n" + plainDigits.Replace(payload)
	return slices.ContainsFunc(declared[err == nil], func(r *regexp.Regexp) bool { return r.MatchString(how) })
}

// TestAgainstTheSchema changes valid messages at random and asks xmllint about each:
// what is read here is valid by the official schema, and what is valid is read, but for
// what is declared.
func TestAgainstTheSchema(t *testing.T) {
	rounds := 4000
	if testing.Short() {
		rounds = 600
	}
	var payloads []string
	rnd := rand.New(rand.NewPCG(2026, 11))
	seeds := seedTrees(t)
	for n := range rounds {
		mutant := seeds[n%len(seeds)].clone()
		for range 1 + rnd.IntN(2) {
			mutant.mutate(rnd)
		}
		payloads = append(payloads, mutant.String())
	}
	valid := xmllintEach(t, payloads)
	read, both := 0, 0
	for i, payload := range payloads {
		err := readPayload(payload)
		if err == nil {
			read++
		}
		if (err == nil) == valid[i] {
			both++
			continue
		}
		if !isDeclared(err, payload) {
			t.Errorf("read: %v, xmllint: %v\n%s", err, valid[i], payload)
		}
	}
	t.Logf("%d documents: %d read, %d judged alike by xmllint, %d as declared", rounds, read, both, rounds-both)
}

// TestHostileDocumentsAgainstTheSchema: xmllint says the same of the hostile documents
// that are XML.
func TestHostileDocumentsAgainstTheSchema(t *testing.T) {
	var payloads []string
	var errs []error
	for _, d := range hostile.Documents() {
		if _, err := wire.DecodeRequest(d.Body); d.Want != hostile.BadRequest && len(d.Body) < 1<<16 {
			payloads = append(payloads, string(officialtest.Payload(t, d.Body)))
			errs = append(errs, err)
		}
	}
	for i, valid := range xmllintEach(t, payloads) {
		if (errs[i] == nil) != valid && !isDeclared(errs[i], payloads[i]) {
			t.Errorf("read: %v, xmllint: %v\n%s", errs[i], valid, payloads[i])
		}
	}
}

// seedTrees are the payloads of all messages with everything in them, and those of the
// public ones that are valid.
func seedTrees(t *testing.T) (seeds []*node) {
	t.Helper()
	requests, responses := full()
	for _, r := range requests {
		seeds = append(seeds, tree(t, officialtest.Payload(t, r.Append(nil))))
	}
	for _, r := range responses {
		seeds = append(seeds, tree(t, officialtest.Payload(t, r.Append(nil))))
	}
	dir := officialtest.Path(t, "samples")
	for _, s := range samples {
		if s.want == good {
			body, err := os.ReadFile(filepath.Join(dir, s.name))
			require.NoError(t, err)
			seeds = append(seeds, tree(t, officialtest.Payload(t, body)))
		}
	}
	for _, s := range seeds {
		require.NoError(t, readPayload(s.String()))
	}
	return seeds
}

// readPayload reads a payload in an envelope, as a request or as an answer.
func readPayload(payload string) error {
	body := []byte(`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>` + payload + `</e:Body></e:Envelope>`)
	for _, operation := range []wire.Operation{wire.Verify, wire.GetPayment, wire.SendRT, wire.GetPaymentV1, wire.SendRTV1, wire.Demand} {
		for _, suffix := range []string{"Res", "Response"} {
			if root := string(operation) + suffix; strings.HasPrefix(payload, "<p:"+root+" ") || strings.HasPrefix(payload, "<p:"+root+">") {
				_, err := wire.DecodeResponse(body, operation)
				return err
			}
		}
	}
	_, err := wire.DecodeRequest(body)
	return err
}

// xmllintEach asks xmllint which of the documents are valid, many at a time.
func xmllintEach(t *testing.T, documents []string) []bool {
	t.Helper()
	schema := officialtest.Path(t, "wsdl/xsd/paForNode.xsd")
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		const absent = "xmllint is not installed (Debian: libxml2-utils)"
		if os.Getenv("CI") == "true" {
			t.Fatal(absent)
		}
		t.Skip("skipped: " + absent)
	}
	dir := t.TempDir()
	valid := make([]bool, len(documents))
	const batch = 500
	for from := 0; from < len(documents); from += batch {
		args := []string{"--noout", "--nonet", "--schema", schema}
		for i := from; i < min(from+batch, len(documents)); i++ {
			file := filepath.Join(dir, fmt.Sprintf("%d.xml", i))
			require.NoError(t, os.WriteFile(file, []byte(documents[i]), 0o600))
			args = append(args, file)
		}
		out, _ := exec.CommandContext(t.Context(), xmllint, args...).CombinedOutput() // it fails where one is invalid
		for line := range bytes.Lines(out) {
			var i int
			name, said, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(string(line)), dir+"/"), ".xml ")
			if _, err := fmt.Sscanf(name, "%d", &i); err == nil && said == "validates" {
				valid[i] = true
			}
		}
	}
	return valid
}
