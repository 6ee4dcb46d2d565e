package proxy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/vault"
)

// Bounds of runs.
const (
	maxRunning   = 8         // runs under way or paused
	keepRuns     = 200       // that are kept, those that are over first out
	maxRunBytes  = 256 << 10 // of a stored run
	runKind      = "run"     // begins the keys of their entries
	runSaveEvery = time.Second
)

var (
	// ErrRunOver is returned for a run that is over and cannot be steered any more.
	ErrRunOver = errors.New("the run is over")
	// ErrTooManyRuns is returned while as many runs as may be are not over.
	ErrTooManyRuns = errors.New("too many runs are not over yet; wait for one of them, or cancel one")
	// ErrNoFailures is returned by Runs.RetryFailed for a run without failures.
	ErrNoFailures = errors.New("the run has no failures")
)

// Runs are the long jobs of a workspace. A run is stored as the configuration
// entry run/{id}, at most once a second while it works and whenever its state
// changes. It survives the process: a recheck that was running goes on at the next
// start. One that sends becomes RunInterrupted, since nothing is sent that nobody asks
// for now; what it had under way is named, and [Runs.Resume] lets it go on.
// Safe for concurrent use.
type Runs struct {
	store   *inspector.Committer
	ws      inspector.Workspace
	log     *slog.Logger
	vault   *vault.Vault
	d       *Dispatcher
	checker *Checker
	clock   runClock

	mu      sync.Mutex
	all     map[string]*run
	last    int             // highest number given
	ctx     context.Context // of Serve; nil before it runs
	working sync.WaitGroup
}

// runClock is the time that the pace of runs goes by.
type runClock struct {
	now func() time.Time
	// pause reports false if ctx ended first.
	pause func(ctx context.Context, d time.Duration) bool
}

// RunsOptions say what runs work on. All but Resume must be set.
type RunsOptions struct {
	Store      *inspector.Committer
	Workspace  inspector.Workspace
	Vault      *vault.Vault
	Dispatcher *Dispatcher
	Checker    *Checker
	Log        *slog.Logger
	Resume     bool // what was sending when the process ended goes on by itself
}

// OpenRuns reads the runs of a workspace. None of them works before Serve runs.
func OpenRuns(ctx context.Context, o RunsOptions) (*Runs, error) {
	rs := &Runs{
		store: o.Store, ws: o.Workspace, log: o.Log, vault: o.Vault, d: o.Dispatcher, checker: o.Checker,
		clock: runClock{time.Now, pause}, all: map[string]*run{},
	}
	entries, err := o.Store.Config(ctx, o.Workspace, runKind+"/")
	if err != nil {
		return nil, fmt.Errorf("read the runs: %w", err)
	}
	for _, e := range entries {
		id := strings.TrimPrefix(e.Key, runKind+"/")
		n, ok := runNumber(id)
		if !ok {
			continue
		}
		rs.last = max(rs.last, n)
		r, err := rs.read(id, e)
		if err != nil {
			// One run of a later version must not take the others down.
			o.Log.Error("a run is left out", "run", id, "error", err)
			continue
		}
		if r.entry.State == RunRunning && r.entry.Kind != RunRecheck && !o.Resume {
			r.entry.State, r.entry.Error, r.cutOff = RunInterrupted, interruptedText, true
		}
		rs.all[id] = r
	}
	return rs, nil
}

func runNumber(id string) (int, bool) {
	digits, ok := strings.CutPrefix(id, "r")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n > 0 && strconv.Itoa(n) == digits
}

// List returns the runs, the newest first.
func (rs *Runs) List() []Run {
	rs.mu.Lock()
	all := make([]*run, 0, len(rs.all))
	for _, r := range rs.all {
		all = append(all, r)
	}
	rs.mu.Unlock()
	slices.SortFunc(all, func(a, b *run) int { return cmp.Compare(b.n, a.n) })
	list := make([]Run, len(all))
	for i, r := range all {
		list[i] = r.shown()
	}
	return list
}

// Get returns a run, or inspector.ErrNotFound.
func (rs *Runs) Get(id string) (Run, error) {
	r, err := rs.find(id)
	if err != nil {
		return Run{}, err
	}
	return r.shown(), nil
}

func (rs *Runs) find(id string) (*run, error) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	r, ok := rs.all[id]
	if !ok {
		return nil, fmt.Errorf("run %.20q: %w", id, inspector.ErrNotFound)
	}
	return r, nil
}

// Start stores a new run and begins it. The error is an [*InvalidError], a
// [*HostError], ErrTooManyRuns, or one of the store.
func (rs *Runs) Start(ctx context.Context, spec RunSpec) (Run, error) {
	return rs.start(ctx, spec, "", "")
}

// start begins a run, with a secret that is sealed already if sealed is not "".
func (rs *Runs) start(ctx context.Context, spec RunSpec, of, secret string) (Run, error) {
	if secret != "" {
		spec.Secret = secret
	}
	spec, err := rs.check(ctx, spec)
	if err != nil {
		return Run{}, err
	}
	stats, err := rs.store.Stats(ctx, rs.ws)
	if err != nil {
		return Run{}, fmt.Errorf("find the newest delivery: %w", err)
	}
	r, err := rs.add(spec, of)
	if err != nil {
		return Run{}, err
	}
	r.entry.Until = stats.LastID
	if err = r.seal(); err == nil {
		err = r.save(context.WithoutCancel(ctx)) // else it may be stored and yet not begin
	}
	if err != nil {
		rs.mu.Lock()
		delete(rs.all, r.id)
		rs.mu.Unlock()
		return Run{}, err
	}
	rs.launch(r)
	return r.shown(), nil
}

// add gives a new run its id, and makes room among those that are over.
func (rs *Runs) add(spec RunSpec, of string) (*run, error) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	going := 0
	for _, r := range rs.all {
		if !r.state().Over() {
			going++
		}
	}
	if going >= maxRunning {
		return nil, ErrTooManyRuns
	}
	rs.last++
	r := newRun(rs, rs.last)
	r.entry.Run = Run{
		ID: r.id, Kind: spec.Kind, State: RunRunning, Created: rs.clock.now().UTC(), Text: spec.text(0), Spec: spec,
		Query: runQuery(spec.Kind, r.id), Of: of,
	}
	r.entry.ByTime = spec.byTime()
	r.secret, r.entry.Spec.Secret = spec.Secret, ""
	rs.all[r.id] = r
	return r, nil
}

// prune forgets the oldest runs that are over, but never the newest of all: its
// number must not be given again.
func (rs *Runs) prune(ctx context.Context) {
	rs.mu.Lock()
	var over []*run
	for _, r := range rs.all {
		if r.n != rs.last && r.state().Over() {
			over = append(over, r)
		}
	}
	drop := len(rs.all) - keepRuns
	slices.SortFunc(over, func(a, b *run) int { return cmp.Compare(a.n, b.n) })
	over = over[:max(0, min(drop, len(over)))]
	for _, r := range over {
		delete(rs.all, r.id)
	}
	rs.mu.Unlock()
	for _, r := range over {
		if err := r.forget(ctx); err != nil {
			rs.log.Warn("an old run could not be removed", "run", r.id, "error", err)
		}
	}
}

// runQuery is the filter of what a run made or changed.
func runQuery(kind RunKind, id string) string {
	switch kind {
	case RunResend:
		return runTagQuery(id)
	case RunRecheck:
		return ""
	}
	return "run:" + id
}

// Pause has a run start nothing more until it is resumed. What is under way is
// recorded. The error is ErrRunOver, inspector.ErrNotFound, or one of the store.
func (rs *Runs) Pause(ctx context.Context, id string) (Run, error) {
	return rs.steer(ctx, id, RunPaused)
}

// Cancel ends a run. What is under way is recorded. The errors are those of Pause.
func (rs *Runs) Cancel(ctx context.Context, id string) (Run, error) {
	return rs.steer(ctx, id, RunCancelled)
}

// Resume lets a run go on that is paused or was interrupted. The errors are those
// of Pause.
func (rs *Runs) Resume(ctx context.Context, id string) (Run, error) {
	return rs.steer(ctx, id, RunRunning)
}

func (rs *Runs) steer(ctx context.Context, id string, to RunState) (Run, error) {
	r, err := rs.find(id)
	if err != nil {
		return Run{}, err
	}
	was := r.state()
	changed, err := r.turn(to)
	if err != nil {
		return r.shown(), err
	}
	if changed {
		if to == RunCancelled && was != RunRunning {
			r.forsake(ctx)
		}
		if err := r.save(ctx); err != nil {
			return r.shown(), err
		}
		if to == RunRunning {
			rs.launch(r)
		}
	}
	return r.shown(), nil
}

// RetryFailed starts a new run over the failures of one that is over: replays send
// the same requests once more, all others resend. The error is ErrNoFailures,
// ErrUnderWay if the run is not over, or one of Start.
func (rs *Runs) RetryFailed(ctx context.Context, id string) (Run, error) {
	r, err := rs.find(id)
	if err != nil {
		return Run{}, err
	}
	old := r.shown()
	switch {
	case !old.State.Over():
		return Run{}, fmt.Errorf("run %s is not over: %w; cancel it first", id, ErrUnderWay)
	case old.Kind == RunRecheck, old.Failed == 0:
		return Run{}, fmt.Errorf("run %s: %w", id, ErrNoFailures)
	}
	spec := old.Spec
	spec.Source = RunSource{Query: old.Query + " is:failed"}
	if old.Kind != RunReplay {
		spec = RunSpec{Kind: RunResend, Source: spec.Source}
	}
	spec.Repeat, spec.Set = 0, nil // the edited bytes are what is sent again
	return rs.start(ctx, spec, id, r.secret)
}

// launch has a run work as soon as Serve runs.
func (rs *Runs) launch(r *run) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.ctx == nil || rs.ctx.Err() != nil {
		return // Serve begins what is running
	}
	ctx := rs.ctx
	rs.working.Go(func() { r.work(ctx) })
}

// Serve works on the runs that are running, until ctx ends. Then it waits for what
// is under way, which the dispatcher's end cuts off. It can be called once.
func (rs *Runs) Serve(ctx context.Context) {
	rs.mu.Lock()
	rs.ctx = ctx
	var going []*run
	for _, r := range rs.all {
		if r.state() == RunRunning {
			going = append(going, r)
		}
		if r.cutOff {
			rs.working.Go(func() { r.interrupted(ctx) })
		}
	}
	rs.mu.Unlock()
	for _, r := range going {
		rs.launch(r)
	}
	<-ctx.Done()
	pass(&rs.mu) // no launch is half way
	rs.working.Wait()
}

// pass waits until whoever holds a lock has let it go.
func pass(l sync.Locker) {
	l.Lock()
	defer l.Unlock()
}
