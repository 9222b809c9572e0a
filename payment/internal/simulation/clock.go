package simulation

import (
	"strings"
	"time"
)

// beginnings are days on which a world begins: some of them just before the clocks of
// Italy change, a year ends, or February does.
var beginnings = []time.Time{
	time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC), time.Date(2026, 10, 23, 12, 0, 0, 0, time.UTC),
	time.Date(2027, 3, 26, 12, 0, 0, 0, time.UTC), time.Date(2027, 10, 29, 12, 0, 0, 0, time.UTC),
	time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), time.Date(2026, 12, 30, 12, 0, 0, 0, time.UTC),
	time.Date(2028, 2, 28, 12, 0, 0, 0, time.UTC),
}

// summerTime reports whether it is, in Italy: from the last Sunday of March to the last
// one of October, at 01:00 UTC (directive 2000/84/EC).
func summerTime(t time.Time) bool {
	t = t.UTC()
	last := func(m time.Month) time.Time {
		end := time.Date(t.Year(), m, 31, 1, 0, 0, 0, time.UTC)
		return end.AddDate(0, 0, -int(end.Weekday()))
	}
	return !t.Before(last(time.March)) && t.Before(last(time.October))
}

// romeDay is the civil day in Italy, as yyyy-mm-dd.
func romeDay(t time.Time) string {
	offset := time.Hour
	if summerTime(t) {
		offset = 2 * time.Hour
	}
	return t.UTC().Add(offset).Format(time.DateOnly)
}

// addDays is a day some days later.
func addDays(day string, n int) string {
	t, _ := time.Parse(time.DateOnly, day)
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

func words(s string) []string { return strings.Fields(s) }

// task is something that is to happen.
type task struct {
	at time.Time
	do func()
}

// later makes something happen after d; of two tasks of one instant, the one that was
// planned first comes first.
func (w *World) later(d time.Duration, do func()) {
	at := w.now.Add(d)
	i := len(w.node.agenda)
	for i > 0 && w.node.agenda[i-1].at.After(at) {
		i--
	}
	w.node.agenda = append(w.node.agenda, task{})
	copy(w.node.agenda[i+1:], w.node.agenda[i:])
	w.node.agenda[i] = task{at, do}
}

// pass lets time go by, and what was to happen in it happen.
func (w *World) pass(d time.Duration) {
	end := w.now.Add(d)
	for len(w.node.agenda) > 0 && !w.node.agenda[0].at.After(end) {
		next := w.node.agenda[0]
		w.node.agenda = w.node.agenda[1:]
		w.become(next.at)
		next.do()
	}
	w.become(end)
}

// become makes it a time, which is never an earlier one.
func (w *World) become(t time.Time) {
	if t.Before(w.now) {
		return
	}
	switch before, after := summerTime(w.now), summerTime(t); {
	case before && !after:
		w.count(SummerTimeEnds)
	case after && !before:
		w.count(SummerTimeBegins)
	}
	w.now = t
}

// tick lets a while go by: minutes mostly, and now and then weeks.
func (w *World) tick() {
	var d time.Duration
	switch n := w.pick(100); {
	case n < 35:
		d = time.Duration(w.pick(600)) * time.Second
	case n < 60:
		d = time.Duration(w.pick(3600)) * time.Second
	case n < 80:
		d = time.Duration(w.pick(8*3600)) * time.Second
	case n < 97:
		d = time.Duration(w.pick(60)) * time.Hour
	default:
		d = time.Duration(w.pick(40*24)) * time.Hour
	}
	w.say("  %s go by", d)
	w.pass(d)
}

// misset sets the creditor's clock wrong for some hours. It may be ahead of the due
// dates, or behind what is in the store.
func (w *World) misset() {
	wrong := time.Duration(1+w.pick(72*3600)) * time.Second
	if w.chance(50) {
		w.count(ClockAhead)
	} else {
		w.count(ClockBehind)
		wrong = -wrong
	}
	w.skew = wrong
	w.later(time.Duration(1+w.pick(6))*time.Hour, func() { w.skew = 0 })
}
