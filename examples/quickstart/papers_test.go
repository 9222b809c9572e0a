package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf"
)

func names(t *testing.T, dir, pattern string) (found []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	require.NoError(t, err)
	for _, f := range files {
		found = append(found, filepath.Base(f))
	}
	return found
}

// TestPapers: each walk leaves its notice, and its receipt if it paid, which whoever has
// the public key can verify.
func TestPapers(t *testing.T) {
	dir := t.TempDir()
	first := walked(t, "-data", dir)
	require.Equal(t, []string{"notice.pdf", "receipt.pdf"}, names(t, dir, "*.pdf"))
	require.Equal(t, &filesOutput{
		Notice: filepath.Join(dir, "notice.pdf"), Receipt: filepath.Join(dir, "receipt.pdf"), Key: filepath.Join(dir, "receipt-key.pub"),
	}, first.Files)
	before, err := os.ReadFile(first.Files.Key)
	require.NoError(t, err)
	require.NotContains(t, string(before), "PRIVATE")
	info, err := os.Stat(filepath.Join(dir, receipt.KeyFileName))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	left := walked(t, "-data", dir, "-pay", "refuse", "-protocol", "346/2024", "-lang", "en")
	require.Equal(t, filepath.Join(dir, "notice-2.pdf"), left.Files.Notice)
	require.Empty(t, left.Files.Receipt)
	require.Equal(t, "Not known to be paid yet – Archivio di Stato di Livorno – IUV "+left.Notice.IUV, left.Mail.Subject)
	abandoned := walked(t, "-data", dir, "-pay", "abandon", "-protocol", "347/2024")
	require.Equal(t, filepath.Join(dir, "notice-3.pdf"), abandoned.Files.Notice)
	require.Nil(t, abandoned.Mail, "nothing is known of it")
	paid := walked(t, "-data", dir, "-notice", left.Notice.Number)
	require.Equal(t, filepath.Join(dir, "receipt-4.pdf"), paid.Files.Receipt)
	require.Equal(t, "Ricevuta di pagamento – Archivio di Stato di Livorno – IUV "+left.Notice.IUV, paid.Mail.Subject)
	require.Equal(t, []string{"notice-2.pdf", "notice-3.pdf", "notice-4.pdf", "notice.pdf"}, names(t, dir, "notice*"))
	require.Equal(t, []string{"receipt-4.pdf", "receipt-key.pub", "receipt-keys.pem", "receipt.pdf"}, names(t, dir, "receipt*"))

	after, err := os.ReadFile(first.Files.Key)
	require.NoError(t, err)
	require.Equal(t, before, after, "one key for all walks")
	keys, err := receipt.ParseKeyRing(after)
	require.NoError(t, err)
	printer, err := pdf.New(pdf.Config{})
	require.NoError(t, err)
	for file, protocol := range map[string]string{first.Files.Receipt: "345/2024", paid.Files.Receipt: "346/2024"} {
		page, err := os.ReadFile(file)
		require.NoError(t, err)
		v := printer.Verify(page, keys, receipt.Expectations{Amount: euro.MustParse("12.50"), Protocol: causale.MustParseProtocol(protocol)})
		require.True(t, v.OK(), "%v", v.Err())
	}
	for _, file := range names(t, dir, "notice*") {
		page, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(page, []byte("%PDF-")))
	}

	_, story, _ := start(t, "-data", dir, "-lang", "en")
	require.Contains(t, story, "E-mail to mario.rossi@example.org: Payment receipt")
	require.Contains(t, story, "receipt-5.pdf")
	require.NoError(t, os.WriteFile(filepath.Join(dir, receipt.KeyFileName), []byte("broken"), 0o600))
	status, _, stderr := start(t, "-data", dir)
	require.Equal(t, 2, status)
	require.Contains(t, stderr, "PKCS #8")
}

// TestPapersWithoutMail: who has no address gets none, and his papers all the same.
func TestPapersWithoutMail(t *testing.T) {
	dir := t.TempDir()
	r := walked(t, "-data", dir, "-email", "")
	require.Nil(t, r.Mail)
	require.FileExists(t, r.Files.Receipt)
}
