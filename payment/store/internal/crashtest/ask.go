package crashtest

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// asked is about how many of the receipts are sent again.
const asked = 3

// ask sends some of the receipts again, the last ones among them: the answer is the same
// to the byte, nothing is stored, and the notice is closed.
func (c *check) ask(ctx context.Context) error {
	var paid []Fact
	for _, f := range c.known {
		if f.Kind == Paid {
			paid = append(paid, f)
		}
	}
	station := Handler(c.store)
	for i, f := range slices.Backward(paid) {
		if i%max(1, len(paid)/asked) != 0 && i != len(paid)-1 {
			continue
		}
		if said := c.call(ctx, station, receipt(f.Number, f.Debt, f.Receipt)); digest(said) != f.Answer {
			c.wrong("I2: receipt %s again is answered with %s", f.Receipt, said)
		}
		k := payment.Key{Creditor: creditor, Number: f.Number}
		if rts, err := c.store.RTs().ByPosition(ctx, k); err != nil || len(rts) != len(c.receipts[k]) {
			c.wrong("I2: receipt %s again is stored again: %w", f.Receipt, err)
		}
		said := c.call(ctx, station, message(wire.Verify, f.Number))
		if fault, err := outcome(said, wire.Verify); err != nil || fault != "PAA_PAGAMENTO_DUPLICATO" {
			c.wrong("I8: notice %s is paid, and may be paid again: %q %w", f.Number, fault, err)
		}
	}
	return nil
}

func (c *check) call(ctx context.Context, station http.Handler, r wire.Request) []byte {
	w := httptest.NewRecorder()
	station.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodPost, "/station", bytes.NewReader(r.Append(nil))))
	return w.Body.Bytes()
}
