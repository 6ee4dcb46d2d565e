package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/boathook/boathook/inspector"
)

// mailTimeout bounds each step of handing a message over, where the endpoint sets
// no other.
const mailTimeout = 30 * time.Second

// Bounds of what a mail server says: the bytes of all its replies, with those of a
// handshake, and how much of one is told.
const (
	maxMailReplies = 256 << 10
	maxMailReply   = 2 << 10
)

// MailResult is what became of a message.
type MailResult struct {
	// Status is the reply code of the mail server, of SMTP: 2xx is success, as for
	// HTTP. 0 if there was none.
	Status int
	// Sent is false if the endpoint has no mail server. Then the message is only
	// recorded, which is no failure.
	Sent    bool
	Text    string            // for a person, without secrets
	Failure inspector.Failure // zero unless there was no reply
	Remote  string            // address and port of the server
	Timing  inspector.Timing
}

// Head is what is recorded as the head of the answer, nil if there was none.
func (r *MailResult) Head() []byte {
	if r.Status == 0 {
		return nil
	}
	return fmt.Appendf(nil, "SMTP %d %s\r\n\r\n", r.Status, spaced(r.Text))
}

// sendMail hands a message over to the mail server of its endpoint. The address of
// the server is checked right before connecting, as with every target.
func (d *dialer) sendMail(ctx context.Context, m *Mail, ep *Endpoint) MailResult {
	smtp := m.email.SMTP
	if smtp == nil {
		return MailResult{Text: recordedOnly}
	}
	timeout := mailTimeout
	if ep.TimeoutMS > 0 {
		timeout = time.Duration(ep.TimeoutMS) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	s := mailSend{dialer: d, smtp: smtp, insecure: ep.Insecure, target: &target{
		Target: Target{Insecure: ep.Insecure}, timeout: timeout,
		addr: &address{host: strings.ToLower(smtp.Host), port: strconv.Itoa(smtp.Port)},
		dial: net.JoinHostPort(smtp.Host, strconv.Itoa(smtp.Port)),
	}}
	client, err := s.client(timeout)
	if err != nil {
		return MailResult{Text: err.Error(), Failure: inspector.Failure{Class: inspector.FailBlocked, Text: err.Error()}}
	}
	begun := time.Now()
	err = s.send(ctx, client, m.msg)
	s.result.Timing.Wait = max(time.Since(begun)-s.result.Timing.Total(), 0)
	s.outcome(err)
	return s.result
}

// mailSend is one message on its way.
type mailSend struct {
	dialer   *dialer
	smtp     *SMTP
	insecure bool
	target   *target
	result   MailResult
	dialErr  error
	conn     net.Conn
}

// client sets the library up.
func (s *mailSend) client(timeout time.Duration) (*mail.Client, error) {
	conf := s.tlsConfig()
	opts := []mail.Option{
		mail.WithPort(s.smtp.Port), mail.WithTimeout(timeout), mail.WithHELO("localhost"),
		mail.WithTLSConfig(conf), mail.WithDialContextFunc(s.dial), mail.WithoutNoop(),
	}
	switch s.smtp.TLS {
	case TLSStart:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	case TLSFull:
		// What dial returns is encrypted already; opportunistic has the library see it.
		opts = append(opts, mail.WithTLSPolicy(mail.TLSOpportunistic))
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	}
	if s.smtp.User != "" {
		password, err := s.smtp.Password.reveal("email.smtp.password")
		if err != nil {
			return nil, err
		}
		auth := mail.SMTPAuthAutoDiscover
		if s.smtp.TLS == TLSNone {
			auth = mail.SMTPAuthPlainNoEnc // to loopback only, see SMTP.check
		}
		opts = append(opts, mail.WithUsername(s.smtp.User), mail.WithPassword(password), mail.WithSMTPAuth(auth))
	}
	client, err := mail.NewClient(s.smtp.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("set up the mail client: %w", err)
	}
	return client, nil
}

func (s *mailSend) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: s.smtp.Host, InsecureSkipVerify: s.insecure, RootCAs: s.dialer.roots, MinVersion: tls.VersionTLS12}
}

// dial connects with our own dialer, whatever address the library asks for.
func (s *mailSend) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	tcp, err := s.dialer.connectTCP(ctx, s.target, &s.result.Timing, time.Now())
	if err != nil {
		s.dialErr = err
		return nil, err
	}
	conn := &mailConn{Conn: tcp, left: maxMailReplies}
	s.conn, s.result.Remote = conn, conn.RemoteAddr().String()
	if s.smtp.TLS != TLSFull {
		return conn, nil
	}
	begun := time.Now()
	secured := tls.Client(conn, s.tlsConfig())
	err = secured.HandshakeContext(ctx)
	s.result.Timing.TLS = time.Since(begun)
	if err != nil {
		conn.Close()
		s.dialErr = hopFailure("tls", err, s.target)
		return nil, s.dialErr
	}
	return secured, nil
}

// send hands the message over. What goes wrong after the server took it counts for
// nothing.
func (s *mailSend) send(ctx context.Context, client *mail.Client, msg *mail.Msg) error {
	c, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { s.conn.Close() })
	defer stop()
	err = client.SendWithSMTPClient(c, msg)
	if bye := client.CloseWithSMTPClient(c); bye != nil && err != nil {
		s.conn.Close()
	}
	return err
}

// outcome notes what the library said.
func (s *mailSend) outcome(err error) {
	r := &s.result
	r.Sent = true
	var failed *hopError
	var plain tls.RecordHeaderError
	switch code := smtpCode(err); {
	case err == nil:
		r.Status, r.Text = 250, "the mail server took the message"
	case errors.Is(err, errLongReplies):
		text := fmt.Sprintf("%s: %v; it is no mail server, or a broken one", s.target.dial, errLongReplies)
		r.Failure, r.Text = inspector.Failure{Class: inspector.FailProtocol, Phase: "read", Text: text}, text
	case errors.As(s.dialErr, &plain):
		text := s.target.dial + ` does not speak TLS from the start; use "starttls", or "none" for a server on this machine`
		r.Failure, r.Text = inspector.Failure{Class: inspector.FailTLS, Phase: "tls", Text: text}, text
	case errors.As(s.dialErr, &failed):
		r.Failure, r.Text = failed.Failure, failed.Text
	case code > 0:
		r.Status, r.Text = code, "the mail server refused the message: "+spaced(smtpText(err))
	default:
		phase := "wait"
		var certificate *tls.CertificateVerificationError
		if errors.As(err, &certificate) {
			phase = "tls"
		}
		r.Failure = hopFailure(phase, err, s.target).Failure
		if strings.Contains(err.Error(), "STARTTLS") {
			r.Failure = inspector.Failure{Class: inspector.FailTLS, Phase: "tls", Text: s.target.dial + ` does not offer STARTTLS; use "tls", or "none" for a server on this machine`}
		}
		r.Text = r.Failure.Text
	}
}

// smtpCode is the reply code that an error holds, 0 if it holds none.
func smtpCode(err error) int {
	var refused *mail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() > 0 {
		return refused.ErrorCode()
	}
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return reply.Code
	}
	return 0
}

// smtpText is the text of the reply that an error holds, as far as it is told.
func smtpText(err error) string {
	text := err.Error()
	var reply *textproto.Error
	if errors.As(err, &reply) {
		text = reply.Error()
	}
	if len(text) > maxMailReply {
		text = strings.ToValidUTF8(text[:maxMailReply], "") + "…"
	}
	return text
}

var errLongReplies = fmt.Errorf("the mail server says more than %d KiB", maxMailReplies>>10)

// mailConn fails once the server has said too much: the library keeps a reply of many
// lines in memory until it ends.
type mailConn struct {
	net.Conn
	left int
}

func (c *mailConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errLongReplies
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}
