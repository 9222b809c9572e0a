package causale

import (
	"strings"

	"github.com/pagonline/pagonline/payment/notice"
)

// bareIUV finds an IUV that no tag announces, and takes its tokens: a notice number
// whose check digits hold, 17 digits, an RF reference, 15 digits.
func (s scanned) bareIUV() (found notice.IUV, how Confidence) {
	for i, t := range s.tokens {
		if t.kind == word && t.end-t.start != 2 { // not RF
			continue
		}
		v, first, last, c := s.iuvAt(i)
		if v.IsZero() || !found.IsZero() && !c.better(how) {
			continue
		}
		found, how = v, c
		s.use(first, last)
		if how == Likely {
			break
		}
	}
	return found, how
}

func (s scanned) iuvAt(i int) (v notice.IUV, first, last int, how Confidence) {
	t := s.at(i)
	if t.kind == word && s.touches(i) && !s.touches(i-1) && strings.EqualFold(s.str(i), "RF") {
		return s.rfAt(i)
	}
	if t.kind != number || s.touches(i-1) || isDecimal(s.gap(i-1)) && s.at(i-1).kind == number {
		return notice.IUV{}, 0, 0, Weak
	}
	// A notice number may be copied in the groups in which it is printed.
	var b [18]byte
	n := 0
	for last = i; s.at(last).kind == number && n+s.width(last) <= len(b); last++ {
		n += copy(b[n:], s.str(last))
		if n == len(b) && !s.touches(last) {
			number, err := notice.Parse(string(b[:]))
			switch {
			case err != nil:
			case number.Aux() == 1:
				return number.IUV(), i, last, Weak // it has no check digits
			default:
				return number.IUV(), i, last, Likely
			}
		}
		if s.gap(last) != " " || last-i == 4 {
			break
		}
	}
	text := s.str(i)
	if s.touches(i) || s.width(i) != 17 && s.width(i) != 15 || strings.Trim(text, "0") == "" ||
		isDecimal(s.gap(i)) && s.at(i+1).kind == number {
		return notice.IUV{}, 0, 0, Weak
	}
	v, err := notice.ParseIUV(strings.Clone(text))
	if err != nil {
		return notice.IUV{}, 0, 0, Weak
	}
	if isChecked(text) {
		return v, i, i, Likely
	}
	return v, i, i, Weak
}

// rfAt reads the RF reference at token i, in groups or not.
func (s scanned) rfAt(i int) (v notice.IUV, first, last int, how Confidence) {
	start := s.tokens[i].start
	for k := i + 1; k < len(s.tokens) && s.tokens[k].end-start <= 31; k++ {
		if s.touches(k) {
			continue
		}
		if rf, err := notice.ParseRF(strings.Clone(s.text[start:s.tokens[k].end])); err == nil {
			v, last, how = rf.IUV(), k, Likely
		}
		if s.gap(k) != " " {
			break
		}
	}
	return v, i, last, how
}

// isDecimal reports whether gap joins the parts of an amount.
func isDecimal(gap string) bool { return gap == "." || gap == "," }
