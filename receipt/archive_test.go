package receipt_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
)

func TestDocumentCheck(t *testing.T) {
	require.NoError(t, storetest.Document(0, "iur", receipt.PDFDocument).Check())
	for name, c := range map[string]struct {
		edit  func(*receipt.Document)
		code  pagonline.Code
		field string
	}{
		"no content":    {func(d *receipt.Document) { d.Content = nil }, pagonline.CodeRequiredField, "content"},
		"too large":     {func(d *receipt.Document) { d.Content = make([]byte, receipt.MaxDocument+1) }, pagonline.CodeTextTooLong, "content"},
		"no creditor":   {func(d *receipt.Document) { d.Creditor = "" }, pagonline.CodeInputSyntax, "creditor"},
		"a wrong one":   {func(d *receipt.Document) { d.Creditor = "9999900001x" }, pagonline.CodeInputSyntax, "creditor"},
		"no id":         {func(d *receipt.Document) { d.ReceiptID = "" }, pagonline.CodeInputSyntax, "receiptId"},
		"a long id":     {func(d *receipt.Document) { d.ReceiptID = strings.Repeat("è", 36) }, pagonline.CodeInputSyntax, "receiptId"},
		"bytes as id":   {func(d *receipt.Document) { d.ReceiptID = "\xff" }, pagonline.CodeInputSyntax, "receiptId"},
		"another kind":  {func(d *receipt.Document) { d.Kind = "exe" }, pagonline.CodeInputSyntax, "kind"},
		"no day":        {func(d *receipt.Document) { d.Day = pagonline.Date{} }, pagonline.CodeInputSyntax, "day"},
		"no instant":    {func(d *receipt.Document) { d.At = time.Time{} }, pagonline.CodeInputSyntax, "day"},
		"another hash":  {func(d *receipt.Document) { d.SHA256[0]++ }, pagonline.CodeReceiptAltered, ""},
		"another size":  {func(d *receipt.Document) { d.Size++ }, pagonline.CodeReceiptAltered, ""},
		"other content": {func(d *receipt.Document) { d.Content[0]++ }, pagonline.CodeReceiptAltered, ""},
	} {
		d := storetest.Document(0, "iur", receipt.PDFDocument)
		c.edit(&d)
		err := d.Check()
		require.Equal(t, c.code, pagonline.CodeOf(err), name)
		require.Equal(t, c.field, pagonline.AsError(err).Field, name)
	}
}

func TestDocumentOf(t *testing.T) {
	p := storetest.Position(1)
	rt := storetest.Receipt(p, "iur")
	at := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	d := receipt.DocumentOf(rt, at)
	require.NoError(t, d.Check())
	require.Equal(t, "2026-11-23", d.Day.String())
	rt.PaidAt, rt.ReceivedAt = time.Time{}, time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC)
	require.Equal(t, "2026-11-24", receipt.DocumentOf(rt, at).Day.String(), "the day in Rome on which it came")
	r, err := receipt.New(storetest.Receipt(p, "iur"), p, payment.Sandbox)
	require.NoError(t, err)
	require.Equal(t, receipt.DocumentKey{Creditor: p.Creditor, ReceiptID: "iur", Kind: receipt.PDFDocument},
		r.Document(receipt.PDFDocument, []byte("%PDF"), at).DocumentKey)
}

// read returns the files of a ZIP by their names.
func read(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NotContains(t, files, f.Name)
		files[f.Name] = string(content)
	}
	return files
}

func TestExport(t *testing.T) {
	st := &memory.Store{}
	hostile := storetest.Document(1, "=1/../è", receipt.PDFDocument)
	for _, d := range []receipt.Document{storetest.Document(0, "iur", receipt.PDFDocument), hostile, storetest.Document(2, "out", receipt.RTDocument)} {
		require.NoError(t, st.Archive().Put(t.Context(), d))
	}
	period, err := receipt.ParsePeriod("2026-11-23..2026-11-24")
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, receipt.Export(t.Context(), &b, st.Archive(), period))
	files := read(t, b.Bytes())
	require.Len(t, files, 4)
	const name = "documents/2026-11-24/99999000013/%3D1%2F%2E%2E%2F%C3%A8.pdf"
	require.Equal(t, string(hostile.Content), files[name], "no name climbs out of its folder")
	rows, err := csv.NewReader(strings.NewReader(files["index.csv"])).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, []string{name, "2026-11-24", "99999000013", "'=1/../è", "pdf", "23", hostile.SHA256.String(), "2026-11-23T10:00:05.123Z"}, rows[2])
	var index struct {
		Period    receipt.Period
		Documents []struct {
			File string
			receipt.Record
		}
	}
	require.NoError(t, json.Unmarshal([]byte(files["index.json"]), &index))
	require.Equal(t, period, index.Period)
	require.Len(t, index.Documents, 2)
	require.Equal(t, hostile.Record, index.Documents[1].Record)

	// Whatever an archive holds, its index has one guard: that of the register.
	for _, id := range []string{"", "＝1", " =1", "'x", "a;=1"} {
		b.Reset()
		d := storetest.Document(0, id, receipt.PDFDocument)
		require.NoError(t, receipt.Export(t.Context(), &b, &memoryArchive{get: func(receipt.DocumentKey) (receipt.Document, error) { return d, nil }, one: d.Record}, receipt.Period{}))
		rows, err = csv.NewReader(strings.NewReader(read(t, b.Bytes())["index.csv"])).ReadAll()
		require.NoError(t, err)
		require.Equal(t, receipt.Guard(id), rows[1][3])
	}

	b.Reset()
	require.NoError(t, receipt.Export(t.Context(), &b, &memoryArchive{}, receipt.Period{}))
	files = read(t, b.Bytes())
	require.JSONEq(t, `{"period":{"from":"","to":""},"documents":[]}`, files["index.json"])
	require.Equal(t, "file,day,creditor,receiptId,kind,size,sha256,archivedAt\r\n", files["index.csv"])
}

// memoryArchive is an archive that misbehaves.
type memoryArchive struct {
	receipt.Archive
	lists  int
	change bool
	get    func(receipt.DocumentKey) (receipt.Document, error)
	one    receipt.Record // what it lists; else one of a receipt
	fail   error
}

func (a *memoryArchive) List(context.Context, receipt.Period) iter.Seq2[receipt.Record, error] {
	return func(yield func(receipt.Record, error) bool) {
		a.lists++
		if a.get == nil {
			return
		}
		if a.fail != nil {
			yield(receipt.Record{}, a.fail)
			return
		}
		if a.one.Size > 0 {
			yield(a.one, nil)
			return
		}
		yield(storetest.Document(0, "iur", receipt.PDFDocument).Record, nil)
		if a.change && a.lists == 2 {
			yield(storetest.Document(1, "iur", receipt.PDFDocument).Record, nil)
		}
	}
}

func (a *memoryArchive) Get(_ context.Context, k receipt.DocumentKey) (receipt.Document, error) {
	return a.get(k)
}

func TestExportFails(t *testing.T) {
	whole := storetest.Document(0, "iur", receipt.PDFDocument)
	good := func(receipt.DocumentKey) (receipt.Document, error) { return whole, nil }
	export := func(a receipt.Archive) error { return receipt.Export(t.Context(), io.Discard, a, receipt.Period{}) }
	require.NoError(t, export(&memoryArchive{get: good}))
	require.Equal(t, pagonline.CodeConflict, pagonline.CodeOf(export(&memoryArchive{get: good, change: true})), "index and documents would differ")
	require.ErrorIs(t, export(&memoryArchive{get: good, fail: io.ErrUnexpectedEOF}), io.ErrUnexpectedEOF)
	for name, damage := range map[string]func(*receipt.Document){
		"content":          func(d *receipt.Document) { d.Content = []byte("other") },
		"content and hash": func(d *receipt.Document) { *d = receipt.NewDocument(d.DocumentKey, d.At, d.At, []byte("other")) },
	} {
		err := export(&memoryArchive{get: func(receipt.DocumentKey) (receipt.Document, error) {
			d := whole
			damage(&d)
			return d, nil
		}})
		require.Equal(t, pagonline.CodeReceiptAltered, pagonline.CodeOf(err), name)
		require.ErrorContains(t, err, "documents/2026-11-23/99999000013/iur.pdf")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, receipt.Export(ctx, failing{}, &memoryArchive{get: good}, receipt.Period{}))
}

// longArchive has n documents of a hundred kilobytes that it makes up as they are read.
type longArchive struct {
	receipt.Archive
	n       int
	content []byte
}

func (a longArchive) document(id string, i int) receipt.Document {
	day := archivedAt.AddDate(0, 0, i/1000)
	return receipt.NewDocument(receipt.DocumentKey{Creditor: "99999000013", ReceiptID: id, Kind: receipt.PDFDocument}, day, day, a.content)
}

func (a longArchive) List(context.Context, receipt.Period) iter.Seq2[receipt.Record, error] {
	return func(yield func(receipt.Record, error) bool) {
		r := a.document("", 0).Record
		for i := range a.n {
			r.ReceiptID, r.Day = fmt.Sprintf("iur-%08d", i), pagonline.DateOf(archivedAt).AddDays(i/1000)
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (a longArchive) Get(_ context.Context, k receipt.DocumentKey) (receipt.Document, error) {
	return a.document(k.ReceiptID, 0), nil
}

// TestExportInBoundedMemory: documents pass through one by one; of records one day's are
// held.
func TestExportInBoundedMemory(t *testing.T) {
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before, n := heap(), int64(0)
	most := before
	w := writes(func() {
		if n++; n%20 == 0 {
			most = max(most, heap())
		}
	})
	require.NoError(t, receipt.Export(t.Context(), w, longArchive{n: 2000, content: make([]byte, 100<<10)}, receipt.Period{}))
	require.Greater(t, n, int64(40))
	require.Less(t, most-before, int64(8<<20), "of 200 MB")
}

type writes func()

func (w writes) Write(b []byte) (int, error) {
	w()
	return len(b), nil
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// FuzzExportNames: two receipts never share a file, and no file is outside its folder.
func FuzzExportNames(f *testing.F) {
	f.Add("a", "b")
	f.Add("..", "%2E%2E")
	f.Add("a/b", "a%2Fb")
	f.Add("iur", "IUR")
	f.Fuzz(func(t *testing.T, a, b string) {
		st := &memory.Store{}
		one, two := storetest.Document(0, a, receipt.PDFDocument), storetest.Document(0, b, receipt.PDFDocument)
		if one.Check() != nil || two.Check() != nil || a == b {
			t.Skip()
		}
		require.NoError(t, st.Archive().Put(t.Context(), one))
		require.NoError(t, st.Archive().Put(t.Context(), two))
		var z bytes.Buffer
		require.NoError(t, receipt.Export(t.Context(), &z, st.Archive(), receipt.Period{}))
		files := read(t, z.Bytes())
		require.Len(t, files, 4)
		folded := map[string]bool{}
		for name := range files {
			folded[strings.ToLower(name)] = true
			if strings.HasPrefix(name, "documents/") {
				require.Equal(t, 3, strings.Count(name, "/"), name)
				require.NotContains(t, name, "..")
			}
		}
		require.Len(t, folded, len(files), "on a disk that does not tell capitals")
	})
}

// FuzzParsePeriod: what is read is written back the same.
func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"2026-01-01..2026-12-31", "..", "2026-01-01..", "..2026-01-01", "2026-01-02..2026-01-01", "2026-01-01", "a..b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := receipt.ParsePeriod(s)
		if err != nil {
			require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
			return
		}
		require.Equal(t, s, p.String())
		from, before := p.Instants()
		require.True(t, p.From.IsZero() || p.Has(pagonline.DateOf(from)))
		require.True(t, p.To.IsZero() || !p.Has(pagonline.DateOf(before)) && p.Has(pagonline.DateOf(before.Add(-1))))
	})
}

func TestHash(t *testing.T) {
	want := storetest.Document(0, "iur", receipt.PDFDocument).SHA256
	b, err := want.MarshalText()
	require.NoError(t, err)
	var got receipt.Hash
	require.NoError(t, got.UnmarshalText(b))
	require.Equal(t, want, got)
	for _, s := range []string{"", "ab", strings.Repeat("g", 64), strings.ToUpper(string(b)), string(b) + "00"} {
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(got.UnmarshalText([]byte(s))), s)
	}
	require.Equal(t, want, got, "what cannot be read changes nothing")
}
