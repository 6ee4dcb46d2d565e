package inspector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

var (
	// ErrBusy is returned by a Committer whose queue is full. Nothing was stored.
	ErrBusy = errors.New("too much is waiting to be stored")
	// ErrSlow is returned by a Committer when a batch was not stored in time.
	// Whether it will be is unknown.
	ErrSlow = errors.New("storing took too long")
)

// CommitterOptions bound a [Committer]. The zero value works.
type CommitterOptions struct {
	Deliveries   int           // most deliveries in one transaction; 0: 64
	Bytes        int           // bytes at which a transaction is full; 0: 2 MiB
	QueueBatches int           // most batches that wait; 0: 1,024
	QueueBytes   int           // most bytes that wait or are being stored; 0: 32 MiB
	Timeout      time.Duration // after which a caller gives up; 0: 5 s
}

func (o *CommitterOptions) setDefaults() {
	def := func(n *int, to int) {
		if *n <= 0 {
			*n = to
		}
	}
	def(&o.Deliveries, 64)
	def(&o.Bytes, 2<<20)
	def(&o.QueueBatches, 1024)
	def(&o.QueueBytes, 32<<20)
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
}

// Committer is a [Store] that commits what has gathered in one transaction, so
// that many callers share one sync of the disk. It waits for nobody: a lone
// batch is committed at once, and what comes meanwhile goes into the next.
//
// Batches are stored in the order they came. One with Config or Erase is
// committed alone; batches of two workspaces, or that name the same scheduled
// work, are never mixed.
type Committer struct {
	Store
	opt CommitterOptions

	mu     sync.Mutex
	filled sync.Cond
	queue  []*waiter
	head   int   // queue[:head] is taken
	bytes  int   // of batches that wait or are being stored
	end    error // why nothing more is taken in: ErrClosed or ErrBroken

	turn    sync.Mutex // held by the worker that gathers and stores
	workers sync.WaitGroup
	stop    context.Context
	abort   context.CancelFunc
}

// waiter is one call of Commit.
type waiter struct {
	batch *Batch // &own
	own   Batch  // the caller's, which may be gone before the store is through
	size  int
	state atomic.Int32 // waiting, taken by a worker, then told or left by its caller
	done  chan struct{}
	timer *time.Timer
	res   Result
	err   error
}

const (
	waiting int32 = iota
	taken
	told
	left
)

var waiters = sync.Pool{New: func() any {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return &waiter{done: make(chan struct{}, 1), timer: t}
}}

// NewCommitter starts a committer above s. Its Close closes s.
func NewCommitter(s Store, opt CommitterOptions) *Committer {
	opt.setDefaults()
	c := &Committer{Store: s, opt: opt}
	c.filled.L = &c.mu
	c.stop, c.abort = context.WithCancel(context.Background())
	// Two workers take turns, so that one stores while the other wakes the
	// callers of the batch before.
	for range 2 {
		c.workers.Go(c.work)
	}
	return c
}

// Commit stores b together with what else is waiting. Beside the errors of the
// store it returns ErrBusy at once when too much waits, and ErrSlow.
//
// When ctx ends before b's turn came, b is not stored. When its turn has come,
// Commit waits for the outcome all the same. After ErrSlow the store may still
// be reading b: its memory must not be used again.
func (c *Committer) Commit(ctx context.Context, b *Batch) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	if err := b.Check(); err != nil {
		return Result{}, err
	}
	w := waiters.Get().(*waiter)
	w.own = *b
	w.batch, w.size = &w.own, b.Size()
	w.state.Store(waiting)
	if err := c.enqueue(w); err != nil {
		w.release()
		return Result{}, err
	}
	w.timer.Reset(c.opt.Timeout)
	select {
	case <-w.done:
	case <-w.timer.C:
		if w.leave() {
			return Result{}, fmt.Errorf("%w: not done after %s", ErrSlow, c.opt.Timeout)
		}
	case <-ctx.Done():
		if w.state.CompareAndSwap(waiting, left) {
			w.timer.Stop()
			return Result{}, ctx.Err()
		}
		select {
		case <-w.done:
		case <-w.timer.C:
			if w.leave() {
				return Result{}, fmt.Errorf("%w: not done after %s", ErrSlow, c.opt.Timeout)
			}
		}
	}
	res, err := w.res, w.err
	w.timer.Stop()
	w.release()
	return res, err
}

// leave gives up on the outcome. It is false if that has come meanwhile.
func (w *waiter) leave() bool {
	if w.state.CompareAndSwap(waiting, left) || w.state.CompareAndSwap(taken, left) {
		return true
	}
	<-w.done
	return false
}

// release gives a waiter back that nobody else knows any more.
func (w *waiter) release() {
	w.batch, w.own, w.res, w.err = nil, Batch{}, Result{}, nil
	waiters.Put(w)
}

func (c *Committer) enqueue(w *waiter) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.end != nil {
		return c.end
	}
	// A batch that is larger than the bound is let in when nothing else waits.
	if len(c.queue)-c.head >= c.opt.QueueBatches || c.bytes > 0 && c.bytes+w.size > c.opt.QueueBytes {
		return ErrBusy
	}
	if len(c.queue) == cap(c.queue) && c.head > 0 {
		n := copy(c.queue, c.queue[c.head:])
		clear(c.queue[n:])
		c.queue, c.head = c.queue[:n], 0
	}
	c.queue = append(c.queue, w)
	c.bytes += w.size
	c.filled.Signal()
	return nil
}

// Waiting is how many batches wait for their turn.
func (c *Committer) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue) - c.head
}

// work stores groups until the committer is closed and the queue is empty.
func (c *Committer) work() {
	var g group
	for {
		c.turn.Lock()
		more := c.gather(&g)
		if more {
			c.store(&g)
		}
		c.turn.Unlock()
		if !more {
			return
		}
		g.wake()
	}
}

// gather waits for batches and takes as many as fit into one transaction.
func (c *Committer) gather(g *group) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		for c.head < len(c.queue) {
			w := c.queue[c.head]
			if w.state.Load() == waiting && !g.fits(w, &c.opt) {
				return true
			}
			c.queue[c.head] = nil
			c.head++
			if !w.state.CompareAndSwap(waiting, taken) {
				c.bytes -= w.size
				continue
			}
			g.take(w)
		}
		if len(g.list) > 0 {
			return true
		}
		if c.end != nil {
			return false
		}
		c.filled.Wait()
	}
}

// store commits the group and notes a store that broke.
func (c *Committer) store(g *group) {
	c.mu.Lock()
	broken := c.end != nil && !errors.Is(c.end, ErrClosed)
	if broken {
		g.err = c.end
	}
	c.mu.Unlock()
	if !broken {
		ctx, cancel := context.WithTimeout(c.stop, c.opt.Timeout)
		g.commit(ctx, c.Store)
		cancel()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bytes -= g.bytes
	if errors.Is(g.err, ErrBroken) && c.end == nil {
		c.end = g.err
	}
}

// Close takes no more batches, stores those that wait, and closes the store.
// It waits no longer than the timeout for them; what is left then fails with
// ErrClosed.
func (c *Committer) Close() error {
	c.mu.Lock()
	if errors.Is(c.end, ErrClosed) {
		c.mu.Unlock()
		return ErrClosed
	}
	broken := c.end != nil
	c.end = ErrClosed
	if broken {
		c.fail()
	}
	c.filled.Broadcast()
	c.mu.Unlock()

	drained := make(chan struct{})
	go func() { c.workers.Wait(); close(drained) }()
	timer := time.NewTimer(c.opt.Timeout)
	defer timer.Stop()
	select {
	case <-drained:
	case <-timer.C:
		c.mu.Lock()
		c.fail()
		c.mu.Unlock()
		c.abort()
		<-drained // the store itself waits for a call that still runs
	}
	c.abort()
	return c.Store.Close()
}

// fail ends everything that waits with ErrClosed.
func (c *Committer) fail() {
	for ; c.head < len(c.queue); c.head++ {
		w := c.queue[c.head]
		c.queue[c.head] = nil
		c.bytes -= w.size
		if w.state.CompareAndSwap(waiting, told) {
			w.err = ErrClosed
			w.done <- struct{}{}
		}
	}
}
