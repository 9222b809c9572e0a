package catalog_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

func date(t *testing.T, s string) pagonline.Date {
	t.Helper()
	d, err := pagonline.ParseDate(s)
	require.NoError(t, err)
	return d
}

// hash returns what the caller computes of a document.
func hash(document string) string {
	sum := sha256.Sum256([]byte(document))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func copies(pages ...int) []catalog.CertifiedCopy {
	docs := []catalog.CertifiedCopy{}
	for _, n := range pages {
		docs = append(docs, catalog.CertifiedCopy{Pages: n})
	}
	return docs
}

func TestStampDuty(t *testing.T) {
	for name, c := range map[string]struct {
		acts  catalog.Acts
		total string
		lines int
	}{
		"nothing":                         {catalog.Acts{}, "0.00", 0},
		"request":                         {catalog.Acts{Request: true}, "16.00", 1},
		"request and copy of 9":           {catalog.Acts{Request: true, Documents: copies(9)}, "64.00", 2},
		"copy of 1":                       {catalog.Acts{Documents: copies(1)}, "16.00", 1},
		"copy of 4":                       {catalog.Acts{Documents: copies(4)}, "16.00", 1},
		"copy of 5":                       {catalog.Acts{Documents: copies(5)}, "32.00", 1},
		"per document, never per batch":   {catalog.Acts{Documents: copies(1, 1, 2)}, "48.00", 3},
		"a request for each document":     {catalog.Acts{Request: true, Documents: copies(1, 4)}, "64.00", 4},
		"AS Novara: request and its deed": {catalog.Acts{Request: true, Authorisation: true}, "32.00", 2},
		"all":                             {catalog.Acts{Request: true, Authorisation: true, Documents: copies(9)}, "80.00", 3},
	} {
		bill, err := c.acts.Bill(date(t, "2026-11-23"), nil)
		require.NoError(t, err, name)
		require.Equal(t, eur(c.total), bill.Total, name)
		require.Len(t, bill.Lines, c.lines, name)
		var sum euro.Amount
		for _, line := range bill.Lines {
			sum, err = sum.Add(line.Amount)
			require.NoError(t, err)
			require.Equal(t, catalog.PhysicalStamp, line.By)
		}
		require.Equal(t, bill.Total, sum, name)
		require.Nil(t, bill.Transfers(creditorOfTests, ""))
	}
}

var creditorOfTests = catalog.Creditor{FiscalCode: "99999000013", Name: "Ente di prova"}

func TestServicesPayOnTheirOwnActs(t *testing.T) {
	acts := catalog.Acts{Request: true, Authorisation: true, Documents: copies(9)}
	for total, stamps := range map[string][]catalog.StampAct{
		"0.00":  nil,
		"16.00": {catalog.StampRequest},
		"48.00": {catalog.StampCopy},
		"64.00": {catalog.StampCopy, catalog.StampRequest},
		"80.00": {catalog.StampCopy, catalog.StampRequest, catalog.StampAuthorisation},
	} {
		bill, err := catalog.Service{Stamp: stamps}.StampDuty(acts, date(t, "2026-11-23"), nil)
		require.NoError(t, err)
		require.Equal(t, eur(total), bill.Total, stamps)
	}
}

func TestStampRates(t *testing.T) {
	_, err := catalog.New(nil, nil, catalog.Config{StampRates: catalog.DefaultStampRates()})
	require.NoError(t, err)
	for day, want := range map[string]string{
		"2005-06-01": "14.62", "2013-06-25": "14.62", "2013-06-26": "16.00", "9999-12-31": "16.00",
	} {
		bill, err := catalog.Acts{Request: true}.Bill(date(t, day), nil)
		require.NoError(t, err)
		require.Equal(t, eur(want), bill.Total, day)
	}
	_, err = catalog.Acts{}.Bill(date(t, "2005-05-31"), nil)
	require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err))
	require.Contains(t, pagonline.AsError(err).It, "31/05/2005")
	_, err = catalog.Acts{}.Bill(pagonline.Date{}, nil)
	require.Equal(t, pagonline.CodeRequiredField, pagonline.CodeOf(err))
	_, err = catalog.Acts{}.Bill(date(t, "2026-01-01"), []catalog.StampRate{})
	require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err), "none is not the default")
	_, err = catalog.Acts{Documents: copies(8)}.Bill(date(t, "2026-01-01"), []catalog.StampRate{{Amount: eur("999999999.99")}})
	require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err))

	rate := catalog.DefaultStampRates()[1]
	later := catalog.StampRate{From: date(t, "2026-01-01"), Until: date(t, "2025-12-31"), Amount: eur("17.00"), Source: "L. 1/2026"}
	_, err = catalog.New(nil, nil, catalog.Config{StampRates: []catalog.StampRate{{}, rate, later}})
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	var paths []string
	for _, e := range joined.Unwrap() {
		paths = append(paths, pagonline.AsError(e).Field)
	}
	require.Equal(t, []string{
		"stampRates[0].from", "stampRates[0].amount", "stampRates[0].source",
		"stampRates[1].from", "stampRates[2].until", "stampRates[2].from",
	}, paths)
}

func TestExemptionNeedsItsRule(t *testing.T) {
	acts := catalog.Acts{Request: true, Documents: copies(9), RequestHash: hash("istanza"), Province: "LI"}
	for _, quoted := range []string{
		"art. 126, tab. B, DPR 642/1972", // pensions
		"DPR 642/1972, tabella B, art. 5",
		" L. 319 del 1958\u00a0",
		"D.Lgs. 117/2017, art. 82, c. 5",
		"legge 11 agosto 1973, n. 533",
		"articolo 18 del testo unico sulle spese di giustizia",
	} {
		acts.Exemption = quoted
		bill, err := acts.Bill(date(t, "2026-11-23"), nil)
		require.NoError(t, err, quoted)
		require.True(t, bill.Total.IsZero())
		require.Len(t, bill.Lines, 2, "the lines stay")
		for _, line := range bill.Lines {
			require.True(t, line.Amount.IsZero())
			require.Equal(t, catalog.NoStamp, line.By)
			require.Zero(t, line.Stamp)
			require.Equal(t, "esente: "+strings.Trim(quoted, " \u00a0"), line.How.It)
		}
		require.Equal(t, "9 facciate: 3 × 16,00 €", bill.Lines[1].Rule.It)
		require.Nil(t, bill.Transfers(creditorOfTests, ""))
	}
	for unquoted, code := range map[string]pagonline.Code{
		" ":                         pagonline.CodeExemptionRule,
		"\u00a0":                    pagonline.CodeExemptionRule,
		"esente":                    pagonline.CodeExemptionRule,
		"1":                         pagonline.CodeExemptionRule,
		"art. 5":                    pagonline.CodeExemptionRule, // of what?
		"per legge, tutti":          pagonline.CodeExemptionRule, // no number
		"12345678901":               pagonline.CodeExemptionRule, // no word
		"ho 70 anni, sono esente":   pagonline.CodeExemptionRule,
		"articolo ١٢ della legge":   pagonline.CodeExemptionRule, // Arabic digits
		"art. 5 L. 1/2020\x00":      pagonline.CodeTextInvalid,
		strings.Repeat("art. ", 41): pagonline.CodeTextTooLong,
	} {
		acts.Exemption = unquoted
		_, err := acts.Bill(date(t, "2026-11-23"), nil)
		require.Equal(t, code, pagonline.CodeOf(err), "%q", unquoted)
		require.Equal(t, "exemption", pagonline.AsError(err).Field)
	}
}

func TestHowStampsArePaid(t *testing.T) {
	for want, acts := range map[catalog.StampMeans]catalog.Acts{
		catalog.PhysicalStamp: {Request: true},
		catalog.VirtualStamp:  {Request: true, Virtual: "n. 1234/2020", Abroad: true},
		catalog.StampTransfer: {Request: true, Abroad: true}, // Sezione di Imola
		catalog.DigitalStamp:  {Request: true, RequestHash: hash("istanza"), Province: "BO", Virtual: "n. 1234/2020"},
		catalog.NoStamp:       {Request: true, RequestHash: hash("istanza"), Province: "BO", Exemption: "art. 5, tab. B, DPR 642/1972"},
	} {
		bill, err := acts.Bill(date(t, "2026-11-23"), nil)
		require.NoError(t, err)
		require.Equal(t, want, bill.Lines[0].By)
		require.NotEmpty(t, bill.Lines[0].How.En)
	}
	bill, err := catalog.Acts{Request: true, Abroad: true}.Bill(date(t, "2026-11-23"), nil)
	require.NoError(t, err)
	require.Contains(t, bill.Lines[0].How.It, catalog.StampIBAN)
}

func TestDigitalStampsAreTransfersApart(t *testing.T) {
	acts := catalog.Acts{
		Request: true, RequestHash: hash("istanza"), Province: "LI",
		Documents: []catalog.CertifiedCopy{{Pages: 9, Hash: hash("a")}, {Pages: 4}, {Pages: 1, Hash: hash("b")}},
	}
	bill, err := acts.Bill(date(t, "2026-11-23"), nil)
	require.NoError(t, err)
	require.Equal(t, eur("128.00"), bill.Total) // 3 requests, 3 + 1 + 1 copies
	positions := bill.Transfers(creditorOfTests, "")
	require.Len(t, positions, 2)
	require.Len(t, positions[0], payment.MaxTransfers)
	require.Len(t, positions[1], 2, "all but the physical one")
	for _, p := range positions {
		for _, transfer := range p {
			require.Equal(t, eur("16.00"), transfer.Amount)
			require.Equal(t, "99999000013", transfer.Creditor)
			require.Equal(t, catalog.StampTaxonomy, transfer.Category)
			require.Empty(t, transfer.IBAN)
			require.Equal(t, "LI", transfer.Stamp.Province)
		}
	}
	require.Equal(t, hash("a"), positions[0][2].Stamp.Hash)
	require.NotSame(t, positions[0][1].Stamp, positions[0][2].Stamp)
	require.Equal(t, "9/0811100IM/", bill.Transfers(creditorOfTests, "9/0811100IM/")[0][0].Category)
}

func TestActsRefuse(t *testing.T) {
	good := hash("a")
	for name, c := range map[string]struct {
		acts  catalog.Acts
		code  pagonline.Code
		field string
	}{
		"no pages":      {catalog.Acts{Documents: copies(1, 0)}, pagonline.CodeQuantity, "documents[1].pages"},
		"negative":      {catalog.Acts{Documents: copies(-4)}, pagonline.CodeQuantity, "documents[0].pages"},
		"too many":      {catalog.Acts{Documents: copies(100_000)}, pagonline.CodeQuantity, "documents[0].pages"},
		"documents":     {catalog.Acts{Documents: make([]catalog.CertifiedCopy, catalog.MaxDocuments+1)}, pagonline.CodeTooManyItems, "documents"},
		"short hash":    {catalog.Acts{Province: "LI", Documents: []catalog.CertifiedCopy{{Pages: 1, Hash: "YWJj"}}}, pagonline.CodeInputSyntax, "documents[0].hash"},
		"long hash":     {catalog.Acts{Province: "LI", Documents: []catalog.CertifiedCopy{{Pages: 1, Hash: good[:43] + "A"}}}, pagonline.CodeInputSyntax, "documents[0].hash"},
		"hex hash":      {catalog.Acts{Province: "LI", RequestHash: strings.Repeat("ab", 32)}, pagonline.CodeInputSyntax, "requestHash"},
		"line in hash":  {catalog.Acts{Province: "LI", AuthorisationHash: "\n" + good[1:]}, pagonline.CodeInputSyntax, "authorisationHash"},
		"no province":   {catalog.Acts{RequestHash: good}, pagonline.CodeRequiredField, "province"},
		"province":      {catalog.Acts{Province: "Li"}, pagonline.CodeInputSyntax, "province"},
		"virtual":       {catalog.Acts{Virtual: "n.\n1"}, pagonline.CodeTextInvalid, "virtual"},
		"blank virtual": {catalog.Acts{Virtual: " \u00a0"}, pagonline.CodeRequiredField, "virtual"},
		"long virtual":  {catalog.Acts{Virtual: strings.Repeat("1", 61)}, pagonline.CodeTextTooLong, "virtual"},
		"digital stamps": {
			catalog.Acts{Province: "LI", Documents: []catalog.CertifiedCopy{{Pages: 4001, Hash: good}}},
			pagonline.CodeTooManyItems, "documents",
		},
	} {
		_, err := c.acts.Bill(date(t, "2026-11-23"), nil)
		require.Equal(t, c.code, pagonline.CodeOf(err), name)
		require.Equal(t, c.field, pagonline.AsError(err).Field, name)
	}
}

// The JSON of the desk's tool.
func TestStampJSON(t *testing.T) {
	var acts catalog.Acts
	require.NoError(t, json.Unmarshal([]byte(`{"request":true,"documents":[{"pages":9}],"exemption":""}`), &acts))
	bill, err := acts.Bill(date(t, "2026-11-23"), nil)
	require.NoError(t, err)
	b, err := json.Marshal(bill)
	require.NoError(t, err)
	how := `"how":{"it":"marca da bollo (contrassegno)","en":"revenue stamp, from a tobacconist's"}`
	require.JSONEq(t, `{"total":"64.00","lines":[
		{"code":"request","document":1,"count":1,"rate":"16.00","amount":"16.00","rule":{"it":"1 × 16,00 €","en":"1 × €16.00"},"by":"physical",`+how+`},
		{"code":"copy","document":1,"count":3,"rate":"16.00","amount":"48.00","rule":{"it":"9 facciate: 3 × 16,00 €","en":"9 pages: 3 × €16.00"},"by":"physical",`+how+`}
	]}`, string(b))

	none, err := catalog.Acts{}.Bill(date(t, "2026-11-23"), nil)
	require.NoError(t, err)
	b, err = json.Marshal(none)
	require.NoError(t, err)
	require.JSONEq(t, `{"total":"0.00","lines":[]}`, string(b))
}

// FuzzActs holds the laws of the duty: every stamp is counted once, per document, and
// the digital ones are all in the transfers, alone.
func FuzzActs(f *testing.F) {
	f.Add(true, false, 9, 4, "", "LI", "")
	f.Add(true, true, 0, -1, "art. 5, tab. B, DPR 642/1972", "", "x")
	f.Fuzz(func(t *testing.T, request, deed bool, one, two int, exemption, province, virtual string) {
		acts := catalog.Acts{
			Request: request, Authorisation: deed, Exemption: exemption, Province: province, Virtual: virtual,
			Documents: []catalog.CertifiedCopy{{Pages: one, Hash: hash("a")}, {Pages: two}},
		}
		if province == "" {
			acts.Documents[0].Hash = ""
		}
		bill, err := acts.Bill(date(t, "2026-11-23"), nil)
		if err != nil {
			require.ErrorIs(t, err, pagonline.ErrInvalid)
			return
		}
		stamps, digital := int64(0), 0
		for _, line := range bill.Lines {
			stamps += int64(line.Count)
			if line.By == catalog.DigitalStamp {
				digital += line.Count
			}
		}
		want := int64((one+3)/4 + (two+3)/4)
		if request {
			want += 2
		}
		if deed {
			want++
		}
		require.Equal(t, want, stamps)
		if exemption == "" {
			require.Equal(t, 1600*stamps, bill.Total.Cents())
		} else {
			require.Zero(t, bill.Total)
		}
		for _, position := range bill.Transfers(creditorOfTests, "") {
			require.LessOrEqual(t, len(position), payment.MaxTransfers)
			digital -= len(position)
		}
		require.Zero(t, digital)
	})
}
