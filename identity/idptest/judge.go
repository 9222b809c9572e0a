package idptest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// Judged is one case that a service was put to.
type Judged struct {
	Case    Case
	Pending identity.Pending
	Back    identity.Callback
	Auth    identity.Authentication
	Err     error
}

// Judge puts a service to the usual answer and to all [Cases], each in a subtest of its
// own: it begins a sign-in with req, answers, and wants of Complete what is right, for the
// first of the people, and nothing personal in an error. The function each, which may be
// nil, is called at the end of every subtest. More are further cases, as [MixUps].
func (p *SAMLProvider) Judge(t *testing.T, service identity.Provider, req identity.Request, each func(*testing.T, Judged), more ...Case) {
	t.Helper()
	person := p.cfg.People[0]
	for _, is := range slices.Concat([]Case{{Name: "1", About: "risposta giusta"}}, Cases(p.scheme), more) {
		t.Run(is.Name, func(t *testing.T) {
			challenge, err := service.Begin(t.Context(), req)
			if err != nil {
				t.Fatalf("Begin: %v", err)
			}
			back, err := p.Answer(challenge, person, is)
			if err != nil {
				t.Fatal(err)
			}
			j := Judged{Case: is, Pending: challenge.Pending, Back: back}
			j.Auth, j.Err = service.Complete(t.Context(), back, challenge.Pending)
			j.verdict(t, person, req.Assurance)
			if each != nil {
				each(t, j)
			}
		})
	}
}

// verdict compares what Complete said with what is right.
func (j Judged) verdict(t *testing.T, person identity.Person, least identity.Assurance) {
	t.Helper()
	want := j.Case.Want(least)
	switch {
	case j.Err == nil && want != nil && !j.Case.Either:
		t.Errorf("%s: accepted, want %v", j.Case.About, want)
	case j.Err == nil && j.Auth.Person.Subject != person.Subject:
		t.Errorf("%s: accepted as somebody else", j.Case.About)
	case j.Err == nil:
	case want == nil && !j.Case.Either:
		t.Errorf("%s: right, but %v (%v)", j.Case.About, j.Err, pagonline.AsError(j.Err).Detail)
	case want != nil && !errors.Is(j.Err, want):
		t.Errorf("%s: %v, want %v", j.Case.About, j.Err, want)
	case !j.Auth.Person.Subject.IsZero():
		t.Errorf("%s: a person beside an error", j.Case.About)
	}
	if j.Err == nil {
		return
	}
	var anomaly *identity.AnomalyError
	if j.Case.Anomaly != 0 && (!errors.As(j.Err, &anomaly) || anomaly.Number != j.Case.Anomaly) {
		t.Errorf("%s: %v does not name it", j.Case.About, j.Err)
	}
	public := pagonline.AsError(j.Err)
	said := j.Err.Error() + public.It + public.En
	if public.Detail != nil {
		said += public.Detail.Error()
	}
	for _, secret := range []string{person.GivenName, person.FamilyName, person.FiscalCode.String(), string(person.ForeignID), person.Email, j.Pending.Handle} {
		if secret != "" && strings.Contains(said, secret) {
			t.Errorf("%s: the error tells something personal or secret", j.Case.About)
		}
	}
}
