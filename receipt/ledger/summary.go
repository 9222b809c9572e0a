package ledger

import (
	"cmp"
	"io"
	"iter"
	"maps"
	"slices"

	"github.com/pagonline/pagonline/payment/euro"
)

// Sums are what came in and went back.
type Sums struct {
	Payments euro.Total `json:"payments"` // of notices that were due
	Seconds  euro.Total `json:"seconds"`  // of notices that were paid already
	Refunds  euro.Total `json:"refunds"`  // zero or below
	Net      euro.Total `json:"net"`      // all three together
}

// Subtotal is what a register has under one capitolo.
type Subtotal struct {
	Capitolo string `json:"capitolo"` // "" for what names none
	Rows     int    `json:"rows"`
	Sums
}

// Mismatch is a receipt whose shares do not add up to its amount.
type Mismatch struct {
	Creditor string     `json:"creditor"`
	Receipt  string     `json:"receipt"`
	By       euro.Delta `json:"by"` // the amount less the sum
}

// maxMismatches is how many of them a summary names; it counts all.
const maxMismatches = 100

// Summary is the end of a register.
type Summary struct {
	Rows     int `json:"rows"`
	Receipts int `json:"receipts"`
	Sums
	Difference euro.Total `json:"difference"` // what was paid less what was due
	Others     euro.Total `json:"others"`     // what other creditors got by the same receipts
	Capitoli   []Subtotal `json:"capitoli"`   // in their order
	// Mismatches are the first hundred receipts that do not add up, Mismatched is how
	// many there are.
	Mismatches []Mismatch `json:"mismatches,omitempty"`
	Mismatched int        `json:"mismatched"`
	// Orphans is how many refunds go back from a receipt that is not in the store.
	Orphans int `json:"orphans"`
}

// summing adds up rows.
type summing struct {
	Summary
	capitoli map[string]*Subtotal
}

// add counts a row. Its error has [pagonline.CodeAmountRange] beyond 92 quadrillions.
func (s *summing) add(r Row) (err error) {
	s.Rows++
	if r.First && r.Movement != Refunded {
		s.Receipts++
	}
	if r.Orphan {
		s.Orphans++
	}
	if !r.Mismatch.IsZero() {
		if s.Mismatched++; s.Mismatched <= maxMismatches {
			s.Mismatches = append(s.Mismatches, Mismatch{r.Creditor, r.Receipt, r.Mismatch})
		}
	}
	if s.Difference, err = s.Difference.AddDelta(r.Difference); err != nil {
		return err
	}
	if s.Others, err = s.Others.Add(r.Others); err != nil {
		return err
	}
	sub, ok := s.capitoli[r.Capitolo]
	if !ok {
		if s.capitoli == nil {
			s.capitoli = map[string]*Subtotal{}
		}
		sub = &Subtotal{Capitolo: r.Capitolo}
		s.capitoli[r.Capitolo] = sub
	}
	sub.Rows++
	if err := sub.add(r); err != nil {
		return err
	}
	return s.Sums.add(r)
}

func (s *Sums) add(r Row) (err error) {
	to := &s.Payments
	switch r.Movement {
	case SecondPayment:
		to = &s.Seconds
	case Refunded:
		to = &s.Refunds
	default:
	}
	if *to, err = to.AddDelta(r.Amount); err == nil {
		s.Net, err = s.Net.AddDelta(r.Amount)
	}
	return err
}

func (s *summing) summary() Summary {
	for _, sub := range slices.SortedFunc(maps.Values(s.capitoli), func(a, b *Subtotal) int { return cmp.Compare(a.Capitolo, b.Capitolo) }) {
		s.Capitoli = append(s.Capitoli, *sub)
	}
	return s.Summary
}

var totalColumns = []column[Subtotal]{
	{"capitolo", "Capitolo d'entrata", func(e *encoder, t *Subtotal) { e.text(t.Capitolo) }},
	{"rows", "Righe", func(e *encoder, t *Subtotal) { e.number(t.Rows) }},
	{"payments", "Pagamenti", func(e *encoder, t *Subtotal) { e.money(t.Payments.String()) }},
	{"seconds", "Secondi pagamenti", func(e *encoder, t *Subtotal) { e.money(t.Seconds.String()) }},
	{"refunds", "Rimborsi", func(e *encoder, t *Subtotal) { e.money(t.Refunds.String()) }},
	{"net", "Saldo", func(e *encoder, t *Subtotal) { e.money(t.Net.String()) }},
}

// WriteTotals writes the totals by capitolo, and as last row, under "*", those of the
// whole register. Its error is that of [WriteRegister].
func WriteTotals(w io.Writer, f Format, s Summary) error {
	_, err := write(w, f, totalColumns, s.subtotals(), func(Subtotal) error { return nil })
	return err
}

func (s Summary) subtotals() iter.Seq2[Subtotal, error] {
	return func(yield func(Subtotal, error) bool) {
		for _, t := range append(slices.Clone(s.Capitoli), Subtotal{Capitolo: "*", Rows: s.Rows, Sums: s.Sums}) {
			if !yield(t, nil) {
				return
			}
		}
	}
}
