// Package datamatrix writes the one DataMatrix symbol that postal slips carry: ECC 200,
// 48 by 48 modules, 174 data codewords in one block (ISO/IEC 16022).
//
// The text is ASCII. It is written in the encodations ASCII and C40, changed where that
// takes fewest codewords.
package datamatrix

import "errors"

// Size is the number of modules of a side, the frame included.
const Size = 48

// What the symbol holds (table 7): four regions of 22 by 22 modules.
const (
	dataWords  = 174
	checkWords = 68
	region     = 22
	mapping    = 2 * region
)

// ErrTooLong says that a text takes more than 174 codewords, or is not ASCII.
var ErrTooLong = errors.New("datamatrix: the text does not fit 48 by 48 modules")

// Encode returns the modules of the symbol of text, row by row, the leftmost module
// the highest of the lowest 48 bits, dark ones set; without the quiet zone of one
// module. Its error is [ErrTooLong].
func Encode(text string) ([]uint64, error) {
	words, ok := codewords(text)
	if !ok {
		return nil, ErrTooLong
	}
	words = append(words, check(words)...)
	return frame(place(words)), nil
}

// check returns the codewords of Reed-Solomon over the field with the polynomial 0x12d.
func check(data []byte) []byte {
	var exp [510]byte
	var log [256]int
	for i, v := 0, 1; i < 255; i++ {
		exp[i], exp[i+255], log[v] = byte(v), byte(v), i
		if v <<= 1; v > 255 {
			v ^= 0x12d
		}
	}
	var g [checkWords]byte // without its first coefficient, highest first
	g[checkWords-1] = 1
	for root := 1; root <= checkWords; root++ {
		for i := range g {
			if g[i] != 0 {
				g[i] = exp[log[g[i]]+root]
			}
			if i < checkWords-1 {
				g[i] ^= g[i+1] //nolint:gosec // not the last
			}
		}
	}
	r := make([]byte, checkWords)
	for _, d := range data {
		f := d ^ r[0]
		copy(r, r[1:])
		r[checkWords-1] = 0
		if f == 0 {
			continue
		}
		for i, c := range g {
			if c != 0 {
				r[i] ^= exp[log[c]+log[f]]
			}
		}
	}
	return r
}

// frame puts the mapping matrix into the four regions, each with its solid and its
// dotted edge.
func frame(dark *[mapping][mapping]bool) []uint64 {
	rows := make([]uint64, Size)
	set := func(x, y int) { rows[y] |= 1 << (Size - 1 - x) }
	for y := range mapping {
		for x := range mapping {
			if dark[y][x] {
				set(x+1+2*(x/region), y+1+2*(y/region))
			}
		}
	}
	const half = region + 2
	for i := range Size {
		for _, edge := range [2]int{0, half} {
			set(edge, i)        // solid, left
			set(i, edge+half-1) // solid, below
			if i%2 == 0 {
				set(i, edge) // dotted, above
			} else {
				set(edge+half-1, i) // dotted, right
			}
		}
	}
	return rows
}
