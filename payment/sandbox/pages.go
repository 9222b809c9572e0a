package sandbox

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/pagonline/pagonline/payment"
)

//go:embed pages.html
var pagesHTML string

var pages = template.Must(template.New("").Parse(pagesHTML))

// methods are the ways to pay that the page offers, with their codes at the node.
var methods = []struct{ Code, Label string }{
	{"CP", "Carta di credito o debito"},
	{"PPAL", "PayPal"},
	{"BBT", "Bonifico"},
}

// maxForm bounds what a page sends: an address and two words.
const maxForm = 16 << 10

// withCart hands the cart of the address to serve, or answers 404.
func (s *Sandbox) withCart(w http.ResponseWriter, r *http.Request, serve func(ctx context.Context, c cart)) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	s.mu.Lock()
	c, known := s.carts[r.PathValue("cart")]
	s.mu.Unlock()
	if !known {
		http.NotFound(w, r)
		return
	}
	c.serving.Lock()
	defer c.serving.Unlock()
	s.mu.Lock()
	copied := *c
	s.mu.Unlock()
	if copied.returned != "" { // it is over
		http.Redirect(w, r, copied.returned, http.StatusSeeOther)
		return
	}
	serve(r.Context(), copied)
}

// show writes a page.
func (s *Sandbox) show(w http.ResponseWriter, r *http.Request, page string, c cart, more any) {
	var b bytes.Buffer
	data := struct {
		Path    string // of the payer's pages
		Cart    payment.GatewayRequest
		Total   string
		Methods []struct{ Code, Label string }
		More    any
	}{s.base + "/pay/" + c.id, c.request, c.total().Localized("it"), methods, more}
	if err := pages.ExecuteTemplate(&b, page, data); err != nil {
		s.cfg.Log.ErrorContext(r.Context(), "sandbox: page", slog.Any("error", err))
		http.Error(w, "page", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

// accessPage asks who is paying, a second time: portal and payment page do not know of
// each other.
func (s *Sandbox) accessPage(w http.ResponseWriter, r *http.Request) {
	s.withCart(w, r, func(_ context.Context, c cart) { s.show(w, r, "access", c, nil) })
}

// next sends the payer to another of his pages.
func (s *Sandbox) next(w http.ResponseWriter, r *http.Request, c cart, page string) {
	http.Redirect(w, r, s.base+"/pay/"+c.id+page, http.StatusSeeOther)
}

// update changes the cart itself.
func (s *Sandbox) update(id string, change func(*cart)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.carts[id])
}

func (s *Sandbox) access(w http.ResponseWriter, r *http.Request) {
	s.withCart(w, r, func(_ context.Context, c cart) {
		email := r.PostFormValue("email")
		if r.PostFormValue("with") != "spid" && !payment.ValidEmail(email) {
			s.show(w, r, "access", c, "Inserire un indirizzo e-mail valido.")
			return
		}
		s.update(c.id, func(c *cart) {
			c.entered = true
			if c.request.Email == "" {
				c.request.Email = email
			}
		})
		s.next(w, r, c, "/method")
	})
}

// method returns the way to pay that was chosen, of those there are.
func method(r *http.Request) string {
	for _, m := range methods {
		if m.Code == r.FormValue("method") {
			return m.Code
		}
	}
	return methods[0].Code
}

func (s *Sandbox) methodPage(w http.ResponseWriter, r *http.Request) {
	s.withCart(w, r, func(_ context.Context, c cart) {
		if !c.entered {
			s.next(w, r, c, "")
			return
		}
		s.show(w, r, "method", c, nil)
	})
}

// choose activates the notices, each by its own call of the station.
func (s *Sandbox) choose(w http.ResponseWriter, r *http.Request) {
	s.withCart(w, r, func(ctx context.Context, c cart) {
		if !c.entered {
			s.next(w, r, c, "")
			return
		}
		if len(c.tokens) == 0 {
			var tokens []string
			for _, n := range c.request.Notices {
				a, err := s.activate(ctx, activation{
					key: n.Key, amount: n.Amount, note: c.request.Order, transfer: c.transferType(), stamps: s.cfg.SellStamp != nil, refund: true,
				})
				if err != nil {
					s.settle(ctx, tokens, payment.Outcome{})
					s.back(w, r, c, c.request.Return.Error)
					return
				}
				tokens = append(tokens, a.Token)
			}
			s.update(c.id, func(c *cart) { c.tokens = tokens })
		}
		s.next(w, r, c, "/confirm?method="+method(r))
	})
}

func (s *Sandbox) confirmPage(w http.ResponseWriter, r *http.Request) {
	s.withCart(w, r, func(_ context.Context, c cart) {
		if len(c.tokens) == 0 {
			s.next(w, r, c, "/method")
			return
		}
		s.show(w, r, "confirm", c, struct{ Method, Fee string }{method(r), s.cfg.Fee.Localized("it")})
	})
}

// confirm ends the visit: paid, refused by the bank, or left by the payer.
func (s *Sandbox) confirm(w http.ResponseWriter, r *http.Request) {
	s.withCart(w, r, func(ctx context.Context, c cart) {
		if len(c.tokens) == 0 {
			s.next(w, r, c, "/method")
			return
		}
		outcome := payment.Outcome{Method: method(r), Fee: *s.cfg.Fee}
		to, ends := c.request.Return.Error, endsNow
		switch r.PostFormValue("do") {
		case "pay":
			outcome.Paid, to = true, c.request.Return.OK
			ends = s.ending(c)
		case "leave":
			to = c.request.Return.Cancel
		}
		switch {
		case ends == endsPaid, ends == endsRefused:
			outcome.Paid, to = ends == endsPaid, cmp.Or(c.request.Return.Waiting, c.request.Return.Error)
			s.takeInCharge(c.tokens, outcome)
		case !s.settle(ctx, c.tokens, outcome):
			to = c.request.Return.Error
		}
		if ends == endsUnseen {
			s.update(c.id, func(c *cart) { c.returned = to })
			w.WriteHeader(http.StatusNoContent) // the browser stays where it is
			return
		}
		s.back(w, r, c, to)
	})
}

// ending is how a payment ends that a payer has confirmed.
type ending int

const (
	endsNow     ending = iota // with its outcome, of which the payer is told
	endsUnseen                // with its outcome, and the browser is closed
	endsPaid                  // later, paid
	endsRefused               // later, not paid
)

// ending returns how the script wants a visit to end.
func (s *Sandbox) ending(c cart) ending {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := endsNow
	for f, would := range map[Fault]ending{ClosedBrowser: endsUnseen, PaidAfterWaiting: endsPaid, RefusedAfterWaiting: endsRefused} {
		if _, hit := s.strikes(f, c.has); hit {
			end = max(end, would)
		}
	}
	return end
}

// settle ends the attempts of a cart alike, and reports whether the node took it.
func (s *Sandbox) settle(ctx context.Context, tokens []string, o payment.Outcome) bool {
	ok := true
	for _, token := range tokens {
		ok = s.Settle(ctx, token, o) == nil && ok
	}
	return ok
}

// back sends the payer back to the portal. Nothing that proves anything goes with him.
func (s *Sandbox) back(w http.ResponseWriter, r *http.Request, c cart, to string) {
	s.update(c.id, func(c *cart) { c.returned = to })
	http.Redirect(w, r, to, http.StatusSeeOther)
}
