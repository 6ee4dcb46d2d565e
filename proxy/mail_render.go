package proxy

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/boathook/boathook/catalog"
)

// maxMailText bounds how much of a payload is in the text of a message; all of it
// is attached.
const maxMailText = 64 << 10

// Mail is an event as a mail message. It is the same on every try.
type Mail struct {
	To      []string
	Subject string
	// Head is what is recorded as the head of the request: "MAIL <first address>
	// SMTP" as its start line, then the header section of the message. Head without
	// that line, and Body, are the message as it is handed to the mail server.
	Head []byte
	Body []byte

	email *Email
	msg   *mail.Msg
}

// RenderMail writes an event for an email endpoint. The payload is in the text,
// and attached as it is. No value of the event can add a header line: they are
// encoded as RFC 2047 has it. The error is an [*InvalidError].
func RenderMail(o *Outgoing) (*Mail, error) {
	email := o.Endpoint.Email
	if email == nil {
		return nil, &InvalidError{Field: "email", Text: "is missing", Hint: `name at least one address in "to"`}
	}
	if err := o.Event.Check(); err != nil {
		return nil, err
	}
	n, err := makeIDs(o)
	if err != nil {
		return nil, err
	}
	subject, err := catalog.Expand([]byte(email.Subject), subjectVars(o.Event, n.delivery, o.Event.At))
	if err != nil {
		return nil, &InvalidError{Field: "email.subject", Text: err.Error()}
	}
	m := &Mail{To: email.To, Subject: spaced(string(subject)), email: email}
	if m.msg, err = m.message(o); err != nil {
		return nil, err
	}
	var raw bytes.Buffer
	if _, err := m.msg.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("write the message: %w", err)
	}
	head, body, _ := bytes.Cut(raw.Bytes(), []byte("\r\n\r\n"))
	m.Head = fmt.Appendf(nil, "MAIL %s SMTP\r\n%s\r\n\r\n", bareAddress(email.To[0]), head)
	m.Body = body
	return m, nil
}

// message builds the message. What libraries make random depends on the event, so
// that every try is the same message.
func (m *Mail) message(o *Outgoing) (*mail.Msg, error) {
	var boundary [16]byte
	_, _ = seeded("boundary", o.Event.ID, o.Endpoint.Name).Read(boundary[:]) // never fails
	msg := mail.NewMsg(mail.WithBoundary("boathook-"+hex.EncodeToString(boundary[:])), mail.WithNoDefaultUserAgent())
	if err := msg.From(m.email.From); err != nil {
		return nil, &InvalidError{Field: "email.from", Text: err.Error()}
	}
	if err := msg.To(m.email.To...); err != nil {
		return nil, &InvalidError{Field: "email.to", Text: err.Error()}
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(o.Event.At.UTC())
	msg.SetMessageIDWithValue(hex.EncodeToString(boundary[:]) + "@boathook.localhost")
	msg.SetGenHeader("X-Boathook-Event", spaced(o.Event.Type))
	msg.SetGenHeader("X-Boathook-Event-Id", spaced(o.Event.ID))
	msg.SetBodyString(mail.TypeTextPlain, mailText(o))
	err := msg.AttachReader("payload.json", bytes.NewReader(o.Event.Payload), mail.WithFileContentType(mail.ContentType(contentTypes[FormatJSON])))
	if err != nil {
		return nil, fmt.Errorf("attach the payload: %w", err)
	}
	return msg, nil
}

// mailText is the text of a message: what happened, then the payload.
func mailText(o *Outgoing) string {
	ev := o.Event
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-10s %s\r\n", name, spaced(value))
		}
	}
	line("Event", ev.Type)
	line("Id", ev.ID)
	line("Time", ev.At.UTC().Format(time.RFC3339))
	line("Campaign", ev.Campaign)
	line("Form", ev.Form)
	line("Channels", strings.Join(ev.Channels, ", "))
	b.WriteString("\r\n")
	text := ev.Payload
	var pretty bytes.Buffer
	if len(text) <= maxMailText && json.Indent(&pretty, text, "", "  ") == nil {
		text = pretty.Bytes()
	}
	cut := len(text) > maxMailText
	text = bytes.ToValidUTF8(text[:min(len(text), maxMailText)], []byte("\uFFFD"))
	b.WriteString(strings.ReplaceAll(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n", "\r\n"))
	b.WriteString("\r\n")
	if cut {
		b.WriteString("\r\n(the whole payload is attached)\r\n")
	}
	return b.String()
}

// spaced makes one line of a text.
func spaced(s string) string {
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return ' '
		}
		return r
	}, s)
}

// bareAddress is an address without the name before it.
func bareAddress(s string) string {
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		return strings.TrimSuffix(s[i+1:], ">")
	}
	return s
}
