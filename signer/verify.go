package signer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Verdict is the outcome of a check.
type Verdict string

const (
	Valid     Verdict = "valid"
	Invalid   Verdict = "invalid"
	Missing   Verdict = "missing"   // the message has no signature of the scheme
	Stale     Verdict = "stale"     // genuine, but outside the window
	Unchecked Verdict = "unchecked" // nothing can be said, Result.Reason says why
)

// Reasons of a verdict other than valid. Test with errors.Is.
var (
	ErrMissing   = errors.New("no signature")
	ErrMalformed = errors.New("the signature cannot be read")
	ErrTimestamp = errors.New("the timestamp cannot be read")
	ErrMismatch  = errors.New("the signature does not match")
	ErrStale     = errors.New("the timestamp is outside the window")
	ErrRequired  = errors.New("a header of the scheme has another value")
	ErrCut       = errors.New("the body was cut when it was stored, so its signature cannot be checked")
)

// ErrNeeds is returned for a check that needs what is neither in the message nor
// given with it: the URL, or a value of Message.Context.
var ErrNeeds = errors.New("the scheme needs more than the request")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrMalformed, fmt.Errorf(format, args...))
}

// Options of a check. The zero value is the provider's own rule.
type Options struct {
	// Tolerance replaces the scheme's window if it is not 0: the age, and where
	// the scheme limits the future too, that as well.
	Tolerance time.Duration
	// AnyAge leaves the age out of the verdict.
	AnyAge bool
	// UnsignedBody accepts an HTTP message signature that leaves a body out.
	UnsignedBody bool
}

// Result is the outcome of [Scheme.Verify].
type Result struct {
	Verdict Verdict
	Reason  error  // nil if valid
	Header  string // where the signature was found, with "body:" or "query:" in front if not in a header
	Secret  int    // index of the secret that matched, -1 if none did
	// Signed is the time of signing, zero if the scheme has none or it is
	// unreadable. Age is now minus Signed, negative for the future.
	Signed time.Time
	Age    time.Duration
}

// missing and refused are the results of a message that stops before its digest.
func (r Result) missing(what string) Result {
	r.Verdict, r.Reason = Missing, fmt.Errorf("%w: there is no %s", ErrMissing, what)
	return r
}

func (r Result) refused(reason error) Result {
	r.Verdict, r.Reason = Invalid, reason
	return r
}

// Verify checks a message with every secret. Whether the signature matches is
// decided before its age, so that "too old but genuine" can be said. The error
// is not nil only if the check itself could not be made: ErrSecret for a secret
// that is empty or no key of the scheme, ErrNeeds if something is not given.
func (s *Scheme) Verify(m *Message, secrets []string, now time.Time, opt Options) (Result, error) {
	keys, err := s.Keys(secrets)
	if err != nil {
		return Result{Verdict: Invalid, Secret: -1}, err
	}
	return keys.Verify(m, now, opt)
}

// Keys are secrets made ready for one scheme, for callers that check many
// messages. Safe for concurrent use.
type Keys struct {
	scheme   *Scheme
	keys     [][]key
	needsURL bool
}

// Keys reads every secret; the error wraps ErrSecret.
func (s *Scheme) Keys(secrets []string) (*Keys, error) {
	keys, err := s.allKeys(secrets)
	if err != nil {
		return nil, err
	}
	return &Keys{scheme: s, keys: keys, needsURL: slices.Contains(s.Needs(), "url")}, nil
}

// String hides the keys.
func (k *Keys) String() string { return "keys of " + k.scheme.ID }

// GoString hides the keys.
func (k *Keys) GoString() string { return k.String() }

// Verify does what [Scheme.Verify] does. The error is ErrNeeds, or one of ErrSecret
// that shows only at the message.
func (k *Keys) Verify(m *Message, now time.Time, opt Options) (Result, error) {
	s, keys := k.scheme, k.keys
	r := Result{Verdict: Invalid, Secret: -1}
	if m.URL == "" && k.needsURL {
		return r, fmt.Errorf("scheme %s: %w: it signs the URL, give it as the sender has it", s.ID, ErrNeeds)
	}
	step := codes[s.Code]
	if step.adapt != nil {
		s = step.adapt(s, m)
	}
	if m.Cut && s.Covers() == CoversBody {
		r.Verdict, r.Reason = Unchecked, ErrCut
		return r, nil
	}
	if step.verify != nil {
		return step.verify(s, m, keys, now, opt)
	}
	read, r := s.read(m, now)
	if r.Reason != nil {
		return r, nil
	}
	var err error
	if r.Secret, err = s.search(m, &read, keys); err != nil {
		if errors.Is(err, ErrMalformed) || errors.Is(err, ErrMissing) {
			return r.refused(err), nil
		}
		return r, fmt.Errorf("scheme %s: %w", s.ID, err)
	}
	if r.Secret < 0 {
		return r.refused(ErrMismatch), nil
	}
	return s.judge(r, opt), nil
}

// allKeys reads every secret; one that is unusable is an error even if another
// would match, because it is a mistake that shows only at the next rotation.
func (s *Scheme) allKeys(secrets []string) ([][]key, error) {
	if len(secrets) == 0 {
		return nil, fmt.Errorf("scheme %s: %w: none is set", s.ID, ErrSecret)
	}
	keys := make([][]key, len(secrets))
	for i, secret := range secrets {
		ks, err := s.keys(secret)
		if err != nil {
			return nil, fmt.Errorf("scheme %s: secret %d: %w", s.ID, i+1, err)
		}
		keys[i] = ks
	}
	return keys, nil
}

// reading is what a message presents, before any key is used.
type reading struct {
	presented presented
	parts     parts
	sigs      [][]byte // decoded, of the right length
}

// read takes signature, id and timestamp out of a message. A reason in the result
// means that it ends there.
func (s *Scheme) read(m *Message, now time.Time) (reading, Result) {
	r := Result{Verdict: Invalid, Secret: -1}
	read := reading{parts: parts{message: m}}
	p, ok, err := s.find(m)
	read.presented, r.Header = p, p.header
	if err != nil {
		return read, r.refused(err)
	}
	if !ok {
		return read, r.missing(s.where())
	}
	required := s.required(m)
	for _, name := range slices.Sorted(maps.Keys(required)) {
		if got, _ := m.Value(name); got != required[name] {
			return read, r.refused(fmt.Errorf("%w: %s is %q, the scheme wants %q", ErrRequired, name, clip(got), required[name]))
		}
	}
	if len(s.IDHeaders) > 0 {
		if read.parts.id, _, ok = m.first(s.IDHeaders); !ok {
			return read, r.missing(s.IDHeaders[0] + " header")
		}
	}
	if t := s.Timestamp; t != nil {
		read.parts.timestamp, ok = t.text(m, &p)
		if !ok && !t.Unsigned {
			return read, r.missing("timestamp (" + t.where() + ")")
		}
		if ok {
			r.Signed, err = t.Unit.parse(read.parts.timestamp)
			if err != nil && !t.Unsigned {
				return read, r.refused(fmt.Errorf("%w: %w", ErrTimestamp, err))
			}
			r.Age = since(now, r.Signed)
		}
	}
	if read.sigs, err = s.decode(&p); err != nil {
		return read, r.refused(err)
	}
	return read, r
}

// decode reads the texts of the presented signatures. One that is unreadable does
// not spoil the others.
func (s *Scheme) decode(p *presented) ([][]byte, error) {
	var sigs [][]byte
	var unreadable error
	for _, text := range p.sigs {
		sig, err := s.Encoding.decode(text)
		if size := s.Algorithm.Size(); err == nil && size > 0 && len(sig) != size {
			err = fmt.Errorf("it has %d bytes, %s makes %d", len(sig), s.Algorithm, size)
		}
		if err != nil {
			unreadable = err
			continue
		}
		sigs = append(sigs, sig)
	}
	if len(sigs) == 0 {
		return nil, malformed("%s: %w", p.header, unreadable)
	}
	return sigs, nil
}

// search tries every presented signature with every secret and every form of the
// content; it returns the index of the secret that matched, or -1.
func (s *Scheme) search(m *Message, read *reading, keys [][]key) (int, error) {
	for i, ks := range keys {
		for _, k := range ks {
			fill := read.parts
			fill.secret = k.text
			contents, err := s.contents(m, fill)
			if err != nil {
				return -1, err
			}
			for _, content := range contents {
				for _, sig := range read.sigs {
					ok, err := s.Algorithm.match(&k, content, sig)
					if err != nil {
						return -1, err
					}
					if ok {
						return i, nil
					}
				}
			}
		}
	}
	return -1, nil
}

// contents are the signed contents that the provider itself would accept: one,
// unless its own libraries try several.
func (s *Scheme) contents(m *Message, fill parts) ([][]byte, error) {
	if step := codes[s.Code]; step.contents != nil {
		fill.message = m
		return step.contents(s, m, fill)
	}
	content, err := expand(s.Content, &fill)
	if err != nil {
		return nil, err
	}
	return [][]byte{content}, nil
}

// window is the allowed age and lead.
func (s *Scheme) window(opt Options) (past, future time.Duration) {
	if s.Timestamp == nil || s.Timestamp.Unsigned || opt.AnyAge {
		return 0, 0
	}
	past, future = time.Duration(s.Timestamp.Past), time.Duration(s.Timestamp.Future)
	if opt.Tolerance != 0 {
		past = opt.Tolerance
		if future != 0 {
			future = opt.Tolerance
		}
	}
	return past, future
}

// judge looks at the age of a genuine signature.
func (s *Scheme) judge(r Result, opt Options) Result {
	r.Verdict, r.Reason = Valid, nil
	if r.Signed.IsZero() {
		return r
	}
	past, future := s.window(opt)
	switch {
	case past > 0 && r.Age > past:
		r.Verdict = Stale
		r.Reason = fmt.Errorf("%w: signed %s ago, at most %s is allowed", ErrStale, r.Age.Round(time.Second), past)
	case future > 0 && -r.Age > future:
		r.Verdict = Stale
		r.Reason = fmt.Errorf("%w: signed %s in the future, at most %s is allowed", ErrStale, (-r.Age).Round(time.Second), future)
	}
	return r
}

// where names the place of the signature.
func (s *Scheme) where() string {
	switch {
	case s.Signature.Body != "":
		return s.Signature.Body + " in the body"
	case s.Signature.Query != "":
		return "query parameter " + s.Signature.Query
	}
	return strings.ReplaceAll(s.Signature.Headers[0], "#", "1") + " header"
}

func (t *Timestamp) where() string {
	switch {
	case t.Key != "":
		return t.Key + "= in the signature header"
	case t.Query != "":
		return "query parameter " + t.Query
	case len(t.Headers) > 0:
		return t.Headers[0] + " header"
	}
	return t.Body + " in the body"
}

// required are the headers that must have a value, with the values that come
// from the message's context filled in.
func (s *Scheme) required(m *Message) map[string]string {
	out := make(map[string]string, len(s.Require))
	for name, want := range s.Require {
		if key, ok := strings.CutPrefix(want, "{context."); ok {
			if want, ok = m.Context[strings.TrimSuffix(key, "}")]; !ok {
				continue
			}
		}
		out[name] = want
	}
	return out
}
