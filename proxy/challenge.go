package proxy

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
	"github.com/boathook/boathook/signer"
)

// Bounds of challenges.
const (
	maxChallengeBody = 16 << 10 // of a request that is looked at
	maxChallengeEcho = 4 << 10  // of what is sent back
	maxReflected     = 1 << 10  // of what is sent back in a header
)

// challenger answers the handshakes of one inbox.
type challenger struct {
	list  []*challenge
	token string
	judge *judge
	// learn keeps a secret of the inbox and says what became of it.
	learn func(value string) (note string)
}

// newChallenger chooses the handshakes that an inbox answers. scheme is that of the
// inbox, nil for none.
func newChallenger(in *Inbox, scheme *signer.Scheme, j *judge, learn func(string) string) *challenger {
	h := &challenger{token: in.ChallengeToken, judge: j, learn: learn}
	auto := slices.Equal(in.Challenges, Challenges{ChallengesAuto})
	for i := range challenges {
		c := &challenges[i]
		theirs := scheme != nil && c.of != "" && scheme.Provider == c.of
		// With a token set there is no doubt about who asks for it.
		if auto && (c.certain || theirs || c.token && in.ChallengeToken != "") || slices.Contains(in.Challenges, c.id) {
			h.list = append(h.list, c)
		}
	}
	return h
}

// asked is a challenge in a request.
type asked struct {
	*challenge
	x string // what is to be sent back
}

// find looks for a challenge in a request.
func (h *challenger) find(x *Exchange) (asked, bool) {
	if h == nil {
		return asked{}, false
	}
	r := challengeRequest{x: x}
	for _, c := range h.list {
		if a, ok := c.match(&r); ok {
			return a, true
		}
	}
	return asked{}, false
}

// challengeRequest reads parts of a request when they are first needed.
type challengeRequest struct {
	x     *Exchange
	query url.Values
	body  any
	read  bool
}

func (r *challengeRequest) param(name string) (string, bool) {
	if r.query == nil {
		_, text, _ := strings.Cut(r.x.Head.Target, "?")
		r.query, _ = url.ParseQuery(text) // what reads of it counts
	}
	return r.query.Get(name), r.query.Has(name)
}

// at is the value at a dotted path of a small JSON body.
func (r *challengeRequest) at(path string) (any, bool) {
	if !r.read {
		r.read = true
		if body, whole := r.x.Bytes(); whole && len(body) <= maxChallengeBody && len(body) > 0 && body[0] == '{' {
			var v any                    // a pointer to r would cost every request an allocation
			_ = json.Unmarshal(body, &v) // what is no JSON has no challenge
			r.body = v
		}
	}
	v := r.body
	for name := range strings.SplitSeq(path, ".") {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = object[name]; !ok {
			return nil, false
		}
	}
	return v, true
}

// match reports whether a request is the challenge.
func (c *challenge) match(r *challengeRequest) (a asked, ok bool) {
	if r.x.Head.Method != c.method {
		return a, false
	}
	if c.header != "" {
		v, ok := r.x.Head.Fields.Lookup(c.header)
		if !ok || c.equals != "" && v != c.equals {
			return a, false
		}
	}
	if c.bare != "" {
		if _, ok := r.x.Head.Fields.Lookup(c.bare); ok {
			return a, false
		}
	}
	if c.query != "" {
		if _, ok := r.param(c.query); !ok {
			return a, false
		}
	}
	if name, value, ok := strings.Cut(c.mode, "="); ok {
		if v, _ := r.param(name); v != value {
			return a, false
		}
	}
	if c.json != "" {
		if v, ok := r.at(c.json); !ok || c.value != "" && plainJSON(v) != c.value {
			return a, false
		}
	}
	a.challenge = c
	if c.echo != "" {
		if a.x, ok = r.place(c.echo); !ok {
			return a, false
		}
	}
	return a, true
}

// place is the text at a place of the request.
func (r *challengeRequest) place(place string) (string, bool) {
	kind, name, _ := strings.Cut(place, ":")
	switch kind {
	case "header":
		return r.x.Head.Fields.Lookup(name)
	case "query":
		return r.param(name)
	}
	v, ok := r.at(name)
	if !ok {
		return "", false
	}
	text, ok := v.(string)
	return text, ok
}

// plainJSON writes a value as it is compared.
func plainJSON(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case []any:
		if len(v) == 0 {
			return "[]"
		}
	}
	return ""
}

// answer makes the answer to a challenge. ok is false if it cannot be answered; the
// note then says why, and the answer program answers.
func (h *challenger) answer(x *Exchange, a asked) (reply Reply, note string, ok bool) {
	if note := h.obstacle(x, a); note != "" {
		return Reply{}, note, false
	}
	if status, text := h.refusal(x, a); status != 0 {
		reply = Reply{Status: status, Fields: []wire.Field{noSniff}, Notes: []string{fmt.Sprintf("refused as %s: %s", a.what, text)}}
		if a.kind != "" {
			reply.Fields = append(reply.Fields, plainFields...)
			reply.Body = []byte("boathook: " + text + "\n")
		}
		return reply, "", true
	}
	reply = Reply{Status: 200, Notes: []string{"answered as " + a.what}}
	if a.kind != "" {
		body, err := h.fill(x, a)
		if err != nil {
			return Reply{}, fmt.Sprintf("not answered as %s: %v", a.what, err), false
		}
		reply.Body = []byte(body)
		reply.Fields = append(reply.Fields, wire.Field{Name: "Content-Type", Value: a.kind})
	}
	reply.Fields = append(reply.Fields, noSniff)
	if a.reflect != "" {
		reply.Fields = append(reply.Fields, wire.Field{Name: a.reflect, Value: a.x})
	}
	if a.signed && x.Row.Verdict == inspector.Unchecked {
		reply.Notes = append(reply.Notes, "its signature was not checked, because the inbox has no secret for it")
	}
	if a.source != "" {
		reply.Notes = append(reply.Notes, "how it is to be answered is not confirmed: "+a.source)
	}
	if a.note != "" {
		reply.Notes = append(reply.Notes, strings.ReplaceAll(a.note, "{x}", oneLine(a.x)))
	}
	if a.learn {
		reply.Notes = append(reply.Notes, h.learn(a.x))
	}
	return reply, "", true
}

var noSniff = wire.Field{Name: "X-Content-Type-Options", Value: "nosniff"}

// obstacle says why a challenge is left to the answer program, "" if it is not.
func (h *challenger) obstacle(x *Exchange, a asked) string {
	fail := func(why string) string { return "not answered as " + a.what + ": " + why }
	switch {
	case len(a.x) > maxChallengeEcho || a.reflect != "" && len(a.x) > maxReflected:
		return fail("what it asks back is too long")
	case a.reflect != "" && !wire.FieldValue(a.x):
		return fail("what it asks back cannot stand in a header")
	case a.checked && x.Row.Verdict == inspector.Unchecked, a.keyed && h.key(x) == "":
		return fail("the inbox has no secret for it")
	case a.keyed && !isNonce(a.x):
		// An HMAC of anything that is asked for would be the signature of a forgery.
		return fail("what it asks to have signed is no random token")
	case a.keyed && a.signed && x.Row.Verdict == inspector.Unchecked:
		return fail("its signature was not checked")
	case a.token && h.token == "":
		return fail("the inbox has no verify token; set challenge_token")
	}
	return ""
}

// isNonce reports whether a text is one of base64, hexadecimal or a UUID, which is
// neither a body nor what a scheme signs together with one.
func isNonce(s string) bool {
	return s != "" && len(s) <= 256 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_+/=") == ""
}

// refusal is the status that a wrong challenge is answered with, 0 for none.
func (h *challenger) refusal(x *Exchange, a asked) (status int, why string) {
	if a.signed && x.Row.Verdict != inspector.Valid && x.Row.Verdict != inspector.Unchecked {
		return 401, "its signature is " + string(x.Row.Verdict)
	}
	if a.token {
		r := challengeRequest{x: x}
		got, _ := r.param("hub.verify_token")
		if subtle.ConstantTimeCompare([]byte(got), []byte(h.token)) != 1 {
			return 403, "hub.verify_token is not the token of this inbox"
		}
	}
	return 0, ""
}

// key is the secret that answers are computed with.
func (h *challenger) key(x *Exchange) string {
	if live := h.judge.at(x.Row.At).secrets; len(live) > 0 {
		return *live[0].open
	}
	return ""
}

// fill writes the body of an answer. {x} is what is asked back, {x.json} the same
// as a JSON string, {x.hmac.hex} and {x.hmac.base64} its HMAC-SHA256 under the
// secret of the inbox.
func (h *challenger) fill(x *Exchange, a asked) (string, error) {
	quoted, err := json.Marshal(a.x)
	if err != nil {
		return "", err
	}
	pairs := []string{"{x}", a.x, "{x.json}", string(quoted)}
	if a.keyed {
		mac := hmac.New(sha256.New, []byte(h.key(x)))
		mac.Write([]byte(a.x))
		sum := mac.Sum(nil)
		pairs = append(pairs, "{x.hmac.hex}", hex.EncodeToString(sum), "{x.hmac.base64}", base64.StdEncoding.EncodeToString(sum))
	}
	return strings.NewReplacer(pairs...).Replace(a.body), nil
}

// oneLine makes foreign text fit for a note.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if isControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return s[:min(len(s), maxReflected)]
}

func challengeIDs() []string {
	ids := make([]string, len(challenges))
	for i := range challenges {
		ids[i] = challenges[i].id
	}
	return ids
}
