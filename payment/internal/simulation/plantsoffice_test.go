package simulation_test

// plantsOfOffice are those where positions and orders are kept, events delivered, and
// memory forgets.
var plantsOfOffice = []plant{
	{"numbers begin anew with the program", []edit{
		{"payment/cashier.go", `	store Store
	cfg   Config
`, `	store  Store
	cfg    Config
	serial uint64
`},
		{openFile, `		serial, err := c.store.Numbers().Next(ctx, r.Creditor.FiscalCode, r.Creditor.Segregation)
`, `		serial, err := c.store.Numbers().Next(ctx, r.Creditor.FiscalCode, r.Creditor.Segregation)
		if planted("numbers begin anew with the program") {
			c.serial++
			serial = c.serial
		}
`},
	}},
	{"numbers come again after 16", []edit{{
		openFile, `notice.Issue(r.Creditor.Segregation, serial); err != nil {`, `notice.Issue(r.Creditor.Segregation, map[bool]uint64{false: serial, true: serial % 16}[planted("numbers come again after 16")]); err != nil {`,
	}}},
	{"a paid debt is opened again", []edit{{
		openFile, `		case found && live.Status.Settled():`, `		case found && live.Status.Settled() && planted("a paid debt is opened again"):
			opened = live
			return nil
		case found && live.Status.Settled():`,
	}}},
	{"an event is written after its unit", []edit{
		{openFile, `	err := c.store.Do(ctx, func(ctx context.Context) error {
		var before, after Position`, `	var outside Event
	err := c.store.Do(ctx, func(ctx context.Context) error {
		var before, after Position`},
		{openFile, `		case before.Status != after.Status:
`, `		case before.Status != after.Status && planted("an event is written after its unit"):
			outside = Event{Kind: PositionEvent(after.Status), Position: k}
			return nil
		case before.Status != after.Status:
`},
		{openFile, `		default:
			return nil
		}
	})
	return public(err)`, `		default:
			return nil
		}
	})
	if err == nil && outside.Kind != "" {
		err = c.event(ctx, outside)
	}
	return public(err)`},
	}},
	{"what is in charge can be withdrawn", []edit{{
		openFile, `		if err := c.inCharge(ctx, k); err != nil {`, `		if err := c.inCharge(ctx, k); err != nil && !planted("what is in charge can be withdrawn") {`,
	}}},
	{"a withdrawn notice is open again", []edit{{
		openFile, `		case p.Status == Cancelled:
			return nil
		case p.Status.Settled():`, `		case p.Status == Cancelled && planted("a withdrawn notice is open again"):
			p.Status = Open
			return nil
		case p.Status == Cancelled:
			return nil
		case p.Status.Settled():`,
	}}},
	{"who comes back has paid", []edit{{
		"payment/send.go", `			o.move(OrderTakenInCharge)`, `			if o.move(OrderTakenInCharge); planted("who comes back has paid") {
				o.move(OrderPaid)
			}`,
	}}},
	{"a late notice is payable a day more", []edit{{
		"payment/position.go", `!now.Before(t.DueDate.End())`, `!now.Before(t.DueDate.AddDays(map[bool]int{true: 1}[planted("a late notice is payable a day more")]).End())`,
	}}},
	{"the alternative to what was paid is payable", []edit{{
		"payment/cashier.go", `		case other.alternative(p):`, `		case other.alternative(p) && !planted("the alternative to what was paid is payable"):`,
	}}},
	{"events are marked before they are handled", []edit{{
		"payment/deliver.go", `	for _, handle := range c.cfg.Handlers {`, `	if planted("events are marked before they are handled") {
		if err := c.store.Outbox().Delivered(ctx, e.ID); err != nil {
			return err
		}
	}
	for _, handle := range c.cfg.Handlers {`,
	}}},
	{"later events pass a stuck one", []edit{{
		"payment/deliver.go", `			if stuck[e.Position] {`, `			if stuck[e.Position] && !planted("later events pass a stuck one") {`,
	}}},
	{"who began in time has no half hour", []edit{{
		"payment/expire.go", `	then := c.now().Add(-chargeTime)
`, `	then := c.now().Add(-chargeTime)
	if planted("who began in time has no half hour") {
		then = c.now()
	}
`,
	}}},
	{"the journal has no answers", []edit{{
		"payment/journal_append.go", `	if err := c.store.Journal().Append(ctx, rows...); err != nil {`, `	if planted("the journal has no answers") && len(rows) > 1 {
		rows = rows[:1]
	}
	if err := c.store.Journal().Append(ctx, rows...); err != nil {`,
	}}},
	{"the journal names people", []edit{{
		"payment/journal_append.go", `		if personal(part) {`, `		if personal(part) && !planted("the journal names people") {`,
	}}},
	{"the journal is pruned early", []edit{{
		"payment/journal_prune.go", `	if before.After(limit) {`, `	if before.After(limit) && !planted("the journal is pruned early") {`,
	}}},
	{"a unit that fails is kept", []edit{{
		"payment/store/memory/memory.go", `	if err == nil {
		end = stack.fold`, `	if err == nil || planted("a unit that fails is kept") {
		end = stack.fold`,
	}}},
	{"a delivered event waits", []edit{{
		"payment/store/memory/payment.go", `		e.delivered = true`, `		e.delivered = !planted("a delivered event waits")`,
	}}},
}

// plantsOfStation are those where the node is answered.
var plantsOfStation = []plant{
	{"the answer goes out before the commit", []edit{{
		stationFile, `	return answer, err
}

// receive is`, `	if planted("the answer goes out before the commit") && answer != nil {
		err = nil
	}
	return answer, err
}

// receive is`,
	}}},
	{"a store that fails is a KO", []edit{{
		stationFile, `	case err != nil:
		return nil, err
	case refused != nil:`, `	case err != nil && planted("a store that fails is a KO"):
		return c.refuse(&refusal{code: systemError}), nil
	case err != nil:
		return nil, err
	case refused != nil:`,
	}}},
	{"a store that fails is an OK", []edit{{
		stationFile, `		done, err = h.record(ctx, rt)
`, `		if done, err = h.record(ctx, rt); planted("a store that fails is an OK") && refusalOf(err) == nil {
			err = nil
		}
`,
	}}},
	{"what has a wrong address is not kept", []edit{{
		stationFile, `	} else { // it may be money`, `	} else if !planted("what has a wrong address is not kept") { // it may be money`,
	}}},
	{"what cannot be read is not kept", []edit{{
		"payment/station/call.go", `	if !bytes.Contains(body, []byte(wire.SendRTV1)) {`, `	if !bytes.Contains(body, []byte(wire.SendRTV1)) || planted("what cannot be read is not kept") {`,
	}}},
	{"a verification opens drafts", []edit{{
		stationFile, `	case wire.Verify:
		return h.verify(ctx, r)`, `	case wire.Verify:
		if k, err := key(r); err == nil && planted("a verification opens drafts") {
			_ = h.cashier.Publish(ctx, k)
		}
		return h.verify(ctx, r)`,
	}}},
	{"an activation moves the due date", []edit{{
		stationFile, `	default:
		return h.getPayment(ctx, r)`, `	default:
		if k, err := key(r); err == nil && planted("an activation moves the due date") {
			_ = h.cashier.Update(ctx, k, func(t *payment.Terms) error {
				t.DueDate = t.DueDate.AddDays(1)
				return nil
			})
		}
		return h.getPayment(ctx, r)`,
	}}},
	{"who hangs up is not recorded", []edit{{
		stationFile, `	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), receiptPatience)`, `	if !planted("who hangs up is not recorded") {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, receiptPatience)`,
	}}},
	{"a repeat gets other bytes", []edit{{
		stationFile, `		return c.say(wire.Response{Operation: c.Operation}), h.noteReceipt(ctx, c, done, nil)`, `		if c.say(wire.Response{Operation: c.Operation}); done.Repeat && planted("a repeat gets other bytes") {
			c.out.b = append(c.out.b, ' ')
		}
		return c.out.b, h.noteReceipt(ctx, c, done, nil)`,
	}}},
	{"a panic is in the log", []edit{{
		stationFile, `fmt.Sprintf("%T", v))`, `fmt.Sprintf(map[bool]string{false: "%T", true: "%v"}[planted("a panic is in the log")], v))`,
	}}},
	{"a withdrawn notice is told to be late", []edit{{
		"payment/station/fault.go", `		{payment.ErrCancelled, cancelled},`, `		{payment.ErrCancelled, map[bool]faultCode{false: cancelled, true: expired}[planted("a withdrawn notice is told to be late")]},`,
	}}},
	{"the last share is left out", []edit{{
		"payment/station/transfers.go", `	return all, nil`, `	if planted("the last share is left out") && len(all) > 1 {
		all = all[:len(all)-1]
	}
	return all, nil`,
	}}},
	{"a paid instalment is told to be unpaid", []edit{{
		"payment/station/options.go", `			status = isPaid`, `			if status = isPaid; planted("a paid instalment is told to be unpaid") {
				status = unpaid
			}`,
	}}},
	{"the receipt is not kept as it came", []edit{{
		"payment/station/receipt.go", `string(r.Operation), bytes.Clone(body)`, `string(r.Operation), bytes.Clone(body[map[bool]int{true: 1}[planted("the receipt is not kept as it came")]:])`,
	}}},
}
