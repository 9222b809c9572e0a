package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
)

// verified is what a verification printed.
type verified struct {
	In      string
	Verdict receipt.Word
	Checks  []struct {
		Name   string
		OK     bool
		It, En string
	}
	Receipt *struct{ IUV string }
}

// TestReceipt: a receipt is printed, verified on paper and as a file, edited, shown twice.
func TestReceipt(t *testing.T) {
	dir, out := t.TempDir(), t.TempDir()
	paper, data, pub := filepath.Join(out, "1.pdf"), filepath.Join(out, "2.json"), filepath.Join(t.TempDir(), "pub.pem")
	_, lines := tool(t, "", "quote", "issue", "-data", dir, "-institute", "AS-LI", "-service", "fotocopie",
		"-protocol", "345/2024", "-amount", "12.50", "-payer", "Mario Rossi", "-notice")
	var quoted quoteOutput
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &quoted))
	iuv := quoted.Notice.IUV

	refused := func(code string, args ...string) {
		status, lines := tool(t, "", args...)
		require.Equal(t, statusRefuse, status)
		require.Contains(t, lines[0], `"code":"`+code+`"`)
	}
	refused("not_found", "receipt", "print", iuv, "-data", dir, "-o", paper)
	var keys bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"keys", "new", "-data", dir}, nil, &keys, os.Stderr))
	require.NoError(t, os.WriteFile(pub, keys.Bytes(), 0o600))
	refused("receipt_not_ready", "receipt", "print", iuv, "-data", dir, "-o", paper)
	refused("not_found", "receipt", "print", "02032002700000251", "-data", dir, "-o", paper)
	status, _ := tool(t, "", "pay", quoted.Notice.Number, "-url", listening(t, dir))
	require.Zero(t, status)

	for _, file := range []string{paper, data} {
		status, lines := tool(t, "", "receipt", "print", iuv, "-data", dir, "-o", file)
		require.Zero(t, status)
		require.Regexp(t, `^{"in":"`+iuv+`","file":".*","key":"[0-9A-Z]{4}","code":"[0-9A-Z]{17}"}$`, lines[0])
	}
	signed, err := os.ReadFile(data)
	require.NoError(t, err)
	proof, err := receipt.ParseSignedJSON(signed)
	require.NoError(t, err)

	verify := func(want int, args ...string) (said []verified) {
		t.Helper()
		status, lines := tool(t, "", append([]string{"receipt", "verify", "-key", pub}, args...)...)
		require.Equal(t, want, status, lines)
		for _, line := range lines {
			var v verified
			require.NoError(t, json.Unmarshal([]byte(line), &v))
			said = append(said, v)
		}
		return said
	}
	said := verify(0, out)
	require.Len(t, said, 2)
	for i, file := range []string{paper, data} {
		require.Equal(t, file, said[i].In)
		require.Equal(t, receipt.Authentic, said[i].Verdict)
		require.Equal(t, iuv, said[i].Receipt.IUV)
		require.NotEmpty(t, said[i].Checks[0].It)
		require.NotEmpty(t, said[i].Checks[0].En)
	}
	verify(0, "-qr", proof.QR, "-protocol", "345/2024", "-amount", "12,50")
	verify(0, paper, "-protocol", "prot. 345/2024", "-amount", "12.50")
	verify(statusNotMatching, data, "-protocol", "346/2024")
	verify(statusNotMatching, data, "-amount", "12.51")

	// another end of the file, other data, another key
	file, err := os.ReadFile(paper)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(out, "3.pdf"), append(file, '\n'), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(out, "4.json"), bytes.Replace(signed, []byte("12.50"), []byte("99.00"), 1), 0o600))
	said = verify(statusNotAuthentic, out)
	require.Equal(t, []receipt.Word{receipt.Authentic, receipt.Authentic, receipt.Resaved, receipt.Altered},
		[]receipt.Word{said[0].Verdict, said[1].Verdict, said[2].Verdict, said[3].Verdict})
	require.Len(t, verify(statusNotMatching, out, data, "-amount", "1"), 5) // the highest; one line each

	// in a mail, also forwarded: both files of a receipt are one, an edited one is told
	letter := func(name string, files ...string) string {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			part, err := w.CreatePart(textproto.MIMEHeader{
				"Content-Type": {"application/octet-stream"}, "Content-Transfer-Encoding": {"base64"},
				"Content-Disposition": {`attachment; filename="` + filepath.Base(file) + `"`},
			})
			require.NoError(t, err)
			_, err = part.Write([]byte(base64.StdEncoding.EncodeToString(content)))
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		text := "Subject: 345/2024\r\nContent-Type: multipart/mixed; boundary=" + w.Boundary() + "\r\n\r\n" + b.String()
		file := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(file, []byte("Content-Type: message/rfc822\r\n\r\n"+text), 0o600))
		return file
	}
	said = verify(0, letter("a.eml", paper, data))
	require.Len(t, said, 1)
	require.Equal(t, iuv, said[0].Receipt.IUV)
	require.Len(t, verify(statusNotAuthentic, letter("b.eml", paper, filepath.Join(out, "4.json"))), 2)
	require.Equal(t, receipt.Unsigned, verify(statusNotAuthentic, letter("c.eml"))[0].Verdict)
	require.Len(t, verify(statusNotAuthentic, filepath.Dir(letter("d.eml", filepath.Join(out, "3.pdf")))), 1)

	var other bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"keys", "new", "-data", filepath.Join(t.TempDir(), "other")}, nil, &other, os.Stderr))
	require.NoError(t, os.WriteFile(pub, other.Bytes(), 0o600))
	require.Equal(t, receipt.UnknownKey, verify(statusNotAuthentic, data)[0].Verdict)

	// a new key signs, the old one still verifies; shown twice is told
	keys.Reset()
	require.Zero(t, run(t.Context(), []string{"keys", "rotate", "-data", dir}, nil, &keys, os.Stderr))
	require.NoError(t, os.WriteFile(pub, keys.Bytes(), 0o600))
	verify(0, data, "-data", dir)
	verify(statusNotMatching, data, "-data", dir, "-use", "-amount", "1") // marks nothing
	verify(0, data, "-data", dir)
	verify(0, data, "-data", dir, "-use")
	said = verify(statusNotMatching, "-qr", proof.QR, "-data", dir)
	last := said[0].Checks[len(said[0].Checks)-1]
	require.Equal(t, receipt.CheckUse, last.Name)
	require.False(t, last.OK)
	require.Contains(t, last.En, "already used for request 345/2024 (2", "for what, and when")
	verify(statusNotMatching, paper, "-data", dir, "-use")
	verify(statusNotMatching, paper, "-data", dir, "-use", "-protocol", "345/2024") // for this very request
	verify(0, paper)
}

// TestReceiptShownAtManyDesks: of many who mark a receipt at once, for the same request,
// one does.
func TestReceiptShownAtManyDesks(t *testing.T) {
	dir := t.TempDir()
	file, pub := filepath.Join(dir, "r.json"), filepath.Join(dir, "pub.pem")
	number := plan(t, dir, "debt", time.Now(), payment.Terms{}, 0)[0]
	status, lines := tool(t, "", "keys", "new", "-data", dir)
	require.Zero(t, status)
	require.NoError(t, os.WriteFile(pub, []byte(strings.Join(lines, "\n")), 0o600))
	status, _ = tool(t, "", "pay", number, "-url", listening(t, dir))
	require.Zero(t, status)
	status, _ = tool(t, "", "receipt", "print", number, "-data", dir, "-o", file)
	require.Zero(t, status)
	var wg sync.WaitGroup
	ends := make([]int, 8)
	for i := range ends {
		wg.Go(func() {
			args := []string{"receipt", "verify", file, "-key", pub, "-data", dir, "-use", "-protocol", "345/2024", "-amount", "20.00"}
			ends[i] = run(t.Context(), args, nil, io.Discard, io.Discard)
		})
	}
	wg.Wait()
	slices.Sort(ends)
	require.Equal(t, []int{0, 5, 5, 5, 5, 5, 5, 5}, ends)
}

// TestReceiptHostile: what is no receipt is told, and never breaks.
func TestReceiptHostile(t *testing.T) {
	dir, pub := t.TempDir(), filepath.Join(t.TempDir(), "pub.pem")
	var keys bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"keys", "new", "-data", dir}, nil, &keys, os.Stderr))
	require.NoError(t, os.WriteFile(pub, keys.Bytes(), 0o600))
	status, _ := tool(t, "", "receipt", "verify", t.TempDir(), "-key", pub)
	require.Equal(t, statusRefuse, status)
	for _, text := range append(hostile, "%PDF-1.7\n", "", "Content-Type: multipart/mixed; boundary=b\n\n"+strings.Repeat("--b\n\n\n", 10_000),
		strings.Repeat("Content-Type: message/rfc822\n\n", 10_000)) {
		for _, name := range []string{"x.pdf", "x.json", "x.eml", "x"} {
			file := filepath.Join(t.TempDir(), name)
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
			status, lines := tool(t, "", "receipt", "verify", file, "-key", pub)
			require.Equal(t, statusNotAuthentic, status)
			require.Len(t, lines, 1)
		}
		if text != "" {
			status, _ := tool(t, "", "receipt", "verify", "-key", pub, "-qr", text)
			require.Equal(t, statusNotAuthentic, status)
		}
	}
}
