package station

import (
	"context"
	"log/slog"

	"github.com/pagonline/pagonline/payment/internal/wire"
)

// shed sends a call away before it is read, if there is no seat for it: what reading
// costs is missed by those who have one. What is not as the node writes it is read all
// the same. An error is [errBusy], for a receipt.
func (h *Handler) shed(ctx context.Context, body []byte, out *buffer) (answer []byte, err error) {
	asking, receiving := h.asking.full(), h.receiving.full()
	if !asking && !receiving {
		return nil, nil //nolint:nilnil // nobody is sent away
	}
	operation, creditor, known := wire.Glimpse(body)
	if _, ours := h.creditors[creditor]; !known || !ours {
		return nil, nil //nolint:nilnil // nobody is sent away
	}
	switch {
	case receiving && isReceipt(operation):
		return nil, errBusy
	case asking && !isReceipt(operation):
		h.cfg.Log.ErrorContext(ctx, "station: too much at once", slog.String("operation", string(operation)))
		c := call{Request: wire.Request{Operation: operation, PA: creditor}, out: out}
		return c.refuse(&refusal{code: systemError}), nil
	default:
		return nil, nil //nolint:nilnil // nobody is sent away
	}
}
