package simulation

import (
	"bytes"
	"fmt"
	"log/slog"

	"github.com/pagonline/pagonline"
)

// person is a citizen. None of them exists.
type person struct{ name, code, email string }

var people = []person{
	{"Fiammetta Inventata", "NVNFMT80A41E625F", "fiammetta@example.org"},
	{"Cosimo Fantasia", "FNTCSM75B02E625X", "cosimo@example.org"},
	{"Ludovica Simulata", "SMLLVC90C43G702M", "ludovica@example.org"},
	{"Edmondo Provato", "PRVDMN68D04D612X", "edmondo@example.org"},
}

// secrets are parts of what nobody may read who need not: each name is in one of them.
var secrets = []string{
	"Fiammetta", "Inventata", "NVNFMT80", "fiammetta@", "Fantasia", "FNTCSM75", "cosimo@", "Simulata", "SMLLVC90", "ludovica@",
	"Provato", "PRVDMN68", "edmondo@", "example.org", iban[4:],
}

// canaries is the log, and looks for what must not be in it.
type canaries struct {
	w   *World
	log bytes.Buffer // of the present step
}

// Write takes what was logged.
func (c *canaries) Write(b []byte) (int, error) { return c.log.Write(b) }

// read looks at what was logged in a step.
func (c *canaries) read() {
	c.look("the log", c.log.Bytes())
	c.log.Reset()
}

// lookAt searches an error, to its last detail.
func (c *canaries) lookAt(err error) {
	if err == nil {
		return
	}
	text := fmt.Sprintf("%v %+v", err, err)
	if e := pagonline.AsError(err); e.Detail != nil {
		text += e.Detail.Error()
	}
	c.look("an error", []byte(text))
}

func (c *canaries) look(what string, b []byte) {
	for _, s := range secrets {
		c.w.must(!bytes.Contains(b, []byte(s)), "I11", "%q is in %s: %q", s, what, b)
	}
}

// noTime leaves the time out of the log: it is the wall clock's.
func noTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
