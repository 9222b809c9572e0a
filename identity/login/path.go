package login

import (
	"net/url"
	"regexp"
	"strings"
)

// maxPath bounds the path to return to.
const maxPath = 1024

var schemeName = regexp.MustCompile(`^[a-z][a-z0-9]{0,15}$`)

// path returns the path and query in s if a browser that is sent there stays on this
// site, whoever reads it on the way; otherwise it returns other.
func path(s, other string) string {
	if len(s) > maxPath || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") {
		return other
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || u.Fragment != "" {
		return other
	}
	// Some decode once more than they should.
	for read := u.Path; ; {
		if !plain(read) || strings.Contains(read, "//") || strings.Contains(read, "..") {
			return other
		}
		again, err := url.PathUnescape(read)
		if err != nil || again == read {
			break
		}
		read = again
	}
	if !plain(s) {
		return other
	}
	return s
}

// plain reports whether s has no backslash, no control character and no blank.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f && r <= 0xa0 || r == 0xfffd })
}
