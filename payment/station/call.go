package station

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
)

// call is one message and its answer.
type call struct {
	wire.Request
	body []byte
	out  *buffer
	at   time.Time // when it came
	made *wire.QR  // the notice that a demand is answered with
}

// say writes the answer.
func (c *call) say(answer wire.Response) []byte {
	c.out.b = answer.Append(c.out.b[:0])
	return c.out.b
}

func (c *call) refuse(r *refusal) []byte {
	return c.say(wire.Response{Operation: c.Operation, Fault: r.fault(c.PA)})
}

// node is who calls (SANP 3.12, event journal).
const node = "NodoDeiPagamentiSPC"

// entries are the journal's two rows of the call.
func (c *call) entries(now time.Time, answer []byte, refused *refusal) (asked, told payment.JournalEntry) {
	asked = payment.JournalEntry{
		At: c.at, Creditor: c.PA, IUV: c.RT.IUV, Token: c.RT.ReceiptID, Notice: c.Number, PSP: c.RT.PSP.ID,
		PaymentType: c.RT.Method, Component: "station", Operation: string(c.Operation), Subtype: payment.Request,
		Requester: node, Responder: c.Station, Station: c.Station, Channel: c.RT.PSP.Channel,
	}.WithMessage(c.body)
	if asked.IUV == "" {
		asked.IUV = iuvOf(c.Number)
	}
	told = asked.Answer(now, answer, "OK")
	told.Parameters.Status = http.StatusOK
	if refused != nil {
		told.Outcome, told.Parameters.Fault, told.Parameters.Detail = "KO", string(refused.code), refused.description
	} else if c.made != nil {
		told.Notice, told.IUV = c.made.Number, iuvOf(c.made.Number)
	}
	return asked, told
}

// iuvOf returns the IUV in a notice number, "" if it is none.
func iuvOf(number string) string {
	n, err := notice.ParseSyntax(number)
	if err != nil {
		return ""
	}
	return n.IUV().String()
}

// buffer holds a request or an answer, and goes from call to call.
type buffer struct {
	b    []byte
	held int64 // what of it is counted in the handler's held
}

// smallest is the size of a new buffer: more than most messages.
const smallest = 4 << 10

// buffers keeps those up to a size, of which many are in use at the same time.
type buffers struct {
	pool sync.Pool
	most int
}

func (p *buffers) get() *buffer {
	b, ok := p.pool.Get().(*buffer)
	if !ok {
		return &buffer{b: make([]byte, 0, smallest)}
	}
	b.b = b.b[:0]
	return b
}

func (p *buffers) put(b *buffer) {
	if cap(b.b) <= p.most {
		p.pool.Put(b)
	}
}

// grow makes room in a full buffer: four times as much, and one byte beyond the largest
// body at most. While the bytes are copied, both arrays are counted.
func (h *Handler) grow(in *buffer) error {
	size := min(4*int64(cap(in.b))-1, h.cfg.MaxBody) + 1
	if err := h.hold(in, in.held+size); err != nil {
		return err
	}
	in.b = append(make([]byte, 0, size), in.b...)
	return h.hold(in, size)
}

// hold counts n bytes for the buffer, instead of what it held; errBusy says that they are
// too many.
func (h *Handler) hold(in *buffer, n int64) error {
	more := n - in.held
	in.held = n
	if h.held.Add(more) > h.cfg.MaxMemory && more > 0 {
		return errBusy
	}
	return nil
}

// read reads the body into a buffer that grows as the bytes come, not as the header
// promises.
func (h *Handler) read(w http.ResponseWriter, r *http.Request, in *buffer) error {
	control := http.NewResponseController(w)
	bounded := control.SetReadDeadline(clock().Add(h.cfg.BodyTime)) == nil
	if err := h.hold(in, int64(cap(in.b))); err != nil {
		return err
	}
	for {
		if len(in.b) == cap(in.b) {
			if err := h.grow(in); err != nil {
				return err
			}
		}
		n, err := r.Body.Read(in.b[len(in.b):cap(in.b)])
		in.b = in.b[:len(in.b)+n]
		switch {
		case int64(len(in.b)) > h.cfg.MaxBody:
			w.Header().Set("Connection", "close")
			return fmt.Errorf("%w: more than %d bytes", errNoMessage, h.cfg.MaxBody)
		case err == io.EOF:
			if bounded { // left standing, it would end the call's context while the call is served
				_ = control.SetReadDeadline(time.Time{})
			}
			return nil
		case err != nil: // what is still to come must not take longer either: the bound stays
			w.Header().Set("Connection", "close")
			return fmt.Errorf("%w: %w", errNoMessage, err)
		}
	}
}

// unreadable is the error for what is no message. If it seems to be a receipt it is kept
// first: the node tries again, but not for ever.
func (h *Handler) unreadable(ctx context.Context, body []byte, cause error) error {
	err := fmt.Errorf("%w: %w", errNoMessage, cause)
	if !bytes.Contains(body, []byte(wire.SendRTV1)) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), receiptPatience)
	defer cancel()
	seated, ok := h.receiving.enter(ctx)
	if !ok {
		return errBusy
	}
	defer h.receiving.leave(seated)
	failed := h.guard(ctx, func() error {
		return h.cashier.Quarantine(ctx, payment.QuarantinedMessage{Operation: string(wire.SendRTV1), Reason: Unreadable, Raw: body})
	})
	if failed != nil {
		return failed
	}
	return err
}
