package proxy

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
)

// Bounds of sending.
const (
	claimMost    = 256              // pieces of work in one claim
	sendLease    = 2 * time.Hour    // longer than any try may take, with its wait for its turn
	tryMost      = 30 * time.Minute // of the lease, that is left for the try itself
	lookEvery    = time.Second      // a wake-up is only a hint
	manyTrying   = 64               // from which on claims gather
	gatherFor    = 4 * time.Millisecond
	idleWorker   = time.Second            // after which one that makes tries ends
	storeRetry   = 200 * time.Millisecond // first pause before a commit is tried again
	storeRetries = 2 * time.Second        // longest one
	storeRemind  = time.Minute            // how often the log says that it goes on
	maxEndpoints = 1000                   // deliveries of one event
)

// Dispatcher sends events to endpoints: it keeps a delivery for each, makes the
// tries of its retry rule, and records every one of them. What is to be sent is
// scheduled work of the store, so it survives a restart: a try is stored as begun
// before the first byte leaves, and what was under way when the process ended is
// named as interrupted and tried again with the same ids.
type Dispatcher struct {
	store     *inspector.Committer
	ws        inspector.Workspace
	log       *slog.Logger
	ids       *inspector.IDs
	endpoints *Endpoints
	settings  *Settings
	inboxes   *Inboxes
	forwarder *Forwarder // passes on what inboxes have recorded
	sender    *Forwarder // sends to endpoints; it may reach our own capture port
	schemes   SchemeLookup
	name      string // of this process, in what it has under way
	loops     *loops
	pace      *pace
	rooms     rooms
	fresh     fresh
	failing   failing
	memoryRev uint64        // of what is stored of it
	again     time.Duration // first pause before what cannot be opened is opened again
	targets   targetCache
	lastJob   atomic.Pointer[knownJob]
	lastRules atomic.Pointer[knownRules]

	capture atomic.Pointer[string] // URL of the capture port, nil before it listens

	woken   chan struct{}
	idle    chan *try    // to a worker that waits for one
	active  atomic.Int64 // tries that were claimed and are not over
	limits  tryLimits
	bodies  bodies
	tries   sync.WaitGroup
	workers sync.WaitGroup
	records records
}

type dispatcherOptions struct {
	store     *inspector.Committer
	ws        inspector.Workspace
	log       *slog.Logger
	ids       *inspector.IDs
	endpoints *Endpoints
	settings  *Settings
	inboxes   *Inboxes
	forwarder *Forwarder
	sender    *Forwarder
	schemes   SchemeLookup
}

func newDispatcher(o dispatcherOptions) *Dispatcher {
	d := &Dispatcher{
		store: o.store, ws: o.ws, log: o.log, ids: o.ids, endpoints: o.endpoints, settings: o.settings,
		inboxes: o.inboxes, forwarder: o.forwarder, sender: o.sender, schemes: o.schemes,
		name: rand.Text()[:13], again: time.Second, loops: newLoops(), pace: newPace(), woken: make(chan struct{}, 1),
		idle: make(chan *try), limits: tryLimits{maxTrying, lastTrying},
	}
	d.records = records{d: d, bell: make(chan struct{}, 1)}
	return d
}

func (d *Dispatcher) catalog() *catalog.Catalog { return d.endpoints.catalog.Load() }

// provider finds the provider whose form a delivery has: that of the endpoint, or
// that of the event. It may be nil.
func (d *Dispatcher) provider(ep *Endpoint, id string) *catalog.Provider {
	if ep != nil && ep.Provider != "" {
		id = ep.Provider
	}
	p, _ := d.catalog().Provider(id)
	return p
}

// wake has the work looked at soon.
func (d *Dispatcher) wake() { signal(d.woken) }

// signal leaves a token in c, which has room for one, unless one is there.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Serve sends what is due until ctx ends. Then it waits for the tries under way
// until hurry ends, which cuts them off; they are recorded as interrupted and made
// again at the next start. It can be called once.
func (d *Dispatcher) Serve(ctx, hurry context.Context) {
	if err := d.recall(ctx); err != nil && ctx.Err() == nil {
		d.log.Warn("how long endpoints have failed is not known any more", "error", err)
	}
	var beside, recording sync.WaitGroup
	beside.Go(func() { d.memorise(ctx) })
	recording.Go(func() { d.records.serve(ctx) })
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		next, err := d.round(ctx)
		if ctx.Err() != nil {
			break
		}
		wait := lookEvery
		if err != nil && !errors.Is(err, inspector.ErrClosed) {
			d.log.Warn("what is due cannot be sent; will try again", "error", err)
		} else if !next.IsZero() {
			wait = min(max(time.Until(next), 0), lookEvery)
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case <-d.woken:
			if d.active.Load() >= manyTrying {
				pause(ctx, gatherFor) // a claim waits for a commit, so let it find several ends
			}
		case <-timer.C:
		}
	}
	unlink := context.AfterFunc(hurry, d.sender.interrupt)
	defer unlink()
	for _, t := range d.rooms.close() {
		d.over(t)
	}
	d.tries.Wait()
	close(d.records.bell)
	recording.Wait()
	d.workers.Wait()
	beside.Wait()
	if err := d.remember(context.WithoutCancel(ctx)); err != nil {
		d.log.Warn("how long endpoints have failed is forgotten with this process", "error", err)
	}
}

// round claims what is due and starts it, and says when to look again; zero if
// nothing says so.
func (d *Dispatcher) round(ctx context.Context) (next time.Time, err error) {
	for ctx.Err() == nil {
		if !d.settings.Get().Sending {
			return time.Time{}, nil
		}
		room, share := d.limits.room(int(d.active.Load()))
		if room = min(room, claimMost); room <= 0 {
			return time.Time{}, nil // the end of a try wakes us
		}
		leases, next, err := d.store.Claim(ctx, d.ws, time.Now(), sendLease, room, share)
		if err != nil || len(leases) == 0 {
			return next, err
		}
		d.active.Add(int64(len(leases)))
		d.tries.Add(len(leases))
		for i := range leases {
			d.take(ctx, &leases[i])
		}
		if len(leases) < room {
			return next, nil
		}
	}
	return time.Time{}, ctx.Err()
}

// pause reports false if ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// kept tells more of a batch that was stored.
type kept struct {
	lost []string // as in [inspector.Result]
	slow bool     // a commit of it took too long: its memory must not be used again
}

// keep commits, again and again while the store is busy or its disk full, until
// ctx ends. k may be nil.
func (d *Dispatcher) keep(ctx context.Context, b *inspector.Batch, k *kept) error {
	begin, said := time.Now(), time.Time{} // said: when the log said that it fails
	wait, unsure := storeRetry, false
	for ; ; wait = min(2*wait, storeRetries) {
		var res inspector.Result
		var err error
		stored := false
		if unsure {
			stored, err = d.storedLate(b)
		}
		if err == nil && !stored {
			res, err = d.store.Commit(context.Background(), b) // its end is no reason not to store it
			unsure = errors.Is(err, inspector.ErrSlow) && len(b.Finish) > 0
		}
		if k != nil {
			k.lost, k.slow = res.Lost, k.slow || errors.Is(err, inspector.ErrSlow)
		}
		switch {
		case err == nil:
			if !said.IsZero() {
				d.log.Info("the record of a try is stored", "after", time.Since(begin).Round(time.Millisecond))
			}
			return nil
		case errors.Is(err, inspector.ErrClosed), errors.Is(err, inspector.ErrBroken), errors.Is(err, inspector.ErrInvalid):
			d.log.Error("the record of a try could not be stored", "error", err)
			return err
		case time.Since(said) > storeRemind:
			said = time.Now()
			d.log.Warn("the record of a try cannot be stored now; will try again", "for", time.Since(begin).Round(time.Second), "error", err)
		}
		if !pause(ctx, wait) {
			return ctx.Err()
		}
	}
}

// storedLate reports whether a batch was stored whose commit took too long: stored once
// more, its tries would count twice.
func (d *Dispatcher) storedLate(b *inspector.Batch) (bool, error) {
	// What was begun before this is over after it.
	if _, err := d.store.Commit(context.Background(), &inspector.Batch{Workspace: b.Workspace}); err != nil {
		return false, err
	}
	ids := make([]string, len(b.Finish))
	for i := range b.Finish {
		ids[i] = b.Finish[i].ID
	}
	work, err := d.store.Work(context.Background(), b.Workspace, ids...)
	if err != nil {
		return false, err
	}
	for i := range b.Finish {
		f := &b.Finish[i]
		at := slices.IndexFunc(work, func(l inspector.Lease) bool { return l.ID == f.ID })
		if f.Next.IsZero() != (at < 0) || at >= 0 && !work[at].RunAt.Equal(f.Next) {
			return false, nil
		}
	}
	return true, nil
}
