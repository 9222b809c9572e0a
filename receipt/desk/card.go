package desk

import (
	"strings"
	"unicode"

	"github.com/pagonline/pagonline/payment/notice"
)

// A card number has 13 to 19 digits (ISO/IEC 7812-1), the last of which is that of Luhn.
const minCard, maxCard = 13, 19

// HasCardNumber reports whether a text holds what may be the number of a payment card:
// 13 to 19 digits of any script that pass the check of Luhn, in one piece or in pieces
// with blanks or hyphens between. It begins and ends where a piece does. One number in
// ten that is none passes the check too.
func HasCardNumber(s string) bool { return hasCardBut(s, "") }

// hasCardBut is [HasCardNumber] for a text in which one number is known to be none.
func hasCardBut(s, known string) bool {
	var pieces []string
	var piece []byte
	next := func() {
		if len(piece) > 0 {
			pieces, piece = append(pieces, string(piece)), nil
		}
	}
	for _, r := range s {
		v, isDigit := digit(r)
		switch {
		case isDigit:
			piece = append(piece, '0'+v)
		case unicode.Is(unicode.Cf, r): // soft hyphens and the like: nobody sees them
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), r == '\u2212':
			next()
		default:
			next()
			if hasCard(pieces, known) {
				return true
			}
			pieces = pieces[:0]
		}
	}
	next()
	return hasCard(pieces, known)
}

// hasCard reports whether neighbouring pieces make up a card number, and not the known
// one or a part of it.
func hasCard(pieces []string, known string) bool {
	found := false
	for i := range pieces {
		joined := ""
		for j := i; j < len(pieces) && len(joined)+len(pieces[j]) <= maxCard; j++ {
			joined += pieces[j]
			if joined == known {
				return hasCard(pieces[:i], known) || hasCard(pieces[j+1:], known)
			}
			found = found || len(joined) >= minCard && luhn(joined)
		}
	}
	return found
}

// luhn reports whether the last digit is right (ISO/IEC 7812-1, annex B).
func luhn(digits string) bool {
	sum := 0
	for i := range digits {
		v := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// digit returns the value of a decimal digit of any script.
func digit(r rune) (byte, bool) {
	if '0' <= r && r <= '9' {
		return byte(r - '0'), true
	}
	if r < 0x80 || !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	value := byte(0) // the ten digits of a script stand in a row, and blocks of ten side by side
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			value = byte((r - rune(t.Lo)) % 10)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			value = byte((r - rune(t.Lo)) % 10)
		}
	}
	return value, true
}

// noticeIn returns the digits of a notice number, written with blanks or without, whose
// check digits hold; "" for what is none.
func noticeIn(s string) string {
	if len(s) > maxReference {
		return ""
	}
	number, err := notice.Parse(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		return ""
	}
	return number.String()
}
