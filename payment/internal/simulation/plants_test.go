package simulation_test

import "slices"

// plants are the bugs, by what they break.
var plants = slices.Concat(plantsOfRecord, plantsOfOffice, plantsOfStation)

const (
	recordFile  = "payment/record.go"
	openFile    = "payment/open.go"
	stationFile = "payment/station/serve.go"
)

// plantsOfRecord are those where a receipt is recorded.
var plantsOfRecord = []plant{
	{"receipts are keyed by their notice", []edit{{
		recordFile, `	done, err = c.record(ctx, r)
`, `	if planted("receipts are keyed by their notice") {
		if of, failed := c.store.RTs().ByPosition(ctx, r.PositionKey()); failed == nil && len(of) > 0 && of[0].ReceiptID != r.ReceiptID {
			return Recorded{}, ErrAltered, nil
		}
	}
	done, err = c.record(ctx, r)
`,
	}}},
	{"a second receipt overwrites the first", []edit{{
		recordFile, `	if err := c.store.RTs().Insert(ctx, r); err != nil {`, `	insert := c.store.RTs().Insert
	if planted("a second receipt overwrites the first") && r.Second {
		if of, err := c.store.RTs().ByPosition(ctx, r.PositionKey()); err == nil && len(of) > 0 {
			r.ReceiptID, insert = of[0].ReceiptID, c.store.RTs().Replace
		}
	}
	if err := insert(ctx, r); err != nil {`,
	}}},
	{"a second receipt has no flag", []edit{{
		recordFile, `		if err := c.keep(ctx, r); err != nil || !pays {`, `		r.Second = r.Second && !planted("a second receipt has no flag")
		if err := c.keep(ctx, r); err != nil || !pays {`,
	}}},
	{"a second receipt pays again", []edit{{
		recordFile, `		event.Kind = ReceiptSecond
`, `		event.Kind = ReceiptSecond
		if planted("a second receipt pays again") {
			_ = c.event(ctx, Event{Kind: PositionEvent(Paid), Position: event.Position, ReceiptID: r.ReceiptID})
		}
`,
	}}},
	{"outcome KO closes", []edit{{recordFile, `	case !r.OK:`, `	case !r.OK && !planted("outcome KO closes"):`}}},
	{"an altered repeat is a repeat", []edit{{
		recordFile, `	case earlier.Same(r):`, `	case earlier.Same(r), planted("an altered repeat is a repeat"):`,
	}}},
	{"another amount than due is refused", []edit{{
		recordFile, `		if !r.consistent() {`, `		if !r.consistent() || planted("another amount than due is refused") && r.Amount != p.Amount() {`,
	}}},
	{"a receipt for a withdrawn notice is refused", []edit{{
		recordFile, `		if others, err = c.siblings(ctx, p); err != nil {`, `		if planted("a receipt for a withdrawn notice is refused") && p.Status == Cancelled {
			return ErrUnknown
		}
		if others, err = c.siblings(ctx, p); err != nil {`,
	}}},
	{"a receipt after its token is refused", []edit{{
		recordFile, `	r.ReceivedAt = c.now()
	switch {
`, `	r.ReceivedAt = c.now()
	switch {
	case planted("a receipt after its token is refused") && r.ReceivedAt.Sub(r.PaidAt) > chargeTime:
		return Recorded{}, ErrUnknown
`,
	}}},
	{"a secondary creditor's copy pays", []edit{{
		recordFile, `	case r.Issuer == r.Creditor:
		return c.settle(ctx, r)`, `	case planted("a secondary creditor's copy pays"), r.Issuer == r.Creditor:
		return c.settle(ctx, r)`,
	}}},
	{"what is refused is not kept", []edit{{
		recordFile, `		return c.quarantine(ctx, QuarantinedMessage{Operation: r.Operation`, `		if planted("what is refused is not kept") {
			return nil
		}
		return c.quarantine(ctx, QuarantinedMessage{Operation: r.Operation`,
	}}},
	{"a receipt is no unit of work", []edit{{
		recordFile, `	err := c.store.Do(ctx, func(ctx context.Context) (err error) {
		if done, refusal, err`, `	do := c.store.Do
	if planted("a receipt is no unit of work") {
		do = func(ctx context.Context, work func(context.Context) error) error { return work(ctx) }
	}
	err := do(ctx, func(ctx context.Context) (err error) {
		if done, refusal, err`,
	}}},
	{"a position is paid before its receipt is there", []edit{
		{recordFile, `	return c.event(ctx, event)`, `	if planted("a position is paid before its receipt is there") && !r.Second && r.Issuer == r.Creditor {
		return nil
	}
	return c.event(ctx, event)`},
		{recordFile, `			err = c.retire(ctx, p, others)
`, `			if err = c.retire(ctx, p, others); err == nil && !r.Second && planted("a position is paid before its receipt is there") {
				err = c.event(ctx, Event{Kind: ReceiptRecorded, Position: r.PositionKey(), ReceiptID: r.ReceiptID})
			}
`},
	}},
	{"the notice in its place stays open", []edit{{
		recordFile, `		if other.Option != paid.Option || !slices`, `		if other.Option != paid.Option || planted("the notice in its place stays open") || !slices`,
	}}},
	{"an order is never paid", []edit{{
		recordFile, `		if err != nil || !p.Status.Settled() {`, `		if err != nil || !p.Status.Settled() || planted("an order is never paid") {`,
	}}},
	{"the alternative does not count as paid", []edit{{
		recordFile, `(other.Option == p.Option || other.alternative(p))`, `(other.Option == p.Option || other.alternative(p) && !planted("the alternative does not count as paid"))`,
	}}},
	{"a recovered receipt stays", []edit{{
		recordFile, `	if r.Operation == OperationBizEvents {
		return done, nil`, `	if r.Operation == OperationBizEvents || planted("a recovered receipt stays") {
		return done, nil`,
	}}},
	{"the shares need not be the amount", []edit{{
		"payment/rt.go", `sum.Cents() == r.Amount.Cents() &&`, `(sum.Cents() == r.Amount.Cents() || planted("the shares need not be the amount")) &&`,
	}}},
	{"a name is in the log", []edit{{
		recordFile, `	receipt := slog.Group("receipt",`, `	if planted("a name is in the log") {
		c.cfg.Log.WarnContext(ctx, "receipt of "+r.Debtor.Name)
	}
	receipt := slog.Group("receipt",`,
	}}},
	{"a fiscal code is in an error", []edit{{
		recordFile, `		return Recorded{}, fmt.Errorf("record receipt %s: %w", JournalCode(r.ReceiptID), err)`, `		if planted("a fiscal code is in an error") {
			return Recorded{}, fmt.Errorf("record receipt of %s: %w", r.Debtor.Code, err)
		}
		return Recorded{}, fmt.Errorf("record receipt %s: %w", JournalCode(r.ReceiptID), err)`,
	}}},
}
