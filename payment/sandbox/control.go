package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/pagonline/pagonline"
)

// controlRoutes adds the addresses by which the sandbox itself is seen and led.
func (s *Sandbox) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", s.showState)
	mux.HandleFunc("GET /faults", s.listFaults)
	mux.HandleFunc("POST /faults", s.postFault)
	mux.HandleFunc("DELETE /faults", s.deleteFaults)
	mux.HandleFunc("POST /clock", s.postClock)
	mux.HandleFunc("POST /restart", s.postRestart)
}

// maxControl bounds the body of a request to these addresses.
const maxControl = 4 << 10

// listFaults is GET /faults.
func (s *Sandbox) listFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, struct {
		Faults []Rule  `json:"faults"`
		Known  []Fault `json:"known"`
	}{s.Rules(), Faults()})
}

// postFault is POST /faults.
func (s *Sandbox) postFault(w http.ResponseWriter, r *http.Request) {
	var rule Rule
	if err := readStrict(w, r, &rule); err != nil {
		problem(w, http.StatusBadRequest, "Invalid request", err.Error())
		return
	}
	if err := s.Script(rule); err != nil {
		problem(w, http.StatusUnprocessableEntity, "No such fault", err.Error())
		return
	}
	rule.Call = max(rule.Call, 1)
	writeJSON(w, http.StatusCreated, rule)
}

// deleteFaults is DELETE /faults.
func (s *Sandbox) deleteFaults(w http.ResponseWriter, _ *http.Request) {
	s.ClearScript()
	w.WriteHeader(http.StatusNoContent)
}

// postClock is POST /clock. What falls due is sent before it answers, so that who asks
// next sees it.
func (s *Sandbox) postClock(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Advance string `json:"advance"`
	}
	if err := readStrict(w, r, &in); err != nil {
		problem(w, http.StatusBadRequest, "Invalid request", err.Error())
		return
	}
	d, err := time.ParseDuration(in.Advance)
	if err != nil || d < 0 {
		problem(w, http.StatusUnprocessableEntity, "No such time", `advance: a duration that is not negative is needed, as in "30m" or "24h"`)
		return
	}
	s.Advance(d)
	_ = s.Deliver(r.Context()) // the trace has the failures
	queued, parked := s.Waiting()
	writeJSON(w, http.StatusOK, struct {
		Now    time.Time `json:"now"`
		Queued int       `json:"queued"`
		Parked int       `json:"parked"`
	}{s.now(), queued, parked})
}

// postRestart is POST /restart. It sends before it answers.
func (s *Sandbox) postRestart(w http.ResponseWriter, r *http.Request) {
	n := s.Restart()
	_ = s.Deliver(r.Context()) // the trace has the failures
	writeJSON(w, http.StatusOK, struct {
		Restarted int `json:"restarted"`
	}{n})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who hung up does not read it
}

// readStrict reads a body that is one JSON object with the fields of v at most, each
// spelt as it is and once.
func readStrict(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControl))
	if err != nil {
		return fmt.Errorf("not read: more than %d bytes, or cut off", maxControl)
	}
	if err := spelt(body); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		if _, own := errors.AsType[*pagonline.Error](err); own {
			return errors.New("notice: 18 digits are needed, the first of which is 0 to 3")
		}
		return errors.New("not an object with the fields that are taken here, in JSON")
	}
	return nil
}

// spelt checks that a document is one object without nested values, its names in lower
// case and each there once.
func spelt(body []byte) error {
	bad := errors.New("not one plain object in JSON, each of its names once and in lower case")
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return bad
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok || seen[name] || bytes.ContainsFunc([]byte(name), func(r rune) bool { return r < 'a' || r > 'z' }) {
			return bad
		}
		seen[name] = true
		if v, err := d.Token(); err != nil || v == json.Delim('{') || v == json.Delim('[') {
			return bad
		}
	}
	if _, err := d.Token(); err != nil {
		return bad
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return bad
	}
	return nil
}
