package quote

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
)

// URL returns the link that opens the quote: the text of its QR code. Base is the
// portal's address, as in "https://pagamenti.example.org"; after it come /q, the
// institute, the protocol and the code, as in "/q?i=AS-LI&p=345/2024&c=CDF23456GH".
// Who has the link holds the quote.
//
// Its error has [pagonline.CodeInputSyntax] and the field "base" for a base that is no
// https address of at most 512 characters, without user, query and fragment; plain http
// is taken on the machine itself (localhost, 127.0.0.1, ::1).
func (q Quote) URL(base string) (string, error) {
	if !isBase(base) {
		return "", syntax("non è un indirizzo https", "not an https address").At("base")
	}
	b := append([]byte(strings.TrimRight(base, "/")), urlPath...)
	for i, part := range []string{"?i=", q.Institute, "&p=", q.Protocol.String(), "&c=", q.Code.String()} {
		if i%2 == 0 {
			b = append(b, part...)
		} else {
			b = appendQuery(b, part)
		}
	}
	return string(b), nil
}

// isBase reports whether links may begin with base.
func isBase(base string) bool {
	u, err := url.Parse(base)
	if err != nil || len(base) > maxBase || u.Hostname() == "" || u.User != nil || strings.ContainsAny(base, "?#") ||
		strings.ContainsFunc(base, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return false
	}
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "::1":
		return u.Scheme == "https" || u.Scheme == "http"
	default:
		return u.Scheme == "https"
	}
}

const (
	urlPath   = "/q"
	maxURL    = 2048
	maxBase   = 512
	maxOffice = 35 // bytes of the longest code of an institute
)

// appendQuery appends s as a value of a query. It leaves what a query may hold (RFC
// 3986 3.4), so that the picture stays small.
func appendQuery(b []byte, s string) []byte {
	const plain = "-._~/:,()!*'@?"
	const hex = "0123456789ABCDEF"
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(plain, c) >= 0:
			b = append(b, c)
		case c == ' ':
			b = append(b, '+')
		default:
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return b
}

// ParseURL reads the link of a quote, whatever its base. What it returns names no
// owner. Its error has [pagonline.CodeCodeUnreadable]. That the link has the right form
// does not mean that there is such a quote: [Register.Open] knows.
func ParseURL(link string) (Access, error) {
	if len(link) > maxURL {
		return Access{}, unreadable("troppo lungo", "too long")
	}
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || !strings.HasSuffix(u.Path, urlPath) {
		return Access{}, unreadable("non è il collegamento di un preventivo", "not the link of a quote")
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(values["i"]) != 1 || len(values["p"]) != 1 || len(values["c"]) != 1 {
		return Access{}, unreadable("collegamento incompleto", "the link is not complete")
	}
	a := Access{Institute: values.Get("i")}
	if !isOffice(a.Institute) {
		return Access{}, unreadable("codice dell'istituto", "code of the institute")
	}
	if a.Protocol, err = causale.ParseProtocol(values.Get("p")); err != nil || a.Protocol.IsZero() {
		return Access{}, unreadable("protocollo", "protocol")
	}
	code, err := ParseCode(values.Get("c"))
	if err != nil {
		return Access{}, unreadable("codice del preventivo", "code of the quote")
	}
	a.Code = code.String()
	return a, nil
}

func unreadable(it, en string) error {
	return pagonline.NewError(pagonline.CodeCodeUnreadable, pagonline.Text{It: it, En: en})
}

// isOffice reports whether s may be the code of an institute.
func isOffice(s string) bool {
	return s != "" && len(s) <= maxOffice && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
