package causale

import "strings"

// MaxReading is the longest text that [Read] takes, in bytes: many times what banks
// join into one line.
const MaxReading = 8192

// Reader reads what a bank, a clerk or a portal wrote. The zero value is strict about
// the check digits of RF references.
type Reader struct {
	// RFSyntax takes RF references whose check digits are wrong, as in the official
	// sample of SACI 1.4.0. Default: a text that has one after /RFS/ is an error.
	RFSyntax bool
}

// Read is [Reader.Read] of the zero Reader.
func Read(text string) (Reading, error) { return Reader{}.Read(text) }

// Read tells what a text is and what it refers to, and how sure that is
// ([Confidence]). It takes what banks do to a text: other separators or none, small
// letters, blanks and line ends in the middle, prefixes and suffixes, cut tails. It
// never makes anything up: each reference that it returns stands in the text, but for
// blanks and signs within it.
//
// Free text is never an error. Hostile text is: control characters other than line
// ends and tabs, and bytes that are no UTF-8 ([github.com/pagonline/pagonline.CodeTextInvalid]); invisible
// characters and digits of other alphabets ([github.com/pagonline/pagonline.CodeCausaleCharset]); more than
// [MaxReading] bytes ([github.com/pagonline/pagonline.CodeTextTooLong]). So is an RF reference with wrong
// check digits ([github.com/pagonline/pagonline.CodeIUVInvalid]), unless RFSyntax says otherwise.
func (o Reader) Read(text string) (Reading, error) {
	if len(text) > MaxReading {
		return Reading{}, textTooLong(len(text), MaxReading)
	}
	if r, ok := o.strict(text); ok {
		return r, nil
	}
	s, limit := text, Exact
	if strings.ContainsAny(s, "\n\r\t") {
		s, limit = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(s), Likely
	}
	s, n, err := clean(s)
	if err != nil {
		return Reading{}, err
	}
	if n > MaxLength {
		limit = Likely
	}
	r, err := o.tolerant(s)
	r.Confidence = r.Confidence.least(limit)
	if limit == Exact || err == nil && r.Confidence == Likely {
		return r, err
	}
	// A line end may have split a word, too: what is read without them is a guess.
	if strings.ContainsAny(text, "\n\r") {
		joined, _, _ := clean(strings.NewReplacer("\n", "", "\r", "", "\t", " ").Replace(text))
		if again, err := o.tolerant(joined); err == nil && again.Confidence.better(Weak) {
			again.Confidence = Weak
			if again.Kind == KindDetail {
				again.Text = s
			}
			return again, nil
		}
	}
	return r, err
}

// strict reads a text that is written as it should be.
func (o Reader) strict(text string) (Reading, bool) {
	head := strings.TrimLeft(text, " ")
	if strings.HasPrefix(head, transferTag) {
		t, err := ParseTransfer(text)
		n, ok := t.Progressive()
		r := Reading{Kind: KindTransfer, Confidence: Exact, Flow: t.flow, Progressive: n, HasProgressive: ok}
		if isShort(t.flow) {
			r.Confidence = Likely
		}
		return r, err == nil
	}
	if !strings.HasPrefix(head, "/RF") {
		return Reading{}, false
	}
	parse := ParseRemittance
	if o.RFSyntax {
		parse = ParseRemittanceSyntax
	}
	m, err := parse(text)
	if err != nil || m.form == FreeText {
		return Reading{}, false
	}
	r := Reading{Kind: KindRemittance, Confidence: Exact, IUV: m.iuv, Amount: m.amount, HasAmount: m.hasAmount, Text: m.text}
	r.RF = m.form == RFS || isRF(m.iuv.String())
	if strings.Contains(m.text, "RF") && o.goesOn(m.text, squeeze(squeezed{}, m.text), 0) {
		r.Confidence = Weak
	}
	if n := len(m.iuv.String()); !r.RF && n != 15 && n != 17 && strings.HasSuffix(strings.TrimRight(text, " "), "/RFB/"+m.iuv.String()) {
		r.Confidence = Likely // more may have stood there
	}
	r.readText(r.Text)
	return r, true
}

// tolerant reads normalised text.
func (o Reader) tolerant(s string) (Reading, error) {
	var buf [160]byte
	var at [160]uint16
	q := squeeze(squeezed{buf[:0], at[:0]}, s)
	if r, ok := q.transfer(s); ok {
		return r, nil
	}
	r, ok, err := o.tagged(s, q)
	if err != nil {
		return Reading{}, err
	}
	if ok {
		return r, nil
	}
	var tokens [64]token
	words := scan(tokens[:0], s)
	r = Reading{Kind: KindDetail, Confidence: Weak, Text: s}
	r.findRevenue(words)
	if v, how := words.bareIUV(); !v.IsZero() {
		r.Kind, r.IUV, r.Confidence = KindRemittance, v, how
		r.RF = isRF(v.String())
		if p, how := words.findProtocol(); how.better(Weak) {
			r.Protocol = p.clone()
		}
		return r, nil
	}
	p, how := words.findProtocol()
	r.Protocol, r.Confidence = p.clone(), how
	return r, nil
}

// readText takes protocol and revenue from a text that stands in a remittance.
func (r *Reading) readText(text string) {
	var buf [64]token
	s := scan(buf[:0], text)
	r.findRevenue(s)
	if p, how := s.findProtocol(); how.better(Weak) {
		r.Protocol = p.clone()
	}
}

// findRevenue takes the account that s names, or the IBAN in it.
func (r *Reading) findRevenue(s scanned) {
	if !r.Revenue.IsZero() {
		return
	}
	var ok bool
	if r.Revenue, ok = findRevenue(s); ok {
		return
	}
	if i := strings.Index(s.text, treasury); i >= 5 && i+22 <= len(s.text) {
		r.Revenue, _, _ = RevenueFromIBAN(strings.Clone(s.text[i-5 : i+22]))
	}
}

// squeezed is a text in capitals without its blanks, and where each byte stood.
type squeezed struct {
	text []byte
	at   []uint16
}

func squeeze(q squeezed, s string) squeezed {
	for i := range len(s) {
		c := s[i]
		if c == ' ' {
			continue
		}
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		q.text, q.at = append(q.text, c), append(q.at, uint16(i))
	}
	return q
}

// skipSign returns the index after a sign at i, which may be missing.
func (q squeezed) skipSign(i int) int {
	for n := 0; n < 4 && i < len(q.text) && !isAlphanumeric(q.text[i]); n++ {
		i++
	}
	return i
}

// has reports whether word stands at i.
func (q squeezed) has(i int, word string) bool {
	return i >= 0 && i+len(word) <= len(q.text) && string(q.text[i:i+len(word)]) == word
}

// where returns where the byte i of the squeezed text stands in the other, of length n.
func (q squeezed) where(i, n int) int {
	if i >= len(q.at) {
		return n
	}
	return int(q.at[i])
}
