package login

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPath(t *testing.T) {
	for _, good := range []string{"/", "/me", "/cart?item=1&x=/y", "/a/b-c_d", "/caff%C3%A8", "/a?q=%22//"} {
		require.Equal(t, good, path(good, "other"))
	}
	for _, bad := range []string{
		"", "me", "//", "///", "//evil.example", `/\evil.example`, `\\evil.example`, "https://evil.example", "javascript:alert(1)",
		"/%2Fevil.example", "/%2f%2fevil.example", "/%5Cevil.example", "/%252Fevil.example", "/%25252Fevil.example", "/a//b", "/./../x",
		"/%2e%2e/x", "/a\r\nSet-Cookie: x=y", "/%0d%0aSet-Cookie:x", "/%250d%250ax", "/\tx", "/ x", "/#f", "/\x00", "/\u0085",
		"/%zz", "/" + strings.Repeat("x", maxPath),
	} {
		require.Equal(t, "other", path(bad, "other"), "%q", bad)
	}
}

// FuzzPath: where a browser is sent is a path of this site.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"/me", "//evil", `/\evil`, "/%2Fevil", "/a?b=c#d", "/%0d%0a", "/..//x"} {
		f.Add(s)
	}
	base, err := url.Parse("https://portal.example.org/spid/acs")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := path(s, "/")
		u, err := base.Parse(got)
		require.NoError(t, err)
		require.Equal(t, "https", u.Scheme)
		require.Equal(t, "portal.example.org", u.Host)
		require.True(t, strings.HasPrefix(got, "/") && !strings.HasPrefix(got, "//"))
		require.False(t, strings.ContainsAny(got, "\\\r\n\t "))
		require.Equal(t, got, path(got, "other"))
	})
}
