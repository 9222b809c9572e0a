package receipt

import "strings"

// alphabet41 are the characters of an alphanumeric QR code (ISO/IEC 18004, table 5)
// without those that get lost or change their meaning on the way: the blank at the end
// of a line, $ and * in a shell, / which stands between the fields of a payload. 41³ is
// more than 2¹⁶, so two bytes are three characters, as with all 45 (RFC 9285).
const alphabet41 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ%+-.:"

// append41 writes src, an even number of bytes, the lowest digit of each three first.
func append41(dst, src []byte) []byte {
	for i := 0; i+1 < len(src); i += 2 {
		n := int(src[i])<<8 | int(src[i+1])
		dst = append(dst, alphabet41[n%41], alphabet41[n/41%41], alphabet41[n/(41*41)])
	}
	return dst
}

// decode41 fills dst from s. Every text has one meaning and every meaning one text: what
// append41 does not write is refused.
func decode41(dst []byte, s string) bool {
	if len(s) != len(dst)/2*3 {
		return false
	}
	for i := 0; i < len(s); i += 3 {
		a, b, c := strings.IndexByte(alphabet41, s[i]), strings.IndexByte(alphabet41, s[i+1]), strings.IndexByte(alphabet41, s[i+2])
		n := a + 41*b + 41*41*c
		if a < 0 || b < 0 || c < 0 || n > 0xFFFF {
			return false
		}
		dst[i/3*2], dst[i/3*2+1] = byte(n>>8), byte(n)
	}
	return true
}
