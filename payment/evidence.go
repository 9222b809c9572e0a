package payment

import (
	"slices"
	"time"

	"github.com/pagonline/pagonline"
)

// retryTime is how long the node repeats a receipt that no station took: 48 attempts,
// one each hour (SANP 3.12, paSendRT).
const retryTime = 48 * time.Hour

// evidence is [Facts] as the rules of [Resolve] look at them.
type evidence struct {
	Facts
	receipts  int    // that no row revokes
	second    bool   // one of them is for a debt that another notice had paid
	differs   bool   // one of them is for another amount than due
	revoked   bool   // some payment was revoked
	rows      int    // payments that rows name and no receipt proves
	missing   string // the IUR of the last of them,
	rowTime   time.Time
	noReceipt bool // whether its code is 8 or 9,
	asked     bool // and whether biz-events was asked for it

	charged, sent, closed time.Time // the last time that an order came to be so; zero for never
}

func (f Facts) evidence() evidence {
	e := evidence{Facts: f}
	var revoked, rows []string
	for _, row := range f.flow() {
		if row.Code == FlowRevoked {
			revoked = append(revoked, row.IUR)
		}
	}
	e.revoked = len(revoked) > 0
	proved := e.prove(revoked)
	for _, row := range f.flow() {
		if slices.Contains(revoked, row.IUR) || slices.Contains(proved, row.IUR) {
			continue
		}
		if !slices.Contains(rows, row.IUR) {
			rows = append(rows, row.IUR)
			e.missing, e.rowTime, e.noReceipt = row.IUR, row.PaidOn.End(), false
		}
		e.noReceipt = e.noReceipt || row.Code.NoReceipt()
	}
	e.rows, e.asked = len(rows), slices.Contains(f.Sought, e.missing)
	e.order()
	return e
}

// flow returns the rows of the notice.
func (f Facts) flow() []FlowEntry {
	iuv := f.Position.Number.IUV().String()
	return slices.DeleteFunc(slices.Clone(f.Flow), func(row FlowEntry) bool { return row.IUV != iuv })
}

// prove counts the receipts that no row revokes and returns the ids of all.
func (e *evidence) prove(revoked []string) []string {
	var ids []string
	add := func(id string) {
		if slices.Contains(ids, id) {
			return
		}
		ids = append(ids, id)
		if !slices.Contains(revoked, id) {
			e.receipts++
		}
	}
	for _, r := range e.Receipts {
		if !r.OK {
			continue
		}
		add(r.ReceiptID)
		if !slices.Contains(revoked, r.ReceiptID) {
			e.second = e.second || r.Second
			e.differs = e.differs || !r.Difference.IsZero()
		}
	}
	if e.Position.Status.Settled() && (e.Position.ReceiptID != "" || len(ids) == 0) {
		add(e.Position.ReceiptID)
	}
	return ids
}

// order notes when the orders came where they are.
func (e *evidence) order() {
	for _, o := range e.Orders {
		var last *time.Time
		switch o.Status {
		case OrderTakenInCharge:
			last = &e.charged
		case OrderSent:
			last = &e.sent
		case OrderClosedUnpaid:
			last = &e.closed
		default:
			continue
		}
		if o.ChangedAt.After(*last) {
			*last = o.ChangedAt
		}
	}
}

// twice reports whether more was paid than the debt asks for.
func (e evidence) twice() bool {
	return e.receipts+e.rows > 1 || e.Elsewhere && (e.second || e.rows > 0)
}

// attempted reports whether a PSP may hold the notice: it was activated less than the
// life of a token ago, and nobody came back since without having paid.
func (e evidence) attempted() bool {
	return e.since(e.Activated) < chargeTime && !e.closed.After(e.Activated)
}

// since returns how long ago t was; for ever if never.
func (e evidence) since(t time.Time) time.Duration {
	if t.IsZero() {
		return 1<<63 - 1
	}
	return e.Now.Sub(t)
}

func (e evidence) soon() time.Time        { return e.charged.Add(5 * time.Minute) }
func (e evidence) chargeOver() time.Time  { return e.charged.Add(chargeTime) }
func (e evidence) sendingOver() time.Time { return e.sent.Add(chargeTime) }
func (e evidence) closingOver() time.Time { return e.closed.Add(chargeTime) }
func (e evidence) attemptOver() time.Time { return e.Activated.Add(chargeTime) }
func (e evidence) retried() time.Time     { return e.chargeOver().Add(retryTime) }
func (e evidence) rowRetried() time.Time  { return e.rowTime.Add(retryTime) }

// given is until when a payment that was taken in charge may still come to light by
// itself: by its receipt, or by the flow that names it. Stamps are in no flow.
func (e evidence) given() time.Time {
	switch {
	case e.charged.IsZero():
		return time.Time{}
	case e.stampsOnly():
		return e.retried()
	default:
		return flowDue(e.chargeOver()).End()
	}
}

func (e evidence) flowsUnread() bool { return e.FlowsRead.Before(flowDue(e.chargeOver())) }

// stampsOnly reports whether the notice asks for nothing but digital stamps.
func (e evidence) stampsOnly() bool {
	return len(e.Position.Transfers) > 0 &&
		!slices.ContainsFunc(e.Position.Transfers, func(t Transfer) bool { return t.Stamp == nil })
}

// flowDue returns the day by whose end the flow of a payment at t is due: D+2, where D
// ends at 13:00 and is a working day (SACI 3.2.1). Bank holidays are not looked at: one
// makes the flow a day late.
func flowDue(t time.Time) pagonline.Date {
	day := pagonline.DateOf(t)
	if rome := t.In(pagonline.Rome()); rome.Hour()*60+rome.Minute() > 13*60 {
		day = day.AddDays(1)
	}
	day = working(day)
	for range 2 {
		day = working(day.AddDays(1))
	}
	return day
}

// working returns d or the first working day after it.
func working(d pagonline.Date) pagonline.Date {
	year, month, day := d.Date()
	switch time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		return d.AddDays(2)
	case time.Sunday:
		return d.AddDays(1)
	default:
		return d
	}
}
