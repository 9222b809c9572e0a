package fiscal_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity/fiscal"
)

func TestParse(t *testing.T) {
	for in, person := range map[string]bool{
		"RSSMRA80A01H501U":     true,
		"rssmra80a01h501u":     true,
		"VRDGNN85B41F205U":     true, // a woman: day 41
		"RSSMRA80A01H50MM":     true, // omocodia: the last 1 became M
		"RSSMRALUALMHRLMA":     true, // all seven digits replaced
		"RSSMRA80B29H501Q":     true, // 29 February
		"99999000013":          false,
		"00488410010":          false, // a public company's, of public knowledge
		"80415740580":          false,
		"\tRSSMRA80A01H501U\n": true,
	} {
		c, err := fiscal.Parse(in)
		require.NoError(t, err, in)
		require.Equal(t, person, c.IsPerson(), in)
		require.Equal(t, strings.ToUpper(strings.TrimSpace(in)), c.String())
	}
}

func TestParseRefuses(t *testing.T) {
	for _, in := range []string{
		"", "RSSMRA80A01H501", "RSSMRA80A01H501UU",
		"RSSMRA80A01H501X", // check character
		"RSSMRA80F01H501U", // no such month letter
		"RSSMRA80A32H501C", // day 32, right check character
		"RSSMRA80B30H501X", // 30 February, right check character
		"RSSMRA80A00H501V", // day 0
		"RSSMRA80A72H501G", // day 72
		"RSSMRA80A40H501Z", // day 40 is no woman's day either
		"RSSMRAA0A01H501U", // a letter that replaces no digit
		"99999000014", "77777777777", "00000000000", "9999900001a",
		"RSSMRA80A01H501Ù", "RſSMRA80A01H501", "ＲSSMRA80A01H501", // letters of other alphabets
		"PNO99999000013", "DE123456789",
	} {
		_, err := fiscal.Parse(in)
		require.Equal(t, pagonline.CodeFiscalCode, pagonline.CodeOf(err), in)
		if in != "" {
			require.NotContains(t, err.Error(), in)
		}
	}
}

func TestLogMasks(t *testing.T) {
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "code", fiscal.MustParse("RSSMRA80A01H501U"))
	require.Contains(t, out.String(), `"code":"*************01U"`)
	require.Empty(t, fiscal.Code{}.Masked())
}

func TestJSON(t *testing.T) {
	type person struct{ Code fiscal.Code }
	for _, in := range []person{{}, {fiscal.MustParse("RSSMRA80A01H501U")}} {
		b, err := json.Marshal(in)
		require.NoError(t, err)
		var out person
		require.NoError(t, json.Unmarshal(b, &out))
		require.Equal(t, in, out)
	}
	require.Error(t, json.Unmarshal([]byte(`{"Code":"X"}`), new(person)))
}

// FuzzParse: what is read is in capitals and reads again as itself, and no single
// wrong character passes at the check character's place.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"RSSMRA80A01H501U", "99999000013", "rssmralualmhrlmf", "ı"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := fiscal.Parse(s)
		if err != nil {
			return
		}
		again, err := fiscal.Parse(c.String())
		require.NoError(t, err)
		require.Equal(t, c, again)
		text := []byte(c.String())
		last := len(text) - 1
		for _, other := range []byte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			if other != c.String()[last] {
				text[last] = other
				_, err = fiscal.Parse(string(text))
				require.Error(t, err)
			}
		}
	})
}
