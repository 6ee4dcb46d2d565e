package signer

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Signed is what signing adds to a message.
type Signed struct {
	Header []Field // header lines to add, in order
	Body   []byte  // the body to send instead, where the signature stands in it; else nil
	URL    string  // the address to send to instead, where the signature stands in it; else ""
}

// Apply is the signed message. m is not changed.
func (x Signed) Apply(m Message) Message {
	m.Header = append(slices.Clone(m.Header), x.Header...)
	if x.Body != nil {
		m.Body = x.Body
	}
	if x.URL != "" {
		m.URL = x.URL
	}
	return m
}

// adding collects what signing adds, and keeps the message in step with it.
type adding struct {
	signed  Signed
	message Message
	id      string
	now     time.Time
}

func (a *adding) header(name, value string) {
	a.signed.Header = append(a.signed.Header, Field{name, value})
	a.message.Header = append(a.message.Header, Field{name, value})
}

// missingHeader adds a header unless the message has it.
func (a *adding) missingHeader(name, value string) {
	if _, ok := a.message.Value(name); !ok {
		a.header(name, value)
	}
}

func (a *adding) query(name, value string) {
	sep := "?"
	if strings.Contains(a.message.URL, "?") {
		sep = "&"
	}
	address, fragment, has := strings.Cut(a.message.URL, "#")
	a.message.URL = address + sep + formEscape(name) + "=" + formEscape(value)
	if has {
		a.message.URL += "#" + fragment
	}
	a.signed.URL = a.message.URL
}

func (a *adding) body(path, value string) error {
	body, err := setBodyValue(a.message.Body, path, value)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	a.message.Body, a.signed.Body = body, body
	return nil
}

// Sign makes what a provider would add: the id and the timestamp where the
// scheme has them and m does not, and the signature of each secret where several
// may stand side by side, else of the first. m must not be signed already. The
// errors are ErrSecret, ErrVerifyOnly and ErrNeeds.
func (s *Scheme) Sign(m Message, secrets []string, id string, now time.Time) (Signed, error) {
	signed, err := s.sign(m, secrets, id, now)
	if err != nil {
		return Signed{}, fmt.Errorf("scheme %s: %w", s.ID, err)
	}
	return signed, nil
}

func (s *Scheme) sign(m Message, secrets []string, id string, now time.Time) (Signed, error) {
	if len(secrets) == 0 {
		return Signed{}, fmt.Errorf("%w: none is set", ErrSecret)
	}
	if m.URL == "" && slices.Contains(s.Needs(), "url") {
		return Signed{}, fmt.Errorf("%w: it signs the URL, give it", ErrNeeds)
	}
	a := adding{message: m, id: id, now: now}
	a.message.Header = append(make([]Field, 0, len(m.Header)+4), m.Header...)
	step := codes[s.Code]
	if step.adapt != nil {
		s = step.adapt(s, &a.message)
	}
	if step.sign != nil {
		return a.signed, step.sign(s, &a, secrets)
	}
	if len(s.Require) > 0 {
		required := s.required(&m)
		for _, name := range slices.Sorted(maps.Keys(required)) {
			a.missingHeader(name, required[name])
		}
	}
	fill := parts{id: id}
	if len(s.IDHeaders) > 0 {
		if v, _, ok := m.first(s.IDHeaders); ok {
			fill.id = v
		} else {
			a.header(s.IDHeaders[0], id)
		}
	}
	var err error
	if fill.timestamp, err = s.stamp(&a); err != nil {
		return Signed{}, err
	}
	if step.prepare != nil {
		if err := step.prepare(s, &a); err != nil {
			return Signed{}, err
		}
	}
	return a.signed, s.write(&a, secrets, fill)
}

// stamp finds the timestamp of a message, or adds one.
func (s *Scheme) stamp(a *adding) (string, error) {
	t := s.Timestamp
	if t == nil {
		return "", nil
	}
	if v, ok := t.text(&a.message, &presented{}); ok {
		return v, nil
	}
	v := t.Unit.format(a.now)
	switch {
	case t.Key != "":
	case t.Query != "":
		a.query(t.Query, v)
	case len(t.Headers) > 0:
		a.header(t.Headers[0], v)
	case t.Body != "":
		return v, a.body(t.Body, v)
	}
	return v, nil
}

// write makes the signature and puts it where the scheme has it.
func (s *Scheme) write(a *adding, secrets []string, fill parts) error {
	var texts []string
	for _, secret := range secrets {
		ks, err := s.keys(secret)
		if err != nil {
			return err
		}
		fill.message, fill.secret = &a.message, ks[0].text
		sig, err := s.signContent(&a.message, fill, &ks[0])
		if err != nil {
			return err
		}
		texts = append(texts, s.Encoding.encode(sig))
	}
	switch {
	case s.Signature.Body != "":
		return a.body(s.Signature.Body, s.Signature.Prefix+texts[0])
	case s.Signature.Query != "":
		a.query(s.Signature.Query, s.Signature.Prefix+texts[0])
		return nil
	}
	for _, f := range s.lines(a, texts, fill.timestamp) {
		a.header(f.Name, f.Value)
	}
	return nil
}

// contentBuffers hold what is signed, which is mostly the body.
var contentBuffers = sync.Pool{New: func() any { return new([]byte) }}

const keepContent = 64 << 10 // bytes of a buffer that is used again

func (s *Scheme) signContent(m *Message, fill parts, k *key) ([]byte, error) {
	if codes[s.Code].contents != nil {
		contents, err := s.contents(m, fill)
		if err != nil {
			return nil, err
		}
		return s.Algorithm.sign(k, contents[0])
	}
	buf := contentBuffers.Get().(*[]byte)
	content, err := appendContent((*buf)[:0], s.Content, &fill)
	if err != nil {
		return nil, err
	}
	sig, err := s.Algorithm.sign(k, content)
	if cap(content) <= keepContent {
		*buf = content
		contentBuffers.Put(buf)
	}
	return sig, err
}

// lines are the header lines for the signatures of all secrets.
func (s *Scheme) lines(a *adding, texts []string, timestamp string) []Field {
	g, name, key := &s.Signature, s.Signature.Headers[0], ""
	if s.Timestamp != nil {
		key = s.Timestamp.Key
	}
	out := []Field{{name, g.write(texts[0], key, timestamp, a.message.Context["credential_id"])}}
	stem, numbered := strings.CutSuffix(name, "#")
	if numbered {
		out[0].Name = stem + "1"
	}
	for i, text := range texts[1:] {
		switch {
		case numbered:
			out = append(out, Field{stem + fmt.Sprint(i+2), g.write(text, "", "", "")})
		case g.Layout == Pairs, g.Layout == Versions, g.Layout == List, g.Layout == Keyed:
			out[0].Value += g.separator() + g.write(text, "", "", fmt.Sprint(i+2))
		case codes[s.Code].headerPerSecret && i+1 < len(g.Headers):
			out = append(out, Field{g.Headers[i+1], g.write(text, "", "", "")})
		}
	}
	return out
}

func (g *Signature) separator() string {
	if g.Separator == "" {
		return " "
	}
	return g.Separator
}
