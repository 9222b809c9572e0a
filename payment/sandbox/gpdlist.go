package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// listDebts is the list, in pages.
func (s *Sandbox) listDebts(dl dialect, w http.ResponseWriter, r *http.Request) {
	q, err := readListQuery(r)
	if err != nil {
		answerJSON(w, 0, nil, err)
		return
	}
	s.mu.Lock()
	var found []*debt
	for _, d := range s.current(dl, s.now()).debts[r.PathValue("cf")] {
		if q.matches(d, dl.state(d.state)) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, q.compare)
	page := found[min(q.page*q.limit, len(found)):min((q.page+1)*q.limit, len(found))]
	told := make([]any, 0, len(page))
	for _, d := range page {
		told = append(told, dl.tell(d))
	}
	s.mu.Unlock()
	answerJSON(w, http.StatusOK, map[string]any{
		"payment_position_list": told,
		"page_info": map[string]int{
			"page": q.page, "limit": q.limit, "items_found": len(page), "total_pages": (len(found) + q.limit - 1) / q.limit,
		},
	}, nil)
}

type listQuery struct {
	limit, page int
	status      string
	by          string
	descending  bool
	due, paid   [2]time.Time // from and to, both or none
}

func readListQuery(r *http.Request) (q listQuery, err error) {
	in := r.URL.Query()
	number := func(name string, usual, most int) (int, error) {
		if !in.Has(name) {
			return usual, nil
		}
		n, err := strconv.Atoi(in.Get(name))
		if err != nil || n < 0 || n > most {
			return 0, refused(http.StatusBadRequest, "BAD REQUEST", name)
		}
		return n, nil
	}
	if q.limit, err = number("limit", 10, maxPage); err != nil || q.limit == 0 {
		return q, refused(http.StatusBadRequest, "BAD REQUEST", "limit")
	}
	if q.page, err = number("page", 0, 1<<20); err != nil {
		return q, err
	}
	q.status, q.by, q.descending = in.Get("status"), in.Get("orderby"), in.Get("ordering") != "ASC"
	if in.Has("due_date_from") || in.Has("due_date_to") {
		if in.Has("payment_date_from") || in.Has("payment_date_to") {
			return q, refused(http.StatusBadRequest, "BAD REQUEST", "due dates or payment dates, not both")
		}
		q.due, err = interval(in.Get("due_date_from"), in.Get("due_date_to"))
	} else if in.Has("payment_date_from") || in.Has("payment_date_to") {
		q.paid, err = interval(in.Get("payment_date_from"), in.Get("payment_date_to"))
	}
	return q, err
}

// interval reads two dates, of which one may be missing.
func interval(from, to string) (r [2]time.Time, err error) {
	for i, s := range [2]string{from, to} {
		if s == "" {
			continue
		}
		if r[i], err = time.Parse(time.DateOnly, s); err != nil {
			return r, refused(http.StatusBadRequest, "BAD REQUEST", "dates are yyyy-MM-dd")
		}
	}
	switch {
	case to == "":
		r[1] = r[0].AddDate(0, 0, maxListDays)
	case from == "":
		r[0] = r[1].AddDate(0, 0, -maxListDays)
	}
	if r[1].Before(r[0]) || r[1].Sub(r[0]) > maxListDays*24*time.Hour {
		return r, refused(http.StatusBadRequest, "The debt positions cannot be recovered", fmt.Sprintf("at most %d days, in their order", maxListDays))
	}
	r[1] = r[1].AddDate(0, 0, 1) // the last day is in
	return r, nil
}

func (q listQuery) matches(d *debt, state string) bool {
	within := func(t time.Time, r [2]time.Time) bool { return !t.Before(r[0]) && t.Before(r[1]) }
	switch {
	case q.status != "" && q.status != state:
		return false
	case !q.paid[1].IsZero() && !within(d.paidAt, q.paid):
		return false
	case !q.due[1].IsZero():
		return slices.ContainsFunc(d.options, func(o *debtOption) bool { return within(o.due, q.due) })
	}
	return true
}

func (q listQuery) compare(a, b *debt) int {
	c := 0
	switch q.by {
	case "IUPD":
		c = strings.Compare(a.iupd, b.iupd)
	case "STATUS":
		c = strings.Compare(a.state, b.state)
	case "COMPANY_NAME":
		c = strings.Compare(a.company, b.company)
	}
	if c == 0 {
		c = a.serial - b.serial
	}
	if q.descending {
		return -c
	}
	return c
}
