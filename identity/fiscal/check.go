package fiscal

import "strings"

// pattern is the form of a person's code: A a letter, 9 a digit or the letter that
// replaces it where two people would have the same code (omocodia), M a month.
const pattern = "AAAAAA99M99A999A"

const (
	// omocodia lists the letters that stand for the digits 0 to 9.
	omocodia = "LMNPQRSTUV"
	months   = "ABCDEHLMPRST"
)

// odd holds the values of the characters at the odd places (first, third, …), for
// the letters A to Z; the digits 0 to 9 have those of A to J. At the even places a
// character counts for its place in its alphabet. DM 23/12/1976, art. 6.
var odd = [26]int{
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
}

// personOK checks a code of 16 characters.
func personOK(s string) bool {
	sum := 0
	for i := range len(pattern) {
		c, ok := s[i], false
		switch pattern[i] {
		case 'A':
			ok = 'A' <= c && c <= 'Z'
		case '9':
			ok = '0' <= c && c <= '9' || strings.IndexByte(omocodia, c) >= 0
		case 'M':
			ok = strings.IndexByte(months, c) >= 0
		}
		if !ok {
			return false
		}
		if i < 15 {
			sum += value(c, i%2 == 0)
		}
	}
	return s[15] == byte('A'+sum%26) && dayOK(s)
}

func value(c byte, isOdd bool) int {
	v := int(c - 'A')
	if c <= '9' {
		v = int(c - '0')
	}
	if isOdd {
		return odd[v]
	}
	return v
}

// dayOK checks the day of birth, to which 40 is added for women. The longest form
// of the month counts: the century is not in the code, so 29 February may be right.
func dayOK(s string) bool {
	day := (digit(s[9])*10 + digit(s[10])) % 40
	if digit(s[9])*10+digit(s[10]) > 71 {
		return false
	}
	last := map[byte]int{'B': 29, 'D': 30, 'H': 30, 'P': 30, 'S': 30}[s[8]]
	if last == 0 {
		last = 31
	}
	return day >= 1 && day <= last
}

// digit returns the value of a digit, or of the letter that replaces it.
func digit(c byte) int {
	if i := strings.IndexByte(omocodia, c); i >= 0 {
		return i
	}
	return int(c - '0')
}

// digitsOK checks a code of 11 digits by its last one (Luhn's rule); eleven zeros
// satisfy it and are refused all the same.
func digitsOK(s string) bool {
	sum, zeros := 0, true
	for i := range len(s) {
		c := int(s[i]) - '0'
		if c < 0 || c > 9 {
			return false
		}
		zeros = zeros && c == 0
		if i%2 == 1 {
			if c *= 2; c > 9 {
				c -= 9
			}
		}
		sum += c
	}
	return sum%10 == 0 && !zeros
}
