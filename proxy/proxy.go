// Package proxy is the data path: it receives requests on the capture port,
// answers them as their inbox is set to, or passes them on to an app, and records
// both sides byte for byte.
//
// [New] puts the pieces together: a [Receiver] that captures, the [Inboxes] that
// say what becomes of a request, and a [Forwarder] that reaches the apps.
package proxy

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/vault"
)

// stopTime is how long a stop may take before forwards whose answer nobody waits
// for are cut off.
const stopTime = 9 * time.Second

// Options configure a [Proxy]. The zero value works.
type Options struct {
	Workspace inspector.Workspace // "": DefaultWorkspace
	Limits    Limits
	Keep      BoundsValues     // what is kept, until it is set otherwise; its limit of bodies is that of Limits
	Mask      MaskValues       // what is hidden, until it is set otherwise
	Log       *slog.Logger     // nil: nothing is logged
	Vault     *vault.Vault     // seals secrets; nil: they do not outlive the process
	Catalog   *catalog.Catalog // providers beside those that users add; nil: [catalog.Builtin]

	// Own are listeners of ours beside those given to Serve, such as that of the
	// page. Nothing is ever forwarded to them.
	Own []net.Addr
	// Guard lets forwards reach addresses of the public internet only, except for
	// those in Allow. It is for servers that others may configure.
	Guard     bool
	Allow     []netip.Prefix
	KeepBytes int64          // bytes that are kept of the body of an app's answer; 0: 10 MiB
	Resolver  Resolver       // nil: that of the system
	Roots     *x509.CertPool // authorities that sign the certificates of apps; nil: those of the system
	// ResumeRuns lets runs that send go on by themselves when the process before this
	// one ended while they ran. Without it they wait to be resumed.
	ResumeRuns bool
	// DialCapture reaches a capture port that is in memory; nil if it is a TCP port.
	DialCapture func(ctx context.Context) (net.Conn, error)
}

// Proxy is the capture port with everything behind it.
type Proxy struct {
	store      *inspector.Committer
	ws         inspector.Workspace
	vault      *vault.Vault
	log        *slog.Logger
	ids        *inspector.IDs
	schemes    *Schemes
	inboxes    *Inboxes
	endpoints  *Endpoints
	providers  *Providers
	settings   *Settings
	bounds     *Bounds
	masks      *Masks
	recordings *Recordings
	filters    *Filters
	checker    *Checker
	forwarder  *Forwarder
	receiver   *Receiver
	sending    *Dispatcher
	runs       *Runs
}

// New reads the inboxes, of which the first start makes two, and gets ready to
// capture. Nothing listens yet. A proxy is ended by the ctx of Serve; one that is
// never served is ended by Close. Inboxes that are changed through another
// handle of the store are found by looking at the store.
func New(ctx context.Context, store *inspector.Committer, opt Options) (*Proxy, error) {
	if opt.Workspace == "" {
		opt.Workspace = inspector.DefaultWorkspace
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Vault == nil {
		opt.Vault = vault.Ephemeral()
	}
	stats, err := store.Stats(ctx, opt.Workspace)
	if err != nil {
		return nil, fmt.Errorf("read the highest delivery id: %w", err)
	}
	p := &Proxy{store: store, ws: opt.Workspace, vault: opt.Vault, log: opt.Log, ids: inspector.NewIDs(stats.LastID)}
	if p.schemes, err = OpenSchemes(ctx, store, opt.Workspace, opt.Log); err != nil {
		return nil, err
	}
	if p.inboxes, err = OpenInboxes(ctx, store, opt.Workspace, opt.Vault, p.schemes, opt.Log); err != nil {
		return nil, err
	}
	if p.endpoints, err = OpenEndpoints(ctx, store, opt.Workspace, opt.Vault, p.schemes.Lookup, opt.Log); err != nil {
		return nil, err
	}
	if opt.Catalog == nil {
		opt.Catalog = catalog.Builtin()
	}
	if p.providers, err = OpenProviders(ctx, store, opt.Workspace, opt.Catalog, opt.Log, p.endpoints.UseCatalog); err != nil {
		return nil, err
	}
	if p.settings, err = OpenSettings(ctx, store, opt.Workspace, opt.Log); err != nil {
		return nil, err
	}
	opt.Keep.BodyLimit = opt.Limits.defaults().Body
	if p.bounds, err = OpenBounds(ctx, store, opt.Workspace, opt.Keep, opt.Log); err != nil {
		return nil, err
	}
	if p.masks, err = OpenMasks(ctx, store, opt.Workspace, opt.Mask, opt.Log); err != nil {
		return nil, err
	}
	if p.filters, err = OpenFilters(ctx, store, opt.Workspace, opt.Log); err != nil {
		return nil, err
	}
	if p.recordings, err = OpenRecordings(ctx, store, opt.Workspace, opt.Log); err != nil {
		return nil, err
	}
	p.checker = newChecker(store, opt.Workspace, p.schemes, p.inboxes, p.endpoints)
	out := ForwardOptions{
		KeepBytes: opt.KeepBytes, Own: opt.Own, Guard: opt.Guard, Allow: opt.Allow,
		Resolver: opt.Resolver, Roots: opt.Roots,
	}
	p.forwarder = NewForwarder(store, opt.Workspace, opt.Log, out)
	sender := NewForwarder(store, opt.Workspace, opt.Log, out)
	sender.dialer.capture = opt.DialCapture
	p.sending = newDispatcher(dispatcherOptions{
		store: store, ws: opt.Workspace, log: opt.Log, ids: p.ids, endpoints: p.endpoints, settings: p.settings,
		inboxes: p.inboxes, forwarder: p.forwarder, sender: sender, schemes: p.schemes.Lookup,
	})
	p.runs, err = OpenRuns(ctx, RunsOptions{
		Store: store, Workspace: opt.Workspace, Vault: opt.Vault, Dispatcher: p.sending, Checker: p.checker, Log: opt.Log, Resume: opt.ResumeRuns,
	})
	if err != nil {
		return nil, err
	}
	p.receiver = NewReceiver(ReceiverOptions{
		Store: store, IDs: p.ids, Answerer: answerer{p.inboxes, p.forwarder}, Judge: p.checker, Looped: p.sending.looped, Tags: p.recordings.Tags,
		Workspace: opt.Workspace, Limits: opt.Limits, BodyLimit: p.bounds.BodyLimit, Log: opt.Log,
	})
	return p, nil
}

// Inboxes are the inboxes of the workspace.
func (p *Proxy) Inboxes() *Inboxes { return p.inboxes }

// Endpoints are the endpoints of the workspace.
func (p *Proxy) Endpoints() *Endpoints { return p.endpoints }

// Providers are the catalogue of the workspace.
func (p *Proxy) Providers() *Providers { return p.providers }

// Bounds bound what is taken in and kept.
func (p *Proxy) Bounds() *Bounds { return p.bounds }

// Masks are the list of what is hidden.
func (p *Proxy) Masks() *Masks { return p.masks }

// Settings are the settings of the workspace for sending.
func (p *Proxy) Settings() *Settings { return p.settings }

// Schemes are the user's own signature schemes.
func (p *Proxy) Schemes() *Schemes { return p.schemes }

// Locked lists the inboxes and endpoints that have secrets which cannot be opened,
// see [LockedSecrets].
func (p *Proxy) Locked(ctx context.Context) ([]string, error) {
	return LockedSecrets(ctx, p.store, p.ws, p.vault)
}

// Checker explains signatures.
func (p *Proxy) Checker() *Checker { return p.checker }

// Dispatcher sends events.
func (p *Proxy) Dispatcher() *Dispatcher { return p.sending }

// Filters are the saved filters.
func (p *Proxy) Filters() *Filters { return p.filters }

// Recordings are the named sets of deliveries.
func (p *Proxy) Recordings() *Recordings { return p.recordings }

// Runs are the long jobs of the workspace.
func (p *Proxy) Runs() *Runs { return p.runs }

// IDs makes the ids of new deliveries.
func (p *Proxy) IDs() *inspector.IDs { return p.ids }

// Stats counts what became of requests that are in no delivery.
func (p *Proxy) Stats() ReceiverStats { return p.receiver.Stats() }

// Serve captures on the listeners until ctx ends or one of them fails. Then
// requests under way get Limits.Grace to finish; what is not over by then is cut
// off and recorded so. It can be called once.
func (p *Proxy) Serve(ctx context.Context, listeners ...net.Listener) error {
	for _, l := range listeners {
		// What is sent may go there, what is captured there may not.
		p.forwarder.dialer.guard.addOwn(l.Addr())
		p.sending.listens(l.Addr())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var beside sync.WaitGroup
	beside.Go(func() { watchConfig(ctx, p.store, p.log, func(ctx context.Context) error { return p.Take(ctx, nil) }) })
	beside.Go(func() {
		p.checker.work(ctx, func(text string, err error) { p.log.Warn(text, "error", err) })
	})
	// The receiver's stop cuts off the forwards that a sender waits for.
	unlink := context.AfterFunc(p.receiver.ctx, p.forwarder.interrupt)
	defer unlink()
	stopping := make(chan time.Time, 1)
	unmark := context.AfterFunc(ctx, func() { stopping <- time.Now() })
	hurried, hurryUp := context.WithCancel(context.Background())
	defer hurryUp()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		var jobs sync.WaitGroup
		jobs.Go(func() { p.runs.Serve(ctx) })
		p.sending.Serve(ctx, hurried)
		defer context.AfterFunc(hurried, p.sending.sender.interrupt)()
		jobs.Wait()
	}()
	err := p.receiver.Serve(ctx, listeners...)
	if unmark() {
		stopping <- time.Now() // a listener failed
	}
	cancel()
	beside.Wait()
	hurry, done := context.WithDeadline(context.Background(), (<-stopping).Add(stopTime))
	defer done()
	defer context.AfterFunc(hurry, hurryUp)()
	<-sent
	p.sending.sender.Stop()
	p.forwarder.Drain(hurry)
	p.forwarder.Stop()
	return err
}

// Close ends a proxy that was not served. The store stays open.
func (p *Proxy) Close() error {
	p.sending.sender.Stop()
	p.forwarder.Stop()
	return nil
}

// answerer joins inboxes and forwarder for the receiver.
type answerer struct {
	inboxes   *Inboxes
	forwarder *Forwarder
}

func (a answerer) Resolve(target string) (Route, bool) { return a.inboxes.Resolve(target) }

func (a answerer) Instant(x *Exchange) (Reply, bool) {
	p := x.Route.State.(*program)
	r, ok := p.immediate(x)
	return a.noteStray(x, r), ok
}

func (a answerer) Answer(ctx context.Context, x *Exchange) Reply {
	p := x.Route.State.(*program)
	if len(p.targets) == 0 {
		return a.noteStray(x, p.answer(ctx, x))
	}
	return a.noteStray(x, a.forwarder.answer(ctx, p, x))
}

// noteStray says so if a request had the address of an inbox that there is not.
func (answerer) noteStray(x *Exchange, r Reply) Reply {
	if x.Route.Inbox != DefaultInbox || originForm(x.Head.Target) != x.Route.Rest {
		return r
	}
	name, _, ok := cutInbox(x.Route.Rest)
	if !ok {
		return r
	}
	r.Notes = append(r.Notes, fmt.Sprintf("no inbox has the address /in/%.80s, so the default inbox took it", name))
	return r
}
