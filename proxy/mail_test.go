package proxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/boathook/boathook/inspector"
)

// mailServer is a real mail server that keeps what it is given.
type mailServer struct {
	mu       sync.Mutex
	messages []string
	to       []string
	refuse   string // an address that it does not know
	needAuth bool
}

type mailSession struct {
	s      *mailServer
	authed bool
}

func (s *mailServer) NewSession(*smtp.Conn) (smtp.Session, error) { return &mailSession{s: s}, nil }

func (m *mailSession) AuthMechanisms() []string { return []string{sasl.Plain} }
func (m *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "postman" || password != "right" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "authentication failed"}
		}
		m.authed = true
		return nil
	}), nil
}

func (m *mailSession) Mail(string, *smtp.MailOptions) error {
	if m.s.needAuth && !m.authed {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (m *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	if to == m.s.refuse {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	m.s.to = append(m.s.to, to)
	return nil
}

func (m *mailSession) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	m.s.messages = append(m.s.messages, string(data))
	return nil
}

func (m *mailSession) Reset()        {}
func (m *mailSession) Logout() error { return nil }

// startMail runs a mail server and returns its port and the authority of its
// certificate.
func startMail(t *testing.T, s *mailServer, mode string) (port int, roots *x509.CertPool) {
	t.Helper()
	web := httptest.NewTLSServer(nil)
	web.Close()
	conf := &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}
	roots = x509.NewCertPool()
	roots.AddCert(web.Certificate())
	server := smtp.NewServer(s)
	server.Domain = "localhost"
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	server.AllowInsecureAuth = mode == TLSNone
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if mode == TLSStart {
		server.TLSConfig = conf
	}
	if mode == TLSFull {
		ln = tls.NewListener(ln, conf)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(ln) }()
	t.Cleanup(func() { ln.Close(); server.Close(); <-done })
	return ln.Addr().(*net.TCPAddr).Port, roots
}

func mailOutgoing(smtp *SMTP, to ...string) *Outgoing {
	secret := "right"
	if smtp != nil && smtp.User != "" && smtp.Password == nil {
		smtp.Password = &Secret{open: &secret}
	}
	return &Outgoing{
		Endpoint: &Endpoint{Name: "office", Kind: KindEmail, Email: &Email{To: to, From: "boathook@localhost", Subject: "{{event}} at {{provider}}", SMTP: smtp}},
		Event:    &Event{Type: "stockcrowd/INVERSOR_CREATED", ID: "e1", Payload: []byte(`{"EVENT":"INVERSOR_CREATED","name":"José"}`), At: time.Unix(1_700_000_000, 0)},
	}
}

func TestMailIsSentAsItIsRecorded(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{TLSStart, TLSFull, TLSNone} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := &mailServer{needAuth: true}
			port, roots := startMail(t, s, mode)
			o := mailOutgoing(&SMTP{Host: "127.0.0.1", Port: port, TLS: mode, User: "postman"}, "a@example.org", "B <b@example.org>")
			m, err := RenderMail(o)
			if err != nil {
				t.Fatal(err)
			}
			d := &dialer{guard: &guard{}, resolver: net.DefaultResolver, roots: roots}
			res := d.sendMail(t.Context(), m, o.Endpoint)
			if res.Status != 250 || !res.Sent || res.Failure.Class != "" || res.Remote == "" {
				t.Fatalf("result %+v", res)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if len(s.messages) != 1 || strings.Join(s.to, " ") != "a@example.org b@example.org" {
				t.Fatalf("%d messages to %q", len(s.messages), s.to)
			}
			_, header, _ := bytes.Cut(m.Head, []byte("\r\n"))
			if want := string(header) + string(m.Body); strings.TrimRight(s.messages[0], "\r\n") != strings.TrimRight(want, "\r\n") {
				t.Errorf("received\n%s\nrecorded\n%s", s.messages[0], want)
			}
		})
	}
}

func TestMailMessageHoldsThePayload(t *testing.T) {
	t.Parallel()
	o := mailOutgoing(nil, "a@example.org")
	m, err := RenderMail(o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := RenderMail(o)
	if err != nil || !bytes.Equal(m.Head, again.Head) || !bytes.Equal(m.Body, again.Body) {
		t.Error("a second try is another message")
	}
	if !strings.HasPrefix(string(m.Head), "MAIL a@example.org SMTP\r\n") {
		t.Errorf("head %.60q", m.Head)
	}
	_, header, _ := bytes.Cut(m.Head, []byte("\r\n"))
	msg, err := mail.ReadMessage(bytes.NewReader(append(header, m.Body...)))
	if err != nil {
		t.Fatal(err)
	}
	if got := msg.Header.Get("Subject"); got != "INVERSOR_CREATED at stockcrowd" {
		t.Errorf("subject %q", got)
	}
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	text, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(text); !strings.Contains(string(b), "José") || !strings.Contains(string(b), "stockcrowd/INVERSOR_CREATED") {
		t.Errorf("text %q", b)
	}
	file, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(base64.NewDecoder(base64.StdEncoding, file)); !bytes.Equal(b, o.Event.Payload) {
		t.Errorf("attached %q", b)
	}
}

func TestMailCannotBeGivenHeaders(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{"x\r\nBcc: evil@example.org", "x\nBcc: evil@example.org", "x\r\n\r\nbody"} {
		o := mailOutgoing(nil, "a@example.org")
		o.Event.Payload = []byte(evil)
		o.Event.Channels = nil
		m, err := RenderMail(o)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(m.Head, []byte("Bcc")) {
			t.Errorf("payload %q became a header", evil)
		}
		o.Event.ID = evil
		var invalid *InvalidError
		if _, err := RenderMail(o); !errors.As(err, &invalid) || invalid.Field != "id" {
			t.Errorf("id %q: %v", evil, err)
		}
		email := Email{To: []string{"a@example.org"}, Subject: evil}.normal()
		if err := email.check(); !errors.As(err, &invalid) || invalid.Field != "email.subject" {
			t.Errorf("subject %q: %v", evil, err)
		}
		email = Email{To: []string{"a@example.org" + evil}}.normal()
		if err := email.check(); !errors.As(err, &invalid) || invalid.Field != "email.to[0]" {
			t.Errorf("to %q: %v", evil, err)
		}
	}
}

func TestMailThatIsNotTaken(t *testing.T) {
	t.Parallel()
	wrong := "wrong"
	for _, tt := range []struct {
		name   string
		mode   string
		change func(o *Outgoing, d *dialer, s *mailServer)
		status int
		class  string
		text   string
	}{
		{"unknown user", TLSStart, func(_ *Outgoing, _ *dialer, s *mailServer) { s.refuse = "a@example.org" }, 550, "", "no such user"},
		{"wrong password", TLSStart, func(o *Outgoing, _ *dialer, _ *mailServer) { o.Endpoint.Email.SMTP.Password.open = &wrong }, 535, "", "authentication failed"},
		{"unknown authority", TLSStart, func(_ *Outgoing, d *dialer, _ *mailServer) { d.roots = x509.NewCertPool() }, 0, inspector.FailTLS, "certificate"},
		{"unknown authority, tls", TLSFull, func(_ *Outgoing, d *dialer, _ *mailServer) { d.roots = x509.NewCertPool() }, 0, inspector.FailTLS, "certificate"},
		{"no starttls", TLSNone, func(o *Outgoing, _ *dialer, _ *mailServer) { o.Endpoint.Email.SMTP.TLS = TLSStart }, 0, inspector.FailTLS, "STARTTLS"},
		{"no tls", TLSNone, func(o *Outgoing, _ *dialer, _ *mailServer) { o.Endpoint.Email.SMTP.TLS = TLSFull }, 0, inspector.FailTLS, `does not speak TLS from the start; use "starttls"`},
		{"guarded", TLSStart, func(_ *Outgoing, d *dialer, _ *mailServer) { d.guard.internal = true }, 0, inspector.FailBlocked, "internal address"},
		{"nobody there", TLSStart, func(o *Outgoing, _ *dialer, _ *mailServer) {
			o.Endpoint.Email.SMTP.Port = closedPortNumber(t)
		}, 0, inspector.FailRefused, "nothing listens"},
		{"insecure", TLSStart, func(o *Outgoing, d *dialer, _ *mailServer) { o.Endpoint.Insecure, d.roots = true, x509.NewCertPool() }, 250, "", "took"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &mailServer{}
			port, roots := startMail(t, s, tt.mode)
			o := mailOutgoing(&SMTP{Host: "127.0.0.1", Port: port, TLS: tt.mode, User: "postman"}, "a@example.org")
			d := &dialer{guard: &guard{}, resolver: net.DefaultResolver, roots: roots}
			tt.change(o, d, s)
			m, err := RenderMail(o)
			if err != nil {
				t.Fatal(err)
			}
			res := d.sendMail(t.Context(), m, o.Endpoint)
			if res.Status != tt.status || res.Failure.Class != tt.class || !strings.Contains(res.Text, tt.text) {
				t.Errorf("result %+v", res)
			}
			if strings.Contains(res.Text, "right") || strings.Contains(res.Text, "wrong") {
				t.Errorf("the result shows the password: %s", res.Text)
			}
		})
	}
}

// A server that never ends its reply is cut off by what it says, long before the time
// for the whole is over, and what is kept of a long reply is short.
func TestMailServerThatTalksTooMuch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, greeting, more string
		class, text          string
		status               int
	}{
		{"a reply without an end", "220-hello\r\n", strings.Repeat("220-and more\r\n", 1000), inspector.FailProtocol, "says more than 256 KiB", 0},
		{"a line without an end", "220 ", strings.Repeat("x", 10_000), inspector.FailProtocol, "says more than 256 KiB", 0},
		{"a long refusal", "554 " + strings.Repeat("no ", 10_000) + "\r\n", "", "", `554 "no no`, 554},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer ln.Close()
			go func() {
				conn, err := ln.Accept()
				if err != nil {
					return
				}
				defer conn.Close()
				_, err = io.WriteString(conn, tt.greeting)
				for err == nil && tt.more != "" {
					_, err = io.WriteString(conn, tt.more)
				}
				_, _ = io.Copy(io.Discard, conn)
			}()
			o := mailOutgoing(&SMTP{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port, TLS: TLSNone}, "a@example.org")
			o.Endpoint.TimeoutMS = 60_000
			m, err := RenderMail(o)
			if err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			res := (&dialer{guard: &guard{}, resolver: net.DefaultResolver}).sendMail(t.Context(), m, o.Endpoint)
			if res.Failure.Class != tt.class || res.Status != tt.status || !strings.Contains(res.Text, tt.text) || len(res.Text) > 3000 {
				t.Errorf("%d bytes, %+.300v", len(res.Text), res)
			}
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestMailWithoutServerIsOnlyRecorded(t *testing.T) {
	t.Parallel()
	o := mailOutgoing(nil, "a@example.org")
	m, err := RenderMail(o)
	if err != nil {
		t.Fatal(err)
	}
	if res := (&dialer{}).sendMail(context.Background(), m, o.Endpoint); res.Sent || res.Status != 0 || res.Failure.Class != "" || res.Text == "" {
		t.Errorf("result %+v", res)
	}
}

func closedPortNumber(t *testing.T) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}
