package wire

import (
	"time"

	"github.com/pagonline/pagonline"
)

// The dates and times of XML Schema 1.0. Years before 1 and after 9999 are refused: they
// are no dates of [pagonline.Date], nor can JSON say them.

// date is xsd:date; a zone is allowed and means nothing to a civil date.
var date = form[pagonline.Date]{
	parse: func(s string) (pagonline.Date, bool) {
		d, rest, ok := readDate(collapse(s))
		_, zoned := zone(rest)
		return d, ok && (rest == "" || zoned)
	},
	append: appendDate,
}

func appendDate(b []byte, d pagonline.Date) []byte {
	y, m, day := d.Date()
	return append(b, digit(y/1000), digit(y/100), digit(y/10), digit(y), '-', digit(int(m)/10), digit(int(m)), '-', digit(day/10), digit(day))
}

func digit(n int) byte { return byte('0' + n%10) }

// instant is xsd:dateTime. Without a zone it is of Europe/Rome. It is written with the
// offset of Rome. What is finer than a nanosecond is dropped. 24:00:00 begins the day
// after. The zero time is absent.
var instant = form[time.Time]{
	parse: func(s string) (time.Time, bool) {
		d, s, ok := readDate(collapse(s))
		if !ok || len(s) < len("T00:00:00") || s[0] != 'T' || s[3] != ':' || s[6] != ':' {
			return time.Time{}, false
		}
		hour, okH := pair(s[1:3])
		minute, okM := pair(s[4:6])
		second, okS := pair(s[7:9])
		nano, s, okF := fraction(s[9:])
		offset, zoned := zone(s)
		midnight := hour == 24 && minute == 0 && second == 0 && nano == 0
		if !okH || !okM || !okS || !okF || !zoned && s != "" || hour > 23 && !midnight || minute > 59 || second > 59 {
			return time.Time{}, false
		}
		year, month, day := d.Date()
		t := time.Date(year, month, day, hour, minute, second, nano, time.UTC).Add(-offset)
		if !zoned {
			t = time.Date(year, month, day, hour, minute, second, nano, pagonline.Rome()).UTC()
		}
		there := t.In(pagonline.Rome()).Year()
		return t, there >= 1 && there <= 9999
	},
	append: func(b []byte, t time.Time) []byte {
		return t.In(pagonline.Rome()).AppendFormat(b, time.RFC3339Nano)
	},
}

// readDate reads yyyy-mm-dd and returns what comes after it.
func readDate(s string) (d pagonline.Date, rest string, ok bool) {
	if len(s) < len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return d, "", false
	}
	century, ok1 := pair(s[:2])
	year, ok2 := pair(s[2:4])
	month, ok3 := pair(s[5:7])
	day, ok4 := pair(s[8:10])
	d, err := pagonline.NewDate(century*100+year, time.Month(month), day)
	return d, s[10:], ok1 && ok2 && ok3 && ok4 && err == nil
}

// pair reads two digits.
func pair(s string) (n int, ok bool) {
	return int(s[0]-'0')*10 + int(s[1]-'0'), areDigits(s)
}

// fraction reads the fraction of a second, if there is one, and returns what comes
// after it.
func fraction(s string) (nano int, rest string, ok bool) {
	if s == "" || s[0] != '.' {
		return 0, s, true
	}
	i := 1
	for unit := 100_000_000; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
		nano += int(s[i]-'0') * unit
		unit /= 10
	}
	return nano, s[i:], i > 1
}

// zone reads a time zone of XML Schema: Z, or ±hh:mm up to 14:00.
func zone(s string) (offset time.Duration, ok bool) {
	if s == "Z" {
		return 0, true
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, false
	}
	hours, okH := pair(s[1:3])
	minutes, okM := pair(s[4:6])
	offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, okH && okM && minutes <= 59 && offset.Abs() <= 14*time.Hour
}
