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
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
)

func TestSample(t *testing.T) {
	c, err := load.Sample()
	require.NoError(t, err)
	offer, err := c.Offer("AS-LI", "fotocopie")
	require.NoError(t, err)
	require.Equal(t, "Servizio di Fotocopie", offer.Service.Label)
	require.Equal(t, catalog.ByQuote, offer.Service.Price.Kind)
	require.Equal(t, catalog.DotOnly, offer.Institute.Amounts)
	require.Equal(t, "as-li@cultura.gov.it", offer.Service.Mailbox)
	require.Equal(t, catalog.HelpDesk{Email: "pagopa.helpdesk@cultura.gov.it", Phone: "(+39) 0667231"}, offer.Institute.HelpDesk)
	require.Equal(t, "99999000013", offer.Creditor.FiscalCode)
	require.Equal(t, uint8(1), offer.Creditor.Segregation)
	require.Equal(t, 30, offer.Creditor.DueDays)

	policies := map[catalog.AmountPolicy]bool{}
	for _, in := range c.Institutes() {
		policies[in.Amounts] = true
	}
	require.Len(t, policies, 3, "an institute of each policy")
	fixed, err := c.Offer("ACS", "ricerche")
	require.NoError(t, err)
	require.Equal(t, "10.00", fixed.Service.Price.Amount.String())
}

// edit returns the sample's JSON with one replacement, which must bite.
func edit(t *testing.T, old, with string) string {
	t.Helper()
	b, err := os.ReadFile("sample.json")
	require.NoError(t, err)
	require.Contains(t, string(b), old)
	return strings.Replace(string(b), old, with, 1)
}

func TestErrorsHaveTheirPath(t *testing.T) {
	for path, c := range map[string]struct{ old, with string }{
		"version":                                          {`"version": 1`, `"version": 2`},
		"creditors[0].fiscalCode":                          {`"fiscalCode": "99999000013"`, `"fiscalCode": "99999000014"`},
		"creditors[0].iban":                                {`IT60X0542811101000000123456`, `IT61X0542811101000000123456`},
		"creditors[0].segregation":                         {`"segregation": "01"`, `"segregation": "1"`},
		"creditors[0].taxonomy":                            {`9/0701100AP/`, `0701100AP`},
		"creditors[0].broker":                              {`"broker": "99999000013"`, `"broker": "broker"`},
		"institutes[0].code":                               {`"AS-LI"`, `"as li"`},
		"institutes[0].name":                               {`"Archivio di Stato di Livorno"`, `"Archivio\ndi Stato"`},
		"institutes[0].amounts":                            {`"dot"`, `"full stop"`},
		"institutes[0].helpDesk.email":                     {`"pagopa.helpdesk@cultura.gov.it"`, `"help desk"`},
		"institutes[0].services[0].code":                   {`"fotocopie"`, `"Foto copie"`},
		"institutes[0].services[0].price.kind":             {`{"kind": "quote"}`, `{"kind": "auction"}`},
		"institutes[0].services[0].price.amount":           {`{"kind": "quote"}`, `{"kind": "quote", "amount": "1.00"}`},
		"institutes[1].services[0].price.amount":           {`"10.00"`, `"10,00"`},
		"institutes[0].services[0].causale.pieces[0].part": {`"part": "institute"`, `"part": "colour"`},
		"institutes[0].services[0].mailbox":                {`"as-li@cultura.gov.it"`, `"as-li"`},
		// names
		"institutes[0].services[0].Price": {`"price": {"kind": "quote"}`, `"Price": {"kind": "quote"}`},
		"creditors[0].nome":               {`"name": "Ente`, `"nome": "Ente`},
		"creditors[0].dueDays":            {`"dueDays": 30`, `"dueDays": 30, "dueDays": 60`},
		"institutes[0].suspended":         {`"amounts": "dot"`, `"amounts": "dot", "suspended": null`},
		// types
		"creditors.name": {`"Ente creditore di prova"`, `7`},
		"creditors[0]":   {`"creditors": [`, `"creditors": [[],`},
		"institutes[0].helpDesk": {
			`"helpDesk": {"email": "pagopa.helpdesk@cultura.gov.it", "phone": "(+39) 0667231"}`,
			`"helpDesk": []`,
		},
		// relations
		"AS-LI": {`"creditor": "99999000013"`, `"creditor": "00000000000"`},
		"ACS":   {`"SABAP-AL"`, `"ACS"`},
	} {
		_, err := load.Catalog(strings.NewReader(edit(t, c.old, c.with)))
		require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err), path)
		require.Equal(t, path, pagonline.AsError(err).Field)
		require.NotContains(t, pagonline.AsError(err).It, "{")
		require.Contains(t, pagonline.AsError(err).It, path)
	}
}

func TestAllErrorsAreTold(t *testing.T) {
	s := strings.Replace(edit(t, `"dot"`, `"full stop"`), `"01"`, `"0x"`, 1)
	_, err := load.Catalog(strings.NewReader(s))
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, joined.Unwrap(), 2)
	require.Equal(t, "Catalogo non valido in creditors[0].segregation: solo cifre.", pagonline.AsError(joined.Unwrap()[0]).It)
	require.Equal(t, "Invalid catalogue at institutes[0].amounts: one of: lenient dot comma.", pagonline.AsError(joined.Unwrap()[1]).En)
}

type brokenReader struct{}

var errRead = errors.New("read error")

func (brokenReader) Read([]byte) (int, error) { return 0, errRead }

func TestNotACatalogue(t *testing.T) {
	for _, s := range []string{
		"", "null", "[]", `"x"`, "{}", "{", `{"version":1`, `{"creditors":[`, `{"version":1,"creditors":[],"institutes":[]} {}`,
		`{"version":1e400}`, `{1:2}`, strings.Repeat(" ", 8<<20) + "{}", strings.Repeat("[", 20000),
	} {
		_, err := load.Catalog(strings.NewReader(s))
		require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err), "%.20q", s)
	}
	_, err := load.Catalog(brokenReader{})
	require.ErrorIs(t, err, errRead)
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

// FuzzCatalog: whatever comes in, either a catalogue comes out or errors with a code;
// and what is taken is JSON.
func FuzzCatalog(f *testing.F) {
	b, err := os.ReadFile("sample.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(b))
	f.Add(`{"version":1,"creditors":[],"institutes":[]}`)
	f.Fuzz(func(t *testing.T, s string) {
		c, err := load.Catalog(strings.NewReader(s))
		if err != nil {
			require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err))
			return
		}
		require.True(t, json.Valid([]byte(s)))
		require.NotNil(t, c)
	})
}
