package payment

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment/notice"
)

// QuarantinedMessage is a message that somebody should look at. It is open until it is
// resolved, and kept afterwards. If it comes again it is open again.
type QuarantinedMessage struct {
	ID         int64 // given by the store
	Operation  string
	Reason     string // a code, as in "PAA_PAGAMENTO_SCONOSCIUTO"
	Raw        []byte
	ReceivedAt time.Time // the first time
	Times      int       // how often it came

	Resolution
}

// Resolution is how a quarantined message came to its end.
type Resolution struct {
	ResolvedAt time.Time // zero while the message is open
	ResolvedBy string    // an opaque id of the clerk or program, 1 to 70 characters
	Note       string    // what was found, 1 to 500 characters, nobody named in it
}

// Open reports whether nobody has resolved the message.
func (m QuarantinedMessage) Open() bool { return m.ResolvedAt.IsZero() }

// LogValue gives the log everything but the message.
func (m QuarantinedMessage) LogValue() slog.Value {
	return slog.GroupValue(slog.Int64("id", m.ID), slog.String("operation", m.Operation), slog.String("reason", m.Reason))
}

const (
	// mostNumbers is more than a message of the node has: one that is full of numbers is
	// found by the first.
	mostNumbers  = 16
	numberDigits = 18
)

// Numbers returns the notice numbers that stand in the message as 18 digits on their own,
// each once, the first 16: what was refused need not have been understood. A store finds
// the message by them.
func (m QuarantinedMessage) Numbers() []notice.Number {
	var found []notice.Number
	for rest := m.Raw; len(rest) > 0 && len(found) < mostNumbers; {
		n := 0
		for n < len(rest) && '0' <= rest[n] && rest[n] <= '9' {
			n++
		}
		if n == numberDigits {
			number, err := notice.ParseSyntax(string(rest[:n]))
			if err == nil && !slices.Contains(found, number) {
				found = append(found, number)
			}
		}
		rest = rest[max(n, 1):]
	}
	return found
}

// About reports whether the message speaks of a notice: its number and the fiscal code of
// its creditor stand there.
func (m QuarantinedMessage) About(k Key) bool {
	return k.Creditor != "" && bytes.Contains(m.Raw, []byte(k.Creditor)) && slices.Contains(m.Numbers(), k.Number)
}

// Quarantine keeps a message that is refused or not understood, raw, for somebody to
// look at. It must be called before the refusal goes out.
func (c *Cashier) Quarantine(ctx context.Context, m QuarantinedMessage) error {
	err := c.store.Do(ctx, func(ctx context.Context) error { return c.quarantine(ctx, m) })
	if err != nil {
		return fmt.Errorf("quarantine: %w", err)
	}
	c.cfg.Log.ErrorContext(ctx, "message in quarantine", slog.String("operation", m.Operation), slog.String("reason", m.Reason))
	return nil
}

func (c *Cashier) quarantine(ctx context.Context, m QuarantinedMessage) error {
	m.ReceivedAt = c.now()
	if err := c.store.Quarantine().Put(ctx, m); err != nil {
		return err
	}
	return c.event(ctx, Event{Kind: Quarantined})
}

// Quarantined returns the messages in quarantine that are open, the oldest first.
func (c *Cashier) Quarantined(ctx context.Context) iter.Seq2[QuarantinedMessage, error] {
	return c.store.Quarantine().Open(ctx)
}

// QuarantinedMessage returns a message of the quarantine, resolved or not. Its error
// has [pagonline.CodeNotFound].
func (c *Cashier) QuarantinedMessage(ctx context.Context, id int64) (QuarantinedMessage, error) {
	m, err := c.store.Quarantine().Get(ctx, id)
	return m, public(err)
}

// Resolve closes a message of the quarantine by hand. Who and when are kept; the first
// resolution stays until the message comes again. Its error has [pagonline.CodeNotFound], [pagonline.CodeConflict] if
// it was resolved otherwise before, or names the field "by" or "note".
func (c *Cashier) Resolve(ctx context.Context, id int64, by, note string) error {
	return public(c.resolve(ctx, id, by, note))
}

func (c *Cashier) resolve(ctx context.Context, id int64, by, note string) error {
	if err := text("by", by, 70); err != nil {
		return err
	}
	if err := text("note", note, 500); err != nil {
		return err
	}
	return c.store.Quarantine().Update(ctx, id, func(m *QuarantinedMessage) error {
		if m.Open() {
			m.Resolution = Resolution{ResolvedAt: c.now(), ResolvedBy: by, Note: note}
		}
		if m.ResolvedBy != by || m.Note != note {
			return ErrChanged
		}
		return nil
	})
}

// Replay records the receipt that a message of the quarantine holds, read again into r,
// as [Cashier.Record] does, and resolves the message in the same transaction. What was
// recorded already is a Repeat, so it may be called again. If the receipt is refused
// still, the error wraps [ErrRefused] and the reason, and the message stays as it is. If
// r was not read from the message, to the byte, the error has [pagonline.CodeConflict].
func (c *Cashier) Replay(ctx context.Context, id int64, by string, r RT) (Recorded, error) {
	var done Recorded
	var refusal error
	err := c.store.Do(ctx, func(ctx context.Context) error {
		m, err := c.store.Quarantine().Get(ctx, id)
		if err != nil {
			return err
		}
		if !bytes.Equal(m.Raw, r.Raw) {
			return ErrChanged
		}
		done, refusal, err = c.judge(ctx, r)
		if err != nil || refusal != nil || !m.Open() {
			return err
		}
		return c.resolve(ctx, id, by, replayed)
	})
	if err != nil {
		return Recorded{}, public(fmt.Errorf("replay %d: %w", id, err))
	}
	return done, c.report(ctx, r, done, refusal)
}

// replayed is the note of a message that was recorded after all.
const replayed = "recorded on replay"
