package causale

// lexeme is what a word means in a payment reason.
type lexeme uint8

// The lexemes; those of the months follow each other.
const (
	_ lexeme = iota
	lexCapo
	lexCap // capo or capitolo, as its number tells
	lexCapitolo
	lexArticolo
	lexProtocol // the word itself
	lexRegister // what may stand between it and its number: generale, uscita
	lexQuote    // a word that may name a quote: preventivo, nota, rif.
	lexNumber   // n., nr., numero
	lexOf       // di, del, in data: between a label and its number, before a date
	lexClass    // Cl., titolo, fasc.: of a filing plan, whose numbers are no protocol
	lexShelf    // busta, registro, pag.: nor is the number after it
	lexLaw      // D.Lgs., DM: nor is this one's
	lexBis      // bis, ter, quater: another entry of the register
	lexJanuary
	lexDecember = lexJanuary + 11
)

// isRevenue reports whether l is a label of the State's accounts.
func (l lexeme) isRevenue() bool { return l >= lexCapo && l <= lexArticolo }

// isAside reports whether l may stand between the word protocollo and the number.
func (l lexeme) isAside() bool {
	return l == lexNumber || l == lexOf || l == lexRegister || l == lexQuote || l == lexJanuary // gen. is generale here
}

// isMonth reports whether l is the name of a month.
func (l lexeme) isMonth() bool { return l >= lexJanuary && l <= lexDecember }

// lexemeOf looks a word up, in capitals or not.
func lexemeOf(w string) lexeme {
	var b [12]byte
	if len(w) > len(b) {
		return 0
	}
	for i := range len(w) {
		b[i] = w[i] | 0x20 // it is a letter; those beyond ASCII match nothing below
	}
	switch string(b[:len(w)]) {
	case "capo":
		return lexCapo
	case "cap":
		return lexCap
	case "capitolo", "capit", "capitoli":
		return lexCapitolo
	case "art", "articolo", "artic", "gestionale": // the piano gestionale, as the accounts have it now
		return lexArticolo
	case "prot", "protocollo", "protoc", "protocol", "protocole", "protokoll":
		return lexProtocol
	case "generale", "int", "interno", "usc", "uscita", "ingr", "ingresso", "mic", "mibact", "mibac", "reg":
		return lexRegister
	case "preventivo", "prev", "rif", "riferimento", "nota", "pratica", "quote", "richiesta", "ref":
		return lexQuote
	case "n", "nr", "no", "num", "nro", "numero", "number":
		return lexNumber
	case "di", "d", "del", "dell", "dello", "della", "dal", "in", "data", "anno", "lo", "of", "dated", "dd", "entrata", "entrate",
		"bilancio", "stato":
		return lexOf
	case "cl", "class", "classif", "classifica", "tit", "titolo", "fasc", "fascicolo":
		return lexClass
	case "busta", "buste", "b", "bb", "registro", "carta", "carte", "c", "cc", "pag", "pagg", "p", "pp", "f", "ff", "foglio", "fogli", "vol", "volume",
		"filza", "mazzo", "serie", "tav", "mappa", "mese":
		return lexShelf
	case "lgs", "dlgs", "dm", "dpr", "dpcm", "dl", "l", "legge", "comma", "law":
		return lexLaw
	case "bis", "ter", "quater":
		return lexBis
	}
	return monthOf(string(b[:len(w)]))
}

// monthOf looks a month up, in Italian or English, short or not.
func monthOf(w string) lexeme {
	switch w {
	case "gennaio", "gen", "genn", "january":
		return lexJanuary
	case "febbraio", "feb", "febb", "febbr", "february":
		return lexJanuary + 1
	case "marzo", "mar", "march":
		return lexJanuary + 2
	case "aprile", "apr", "april":
		return lexJanuary + 3
	case "maggio", "mag", "magg", "may":
		return lexJanuary + 4
	case "giugno", "giu", "june":
		return lexJanuary + 5
	case "luglio", "lug", "july":
		return lexJanuary + 6
	case "agosto", "ago", "august":
		return lexJanuary + 7
	case "settembre", "set", "sett", "september":
		return lexJanuary + 8
	case "ottobre", "ott", "october":
		return lexJanuary + 9
	case "novembre", "nov", "november":
		return lexJanuary + 10
	case "dicembre", "dic", "december":
		return lexDecember
	default:
		return 0
	}
}
