package causale

import (
	"bytes"
	"strings"
)

// transfer finds LGPE-RIVERSAMENTO, URI and the flow after it in s, of which q is the
// squeezed form, with any signs between them. What stands before LGPE does not matter.
func (q squeezed) transfer(s string) (Reading, bool) {
	const middle = "RIVERSAMENTO"
	for from := 0; ; {
		n := bytes.Index(q.text[from:], []byte(middle))
		if n < 0 {
			return Reading{}, false
		}
		i := from + n
		from = i + len(middle)
		before := i
		for before > 0 && i-before < 4 && !isAlphanumeric(q.text[before-1]) {
			before--
		}
		r := Reading{Kind: KindTransfer, Confidence: Likely}
		if !q.has(before-len("LGPE"), "LGPE") {
			r.Confidence = Weak // the head was cut
		}
		next := q.skipSign(from)
		if after := q.skipSign(next + len("TXT")); q.has(next, "TXT") && after < len(q.text) && isDigit(q.text[after]) {
			r.Progressive, r.HasProgressive = int(q.text[after]-'0'), true
			next = q.skipSign(after + 1)
		}
		if !q.has(next, "URI") {
			continue
		}
		flow, end, sure := readFlow(s, q.where(q.skipSign(next+len("URI")), len(s)))
		if flow == "" {
			continue
		}
		r.Flow = flow
		rest := s[end:]
		if isShort(flow) {
			r.Confidence = r.Confidence.least(Likely)
		}
		if !sure || bytes.Contains(q.text[from:], []byte(middle)) || !isFlow(flow) || len(rest) > 0 && isReferenceByte(rest[0]) || len(rest) > 1 && rest[0] == ' ' && isDigit(rest[1]) {
			r.Confidence = Weak // cut, or the next word may belong to it
		}
		return r, true
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// isShort reports whether what follows the last hyphen of a flow is so short that a cut
// may have left it.
func isShort(flow string) bool { return len(flow)-strings.LastIndexByte(flow, '-') <= 3 }

// readFlow reads the flow at s[i:] and returns where it ends. It goes on past a blank
// while the form wants more: within or right after the date, and before the hyphen. It is
// not sure where it goes on within the digits at the end.
func readFlow(s string, i int) (flow string, end int, sure bool) {
	var b [maxFlow]byte
	n := 0
	sure = true
	for i < len(s) {
		word := i
		for i < len(s) && n < maxFlow && isReferenceByte(s[i]) {
			b[n], n, i = s[i], n+1, i+1
		}
		got := string(b[:n])
		if i == word || i+1 >= len(s) || s[i] != ' ' || !isReferenceByte(s[i+1]) || !sure {
			return got, i, sure
		}
		more := s[i+1:]
		for k := range len(more) {
			if !isReferenceByte(more[k]) {
				more = more[:k]
				break
			}
		}
		switch {
		case isFlow(got):
			after := s[i+1+len(more):]
			if isDigits(got[strings.LastIndexByte(got, '-')+1:]+more) && (after == "" || after[0] == ' ') {
				sure = false
				break
			}
			return got, i, sure
		case isFlow(got + more):
		case n <= len("yyyy-mm-dd") && isDateHead(got+more):
		default:
			return got, i, sure
		}
		i++
	}
	return string(b[:n]), i, sure
}

// isDateHead reports whether s begins with a date in the form yyyy-mm-dd, or is the
// beginning of one.
func isDateHead(s string) bool {
	for i := range min(len(s), len("yyyy-mm-dd")) {
		if dash := i == 4 || i == 7; dash != (s[i] == '-') || !dash && !isDigit(s[i]) {
			return false
		}
	}
	return true
}
