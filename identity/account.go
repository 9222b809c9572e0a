package identity

import (
	"log/slog"
	"time"
)

// AccountStatus is where an account by e-mail stands.
type AccountStatus string

// The statuses of an account.
const (
	AccountPending AccountStatus = "pending" // registered, its address not confirmed
	AccountActive  AccountStatus = "active"
	AccountLocked  AccountStatus = "locked" // by the institute; too many wrong passwords lock for a time only
	AccountClosed  AccountStatus = "closed" // deleted: the profile is gone, the id stays for the payments
)

// Account is an account by e-mail, for people whom no public identity serves ("Login
// without eIDAS"). Its rules are in the package local.
type Account struct {
	ID          string // opaque; lasts longer than the profile
	Email       string // as [CanonicalEmail] writes it; "" once closed
	GivenName   string
	FamilyName  string
	Nationality string // ISO 3166 alpha-2, in capitals
	Language    string // "it" or "en": in what the person is written to
	Password    string // a PHC string, as in "$argon2id$v=19$…"; never the password
	Status      AccountStatus
	// Waiting counts the registrations of the address that wait beside the first one, while
	// nobody has confirmed it.
	Waiting   int `json:",omitzero"`
	CreatedAt time.Time
	ChangedAt time.Time
}

// Subject returns the lasting key of the account's person.
func (a Account) Subject() SubjectID { return SubjectID{Scheme: Local, Value: a.ID} }

// Person returns the person as the account describes it.
func (a Account) Person() Person {
	return Person{
		Subject: a.Subject(), GivenName: a.GivenName, FamilyName: a.FamilyName,
		Nationality: a.Nationality, Email: a.Email,
	}
}

// LogValue gives the log the id and the status.
func (a Account) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", a.ID), slog.String("status", string(a.Status)))
}

// Contact is the address at which somebody who signed in wants to be written to. It
// belongs to one subject: two subjects with one address stay two.
type Contact struct {
	Owner       string // see [SubjectID.Owner]
	Email       string // as [CanonicalEmail] writes it
	ConfirmedAt time.Time
}

// LogValue gives the log the owner's pseudonym.
func (c Contact) LogValue() slog.Value { return slog.StringValue(c.Owner) }

// Purpose says what a token is for: one for one thing is good for no other.
type Purpose string

// The purposes of tokens.
const (
	ActivateAccount Purpose = "activate"
	ResetPassword   Purpose = "reset"
	ChangeEmail     Purpose = "change-email"
	ConfirmContact  Purpose = "contact"
)

// Token is a secret that was mailed to an address, to be brought back once.
type Token struct {
	// Hash is the SHA-256 of the secret, in hexadecimal: the secret itself is kept
	// nowhere.
	Hash    string
	Purpose Purpose
	// Holder groups tokens: Put forgets the holder's others for the same purpose. For an
	// activation it is the account's ID, or ID/x where several registrations wait; for a
	// contact its owner; otherwise the account's ID.
	Holder  string
	Email   string // the address that it was mailed to
	Expires time.Time
	// Account is what the account becomes with [ActivateAccount]: what was filled in when
	// the mail was asked for, whatever others filled in for the address.
	Account Account `json:"Account,omitzero"`
}

// LogValue gives the log the purpose and the holder.
func (t Token) LogValue() slog.Value {
	return slog.GroupValue(slog.String("purpose", string(t.Purpose)), slog.String("holder", t.Holder))
}
