package causale

import "strings"

// extent returns the last token of the reference whose number ends at token last: past
// year, class and date.
func (s scanned) extent(last int) int {
	for end := last; ; end++ {
		if n := s.dateAfter(end); n > 0 {
			return s.classAfter(end + n)
		}
		next, gap := end+1, s.gap(end)
		year := s.free(next, 4, 4) && isRecent(s.str(next)) && isJoint(gap) && gap != " "
		if s.isInfix(next) {
			end++
			continue
		}
		if more := s.free(next, 1, 60) && isTight(gap); more || year || s.pastSuffix(end) == next {
			continue
		}
		if class := s.classAfter(end); s.dateAfter(class) > 0 {
			return class + s.dateAfter(class) // 345 Cl. 28.13.10 del 3 maggio 2024
		}
		return end
	}
}

// isInfix reports whether token i is an office between number and year, 345/AOO/2024, or
// the title of a filing plan: 345/III.2.4.
func (s scanned) isInfix(i int) bool {
	if s.at(i).kind != word || s.gap(i-1) != "/" || s.at(i+1).kind != number {
		return false
	}
	return s.width(i) <= 5 && s.gap(i) == "/" && isRecent(s.str(i+1)) || s.gap(i) == "." && roman(s.str(i)) > 0
}

// laterYear returns the token of the year that stands after token i, with any one sign
// or word between them; 0 for none.
func (s scanned) laterYear(i int) int {
	k := i + 1
	if s.at(k).lexeme == lexOf && s.gap(i) == " " {
		k++
	}
	if gap := strings.Trim(s.gap(k-1), " "); k < len(s.tokens) && len(gap) <= 1 && gap != "," && gap != "(" &&
		!s.touches(k-1) && s.free(k, 4, 4) && isRecent(s.str(k)) && s.isWhole(k) && !s.goesOn(k) {
		return k
	}
	return 0
}

// dateAfter returns how many tokens after token i a date takes, the words before it
// included: 3303 del 1 aprile 2016 takes four.
func (s scanned) dateAfter(i int) int {
	k := i + 1
	for s.at(k).lexeme == lexOf && k < i+3 {
		k++
	}
	if _, n := s.dateAt(k); n > 0 && len(s.gap(i)) <= 3 {
		return k - i - 1 + n
	}
	return 0
}

// classAfter returns the last token of the filing classes after token i, i if there are
// none: Cl. 25.07.04/2 fasc. 12, tit. III cl. 2.
func (s scanned) classAfter(i int) int {
	for s.at(i+1).lexeme == lexClass && (s.at(i+2).kind == number || roman(s.str(i+2)) > 0) {
		for i += 2; s.at(i+1).kind == number && isJoint(s.gap(i)) && s.dateAfter(i) == 0; i++ {
		}
	}
	return i
}

// isYearNear reports whether a year, or what may be a date, stands near tokens first to end
// without being read.
func (s scanned) isYearNear(first, end int) bool {
	if s.at(end+1).lexeme == lexOf && s.at(end+2).kind == number {
		return true
	}
	for i := max(0, first-4); i <= end+12; i++ {
		if i >= first && i <= end || s.at(i).kind != number {
			continue
		}
		if _, n := s.dateAt(i); n > 0 || isRecent(s.str(i)) {
			return true
		}
	}
	return false
}
