package faulty_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/faulty"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

// dump is what a store holds, one line for each thing, with what is random or counted
// replaced by where it stands first: two stores in which the same has happened have the
// same dump. The event journal is apart.
type dump struct{ text, journal string }

// random reports whether a word of digits and letters is a notice number or an IUV, an
// identifier, the code of a quote, or a hash.
func random(word string) bool {
	switch len(word) {
	case 17, 18:
		return strings.Trim(word, "0123456789") == ""
	case 26:
		return strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
	case 10:
		return strings.Trim(word, "23456789CDFGHJKMNPQRTVWXY") == ""
	case 64:
		return strings.Trim(word, "0123456789abcdef") == ""
	default:
		return false
	}
}

func dumpOf(ctx context.Context, st faulty.Inner, carts ...string) (d dump) {
	var all lines
	pending := map[int64]bool{}
	for _, e := range collect(st.Outbox().List(ctx, payment.EventFilter{Pending: true})) {
		pending[e.ID] = true
	}
	mark := must(st.Cases().Mark(ctx))
	for _, e := range collect(st.Outbox().List(ctx, payment.EventFilter{})) {
		if e.ID == mark {
			all.add("mark of the desk")
		}
		waits := pending[e.ID]
		e.ID = 0
		all.add("event", e, waits)
	}
	orders := map[string]bool{}
	positions := collect(st.Positions().List(ctx, payment.PositionFilter{}))
	slices.Reverse(positions)
	for _, p := range positions {
		all.add("position", p)
		for _, rt := range must(st.RTs().ByPosition(ctx, p.Key)) {
			raw := rt.Raw
			rt.Raw = nil
			all.add("receipt", rt, string(raw))
		}
		found := must(st.Orders().ByPosition(ctx, p.Key))
		slices.Reverse(found)
		for _, o := range found {
			if !orders[o.ID] {
				all.add("order", o)
			}
			orders[o.ID] = true
		}
	}
	for _, m := range collect(st.Quarantine().List(ctx)) {
		raw := m.Raw
		m.ID, m.Raw = 0, nil
		all.add("quarantine", m, string(raw))
	}
	for _, id := range carts {
		if c, err := st.Carts().Get(ctx, id); err == nil {
			all.add("cart", c)
		}
	}
	for _, q := range collect(st.Quotes().List(ctx, quote.Filter{})) {
		all.add("quote", q)
	}
	for _, c := range collect(st.Cases().List(ctx, desk.Filter{})) {
		all.add("case", c)
	}
	for _, h := range collect(st.HelpCases().List(ctx, desk.HelpFilter{})) {
		all.add("help", h)
	}
	for _, r := range collect(st.Archive().List(ctx, receipt.Period{})) {
		all.add("document", r)
	}
	all.add("address", contact(ctx, st.Contacts()))
	var journal lines
	for _, e := range collect(st.Journal().List(ctx, payment.JournalFilter{})) {
		journal.add("journal", e, e.Seal)
	}
	for _, s := range must(st.Journal().Seals(ctx, 0, 1000)) {
		journal.add("seal", s.Number, s.Count)
	}
	return dump{all.canonical(), journal.canonical()}
}

type lines struct{ strings.Builder }

func (l *lines) add(what string, values ...any) {
	l.WriteString(what)
	for _, v := range values {
		if text, ok := v.(string); ok { // a message, in which JSON would hide the numbers
			l.WriteString(" " + strings.ReplaceAll(text, "\n", " "))
			continue
		}
		l.WriteString(" " + string(must(json.Marshal(v))))
	}
	l.WriteString("\n")
}

func (l *lines) canonical() string {
	names := map[string]string{}
	var out strings.Builder
	for rest := l.String(); rest != ""; {
		n := 0
		for n < len(rest) && (rest[n] >= '0' && rest[n] <= '9' || rest[n]|0x20 >= 'a' && rest[n]|0x20 <= 'z') {
			n++
		}
		word := rest[:n]
		if random(word) {
			if names[word] == "" {
				names[word] = fmt.Sprintf("#%d", len(names)+1)
			}
			word = names[word]
		}
		out.WriteString(word)
		if n < len(rest) {
			out.WriteByte(rest[n])
			n++
		}
		rest = rest[n:]
	}
	return out.String()
}

func collect[T any](rows iter.Seq2[T, error]) (all []T) {
	for row, err := range rows {
		no(err)
		all = append(all, row)
	}
	return all
}

// differs says in which lines a state is not the other.
func differs(got, want string) string {
	var all strings.Builder
	other := strings.Split(want, "\n")
	for line := range strings.SplitSeq(got, "\n") {
		if i := slices.Index(other, line); i >= 0 {
			other = slices.Delete(other, i, i+1)
		} else {
			fmt.Fprintln(&all, "+", line)
		}
	}
	for _, line := range other {
		fmt.Fprintln(&all, "-", line)
	}
	return all.String()
}
