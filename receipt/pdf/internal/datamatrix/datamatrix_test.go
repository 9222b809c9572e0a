package datamatrix_test

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

	"github.com/pagonline/pagonline/receipt/pdf/internal/datamatrix"
)

// slip is the text of a postal slip with the name and the subject given.
func slip(name, subject string) string {
	return "codfase=NBPA;18470000008800999051120000001234561000001500003896" + "1P199999000013FFFCST83A15L113V" +
		fmt.Sprintf("%-40s%-110s%12sA", name, subject, "")
}

func TestEncode(t *testing.T) {
	for _, text := range []string{
		"",
		slip("MARIO ROSSI", "AVVISO PAGAMENTO DI TEST"),
		slip("D'ANGELO-ROSSI, M.", "PROT. 345/2024 - FOTOCOPIE (A4)"),
		slip(strings.Repeat("X", 40), strings.Repeat("Y9 ", 36)), // letters, digits and blanks always fit
		strings.Repeat("12", 174),
	} {
		rows, err := datamatrix.Encode(text)
		require.NoError(t, err, text)
		require.Len(t, rows, datamatrix.Size)
		for y, row := range rows {
			require.Equal(t, uint64(1), row>>47, "the left edge is dark")
			require.Equal(t, y%2 == 1, row&1 == 1, "the right edge is dotted")
		}
		require.Equal(t, uint64(1)<<48-1, rows[47], "the lower edge is dark")
	}
	for _, text := range []string{"è", slip("MARIO", strings.Repeat(".", 110)), strings.Repeat("A", 1000), strings.Repeat("a", 175)} {
		_, err := datamatrix.Encode(text)
		require.ErrorIs(t, err, datamatrix.ErrTooLong)
	}
}

// TestModules holds a symbol that dmtxread has read, so that it stays as it was.
func TestModules(t *testing.T) {
	rows, err := datamatrix.Encode(slip("MARIO ROSSI", "AVVISO PAGAMENTO DI TEST"))
	require.NoError(t, err)
	sum := sha256.Sum256(fmt.Append(nil, rows))
	require.Equal(t, "2a0fa97491d82872", hex.EncodeToString(sum[:8]))
}

func TestReader(t *testing.T) {
	if _, err := exec.LookPath("dmtxread"); err != nil {
		t.Skip("skipped: dmtxread is not installed (Debian: dmtx-utils)")
	}
	for _, text := range []string{slip("MARIO ROSSI", "AVVISO"), slip("D'ANGELO-ROSSI, M.", "PROT. 345/2024 - FOTOCOPIE (A4)"), "1a2B33cc=\x05 [_]~0", strings.Repeat("A1.", 60)} {
		rows, err := datamatrix.Encode(text)
		require.NoError(t, err)
		const dots, quiet = 6, 4
		side := (datamatrix.Size + 2*quiet) * dots
		b := bytes.NewBufferString(fmt.Sprintf("P5 %d %d 255\n", side, side))
		for y := range side {
			for x := range side {
				row, column, c := y/dots-quiet, x/dots-quiet, byte(255)
				if row >= 0 && column >= 0 && row < datamatrix.Size && column < datamatrix.Size && rows[row]>>(datamatrix.Size-1-column)&1 == 1 {
					c = 0
				}
				b.WriteByte(c)
			}
		}
		file := filepath.Join(t.TempDir(), "dm.pgm")
		require.NoError(t, os.WriteFile(file, b.Bytes(), 0o600))
		out, err := exec.CommandContext(t.Context(), "dmtxread", "-m", "8000", file).Output()
		require.NoError(t, err, text)
		require.Equal(t, text, string(out))
	}
}

// FuzzEncode says: a text gives a symbol, or does not fit; letters, digits and blanks
// fit up to 256 characters.
func FuzzEncode(f *testing.F) {
	f.Add(slip("MARIO ROSSI", "AVVISO"))
	f.Add("1A")
	f.Add("aaa111AAA")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := datamatrix.Encode(text)
		simple := len(text) <= 256 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") == ""
		if simple {
			require.NoError(t, err)
		} else if err != nil {
			require.ErrorIs(t, err, datamatrix.ErrTooLong)
		}
	})
}

func BenchmarkDataMatrix(b *testing.B) {
	text := slip("MARIO ROSSI", "AVVISO PAGAMENTO DI TEST, PROT. 345/2024")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := datamatrix.Encode(text); err != nil {
			b.Fatal(err)
		}
	}
}
