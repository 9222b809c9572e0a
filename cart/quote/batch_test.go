package quote_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// read collects a batch: its rows and what is wrong with them.
func read(r io.Reader, f quote.Format) (rows []quote.Row, errs []error) {
	for row, err := range quote.ReadBatch(r, f, nil) {
		rows, errs = append(rows, row), append(errs, err)
	}
	return rows, errs
}

func TestReadBatch(t *testing.T) {
	full := quote.Request{
		Institute: "AS-LI", Service: "fotocopie", Protocol: causale.MustParseProtocol("345/2024"), Amount: euro.MustParse("12.50"),
		Payer: `Rossi, "Mario"`, Subject: "Registro 7; c. 3", Years: "1936-1943", Shelfmark: "b. 4", Detail: "x", Addressee: "owner",
		Address:   "Via Roma 1, 57123 Livorno (LI)",
		ExpiresOn: day("2026-12-31"),
	}
	free := quote.Request{Institute: "AS-LI", Service: "fotocopie", Protocol: causale.MustParseProtocol("346/2024"), Reason: "già in rete"}
	for name, c := range map[string]struct {
		format quote.Format
		text   string
		lines  []int
	}{
		"comma": {quote.CSV, `institute,service,protocol,amount,reason,payer,subject,years,shelfmark,detail,addressee,expires,address
AS-LI,fotocopie,345/2024,12.50,,"Rossi, ""Mario""",Registro 7; c. 3,1936-1943,b. 4,x,owner,2026-12-31,"Via Roma 1, 57123 Livorno (LI)"

AS-LI,fotocopie,346/2024,,già in rete,,,,,,,,
`, []int{2, 4}},
		"semicolon, of a spreadsheet": {
			quote.CSV, "\ufeffExpires;Institute;Service;Protocol;Amount;Reason;Payer;Subject;Years;Shelfmark;Detail;Addressee;Address\r\n" +
				"2026-12-31;AS-LI;fotocopie;345/2024;12.50;;\"Rossi, \"\"Mario\"\"\";\"Registro 7; c. 3\"; 1936-1943 ;b. 4;x;owner;Via Roma 1, 57123 Livorno (LI)\r\n" +
				";AS-LI;fotocopie;346/2024;;già in rete;;;;;;;", []int{2, 3},
		},
		"json": {quote.JSONLines, `{"institute":"AS-LI","service":"fotocopie","protocol":"345/2024","amount":"12.50","payer":"Rossi, \"Mario\"","address":"Via Roma 1, 57123 Livorno (LI)","subject":"Registro 7; c. 3","years":"1936-1943","shelfmark":"b. 4","detail":"x","addressee":"owner","expires":"2026-12-31"}

{"institute":"AS-LI","service":"fotocopie","protocol":"346/2024","reason":"gi\u00e0 in rete","payer":null}`, []int{1, 3}},
	} {
		rows, errs := read(iotest.OneByteReader(strings.NewReader(c.text)), c.format)
		require.NoError(t, errors.Join(errs...), name)
		require.Equal(t, []quote.Row{{Line: c.lines[0], Request: full}, {Line: c.lines[1], Request: free}}, rows, name)
	}
}

// TestReadBatchGoesOn: each row has its own error.
func TestReadBatchGoesOn(t *testing.T) {
	for _, c := range []struct {
		format quote.Format
		head   string
		row    string
		code   pagonline.Code
		field  string
	}{
		{quote.CSV, "protocol,amount", "345/2024", pagonline.CodeInputSyntax, ""},              // a field too few
		{quote.CSV, "protocol,amount", "345/2024,1.00,x", pagonline.CodeInputSyntax, ""},       // one too many
		{quote.CSV, "protocol,amount", `345"/2024,1.00`, pagonline.CodeInputSyntax, ""},        // a quote inside
		{quote.CSV, "protocol,amount", `"345"/2024,1.00`, pagonline.CodeInputSyntax, ""},       // one that closes too early
		{quote.CSV, "protocol,amount", "345/2024,\xe0", pagonline.CodeInputSyntax, ""},         // Latin 1
		{quote.CSV, "protocol,amount", "345/2024,12,50", pagonline.CodeInputSyntax, ""},        // a comma for the dot
		{quote.CSV, "protocol;amount", "345/2024;12,50", pagonline.CodeAmountFormat, "amount"}, // here too
		{quote.CSV, "protocol,amount", "345/2024,", pagonline.CodeRequiredField, "amount"},
		{quote.CSV, "protocol,amount", "\"345\n2024\",1.00", pagonline.CodeTextInvalid, "protocol"},
		{quote.CSV, "protocol,amount", strings.Repeat("1", 61) + ",1.00", pagonline.CodeTextTooLong, "protocol"},
		{quote.CSV, "amount,expires", "1.00,31/12/2026", pagonline.CodeInputSyntax, "expires"},
		{quote.JSONLines, "", `{"protocol":"345/2024","amount":12.50}`, pagonline.CodeInputSyntax, "amount"}, // a float
		{quote.JSONLines, "", `{"protocol":"345/2024","importo":12.50}`, pagonline.CodeInputSyntax, "importo"},
		{quote.JSONLines, "", `{"protocol":345,"amount":{}}`, pagonline.CodeInputSyntax, "protocol"},
		{quote.JSONLines, "", `{"amount":"1.00","amount":"2.00"}`, pagonline.CodeInputSyntax, "amount"},
		{quote.JSONLines, "", `{"Amount":"1.00"}`, pagonline.CodeInputSyntax, "Amount"},
		{quote.JSONLines, "", `{"amount":"1.00"`, pagonline.CodeInputSyntax, ""},
		{quote.JSONLines, "", `{"amount":`, pagonline.CodeInputSyntax, ""},
		{quote.JSONLines, "", `{"protocol":"345/2024","importo":"12.50"}`, pagonline.CodeInputSyntax, "importo"},
		{quote.JSONLines, "", `{"protocol":"345/2024","Mario Rossi":"12.50"}`, pagonline.CodeInputSyntax, "?"},
		{quote.JSONLines, "", `["345/2024"]`, pagonline.CodeInputSyntax, ""},
		{quote.JSONLines, "", `null`, pagonline.CodeInputSyntax, ""},
		{quote.JSONLines, "", `{"protocol":"345/2024"} {}`, pagonline.CodeInputSyntax, ""},
		{quote.JSONLines, "", strings.Repeat("[", 10_000), pagonline.CodeInputSyntax, ""},
		{quote.JSONLines, "", "{\"protocol\":\"\xff\"}", pagonline.CodeInputSyntax, ""},
	} {
		good := `{"protocol":"1/2024","amount":"1.00"}`
		if c.format == quote.CSV {
			good = map[string]string{"protocol,amount": "1/2024,1.00", "protocol;amount": "1/2024;1.00", "amount,expires": "1.00,"}[c.head]
		}
		rows, errs := read(strings.NewReader(strings.TrimPrefix(c.head+"\n"+c.row+"\n"+good+"\n", "\n")), c.format)
		require.Len(t, rows, 2, c.row)
		fails(t, errs[0], c.code, c.field)
		require.Equal(t, quote.Request{}, rows[0].Request)
		require.NoError(t, errs[1], c.row)
		require.Equal(t, "1.00", rows[1].Request.Amount.String())
		require.Less(t, rows[0].Line, rows[1].Line)
		require.NotContains(t, errs[0].Error(), "Rossi")
	}
}

// TestNothingIsDue: zero and no amount are the same where there is a reason, and the
// reader's word holds where there is none.
func TestNothingIsDue(t *testing.T) {
	strict := func(_, text string) (euro.Amount, error) {
		a, err := euro.Parse(strings.Replace(text, ",", ".", 1))
		if err == nil && a.IsZero() {
			err = pagonline.NewError(pagonline.CodeAmountRange)
		}
		return a, err
	}
	for _, reader := range []quote.AmountReader{strict, nil} {
		for _, c := range []struct {
			amount, reason string
			code           pagonline.Code
		}{
			{"", "art. 108", ""},
			{"0.00", "art. 108", ""},
			{" 0.00 ", "art. 108", ""},
			{"", " ", pagonline.CodeRequiredField},
			{"0.0.0", "art. 108", pagonline.CodeAmountFormat},
			{"gratis", "art. 108", pagonline.CodeAmountFormat},
			{"9999999999.00", "art. 108", pagonline.CodeAmountRange},
		} {
			r, err := quote.ReadRequest(map[string]string{"protocol": "345/2024", "amount": c.amount, "reason": c.reason}, reader)
			require.Equal(t, c.code, pagonline.CodeOf(err), "%+v", c)
			if err == nil {
				require.Equal(t, quote.Request{Protocol: causale.MustParseProtocol("345/2024"), Reason: "art. 108"}, r)
			} else {
				require.Equal(t, "amount", pagonline.AsError(err).Field)
				require.Zero(t, r)
			}
		}
	}
	zero := map[string]string{"amount": "0.00"}
	_, err := quote.ReadRequest(zero, strict)
	fails(t, err, pagonline.CodeAmountRange, "amount")
	r, err := quote.ReadRequest(zero, nil)
	require.NoError(t, err)
	require.Zero(t, r, "the register asks for the reason")
	_, err = quote.ReadRequest(map[string]string{"importo": "1.00", "amount": "1.00"}, nil)
	fails(t, err, pagonline.CodeInputSyntax, "importo")
	rows, errs := read(strings.NewReader("protocol,amount,reason\n345/2024,0.00,art. 108\n"), quote.CSV)
	require.NoError(t, errs[0])
	require.Equal(t, "art. 108", rows[0].Request.Reason)
}

// TestReadBatchEnds where nothing sound can follow.
func TestReadBatchEnds(t *testing.T) {
	failed := errors.New("on purpose")
	long := strings.Repeat("x", 1<<20)
	for name, c := range map[string]struct {
		format quote.Format
		in     io.Reader
		code   pagonline.Code
		line   int
	}{
		"unknown column":       {quote.CSV, strings.NewReader("protocol,importo\n1,2\n"), pagonline.CodeInputSyntax, 1},
		"column given twice":   {quote.CSV, strings.NewReader("protocol,Protocol\n1,2\n"), pagonline.CodeInputSyntax, 1},
		"no header":            {quote.CSV, strings.NewReader("AS-LI,345/2024\n"), pagonline.CodeInputSyntax, 1},
		"broken header":        {quote.CSV, strings.NewReader("proto\"col\n"), pagonline.CodeInputSyntax, 1},
		"long header":          {quote.CSV, strings.NewReader(long), pagonline.CodeInputSyntax, 1},
		"unknown format":       {"xlsx", strings.NewReader("PK"), pagonline.CodeInputSyntax, 1},
		"long row":             {quote.CSV, strings.NewReader("payer\n" + long + "\n1\n"), pagonline.CodeInputSyntax, 2},
		"a quote never closed": {quote.CSV, strings.NewReader("payer\n\"" + strings.Repeat("x\n", 1<<20)), pagonline.CodeInputSyntax, 2},
		"long line":            {quote.JSONLines, strings.NewReader("\n" + long + "\n{}\n"), pagonline.CodeInputSyntax, 2},
		"failing reader, csv":  {quote.CSV, io.MultiReader(strings.NewReader("payer\n"), iotest.ErrReader(failed)), pagonline.CodeUnavailable, 2},
		"failing reader, json": {quote.JSONLines, iotest.ErrReader(failed), pagonline.CodeUnavailable, 1},
	} {
		rows, errs := read(c.in, c.format)
		require.Len(t, rows, 1, name)
		require.Equal(t, c.code, pagonline.CodeOf(errs[0]), name)
		require.Equal(t, c.line, rows[0].Line, name)
		if c.code == pagonline.CodeUnavailable {
			require.ErrorIs(t, errs[0], failed)
		}
	}
	for _, f := range []quote.Format{quote.CSV, quote.JSONLines} {
		rows, _ := read(strings.NewReader(""), f)
		require.Empty(t, rows)
	}
	rows, _ := read(strings.NewReader("protocol,amount"), quote.CSV)
	require.Empty(t, rows)
	for _, err := range quote.ReadBatch(strings.NewReader("{}\n{}\n"), quote.JSONLines, nil) {
		require.Error(t, err)
		break
	}
}

// TestBatch: a dry run, then the run, then the run again.
func TestBatch(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		const batch = `institute;service;protocol;amount;payer
AS-LI;fotocopie;1/2024;12,50;Mario Rossi
AS-LI;fotocopie;2/2024;;
AS-LI;cd;3/2024;1,00;
AS-LI;fotocopie;4/2024;7,00;Maria Bianchi
`
		comma := func(institute, text string) (euro.Amount, error) {
			require.Equal(t, "AS-LI", institute)
			return euro.Parse(strings.Replace(text, ",", ".", 1))
		}
		run := func(do func(quote.Request) error) (codes []pagonline.Code) {
			for row, err := range quote.ReadBatch(strings.NewReader(batch), quote.CSV, comma) {
				if err == nil {
					err = do(row.Request)
				}
				codes = append(codes, pagonline.CodeOf(err))
			}
			return codes
		}
		want := []pagonline.Code{"", pagonline.CodeRequiredField, pagonline.CodeNotAllowed, ""}
		require.Equal(t, want, run(func(r quote.Request) error { return o.Check(t.Context(), r) }))
		issue := func(r quote.Request) error {
			_, err := o.Issue(t.Context(), r)
			return err
		}
		require.Equal(t, want, run(issue))
		require.Equal(t, want, run(issue))
		n := 0
		for _, err := range o.List(t.Context(), quote.Filter{}) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, 2, n)
	})
}
