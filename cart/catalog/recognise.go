package catalog

import "github.com/pagonline/pagonline/causale"

// Recognise finds the institute that a text names, in capitals or not, with accents or
// without: all words of one of its names must stand side by side. Its names are
//
//   - its own, and its [Institute.Aliases]
//   - a code with a hyphen in it, with the hyphen or without: "MIC_AS-LI", "ASLI", but
//     not where that is a word (asta) or has less than four characters
//   - for an "Archivio di Stato di X": AS X, A.S. X, Archivio Stato X, Arch. di Stato X,
//     Arch. Stato X; for a "Biblioteca Universitaria di X": BU X; and all with "di", or
//     what else stands there, or without
//
// Of several, the longest is meant: "Archivio di Stato di Bologna, Sezione di Imola" is
// the section and not its parent. It reports false for a text without a name, and for
// names that two institutes share.
func (c *Catalog) Recognise(text string) (Institute, bool) {
	words := causale.Words(text)
	var best *name
	length := 0
	for i := range words {
		if found, n := c.names.longest(words[i:]); n > length {
			best, length = found, n
		}
	}
	if best == nil || best.shared {
		return Institute{}, false
	}
	return c.institutes[best.code], true
}

// names is a tree of the words that names begin with.
type names struct {
	next map[string]*names
	name *name // of the institute whose name ends here
}

type name struct {
	code   string
	shared bool
}

// add enters the name of an institute; one without words cannot be found.
func (n *names) add(text, code string) {
	words := causale.Words(text)
	if len(words) == 0 {
		return
	}
	for _, word := range words {
		if n.next == nil {
			n.next = map[string]*names{}
		}
		if n.next[word] == nil {
			n.next[word] = &names{}
		}
		n = n.next[word]
	}
	if n.name == nil {
		n.name = &name{code: code}
	}
	n.name.shared = n.name.shared || n.name.code != code
}

// longest returns the longest name that words begin with, and its length in bytes.
func (n *names) longest(words []string) (found *name, length int) {
	sum := 0
	for _, word := range words {
		if n = n.next[word]; n == nil {
			break
		}
		if sum += len(word); n.name != nil {
			found, length = n.name, sum
		}
	}
	return found, length
}
