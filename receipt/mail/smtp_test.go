package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/mail"
)

// server is a mail server that keeps what it takes, or answers as it is told.
type server struct {
	mu       sync.Mutex
	addr     string
	box      []taken
	answer   map[string]error // to "mail", "rcpt" and "data"
	hang     chan struct{}    // closed to go on
	username string           // who must sign in
}

type taken struct {
	from, to, content string
	encrypted         bool
	user              string
}

type session struct {
	*server
	conn *smtp.Conn
	taken
}

func (s *server) told(step string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answer[step]
}

func (s *server) tell(step string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = map[string]error{step: err}
}

func (s *server) messages() []taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.box)
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != s.username || password != "secret" {
			return smtp.ErrAuthFailed
		}
		s.user = username
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.username != "" && s.user == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "sign in first"}
	}
	s.from = from
	return s.told("mail")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.told("rcpt")
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.hang != nil {
		<-s.hang
	}
	if err := s.told("data"); err != nil {
		return err
	}
	_, s.encrypted = s.conn.TLSConnectionState()
	s.content = string(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.box = append(s.box, s.taken)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// serve starts a server: with a certificate it offers STARTTLS, or speaks TLS only.
func serve(t *testing.T, s *server, cert *tls.Config, implicit bool) *server {
	t.Helper()
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	srv.Domain, srv.AllowInsecureAuth, srv.TLSConfig = "localhost", true, cert
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.addr = l.Addr().String()
	if implicit {
		l = tls.NewListener(l, cert)
	}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return s
}

// certificate returns a server's certificate for 127.0.0.1 and what trusts it.
func certificate(t *testing.T) (serving, trusting *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "posta di prova"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: pool}
}

func client(t *testing.T, s *server, cfg mail.SMTPConfig) *mail.SMTP {
	t.Helper()
	c, err := mail.NewSMTP(s.addr, cfg)
	require.NoError(t, err)
	return c
}

func TestSMTPOverTLS(t *testing.T) {
	serving, trusting := certificate(t)
	for name, c := range map[string]struct {
		implicit bool
		user     string
	}{"STARTTLS": {false, ""}, "STARTTLS, signed in": {false, "ufficio"}, "implicit": {true, ""}, "implicit, signed in": {true, "ufficio"}} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, &server{username: c.user}, serving, c.implicit)
			m := message(t)
			require.NoError(t, client(t, s, mail.SMTPConfig{TLS: trusting, ImplicitTLS: c.implicit, Username: c.user, Password: "secret"}).Send(t.Context(), m))
			all := s.messages()
			require.Len(t, all, 1)
			want, err := m.Bytes()
			require.NoError(t, err)
			require.Equal(t, string(want), all[0].content, "byte by byte")
			require.Equal(t, "pagamenti@example.org", all[0].from)
			require.Equal(t, "mario.rossi@example.org", all[0].to)
			require.True(t, all[0].encrypted)
			require.Equal(t, c.user, all[0].user)
			if c.user != "" {
				err := client(t, s, mail.SMTPConfig{TLS: trusting, ImplicitTLS: c.implicit, Username: c.user, Password: "wrong"}).Send(t.Context(), m)
				require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err), "a wrong password says nothing of the message")
				err = client(t, s, mail.SMTPConfig{TLS: trusting, ImplicitTLS: c.implicit}).Send(t.Context(), m)
				require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
			}
		})
	}
}

// TestSMTPRequiresTLS: without encryption nothing is sent, unless somebody says so.
func TestSMTPRequiresTLS(t *testing.T) {
	serving, _ := certificate(t)
	s := serve(t, &server{}, nil, false)
	err := client(t, s, mail.SMTPConfig{}).Send(t.Context(), message(t))
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
	require.ErrorContains(t, pagonline.AsError(err).Detail, "STARTTLS")
	require.Empty(t, s.messages())
	require.NoError(t, client(t, s, mail.SMTPConfig{InsecurePlaintext: true}).Send(t.Context(), message(t)))
	require.False(t, s.messages()[0].encrypted)

	s = serve(t, &server{}, serving, false)
	err = client(t, s, mail.SMTPConfig{}).Send(t.Context(), message(t))
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err), "a certificate of nobody known")
	require.Empty(t, s.messages())
}

func TestSMTPAnswers(t *testing.T) {
	s := serve(t, &server{}, nil, false)
	c := client(t, s, mail.SMTPConfig{InsecurePlaintext: true})
	words := "mario.rossi@example.org is unknown"
	// The sender is our own setting: once it is mended the message goes out.
	s.tell("mail", &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: words})
	err := c.Send(t.Context(), message(t))
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
	require.NotErrorIs(t, err, receipt.ErrParked)
	require.ErrorContains(t, pagonline.AsError(err).Detail, "sender: the server answers 550")
	require.NotContains(t, pagonline.AsError(err).Detail.Error(), "mario")
	for _, step := range []string{"rcpt", "data"} {
		s.tell(step, &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: words})
		err := c.Send(t.Context(), message(t))
		refused, ok := errors.AsType[*mail.RefusedError](err)
		require.True(t, ok, step)
		require.Equal(t, 550, refused.Code)
		require.Equal(t, "5.1.1", refused.Enhanced)
		require.ErrorIs(t, err, receipt.ErrParked)
		require.NotContains(t, err.Error(), "mario")

		s.tell(step, &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: words})
		err = c.Send(t.Context(), message(t))
		require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err), step)
		require.NotErrorIs(t, err, receipt.ErrParked)
		require.NotContains(t, pagonline.AsError(err).Detail.Error(), "mario")
	}
	require.Empty(t, s.messages())
}

func TestSMTPEnds(t *testing.T) {
	s := serve(t, &server{hang: make(chan struct{})}, nil, false)
	defer close(s.hang)
	err := client(t, s, mail.SMTPConfig{InsecurePlaintext: true, Timeout: 50 * time.Millisecond}).Send(t.Context(), message(t))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err = client(t, s, mail.SMTPConfig{InsecurePlaintext: true}).Send(ctx, message(t))
	require.ErrorIs(t, err, context.DeadlineExceeded)

	// A server that takes the connection and says nothing.
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	began := time.Now()
	err = client(t, &server{addr: l.Addr().String()}, mail.SMTPConfig{Timeout: 50 * time.Millisecond}).Send(t.Context(), message(t))
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
	require.Less(t, time.Since(began), 5*time.Second)
}

func TestNewSMTPRefuses(t *testing.T) {
	for _, addr := range []string{"", "smtp.example.org", ":25", "smtp.example.org:0", "smtp.example.org:x", "smtp.example.org:99999"} {
		_, err := mail.NewSMTP(addr, mail.SMTPConfig{})
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err), addr)
	}
}
