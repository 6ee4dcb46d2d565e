package instance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// patience is how long a test waits for what must happen. It is only used up where
// it does not.
const patience = 3 * time.Minute

// world is a server as people run it, with its store on disk and both ports open, an
// app to send to, and a client.
type world struct {
	*client.Client
	ctx     context.Context
	opt     Options
	app     *app
	capture string // URL of the inbox demo
	sender  *http.Client
	stop    func() // ends the server and waits; what goes wrong is a failure of the test
}

// app counts the requests that it gets.
type app struct {
	*httptest.Server
	mu   sync.Mutex
	seen map[string]int // by replay and target
}

func (a *app) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return // it was not sent whole
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen[r.Header.Get("Boathook-Replay")+" "+r.URL.Path]++
}

// got is what was seen of one replay, by target.
func (a *app) got(replay string) map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := map[string]int{}
	for key, n := range a.seen {
		if path, ok := strings.CutPrefix(key, replay+" "); ok {
			all[path] = n
		}
	}
	return all
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	if _, err := Prepare(dir); err != nil {
		t.Fatal(err)
	}
	w := &world{ctx: t.Context(), opt: Options{Dir: dir, Token: strings.Repeat("t", 43)}, app: &app{seen: map[string]int{}}}
	w.app.Server = httptest.NewServer(w.app)
	w.start(t)
	t.Cleanup(func() { w.stop(); w.app.Close() })
	return w
}

// start runs a server on the world's data folder.
func (w *world) start(t *testing.T) {
	t.Helper()
	opt := w.opt
	var err error
	if opt.Page, err = Listen(t.Context(), "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if opt.Capture, err = Listen(t.Context(), "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- s.Run(ctx, func() error { close(ready); return nil }) }()
	ours := &http.Transport{MaxIdleConnsPerHost: 4, ResponseHeaderTimeout: patience}
	theirs := &http.Transport{MaxIdleConnsPerHost: 4}
	var once sync.Once
	w.stop = func() {
		once.Do(func() {
			cancel()
			if err := errors.Join(<-ended, s.Close()); err != nil {
				t.Errorf("stop: %v", err)
			}
			ours.CloseIdleConnections()
			theirs.CloseIdleConnections()
		})
	}
	select {
	case <-ready:
	case err := <-ended:
		t.Fatalf("start: %v", err)
	}
	w.Client = client.New(s.Page(), opt.Token, &http.Client{Transport: ours})
	w.capture = s.Capture() + "/in/demo"
	w.sender = &http.Client{Transport: theirs, Timeout: patience}
}

// post sends a webhook to the inbox demo. What is answered with 200 is stored.
func (w *world) post(path, body string) error {
	resp, err := w.sender.Post(w.capture+path, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != 200 {
		return fmt.Errorf("%s was answered %d: %w", path, resp.StatusCode, err)
	}
	return nil
}

// fill stores deliveries with a tag, {"n":0} to {"n":count-1}.
func (w *world) fill(t *testing.T, tag string, count int) {
	t.Helper()
	for i := range count {
		if err := w.post(fmt.Sprintf("/%s/%d", tag, i), fmt.Sprintf(`{"n":%d,"of":%q}`, i, tag)); err != nil {
			t.Fatal(err)
		}
	}
	if m, err := w.Mark(w.ctx, client.Marks{Query: "path:/in/demo/" + tag + "/*", AddTags: []string{tag}}); err != nil || m.Marked != count {
		t.Fatalf("tag %s: %d of %d, %v", tag, m.Marked, count, err)
	}
}

// targets lists what matches by target. One that is listed twice is an error.
func (w *world) targets(query string) (map[string]inspector.Row, error) {
	all := map[string]inspector.Row{}
	for row, err := range w.All(w.ctx, query) {
		if err != nil {
			return nil, err
		}
		if _, twice := all[row.Target]; twice {
			return nil, fmt.Errorf("%s is listed twice by %s", row.Target, query)
		}
		all[row.Target] = row
	}
	return all, nil
}

// count lists what matches and wants so many, each once.
func (w *world) count(query string, want int) error {
	all, err := w.targets(query)
	if err == nil && len(all) != want {
		err = fmt.Errorf("%s lists %d, want %d", query, len(all), want)
	}
	return err
}

// busy reports whether a request was refused because others ask for the same, which
// says to try again.
func busy(err error) bool {
	var p *client.Problem
	return errors.As(err, &p) && p.Status == 503 && strings.HasSuffix(p.Type, ":busy")
}

// conflict reports whether somebody else changed the same meanwhile.
func conflict(err error) bool {
	var p *client.Problem
	return errors.As(err, &p) && p.Status == 409
}

// until calls ok again and again, as long as it says false.
func until(what string, ok func() (bool, error)) error {
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) { // each look costs the server
		if done, err := ok(); done || err != nil {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("not after %s: %s", patience, what)
		}
	}
}
