package load

import (
	"errors"
	"strings"

	"github.com/pagonline/pagonline"
)

// maxErrors is how many errors are told: nobody reads more.
const maxErrors = 100

// errs are the errors of a catalogue, each with its path.
type errs []*pagonline.Error

// add adds what is wrong at path, while there is room; "" is the whole.
func (e *errs) add(path string, reason pagonline.Text) {
	if len(*e) >= maxErrors {
		return
	}
	err := pagonline.NewError(pagonline.CodeCatalogInvalid, pagonline.Same(path), reason).At(path)
	if path == "" {
		err.Text = pagonline.Text{It: "Catalogo non valido: " + reason.It + ".", En: "Invalid catalogue: " + reason.En + "."}
	}
	*e = append(*e, err)
}

// cover reports whether path is, or is within, the place of one of the errors: what a
// later look finds there may only follow from what is told already.
func (e errs) cover(path string) bool {
	for _, err := range e {
		rest, within := strings.CutPrefix(path, err.Field)
		if within && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return true
		}
	}
	return false
}

// joined returns the errors as one, nil if there are none.
func (e errs) joined() error {
	all := make([]error, 0, len(e))
	for _, err := range e {
		all = append(all, err)
	}
	return errors.Join(all...)
}
