package proxy

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"github.com/boathook/boathook/inspector"
)

// DefaultInbox is the inbox that gets every request outside of /in/. It always
// exists.
const DefaultInbox = "default"

// DemoInbox is the second inbox that the first start makes.
const DemoInbox = "demo"

// AnswerFromInbox is the value of [Inbox.AnswerFrom] that lets the answer
// program answer although the inbox forwards.
const AnswerFromInbox = "inbox"

// Inbox is a named place on the capture port where requests are received.
type Inbox struct {
	Name    string   `json:"name"`          // [a-z0-9][a-z0-9._-]{0,62}
	Rev     uint64   `json:"rev"`           // grows with every change; 0 before it is stored
	URL     string   `json:"url,omitempty"` // where it is reached; filled in by the API, never stored
	Token   string   `json:"token"`         // 32 hex characters; /in/{token} reaches the inbox too
	Private bool     `json:"private"`       // only the address with the token reaches it
	Note    string   `json:"note"`
	Answer  Answer   `json:"answer"`
	Forward []Target `json:"forward"` // apps that every request is passed on to
	// AnswerFrom is the name of the target whose answer goes back, or "inbox". Empty:
	// the first target, or the answer program if there is none.
	AnswerFrom string `json:"answer_from"`
	// Leases are what forwards in place of Forward now. Filled in by Get and List,
	// never stored.
	Leases []Lease `json:"leases,omitempty"`

	// Scheme is the id of the signature scheme that requests are checked with, ""
	// for the one that their headers tell, or "none".
	Scheme  string   `json:"scheme"`
	Secrets []Secret `json:"secrets"` // any of them may have signed a request
	// URLBase is the address as the sender has it, for schemes that sign it. With a
	// path, if only "/", it stands for the inbox's own address; without one it stands
	// before the whole request target. Empty: the scheme and host as received.
	URLBase string `json:"url_base"`
	// Context holds what a scheme needs beside the request, such as PayPal's
	// webhook_id; see [signer.Scheme.Needs].
	Context map[string]string `json:"context"`
	// ToleranceS is the age in seconds that a signature may have, up to 31,536,000;
	// 0: the scheme's own.
	ToleranceS int `json:"tolerance_s"`
	// Challenges says which providers' handshakes are answered for the app.
	Challenges Challenges `json:"challenges"`
	// ChallengeToken is the verify token that Meta sends back.
	ChallengeToken string `json:"challenge_token"`
}

// Answer is an answer program: what the senders of an inbox are answered. The
// first rule that fits decides; without one the sequence, the fault, the random
// errors and the fixed answer follow in this order.
type Answer struct {
	Status     int               `json:"status"` // 200 to 599
	Headers    []inspector.Field `json:"headers"`
	Body       string            `json:"body"`
	BodyBase64 string            `json:"body_base64"` // instead of Body, for bytes that are no text
	// Template lets Body and the values of Headers echo parts of the request,
	// written {{method}}; see templateNames.
	Template bool `json:"template"`
	DelayMS  int  `json:"delay_ms"` // before the answer, 0 to 60,000
	// Sequence gives each request the next step: a status, or "timeout", "reset",
	// "close". The last step stays. It starts anew when the inbox is saved.
	Sequence []string `json:"sequence"`
	Fault    string   `json:"fault"` // "", "timeout", "reset" or "close"
	// ErrorRate is the share of requests, 0 to 1, that are answered ErrorStatus
	// (0: 500) instead. The same seed gives the same run of errors.
	ErrorRate   float64 `json:"error_rate"`
	ErrorStatus int     `json:"error_status"`
	Seed        int64   `json:"seed"`
	Rules       []Rule  `json:"rules"`
}

// Rule is the answer to requests that match a filter. What it leaves out is
// taken from the answer of the inbox: the status, the headers, the body.
type Rule struct {
	When       string            `json:"when"` // in the filter language
	Status     int               `json:"status,omitempty"`
	Headers    []inspector.Field `json:"headers,omitempty"`
	Body       string            `json:"body,omitempty"`
	BodyBase64 string            `json:"body_base64,omitempty"`
	Template   bool              `json:"template,omitempty"`
	DelayMS    int               `json:"delay_ms,omitempty"`
	Fault      string            `json:"fault,omitempty"`
}

// Target is an app that an inbox passes its requests on to.
type Target struct {
	Name string `json:"name"` // as inbox names; "" is set to "app", "app2", …
	URL  string `json:"url"`  // http or https
	// Host is "set" (the Host header names the target; default) or "keep" (it
	// stays as it was received).
	Host string `json:"host"`
	// Path is "append" (what follows /in/{inbox} is appended to the path of the
	// URL; default) or "fixed". The query is passed on either way.
	Path      string `json:"path"`
	TimeoutMS int    `json:"timeout_ms"` // for the whole exchange, up to 600,000; 0: 30,000
	Insecure  bool   `json:"insecure"`   // do not check the certificate
}

// InvalidError says which field of a configuration entry is wrong, why, and what
// to do.
type InvalidError struct {
	Field string // path in the JSON form, for example "answer.rules[0].when"
	Text  string // what is wrong
	Hint  string // what to do; may be empty
	// Pos and End are the byte offsets of the fault within the field's text; End is 0
	// if the whole field is meant.
	Pos, End int
}

func (e *InvalidError) Error() string {
	if e.Hint == "" {
		return e.Field + ": " + e.Text
	}
	return e.Field + ": " + e.Text + "; " + e.Hint
}

// NewToken makes an unguessable address: 128 random bits as 32 hex characters.
func NewToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// normal fills in the defaults, so that an inbox reads the same whether it was
// written in full or not. It leaves in's slices alone.
func (in Inbox) normal() Inbox {
	a := &in.Answer
	if a.Status == 0 && len(a.Headers) == 0 && a.Body == "" && a.BodyBase64 == "" {
		a.Headers = []inspector.Field{{Name: "Content-Type", Value: "application/json"}}
		a.Body = `{"ok":true}`
	}
	if a.Status == 0 {
		a.Status = 200
	}
	if a.ErrorRate > 0 && a.ErrorStatus == 0 {
		a.ErrorStatus = 500
	}
	a.Headers, a.Sequence, a.Rules = list(a.Headers), list(a.Sequence), list(a.Rules)
	in.Secrets = list(in.Secrets)
	if in.Context == nil {
		in.Context = map[string]string{}
	}
	if len(in.Challenges) == 0 || len(in.Challenges) == 1 && in.Challenges[0] == "" {
		in.Challenges = Challenges{ChallengesAuto}
	}
	in.Forward = append(make([]Target, 0, len(in.Forward)), in.Forward...)
	for i := range in.Forward {
		t := &in.Forward[i]
		if t.Name == "" && i == 0 {
			t.Name = "app"
		}
		if t.Name == "" {
			t.Name = fmt.Sprintf("app%d", i+1)
		}
		if t.Host == "" {
			t.Host = "set"
		}
		if t.Path == "" {
			t.Path = "append"
		}
		if t.TimeoutMS == 0 {
			t.TimeoutMS = 30_000
		}
	}
	return in
}

// list makes a missing list an empty one, which JSON writes as [].
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
