package storetest

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
)

// Document returns a document of a receipt that was paid n days after another.
func Document(n int, id string, kind receipt.DocumentKind) receipt.Document {
	return receipt.NewDocument(receipt.DocumentKey{Creditor: "99999000013", ReceiptID: id, Kind: kind},
		at(0).AddDate(0, 0, n), at(5), []byte("content of "+id+"."+string(kind)))
}

func wantCode(t *testing.T, what string, err error, want pagonline.Code) {
	t.Helper()
	if got := pagonline.CodeOf(err); got != want {
		t.Errorf("%s: code %q (%v), want %q", what, got, err, want)
	}
}

func testArchive(t *testing.T, st Store) {
	ctx, a := t.Context(), st.Archive()
	equal(t, "an empty archive", len(collect(t, a.List(ctx, receipt.Period{}))), 0)
	day := func(n int) pagonline.Date { return pagonline.DateOf(at(0)).AddDays(n) }
	var want []receipt.Record
	for _, d := range []receipt.Document{
		Document(0, "iur-1", receipt.JSONDocument), Document(0, "iur-1", receipt.PDFDocument), Document(0, "iur-1", receipt.RTDocument),
		Document(1, "IUR/../2 è", receipt.PDFDocument), Document(1, "iur-2", receipt.PDFDocument), Document(3, "iur-0", receipt.RTDocument),
	} {
		want = append(want, d.Record)
	}
	for _, r := range slices.Backward(want) { // the order of coming does not matter
		must(t, a.Put(ctx, Document(int(r.Day.Start().Sub(day(0).Start()).Hours()/24), r.ReceiptID, r.Kind)))
	}
	equal(t, "List", collect(t, a.List(ctx, receipt.Period{})), want)
	for _, c := range []struct {
		period receipt.Period
		want   []receipt.Record
	}{
		{receipt.Period{From: day(1)}, want[3:]},
		{receipt.Period{To: day(0)}, want[:3]},
		{receipt.Period{From: day(1), To: day(1)}, want[3:5]},
		{receipt.Period{From: day(2), To: day(2)}, nil},
		{receipt.Period{From: day(3), To: day(0)}, nil},
	} {
		equal(t, "List of "+c.period.String(), collect(t, a.List(ctx, c.period)), c.want)
	}
	for _, err := range a.List(ctx, receipt.Period{}) {
		must(t, err)
		break // a list may be left early
	}

	first := Document(0, "iur-1", receipt.JSONDocument)
	equal(t, "Get", value(a.Get(ctx, first.DocumentKey))(t), first)
	none := first.DocumentKey
	none.ReceiptID = "none"
	_, err := a.Get(ctx, none)
	wantCode(t, "Get of none", err, pagonline.CodeNotFound)

	later := receipt.NewDocument(first.DocumentKey, at(0).AddDate(0, 0, 9), at(59), first.Content)
	must(t, a.Put(ctx, later))
	equal(t, "the same again", value(a.Get(ctx, first.DocumentKey))(t), first)
	other := receipt.NewDocument(first.DocumentKey, at(0), at(5), []byte("other"))
	wantCode(t, "other content", a.Put(ctx, other), pagonline.CodeReceiptAltered)
	other = first
	other.Content = []byte("content of iur-1.jsoN")
	wantCode(t, "a hash that is not the content's", a.Put(ctx, other), pagonline.CodeReceiptAltered)
	wantCode(t, "nothing", a.Put(ctx, receipt.Document{}), pagonline.CodeRequiredField)
	got := value(a.Get(ctx, first.DocumentKey))(t)
	got.Content[0] = 'x'
	equal(t, "the caller's own copy", value(a.Get(ctx, first.DocumentKey))(t), first)

	wantErr(t, "Do", st.Do(ctx, func(ctx context.Context) error {
		must(t, a.Put(ctx, Document(0, "undone", receipt.PDFDocument)))
		equal(t, "List inside", len(collect(t, a.List(ctx, receipt.Period{}))), len(want)+1)
		return errTest
	}), errTest)
	equal(t, "List after what was undone", collect(t, a.List(ctx, receipt.Period{})), want)
}

// testArchiveExport: what comes out is what went in, the same bytes each time.
func testArchiveExport(t *testing.T, st Store) {
	ctx := t.Context()
	const many = 230 // more than two pages of a store
	for n := range many {
		must(t, st.Archive().Put(ctx, Document(n/100, string(rune('a'+n%23))+string(rune('a'+n/23)), receipt.RTDocument)))
	}
	var one, two bytes.Buffer
	must(t, receipt.Export(ctx, &one, st.Archive(), receipt.Period{}))
	must(t, receipt.Export(ctx, &two, st.Archive(), receipt.Period{}))
	equal(t, "the same bytes", bytes.Equal(one.Bytes(), two.Bytes()), true)
	z, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	must(t, err)
	equal(t, "files", len(z.File), many+2)
	equal(t, "sorted", slices.IsSortedFunc(z.File, func(a, b *zip.File) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) }), true)
	f, err := z.File[0].Open()
	must(t, err)
	content, err := io.ReadAll(f)
	must(t, err)
	must(t, f.Close())
	equal(t, "content", string(content), "content of aa.xml")
}

func testSent(t *testing.T, st Store) {
	ctx, s := t.Context(), st.Sent()
	must(t, s.Claim(ctx, "a", at(0), at(10)))
	wantErr(t, "Claim of what is being sent", s.Claim(ctx, "a", at(9), at(19)), receipt.ErrClaimed)
	must(t, s.Claim(ctx, "a", at(10), at(20))) // the claim has run out
	wantErr(t, "Claim after that", s.Claim(ctx, "a", at(11), at(21)), receipt.ErrClaimed)
	must(t, s.Settle(ctx, "a", receipt.Sending{At: at(12)}))
	must(t, s.Claim(ctx, "a", at(12), at(22))) // it was freed
	must(t, s.Settle(ctx, "a", receipt.Sending{Fate: receipt.Delivered, At: at(13)}))
	wantErr(t, "Claim of what was sent", s.Claim(ctx, "a", at(50), at(59)), receipt.ErrSent)
	equal(t, "nothing parked", len(collect(t, s.Parked(ctx))), 0)

	var want []receipt.Sending
	for _, id := range []string{"z", "b"} {
		must(t, s.Claim(ctx, id, at(20), at(30)))
		f := receipt.Sending{ID: id, Fate: receipt.Undelivered, At: at(21), Note: "550 5.1.1"}
		must(t, s.Settle(ctx, id, f))
		want = append(want, f)
	}
	wantErr(t, "Claim of what was refused", s.Claim(ctx, "z", at(50), at(59)), receipt.ErrParked)
	equal(t, "Parked", collect(t, s.Parked(ctx)), want)
	must(t, s.Settle(ctx, "z", receipt.Sending{At: at(40)}))
	equal(t, "Parked after one was freed", collect(t, s.Parked(ctx)), want[1:])
	must(t, s.Claim(ctx, "z", at(40), at(50)))

	// Who was too slow speaks neither for who has the message now, nor against what was sent.
	settle := func(id string, claimed time.Time, fate receipt.Fate) {
		must(t, s.Settle(ctx, id, receipt.Sending{Fate: fate, At: at(49), Claimed: claimed}))
	}
	must(t, s.Claim(ctx, "slow", at(0), at(10)))
	must(t, s.Claim(ctx, "slow", at(11), at(21)))
	for _, fate := range []receipt.Fate{receipt.Unsent, receipt.Undelivered} {
		settle("slow", at(10), fate)
		wantErr(t, "Claim after a stale Settle", s.Claim(ctx, "slow", at(12), at(22)), receipt.ErrClaimed)
	}
	settle("slow", at(21), receipt.Delivered)
	for _, fate := range []receipt.Fate{receipt.Unsent, receipt.Undelivered} {
		settle("slow", at(10), fate)
		settle("slow", at(21), fate)
		settle("slow", time.Time{}, fate)
		wantErr(t, "Claim of what was sent and then settled otherwise", s.Claim(ctx, "slow", at(50), at(59)), receipt.ErrSent)
	}
	must(t, s.Claim(ctx, "late", at(0), at(10)))
	must(t, s.Claim(ctx, "late", at(11), at(21)))
	settle("late", at(10), receipt.Delivered) // it did go out
	settle("late", at(21), receipt.Unsent)
	wantErr(t, "Claim of what was sent late", s.Claim(ctx, "late", at(50), at(59)), receipt.ErrSent)
	must(t, s.Claim(ctx, "own", at(0), at(10)))
	settle("own", at(10), receipt.Unsent)
	must(t, s.Claim(ctx, "own", at(1), at(11)))
	settle("own", at(11), receipt.Undelivered)
	settle("own", at(10), receipt.Unsent)
	wantErr(t, "Claim of what was refused, after a stale Settle", s.Claim(ctx, "own", at(50), at(59)), receipt.ErrParked)

	// Of two at once, one sends.
	free := make(chan bool)
	for range 8 {
		go func() { free <- s.Claim(ctx, "race", at(0), at(59)) == nil }()
	}
	n := 0
	for range 8 {
		if <-free {
			n++
		}
	}
	equal(t, "claims of one message", n, 1)
}

// between is what the register of receipt/ledger asks of a store's receipts: those paid
// from one instant to before another, in their order, without their messages; an instant
// that is zero is no bound. Instants are told apart to the millisecond.
type between interface {
	Between(ctx context.Context, from, before time.Time) iter.Seq2[payment.RT, error]
}

func testBetween(t *testing.T, st Store) {
	ctx := t.Context()
	list, ok := st.RTs().(between)
	if !ok {
		t.Skip("skipped: this store cannot list receipts by when they were paid")
	}
	base := time.Date(2026, 3, 28, 22, 59, 59, 999_000_000, time.UTC) // the end of a day in Rome
	var want []payment.RT
	for n := range 230 { // more than two pages
		p := Position(uint64(n + 1))
		r := Receipt(p, "iur")
		r.ReceiptID += p.Number.String()
		r.PaidAt = base.Add(time.Duration(n) * time.Millisecond)
		switch n % 3 {
		case 0:
			r.PaidAt = r.PaidAt.In(pagonline.Rome())
		case 1:
			r.ReceivedAt, r.PaidAt = r.PaidAt, time.Time{}
		}
		r.Raw = nil
		want = append(want, r)
	}
	for _, r := range slices.Backward(want) {
		must(t, st.RTs().Insert(ctx, r))
	}
	ids := func(all []payment.RT) (ids []string) {
		for _, r := range all {
			ids = append(ids, r.ReceiptID)
		}
		return ids
	}
	read := func(from, before time.Time) []payment.RT { return collect(t, list.Between(ctx, from, before)) }
	equal(t, "all", ids(read(time.Time{}, time.Time{})), ids(want))
	day := pagonline.DateOf(base)
	equal(t, "the first day", ids(read(day.Start(), day.End())), ids(want[:1]))
	equal(t, "the next day", ids(read(day.End(), time.Time{})), ids(want[1:]))
	equal(t, "a part", ids(read(base.Add(5*time.Millisecond), base.Add(7*time.Millisecond))), ids(want[5:7]))
	equal(t, "none", len(read(day.AddDays(2).Start(), time.Time{})), 0)
	equal(t, "the whole receipt", read(time.Time{}, base.Add(3*time.Millisecond))[2].Amount, want[2].Amount)
	for _, err := range list.Between(ctx, time.Time{}, time.Time{}) {
		must(t, err)
		break
	}
}

// fillArchive puts things in that the returned function looks for.
func fillArchive(t *testing.T, st Store) func(st Store) {
	t.Helper()
	ctx, d := t.Context(), Document(0, "iur-1", receipt.PDFDocument)
	must(t, st.Archive().Put(ctx, d))
	must(t, st.Sent().Settle(ctx, "a", receipt.Sending{Fate: receipt.Delivered, At: at(1)}))
	return func(st Store) {
		t.Helper()
		equal(t, "archived document", value(st.Archive().Get(ctx, d.DocumentKey))(t), d)
		wantErr(t, "Claim of what was sent", st.Sent().Claim(ctx, "a", at(2), at(3)), receipt.ErrSent)
	}
}
