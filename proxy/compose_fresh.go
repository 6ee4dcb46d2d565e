package proxy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// composer writes one request.
type composer struct {
	o     *Outgoing
	rules Rules

	at       *place
	url      *url.URL // that of at, or one that was changed
	start    string   // target in the start line; "": that of url
	host     string   // value of the Host header
	ids      ids
	signTime time.Time
	lines    []headLine // after Host
	memory   *composing
	room     *composeRoom
	body     []byte
	framing  []byte // nil: not chunked
	chunked  bool
	signed   bool
	notes    []string
}

// composing is memory for composing, of which nothing is in what was composed.
type composing struct {
	lines   []headLine
	signed  []headLine
	headers []catalog.Header
	fields  []signer.Field
	values  map[string]string
}

var composings = sync.Pool{New: func() any { return &composing{values: map[string]string{}} }}

// usualLines is the most header lines whose memory is used again.
const usualLines = 64

// free has the memory used again. It holds on to nothing that it was used for.
func (c *composer) free() {
	if cap(c.lines) > usualLines {
		return
	}
	m := c.memory
	m.lines = c.lines
	clear(m.lines)
	clear(m.signed)
	clear(m.headers)
	clear(m.fields)
	clear(m.values)
	composings.Put(m)
}

// headLine is a header line, or the place of one that is written last.
type headLine struct {
	inspector.Field
	slot string // catalog.SlotSignature, SlotBeside (its value is the scheme), SlotContentLength or ""
	raw  string // the whole line as it was recorded, "" if it is to be written
}

// fresh writes a request as the provider would.
func (c *composer) fresh() (*Wire, error) {
	if err := c.o.Event.Check(); err != nil {
		return nil, err
	}
	if err := c.target(); err != nil {
		return nil, err
	}
	var err error
	if c.ids, err = makeIDs(c.o); err != nil {
		return nil, err
	}
	auth, err := c.o.Endpoint.Auth.apply(c.url)
	if err != nil {
		return nil, err
	}
	if err := c.payload(); err != nil {
		return nil, err
	}
	c.timeOfSigning()
	if err := c.headers(auth); err != nil {
		return nil, err
	}
	if err := c.sign(); err != nil {
		return nil, err
	}
	return c.finish()
}

// target reads the URL of the endpoint.
func (c *composer) target() error {
	at, invalid := c.o.Endpoint.place()
	if invalid != nil {
		return invalid
	}
	c.at, c.url, c.host = at, at.url, at.address.authority
	if c.o.Endpoint.Auth.Kind == AuthQuery {
		u := *at.url // it adds to the query
		c.url = &u
	}
	return nil
}

// address is the URL as text.
func (c *composer) address() string {
	if c.url == c.at.url {
		return c.at.full
	}
	return c.url.String()
}

// payload makes the body of the payload: settings of the endpoint that stand in
// it, the list of a provider that sends batches, and the format.
func (c *composer) payload() error {
	if c.o.Body != nil {
		c.body = c.o.Body
		return nil
	}
	body := c.o.Event.Payload
	if p := c.o.Provider; p != nil {
		var err error
		if body, err = c.meta(body, p); err != nil {
			return err
		}
		if trimmed := bytes.TrimSpace(body); p.Batch && len(trimmed) > 0 && trimmed[0] != '[' {
			body = append(append([]byte{'['}, body...), ']')
		}
	}
	if p := c.o.Provider; p != nil && p.FormField != "" && c.rules.Format == FormatForm {
		c.body = []byte(url.QueryEscape(p.FormField) + "=" + url.QueryEscape(string(body)))
		return nil
	}
	var err error
	c.body, err = convert(body, c.rules.Format)
	return err
}

// meta writes the settings of the endpoint where the provider has them in the
// body.
func (c *composer) meta(body []byte, p *catalog.Provider) ([]byte, error) {
	for _, m := range []struct{ name, value string }{
		{"name", c.o.Endpoint.Name}, {"app_key", c.o.Endpoint.AppKey}, {"app_token", c.o.Endpoint.Token},
	} {
		path := p.Meta[m.name]
		if path == "" || m.value == "" {
			continue
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", path, err)
		}
		with, err := catalog.SetPath(body, catalog.Assignment{Path: path, Value: string(value), Sorted: p.JSON.Sorts(path)})
		if err != nil {
			c.notes = append(c.notes, fmt.Sprintf("%s is not in the body: %v", path, err))
			return body, nil
		}
		body = with
	}
	return body, nil
}

// headers writes the provider's header lines, then the endpoint's own. A line of
// the endpoint takes the place of the provider's of the same name.
func (c *composer) headers(auth inspector.Field) error {
	lines, err := c.providerLines()
	if err != nil {
		return err
	}
	signs := false
	for _, h := range lines {
		signs = signs || h.Slot == catalog.SlotSignature
		c.lines = append(c.lines, headLine{Field: inspector.Field{Name: h.Name, Value: cmp.Or(h.Value, h.Beside)}, slot: h.Slot})
	}
	if !signs {
		c.lines = append(c.lines, headLine{slot: catalog.SlotSignature})
	}
	if auth.Name != "" {
		c.setLine(auth)
	}
	for _, f := range c.o.Endpoint.Headers {
		c.setLine(f)
	}
	return nil
}

// providerLines are the provider's header lines, filled in.
func (c *composer) providerLines() ([]catalog.Header, error) {
	p := c.o.Provider
	if p == nil {
		return []catalog.Header{
			{Name: "Content-Type", Value: c.rules.ContentType},
			{Name: "User-Agent", Value: "boathook"},
			{Name: "Accept", Value: "*/*"},
		}, nil
	}
	lines, err := p.AppendHeaders(c.memory.headers[:0], catalog.Vars{
		Now: c.signTime, Seed: seedOf(c.o.Event.ID), Seq: c.o.Try + 1, Values: c.headerValues(p),
	})
	c.memory.headers = lines
	if err != nil {
		return nil, fmt.Errorf("headers of %s: %w", p.Name, err)
	}
	return lines, nil
}

// headerValues are the values that the headers of a provider are made of.
func (c *composer) headerValues(p *catalog.Provider) map[string]string {
	_, given := c.o.Event.Names()
	event, subscription := p.Names(given)
	values := c.memory.values
	values["event"], values["attempt"] = event, strconv.Itoa(c.o.Try+1)
	for _, name := range p.HeaderNeeds() {
		switch name {
		case "content_type":
			values[name] = c.rules.ContentType
		case "subscription":
			values[name] = subscription
		case "event_id":
			values[name] = c.o.Event.ID
		case "delivery_id":
			values[name] = c.ids.delivery
		case "message_id":
			values[name] = c.ids.message
		case "request_id":
			values[name] = c.o.Event.RequestID
		case "timestamp":
			values[name] = strconv.FormatInt(c.signTime.Unix(), 10)
		case "event_time":
			values[name] = c.o.Event.At.UTC().Format("2006-01-02T15:04:05.000000000Z")
		case "host":
			values[name] = c.host
		case "url":
			values[name] = c.address()
		case "endpoint":
			values[name] = c.o.Endpoint.Name
		}
	}
	return values
}

// setLine replaces the line of that name, or adds one before the place of the
// length, if that is the last.
func (c *composer) setLine(f inspector.Field) {
	for i := range c.lines {
		if c.lines[i].slot == "" && strings.EqualFold(c.lines[i].Name, f.Name) {
			c.lines[i].Field = f
			return
		}
	}
	line := headLine{Field: f}
	if n := len(c.lines); n > 0 && c.lines[n-1].slot == catalog.SlotContentLength {
		c.lines = append(c.lines[:n-1], line, c.lines[n-1])
		return
	}
	c.lines = append(c.lines, line)
}

// Check reports what of an event may not become part of a request: control
// characters in its ids and its type, and names that are no channels. The error is
// an [*InvalidError].
func (ev *Event) Check() error {
	for _, f := range []struct{ field, value string }{
		{"type", ev.Type}, {"id", ev.ID}, {"campaign", ev.Campaign}, {"form", ev.Form}, {"request_id", ev.RequestID},
	} {
		if err := checkText(f.field, f.value, true); err != nil {
			return err
		}
		if strings.TrimSpace(f.value) != f.value {
			return &InvalidError{Field: f.field, Text: "begins or ends with white space", Hint: "remove it"}
		}
	}
	return checkChannels("channels", ev.Channels)
}
