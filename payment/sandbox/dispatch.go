package sandbox

import (
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
)

// delivery is a receipt on its way to a station.
type delivery struct {
	request wire.Request
	station Station
	due     time.Time
	tries   int
	notYet  time.Time // before this, it is not even sent on demand; zero: any time
	follows bool      // it goes right after another receipt, or at notYet
}

// lateBy is how late a late receipt comes.
const lateBy = 24 * time.Hour

// dispatch puts a receipt into the queue, once for each station that gets it, in the
// way that the script wants.
func (s *Sandbox) dispatch(r wire.Request, asked Station) {
	s.receipts = append(s.receipts, r)
	is := map[Fault]bool{}
	number, _ := notice.ParseSyntax(r.Number)
	for _, f := range []Fault{Lost, Duplicated, Late, Reordered, Altered} {
		is[f] = s.strikesAt(f, number)
	}
	now := s.now()
	for _, st := range s.recipients(r, asked) {
		d := delivery{request: r, station: st, due: now.Add(s.cfg.ReceiptDelay)}
		if d.request.Operation = wire.SendRT; st.V1 && !hasStamps(r.RT) {
			d.request.Operation = wire.SendRTV1
		}
		if is[Late] || is[Reordered] {
			d.notYet, d.follows = now.Add(lateBy), is[Reordered] && !is[Late]
			d.due = d.notYet
		}
		if is[Lost] {
			s.parked = append(s.parked, &d)
			continue
		}
		s.queue = append(s.queue, &d)
		if is[Duplicated] {
			again := d
			s.queue = append(s.queue, &again)
		}
		if is[Altered] {
			changed := d
			changed.request = alter(d.request)
			s.queue = append(s.queue, &changed)
		}
	}
}

// recipients are the stations that get a receipt: the one that was asked, and those of
// all beneficiaries that want every receipt (broadcast).
func (s *Sandbox) recipients(r wire.Request, asked Station) []Station {
	to := []Station{asked}
	for _, st := range s.stations {
		same := func(o Station) bool { return o.FiscalCode == st.FiscalCode && o.StationID == st.StationID }
		gets := slices.ContainsFunc(r.RT.Transfers, func(c payment.Credit) bool { return c.Creditor == st.FiscalCode })
		if st.Broadcast && gets && !slices.ContainsFunc(to, same) {
			to = append(to, st)
		}
	}
	return to
}

// hasStamps reports whether a receipt has digital stamps, which the first version of the
// message cannot say.
func hasStamps(rt payment.RT) bool {
	return slices.ContainsFunc(rt.Transfers, func(c payment.Credit) bool { return c.IBAN == "" })
}

var cent = euro.MustParse("0.01")

// alter returns a receipt with the same id that says one cent more was paid, or less
// where no more is possible.
func alter(r wire.Request) wire.Request {
	change := euro.Amount.Add
	if _, err := change(r.RT.Amount, cent); err != nil {
		change = euro.Amount.Sub
	}
	r.RT.Transfers = slices.Clone(r.RT.Transfers)
	first := &r.RT.Transfers[0]
	first.Amount, _ = change(first.Amount, cent) // it is no more than the total, and not nothing
	r.RT.Amount, _ = change(r.RT.Amount, cent)
	return r
}
