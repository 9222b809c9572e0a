package load_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// everything is a catalogue with each field and each kind of rule in it.
const everything = `{
	"version": 1, "name": "prova & co.", "portal": "https://pay.example/",
	"stampRates": [{"from": "2005-06-01", "until": "2013-06-25", "amount": "14.62", "source": "DM 24/05/2005"},
		{"from": "2013-06-26", "amount": "16.00", "source": "DL 43/2013"}],
	"creditors": [
		{"fiscalCode": "99999000013", "name": "Ente di prova", "iban": "IT60X0542811101000000123456", "postalAccount": "12345",
			"segregation": "07", "broker": "99999000013", "station": "99999000013_01", "taxonomy": "9/0701100AP/", "dueDays": 15,
			"cbill": "A1B2C", "contacts": {"phone": "0586 1", "email": "b@example.org", "pec": "b@pec.example.org", "web": "https://b.example.org"},
			"logo": "loghi/ente.png", "postalHolder": "Ente di prova – Tesoreria", "postalAuthorisation": "AUT. DB/XXXX/XXX 12345 DEL 01/01/2026"},
		{"fiscalCode": "99999000021", "name": "Altro ente", "iban": "IT50*******************8403",
			"segregation": "00", "broker": "99999000013", "station": "99999000013_01", "taxonomy": "9/0701100AP/"}],
	"institutes": [
		{"code": "B-1", "name": "Sezione", "creditor": "99999000013", "parent": "B", "iban": "IT50N0100003245232029258403",
			"amounts": "comma", "helpDesk": {"phone": "06 1"}, "suspended": true, "source": {"asOf": "2026-11-24"}, "aliases": ["La sezione", "S.B."], "services": []},
		{"code": "B", "name": "Biblioteca", "creditor": "99999000021", "services": [
			{"code": "q", "label": "A preventivo", "price": {"kind": "quote"}, "closed": true},
			{"code": "x", "label": "Gratuito", "price": {"kind": "free"}, "mailbox": "b@example.org", "taxonomy": "9/0702107TS/"},
			{"code": "f", "label": "Fisso", "price": {"kind": "fixed", "amount": "003.00", "maxQuantity": 9}, "revenue": "29/2584/03",
				"stamp": ["copy", "request", "authorisation"],
				"fields": [{"code": "day", "label": {"it": "Giorno", "en": "Day"}, "kind": "date", "required": true},
					{"code": "doc", "label": {"it": "Documento", "en": "Document"}, "kind": "text"}],
				"causale": {"separator": " - ", "pieces": [{"part": "service", "required": true}, {"part": "protocol", "before": "prot. ", "upper": true}]}},
			{"code": "t", "label": "A tariffa", "price": {"kind": "tariff", "tariff": {"minimum": "1.00", "entries": [
				{"code": "each", "label": "voce", "unit": "page", "minimum": "0.50", "limit": 800, "rule": {"kind": "each", "price": "0.08"}},
				{"code": "first-next", "label": "voce", "unit": "image", "rule": {"kind": "first-next", "first": "3.00", "next": "2.00"}},
				{"code": "size", "label": "voce", "unit": "image", "rule": {"kind": "size", "steps": [
					{"upTo": 2, "price": "3.00"}, {"upTo": "06.50", "price": "9.00"}, {"upTo": 100, "price": "9.50"}, {"price": "12.00"}]}},
				{"code": "format", "label": "voce", "unit": "image", "rule": {"kind": "format", "prices": [{"name": "A4", "price": "7.00"}]}},
				{"code": "quality", "label": "voce", "unit": "image", "rule": {"kind": "quality", "prices": [{"name": "alta", "price": "1.50"}]}},
				{"code": "hourly", "label": "voce", "unit": "piece", "rule": {"kind": "hourly", "hour": "10.00", "piece": "3.00"}},
				{"code": "every", "label": "voce", "unit": "archival-unit", "rule": {"kind": "every", "pieces": 3, "price": "10.00"}},
				{"code": "multiple", "label": "voce", "unit": "support", "rule": {"kind": "multiple", "of": "each", "factor": "3.0"}},
				{"code": "formula", "label": "voce", "unit": "parcel", "rule": {"kind": "formula", "price": "5.00",
					"uses": [{"use": "monografia", "factor": 1.25}, {"use": "tesi", "factor": 0.5}],
					"copies": [{"upTo": 1000, "factor": 1}, {"factor": "2.5"}]}},
				{"code": "quote", "label": "voce", "unit": "page", "rule": {"kind": "quote"}},
				{"code": "free", "label": "voce", "unit": "page", "rule": {"kind": "free"}}]}}}]}]}`

func read(t *testing.T, s string) *catalog.Catalog {
	t.Helper()
	c, err := load.Catalog(strings.NewReader(s))
	require.NoError(t, err)
	return c
}

func written(t *testing.T, c *catalog.Catalog) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, load.Write(&b, c))
	return b.String()
}

// hidden returns c as it is when its accounts are not known.
func hidden(t *testing.T, c *catalog.Catalog) *catalog.Catalog {
	t.Helper()
	creditors, institutes := c.Creditors(), c.Institutes()
	for i := range creditors {
		creditors[i].IBAN = catalog.IBAN(creditors[i].IBAN.String())
	}
	for i := range institutes {
		institutes[i].IBAN = catalog.IBAN(institutes[i].IBAN.String())
	}
	h, err := catalog.New(creditors, institutes, catalog.Config{Name: c.Name(), Portal: c.Portal(), StampRates: c.StampRates()})
	require.NoError(t, err)
	return h
}

// law: what is written and read again is the same but for the accounts, and written
// once more it is the same text.
func law(t *testing.T, c *catalog.Catalog) {
	t.Helper()
	text := written(t, c)
	again := read(t, text)
	require.Equal(t, hidden(t, c), again)
	require.Equal(t, text, written(t, again))
}

func TestWrite(t *testing.T) {
	c := read(t, everything)
	law(t, c)
	law(t, sample(t))

	text := written(t, c)
	for _, want := range []string{`"prova & co."`, `"IT60*******************3456"`, `"upTo": "6.5"`, `"factor": "3"`, `"amount": "3.00"`, `"segregation": "00"`} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, text, "0542811101")
	require.NotContains(t, text, "0100003245")
	require.True(t, strings.HasSuffix(text, "\n}\n"))
}

// TestSampleIsWrittenAsItStands: sample.json is what Write writes, but for blanks.
func TestSampleIsWrittenAsItStands(t *testing.T) {
	b, err := os.ReadFile("sample.json")
	require.NoError(t, err)
	masked := strings.Replace(string(b), "IT60X0542811101000000123456", "IT60*******************3456", 1)
	require.Equal(t, compact(t, masked), compact(t, written(t, sample(t))))
}

func compact(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Compact(&b, []byte(s)))
	return b.String()
}

func TestWriteInstitute(t *testing.T) {
	c := read(t, everything)
	var b strings.Builder
	require.NoError(t, load.WriteInstitute(&b, c, "B-1"))
	one := read(t, b.String())
	require.Len(t, one.Institutes(), 2, "the section and its parent")
	require.Len(t, one.Creditors(), 2)
	require.Equal(t, b.String(), written(t, one))

	b.Reset()
	require.NoError(t, load.WriteInstitute(&b, c, "B"))
	one = read(t, b.String())
	require.Len(t, one.Institutes(), 1)
	require.Len(t, one.Creditors(), 1)
	require.Equal(t, []any{c.Name(), c.Portal(), c.StampRates()}, []any{one.Name(), one.Portal(), one.StampRates()})

	err := load.WriteInstitute(&b, c, "C")
	require.Equal(t, pagonline.CodeInstituteUnknown, pagonline.CodeOf(err))
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestWriteRefuses: nothing is written that could not be read.
func TestWriteRefuses(t *testing.T) {
	c, err := catalog.New([]catalog.Creditor{{FiscalCode: "99999000013"}}, nil, catalog.Config{})
	require.NoError(t, err)
	var b strings.Builder
	err = load.Write(&b, c)
	require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err))
	require.Empty(t, b.String())
	require.ErrorIs(t, load.Write(full{}, read(t, everything)), errFull)
}

// TestMaskedIBAN: such a creditor can price, check and instruct, and not collect.
func TestMaskedIBAN(t *testing.T) {
	c := read(t, edit(t, "IT60X0542811101000000123456", "IT60*******************3456"))
	offer, err := c.Offer("AS-LI", "fotocopie")
	require.NoError(t, err)
	_, err = c.Instructions("AS-LI", "fotocopie", catalog.Fill{}, "it")
	require.NoError(t, err)
	require.Empty(t, offer.IBAN())

	_, err = payment.NewCashier(&memory.Store{}, payment.Config{}).Open(t.Context(), payment.OpenRequest{
		Creditor: offer.Payee(), Office: offer.Institute.Name, Wire: offer.Wire(offerProtocol),
		Debtor: payment.Subject{Kind: payment.Natural, Code: "ANONIMO", Name: "Mario Rossi"},
		Terms:  payment.Terms{Transfers: []payment.Transfer{offer.Transfer(euro.MustParse("12.50"))}},
	})
	require.Equal(t, "transfers.iban", pagonline.AsError(err).Field, "%v", err)

	for _, bad := range []string{"IT60X", "IT60X0542811101000000123457", "FR7630006000011234567890189", "IT60******************3456", "it60x0542811101000000123456"} {
		refused(t, edit(t, "IT60X0542811101000000123456", bad), "creditors[0].iban")
	}
}

// FuzzCatalog: whatever comes in, either a catalogue comes out or errors with a code;
// and what is taken is JSON, which can be written and read again.
func FuzzCatalog(f *testing.F) {
	b, err := os.ReadFile("sample.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(b))
	f.Add(everything)
	f.Add(`{"version":1,"creditors":[],"institutes":[]}`)
	f.Fuzz(func(t *testing.T, s string) {
		c, err := load.Catalog(strings.NewReader(s))
		if err != nil {
			require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err))
			return
		}
		require.True(t, json.Valid([]byte(s)))
		law(t, c)
	})
}
