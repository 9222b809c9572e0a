package sandbox

import (
	"net/http"
	"strconv"
	"time"
)

// fdrRoutes adds the creditor's side of the reporting flows (fdr_organization.json).
// There are none yet: the lists are empty.
func (s *Sandbox) fdrRoutes(mux *http.ServeMux) {
	const (
		flows = "GET /fdr-org/service/v1/organizations/{cf}/fdrs"
		flow  = flows + "/{fdr}/revisions/{revision}/psps/{psp}"
	)
	keyed := func(serve http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if s.admitted(w, r, "/fdr-org", 1<<20, time.Second) {
				serve(w, r)
			}
		}
	}
	mux.HandleFunc(flows, keyed(s.listFlows))
	mux.HandleFunc(flow, keyed(s.noFlow))
	mux.HandleFunc(flow+"/payments", keyed(s.noFlow))
}

func (s *Sandbox) listFlows(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page, size := 1, 1000
	for _, p := range []struct {
		name  string
		most  int
		value *int
	}{{"page", 1 << 30, &page}, {"size", 1000, &size}} {
		if !q.Has(p.name) {
			continue
		}
		n, err := strconv.Atoi(q.Get(p.name))
		if err != nil || n < 1 || n > p.most {
			s.flowError(w, http.StatusBadRequest, "FDR-0400", p.name)
			return
		}
		*p.value = n
	}
	for _, name := range []string{"publishedGt", "flowDate"} {
		if _, err := time.Parse(time.RFC3339, q.Get(name)); q.Has(name) && err != nil {
			s.flowError(w, http.StatusBadRequest, "FDR-0400", name)
			return
		}
	}
	answerJSON(w, http.StatusOK, map[string]any{
		"metadata": map[string]int{"pageSize": size, "pageNumber": page, "totPage": 0}, "count": 0, "data": []any{},
	}, nil)
}

func (s *Sandbox) noFlow(w http.ResponseWriter, r *http.Request) {
	if n, err := strconv.ParseInt(r.PathValue("revision"), 10, 64); err != nil || n < 1 {
		s.flowError(w, http.StatusBadRequest, "FDR-0400", "revision")
		return
	}
	s.flowError(w, http.StatusNotFound, "FDR-0701", "fdr")
}

// flowError answers with an ErrorResponse.
func (s *Sandbox) flowError(w http.ResponseWriter, status int, code, path string) {
	answerJSON(w, status, map[string]any{
		"errorId": s.newToken(), "httpStatusCode": status, "httpStatusDescription": http.StatusText(status), "appErrorCode": code,
		"errors": []map[string]string{{"path": path, "message": "not valid, or not found"}},
	}, nil)
}
