package causale

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// referenceWords are the words that registers put around a number, and the offices whose
// codes have more than three letters.
var referenceWords = strings.Fields(`a al anno bis c cat cl class classe classifica cod data dd de decreto del dell della delle di
	doc e entrata fasc fascicolo fase gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre
	dicembre i id in interno let lettera n no nota nr ns nro num numero p pg prat pratica prev preventivo prot protoc protocollo
	q quater quote reg registro rep repertorio ric rich richiesta rif riferimento s serie sez sezione sub tit titolo ter u
	ufficiale uff uscita v voce vs
	mibac mibact sabap abap bncf bncr serv servizio segr udcm iccu icar icpal`)

// public returns the reference as it may go on the wire: as it was written, if all of it
// is a register's; else the number and its year alone, for a payer may have written more
// into the field than the number. What shows no number is then not told at all.
func (p Protocol) public() string {
	if isNumeric(p.raw) {
		return p.raw // as most are
	}
	if hasGroupedIBAN(p.raw) {
		return "" // its groups are not to be told from a number
	}
	for field := range strings.FieldsSeq(p.raw) {
		if !isReference(field) {
			return p.plain()
		}
	}
	return p.raw
}

// isNumeric reports whether s is digits and the signs between them.
func isNumeric(s string) bool {
	for i := range len(s) {
		if s[i] < '-' || s[i] > '9' { // - . / and the digits
			return false
		}
	}
	return true
}

// plain returns number and year, as in "345 bis/2024"; "" if there is no number.
func (p Protocol) plain() string {
	if p.number == "" {
		return ""
	}
	number := strings.TrimSpace(p.number + " " + p.bis)
	if p.year == 0 {
		return number
	}
	return number + "/" + strconv.Itoa(p.year)
}

// hasGroupedIBAN reports whether what begins like an Italian IBAN stands in s with blanks
// in it: IT 03 Q 01000 03245.
func hasGroupedIBAN(s string) bool {
	for i := range len(s) - 1 {
		if !strings.EqualFold(s[i:i+2], "IT") {
			continue
		}
		n, blanks := 0, 0
		for _, c := range []byte(s[i+2:]) {
			if c == ' ' {
				blanks++
			} else if !isAlphanumeric(c) || isDigit(c) == (n == 2) { // two digits, a letter, ten digits
				break
			} else if n++; n == 13 {
				return blanks > 0
			}
		}
	}
	return false
}

// isReference reports whether a word, between blanks, can only be a register's: all of
// MIC_AS-LI and of m_pi.AOODGPER.REGISTRO can.
func isReference(field string) bool {
	if strings.Contains(field, "@") {
		return false
	}
	body := len(field) > 2 && field[1] == '_' // m_pi: a public body in the index of them
	i := 0
	for w := range strings.FieldsFuncSeq(field, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if !isRegisterWord(w) && (!body || i != 1 || len(w) > 4) {
			return false
		}
		i++
	}
	return true
}

// isRegisterWord reports whether a run of letters and digits can only be a register's: a
// number, with at most three letters to it; one of the words above; an acronym of three
// capitals; a code such as AOODGPER. A fiscal code has too many letters, an IBAN is too long.
func isRegisterWord(w string) bool {
	head := strings.TrimRight(w, "0123456789")
	letters := len(w)
	for _, c := range []byte(w) {
		if isDigit(c) {
			letters--
		}
	}
	switch capitals := w == strings.ToUpper(w); {
	case letters > 0 && len(w) >= 15:
		return false
	case letters == len(head) && slices.Contains(referenceWords, strings.ToLower(head)):
		return true // prot, prot345
	case letters < len(w):
		return letters <= 3
	default:
		return letters == 1 || letters <= 3 && capitals || capitals && strings.HasPrefix(w, "AOO")
	}
}
