package identity

import (
	"fmt"
	"io"
	"log/slog"
)

// What fmt writes of a record is what a log gets of it, whatever the verb: a person who
// is printed in a hurry, with %+v say, stays as unnamed as in a log. Stores write JSON,
// which has all.

func write(f fmt.State, name string, v slog.Value) { _, _ = io.WriteString(f, name+"("+v.String()+")") }

// Format writes the pseudonym, whatever the verb.
func (s SubjectID) Format(f fmt.State, _ rune) { write(f, "SubjectID", s.LogValue()) }

// Format writes nothing of f, whatever the verb.
func (f ForeignID) Format(w fmt.State, _ rune) { write(w, "ForeignID", f.LogValue()) }

// Format writes the scheme, whatever the verb.
func (p Person) Format(f fmt.State, _ rune) { write(f, "Person", p.LogValue()) }

// Format writes nothing of c, whatever the verb.
func (c Company) Format(f fmt.State, _ rune) { write(f, "Company", c.LogValue()) }

// Format writes the scheme and the strength, whatever the verb.
func (a Authentication) Format(f fmt.State, _ rune) { write(f, "Authentication", a.LogValue()) }

// Format writes the scheme and who vouched, whatever the verb.
func (l Login) Format(f fmt.State, _ rune) { write(f, "Login", l.LogValue()) }

// Format writes the id and the status, whatever the verb.
func (a Account) Format(f fmt.State, _ rune) { write(f, "Account", a.LogValue()) }

// Format writes the owner's pseudonym, whatever the verb.
func (c Contact) Format(f fmt.State, _ rune) { write(f, "Contact", c.LogValue()) }

// Format writes the purpose and the holder, whatever the verb.
func (t Token) Format(f fmt.State, _ rune) { write(f, "Token", t.LogValue()) }

// Format writes the pseudonym, whatever the verb.
func (s Session) Format(f fmt.State, _ rune) { write(f, "Session", s.LogValue()) }

// Format writes the ids and the outcome, whatever the verb.
func (e Exchange) Format(f fmt.State, _ rune) { write(f, "Exchange", e.LogValue()) }

// Format writes whom was asked, whatever the verb.
func (p Pending) Format(f fmt.State, _ rune) { write(f, "Pending", p.LogValue()) }

// Format writes whom was asked, whatever the verb.
func (c Challenge) Format(f fmt.State, _ rune) { write(f, "Challenge", c.LogValue()) }

// LogValue gives the log whom was asked: the address holds what the person brings back.
func (c Challenge) LogValue() slog.Value { return c.Pending.LogValue() }

// Format writes the method, whatever the verb.
func (c Callback) Format(f fmt.State, _ rune) { write(f, "Callback", c.LogValue()) }
