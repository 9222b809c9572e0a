package identity

import (
	"strings"

	"github.com/pagonline/pagonline"
)

// CanonicalEmail returns the address as accounts and contacts keep it: trimmed, in lower
// case. Dots and what follows a plus are left as they are: only the person's own
// mailbox knows what they mean.
//
// An address is ASCII, so that every mail server takes it and one mailbox has one
// spelling: words of letters, digits and !#$%&'*+-/=?^_`{|}~ with one dot between (RFC
// 5321 section 4.1.2), an @, a domain of two labels or more. Who takes what people type
// turns the domains of other scripts into ASCII ("xn--…") first, as the package local
// does: the tables for it are no part of this package.
//
// Its error has [pagonline.CodeEmail] for what is no address, or has more than 254
// characters, 64 of them before the @.
func CanonicalEmail(s string) (string, error) {
	s = strings.TrimSpace(s)
	ascii := !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
	s = strings.ToLower(s) // after it: other scripts have letters that become ASCII
	local, domain, _ := strings.Cut(s, "@")
	if !ascii || len(s) > 254 || len(local) > 64 || !validLocal(local) || !validDomain(domain) {
		return "", pagonline.NewError(pagonline.CodeEmail).At("email")
	}
	return s, nil
}

func validLocal(s string) bool {
	for word := range strings.SplitSeq(s, ".") {
		if word == "" || strings.ContainsFunc(word, func(r rune) bool {
			return !letterOrDigit(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
		}) {
			return false
		}
	}
	return true
}

func validDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool { return r != '-' && !letterOrDigit(r) }) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return len(labels) > 1 && strings.Trim(last, "0123456789") != "" // 127.0.0.1 is no domain
}

func letterOrDigit(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' }
