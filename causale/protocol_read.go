package causale

import (
	"slices"
	"strings"
)

// readProtocol takes number, year and date from a normalised text.
func readProtocol(raw string) Protocol {
	p := Protocol{raw: raw}
	var buf [32]token
	s := scan(buf[:0], raw)
	for i := 0; i < len(s.tokens); {
		d, n := s.dateAt(i)
		if n == 0 {
			i++
			continue
		}
		if p.date.IsZero() {
			p.date = d
			p.year, _, _ = d.Date()
		}
		s.use(i, i+n-1)
		i += n
	}
	s.useClasses()
	k := s.numberToken()
	if k < 0 {
		return p
	}
	last := s.grouped(k)
	next := s.pastSuffix(last) + 1
	year, first, sure := s.yearAfter(k, next)
	if !sure {
		return p
	}
	from, to := s.at(k).start, s.at(last).end
	if first {
		from, to = s.at(next).start, s.at(next).end
	}
	p.number = strings.ReplaceAll(raw[from:to], ".", "")
	for _, i := range [...]int{last + 1, next + 1} { // 345-bis/2024, 345/2024 bis
		if t := s.at(i); t.lexeme == lexBis && s.pastSuffix(i-1) == i {
			p.bis = strings.ToLower(raw[t.start:t.end])
		}
	}
	switch {
	case year > 0:
		p.year = year
	case p.year > 0: // of the date
	case s.free(next, 2, 2) && s.gap(next-1) == "/" && !s.touches(next) && !s.goesOn(next) && s.value(next) >= 10 && s.value(next) < 50:
		p.year = 2000 + s.value(next)
	default:
		p.year = s.lastYear(k)
	}
	return p
}

// pastSuffix returns the last token of what may follow the number or year at token i: bis,
// or the letter that says which way a letter went, as in 345-A/2024. It is i if there is
// neither.
func (s scanned) pastSuffix(i int) int {
	bis := s.at(i+1).lexeme == lexBis && isJoint(s.gap(i))
	way := s.isWay(i+1) && (s.gap(i) == "" || isTight(s.gap(i)))
	if (bis || way) && !s.touches(i+1) {
		return i + 1
	}
	return i
}

// yearAfter returns the year of the number at token k, whose next token is next; 0 for
// none. It may stand first: then k was the year. It is not clear in 2024/25.
func (s scanned) yearAfter(k, next int) (year int, first, sure bool) {
	gap := strings.Trim(s.gap(next-1), " ")
	switch {
	case !s.free(next, 1, 60) || gap == "" || gap == "," || !isJoint(gap):
		return 0, false, true
	case !s.isWhole(next) && !s.isRunOn(next) && isTight(s.gap(next-1)): // 345/2O24
		return 0, false, false
	case isYear(s.str(next)) && !s.touchesAlien(next):
		return s.value(next), false, true
	case next != k+1 || !isRecent(s.str(k)) || s.goesOn(next):
		return 0, false, true
	case s.width(next) <= 2 || !s.isWhole(next):
		return 0, false, false
	default:
		return s.value(k), true, true
	}
}

// lastYear returns the last free year that is not the number at token k.
func (s scanned) lastYear(k int) int {
	for i := range slices.Backward(s.tokens) {
		if i != k && s.free(i, 4, 4) && isYear(s.str(i)) && s.isWhole(i) {
			return s.value(i)
		}
	}
	return 0
}

// useClasses takes the numbers of a filing plan away: Cl. 25.07 .04/2.
func (s scanned) useClasses() {
	for i, t := range s.tokens {
		if t.lexeme == lexClass {
			s.use(i+1, s.classAfter(i-1))
		}
	}
}

// numberToken returns the token of the number: the first after the word protocollo;
// else a long one beside a date, as stamps have it; else the first. It returns -1 if
// there is none or if that one is not whole.
func (s scanned) numberToken() int {
	from, code := 0, -1
	for i, t := range s.tokens {
		if t.lexeme == lexProtocol {
			from = i + 1
			break
		}
	}
	if from == len(s.tokens) {
		from = 0
	}
	for i := range s.tokens {
		if s.free(i, 6, 60) && s.isWhole(i) && (s.at(i-1).used && !s.wide(i-1) || s.at(i+1).used && !s.wide(i)) {
			return i
		}
	}
	for i := from; i < len(s.tokens); i++ {
		switch {
		case !s.free(i, 1, 60):
		case s.isCode(i):
			code = i
		case !s.isWhole(i):
			return -1
		case code >= 0 && code == i-1 && isYear(s.str(i)) && s.codeNumber(code) >= 0: // PG345/2024
			return code
		default:
			return i
		}
	}
	return s.codeNumber(code)
}

// wide reports whether more than a sign stands between token i and the next.
func (s scanned) wide(i int) bool { return len(s.gap(i)) > 1 }

// isCode reports whether the number at token i belongs to the code of an office, as in
// c_e463 and MU01.
func (s scanned) isCode(i int) bool {
	if !s.touches(i-1) || s.at(i-1).kind != word || s.at(i-1).lexeme != 0 || s.at(i-2).kind == number || s.touches(i) {
		return false
	}
	return strings.HasSuffix(s.gap(i-2), "_") || s.width(i-1) > 1 && strings.Trim(s.str(i-1), "OoIl") != ""
}

// codeNumber returns a code that is all there is, if it can be a number: PG345.
func (s scanned) codeNumber(code int) int {
	if code >= 0 && s.width(code-1) > 1 {
		return code
	}
	return -1
}

// isWhole reports whether the number at token i touches no letter that could be a
// digit in disguise: 3O5 and 34l are no numbers.
func (s scanned) isWhole(i int) bool {
	if s.touchesAlien(i-1) || s.touchesAlien(i) {
		return false
	}
	if s.touches(i-1) && (s.at(i-1).lexeme == 0 || s.at(i-1).lexeme == lexBis) && !s.isCode(i) {
		return false
	}
	return !s.touches(i) || (s.at(i+1).lexeme == lexBis || s.isWay(i+1)) && !s.touches(i+1)
}

// isRunOn reports whether a line was joined to the number at token i: 345Archivio.
func (s scanned) isRunOn(i int) bool {
	return s.touches(i) && s.at(i+1).kind == word && s.width(i+1) > 2 && !s.touches(i+1) && !s.touchesAlien(i-1)
}

// isWay reports whether token i is the letter that says which way a letter went:
// arrived, sent, internal.
func (s scanned) isWay(i int) bool {
	return s.width(i) == 1 && s.at(i).kind == word && strings.ContainsAny(s.str(i), "APIUEapiue")
}

// grouped returns the last token of the number that begins at token k: another than k
// where a point stands between thousands.
func (s scanned) grouped(k int) (last int) {
	last = k
	for s.width(k) <= 3 && s.str(k)[0] != '0' && s.gap(last) == "." && s.free(last+1, 3, 3) {
		last++
	}
	if !s.isWhole(last) || s.goesOn(last) && s.gap(last) == "." {
		return k
	}
	return last
}
