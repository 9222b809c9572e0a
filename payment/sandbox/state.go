package sandbox

import (
	"bytes"
	"cmp"
	_ "embed"
	"html/template"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// State is what a sandbox knows. It names no person.
type State struct {
	Now      time.Time      `json:"now"`
	Stations []StationState `json:"stations"`
	Notices  []NoticeState  `json:"notices"`  // that were activated, by creditor and number
	Receipts []ReceiptState `json:"receipts"` // that are on their way
	Calls    []Call         `json:"calls"`    // to stations: the last hundred
	Faults   []Rule         `json:"faults"`   // still to come
	Outages  []OutageState  `json:"outages"`  // that last
}

// StationState is a station that the node knows.
type StationState struct {
	FiscalCode string `json:"fiscalCode"`
	StationID  string `json:"stationId"`
}

// NoticeState is a notice as the node knows it.
type NoticeState struct {
	payment.Key
	Status  string    `json:"status"` // "free", "paying" or "paid"
	Expires time.Time `json:"expires,omitzero"`
}

// ReceiptState is a receipt that a station has not taken yet.
type ReceiptState struct {
	ReceiptID string    `json:"receiptId"`
	Notice    string    `json:"notice"`
	Station   string    `json:"station"`
	Status    string    `json:"status"` // "queued" or "parked"
	Tries     int       `json:"tries"`
	Due       time.Time `json:"due"`
}

// OutageState is a fault that lasts.
type OutageState struct {
	Fault  Fault     `json:"fault"`
	Notice string    `json:"notice,omitempty"` // "" for all
	Until  time.Time `json:"until"`
}

// State returns what the sandbox knows now.
func (s *Sandbox) State() State {
	calls := s.Calls()
	st := State{
		Now: s.now(), Stations: []StationState{}, Receipts: []ReceiptState{}, Outages: []OutageState{}, Faults: s.Rules(),
		Calls: append([]Call{}, calls[max(0, len(calls)-100):]...),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.stations {
		st.Stations = append(st.Stations, StationState{known.FiscalCode, known.StationID})
	}
	st.Notices = s.noticesLocked(st.Now)
	for _, list := range []struct {
		status     string
		deliveries []*delivery
	}{{"queued", s.queue}, {"parked", s.parked}} {
		for _, d := range list.deliveries {
			st.Receipts = append(st.Receipts, ReceiptState{
				ReceiptID: d.request.RT.ReceiptID, Notice: d.request.Number, Station: d.station.StationID,
				Status: list.status, Tries: d.tries, Due: d.due,
			})
		}
	}
	for _, o := range s.outages {
		if st.Now.Before(o.until) {
			st.Outages = append(st.Outages, OutageState{Fault: o.fault, Notice: o.notice.String(), Until: o.until})
		}
	}
	return st
}

// noticesLocked are the notices that were activated.
func (s *Sandbox) noticesLocked(now time.Time) []NoticeState {
	byKey := map[payment.Key]NoticeState{}
	for _, a := range s.attempts {
		n := NoticeState{Key: a.key, Status: "free"}
		holder := s.attempts[s.running[a.key]]
		switch {
		case s.paid[a.key]:
			n.Status = "paid"
		case holder != nil && !holder.over(now):
			n.Status, n.Expires = "paying", holder.expires
		}
		byKey[a.key] = n
	}
	all := slices.AppendSeq([]NoticeState{}, maps.Values(byKey))
	slices.SortFunc(all, func(a, b NoticeState) int { return cmp.Compare(a.String(), b.String()) })
	return all
}

//go:embed state.html
var stateHTML string

var statePage = template.Must(template.Must(pages.Clone()).Parse(stateHTML))

// showState is GET /: a page, or JSON to who accepts that.
func (s *Sandbox) showState(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept")
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		writeJSON(w, http.StatusOK, s.State())
		return
	}
	var b bytes.Buffer
	if err := statePage.ExecuteTemplate(&b, "state", s.State()); err != nil {
		s.cfg.Log.ErrorContext(r.Context(), "sandbox: page", slog.Any("error", err))
		http.Error(w, "page", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}
