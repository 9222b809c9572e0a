package causale

import (
	"strings"
	"unicode/utf8"
)

// findProtocol finds the reference that a longer text is surest about, the first of
// equals. Its confidence is exact for one that is labelled and whole, or a stamp's;
// likely for a number with its year, or labelled as a note or a quote; weak else.
func (s scanned) findProtocol() (found Protocol, how Confidence) {
	how = Weak
	for i := range s.tokens {
		p, c := s.protocolAt(i)
		if !p.IsZero() && (found.IsZero() || c.better(how)) {
			found, how = p, c
		}
		if how == Exact {
			break
		}
	}
	return found, how
}

// protocolAt returns the reference that token i begins or labels.
func (s scanned) protocolAt(i int) (Protocol, Confidence) {
	switch t := s.at(i); {
	case t.used:
	case t.lexeme == lexProtocol:
		return s.labelled(i, Exact)
	case t.kind == word && s.endsInLabel(i):
		return s.labelled(i, Likely)
	case t.lexeme == lexQuote:
		return s.labelled(i, Likely)
	case t.kind == number && s.isStamp(i):
		return s.stamp(i)
	case t.kind == number && !s.touches(i-1) && s.isWhole(i):
		return s.bare(i)
	}
	return Protocol{}, Weak
}

// endsInLabel reports whether a joined line hides the label at token i: LIVORNOprot.
func (s scanned) endsInLabel(i int) bool {
	w := s.str(i)
	return len(w) > 4 && strings.EqualFold(w[len(w)-4:], "prot") && (s.gap(i) == "." || s.gap(i) == ". ")
}

// labelled returns the reference after the word at token i.
func (s scanned) labelled(i int, how Confidence) (Protocol, Confidence) {
	k := s.pastAsides(i + 1)
	if _, n := s.dateAt(k); n > 0 {
		after := s.pastAsides(k + n)
		if s.free(after, 1, 60) && s.isWhole(after) && (after > k+n || isTight(s.gap(after-1))) {
			return s.reference(k, after, how) // prot. 12/02/2024.0067890.U, prot. del 12/02/2024 n. 345
		}
		return Protocol{}, Weak
	}
	switch {
	case s.free(k+1, 1, 60) && s.isCode(k+1):
		return s.reference(k, k+1, how.least(Likely)) // prot. PG345/2024
	case !s.free(k, 1, 60):
		return Protocol{}, Weak
	case s.isWhole(k):
		return s.reference(k, k, how)
	case s.isRunOn(k):
		return s.cutAt(k, k)
	default:
		return Protocol{}, Weak
	}
}

// pastAsides returns the first token from i on that may not stand between a label and
// its number.
func (s scanned) pastAsides(i int) int {
	k := i
	for k < i+5 && s.at(k).lexeme.isAside() {
		k++
	}
	return k
}

// isStamp reports whether the number at token i is a long one beside a date, as
// registers stamp it: 0001752 15/02/2017, (U).0050487.11-12-2019.
func (s scanned) isStamp(i int) bool {
	if !s.free(i, 6, 8) || !s.isWhole(i) {
		return false
	}
	_, after := s.dateAt(i + 1)
	_, before := s.dateAt(i - 3)
	return after > 0 && !s.wide(i) || before > 0 && !s.wide(i-1)
}

// stamp returns the stamp around the number at token i, from its first field if | or
// _ join them. Seven digits are the form of the law (DPCM 3 December 2013).
func (s scanned) stamp(i int) (Protocol, Confidence) {
	first := i
	if _, n := s.dateAt(i - 3); n > 0 && !s.wide(i-1) {
		first = i - 3
	}
	for first > 0 && s.isField(first-1) {
		first--
	}
	if head := s.ministry(first); head >= 0 {
		first = head
	}
	if s.width(i) != 7 {
		return s.reference(first, i, Likely)
	}
	return s.reference(first, i, Exact)
}

// isField reports whether token i and the next belong to one field of a stamp, or to two:
// AS-RM_U02|12.
func (s scanned) isField(i int) bool {
	gap := s.gap(i)
	return gap == "|" || gap == "_" || gap == "-" || s.touches(i)
}

// ministry returns the head of a stamp of the Ministry, MIC|, where a blank parts it from
// token first: MIC|MIC_DG-ABAP_SERV II_UO1|. It is -1 if there is none.
func (s scanned) ministry(first int) int {
	for i := first - 1; i >= max(0, first-8) && len(s.gap(i)) < 3 && strings.Trim(s.gap(i), " |_-") == ""; i-- {
		switch t := s.at(i); {
		case t.lexeme == lexRegister && (s.gap(i) == "|" || s.gap(i) == "_") && !s.isField(i-1):
			return i
		case t.kind == number && s.width(i) > 2:
			return -1
		}
	}
	return -1
}

// bare returns the reference at token i, which nothing labels but its year or date.
func (s scanned) bare(i int) (Protocol, Confidence) {
	if isTight(s.gap(i-1)) && s.at(i-1).kind == number {
		return Protocol{}, Weak
	}
	before := s.at(i - 1).lexeme
	if before == lexNumber {
		before = s.at(i - 2).lexeme
		if s.at(i+1).lexeme == lexOf && s.dateAfter(i) > 0 && before != lexLaw && before != lexShelf {
			return s.reference(i, i, Likely) // n. 3303 del 1 aprile 2016
		}
	}
	gap := s.gap(i)
	if before == lexShelf || before == lexLaw || before == lexArticolo || !isTight(gap) || gap == "." || s.goesOn(i+1) {
		return Protocol{}, Weak
	}
	if _, n := s.dateAt(i); n > 0 {
		return Protocol{}, Weak
	}
	switch second := s.str(i + 1); {
	case isRecent(second) && isRecent(s.str(i)): // 2024/2025, of a school
		return Protocol{}, Weak
	case isRecent(second) && s.free(i, 1, 10):
		month := s.width(i) == 2 && s.str(i) <= "12" && s.str(i)[0] <= '1'
		joined := s.at(i-1).kind == number && s.gap(i-1) == " "
		if gap == "/" && !month && !joined && !isYear(s.str(i)) {
			return s.reference(i, i, Likely)
		}
		return s.reference(i, i, Weak)
	case isRecent(s.str(i)) && s.free(i+1, 3, 10) && s.isWhole(i+1): // 2024/0012345
		return s.reference(i, i, Weak)
	case gap == "/" && s.free(i, 1, 10) && s.free(i+1, 2, 2) && !s.touches(i+1) && !isRecent(s.str(i)): // 345/24
		return s.reference(i, i, Weak)
	default:
		return Protocol{}, Weak
	}
}

// reference returns the reference that begins at token first and has its number at
// token k. It is weak if the end of the text, or a blank in the middle, may have cut it.
func (s scanned) reference(first, k int, how Confidence) (Protocol, Confidence) {
	last := s.grouped(k)
	if raw, ok := s.mended(k); ok {
		return s.made(raw, k, Weak)
	}
	end := s.extent(last)
	start, stop := s.tokens[first].start, s.tokens[end].end
	switch tail := strings.TrimRight(s.gap(end), " "); {
	case end == last+1 && end == len(s.tokens)-1 && tail == "" && s.gap(last) == "/" && isYearCut(s.str(end)):
		return s.cutAt(k, last) // prot. 345/20
	case end == last && end == len(s.tokens)-1 && tail == "/":
		return s.cutAt(k, last)
	case end == last && s.at(end+1).kind == number && s.gap(end) == " " && s.laterYear(end) == 0:
		how = Weak // prot. 34 5
	case end == last && end == len(s.tokens)-1 && tail == "" && len(s.text) >= MaxLength:
		how = Weak // a cut tail may hide more digits
	case s.at(end).kind == number && s.touches(end) && !s.isRunOn(end):
		return Protocol{}, Weak // 345/2O24
	case s.touches(end):
		how = how.least(Likely) // a joined line
	case end == last+1 && s.width(end) > 2 && !isYear(s.str(end)) && s.gap(last) == "/" && !isRecent(s.str(k)):
		how = how.least(Likely)
	}
	if year := s.laterYear(end); year > 0 && end == last {
		stop, how = s.tokens[year].end, how.least(Likely) // prot. 345 2024, 345?2024, 345 del 2024
	} else if end == last && isRecent(s.str(k)) {
		how = Weak // prot. 2024: the year of what?
	}
	raw := s.text[start:stop]
	if strings.Count(raw, "(") > strings.Count(raw, ")") && strings.HasPrefix(s.text[stop:], ")") {
		raw = s.text[start : stop+1] // prot. 345 (12/03/2024)
	}
	p, c := s.made(raw, k, how)
	switch {
	case p.IsZero():
		return s.cutAt(k, last)
	case p.year == 0 && s.isYearNear(first, end), p.year > 0 && s.width(end) == 2 && p.date.IsZero():
		c = c.least(Likely) // prot. 345 del 31/02/2024; prot. 4352/28
	}
	return p, c
}

// isYearCut reports whether s may be the beginning of a year of this century.
func isYearCut(s string) bool { return s == "2" || s == "20" || len(s) == 3 && s[:2] == "20" }

// mended returns the text of a reference that a blank has split: 34 5/2024, 345/20 24.
func (s scanned) mended(k int) (raw string, ok bool) {
	switch {
	case s.gap(k) == " " && s.free(k+1, 1, 9) && s.gap(k+1) == "/" && isRecent(s.str(k+2)):
		return s.str(k) + s.str(k+1) + "/" + s.str(k+2), true
	case s.gap(k) == "/" && s.free(k+1, 1, 3) && s.gap(k+1) == " " && s.free(k+2, 1, 3) && isRecent(s.str(k+1)+s.str(k+2)):
		return s.str(k) + "/" + s.str(k+1) + s.str(k+2), true
	default:
		return "", false
	}
}

// cutAt returns what is left of a reference that is not whole: tokens k to last.
func (s scanned) cutAt(k, last int) (Protocol, Confidence) {
	if isRecent(s.str(k)) {
		return Protocol{}, Weak // a year: 2024/12
	}
	return s.made(s.text[s.tokens[k].start:s.tokens[last].end], k, Weak)
}

// made parses the text of a reference; none if it does not show the number that was
// found, of which token k is the first.
func (s scanned) made(raw string, k int, how Confidence) (Protocol, Confidence) {
	if utf8.RuneCountInString(raw) > maxProtocol {
		return Protocol{}, Weak
	}
	p := readProtocol(raw)
	if p.number == "" || !strings.HasPrefix(p.number, s.str(k)) && p.number != s.str(k+1) {
		return Protocol{}, Weak
	}
	return p, how
}

// hasProtocol reports whether text names p: as it is written, or by a reference that
// is equal.
func hasProtocol(text string, p Protocol) bool {
	if p.number == "" {
		return hasWords(text, p.raw)
	}
	// What is not found even where it stands alone ("P0") counts where its words are.
	return findsProtocol(text, p) || !findsProtocol("prot. "+p.raw, p) && hasWords(text, p.raw)
}

// findsProtocol reports whether [Read] would find p in text.
func findsProtocol(text string, p Protocol) bool {
	var buf [64]token
	s := scan(buf[:0], text)
	for i := range s.tokens {
		q, how := s.protocolAt(i)
		if q.Equal(p) && (q.year != 0 || p.year == 0 || how == Exact && (q.raw == q.number || q.bis != "")) {
			return true
		}
	}
	return false
}
