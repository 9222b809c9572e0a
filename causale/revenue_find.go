package causale

import "strings"

// findRevenue finds an account among the free tokens and marks those that name it.
func findRevenue(s scanned) (Revenue, bool) {
	capo, capitolo, articolo := -1, -1, -1 // tokens
	for i, t := range s.tokens {
		switch t.lexeme {
		case lexCapo, lexCap:
			n := s.afterLabel(i)
			switch {
			case t.lexeme == lexCap && s.isCapitolo(n, 3):
				if capitolo < 0 {
					capitolo = n
				}
			case capo < 0 && s.isSmall(n):
				capo = n
				if capitolo < 0 && s.isCapitolo(n+1, 4) && isJoint(s.gap(n)) {
					capitolo = n + 1 // Capo 29/2584/03
				}
			}
		case lexCapitolo:
			if n := s.afterLabel(i); capitolo < 0 && s.isCapitolo(n, 1) {
				capitolo = n
			}
		case lexArticolo:
			// The nearest after the capitolo counts; before it, the last one.
			if n := s.afterLabel(i); s.isSmall(n) && (articolo < 0 || capitolo < 0 || articolo < capitolo) {
				articolo = n
			}
		default: // no label
		}
	}
	if capitolo < 0 {
		capo, capitolo = s.bareRevenue(capo)
	}
	value, last := s.capitolo(capitolo)
	if value == 0 || s.at(last+1).lexeme == lexArticolo && isJoint(s.gap(last)) && s.free(s.afterLabel(last+1), 3, 60) {
		return Revenue{}, false // no articolo has three digits
	}
	if n := s.articoloAfter(last); n >= 0 {
		articolo = n
	}
	r := Revenue{capitolo: uint16(value)}
	s.use(capitolo, last)
	if capo >= 0 {
		r.capo = uint8(s.smallValue(capo))
		s.use(capo, capo)
	}
	if articolo >= 0 {
		r.articolo = uint8(s.smallValue(articolo))
		s.use(articolo, articolo)
	}
	return r, true
}

// isCapitolo reports whether a capitolo of at least so many digits begins at token i.
func (s scanned) isCapitolo(i, least int) bool {
	_, last := s.capitolo(i)
	return last > i || s.digits(i, least, 4)
}

// capitolo returns the value of the capitolo at token i and its last token: 2584, 2.584.
// It is 0 if there is none.
func (s scanned) capitolo(i int) (value, last int) {
	switch {
	case s.digits(i, 1, 1) && s.gap(i) == "." && s.digits(i+1, 3, 3):
		return s.value(i)*1000 + s.value(i+1), i + 1
	case s.digits(i, 1, 4):
		return s.value(i), i
	default:
		return 0, i
	}
}

// articoloAfter returns the articolo that stands right after the capitolo that ends at
// token i: 2584/3, 2584 P.G. 3; -1 if there is none.
func (s scanned) articoloAfter(i int) int {
	n := i + 1
	if strings.EqualFold(s.str(n), "P") && s.gap(n) == "." && strings.EqualFold(s.str(n+1), "G") {
		n = s.afterLabel(n + 1)
	} else if strings.EqualFold(s.str(n), "PG") {
		n = s.afterLabel(n)
	}
	switch {
	case n > i+1 && s.digits(n, 1, 2) && isJoint(s.gap(i)) && !s.goesOn(n): // piano gestionale
		return n
	case n == i+1 && s.isArticolo(i):
		return n
	default:
		return -1
	}
}

// afterLabel returns the token that a label at i names, past "n." and "d'entrata".
func (s scanned) afterLabel(i int) int {
	n := i + 1
	for ; n <= i+5 && (s.at(n).lexeme == lexOf || s.at(n).lexeme == lexNumber); n++ {
	}
	return n
}

// isSmall reports whether token i is a number below 100, arabic or roman: a capo or an
// articolo.
func (s scanned) isSmall(i int) bool {
	return s.digits(i, 1, 2) || s.at(i).kind == word && !s.touches(i) && roman(s.str(i)) > 0
}

func (s scanned) smallValue(i int) int {
	if s.at(i).kind == word {
		return roman(s.str(i))
	}
	return s.value(i)
}

// isArticolo reports whether the articolo stands right after the capitolo at token i:
// 2584/3, 2584 - 03. "2584 - 3 copie" is something else.
func (s scanned) isArticolo(i int) bool {
	if !s.digits(i+1, 1, 2) || !isJoint(s.gap(i)) || strings.TrimSpace(s.gap(i)) == "" {
		return false
	}
	after := s.at(i + 2)
	switch after.kind {
	case 0:
		return true
	case number:
		return !isJoint(s.gap(i+1)) || strings.HasPrefix(s.gap(i+1), " ")
	default:
		return !strings.Contains(s.gap(i), " ") || after.lexeme == lexCapo || after.lexeme == lexCap ||
			strings.Trim(s.gap(i+1), " ") != ""
	}
}

// isJoint reports whether gap is one of / - , . or nothing, with blanks around or not.
func isJoint(gap string) bool {
	switch strings.TrimSpace(gap) {
	case "", "/", "-", "–", "—", "−", "‒", "―", "‐", "‑", ",", ".":
		return true
	default:
		return false
	}
}

// bareRevenue finds a capitolo that no label names: 2584, art. 3; 29/2584/03;
// 2584/03. It must not look like a year, nor be what a protocol label names.
func (s scanned) bareRevenue(capo int) (capoToken, capitolo int) {
	for i, t := range s.tokens {
		if t.kind != number || !s.digits(i, 4, 4) || isYear(s.str(i)) || s.isNamed(i) {
			continue
		}
		if s.at(i+1).lexeme == lexArticolo && isJoint(s.gap(i)) && s.digits(s.afterLabel(i+1), 1, 2) {
			return capo, i
		}
		tight := !strings.ContainsAny(s.gap(i), ",. ") && s.isArticolo(i) && s.value(i+1) < 15
		switch before := i > 0 && isJoint(s.gap(i-1)) && strings.TrimSpace(s.gap(i-1)) != ""; {
		case tight && before && capo < 0 && s.isSmall(i-1) && !s.isNamed(i-1):
			return i - 1, i
		case tight && (!before || s.at(i-1).kind == word):
			return capo, i
		}
	}
	return capo, -1
}

// isNamed reports whether token i follows a label of a protocol or a date.
func (s scanned) isNamed(i int) bool {
	switch l := s.at(i - 1).lexeme; l {
	case lexProtocol, lexRegister, lexQuote, lexNumber, lexOf, lexLaw:
		return true
	default:
		return l.isMonth()
	}
}
