package station

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
)

// StampVerifier checks the digital stamps that come in receipts.
type StampVerifier interface {
	// CheckStamp checks the stamp of a transfer against the transfer's amount, and what
	// the position asked for; want is nil if it asked for none there, or is another
	// creditor's. Its error may wrap one with a method StampFault() string, which returns
	// a short code.
	CheckStamp(ctx context.Context, sold payment.Credit, want *payment.Stamp) error
}

// The values of [payment.Credit]'s StampFault, beside the codes of the verifier's errors,
// and [payment.StampUnchecked], if the verifier had no time or panicked.
const (
	StampInvalid = "invalid" // the verifier says so, and gives no code
	StampMissing = "missing" // the position asked for a stamp, and none came
)

// receipt is the RT that a message holds.
func receipt(r wire.Request, body []byte) payment.RT {
	rt := r.RT
	rt.Creditor, rt.Operation, rt.Raw = r.PA, string(r.Operation), bytes.Clone(body)
	rt.Number, _ = notice.ParseSyntax(r.Number) // no number is no notice of ours
	return rt
}

// record stores a receipt, and refuses it where the options say so.
func (h *Handler) record(ctx context.Context, rt payment.RT) (payment.Recorded, error) {
	done, err := h.cashier.Record(ctx, rt)
	if err == nil && (done.Second && h.cfg.RefuseSecondPayments || done.Repeat && h.cfg.RefuseRepeats) {
		err = &refusal{code: duplicateRT}
	}
	return done, err
}

// checkStamps notes in the receipt what is wrong with its stamps. Whatever that is, the
// receipt is taken: it is the stamps that somebody must ask for again.
func (h *Handler) checkStamps(ctx context.Context, rt *payment.RT) error {
	if h.cfg.Stamps == nil {
		return nil
	}
	var p payment.Position
	if rt.Issuer == rt.Creditor {
		var err error
		if p, err = h.cashier.Position(ctx, rt.PositionKey()); err != nil && !errors.Is(err, payment.ErrNotFound) {
			return err
		}
	}
	for i := range rt.Transfers {
		c := &rt.Transfers[i]
		var want *payment.Stamp
		if c.ID <= len(p.Transfers) {
			want = p.Transfers[c.ID-1].Stamp
		}
		switch {
		case c.Stamp != nil:
			c.StampFault = h.checkStamp(ctx, *c, want)
		case want != nil:
			c.StampFault = StampMissing
		}
	}
	return nil
}

// stampError is a verifier's error that says in a code what is wrong.
type stampError interface {
	error
	StampFault() string
}

// stampTime is how long the check of a stamp may take.
const stampTime = time.Second

func (h *Handler) checkStamp(ctx context.Context, sold payment.Credit, want *payment.Stamp) string {
	ctx, cancel := context.WithTimeout(ctx, stampTime)
	defer cancel()
	err := h.guard(ctx, func() error { return h.cfg.Stamps.CheckStamp(ctx, sold, want) })
	coded, isCoded := errors.AsType[stampError](err)
	switch {
	case err == nil:
		return ""
	case isCoded:
		return coded.StampFault()
	case errors.Is(err, errPanic), ctx.Err() != nil:
		return payment.StampUnchecked
	default:
		return StampInvalid
	}
}

// Replayed says what became of a message from the quarantine.
type Replayed struct {
	payment.Recorded
	// Fault is why the message is refused still, as in "PAA_PAGAMENTO_SCONOSCIUTO", or
	// [Unreadable]; "" if it was recorded.
	Fault string
}

// Unreadable is the reason of what is in quarantine because it is no message, but seems
// to hold a receipt.
const Unreadable = "unreadable"

// Replay reads a receipt in quarantine again and records it, as if the node had sent
// it now: after a position has appeared, or an identifier was set right, or a new
// version of this package understands it. What was recorded is resolved by by, an
// opaque id of who asks; what is refused still stays as it is. It may be called again:
// a receipt that is recorded already is a Repeat. Its error has [pagonline.CodeNotFound]
// for no such message, [pagonline.CodeNotAllowed] for one that is no receipt, or is the
// store's.
func (h *Handler) Replay(ctx context.Context, id int64, by string) (Replayed, error) {
	m, err := h.cashier.QuarantinedMessage(ctx, id)
	if err != nil {
		return Replayed{}, err
	}
	if !isReceipt(wire.Operation(m.Operation)) {
		return Replayed{}, pagonline.NewError(pagonline.CodeNotAllowed)
	}
	rt, refused := h.reread(m.Raw)
	if refused != nil {
		return Replayed{Fault: string(refused.code)}, nil //nolint:nilerr // it is the answer
	}
	done, refused, err := h.replay(ctx, id, by, rt)
	if refused != nil {
		return Replayed{Fault: string(refused.code)}, nil //nolint:nilerr // it is the answer
	}
	return Replayed{Recorded: done}, err
}

// replay records a receipt from the quarantine, or says what refuses it.
func (h *Handler) replay(ctx context.Context, id int64, by string, rt payment.RT) (done payment.Recorded, refused *refusal, err error) {
	if err = h.checkStamps(ctx, &rt); err == nil {
		done, err = h.cashier.Replay(ctx, id, by, rt)
	}
	if refused = refusalOf(err); refused != nil {
		err = nil
	}
	return done, refused, err
}

// reread returns the receipt in a message of the quarantine, or what refuses it still.
func (h *Handler) reread(raw []byte) (payment.RT, *refusal) {
	r, err := wire.DecodeRequest(raw)
	if isNoMessage(err) || !isReceipt(r.Operation) {
		return payment.RT{}, &refusal{code: Unreadable}
	}
	return receipt(r, raw), h.check(r, err)
}

func isReceipt(o wire.Operation) bool { return o == wire.SendRT || o == wire.SendRTV1 }
