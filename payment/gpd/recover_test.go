package gpd_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// lossy is a creditor whose station gets no receipts: GPD knows of the payments, and
// biz-events has the receipts.
type lossy struct {
	*memory.Store
	t       *testing.T
	now     time.Time
	cashier *payment.Cashier
	sandbox *sandbox.Sandbox
	client  *gpd.Client
	cfg     gpd.Config
	asked   []string          // receipts, of biz-events
	broken  int               // what biz-events answers instead; 0 for nothing
	altered *strings.Replacer // what it says otherwise; nil for nothing
	log     bytes.Buffer
}

// RoundTrip implements [http.RoundTripper].
func (l *lossy) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, rest, biz := strings.Cut(r.URL.Path, "/receipts/"); biz {
		iur, _, _ := strings.Cut(rest, "/")
		l.asked = append(l.asked, iur)
		if l.broken != 0 {
			w := httptest.NewRecorder()
			w.WriteHeader(l.broken)
			return w.Result(), nil
		}
	}
	resp, err := l.sandbox.Transport().RoundTrip(r)
	if l.altered != nil && err == nil {
		body, err := io.ReadAll(resp.Body)
		require.NoError(l.t, err)
		resp.Body = io.NopCloser(strings.NewReader(l.altered.Replace(string(body))))
	}
	return resp, err
}

func newLossy(t *testing.T) *lossy {
	t.Helper()
	l := &lossy{Store: &memory.Store{}, t: t, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return l.now }
	l.sandbox = sandbox.New([]sandbox.Station{{FiscalCode: creditor}}, sandbox.Config{Now: clock})
	l.cfg = gpd.Config{
		BaseURL: "https://pagopa.example", Now: clock, HTTPClient: &http.Client{Transport: l}, Positions: l.Positions(), Calls: l.Counters(),
		Wait: func(context.Context, time.Duration) error { return nil },
	}
	var err error
	l.client, err = gpd.New("key", l.cfg)
	require.NoError(t, err)
	l.cashier = payment.NewCashier(l, payment.Config{Now: clock})
	return l
}

// pays opens a notice and pays it, and returns the receipt's id.
func (l *lossy) pays() (payment.Position, string) {
	l.t.Helper()
	p, err := l.cashier.Open(l.t.Context(), payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: creditor, Name: "Ente creditore di prova", Segregation: 1, DueDays: 60},
		Office:   "Archivio di Stato di Livorno", Debtor: payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
		Wire: causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno"},
		Terms: payment.Terms{Transfers: []payment.Transfer{{
			Amount: euro.MustParse("12.50"), Creditor: creditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
		}}},
	})
	require.NoError(l.t, err)
	require.NoError(l.t, l.client.Publish(l.t.Context(), p))
	return p, l.settles(p)
}

// settles pays a notice that GPD has, and returns the receipt's id.
func (l *lossy) settles(p payment.Position) string {
	l.t.Helper()
	a, err := l.sandbox.Activate(l.t.Context(), p.Key, p.Amount())
	require.NoError(l.t, err)
	require.NoError(l.t, l.sandbox.Settle(l.t.Context(), a.Token, payment.Outcome{Paid: true, Method: "CP"}))
	return a.Token
}

// task returns the task, as a program has it that was just started.
func (l *lossy) task(claims gpd.Claims) func() error {
	l.t.Helper()
	receipts, err := gpd.NewReceipts("key", l.cfg)
	require.NoError(l.t, err)
	run := gpd.Recover(l, receipts, claims, gpd.RecoverConfig{Log: slog.New(slog.NewTextHandler(&l.log, nil))})
	return func() error { return run(l.t.Context()) }
}

func (l *lossy) status(k payment.Key) payment.Status {
	l.t.Helper()
	p, err := l.Positions().Get(l.t.Context(), k)
	require.NoError(l.t, err)
	return p.Status
}

// rows are claims of flows.
func rows(all ...gpd.Claim) gpd.Claims {
	return func(context.Context) iter.Seq2[gpd.Claim, error] {
		return func(yield func(gpd.Claim, error) bool) {
			for _, c := range all {
				if !yield(c, nil) {
					return
				}
			}
		}
	}
}

func row(p payment.Position, iur string, code payment.FlowCode, on time.Time) gpd.Claim {
	return gpd.Claim{Key: p.Key, Row: payment.FlowEntry{IUV: p.Number.IUV().String(), IUR: iur, Code: code, PaidOn: pagonline.DateOf(on)}}
}

// TestRecover: what GPD knows as paid is asked for when the node has stopped, the oldest
// first, ten in an hour whatever restarts, and each once.
func TestRecover(t *testing.T) {
	l := newLossy(t)
	var tokens []string
	var all []payment.Position
	for range 12 {
		p, token := l.pays()
		all, tokens = append(all, p), append(tokens, token)
		l.now = l.now.Add(time.Hour)
	}
	l.now = l.now.Add(24 * time.Hour)
	late, lateToken := l.pays()
	run := l.task(l.client.Claims(creditor))
	require.NoError(t, run())
	require.Empty(t, l.asked, "the node may still repeat it")

	l.now = all[0].OpenedAt.AddDate(0, 0, 3)
	require.NoError(t, run())
	require.Equal(t, tokens[:10], l.asked)
	for n, p := range all {
		want := payment.Open
		if n < 10 {
			want = payment.Paid
		}
		require.Equal(t, want, l.status(p.Key))
	}
	for _, again := range []func() error{run, l.task(l.client.Claims(creditor))} {
		require.NoError(t, again(), "a spent budget is no failure")
		require.Len(t, l.asked, 10, "a restart does not forget what was spent")
	}
	l.now = l.now.Add(time.Hour)
	for range 2 {
		require.NoError(t, l.task(l.client.Claims(creditor))())
		require.Equal(t, tokens, l.asked)
	}
	require.Equal(t, payment.Open, l.status(late.Key))
	l.now = l.now.Add(36 * time.Hour)
	require.NoError(t, run())
	require.Equal(t, append(tokens, lateToken), l.asked)

	rt, err := l.RTs().Get(t.Context(), creditor, tokens[0])
	require.NoError(t, err)
	require.Equal(t, payment.OperationBizEvents, rt.Operation)
	require.Contains(t, l.log.String(), "receipt recovered from biz-events")
	require.NotContains(t, l.log.String(), "Mario")

	// The node's own receipt takes its place.
	node := rt
	node.Operation, node.Raw, node.StandIn = "paSendRTV2", []byte("<xml/>"), true // of that biz-events does not know
	done, err := l.cashier.Record(t.Context(), node)
	require.NoError(t, err)
	require.True(t, done.Repeat)
	rt, err = l.RTs().Get(t.Context(), creditor, tokens[0])
	require.NoError(t, err)
	require.Equal(t, "paSendRTV2", rt.Operation)
}

// TestRecoverRows: of the rows of flows, those that biz-events may be asked about.
func TestRecoverRows(t *testing.T) {
	l := newLossy(t)
	paidOn := l.now
	var all []payment.Position
	var tokens []string
	for range 8 {
		p, token := l.pays()
		all, tokens = append(all, p), append(tokens, token)
	}
	came := storetest.Receipt(all[0], tokens[0])
	_, err := l.cashier.Record(t.Context(), came)
	require.NoError(t, err)
	_, err = l.cashier.SeekReceipt(t.Context(), all[1].Key, tokens[1])
	require.NoError(t, err)
	refused := storetest.Receipt(all[2], tokens[2])
	refused.OK, refused.Raw = false, []byte("<pa>"+creditor+"</pa><n>"+all[2].Number.String()+"</n>")
	_, err = l.cashier.Record(t.Context(), refused)
	require.ErrorIs(t, err, payment.ErrRefused)
	unknown := all[3]
	unknown.Number = storetest.Position(999).Number
	claims := rows(
		row(all[0], tokens[0], payment.FlowExecuted, paidOn), // it came
		row(all[1], tokens[1], payment.FlowExecuted, paidOn), // it was asked for
		row(all[2], tokens[2], payment.FlowExecuted, paidOn), // it is in quarantine
		row(unknown, "x", payment.FlowNoReceipt, paidOn),
		row(all[3], tokens[3], payment.FlowRevoked, paidOn),
		row(all[3], "", payment.FlowNoReceipt, paidOn),
		row(all[4], tokens[4], payment.FlowStandIn, time.Time{}),                // on no day
		row(all[5], tokens[5], payment.FlowExecuted, paidOn.AddDate(0, 0, 1)),   // later
		row(all[6], tokens[6], payment.FlowNoReceipt, paidOn.AddDate(0, 0, -1)), // at once
		row(all[7], "gone", payment.FlowStandInNoReceipt, paidOn.AddDate(0, 0, -2)),
		row(all[7], tokens[7], payment.FlowStandIn, paidOn.AddDate(0, 0, -9)),
	)
	run := l.task(claims)
	for range 2 {
		require.NoError(t, run())
		require.Equal(t, []string{tokens[7], "gone", tokens[6]}, l.asked)
	}
	require.Contains(t, l.log.String(), "does not have the receipt either")
	require.Equal(t, payment.Paid, l.status(all[6].Key))
	l.now = paidOn.AddDate(0, 0, 5)
	require.NoError(t, run())
	require.Equal(t, []string{tokens[7], "gone", tokens[6], tokens[5]}, l.asked)
}

// TestRecoverNoAnswer: no answer ends the run, and a receipt is asked for three times at
// most, by one process.
func TestRecoverNoAnswer(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusInternalServerError, http.StatusTooManyRequests} {
		l := newLossy(t)
		a, first := l.pays()
		b, second := l.pays()
		claims := rows(row(a, first, payment.FlowNoReceipt, l.now), row(b, second, payment.FlowNoReceipt, l.now.AddDate(0, 0, 1)))
		run, restarted := l.task(claims), l.task(claims)
		l.broken = status
		require.Error(t, run())
		require.Equal(t, []string{first}, l.asked)
		l.now = l.now.Add(time.Hour)
		l.broken = 0
		require.NoError(t, restarted(), "who does not know that there was no answer goes on")
		require.Equal(t, []string{first, second}, l.asked)
		l.broken = status
		require.Error(t, run())
		l.now = l.now.Add(time.Hour)
		l.broken = 0
		require.NoError(t, run())
		require.Equal(t, []string{first, second, first, first}, l.asked)
		require.Equal(t, payment.Paid, l.status(a.Key))

		l.broken = status
		c, third := l.pays()
		run = l.task(rows(row(c, third, payment.FlowNoReceipt, l.now)))
		for range 5 {
			_ = run()
			l.now = l.now.Add(time.Hour)
		}
		require.Equal(t, []string{third, third, third}, l.asked[4:])
		require.Equal(t, payment.Open, l.status(c.Key))
	}
}

// TestRecoverFails: what the store and the claims say is not hidden, and a receipt that
// could not be stored is asked for again.
func TestRecoverFails(t *testing.T) {
	l := newLossy(t)
	p, token := l.pays()
	claim := row(p, token, payment.FlowNoReceipt, l.now)
	run := l.task(func(context.Context) iter.Seq2[gpd.Claim, error] {
		return func(yield func(gpd.Claim, error) bool) { yield(gpd.Claim{}, errPurpose) }
	})
	require.ErrorIs(t, run(), errPurpose)

	receipts, err := gpd.NewReceipts("key", l.cfg)
	require.NoError(t, err)
	st := &failing{Store: l.Store}
	task := gpd.Recover(st, receipts, rows(claim), gpd.RecoverConfig{})
	for n := 1; ; n++ {
		st.left = n
		err := task(t.Context())
		if err == nil {
			break
		}
		require.ErrorIs(t, err, errPurpose)
		require.Equal(t, payment.Open, l.status(p.Key))
		l.now = l.now.Add(time.Hour)
	}
	require.Equal(t, payment.Paid, l.status(p.Key))

	// A counter that fails lets nothing pass, and a budget that others have spent is kept.
	l.cfg.Calls = counter(func() (int, error) { return 0, errPurpose })
	receipts, err = gpd.NewReceipts("key", l.cfg)
	require.NoError(t, err)
	n := len(l.asked)
	_, err = receipts.Receipt(t.Context(), creditor, "iur", "")
	require.ErrorIs(t, err, errPurpose)
	l.cfg.Calls = counter(func() (int, error) { return 2, nil })
	receipts, err = gpd.NewReceipts("key", l.cfg)
	require.NoError(t, err)
	_, err = receipts.Receipt(t.Context(), creditor, "iur", "")
	var spent *gpd.Error
	require.ErrorAs(t, err, &spent)
	require.Equal(t, l.now.Add(time.Hour), spent.RetryAt())
	require.Len(t, l.asked, n)
}

// TestRecoverRefused: what biz-events has and cannot be is for somebody to look at, and is
// not asked for again.
func TestRecoverRefused(t *testing.T) {
	l := newLossy(t)
	p, token := l.pays()
	run := l.task(rows(row(p, token, payment.FlowNoReceipt, l.now)))
	l.altered = strings.NewReplacer(`"outcome":"OK"`, `"outcome":"KO"`)
	require.ErrorIs(t, run(), payment.ErrOutcomeKO)
	require.NoError(t, run())
	require.NoError(t, l.task(rows(row(p, token, payment.FlowNoReceipt, l.now)))())
	require.Equal(t, []string{token}, l.asked)
	require.NotContains(t, l.log.String(), "recovered")
	verdict, err := l.cashier.Verdict(t.Context(), p.Key)
	require.NoError(t, err)
	require.Equal(t, payment.FindingQuarantined, verdict.Finding)
}

var errPurpose = errors.New("failed on purpose")

type counter func() (int, error)

func (c counter) Hit(context.Context, string, time.Time, time.Duration) (int, error) { return c() }

// failing is a store that fails at one of its units of work, or of its looks for receipts.
type failing struct {
	payment.Store
	left int
}

func (s *failing) step() error {
	if s.left--; s.left == 0 {
		return errPurpose
	}
	return nil
}

func (s *failing) Do(ctx context.Context, work func(context.Context) error) error {
	if err := s.step(); err != nil {
		return err
	}
	return s.Store.Do(ctx, work)
}

func (s *failing) RTs() payment.RTs { return failingRTs{s.Store.RTs(), s} }

type failingRTs struct {
	payment.RTs
	s *failing
}

func (r failingRTs) Get(ctx context.Context, creditor, id string) (payment.RT, error) {
	if err := r.s.step(); err != nil {
		return payment.RT{}, err
	}
	return r.RTs.Get(ctx, creditor, id)
}

// TestClaimsOfPlans: an instalment that was paid is there before the others are, as long
// as it is not too old.
func TestClaimsOfPlans(t *testing.T) {
	l := newLossy(t)
	like, _ := l.pays()
	var plan []payment.Position
	for option := 1; option <= 3; option++ {
		p, err := l.cashier.Open(t.Context(), payment.OpenRequest{
			Creditor: payment.Creditor{FiscalCode: creditor, Name: like.Company, Segregation: 1}, Debt: "plan", Option: option,
			Office: like.Office, Debtor: like.Debtor, Wire: like.Wire, Terms: like.Terms,
		})
		require.NoError(t, err)
		plan = append(plan, p)
	}
	require.NoError(t, l.client.Publish(t.Context(), plan[0]))
	claimed := func() (found []payment.Key) {
		for c, err := range l.client.Claims(creditor)(t.Context()) {
			require.NoError(t, err)
			if c.Key != like.Key {
				found = append(found, c.Key)
			}
		}
		return found
	}
	l.settles(plan[0])
	l.now = l.now.AddDate(0, 0, 3)
	require.Equal(t, []payment.Key{plan[0].Key}, claimed())
	l.now = l.now.AddDate(0, 0, 29)
	l.settles(plan[1])
	require.Empty(t, claimed(), "one is too old, one too new")
	l.settles(plan[2])
	l.now = l.now.AddDate(0, 0, 3)
	require.Equal(t, []payment.Key{plan[1].Key, plan[2].Key}, claimed(), "each once")
}

// TestClaims: of what GPD lists, the payments that have an id; and a list that fails says
// so.
func TestClaims(t *testing.T) {
	l := newLossy(t)
	paid, token := l.pays()
	other, _ := l.pays()
	l.now = l.now.AddDate(0, 0, 3)
	claims := func() (all []gpd.Claim) {
		for c, err := range l.client.Claims(creditor)(t.Context()) {
			require.NoError(t, err)
			all = append(all, c)
		}
		return all
	}
	found := claims()
	require.Len(t, found, 2)
	require.Equal(t, gpd.Claim{Key: paid.Key, Row: payment.FlowEntry{
		IUV: paid.Number.IUV().String(), IUR: token, Amount: euro.MustParse("12.50").Minus(euro.Amount{}), PaidOn: pagonline.DateOf(paid.OpenedAt),
	}}, found[0])
	require.Equal(t, paid.String(), found[0].LogValue().String())
	require.Equal(t, other.Key, found[1].Key)
	for _, err := range l.client.Claims(creditor)(t.Context()) {
		require.NoError(t, err)
		break // who has seen enough may leave
	}

	// Two processes with one list: who comes second asks nothing.
	for range 2 {
		require.NoError(t, l.task(l.client.Claims(creditor))())
	}
	require.Len(t, l.asked, 2)
	l.now = l.now.AddDate(0, 0, 40)
	require.Empty(t, claims(), "a month back")
	run := l.task(l.client.Claims("not a fiscal code"))
	require.ErrorIs(t, run(), pagonline.ErrInvalid)
}
