package qr

import "math/bits"

// symbol is a code in the making: what is dark, and what is no data.
type symbol struct {
	n     int
	dark  []uint64
	fixed []uint64
}

func (s *symbol) bit(x int) uint64 { return 1 << (s.n - 1 - x) }

func (s *symbol) set(x, y int, dark bool) {
	s.fixed[y] |= s.bit(x)
	if dark {
		s.dark[y] |= s.bit(x)
	} else {
		s.dark[y] &^= s.bit(x)
	}
}

// draw places the function patterns and the codewords, and takes the mask with the
// lowest penalty.
func draw(version int, words []byte) []uint64 {
	n := 17 + 4*version
	room := make([]uint64, 4*n)
	s := symbol{n, room[:n], room[n : 2*n]}
	s.patterns(version)
	s.place(words)
	best, trial, least := room[2*n:3*n], room[3*n:], -1
	for mask := range 8 {
		m := symbol{n, trial, s.fixed}
		copy(trial, s.dark)
		for y := range n {
			trial[y] ^= maskRow(mask, y, n) &^ s.fixed[y]
		}
		m.format(mask)
		if p := m.penalty(); least < 0 || p < least {
			least = p
			best, trial = trial, best
		}
	}
	return best
}

// patterns draws finders, timing, alignment and the version; and keeps room for the format.
func (s *symbol) patterns(version int) {
	n := s.n
	for i := range n {
		s.set(6, i, i%2 == 0)
		s.set(i, 6, i%2 == 0)
	}
	for _, c := range [3][2]int{{3, 3}, {n - 4, 3}, {3, n - 4}} {
		s.rings(c[0], c[1], 4)
	}
	last := len(aligned[version]) - 1
	for i, x := range aligned[version] {
		for j, y := range aligned[version] {
			if finder := i == 0 && (j == 0 || j == last) || i == last && j == 0; !finder {
				s.rings(x, y, 2)
			}
		}
	}
	s.format(0)
	if version >= 7 {
		rest := version << 12
		for i := 17; i >= 12; i-- {
			if rest>>i&1 != 0 {
				rest ^= 0x1f25 << (i - 12)
			}
		}
		for i := range 18 {
			dark := (version<<12|rest)>>i&1 != 0
			s.set(n-11+i%3, i/3, dark)
			s.set(i/3, n-11+i%3, dark)
		}
	}
}

// rings draws a pattern of rings around x, y; radius 4 is a finder with its light edge.
func (s *symbol) rings(x, y, radius int) {
	for dy := -radius; dy <= radius; dy++ {
		for dx := -radius; dx <= radius; dx++ {
			if x+dx < 0 || y+dy < 0 || x+dx >= s.n || y+dy >= s.n {
				continue
			}
			ring := max(dx, -dx, dy, -dy)
			s.set(x+dx, y+dy, ring != 4 && (radius == 2 && ring != 1 || radius == 4 && ring != 2))
		}
	}
}

// format writes level M and the mask, twice (7.9).
func (s *symbol) format(mask int) {
	rest := mask << 10
	for i := 14; i >= 10; i-- {
		if rest>>i&1 != 0 {
			rest ^= 0x537 << (i - 10)
		}
	}
	word := (mask<<10 | rest) ^ 0x5412
	for i := range 15 {
		dark := word>>i&1 != 0
		switch {
		case i < 6:
			s.set(8, i, dark)
		case i < 8:
			s.set(8, i+1, dark)
		case i == 8:
			s.set(7, 8, dark)
		default:
			s.set(14-i, 8, dark)
		}
		if i < 8 {
			s.set(s.n-1-i, 8, dark)
		} else {
			s.set(8, s.n-15+i, dark)
		}
	}
	s.set(8, s.n-8, true)
}

// place writes the codewords in pairs of columns, from the right, up and down.
func (s *symbol) place(words []byte) {
	i, up := 0, true
	for right := s.n - 1; right > 0; right -= 2 {
		if right == 6 { // the timing column
			right--
		}
		for k := range s.n {
			y := k
			if up {
				y = s.n - 1 - k
			}
			for _, x := range [2]int{right, right - 1} {
				if s.fixed[y]&s.bit(x) != 0 {
					continue
				}
				if i < 8*len(words) && words[i/8]>>(7-i%8)&1 != 0 {
					s.dark[y] |= s.bit(x)
				}
				i++
			}
		}
		up = !up
	}
}

// maskRow returns the row y of a mask (table 10).
func maskRow(mask, y, n int) (row uint64) {
	for x := range 12 { // every mask repeats after 12 columns at most
		var v int
		switch mask {
		case 0:
			v = (x + y) % 2
		case 1:
			v = y % 2
		case 2:
			v = x % 3
		case 3:
			v = (x + y) % 3
		case 4:
			v = (y/2 + x/3) % 2
		case 5:
			v = x*y%2 + x*y%3
		case 6:
			v = (x*y%2 + x*y%3) % 2
		default:
			v = ((x+y)%2 + x*y%3) % 2
		}
		if v == 0 {
			row |= 1 << (11 - x)
		}
	}
	row |= row<<12 | row<<24 | row<<36 | row<<48
	return row>>(60-min(n, 60))<<(n-min(n, 60)) | tail(row, n)
}

// tail gives the one column beyond 60 of the widest code.
func tail(row uint64, n int) uint64 {
	if n > 60 {
		return row >> 59 & 1
	}
	return 0
}

// penalty counts what makes a code hard to read (table 11).
func (s *symbol) penalty() (sum int) {
	n, all := s.n, uint64(1)<<s.n-1
	columns := make([]uint64, n)
	dark := 0
	for y, row := range s.dark {
		dark += bits.OnesCount64(row)
		for rest := row; rest != 0; rest &= rest - 1 {
			columns[n-1-bits.TrailingZeros64(rest)] |= s.bit(y)
		}
		if y > 0 { // blocks of one colour
			above := s.dark[y-1]
			same := ^(row ^ above) & all
			wide := ^(row ^ row>>1) & (all >> 1)
			sum += 3 * bits.OnesCount64(same&(same>>1)&wide)
		}
	}
	for _, lines := range [2][]uint64{s.dark, columns} {
		for _, line := range lines {
			sum += runs(line, n) + 40*finders(line, n)
		}
	}
	return sum + 10*(max(20*dark-10*n*n, 10*n*n-20*dark)/(n*n))
}

// runs counts 3 for five modules of one colour in a line, and 1 for each that follows.
func runs(line uint64, n int) int {
	same := ^(line ^ line>>1) & (1<<(n-1) - 1) // as the one to its left
	four := same & (same >> 1) & (same >> 2) & (same >> 3)
	starts := four &^ (four << 1)
	return bits.OnesCount64(four) + 2*bits.OnesCount64(starts)
}

// finders counts what looks like a finder with four light modules on a side.
func finders(line uint64, n int) int {
	count := 0
	for _, pattern := range [2]uint64{0b10111010000, 0b00001011101} {
		hit := uint64(1)<<(n-10) - 1
		for i := range 11 {
			if pattern>>i&1 != 0 {
				hit &= line >> i
			} else {
				hit &= ^(line >> i)
			}
		}
		count += bits.OnesCount64(hit)
	}
	return count
}
