package web

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/gorilla/websocket"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// feedLimits bound what sockets may cost.
type feedLimits struct {
	sockets  int           // at a time
	message  int64         // bytes of a message from the client
	write    time.Duration // for one message to the client
	ping     time.Duration // between two pings
	pong     time.Duration // without a sign of life
	messages float64       // from the client, a second
}

var defaultFeedLimits = feedLimits{
	sockets: 100, message: 64 << 10, write: 5 * time.Second,
	ping: 20 * time.Second, pong: 45 * time.Second, messages: 5,
}

// feeds are the sockets that follow the feed.
type feeds struct {
	hub    *inspector.Hub
	limits feedLimits

	mu     sync.Mutex
	live   map[*socket]bool // false until the handshake is done
	closed bool
	open   sync.WaitGroup
}

func newFeeds(hub *inspector.Hub) *feeds {
	return &feeds{hub: hub, limits: defaultFeedLimits, live: map[*socket]bool{}}
}

// getFeed turns the request into a socket. Host, Origin and token were checked
// by the guard, as for every address.
func (s *Server) getFeed(c *fiber.Ctx) error {
	if s.feeds.hub == nil {
		return problem(503, "no-feed", "no feed here", "this server has no live feed")
	}
	if !c.Request().Header.IsHTTP11() {
		return problem(426, "upgrade", "no websocket handshake", "the feed needs HTTP/1.1")
	}
	if !websocket.IsWebSocketUpgrade(&http.Request{Header: http.Header{
		"Connection": {c.Get("Connection")}, "Upgrade": {c.Get("Upgrade")},
	}}) {
		c.Set("Upgrade", "websocket")
		return problem(426, "upgrade", "no websocket handshake", "this address speaks websocket")
	}
	sock := &socket{s: s, limits: s.feeds.limits}
	sock.half, _ = c.Context().Conn().(halfCloser)
	if !s.feeds.enter(sock) {
		return problem(503, "too-many", "too many sockets", "close another page or tail first")
	}
	return adaptor.HTTPHandler(sock)(c)
}

// enter takes a place for a socket, if there is one.
func (f *feeds) enter(sock *socket) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed || len(f.live) >= f.limits.sockets {
		return false
	}
	f.live[sock] = false
	f.open.Add(1)
	return true
}

// begin marks a socket whose handshake is done. False: the server stops.
func (f *feeds) begin(sock *socket) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.live[sock] = true
	return !f.closed
}

func (f *feeds) leave(sock *socket) {
	f.mu.Lock()
	delete(f.live, sock)
	f.mu.Unlock()
	f.open.Done()
}

func (f *feeds) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.live)
}

// close says goodbye to all sockets and lets no further one in.
func (f *feeds) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for sock, begun := range f.live {
		if begun {
			go sock.end(websocket.CloseGoingAway, "boathook is stopping")
		}
	}
}

// wait returns when all sockets are gone, or ctx ends.
func (f *feeds) wait(ctx context.Context) {
	gone := make(chan struct{})
	go func() { f.open.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}

// upgrader leaves the Origin to the guard, whose check is stricter: the usual
// one compares Origin and Host, which a rebound name passes.
var upgrader = websocket.Upgrader{
	ReadBufferSize: 4 << 10, WriteBufferSize: 8 << 10, HandshakeTimeout: 5 * time.Second,
	WriteBufferPool: &sync.Pool{},
	CheckOrigin:     func(*http.Request) bool { return true },
	Error: func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
		if status != http.StatusUpgradeRequired {
			status = http.StatusBadRequest
		}
		body, err := json.Marshal(problem(status, "upgrade", "no websocket handshake", "the handshake is not valid"))
		if err != nil {
			status = http.StatusInternalServerError
		}
		w.Header().Set("Content-Type", typeProblem)
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		w.Write(body) //nolint:errcheck // kept in memory
	},
}

// subscription is what a client sends.
type subscription struct {
	After inspector.Cursor `json:"after"`
	Query string           `json:"q"`
}

func readSubscription(data []byte, now time.Time) (inspector.Cursor, *inspector.Query, *client.Problem) {
	if err := checkJSON(data); err != nil {
		return "", nil, problemOf(err)
	}
	var sub subscription
	if err := decodeStrict(data, &sub); err != nil {
		return "", nil, problemOf(err)
	}
	if len(sub.Query) > maxQuery {
		return "", nil, badParameter("q", "the filter is too long")
	}
	q, err := inspector.ParseQuery(sub.Query, now)
	if err != nil {
		return "", nil, problemOf(err)
	}
	return sub.After, q, nil
}
