package payment

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Do runs work as one transaction of the cashier's store; see [Store]. What the
// cashier does with work's context joins it: a receipt and the journal's entries about
// it are kept together, or neither is.
func (c *Cashier) Do(ctx context.Context, work func(ctx context.Context) error) error {
	return c.store.Do(ctx, work)
}

// Now returns the cashier's time, in UTC.
func (c *Cashier) Now() time.Time { return c.now() }

// AppendJournal writes entries into the event journal, in the unit of work that ctx
// carries or in one of their own. Their instants are rounded down to the millisecond;
// one that has none happens now, and one without a category is of [Interface]. An entry
// needs operation and subtype.
//
// What a message said may be anything. A value that is not a code, or longer than a
// code may be, or formed like a person's fiscal code, is written as "?"; what it was
// can be proved by the hash of the message.
func (c *Cashier) AppendJournal(ctx context.Context, entries ...JournalEntry) error {
	rows := make([]JournalEntry, len(entries))
	for i, e := range entries {
		if e.At.IsZero() {
			e.At = c.now()
		}
		if e.Category == "" {
			e.Category = Interface
		}
		if e.Operation == "" || e.Subtype != Request && e.Subtype != Response || e.Category != Interface && e.Category != Internal {
			return errors.New("payment: journal entry without operation, subtype or category")
		}
		rows[i] = e.clean()
	}
	if err := c.store.Journal().Append(ctx, rows...); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// clean returns e with nothing in it but codes.
func (e JournalEntry) clean() JournalEntry {
	e.ID, e.Seal, e.At = 0, 0, e.At.UTC().Truncate(time.Millisecond)
	for _, field := range []*string{
		&e.Creditor, &e.IUV, &e.Token, &e.Notice, &e.PSP, &e.PaymentType, &e.Component, &e.Operation, &e.Requester,
		&e.Responder, &e.Station, &e.Channel, &e.Parameters.SHA256, &e.Parameters.Answers, &e.Parameters.Fault,
		&e.Parameters.Detail, &e.Outcome,
	} {
		*field = JournalCode(*field)
	}
	return e
}

// longestCode is room for every identifier of the schemas (35 or 36 characters), for a
// hash, and for the path of an element.
const longestCode = 128

// JournalCode returns s if it is a code: one word of ASCII without quotes or angle
// brackets. Neither a name of two words nor an e-mail address is one, nor what has the
// form of a person's fiscal code, be it one part of a path. Otherwise it returns "?": what
// a message said goes through here on its way into the journal, a log, or an error.
func JournalCode(s string) string {
	if len(s) > longestCode {
		return "?"
	}
	for part := range strings.SplitSeq(s, ".") {
		if personal(part) {
			return "?"
		}
	}
	for i := range len(s) {
		switch b := s[i]; {
		case '0' <= b && b <= '9', 'A' <= b && b <= 'Z', 'a' <= b && b <= 'z':
		case b == '.', b == '_', b == '-', b == ':', b == '/', b == ',', b == '=', b == '+', b == '[', b == ']', b == '?':
		default:
			return "?"
		}
	}
	return s
}

// personal reports whether s has the form of a person's fiscal code, be its check
// letter right or wrong.
func personal(s string) bool {
	if len(s) != 16 {
		return false
	}
	for i := range len(s) {
		letter := s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z'
		switch i {
		case 0, 1, 2, 3, 4, 5, 8, 11, 15:
			if !letter {
				return false
			}
		default: // a digit, or the letter that stands for one (omocodia)
			if (s[i] < '0' || s[i] > '9') && !strings.ContainsRune("lmnpqrstuv", rune(s[i]|0x20)) {
				return false
			}
		}
	}
	return true
}

// ExportJournal writes the entries that match f to w, one JSON object a line in the
// order of their instants, and returns how many. It holds a page of them at a time.
func (c *Cashier) ExportJournal(ctx context.Context, w io.Writer, f JournalFilter) (n int, err error) {
	out := bufio.NewWriter(w)
	for e, err := range c.store.Journal().List(ctx, f) {
		if err != nil {
			return n, fmt.Errorf("export journal: %w", errors.Join(err, out.Flush()))
		}
		line, err := e.MarshalJSON()
		if err == nil {
			_, err = out.Write(append(line, '\n'))
		}
		if err != nil {
			return n, fmt.Errorf("export journal: %w", err)
		}
		n++
	}
	if err := out.Flush(); err != nil {
		return n, fmt.Errorf("export journal: %w", err)
	}
	return n, nil
}
