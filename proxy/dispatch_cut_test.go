package proxy

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/vault"
)

// A try that a kill cut off is named, and made again with the same ids.
func TestInterruptedIsTriedAgain(t *testing.T) {
	t.Parallel()
	driver := memstore.New()
	release := make(chan struct{})
	var got sync.Map
	app := newApp(t, func(r []byte) string {
		if _, twice := got.LoadOrStore(inspector.ParseHead(r).Value("SiteStacker-Delivery"), true); !twice {
			<-release
		}
		return ok200
	})
	t.Cleanup(sync.OnceFunc(func() { close(release) }))
	// The first process is cut off from its store, as a kill would do.
	cutoff := &broken{Store: driver.Handle()}
	keys := vault.Ephemeral()
	first := newStandOn(t, inspector.NewCommitter(cutoff, inspector.CommitterOptions{}), Options{Vault: keys}).uncapped()
	first.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Events: []string{"*"}})
	id := first.emit(EmitRequest{})[0].ID
	eventually(t, "the request", func() bool { return len(app.requests()) == 1 })
	cutoff.off.Store(true)
	first.Dispatcher().sender.interrupt()
	// What is in memory of leases goes with the process.
	l, err := driver.Work(t.Context(), inspector.DefaultWorkspace, workID(id))
	if err != nil || len(l) != 1 {
		t.Fatalf("work %+v, %v", l, err)
	}
	if _, err := driver.Commit(t.Context(), &inspector.Batch{Workspace: inspector.DefaultWorkspace, Finish: []inspector.Finish{{ID: l[0].ID, Token: l[0].Token, Next: time.Now()}}}); err != nil {
		t.Fatal(err)
	}
	second := newStandOn(t, inspector.NewCommitter(driver.Handle(), inspector.CommitterOptions{}), Options{Vault: keys})
	row, attempts := second.over(id)
	if len(attempts) != 2 || attempts[0].Failure.Class != inspector.FailInterrupted || row.Status != 200 || row.Tries != 2 {
		t.Fatalf("row %+v, attempts %+v", row, attempts)
	}
	r := app.requests()
	if len(r) != 2 || inspector.ParseHead([]byte(r[0])).Value("SiteStacker-Delivery") != inspector.ParseHead([]byte(r[1])).Value("SiteStacker-Delivery") {
		t.Errorf("requests %q", r)
	}
}

// broken is a store that takes nothing any more.
type broken struct {
	inspector.Store
	off atomic.Bool
}

func (b *broken) Commit(ctx context.Context, batch *inspector.Batch) (inspector.Result, error) {
	if b.off.Load() {
		return inspector.Result{}, inspector.ErrBroken
	}
	return b.Store.Commit(ctx, batch)
}

func (b *broken) Claim(ctx context.Context, ws inspector.Workspace, now time.Time, lease time.Duration, limit, share int) ([]inspector.Lease, time.Time, error) {
	if b.off.Load() {
		return nil, time.Time{}, inspector.ErrBroken
	}
	return b.Store.Claim(ctx, ws, now, lease, limit, share)
}

// A try that was named as cut off stays on record, also if the process that named it
// ended before it had begun the next one.
func TestInterruptedStaysOnRecord(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	ep := s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Events: []string{"*"}})
	ev := Event{Type: "sitestacker/person_create", ID: "e", At: time.Now()}
	id, err := s.IDs().New(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	lane, slots := ep.lane()
	old := job{By: "another", Base: time.Now().UnixMilli()}
	_, err = s.rig.store.Commit(t.Context(), &inspector.Batch{
		Workspace: inspector.DefaultWorkspace, Deliveries: []inspector.Row{ev.Row(id, "crm")},
		Attempts: []inspector.Attempt{{Delivery: id, Started: time.Now(), Failure: inspector.Failure{Class: inspector.FailInterrupted}}},
		Schedule: []inspector.Due{{ID: workID(id), Lane: lane, Slots: slots, RunAt: time.Now(), Payload: old.encode()}},
	})
	if err != nil {
		t.Fatal(err)
	}
	row, attempts := s.over(id)
	if len(attempts) != 2 || attempts[0].Failure.Class != inspector.FailInterrupted || attempts[1].K != 1 || row.Status != 200 {
		t.Errorf("row %+v, attempts %+v", row, attempts)
	}
}
