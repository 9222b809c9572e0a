package postgres_test

import (
	"testing"

	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/internal/recordtest"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
)

// TestMemoryIsFlat: see that of SQLite; what grows would grow here in its client.
func TestMemoryIsFlat(t *testing.T) {
	recordtest.Flat(t, recordtest.NewOffice(open(t, postgrestest.Schema(t), postgres.Config{})), soaktest.Size(2_000, 10_000, 100_000))
}
