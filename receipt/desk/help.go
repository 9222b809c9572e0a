package desk

import (
	"context"
	"crypto/rand"
	"iter"
	"log/slog"
	"time"

	"github.com/pagonline/pagonline"
)

// Category says what a payer needs help with.
type Category string

// The categories.
const (
	HelpAccess    Category = "access"
	HelpPayment   Category = "payment"
	HelpReceipt   Category = "receipt"
	HelpWrongData Category = "wrong_data"
)

// HelpCase is a payer's request for help. It may name people: the log gets its id,
// category and state.
type HelpCase struct {
	ID        string     `json:"id"`
	Owner     string     `json:"owner,omitempty"` // an opaque id of who asks, "" for nobody's
	Category  Category   `json:"category"`
	Reference string     `json:"reference,omitempty"` // an order, a notice number, a protocol
	Text      string     `json:"text"`
	Status    HelpStatus `json:"status"`
	OpenedAt  time.Time  `json:"openedAt"`

	Answer     string    `json:"answer,omitempty"`
	AnsweredBy string    `json:"answeredBy,omitempty"`
	AnsweredAt time.Time `json:"answeredAt,omitzero"`
	ClosedBy   string    `json:"closedBy,omitempty"`
	ClosedAt   time.Time `json:"closedAt,omitzero"`
}

// LogValue gives the log the id, the category and the state.
func (h HelpCase) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", h.ID), slog.String("category", string(h.Category)), slog.String("status", string(h.Status)))
}

// HelpRequest asks for help.
type HelpRequest struct {
	Owner     string // an opaque id of who asks; "" for nobody's
	Category  Category
	Reference string // an order, a notice number, a protocol: up to 60 characters; "" for none
	Text      string // 1 to 2000 characters
}

// LogValue gives the log the category.
func (r HelpRequest) LogValue() slog.Value { return slog.StringValue("help " + string(r.Category)) }

// AskHelp opens a help case. A text in which [HasCardNumber] finds one is refused and
// not kept; the notice number in Reference may stand in the text, because one in ten
// looks like a card's.
//
// Its error has [pagonline.CodeSensitiveData], [pagonline.CodeTextTooLong],
// [pagonline.CodeTextInvalid] or [pagonline.CodeRequiredField], and names the field
// "category", "reference" or "text".
func (d *Desk) AskHelp(ctx context.Context, r HelpRequest) (HelpCase, error) {
	switch r.Category {
	case HelpAccess, HelpPayment, HelpReceipt, HelpWrongData:
	default:
		return HelpCase{}, pagonline.NewError(pagonline.CodeRequiredField, fieldName("category")).At("category")
	}
	known := noticeIn(r.Reference)
	switch {
	case known != "":
		r.Reference = known
	case r.Reference != "":
		if err := text("reference", r.Reference, maxReference); err != nil {
			return HelpCase{}, err
		}
	}
	if err := lines("text", r.Text, known, maxHelp); err != nil {
		return HelpCase{}, err
	}
	h := HelpCase{
		ID: rand.Text(), Owner: r.Owner, Category: r.Category, Reference: r.Reference, Text: r.Text,
		Status: HelpOpen, OpenedAt: d.now(),
	}
	if err := d.store.HelpCases().Insert(ctx, h); err != nil {
		return HelpCase{}, err
	}
	return h, nil
}

// AnswerHelp answers an open help case. By is an opaque id of the clerk, 1 to 70
// characters. Its error has [pagonline.CodeNotFound], [pagonline.CodeNotAllowed] for one
// that is not open, or is one of the texts', as that of [Desk.AskHelp].
func (d *Desk) AnswerHelp(ctx context.Context, id, by, answer string) (HelpCase, error) {
	if err := text("by", by, maxBy); err != nil {
		return HelpCase{}, err
	}
	if err := lines("text", answer, "", maxHelp); err != nil {
		return HelpCase{}, err
	}
	return d.changeHelp(ctx, id, func(h *HelpCase) error {
		h.Answer, h.AnsweredBy, h.AnsweredAt = answer, by, d.now()
		return move(nextHelp, &h.Status, HelpAnswered)
	})
}

// CloseHelp closes a help case, answered or not; once is enough. Its error has
// [pagonline.CodeNotFound], or names the field "by".
func (d *Desk) CloseHelp(ctx context.Context, id, by string) (HelpCase, error) {
	if err := text("by", by, maxBy); err != nil {
		return HelpCase{}, err
	}
	return d.changeHelp(ctx, id, func(h *HelpCase) error {
		if h.Status == HelpClosed {
			return nil
		}
		h.ClosedBy, h.ClosedAt = by, d.now()
		return move(nextHelp, &h.Status, HelpClosed)
	})
}

func (d *Desk) changeHelp(ctx context.Context, id string, rule func(*HelpCase) error) (HelpCase, error) {
	var after HelpCase
	err := d.store.HelpCases().Update(ctx, id, func(h *HelpCase) error {
		err := rule(h)
		after = *h
		return err
	})
	if err != nil {
		return HelpCase{}, public(err)
	}
	return after, nil
}

// Help returns a help case of owner's; it is for the payer. Its error has
// [pagonline.CodeNotFound], also for what others or nobody owns.
func (d *Desk) Help(ctx context.Context, owner, id string) (HelpCase, error) {
	h, err := d.store.HelpCases().Get(ctx, id)
	if err == nil && (h.Owner != owner || owner == "") {
		err = ErrNotFound
	}
	if err != nil {
		return HelpCase{}, public(err)
	}
	return h, nil
}

// HelpCases returns the help cases that match f, the oldest first.
func (d *Desk) HelpCases(ctx context.Context, f HelpFilter) iter.Seq2[HelpCase, error] {
	return d.store.HelpCases().List(ctx, f)
}
