package signer

import (
	"context"
	"strings"
	"time"
)

// variation is one deviation from the way a request should be signed. Its zero
// parts stay as they are.
type variation struct {
	cause  Cause
	text   string // ends the sentence "matches with …"
	secret *secretReading
	body   []byte
	isBody bool
	url    string
	stamp  string
	scheme *Scheme // content or hash of it, not the secret's form
}

// engine tries variations against the digests that a request presents.
type engine struct {
	ctx     context.Context
	c       *Case
	d       *Diagnosis
	s       *Scheme
	begin   time.Time
	until   time.Time
	targets []target
	parts   parts
	mine    bool // the digest is an app's own, not the sender's
	tried   map[Cause]int
	whole   bool // the scheme's own step of code verifies, so nothing is computed by parts
}

func newEngine(ctx context.Context, c *Case, d *Diagnosis) *engine {
	budget := c.Budget
	if budget == 0 {
		budget = DefaultBudget
	}
	s := c.Scheme
	if adapt := codes[s.Code].adapt; adapt != nil {
		s = adapt(s, &c.Message)
	}
	e := &engine{ctx: ctx, c: c, d: d, s: s, begin: time.Now(), tried: map[Cause]int{}, whole: codes[s.Code].verify != nil}
	e.until = e.begin.Add(budget)
	e.parts = s.partsOf(&c.Message)
	return e
}

// partsOf are id and timestamp as far as a message has them.
func (s *Scheme) partsOf(m *Message) parts {
	fill := parts{message: m}
	fill.id, _, _ = m.first(s.IDHeaders)
	if s.Timestamp == nil {
		return fill
	}
	p, _, _ := s.find(m)
	fill.timestamp, _ = s.Timestamp.text(m, &p)
	return fill
}

func (e *engine) done() {
	if e.d.Tried > 0 {
		e.d.Took = time.Since(e.begin)
	}
}

// spent reports whether the budget is used up.
func (e *engine) spent() bool {
	if !e.d.Complete {
		return true
	}
	if e.ctx.Err() != nil || time.Now().After(e.until) {
		e.d.Complete = false
	}
	return !e.d.Complete
}

// try computes a request with deviations and reports whether it gives one of the
// digests. With a match it writes the finding.
func (e *engine) try(vs ...variation) bool {
	if e.spent() {
		return false
	}
	e.d.Tried++
	for _, v := range vs {
		e.tried[v.cause]++
	}
	s, m, fill := e.s, e.c.Message, e.parts
	secrets := secretValues(e.c.Secrets)
	for i := range vs {
		v := &vs[i]
		if v.scheme != nil {
			form, strip := s.Secret, s.Strip
			s = v.scheme
			if form != s.Secret || len(strip) != len(s.Strip) {
				changed := *s
				changed.Secret, changed.Strip = form, strip
				s = &changed
			}
		}
		if v.isBody {
			m.Body = v.body
		}
		if v.url != "" {
			m.URL = v.url
		}
		if v.stamp != "" {
			fill.timestamp = v.stamp
		}
	}
	for i := range vs {
		if vs[i].secret != nil {
			s = vs[i].secret.with(s)
			secrets = []string{vs[i].secret.value}
		}
	}
	t, ok := e.matches(s, &m, fill, secrets)
	if ok {
		e.found(vs, t)
	}
	return ok
}

// matches reports which digest a request gives.
func (e *engine) matches(s *Scheme, m *Message, fill parts, secrets []string) (target, bool) {
	if e.whole {
		r, err := s.Verify(m, secrets, e.c.Now, Options{AnyAge: true, UnsignedBody: e.c.Options.UnsignedBody})
		return target{}, err == nil && r.Verdict == Valid
	}
	fill.message = m
	for _, secret := range secrets {
		ks, err := s.keys(secret)
		if err != nil {
			continue
		}
		for i := range ks {
			fill.secret = ks[i].text
			contents, err := s.contents(m, fill)
			if err != nil {
				continue
			}
			for _, content := range contents {
				if t, ok := e.hit(s, &ks[i], content); ok {
					return t, true
				}
			}
		}
	}
	return target{}, false
}

func (e *engine) hit(s *Scheme, k *key, content []byte) (target, bool) {
	if s.Algorithm.symmetric() {
		digest := s.Algorithm.digest(k, content)
		for _, t := range e.targets {
			if string(t.sig) == string(digest) {
				return t, true
			}
		}
		return target{}, false
	}
	for _, t := range e.targets {
		if ok, err := s.Algorithm.match(k, content, t.sig); err == nil && ok {
			return t, true
		}
	}
	return target{}, false
}

// found writes what a match proves.
func (e *engine) found(vs []variation, t target) {
	var texts []string
	cause := Cause("")
	for _, v := range vs {
		if cause == "" {
			cause = v.cause
		}
		texts = append(texts, v.text)
		if v.url != "" {
			e.d.URL = shownURL(v.url)
		}
	}
	if cause == "" {
		cause = t.cause
	}
	explain := cause.Explain()
	var text string
	switch {
	case len(texts) == 0 && e.mine && t.cause == "":
		cause = Comparison
		text = Comparison.Explain().App
	case len(texts) == 0:
		if t.cause == "" {
			cause, t.text = DigestEncoding, "the signature is not written in the form of the scheme"
			explain = cause.Explain()
		}
		text = capital(t.text) + ". "
		if e.mine {
			text += explain.App
		} else {
			text += explain.Sender
		}
	case e.mine:
		text = "Your digest is what comes out with " + strings.Join(texts, ", and with ") + ". " + explain.App
	default:
		text = "The signature matches with " + strings.Join(texts, ", and with ") + ". " + explain.Sender
	}
	if len(texts) > 0 && t.cause != "" {
		text += " " + capital(t.text) + "."
	}
	e.d.add("variation", StateProved, cause, "%s", strings.TrimSpace(text))
	for _, v := range vs[min(1, len(vs)):] {
		if v.cause != cause {
			e.d.add("variation", StateProved, v.cause, "%s", v.cause.Explain().Sender)
		}
	}
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
