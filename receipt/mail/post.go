package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/pagonline/pagonline/receipt"
)

// Post sends messages, each once. It is safe for concurrent use; several of them, in
// several processes, may share what was sent.
type Post struct {
	sent      receipt.Sent
	transport Transport
	cfg       PostConfig
}

// PostConfig says how a post works. The zero value of each field works.
type PostConfig struct {
	// Lease is how long a message belongs to who is sending it; it must be longer than
	// the transport takes. Default: 10 minutes.
	Lease time.Duration
	// Now is the clock. Default: the system's.
	Now func() time.Time
	// Log gets refusals, by the message's id and kind. Default: nothing.
	Log *slog.Logger
}

// NewPost returns a post that sends by transport and remembers in sent.
func NewPost(sent receipt.Sent, transport Transport, cfg PostConfig) *Post {
	if cfg.Lease == 0 {
		cfg.Lease = 10 * time.Minute
	}
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Post{sent, transport, cfg}
}

// Send sends the message unless it was sent before, which is no error. Its error is
// [receipt.ErrClaimed] while another sends it; it wraps [receipt.ErrParked] for what was
// refused for good, now ([RefusedError]) or before; any other is temporary, and one may
// try again.
func (p *Post) Send(ctx context.Context, m Message) error {
	now := p.cfg.Now()
	until := now.Add(p.cfg.Lease)
	switch err := p.sent.Claim(ctx, m.ID, now, until); {
	case errors.Is(err, receipt.ErrSent):
		return nil
	case err != nil:
		return fmt.Errorf("mail: %s %s: %w", m.Kind, m.ID, err)
	}
	err := m.Check()
	if err != nil {
		err = &RefusedError{Cause: err}
	} else {
		err = p.transport.Send(ctx, m)
	}
	fate := receipt.Sending{Fate: receipt.Delivered, At: p.cfg.Now(), Claimed: until}
	refused, forGood := errors.AsType[*RefusedError](err)
	switch {
	case forGood:
		fate.Fate, fate.Note = receipt.Undelivered, refused.note()
		p.cfg.Log.WarnContext(ctx, "mail refused for good", slog.Any("message", m), slog.String("why", fate.Note))
	case err != nil:
		fate.Fate = receipt.Unsent
	}
	// What happened has happened, also for a caller who no longer waits.
	if settle := p.sent.Settle(context.WithoutCancel(ctx), m.ID, fate); settle != nil {
		err = errors.Join(err, settle)
	}
	if err != nil {
		return fmt.Errorf("mail: %s %s: %w", m.Kind, m.ID, err)
	}
	return nil
}
