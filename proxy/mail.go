package proxy

import (
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
)

// Ways to secure the connection to a mail server.
const (
	TLSStart = "starttls"
	TLSFull  = "tls"
	TLSNone  = "none"
)

const (
	maxRecipients   = 50
	maxSubjectBytes = 500
	defaultFrom     = "boathook@localhost"
	defaultSubject  = "{{event}}"
)

// normal fills in the defaults.
func (m Email) normal() Email {
	m.To = list(append([]string(nil), m.To...))
	if m.From == "" {
		m.From = defaultFrom
	}
	if m.Subject == "" {
		m.Subject = defaultSubject
	}
	if m.SMTP == nil {
		return m
	}
	smtp := *m.SMTP
	if smtp.TLS == "" {
		smtp.TLS = TLSStart
	}
	if smtp.Port == 0 {
		smtp.Port = map[string]int{TLSStart: 587, TLSFull: 465, TLSNone: 25}[smtp.TLS]
	}
	m.SMTP = &smtp
	return m
}

func (m *Email) check() error {
	if len(m.To) == 0 || len(m.To) > maxRecipients {
		return &InvalidError{Field: "email.to", Text: fmt.Sprintf("has %d addresses", len(m.To)), Hint: fmt.Sprintf("name 1 to %d", maxRecipients)}
	}
	for i, to := range m.To {
		if err := checkAddress(fmt.Sprintf("email.to[%d]", i), to); err != nil {
			return err
		}
	}
	if err := checkAddress("email.from", m.From); err != nil {
		return err
	}
	if len(m.Subject) > maxSubjectBytes {
		return &InvalidError{Field: "email.subject", Text: fmt.Sprintf("is %d bytes, the limit is %d", len(m.Subject), maxSubjectBytes), Hint: "shorten it"}
	}
	if err := checkText("email.subject", m.Subject, false); err != nil {
		return err
	}
	if _, err := catalog.Expand([]byte(m.Subject), subjectVars(&Event{}, "", time.Time{})); err != nil {
		return &InvalidError{Field: "email.subject", Text: err.Error(), Hint: "use for example {{event}}, {{provider}} or {{event_id}}"}
	}
	if m.SMTP == nil {
		return nil
	}
	return m.SMTP.check()
}

func (s *SMTP) check() error {
	host := strings.ToLower(s.Host)
	if _, err := netip.ParseAddr(host); err != nil && (host == "" || !isHostName(host)) {
		return &InvalidError{Field: "email.smtp.host", Text: fmt.Sprintf("%.80q is no host", s.Host), Hint: "write a host name or an address without scheme and port"}
	}
	if err := checkRange("email.smtp.port", s.Port, 1, 65535); err != nil {
		return err
	}
	if s.TLS != TLSStart && s.TLS != TLSFull && s.TLS != TLSNone {
		return oneOf("email.smtp.tls", s.TLS, TLSStart, TLSFull, TLSNone)
	}
	if err := checkText("email.smtp.user", s.User, true); err != nil {
		return err
	}
	switch {
	case s.User == "" && s.Password != nil:
		return &InvalidError{Field: "email.smtp.user", Text: "is empty, but there is a password", Hint: "name the user, or remove the password"}
	case s.User != "" && s.Password == nil:
		return &InvalidError{Field: "email.smtp.password", Text: "is missing", Hint: `set its "value", or remove the user`}
	case s.User != "" && s.TLS == TLSNone && !isLoopbackHost(host):
		return &InvalidError{Field: "email.smtp.tls", Text: "would send the password in the clear", Hint: `use "starttls" or "tls"`}
	}
	return nil
}

// checkAddress checks one mail address, which may have a name before it.
func checkAddress(field, s string) error {
	if err := checkText(field, s, false); err != nil {
		return err
	}
	if _, err := mail.ParseAddress(s); err != nil {
		return &InvalidError{Field: field, Text: fmt.Sprintf("%.80q is no mail address", s), Hint: "write for example crm@example.org"}
	}
	return nil
}

// subjectVars are what the template of a subject may name, besides what
// [catalog.Expand] knows.
func subjectVars(ev *Event, deliveryID string, now time.Time) catalog.Vars {
	provider, name := ev.Names()
	return catalog.Vars{Now: now, Seed: seedOf(ev.ID), Values: map[string]string{
		"event": name, "provider": provider, "event_id": ev.ID, "delivery_id": deliveryID,
	}}
}

// inField gives an error without a field, or of a part, the field it is in.
func inField(field string, err error) error {
	var e *InvalidError
	if errors.As(err, &e) {
		e.Field = field
	}
	return err
}
