package sqlite

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/store/internal/recordtest"
)

// TestRecordRunsWhatTheBareLoopRuns: the statements that a receipt takes are those of the
// loop by hand in the benchmarks, and nothing else is prepared but what every unit of work
// has.
func TestRecordRunsWhatTheBareLoopRuns(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir(), Config{})
	require.NoError(t, err)
	defer s.Close()
	scripts, err := recordtest.Script(t.Context(), s.Tables, 1, 1)
	require.NoError(t, err)
	bare := map[string]bool{}
	for _, statement := range scripts[0] {
		bare[statement.Text] = true
	}

	// A store whose connection has prepared nothing but what it takes to open a notice.
	fresh, err := Open(t.Context(), t.TempDir(), Config{})
	require.NoError(t, err)
	defer fresh.Close()
	o := recordtest.NewOffice(fresh)
	require.NoError(t, o.Open(t.Context(), 1, 1))
	before := preparedTexts(t, fresh.db)
	require.NoError(t, o.Record(t.Context(), recordtest.Receipt(1)))
	ran := preparedTexts(t, fresh.db)
	maps.DeleteFunc(ran, func(text string, _ bool) bool { return before[text] })
	require.Equal(t, slices.Sorted(maps.Keys(bare)), slices.Sorted(maps.Keys(ran)))
}

// preparedTexts returns the texts of what the connection that writes keeps prepared.
func preparedTexts(t *testing.T, d *db) map[string]bool {
	t.Helper()
	c, err := d.writer.Conn(t.Context())
	require.NoError(t, err)
	defer c.Close()
	texts := map[string]bool{}
	require.NoError(t, c.Raw(func(raw any) error {
		held, err := own(raw)
		if err != nil {
			return err
		}
		for text := range held.known {
			texts[text] = true
		}
		return nil
	}))
	return texts
}
