package proxy

import (
	"context"
	"encoding/base64"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

var faults = map[string]Fault{
	"": NoFault, "timeout": FaultTimeout, "reset": FaultReset, "close": FaultClose,
}

// outcome is one thing an answer program can do.
type outcome struct {
	status int
	fields []wire.Field
	body   []byte
	fault  Fault
	delay  time.Duration
	// values and text are set if the outcome is a template: the values of fields,
	// and the body.
	values []template
	text   template
}

// numbered reports whether the outcome names the delivery's running number.
func (o *outcome) numbered() bool {
	for _, v := range o.values {
		if v.needsNumber() {
			return true
		}
	}
	return o.text.needsNumber()
}

// reply makes the answer to one request. e may be nil for an outcome without a
// template.
func (o *outcome) reply(e *echo) Reply {
	r := Reply{Status: o.status, Fields: o.fields, Body: o.body, Fault: o.fault}
	if o.values != nil {
		r.Fields = make([]wire.Field, len(o.fields))
		for i, f := range o.fields {
			value, _ := o.values[i].append(nil, e)
			r.Fields[i] = wire.Field{Name: f.Name, Value: headerValue(value)}
		}
	}
	if o.text != nil {
		var whole bool
		if r.Body, whole = o.text.append(nil, e); !whole {
			r.Notes = append(r.Notes, "the answer's template grew past "+strconv.Itoa(maxEchoBytes)+" bytes and was cut there")
		}
	}
	return r
}

// headerValue makes one header value of echoed bytes: what would end the line
// becomes a space, and it is bounded.
func headerValue(b []byte) string {
	if len(b) > maxHeaderBytes {
		b = b[:maxHeaderBytes]
	}
	for i, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			b[i] = ' '
		}
	}
	return strings.Trim(string(b), " \t")
}

// compileOutcome turns checked settings into an outcome.
func compileOutcome(status int, headers []inspector.Field, body, body64 string, isTemplate bool, fault string, delayMS int) outcome {
	o := outcome{status: status, fault: faults[fault], delay: time.Duration(delayMS) * time.Millisecond, body: []byte(body)}
	if body64 != "" {
		o.body, _ = base64.StdEncoding.DecodeString(body64) // checked when it was saved
	}
	o.fields = make([]wire.Field, len(headers))
	for i, h := range headers {
		o.fields[i] = wire.Field{Name: h.Name, Value: h.Value}
	}
	if !isTemplate {
		return o
	}
	o.values = make([]template, len(headers))
	for i, h := range headers {
		o.values[i], _ = parseTemplate(h.Value)
	}
	if body64 == "" {
		o.text, _ = parseTemplate(body)
	}
	return o
}

// parseStep reads a step of a sequence: a status, or a fault.
func parseStep(s string) (status int, fault Fault, ok bool) {
	if f, known := faults[s]; known && s != "" {
		return 0, f, true
	}
	if len(s) != 3 {
		return 0, 0, false
	}
	n, err := strconv.Atoi(s)
	return n, NoFault, err == nil && n >= 200 && n <= 599
}

// answerEcho gives the templates of an answer what they may ask for.
func answerEcho(ctx context.Context, x *Exchange, n uint64) *echo {
	e := &echo{row: &x.Row, head: x.Head, n: n, now: time.Now()}
	var body []byte
	var read bool
	e.body = func() []byte {
		if !read {
			body, read = readBody(ctx, x, maxEchoReadBytes), true
		}
		return body
	}
	return e
}

// readBody is at most limit bytes of the request body; what cannot be read is
// left out.
func readBody(ctx context.Context, x *Exchange, limit int) []byte {
	if b, whole := x.Bytes(); whole {
		return b[:min(len(b), limit)]
	}
	r, err := x.Body(ctx)
	if err != nil {
		return nil
	}
	defer r.Close()
	b, _ := io.ReadAll(io.LimitReader(r, int64(limit)))
	return b
}

// captured lets rules look at a request that is still on its way to the store.
type captured struct {
	ctx context.Context
	x   *Exchange
}

func (c captured) Attempts() ([]inspector.Attempt, error) {
	return []inspector.Attempt{c.x.Capture}, nil
}

func (c captured) Body(attempt int, part inspector.Part, limit int) ([]byte, error) {
	if attempt != 0 || part != inspector.Request {
		return nil, nil
	}
	return readBody(c.ctx, c.x, limit), nil
}
