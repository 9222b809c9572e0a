package payment

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/notice"
)

// OpenRequest says what somebody owes.
type OpenRequest struct {
	Creditor Creditor
	Owner    string // whose purchase it will be; "" for nobody's
	// Debt and Option name the debt; see [Position]. Default of Debt: the IUV.
	Debt     string
	Option   int
	Office   string // the institute's name, 1 to 140 characters
	Debtor   Subject
	Wire     causale.Wire
	Purchase Purchase
	Metadata []MetadataEntry // see [Position]
	Terms                    // default of DueDate: the creditor's days from today
	// Draft opens a position that cannot be paid before [Cashier.Publish].
	Draft bool
}

// LogValue gives the log the creditor and the debt.
func (r OpenRequest) LogValue() slog.Value {
	return slog.GroupValue(slog.String("creditor", r.Creditor.FiscalCode), slog.String("debt", r.Debt))
}

// Creditor is whose money it is.
type Creditor struct {
	FiscalCode  string // 11 digits
	Name        string // 1 to 140 characters
	Segregation uint8  // its segregation code, 0 to 99
	DueDays     int    // default: 30
}

// Open makes a position with a new notice number. For a debt and option that has one
// already, it returns that one if the request says the same, else an error with
// [pagonline.CodeConflict]: one debt has one live notice. A paid debt is an error with
// [pagonline.CodeAlreadyPaid]; what is missing or too long is named by its field.
func (c *Cashier) Open(ctx context.Context, r OpenRequest) (Position, error) {
	var opened Position
	err := c.store.Do(ctx, func(ctx context.Context) error {
		wanted := c.wanted(r)
		live, found, err := c.live(ctx, wanted)
		switch {
		case err != nil:
			return err
		case found && live.Status.Settled():
			return ErrPaid
		case found && !live.says(wanted):
			return fmt.Errorf("open %s: %w", live.Key, ErrChanged)
		case found:
			opened = live
			return nil
		}
		serial, err := c.store.Numbers().Next(ctx, r.Creditor.FiscalCode, r.Creditor.Segregation)
		if err != nil {
			return err
		}
		if wanted.Number, err = notice.Issue(r.Creditor.Segregation, serial); err != nil {
			return err
		}
		if wanted.Debt == "" {
			wanted.Debt = wanted.Number.IUV().String()
		}
		if err := wanted.validate(); err != nil {
			return err
		}
		if err := wanted.Debtor.identified(); err != nil {
			return err
		}
		opened = wanted
		if err := c.store.Positions().Insert(ctx, opened); err != nil {
			return err
		}
		return c.event(ctx, Event{Kind: PositionEvent(opened.Status), Position: opened.Key})
	})
	if err != nil {
		return Position{}, public(err)
	}
	return opened, nil
}

// wanted returns the position that r asks for, without a number.
func (c *Cashier) wanted(r OpenRequest) Position {
	p := Position{
		Key: Key{Creditor: r.Creditor.FiscalCode}, Status: Open, Owner: r.Owner, Debt: r.Debt, Option: r.Option,
		Company: r.Creditor.Name, Office: r.Office, Debtor: r.Debtor, Wire: r.Wire, Purchase: r.Purchase,
		Metadata: entries(r.Metadata), Terms: r.clone(), OpenedAt: c.now(),
	}
	if r.Draft {
		p.Status = Draft
	}
	if p.DueDate.IsZero() {
		days := r.Creditor.DueDays
		if days <= 0 {
			days = 30
		}
		p.DueDate = pagonline.DateOf(p.OpenedAt).AddDays(days)
	}
	return p
}

// live returns the position of the same debt and option that is not cancelled.
func (c *Cashier) live(ctx context.Context, p Position) (live Position, found bool, err error) {
	if p.Debt == "" {
		return Position{}, false, nil
	}
	for q, err := range c.store.Positions().List(ctx, PositionFilter{Creditor: p.Creditor, Debt: p.Debt}) {
		if err != nil {
			return Position{}, false, err
		}
		if q.Option == p.Option && q.Status != Cancelled {
			return q, true, nil
		}
	}
	return Position{}, false, nil
}

// says reports whether both positions ask for the same. The due date does not count:
// it moves on with the day of asking.
func (p Position) says(q Position) bool {
	q.Number, q.Status, q.DueDate, q.OpenedAt = p.Number, p.Status, p.DueDate, p.OpenedAt
	return reflect.DeepEqual(p, q)
}

// Publish opens a draft to payment. One that is open stays so.
func (c *Cashier) Publish(ctx context.Context, k Key) error {
	return c.change(ctx, k, func(_ context.Context, p *Position) error {
		if p.Status == Open {
			return nil
		}
		return p.move(Open)
	})
}

// Update changes what is due, to whom and by when; the notice number stays. A
// position past its due date is open again if the new one is to come, or if it may be paid
// late now. Its error is
// change's, or has [pagonline.CodeAlreadyPaid], [pagonline.CodeNotAllowed] for a
// withdrawn position, [pagonline.CodeNotFound], or names a field.
func (c *Cashier) Update(ctx context.Context, k Key, change func(*Terms) error) error {
	return c.change(ctx, k, func(_ context.Context, p *Position) error {
		switch {
		case p.Status.Settled():
			return ErrPaid
		case p.Status == Cancelled:
			return ErrCancelled
		}
		if err := change(&p.Terms); err != nil {
			return err
		}
		if p.Status == Expired && (!p.RefuseLate || !p.Late(c.now())) {
			p.Status = Open
		}
		return p.validate()
	})
}

// UpdateDebtor corrects who owes; the notice number stays. Its error is that of
// [Cashier.Update].
func (c *Cashier) UpdateDebtor(ctx context.Context, k Key, debtor Subject) error {
	return c.change(ctx, k, func(_ context.Context, p *Position) error {
		switch {
		case p.Status.Settled():
			return ErrPaid
		case p.Status == Cancelled:
			return ErrCancelled
		}
		p.Debtor = debtor
		if err := p.validate(); err != nil {
			return err
		}
		return debtor.identified()
	})
}

// Withdraw cancels a position: its notice cannot be paid any more. One that is
// withdrawn stays so. Its error has [pagonline.CodeAlreadyPaid],
// [pagonline.CodePaymentInProgress] while a payment taken in charge may still end, or
// [pagonline.CodeNotFound].
func (c *Cashier) Withdraw(ctx context.Context, k Key) error {
	return c.change(ctx, k, func(ctx context.Context, p *Position) error {
		switch {
		case p.Status == Cancelled:
			return nil
		case p.Status.Settled():
			return ErrPaid
		}
		if err := c.inCharge(ctx, k); err != nil {
			return err
		}
		return p.move(Cancelled)
	})
}

// Claim makes a position that is nobody's the purchase of owner; one that is his stays
// so. Its error has [pagonline.CodeNotFound], also for another's: a position never
// moves from one owner to another. Who may claim what, the caller decides.
func (c *Cashier) Claim(ctx context.Context, k Key, owner string) error {
	return c.change(ctx, k, func(_ context.Context, p *Position) error {
		if p.Owner != "" && p.Owner != owner {
			return ErrUnknown
		}
		p.Owner = owner
		return nil
	})
}

// change updates a position in a unit of work and writes the event that it deserves.
func (c *Cashier) change(ctx context.Context, k Key, change func(context.Context, *Position) error) error {
	err := c.store.Do(ctx, func(ctx context.Context) error {
		var before, after Position
		err := c.store.Positions().Update(ctx, k, func(p *Position) error {
			before = *p
			before.Terms = p.clone()
			err := change(ctx, p)
			after = *p
			return err
		})
		switch {
		case err != nil:
			return fmt.Errorf("position %s: %w", k, err)
		case before.Status != after.Status:
			return c.event(ctx, Event{Kind: PositionEvent(after.Status), Position: k})
		case !reflect.DeepEqual(before, after):
			return c.event(ctx, Event{Kind: PositionUpdated, Position: k})
		default:
			return nil
		}
	})
	return public(err)
}
