package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// postOffice is a mail server that asks for a password and hands on what it takes.
type postOffice struct{ taken chan string }

type mailVisit struct {
	office *postOffice
	known  bool
}

func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &mailVisit{office: p}, nil }

func (v *mailVisit) AuthMechanisms() []string { return []string{sasl.Plain} }
func (v *mailVisit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "postman" || password != "canary-mail-4471" {
			return smtp.ErrAuthFailed
		}
		v.known = true
		return nil
	}), nil
}

func (v *mailVisit) Mail(string, *smtp.MailOptions) error {
	if !v.known {
		return smtp.ErrAuthRequired
	}
	return nil
}
func (v *mailVisit) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (v *mailVisit) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err == nil {
		v.office.taken <- string(text)
	}
	return err
}
func (v *mailVisit) Reset()        {}
func (v *mailVisit) Logout() error { return nil }

// An email endpoint hands its message to a real mail server, encrypted from the start
// or by STARTTLS, with a password that stands nowhere; a certificate that nobody
// vouches for is refused unless it is allowed.
func TestMailByTheBinary(t *testing.T) {
	t.Parallel()
	web := httptest.NewTLSServer(nil)
	web.Close()
	conf := &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}
	s := startServer(t, t.TempDir(), "-v")
	for _, mode := range []string{"starttls", "tls"} {
		office := &postOffice{taken: make(chan string, 10)}
		server := smtp.NewServer(office)
		server.Domain = "localhost"
		server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := ln.Addr().(*net.TCPAddr).Port
		if mode == "tls" {
			ln = tls.NewListener(ln, conf)
		} else {
			server.TLSConfig = conf
		}
		server.ErrorLog = quiet{}
		go func() { _ = server.Serve(ln) }()
		t.Cleanup(func() { _ = server.Close() })
		for _, insecure := range []bool{false, true} {
			name := fmt.Sprintf("%s-%v", mode, insecure)
			body := fmt.Sprintf(`{"name":%q,"kind":"email","insecure":%v,"events":[],"email":{"to":["ops@example.org"],"from":"boathook@localhost","smtp":{"host":"127.0.0.1","port":%d,"tls":%q,"user":"postman","password":{"value":"canary-mail-4471"}}}}`, name, insecure, port, mode)
			if status, raw := s.api("POST", "/endpoints", []byte(body)); status != 201 {
				t.Fatalf("%d %s", status, raw)
			}
			if status, raw := s.api("POST", "/events", fmt.Appendf(nil, `{"type":"stockcrowd/INVERSOR_CREATED","to":[%q]}`, name)); status != 202 {
				t.Fatalf("%d %s", status, raw)
			}
			var row sentTo
			for end := time.Now().Add(time.Minute); row.Status == 0 && row.Failure == ""; {
				if rows := s.outcomes("endpoint:" + name); len(rows) == 1 {
					row = rows[0]
				}
				if time.Now().After(end) {
					t.Fatalf("%s: %+v", name, row)
				}
			}
			if !insecure {
				if row.Failure != "tls" || len(office.taken) != 0 {
					t.Errorf("%s: %+v", name, row)
				}
				continue
			}
			if row.Status != 250 {
				_, raw := s.api("GET", "/deliveries/"+row.ID, nil)
				t.Fatalf("%s: %s", name, raw)
			}
			message := <-office.taken
			for _, want := range []string{"To: <ops@example.org>", "INVERSOR_CREATED"} {
				if !strings.Contains(message, want) {
					t.Errorf("%s: the message has no %q: %s", name, want, message)
				}
			}
		}
	}
	_, export := s.api("GET", "/export?format=jsonl&secrets=1", nil)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if all := string(export) + s.talk.String(); strings.Contains(all, "canary-mail") || !strings.Contains(all, "INVERSOR_CREATED") {
		t.Error("the password of the mail server stands in the export or the log")
	}
}

// quiet is a log of nothing.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}
