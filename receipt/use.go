package receipt

import (
	"context"
	"slices"

	"github.com/pagonline/pagonline"
)

// UseKey names a receipt for [Uses]: the same for its file and for its QR code.
type UseKey struct {
	Creditor string // fiscal code
	// Receipt is the id (IUR), or % and its hash as in [Payload].
	Receipt string
}

// Uses remembers for which request each receipt was shown: copies are released once for
// each. A request is an opaque name without a person in it, as the ID of a quote; ""
// is a request without a name, which is the same as no other. The suite in
// receipt/receipttest is its contract.
type Uses interface {
	// Holder returns the request that holds the receipt, and whether one does.
	Holder(ctx context.Context, key UseKey) (request string, held bool, err error)
	// Claim writes the request down if none holds the receipt; won says whether this call
	// did. Else holder is the one that does, and nothing changes. Of many calls at once
	// one wins.
	Claim(ctx context.Context, key UseKey, request string) (holder string, won bool, err error)
}

// UseKey returns the receipt's name, and whether it has one: only what was signed does. A
// file that was saved anew has that of the receipt in it.
func (v Verdict) UseKey() (UseKey, bool) {
	if v.Word != Authentic && v.Word != Resaved || v.Signed == nil {
		return UseKey{}, false
	}
	return UseKey{Creditor: v.Signed.Creditor, Receipt: v.Signed.IUR}, true
}

// CheckUse adds a check: whether the receipt is held by another request. It writes
// nothing. A verdict on what was not signed comes back as it is. Its error is the store's.
func (v Verdict) CheckUse(ctx context.Context, uses Uses, request string) (Verdict, error) {
	key, ok := v.UseKey()
	if !ok {
		return v, nil
	}
	holder, held, err := uses.Holder(ctx, key)
	if err != nil {
		return v, err
	}
	return v.used(holder, request, !held), nil
}

// Claim is [Verdict.CheckUse] that also marks the receipt as used for the request, if
// every check holds; else it marks nothing. The first claim wins; the same request may
// claim again.
func (v Verdict) Claim(ctx context.Context, uses Uses, request string) (Verdict, error) {
	if !v.OK() {
		return v.CheckUse(ctx, uses, request)
	}
	key, _ := v.UseKey()
	holder, won, err := uses.Claim(ctx, key, request)
	if err != nil {
		return v, err
	}
	return v.used(holder, request, won), nil
}

// used adds the check to a copy of v.
func (v Verdict) used(holder, request string, free bool) Verdict {
	v.Checks = slices.Clip(v.Checks)
	switch {
	case free:
		v.pass(CheckUse, "Mai usata prima.", "Never used before.")
	case holder == request && request != "":
		v.pass(CheckUse, "Già usata per questa stessa richiesta.", "Used before for this very request.")
	case holder == "":
		v.fail(CheckUse, pagonline.CodeReceiptUsed, "La ricevuta è già stata usata.", "The receipt was already used.")
	default:
		e := pagonline.NewError(pagonline.CodeReceiptUsed, pagonline.Same(holder))
		v.fail(CheckUse, e.Code, e.It, e.En)
	}
	return v
}
