package proxy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/boathook/boathook/inspector"
)

// Storer is what the receiver asks of the store.
type Storer interface {
	Commit(ctx context.Context, b *inspector.Batch) (inspector.Result, error)
	Body(ctx context.Context, ws inspector.Workspace, key inspector.BodyKey) (inspector.Body, error)
}

// ReceiverOptions say what a receiver works with.
type ReceiverOptions struct {
	Store    Storer // gives up on a commit by itself, as [inspector.Committer] does
	IDs      *inspector.IDs
	Answerer Answerer
	Judge    Judge // nil: no signature is checked
	// Looped tells whether a request is one that we sent and that came back, by the
	// address of its sender, its Request-Id and the provider's id of the delivery. nil:
	// none is.
	Looped    func(remote, requestID, deliveryID string) bool
	Tags      func(inbox string) []string // what deliveries to an inbox are tagged with; nil: nothing
	Workspace inspector.Workspace         // "": DefaultWorkspace
	Limits    Limits
	BodyLimit func() int64 // the limit of bodies as it is now; nil: that of Limits
	Log       *slog.Logger // nil: nothing is logged
}

// Receiver captures every request on its listeners. A 2xx leaves it only once
// the whole record is stored.
type Receiver struct {
	store     Storer
	ids       *inspector.IDs
	answerer  Answerer
	judge     Judge
	looped    func(remote, requestID, deliveryID string) bool
	tags      func(inbox string) []string
	workspace inspector.Workspace
	limits    Limits
	bodyLimit func() int64
	log       *slog.Logger
	server    *fasthttp.Server

	conns    connSet
	inFlight atomic.Int64
	counts   counts
	refusals refusals
	tlsSeen  sync.Once
	leaving  chan struct{} // holds one for each refused connection that is being closed
	draining chan struct{} // holds one for each connection that is read to its end after a refusal
	late     chan struct{} // holds one for each record that is stored after its answer
	lates    sync.WaitGroup
	shelfMu  sync.Mutex
	shelf    shelf

	stop     chan struct{} // closed when no further request is taken
	stopOnce sync.Once
	ctx      context.Context // ends when requests under way are broken off
	cancel   context.CancelFunc
}

// NewReceiver returns a receiver that listens nowhere yet.
func NewReceiver(opt ReceiverOptions) *Receiver {
	r := &Receiver{
		store: opt.Store, ids: opt.IDs, answerer: opt.Answerer, judge: opt.Judge, looped: opt.Looped, tags: opt.Tags, workspace: opt.Workspace,
		limits: opt.Limits.defaults(), bodyLimit: opt.BodyLimit, log: opt.Log, stop: make(chan struct{}),
		leaving: make(chan struct{}, 64), draining: make(chan struct{}, maxDrains), late: make(chan struct{}, lateBatches),
	}
	if r.workspace == "" {
		r.workspace = inspector.DefaultWorkspace
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	if r.bodyLimit == nil {
		limit := r.limits.Body
		r.bodyLimit = func() int64 { return limit }
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.conns.init()
	r.server = r.newServer()
	return r
}

// newServer sets Fiber up so that nothing between the socket and our handler
// has a say in what a request is. Fiber's router answers 400 to methods that it
// does not know, so the server calls us directly.
func (r *Receiver) newServer() *fasthttp.Server {
	app := fiber.New(fiber.Config{
		StreamRequestBody:            true,
		BodyLimit:                    64 << 10,
		DisablePreParseMultipartForm: true,
		DisableHeaderNormalizing:     true,
		DisableDefaultDate:           true,
		DisableDefaultContentType:    true,
		DisableStartupMessage:        true,
		EnableTrustedProxyCheck:      true,
		StrictRouting:                true,
		CaseSensitive:                true,
		Immutable:                    true,
		// A connection holds a read buffer as long as it is open. Longer requests
		// are read into buffers that are shared.
		ReadBufferSize:  4 << 10,
		WriteBufferSize: 512,
		Concurrency:     2 * r.limits.Conns, // the listener's cap comes first
	})
	s := app.Server()
	s.Handler = r.serve
	s.SecureErrorLogMessage = true
	s.NoDefaultServerHeader = true
	s.Logger = serverLog{r.log}
	return s
}

// serverLog passes what fasthttp logs on.
type serverLog struct{ log *slog.Logger }

func (l serverLog) Printf(format string, args ...any) { l.log.Debug(fmt.Sprintf(format, args...)) }

// Serve captures on the listeners until ctx ends or one of them fails. Then it
// takes no new connection or request, lets those under way finish within
// Limits.Grace, and returns once all have ended. It can be called once.
func (r *Receiver) Serve(ctx context.Context, listeners ...net.Listener) error {
	errs := make(chan error, len(listeners))
	var own []*listener
	for _, ln := range listeners {
		l := &listener{Listener: ln, r: r}
		own = append(own, l)
		go func() { errs <- r.server.Serve(l) }()
	}
	var err error
	ended := 0
	select {
	case <-ctx.Done():
	case err = <-errs:
		ended++
	}
	r.stopOnce.Do(func() { close(r.stop) })
	for _, l := range own {
		err = errors.Join(err, ignoreClosed(l.Close()))
	}
	r.conns.drain(r.limits.Grace, r.cancel)
	r.cancel()
	r.lates.Wait()
	for ; ended < len(own); ended++ {
		err = errors.Join(err, <-errs)
	}
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func (r *Receiver) stopping() bool {
	select {
	case <-r.stop:
		return true
	default:
		return false
	}
}

// pause waits, and reports false if the receiver stops meanwhile.
func (r *Receiver) pause(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.stop:
		return false
	}
}

// serve is called by the server for each request, when its head was read.
func (r *Receiver) serve(ctx *fasthttp.RequestCtx) {
	c, ok := ctx.Conn().(*conn)
	if !ok {
		ctx.SetConnectionClose()
		return
	}
	c.mute = true
	if !r.guard(c) {
		ctx.SetConnectionClose()
	}
}

// guard handles one request and reports whether the connection stays open. A
// panic ends the connection, and nothing else.
func (r *Receiver) guard(c *conn) (stay bool) {
	defer func() {
		if p := recover(); p != nil {
			r.panicked(p)
			c.abandon()
			stay = false
		}
	}()
	stay = r.exchange(c)
	c.release()
	return stay
}

func (r *Receiver) panicked(v any) {
	r.counts.panics.Add(1)
	r.log.Error("panic on the capture port", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
}

// abandon waits for what was started for the current message and gives its
// memory back.
func (c *conn) abandon() {
	_ = c.awaitChunk()
	c.release()
}

// commitTo commits in a goroutine of its own.
func (r *Receiver) commitTo(b *inspector.Batch, done chan<- error) {
	_, err := r.commit(b)
	done <- err
}

// commit stores b. A sender that leaves never cancels it, and neither does the
// stop of the receiver: the store has its own deadline.
func (r *Receiver) commit(b *inspector.Batch) (res inspector.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			r.panicked(p)
			err = fmt.Errorf("store a capture: panic: %v", p)
		}
	}()
	return r.store.Commit(context.Background(), b)
}
