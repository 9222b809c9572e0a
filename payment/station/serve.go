package station

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

var (
	errBusy  = errors.New("station: too much at once")
	errPanic = errors.New("station: a hook or the store panicked")
	// errNoMessage is what a body holds that is no message.
	errNoMessage = errors.New("station: not a SOAP message of a station")
)

// contentType is that of SOAP 1.1; shared by all answers, which never change it.
var contentType = []string{"text/xml; charset=utf-8"}

// ServeHTTP answers one call of the node.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	in := h.requests.get()
	defer func() {
		h.held.Add(-in.held)
		in.held = 0
		h.requests.put(in)
	}()
	if err := h.read(w, r, in); err != nil {
		h.unanswered(w, r, err)
		return
	}
	out := h.answers.get()
	defer h.answers.put(out)
	answer, err := h.answer(r.Context(), in.b, out)
	if err != nil {
		h.unanswered(w, r, err)
		return
	}
	w.Header()["Content-Type"] = contentType
	_, _ = w.Write(answer) // who hung up asks again
}

// unanswered says what is no answer to the message.
func (h *Handler) unanswered(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, errBusy):
		h.cfg.Log.ErrorContext(r.Context(), "station: too much at once")
		w.Header().Set("Retry-After", "10")
		http.Error(w, "too much at once", http.StatusServiceUnavailable)
	case errors.Is(err, errNoMessage):
		h.cfg.Log.WarnContext(r.Context(), "station: bad request", slog.Any("error", err))
		http.Error(w, "not a SOAP message of a station", http.StatusBadRequest)
	default:
		h.cfg.Log.ErrorContext(r.Context(), "station: not answered", slog.Any("error", err))
		http.Error(w, "try again", http.StatusInternalServerError)
	}
}

// answer returns what to say to a message. Its error is errNoMessage or errBusy, or that
// of a store which failed a receipt: the node must then send it again.
func (h *Handler) answer(ctx context.Context, body []byte, out *buffer) ([]byte, error) {
	if answer, err := h.shed(ctx, body, out); answer != nil || err != nil {
		return answer, err
	}
	r, err := wire.DecodeRequest(body)
	if isNoMessage(err) {
		return nil, h.unreadable(ctx, body, err)
	}
	c := call{Request: r, body: body, out: out, at: h.cashier.Now()}
	refused := h.check(r, err)
	if isReceipt(r.Operation) {
		return h.takeReceipt(ctx, &c, refused)
	}
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	return h.tell(ctx, &c, refused), nil
}

// isNoMessage reports whether err says that a body holds no message.
func isNoMessage(err error) bool {
	_, malformed := errors.AsType[*xmlpull.SyntaxError](err)
	return malformed || errors.Is(err, wire.ErrEnvelope)
}

// check finds what is wrong with a message before anything is looked up: its fields,
// then who is addressed.
func (h *Handler) check(r wire.Request, err error) *refusal {
	if field, bad := errors.AsType[*wire.FieldError](err); bad {
		return &refusal{code: syntaxError, description: field.Path}
	}
	stations, known := h.creditors[r.PA]
	asks := r.Operation != wire.Demand && !isReceipt(r.Operation)
	switch {
	case !known, asks && r.FiscalCode != r.PA:
		return &refusal{code: wrongCreditor}
	case !slices.ContainsFunc(stations, func(c Creditor) bool { return c.Broker == r.Broker }):
		return &refusal{code: wrongBroker}
	case !slices.ContainsFunc(stations, func(c Creditor) bool { return c.Broker == r.Broker && c.Station == r.Station }):
		return &refusal{code: wrongStation}
	default:
		return nil
	}
}

// tell answers all but receipts.
func (h *Handler) tell(ctx context.Context, c *call, refused *refusal) []byte {
	if refused == nil {
		seated, ok := h.asking.enter(ctx)
		if !ok {
			h.cfg.Log.ErrorContext(ctx, "station: too much at once", slog.String("operation", string(c.Operation)))
			return c.refuse(&refusal{code: systemError})
		}
		defer h.asking.leave(seated)
		var answer wire.Response
		err := h.guard(ctx, func() (err error) {
			answer, err = h.look(ctx, c.Request)
			return err
		})
		if refused = h.refusalFor(ctx, err); refused == nil {
			c.made = answer.QR
			return h.note(ctx, c, c.say(answer), nil)
		}
	}
	h.logRefusal(ctx, c, refused)
	return h.note(ctx, c, c.refuse(refused), refused)
}

// look finds the answer to who asks.
func (h *Handler) look(ctx context.Context, r wire.Request) (wire.Response, error) {
	switch r.Operation {
	case wire.Verify:
		return h.verify(ctx, r)
	case wire.Demand:
		return h.demand(ctx, r)
	default:
		return h.getPayment(ctx, r)
	}
}

// refusalFor returns what to say for the error of asking, nil for none.
func (h *Handler) refusalFor(ctx context.Context, err error) *refusal {
	if err == nil {
		return nil
	}
	if refused := refusalOf(err); refused != nil {
		return refused
	}
	h.cfg.Log.ErrorContext(ctx, "station: cannot answer", slog.Any("error", err))
	return &refusal{code: systemError}
}

// note writes the call into the journal and returns its answer. What cannot be written
// down must not begin a payment.
func (h *Handler) note(ctx context.Context, c *call, answer []byte, refused *refusal) []byte {
	if h.cfg.NoJournal {
		return answer
	}
	asked, told := c.entries(h.cashier.Now(), answer, refused)
	err := h.guard(ctx, func() error { return fail(h.journal.write(ctx, asked, told)) })
	if failed := h.refusalFor(ctx, err); failed != nil {
		return c.refuse(failed)
	}
	return answer
}

// takeReceipt answers a receipt: it is stored, or in quarantine, and in the journal,
// before anybody hears of it. The node that hangs up does not stop it.
func (h *Handler) takeReceipt(ctx context.Context, c *call, refused *refusal) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), receiptPatience)
	defer cancel()
	seated, ok := h.receiving.enter(ctx)
	if !ok {
		return nil, errBusy
	}
	defer h.receiving.leave(seated)
	var answer []byte
	err := h.guard(ctx, func() error {
		var rt payment.RT
		if refused == nil {
			rt = receipt(c.Request, c.body)
			if err := h.checkStamps(ctx, &rt); err != nil {
				return err
			}
		}
		return h.cashier.Do(ctx, func(ctx context.Context) (err error) {
			answer, err = h.receive(ctx, c, rt, refused)
			return err
		})
	})
	return answer, err
}

// receive is the part of takeReceipt that is one transaction.
func (h *Handler) receive(ctx context.Context, c *call, rt payment.RT, refused *refusal) ([]byte, error) {
	var done payment.Recorded
	var err error
	if refused == nil {
		done, err = h.record(ctx, rt)
		if refused = refusalOf(err); refused != nil {
			err = nil
		}
	} else { // it may be money: keep it before saying no
		err = h.cashier.Quarantine(ctx, payment.QuarantinedMessage{
			Operation: string(c.Operation), Reason: string(refused.code), Raw: c.body,
		})
	}
	switch {
	case err != nil:
		return nil, err
	case refused != nil:
		h.logRefusal(ctx, c, refused)
		return c.refuse(refused), h.noteReceipt(ctx, c, done, refused)
	default:
		return c.say(wire.Response{Operation: c.Operation}), h.noteReceipt(ctx, c, done, nil)
	}
}

func (h *Handler) noteReceipt(ctx context.Context, c *call, done payment.Recorded, refused *refusal) error {
	if h.cfg.NoJournal {
		return nil
	}
	asked, told := c.entries(h.cashier.Now(), c.out.b, refused)
	switch {
	case done.Repeat:
		told.Parameters.Detail = "repeat"
	case done.Second:
		told.Parameters.Detail = "second"
	}
	return h.cashier.AppendJournal(ctx, asked, told)
}

func (h *Handler) logRefusal(ctx context.Context, c *call, r *refusal) {
	h.cfg.Log.InfoContext(ctx, "station: refused", slog.String("operation", string(c.Operation)),
		slog.String("fault", string(r.code)), slog.String("detail", payment.JournalCode(r.description)))
}

// guard runs what calls hooks and the store: a panic of theirs becomes an error, so that
// it ends this call and nothing else. What they panicked with may name somebody; the log
// gets its type, and where it was.
func (h *Handler) guard(ctx context.Context, do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			h.cfg.Log.ErrorContext(ctx, "station: panic", slog.String("type", fmt.Sprintf("%T", v)), slog.String("stack", string(debug.Stack())))
			err = errPanic
		}
	}()
	return do()
}
