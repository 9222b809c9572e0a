package local_test

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/local"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// paper is a mailer that prints and keeps the code; a program sends mail.
type paper struct{ code string }

func (p *paper) Send(_ context.Context, m local.Message) error {
	fmt.Println("mail:", m.Subject)
	for line := range strings.SplitSeq(m.Text, "\n") {
		if len(line) == 43 && !strings.Contains(line, " ") {
			p.code = line
		}
	}
	return nil
}

func open() (*local.Accounts, *paper, context.Context) {
	p := &paper{}
	a, _ := local.New(&memory.Store{}, p, config(func() time.Time { return time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC) }))
	return a, p, local.From(context.Background(), netip.MustParseAddr("192.0.2.1"))
}

// jane returns accounts of which Jane Doe's is active.
func jane() (*local.Accounts, *paper, context.Context, identity.Account) {
	a, p, ctx := open()
	_ = a.Register(ctx, example)
	account, _ := a.Activate(ctx, p.code)
	return a, p, ctx, account
}

var example = local.Registration{
	Email: "jane.doe@example.org", Password: "correct horse battery",
	GivenName: "Jane", FamilyName: "Doe", Nationality: "US", Language: "en",
}

// Somebody from a country without eIDAS registers, activates and signs in.
func Example() {
	a, p, ctx := open()
	fmt.Println(a.Register(ctx, example))
	_, err := a.SignIn(ctx, "jane.doe@example.org", "correct horse battery")
	fmt.Println(pagonline.CodeOf(err))
	_, err = a.Activate(ctx, p.code)
	fmt.Println(err)
	account, err := a.SignIn(ctx, "jane.doe@example.org", "correct horse battery")
	fmt.Println(account.Person().Name(), err)
	// Output:
	// mail: Activate your account
	// <nil>
	// not_activated
	// <nil>
	// Jane Doe <nil>
}

func ExampleNew() {
	_, err := local.New(&memory.Store{}, &paper{}, local.Config{Links: local.Links{
		Activate:    "https://archive.example.org/local/activate?token={token}",
		Reset:       "https://archive.example.org/local/reset?token={token}",
		ChangeEmail: "https://archive.example.org/local/email?token={token}",
		Contact:     "https://archive.example.org/contact?token={token}",
		SignIn:      "https://archive.example.org/local/login",
	}})
	fmt.Println(err)
	// Output: <nil>
}

// The address comes from the connection, or from one's own proxy.
func ExampleFrom() {
	a, _, _ := open()
	ctx := local.From(context.Background(), netip.MustParseAddr("2001:db8::1"))
	var err error
	for range 11 {
		_, err = a.SignIn(ctx, "jane.doe@example.org", "guess")
	}
	fmt.Println(err)
	// Output: too_many_attempts: Too many attempts: try again in 15 minutes.
}

// Germany is covered by eIDAS: its people are shown that button.
func ExampleAccounts_Register() {
	a, _, ctx := open()
	r := example
	r.Nationality = "DE"
	fmt.Println(a.Register(ctx, r))
	r.Nationality, r.Password = "US", "short"
	fmt.Println(a.Register(ctx, r))
	// Output:
	// eidas_country_available (nationality): For this nationality use eIDAS (or SPID, CIE) sign-in.
	// password (password): The password must have 15 to 1024 characters and not be a common one.
}

// The link's page peeks, its button activates.
func ExampleAccounts_Activate() {
	a, p, ctx := open()
	_ = a.Register(ctx, example)
	fmt.Println(a.Peek(ctx, identity.ActivateAccount, p.code))
	account, err := a.Activate(ctx, p.code)
	fmt.Println(account.Status, err)
	// Output:
	// mail: Activate your account
	// <nil>
	// active <nil>
}

func ExampleAccounts_Peek() {
	a, _, ctx := open()
	fmt.Println(a.Peek(ctx, identity.ActivateAccount, "guess"))
	// Output: token_invalid (token): The code is not valid, has expired or was used: ask for a new one.
}

// The answer is the same whether there is an account or not.
func ExampleAccounts_Resend() {
	a, _, ctx := open()
	_ = a.Register(ctx, example)
	fmt.Println(a.Resend(ctx, "jane.doe@example.org", "en"))
	fmt.Println(a.Resend(ctx, "nobody@example.org", "it"))
	// Output:
	// mail: Activate your account
	// mail: Activate your account
	// <nil>
	// mail: Nessuna utenza
	// <nil>
}

func ExampleAccounts_SignIn() {
	a, _, ctx, _ := jane()
	_, err := a.SignIn(ctx, "jane.doe@example.org", "a wrong password")
	fmt.Println(err)
	_, err = a.SignIn(ctx, "nobody@example.org", "a wrong password")
	fmt.Println(err)
	// Output:
	// mail: Activate your account
	// login_failed: Wrong e-mail address or password.
	// login_failed: Wrong e-mail address or password.
}

// A session is opened in the transaction that looks once more.
func ExampleAccounts_Still() {
	a, p, ctx, _ := jane()
	account, _ := a.SignIn(ctx, "jane.doe@example.org", "correct horse battery")
	fmt.Println(a.Still(ctx, account))
	_ = a.RequestReset(ctx, "jane.doe@example.org", "en")
	_ = a.Reset(ctx, p.code, "a wholly other password")
	fmt.Println(pagonline.CodeOf(a.Still(ctx, account)))
	// Output:
	// mail: Activate your account
	// <nil>
	// mail: New password
	// mail: Password changed
	// login_failed
}

func ExampleAccounts_Reset() {
	a, p, ctx, _ := jane()
	fmt.Println(a.RequestReset(ctx, "jane.doe@example.org", "en"))
	fmt.Println(a.Reset(ctx, p.code, "a wholly other password"))
	// Output:
	// mail: Activate your account
	// mail: New password
	// <nil>
	// mail: Password changed
	// <nil>
}

func ExampleAccounts_RequestReset() {
	a, _, ctx := open()
	fmt.Println(a.RequestReset(ctx, "nobody@example.org", "en"))
	// Output:
	// mail: No account
	// <nil>
}

func ExampleAccounts_ChangePassword() {
	a, _, ctx, account := jane()
	fmt.Println(a.ChangePassword(ctx, account.ID, "correct horse battery", "a wholly other password"))
	// Output:
	// mail: Activate your account
	// mail: Password changed
	// <nil>
}

func ExampleAccounts_AskEmail() {
	a, p, ctx, account := jane()
	fmt.Println(a.AskEmail(ctx, account.ID, "correct horse battery", "doe@example.org"))
	fmt.Println(a.ConfirmEmail(ctx, p.code))
	// Output:
	// mail: Activate your account
	// mail: Confirm your new address
	// <nil>
	// mail: Address changed
	// <nil>
}

func ExampleAccounts_ConfirmEmail() {
	a, _, ctx := open()
	fmt.Println(pagonline.CodeOf(a.ConfirmEmail(ctx, "guess")))
	// Output: token_invalid
}

// What is left of an account is its id.
func ExampleAccounts_Delete() {
	a, _, ctx, account := jane()
	if _, err := a.Confirm(ctx, account.ID, "correct horse battery"); err == nil {
		fmt.Println(a.Delete(ctx, account.ID))
	}
	_, err := a.SignIn(ctx, "jane.doe@example.org", "correct horse battery")
	fmt.Println(pagonline.CodeOf(err))
	// Output:
	// mail: Activate your account
	// <nil>
	// login_failed
}

func ExampleAccounts_Confirm() {
	a, _, ctx, account := jane()
	_, err := a.Confirm(ctx, account.ID, "a wrong password")
	fmt.Println(pagonline.CodeOf(err))
	// Output:
	// mail: Activate your account
	// login_failed
}

func ExampleAccounts_Lock() {
	a, _, ctx, account := jane()
	fmt.Println(a.Lock(ctx, account.ID))
	_, err := a.SignIn(ctx, "jane.doe@example.org", "correct horse battery")
	fmt.Println(pagonline.CodeOf(err))
	// Output:
	// mail: Activate your account
	// <nil>
	// identity_suspended
}

func ExampleAccounts_Unlock() {
	a, _, ctx, account := jane()
	_ = a.Lock(ctx, account.ID)
	fmt.Println(a.Unlock(ctx, account.ID))
	// Output:
	// mail: Activate your account
	// <nil>
}

// CIE gives no address: who came by it is asked for one.
func ExampleAccounts_AskContact() {
	a, p, ctx := open()
	owner := identity.SubjectID{Scheme: identity.CIE, Value: "RSSMRA80A01H501U"}.Owner()
	_, known, err := a.Contact(ctx, owner)
	fmt.Println(known, err)
	fmt.Println(a.AskContact(ctx, owner, "mario.rossi@example.org", "it"))
	contact, err := a.ConfirmContact(ctx, p.code)
	fmt.Println(contact.Email, err)
	// Output:
	// false <nil>
	// mail: Conferma dell'indirizzo
	// <nil>
	// mario.rossi@example.org <nil>
}

func ExampleAccounts_ConfirmContact() {
	a, _, ctx := open()
	_, err := a.ConfirmContact(ctx, "guess")
	fmt.Println(pagonline.CodeOf(err))
	// Output: token_invalid
}

// An account's address is its person's contact from the activation on.
func ExampleAccounts_Contact() {
	a, _, ctx, account := jane()
	contact, known, err := a.Contact(ctx, account.Subject().Owner())
	fmt.Println(contact.Email, known, err)
	// Output:
	// mail: Activate your account
	// jane.doe@example.org true <nil>
}

func ExampleAccounts_Policy() {
	a, _, _ := open()
	fmt.Println(pagonline.CodeOf(a.Policy().Check("IT")))
	// Output: eidas_country_available
}

func ExampleNewProvider() {
	a, _, ctx, _ := jane()
	p, err := local.NewProvider(a, "https://archive.example.org/local/login")
	fmt.Println(err)
	c, _ := p.Begin(ctx, identity.Request{})
	page, _ := url.Parse(c.URL)
	fmt.Println(page.Path)
	auth, err := p.Complete(ctx, identity.Callback{Method: "POST", Values: url.Values{
		"handle": {page.Query().Get("handle")}, "email": {"jane.doe@example.org"}, "password": {"correct horse battery"},
	}}, c.Pending)
	fmt.Println(auth.Person.Name(), auth.Assurance, err)
	// Output:
	// mail: Activate your account
	// <nil>
	// /local/login
	// Jane Doe self-asserted <nil>
}
