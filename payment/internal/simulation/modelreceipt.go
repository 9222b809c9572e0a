package simulation

import (
	"crypto/sha256"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// receipt is one that must be there.
type receipt struct {
	message
	receivedAt time.Time
	second     bool
	difference int64             // cents paid more than due
	answers    map[string][]byte // what the node was told, by operation
}

// quarantined is a message that must be in quarantine.
type quarantined struct {
	operation, reason string
	digest            [sha256.Size]byte
	raw               []byte
	message           *message // that it was made from, nil if it is none
	times             int
	open              bool
	id                int64 // once it was seen
}

// The faults of the station that receipts meet.
const (
	faultUnknown   = "PAA_PAGAMENTO_SCONOSCIUTO"
	faultSemantics = "PAA_SEMANTICA"
	faultDuplicate = "PAA_RECEIPT_DUPLICATA"
	faultSyntax    = "PAA_SINTASSI_EXTRAXSD"
	faultSystem    = "PAA_SYSTEM_ERROR"
	unreadable     = "unreadable"
)

// verdict is what must become of a receipt.
type verdict struct {
	fault  string // "" for OK
	detail string // of the journal
	kept   func() // what it changes, beside the quarantine
	repeat *receipt
	refuse bool // it goes into quarantine
}

// wrong is the fault of a message that is refused before anything is looked up.
func (g message) wrong() string {
	switch {
	case g.missing != "":
		return faultSyntax
	case !slices.Contains([]string{creditorA, creditorB}, g.creditor):
		return "PAA_ID_DOMINIO_ERRATO"
	case g.broker != broker:
		return "PAA_ID_INTERMEDIARIO_ERRATO"
	case g.station != stationID:
		return "PAA_STAZIONE_INT_ERRATA"
	}
	return ""
}

// judge says what must become of a receipt now.
func (m *model) judge(g message, now time.Time) verdict {
	if fault := g.wrong(); fault != "" {
		return verdict{fault: fault, refuse: true}
	}
	earlier := m.receipts[receiptKey{g.creditor, g.id}]
	switch {
	case earlier != nil && earlier.content() == g.content(), earlier != nil && earlier.recovers(g):
		v := verdict{detail: "repeat", repeat: earlier, kept: func() { m.replace(earlier, g, now) }}
		if m.options.RefuseRepeats || earlier.second && m.options.RefuseSecondPayments {
			v.fault = faultDuplicate
		}
		return v
	case earlier != nil:
		return verdict{fault: faultDuplicate, refuse: true}
	case g.failed:
		return verdict{fault: faultSemantics, refuse: true}
	}
	p := m.positions[g.position()]
	own := g.issuer == g.creditor
	switch {
	case own && p == nil:
		return verdict{fault: faultUnknown, refuse: true}
	case sum(g.shares) != g.cents, own && g.iuv != g.number[1:]:
		return verdict{fault: faultSemantics, refuse: true}
	}
	r := &receipt{message: g, receivedAt: now, answers: map[string][]byte{}}
	if own {
		r.second = p.settled() || slices.ContainsFunc(m.siblings(p), func(q *position) bool {
			return q.settled() && (q.option == p.option || q.alternative(p))
		})
		r.difference = g.cents - sum(p.shares)
	}
	v := verdict{kept: func() { m.record(r, p, now) }}
	if r.second {
		v.detail = "second"
		if m.options.RefuseSecondPayments {
			v.fault = faultDuplicate
		}
	}
	return v
}

// record stores a receipt, and pays the position if it is the first one.
func (m *model) record(r *receipt, p *position, now time.Time) {
	m.receipts[receiptKey{r.creditor, r.id}] = r
	m.recorded = append(m.recorded, r)
	for _, s := range r.shares {
		m.ledger[s.creditor] += s.cents
	}
	kind := payment.ReceiptRecorded
	if r.second {
		kind = payment.ReceiptSecond
	}
	m.events = append(m.events, event{kind: kind, position: r.position(), receiptID: r.id})
	if r.issuer != r.creditor {
		return
	}
	p.receipts = append(p.receipts, r)
	if p.settled() {
		return
	}
	p.receiptID, p.paidAt = r.id, r.paidAt
	m.move(p, payment.Paid, r.id)
	for _, o := range p.orders {
		if o.status != payment.OrderPaid && !slices.ContainsFunc(o.positions, func(q *position) bool { return !q.settled() }) {
			m.moveOrder(o, payment.OrderPaid, now)
		}
	}
	for _, q := range m.siblings(p) { // what had taken its place must not be paid any more
		if q.option == p.option && (q.status == payment.Draft || q.status == payment.Open || q.status == payment.Expired) {
			m.move(q, payment.Cancelled, "")
		}
	}
}

// replace puts the receipt of the node into the place of the one of biz-events.
func (m *model) replace(earlier *receipt, g message, now time.Time) {
	if earlier.operation != payment.OperationBizEvents || g.operation == payment.OperationBizEvents {
		return
	}
	earlier.message, earlier.receivedAt = g, now
	if p := m.positions[g.position()]; g.issuer == g.creditor && p.receiptID == g.id {
		p.paidAt = g.paidAt
	}
}

// put keeps what was refused.
func (m *model) put(operation, reason string, raw []byte, g *message) {
	m.events = append(m.events, event{kind: payment.Quarantined})
	digest := sha256.Sum256(raw)
	for _, q := range m.quarantine {
		if q.operation == operation && q.reason == reason && q.digest == digest {
			q.times++
			q.open = true
			return
		}
	}
	m.quarantine = append(m.quarantine, &quarantined{
		operation: operation, reason: reason, digest: digest, raw: raw, message: g, times: 1, open: true,
	})
}
