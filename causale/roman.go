package causale

import "strings"

// romans are the roman numerals of the tens and the ones.
var romans = [2][9]string{
	{"X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"},
	{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"},
}

// roman returns the value of a roman numeral below 100, in capitals or not; 0 if s is
// none.
func roman(s string) int {
	if len(s) > len("LXXXVIII") {
		return 0
	}
	value, rest := 0, s
	for place, unit := range [...]int{10, 1} {
		for digit := 8; digit >= 0; digit-- {
			numeral := romans[place][digit]
			if len(rest) >= len(numeral) && strings.EqualFold(rest[:len(numeral)], numeral) {
				value, rest = value+(digit+1)*unit, rest[len(numeral):]
				break
			}
		}
	}
	if rest != "" {
		return 0
	}
	return value
}
