package proxy

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/url"
	"time"

	"github.com/boathook/boathook/inspector"
)

// composeMail writes an event as a message, in the form of a request: it has no URL
// that is dialled, and its head is as [Mail.Head].
func composeMail(o *Outgoing) (*Wire, *Mail, error) {
	m, err := RenderMail(o)
	if err != nil {
		return nil, nil, err
	}
	to := inspector.ParseHead(m.Head).Target()
	return &Wire{URL: &url.URL{Scheme: "mailto", Opaque: to}, Method: "MAIL", Head: m.Head, Body: m.Body}, m, nil
}

// prepareMail writes the message of a further try. What was stored of it is the
// message itself, so the payload is taken back from there.
func (d *Dispatcher) prepareMail(t *try) error {
	all, err := d.store.Attempts(d.sender.ctx, d.ws, t.row.ID)
	if err != nil {
		return err
	}
	if len(all) == 0 || all[0].Request.Head == nil {
		return &InvalidError{Field: "delivery", Text: "its message was not recorded", Hint: "send the event anew"}
	}
	t.attempt.Request = all[0].Request
	t.attempt.Target = all[0].Target
	ev := t.event
	if ev.Payload, ev.At, err = mailPayload(all[0].Request.Head, t.event.Payload); err != nil {
		return fmt.Errorf("read the recorded message: %w", err)
	}
	t.wire, t.mail, err = composeMail(&Outgoing{Endpoint: t.endpoint, Provider: t.provider, Event: &ev, Now: ev.At})
	if err != nil {
		return err
	}
	t.attempt.Request = t.wire.message()
	if bytes.Equal(t.wire.Body, t.event.Payload) {
		return d.mayReach(t.endpoint)
	}
	// All tries share the body that is stored, so it has to be the same.
	return &InvalidError{Field: "email", Text: "the message would be another one now, because the endpoint was changed", Hint: "send the event anew"}
}

// mailPayload reads the payload and the time of an event from its message.
func mailPayload(head, body []byte) (payload []byte, at time.Time, err error) {
	h := inspector.ParseHead(head)
	if at, err = mail.ParseDate(h.Value("Date")); err != nil {
		return nil, at, err
	}
	_, params, err := mime.ParseMediaType(h.Value("Content-Type"))
	if err != nil {
		return nil, at, err
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil, at, errors.New("it has no payload.json attached")
		}
		if err != nil {
			return nil, at, err
		}
		if part.FileName() == "payload.json" {
			payload, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
			return payload, at, err
		}
	}
}

// recordedOnly is the note on a message of an endpoint without a mail server. It is
// all the outcome there is.
const recordedOnly = "recorded only: the endpoint has no mail server"

// sendMail hands the message of a try over to the mail server.
func (d *Dispatcher) sendMail(t *try) inspector.Attempt {
	a := t.attempt
	res := d.sender.dialer.sendMail(d.sender.ctx, t.mail, t.endpoint)
	a.Remote, a.Timing, a.Failure = res.Remote, res.Timing, res.Failure
	if d.sender.ctx.Err() != nil && a.Failure.Class != "" {
		a.Failure = inspector.Failure{Class: inspector.FailInterrupted, Phase: a.Failure.Phase, Text: "boathook stopped " + during(a.Failure.Phase)}
	}
	a.Response.Head = res.Head()
	if res.Text != "" {
		a.Notes = append(a.Notes, res.Text)
	}
	return a
}
