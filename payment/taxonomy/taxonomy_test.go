package taxonomy_test

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/taxonomy"
)

// Two services as the two forms of the file write them; the columns in another order
// and under the names of other editions.
const (
	csvFile = "codice_tipo_ente_creditore;tipo_ente_creditore;tipo_servizio;descrizione_tipo_servizio;versione_tassonomia;" +
		"dati_specifici_di_incasso;data_inizio_validita;data_fine_validita;combinazione_topic_subtopic\r\n" +
		`07;CENTRALI;INCASSI GENERALI;Incassi "Generali" \\;47;9/0701100AP/;01/01/1900;01/01/2080;Altro` + "\r\n" +
		`07;CENTRALI;Biglietti;"Musei; ""monumenti""";47;9/0706100TS/;01/02/2021;04/01/2022;Cultura` + "\r\n"
	jsonFile = ` [{"CODICE TIPO ENTE CREDITORE":"07","TIPO ENTE CREDITORE":"CENTRALI",
		"Motivo Giuridico della riscossione":"AP","TIPO SERVIZIO":"INCASSI GENERALI",
		"DESCRIZIONE TIPO SERVIZIO":"Incassi \"Generali\" \\\\","VERSIONE TASSONOMIA":47,
		"DATI SPECIFICI INCASSO":"9/0701100AP/","DATA INIZIO VALIDITA":"01/01/1900","DATA FINE VALIDITA":"01/01/2080"},
		{"CODICE TIPO ENTE CREDITORE":"07","TIPO ENTE CREDITORE":"CENTRALI","TIPO SERVIZIO":"Biglietti",
		"DESCRIZIONE TIPO SERVIZIO":"Musei; \"monumenti\"","VERSIONE TASSONOMIA":"47","FLAG NUOVA COMBINAZIONE":null,
		"DATI SPECIFICI INCASSO":"9/0706100TS/","DATA INIZIO VALIDITA":"01/02/2021","DATA FINE VALIDITA":"04/01/2022"}] `
)

func day(t *testing.T, s string) pagonline.Date {
	t.Helper()
	d, err := pagonline.ParseDate(s)
	require.NoError(t, err)
	return d
}

func TestParse(t *testing.T) {
	for s, ok := range map[string]bool{
		"9/0701100AP/": true, "6/0101100IM/": true, "7/0201116SP/": true, "8/0301109SA/": true, "9/0706100TS/": true,
		"":                 false,
		"0101100IM":        false, // samples of the SANP
		"9/0701100AP":      false, // without the last slash
		"5/0701100AP/":     false, // no such prefix
		":/0701100AP/":     false, // the character after 9
		"9/070110OAP/":     false, // a letter O
		"9/0701100XX/":     false, // no such reason
		"9/0701100ap/":     false,
		"9/0701100AP//":    false,
		"\t9/0701100AP/":   false,
		"9/0701100AP/\n":   false,
		"9-0701100AP/":     false,
		"9/٠701100AP/":     false, // figures are ASCII
		"9/0301116TS/9/24": false, // RPT style, with more behind it
	} {
		c, err := taxonomy.Parse(s)
		if !ok {
			require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), s)
			require.True(t, c.IsZero(), s)
			continue
		}
		require.NoError(t, err, s)
		require.Equal(t, s, c.String())
		require.Equal(t, s, string(c.Prefix())+"/"+c.Creditor()+c.Area()+c.Service()+string(c.Reason())+"/")
	}
	require.Panics(t, func() { taxonomy.MustParse("") })
}

func TestZeroCode(t *testing.T) {
	var c taxonomy.Code
	require.Empty(t, c.String()+c.Creditor()+c.Area()+c.Service()+string(c.Reason()))
	require.Zero(t, c.Prefix())
	require.False(t, c.Prefix().Valid())
	_, err := c.WithPrefix(taxonomy.Normal)
	require.ErrorIs(t, err, pagonline.ErrInvalid)
}

func TestCodeAsJSON(t *testing.T) {
	var got struct{ A, B taxonomy.Code }
	require.NoError(t, json.Unmarshal([]byte(`{"A":"9/0701100AP/","B":""}`), &got))
	require.Equal(t, taxonomy.MustParse("9/0701100AP/"), got.A)
	require.True(t, got.B.IsZero())
	b, err := json.Marshal(got)
	require.NoError(t, err)
	require.JSONEq(t, `{"A":"9/0701100AP/","B":""}`, string(b))
	require.Error(t, json.Unmarshal([]byte(`{"A":"9/0701100AP"}`), &got))
}

func TestWithPrefix(t *testing.T) {
	c := taxonomy.MustParse("9/0701100AP/")
	for _, p := range []taxonomy.Prefix{taxonomy.Normal, taxonomy.NoRequest, taxonomy.OtherOperator, taxonomy.Both} {
		other, err := c.WithPrefix(p)
		require.NoError(t, err)
		require.Equal(t, p, other.Prefix())
		back, err := other.WithPrefix(taxonomy.Normal)
		require.NoError(t, err)
		require.Equal(t, c, back)
	}
	for _, p := range []taxonomy.Prefix{0, '5', ':', 6, 0xC3} {
		_, err := c.WithPrefix(p)
		require.ErrorIs(t, err, pagonline.ErrInvalid)
	}
}

func TestReadBothForms(t *testing.T) {
	head, rows, _ := strings.Cut(csvFile, "\r\n")
	for name, file := range map[string]string{
		"CSV": csvFile, "JSON": strings.TrimSpace(jsonFile), "CSV with BOM": "\ufeff" + csvFile,
		"JSON with BOM": "\ufeff" + jsonFile, "JSON after white space": jsonFile,
		"upper-case names": strings.ReplaceAll(strings.ToUpper(head), "_", " ") + "\n" + rows,
	} {
		t.Run(name, func(t *testing.T) {
			table, err := taxonomy.Read(iotest.OneByteReader(strings.NewReader(file)))
			require.NoError(t, err)
			require.Equal(t, 2, table.Len())
			require.Equal(t, "47", table.Version())
			row, ok := table.Lookup(taxonomy.MustParse("9/0701100AP/"))
			require.True(t, ok)
			require.Equal(t, `Incassi "Generali" \\`, row.ServiceText)
			row, ok = table.Lookup(taxonomy.MustParse("9/0706100TS/"))
			require.True(t, ok)
			require.Equal(t, `Musei; "monumenti"`, row.ServiceText)
			require.Equal(t, day(t, "2021-02-01"), row.From)
			require.Equal(t, day(t, "2022-01-04"), row.Until)
			if strings.Contains(name, "CSV") {
				require.Equal(t, "Cultura", row.Topic)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	line := strings.SplitAfter(csvFile, "\r\n")
	for name, file := range map[string]string{
		"nothing":              "",
		"a page":               "<!DOCTYPE html><html></html>",
		"no column of codes":   "tipo_servizio;data_inizio_validita;data_fine_validita\n",
		"a column twice":       strings.Replace(line[0], "tipo_ente_creditore", "tipo_servizio", 2),
		"commas":               strings.ReplaceAll(csvFile, ";", ","),
		"a code twice":         csvFile + line[1],
		"a cell too many":      line[0] + strings.Replace(line[1], "07;", "07;;", 1),
		"a cell too few":       line[0] + strings.Replace(line[1], "07;", "", 1),
		"no code":              line[0] + strings.Replace(line[1], "9/0701100AP/", "", 1),
		"dates turned":         line[0] + strings.Replace(line[1], "01/01/1900", "1900-01-01", 1),
		"31 February":          line[0] + strings.Replace(line[1], "01/01/1900", "31/02/1900", 1),
		"dates shortened":      line[0] + strings.Replace(line[1], "01/01/1900", "1/1/1900", 1),
		"one row eats another": line[0] + strings.Replace(line[1], "Incassi \"", "\"Incassi \"", 1) + line[2],
		"not UTF-8":            line[0] + strings.Replace(line[1], "CENTRALI", "\xe0", 1),
		"a cell without end":   line[0] + strings.Replace(line[1], "CENTRALI", strings.Repeat("x", 1<<15), 1),
		"too large":            csvFile + strings.Repeat("x", 17<<20),

		"JSON cut short":    jsonFile[:len(jsonFile)-3],
		"JSON and more":     jsonFile + "[]",
		"a name twice":      `[{"TIPO SERVIZIO":"a","tipo_servizio":"b"}]`,
		"nested":            `[{"DATI SPECIFICI INCASSO":{"a":"9/0701100AP/"}}]`,
		"deep":              strings.Repeat("[", 100_000),
		"an array of texts": `["9/0701100AP/"]`,
		"no commas":         `[{} {}]`,
		"JSON too large":    `["` + strings.Repeat("x", 17<<20) + `"]`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := taxonomy.Read(strings.NewReader(file))
			require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), "%v", err)
		})
	}
}

// A connection that is lost is no fault of the file.
func TestReadLosesItsReader(t *testing.T) {
	lost := errors.New("lost")
	for _, file := range []string{csvFile, strings.TrimSpace(jsonFile)} {
		_, err := taxonomy.Read(io.MultiReader(strings.NewReader(file[:len(file)/2]), iotest.ErrReader(lost)))
		require.ErrorIs(t, err, lost)
		require.NotErrorIs(t, err, pagonline.ErrInvalid)
	}
}

func TestRowsStop(t *testing.T) {
	for _, file := range []string{csvFile, strings.TrimSpace(jsonFile)} {
		n := 0
		for _, err := range taxonomy.Rows(strings.NewReader(file)) {
			require.NoError(t, err)
			n++
			break
		}
		require.Equal(t, 1, n)
	}
}

func TestCheck(t *testing.T) {
	table, err := taxonomy.Read(strings.NewReader(csvFile))
	require.NoError(t, err)
	for _, c := range []struct {
		code, day string
		want      error
	}{
		{"9/0701100AP/", "2026-11-24", nil},
		{"9/0706100TS/", "2021-01-31", taxonomy.ErrNotYetValid},
		{"9/0706100TS/", "2021-02-01", nil},
		{"9/0706100TS/", "2022-01-04", nil}, // the last day
		{"9/0706100TS/", "2022-01-05", taxonomy.ErrExpired},
		{"6/0701100AP/", "2026-11-24", taxonomy.ErrUnknown}, // this file has no row with that prefix
	} {
		err := table.Check(taxonomy.MustParse(c.code), day(t, c.day))
		if c.want == nil {
			require.NoError(t, err, c)
			continue
		}
		require.ErrorIs(t, err, c.want, c)
		require.ErrorIs(t, err, pagonline.ErrInvalid)
	}
	none := &taxonomy.Table{}
	require.ErrorIs(t, none.Check(taxonomy.Code{}, day(t, "2026-11-24")), taxonomy.ErrUnknown)
}
