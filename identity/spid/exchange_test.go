package spid_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/spid"
)

// TestKept: the log keeps what the identity provider signed, and what is an answer to the
// request and not long. Of anything else it keeps the beginning.
func TestKept(t *testing.T) {
	idp := standing(t, "")
	p, l := provider(t, public(), "public", spid.Config{})
	require.NoError(t, p.Update(idp.Metadata()))
	c, back := signedIn(t, p, idp)
	right, err := base64.StdEncoding.DecodeString(back.Values.Get("SAMLResponse"))
	require.NoError(t, err)
	short := func(b []byte) []byte {
		return fmt.Appendf(nil, "sha256=%x bytes=%d\n%s", sha256.Sum256(b), len(b), b[:min(len(b), 2<<10)])
	}
	// response answers request, unsigned, with so many bytes.
	response := func(request string, n int) []byte {
		doc := []byte(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" InResponseTo="` + request + `"></samlp:Response>`)
		at := bytes.Index(doc, []byte("></"))
		return append(append(doc[:at+1:at+1], bytes.Repeat([]byte("x"), n-len(doc))...), doc[at+1:]...)
	}
	long := etree.NewDocument()
	require.NoError(t, long.ReadFromBytes(right))
	long.Root().SelectElement("Status").CreateElement("samlp:StatusMessage").SetText(strings.Repeat("x", 70<<10))
	long.Root().RemoveChild(long.Root().SelectElement("Signature")) // that of the assertion is left
	padded, err := long.WriteToBytes()
	require.NoError(t, err)
	weaker, err := idp.Answer(c, idptest.People(identity.SPID)[0], named(t, "95"))
	require.NoError(t, err)
	signed, err := base64.StdEncoding.DecodeString(weaker.Values.Get("SAMLResponse"))
	require.NoError(t, err)
	for name, is := range map[string]struct {
		came  []byte
		short bool
	}{
		"garbage":                  {came: bytes.Repeat([]byte("x"), 256<<10), short: true},
		"a little garbage":         {came: []byte("x"), short: true},
		"to another request":       {came: response("_another", 1000), short: true},
		"to no request":            {came: response("", 1000), short: true},
		"to the request":           {came: response(c.Pending.RequestID, 8<<10)},
		"to the request, and long": {came: response(c.Pending.RequestID, 8<<10+1), short: true},
		"signed, of a low level":   {came: signed},
		"no Response":              {came: bytes.ReplaceAll(response(c.Pending.RequestID, 1000), []byte("Response>"), []byte("Request>")), short: true},
		"right, and long":          {came: padded},
	} {
		l.kept = nil
		back.Values.Set("SAMLResponse", base64.StdEncoding.EncodeToString(is.came))
		_, err := p.Complete(t.Context(), back, c.Pending)
		require.Len(t, l.kept, 1, name)
		want := is.came
		if is.short {
			require.ErrorIs(t, err, identity.ErrAnswer, name)
			want = short(is.came)
		}
		require.True(t, bytes.Equal(want, l.kept[0].Response), "%s: %.200s", name, l.kept[0].Response)
	}
	l.kept = nil
	back.Values.Set("SAMLResponse", "not base64!")
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.ErrorIs(t, err, identity.ErrAnswer)
	require.Equal(t, string(short([]byte("not base64!"))), string(l.kept[0].Response), "the field as it came")

	late := c.Pending
	late.Expires = today.Add(-time.Second)
	back.Values.Set("SAMLResponse", base64.StdEncoding.EncodeToString(right))
	_, err = p.Complete(t.Context(), back, late)
	require.ErrorIs(t, err, identity.ErrPending)
	require.Equal(t, string(right), string(l.kept[1].Response), "what came late is whole")
}

// patient is a log that needs the context of its caller.
type patient struct{ journal }

func (l *patient) Append(ctx context.Context, e identity.Exchange) error {
	if _, bounded := ctx.Deadline(); !bounded {
		return context.DeadlineExceeded
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return l.journal.Append(ctx, e)
}

// leaving is a guard during whose work the browser goes away.
type leaving struct {
	guard
	leave func()
}

func (g leaving) First(ctx context.Context, key string, until time.Time) (bool, error) {
	g.leave()
	return g.guard.First(ctx, key, until)
}

// TestGone: who goes away while the answer is read leaves the exchange in the log.
func TestGone(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	idp, l := standing(t, ""), &patient{}
	p, err := spid.New(public(), key(t, "public"), leaving{guard{}, leave}, l, spid.Config{Now: func() time.Time { return today }})
	require.NoError(t, err)
	require.NoError(t, p.Update(idp.Metadata()))
	c, back := signedIn(t, p, idp)
	_, err = p.Complete(ctx, back, c.Pending)
	require.NoError(t, err)
	require.Len(t, l.kept, 1)
	require.Equal(t, "ok", l.kept[0].Outcome)

	c, back = signedIn(t, p, idp)
	_, err = p.Complete(ctx, back, c.Pending) // gone before
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, l.kept, 2)
	require.NotEqual(t, "ok", l.kept[1].Outcome)
	require.NotEmpty(t, l.kept[1].AssertionID)
}
