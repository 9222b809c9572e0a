package pagonline

import (
	"cmp"
	"fmt"
	"sync"
	"time"
)

// Rome returns Europe/Rome, in which every civil date of pagoPA is meant. It is the
// rule in force since 1996, whatever zone files the machine has: the last Sundays of
// March and October, at 01:00 UTC (directive 2000/84/EC). Before 1996, when pagoPA was
// far, it is CET the whole year.
func Rome() *time.Location { return rome() }

// rome makes the zone from its rule, in the form of a zone file (RFC 8536) with one
// transition: into the rule. A whole zone database would weigh half a megabyte in every
// program, and package time reads a rule wrongly before 1970.
var rome = sync.OnceValue(func() *time.Location {
	const (
		magic  = "TZif2" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
		none   = "\x00\x00\x00\x00"
		zones  = "\x00\x00\x00\x01\x00\x00\x00\x04"     // one type, four letters
		cet    = "\x00\x00\x0e\x10\x00\x00" + "CET\x00" // 3600 s, no summer time, named by the letters
		v1     = magic + none + none + none + none + zones + cet
		v2     = magic + none + none + none + "\x00\x00\x00\x01" + zones
		at1996 = "\x00\x00\x00\x00\x30\xe7\x24\x00" + "\x00" // 1996-01-01T00:00:00Z, to the one type
		rule   = "\nCET-1CEST,M3.5.0,M10.5.0/3\n"
	)
	loc, err := time.LoadLocationFromTZData("Europe/Rome", []byte(v1+v2+at1996+cet+rule))
	if err != nil {
		panic(err) // the bytes above are wrong
	}
	return loc
})

// Date is a civil date in Europe/Rome: a day, not an instant. Dates compare with
// ==; the zero value means none. The text form is yyyy-mm-dd.
type Date struct {
	year       int16
	month, day uint8
}

// NewDate returns the date, if the calendar has it and its year is 1..9999.
func NewDate(year int, month time.Month, day int) (Date, error) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if year < 1 || year > 9999 || t.Month() != month || t.Day() != day {
		return Date{}, badDate()
	}
	return Date{int16(year), uint8(month), uint8(day)}, nil
}

// ParseDate reads yyyy-mm-dd and nothing else.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, badDate()
	}
	return NewDate(t.Date())
}

func badDate() error {
	return NewError(CodeInputSyntax, Text{"data non valida (aaaa-mm-gg)", "invalid date (yyyy-mm-dd)"})
}

// DateOf returns the day that t falls on in Europe/Rome, none for the zero time.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	d, err := NewDate(t.In(rome()).Date())
	if err != nil {
		return Date{}
	}
	return d
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Date returns year, month and day; zeroes for none.
func (d Date) Date() (year int, month time.Month, day int) {
	return int(d.year), time.Month(d.month), int(d.day)
}

// AddDays returns the date n days later. It counts days of the calendar, so a
// change of the clock does not matter.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	t := time.Date(int(d.year), time.Month(d.month), int(d.day)+n, 0, 0, 0, 0, time.UTC)
	moved, err := NewDate(t.Date())
	if err != nil {
		return Date{}
	}
	return moved
}

// Compare returns -1, 0 or +1 as d is before, equal to or after o. None is before all.
func (d Date) Compare(o Date) int {
	return cmp.Compare(d.ordinal(), o.ordinal())
}

// ordinal orders dates; it is not a count of days.
func (d Date) ordinal() int { return int(d.year)*512 + int(d.month)*32 + int(d.day) }

// Before reports whether d is an earlier day than o.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// Start returns the instant at which the day begins in Rome, in UTC; the zero time for
// none.
func (d Date) Start() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	y, m, day := d.Date()
	return time.Date(y, m, day, 0, 0, 0, 0, rome()).UTC()
}

// End returns the instant at which the day is over in Rome, in UTC: the start of
// the next one. What is due on d can be paid before it. None has the zero time.
func (d Date) End() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	y, m, day := d.Date()
	return time.Date(y, m, day+1, 0, 0, 0, 0, rome()).UTC()
}

// String returns yyyy-mm-dd, "" for none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// Localized returns the date as people write it: 23/11/2026 in Italian,
// 23 November 2026 in English, "" for none.
func (d Date) Localized(lang string) string {
	switch {
	case d.IsZero():
		return ""
	case lang == "en":
		return fmt.Sprintf("%d %s %d", d.day, time.Month(d.month), d.year)
	default:
		return fmt.Sprintf("%02d/%02d/%04d", d.day, d.month, d.year)
	}
}

// MarshalText writes the text form; none is the empty text.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the text form; the empty text is none.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	read, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = read
	return nil
}
