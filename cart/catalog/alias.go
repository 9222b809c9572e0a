package catalog

import (
	"slices"
	"strings"

	"github.com/pagonline/pagonline/causale"
)

// titles are how the names of institutes begin, and how else people begin them.
var titles = []struct{ name, others []string }{
	{
		[]string{"archivio", "di", "stato"},
		[]string{"archivio di stato", "archivio stato", "arch di stato", "arch stato", "a s", "as"},
	},
	{[]string{"biblioteca", "universitaria"}, []string{"biblioteca universitaria", "bu"}},
}

// links stand between title and place, and what is left of them in the place's own
// name: "dell'Aquila" is L'Aquila.
var links = map[string]string{"di": "", "d": "", "dell": "l", "della": "la"}

// called returns all that an institute is called; see [Catalog.Recognise].
func (in *Institute) called() []string {
	all := append([]string{in.Name}, in.Aliases...)
	if glued := strings.ReplaceAll(in.Code, "-", ""); glued != in.Code { // one word alone would be found everywhere
		all = append(all, in.Code)
		if len(glued) >= 4 && !isWord(glued) {
			all = append(all, glued)
		}
	}
	words := causale.Words(in.Name)
	for _, title := range titles {
		n := len(title.name)
		if len(words) <= n || !slices.Equal(words[:n], title.name) {
			continue
		}
		places := []string{strings.Join(words[n:], " ")}
		if article, link := links[words[n]]; link && len(words) > n+1 {
			place := strings.Join(words[n+1:], " ")
			places = append(places, place)
			if article != "" {
				places = append(places, article+" "+place)
			}
		}
		for _, other := range title.others {
			for _, place := range places {
				all = append(all, other+" "+place)
			}
		}
	}
	return all
}

// isWord reports whether a code without its hyphen is an Italian word: of the archives
// and libraries of all provinces, those of Taranto, Teramo, Siena, Sondrio, Cagliari.
func isWord(glued string) bool {
	switch strings.ToLower(glued) {
	case "asta", "aste", "assi", "asso", "buca":
		return true
	default:
		return false
	}
}
