package payment_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
)

func TestQuarantine(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		p := o.open(t, "debt")
		lost := receipt(p, "iur")
		lost.Number = nobodys
		_, err := o.Record(ctx, lost)
		require.ErrorIs(t, err, payment.ErrUnknown)
		require.NoError(t, o.Quarantine(ctx, payment.QuarantinedMessage{Operation: "flow", Reason: "unreadable", Raw: []byte("<x")}))
		all := o.quarantine(t)
		require.Len(t, all, 2)
		first, second := all[0].ID, all[1].ID
		m, err := o.QuarantinedMessage(ctx, first)
		require.NoError(t, err)
		require.Equal(t, all[0], m)
		require.True(t, m.Open())
		_, err = o.QuarantinedMessage(ctx, 1_000_000)
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))

		for _, c := range []struct {
			id    int64
			by    string
			note  string
			code  pagonline.Code
			field string
		}{
			{1_000_000, "clerk-1", "x", pagonline.CodeNotFound, ""},
			{second, "", "x", pagonline.CodeRequiredField, "by"},
			{second, strings.Repeat("x", 71), "x", pagonline.CodeTextTooLong, "by"},
			{second, "clerk-1", " ", pagonline.CodeRequiredField, "note"},
			{second, "clerk-1", strings.Repeat("x", 501), pagonline.CodeTextTooLong, "note"},
			{second, "clerk-1", "not ours", "", ""},
			{second, "clerk-1", "not ours", "", ""}, // again
			{second, "clerk-2", "ours", pagonline.CodeConflict, ""},
		} {
			err := o.Resolve(ctx, c.id, c.by, c.note)
			require.Equal(t, c.code, pagonline.CodeOf(err), c)
			if c.field != "" {
				require.Equal(t, c.field, pagonline.AsError(err).Field)
			}
		}
		m, err = o.QuarantinedMessage(ctx, second)
		require.NoError(t, err)
		require.Equal(t, payment.Resolution{ResolvedAt: o.now, ResolvedBy: "clerk-1", Note: "not ours"}, m.Resolution)
		require.False(t, m.Open())
		for m, err := range o.Quarantined(ctx) {
			require.NoError(t, err)
			require.Equal(t, first, m.ID, "what is resolved is not in the list")
		}
		require.Len(t, o.quarantine(t), 2, "and is kept")
		require.NotContains(t, o.log.String(), "<x")
	})
}

// A receipt that is refused again after it was resolved waits for somebody again.
func TestQuarantinedAgain(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		p := o.open(t, "debt")
		_, err := o.Record(ctx, receipt(p, "iur"))
		require.NoError(t, err)
		altered := receipt(p, "iur")
		altered.Description, altered.Raw = "other", []byte("<other/>")
		for times := 1; times <= 3; times++ {
			_, err = o.Record(ctx, altered)
			require.ErrorIs(t, err, payment.ErrAltered)
			var waiting []payment.QuarantinedMessage
			for m, err := range o.Quarantined(ctx) {
				require.NoError(t, err)
				waiting = append(waiting, m)
			}
			require.Len(t, waiting, 1)
			require.Equal(t, times, waiting[0].Times)
			require.Zero(t, waiting[0].Resolution)
			require.NoError(t, o.Resolve(ctx, waiting[0].ID, "clerk-"+strconv.Itoa(times), "the same money, said twice"))
		}
	})
}

// TestReplay: the message is recorded and resolved together, once, or stays as it is.
func TestReplay(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		p := o.open(t, "debt")
		r := receipt(p, "iur")
		require.NoError(t, o.Quarantine(ctx, payment.QuarantinedMessage{Operation: r.Operation, Reason: "x", Raw: r.Raw}))
		id := o.quarantine(t)[0].ID
		before := len(o.kinds(t, payment.EventFilter{}))

		for reason, edit := range map[error]func(*payment.RT){
			payment.ErrOutcomeKO:    func(r *payment.RT) { r.OK = false },
			payment.ErrUnknown:      func(r *payment.RT) { r.Number = nobodys },
			payment.ErrInconsistent: func(r *payment.RT) { r.IUV = "x" },
		} {
			bad := r
			edit(&bad)
			_, err := o.Replay(ctx, id, "clerk-1", bad)
			require.ErrorIs(t, err, payment.ErrRefused)
			require.ErrorIs(t, err, reason)
		}
		require.Len(t, o.quarantine(t), 1, "no new message")
		require.Len(t, o.kinds(t, payment.EventFilter{}), before, "no event")
		_, err := o.Replay(ctx, 1_000_000, "clerk-1", r)
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
		_, err = o.Replay(ctx, id, "", r)
		require.Equal(t, pagonline.CodeRequiredField, pagonline.CodeOf(err))
		other := r
		other.Raw = []byte("<another message/>")
		_, err = o.Replay(ctx, id, "clerk-1", other)
		require.ErrorIs(t, err, payment.ErrChanged)
		require.Equal(t, pagonline.CodeConflict, pagonline.CodeOf(err))
		require.Equal(t, payment.Open, o.get(t, p.Key).Status, "all or nothing")

		done, err := o.Replay(ctx, id, "clerk-1", r)
		require.NoError(t, err)
		require.Equal(t, payment.Recorded{}, done)
		require.Equal(t, payment.Paid, o.get(t, p.Key).Status)
		done, err = o.Replay(ctx, id, "clerk-2", r)
		require.NoError(t, err)
		require.True(t, done.Repeat)
		m, err := o.QuarantinedMessage(ctx, id)
		require.NoError(t, err)
		require.Equal(t, payment.Resolution{ResolvedAt: o.now, ResolvedBy: "clerk-1", Note: "recorded on replay"}, m.Resolution)
	})
}

// FuzzNumbers: what is found stands in the message on its own, in its order, once each.
func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"", "301000000000000144", "900000000000000000", "<a>301000000000000144</a>301000000000000144 302000000000000145", strings.Repeat("301000000000000144x", 40), "3010000000000001440"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		found := payment.QuarantinedMessage{Raw: raw}.Numbers()
		var want []string
		for _, run := range regexp.MustCompile(`[0-9]+`).FindAllString(string(raw), -1) {
			if _, err := notice.ParseSyntax(run); err == nil && len(want) < 16 && !slices.Contains(want, run) {
				want = append(want, run)
			}
		}
		require.Len(t, found, len(want))
		for i, n := range found {
			require.Equal(t, want[i], n.String())
		}
	})
}
