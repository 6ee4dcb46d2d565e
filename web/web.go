// Package web serves the page, the JSON API and the live feed, on a listener of
// its own that knows nothing of captures.
//
// [New] makes a server, [Server.Serve] runs it. The API is described by
// openapi.json, which is served at /api/v1/openapi.json; its Go client is the
// package client.
//
// Everything is refused unless it is allowed: the name in the Host header, the
// Origin of a browser's request, the token. See guard.go.
package web

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
)

const (
	apiPrefix    = "/api/v1/"
	bodyLimit    = 1 << 20
	headerLimit  = 32 << 10
	writeTimeout = 30 * time.Second
	stopTimeout  = 5 * time.Second
	storeTimeout = 10 * time.Second
)

// Options says what a server serves. Store is required.
type Options struct {
	Store     inspector.Store
	Workspace inspector.Workspace // "": inspector.DefaultWorkspace
	Hub       *inspector.Hub      // source of the feed; nil: /feed answers 503
	// What is nil answers 503.
	Inboxes    Inboxes
	Endpoints  Endpoints
	Settings   Settings
	Schemes    Schemes
	Checker    Checker
	Providers  Providers
	Runs       Runs
	Recordings Recordings
	Filters    Filters
	IDs        *inspector.IDs // of imported deliveries
	// Mark tells what this store exported from what others did, see
	// [portable.ExportOptions]; nil: it cannot be told.
	Mark   func() hash.Hash
	Sender Sender
	// Token opens everything; see [NewToken]. "" asks nobody for one, which is
	// refused for listeners beyond loopback.
	Token string
	// Allow are further names, with or without a port, under which the page may
	// be reached. localhost, 127.0.0.1, [::1] and the bound addresses always are.
	Allow []string

	Version   string
	StoreKind string // for /status: badger, memory
	StorePath string // folder of the store, "" if it is in memory
	Dir       string // data folder, "" if there is none
	// Described is what config files write anew at each start, with where they say so:
	// "inbox/demo", "endpoint/crm", "scheme/acme" or "sending.cap", "boathook.yaml:3".
	Described  map[string]string
	PageURL    func() string // nil: made of the first listener's address
	CaptureURL func() string // base URL of the capture port; nil or "": unknown
	// DialCapture opens connections for pings; nil dials the host of CaptureURL.
	DialCapture func(ctx context.Context) (net.Conn, error)
	Malformed   func() uint64 // requests that were no valid HTTP, on the capture port; may be nil
	Bounds      Bounds        // what is taken in and kept; nil: unknown
	Masks       Masks         // what is hidden; nil: what names tell by themselves
	// Locked lists what has secrets that cannot be opened, for the doctor; nil: unknown.
	Locked func(ctx context.Context) ([]string, error)
	Held   func() bool // whether the age of Bounds holds back; nil: never

	Now  func() time.Time                 // nil: time.Now
	Logf func(format string, args ...any) // nil: nothing is logged. Never called with captured text or secrets
}

// Server is the page server. Make one with [New].
type Server struct {
	opt      Options
	ws       inspector.Workspace
	app      *fiber.App
	routes   []route
	hosts    hosts
	sessions sessions
	links    links
	failures *limiter
	repeats  repeats
	assets   map[string]*asset
	feeds    *feeds

	trash        sync.Mutex // held while deliveries are deleted or restored
	lastDeletion time.Time
	reports      reports
	checking     sync.Mutex    // held while the doctor reads all records
	rechecking   sync.Mutex    // held while a selection is checked once more
	importing    sync.Mutex    // held while a file is imported
	decoding     chan struct{} // one place for each body that is being decoded
	ordering     chan struct{} // one place for each list that is being sorted
	started      time.Time

	// ctx ends when Serve stops. It is made by New because handlers need it and
	// requests can only come once Serve runs.
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup // streams

	mu   sync.Mutex
	addr net.Addr // of the first listener
}

// New makes a server. It is used for one call of [Server.Serve].
func New(opt Options) *Server {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Workspace == "" {
		opt.Workspace = inspector.DefaultWorkspace
	}
	s := &Server{
		opt: opt, ws: opt.Workspace,
		hosts: newHosts(opt.Allow), sessions: newSessions(opt.Token),
		failures: newLimiter(20, 1), assets: assets(),
		decoding: make(chan struct{}, 4), ordering: make(chan struct{}, 2), reports: reports{counting: make(chan struct{}, 1)}, started: opt.Now(),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.feeds = newFeeds(opt.Hub)
	s.app = fiber.New(fiber.Config{
		DisableStartupMessage: true, StrictRouting: true, CaseSensitive: true, Immutable: true,
		DisablePreParseMultipartForm: true, BodyLimit: bodyLimit, ReadBufferSize: headerLimit,
		ReadTimeout: 10 * time.Second, WriteTimeout: writeTimeout, IdleTimeout: 60 * time.Second,
		Concurrency: 1024, EnableTrustedProxyCheck: true, ErrorHandler: s.handlerError,
	})
	s.routes = s.table()
	for _, r := range s.routes {
		handle := r.handle
		switch {
		case r.method != "GET":
			handle = s.once(handle)
		case !r.socket:
			handle = s.attended(handle)
		}
		s.app.Add(r.method, fiberPath(r.path), handle)
		if r.method == "GET" && !r.noHead {
			s.app.Add("HEAD", fiberPath(r.path), handle)
		}
	}
	srv := s.app.Server()
	srv.Handler = recovered(s, s.guard(s.app.Handler()))
	srv.ErrorHandler = transportError
	srv.SecureErrorLogMessage = true
	srv.NoDefaultContentType = true
	srv.ContinueHandler = s.mayContinue
	srv.HeaderReceived = s.bodyLimits
	srv.CloseOnShutdown = true
	return s
}

// Serve answers on the listeners until ctx ends or one of them breaks, then
// closes all sockets and streams and returns within five seconds. It closes the
// listeners. Without a token it refuses listeners that other machines can reach.
func (s *Server) Serve(ctx context.Context, listeners ...net.Listener) error {
	defer s.cancel()
	if len(listeners) == 0 {
		return errors.New("serve the page: no listener")
	}
	for _, ln := range listeners {
		if s.opt.Token == "" && !loopback(ln.Addr()) {
			closeAll(listeners)
			return fmt.Errorf("serve the page on %s: other machines can reach this address, so a token is needed", ln.Addr())
		}
		s.hosts.addListener(ln.Addr())
	}
	s.mu.Lock()
	s.addr = listeners[0].Addr()
	s.mu.Unlock()

	ended := make(chan error, len(listeners))
	for _, ln := range listeners {
		go func() { ended <- s.app.Server().Serve(lingering{ln}) }()
	}
	var err error
	left := len(listeners)
	select {
	case <-ctx.Done():
	case err = <-ended:
		left--
	}
	return errors.Join(err, s.stop(listeners, ended, left))
}

// stop ends what still runs: sockets and streams at once, requests within
// stopTimeout.
func (s *Server) stop(listeners []net.Listener, ended <-chan error, left int) error {
	s.mu.Lock()
	s.cancel() // no stream begins after it
	s.mu.Unlock()
	s.feeds.close()
	stop, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	err := s.app.Server().ShutdownWithContext(stop)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("stop the page: requests still ran after %s", stopTimeout)
	}
	// The server closes those that it serves by now. One that it has not come to
	// yet would be served for ever.
	closeAll(listeners)
	for range left {
		<-ended
	}
	s.feeds.wait(stop)
	s.work.Wait()
	return err
}

func closeAll(listeners []net.Listener) {
	for _, ln := range listeners {
		ln.Close()
	}
}

func (s *Server) now() time.Time { return s.opt.Now() }

func (s *Server) log(format string, args ...any) {
	if s.opt.Logf != nil {
		s.opt.Logf(format, args...)
	}
}

// pageURL is where a browser on this machine reaches the page.
func (s *Server) pageURL() string {
	if s.opt.PageURL != nil {
		return s.opt.PageURL()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	tcp, ok := s.addr.(*net.TCPAddr)
	if !ok {
		return "http://localhost"
	}
	if tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://localhost:%d", tcp.Port)
	}
	return "http://" + tcp.String()
}

func (s *Server) captureURL() string {
	if s.opt.CaptureURL == nil {
		return ""
	}
	return strings.TrimSuffix(s.opt.CaptureURL(), "/")
}

// brief bounds what a request stores, and does not end with its client.
func (s *Server) brief() (context.Context, context.CancelFunc) {
	return context.WithTimeout(s.ctx, storeTimeout)
}

func pid() int { return os.Getpid() }
