package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"regexp"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt"
)

// Transport hands a message on, once for each call. A [RefusedError] is for good; any
// other error is temporary, and the message may or may not have been taken.
type Transport interface {
	Send(ctx context.Context, m Message) error
}

// RefusedError says that the message will never be taken. It holds the server's code and
// not its words, which may name people.
type RefusedError struct {
	Code     int    // of SMTP, as in 550; 0 if the message was not even tried
	Enhanced string // RFC 3463, as in "5.1.1"; "" if the server gives none
	Cause    error  // why it was not tried
}

// Error returns the codes.
func (e *RefusedError) Error() string {
	if e.Code == 0 {
		return fmt.Sprintf("mail: cannot be sent: %v", e.Cause)
	}
	return "mail: refused by the server: " + e.note()
}

func (e *RefusedError) note() string {
	switch {
	case e.Code == 0:
		return string(pagonline.CodeOf(e.Cause)) + " " + pagonline.AsError(e.Cause).Field
	case e.Enhanced == "":
		return strconv.Itoa(e.Code)
	default:
		return strconv.Itoa(e.Code) + " " + e.Enhanced
	}
}

// Is makes it equal to [receipt.ErrParked] for [errors.Is].
func (e *RefusedError) Is(target error) bool { return target == receipt.ErrParked }

// Unwrap returns the cause.
func (e *RefusedError) Unwrap() error { return e.Cause }

// SMTP is a server that takes messages. It is safe for concurrent use; each message has
// a connection of its own.
type SMTP struct {
	addr, host string
	port       int
	cfg        SMTPConfig
}

// SMTPConfig says how to reach the server. With the zero value the connection is
// encrypted by STARTTLS, and without that nothing is sent.
type SMTPConfig struct {
	// Username and Password sign in. Default: nobody does.
	Username, Password string
	// ImplicitTLS encrypts from the first byte, as port 465 asks, instead of STARTTLS.
	ImplicitTLS bool
	// TLS checks the server. Default: by its host name and the system's authorities,
	// from TLS 1.2.
	TLS *tls.Config
	// Timeout is for one message from the first byte to the last. Default: 60 s.
	Timeout time.Duration
	// Hello is how this machine calls itself. Default: localhost.
	Hello string
	// InsecurePlaintext sends without encryption, signing in included. It is for a
	// server on this very machine; never set it otherwise.
	InsecurePlaintext bool
}

// NewSMTP returns the server at addr, host and port as in "smtp.archivio.example:587".
// It connects to nothing. Its error has [pagonline.CodeInputSyntax].
func NewSMTP(addr string, cfg SMTPConfig) (*SMTP, error) {
	host, port, err := net.SplitHostPort(addr)
	n, wrong := strconv.ParseUint(port, 10, 16)
	if err != nil || wrong != nil || host == "" || n == 0 {
		return nil, pagonline.NewError(pagonline.CodeInputSyntax,
			pagonline.Text{It: "server di posta come smtp.esempio.it:587", En: "a mail server as in smtp.example.org:587"}).At("addr")
	}
	if cfg.TLS == nil {
		cfg.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	cfg.TLS = cfg.TLS.Clone()
	if cfg.TLS.ServerName == "" {
		cfg.TLS.ServerName = host
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = time.Minute
	}
	if cfg.Hello == "" {
		cfg.Hello = "localhost"
	}
	return &SMTP{addr, host, int(n), cfg}, nil
}

// Send hands the message to the server. It implements [Transport].
func (s *SMTP) Send(ctx context.Context, m Message) error {
	content, err := m.Bytes()
	if err != nil {
		return &RefusedError{Cause: err}
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	waiting := ctx // go-mail's own context ends with the dialling, and it leaves connections open
	dial := func(ctx context.Context, network, _ string) (c net.Conn, err error) {
		if s.cfg.ImplicitTLS && !s.cfg.InsecurePlaintext {
			c, err = (&tls.Dialer{Config: s.cfg.TLS}).DialContext(ctx, network, s.addr)
		} else {
			c, err = (&net.Dialer{}).DialContext(ctx, network, s.addr)
		}
		if err == nil {
			context.AfterFunc(waiting, func() { _ = c.Close() }) // at the latest when Send returns
		}
		return c, err
	}
	client, err := s.client(dial)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	server, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return temporary(ctx, "connect", err)
	}
	return s.transmit(ctx, server, m, content)
}

func (s *SMTP) client(dial gomail.DialContextFunc) (*gomail.Client, error) {
	policy := gomail.TLSMandatory
	auth := gomail.SMTPAuthAutoDiscover
	switch {
	case s.cfg.InsecurePlaintext:
		policy, auth = gomail.NoTLS, gomail.SMTPAuthPlainNoEnc
	case s.cfg.ImplicitTLS:
		policy, auth = gomail.NoTLS, gomail.SMTPAuthPlainNoEnc // encrypted below, by dial
	}
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(s.cfg.Timeout), gomail.WithHELO(s.cfg.Hello), gomail.WithTLSPolicy(policy),
		gomail.WithTLSConfig(s.cfg.TLS), gomail.WithoutSMTPUTF8(), gomail.WithDialContextFunc(dial),
	}
	if s.cfg.Username != "" {
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(s.cfg.Username), gomail.WithPassword(s.cfg.Password))
	}
	return gomail.NewClient(s.host, options...)
}

// transmit sends the message on a connection that is ready.
func (s *SMTP) transmit(ctx context.Context, server *smtp.Client, m Message, content []byte) error {
	if err := server.Mail("<" + m.From.Email + ">"); err != nil {
		return temporary(ctx, "sender", err) // it is our setting that is wrong, with each message alike
	}
	if err := server.Rcpt("<" + m.To.Email + ">"); err != nil {
		return classified(ctx, "recipient", err)
	}
	data, err := server.Data()
	if err != nil {
		return classified(ctx, "data", err)
	}
	if _, err := data.Write(content); err != nil {
		return temporary(ctx, "content", err)
	}
	if err := data.Close(); err != nil {
		return classified(ctx, "content", err)
	}
	_ = server.Quit() // the message was taken, whatever comes now
	return nil
}

var enhanced = regexp.MustCompile(`^5\.\d{1,3}\.\d{1,3}\b`)

// classified tells refusals for good from the rest. Those that ask to sign in say nothing
// of the message (RFC 4954).
func classified(ctx context.Context, step string, err error) error {
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok || reply.Code < 500 || reply.Code > 599 {
		return temporary(ctx, step, err)
	}
	switch reply.Code {
	case 530, 534, 535, 538:
		return temporary(ctx, step, err)
	}
	return &RefusedError{Code: reply.Code, Enhanced: enhanced.FindString(reply.Msg)}
}

// temporary keeps the server's words out of the error: they may name people.
func temporary(ctx context.Context, step string, err error) error {
	reply, answered := errors.AsType[*textproto.Error](err)
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded): // the connection knows it a little earlier
		err = context.DeadlineExceeded
	case answered:
		err = errors.New("the server answers " + strconv.Itoa(reply.Code))
	}
	return pagonline.NewError(pagonline.CodeUnavailable).Because(fmt.Errorf("mail: %s: %w", step, err))
}
