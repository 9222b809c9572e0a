package causale

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/pagonline/pagonline/identity/fiscal"
)

// referenceWords are the words that registers put around a number.
var referenceWords = strings.Fields(`a al anno bis c cat cl class classe classifica cod data de dd decreto del dell della delle di
	doc e entrata fasc fascicolo fase gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre
	dicembre i id in interno let lettera n no nota nr ns nro num numero p pg prat pratica prev preventivo prot protoc protocollo
	q quater quote reg registro rep repertorio ric rich richiesta rif riferimento s serie sez sezione sub tit titolo ter u
	ufficiale uff uscita v voce vs`)

// public returns the reference as it may go on the wire: as it was written, if all of it
// is a register's; else the number and its year alone, for a payer may have written more
// into the field than the number. What shows no number is then not told at all.
func (p Protocol) public() string {
	for field := range strings.FieldsSeq(p.raw) {
		if !isReference(field) {
			if p.number == "" {
				return ""
			}
			number := strings.TrimSpace(p.number + " " + p.bis)
			if p.year == 0 {
				return number
			}
			return number + "/" + strconv.Itoa(p.year)
		}
	}
	return p.raw
}

// isReference reports whether a word can only be a register's: it has a digit and is
// nobody's code or address, or it is one of the words above, or a register's own code, as
// in "MIC_AS-LI" or "m_pi.AOODGPER.REGISTRO".
func isReference(field string) bool {
	if strings.Contains(field, "@") {
		return false
	}
	letters := strings.FieldsFunc(field, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(letters) == 0 || strings.ContainsAny(field, "_|") {
		return !slices.ContainsFunc(letters, isPersonsCode)
	}
	for _, word := range letters {
		if isPersonsCode(word) {
			return false
		}
		digit := strings.ContainsAny(word, "0123456789")
		known := slices.Contains(referenceWords, strings.ToLower(word)) || len(word) == 1
		office := strings.HasPrefix(strings.ToUpper(word), "MIC") || strings.HasPrefix(strings.ToUpper(word), "MIBAC") ||
			len(word) <= 3 && word == strings.ToUpper(word)
		if !digit && !known && !office {
			return false
		}
	}
	return true
}

func isPersonsCode(word string) bool {
	code, err := fiscal.Parse(word)
	return err == nil && code.IsPerson()
}
