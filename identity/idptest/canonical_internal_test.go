package idptest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCanonical: hand-made documents, and what xmlsec1 would digest is what is written
// here (see TestSignaturesByXMLSec for whole answers).
func TestCanonical(t *testing.T) {
	for doc, want := range map[string]string{
		`<a/>`: `<a></a>`,
		`<a xmlns="urn:a" xmlns:b="urn:b" c="1"/>`:                                `<a xmlns="urn:a" c="1"></a>`,
		`<b:a xmlns:b="urn:b" b:z="2" a="1"><b:c xmlns:b="urn:b"/></b:a>`:         `<b:a xmlns:b="urn:b" a="1" b:z="2"><b:c></b:c></b:a>`,
		`<a xmlns="urn:a"><b xmlns=""/></a>`:                                      `<a xmlns="urn:a"><b xmlns=""></b></a>`,
		`<a xmlns:z="urn:a" xmlns:y="urn:b" z:a="1" y:b="2"/>`:                    `<a xmlns:y="urn:b" xmlns:z="urn:a" z:a="1" y:b="2"></a>`,
		"<a b='&lt;&amp;&quot;&#9;&#10;&#13;'>&lt;&gt;&amp;\"&#13;<!-- x --></a>": "<a b=\"&lt;&amp;&quot;&#x9;&#xA;&#xD;\">&lt;&gt;&amp;\"&#xD;</a>",
		`<a><![CDATA[<x>]]><?p i?></a>`:                                           `<a>&lt;x&gt;<?p i?></a>`,
		`<a xmlns:x="urn:1"><x:b/><c xmlns:x="urn:2"><x:b/></c></a>`:              `<a><x:b xmlns:x="urn:1"></x:b><c><x:b xmlns:x="urn:2"></x:b></c></a>`,
	} {
		e, err := parse([]byte(doc))
		require.NoError(t, err)
		require.Equal(t, want, string(canonical(e, nil)))
		if program, err := exec.LookPath("xmllint"); err == nil {
			file := filepath.Join(t.TempDir(), "doc.xml")
			require.NoError(t, os.WriteFile(file, []byte(doc), 0o600))
			out, err := exec.CommandContext(t.Context(), program, "--exc-c14n", file).Output()
			require.NoError(t, err)
			if !strings.Contains(doc, "<!--") { // xmllint keeps comments
				require.Equal(t, want, string(out))
			}
		}
	}
}

// FuzzCanonical: what is canonical stays as it is.
func FuzzCanonical(f *testing.F) {
	f.Add(`<a xmlns="urn:a" xmlns:b="urn:b" b:c="1" d="2">x<b:e/>&amp;</a>`)
	f.Add(`<b:a xmlns:b="urn:b"><c xmlns:b="urn:c" b:x=""/></b:a>`)
	f.Fuzz(func(t *testing.T, doc string) {
		e, err := parse([]byte(doc))
		if err != nil {
			return
		}
		once := canonical(e, nil)
		if e, err = parse(once); err != nil {
			return // what was not well-formed by the rules of namespaces need not be readable
		}
		if again := canonical(e, nil); string(again) != string(once) {
			t.Errorf("%q became %q and then %q", doc, once, again)
		}
	})
}
