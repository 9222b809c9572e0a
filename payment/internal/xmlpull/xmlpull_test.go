package xmlpull_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

// tokens writes a document's tokens in one line each.
func tokens(src string, limits xmlpull.Limits) ([]string, error) {
	return lines(xmlpull.New([]byte(src), limits))
}

func lines(r *xmlpull.Reader) (out []string, err error) {
	for {
		kind, err := r.Next()
		if err != nil {
			return out, err
		}
		switch kind {
		case xmlpull.Start:
			var line strings.Builder
			fmt.Fprintf(&line, "<%s|%s", r.Space(), r.Local())
			for _, a := range r.Attrs() {
				fmt.Fprintf(&line, " %s|%s=%q", a.Space, a.Local, a.Value)
			}
			out = append(out, line.String())
		case xmlpull.End:
			out = append(out, fmt.Sprintf(">%s|%s", r.Space(), r.Local()))
		case xmlpull.Text:
			out = append(out, fmt.Sprintf("%q", r.Text()))
		case xmlpull.Comment:
			out = append(out, "--")
		case xmlpull.Instruction:
			out = append(out, "?")
		case xmlpull.EOF:
			return out, nil
		}
	}
}

// tokensOf are well-formed documents and their tokens.
var tokensOf = map[string]string{
	`<a/>`:    `<|a >|a`,
	`<a></a>`: `<|a >|a`,
	"\ufeff<?xml version=\"1.0\" encoding=\"utf-8\" standalone='no' ?>\n<a b='c' />\n": `<|a |b="c" >|a`,
	`<?xml version = '1.0'?><a/>`:                     `<|a >|a`,
	`<!--x--><?p i?><?p?><a/><!-- --><?q?>`:           `-- ? ? <|a >|a -- ?`,
	`<a>x&lt;&gt;&amp;&apos;&quot;&#65;&#x1F600;</a>`: `<|a "x<>&'\"A😀" >|a`,
	`<a>1<![CDATA[<2>&amp;]]>3</a>`:                   `<|a "1<2>&amp;3" >|a`,
	`<a><![CDATA[]]></a>`:                             `<|a "" >|a`,
	`<a>1<!-- -->00</a>`:                              `<|a "1" -- "00" >|a`,
	"<a>1\r\n2\r3</a>":                                `<|a "1\n2\n3" >|a`,
	"<a><![CDATA[1\r\n2\r]]>&#13;</a>":                `<|a "1\n2\n\r" >|a`,
	"<a b='1\r\n2\t3&#10;4'/>":                        `<|a |b="1 2 3\n4" >|a`,
	`<p:a xmlns:p="u"><p:b xmlns:p="v" p:c="1" c="2"/><b xmlns="w"><c xmlns=""/></b><p:d/></p:a>`: `<u|a <v|b v|c="1" |c="2" >v|b <w|b <|c >|c >w|b <u|d >u|d >u|a`,
	`<a xml:lang="it"/>`:       `<|a http://www.w3.org/XML/1998/namespace|lang="it" >|a`,
	`<p:a xmlns:p="a&amp;b"/>`: `<a&b|a >a&b|a`,
	`<è·1/>`:                   `<|è·1 >|è·1`,
	`<?xml version="1.0" standalone="yes"?><a/>`: `<|a >|a`,
	`<a>&#x000000000041;&#0000000000066;</a>`:    `<|a "AB" >|a`,
	// a namespace with a reference in it outlives the texts that are decoded after it
	`<r xmlns:q="urn:a&#47;"><x>&lt;BBBBBBBBBBBBBB</x><q:e/></r>`: `<|r <|x "<BBBBBBBBBBBBBB" >|x <urn:a/|e >urn:a/|e >|r`,
	`<a>1<![CDATA[2]]>&amp;<![CDATA[3]]>&lt;4</a>`:                `<|a "12&3<4" >|a`,
	"<a >x</a\n>": `<|a "x" >|a`,
}

var wellFormed = slices.Sorted(maps.Keys(tokensOf))

func TestTokens(t *testing.T) {
	for src, want := range tokensOf {
		got, err := tokens(src, xmlpull.Limits{})
		require.NoError(t, err, src)
		require.Equal(t, want, strings.Join(got, " "), src)
	}
}

// malformed documents; each says why it is here, if it does not show.
var malformed = []string{
	``, ` `, `x`, `<a>`, `</a>`, `<a></b>`, `<a/><b/>`, `<a/>x`, `x<a/>`, `<a/><![CDATA[]]>`, `<a></a></a>`,
	`<a><b></a></b>`, `<a`, `<a b`, `<a b=`, `<a b='`, `<a b=c/>`, `<a b='<'/>`, `<a b='1'c='2'/>`, `<a b='1' b='2'/>`, `<a/ >`, `< a/>`, `< />`, `<a>`,
	`<1/>`, `<a:/>`, `<:a/>`, `<a:b:c xmlns:a="u"/>`, `<a b:c="1"/>`, `<p:a/>`, "<\u00d7/>",
	`<a xmlns:p=""/>`, `<a xmlns:xmlns="u"/>`, `<a xmlns:p="http://www.w3.org/2000/xmlns/"/>`, `<a xmlns:xml="u"/>`,
	`<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>`, `<a xmlns:p="u" xmlns:p="u"/>`, `<a xmlns="u" xmlns="v"/>`,
	`<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>`, // one name twice
	`<a>&x;</a>`, `<a>&amp</a>`, `<a>&</a>`, `<a>& amp;</a>`, `<a>&#0;</a>`, `<a>&#x;</a>`, `<a>&#;</a>`, `<a>&#xD800;</a>`, `<a>&#xFFFE;</a>`,
	`<a>&#x110000;</a>`, `<a>&#1;</a>`, `<a>&#12a;</a>`, `<a>&#xG;</a>`, `<a>&#X41;</a>`, `<a>&AMP;</a>`, `<a b="&x;"/>`,
	`<a>]]></a>`, `<a>x<![CDATA[</a>`, `<a>x`, `<a><!-- -- --></a>`, `<a><!-- --->`, `<a><!--`, `<a><?`, `<a><?xml version="1.0"?></a>`, `<a><?p`, `<a><?p:q?></a>`, `<a><?px`,
	` <?xml version="1.0"?><a/>`, `<?xml?><a/>`, `<?xml version="1.1"?><a/>`, `<?xml encoding="UTF-8"?><a/>`, `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`,
	`<?xml version="1.0"encoding="UTF-8"?><a/>`, `<?xml version="1.0" standalone="maybe"?><a/>`, `<?xml version="1.0" x="y"?><a/>`, `<?xml version=1.0?><a/>`, `<?xml version="1.0"`,
	`<!DOCTYPE a><a/>`, `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`, `<a><!ELEMENT b></a>`, `<a><!x></a>`,
	"<a>\x00</a>", "<a>\x01</a>", "<a>\x0c</a>", "<a>\xff</a>", "<a>\xc0\xaf</a>", "<a>\xed\xa0\x80</a>", "<a>\ufffe</a>", "<a>\uffff</a>",
	"\xff\xfe<\x00a\x00/\x00>\x00", "\xfe\xff\x00<\x00a\x00/\x00>", "\ufeff\ufeff<a/>",
}

func TestMalformed(t *testing.T) {
	for _, src := range malformed {
		_, err := tokens(src, xmlpull.Limits{})
		var syntax *xmlpull.SyntaxError
		require.ErrorAs(t, err, &syntax, "%q", src)
		require.LessOrEqual(t, syntax.Offset, len(src))
	}
}

func TestErrorsStay(t *testing.T) {
	r := xmlpull.New([]byte(`<a>&x;</a>`), xmlpull.Limits{})
	_, err := r.Next()
	require.NoError(t, err)
	_, first := r.Next()
	_, second := r.Next()
	require.Error(t, first)
	require.Equal(t, first, second)
	require.Equal(t, "xml: reference at byte 3", first.Error())
}

func TestLimits(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	wide := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d=''", i)
		}
		return "<a" + b.String() + "/>"
	}
	for _, c := range []struct {
		name     string
		limits   xmlpull.Limits
		ok, over string
	}{
		{"depth", xmlpull.Limits{}, deep(16), deep(17)},
		{"attributes", xmlpull.Limits{}, wide(32), wide(33)},
		{"declarations", xmlpull.Limits{Attributes: 1}, `<a xmlns="u"/>`, `<a xmlns="u" b=""/>`},
		{"name", xmlpull.Limits{}, "<" + strings.Repeat("a", 256) + "/>", "<" + strings.Repeat("a", 257) + "/>"},
		{"nodes", xmlpull.Limits{Nodes: 5}, `<a b=''><!----><?x?><![CDATA[]]></a>`, `<a b=''><!----><?x?><![CDATA[]]><b/></a>`},
		{"nodes, attributes", xmlpull.Limits{Nodes: 5}, `<a><b/><b/><b c=''/></a>`, `<a><b/><b/><b c='' d=''/></a>`},
		{"namespaces", xmlpull.Limits{Namespaces: 2}, `<a xmlns="u"><b xmlns="v"/><b xmlns:c="v"/></a>`, `<a xmlns="u"><b xmlns="v"><b xmlns:c="v"/></b></a>`},
		{"a namespace", xmlpull.Limits{Name: 7}, `<a xmlns="1234567"/>`, `<a xmlns="12345678"/>`},
		{"total", xmlpull.Limits{Total: 10}, "<a>456</a>", "<a>4567</a>"},
		{"text", xmlpull.Limits{Text: 3}, "<a>456</a>", "<a>4567</a>"},
		{"text in pieces", xmlpull.Limits{Text: 3}, "<a>4<![CDATA[5]]>6</a>", "<a>4<![CDATA[56]]>7</a>"},
		{"attribute", xmlpull.Limits{Text: 3}, "<a b='456'/>", "<a b='4567'/>"},
	} {
		_, err := tokens(c.ok, c.limits)
		require.NoError(t, err, c.name)
		_, err = tokens(c.over, c.limits)
		require.Error(t, err, c.name)
	}
	_, err := tokens(strings.Repeat("<a>", 200_000), xmlpull.Limits{})
	require.ErrorContains(t, err, "nested too deeply")
}

// TestPiecesAreJoinedInLinearTime: a megabyte of one-letter pieces is 65 000 joints; put
// together anew each time they would be gigabytes.
func TestPiecesAreJoinedInLinearTime(t *testing.T) {
	const pieces = 65_000
	limits := xmlpull.Limits{Nodes: pieces + 1}
	src := "<a>" + strings.Repeat("x<![CDATA[y]]>", pieces) + "</a>"
	require.Less(t, testing.AllocsPerRun(1, func() {
		got, err := tokens(src, limits)
		require.NoError(t, err)
		require.Len(t, got[1], 2*pieces+2)
	}), float64(1000))
}

func TestNoAllocationPerToken(t *testing.T) {
	src := []byte(`<p:a xmlns:p="u">` + strings.Repeat(`<b c="1">x&amp;y</b>`, 100) + `</p:a>`)
	read := func(n int) float64 {
		cut := append(append([]byte(nil), src[:17+n*20]...), "</p:a>"...)
		return testing.AllocsPerRun(10, func() {
			r := xmlpull.New(cut, xmlpull.Limits{})
			for {
				kind, err := r.Next()
				if err != nil {
					t.Fatal(err)
				}
				if kind == xmlpull.EOF {
					return
				}
			}
		})
	}
	require.Equal(t, int(read(1)), int(read(100)), "more tokens, no more allocations")
}

// flat is what both readers must agree on: names, attributes, and the text between
// two tags.
type flat struct {
	lines []string
	text  strings.Builder
}

// tag ends a text. encoding/xml does not make blanks of other white space in
// attributes, as XML 1.0 §3.3.3 wants; so it does not count here.
func (f *flat) tag(line string) {
	f.lines = append(f.lines, f.text.String(), blank.Replace(line))
	f.text.Reset()
}

var blank = strings.NewReplacer("\n", " ", "\t", " ", "\r", " ")

func ours(src string) (*flat, error) {
	f, r := &flat{}, xmlpull.New([]byte(src), xmlpull.Limits{})
	for {
		kind, err := r.Next()
		if err != nil {
			return nil, err
		}
		switch kind {
		case xmlpull.Start:
			var line strings.Builder
			fmt.Fprintf(&line, "<%s|%s", r.Space(), r.Local())
			for _, a := range r.Attrs() {
				fmt.Fprintf(&line, " %s|%s='%s'", a.Space, a.Local, a.Value)
			}
			f.tag(line.String())
		case xmlpull.End:
			f.tag(">")
		case xmlpull.Text:
			f.text.Write(r.Text())
		case xmlpull.EOF:
			return f, nil
		case xmlpull.Comment, xmlpull.Instruction:
		}
	}
}

// theirs reads with encoding/xml.
func theirs(src string) (*flat, error) {
	f, dec, depth := &flat{}, xml.NewDecoder(strings.NewReader(src)), 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return nil, err
		}
		switch v := token.(type) {
		case xml.StartElement:
			depth++
			var line strings.Builder
			fmt.Fprintf(&line, "<%s|%s", v.Name.Space, v.Name.Local)
			for _, a := range v.Attr {
				if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
					continue
				}
				fmt.Fprintf(&line, " %s|%s='%s'", a.Name.Space, a.Name.Local, a.Value)
			}
			f.tag(line.String())
		case xml.EndElement:
			depth--
			f.tag(">")
		case xml.CharData:
			if depth > 0 {
				f.text.Write(v)
			}
		}
	}
}

// FuzzReader: what this reader takes, encoding/xml takes, and reads the same in it.
func FuzzReader(f *testing.F) {
	for _, s := range malformed {
		f.Add(s)
	}
	for _, s := range []string{
		`<?xml version="1.0" encoding="UTF-8"?><p:a xmlns:p="u" b="1&#10;"><b>x&amp;<![CDATA[y]]><!--z--></b></p:a>`,
		`<?xml version="1.0" standalone="yes"?><r xmlns:q="urn:a&#47;"><x>&lt;BBBBBB</x><q:e/></r>`,
		`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		a, err := ours(src)
		if err != nil {
			return
		}
		b, err := theirs(src)
		if err != nil && strings.Contains(err.Error(), "invalid XML name") {
			return // it has the tables of an older edition
		}
		require.NoError(t, err, "%q", src)
		require.Equal(t, b.lines, a.lines, "%q", src)
	})
}

// TestXmllintAgrees asks libxml2 about every document of these tests: what this reader
// takes, it must take; what is malformed for this reader and not for libxml2 is listed.
func TestXmllintAgrees(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("skipped: xmllint is not installed (Debian: libxml2-utils)")
	}
	stricter := map[string]bool{ // this reader's own refusals
		`<!DOCTYPE a><a/>`: true, `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`: true,
		`<?xml version="1.0" encoding="ISO-8859-1"?><a/>`: true, "\xff\xfe<\x00a\x00/\x00>\x00": true, "\xfe\xff\x00<\x00a\x00/\x00>": true,
		`<?xml version="1.1"?><a/>`: true, "\ufeff\ufeff<a/>": true,
		// errors of namespaces, which libxml2 reports and tolerates
		`<a:b:c xmlns:a="u"/>`: true, `<a b:c="1"/>`: true, `<p:a/>`: true, `<a:/>`: true, `<:a/>`: true, `<a><?p:q?></a>`: true,
		`<a xmlns:p=""/>`: true, `<a xmlns:xmlns="u"/>`: true, `<a xmlns:p="http://www.w3.org/2000/xmlns/"/>`: true, `<a xmlns:xml="u"/>`: true,
		`<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>`: true, `<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>`: true,
	}
	dir := t.TempDir()
	good := []string{
		`<a/>`, "\ufeff<?xml version=\"1.0\"?><a/>", `<a>1<![CDATA[<2>&amp;]]>3</a>`, `<a b='1&#10;'/>`, `<è·1/>`, "<a>\u200c</a>", `<a>&#x10FFFF;</a>`,
		`<p:a xmlns:p="u"><p:b xmlns:p="v" p:c="1" c="2"/></p:a>`, `<!--x--><?p i?><a/><?q?>`,
	}
	for i, src := range append(append([]string(nil), good...), malformed...) {
		_, err := tokens(src, xmlpull.Limits{})
		file := filepath.Join(dir, "doc.xml")
		require.NoError(t, os.WriteFile(file, []byte(src), 0o600))
		out, lintErr := exec.CommandContext(t.Context(), xmllint, "--noout", "--nonet", file).CombinedOutput()
		switch {
		case i < len(good):
			require.NoError(t, err, src)
			require.NoError(t, lintErr, "%q: %s", src, out)
		case !stricter[src]:
			require.Error(t, lintErr, "%q", src)
		}
	}
}

func BenchmarkReader(b *testing.B) {
	src := []byte(`<p:a xmlns:p="u">` + strings.Repeat(`<b>some text of a field</b>`, 60) + `</p:a>`)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		r := xmlpull.New(src, xmlpull.Limits{})
		for kind := xmlpull.Start; kind != xmlpull.EOF; {
			var err error
			if kind, err = r.Next(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkEncodingXML reads the same document with the standard library.
func BenchmarkEncodingXML(b *testing.B) {
	src := `<p:a xmlns:p="u">` + strings.Repeat(`<b>some text of a field</b>`, 60) + `</p:a>`
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		dec := xml.NewDecoder(strings.NewReader(src))
		for {
			if _, err := dec.RawToken(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}
