package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/boathook/boathook/inspector"
)

// runEntry is a run as it is stored.
type runEntry struct {
	Run
	Until  inspector.ID `json:"until"`            // newest delivery that it may choose
	After  runPlace     `json:"after"`            // all up to here were begun
	Again  []begun      `json:"again,omitempty"`  // cut off before their outcome was known
	Sealed string       `json:"sealed,omitempty"` // Spec.Secret
	// ByTime says that it takes its deliveries in the order of their times, not of
	// their ids.
	ByTime bool `json:"by_time,omitempty"`
}

// runPlace is how far a run is: in which pass, and up to which delivery.
type runPlace struct {
	Pass int          `json:"pass"`
	ID   inspector.ID `json:"id"`           // zero: none of the pass
	At   int64        `json:"at,omitempty"` // of its delivery, as in chosen
}

// run is a run at work, or one that is kept.
type run struct {
	rs     *Runs
	id     string
	n      int
	secret string
	cutOff bool // its process ended while it ran

	mu    sync.Mutex
	entry runEntry
	halt  context.CancelCauseFunc // ends the work, nil if there is none
	hist  *hdrhistogram.Histogram // microseconds
	meter meter
	due   time.Time // when the last one is sent by its pace, zero if unknown
	saved time.Time

	saving sync.Mutex // held while it is stored
	rev    uint64
	turns  sync.Mutex // held by the one that works
}

func newRun(rs *Runs, n int) *run {
	return &run{rs: rs, n: n, id: fmt.Sprintf("r%d", n), hist: newRunHistogram()}
}

func newRunHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, int64(15*time.Minute/time.Microsecond), 2)
}

// read makes a run of its entry.
func (rs *Runs) read(id string, e inspector.ConfigEntry) (*run, error) {
	n, _ := runNumber(id)
	r := newRun(rs, n)
	r.rev = e.Rev
	if err := json.Unmarshal(e.Value, &r.entry); err != nil {
		return nil, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	if r.entry.Sealed == "" {
		return r, nil
	}
	secret, err := rs.vault.Unseal(r.key(), r.entry.Sealed)
	if err != nil && !r.entry.State.Over() {
		r.entry.State, r.entry.Error = RunInterrupted, "its secret cannot be opened with the key of this data folder"
	}
	r.secret = string(secret)
	return r, nil
}

func (r *run) key() string { return runKind + "/" + r.id }

func (r *run) seal() error {
	if r.secret == "" {
		return nil
	}
	var err error
	if r.entry.Sealed, err = r.rs.vault.Seal(r.key(), []byte(r.secret)); err != nil {
		return fmt.Errorf("seal the secret of run %s: %w", r.id, err)
	}
	return nil
}

func (r *run) state() RunState {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.entry.State
}

// shown is the run as it is now.
func (r *run) shown() Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.entry.clone()
	if v.Latency.Max == 0 || r.hist.TotalCount() > 0 {
		v.Latency = r.latency()
	}
	if v.State != RunRunning {
		return v
	}
	now := r.rs.clock.now()
	v.Rate = r.meter.rate(now, v.Done)
	switch left := float64(v.Total - v.Done); {
	case v.Total == 0:
	case !r.due.IsZero():
		eta := max(r.due.Sub(now).Seconds(), 0)
		v.ETA = &eta
	case v.Rate > 0:
		eta := left / v.Rate
		v.ETA = &eta
	}
	return v
}

func (r *run) latency() RunLatency {
	if r.hist.TotalCount() == 0 {
		return r.entry.Latency
	}
	ms := func(q float64) float64 { return float64(r.hist.ValueAtQuantile(q)) / 1000 }
	return RunLatency{ms(50), ms(95), ms(99), float64(r.hist.Max()) / 1000}
}

// edit changes the run under its lock.
func (r *run) edit(change func(e *runEntry)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.entry)
}

// count notes what became of one delivery. took is 0 if there was no exchange.
func (r *run) count(outcome string, good bool, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counted(outcome, good, took)
	r.meter.note(r.rs.clock.now(), r.entry.Done)
}

// counted is count while r.mu is held.
func (r *run) counted(outcome string, good bool, took time.Duration) {
	r.entry.tally(outcome, good)
	if took > 0 {
		_ = r.hist.RecordValue(max(took.Microseconds(), 1)) // what is longer than its range counts in no quantile
	}
}

func (r *Run) tally(outcome string, good bool) {
	r.Done++
	if good {
		r.OK++
	} else {
		r.Failed++
	}
	if r.Outcomes == nil {
		r.Outcomes = map[string]int{}
	}
	r.Outcomes[outcome]++
}

// skip notes a delivery for which nothing is done, and why.
func (r *run) skip(why string) {
	r.edit(func(e *runEntry) {
		r.skipped(why)
		r.meter.note(r.rs.clock.now(), e.Done)
	})
}

// skipped is skip while r.mu is held.
func (r *run) skipped(why string) {
	e := &r.entry
	e.Done++
	e.Skipped++
	e.note(why)
}

var statusClasses = [...]string{"0xx", "1xx", "2xx", "3xx", "4xx", "5xx", "6xx", "7xx", "8xx", "9xx"}

// outcomeOf names an outcome: the class of a status, or why there is none.
func outcomeOf(status int, failure string) string {
	if failure != "" || status < 100 {
		if failure == "" {
			failure = "none"
		}
		return failure
	}
	return statusClasses[min(status/100, len(statusClasses)-1)]
}

var (
	errPaused    = errors.New("paused")
	errCancelled = errors.New("cancelled")
)

// turn changes the state, if that is possible, and says whether it did.
func (r *run) turn(to RunState) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := &r.entry
	if e.State == to {
		return false, nil
	}
	if e.State.Over() && !(e.State == RunInterrupted && to != RunPaused) {
		return false, fmt.Errorf("run %s is %s: %w", r.id, e.State, ErrRunOver)
	}
	e.State = to
	cause := errPaused
	switch to {
	case RunCancelled:
		cause = errCancelled
		e.Ended = r.moment()
	case RunRunning:
		e.Error = ""
	}
	if r.halt != nil {
		r.halt(cause)
	}
	return true, nil
}

func (r *run) moment() *time.Time {
	now := r.rs.clock.now().UTC()
	return &now
}

// save stores the run as it is, together with what else batches hold.
func (r *run) save(ctx context.Context, with ...*inspector.Batch) error {
	r.saving.Lock()
	defer r.saving.Unlock()
	r.mu.Lock()
	r.entry.Latency = r.latency()
	value, err := json.Marshal(&r.entry)
	r.saved = time.Now()
	r.mu.Unlock()
	if err != nil {
		return fmt.Errorf("encode run %s: %w", r.id, err)
	}
	b := &inspector.Batch{}
	if len(with) > 0 {
		b = with[0]
	}
	b.Workspace = r.rs.ws
	b.Config = []inspector.ConfigPut{{Key: r.key(), Want: r.rev, Value: value}}
	res, err := r.rs.store.Commit(ctx, b)
	if err != nil {
		return fmt.Errorf("store run %s: %w", r.id, err)
	}
	if len(res.Conflicts) > 0 {
		return fmt.Errorf("run %s: %w", r.id, ErrConflict)
	}
	r.rev = res.Revs[r.key()]
	return nil
}

// progress stores the run if that was not done lately.
func (r *run) progress(ctx context.Context) {
	r.mu.Lock()
	due := time.Since(r.saved) >= runSaveEvery
	r.mu.Unlock()
	if !due {
		return
	}
	if err := r.save(ctx); err != nil && ctx.Err() == nil {
		r.rs.log.Warn("the progress of a run is not stored; will try again", "run", r.id, "error", err)
	}
}

// forget removes the stored run.
func (r *run) forget(ctx context.Context) error {
	r.saving.Lock()
	defer r.saving.Unlock()
	_, err := r.rs.store.Commit(ctx, &inspector.Batch{
		Workspace: r.rs.ws, Config: []inspector.ConfigPut{{Key: r.key(), Want: r.rev}},
	})
	return err
}

// meter knows how many were done in the last seconds.
type meter struct{ marks []mark }

type mark struct {
	at   time.Time
	done int
}

const meterSpan = 5 * time.Second

// note notes how many are done by now, once for each quarter of a second.
func (m *meter) note(now time.Time, done int) {
	if n := len(m.marks); n > 0 && now.Sub(m.marks[n-1].at) < 250*time.Millisecond {
		return
	}
	for len(m.marks) > 1 && now.Sub(m.marks[0].at) > meterSpan {
		m.marks = append(m.marks[:0], m.marks[1:]...)
	}
	m.marks = append(m.marks, mark{now, done})
}

func (m *meter) rate(now time.Time, done int) float64 {
	if len(m.marks) == 0 {
		return 0
	}
	first := m.marks[0]
	for _, k := range m.marks {
		if now.Sub(k.at) <= meterSpan {
			break
		}
		first = k
	}
	if span := now.Sub(first.at).Seconds(); span > 0 {
		return float64(done-first.done) / span
	}
	return 0
}
