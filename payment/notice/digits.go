package notice

import "strings"

// eight returns the value of eight ASCII digits, the first of them in the lowest
// byte, and whether they are digits. It works on all of them at once: pairs, then
// fours, then eight, each by one multiplication.
func eight(v uint64) (value uint64, ok bool) {
	const high = 0xF0F0F0F0F0F0F0F0
	const zero = 0x3030303030303030
	if v&high != zero || (v+0x0606060606060606)&high != zero {
		return 0, false
	}
	v -= zero
	v = v*10 + v>>8
	v = (v&0x000000FF000000FF*(100+1_000_000<<32) + v>>16&0x000000FF000000FF*(1+10_000<<32)) >> 32
	return v, true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// allDigits reports whether s holds ASCII digits only; "" does.
func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// pair returns the value of two digits.
func pair(tens, ones byte) uint64 { return uint64(tens-'0')*10 + uint64(ones-'0') }

// put8 writes the eight digits of v, put2 its last two.
func put8(b []byte, v uint64) {
	put2(b[6:8], v%100)
	put2(b[4:6], v/100%100)
	put2(b[2:4], v/10_000%100)
	put2(b[0:2], v/1_000_000)
}

func put2(b []byte, v uint64) {
	_ = b[1]
	b[0], b[1] = byte('0'+v/10%10), byte('0'+v%10)
}

// grouped sets a blank after every four characters.
func grouped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i += 4 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s[i:min(i+4, len(s))])
	}
	return b.String()
}
