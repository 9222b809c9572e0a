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
			case capo < 0 && s.isCapo(n):
				capo = n
				if capitolo < 0 && s.digits(n+1, 4, 4) && isJoint(s.gap(n)) {
					capitolo = n + 1 // Capo 29/2584/03
				}
			case t.lexeme == lexCap && capitolo < 0 && s.digits(n, 3, 4):
				capitolo = n
			}
		case lexCapitolo:
			if n := s.afterLabel(i); capitolo < 0 && s.digits(n, 1, 4) {
				capitolo = n
			}
		case lexArticolo:
			// The nearest after the capitolo counts; before it, the last one.
			if n := s.afterLabel(i); s.digits(n, 1, 2) && (articolo < 0 || capitolo < 0 || articolo < capitolo) {
				articolo = n
			}
		default: // no label
		}
	}
	if capitolo < 0 {
		capo, capitolo = s.bareRevenue(capo)
	}
	if capitolo < 0 || s.value(capitolo) == 0 {
		return Revenue{}, false
	}
	if s.isArticolo(capitolo) {
		articolo = capitolo + 1
	}
	r := Revenue{capitolo: uint16(s.value(capitolo))}
	s.use(capitolo, capitolo)
	if capo >= 0 {
		r.capo = uint8(s.capoValue(capo))
		s.use(capo, capo)
	}
	if articolo >= 0 {
		r.articolo = uint8(s.value(articolo))
		s.use(articolo, articolo)
	}
	return r, true
}

// afterLabel returns the token that a label at i names, past "n." and "d'entrata".
func (s scanned) afterLabel(i int) int {
	n := i + 1
	for ; n <= i+5 && (s.at(n).lexeme == lexOf || s.at(n).lexeme == lexNumber); n++ {
	}
	return n
}

// isCapo reports whether token i is a number below 100, arabic or roman.
func (s scanned) isCapo(i int) bool {
	return s.digits(i, 1, 2) || s.at(i).kind == word && !s.touches(i) && roman(s.str(i)) > 0
}

func (s scanned) capoValue(i int) int {
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
	for i := range s.tokens {
		if !s.digits(i, 4, 4) || isYear(s.str(i)) || s.isNamed(i) {
			continue
		}
		if s.at(i+1).lexeme == lexArticolo && isJoint(s.gap(i)) && s.digits(s.afterLabel(i+1), 1, 2) {
			return capo, i
		}
		tight := !strings.ContainsAny(s.gap(i), ",. ") && s.isArticolo(i) && s.value(i+1) < 15
		switch before := i > 0 && isJoint(s.gap(i-1)) && strings.TrimSpace(s.gap(i-1)) != ""; {
		case tight && before && capo < 0 && s.isCapo(i-1) && !s.isNamed(i-1):
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
