package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Choice is what a payer does on the payment page.
type Choice string

// What a payer can do.
const (
	Pay     Choice = "pay"     // confirm
	Refuse  Choice = "refuse"  // confirm, and have the bank refuse
	Leave   Choice = "leave"   // press "Annulla"
	Abandon Choice = "abandon" // close the browser before the end
)

// Payer plays who pays, over HTTP, like a browser. The zero value works.
type Payer struct {
	// HTTPClient opens the pages. Default: one of its own.
	HTTPClient *http.Client
	// Email is typed under "Entra con la tua email". Default: "Entra con SPID".
	Email string
	// Method is the code of the way to pay. Default: "CP", a card.
	Method string
}

// Visit goes to the address that a gateway gave out, walks through the pages and
// returns where it is sent back to, without opening it; "" for who abandons, or whose
// browser is closed by the script.
func (p Payer) Visit(ctx context.Context, location string, do Choice) (returnedTo string, err error) {
	base, _, _ := strings.Cut(location, "?")
	method := p.Method
	if method == "" {
		method = "CP"
	}
	enter := url.Values{"with": {"spid"}}
	if p.Email != "" {
		enter = url.Values{"with": {"email"}, "email": {p.Email}}
	}
	steps := []struct {
		path string
		form url.Values
	}{
		{"/access", enter},
		{"/method", url.Values{"method": {method}}},
		{"/confirm", url.Values{"method": {method}, "do": {string(do)}}},
	}
	if _, err := p.send(ctx, http.MethodGet, location, nil); err != nil {
		return "", err
	}
	for _, step := range steps {
		if step.path == "/confirm" && do == Abandon {
			return "", nil
		}
		to, err := p.send(ctx, http.MethodPost, base+step.path, step.form)
		if err != nil {
			return "", err
		}
		if to == closed {
			return "", nil
		}
		if !strings.HasPrefix(to, base+"/") {
			return to, nil // sent back, at the end or before
		}
		if _, err := p.send(ctx, http.MethodGet, to, nil); err != nil {
			return "", err
		}
	}
	return "", errors.New("sandbox: the payment page did not end")
}

// closed is where a browser is sent that was closed.
const closed = "closed:"

// send opens a page and returns where it redirects to, "" if nowhere, closed if
// the visit ends without a word.
func (p Payer) send(ctx context.Context, method, address string, form url.Values) (to string, err error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", fmt.Errorf("sandbox: %w", err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := http.Client{}
	if p.HTTPClient != nil {
		client = *p.HTTPClient
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	if err != nil {
		return "", fmt.Errorf("sandbox: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20)); err != nil {
		return "", fmt.Errorf("sandbox: %w", err)
	}
	switch resp.StatusCode {
	case http.StatusSeeOther:
		return resp.Header.Get("Location"), nil
	case http.StatusNoContent:
		return closed, nil
	default:
	}
	if resp.StatusCode != http.StatusOK || method == http.MethodPost {
		return "", fmt.Errorf("sandbox: page answers %d to the payer", resp.StatusCode)
	}
	return "", nil
}
