package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/boathook/boathook/web/client"
)

// goodbye is how long a client has to take leave.
const goodbye = time.Second

// errTooFast ends reading when a client sends more than it may.
var errTooFast = errors.New("too many messages")

// socket is one client of the feed. One goroutine reads, one sends the frames
// of the current subscription, one pings.
type socket struct {
	s      *Server
	limits feedLimits
	conn   *websocket.Conn
	seen   atomic.Int64 // when the client last gave a sign of life, Unix nanoseconds

	half halfCloser // the connection below, nil if its sending side cannot be closed alone

	writing sync.Mutex

	reading sync.Mutex // held to set the time until which reading may last
	ending  bool       // a close frame was sent, the client may only answer it

	cancel context.CancelFunc // ends the current subscription
	sent   chan struct{}      // closed when its sender has ended
}

// halfCloser is a connection whose sending side can be closed alone.
type halfCloser interface{ CloseWrite() error }

// ServeHTTP does the handshake and stays until the socket is closed.
func (k *socket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer k.s.feeds.leave(k)
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	k.conn = conn
	defer conn.Close()
	defer k.unfollow()
	if !k.s.feeds.begin(k) {
		k.end(websocket.CloseGoingAway, "boathook is stopping")
		k.finish()
		return
	}
	done := make(chan struct{})
	var pinger sync.WaitGroup
	pinger.Go(func() { k.ping(done) })
	k.read()
	close(done)
	if k.cancel != nil {
		k.cancel()
	}
	k.finish()
	pinger.Wait()
}

// finish closes the connection so that the client still gets the close frame: a
// connection that is closed with bytes unread is reset, and loses it.
func (k *socket) finish() {
	if k.half != nil {
		k.half.CloseWrite() //nolint:errcheck // it may be closed already
	}
	under := k.conn.NetConn()
	under.SetReadDeadline(time.Now().Add(goodbye))   //nolint:errcheck // reading will tell
	io.CopyN(io.Discard, under, 16*k.limits.message) //nolint:errcheck // whatever comes now is late
	k.conn.Close()                                   // ends a write that hangs
}

// read takes subscriptions until the socket ends. The library answers frames
// that break the protocol with 1002 and messages that are too long with 1009.
func (k *socket) read() {
	rate := newLimiter(4*k.limits.messages, k.limits.messages)
	k.conn.SetReadLimit(k.limits.message)
	k.alive()
	control := func(next func(string) error) func(string) error {
		return func(data string) error {
			k.alive()
			if !rate.allow(time.Now()) {
				return errTooFast
			}
			return next(data)
		}
	}
	k.conn.SetPingHandler(control(k.conn.PingHandler()))
	k.conn.SetPongHandler(control(func(string) error { return nil }))
	for {
		kind, data, err := k.conn.ReadMessage()
		switch {
		case errors.Is(err, errTooFast):
			k.end(websocket.ClosePolicyViolation, "too many messages")
			return
		case errors.Is(err, websocket.ErrReadLimit):
			// The library says so itself, but not if the length is beyond all numbers.
			k.end(websocket.CloseMessageTooBig, "message is too long")
			return
		case err != nil:
			return
		case kind != websocket.TextMessage:
			k.end(websocket.CloseUnsupportedData, "text is needed")
			return
		case !utf8.Valid(data):
			k.end(websocket.CloseInvalidFramePayloadData, "text is not UTF-8")
			return
		case !rate.allow(time.Now()):
			k.end(websocket.ClosePolicyViolation, "too many messages")
			return
		}
		k.alive()
		k.follow(data)
	}
}

// follow starts the subscription that a client asked for. If it cannot be
// understood the client is told and the one before goes on.
func (k *socket) follow(data []byte) {
	after, q, p := readSubscription(data, k.s.now())
	if p != nil {
		k.tell(p)
		return
	}
	// The sender of the old one is waited for: no frame of it comes after this.
	k.unfollow()
	ctx, cancel := context.WithCancel(k.s.ctx)
	k.cancel, k.sent = cancel, make(chan struct{})
	sub := k.s.feeds.hub.Subscribe(after, q)
	go func() {
		defer close(k.sent)
		defer sub.Close()
		defer k.survive()
		for {
			f, err := sub.Next(ctx)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				k.end(websocket.CloseInternalServerErr, "the feed broke off")
				return
			}
			if !k.write(f.JSON) {
				return
			}
		}
	}()
}

// survive keeps a panic of one subscription from ending the process.
func (k *socket) survive() {
	if r := recover(); r != nil {
		k.s.log("panic in a subscription: %v\n%s", r, debug.Stack())
		k.end(websocket.CloseInternalServerErr, "the feed broke off")
	}
}

// unfollow ends the current subscription.
func (k *socket) unfollow() {
	if k.cancel == nil {
		return
	}
	k.cancel()
	<-k.sent
	k.cancel = nil
}

// ping asks for signs of life and closes a socket that gives none.
func (k *socket) ping(done <-chan struct{}) {
	tick := time.NewTicker(k.limits.ping)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		// Set again here because the server below clears deadlines right after
		// the handshake, perhaps after the first one was set.
		k.readUntil(time.Unix(0, k.seen.Load()).Add(k.limits.pong))
		if k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(k.limits.write)) != nil {
			k.conn.Close() // ends the reader
			return
		}
	}
}

func (k *socket) alive() {
	now := time.Now()
	k.seen.Store(now.UnixNano())
	k.readUntil(now.Add(k.limits.pong))
}

func (k *socket) readUntil(end time.Time) {
	k.reading.Lock()
	defer k.reading.Unlock()
	if !k.ending {
		k.conn.SetReadDeadline(end) //nolint:errcheck // reading will tell
	}
}

// tell sends a problem as a frame.
func (k *socket) tell(p *client.Problem) {
	if data, err := json.Marshal(client.Frame{Error: p}); err == nil {
		k.write(data)
	}
}

// write sends one message. A client that does not take it in time is dropped:
// it can come back and go on from its cursor.
func (k *socket) write(data []byte) bool {
	k.writing.Lock()
	defer k.writing.Unlock()
	k.conn.SetWriteDeadline(time.Now().Add(k.limits.write)) //nolint:errcheck // the write will tell
	if err := k.conn.WriteMessage(websocket.TextMessage, data); err != nil {
		k.conn.Close() // ends the reader
		return false
	}
	return true
}

// end says goodbye with a reason. The reader ends when the client has answered,
// or soon after.
func (k *socket) end(code int, text string) {
	message := websocket.FormatCloseMessage(code, text)
	k.conn.WriteControl(websocket.CloseMessage, message, time.Now().Add(goodbye)) //nolint:errcheck // it ends anyway
	k.reading.Lock()
	defer k.reading.Unlock()
	k.ending = true
	k.conn.SetReadDeadline(time.Now().Add(goodbye)) //nolint:errcheck // reading will tell
}
