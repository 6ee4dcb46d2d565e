package instance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// baseCount deliveries lie still while everything else happens around them.
const baseCount = 40

// What people do at once does not disturb each other: nothing is missing, nothing is
// there twice, and no change is lost.
func TestEverythingAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t, "base", baseCount)
	for _, tag := range []string{"bin0", "bin1", "doomed0", "doomed1"} {
		w.fill(t, tag, 10)
	}
	if _, err := w.CreateRecording(w.ctx, client.RecordingInput{Name: "take", Live: &proxy.RecordingLive{Inbox: "demo"}}); err != nil {
		t.Fatal(err)
	}
	f := w.follow(t)
	var all sync.WaitGroup
	do := func(name string, rounds int, act func(round int) error) {
		all.Go(func() {
			for i := range rounds {
				if err := act(i); err != nil {
					t.Errorf("%s, round %d: %v", name, i, err)
					return
				}
			}
		})
	}
	const senders, each = 3, 40
	for k := range senders {
		do("capture", each, func(i int) error {
			return w.post(fmt.Sprintf("/live/%d-%d", k, i), fmt.Sprintf(`{"n":%d,"pad":%q}`, i, strings.Repeat("x", 100*i)))
		})
	}
	for _, format := range exported {
		do("export "+string(format), 3, func(int) error { return w.exportsAll(format) })
	}
	for k := range 2 {
		do("import", 6, func(i int) error { return w.importsAll(k, i) })
		do("delete and undo", 4, func(i int) error { return w.deletesAndRestores(fmt.Sprintf("bin%d", k), i) })
		do("delete for good", 1, func(int) error { return w.deletesForGood(fmt.Sprintf("doomed%d", k), 10) })
		do("search", 6, func(int) error { return w.searches() })
		do("replay", 2, func(int) error { return w.replays() })
		do("come and go", 5, func(i int) error { return w.comesAndGoes(k, i) })
		do("feed", 6, func(i int) error { return w.joinsAndLeaves(i) })
	}
	const editors, edits = 5, 6
	for k := range editors {
		do("settings", edits, func(i int) error { return w.changesSettings(k, i) })
	}
	do("look", 4, w.looks)
	do("send", 4, w.sends)
	do("back up", 2, func(int) error { return w.backsUp(t.TempDir()) })
	all.Wait()

	live, err := w.targets("path:/in/demo/live/*")
	if err != nil || len(live) != senders*each {
		t.Errorf("%d of %d captures are stored, %v", len(live), senders*each, err)
	}
	if err := f.saw(live); err != nil {
		t.Error(err)
	}
	wants := map[string]int{
		still: baseCount, "tag:bin0": 10, "tag:bin1": 10, "tag:doomed0,doomed1": 0, "rec:imported": 2 * 6 * importCount, "is:trashed": 0,
	}
	for _, query := range slices.Sorted(maps.Keys(wants)) {
		if err := w.count(query, wants[query]); err != nil {
			t.Error(err)
		}
	}
	for target := range live {
		if !slices.Contains(live[target].Tags, "rec=take") {
			t.Errorf("%s is not in the recording: %q", target, live[target].Tags)
		}
	}
	if err := w.keptAllChanges(editors, edits); err != nil {
		t.Error(err)
	}
	// All of it outlives the server.
	w.stop()
	w.start(t)
	if again, err := w.targets("path:/in/demo/live/*"); err != nil || len(again) != len(live) {
		t.Errorf("after a restart %d of %d captures are there, %v", len(again), len(live), err)
	}
}

// follower is a client of the feed that stays.
type follower struct {
	mu   sync.Mutex
	told map[inspector.ID]int // new deliveries
	err  error
}

func (w *world) follow(t *testing.T) *follower {
	t.Helper()
	page, err := w.List(w.ctx, client.ListOptions{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	f := &follower{told: map[inspector.ID]int{}}
	ctx, cancel := context.WithCancel(w.ctx)
	var done sync.WaitGroup
	done.Go(func() {
		for ev, err := range w.Tail(ctx, "path:/in/demo/live/*", page.Cursor) {
			f.mu.Lock()
			if ev.Kind == client.Added && err == nil {
				f.told[ev.ID]++
			}
			if err != nil {
				f.err = err
			}
			f.mu.Unlock()
		}
	})
	t.Cleanup(func() { cancel(); done.Wait() })
	return f
}

// saw waits until the follower was told all deliveries, and wants each told once.
func (f *follower) saw(all map[string]inspector.Row) error {
	err := until("the feed tells all captures", func() (bool, error) {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.told) >= len(all), f.err
	})
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for target, row := range all {
		if f.told[row.ID] != 1 {
			return fmt.Errorf("the feed told %s %d times", target, f.told[row.ID])
		}
	}
	return nil
}
