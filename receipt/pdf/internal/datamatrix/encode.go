package datamatrix

// The encodations' states: ASCII, and C40 with none, one or two values open.
const (
	ascii = iota
	c40
	c40One
	c40Two
	states
)

// Codewords that change the encodation or fill up.
const (
	toC40   = 230
	toASCII = 254
	padding = 129
)

// step is the cheapest way to a state: where it came from, and how many characters it
// took in.
type step struct {
	cost int // in thirds of a codeword
	from int8
	took int8
}

const unreachable = 1 << 20

// codewords writes text in as few codewords as the two encodations allow, filled up to
// what the symbol holds.
func codewords(text string) ([]byte, bool) {
	if len(text) > 3*dataWords {
		return nil, false
	}
	for i := range len(text) {
		if text[i] > 127 {
			return nil, false
		}
	}
	plan, ok := search(text)
	if !ok {
		return nil, false
	}
	words := write(text, plan)
	if len(words) > dataWords {
		return nil, false
	}
	for first := true; len(words) < dataWords; first = false {
		if first {
			words = append(words, padding)
			continue
		}
		v := padding + 149*(len(words)+1)%253 + 1 // scrambled by its place
		if v > 254 {
			v -= 254
		}
		words = append(words, byte(v))
	}
	return words, true
}

// search finds the cheapest way: for each character, the encodation it is written in.
// C40 is left with no value open only.
func search(text string) ([]int8, bool) {
	n := len(text)
	best := make([][states]step, n+1)
	for i := range best {
		for s := range best[i] {
			best[i][s].cost = unreachable
		}
	}
	best[0][ascii].cost = 0
	relax := func(at, to int, s step) {
		if s.cost < best[at][to].cost {
			best[at][to] = s
		}
	}
	for i := range n + 1 {
		// Between encodations: latch and unlatch take a codeword each.
		relax(i, c40, step{best[i][ascii].cost + 3, ascii, 0})
		relax(i, ascii, step{best[i][c40].cost + 3, c40, 0})
		if i == n {
			break
		}
		if from := best[i][ascii].cost; from < unreachable {
			relax(i+1, ascii, step{from + 3, ascii, 1})
			if i+1 < n && isDigit(text[i]) && isDigit(text[i+1]) {
				relax(i+2, ascii, step{from + 3, ascii, 2})
			}
		}
		_, size := values(text[i])
		for open := range 3 {
			if from := best[i][c40+open].cost; from < unreachable {
				relax(i+1, c40+(open+size)%3, step{from + 2*size, int8(c40 + open), 1})
			}
		}
	}
	if best[n][ascii].cost >= unreachable {
		return nil, false
	}
	// Backwards: the encodation of each character, 2 for the first digit of a pair.
	plan := make([]int8, n)
	for i, s := n, ascii; i > 0 || s != ascii; {
		b := best[i][s]
		for k := range int(b.took) {
			plan[i-1-k] = min(int8(s), 1)
		}
		if b.took == 2 {
			plan[i-2] = 2
		}
		i, s = i-int(b.took), int(b.from)
	}
	return plan, true
}

func write(text string, plan []int8) []byte {
	words := make([]byte, 0, dataWords+checkWords)
	in, open := ascii, [4]int{}
	n := 0
	for i := 0; i < len(text); i++ {
		if want := min(int(plan[i])&1, 1); want != in {
			if words = append(words, toASCII); want == c40 {
				words[len(words)-1] = toC40
			}
			in = want
		}
		switch {
		case plan[i] == 2:
			words = append(words, 130+10*(text[i]-'0')+text[i+1]-'0')
			i++
		case in == ascii:
			words = append(words, text[i]+1)
		default:
			v, size := values(text[i])
			copy(open[n:], v[:size])
			if n += size; n >= 3 {
				triple := 1600*open[0] + 40*open[1] + open[2] + 1
				words = append(words, byte(triple>>8), byte(triple))
				open[0] = open[3]
				n -= 3
			}
		}
	}
	if in == c40 {
		words = append(words, toASCII)
	}
	return words
}

// values returns the C40 values of c (table C.1): one, or a shift and one more.
func values(c byte) (v [2]int, size int) {
	switch {
	case c == ' ':
		return [2]int{3}, 1
	case isDigit(c):
		return [2]int{int(c-'0') + 4}, 1
	case 'A' <= c && c <= 'Z':
		return [2]int{int(c-'A') + 14}, 1
	case c < 32:
		return [2]int{0, int(c)}, 2
	case c < 48:
		return [2]int{1, int(c) - 33}, 2
	case c < 65:
		return [2]int{1, int(c) - 58 + 15}, 2
	case c < 96:
		return [2]int{1, int(c) - 91 + 22}, 2
	default:
		return [2]int{2, int(c) - 96}, 2
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
