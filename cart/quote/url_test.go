package quote_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// protocols are of every form that institutes were seen to use.
var protocols = []string{
	"345/2024", "prot. 4352/28.28.00-108 dell’11 novembre 2016", "prot. n. 3303 del 1 aprile 2016",
	"0001752 15/02/2017 Cl. 25.07.04/2", "(U).0050487.11-12-2019", "2/2025 del 20/02/2025",
	"MIC|MIC_AS-LI|11/03/2024|0000123-P", "più àèìòù È ß €", "a&b=c;d#e?f%g+h/i\\j\"k<l>m", "e\u0301 decomposto 文書", "100% n. 5",
}

// link is the link of a quote at a base that is right.
func link(t *testing.T, q quote.Quote, base string) string {
	t.Helper()
	link, err := q.URL(base)
	require.NoError(t, err, base)
	return link
}

// TestURLRefuses: a base that is no address of a portal.
func TestURLRefuses(t *testing.T) {
	for _, base := range []string{
		"", "/", "pagamenti.example.org", "//example.org", "javascript:alert(1)", "javascript://example.org/%0Aalert(1)", "data:text/html,x",
		"http://pagamenti.example.org", "http://127.0.0.1.example.org", "ftp://example.org", "https://", "https:example.org", "https://:443",
		"https://user@example.org", "https://example.org?x=1", "https://example.org?", "https://example.org#x", "https://example.org/ x",
		"https://example.org/\u202e", "https://example.org/\n", "https://example.org:x", "https://example.org/" + strings.Repeat("x", 512),
	} {
		link, err := storetest.Quote(345).URL(base)
		fails(t, err, pagonline.CodeInputSyntax, "base")
		require.Empty(t, link)
	}
}

// FuzzURL: whatever the base, the link opens the quote and nothing else, or there is none.
func FuzzURL(f *testing.F) {
	f.Add("https://example.org/x")
	f.Add("javascript:alert(1)")
	f.Fuzz(func(t *testing.T, base string) {
		q := storetest.Quote(345)
		link, err := q.URL(base)
		if err != nil {
			return
		}
		a, err := quote.ParseURL(link)
		require.NoError(t, err)
		require.Equal(t, access(q), a)
	})
}

func TestURL(t *testing.T) {
	q := storetest.Quote(345)
	require.Equal(t, "https://pagamenti.example.org/q?i=AS-LI&p=345/2024&c=CCCCCCC345", link(t, q, "https://pagamenti.example.org"))
	for _, base := range []string{"https://pagamenti.example.org", "https://example.org/a/b/", "HTTPS://EXAMPLE.ORG", "http://127.0.0.1:8080", "http://[::1]:80", "http://localhost"} {
		for _, s := range protocols {
			q.Protocol = causale.MustParseProtocol(s)
			link := link(t, q, base)
			require.NotContains(t, link, " ")
			a, err := quote.ParseURL(link)
			require.NoError(t, err, link)
			require.Equal(t, access(q), a)
			u, err := url.ParseRequestURI(link)
			require.NoError(t, err)
			require.Equal(t, q.Protocol.String(), u.Query().Get("p"), "any reader of links reads it")
		}
	}
}

// TestURLOpens: the link alone opens the quote.
func TestURLOpens(t *testing.T) {
	o := newOffice(&memory.Store{})
	for _, s := range protocols {
		q := o.issue(t, protocol(s))
		a, err := quote.ParseURL(link(t, q, "https://pagamenti.example.org"))
		require.NoError(t, err)
		opened, err := o.Open(t.Context(), a)
		require.NoError(t, err, s)
		require.Equal(t, q, opened)
	}
}

func TestParseURLRefuses(t *testing.T) {
	good := "https://example.org/q?i=AS-LI&p=345/2024&c=CCCCCCC345"
	_, err := quote.ParseURL(" " + good + "&utm=x\n")
	require.NoError(t, err)
	for _, link := range []string{
		"", "x", "https://example.org/q", "https://example.org/?i=AS-LI&p=345/2024&c=CCCCCCC345",
		"javascript:alert(1)//q?i=AS-LI&p=345/2024&c=CCCCCCC345", "/q?i=AS-LI&p=345/2024&c=CCCCCCC345",
		strings.Replace(good, "c=", "x=", 1), good + "&c=CCCCCCC346", good + "&i=AS-PI", good + "&p=346/2024",
		strings.Replace(good, "CCCCCCC345", "CCCCCCC34", 1), strings.Replace(good, "345/2024", "+", 1),
		strings.Replace(good, "345/2024", "a%0Ab", 1), strings.Replace(good, "345/2024", "%FF", 1),
		strings.Replace(good, "345/2024", strings.Repeat("1", 61), 1), strings.Replace(good, "AS-LI", "", 1),
		strings.Replace(good, "AS-LI", "AS%00LI", 1), strings.Replace(good, "AS-LI", strings.Repeat("A", 36), 1),
		good + "&x=%zz", good + strings.Repeat("x", 2048), "PAGOPA|002|301000000000000144|99999000013|1250",
	} {
		a, err := quote.ParseURL(link)
		fails(t, err, pagonline.CodeCodeUnreadable, "")
		require.Zero(t, a)
		require.NotContains(t, err.Error(), "CCCC")
	}
}

// FuzzParseURL: what is read makes a link that reads the same.
func FuzzParseURL(f *testing.F) {
	for _, s := range protocols {
		q := storetest.Quote(345)
		q.Protocol = causale.MustParseProtocol(s)
		link, _ := q.URL("https://example.org")
		f.Add(link)
	}
	f.Fuzz(func(t *testing.T, link string) {
		a, err := quote.ParseURL(link)
		if err != nil {
			require.Equal(t, pagonline.CodeCodeUnreadable, pagonline.CodeOf(err))
			return
		}
		code, err := quote.ParseCode(a.Code)
		require.NoError(t, err)
		q := quote.Quote{Institute: a.Institute, Protocol: a.Protocol, Code: code}
		made, err := q.URL("https://example.org/x/")
		require.NoError(t, err)
		again, err := quote.ParseURL(made)
		require.NoError(t, err)
		require.Equal(t, a, again)
	})
}

// FuzzIndexKey: protocols that are equal are found under one key.
func FuzzIndexKey(f *testing.F) {
	for _, s := range protocols {
		f.Add(s, strings.ToUpper(s))
	}
	f.Add("K", "\u212a")
	f.Add("000", "0")
	f.Fuzz(func(t *testing.T, s, u string) {
		p, err1 := causale.ParseProtocol(s)
		q, err2 := causale.ParseProtocol(u)
		if err1 == nil && err2 == nil && p.Equal(q) {
			require.Equal(t, quote.IndexKey(p), quote.IndexKey(q), "%q %q", s, u)
		}
	})
}
