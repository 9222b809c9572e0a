package storetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/fiscal"
)

// Login returns a session of somebody who signed in; n makes it another one.
func Login(n int) identity.Session {
	return identity.Session{
		ID: identity.HashSecret(fmt.Sprint("cookie ", n)),
		Auth: identity.Authentication{
			Person: identity.Person{
				Subject:   identity.SubjectID{Scheme: identity.SPID, Value: "RSSMRA80A01H501U"},
				GivenName: "Mario", FamilyName: "Rossi", FiscalCode: fiscal.MustParse("RSSMRA80A01H501U"), Email: "mario.rossi@example.org",
				BirthDate: pagonline.DateOf(at(0)),
				Company:   identity.Company{Name: "Ditta di prova", FiscalCode: fiscal.MustParse("99999000013"), VATNumber: "IT99999000013"},
			},
			Assurance: identity.Substantial, At: at(0), Malformed: []string{"placeOfBirth"},
			Login: identity.Login{Scheme: identity.SPID, IdP: "https://idp.example", NameID: fmt.Sprint("_name", n), NameQualifier: "q", SessionIndex: fmt.Sprint("_index", n)},
		},
		State: []byte("cart c1"), CreatedAt: at(0), SeenAt: at(1), Expires: at(30),
	}
}

func pending(handle string) identity.Pending {
	return identity.Pending{
		Handle: handle, Scheme: identity.SPID, IdP: "https://idp.example", RequestID: "_" + handle, Request: []byte("<xml/>"),
		Assurance: identity.Substantial, Attributes: 99, IssuedAt: at(0), Expires: at(10), State: []byte("state"),
	}
}

func testPendings(t *testing.T, st Store) {
	ctx, s := t.Context(), st.Pendings()
	must(t, s.Put(ctx, pending("a")))
	wantErr(t, "Put of a handle that is there", s.Put(ctx, pending("a")), identity.ErrExists)
	equal(t, "Take", value(s.Take(ctx, "a"))(t), pending("a"))
	_, err := s.Take(ctx, "a")
	wantErr(t, "a second Take", err, identity.ErrNotFound)
	must(t, s.Put(ctx, pending("b")))
	wantErr(t, "Do", st.Do(ctx, func(ctx context.Context) error {
		value(s.Take(ctx, "b"))(t)
		_, err := s.Take(ctx, "b")
		wantErr(t, "Take inside", err, identity.ErrNotFound)
		return errTest
	}), errTest)
	equal(t, "Prune before the end", value(s.Prune(ctx, at(10)))(t), 0)
	equal(t, "what was undone", value(s.Take(ctx, "b"))(t), pending("b"))
	must(t, s.Put(ctx, pending("c")))
	equal(t, "Prune", value(s.Prune(ctx, at(11)))(t), 1)
	_, err = s.Take(ctx, "c")
	wantErr(t, "Take after Prune", err, identity.ErrNotFound)
	must(t, s.Put(ctx, pending("d")))
	once(t, "Take", func() bool { _, err := s.Take(ctx, "d"); return err == nil })
}

// once runs do many times at once: one of them must win.
func once(t *testing.T, what string, do func() bool) {
	t.Helper()
	var won atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if do() {
				won.Add(1)
			}
		})
	}
	all.Wait()
	equal(t, what+" by many at once", int(won.Load()), 1)
}

func testReplays(t *testing.T, st Store) {
	ctx, s := t.Context(), st.Replays()
	equal(t, "First", value(s.First(ctx, "a", at(10)))(t), true)
	equal(t, "First again", value(s.First(ctx, "a", at(20)))(t), false)
	wantErr(t, "Do", st.Do(ctx, func(ctx context.Context) error {
		equal(t, "First inside", value(s.First(ctx, "b", at(10)))(t), true)
		return errTest
	}), errTest)
	equal(t, "First of what was undone", value(s.First(ctx, "b", at(30)))(t), true)
	equal(t, "Prune", value(s.Prune(ctx, at(11)))(t), 1)
	equal(t, "First after Prune", value(s.First(ctx, "a", at(20)))(t), true)
	equal(t, "what Prune left", value(s.First(ctx, "b", at(30)))(t), false)
	once(t, "First", func() bool { first, err := s.First(ctx, "c", at(10)); return first && err == nil })
}

func testAudit(t *testing.T, st Store) {
	ctx, s := t.Context(), st.Audit()
	var want []identity.Exchange
	for n := range 250 { // more than two pages of a store
		e := identity.Exchange{
			Scheme: identity.SPID, At: at(n / 10), Outcome: "ok", RequestID: fmt.Sprint("_q", n), RequestIssued: at(0),
			ResponseID: fmt.Sprint("_r", n), ResponseIssued: at(1), ResponseIssuer: "https://idp.example", AssertionID: fmt.Sprint("_a", n),
			Subject: fmt.Sprint("_s", n%3), Qualifier: "q", Request: []byte("<q/>"), Response: []byte{0, 0xff, byte(n)},
		}
		must(t, s.Append(ctx, e))
		want = append(want, e)
	}
	all := collect(t, s.List(ctx, identity.ExchangeFilter{}))
	equal(t, "how many", len(all), len(want))
	for i := range all {
		if i > 0 && all[i].ID <= all[i-1].ID {
			t.Fatalf("ID %d after %d", all[i].ID, all[i-1].ID)
		}
		want[i].ID = all[i].ID
	}
	equal(t, "List", all, want)
	for what, c := range map[string]struct {
		filter identity.ExchangeFilter
		want   []identity.Exchange
	}{
		"From":        {identity.ExchangeFilter{From: at(24)}, want[240:]},
		"To":          {identity.ExchangeFilter{To: at(1)}, want[:10]},
		"RequestID":   {identity.ExchangeFilter{RequestID: "_q7"}, want[7:8]},
		"ResponseID":  {identity.ExchangeFilter{ResponseID: "_r8"}, want[8:9]},
		"AssertionID": {identity.ExchangeFilter{AssertionID: "_a9"}, want[9:10]},
		"Subject":     {identity.ExchangeFilter{Subject: "_s0", To: at(1)}, []identity.Exchange{want[0], want[3], want[6], want[9]}},
		"nothing":     {identity.ExchangeFilter{RequestID: "_q7", AssertionID: "_a8"}, nil},
	} {
		equal(t, "List by "+what, collect(t, s.List(ctx, c.filter)), c.want)
	}
	for _, err := range s.List(ctx, identity.ExchangeFilter{}) {
		must(t, err)
		break // a list may be left early
	}
	equal(t, "Prune", value(s.Prune(ctx, at(1)))(t), 10)
	equal(t, "List after Prune", collect(t, s.List(ctx, identity.ExchangeFilter{})), want[10:])
}

func testSessions(t *testing.T, st Store) {
	ctx, s := t.Context(), st.Sessions()
	nobody := identity.Session{ID: "nobody", CreatedAt: at(0), SeenAt: at(0), Expires: at(20)}
	must(t, s.Insert(ctx, nobody))
	must(t, s.Insert(ctx, Login(1)))
	wantErr(t, "Insert of an ID that is there", s.Insert(ctx, Login(1)), identity.ErrExists)
	equal(t, "Get of nobody", value(s.Get(ctx, "nobody"))(t), nobody)
	got := value(s.Get(ctx, Login(1).ID))(t)
	equal(t, "Get", got, Login(1))
	got.State[0] = 'x'
	equal(t, "the caller's own copy", value(s.Get(ctx, Login(1).ID))(t), Login(1))
	_, err := s.Get(ctx, "none")
	wantErr(t, "Get of none", err, identity.ErrNotFound)

	wantErr(t, "Update of none", s.Update(ctx, "none", func(*identity.Session) error { return nil }), identity.ErrNotFound)
	wantErr(t, "Update that fails", s.Update(ctx, "nobody", func(v *identity.Session) error { v.State = []byte("x"); return errTest }), errTest)
	must(t, s.Update(ctx, "nobody", func(v *identity.Session) error { v.SeenAt, v.Expires = at(5), at(25); return nil }))
	nobody.SeenAt, nobody.Expires = at(5), at(25)
	equal(t, "Get after Update", value(s.Get(ctx, "nobody"))(t), nobody)

	// A sign-in takes the place of nobody's session, or all stays as it was.
	wantErr(t, "Do", st.Do(ctx, func(ctx context.Context) error {
		must(t, s.Delete(ctx, "nobody"))
		must(t, s.Insert(ctx, Login(2)))
		_, err := s.Get(ctx, "nobody")
		wantErr(t, "Get inside", err, identity.ErrNotFound)
		return errTest
	}), errTest)
	equal(t, "what was undone", value(s.Get(ctx, "nobody"))(t), nobody)
	_, err = s.Get(ctx, Login(2).ID)
	wantErr(t, "Get of what was undone", err, identity.ErrNotFound)

	must(t, s.Insert(ctx, Login(2)))
	must(t, s.Insert(ctx, Login(3)))
	other := Login(4)
	other.Auth.Person.Subject.Scheme = identity.CIE
	must(t, s.Insert(ctx, other))
	equal(t, "DeleteByLogin of no name", value(s.DeleteByLogin(ctx, identity.Login{}))(t), 0)
	wrong := Login(2).Auth.Login
	wrong.SessionIndex = "another"
	equal(t, "DeleteByLogin of another index", value(s.DeleteByLogin(ctx, wrong))(t), 0)
	wrong = Login(2).Auth.Login
	wrong.IdP = "https://another.example"
	equal(t, "DeleteByLogin of another provider", value(s.DeleteByLogin(ctx, wrong))(t), 0)
	equal(t, "DeleteByLogin", value(s.DeleteByLogin(ctx, Login(2).Auth.Login))(t), 1)
	any3 := Login(3).Auth.Login
	any3.SessionIndex = ""
	equal(t, "DeleteByLogin of any index", value(s.DeleteByLogin(ctx, any3))(t), 1)
	none := Login(5) // as from the second level of SPID on
	none.Auth.Login.SessionIndex = ""
	must(t, s.Insert(ctx, none))
	equal(t, "DeleteByLogin of an index, of a session without", value(s.DeleteByLogin(ctx, Login(5).Auth.Login))(t), 1)
	equal(t, "DeleteByOwner of nobody", value(s.DeleteByOwner(ctx, ""))(t), 0)
	equal(t, "DeleteByOwner", value(s.DeleteByOwner(ctx, Login(1).Owner()))(t), 1)
	equal(t, "what is left", value(s.Get(ctx, other.ID))(t), other)
	equal(t, "Prune", value(s.Prune(ctx, at(26)))(t), 1)
	must(t, s.Delete(ctx, other.ID))
	must(t, s.Delete(ctx, other.ID)) // once more is no error
	_, err = s.Get(ctx, other.ID)
	wantErr(t, "Get after Delete", err, identity.ErrNotFound)
}

func account(id, email string) identity.Account {
	return identity.Account{
		ID: id, Email: email, GivenName: "Aiko", FamilyName: "Esempio", Nationality: "JP", Language: "en", Password: "$argon2id$v=19$",
		Status: identity.AccountPending, CreatedAt: at(0), ChangedAt: at(1),
	}
}

func testAccounts(t *testing.T, st Store) {
	ctx, s := t.Context(), st.Accounts()
	a, b := account("a", "a@example.org"), account("b", "b@example.org")
	must(t, s.Insert(ctx, a))
	wantErr(t, "Insert of an ID that is there", s.Insert(ctx, account("a", "x@example.org")), identity.ErrExists)
	wantErr(t, "Insert of an address that is there", s.Insert(ctx, account("x", "a@example.org")), identity.ErrExists)
	must(t, s.Insert(ctx, b))
	equal(t, "Get", value(s.Get(ctx, "a"))(t), a)
	equal(t, "ByEmail", value(s.ByEmail(ctx, "b@example.org"))(t), b)
	for _, email := range []string{"", "x@example.org"} {
		_, err := s.ByEmail(ctx, email)
		wantErr(t, "ByEmail of "+email, err, identity.ErrNotFound)
	}
	_, err := s.Get(ctx, "x")
	wantErr(t, "Get of none", err, identity.ErrNotFound)

	take := func(email string) func(*identity.Account) error {
		return func(a *identity.Account) error { a.Email = email; return nil }
	}
	wantErr(t, "Update to another's address", s.Update(ctx, "a", take("b@example.org")), identity.ErrExists)
	equal(t, "Get after it", value(s.Get(ctx, "a"))(t), a)
	must(t, s.Update(ctx, "a", take("c@example.org")))
	_, err = s.ByEmail(ctx, "a@example.org")
	wantErr(t, "ByEmail of the old address", err, identity.ErrNotFound)
	must(t, s.Update(ctx, "b", take("a@example.org"))) // which is free now
	equal(t, "ByEmail of the new one", value(s.ByEmail(ctx, "c@example.org"))(t).ID, "a")
	must(t, s.Update(ctx, "a", take("")))
	must(t, s.Update(ctx, "b", take(""))) // many may have none
	must(t, s.Insert(ctx, account("c", "")))
	wantErr(t, "Update of none", s.Update(ctx, "x", take("y@example.org")), identity.ErrNotFound)
	wantErr(t, "Do", st.Do(ctx, func(ctx context.Context) error {
		must(t, s.Update(ctx, "a", take("z@example.org")))
		equal(t, "ByEmail inside", value(s.ByEmail(ctx, "z@example.org"))(t).ID, "a")
		return errTest
	}), errTest)
	_, err = s.ByEmail(ctx, "z@example.org")
	wantErr(t, "ByEmail of what was undone", err, identity.ErrNotFound)
	pruneAccounts(t, st)
	var id atomic.Int32
	once(t, "Insert", func() bool {
		return s.Insert(ctx, account(fmt.Sprint("id ", id.Add(1)), "one@example.org")) == nil
	})
}

// pruneAccounts: those that were never activated go, whenever they were changed last.
func pruneAccounts(t *testing.T, st Store) {
	t.Helper()
	ctx, s := t.Context(), st.Accounts()
	equal(t, "Prune before the end", value(s.Prune(ctx, at(1)))(t), 0)
	late := account("late", "late@example.org")
	late.ChangedAt = at(2).Add(time.Nanosecond).In(time.FixedZone("", 3600))
	must(t, s.Insert(ctx, late))
	for n, status := range []identity.AccountStatus{identity.AccountActive, identity.AccountLocked, identity.AccountClosed} {
		must(t, s.Insert(ctx, account(string(status), fmt.Sprint(n, "@example.org"))))
		must(t, s.Update(ctx, string(status), func(a *identity.Account) error { a.Status = status; return nil }))
	}
	must(t, s.Insert(ctx, account("again", "again@example.org")))
	must(t, s.Update(ctx, "again", func(a *identity.Account) error { a.ChangedAt = at(3); return nil }))
	wantErr(t, "Do", st.Do(ctx, func(ctx context.Context) error {
		equal(t, "Prune inside", value(s.Prune(ctx, at(2)))(t), 3) // a, b and c of before
		return errTest
	}), errTest)
	equal(t, "Prune", value(s.Prune(ctx, at(2)))(t), 3)
	equal(t, "what Prune left", value(s.ByEmail(ctx, "late@example.org"))(t).ID, "late")
	equal(t, "Prune of one", value(s.Prune(ctx, at(3)))(t), 1)
	_, err := s.ByEmail(ctx, "late@example.org")
	wantErr(t, "ByEmail after Prune", err, identity.ErrNotFound)
	_, err = s.Get(ctx, "late")
	wantErr(t, "Get after Prune", err, identity.ErrNotFound)
	must(t, s.Insert(ctx, account("new", "late@example.org"))) // the address is free
	equal(t, "what changed last later", value(s.Get(ctx, "again"))(t).ChangedAt, at(3))
	for _, status := range []identity.AccountStatus{identity.AccountActive, identity.AccountLocked, identity.AccountClosed} {
		equal(t, "what was activated", value(s.Get(ctx, string(status)))(t).Status, status)
	}
}

func testContacts(t *testing.T, st Store) {
	ctx, s := t.Context(), st.Contacts()
	c := identity.Contact{Owner: "o", Email: "a@example.org", ConfirmedAt: at(0)}
	_, err := s.Get(ctx, "o")
	wantErr(t, "Get of none", err, identity.ErrNotFound)
	must(t, s.Set(ctx, c))
	must(t, s.Set(ctx, identity.Contact{Owner: "p", Email: c.Email, ConfirmedAt: at(1)})) // one address, two owners
	equal(t, "Get", value(s.Get(ctx, "o"))(t), c)
	c.Email, c.ConfirmedAt = "b@example.org", at(2)
	must(t, s.Set(ctx, c))
	equal(t, "Get after another Set", value(s.Get(ctx, "o"))(t), c)
	must(t, s.Delete(ctx, "o"))
	must(t, s.Delete(ctx, "o"))
	_, err = s.Get(ctx, "o")
	wantErr(t, "Get after Delete", err, identity.ErrNotFound)
	equal(t, "the other's", value(s.Get(ctx, "p"))(t).Email, "a@example.org")
}

func testTokens(t *testing.T, st Store) {
	ctx, s := t.Context(), st.Tokens()
	token := func(hash string, p identity.Purpose, holder string) identity.Token {
		return identity.Token{Hash: hash, Purpose: p, Holder: holder, Email: "a@example.org", Expires: at(10)}
	}
	must(t, s.Put(ctx, token("1", identity.ActivateAccount, "a")))
	must(t, s.Put(ctx, token("2", identity.ResetPassword, "a")))
	filled := token("6", identity.ActivateAccount, "a/2")
	filled.Account = account("a", "a@example.org")
	must(t, s.Put(ctx, filled))
	equal(t, "Take with an account", value(s.Take(ctx, "6"))(t), filled)
	must(t, s.Put(ctx, token("3", identity.ActivateAccount, "b")))
	wantErr(t, "Put of a hash that is there", s.Put(ctx, token("3", identity.ChangeEmail, "c")), identity.ErrExists)
	must(t, s.Put(ctx, token("4", identity.ActivateAccount, "a")))
	_, err := s.Get(ctx, "1")
	wantErr(t, "Get of what a newer one replaced", err, identity.ErrNotFound)
	equal(t, "Get", value(s.Get(ctx, "2"))(t), token("2", identity.ResetPassword, "a"))
	equal(t, "Take", value(s.Take(ctx, "4"))(t), token("4", identity.ActivateAccount, "a"))
	_, err = s.Take(ctx, "4")
	wantErr(t, "a second Take", err, identity.ErrNotFound)
	must(t, s.DeleteByHolder(ctx, "a"))
	_, err = s.Get(ctx, "2")
	wantErr(t, "Get after DeleteByHolder", err, identity.ErrNotFound)
	once(t, "Take", func() bool { _, err := s.Take(ctx, "3"); return err == nil })
	must(t, s.Put(ctx, token("5", identity.ActivateAccount, "a")))
	equal(t, "Prune before the end", value(s.Prune(ctx, at(10)))(t), 0)
	equal(t, "Prune", value(s.Prune(ctx, at(11)))(t), 1)
}

func testCounters(t *testing.T, st Store) {
	ctx, s := t.Context(), st.Counters()
	hit := func(key string, second int) int { return value(s.Hit(ctx, key, at(second), 10*time.Second))(t) }
	for n := range 3 {
		equal(t, "Hit", hit("a", n), n+1)
	}
	equal(t, "Hit of another key", hit("b", 2), 1)
	equal(t, "Hit in the same window", hit("a", 9), 4)
	equal(t, "Hit after its end", hit("a", 10), 1)
	equal(t, "Hit in the new one", hit("a", 19), 2)
	must(t, s.Reset(ctx, "a"))
	must(t, s.Reset(ctx, "a"))
	equal(t, "Hit after Reset", hit("a", 19), 1)
	wantErr(t, "Do", st.Do(ctx, func(ctx context.Context) error {
		value(s.Hit(ctx, "b", at(3), time.Second))(t)
		return errTest
	}), errTest)
	equal(t, "Hit after what was undone", hit("b", 4), 2)
	equal(t, "Prune", value(s.Prune(ctx, at(13)))(t), 1)
	equal(t, "Hit after Prune", hit("b", 4), 1)
	equal(t, "what Prune left", hit("a", 20), 2)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() { _, _ = s.Hit(ctx, "c", at(0), time.Minute) })
	}
	all.Wait()
	equal(t, "Hit by many at once", hit("c", 1), 17)
}

// fillIdentity keeps one record of each kind; the function that it returns looks for them.
func fillIdentity(t *testing.T, st Store) func(Store) {
	t.Helper()
	ctx, e := t.Context(), identity.Exchange{Scheme: identity.CIE, At: at(1), RequestID: "_q", Response: []byte("<r/>")}
	token := identity.Token{Hash: "h", Purpose: identity.ChangeEmail, Holder: "a", Email: "a@example.org", Expires: at(9)}
	must(t, st.Pendings().Put(ctx, pending("a")))
	must(t, st.Audit().Append(ctx, e))
	must(t, st.Sessions().Insert(ctx, Login(1)))
	must(t, st.Accounts().Insert(ctx, account("a", "a@example.org")))
	must(t, st.Contacts().Set(ctx, identity.Contact{Owner: "o", Email: "a@example.org"}))
	must(t, st.Tokens().Put(ctx, token))
	value(st.Replays().First(ctx, "k", at(9)))(t)
	value(st.Counters().Hit(ctx, "k", at(0), time.Minute))(t)
	return func(st Store) {
		t.Helper()
		e.ID = 1
		equal(t, "sign-in under way", value(st.Pendings().Take(ctx, "a"))(t), pending("a"))
		equal(t, "log of sign-ins", collect(t, st.Audit().List(ctx, identity.ExchangeFilter{})), []identity.Exchange{e})
		equal(t, "session", value(st.Sessions().Get(ctx, Login(1).ID))(t), Login(1))
		equal(t, "account", value(st.Accounts().ByEmail(ctx, "a@example.org"))(t), account("a", "a@example.org"))
		equal(t, "contact", value(st.Contacts().Get(ctx, "o"))(t).Email, "a@example.org")
		equal(t, "token", value(st.Tokens().Take(ctx, "h"))(t), token)
		equal(t, "taken once", value(st.Replays().First(ctx, "k", at(9)))(t), false)
		equal(t, "attempts", value(st.Counters().Hit(ctx, "k", at(1), time.Minute))(t), 2)
	}
}
