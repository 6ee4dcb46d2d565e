package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
)

// maxSides is how many forwards may be under way whose answer nobody waits for.
const maxSides = 256

// target is a Target made ready to be forwarded to.
type target struct {
	Target
	addr     *address
	fixed    bool // the path of the request is not appended
	keepHost bool
	timeout  time.Duration
	dial     string // host and port
	prefix   string // scheme and authority, as in Attempt.Target
}

func compileTarget(t Target) (*target, error) {
	addr, err := parseTarget(t.URL)
	if err != nil {
		return nil, err
	}
	return &target{
		Target: t, addr: addr, fixed: t.Path == "fixed", keepHost: t.Host == "keep",
		timeout: time.Duration(t.TimeoutMS) * time.Millisecond,
		dial:    addr.dial(), prefix: addr.origin(),
	}, nil
}

// Forwarder passes captured requests on to apps, over its own HTTP/1.1 client:
// what is sent is what was received, in order, case and bytes.
type Forwarder struct {
	store     inspector.Store
	ws        inspector.Workspace
	log       *slog.Logger
	dialer    *dialer
	keepBytes int64 // of an answer's body

	ctx   context.Context // ends when what is under way is cut off
	cut   context.CancelFunc
	sides chan struct{} // holds a token for each forward that nobody waits for
	tasks sync.WaitGroup

	mu    sync.RWMutex
	pools map[poolKey]*pool
}

// ForwardOptions configure a [Forwarder]. The zero value works.
type ForwardOptions struct {
	KeepBytes int64          // of an answer's body; what is past it is passed on, not kept; 0: 10 MiB
	Own       []net.Addr     // listeners that must never be forwarded to
	Guard     bool           // connect to addresses of the public internet only
	Allow     []netip.Prefix // exceptions from Guard
	Resolver  Resolver       // nil: that of the system
	Roots     *x509.CertPool // certificate authorities; nil: those of the system
}

// NewForwarder returns a forwarder. It must be stopped with Stop.
func NewForwarder(store inspector.Store, ws inspector.Workspace, log *slog.Logger, opt ForwardOptions) *Forwarder {
	fill(&opt.KeepBytes, 10<<20)
	if opt.Resolver == nil {
		opt.Resolver = net.DefaultResolver
	}
	f := &Forwarder{
		store: store, ws: ws, log: log, keepBytes: opt.KeepBytes,
		dialer: &dialer{
			resolver: opt.Resolver, roots: opt.Roots, sessions: tls.NewLRUClientSessionCache(64),
			guard: &guard{internal: opt.Guard, allow: opt.Allow},
		},
		sides: make(chan struct{}, maxSides),
		pools: map[poolKey]*pool{},
	}
	f.dialer.guard.addOwn(opt.Own...)
	f.ctx, f.cut = context.WithCancel(context.Background())
	f.tasks.Go(f.expire)
	return f
}

// Drain waits until no forward is under way whose answer nobody waits for, or
// ctx ends.
func (f *Forwarder) Drain(ctx context.Context) {
	for range cap(f.sides) {
		select {
		case f.sides <- struct{}{}:
		case <-ctx.Done():
			return
		}
	}
}

// Stop cuts off what is under way, waits until it is recorded, and closes all
// connections.
func (f *Forwarder) Stop() {
	f.interrupt()
	f.tasks.Wait()
}

// interrupt cuts off what is under way.
func (f *Forwarder) interrupt() {
	f.cut()
	f.mu.Lock()
	for _, p := range f.pools {
		p.close()
	}
	f.mu.Unlock()
}

// expire closes connections that were idle for too long, and tells of ends that were
// missed.
func (f *Forwarder) expire() {
	tick := time.NewTicker(idleTimeout / 4)
	defer tick.Stop()
	tell := time.NewTicker(tellEvery)
	defer tell.Stop()
	for {
		select {
		case <-f.ctx.Done():
			return
		case <-tell.C:
			f.mu.RLock()
			for _, p := range f.pools {
				p.tellEnds()
			}
			f.mu.RUnlock()
		case now := <-tick.C:
			f.mu.RLock()
			for _, p := range f.pools {
				p.expire(now)
			}
			f.mu.RUnlock()
		}
	}
}

// owns reports whether an address is that of our end of a connection to a target.
func (f *Forwarder) owns(local string) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, p := range f.pools {
		if p.owns(local) {
			return true
		}
	}
	return false
}

// pool returns the connections to a target.
func (f *Forwarder) pool(t *target) *pool {
	key := poolKey{dial: t.dial, tls: t.addr.tls, insecure: t.Insecure}
	f.mu.RLock()
	p := f.pools[key]
	f.mu.RUnlock()
	if p != nil {
		return p
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if p = f.pools[key]; p == nil {
		p = &pool{all: map[*upstream]struct{}{}, closed: f.ctx.Err() != nil}
		f.pools[key] = p
	}
	return p
}

// failure is what is recorded of an error that ended a forward.
func (f *Forwarder) failure(err error, t *target) inspector.Failure {
	var failed *hopError
	if !errors.As(err, &failed) {
		failed = hopFailure("read", err, t)
	}
	if f.ctx.Err() != nil && failed.Class != inspector.FailBlocked {
		return inspector.Failure{Class: inspector.FailInterrupted, Phase: failed.Phase, Text: "boathook stopped " + during(failed.Phase)}
	}
	return failed.Failure
}

// hop prepares the exchange with one target.
func (f *Forwarder) hop(t *target, k int, src *source, out *forwardHead) *hop {
	h := &hop{}
	f.begin(h, t, k, src, out)
	return h
}

// begin is hop for one that is part of something else, and may have been used before.
func (f *Forwarder) begin(h *hop, t *target, k int, src *source, out *forwardHead) {
	h.f, h.t, h.src, h.out, h.pool = f, t, src, out, f.pool(t)
	text := h.attempt.Target // of the exchange before it
	if prefix, rest := len(t.prefix), len(out.target); len(text) != prefix+rest || text[:prefix] != t.prefix || text[prefix:] != out.target {
		text = t.prefix + out.target
	}
	h.attempt = inspector.Attempt{
		Delivery: src.delivery, K: k, Target: text,
		Request: inspector.Message{Head: out.raw, Framing: src.framing, Size: src.size, Wanted: src.wanted},
		Dropped: out.dropped, Notes: out.notes,
	}
	h.attempt.Response.Wanted = -1
	if t.addr.tls && t.Insecure {
		h.note("the certificate was not checked, as the target is set to")
	}
}

// statusLoop is what a request is answered that was passed on too often.
const statusLoop = 508

// refuse says why a request is not passed on to anybody: the status and the
// failure. The status is 0 if it is.
func refuse(x *Exchange) (int, inspector.Failure) {
	block := func(format string, args ...any) inspector.Failure {
		return inspector.Failure{Class: inspector.FailBlocked, Text: fmt.Sprintf(format, args...)}
	}
	if protocol := upgradeOf(x.Head.Fields); protocol != "" {
		return 501, block("the request asks to upgrade to %.40q; connections are not upgraded, so it was recorded and not passed on", protocol)
	}
	if hops := hopsOf(x.Head.Fields); hops >= maxHops {
		return statusLoop, block("the request was passed on %d times already: the app's requests come back to this inbox and are passed on to it again; send them to another inbox, or remove the forward", hops)
	}
	return 0, inspector.Failure{}
}
