package database_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/database"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"sqlite:archive.db":                       "sqlite:archive.db",
		"sqlite:/var/lib/archive.db":              "sqlite:/var/lib/archive.db",
		"sqlite:///var/lib/archive.db":            "sqlite:/var/lib/archive.db",
		"postgres://db.example.org/archive":       "postgres://db.example.org/archive",
		"postgresql://db.example.org/archive":     "postgresql://db.example.org/archive",
		"postgres:///archive?host=/run/pg":        "postgres:///archive",
		"postgres://clerk@127.0.0.1:5433/db":      "postgres://clerk@127.0.0.1:5433/db",
		"postgres://clerk:secret@h/db":            "postgres://clerk@h/db",
		"postgres://clerk:1/secret@h/db":          "postgres://…",
		"postgres://clerk:1@secret@h/db":          "postgres://…",
		"postgres://h/db?password=secret":         "postgres://h/db",
		"postgres://:secret@h/db?sslmode=disable": "postgres://h/db",
	} {
		n, err := database.Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, n.String())
		require.False(t, n.IsZero())
		require.Equal(t, strings.HasPrefix(text, "sqlite:"), n.File() != "")
	}
	for _, text := range []string{
		"", "archive.db", "sqlite:", "sqlite://", "sqlite::memory:", "sqlite:\x00", "mysql://h/db", "host=h password=secret",
		"postgres://clerk:secret@h:port/db", "postgres://h/db?pool_max_conns=secret",
	} {
		n, err := database.Parse(text)
		require.Error(t, err, text)
		require.NotContains(t, err.Error(), "secret")
		require.True(t, n.IsZero())
		require.Empty(t, n.String())
	}
	require.Equal(t, database.File("archive.db"), must(t, "sqlite:archive.db"))
}

func must(t *testing.T, text string) database.Name {
	t.Helper()
	n, err := database.Parse(text)
	require.NoError(t, err)
	return n
}

func TestOpen(t *testing.T) {
	names := []database.Name{database.File(filepath.Join(t.TempDir(), "archive.db"))}
	if os.Getenv(postgrestest.Variable) != "" {
		names = append(names, must(t, postgrestest.Schema(t)))
	}
	for _, n := range names {
		for range 2 {
			st, err := n.Open(t.Context(), payment.Sandbox)
			require.NoError(t, err)
			require.NoError(t, st.Close())
		}
		_, err := n.Open(t.Context(), payment.Production)
		require.ErrorContains(t, err, `environment "sandbox"`)
	}
	_, err := database.Name{}.Open(t.Context(), payment.Sandbox)
	require.ErrorContains(t, err, "none is named")
	_, err = database.File(filepath.Join(t.TempDir(), "no directory", "x.db")).Open(t.Context(), "")
	require.Error(t, err)
}

// TestNoPassword: not even where nobody answers, or somebody says no.
func TestNoPassword(t *testing.T) {
	for _, text := range []string{"postgres://clerk:secret@127.0.0.1:1/db?connect_timeout=1", "postgres://127.0.0.1:1/db?password=secret"} {
		_, err := must(t, text).Open(t.Context(), payment.Sandbox)
		require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
		require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "secret")
	}
}

// FuzzParse: what was read can be told, and read again; a password is not told.
func FuzzParse(f *testing.F) {
	f.Add("sqlite:x.db", "secret")
	f.Add("postgres://h/db", "päss@/:?#")
	f.Fuzz(func(t *testing.T, text, password string) {
		n, err := database.Parse(text)
		if (err != nil) != n.IsZero() {
			t.Fatalf("%q: %v, zero %v", text, err, n.IsZero())
		}
		if n.File() != "" {
			if again, err := database.Parse(n.String()); err != nil || again.File() != strings.TrimPrefix(n.File(), "//") {
				t.Errorf("%q is told as %q", text, n)
			}
		}
		n, err = database.Parse("postgres://clerk:" + password + "@h/db")
		if err == nil && len(password) > 5 && strings.Contains(n.String(), password) {
			t.Errorf("%q tells a password", n)
		}
	})
}

func ExampleParse() {
	name, err := database.Parse("postgres://clerk:secret@db.example.org/archive") // as PGPASSWORD it would not be here at all
	fmt.Println(name, err)
	_, err = database.Parse("mysql://db.example.org/archive")
	fmt.Println(err)
	// Output:
	// postgres://clerk@db.example.org/archive <nil>
	// database: neither sqlite:FILE nor postgres://
}

func ExampleName_Open() {
	dir, err := os.MkdirTemp("", "archive")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	name, err := database.Parse("sqlite:" + filepath.Join(dir, "archive.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := name.Open(context.Background(), payment.Sandbox)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(store.Close())
	// Output:
	// <nil>
}

func ExampleFile() {
	name := database.File("archive.db")
	fmt.Println(name, name.File(), name.IsZero())
	// Output:
	// sqlite:archive.db archive.db false
}
