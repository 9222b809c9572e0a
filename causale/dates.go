package causale

import (
	"strings"
	"time"

	"github.com/pagonline/pagonline"
)

// dateAt reads a date that begins at token i, and returns how many tokens it takes,
// 0 for none. It knows 15/02/2017 (also with - and .), 2017-02-15, 1° aprile 2016,
// 8 set. 2016, and after "del" 15/02/17.
func (s scanned) dateAt(i int) (pagonline.Date, int) {
	if !s.free(i, 1, 4) || s.at(i+1).kind == 0 || !s.free(i+2, 1, 4) || s.touchesAlien(i-1) || s.touchesAlien(i+2) {
		return pagonline.Date{}, 0
	}
	day, year := s.value(i), s.value(i+2)
	var month int
	switch m := s.at(i + 1); {
	case m.lexeme.isMonth():
		month = int(m.lexeme-lexJanuary) + 1
	case s.free(i+1, 1, 2) && isDateSign(s.gap(i), s.gap(i+1)):
		month = s.value(i + 1)
	default:
		return pagonline.Date{}, 0
	}
	switch first, last := s.width(i), s.width(i+2); {
	case first == 4 && last == 2 && s.at(i+1).kind == number:
		day, year = year, day
	case first > 2:
		return pagonline.Date{}, 0
	case last == 2 && s.at(i-1).lexeme == lexOf && !s.goesOn(i+2):
		year += 2000
	case last != 4:
		return pagonline.Date{}, 0
	}
	if year < firstYear || year > lastYear {
		return pagonline.Date{}, 0
	}
	d, err := pagonline.NewDate(year, time.Month(month), day)
	if err != nil {
		return pagonline.Date{}, 0
	}
	return d, 3
}

// isDateSign reports whether both gaps of a date are the same sign.
func isDateSign(a, b string) bool {
	a, b = strings.Trim(a, " "), strings.Trim(b, " ")
	return a == b && (a == "/" || a == "-" || a == ".")
}

// The years in which there were State archives.
const (
	firstYear = 1861
	lastYear  = 2199
)

// isYear reports whether s is one of those years.
func isYear(s string) bool {
	return len(s) == 4 && s >= "1861" && s <= "2199" && isDigits(s)
}

// isRecent reports whether s is a year in which a quote can have got its protocol: a
// search in an archive may well be about another one.
func isRecent(s string) bool { return len(s) == 4 && isYear(s) && s >= "1990" && s <= "2099" }
