package proxy

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/boathook/boathook/inspector"
)

// caught runs f and makes an error of a panic: what one request or one stored entry
// holds must not end the process, nor every start after it.
func caught(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// guarded runs a step of a try, and reports whether it did not panic. Work whose try
// panics is ended: it would panic again.
func (d *Dispatcher) guarded(l *inspector.Lease, step func()) (whole bool) {
	defer func() {
		if p := recover(); p != nil {
			d.log.Error("panic while sending", "work", l.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			lease := *l
			d.workers.Go(func() { d.rescue(d.sender.ctx, lease) })
		}
	}()
	step()
	return true
}

// rescue ends work whose try panicked. If ctx ends before that can be stored, the next
// process will.
func (d *Dispatcher) rescue(ctx context.Context, l inspector.Lease) {
	err := caught(func() error {
		id, _, err := d.readJob(&l)
		if err != nil {
			return err
		}
		read := context.WithoutCancel(ctx)
		row, err := d.store.Get(read, d.ws, id)
		if err != nil {
			return err
		}
		b := &inspector.Batch{Workspace: d.ws, Finish: []inspector.Finish{{ID: l.ID, Token: l.Token}}}
		if err := d.lastWord(read, b, &row, "no further try is made: boathook failed while it made one, its log says more"); err != nil {
			return err
		}
		return d.keep(ctx, b, nil)
	})
	if err != nil {
		d.log.Error("work that panicked could not be ended", "work", l.ID, "error", err)
	}
}
