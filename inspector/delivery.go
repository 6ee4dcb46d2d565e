package inspector

import (
	"fmt"
	"time"
)

// Workspace separates data of different teams in one store. Every key carries
// one; there is one for now.
type Workspace string

// DefaultWorkspace is the only workspace of a local boathook.
const DefaultWorkspace Workspace = "default"

// Dir says which way a delivery goes, seen from our side.
type Dir string

const (
	In  Dir = "in"  // it reached an inbox
	Out Dir = "out" // we sent it to an endpoint
)

// Verdict is the outcome of a signature check.
type Verdict string

const (
	Valid     Verdict = "valid"
	Invalid   Verdict = "invalid"
	Missing   Verdict = "missing"   // the scheme's header is not there
	Stale     Verdict = "stale"     // genuine, but its timestamp is outside the window
	Unchecked Verdict = "unchecked" // no scheme is set, or the body was cut
)

// Failure classes: why an attempt ended without a complete answer. They are
// the words of the filter language (status:refused) and of the page.
const (
	FailRefused     = "refused"     // the port is closed
	FailDNS         = "dns"         // the name does not resolve
	FailTLS         = "tls"         // the handshake failed; Failure.Text has the cause
	FailTimeout     = "timeout"     // a deadline passed; Failure.Phase says which
	FailReset       = "reset"       // the peer broke the connection off
	FailProtocol    = "protocol"    // the answer is not valid HTTP/1.1
	FailUnreachable = "unreachable" // no route to the host
	FailBlocked     = "blocked"     // we refused the target, e.g. our own port or a loop
	FailInterrupted = "interrupted" // boathook stopped before the outcome was known
	FailAborted     = "aborted"     // our answer program broke the connection off on purpose
	FailClientGone  = "gone"        // the sender left before it was answered
	FailStore       = "store"       // it could not be stored
	FailUnsent      = "unsent"      // no endpoint wanted the event; not counted as failed
)

// Failures lists all failure classes.
var Failures = []string{
	FailRefused, FailDNS, FailTLS, FailTimeout, FailReset, FailProtocol, FailUnreachable,
	FailBlocked, FailInterrupted, FailAborted, FailClientGone, FailStore, FailUnsent,
}

// Flags are yes/no facts about a delivery, the is: words of the filter language.
type Flags uint32

const (
	FlagFailed    Flags = 1 << iota // its last outcome is no 2xx; of In, that of the last forward
	FlagRetrying                    // a further try is scheduled
	FlagResend                      // sent again to the same place
	FlagReplay                      // sent again from a recording
	FlagPing                        // a provider's test event
	FlagLooped                      // it came back from where it was passed on, too often to be passed on again
	FlagBinary                      // the request body is not text
	FlagCut                         // a body is shorter than announced, or was cut at a limit
	FlagPinned                      // kept at the top by the user
	FlagUnread                      // not opened yet
	FlagEncoded                     // a body has a Content-Encoding, so its bytes are not its text
	FlagGone                        // the sender left before it was answered
	FlagForwarded                   // it was passed on to an app
	FlagTrashed                     // it is in the trash, see Row.Trashed
)

// FlagNames maps the is: words to their flags.
var FlagNames = map[string]Flags{
	"failed": FlagFailed, "retrying": FlagRetrying, "resend": FlagResend, "replay": FlagReplay,
	"ping": FlagPing, "looped": FlagLooped, "binary": FlagBinary, "cut": FlagCut,
	"pinned": FlagPinned, "unread": FlagUnread, "encoded": FlagEncoded, "gone": FlagGone,
	"forwarded": FlagForwarded, "trashed": FlagTrashed,
}

// Row is what a list shows of a delivery. It is small and never holds a body.
type Row struct {
	ID      ID
	N       uint64    // running number, given by the store; 0 until stored
	At      time.Time // when the first byte arrived, or when the event was made; UTC
	Dir     Dir
	Flags   Flags
	Verdict Verdict

	Provider string // id of the provider, "" if unknown
	Event    string // name of the event type within the provider, "" if unknown
	EventID  string // the provider's own delivery or event id, "" if none
	Inbox    string // name of the inbox, for In
	Endpoint string // name of the endpoint, for Out
	Channel  string // names of its channels, joined by spaces
	Scheme   string // id of the signature scheme that was checked
	Cause    string // proved cause of an invalid verdict
	Run      string // the run that made it
	Tags     []string

	Method string
	Target string // request target as it stood in the start line
	Host   string
	Source string // address of the sender, without port

	Status   int           // status of the outcome: what the sender was answered, also after a resend, or what the endpoint answered last; 0 if none
	Failure  string        // failure class of the last outcome, "" if it was an answer
	Duration time.Duration // from the first byte to the last of the answer, of the last attempt
	Size     int64         // bytes of the request body, freed of chunk framing
	RespSize int64         // bytes of the last response body
	Tries    int           // attempts that left us: forwards of In, tries of Out
	MaxTries int           // tries the retry rule allows, 0 if there is no rule

	// Trashed is when it was put into the trash, to the millisecond. It is zero
	// for what is not there, and then FlagTrashed is lowered.
	Trashed time.Time
}

// Part names one side of an attempt.
type Part uint8

const (
	Request  Part = 0
	Response Part = 1
)

func (p Part) String() string {
	if p == Response {
		return "response"
	}
	return "request"
}

// BodyKey names one stored body.
type BodyKey struct {
	Delivery ID
	Attempt  int
	Part     Part
}

func (k BodyKey) String() string {
	return fmt.Sprintf("%s/%d/%s", k.Delivery, k.Attempt, k.Part)
}

// Message is one HTTP/1.1 request or response as it crossed the wire. The body
// is kept apart, see [Store.Body].
type Message struct {
	// Head is the start line and the header lines as they were, up to and
	// including the empty line. nil if there was no message.
	Head []byte
	// Framing is nil unless the body was chunked. Then it holds every byte of
	// the wire body that is not data, in order and without the CRLF after each
	// chunk: size lines with their extensions, the last chunk's line, the
	// trailer lines and the final empty line.
	Framing []byte
	// Size is the length of the body in bytes, freed of chunk framing.
	Size int64
	// Wanted is the Content-Length that was announced, -1 if none was.
	Wanted int64
	// Cut says that the body ended before its announced end, or that bytes past
	// a limit were not kept; Size is what was kept.
	Cut bool
	// Interim holds 1xx heads that came before the final response head.
	Interim []byte
}

// Timing is how long each phase of an attempt took. A phase that did not occur
// (a kept-alive connection, plain HTTP) is zero.
type Timing struct {
	DNS, Connect, TLS, Send, Wait, Read time.Duration
}

// Total is the sum of all phases.
func (t Timing) Total() time.Duration { return t.DNS + t.Connect + t.TLS + t.Send + t.Wait + t.Read }

// Failure says why an attempt has no complete answer.
type Failure struct {
	Class string // one of Failures
	Phase string // dns, connect, tls, send, wait, read; "" if it does not apply
	Text  string // for a person, without secrets
}

// Attempt is one HTTP request with its response or failure. Attempt 0 of an In
// delivery is the capture itself.
type Attempt struct {
	Delivery ID
	K        int       // number within the delivery, from 0
	Target   string    // where it went: a URL, or for a capture the local address it reached
	Started  time.Time // UTC
	Remote   string    // address and port of the peer
	Reused   bool      // over a kept-alive connection
	Request  Message
	Response Message
	Timing   Timing
	Failure  Failure  // zero if there was a complete answer
	Answered bool     // its response is the one that went back to the sender
	Dropped  []string // names of header lines that were not passed on (hop-by-hop), as "Name: reason"
	Notes    []string // framing notes and remarks for a person
	// Secrets names the header lines, and written "?name" the query parameters, in
	// which the request carries a credential under a name of the user's own.
	Secrets []string
}

// BodyKey names the body of one side of the attempt. All attempts of a delivery
// send the same body, so it is stored once, with attempt 0.
func (a *Attempt) BodyKey(p Part) BodyKey {
	if p == Request {
		return BodyKey{Delivery: a.Delivery, Part: p}
	}
	return BodyKey{Delivery: a.Delivery, Attempt: a.K, Part: p}
}
