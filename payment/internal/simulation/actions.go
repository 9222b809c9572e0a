package simulation

import (
	"errors"

	"github.com/pagonline/pagonline"
)

// action is what may happen next, and how likely it is.
type action struct {
	weight int
	name   string
	do     func(*World)
}

var actions = []action{
	{12, "open", (*World).owe},
	{3, "open again", (*World).oweAgain},
	{3, "publish", (*World).publish},
	{5, "update", (*World).update},
	{2, "debtor", (*World).correct},
	{4, "withdraw", (*World).withdraw},
	{2, "claim", (*World).claim},
	{2, "expire", (*World).expire},
	{5, "report", (*World).report},
	{11, "prepare", (*World).prepare},
	{7, "verify", (*World).verify},
	{3, "options", (*World).choices},
	{11, "pay", (*World).pay},
	{4, "blind", (*World).blind},
	{13, "outcome", (*World).outcome},
	{9, "hurry", (*World).hurry},
	{6, "repeat", (*World).repeat},
	{9, "strange", (*World).strange},
	{3, "recover", (*World).recover},
	{2, "seek", (*World).seek},
	{3, "quarantine", (*World).lookAgain},
	{6, "pump", (*World).pump},
	{4, "seal", (*World).seal},
	{1, "prune", (*World).prune},
	{2, "verdict", (*World).verdict},
	{10, "tick", (*World).tick},
	{1, "misset", (*World).misset},
	{1, "outage", (*World).breakDown},
	{1, "restart", (*World).reopen},
}

var allWeights = func() (sum int) {
	for _, a := range actions {
		sum += a.weight
	}
	return sum
}()

// reopen ends the program between two calls, and begins it again.
func (w *World) reopen() {
	w.count(Restarted)
	w.restart()
}

// reason is an error in a word, the same each time.
func reason(err error) string {
	switch {
	case err == nil:
		return "ok"
	case pagonline.CodeOf(err) != "":
		return string(pagonline.CodeOf(err))
	default:
		return "error"
	}
}

func errIs(err, target error) bool { return errors.Is(err, target) }
