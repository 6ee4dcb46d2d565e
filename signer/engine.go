package signer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
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

// search goes through the variations, one deviation first, then pairs.
func (e *engine) search() bool {
	if e.targets == nil && !e.mine {
		e.targets = e.s.targets(&e.c.Message)
	}
	if len(e.targets) == 0 && !e.whole {
		return e.otherSchemes(false)
	}
	if e.try() || e.asSent() || e.secrets() || e.others() || e.otherSchemes(false) || e.hashes() || e.urls() || e.bodies() || e.stamps() || e.templates() {
		return true
	}
	return e.pairs()
}

func (e *engine) readings() []variation {
	var out []variation
	for _, secret := range e.c.Secrets {
		for _, r := range e.s.secretReadings(secret.Value) {
			out = append(out, variation{cause: r.cause, text: r.text, secret: &r})
		}
	}
	return out
}

func (e *engine) known() []variation {
	var out []variation
	for _, k := range e.c.Known {
		if strings.TrimSpace(k.Value) == "" || slices.ContainsFunc(e.c.Secrets, func(s Secret) bool { return s.Value == k.Value }) {
			continue
		}
		text := "the secret of " + k.Name
		if mask := Mask(k.Value); mask != "…" {
			text += " (" + mask + ")"
		}
		out = append(out, variation{cause: OtherSecret, text: text, secret: &secretReading{value: k.Value}})
	}
	return out
}

func (e *engine) any(vs []variation) bool {
	return slices.ContainsFunc(vs, func(v variation) bool { return e.try(v) })
}

func (e *engine) secrets() bool { return e.any(e.readings()) }
func (e *engine) others() bool  { return e.any(e.known()) }

// otherSchemes looks for a scheme under which the request verifies.
func (e *engine) otherSchemes(everywhere bool) bool {
	if e.mine {
		return false
	}
	among := e.c.Schemes
	if among == nil {
		among = All()
	}
	tried := 0
	for _, other := range detect(&e.c.Message, among) {
		if other.ID == e.s.ID || !everywhere && tried >= 10 {
			continue
		}
		for _, secret := range slices.Concat(e.c.Secrets, e.c.Known) {
			if e.spent() {
				return false
			}
			e.d.Tried++
			tried++
			e.tried[OtherScheme]++
			r, err := other.Verify(&e.c.Message, []string{secret.Value}, e.c.Now, Options{AnyAge: true})
			if err == nil && r.Verdict == Valid {
				e.d.add("variation", StateProved, OtherScheme, "The request is validly signed in the way of %s (%s, in %s). Set that scheme instead of %s.", other.Name, other.ID, clip(r.Header), e.s.ID)
				return true
			}
		}
	}
	return false
}

// asSent tries the body as it left the sender, where that is known and the
// difference has a name.
func (e *engine) asSent() bool {
	sent, got := e.c.Sent, e.c.Message.Body
	if sent == nil || e.mine || bytes.Equal(sent, got) {
		return false
	}
	var cause Cause
	switch {
	case bytes.Equal(bytes.TrimSpace(sent), bytes.TrimSpace(got)):
		cause = TrailingNewline
	case bytes.HasPrefix(sent, got):
		cause = Truncated
	case sameJSON(sent, got):
		cause = Reserialized
	default:
		return false
	}
	return e.try(variation{cause: cause, text: "the body as it was sent", body: sent, isBody: true})
}

// sameJSON reports whether two texts are JSON of the same value.
func sameJSON(a, b []byte) bool {
	var x, y any
	return len(a)+len(b) < 1<<20 && json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// hashes tries the other hash functions.
func (e *engine) hashes() bool {
	if !e.s.Algorithm.symmetric() || e.s.Algorithm == Equal || e.whole {
		return false
	}
	for _, h := range []struct {
		a    Algorithm
		text string
	}{{HMACSHA256, "HMAC-SHA256"}, {HMACSHA1, "HMAC-SHA1"}, {HMACSHA512, "HMAC-SHA512"}, {HMACSHA384, "HMAC-SHA384"}} {
		other := *e.s
		other.Algorithm = h.a
		if h.a != e.s.Algorithm && e.try(variation{cause: WrongHash, text: h.text + " in place of " + strings.ToUpper(string(e.s.Algorithm)), scheme: &other}) {
			return true
		}
	}
	for _, h := range []struct {
		a             Algorithm
		content, text string
	}{
		{DigestSHA256, "{secret}{body}", "a plain SHA-256 of secret and body"}, {DigestSHA256, "{body}{secret}", "a plain SHA-256 of body and secret"},
		{DigestSHA256, "{body}", "a plain SHA-256 of the body, without a secret"}, {DigestSHA1, "{body}", "a plain SHA-1 of the body, without a secret"},
		{DigestSHA1, "{secret}{body}", "a plain SHA-1 of secret and body"}, {DigestSHA1, "{body}{secret}", "a plain SHA-1 of body and secret"},
	} {
		other := *e.s
		other.Algorithm, other.Content, other.Code = h.a, h.content, ""
		if e.try(variation{cause: WrongHash, text: h.text, scheme: &other}) {
			return true
		}
	}
	return false
}

func (e *engine) addresses() []variation {
	if !slices.Contains(e.s.Needs(), "url") && e.s.Code != "rfc9421" {
		return nil
	}
	var out []variation
	for _, address := range urlForms(&e.c.Message) {
		out = append(out, variation{cause: OtherURL, text: "the URL " + shownURL(address), url: address})
	}
	return out
}

func (e *engine) urls() bool { return e.any(e.addresses()) }

// bodies tries the forms of the body as they are made, so that the first match
// saves making the rest.
func (e *engine) bodies(with ...variation) bool {
	if e.s.Covers() == CoversAddress || e.s.Covers() == CoversNothing {
		return false
	}
	matched := false
	bodyForms(e.c.Message.Body, e.mine, func(f bodyForm) bool {
		v := variation{cause: f.cause, text: f.text, body: f.body, isBody: true}
		matched = e.try(append([]variation{v}, with...)...)
		return !matched && !e.spent()
	})
	return matched
}

func (e *engine) stamps() bool {
	if e.whole || e.parts.timestamp == "" {
		return false
	}
	for _, text := range e.s.stampForms(e.parts.timestamp, e.d.Result.Signed) {
		if e.try(variation{cause: TimestampUnit, text: "the timestamp written as " + text, stamp: text}) {
			return true
		}
	}
	return false
}

func (e *engine) contents() []variation {
	if e.whole || e.s.Algorithm == Equal {
		return nil
	}
	var out []variation
	forms := e.s.templateForms(&e.parts, &e.c.Message)
	for i := range forms {
		out = append(out, variation{cause: OtherTemplate, text: forms[i].text, scheme: &forms[i].scheme})
	}
	return out
}

func (e *engine) templates() bool { return e.any(e.contents()) }

// pairs tries two deviations at a time: of the secret and the body, the secret
// and the content, the address and the secret, the content and the body.
func (e *engine) pairs() bool {
	keys := append(e.readings(), e.known()...)
	addresses, contents := e.addresses(), e.contents()
	for _, k := range keys {
		for _, t := range contents {
			if e.try(k, t) {
				return true
			}
		}
		for _, a := range addresses[:min(len(addresses), 60)] {
			if e.try(k, a) {
				return true
			}
		}
	}
	matched := false
	covers := e.s.Covers()
	bodyForms(e.c.Message.Body, e.mine, func(f bodyForm) bool {
		v := variation{cause: f.cause, text: f.text, body: f.body, isBody: true}
		for _, k := range keys {
			if covers != CoversAddress && covers != CoversNothing && e.try(k, v) {
				matched = true
				return false
			}
		}
		for _, t := range contents {
			if e.mine && e.try(t, v) {
				matched = true
				return false
			}
		}
		return !e.spent()
	})
	return matched
}

// ruledOut writes what was tried for nothing, in the order of the causes.
func (e *engine) ruledOut() {
	for _, c := range causeTexts {
		if n := e.tried[c.Cause]; n > 0 {
			e.d.add("variation", StateRuledOut, c.Cause, "%s: %s tried, none matches", c.Title, count(n, "variation was", "variations were"))
		}
	}
}

// Compare explains a digest that an app's own code computed for a request that
// verifies here: which mistake gives it. The error is ErrNeeds or ErrSecret if the
// request cannot be checked, ErrMalformed if got is no digest.
func Compare(ctx context.Context, c *Case, got string) (d Diagnosis, err error) {
	s := c.Scheme
	d = Diagnosis{Scheme: s.ID, Complete: true, Result: Result{Secret: -1}}
	r, err := s.Verify(&c.Message, secretValues(c.Secrets), c.Now, c.Options)
	if err != nil {
		return d, err
	}
	d.Result, d.Verdict = r, r.Verdict
	if !s.Algorithm.symmetric() || codes[s.Code].verify != nil {
		return d, fmt.Errorf("scheme %s: %w: it makes no digest that could be compared", s.ID, ErrMalformed)
	}
	e := newEngine(ctx, c, &d)
	defer e.done()
	e.mine = true
	if e.targets = s.spelled("your digest", got, false); len(e.targets) == 0 {
		return d, malformed("%q is no digest in hexadecimal or base64 of 20, 32, 48 or 64 bytes", clip(got))
	}
	if r.Verdict == Valid || r.Verdict == Stale {
		e.ladder(5, "")
	} else {
		e.ladder(4, r.Reason.Error())
	}
	if !e.search() {
		d.Cause = Unknown
		e.ruledOut()
		d.add("digest", StateLikely, Unknown, "%s", Unknown.Explain().App)
	}
	return d, ctx.Err()
}
