package read

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What reading one file may cost, whatever it holds: a second or less, and more on a
// machine that is busy and under the race detector. Where a bound is missing, the files
// below cost minutes or gigabytes.
const (
	mostTime   = 20 * time.Second
	mostMemory = 512 << 20 // allocated, not in use at one time
)

// readAll reads what Verify reads, and holds the bounds.
func readAll(t *testing.T, file []byte) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := time.Now()
	if f, err := Open(file); err == nil {
		f.Attachment("receipt.json")
		for _, page := range f.Pages() {
			if _, ok := f.Content(page); !ok {
				break
			}
		}
	}
	took := time.Since(begin)
	runtime.ReadMemStats(&after)
	require.Less(t, took, mostTime)
	require.Less(t, (after.TotalAlloc-before.TotalAlloc)>>20, uint64(mostMemory>>20), "MB")
}

func deflate(t testing.TB, b []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, err := w.Write(b)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return packed.Bytes()
}

// document returns a file with a catalogue (object 1) and what else is given.
func document(catalog string, parts ...string) []byte {
	return []byte("%PDF-1.7\n1 0 obj<</Type/Catalog" + catalog + ">>endobj\n" + strings.Join(parts, "\n") + "\ntrailer<</Root 1 0 R>>")
}

func stream(number int, entries string, data []byte) string {
	return fmt.Sprintf("%d 0 obj<<%s/Length %d>>stream\n%s\nendstream endobj", number, entries, len(data), data)
}

// circles are small files whose trees have no end.
func circles() map[string][]byte {
	const names, pages = "/Names<</EmbeddedFiles 2 0 R>>", "/Pages 2 0 R"
	return map[string][]byte{
		"names in a circle": document(names, "2 0 obj<</Kids[2 0 R 2 0 R 2 0 R]>>endobj"),
		"pages in a circle": document(pages, "2 0 obj<</Kids[2 0 R 2 0 R 2 0 R]>>endobj"),
	}
}

// hostile are files that cost more than they are worth where a bound is missing.
func hostile(t testing.TB) map[string][]byte {
	t.Helper()
	const page = "/Pages 2 0 R"
	zeros := deflate(t, make([]byte, maxStream))
	bombs := make([]string, 60)
	for i := range bombs {
		bombs[i] = stream(i+10, "/Type/ObjStm/N 1/First 4/Filter/FlateDecode", zeros)
	}
	kids := strings.Repeat("3 0 R ", 1000)
	all := map[string][]byte{
		"pages in a long circle": document(page, "2 0 obj<</Kids["+kids+"]>>endobj", "3 0 obj<</Kids["+strings.Repeat("2 0 R ", 1000)+"]>>endobj"),
		"names shared": document("/Names<</EmbeddedFiles 2 0 R>>", "2 0 obj<</Kids["+strings.Repeat("<</Names 4 0 R>>", 10_000)+"]>>endobj",
			"4 0 obj["+strings.Repeat("(a)null", 100_000)+"]endobj"),
		"objects without trailer":   []byte("%PDF-1.7\n" + strings.Repeat("1 0 obj 1 ", 400_000)),
		"streams without end":       document("", strings.Repeat("1 0 obj<<>>stream\n", 200_000)),
		"strings without end":       document("", strings.Repeat("1 0 obj[(", 400_000)),
		"lists without end":         document("", strings.Repeat("1 0 obj[", 400_000)),
		"dictionaries without end":  document("", strings.Repeat("1 0 obj<</A ", 300_000)),
		"one value many times":      document("", stream(2, "/Type/ObjStm/N 100000/First 1000000/Filter/FlateDecode", deflate(t, []byte(strings.Repeat("7 0 ", 250_000)+"("+strings.Repeat("x", 15<<20))))),
		"bombs":                     document(page, bombs...),
		"many small streams":        document("", strings.Repeat(stream(2, "/Type/ObjStm/Filter/FlateDecode", deflate(t, nil))+"\n", 50_000)),
		"one content many times":    document(page, "2 0 obj<</Contents["+strings.Repeat("9 0 R ", 800)+"]>>endobj", stream(9, "", bytes.Repeat([]byte("q Q "), 1<<18))),
		"one content on many pages": document(page, "2 0 obj<</Kids["+strings.Repeat("<</Contents 9 0 R>>", 1500)+"]>>endobj", stream(9, "", bytes.Repeat([]byte("q Q "), 1<<18))),
		"a list of ones":            document("", "2 0 obj["+strings.Repeat("1 ", 8_000_000)+"]endobj"),
		"a content of ones":         document(page, "2 0 obj<</Contents 9 0 R>>endobj", stream(9, "/Filter/FlateDecode", deflate(t, []byte("["+strings.Repeat("1 ", 8_000_000)+"]TJ")))),
		"a content of marks":        document(page, "2 0 obj<</Contents 9 0 R>>endobj", stream(9, "/Filter/FlateDecode", deflate(t, []byte(strings.Repeat("f ", 8_000_000))))),
		"long texts of a code": document(page,
			"2 0 obj<</Resources<</Font<</F<</ToUnicode 8 0 R>>>>>>/Contents 9 0 R>>endobj",
			stream(8, "", []byte("<41><"+strings.Repeat("0041", 500_000)+">endbfchar")),
			stream(9, "", []byte("/F 1 Tf("+strings.Repeat("A", 1<<20)+")Tj"))),
		"fonts on many pages": document(page,
			"2 0 obj<</Kids["+strings.Repeat("<</Resources<</Font<</F<</ToUnicode 8 0 R>>>>>>/Contents 9 0 R>>", 1500)+"]>>endobj",
			stream(8, "", []byte("<41><"+strings.Repeat("00", 4_000_000)+">endbfchar")), stream(9, "", []byte("/F 1 Tf"))),
	}
	maps.Copy(all, circles())
	return all
}

// TestBounds reads files that were made to cost much.
func TestBounds(t *testing.T) {
	for name, file := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			require.LessOrEqual(t, len(file), MaxFile)
			readAll(t, file)
		})
	}
}

// FuzzOpen says: no file costs more than its bounds.
func FuzzOpen(f *testing.F) {
	for _, file := range circles() {
		f.Add(file)
	}
	landed, err := filepath.Glob("../../testdata/*.pdf")
	require.NoError(f, err)
	for _, name := range landed {
		file, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(file)
	}
	f.Fuzz(readAll)
}

// content reads the text of the first page.
func content(t *testing.T, file []byte) (string, bool) {
	t.Helper()
	f, err := Open(file)
	require.NoError(t, err)
	require.NotEmpty(t, f.Pages())
	data, ok := f.Data(f.Pages()[0]["Contents"])
	return string(data), ok
}

// TestStreams reads streams as programs write them.
func TestStreams(t *testing.T) {
	const page, want = "/Pages 2 0 R", "(Mario Rossi)Tj"
	packed := deflate(t, []byte(want))
	hexed := []byte(hex.EncodeToString(packed) + ">")
	contents := "2 0 obj<</Contents 9 0 R>>endobj"
	for name, file := range map[string][]byte{
		"plain":                 document(page, contents, stream(9, "", []byte(want))),
		"packed":                document(page, contents, stream(9, "/Filter[/FlateDecode]/DecodeParms null", packed)),
		"packed, nothing to it": document(page, contents, stream(9, "/Filter[/FlateDecode]/DecodeParms[null]", packed)),
		"in hexadecimal":        document(page, contents, stream(9, "/Filter[/ASCIIHexDecode/FlateDecode]", hexed)),
		"odd hexadecimal":       document(page, contents, stream(9, "/Filter/ASCIIHexDecode", []byte("284D6172696F20526F737369 29546A>"))),
		"in base 85":            document(page, contents, stream(9, "/Filter/ASCII85Decode", []byte("-r\",jBl>+l\nDf]u6.9($~>"))),
		"length elsewhere":      document(page, contents, "9 0 obj<</Length 8 0 R>>stream\n"+want+"\nendstream endobj", fmt.Sprintf("8 0 obj %d endobj", len(want))),
		"length unknown":        document(page, contents, "9 0 obj<</Length 8 0 R>>stream\n"+want+"\r\nendstream endobj"),
	} {
		got, ok := content(t, file)
		require.True(t, ok, name)
		require.Equal(t, want, got, name)
	}
	for name, entries := range map[string]string{
		"another filter":   "/Filter/LZWDecode",
		"one after it":     "/Filter[/FlateDecode/DCTDecode]",
		"a predictor":      "/Filter/FlateDecode/DecodeParms<</Predictor 12>>",
		"many":             "/Filter[/ASCIIHexDecode/ASCIIHexDecode/ASCIIHexDecode/ASCIIHexDecode/FlateDecode]",
		"damaged data":     "/Filter/ASCIIHexDecode",
		"damaged numerals": "/Filter/ASCII85Decode",
	} {
		_, ok := content(t, document(page, contents, stream(9, entries, append(packed, 0xff))))
		require.False(t, ok, name)
	}
}

// TestOpenRefuses holds what no file may be.
func TestOpenRefuses(t *testing.T) {
	encrypted := []byte("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj trailer<</Root 1 0 R/Encrypt<</Filter/Standard>>>>")
	_, err := Open(encrypted)
	require.ErrorIs(t, err, ErrEncrypted)
	for name, file := range map[string][]byte{
		"nothing":      nil,
		"no PDF":       []byte("1 0 obj<</Type/Catalog>>endobj trailer<</Root 1 0 R>>"),
		"no catalogue": []byte("%PDF-1.7\ntrailer<</Root 1 0 R>>"),
		"too big":      append(document(""), make([]byte, MaxFile)...),
	} {
		_, err := Open(file)
		require.ErrorIs(t, err, ErrFile, name)
	}
}

// TestSingle tells a file with each object once from one to which something was added.
func TestSingle(t *testing.T) {
	once, err := Open(document("", "2 0 obj 1 endobj"))
	require.NoError(t, err)
	require.True(t, once.Single)
	for name, file := range map[string][]byte{
		"two objects of a number":     document("", "2 0 obj 1 endobj", "2 0 obj 2 endobj"),
		"one in the file, one packed": document("", "2 0 obj 1 endobj", stream(3, "/Type/ObjStm/N 1/First 4", []byte("2 0 7"))),
		"two trailers":                append(document(""), " trailer<</Root 1 0 R>>"...),
	} {
		f, err := Open(file)
		require.NoError(t, err, name)
		require.False(t, f.Single, name)
	}
}

// TestPlain tells what the writer of this module draws from what may be seen otherwise
// than it is read.
func TestPlain(t *testing.T) {
	const text = "BT/F1 9 Tf 1 0 0 1 10 20 Tm<0014>Tj ET\n"
	for content, want := range map[string]bool{
		"": true,
		"/P<</MCID 0>>BDC\n0 0 0 rg\n" + text + "EMC\n":                    true,
		"1 1 1 rg\n1 2 3 4 re f 0 g\nq 1 0 0 -1 5 6 cm\n0 0 1 1 re\nf Q\n": true,
		"BT/F1 9 Tf 1 0 0 1 10 20 Tm<0014>Tj<0014>Tj ET":                   false, // no place of its own
		"BT/F1 9 Tf<0014>Tj ET":                                            false,
		"BT/F1 9 Tf 1 0 0 1 10 20 Tm[<0014>-9000<0014>]TJ ET":              false,
		"BT/F1 9 Tf 1 0 0 1 10 20 Tm[<0014>]Tj ET":                         false,
		"BT/F1 9 Tf 1 0 0 1 10 20 Tm<00><14>Tj ET":                         false,
		"BT/F1 9 Tf 1 0 0 -1 10 20 Tm<0014>Tj ET":                          false, // upside down
		"BT/F1 9 Tf 1 0 0 1 10 20 Tm 3 Tr<0014>Tj ET":                      false, // not seen
		"BT/F1 9 Tf 1 0 0 1 10 20 Tm 1 Tr<0014>Tj ET":                      false,
		"3 Tr " + text:                                    false,
		"1 0 0 1 5 5 cm " + text:                          false, // moved
		"q 1 0 0 1 5 5 cm " + text + "Q":                  false,
		"q 0 1 0 rg 1 1 1 1 re f Q":                       false,
		"q\n" + "q 1 0 0 1 5 5 cm 1 1 1 1 re f Q\n" + "Q": false,
		"q 1 0 0 1 5 5 cm 1 0 0 1 5 5 cm f Q":             false,
		"Q":                                               false,
		"BT\n" + "BT ET":                                  false,
		"ET":                                              false,
		"/G gs":                                           false,
		"/X Do":                                           false,
		"BI ID EI":                                        false,
		"0 0 1 1 re W n":                                  false,
		"1 1 1 1 re S":                                    false,
		"[1]rg":                                           false,
		"[1][1][1]rg":                                     false,
	} {
		f, err := Open(document("/Pages 2 0 R", "2 0 obj<</Contents 9 0 R>>endobj", stream(9, "", []byte(content))))
		require.NoError(t, err)
		_, ok := f.Content(f.Pages()[0])
		require.True(t, ok, content)
		require.Equal(t, want, f.Plain(), content)
	}
	f, err := Open(document("/Pages 2 0 R", "2 0 obj<</Annots[]>>endobj"))
	require.NoError(t, err)
	f.Content(f.Pages()[0])
	require.False(t, f.Plain())
	for _, broken := range []string{"[1 2", "<</A>>", "<</A 1", strings.Repeat("1 ", 2000), strings.Repeat("/P BMC ", 2000), "(a)Tj ]["} {
		f, err := Open(document("/Pages 2 0 R", "2 0 obj<</Contents 9 0 R>>endobj", stream(9, "", []byte(broken))))
		require.NoError(t, err)
		_, ok := f.Content(f.Pages()[0])
		require.False(t, ok, broken)
	}
}
