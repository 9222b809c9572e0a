package load_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog/load"
)

// edit returns the sample's JSON with one replacement, which must bite.
func edit(t *testing.T, old, with string) string {
	t.Helper()
	b, err := os.ReadFile("sample.json")
	require.NoError(t, err)
	require.Contains(t, string(b), old)
	return strings.Replace(string(b), old, with, 1)
}

// service returns a catalogue with one service, which has this price and more.
func service(price, more string) string {
	return `{"version": 1,
		"creditors": [{"fiscalCode": "99999000013", "name": "Ente di prova", "iban": "IT60X0542811101000000123456",
			"segregation": "01", "broker": "99999000013", "station": "99999000013_01", "taxonomy": "9/0701100AP/"}],
		"institutes": [{"code": "A", "name": "Archivio", "creditor": "99999000013",
			"services": [{"code": "s", "label": "Servizio", "price": ` + price + more + `}]}]}`
}

// tariff returns a catalogue with a tariff of one entry, which has this rule.
func tariff(rule string) string {
	return service(`{"kind": "tariff", "tariff": {"entries": [{"code": "e", "label": "voce", "unit": "page", "rule": `+rule+`}]}}`, "")
}

// refused reads a catalogue that is wrong at path.
func refused(t *testing.T, s, path string) {
	t.Helper()
	_, err := load.Catalog(strings.NewReader(s))
	require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err), path)
	e := pagonline.AsError(err)
	require.Equal(t, path, e.Field, "%v", err)
	require.NotContains(t, e.It+e.En, "{")
	require.Contains(t, e.It, path)
	require.Contains(t, e.En, path)
}

func TestErrorsHaveTheirPath(t *testing.T) {
	const (
		quote = `{"kind": "quote"}`
		desk  = `"helpDesk": {"email": "pagopa.helpdesk@cultura.gov.it", "phone": "(+39) 0667231"}`
	)
	for path, c := range map[string]struct{ old, with string }{
		"version":                                          {`"version": 1`, `"version": 2`},
		"name":                                             {`Catalogo di esempio`, `Catalogo\ndi esempio`},
		"portal":                                           {`"version": 1`, `"version": 1, "portal": "http://pay.example/"`},
		"creditors[0].fiscalCode":                          {`"fiscalCode": "99999000013"`, `"fiscalCode": "99999000014"`},
		"creditors[0].iban":                                {`IT60X0542811101000000123456`, `IT61X0542811101000000123456`},
		"creditors[0].segregation":                         {`"segregation": "01"`, `"segregation": "1"`},
		"creditors[0].taxonomy":                            {`9/0701100AP/`, `0701100AP`},
		"creditors[0].broker":                              {`"broker": "99999000013"`, `"broker": "broker"`},
		"creditors[0].cbill":                               {`"cbill": "XXXXX"`, `"cbill": "xxxxx"`},
		"creditors[0].contacts.email":                      {`"pagamenti@example.org"`, `"ufficio"`},
		"creditors[0].contacts.pec":                        {`"contacts": {`, `"contacts": {"pec": "ufficio", `},
		"creditors[0].contacts.phone":                      {`"contacts": {`, `"contacts": {"phone": "0586\n1", `},
		"creditors[0].contacts.web":                        {`https://pagamenti.example.org/`, `pagamenti.example.org`},
		"creditors[0].contacts":                            {`"pagamenti@example.org"`, `"` + strings.Repeat("a", 60) + `@` + strings.Repeat("b", 20) + `.example.org"`},
		"creditors[0].logo":                                {`"cbill"`, `"logo": "../logo.png", "cbill"`},
		"creditors[0].postalHolder":                        {`"cbill"`, `"postalHolder": "Ente", "cbill"`},
		"creditors[0].postalAuthorisation":                 {`"cbill"`, `"postalAccount": "1", "postalAuthorisation": "AUT. DB/XXXX/XXX 12345 DEL 31/02/2026", "cbill"`},
		"institutes[8].code":                               {`"AS-LI"`, `"as li"`},
		"institutes[8].name":                               {`"Archivio di Stato di Livorno"`, `"Archivio\ndi Stato"`},
		"institutes[8].aliases[1]":                         {`"amounts": "dot"`, `"aliases": ["ASLI", ""], "amounts": "dot"`},
		"institutes[8].aliases":                            {`"amounts": "dot"`, `"aliases": ["ASLI", "ASLI"], "amounts": "dot"`},
		"institutes[8].amounts":                            {`"dot"`, `"full stop"`},
		"institutes[0].helpDesk.email":                     {`"pagopa.helpdesk@cultura.gov.it"`, `"help desk"`},
		"institutes[0].helpDesk.phone":                     {`"(+39) 0667231"`, `"06\n67231"`},
		"institutes[8].source.url":                         {`"http://www.aslivorno`, `"ftp://www.aslivorno`},
		"institutes[0].source.asOf":                        {`"asOf": "2026-11-24"`, `"asOf": "novembre"`},
		"institutes[8].iban":                               {`"amounts": "dot"`, `"iban": "IT60", "amounts": "dot"`},
		"institutes[8].services[0].code":                   {`"fotocopie"`, `"Foto copie"`},
		"institutes[1].services[0].price.kind":             {quote, `{"kind": "auction"}`},
		"institutes[1].services[0].price.amount":           {quote, `{"kind": "quote", "amount": "1.00"}`},
		"institutes[1].services[0].price.tariff":           {quote, `{"kind": "tariff"}`},
		"institutes[0].services[0].price.amount":           {`"10.00"`, `"10,00"`},
		"institutes[8].services[0].causale.pieces[0].part": {`"part": "institute"`, `"part": "colour"`},
		"institutes[0].services[0].causale.separator":      {`"separator": " - "`, `"separator": "\n"`},
		"institutes[8].services[0].mailbox":                {`"as-li@cultura.gov.it"`, `"as-li"`},
		"institutes[7].services[0].revenue":                {`"29/2584/03"`, `"Capo 29 Cap. 2584 art. 3"`},
		// names
		"institutes[1].services[0].Price": {`"price": ` + quote, `"Price": ` + quote},
		"creditors[0].nome":               {`"name": "Ente`, `"nome": "Ente`},
		"creditors[0].dueDays":            {`"dueDays": 30`, `"dueDays": 30, "dueDays": 60`},
		"institutes[8].suspended":         {`"amounts": "dot"`, `"amounts": "dot", "suspended": null`},
		// types
		"creditors[0].name":      {`"Ente creditore di prova"`, `7`},
		"creditors[0]":           {`"creditors": [`, `"creditors": [[],`},
		"institutes[0].amounts":  {`"amounts": "lenient"`, `"amounts": true`},
		"institutes[0].helpDesk": {desk, `"helpDesk": []`},
		// relations
		"institutes[0].creditor": {`"creditor": "99999000013"`, `"creditor": "00000000000"`},
		"institutes[24].code":    {`"SABAP-AL"`, `"ACS"`},
		"institutes[2].parent":   {`"parent": "AS-BO"`, `"parent": "AS-BI"`},
	} {
		refused(t, edit(t, c.old, c.with), path)
	}
}

func TestErrorsOfServices(t *testing.T) {
	for path, more := range map[string]string{
		"stamp[0]":           `"stamp": ["istanza"]`,
		"stamp":              `"stamp": ["copy", "copy"]`,
		"fields[0].kind":     `"fields": [{"code": "f", "label": {"it": "Data", "en": "Date"}, "kind": "colour"}]`,
		"fields[0].label.en": `"fields": [{"code": "f", "label": {"it": "Data"}, "kind": "date"}]`,
		"fields[1].code": `"fields": [{"code": "f", "label": {"it": "Data", "en": "Date"}, "kind": "date"},
			{"code": "f", "label": {"it": "Data", "en": "Date"}, "kind": "date"}]`,
		"closed":     `"closed": "yes"`,
		"taxonomy":   `"taxonomy": "9/0701100AP"`,
		"fields[0]":  `"fields": ["f"]`,
		"Closed":     `"Closed": true`,
		"revenue":    `"revenue": "29/2584/3"`,
		"price.kind": `"price": {}`,
	} {
		price := `{"kind": "quote"}, `
		if path == "price.kind" {
			price = `{"amount": "1.00"}, ` // and the name a second time comes later
			more = `"closed": false`
		}
		refused(t, service(price, more), "institutes[0].services[0]."+path)
	}
}

// TestErrorsOfRules: every kind needs its own fields and has no others.
func TestErrorsOfRules(t *testing.T) {
	for rule, path := range map[string]string{
		`{}`:                                ".kind",
		`{"kind": "cheap"}`:                 ".kind",
		`{"kind": "each"}`:                  ".price",
		`{"kind": "each", "price": "0,08"}`: ".price",
		`{"kind": "each", "price": 0.08}`:   ".price",
		`{"kind": "each", "price": "0.08", "next": "1.00"}`: ".next",
		`{"kind": "first-next", "first": "3.00"}`:           ".next",
		`{"kind": "size"}`: ".steps",
		`{"kind": "size", "steps": [{"upTo": "1e9", "price": "1.00"}]}`:        ".steps[0].upTo",
		`{"kind": "size", "steps": [{"upTo": 1e1000000000, "price": "1.00"}]}`: ".steps[0].upTo",
		`{"kind": "size", "steps": [{"upTo": -1, "price": "1.00"}]}`:           ".steps[0].upTo",
		`{"kind": "size", "steps": [{"upTo": true, "price": "1.00"}]}`:         ".steps[0].upTo",
		`{"kind": "size", "steps": [{"upTo": [2], "price": "1.00"}]}`:          ".steps[0].upTo",
		`{"kind": "size", "steps": [{"upTo": 2}]}`:                             ".steps[0].price",
		`{"kind": "format", "prices": [{"price": "1.00"}]}`:                    ".prices[0].name",
		`{"kind": "quality", "prices": []}`:                                    ".prices",
		`{"kind": "hourly", "hour": "10.00"}`:                                  ".piece",
		`{"kind": "every", "pieces": 3}`:                                       ".price",
		`{"kind": "every", "pieces": "3", "price": "1.00"}`:                    ".pieces",
		`{"kind": "every", "pieces": 3.5, "price": "1.00"}`:                    ".pieces",
		`{"kind": "every", "pieces": 0, "price": "1.00"}`:                      ".pieces",
		`{"kind": "every", "pieces": 9999999999999999999999, "price": "1.00"}`: ".pieces",
		`{"kind": "multiple", "of": "e"}`:                                      ".factor",
		`{"kind": "multiple", "of": "E", "factor": 3}`:                         ".of",
		`{"kind": "multiple", "of": "e", "factor": "3,5"}`:                     ".factor",
		`{"kind": "formula", "price": "1.00"}`:                                 ".uses",
		`{"kind": "formula", "price": "1.00", "uses": [{"use": "libro"}]}`:     ".uses[0].factor",
		`{"kind": "quote", "price": "1.00"}`:                                   ".price",
		`{"kind": "free", "pieces": 1}`:                                        ".pieces",
		`"each"`:                                                               "",
	} {
		refused(t, tariff(rule), "institutes[0].services[0].price.tariff.entries[0].rule"+path)
	}
}

// TestErrorsOfTariffs: what only the whole list shows.
func TestErrorsOfTariffs(t *testing.T) {
	const steps = `{"kind": "size", "steps": [{"upTo": 6, "price": "1.00"}, {"upTo": "2.0", "price": "2.00"}]}`
	refused(t, tariff(steps), "institutes[0].services[0].price.tariff.entries[0].rule.steps[1].upTo")
	refused(t, tariff(`{"kind": "multiple", "of": "x", "factor": 3}`), "institutes[0].services[0].price.tariff.entries[0].rule.of")
	for path, entries := range map[string]string{
		".entries":          ``,
		".entries[0].unit":  `{"code": "e", "label": "voce", "unit": "kg", "rule": {"kind": "quote"}}`,
		".entries[0].rule":  `{"code": "e", "label": "voce", "unit": "page"}`,
		".entries[0].limit": `{"code": "e", "label": "voce", "unit": "page", "limit": -1, "rule": {"kind": "quote"}}`,
		".entries[1].code": `{"code": "e", "label": "voce", "unit": "page", "rule": {"kind": "quote"}},
			{"code": "e", "label": "voce", "unit": "page", "rule": {"kind": "quote"}}`,
	} {
		if path == ".entries[0].rule" {
			path += ".kind"
		}
		refused(t, service(`{"kind": "tariff", "tariff": {"entries": [`+entries+`]}}`, ""), "institutes[0].services[0].price.tariff"+path)
	}
}

func TestErrorsOfStampRates(t *testing.T) {
	for path, rates := range map[string]string{
		"stampRates[0].from":   `[{"amount": "16.00", "source": "DL 43/2013"}]`,
		"stampRates[0].until":  `[{"from": "2013-06-26", "until": "2013-06-25", "amount": "16.00", "source": "DL 43/2013"}]`,
		"stampRates[0].source": `[{"from": "2013-06-26", "amount": "16.00"}]`,
		"stampRates[1].from": `[{"from": "2013-06-26", "amount": "16.00", "source": "DL 43/2013"},
			{"from": "2027-01-01", "amount": "17.00", "source": "DM di prova"}]`,
	} {
		refused(t, edit(t, `"version": 1,`, `"version": 1, "stampRates": `+rates+`,`), path)
	}
}

func TestAllErrorsAreTold(t *testing.T) {
	s := strings.Replace(edit(t, `"dot"`, `"full stop"`), `"01"`, `"0x"`, 1)
	_, err := load.Catalog(strings.NewReader(s))
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, joined.Unwrap(), 2)
	require.Equal(t, "Catalogo non valido in creditors[0].segregation: solo cifre.", pagonline.AsError(joined.Unwrap()[0]).It)
	require.Equal(t, "Invalid catalogue at institutes[8].amounts: one of: lenient dot comma.", pagonline.AsError(joined.Unwrap()[1]).En)

	s = `{"version": 1, "creditors": [], "institutes": [{}` + strings.Repeat(", {}", 1000) + `]}`
	_, err = load.Catalog(strings.NewReader(s))
	joined, ok = err.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, joined.Unwrap(), 100, "nobody reads more")
}

// paths returns the paths of the errors of a catalogue, in their order.
func paths(t *testing.T, s string) (all []string) {
	t.Helper()
	_, err := load.Catalog(strings.NewReader(s))
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok, "%v", err)
	for _, err := range joined.Unwrap() {
		require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err))
		all = append(all, pagonline.AsError(err).Field)
	}
	return all
}

// TestNoErrorHidesOthers: a misspelt name or a wrong type hides no wrong value, and no
// wrong value what is wrong between the parts; and none is told twice.
func TestNoErrorHidesOthers(t *testing.T) {
	const bad = `{"version": 2, "Portale": {"a": [{"b": 1}, null]},
		"creditors": [{"fiscalCode": "99999000014", "name": 7, "iban": "IT60X0542811101000000123456",
			"segregation": "01", "broker": "99999000013", "station": "99999000013_01", "taxonomy": "9/0701100AP/", "dueDays": [30, {"x": []}]}],
		"institutes": [
			{"code": "A", "name": "Archivio", "name": "Archivio", "creditor": "99999000013", "importi": "dot", "services": [
				{"code": "s", "label": "Servizio", "price": {"kind": "fixed", "amount": "1,00"}},
				{"code": "s", "label": "Servizio", "price": {"kind": "tariff", "tariff": {"entries": [
					{"code": "e", "label": "voce", "unit": "page", "rule": "each"},
					{"code": "f", "label": "voce", "unit": "kg", "rule": {"kind": "multiple", "of": "x", "factor": true}}]}}}]},
			{"code": "B", "name": "Biblioteca", "creditor": "99999000014", "helpDesk": null, "services": {}}]}`
	require.Equal(t, []string{
		"Portale", "creditors[0].name", "creditors[0].dueDays", "institutes[0].name", "institutes[0].importi",
		"institutes[0].services[1].price.tariff.entries[0].rule", "institutes[0].services[1].price.tariff.entries[1].rule.factor",
		"institutes[1].helpDesk", "institutes[1].services",
		"version", "creditors[0].fiscalCode", "institutes[0].services[0].price.amount",
		"institutes[0].services[1].price.tariff.entries[1].unit",
		"institutes[0].creditor", "institutes[0].services[1].code", "institutes[0].services[1].price.tariff.entries[1].rule.of",
	}, paths(t, bad))
	require.Equal(t, strings.Repeat("x", 64)+"…", paths(t, `{"`+strings.Repeat("x", 1<<20)+`": 1}`)[0])
	many := `{"version": 1, "creditors": [` + strings.Repeat(`{"x": 1, "name": 7},`, 1<<16) + `{}], "institutes": []}`
	require.Len(t, paths(t, many), 100)
	require.Len(t, paths(t, `{"x": 1`+strings.Repeat(`, "x": 1`, 1000)+`}`), 100, "nobody reads more")
}

// TestSyntaxErrors say where the file is broken, whether a field is known or not.
func TestSyntaxErrors(t *testing.T) {
	for s, want := range map[string]pagonline.Text{
		"":                                      {It: "Catalogo non valido: JSON non valido alla riga 1.", En: "Invalid catalogue: invalid JSON on line 1."},
		"{\n\n\"version\": 1,\n":                {It: "Catalogo non valido: JSON non valido alla riga 4.", En: "Invalid catalogue: invalid JSON on line 4."},
		"{\n\"creditors\": [\n{\"name\": \"x\"": {It: "Catalogo non valido in creditors[0]: JSON non valido alla riga 3.", En: "Invalid catalogue at creditors[0]: invalid JSON on line 3."},
		"{\n\"x\": [[[":                         {It: "Catalogo non valido in x: JSON non valido alla riga 2.", En: "Invalid catalogue at x: invalid JSON on line 2."},
		"{} {}":                                 {It: "Catalogo non valido: altro testo dopo il catalogo.", En: "Invalid catalogue: more text after the catalogue."},
		"{\"name\": \"\xff\"}":                  {It: "Catalogo non valido: non è UTF-8.", En: "Invalid catalogue: not UTF-8."},
	} {
		_, err := load.Catalog(strings.NewReader(s))
		require.Error(t, err)
		all := []error{err}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			all = joined.Unwrap()
		}
		require.Equal(t, want, pagonline.AsError(all[len(all)-1]).Text, s)
	}
}

type brokenReader struct{}

var errRead = errors.New("read error")

func (brokenReader) Read([]byte) (int, error) { return 0, errRead }

func TestNotACatalogue(t *testing.T) {
	for _, s := range []string{
		"", "null", "[]", `"x"`, "{}", "{", `{"version":1`, `{"creditors":[`, `{"version":1,"creditors":[],"institutes":[]} {}`,
		`{"version":1e400}`, `{1:2}`, strings.Repeat(" ", 8<<20) + "{}", strings.Repeat("[", 20000), "{\"name\":\"\xff\"}", "\ufeff{}",
	} {
		_, err := load.Catalog(strings.NewReader(s))
		require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err), "%.20q", s)
	}
	_, err := load.Catalog(brokenReader{})
	require.ErrorIs(t, err, errRead)
}

// TestPortal: plain http only on the machine itself.
func TestPortal(t *testing.T) {
	for portal, ok := range map[string]bool{
		"https://pay.example/": true, "http://127.0.0.1:8080/": true, "http://localhost/": true, "http://pay.example/": false,
		"https://": false, "https://user@pay.example/": false, "javascript:alert(1)": false, "pay.example": false, "https://pay.example/\u202e": false,
	} {
		b, err := json.Marshal(portal)
		require.NoError(t, err)
		_, err = load.Catalog(strings.NewReader(`{"version":1,"portal":` + string(b) + `,"creditors":[],"institutes":[]}`))
		require.Equal(t, ok, err == nil, portal)
	}
}

func TestRegister(t *testing.T) {
	v := validator.New()
	require.NoError(t, load.Register(v))
	type form struct {
		Notice  string `validate:"notice"`
		IUV     string `validate:"iuv"`
		Code    string `validate:"codicefiscale"`
		Causale string `validate:"causale"`
		Amount  string `validate:"euro"`
	}
	good := form{"301000000000000144", "01000000000000144", "RSSMRA80A01H501U", "fotocopie", "12.50"}
	require.NoError(t, v.Struct(good))
	for tag, bad := range map[string]form{
		"notice":        {"301000000000000145", good.IUV, good.Code, good.Causale, good.Amount},
		"iuv":           {good.Notice, "a/b", good.Code, good.Causale, good.Amount},
		"codicefiscale": {good.Notice, good.IUV, "RSSMRA80A01H501X", good.Causale, good.Amount},
		"causale":       {good.Notice, good.IUV, good.Code, "a\nb", good.Amount},
		"euro":          {good.Notice, good.IUV, good.Code, good.Causale, "12,50"},
	} {
		failed, ok := errors.AsType[validator.ValidationErrors](v.Struct(bad))
		require.True(t, ok)
		require.Len(t, failed, 1)
		require.Equal(t, tag, failed[0].Tag())
	}
	type wrong struct {
		Amount int `validate:"euro"`
	}
	require.Error(t, v.Struct(wrong{12}))
}
