// Package qr writes QR codes (ISO/IEC 18004) as documents need them: model 2, error
// correction level M, versions 1 to 11, the whole text in alphanumeric mode if it can be
// so, else in byte mode (UTF-8).
//
// With at most 61 modules a row is one word of 64 bits, and the rules that choose the
// mask are a few operations on words.
package qr

import (
	"errors"
	"strings"
)

// ErrTooLong says that a text does not fit into the version.
var ErrTooLong = errors.New("qr: the text is too long")

// The versions that are written.
const (
	minVersion = 1
	maxVersion = 11
)

// blocks of level M: check codewords of each block, blocks of the first kind, data
// codewords of each of them, blocks with one data codeword more (table 9).
var blocks = [maxVersion + 1]struct{ check, short, data, long int }{
	{},
	{10, 1, 16, 0},
	{16, 1, 28, 0},
	{26, 1, 44, 0},
	{18, 2, 32, 0},
	{24, 2, 43, 0},
	{16, 4, 27, 0},
	{18, 4, 31, 0},
	{22, 2, 38, 2},
	{22, 3, 36, 2},
	{26, 4, 43, 1},
	{30, 1, 50, 4},
}

// aligned are the centres of the alignment patterns, in both directions (annex E).
var aligned = [maxVersion + 1][]int{
	2: {6, 18}, 3: {6, 22}, 4: {6, 26}, 5: {6, 30}, 6: {6, 34}, 7: {6, 22, 38}, 8: {6, 24, 42}, 9: {6, 26, 46}, 10: {6, 28, 50}, 11: {6, 30, 54},
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

func capacity(version int) int {
	b := blocks[version]
	return b.short*b.data + b.long*(b.data+1)
}

// Encode returns the modules of the code of text, row by row, the leftmost module the
// highest of the lowest len(rows) bits, dark ones set; without the quiet zone of four
// modules. version 0 takes the smallest that holds it. Its error is [ErrTooLong].
func Encode(text string, version int) ([]uint64, error) {
	mode, bits := 4, 8*len(text)
	if strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune(alphanumeric, r) }) < 0 {
		mode, bits = 2, 11*(len(text)/2)+6*(len(text)%2)
	}
	first, last := version, version
	if version == 0 {
		first, last = minVersion, maxVersion
	}
	for v := max(first, minVersion); v <= min(last, maxVersion); v++ {
		if 4+countBits(mode, v)+bits <= 8*capacity(v) {
			return draw(v, interleave(v, codewords(text, mode, v))), nil
		}
	}
	return nil, ErrTooLong
}

// countBits is the length of the count of characters (table 3).
func countBits(mode, version int) int {
	switch {
	case mode == 2 && version < 10:
		return 9
	case mode == 2:
		return 11
	case version < 10:
		return 8
	default:
		return 16
	}
}

// codewords writes text as data codewords, padded to the version's capacity.
func codewords(text string, mode, version int) []byte {
	w := bitWriter{b: make([]byte, 0, capacity(version))}
	w.put(mode, 4)
	w.put(len(text), countBits(mode, version))
	switch mode {
	case 4:
		for i := range len(text) {
			w.put(int(text[i]), 8)
		}
	default:
		for ; len(text) >= 2; text = text[2:] {
			w.put(45*strings.IndexByte(alphanumeric, text[0])+strings.IndexByte(alphanumeric, text[1]), 11)
		}
		if text != "" {
			w.put(strings.IndexByte(alphanumeric, text[0]), 6)
		}
	}
	w.put(0, min(4, 8*capacity(version)-8*len(w.b)-w.n))
	w.put(0, -w.n&7)
	for pad := byte(0xec); len(w.b) < capacity(version); pad ^= 0xec ^ 0x11 {
		w.b = append(w.b, pad)
	}
	return w.b
}

type bitWriter struct {
	b    []byte
	last uint32
	n    int // bits in last
}

func (w *bitWriter) put(v, bits int) {
	w.last = w.last<<bits | uint32(v)
	for w.n += bits; w.n >= 8; w.n -= 8 {
		w.b = append(w.b, byte(w.last>>(w.n-8)))
	}
}

// interleave cuts data into blocks, adds their check codewords and writes the first
// codeword of each block, then the second, and so on.
func interleave(version int, data []byte) []byte {
	b := blocks[version]
	n := b.short + b.long
	out := make([]byte, 0, len(data)+n*b.check)
	generator := generator(b.check)
	parts, checks := make([][]byte, n), make([][]byte, n)
	for i := range n {
		size := b.data
		if i >= b.short {
			size++
		}
		parts[i], data = data[:size], data[size:]
		checks[i] = remainder(parts[i], generator)
	}
	for at := range b.data + 1 {
		for _, p := range parts {
			if at < len(p) {
				out = append(out, p[at])
			}
		}
	}
	for at := range b.check {
		for _, c := range checks {
			out = append(out, c[at])
		}
	}
	return out
}

// multiply is that of the field of 256 elements with the polynomial 0x11d.
func multiply(a, b byte) (p byte) {
	for ; b != 0; b >>= 1 {
		if b&1 != 0 {
			p ^= a
		}
		if a&0x80 != 0 {
			a = a<<1 ^ 0x1d
		} else {
			a <<= 1
		}
	}
	return p
}

// generator returns the polynomial of n check codewords, without its first coefficient.
func generator(n int) []byte {
	g := make([]byte, n)
	g[n-1] = 1
	root := byte(1)
	for range n {
		for i := range g {
			g[i] = multiply(g[i], root)
			if i+1 < n {
				g[i] ^= g[i+1]
			}
		}
		root = multiply(root, 2)
	}
	return g
}

// remainder returns the check codewords of data.
func remainder(data, generator []byte) []byte {
	n := len(generator)
	r := make([]byte, n)
	var powers [256][]byte // rows of the table that this block needs
	rows := make([]byte, 0, 256*n)
	for _, d := range data {
		f := d ^ r[0]
		copy(r, r[1:])
		r[n-1] = 0
		if f == 0 {
			continue
		}
		if powers[f] == nil {
			from := len(rows)
			for _, g := range generator {
				rows = append(rows, multiply(g, f))
			}
			powers[f] = rows[from:]
		}
		for i, v := range powers[f] {
			r[i] ^= v
		}
	}
	return r
}
