package qr_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/receipt/pdf/internal/qr"
)

const (
	ofNotice  = "PAGOPA|002|470000008800999051|99999000013|150000"
	ofReceipt = "T1/GR63/99999000013/01000000000000144/C110729D258C4AB1B765FE902AAE41D6/1250/20261123/OK/345.2024/X%+LL-PNNU24QR8+77HAQM%J/P%+0ZWVE195IRZD.VE4++U02"
)

func TestSizes(t *testing.T) {
	for _, c := range []struct {
		text          string
		version, size int
	}{
		{"A", 0, 21},
		{ofNotice, 0, 33},
		{ofNotice, 4, 33},
		{ofNotice, 11, 61},
		{strings.Repeat("A", 221), 0, 49}, // 221 characters are what version 8 holds
		{strings.Repeat("A", 222), 0, 53},
		{strings.Repeat("a", 62), 4, 33},   // 62 bytes are what version 4 holds
		{strings.Repeat("a", 251), 11, 61}, // and 251 version 11
		{"", 0, 21},
	} {
		rows, err := qr.Encode(c.text, c.version)
		require.NoError(t, err, c.text)
		require.Len(t, rows, c.size, c.text)
	}
	for _, c := range []struct {
		text    string
		version int
	}{{strings.Repeat("a", 63), 4}, {strings.Repeat("a", 252), 0}, {"A", 12}, {"A", -1}} {
		_, err := qr.Encode(c.text, c.version)
		require.ErrorIs(t, err, qr.ErrTooLong)
	}
}

// TestModules holds a symbol that zbarimg has read, so that it stays as it was.
func TestModules(t *testing.T) {
	rows, err := qr.Encode(ofNotice, 4)
	require.NoError(t, err)
	sum := sha256.Sum256(fmt.Append(nil, rows))
	require.Equal(t, "4d2a509a1d00143b", hex.EncodeToString(sum[:8]))
}

// picture writes modules as a portable greymap, eight dots a module.
func picture(rows []uint64) []byte {
	const dots, quiet = 8, 4
	n := len(rows)
	side := (n + 2*quiet) * dots
	b := bytes.NewBufferString(fmt.Sprintf("P5 %d %d 255\n", side, side))
	for y := range side {
		for x := range side {
			row, column, c := y/dots-quiet, x/dots-quiet, byte(255)
			if row >= 0 && column >= 0 && row < n && column < n && rows[row]>>(n-1-column)&1 == 1 {
				c = 0
			}
			b.WriteByte(c)
		}
	}
	return b.Bytes()
}

// TestReaders lets zbarimg read every version and both modes.
func TestReaders(t *testing.T) {
	if _, err := exec.LookPath("zbarimg"); err != nil {
		t.Skip("skipped: zbarimg is not installed (Debian: zbar-tools)")
	}
	for _, text := range []string{ofNotice, ofReceipt, "A", "È già pagato: 12,50 €", "0123456789:/-. $%*+"} {
		for version := range 12 {
			rows, err := qr.Encode(text, version)
			if err != nil {
				continue
			}
			file := filepath.Join(t.TempDir(), "qr.pgm")
			require.NoError(t, os.WriteFile(file, picture(rows), 0o600))
			out, err := exec.CommandContext(t.Context(), "zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", file).Output()
			require.NoError(t, err, "%s in version %d", text, version)
			require.Equal(t, text, strings.TrimSuffix(string(out), "\n"))
		}
	}
}

// FuzzEncode says: a text gives a square code of the size of its version, or is too
// long; the same text gives the same code.
func FuzzEncode(f *testing.F) {
	f.Add(ofNotice, 4)
	f.Add(ofReceipt, 0)
	f.Add("", 1)
	f.Add("\xff\x00", 12)
	f.Fuzz(func(t *testing.T, text string, version int) {
		rows, err := qr.Encode(text, version)
		if err != nil {
			require.ErrorIs(t, err, qr.ErrTooLong)
			return
		}
		n := len(rows)
		require.Zero(t, (n-17)%4)
		if version != 0 {
			require.Equal(t, 17+4*version, n)
		}
		for _, row := range rows {
			require.Zero(t, row>>n)
		}
		again, err := qr.Encode(text, (n-17)/4)
		require.NoError(t, err)
		require.Equal(t, rows, again)
	})
}

func BenchmarkQR(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := qr.Encode(ofNotice, 4); err != nil {
			b.Fatal(err)
		}
	}
}
