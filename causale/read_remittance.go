package causale

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// tagged finds RFB or RFS and what follows it in s, of which q is the squeezed form.
func (o Reader) tagged(s string, q squeezed) (Reading, bool, error) {
	cut := Reading{}
	for i := 0; ; i++ {
		n := bytes.Index(q.text[i:], []byte("RF"))
		if n < 0 {
			return cut, cut.Kind != "", nil
		}
		i += n
		if !q.isTag(s, i) {
			continue
		}
		r := Reading{Kind: KindRemittance, Confidence: Likely}
		at := q.where(q.skipSign(i+3), len(s))
		var ref reference
		if q.text[i+2] == 'S' {
			var err error
			if ref, err = o.readRF(s, at); err != nil {
				return Reading{}, false, err
			}
			r.RF = !ref.iuv.IsZero()
		}
		if ref.iuv.IsZero() {
			if ref = readIUV(s, at); q.text[i+2] == 'S' {
				ref.whole = false
			}
		}
		if ref.iuv.IsZero() {
			if at == len(s) && q.has(i-1, "/") {
				cut = Reading{Kind: KindRemittance, Confidence: Weak, Text: strings.TrimSpace(s[:q.where(i-1, len(s))])}
			}
			continue
		}
		r.IUV = ref.iuv
		r.RF = r.RF || isRF(r.IUV.String())
		if !ref.whole || o.goesOn(s, q, i+3) {
			r.Confidence = Weak
		}
		r.readRest(s[ref.end:])
		r.readText(r.Text)
		if r.Protocol.IsZero() {
			r.readText(s[:q.at[i]])
		}
		return r, true, nil
	}
}

// goesOn reports whether another remittance follows from i of the squeezed text on, as
// where two lines were joined.
func (o Reader) goesOn(s string, q squeezed, i int) bool {
	for ; i < len(q.text); i++ {
		n := bytes.Index(q.text[i:], []byte("RF"))
		if n < 0 {
			return false
		}
		if i += n; !q.isTag(s, i) {
			continue
		}
		at := q.where(q.skipSign(i+3), len(s))
		if rf, err := o.readRF(s, at); err != nil || !rf.iuv.IsZero() || !readIUV(s, at).iuv.IsZero() {
			return true
		}
	}
	return false
}

// isTag reports whether RFB or RFS at i of the squeezed text can be a tag: no letter
// before it, a sign, a digit or an RF reference after it.
func (q squeezed) isTag(s string, i int) bool {
	if i+2 >= len(q.text) || q.text[i+2] != 'B' && q.text[i+2] != 'S' {
		return false
	}
	start, end := int(q.at[i]), int(q.at[i+2])+1
	letter := func(c byte) bool { return isAlphanumeric(c) && !isDigit(c) || c >= 0x80 }
	if start > 0 && letter(s[start-1]) {
		return false
	}
	if end-start > 3 && !q.has(i-1, "/") {
		return false // blanks inside, and no slash before it: words, more likely
	}
	return end == len(s) || !letter(s[end]) || q.has(i+3, "RF")
}

// reference is an IUV that was found, and where it ends.
type reference struct {
	iuv   notice.IUV
	end   int
	whole bool
}

// readIUV reads the IUV at s[i:]. Digits go on past a blank if that makes 17 or 15 of
// them; where no sign ends them, the check digits tell.
func readIUV(s string, i int) reference {
	end := i
	for end < len(s) && end-i <= 35 && isReferenceByte(s[end]) {
		end++
	}
	digits := i
	for digits < end && isDigit(s[digits]) {
		digits++
	}
	switch n := digits - i; {
	case digits < end && (n == 17 || n == 15) && (!isAlphanumeric(s[digits]) || tagLength(s[digits:]) == 3):
		end = digits // a hyphen for a slash, or nothing
	case n > 17 && (digits < end || digits < len(s) && strings.IndexByte(".,", s[digits]) >= 0) && isChecked(s[i:i+17]):
		return refer(s[i:i+17], i+17, false) // no sign at all: the amount follows
	case digits == end && n < 17 && n > 0:
		if joined, at := joinDigits(s, i); joined != "" && (n != 15 || isChecked(joined)) {
			return refer(joined, at, isChecked(joined))
		}
	}
	text := s[i:end]
	if _, _, amount := readAmount(s[i:]); amount || strings.Trim(text, "0123456789") == text || isAlien(s[end:]) {
		return reference{} // nothing, a word, 0100О144
	}
	whole := isRF(text) || len(text) == 17 && isChecked(text) || end < len(s) && s[end] == '/'
	return refer(text, end, whole)
}

// isAlien reports whether s begins with a letter beyond ASCII: what stands before it is no
// reference, for it may look like one of its characters.
func isAlien(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r >= utf8.RuneSelf && unicode.IsLetter(r)
}

func refer(text string, end int, whole bool) reference {
	v, err := notice.ParseIUV(text)
	if err != nil {
		return reference{}
	}
	return reference{v, end, whole}
}

// joinDigits reads 17 or 15 digits with blanks between them, and nothing that could be
// an amount after them.
func joinDigits(s string, i int) (joined string, end int) {
	var b [18]byte
	n, blanks := 0, 0
	for ; i < len(s) && n < len(b); i++ {
		switch {
		case isDigit(s[i]):
			b[n], n = s[i], n+1
		case s[i] == ' ' && i+1 < len(s) && isDigit(s[i+1]):
			blanks++
			continue
		default:
			i, end = len(s), i
		}
	}
	if end == 0 {
		end = min(i, len(s))
	}
	if blanks == 0 || n != 17 && n != 15 || end < len(s) && (s[end] == '.' || s[end] == ',' || isAlphanumeric(s[end]) || isAlien(s[end:])) {
		return "", 0
	}
	return string(b[:n]), end
}

// isRF reports whether s is an RF reference whose check digits hold.
func isRF(s string) bool {
	if len(s) < 2 || !strings.EqualFold(s[:2], "RF") {
		return false // most are none: do not make an error of it
	}
	_, err := notice.ParseRF(s)
	return err == nil
}

// isChecked reports whether 17 digits are the IUV of a notice number with aux digit 3
// whose check digits hold.
func isChecked(digits string) bool {
	_, err := notice.Parse("3" + digits)
	return err == nil
}

// readRF reads the RF reference at s[i:], in groups or not: the longest whose check
// digits hold. If there is none, what ends at a sign has the form at least.
func (o Reader) readRF(s string, i int) (reference, error) {
	var b [25]byte
	n, best := 0, reference{}
	form, formEnd := "", i
	for ; i < len(s); i++ {
		if isAlphanumeric(s[i]) && n < len(b) {
			b[n], n = s[i], n+1
			if i+1 < len(s) && isAlphanumeric(s[i+1]) {
				continue
			}
			if isAlien(s[i+1:]) {
				return reference{}, nil
			}
			if rf, err := notice.ParseRF(string(b[:n])); err == nil {
				best = reference{rf.IUV(), i + 1, true}
			}
			form, formEnd = string(b[:n]), i+1
		} else if s[i] != ' ' || n == len(b) {
			break
		}
	}
	if !best.iuv.IsZero() {
		return best, nil
	}
	rf, err := notice.ParseRFSyntax(form)
	if err != nil {
		return reference{}, nil //nolint:nilerr // not an RF reference: something else, perhaps
	}
	if !o.RFSyntax {
		_, err := notice.ParseRF(form)
		return reference{}, err
	}
	return reference{rf.IUV(), formEnd, formEnd < len(s) && s[formEnd] == '/'}, nil
}

// readRest reads amount and text after the IUV.
func (r *Reading) readRest(s string) {
	rest := trimSigns(s)
	if n, amount, ok := readAmount(rest); ok {
		r.Amount, r.HasAmount = amount, true
		rest = trimSigns(rest[n:])
	}
	if n := tagLength(rest); n > 0 {
		r.Text = strings.TrimLeft(rest[n:], " ")
		if r.Text != "" && strings.IndexByte("/:|.-_;,+", r.Text[0]) >= 0 {
			r.Text = strings.TrimLeft(r.Text[1:], " ")
		}
		return
	}
	if _, text, ok := strings.Cut(rest, textTag); ok && len(rest)-len(text) < 20 {
		rest = text // what stands before it may have been an amount
	}
	switch cut := strings.ToUpper(rest); {
	case cut == "T", cut == "TX", strings.Trim(cut, "0123456789.,") == "": // a cut tail
	default:
		r.Text = rest
	}
}

// trimSigns removes signs and blanks from the head of s.
func trimSigns(s string) string {
	for i := range len(s) {
		if isAlphanumeric(s[i]) || s[i] >= 0x80 || s[i] == '(' {
			return s[i:]
		}
	}
	return ""
}

// tagLength returns the length of TXT at the head of s, blanks within it included; 0
// if it is not there.
func tagLength(s string) int {
	i := 0
	for _, c := range []byte("TXT") {
		for i > 0 && i < len(s) && s[i] == ' ' {
			i++
		}
		if i >= len(s) || s[i]&^0x20 != c {
			return 0
		}
		i++
	}
	return i
}

// readAmount reads the amount at the head of s and returns how much of it that takes:
// digits, a point or a comma, two digits, or one if a slash ends it; EUR may stand
// before it or after it.
func readAmount(s string) (n int, amount euro.Amount, ok bool) {
	i := 0
	if len(s) > 3 && strings.EqualFold(s[:3], "EUR") {
		i = len(s) - len(strings.TrimLeft(s[3:], " "))
	}
	start := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	whole := s[start:i]
	split := i+1 < len(s) && s[i] == ' '
	if split {
		i++
	}
	if whole == "" || len(whole) > 12 || i+1 >= len(s) || s[i] != '.' && s[i] != ',' {
		return 0, euro.Amount{}, false
	}
	i++
	if s[i] == ' ' {
		i, split = i+1, true
	}
	from := i
	for i < len(s) && i-from < 3 && isDigit(s[i]) {
		i++
	}
	cents := s[from:i]
	if split && (len(cents) != 2 || i == len(s) || s[i] != '/') {
		return 0, euro.Amount{}, false // words, more likely
	}
	if len(cents) == 1 && i < len(s) && s[i] == '/' {
		cents += "0"
	}
	if len(cents) != 2 || i+1 < len(s) && (s[i] == '.' || s[i] == ',') && isDigit(s[i+1]) {
		return 0, euro.Amount{}, false
	}
	amount, err := euro.Parse(whole + "." + cents)
	if err != nil {
		return 0, euro.Amount{}, false
	}
	if rest := strings.TrimLeft(s[i:], " "); len(rest) >= 3 && strings.EqualFold(rest[:3], "EUR") {
		i = len(s) - len(rest) + 3
	}
	return i, amount, true
}
