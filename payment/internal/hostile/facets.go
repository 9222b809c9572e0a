package hostile

import (
	"fmt"
	"slices"
	"strings"
)

// facets are messages with one value at the edge of its type, or beyond it.
func facets() []Document {
	amounts := values{
		good: []string{"0.00", "0.01", "01.00", "0000000000000000012.50", "999999999.99", " 12.50 ", "\n12.50\t", "<![CDATA[12.50]]>", "1&#50;.50", "<!-- 1 -->12.50", repeat("0", 100_000) + "1.00"},
		bad: []string{
			"", " ", "1e2", "1E2", "1e2.00", "+1.00", "-0.01", "-1.00", "-0.00", "--1.00", "1.0", "1", "1.", ".00", ".", "1.000", "1.005", "1,00", "1.00,00", "1.000.00", "1'000.00", "1 000.00", "1. 00", "1.00 2.00",
			"999999999.999", "1000000000.00", "999999999999.99", "92233720368547758.07", "18446744073709551616.00", repeat("9", 100_000) + ".00", "NaN", "INF", "Infinity", "0x1.00", "€1.00", "1.00€", "12.50 EUR",
			"١٢.٥٠", "１２.５０", "12．50", "12.5O", "l2.50", "null", "true", "1.00;DROP", "1_0.00", "${1}.00", "1<!-- -->2.50", "1<![CDATA[<]]>.00", "12.50\u00a0", "\u200b12.50",
		},
	}
	notZero := amounts
	notZero.good = slices.DeleteFunc(slices.Clone(notZero.good), func(v string) bool { return v == "0.00" })
	notZero.bad = append([]string{"0.00", "00.00"}, notZero.bad...)
	days := values{
		good: []string{"2026-12-23", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31", "2099-12-31", "2026-12-23Z", "2026-12-23+01:00", "2026-12-23-14:00", " 2026-12-23\n"},
		bad: []string{
			"", "2026-02-29", "1900-02-29", "2026-02-30", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00", "23/12/2026", "12-23-2026", "20261223", "2026-12-3", "26-12-23", "2026-12-23T00:00:00", "2026-12-23+15:00", "2026-12-23+1:00",
			"2026-12-23z", "-2026-12-23", "+2026-12-23", "12026-12-23", "0000-01-01", "2026-W52-3", "2026-357", "2026-1２-23", "today",
		},
	}
	instants := values{
		good: []string{"2026-11-23T10:30:00", "2026-11-23T10:30:00Z", "2026-11-23T10:30:00+01:00", "2026-11-23T10:30:00.123", "2026-11-23T10:30:00.123456789012345Z", "2026-11-23T24:00:00", "2026-03-29T02:30:00", "2026-10-25T02:30:00", "0001-01-01T00:00:00", " 2026-11-23T10:30:00 "},
		bad: []string{
			"", "2026-11-23", "10:30:00", "2026-11-23 10:30:00", "2026-11-23t10:30:00", "2026-11-23T10:30", "2026-11-23T1:30:00", "2026-11-23T10:30:60", "2026-11-23T10:60:00", "2026-11-23T25:00:00", "2026-11-23T24:00:01", "2026-11-23T24:00:00.1",
			"2026-11-23T10:30:00.", "2026-11-23T10:30:00,5", "2026-11-23T10:30:00+14:30", "2026-11-23T10:30:00+0100", "2026-11-23T10:30:00 Z", "2026-11-23T10:30:00GMT", "2026-02-30T10:30:00", "-2026-11-23T10:30:00", "12026-11-23T10:30:00", "1700000000", "9999-12-31T24:00:00",
		},
	}
	digits := func(n int) values {
		right := strings.Repeat("9", n)
		return values{good: []string{right, "<![CDATA[" + right + "]]>"}, bad: []string{
			"", right[1:], right + "9", right[1:] + "x", " " + right, right + "\n", right[2:] + "９", right[1:] + "-", "-" + right[1:], "+" + right[1:], right[1:] + "٤", strings.Repeat("9", 100_000), "' OR 1=1", "&lt;script&gt;",
		}}
	}
	text := func(n int) values {
		return values{
			good: []string{"x", strings.Repeat("x", n), strings.Repeat("è", n), strings.Repeat("😀", n), strings.Repeat("&amp;", n), " ", "]]", "&lt;b&gt;"},
			bad:  []string{"", strings.Repeat("x", n+1), strings.Repeat("è", n+1), strings.Repeat("&#232;", n+1), strings.Repeat(" ", n+1), strings.Repeat("x", 100_000), "<![CDATA[]]>", "x<!-- -->x"},
		}
	}
	oneOf := func(right ...string) values {
		bad := []string{"", "x", strings.ToLower(right[0]), right[0] + right[0], " " + right[0], right[0] + " ", right[0] + "\u200b", "null"}
		return values{good: right, bad: bad}
	}
	return slices.Concat(
		edges(1, "amount", amounts), edges(1, "dueDate", days), edges(1, "paymentNote", text(210)), edges(1, "transferType", oneOf("POSTAL", "PAGOPA")),
		edges(0, "fiscalCode", digits(11)), edges(0, "noticeNumber", digits(18)), edges(0, "idStation", text(35)),
		edges(3, "paymentAmount", amounts), edges(3, "transferAmount", notZero), edges(3, "fee", values{good: []string{"0.00"}, bad: []string{"", "-0.01"}}),
		edges(3, "paymentDateTime", instants), edges(3, "applicationDate", values{good: days.good[:2], bad: days.bad[:3]}),
		edges(3, "receiptId", values{good: []string{"x", strings.Repeat("x", 255)}, bad: []string{"", strings.Repeat("x", 256)}}),
		edges(3, "outcome", oneOf("OK", "KO")), edges(3, "description", text(140)), edges(3, "fullName", text(70)), edges(3, "pspPartitaIVA", text(20)), edges(3, "postalCode", text(16)),
		edges(3, "entityUniqueIdentifierType", oneOf("F", "G")),
		edges(3, "entityUniqueIdentifierValue", values{good: []string{"xx", "èè", strings.Repeat("è", 16)}, bad: []string{"", "x", "è", strings.Repeat("x", 17)}}),
		edges(3, "country", values{good: []string{"IT", "XX"}, bad: []string{"", "it", "I", "ITA", "I ", "ÀÈ", "1T"}}),
		edges(3, "e-mail", values{
			good: []string{"a@b", "a.b+c_d-e@example.org", "a@b-c.d"},
			bad:  []string{"", "a", "@", "a@", "@b", "a@b@c", "a@b.", "a@.b", "a@b..c", "a b@c", "a@b c", "a@b_c", "è@b.it", "a@b.it ", "&lt;a@b&gt;", "a@b\n", strings.Repeat("a", 300) + "@b"},
		}),
		edges(3, "idTransfer", values{good: []string{"1", "5", " 1 ", "+1", "01"}, bad: []string{"", "0", "6", "-1", "1.0", "1e0", "one", "4294967297", "１", "1 1"}}),
		edges(3, "standIn", values{good: []string{"true", "false", "1", "0", " true\n"}, bad: []string{"", "TRUE", "yes", "2", "00", "truefalse"}}),
		edges(5, "idServizio", values{good: []string{"00002", "èèèèè", "     "}, bad: []string{"", "0002", "000002"}}),
		edges(5, "datiSpecificiServizioRequest", values{
			good: []string{"", "YQ==", "YWI=", "YWJj", " YW\nJj ", "Y Q = ="},
			bad:  []string{"Y", "YQ", "YQ=", "YQ===", "=", "YQ==YQ==", "YR==", "YWJ=", "YWJj!", "YW-_", "è"},
		}),
		many(),
	)
}

// values are what an element may and may not hold, as they are written.
type values struct{ good, bad []string }

// edges puts each value into the first element of this name, in one of the messages.
func edges(message int, name string, v values) []Document {
	var all []Document
	add := func(value string, want Outcome) {
		m := messages()[message]
		e, path := m.find(name, nil)
		e.text = value
		d := Document{Name: fmt.Sprintf("facets: %s %d %.30q", name, len(all), value), Body: []byte(top + m.String() + bottom), Want: want}
		if want == Field {
			d.Path = path
		}
		all = append(all, d)
	}
	for _, value := range v.good {
		add(value, OK)
	}
	for _, value := range v.bad {
		add(value, Field)
	}
	return all
}

// find returns the first element of this name and its path.
func (e *element) find(name string, path []string) (found *element, where string) {
	for _, c := range e.children {
		here := append(slices.Clip(path), c.name)
		if c.name == name {
			return c, strings.Join(here, ".")
		}
		if found, where = c.find(name, here); found != nil {
			return found, where
		}
	}
	return nil, ""
}

// many are lists as long as they may be, and longer.
func many() []Document {
	var all []Document
	for _, c := range []struct {
		list, item string
		n          int
		want       Outcome
	}{
		{"transferList", "transfer", 0, Field},
		{"transferList", "transfer", 5, OK},
		{"transferList", "transfer", 6, Field},
		{"transferList", "transfer", 100, Field},
		{"metadata", "mapEntry", 0, Field},
		{"metadata", "mapEntry", 15, OK},
		{"metadata", "mapEntry", 16, Field},
		{"metadata", "mapEntry", 1000, Field},
		{"receipt", "payer", 2, Field},
	} {
		m := messages()[3]
		list, path := m.find(c.list, nil)
		item, _ := list.find(c.item, nil)
		others := slices.DeleteFunc(slices.Clone(list.children), func(e *element) bool { return e == item })
		at := slices.Index(list.children, item)
		list.children = slices.Concat(others[:at], slices.Repeat([]*element{item}, c.n), others[at:])
		if list.children == nil {
			list.text = " "
		}
		d := Document{Name: fmt.Sprintf("many: %d %s", c.n, c.item), Body: []byte(top + m.String() + bottom), Want: c.want}
		if c.want == Field {
			d.Path = path + "." + c.item
		}
		all = append(all, d)
	}
	return all
}
