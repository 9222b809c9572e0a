package identity

import (
	"strings"
	"unicode"

	"github.com/pagonline/pagonline"
)

// CanonicalEmail returns the address as accounts and contacts keep it: trimmed, in lower
// case. Dots and what follows a plus are left as they are: only the person's own
// mailbox knows what they mean.
//
// Its error has [pagonline.CodeEmail] for what is no address: 254 characters at most,
// one @, no blanks, quotes or control characters, a domain with a dot.
func CanonicalEmail(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	local, domain, found := strings.Cut(s, "@")
	bad := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || !unicode.IsPrint(r) || strings.ContainsRune(`"(),:;<>@[\]`, r)
	}
	if !found || len(s) > 254 || local == "" || len(local) > 64 ||
		strings.ContainsFunc(local, bad) || !validDomain(domain) {
		return "", pagonline.NewError(pagonline.CodeEmail).At("email")
	}
	return s, nil
}

// validDomain accepts letters of any script: mail programs write names in them, and the
// sender turns them into ASCII.
func validDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
				return false
			}
		}
	}
	return len(labels) > 1
}
