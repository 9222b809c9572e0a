package receipt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// Archiver puts the documents of each receipt into an archive, once: the message in which
// the RT came, the page and the data that the payer gets. Give [Archiver.Handle] to the
// cashier before the handler of the mail, and [Archiver.Documents] to whoever hands the
// receipt out: what the payer has is then what is kept, to the byte, also after another
// key signs or another version prints. It is safe for concurrent use.
type Archiver struct {
	store   payment.Store
	archive Archive
	cfg     ArchiverConfig
}

// ArchiverConfig says what an archiver keeps. With the zero value that is the RT and the
// canonical JSON.
type ArchiverConfig struct {
	// Environment is that of the receipts. Default: [payment.Sandbox].
	Environment payment.Environment
	// Print returns the page and the data of a receipt as the payer gets them, in general
	// a PDF and the [Proof.SignedJSON] inside it; no page is none. With an error of the
	// class [pagonline.ErrInvalid] beside the data the page can never be made, as for a
	// name that the font lacks: the data are kept alone and the log says so. Default: no
	// page, and the canonical JSON.
	Print func(ctx context.Context, r Receipt) (page, data []byte, err error)
	// Now is the clock. Default: the system's.
	Now func() time.Time
	// Log gets the receipts without a page, by their ids. Default: nothing.
	Log *slog.Logger
}

// NewArchiver returns an archiver of the receipts of store; archive is best the store's
// own, so that page and data are kept in one transaction.
func NewArchiver(store payment.Store, archive Archive, cfg ArchiverConfig) *Archiver {
	if cfg.Print == nil {
		cfg.Print = func(_ context.Context, r Receipt) (page, data []byte, err error) {
			data, err = r.Canonical()
			return nil, data, err
		}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Archiver{store, archive, cfg}
}

// Handle keeps the documents of the receipt that an event is about; it is a
// [payment.Handler], and repeats change nothing. Of what has no position here, the copy
// for a secondary creditor, the store of receipts keeps the message. An error is that of
// the store, of the archive or of Print, and the event comes again.
func (a *Archiver) Handle(ctx context.Context, e payment.Event) error {
	if e.Kind != payment.ReceiptRecorded && e.Kind != payment.ReceiptSecond {
		return nil
	}
	p, err := a.store.Positions().Get(ctx, e.Position)
	var rt payment.RT
	if err == nil {
		rt, err = a.store.RTs().Get(ctx, e.Position.Creditor, e.ReceiptID)
	}
	if errors.Is(err, payment.ErrNotFound) {
		return nil
	}
	var r Receipt
	if err == nil {
		r, err = New(rt, p, a.cfg.Environment)
	}
	if err == nil {
		err = a.keepMessage(ctx, rt)
	}
	if err == nil {
		_, err = a.Documents(ctx, r)
	}
	if err != nil {
		return fmt.Errorf("receipt: archive: %w", err)
	}
	return nil
}

// keepMessage keeps the message of an RT, the first one: another may take its place in the
// store, where the first was only asked for (biz-events).
func (a *Archiver) keepMessage(ctx context.Context, rt payment.RT) error {
	d := DocumentOf(rt, a.cfg.Now())
	if d.Size == 0 {
		return nil
	}
	_, err := a.archive.Get(ctx, d.DocumentKey)
	if pagonline.CodeOf(err) == pagonline.CodeNotFound {
		err = a.archive.Put(ctx, d)
	}
	return err
}

// Documents returns the page, if there is one, and the data of a receipt as they are kept;
// if they are not yet, it makes and keeps them. Its error is that of the archive or of
// Print.
func (a *Archiver) Documents(ctx context.Context, r Receipt) ([]Document, error) {
	kept, err := a.kept(ctx, r)
	if err != nil || len(kept) > 0 {
		return kept, err
	}
	page, data, err := a.cfg.Print(ctx, r)
	switch {
	case errors.Is(err, pagonline.ErrInvalid) && len(data) > 0:
		why := pagonline.AsError(err)
		a.cfg.Log.WarnContext(ctx, "receipt is kept without its page",
			slog.Any("receipt", r), slog.String("code", string(why.Code)), slog.String("field", why.Field))
		page = nil
	case err != nil:
		return nil, err
	}
	var made []Document
	if len(page) > 0 {
		made = append(made, r.Document(PDFDocument, page, a.cfg.Now()))
	}
	made = append(made, r.Document(JSONDocument, data, a.cfg.Now()))
	err = a.store.Do(ctx, func(ctx context.Context) error {
		if kept, err = a.kept(ctx, r); err != nil || len(kept) > 0 { // by another, meanwhile
			return err
		}
		for _, d := range made {
			if err := a.archive.Put(ctx, d); err != nil {
				return err
			}
		}
		kept = made
		return nil
	})
	if err != nil {
		return nil, err
	}
	return kept, nil
}

// kept returns what is there of a receipt. The data are kept last: with them all is there.
func (a *Archiver) kept(ctx context.Context, r Receipt) ([]Document, error) {
	get := func(kind DocumentKind) ([]Document, error) {
		d, err := a.archive.Get(ctx, DocumentKey{r.Creditor.FiscalCode, r.IUR, kind})
		switch {
		case pagonline.CodeOf(err) == pagonline.CodeNotFound:
			return nil, nil
		case err != nil:
			return nil, err
		}
		return []Document{d}, nil
	}
	data, err := get(JSONDocument)
	if err != nil || len(data) == 0 {
		return nil, err
	}
	page, err := get(PDFDocument)
	if err != nil {
		return nil, err
	}
	return append(page, data...), nil
}
