package local

import (
	"strings"

	"golang.org/x/net/idna"

	"github.com/pagonline/pagonline/identity"
)

// canonical returns an address as it was typed in the form of [identity.CanonicalEmail].
// The domain may be in any script: it is written in ASCII as browsers do (UTS #46, not
// transitional), so that "exａmple.org", "bücher.example" composed or not, and
// "xn--bcher-kva.example" are one domain each. Before the @ there is ASCII only: few mail
// servers take more (RFC 6531), and the module's sender asks none for it.
func canonical(typed string) (string, error) {
	const most = 1024 // characters take more bytes than what they are mapped to
	typed = strings.TrimSpace(typed)
	mailbox, domain, _ := strings.Cut(typed, "@")
	foreign := strings.ContainsFunc(domain, func(r rune) bool { return r > '~' })
	if len(typed) <= most && (foreign || strings.Contains(strings.ToLower(domain), "xn--")) {
		ascii, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			ascii = ""
		}
		typed = mailbox + "@" + ascii // "" is no domain
	}
	return identity.CanonicalEmail(typed)
}
