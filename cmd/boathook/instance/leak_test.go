package instance

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// A server that was stopped leaves nothing behind: no goroutine, and no file or
// connection that is open. It is stopped while all of it is in use: a feed is followed,
// an export and a backup are read half, senders keep their connections, a run is paused
// and one is under way. It does not run beside other tests, whose goroutines and files
// would be taken for its own.
func TestStoppedServerLeavesNothing(t *testing.T) {
	if err := lifeOfAServer(t); err != nil { // what the first one of a process starts stays
		t.Fatal(err)
	}
	goroutines, files := stacks(), openFiles(t)
	for range 2 {
		if err := lifeOfAServer(t); err != nil {
			t.Fatal(err)
		}
	}
	var extra []string
	err := until("all goroutines have ended and all files are closed", func() (bool, error) {
		extra = append(more(goroutines, stacks()), more(files, openFiles(t))...)
		return len(extra) == 0, nil
	})
	if err != nil {
		t.Errorf("%v; left are:\n%s", err, strings.Join(extra, "\n\n"))
	}
}

// lifeOfAServer starts a server, uses it, and stops it in the middle of that.
func lifeOfAServer(t *testing.T) error {
	t.Helper()
	w := newWorld(t)
	defer w.app.Close()
	defer w.stop()
	w.fill(t, "base", baseCount)
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	ended := make(chan error, 1)
	told := make(chan struct{}, 1)
	go func() {
		var last error
		for ev, err := range w.Tail(ctx, "", "") {
			last = err
			select {
			case told <- struct{}{}:
			default:
			}
			if ev.Kind == client.Lost {
				break // the server has gone
			}
		}
		ended <- last
	}()
	if err := until("the feed is there", func() (bool, error) {
		if err := w.post("/more", "{}"); err != nil {
			return true, err
		}
		return len(told) > 0, nil
	}); err != nil {
		return err
	}
	for _, begin := range []func() error{
		func() error { r, err := w.Export(ctx, "", "jsonl", true); return half(t, r, err) },
		func() error { r, err := w.Backup(ctx); return half(t, r, err) },
		func() error { _, err := w.Activity(ctx, "1h", "", "inbox", ""); return err },
		func() error { _, err := w.Lend(ctx, "demo", "lease", w.app.URL, time.Minute); return err },
		func() error { return w.post("/forwarded", "{}") },
		func() error { return w.run(ctx, proxy.RunSpec{Rate: 1}, true) },
		func() error { return w.run(ctx, proxy.RunSpec{Rate: 5}, false) },
		func() error {
			_, err := w.Emit(ctx, client.EventInput{Type: "sitestacker/person_create", To: []string{w.app.URL}, Count: 20, Rate: 5})
			return err
		},
	} {
		if err := begin(); err != nil {
			return err
		}
	}
	w.stop()
	if err := <-ended; err != nil {
		return fmt.Errorf("follow the feed: %w", err)
	}
	return nil
}

// half reads the beginning of an answer, and closes it when the test ends.
func half(t *testing.T, r interface {
	Read([]byte) (int, error)
	Close() error
}, err error) error {
	if err != nil {
		return err
	}
	t.Cleanup(func() { r.Close() })
	_, err = r.Read(make([]byte, 10))
	return err
}

// run starts a replay to the app, and pauses it.
func (w *world) run(ctx context.Context, spec proxy.RunSpec, pause bool) error {
	spec.Kind, spec.Source, spec.To = proxy.RunReplay, proxy.RunSource{Query: still}, &proxy.RunTarget{URL: w.app.URL}
	run, err := w.StartRun(ctx, spec)
	if err == nil && pause {
		_, err = w.PauseRun(ctx, run.ID)
	}
	return err
}

// stacks are the stacks of all goroutines, with how many have each.
func stacks() map[string]int {
	runtime.GC() // what has no owner is closed
	var b strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		panic(err) // memory does not fail
	}
	all := map[string]int{}
	_, text, _ := strings.Cut(b.String(), "\n") // the first line is the sum
	for _, block := range strings.Split(text, "\n\n") {
		var n int
		if _, err := fmt.Sscanf(block, "%d @", &n); err == nil && !strings.Contains(block, "leak_test.go") {
			_, names, _ := strings.Cut(block, "\n")
			all[names] += n
		}
	}
	return all
}

// openFiles are the files and connections that this process has open, by what they
// lead to. Elsewhere than on Linux they cannot be listed.
func openFiles(t *testing.T) map[string]int {
	t.Helper()
	all := map[string]int{}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return all
	}
	for _, e := range entries {
		target, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err != nil {
			continue // that of this list
		}
		kind, _, inode := strings.Cut(target, ":[")
		if inode {
			target = kind // sockets and pipes are counted
		}
		all[target]++
	}
	return all
}

// more lists what there is more of now than before.
func more(before, now map[string]int) []string {
	var all []string
	for what, n := range now {
		if n > before[what] {
			all = append(all, fmt.Sprintf("%d more: %s", n-before[what], what))
		}
	}
	return all
}
