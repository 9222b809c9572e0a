package catalog

import "github.com/pagonline/pagonline/causale"

// Recognise finds the institute that a text names, in capitals or not, with accents or
// without: all words of its name must stand side by side, or those of a code with a
// hyphen in it, as in "MIC_AS-LI". Of several, the longest is meant: "Archivio di Stato di Bologna, Sezione di Imola" is the section and not its
// parent. It reports false for a text without a name, and for names that two institutes
// share.
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
	n.name = &name{code: code, shared: n.name != nil}
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
