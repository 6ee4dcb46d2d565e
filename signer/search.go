package signer

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

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
		out = append(out, variation{cause: OtherSecret, text: k.describe(), secret: &secretReading{value: k.Value}})
	}
	return out
}

// describe names a secret by where it is from and, where it has enough of them, by its
// last letters.
func (s Secret) describe() string {
	text := "the secret of " + s.Name
	if mask := Mask(s.Value); mask != "…" {
		text += " (" + mask + ")"
	}
	return text
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
	tried, own := 0, len(e.c.Secrets)
	for _, other := range detect(&e.c.Message, among) {
		if other.ID == e.s.ID || !everywhere && tried >= 10 {
			continue
		}
		for i, secret := range slices.Concat(e.c.Secrets, e.c.Known) {
			if e.spent() {
				return false
			}
			e.d.Tried++
			tried++
			e.tried[OtherScheme]++
			r, err := other.Verify(&e.c.Message, []string{secret.Value}, e.c.Now, Options{AnyAge: true})
			if err == nil && r.Verdict == Valid && i >= own { // the scheme alone would not do
				e.d.add("variation", StateProved, OtherScheme, "The request is validly signed in the way of %s (%s, in %s) with %s. Set that scheme instead of %s, and that secret.", other.Name, other.ID, clip(r.Header), secret.describe(), e.s.ID)
				return true
			}
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
