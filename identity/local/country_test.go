package local_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity/local"
)

func TestPolicy(t *testing.T) {
	p, err := local.DefaultPolicy()
	require.NoError(t, err)
	require.NotEmpty(t, p.Date())
	for _, test := range []struct {
		nationality  string
		email, eidas pagonline.Code
	}{
		{"IT", pagonline.CodeEIDASCountryAvailable, pagonline.CodeEIDASCountryAvailable},
		{"DE", pagonline.CodeEIDASCountryAvailable, ""},
		{" fr ", pagonline.CodeEIDASCountryAvailable, ""},
		{"US", "", pagonline.CodeEIDASCountryUnavailable},
		{"GR", "", pagonline.CodeEIDASCountryUnavailable},
		{"EL", pagonline.CodeInputSyntax, pagonline.CodeInputSyntax},
		{"USA", pagonline.CodeInputSyntax, pagonline.CodeInputSyntax},
		{"U ", pagonline.CodeInputSyntax, pagonline.CodeInputSyntax},
		{"", pagonline.CodeRequiredField, pagonline.CodeRequiredField},
	} {
		require.Equal(t, test.email, pagonline.CodeOf(p.Check(test.nationality)), test.nationality)
		require.Equal(t, test.eidas, pagonline.CodeOf(p.CheckEIDAS(test.nationality)), test.nationality)
	}
	wider, err := p.Admit("DE")
	require.NoError(t, err)
	require.NoError(t, wider.Check("DE"))
	require.NoError(t, wider.CheckEIDAS("DE"), "it may still work for them")
	require.Error(t, p.Check("DE"), "the first is as it was")
	_, err = p.Admit("ZZ")
	require.Error(t, err)
}

// TestCountries: a form can offer all of them, each with its names, in the order of them.
func TestCountries(t *testing.T) {
	p, err := local.DefaultPolicy()
	require.NoError(t, err)
	for _, lang := range []string{"it", "en"} {
		listed, names := 0, map[string]bool{}
		at := map[string]int{}
		for i, c := range p.Countries(lang) {
			at[c.Code] = i
			name := c.Name.In(lang)
			require.NotEmpty(t, name, c.Code)
			require.False(t, names[name], name)
			names[name] = true
			require.NotEqual(t, pagonline.CodeInputSyntax, pagonline.CodeOf(p.Check(c.Code)))
			if c.Source != "" {
				listed++
			}
			require.False(t, c.EIDAS && c.Source == "", c.Code)
		}
		require.Len(t, names, 250)
		require.Equal(t, 24, listed)
		require.Less(t, at["PA"], at["PY"], "accents do not matter")
	}
}

func TestReadPolicyRefuses(t *testing.T) {
	const row = `{"code": "DE", "eidas": true, "source": "s", "date": "2026-11-24"}`
	for name, in := range map[string]string{
		"empty":         "",
		"no date":       `{"countries": []}`,
		"twice":         `{"date": "2026-11-24", "countries": [` + row + `,` + row + `]}`,
		"no country":    `{"date": "2026-11-24", "countries": [{"code": "ZZ", "source": "s", "date": "2026-11-24"}]}`,
		"no source":     `{"date": "2026-11-24", "countries": [{"code": "DE", "date": "2026-11-24"}]}`,
		"unknown field": `{"date": "2026-11-24", "lands": []}`,
		"two":           `{"date": "2026-11-24"} {}`,
		"too long":      strings.Repeat(" ", 1<<20) + `{"date": "2026-11-24"}`,
	} {
		_, err := local.ReadPolicy(strings.NewReader(in))
		require.Error(t, err, name)
	}
}

// FuzzReadPolicy: what is read has countries only, each with its source.
func FuzzReadPolicy(f *testing.F) {
	f.Add(`{"date": "2026-11-24", "countries": [{"code": "DE", "eidas": true, "source": "s", "date": "2026-11-24"}]}`)
	f.Fuzz(func(t *testing.T, in string) {
		p, err := local.ReadPolicy(strings.NewReader(in))
		if err != nil {
			return
		}
		for _, c := range p.Countries("it") {
			require.False(t, c.Source == "" && c.EIDAS, c.Code)
			require.NotEqual(t, pagonline.CodeInputSyntax, pagonline.CodeOf(p.Check(c.Code)))
		}
	})
}
