package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/pagonline/pagonline/payment/notice"
)

// debtBook is GPD, or ACA: debt positions by creditor and IUPD. The sandbox's lock
// guards it; its zero value is empty.
type debtBook struct {
	debts  map[string]map[string]*debt
	serial int // of what was inserted last
	seen   int // so many of the node's receipts it has taken
}

// dialect is the form in which one of the services speaks.
type dialect struct {
	base    string // the path before "/organizations"
	book    func(*Sandbox) *debtBook
	read    func(body []byte) (*debt, error)
	write   func(d *debt) any // as the answer to what changes it
	tell    func(d *debt) any // as the answer to GET
	state   func(state string) string
	standIn bool // learns of payments in stand-in only
}

var gpdV3 = dialect{
	base: "/gpd/debt-positions-service/v3", book: func(s *Sandbox) *debtBook { return &s.gpd },
	read: readV3, write: writeV3, tell: tellV3, state: stateV3,
}

// The services' bounds (SANP 3.12; gpd_v3.json).
const (
	maxDebt      = 4 << 20 // bytes of a body
	maxPage      = 50
	maxListDays  = 30
	debtCalls    = 450
	debtSpan     = 10 * time.Second
	receiptCalls = 10
	receiptSpan  = time.Hour
)

// gpdRoutes adds GPD, ACA, biz-events and the reporting flows.
func (s *Sandbox) gpdRoutes(mux *http.ServeMux) {
	for _, d := range []dialect{gpdV3, acaV1} {
		all := d.base + "/organizations/{cf}/debtpositions"
		one := all + "/{iupd}"
		handle := func(pattern string, serve func(dialect, http.ResponseWriter, *http.Request)) {
			mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
				if s.admitted(w, r, d.base, debtCalls, debtSpan) {
					serve(d, w, r)
				}
			})
		}
		handle("POST "+all, s.createDebt)
		handle("GET "+all, s.listDebts)
		handle("GET "+one, s.getDebt)
		handle("PUT "+one, s.updateDebt)
		handle("DELETE "+one, s.deleteDebt)
		handle("POST "+one+"/publish", s.publishDebt)
		if d.standIn {
			handle("POST "+one+"/invalidate", s.invalidateDebt)
			handle("POST "+d.base+"/organizations/{cf}/paymentoptions/paids/{nav}", s.markPaid)
		}
	}
	s.bizEventsRoutes(mux)
	s.fdrRoutes(mux)
}

// admitted checks the subscription key and its rate at a service, and answers if it is
// not all right.
func (s *Sandbox) admitted(w http.ResponseWriter, r *http.Request, service string, calls int, span time.Duration) bool {
	key := r.Header.Get("Ocp-Apim-Subscription-Key")
	if key == "" {
		key = r.URL.Query().Get("subscription-key")
	}
	if key == "" {
		answerJSON(w, 0, nil, refused(http.StatusUnauthorized, "Access denied", "missing subscription key"))
		return false
	}
	now := s.now()
	s.mu.Lock()
	if s.used == nil {
		s.used = map[string][]time.Time{}
	}
	times := slices.DeleteFunc(s.used[service+key], func(t time.Time) bool { return !now.Before(t.Add(span)) })
	free := len(times) < calls
	if free {
		times = append(times, now)
	}
	s.used[service+key] = times
	s.mu.Unlock()
	if !free {
		wait := times[0].Add(span).Sub(now)
		w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
		answerJSON(w, 0, nil, refused(http.StatusTooManyRequests, "Too many requests", "rate limit is exceeded"))
	}
	return free
}

// refusal is an answer that is no success.
type refusal struct {
	status int
	title  string
	detail string
}

// Error returns the title.
func (e *refusal) Error() string { return e.title }

func refused(status int, title, detail string) error { return &refusal{status, title, detail} }

// The refusals that GPD has words for (SANP 3.12, debt positions; the words are GPD's).
func badDebt(detail string) error {
	return refused(http.StatusBadRequest, "Error in the debt position request data", detail)
}

func notUnique() error {
	return refused(http.StatusConflict, "The debt position violated constraints of uniqueness", "IUPD, IUV or NAV is not unique")
}

func noDebt() error { return refused(http.StatusNotFound, "Not found the debt position", "") }

func notUpdatable(what string) error {
	return refused(http.StatusConflict, "Existing related payment found or not in "+what+" state", "")
}

// answerJSON writes v, or what err says.
func answerJSON(w http.ResponseWriter, status int, v any, err error) {
	if err != nil {
		e, ok := errors.AsType[*refusal](err)
		if !ok {
			e = &refusal{status: http.StatusInternalServerError, title: "Internal error"}
		}
		status, v = e.status, map[string]any{"title": e.title, "status": e.status, "detail": e.detail}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who hung up does not read it
}

// change runs work on the book, brought up to date, and answers with the debt that it
// returns.
func (s *Sandbox) change(dl dialect, w http.ResponseWriter, status int, work func(b *debtBook, now time.Time) (*debt, error)) {
	s.mu.Lock()
	now := s.now()
	d, err := work(s.current(dl, now), now)
	var v any
	if err == nil {
		v = dl.write(d)
	}
	s.mu.Unlock()
	answerJSON(w, status, v, err)
}

// current returns the book, with the node's receipts in it and the passing of time. The
// caller holds the lock.
func (s *Sandbox) current(dl dialect, now time.Time) *debtBook {
	b := dl.book(s)
	for ; b.seen < len(s.receipts); b.seen++ {
		if r := s.receipts[b.seen]; !dl.standIn || r.RT.StandIn {
			b.pay(r)
		}
	}
	for _, debts := range b.debts {
		for _, d := range debts {
			d.age(now)
		}
	}
	return b
}

func (s *Sandbox) createDebt(dl dialect, w http.ResponseWriter, r *http.Request) {
	d, err := readDebt(dl, w, r)
	if err != nil {
		answerJSON(w, 0, nil, err)
		return
	}
	s.change(dl, w, http.StatusCreated, func(b *debtBook, now time.Time) (*debt, error) {
		if err := d.check(now, true); err != nil {
			return nil, err
		}
		if b.debts[d.creditor][d.iupd] != nil || b.taken(d, nil) {
			return nil, notUnique()
		}
		b.insert(d, now, toPublish(r))
		return d, nil
	})
}

func (s *Sandbox) updateDebt(dl dialect, w http.ResponseWriter, r *http.Request) {
	d, err := readDebt(dl, w, r)
	if err != nil {
		answerJSON(w, 0, nil, err)
		return
	}
	s.change(dl, w, http.StatusOK, func(b *debtBook, now time.Time) (*debt, error) {
		old := b.debts[d.creditor][r.PathValue("iupd")]
		switch {
		case old == nil:
			return nil, noDebt()
		case d.iupd != old.iupd:
			return nil, badDebt("iupd: not that of the address")
		case slices.Contains([]string{stInvalid, stPartiallyPaid, stPaid, stReported}, old.state):
			return nil, notUpdatable("updatable")
		}
		d.keepValidity(old, now, toPublish(r))
		if err := d.check(now, false); err != nil {
			return nil, err
		}
		if b.taken(d, old) {
			return nil, notUnique()
		}
		d.serial, d.inserted = old.serial, old.inserted
		b.insert(d, now, toPublish(r))
		return d, nil
	})
}

func (s *Sandbox) publishDebt(dl dialect, w http.ResponseWriter, r *http.Request) {
	s.change(dl, w, http.StatusOK, func(b *debtBook, now time.Time) (*debt, error) {
		d := b.debts[r.PathValue("cf")][r.PathValue("iupd")]
		switch {
		case d == nil:
			return nil, noDebt()
		case d.state != stDraft:
			return nil, notUpdatable("publishable")
		}
		for _, o := range d.options {
			if !o.validity.IsZero() && o.validity.Before(now) {
				return nil, refused(http.StatusConflict, "Publish request occurred after the validity date began", "")
			}
			if o.due.Before(now) {
				return nil, refused(http.StatusConflict, "Publish request occurred after the due date of a payment options has expired", "")
			}
		}
		d.publish(now)
		return d, nil
	})
}

func (s *Sandbox) deleteDebt(dl dialect, w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	debts := s.current(dl, s.now()).debts[r.PathValue("cf")]
	d := debts[r.PathValue("iupd")]
	var err error
	switch {
	case d == nil:
		err = noDebt()
	case slices.Contains([]string{stPartiallyPaid, stPaid, stReported}, d.state):
		err = refused(http.StatusConflict, "Existing related payment found", "")
	default:
		delete(debts, d.iupd)
	}
	s.mu.Unlock()
	answerJSON(w, http.StatusOK, "Debt position deleted", err)
}

func (s *Sandbox) getDebt(dl dialect, w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	d := s.current(dl, s.now()).debts[r.PathValue("cf")][r.PathValue("iupd")]
	var v any
	err := noDebt()
	if d != nil {
		v, err = dl.tell(d), nil
	}
	s.mu.Unlock()
	answerJSON(w, http.StatusOK, v, err)
}

func toPublish(r *http.Request) bool { return r.URL.Query().Get("toPublish") == "true" }

// readDebt reads the body of a request.
func readDebt(dl dialect, w http.ResponseWriter, r *http.Request) (*debt, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxDebt))
	if err != nil {
		return nil, badDebt("body too long")
	}
	d, err := dl.read(body)
	if err != nil {
		return nil, err
	}
	d.creditor = r.PathValue("cf")
	for _, o := range d.options {
		if o.NAV == "" {
			o.NAV = "3" + o.IUV
		}
		for i := range o.Transfers {
			if o.Transfers[i].Organization == "" {
				o.Transfers[i].Organization = d.creditor
			}
		}
	}
	return d, nil
}

// insert puts a debt into the book.
func (b *debtBook) insert(d *debt, now time.Time, publish bool) {
	if b.debts == nil {
		b.debts = map[string]map[string]*debt{}
	}
	if b.debts[d.creditor] == nil {
		b.debts[d.creditor] = map[string]*debt{}
	}
	if d.serial == 0 {
		b.serial++
		d.serial, d.inserted = b.serial, now
	}
	d.updated, d.state = now, stDraft
	for _, o := range d.options {
		o.state = poUnpaid
	}
	if publish {
		d.publish(now)
	}
	b.debts[d.creditor][d.iupd] = d
}

// taken reports whether a number of d is that of another debt than old.
func (b *debtBook) taken(d, old *debt) bool {
	for _, other := range b.debts[d.creditor] {
		if other == old {
			continue
		}
		for _, o := range other.options {
			if slices.ContainsFunc(d.options, func(p *debtOption) bool { return p.IUV == o.IUV || p.NAV == o.NAV }) {
				return true
			}
		}
	}
	return false
}

// find returns the option of a notice.
func (b *debtBook) find(creditor string, n notice.Number) (*debt, *debtOption) {
	for _, d := range b.debts[creditor] {
		for _, o := range d.options {
			if o.NAV == n.String() {
				return d, o
			}
		}
	}
	return nil, nil
}
