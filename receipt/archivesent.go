package receipt

import (
	"context"
	"errors"
	"iter"
	"time"
)

// Sent remembers what was sent, by the message's id, so that no message goes out twice
// where that can be avoided. Its contract is tested by the package storetest.
type Sent interface {
	// Claim takes the message for who is about to send it, until that instant, by which the
	// claim is known. It returns nil if it was free, never claimed or its claim has run out
	// at the instant now; [ErrClaimed] if another is sending it, [ErrSent], or [ErrParked].
	Claim(ctx context.Context, id string, now, until time.Time) error
	// Settle says what became of a claimed message. [Delivered] is for good: nothing that
	// comes later undoes it, and it counts whoever says so. Any other fate counts only
	// while the message is still in the claim that s names; who sent too slowly does not
	// speak for who has it now. [Unsent] frees the message; so does it, without a claim,
	// for one that was parked and may be tried again.
	Settle(ctx context.Context, id string, s Sending) error
	// Parked returns the messages that were refused for good, the oldest first.
	Parked(ctx context.Context) iter.Seq2[Sending, error]
}

// Sending is what became of a message.
type Sending struct {
	ID   string    `json:"id"`
	Fate Fate      `json:"fate"`
	At   time.Time `json:"at"`
	Note string    `json:"note,omitempty"` // why it was parked; names nobody
	// Claimed is until when the message was claimed by who settles it; none for a person
	// who frees it. No store keeps it.
	Claimed time.Time `json:"-"`
}

// Fate is the fate of a message.
type Fate string

// The fates of a message.
const (
	Unsent      Fate = ""        // may be claimed
	Delivered   Fate = "sent"    // the server took it
	Undelivered Fate = "refused" // the server will never take it
)

// What [Sent.Claim] returns for a message that is not free.
var (
	ErrClaimed = errors.New("receipt: message is being sent")
	ErrSent    = errors.New("receipt: message was sent")
	ErrParked  = errors.New("receipt: message was refused for good")
)
