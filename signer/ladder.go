package signer

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

var steps = []string{"header", "format", "secret", "timestamp", "digest"}

// ladder writes the steps up to the one that fails; 5 for none.
func (e *engine) ladder(failed int, reason string) {
	s, d := e.s, e.d
	for i, step := range steps {
		if i == failed {
			d.add(step, StateFailed, "", "%s", reason)
			return
		}
		switch i {
		case 0:
			d.add(step, StateOK, "", "%s is there", strings.TrimSuffix(s.where(), " header"))
		case 1:
			d.add(step, StateOK, "", "the signature reads")
		case 2:
			d.add(step, StateOK, "", "%s set", count(len(e.c.Secrets), "secret is", "secrets are"))
		case 3:
			switch {
			case s.Timestamp == nil || s.Timestamp.Unsigned:
				d.add(step, StateSkipped, "", "the scheme signs no timestamp")
			case d.Result.Signed.IsZero():
				d.add(step, StateOK, "", "it is looked at after the digest")
			default:
				d.add(step, StateOK, "", "%s", e.signedWhen())
			}
		case 4:
			d.add(step, StateOK, "", "the digest matches over %s", count(len(e.c.Message.Body), "byte of body", "bytes of body"))
		}
	}
}

// signedWhen says how old the signature is, and that a timestamp beyond the window reads
// as now in another unit: a scheme without a bound on the future takes it as it is, others
// need not.
func (e *engine) signedWhen() string {
	when := ago(e.d.Result.Age)
	if e.d.Result.Age <= -time.Hour {
		read, _ := e.s.read(&e.c.Message, e.c.Now)
		if unit, ok := e.s.otherUnit(read.parts.timestamp, e.c.Now, e.c.Options); ok {
			return fmt.Sprintf("signed %s, as %s; read as %s it would be of now", when, e.s.Timestamp.Unit.describe(), unit.describe())
		}
	}
	return "signed " + when
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func ago(age time.Duration) string {
	if age == -math.MaxInt64 {
		return "over 290 years in the future"
	}
	if age < 0 {
		return (-age).Round(time.Second).String() + " in the future"
	}
	return age.Round(time.Second).String() + " ago"
}

// stale explains a genuine signature outside of the window.
func (e *engine) stale(r Result) {
	read, _ := e.s.read(&e.c.Message, e.c.Now)
	if e.s.Timestamp != nil {
		if unit, ok := e.s.otherUnit(read.parts.timestamp, e.c.Now, e.c.Options); ok {
			e.d.add("timestamp", StateProved, TimestampUnit, "The signature is genuine. Read as %s, its timestamp lies in the window; the scheme reads it as %s.", unit.describe(), e.s.Timestamp.Unit.describe())
			return
		}
	}
	text := "The signature is genuine; only its age is outside the window: signed " + ago(r.Age) + "."
	if date, ok := e.c.Message.Value("Date"); ok {
		if t, err := HTTPDate.parse(date); err == nil {
			text += fmt.Sprintf(" The Date header of the request is %s.", ago(e.c.Now.Sub(t)))
			if gap := t.Sub(r.Signed).Abs(); gap < time.Minute {
				text += " Both agree: either this clock is off by that much, or the request is a replay of an old one."
			} else {
				text += " It was sent later than it was signed: a retry or a replay."
			}
		}
	}
	e.d.add("timestamp", StateProved, StaleTimestamp, "%s", text)
}

func (u Unit) describe() string {
	return map[Unit]string{Seconds: "seconds", Millis: "milliseconds", Micros: "microseconds", RFC3339: "RFC 3339", HTTPDate: "an HTTP date"}[u]
}

// unreadableStamp looks for the unit under which the digest matches.
func (e *engine) unreadableStamp() {
	for _, u := range allUnits {
		t := *e.s
		stamp := *t.Timestamp
		stamp.Unit = u
		t.Timestamp = &stamp
		r, err := t.Verify(&e.c.Message, secretValues(e.c.Secrets), e.c.Now, Options{AnyAge: true})
		e.d.Tried++
		if err == nil && r.Verdict == Valid {
			e.d.add("variation", StateProved, TimestampUnit, "The signature is genuine over its timestamp as it was sent. That is %s; the scheme writes %s.", u.describe(), e.s.Timestamp.Unit.describe())
			return
		}
	}
	if e.otherSchemes(true) {
		return
	}
	read := e.parts.timestamp
	for _, u := range allUnits {
		if t, err := u.parse(read); err == nil && t.Year() > 2000 && t.Year() < 2200 {
			e.d.add("timestamp", StateShown, TimestampUnit, "The timestamp reads as %s, the scheme writes %s.", u.describe(), e.s.Timestamp.Unit.describe())
			return
		}
	}
	e.d.add("timestamp", StateShown, Malformed, "%s.", capital(e.d.Result.Reason.Error()))
}

// missing explains a message without a signature, id or timestamp.
func (e *engine) missing() {
	if e.renamed() || e.otherSchemes(true) || e.elsewhere() {
		return
	}
	var there []string
	for _, other := range Detect(&e.c.Message) {
		if len(there) < 5 && other.ID != e.s.ID {
			there = append(there, other.Name)
		}
	}
	text := e.d.Result.Reason.Error() + "."
	if len(there) > 0 {
		text += " By its headers the request may be from " + strings.Join(there, ", ") + "."
	}
	if near := e.nearHeaders(); len(near) > 0 {
		text += " Headers that look like signatures: " + strings.Join(near, ", ") + "."
	}
	e.d.add("header", StateShown, HeaderMissing, "%s", text)
}

// nearHeaders are headers that look like signatures.
func (e *engine) nearHeaders() []string {
	var near []string
	for _, f := range e.c.Message.Header {
		name := strings.ToLower(f.Name)
		if (strings.Contains(name, "signature") || strings.Contains(name, "hmac") || strings.Contains(name, "-sig")) && len(near) < 5 && !slices.Contains(near, f.Name) {
			near = append(near, clip(f.Name))
		}
	}
	return near
}

// renamed gives headers that lost or changed characters their names back.
func (e *engine) renamed() bool {
	plain := func(name string) string {
		name = strings.NewReplacer("_", "", "-", "", "#", "1").Replace(strings.ToLower(name))
		name = strings.TrimPrefix(name, "http")
		return strings.TrimPrefix(name, "x")
	}
	names := slices.Concat(e.s.Signature.Headers, e.s.IDHeaders)
	if e.s.Timestamp != nil {
		names = append(names, e.s.Timestamp.Headers...)
	}
	for name := range e.s.Require {
		names = append(names, name)
	}
	m := e.c.Message
	m.Header = slices.Clone(m.Header)
	var changed []string
	for i, f := range m.Header {
		for _, name := range names {
			name = strings.ReplaceAll(name, "#", "1")
			if plain(f.Name) == plain(name) && !strings.EqualFold(f.Name, name) {
				if _, there := m.Value(name); !there {
					m.Header[i].Name = name
					changed = append(changed, clip(f.Name)+" for "+name)
				}
			}
		}
	}
	if len(changed) == 0 {
		return false
	}
	e.d.Tried++
	r, err := e.s.Verify(&m, secretValues(e.c.Secrets), e.c.Now, Options{AnyAge: true})
	if err != nil || r.Verdict != Valid {
		return false
	}
	e.d.add("variation", StateProved, HeaderName, "The signature is genuine, but its headers were renamed on the way: %s.", strings.Join(changed, ", "))
	return true
}

// elsewhere looks for the signature of the scheme in a header that neither this scheme
// nor another one knows.
func (e *engine) elsewhere() bool {
	if len(e.s.Signature.Headers) == 0 {
		return false
	}
	want := strings.ReplaceAll(e.s.Signature.Headers[0], "#", "1")
	for i, f := range e.c.Message.Header {
		if len(f.Value) < 20 || e.spent() { // no digest is as short as that
			continue
		}
		m := e.c.Message
		m.Header = slices.Clone(m.Header)
		m.Header[i].Name = want
		e.d.Tried++
		r, err := e.s.Verify(&m, secretValues(e.c.Secrets), e.c.Now, Options{AnyAge: true})
		if err == nil && r.Verdict == Valid {
			e.d.add("variation", StateProved, HeaderName, "The signature is genuine, but it stands in %s; the scheme has it in %s.", clip(f.Name), want)
			return true
		}
	}
	return false
}

// badSecret explains a secret that is no key of the scheme.
func (e *engine) badSecret(err error) {
	e.d.add("secret", StateFailed, "", "%s", strings.TrimPrefix(err.Error(), "scheme "+e.s.ID+": "))
	if e.search() {
		return
	}
	for _, secret := range e.c.Secrets {
		k, err := pkixKey(strings.TrimSpace(secret.Value))
		if err == nil {
			e.d.add("secret", StateShown, KeyType, "It is a key of the kind %s, the scheme uses %s.", keyKind(k.public), e.s.Algorithm)
			return
		}
	}
	if len(e.c.Secrets) == 0 || strings.TrimSpace(e.c.Secrets[0].Value) == "" {
		e.d.add("secret", StateShown, SecretMissing, "No secret is set, so nothing can be checked.")
		return
	}
	e.d.add("secret", StateShown, SecretEncoding, "The secret does not read as the scheme says: %s.", e.s.Secret)
}

// seen notes what shows without any search.
func (e *engine) seen() {
	m, d := &e.c.Message, e.d
	if e.c.Sent != nil {
		e.compareSent()
	}
	if v, ok := m.Value("Content-Length"); ok {
		var n int
		if _, err := fmt.Sscanf(v, "%d", &n); err == nil && n != len(m.Body) {
			d.Findings = append(d.Findings, Finding{"digest", StateShown, Truncated, fmt.Sprintf("The request announces %d bytes of body, here are %d.", n, len(m.Body))})
			return
		}
	}
	if isJSON(m.Body) {
		var whole json.RawMessage
		if err := json.Unmarshal(m.Body, &whole); err != nil && strings.Contains(err.Error(), "unexpected end of JSON") {
			d.Findings = append(d.Findings, Finding{"digest", StateShown, Truncated, fmt.Sprintf("The JSON of the body ends early, after %d bytes.", len(m.Body))})
		}
	}
}

// compareSent shows the first byte that differs between what left the sender and
// what arrived.
func (e *engine) compareSent() {
	sent, got := e.c.Sent, e.c.Message.Body
	if string(sent) == string(got) {
		e.d.add("digest", StateOK, "", "the body arrived as it was sent")
		return
	}
	at := 0
	for at < len(sent) && at < len(got) && sent[at] == got[at] {
		at++
	}
	text := fmt.Sprintf("The body was changed on the way: %d bytes were sent, %d arrived, and byte %d is the first that differs", len(sent), len(got), at)
	if at < len(sent) && at < len(got) {
		text += fmt.Sprintf(" (%q became %q)", string(sent[at:min(at+8, len(sent))]), string(got[at:min(at+8, len(got))]))
	}
	e.d.Findings = append(e.d.Findings, Finding{"digest", StateShown, "", text + "."})
}

// observe is what is left to say when nothing reproduces the digest: what shows,
// then what is likely.
func (e *engine) observe() {
	d, m := e.d, &e.c.Message
	for _, f := range d.Findings {
		if f.State == StateShown && f.Cause != "" {
			d.Cause = f.Cause
		}
	}
	if i := strings.Index(string(m.Body), "\ufffd"); i >= 0 {
		d.add("digest", StateLikely, Charset, "The body holds U+FFFD at byte %d: text was decoded in the wrong character set before it came here.", i)
	}
	if v, ok := m.Value("Content-Encoding"); ok && isJSON(m.Body) && !strings.EqualFold(v, "identity") {
		d.add("digest", StateLikely, Compressed, "The request announces %s, but its body is not compressed: something on the way decompressed it, and the signature may be over the compressed bytes.", clip(v))
	}
	for _, secret := range e.c.Secrets {
		if shape := shapeOf(secret.Value); shape != "" {
			d.add("secret", StateLikely, OtherSecret, "The secret looks like %s, not like a signing secret.", shape)
		}
	}
	e.ruledOut()
	rest := "Two explanations are left: another secret, or a change of the body that cannot be undone."
	if !d.Complete {
		rest = "The search ended at its time limit, so more may be found with a larger one. " + rest
	}
	d.add("digest", StateLikely, Unknown, "%s", rest)
}
