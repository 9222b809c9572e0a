package receipt

import (
	"crypto/sha256"
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// word writes an identifier in at most room characters, 16 at least.
func word(s string, room int) string {
	text := strings.ToUpper(s)
	if text == s && strings.ToLower(s) != s {
		text = "+" + s
	}
	if read, ok := readWord(text); ok && read == s && s[0] != '%' && len(text) <= room {
		return text
	}
	sum := sha256.Sum256([]byte(s))
	return string(append41([]byte{'%'}, sum[:10]))
}

// readWord is the inverse of word; a hash stays what it is.
func readWord(text string) (s string, ok bool) {
	if text == "" {
		return "", false
	}
	if text[0] == '%' {
		var hash [10]byte
		return text, decode41(hash[:], text[1:])
	}
	s, capitals := strings.CutPrefix(text, "+")
	letters := false
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z':
			letters = true
		case '0' <= c && c <= '9', c == '-', c == '.', c == ':':
		default:
			return "", false
		}
	}
	if capitals {
		return s, letters
	}
	return strings.ToLower(s), true
}

// protocolText writes number and year of a protocol, "" if they do not say all of it or
// find no room.
func protocolText(p causale.Protocol, room int) string {
	text := strings.TrimLeft(p.Number(), "0")
	if p.Year() != 0 {
		text += payloadProtocol + strconv.Itoa(p.Year())
	}
	read, ok := readProtocol(text)
	if !ok || len(text) > room || !read.Equal(p) || read.Year() != p.Year() {
		return ""
	}
	return text
}

func readProtocol(text string) (causale.Protocol, bool) {
	if text == "" {
		return causale.Protocol{}, true
	}
	number, year, dated := strings.Cut(text, payloadProtocol)
	if !isNumber(number) || dated && !isNumber(year) {
		return causale.Protocol{}, false
	}
	p, err := causale.ParseProtocol(strings.Replace(text, payloadProtocol, "/", 1))
	return p, err == nil
}

// isNumber reports whether s is a number without leading zeros.
func isNumber(s string) bool {
	return s != "" && s[0] != '0' && isDigits(s)
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func isFiscalCode(s string) bool { return len(s) == 11 && isDigits(s) }

func isKeyID(s string) bool {
	return len(s) == keyIDLength && strings.Trim(s, alphabet32) == ""
}

func readCents(s string) (euro.Amount, bool) {
	if s != "0" && !isNumber(s) || len(s) > longestCents {
		return euro.Amount{}, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return euro.Amount{}, false
	}
	a, err := euro.Cents(n)
	return a, err == nil
}

func readDay(s string) (pagonline.Date, bool) {
	if len(s) != len("yyyymmdd") || !isDigits(s) {
		return pagonline.Date{}, false
	}
	d, err := pagonline.ParseDate(s[:4] + "-" + s[4:6] + "-" + s[6:])
	return d, err == nil
}
