package mail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/mail"
)

// box is a transport that keeps what it gets, or fails.
type box struct {
	mu   sync.Mutex
	all  []mail.Message
	fail error
}

func (b *box) Send(_ context.Context, m mail.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail == nil {
		b.all = append(b.all, m)
	}
	return b.fail
}

func (b *box) kinds() (kinds []mail.Kind) {
	for _, m := range b.all {
		kinds = append(kinds, m.Kind)
	}
	return kinds
}

// office is a payer's way with everything in it.
type office struct {
	store   *memory.Store
	cashier *payment.Cashier
	box     *box
	now     time.Time
	p       payment.Position
}

func newOffice(t *testing.T, cfg mail.HandlerConfig) *office {
	t.Helper()
	d := &office{store: &memory.Store{}, box: &box{}, now: now, p: storetest.Position(1)}
	clock := func() time.Time { return d.now }
	w, err := mail.NewWriter(sender, mail.WriterConfig{Now: clock})
	require.NoError(t, err)
	post := mail.NewPost(d.store.Sent(), d.box, mail.PostConfig{Now: clock})
	handle := mail.Handler(d.store, w, post, cfg)
	d.cashier = payment.NewCashier(d.store, payment.Config{Now: clock, Handlers: []payment.Handler{handle}})
	require.NoError(t, d.store.Positions().Insert(t.Context(), d.p))
	return d
}

func (d *office) deliver(t *testing.T) {
	t.Helper()
	_, err := d.cashier.DeliverPending(t.Context())
	require.NoError(t, err)
}

// order puts an order into a state, with the event of it.
func (d *office) order(t *testing.T, s payment.OrderStatus, email string) {
	t.Helper()
	o := payment.Order{ID: "o" + string(s), Positions: []payment.Key{d.p.Key}, Status: s, Email: email, CreatedAt: d.now, ChangedAt: d.now}
	require.NoError(t, d.store.Orders().Insert(t.Context(), o))
	require.NoError(t, d.store.Outbox().Append(t.Context(), payment.Event{Kind: payment.OrderEvent(s), Order: o.ID, At: d.now}))
}

func (d *office) pay(t *testing.T, id string) {
	t.Helper()
	_, err := d.cashier.Record(t.Context(), storetest.Receipt(d.p, id))
	require.NoError(t, err)
}

func TestHandlerOfReceipts(t *testing.T) {
	d := newOffice(t, mail.HandlerConfig{
		Lang:    func(payment.Position) string { return "en" },
		Mailbox: func(payment.Purchase) string { return "as-li@example.org" },
	})
	d.pay(t, "iur-1")
	d.pay(t, "iur-2")
	d.deliver(t)
	require.Equal(t, []mail.Kind{mail.KindPaid, mail.KindHandIn, mail.KindPaid, mail.KindHandIn}, d.box.kinds())
	first, handIn, second := d.box.all[0], d.box.all[1], d.box.all[2]
	require.Equal(t, "m@example.org", first.To.Email, "without an order, the debtor")
	require.Equal(t, "en", first.Lang)
	require.Equal(t, "as-li@example.org", handIn.To.Email)
	require.Equal(t, "m@example.org", handIn.ReplyTo.Email)
	require.Contains(t, second.Text, "This second payment is to be refunded"[5:])
	r, err := receipt.Load(t.Context(), d.store, "owner", d.p.Key, "")
	require.NoError(t, err)
	want, err := r.Canonical()
	require.NoError(t, err)
	require.Equal(t, want, first.Files[0].Content, "the canonical JSON")

	// Whatever delivers the events again, nothing is sent twice.
	for e, err := range d.store.Outbox().List(t.Context(), payment.EventFilter{}) {
		require.NoError(t, err)
		w, err := mail.NewWriter(sender, mail.WriterConfig{Now: func() time.Time { return now.Add(time.Hour) }})
		require.NoError(t, err)
		handle := mail.Handler(d.store, w, mail.NewPost(d.store.Sent(), d.box, mail.PostConfig{}), mail.HandlerConfig{})
		require.NoError(t, handle(t.Context(), e))
	}
	require.Len(t, d.box.all, 4)
}

func TestHandlerWithoutEmail(t *testing.T) {
	d := newOffice(t, mail.HandlerConfig{})
	require.NoError(t, d.store.Positions().Update(t.Context(), d.p.Key, func(p *payment.Position) error {
		p.Debtor.Email = ""
		return nil
	}))
	d.order(t, payment.OrderTakenInCharge, "")
	d.order(t, payment.OrderClosedUnpaid, "")
	d.pay(t, "iur")
	d.deliver(t)
	require.Empty(t, d.box.all)
}

func TestHandlerOfForeignReceipts(t *testing.T) {
	d := newOffice(t, mail.HandlerConfig{})
	rt := storetest.Receipt(d.p, "iur")
	rt.Creditor = "01234567890" // the copy of a secondary creditor
	_, err := d.cashier.Record(t.Context(), rt)
	require.NoError(t, err)
	d.deliver(t)
	require.Empty(t, d.box.all)
}

// TestHandlerOfOutcomes: "not paid" is said only when the resolver says so; what comes
// later supersedes it.
func TestHandlerOfOutcomes(t *testing.T) {
	d := newOffice(t, mail.HandlerConfig{})
	d.order(t, payment.OrderTakenInCharge, "order@example.org")
	d.deliver(t)
	require.Equal(t, []mail.Kind{mail.KindInCharge}, d.box.kinds())
	require.Equal(t, "order@example.org", d.box.all[0].To.Email)

	// Who has his receipt is not told to wait for it.
	d = newOffice(t, mail.HandlerConfig{})
	d.order(t, payment.OrderTakenInCharge, "order@example.org")
	d.pay(t, "iur")
	d.deliver(t)
	require.Equal(t, []mail.Kind{mail.KindPaid}, d.box.kinds())

	d = newOffice(t, mail.HandlerConfig{})
	d.order(t, payment.OrderSent, "order@example.org") // the payer is at the gateway
	d.order(t, payment.OrderClosedUnpaid, "order@example.org")
	_, err := d.cashier.DeliverPending(t.Context())
	require.ErrorIs(t, err, mail.ErrWait)
	require.Empty(t, d.box.all)
	d.now = d.now.Add(31 * time.Minute)
	d.deliver(t)
	require.Equal(t, []mail.Kind{mail.KindNotYet}, d.box.kinds())
	d.pay(t, "iur")
	d.deliver(t)
	require.Equal(t, []mail.Kind{mail.KindNotYet, mail.KindPaid}, d.box.kinds())
	require.Contains(t, d.box.all[1].Text, "sostituisce quelli precedenti")

	// A receipt that came first leaves nothing to say.
	d = newOffice(t, mail.HandlerConfig{})
	d.pay(t, "iur")
	d.order(t, payment.OrderClosedUnpaid, "order@example.org")
	d.deliver(t)
	require.Equal(t, []mail.Kind{mail.KindPaid}, d.box.kinds())

	for _, verdict := range []payment.Verdict{{Finding: payment.FindingMissing}, {Finding: payment.FindingOpen}, {Finding: payment.FindingExpired, Retry: true}} {
		d = newOffice(t, mail.HandlerConfig{Verdict: func(context.Context, payment.Key) (payment.Verdict, error) { return verdict, nil }})
		d.order(t, payment.OrderClosedUnpaid, "order@example.org")
		d.deliver(t)
		require.Empty(t, d.box.all, verdict.Finding)
	}
}

// TestRefusedForGood: the event is done, the message is parked, nothing tries again until
// somebody frees it.
func TestRefusedForGood(t *testing.T) {
	d := newOffice(t, mail.HandlerConfig{})
	d.box.fail = &mail.RefusedError{Code: 550, Enhanced: "5.1.1"}
	d.pay(t, "iur")
	d.deliver(t)
	var parked []receipt.Sending
	for s, err := range d.store.Sent().Parked(t.Context()) {
		require.NoError(t, err)
		parked = append(parked, s)
	}
	require.Len(t, parked, 1)
	require.Equal(t, "550 5.1.1", parked[0].Note)
	for range pending(t, d) {
		t.Error("an event waits")
	}
	d.box.fail = nil
	post := mail.NewPost(d.store.Sent(), d.box, mail.PostConfig{})
	m := message(t)
	m.ID = parked[0].ID
	require.ErrorIs(t, post.Send(t.Context(), m), receipt.ErrParked)
	require.NoError(t, d.store.Sent().Settle(t.Context(), m.ID, receipt.Sending{At: now}))
	require.NoError(t, post.Send(t.Context(), m))
	require.Len(t, d.box.all, 1)
}

func pending(t *testing.T, d *office) (all []payment.Event) {
	t.Helper()
	for e, err := range d.store.Outbox().List(t.Context(), payment.EventFilter{Pending: true}) {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

func TestTemporaryFailureWaits(t *testing.T) {
	d := newOffice(t, mail.HandlerConfig{})
	d.box.fail = pagonline.NewError(pagonline.CodeUnavailable)
	d.pay(t, "iur")
	_, err := d.cashier.DeliverPending(t.Context())
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
	require.NotEmpty(t, pending(t, d))
	d.box.fail = nil
	d.deliver(t)
	require.Len(t, d.box.all, 1)
	require.Empty(t, pending(t, d))
}

func TestPostChecksFirst(t *testing.T) {
	st, b := &memory.Store{}, &box{}
	var logged bytes.Buffer
	post := mail.NewPost(st.Sent(), b, mail.PostConfig{Log: slog.New(slog.NewTextHandler(&logged, nil)), Now: func() time.Time { return now }})
	m := message(t)
	m.To = mail.Address{Name: "Mario Rossi", Email: "mario@@example.org"}
	err := post.Send(t.Context(), m)
	require.ErrorIs(t, err, receipt.ErrParked)
	require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
	for s, err := range st.Sent().Parked(t.Context()) {
		require.NoError(t, err)
		require.Equal(t, "input_syntax to", s.Note)
	}
	require.NotContains(t, logged.String()+err.Error(), "ario")
	require.Contains(t, logged.String(), "mail refused for good")
	require.Empty(t, b.all)
}

// TestPostDies: what a process that died has claimed goes out when the claim has run out;
// until then nobody else sends it.
func TestPostDies(t *testing.T) {
	st, b, m, clock := &memory.Store{}, &box{}, message(t), now
	post := mail.NewPost(st.Sent(), b, mail.PostConfig{Now: func() time.Time { return clock }, Lease: time.Minute})
	require.NoError(t, st.Sent().Claim(t.Context(), m.ID, clock, clock.Add(time.Minute))) // and then it died
	require.ErrorIs(t, post.Send(t.Context(), m), receipt.ErrClaimed)
	clock = clock.Add(time.Minute)
	require.NoError(t, post.Send(t.Context(), m))
	require.NoError(t, post.Send(t.Context(), m))
	require.Len(t, b.all, 1)
}

// TestFilesThatCannotBeMade: a page that the font cannot write holds no receipt back.
func TestFilesThatCannotBeMade(t *testing.T) {
	invalid := fmt.Errorf("page: %w", pagonline.NewError(pagonline.CodeTextInvalid, pagonline.Same("3")).At("debtor").Because(errors.New("Mario")))
	signed := mail.File{Name: "signed.json", MediaType: "application/json", Content: []byte("{}")}
	for name, files := range map[string][]mail.File{"ricevuta-": nil, "signed.json": {signed}} {
		var logged bytes.Buffer
		st, b, p := &memory.Store{}, &box{}, storetest.Position(1)
		post := mail.NewPost(st.Sent(), b, mail.PostConfig{Log: slog.New(slog.NewTextHandler(&logged, nil))})
		handle := mail.Handler(st, writer(t, ""), post, mail.HandlerConfig{
			Files:   func(context.Context, receipt.Receipt) ([]mail.File, error) { return files, invalid },
			Mailbox: func(payment.Purchase) string { return "as-li@example.org" },
		})
		require.NoError(t, st.Positions().Insert(t.Context(), p))
		cashier := payment.NewCashier(st, payment.Config{Handlers: []payment.Handler{handle}})
		_, err := cashier.Record(t.Context(), storetest.Receipt(p, "iur"))
		require.NoError(t, err)
		_, err = cashier.DeliverPending(t.Context())
		require.NoError(t, err)
		require.Equal(t, []mail.Kind{mail.KindPaid, mail.KindHandIn}, b.kinds())
		for _, m := range b.all {
			require.Len(t, m.Files, 1)
			require.Contains(t, m.Files[0].Name, name)
		}
		require.Contains(t, logged.String(), "code=text_invalid field=debtor")
		require.NotContains(t, logged.String(), "Mario")
	}

	d := newOffice(t, mail.HandlerConfig{Files: func(context.Context, receipt.Receipt) ([]mail.File, error) {
		return nil, pagonline.NewError(pagonline.CodeUnavailable)
	}})
	d.pay(t, "iur")
	_, err := d.cashier.DeliverPending(t.Context())
	require.ErrorIs(t, err, pagonline.ErrUnavailable, "that one may mend itself")
	require.Empty(t, d.box.all)
}

func TestFileLogged(t *testing.T) {
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "file", mail.File{Name: "rossi.pdf", Content: []byte("Rossi")})
	require.Contains(t, b.String(), "file=5")
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "rejection", mail.RejectionLetter{Institute: "AS-LI", Reason: "è di Rossi"})
	require.Contains(t, b.String(), "rejection=AS-LI")
	require.NotContains(t, strings.ToLower(b.String()), "rossi")
}

// slow is a transport during which something else happens.
type slow struct {
	fail      error
	meanwhile func()
}

func (s slow) Send(context.Context, mail.Message) error {
	s.meanwhile()
	return s.fail
}

// TestPostTooSlow: who failed after its claim ran out frees nothing that another has sent
// or is sending.
func TestPostTooSlow(t *testing.T) {
	st, b, m, clock := &memory.Store{}, &box{}, message(t), now
	cfg := mail.PostConfig{Now: func() time.Time { return clock }, Lease: time.Minute}
	other := mail.NewPost(st.Sent(), b, cfg)
	fail := errors.New("connection lost")
	first := mail.NewPost(st.Sent(), slow{fail, func() {
		clock = clock.Add(2 * time.Minute)
		require.NoError(t, other.Send(t.Context(), m))
	}}, cfg)
	require.ErrorIs(t, first.Send(t.Context(), m), fail)
	require.NoError(t, other.Send(t.Context(), m), "it was sent")
	require.Len(t, b.all, 1)

	m.ID = "another"
	first = mail.NewPost(st.Sent(), slow{fail, func() {
		clock = clock.Add(2 * time.Minute)
		require.NoError(t, st.Sent().Claim(t.Context(), m.ID, clock, clock.Add(time.Minute)))
	}}, cfg)
	require.ErrorIs(t, first.Send(t.Context(), m), fail)
	require.ErrorIs(t, other.Send(t.Context(), m), receipt.ErrClaimed, "another is sending it")
}

// TestPostTogether: many processes with one event, one message.
func TestPostTogether(t *testing.T) {
	st, b, m := &memory.Store{}, &box{}, message(t)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			err := mail.NewPost(st.Sent(), b, mail.PostConfig{}).Send(t.Context(), m)
			if err != nil && !errors.Is(err, receipt.ErrClaimed) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Len(t, b.all, 1)
}

// TestHandlerOverSMTP: from the receipt to the server and its refusal.
func TestHandlerOverSMTP(t *testing.T) {
	serving, trusting := certificate(t)
	s := serve(t, &server{}, serving, false)
	st, p := &memory.Store{}, storetest.Position(1)
	w := writer(t, "")
	post := mail.NewPost(st.Sent(), client(t, s, mail.SMTPConfig{TLS: trusting}), mail.PostConfig{})
	cashier := payment.NewCashier(st, payment.Config{Handlers: []payment.Handler{mail.Handler(st, w, post, mail.HandlerConfig{})}})
	require.NoError(t, st.Positions().Insert(t.Context(), p))
	_, err := cashier.Record(t.Context(), storetest.Receipt(p, "iur"))
	require.NoError(t, err)
	s.tell("rcpt", &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "later"})
	_, err = cashier.DeliverPending(t.Context())
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
	s.tell("", nil)
	_, err = cashier.DeliverPending(t.Context())
	require.NoError(t, err)
	require.Len(t, s.messages(), 1)
	read := parse(t, []byte(s.messages()[0].content))
	require.Equal(t, "Ricevuta di pagamento – Archivio di Stato di Livorno – IUV "+p.Number.IUV().String(), read.subject)
	require.Len(t, read.files, 1)
}
