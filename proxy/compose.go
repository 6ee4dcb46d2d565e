package proxy

import (
	"net/url"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// Outgoing is one try to send an event to an endpoint.
type Outgoing struct {
	Endpoint *Endpoint
	Provider *catalog.Provider // nil: nobody's, plain JSON over POST
	Event    *Event
	// DeliveryID of the delivery, as [NewDeliveryID] made it for its first try.
	DeliveryID string
	Try        int // from 0
	// Body, if not nil, is the body as it was written for the first try; it takes the
	// place of what would be made of the payload.
	Body  []byte
	Now   time.Time // of this try, by the endpoint's clock
	Made  time.Time // of the delivery, which is in ids that hold a time; zero: Event.At
	Chaos Chaos
	// Schemes finds schemes of the user's own; nil: there are none.
	Schemes SchemeLookup

	// Exact, if set, is a recorded request that is sent again: its head with
	// another Host and without what concerns the connection only, and Event.Payload
	// as it is for its body. Event.Type need not be set. A DeliveryID replaces the
	// ids of the provider in the head; "" keeps them.
	Exact *inspector.Message
	// Resign puts new signature headers at the place of those of Exact.
	Resign bool
	// Secrets are the names of credentials in Exact, see [Wire.Secrets].
	Secrets []string

	room *composeRoom // what the request is written in; nil: memory of its own
}

// composeRoom is the memory of a request. Once nothing of that is needed any more, the
// next one may be composed in it.
type composeRoom struct {
	head wire.RequestHead // of Outgoing.Exact
	raw  []byte
	wire Wire
}

// reset lets go of what the memory pointed to, and of what was unusually much.
func (r *composeRoom) reset() {
	if cap(r.head.Fields) > usualLines || cap(r.raw) > 16<<10 {
		*r = composeRoom{}
		return
	}
	clear(r.head.Fields)
	r.head = wire.RequestHead{Fields: r.head.Fields[:0]}
	r.raw, r.wire = r.raw[:0], Wire{}
}

// Wire is a request as it leaves.
type Wire struct {
	URL    *url.URL // where it goes; the path and query are those of the start line
	Method string
	// Head is the start line and the header lines up to and including the empty
	// line, in the provider's order and case.
	Head []byte
	Body []byte
	// Chunked says that the body is sent with Framing, which is as
	// [inspector.Message.Framing].
	Chunked bool
	Framing []byte
	// Slow is a pause between pieces of SlowBytes of the body; 0: none.
	Slow time.Duration
	// CutAt is the number of bytes of the body after which the connection is
	// closed; 0: it is not. It is less than the announced length.
	CutAt int64

	Scheme     string   // id of the scheme it was signed with, "" if it was not
	DeliveryID string   // the provider's id of the message, or of the delivery on this try; "" if it has none
	Notes      []string // for a person, for the attempt: what was broken on purpose, what was left out
	// Secrets names what carries a credential under a name of the user's own, as
	// [inspector.Attempt.Secrets].
	Secrets []string

	uri  string // path and query of URL, once they were asked for
	text string // URL as text, likewise
	// length is the announced length of the body, as wanted has it; looked says that it
	// was read from Head.
	length int64
	looked bool
}

// SlowBytes is how much of a body leaves at once with Wire.Slow.
const SlowBytes = 16

// Compose writes the request of one try, byte for byte. It touches no network.
// The error is an [*InvalidError] if a setting of the endpoint does not fit the
// event, or one of package signer.
func Compose(o *Outgoing) (*Wire, error) {
	return composeBy(o, o.Endpoint.Rules(o.Provider, o.Schemes))
}

// composeBy is Compose with the rules of o at hand.
func composeBy(o *Outgoing, rules Rules) (*Wire, error) {
	m := composings.Get().(*composing)
	c := composer{o: o, rules: rules, room: o.room, memory: m, lines: m.lines[:0]}
	defer c.free()
	if c.room == nil {
		c.room = &composeRoom{}
	}
	if o.Exact != nil {
		return c.exact()
	}
	return c.fresh()
}
