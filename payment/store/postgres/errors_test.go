package postgres

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
)

// TestErrorsHoldNoValues: neither the server's text nor the driver's gets through.
func TestErrorsHoldNoValues(t *testing.T) {
	dsn := postgrestest.Server(t)
	d, err := connect(t.Context(), dsn, Config{}.withDefaults())
	require.NoError(t, err)
	defer d.units.Close()
	defer d.numbers.counting.Close()
	const name = "Mario Rossi"
	none := func(sqlstore.Row) error { return nil }
	in := starting{d} // needs no tables
	for what, call := range map[string]func(ctx context.Context) error{
		"a value of the wrong form":  func(ctx context.Context) error { return d.Query(ctx, none, "SELECT CAST($1::text AS BIGINT)", name) },
		"one that cannot be encoded": func(ctx context.Context) error { return d.Query(ctx, none, "SELECT $1::bigint", name) },
		"no such column":             func(ctx context.Context) error { return d.Query(ctx, none, "SELECT nothing WHERE 'x' = $1", name) },
		"a rule": func(ctx context.Context) error {
			_, err := d.Exec(ctx, "CREATE TEMPORARY TABLE people (name TEXT CHECK (name <> 'Mario Rossi') UNIQUE) ON COMMIT DROP")
			if err == nil {
				_, err = d.Exec(ctx, "INSERT INTO people VALUES ($1)", name)
			}
			return err
		},
		"a key": func(ctx context.Context) error {
			_, err := d.Exec(ctx, "CREATE TEMPORARY TABLE people (name TEXT UNIQUE) ON COMMIT DROP")
			for range 2 {
				if err == nil {
					_, err = d.Exec(ctx, "INSERT INTO people VALUES ($1)", name)
				}
			}
			require.True(t, d.IsDuplicate(err))
			return err
		},
	} {
		err := in.Do(t.Context(), call)
		require.Error(t, err, what)
		text := fmt.Sprintf("%v %+v %#v %v", err, err, err, pagonline.AsError(err).LogValue())
		require.NotContains(t, text, "Mario", what)
		require.Contains(t, text, "postgres: ", what)
	}
}

func TestPassingFailures(t *testing.T) {
	for code, passes := range map[string]bool{
		"08006": true, "57P01": true, "57014": true, "53100": true, "55P03": true, "25P03": true, "25006": true, "40001": true,
		"23505": false, "25P02": false, "42601": false, "22P02": false, "": false,
	} {
		require.Equal(t, passes, failure{code: code}.passes(), code)
	}
}
