package instance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web"
)

// Server is store, capture port and page of one data folder.
type Server struct {
	opt   Options
	store *inspector.Committer
	hub   *inspector.Hub
	proxy *proxy.Proxy
	web   *web.Server
	kind  string // of the store
	path  string // of the store, "" if it is in memory
	log   *slog.Logger
	once  sync.Once
	held  atomic.Bool // too much became too old at once, so none of it is removed
}

// Open opens the store and gets ready to serve. [Server.Run] serves, and
// [Server.Close] ends a server whether it ran or not. The listeners of the
// options are the server's from here on, also when Open fails.
func Open(ctx context.Context, opt Options) (_ *Server, err error) {
	defer func() {
		if err != nil {
			CloseAll(opt.Page)
			CloseAll(opt.Capture)
		}
	}()
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{opt: opt, log: opt.Log}
	keys, err := s.openVault()
	if err != nil {
		return nil, err
	}
	providers, err := s.openCatalog()
	if err != nil {
		return nil, err
	}
	driver, err := s.openStore()
	if err != nil {
		return nil, err
	}
	s.store = inspector.NewCommitter(driver, inspector.CommitterOptions{})
	s.proxy, err = proxy.New(ctx, s.store, proxy.Options{Limits: opt.Limits, Keep: s.keep(), Mask: opt.Mask, Log: opt.Log, Vault: keys, Catalog: providers, Own: addresses(opt.Page), DialCapture: s.dialCapture(), ResumeRuns: opt.ResumeRuns, Guard: opt.Guard, Allow: opt.GuardAllow})
	if err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	s.hub = inspector.NewHub(s.store, inspector.DefaultWorkspace, inspector.HubOptions{Take: s.proxy.Take})
	page := s.webOptions()
	page.Mark = keys.Mark
	s.web = web.New(page)
	return s, nil
}

// keep is what is kept unless it is set otherwise.
func (s *Server) keep() proxy.BoundsValues {
	p := s.opt.Policy
	return proxy.BoundsValues{Count: int64(p.Count), Bytes: p.Bytes, AgeS: int64(p.Age.Seconds()), TrashS: int64(p.Trash.Seconds()), Fixed: s.opt.Fixed}
}

// policy is what is kept now.
func (s *Server) policy() inspector.Policy {
	v := s.proxy.Bounds().Get()
	return v.Policy()
}

func (s *Server) webOptions() web.Options {
	return web.Options{
		Store: s.store, Hub: s.hub, Token: s.opt.Token, Allow: s.opt.Allow,
		Inboxes: s.proxy.Inboxes(), Endpoints: s.proxy.Endpoints(), Settings: s.proxy.Settings(),
		Schemes: s.proxy.Schemes(), Checker: s.proxy.Checker(), Providers: s.proxy.Providers(), Sender: s.proxy.Dispatcher(), Runs: s.proxy.Runs(), Recordings: s.proxy.Recordings(), Filters: s.proxy.Filters(), IDs: s.proxy.IDs(),
		Version: s.opt.Version, StoreKind: s.kind, StorePath: s.path, Dir: s.opt.Dir,
		PageURL: s.Page, CaptureURL: s.Capture, DialCapture: s.dialCapture(),
		Malformed: func() uint64 { return s.proxy.Stats().Malformed },
		Bounds:    s.proxy.Bounds(),
		Described: s.opt.Described,
		Masks:     s.proxy.Masks(),
		Held:      s.held.Load,
		Locked:    s.proxy.Locked,
		Logf:      func(format string, args ...any) { s.log.Warn(fmt.Sprintf(format, args...)) },
	}
}

// Page is the URL of the page.
func (s *Server) Page() string { return URL(s.opt.Page[0]) }

// Capture is the URL of the capture port.
func (s *Server) Capture() string {
	if s.opt.CaptureURL != "" {
		return s.opt.CaptureURL
	}
	return URL(s.opt.Capture[0])
}

// Where says in a few words where deliveries are kept.
func (s *Server) Where() string { return first(s.path, "memory") }

// Inboxes are the inboxes of the capture port.
func (s *Server) Inboxes() *proxy.Inboxes { return s.proxy.Inboxes() }

// Schemes are the user's own signature schemes.
func (s *Server) Schemes() *proxy.Schemes { return s.proxy.Schemes() }

// Endpoints are the endpoints that are sent to.
func (s *Server) Endpoints() *proxy.Endpoints { return s.proxy.Endpoints() }

// Settings say what may be sent to whom.
func (s *Server) Settings() *proxy.Settings { return s.proxy.Settings() }

// Stats is a summary of the store.
func (s *Server) Stats(ctx context.Context) (inspector.Stats, error) {
	return s.store.Stats(ctx, inspector.DefaultWorkspace)
}

// LoginLink is a link that logs one browser in, once.
func (s *Server) LoginLink() string { return s.web.LoginLink() }

// Running describes the server to others.
func (s *Server) Running() Running {
	return Running{
		Page: s.Page(), Capture: s.Capture(), API: s.Page() + "/api/v1", Token: s.opt.Token, PID: os.Getpid(), Store: s.Where(),
	}
}

// Run serves until ctx ends, or until a part fails, which stops the others. It
// calls ready once both ports have answered a real request. What is under way
// when it ends has ten seconds to finish.
func (s *Server) Run(ctx context.Context, ready func() error) error {
	group, ctx := errgroup.WithContext(ctx)
	// The hub outlives the ports, which use it until they have stopped.
	hubCtx, stopHub := context.WithCancel(context.WithoutCancel(ctx))
	hubDone := make(chan error, 1)
	go func() { hubDone <- s.hub.Run(hubCtx) }()

	group.Go(func() error { return unlessDone(ctx, "capture port", s.proxy.Serve(ctx, s.opt.Capture...)) })
	group.Go(func() error { return unlessDone(ctx, "page", s.web.Serve(ctx, s.opt.Page...)) })
	group.Go(func() error { return sweep(ctx, s.store, s.policy, &s.held, s.log) })
	group.Go(func() error { return s.becomeReady(ctx, ready) })
	err := group.Wait()
	if s.opt.Announce {
		err = errors.Join(err, withdraw(s.opt.Dir))
	}
	stopHub()
	return errors.Join(err, <-hubDone)
}

// unlessDone turns a part that ended by itself into an error, so that the
// others do not run on without it.
func unlessDone(ctx context.Context, part string, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", part, err)
	case ctx.Err() == nil:
		return fmt.Errorf("%s: stopped by itself", part)
	}
	return nil
}

func (s *Server) becomeReady(ctx context.Context, ready func() error) error {
	err := s.check(ctx)
	if err == nil && s.opt.Announce {
		err = announce(s.opt.Dir, s.Running())
	}
	if err == nil && ready != nil {
		err = ready()
	}
	if ctx.Err() != nil {
		return nil // stopped meanwhile, which is no fault of the ports
	}
	return err
}

// check asks every listener that other processes can reach.
func (s *Server) check(ctx context.Context) error {
	for _, ln := range s.opt.Page {
		if _, tcp := ln.Addr().(*net.TCPAddr); !tcp {
			continue
		}
		if err := checkPage(ctx, plainClient(), URL(ln)); err != nil {
			return err
		}
	}
	for _, ln := range s.opt.Capture {
		if _, tcp := ln.Addr().(*net.TCPAddr); !tcp {
			continue
		}
		if _, err := CheckCapture(ctx, URL(ln)); err != nil {
			return err
		}
	}
	return nil
}

// Close ends what Open started; it stores what was acknowledged. It is called
// after Run has returned, or in its place.
func (s *Server) Close() (err error) {
	s.once.Do(func() {
		CloseAll(s.opt.Page)
		CloseAll(s.opt.Capture)
		err = errors.Join(s.proxy.Close(), s.store.Close())
	})
	return err
}

func addresses(lns []net.Listener) []net.Addr {
	var all []net.Addr
	for _, ln := range lns {
		all = append(all, ln.Addr())
	}
	return all
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
