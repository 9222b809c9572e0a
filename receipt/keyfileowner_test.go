package receipt_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt"
)

// The keys of an institute, for a year and then another.
func ExampleKeyFile() {
	dir, err := os.MkdirTemp("", "keys")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := receipt.KeyFile(filepath.Join(dir, receipt.KeyFileName))
	first, _ := file.New(day("2026-01-01"))
	second, _ := file.Rotate(day("2027-01-01"))
	again, err := file.Read()
	fmt.Println(len(first.Keys()), len(second.Keys()), again.Signing() == second.Signing(), err)
	// Output: 1 2 true <nil>
}

func TestKeyFile(t *testing.T) {
	file := receipt.KeyFile(filepath.Join(t.TempDir(), receipt.KeyFileName))
	_, err := file.Read()
	require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
	_, err = file.Rotate(day("2026-11-23"))
	require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
	_, err = file.New(pagonline.Date{})
	require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
	require.NoFileExists(t, string(file))
	require.NoFileExists(t, string(file)+".new")

	first, err := file.New(day("2026-11-23"))
	require.NoError(t, err)
	info, err := os.Stat(string(file))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	read, err := file.Read()
	require.NoError(t, err)
	require.Equal(t, first.PEM(), read.PEM())
	proof, err := read.Sign(made(t, nil))
	require.NoError(t, err)
	require.Equal(t, first.Signing(), proof.Key)
	_, err = file.New(day("2026-11-23"))
	require.Equal(t, pagonline.CodeConflict, pagonline.CodeOf(err))

	second, err := file.Rotate(day("2026-11-24"))
	require.NoError(t, err)
	require.NotEqual(t, first.Signing(), second.Signing())
	require.Equal(t, receipt.Authentic, receipt.Verify(proof.JSON, proof.QR, publicOnly(t, second), receipt.Expectations{}).Word)
	_, err = file.Rotate(day("2026-11-20"))
	require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), "before the key in use")
	after, err := os.ReadFile(string(file))
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(after), "BEGIN PRIVATE KEY"), "of former keys the public half only")
	require.True(t, strings.HasSuffix(string(after), string(second.PEM())))

	require.NoError(t, os.WriteFile(string(file)+".new", nil, 0o600)) // somebody else is at it
	_, err = file.Rotate(day("2026-11-25"))
	require.Equal(t, pagonline.CodeConflict, pagonline.CodeOf(err))
	require.FileExists(t, string(file)+".new", "his")
	read, err = file.Read()
	require.NoError(t, err)
	require.Equal(t, second.PEM(), read.PEM())
}

// TestKeyFileOfMany: of many who make it at once, one does.
func TestKeyFileOfMany(t *testing.T) {
	file := receipt.KeyFile(filepath.Join(t.TempDir(), receipt.KeyFileName))
	var wg sync.WaitGroup
	made := make([]error, 8)
	for i := range made {
		wg.Go(func() { _, made[i] = file.New(day("2026-11-23")) })
	}
	wg.Wait()
	won := 0
	for _, err := range made {
		if err == nil {
			won++
		} else {
			require.Equal(t, pagonline.CodeConflict, pagonline.CodeOf(err))
		}
	}
	require.Equal(t, 1, won)
	_, err := file.Read()
	require.NoError(t, err)
}

func TestKeyFileRefuses(t *testing.T) {
	file := receipt.KeyFile(filepath.Join(t.TempDir(), receipt.KeyFileName))
	_, err := file.New(day("2026-11-23"))
	require.NoError(t, err)
	good, err := os.ReadFile(string(file))
	require.NoError(t, err)
	public := string(good[strings.Index(string(good), "Key:"):])
	private := strings.TrimSuffix(string(good), public)
	other, err := receipt.MarshalPrivateKey(testKey("other"))
	require.NoError(t, err)
	for name, text := range map[string]string{
		"empty": "", "no key": "x", "public only": public, "private only": private, "broken": string(good[:len(good)-40]),
		"of another": string(other) + public, "two private": private + private + public, "large": string(good) + strings.Repeat("\n", 64<<10),
	} {
		require.NoError(t, os.WriteFile(string(file), []byte(text), 0o600))
		_, err := file.Read()
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), name)
		require.NotContains(t, err.Error(), "BEGIN")
	}
	_, err = receipt.KeyFile(t.TempDir()).Read()
	require.ErrorContains(t, err, "receipt:", "a directory")
	_, err = receipt.KeyFile(filepath.Join(t.TempDir(), "none", "keys.pem")).New(day("2026-11-23"))
	require.ErrorIs(t, err, fs.ErrNotExist)
}
