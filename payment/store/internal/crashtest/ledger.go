package crashtest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
)

// Ledger is what those outside the program were told. It is safe for concurrent use.
type Ledger struct {
	// Note gets each fact when it is written. Default: nobody does.
	Note func(Fact)

	mu       sync.Mutex
	facts    []Fact
	wrong    []error
	debts    map[notice.Number]string
	numbers  map[string]notice.Number // by debt
	answers  map[string]string        // digest of the answer, by receipt
	consumed map[int64]bool
	last     map[payment.Key]int64 // event that was consumed
}

// FactKind says what somebody was told.
type FactKind string

// The kinds of facts.
const (
	Opened   FactKind = "opened"   // Debt has the notice Number
	Paid     FactKind = "paid"     // the station took Message, of Receipt, with OK
	Refused  FactKind = "refused"  // it refused Message with Fault, for good
	Consumed FactKind = "consumed" // Event was delivered
	Marked   FactKind = "marked"   // something else, said by Mark
)

// Fact is what somebody was told, once.
type Fact struct {
	Kind    FactKind       `json:"kind"`
	Debt    string         `json:"debt,omitempty"`
	Number  notice.Number  `json:"number,omitzero"`
	Receipt string         `json:"receipt,omitempty"`
	Message string         `json:"message,omitempty"` // digest
	Answer  string         `json:"answer,omitempty"`  // digest
	Fault   string         `json:"fault,omitempty"`
	Event   *payment.Event `json:"event,omitempty"`
	Mark    string         `json:"mark,omitempty"`
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Facts returns what was written so far, the first one first.
func (l *Ledger) Facts() []Fact {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.facts)
}

// Add writes a fact into the ledger. [Ledger.Check] says what it contradicts.
func (l *Ledger) Add(f Fact) { _ = l.add(f) }

// Mark adds something else that was said.
func (l *Ledger) Mark(what string) { l.Add(Fact{Kind: Marked, Mark: what}) }

// Count returns how many facts of a kind there are.
func (l *Ledger) Count(kind FactKind) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.facts {
		if f.Kind == kind {
			n++
		}
	}
	return n
}

// add writes a fact. Its error says what the fact contradicts; [Ledger.Check] returns it
// too.
func (l *Ledger) add(f Fact) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.debts == nil {
		l.debts, l.numbers, l.answers = map[notice.Number]string{}, map[string]notice.Number{}, map[string]string{}
		l.consumed, l.last = map[int64]bool{}, map[payment.Key]int64{}
	}
	err := l.follow(f)
	if err != nil {
		l.wrong = append(l.wrong, err)
	}
	l.facts = append(l.facts, f)
	if l.Note != nil {
		l.Note(f)
	}
	return err
}

// blame writes down what nobody must be told.
func (l *Ledger) blame(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, err)
	return err
}

func (l *Ledger) follow(f Fact) error {
	switch f.Kind {
	case Opened:
		if earlier, ok := l.debts[f.Number]; ok && earlier != f.Debt {
			return fmt.Errorf("I9: notice %s was issued for %s and for %s", f.Number, earlier, f.Debt)
		}
		if earlier, ok := l.numbers[f.Debt]; ok && earlier != f.Number {
			return fmt.Errorf("I1: %s had the notice %s, and then %s", f.Debt, earlier, f.Number)
		}
		l.debts[f.Number], l.numbers[f.Debt] = f.Debt, f.Number
	case Paid:
		if earlier, ok := l.answers[f.Receipt]; ok && earlier != f.Answer {
			return fmt.Errorf("I2: receipt %s got two answers", f.Receipt)
		}
		l.answers[f.Receipt] = f.Answer
	case Consumed:
		e := f.Event
		if !l.consumed[e.ID] && e.ID < l.last[e.Position] {
			return fmt.Errorf("I6: event %d of %s came after event %d", e.ID, e.Position, l.last[e.Position])
		}
		l.consumed[e.ID] = true
		l.last[e.Position] = max(e.ID, l.last[e.Position])
	case Refused, Marked:
	default:
		return errors.New("crashtest: unknown fact " + string(f.Kind))
	}
	return nil
}
