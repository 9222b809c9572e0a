package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

// HandlerConfig says what a handler sends. With the zero value payers get their messages
// in Italian, with the receipt as JSON, and no mailbox gets receipts.
type HandlerConfig struct {
	// Lang returns the language of a position's payer. Default: Italian.
	Lang func(payment.Position) string
	// Mailbox returns the mailbox to which a service's receipts are handed in, "" for
	// none: see [catalog.Service]. Default: none for all.
	Mailbox func(payment.Purchase) string
	// Files returns what goes with a receipt. With an error of the class
	// [pagonline.ErrInvalid], as of a page for a name that the font lacks, trying again is
	// of no use: the message goes with the files that it returned, or the canonical JSON,
	// and the log of the [Post] says so. Default: the canonical JSON.
	Files func(context.Context, receipt.Receipt) ([]File, error)
	// Verdict judges a notice. Default: [payment.Cashier.Verdict], by what the store
	// knows.
	Verdict func(context.Context, payment.Key) (payment.Verdict, error)
	// Cases are those of the desk, of whose releases, rejections and refunds payers are told.
	// Default: none, and nobody is.
	Cases desk.Cases
}

// ErrWait says that the outcome of an attempt to pay is not known yet. The event comes
// again, and may: a verdict is there within half an hour.
var ErrWait = errors.New("mail: the outcome is not known yet, the event waits")

// Handler returns a handler of events that sends what follows from them, once:
//
//	order.taken_in_charge               taken in charge, to the payer, unless all is paid
//	order.closed_unpaid                 not known to be paid, if that is the verdict
//	receipt.recorded, receipt.second    the receipt, to the payer and the service's mailbox
//	desk.released                       the copies were sent, to the payer
//	desk.rejected                       there will be no copies, to the payer
//	desk.refunded                       the refund was made, to the payer
//
// The payer's address is the order's, else the debtor's; who has none gets nothing. A
// message that was refused for good is parked and its event is done; a temporary failure
// is an error, and so is [ErrWait].
func Handler(store payment.Store, w *Writer, post *Post, cfg HandlerConfig) payment.Handler {
	if cfg.Lang == nil {
		cfg.Lang = func(payment.Position) string { return "it" }
	}
	if cfg.Mailbox == nil {
		cfg.Mailbox = func(payment.Purchase) string { return "" }
	}
	if cfg.Files == nil {
		cfg.Files = JSON
	}
	if cfg.Verdict == nil {
		cashier := payment.NewCashier(store, payment.Config{Now: w.cfg.Now})
		cfg.Verdict = func(ctx context.Context, k payment.Key) (payment.Verdict, error) { return cashier.Verdict(ctx, k) }
	}
	h := handler{store, w, post, cfg}
	return func(ctx context.Context, e payment.Event) error {
		switch e.Kind {
		case payment.OrderEvent(payment.OrderTakenInCharge):
			return h.inCharge(ctx, e)
		case payment.OrderEvent(payment.OrderClosedUnpaid):
			return h.closedUnpaid(ctx, e)
		case payment.ReceiptRecorded, payment.ReceiptSecond:
			return h.paid(ctx, e)
		case desk.EventReleased:
			return h.released(ctx, e)
		case desk.EventRejected:
			return h.rejected(ctx, e)
		case desk.EventRefunded:
			return h.refunded(ctx, e)
		default:
			return nil
		}
	}
}

// JSON returns the canonical JSON of a receipt as a file.
func JSON(_ context.Context, r receipt.Receipt) ([]File, error) {
	b, err := r.Canonical()
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return []File{{Name: "ricevuta-" + r.IUV + ".json", MediaType: "application/json", Content: b}}, nil
}

// Archived returns the files of a receipt as the archiver keeps them, for
// [HandlerConfig.Files]: what is sent is what is kept.
func Archived(a *receipt.Archiver) func(context.Context, receipt.Receipt) ([]File, error) {
	mediaTypes := map[receipt.DocumentKind]string{receipt.PDFDocument: "application/pdf", receipt.JSONDocument: "application/json"}
	return func(ctx context.Context, r receipt.Receipt) ([]File, error) {
		documents, err := a.Documents(ctx, r)
		if err != nil {
			return nil, fmt.Errorf("mail: %w", err)
		}
		var files []File
		for _, d := range documents {
			files = append(files, File{Name: "ricevuta-" + r.IUV + "." + string(d.Kind), MediaType: mediaTypes[d.Kind], Content: d.Content})
		}
		return files, nil
	}
}

type handler struct {
	store payment.Store
	w     *Writer
	post  *Post
	cfg   HandlerConfig
}

// send sends m; that it was parked is the end of it.
func (h handler) send(ctx context.Context, m Message) error {
	if err := h.post.Send(ctx, m); !errors.Is(err, receipt.ErrParked) {
		return err
	}
	return nil
}

// order returns the order of an event and its positions; nothing if nobody is to be told.
func (h handler) order(ctx context.Context, e payment.Event) (o payment.Order, positions []payment.Position, err error) {
	if o, err = h.store.Orders().Get(ctx, e.Order); err != nil || o.Email == "" {
		return o, nil, err
	}
	for _, k := range o.Positions {
		p, err := h.store.Positions().Get(ctx, k)
		if err != nil {
			return o, nil, err
		}
		positions = append(positions, p)
	}
	return o, positions, nil
}

func (h handler) inCharge(ctx context.Context, e payment.Event) error {
	o, positions, err := h.order(ctx, e)
	if err != nil {
		return err
	}
	// Who has the receipt is not told to wait for it.
	positions = slices.DeleteFunc(positions, func(p payment.Position) bool { return p.Status.Settled() })
	if len(positions) == 0 {
		return nil
	}
	return h.send(ctx, h.w.InCharge(h.envelope(e, o.Email, positions[0]), positions))
}

func (h handler) envelope(e payment.Event, email string, p payment.Position) Envelope {
	return Envelope{Event: EventRef(e), To: Address{Email: email}, Lang: h.cfg.Lang(p)}
}

// closedUnpaid tells of the notices that are not known to be paid, once none of the
// order's may still be.
func (h handler) closedUnpaid(ctx context.Context, e payment.Event) error {
	o, positions, err := h.order(ctx, e)
	if err != nil {
		return err
	}
	var open []Case
	for _, p := range positions {
		v, err := h.cfg.Verdict(ctx, p.Key)
		switch {
		case err != nil:
			return err
		case v.Finding == payment.FindingInCharge || v.Finding == payment.FindingUnderWay:
			return ErrWait
		case v.Finding == payment.FindingOpen && v.Retry:
			open = append(open, Case{p, v})
		}
	}
	if len(open) == 0 {
		return nil // paid, or something that a person must look at
	}
	m, err := h.w.NotYetPaid(h.envelope(e, o.Email, open[0].Position), open)
	if err != nil {
		return err
	}
	return h.send(ctx, m)
}

// paid sends a receipt. That of another creditor's notice, which pays nothing here, is
// nobody's.
func (h handler) paid(ctx context.Context, e payment.Event) error {
	p, err := h.store.Positions().Get(ctx, e.Position)
	var rt payment.RT
	if err == nil {
		rt, err = h.store.RTs().Get(ctx, e.Position.Creditor, e.ReceiptID)
	}
	if errors.Is(err, payment.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	email, err := h.payer(ctx, p)
	mailbox := h.cfg.Mailbox(p.Purchase)
	if err != nil || email == "" && mailbox == "" {
		return err
	}
	r, err := receipt.New(rt, p, h.w.cfg.Environment)
	if err != nil {
		return err
	}
	files, err := h.files(ctx, r)
	if err != nil {
		return err
	}
	var failures []error
	if email != "" {
		m, err := h.w.Paid(h.envelope(e, email, p), r, files...)
		if err == nil {
			err = h.send(ctx, m)
		}
		failures = append(failures, err)
	}
	if mailbox != "" {
		to := Envelope{Event: EventRef(e), To: Address{Email: mailbox}, Lang: "it"}
		m, err := h.w.HandIn(to, r, Address{Email: email}, files...)
		if err == nil {
			err = h.send(ctx, m)
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// files returns the files of a receipt, fewer where some can never be made.
func (h handler) files(ctx context.Context, r receipt.Receipt) ([]File, error) {
	files, err := h.cfg.Files(ctx, r)
	if !errors.Is(err, pagonline.ErrInvalid) {
		return files, err
	}
	why := pagonline.AsError(err)
	h.post.cfg.Log.WarnContext(ctx, "mail goes without a file of the receipt",
		slog.Any("receipt", r), slog.String("code", string(why.Code)), slog.String("field", why.Field))
	if len(files) > 0 {
		return files, nil
	}
	if files, err = JSON(ctx, r); errors.Is(err, pagonline.ErrInvalid) {
		return nil, nil // the message itself says what was paid
	}
	return files, err
}

// payer returns where the payer of a position gets his mail, "" for nowhere.
func (h handler) payer(ctx context.Context, p payment.Position) (string, error) {
	orders, err := h.store.Orders().ByPosition(ctx, p.Key)
	if err != nil {
		return "", err
	}
	for _, o := range orders { // the newest first
		if o.Email != "" {
			return o.Email, nil
		}
	}
	return p.Debtor.Email, nil
}
