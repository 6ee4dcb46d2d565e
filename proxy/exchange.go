package proxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// Answerer decides where a captured request belongs and what its sender is
// answered. Its methods are called from many goroutines at once.
type Answerer interface {
	// Resolve finds the inbox of a request by its target as it stood in the
	// start line. False means that no inbox has that address: the sender gets a
	// 404 and nothing is stored. It is called for every request and must be cheap.
	Resolve(target string) (Route, bool)

	// Instant returns the answer if it is known without waiting for anything:
	// no forward, no delay, no running number. The capture then costs a single
	// commit, which holds the answer too. Otherwise it returns false, and has
	// changed nothing.
	Instant(x *Exchange) (Reply, bool)

	// Answer makes the answer while the capture is being committed, or after it
	// was if the body is larger than [inspector.ChunkBytes]. The receiver sends
	// the reply only once the commit succeeded. ctx ends when the receiver stops
	// for good, not when the sender leaves.
	Answer(ctx context.Context, x *Exchange) Reply
}

// Judge checks signatures. Its methods are called from many goroutines at once, for
// every request, and must be cheap.
type Judge interface {
	// Judge sets Verdict and Scheme of x.Row before the request is stored.
	Judge(x *Exchange)
	// Judged is told that the request is stored. It must not wait.
	Judged(x *Exchange)
}

// Route says which inbox a request belongs to.
type Route struct {
	Inbox string // name of the inbox
	Rest  string // the target without the part that names the inbox, beginning with "/" or "?", or empty
	// State is what the answerer wants to have at hand in Instant and Answer, for
	// example the inbox as it was when the request arrived.
	State any
}

// Exchange is a captured request that waits for its answer. It is valid until
// Answer has returned and Reply.Record, if any, was called; its strings and
// bytes must not be changed.
type Exchange struct {
	Row     inspector.Row     // as it is being stored; N is 0, see Stored
	Capture inspector.Attempt // attempt 0, without a response
	Head    *wire.RequestHead
	Route   Route

	body   []byte // the whole body, if large is nil
	large  func(ctx context.Context) (inspector.Body, error)
	stored chan struct{} // closed when the commit ended; nil if it was never started
	number uint64
	err    error
}

// ErrNotStored is returned by Exchange.Stored when the capture could not be
// committed.
var ErrNotStored = errors.New("capture is not stored")

// BodySize is the length of the request body, freed of chunk framing.
func (x *Exchange) BodySize() int64 { return x.Capture.Request.Size }

// Body opens the request body from its start, freed of chunk framing. It can be
// opened any number of times. A body larger than [inspector.ChunkBytes] is read
// from the store.
func (x *Exchange) Body(ctx context.Context) (io.ReadCloser, error) {
	if x.large == nil {
		return io.NopCloser(bytes.NewReader(x.body)), nil
	}
	b, err := x.large(ctx)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.NewSectionReader(b, 0, b.Size()), b}, nil
}

// Bytes is the whole body if it is at most [inspector.ChunkBytes] long, and
// false otherwise.
func (x *Exchange) Bytes() ([]byte, bool) { return x.body, x.large == nil }

// Stored waits until the capture is committed and returns its running number.
// The error wraps ErrNotStored, or is that of ctx. It must not be called from
// Instant.
func (x *Exchange) Stored(ctx context.Context) (n uint64, err error) {
	select {
	case <-x.stored:
		return x.number, x.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Fault is a way to leave a sender without an answer, on purpose.
type Fault uint8

const (
	NoFault      Fault = iota
	FaultTimeout       // hold the connection open and never answer
	FaultReset         // break the connection off with a TCP reset
	FaultClose         // close the connection without an answer
)

// Reply is what a sender is answered. The receiver writes the status line and
// the fields as they are here, in this order and case. It leaves out Connection,
// Keep-Alive, Transfer-Encoding and a Content-Length that does not fit, and adds
// at the end what keeps the connection in step: Content-Length, or
// Transfer-Encoding for a stream of unknown length, and Connection: close.
// HEAD, 1xx, 204 and 304 are answered without a body whatever Body holds.
type Reply struct {
	Status int           // 200 to 999
	Reason string        // reason phrase; "": the usual one for Status
	Fields []wire.Field  // Name and Value are used
	Body   []byte        // sent first
	Stream io.ReadCloser // sent after Body, then closed; nil if there is none
	Size   int64         // length of Body and Stream together, -1 if unknown; only read if Stream is set
	// Trailers are sent after the body, if it is a Stream of unknown size and the
	// sender speaks HTTP/1.1. Called once the stream has ended. May be nil.
	Trailers func() wire.Fields
	Fault    Fault // if set, nothing of the above is sent
	// Failure is set when there is no answer of the app to pass on; the reply is
	// then the answer that says so. It is stored as the delivery's outcome.
	Failure inspector.Failure
	Close   bool // close the connection after this answer
	// Deadline bounds the sending of Body and Stream; 0: Limits.Write.
	Deadline time.Duration
	Notes    []string // remarks that attempt 0 shall hold

	// Record is called once, after the last byte was sent or could not be. What
	// it returns is committed together with the record of the answer: attempts 1
	// and up, chunks of their bodies, and a patch of the row whose ID, Outcome
	// and Clear the receiver sets. May be nil. Not called for an instant reply.
	Record func(sent error) Recorded
}

// Recorded is what an answerer adds to the record of an exchange.
type Recorded struct {
	Attempts []inspector.Attempt
	Chunks   []inspector.Chunk
	Set      inspector.Flags // flags to raise, for example FlagForwarded
	Tries    int             // added to Row.Tries
	Tags     []string
}
