package proxy

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
	"github.com/boathook/boathook/signer"
)

// judge checks the requests of one inbox as they arrive. It is made once per
// revision of the inbox, so that secrets are read once.
type judge struct {
	off     bool
	id      string // of the scheme, "" for what the headers tell
	schemes *Schemes
	secrets []Secret
	opt     signer.Options
	base    string // see Inbox.URLBase
	context map[string]string

	live atomic.Pointer[liveKeys]
}

// liveKeys are the secrets that count until a moment.
type liveKeys struct {
	until   time.Time // zero: for ever
	secrets []Secret
	keys    sync.Map // *signer.Scheme to *schemeKeys
}

// schemeKeys are the secrets that one scheme can use. nil keys: none.
type schemeKeys struct {
	keys   *signer.Keys
	values []string
	labels []string
}

func newJudge(in *Inbox, schemes *Schemes) *judge {
	return &judge{
		off: in.Scheme == SchemeNone, id: in.Scheme, schemes: schemes, secrets: in.Secrets,
		opt:  signer.Options{Tolerance: time.Duration(in.ToleranceS) * time.Second},
		base: in.URLBase, context: in.Context,
	}
}

// at are the secrets that count at a time.
func (j *judge) at(now time.Time) *liveKeys {
	if l := j.live.Load(); l != nil && (l.until.IsZero() || now.Before(l.until)) {
		return l
	}
	l := &liveKeys{secrets: liveSecrets(j.secrets, now)}
	for i := range l.secrets {
		if u := l.secrets[i].Until; u != nil && (l.until.IsZero() || u.Before(l.until)) {
			l.until = *u
		}
	}
	j.live.Store(l)
	return l
}

// of are the keys that a scheme can use.
func (l *liveKeys) of(s *signer.Scheme) *schemeKeys {
	if k, ok := l.keys.Load(s); ok {
		return k.(*schemeKeys)
	}
	k := &schemeKeys{}
	for i := range l.secrets {
		if value := *l.secrets[i].open; s.CheckSecret(value) == nil {
			k.values = append(k.values, value)
			k.labels = append(k.labels, secretLabel(&l.secrets[i]))
		}
	}
	if len(k.values) > 0 {
		k.keys, _ = s.Keys(k.values) // each was read above
	}
	l.keys.Store(s, k)
	return k
}

// secretLabel names a secret without showing it.
func secretLabel(s *Secret) string {
	if s.Hint == "" || s.Hint == "…" {
		return s.Name
	}
	return s.Name + " " + s.Hint
}

// scheme is the scheme that is set, nil if there is none of the id any more.
func (j *judge) scheme() *signer.Scheme {
	s, _ := j.schemes.Lookup(j.id)
	return s
}

// fieldPool holds header lists of messages that are being checked.
var fieldPool = sync.Pool{New: func() any { s := make([]signer.Field, 0, 64); return &s }}

// look checks a request before it is stored. A body that is not in memory is left
// for later.
func (j *judge) look(x *Exchange) (verdict inspector.Verdict, scheme string) {
	if j.off || x.large != nil || j.id == "" && !j.signed(x) {
		return inspector.Unchecked, j.id
	}
	fields := fieldPool.Get().(*[]signer.Field)
	defer func() {
		clear(*fields)
		*fields = (*fields)[:0]
		fieldPool.Put(fields)
	}()
	for i := range x.Head.Fields {
		*fields = append(*fields, signer.Field{Name: x.Head.Fields[i].Name, Value: x.Head.Fields[i].Value})
	}
	m := signer.Message{
		Method: x.Head.Method, URL: j.address(x.Head.Fields, x.Head.Target, x.Route.Rest), Header: *fields, Body: x.body, Context: j.context,
	}
	s, r := j.verify(&m, x.Row.At)
	if s == nil {
		return inspector.Unchecked, j.id
	}
	return inspector.Verdict(r.Verdict), s.ID
}

// maxMarkedBytes is the longest body in which a signature is looked for before the
// request is stored: that takes reading it as JSON.
const maxMarkedBytes = 16 << 10

// signed reports whether a request may have a signature that can be looked at now.
// It allocates nothing.
func (j *judge) signed(x *Exchange) bool {
	return j.inHeader(x) || len(x.body) <= maxMarkedBytes && j.schemes.detector.Load().InBody(x.body)
}

// later reports whether a request that was not looked at may have a signature.
func (j *judge) later(x *Exchange) bool {
	switch {
	case j.off:
		return false
	case x.large != nil:
		return j.id != "" || j.inHeader(x)
	}
	return j.id == "" && len(x.body) > maxMarkedBytes && j.schemes.detector.Load().InBody(x.body) && !j.inHeader(x)
}

func (j *judge) inHeader(x *Exchange) bool {
	d := j.schemes.detector.Load()
	for i := range x.Head.Fields {
		if d.InHeader(x.Head.Fields[i].Name) {
			return true
		}
	}
	return false
}

// verify checks a message with the scheme that is set. Without one it takes the
// first under which the message is genuine, or else the likeliest. It returns nil if
// there is no scheme.
func (j *judge) verify(m *signer.Message, now time.Time) (*signer.Scheme, signer.Result) {
	live := j.at(now)
	if j.id != "" {
		s := j.scheme()
		if s == nil {
			return nil, signer.Result{Verdict: signer.Unchecked, Secret: -1}
		}
		return s, live.of(s).check(m, now, j.opt)
	}
	return detected(j.schemes.detector.Load().Detect(m), m, now, j.opt, live.of)
}

// detected checks a message with the schemes that its headers tell.
func detected(likely []*signer.Scheme, m *signer.Message, now time.Time, opt signer.Options, keys func(*signer.Scheme) *schemeKeys) (*signer.Scheme, signer.Result) {
	var first *signer.Scheme
	result := signer.Result{Verdict: signer.Unchecked, Secret: -1}
	for _, s := range likely {
		r := keys(s).check(m, now, opt)
		if r.Verdict == signer.Valid || r.Verdict == signer.Stale {
			return s, r
		}
		// A scheme that none of the secrets fits says nothing.
		if first == nil || result.Verdict == signer.Unchecked && r.Verdict != signer.Unchecked {
			first, result = s, r
		}
	}
	return first, result
}

// check verifies with the keys. Without any, or where something is missing that is
// not in the request, nothing can be said.
func (k *schemeKeys) check(m *signer.Message, now time.Time, opt signer.Options) signer.Result {
	if k.keys == nil {
		return signer.Result{Verdict: signer.Unchecked, Secret: -1, Reason: signer.ErrSecret}
	}
	r, err := k.keys.Verify(m, now, opt)
	if err != nil {
		return signer.Result{Verdict: signer.Unchecked, Secret: -1, Reason: err}
	}
	return r
}

// address is the address of a request as its sender has it. rest is what follows
// the part of the target that names the inbox.
func (j *judge) address(fields wire.Fields, target, rest string) string {
	return addressOf(j.base, target, rest, fields.Value("Host"), fields.Value("X-Forwarded-Proto"))
}

// addressOf puts an address together. A base with a path, if only "/", is the
// address of the inbox; one without stands before the whole target.
func addressOf(base, target, rest, host, proto string) string {
	if base != "" {
		_, after, _ := strings.Cut(base, "://")
		switch {
		case !strings.Contains(after, "/"):
			return base + originForm(target)
		case strings.HasPrefix(rest, "/"):
			return strings.TrimRight(base, "/") + rest
		}
		return base + rest
	}
	if strings.Contains(target, "://") {
		return target
	}
	if host == "" {
		return ""
	}
	scheme := "http"
	if first, _, _ := strings.Cut(proto, ","); strings.EqualFold(strings.TrimSpace(first), "https") {
		scheme = "https"
	}
	return scheme + "://" + host + target
}
