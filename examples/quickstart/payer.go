package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/fiscal"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/sandbox"
)

// signIn makes the fictional person of the flags and signs him in.
func signIn(ctx context.Context, o options) (identity.Person, error) {
	p := identity.Person{FamilyName: o.payer, Email: o.email}
	if i := strings.LastIndexByte(o.payer, ' '); i >= 0 {
		p.GivenName, p.FamilyName = o.payer[:i], o.payer[i+1:]
	}
	if o.fiscalCode != "" {
		var err error
		if p.FiscalCode, err = fiscal.Parse(o.fiscalCode); err != nil {
			return p, pagonline.AsError(err).At("fiscalCode")
		}
	}
	idp := idptest.New(p, idptest.Config{})
	challenge, err := idp.Begin(ctx, identity.Request{CallbackURL: "http://127.0.0.1/signed-in"})
	if err != nil {
		return p, err
	}
	back, err := url.Parse(challenge.URL)
	if err != nil {
		return p, fmt.Errorf("sign in: %w", err)
	}
	auth, err := idp.Complete(ctx, identity.Callback{Method: http.MethodGet, URL: challenge.URL, Values: back.Query()}, challenge.Pending)
	return auth.Person, err
}

// comeBack is the payer's browser on its way back to the portal.
func comeBack(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return fmt.Errorf("return to the portal: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("return to the portal: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("return to the portal: %s", resp.Status)
	}
	return nil
}

// payNotice pays a notice that was left open, as at a counter.
func (t *town) payNotice(ctx context.Context, o options, person identity.Person) (*result, error) {
	number, err := notice.Parse(strings.Join(strings.Fields(o.notice), "")) // as printed, in groups
	if err != nil {
		return nil, pagonline.AsError(err).At("notice")
	}
	k := payment.Key{Creditor: t.offer.Creditor.FiscalCode, Number: number}
	p, err := t.cashier.Payable(ctx, k)
	if err == nil {
		err = t.papers.notice(p, t.offer.Creditor)
	}
	if err == nil {
		err = t.publisher.Publish(ctx, p) // this pagoPA is a new one
	}
	if err != nil {
		return nil, err
	}
	if choices[o.pay] == sandbox.Abandon {
		_, err = t.pagopa.Activate(ctx, k, euro.Amount{})
	} else {
		paid := choices[o.pay] == sandbox.Pay
		_, err = t.cashier.Pay(ctx, t.pagopa, k, payment.Outcome{Paid: paid, Method: "CP", Fee: euro.MustParse("1.50")})
	}
	if err != nil {
		return nil, err
	}
	return t.ended(ctx, person, k, "")
}
